// src/pg/forms/submission.cpp: SQL entry points that read a submission along its form.
#include "core/forms/extract.hpp"
#include "core/forms/lookup.hpp"
#include "core/forms/odata.hpp"
#include "core/forms/values.hpp"

#include "pg/forms/convert.hpp"
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

// What one place in a statement keeps between rows.
template <class Options>
struct Site {
    pg::FormMemo memo;
    forms::Contents contents;
    std::string given;  // the options, as they came
    bool has_options = false;
    Options options;

    // Options are nearly always the same from row to row.
    template <class Read>
    const Options &options_of(pg::Args &args, int argument, Read read)
    {
        if (const std::string_view now = args.text(argument); !has_options || now != given) {
            options = read(args, argument);
            given = now;
            has_options = true;
        }
        return options;
    }
};

struct ExtractRequest {
    forms::ExtractOptions options;
    bool forgiving = false;
};

ExtractRequest read_extract_options(pg::Args &args, int argument)
{
    static constexpr std::string_view names[] = {"nested", "flat"}, geos[] = {"geojson", "wkt", "text"},
                                      repeats[] = {"inline", "links"}, ways[] = {"error", "null"};
    pg::Options given(args, argument);
    ExtractRequest request;
    request.options.names = static_cast<forms::ExtractOptions::Names>(given.word("names", names));
    request.options.geo = static_cast<forms::ExtractOptions::Geo>(given.word("geo", geos));
    request.options.repeats = static_cast<forms::ExtractOptions::Repeats>(given.word("repeats", repeats));
    request.options.instance_id = given.text("instance_id").value_or("");
    request.forgiving = given.word("on_error", ways) == 1;
    given.finish();
    return request;
}

[[noreturn]] void refuse_answer(const forms::Form &form, const forms::Problem &problem)
{
    throw pg::Error(ERRCODE_INVALID_TEXT_REPRESENTATION, "an answer does not fit its question")
        .detail("The question is " + std::string(pg::to_database(form[problem.node].path)) + ". " + problem.message)
        .hint("The option '{\"on_error\": \"null\"}' makes it null and reports it as one of __problems.");
}

}  // namespace

QUIRE_FUNCTION(extract)
{
    auto &site = pg::per_call_site<Site<ExtractRequest>>(args.fcinfo(), [] { return Site<ExtractRequest>(); });
    const forms::Form &form = *site.memo.get(args.datum(0));
    const std::string_view submission = pg::submission_argument(args, 1);
    ExtractRequest request = site.options_of(args, 2, read_extract_options);

    pg::JsonbWriter json;
    if (const auto fault = site.contents.read(form, submission, pg::poll)) {
        if (!request.forgiving) pg::refuse_submission(submission, *fault);
        json.begin_object();
        json.key("__problems");
        pg::write_whole_problem(pg::describe(submission, *fault), json);
        json.end();
        return json.finish();
    }
    forms::ExtractOptions &options = request.options;
    if (options.instance_id.empty() && options.repeats == forms::ExtractOptions::Repeats::links)
        options.instance_id = pg::own_instance_id(form, site.contents, submission);
    const auto problems = forms::write_extract(form, site.contents, options, json);
    if (!problems.empty() && !request.forgiving) refuse_answer(form, problems.front());
    return json.finish();
}

QUIRE_FUNCTION(rows)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const std::string_view submission = pg::submission_argument(args, 1);
    const std::uint32_t table = pg::need_table(form, pg::to_utf8(args.text(2)));
    pg::Options given(args, 3);
    forms::ODataOptions options;
    const auto expand = given.text("expand");
    if (expand && *expand != "*" && !expand->empty())
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the option \"expand\" has a value that it cannot have")
            .hint("It may be \"*\".");
    options.expand = expand == "*";
    options.wkt = given.flag("wkt", false);
    options.instance_id = given.text("instance_id").value_or("");
    pg::JsonbWriter json;
    if (const auto system = given.value("system")) options.system = [&json, system](auto &) { json.jsonb(*system); };
    given.finish();

    forms::Contents contents;
    if (const auto fault = contents.read(form, submission, pg::poll)) pg::refuse_submission(submission, *fault);
    if (options.instance_id.empty()) options.instance_id = pg::own_instance_id(form, contents, submission);
    pg::RowSet rows(args, pg::RowSet::Of::scalars);
    if (contents.is_encrypted() && table != forms::Form::root) return rows.finish();
    for (const forms::Contents::Row &row : contents.rows()) {
        if (row.node != table) continue;
        forms::write_odata_row(form, contents, row, options, json);
        rows.add(pg::Row().datum(json.finish()));
    }
    return rows.finish();
}

QUIRE_FUNCTION(values)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const std::string_view submission = pg::submission_argument(args, 1);
    pg::RowSet rows(args);
    const auto fault = forms::for_each_value(
        form, submission, pg::poll, [&](std::uint32_t node, const forms::Positions &positions, std::string_view text) {
            rows.add(
                pg::Row().text(form[node].path).datum(pg::make_int_array(positions.around(node))).text(pg::Text(text)));
        });
    if (fault) pg::refuse_submission(submission, *fault);
    return rows.finish();
}

QUIRE_FUNCTION(select_values)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const std::string_view submission = pg::submission_argument(args, 1);
    std::vector<forms::ChosenValue> chosen;
    if (const auto fault = forms::chosen_values(form, submission, pg::poll, chosen))
        pg::refuse_submission(submission, *fault);
    pg::RowSet rows(args);
    for (const forms::ChosenValue &one : chosen) rows.add(pg::Row().text(form[one.node].path).text(one.value));
    return rows.finish();
}

QUIRE_FUNCTION(submission_attachments)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const std::string_view submission = pg::submission_argument(args, 1);
    std::vector<std::string> names;
    if (const auto fault = forms::submitted_files(form, submission, pg::poll, names))
        pg::refuse_submission(submission, *fault);
    pg::RowSet rows(args, pg::RowSet::Of::scalars);
    for (const std::string &name : names) rows.add(pg::Row().text(name));
    return rows.finish();
}
