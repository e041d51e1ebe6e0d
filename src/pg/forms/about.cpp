// src/pg/forms/about.cpp: SQL entry points that tell about a submission: its envelope, its history, its audit.
#include "core/forms/client_audit.hpp"
#include "core/forms/diff.hpp"
#include "core/forms/meta.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

namespace {

std::optional<Datum> tree_or_null(const forms::Tree *tree, pg::JsonbWriter &json)
{
    if (!tree) return std::nullopt;
    forms::write_tree(*tree, json);
    return json.finish();
}

Datum remainder_of(const forms::AuditRow &row, pg::JsonbWriter &json)
{
    json.begin_object();
    for (const auto &[header, value] : row.remainder) {
        json.key(header);
        json.string(value);
    }
    json.end();
    return json.finish();
}

}  // namespace

QUIRE_FUNCTION(submission_meta)
{
    const std::string_view submission = pg::submission_argument(args, 0);
    const auto read = forms::read_meta(submission, pg::poll);
    if (!read.ok()) pg::refuse_submission(submission, read.fault());
    const forms::Meta &meta = read.value();
    return pg::make_record(args, pg::Row()
                                     .text(meta.form_id)
                                     .text(meta.form_version)
                                     .text(meta.instance_id)
                                     .text(meta.deprecated_id)
                                     .text(meta.instance_name)
                                     .text(meta.device_id)
                                     .boolean(meta.encrypted)
                                     .text(meta.local_key)
                                     .text(meta.encrypted_file)
                                     .text(meta.signature));
}

QUIRE_FUNCTION(submission_diff)
{
    const forms::Form &form = pg::form_argument(args, 0);
    const std::string_view older = pg::submission_argument(args, 1), newer = pg::submission_argument(args, 2);
    const auto difference = forms::diff(form, older, newer, pg::poll);
    if (!difference.ok()) {
        const forms::DiffFault &fault = difference.fault();
        pg::refuse_submission(fault.in_newer ? newer : older, fault.fault);
    }
    pg::RowSet rows(args);
    pg::JsonbWriter json;
    for (const auto &change : difference.value().changes) {
        forms::write_path(change, json);
        const Datum path = json.finish();
        rows.add(
            pg::Row().datum(path).datum(tree_or_null(change.before, json)).datum(tree_or_null(change.after, json)));
    }
    return rows.finish();
}

QUIRE_FUNCTION(client_audit)
{
    const std::string_view csv = pg::to_utf8(args.text(0));
    const auto audit = forms::read_client_audit(csv, pg::poll);
    if (!audit.ok())
        throw pg::Error(ERRCODE_BAD_COPY_FILE_FORMAT, "the client audit is not well-formed CSV")
            .detail("Line " + std::to_string(quire::xml::line_at(csv, audit.fault().at)) + ": " +
                    audit.fault().message + ".");
    pg::RowSet rows(args);
    pg::JsonbWriter json;
    for (const forms::AuditRow &line : audit.value()) {
        pg::Row row;
        for (const auto &cell : line.known) row.text(cell);
        rows.add(row.datum(remainder_of(line, json)));
    }
    return rows.finish();
}
