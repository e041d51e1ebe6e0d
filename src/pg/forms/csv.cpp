// src/pg/forms/csv.cpp: SQL entry points of the CSV export.
#include "core/forms/export.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/forms/tables.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

// What one place in a statement keeps between rows: options may name hundreds of values.
struct Site {
    pg::FormMemo memo;
    std::string given;
    forms::ExportOptions options;
};

// Columns are named as members of OData's __system are: DeviceID is deviceId.
std::size_t system_column(std::string_view member)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    for (std::size_t i = 0; i < forms::system_columns.size(); ++i)
        if (std::equal(member.begin(), member.end(), forms::system_columns[i].begin(), forms::system_columns[i].end(),
                       [&](char a, char b) { return lower(a) == lower(b); }))
            return i;
    return forms::system_columns.size();
}

forms::ExportOptions read_options(pg::Args &args, int argument)
{
    pg::Options given(args, argument);
    forms::ExportOptions options;
    options.group_paths = given.flag("group_paths", true);
    options.instance_id = given.text("instance_id").value_or("");
    if (const auto values = given.value("select_values"))
        pg::for_each_member(*values, [&](std::string_view path, Datum list) {
            options.select_values.emplace_back(path, pg::texts_of(list));
        });
    if (const auto system = given.value("system"))
        pg::for_each_member(*system, [&](std::string_view member, Datum value) {
            if (const std::size_t i = system_column(member); i < options.system.size())
                options.system[i] = pg::scalar_text(value);
        });
    given.finish();
    return options;
}

Site &site_of(pg::Args &args, int argument)
{
    auto &site = pg::per_call_site<Site>(args.fcinfo(), [] { return Site(); });
    if (const std::string_view given = args.text(argument); given != site.given) {
        site.options = read_options(args, argument);
        site.given = given;
    }
    return site;
}

}  // namespace

QUIRE_FUNCTION(csv_header)
{
    Site &site = site_of(args, 2);
    const forms::Form &form = *site.memo.get(args.datum(0));
    const std::uint32_t table = pg::need_table(form, pg::to_utf8(args.text(1)));
    return pg::make_varlena(pg::to_database(forms::csv_header(form, table, site.options)));
}

QUIRE_FUNCTION(csv_row)
{
    Site &site = site_of(args, 3);
    const forms::Form &form = *site.memo.get(args.datum(0));
    const std::string_view submission = pg::submission_argument(args, 1);
    const std::uint32_t table = pg::need_table(form, pg::to_utf8(args.text(2)));
    pg::RowSet rows(args, pg::RowSet::Of::scalars);
    const auto fault = forms::csv_rows(form, submission, table, site.options, pg::poll,
                                       [&](const std::string &line) { rows.add(pg::Row().text(line)); });
    if (fault) pg::refuse_submission(submission, *fault);
    return rows.finish();
}
