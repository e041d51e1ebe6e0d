// src/pg/logic/validate.cpp: SQL entry points that hold submissions against the rules of their forms.
#include "pg/logic/judge.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/results.hpp"

namespace forms = quire::forms;
namespace logic = quire::logic;
namespace pg = quire::pg;

namespace {

std::optional<Datum> message_of(const forms::Form &form, const forms::Label *label, pg::JsonbWriter &json)
{
    if (!label) return std::nullopt;
    json.begin_object();
    for (const auto &[language, text] : *label) {
        json.key(form.languages[language]);
        json.string(text);
    }
    json.end();
    return json.finish();
}

pg::Row row_of(const forms::Form &form, const logic::Violation &violation, pg::JsonbWriter &json)
{
    std::string path = form[violation.node].path;
    if (!violation.stranger.empty()) path.append("/").append(violation.stranger);
    return pg::Row()
        .text(path)
        .datum(pg::make_int_array(violation.position))
        .text(pg::Text(logic::name_of(violation.rule)))
        .datum(message_of(form, violation.message, json))
        .text(violation.expression.empty() ? pg::Text() : pg::Text(violation.expression))
        .boolean(violation.disputed);
}

}  // namespace

QUIRE_FUNCTION(validate)
{
    pg::Judge &judge = pg::Judge::of(args);
    const std::string_view submission = pg::submission_argument(args, 1);
    pg::RowSet rows(args);
    if (const auto fault = judge.read(submission)) {
        if (!judge.keeps_ill_formed()) pg::refuse_submission(submission, *fault);
        rows.add(pg::Row()
                     .text(pg::Text(""))
                     .datum(pg::make_int_array({}))
                     .text(pg::Text(logic::name_of(logic::Violation::Rule::structure)))
                     .null()
                     .null()
                     .boolean(false));
        return rows.finish();
    }
    pg::JsonbWriter json;
    for (const logic::Violation &violation : judge.judge(submission, false))
        rows.add(row_of(judge.rules().form(), violation, json));
    return rows.finish();
}

QUIRE_FUNCTION(is_valid)
{
    pg::Judge &judge = pg::Judge::of(args);
    const std::string_view submission = pg::submission_argument(args, 1);
    if (const auto fault = judge.read(submission)) {
        if (!judge.keeps_ill_formed()) pg::refuse_submission(submission, *fault);
        return BoolGetDatum(false);
    }
    return BoolGetDatum(judge.judge(submission, true).empty());
}

QUIRE_FUNCTION(recalculate)
{
    pg::Judge &judge = pg::Judge::of(args);
    const std::string_view submission = pg::submission_argument(args, 1);
    if (const auto fault = judge.read(submission)) {
        if (!judge.keeps_ill_formed()) pg::refuse_submission(submission, *fault);
        return args.datum(1);
    }
    return pg::make_varlena(pg::to_database(judge.recalculate(submission)));
}
