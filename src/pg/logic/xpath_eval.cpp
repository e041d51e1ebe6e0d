// src/pg/logic/xpath_eval.cpp: SQL entry point of the bare evaluator.
#include "core/logic/standalone.hpp"

#include "pg/forms/form_value.hpp"
#include "pg/logic/options.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"

namespace logic = quire::logic;
namespace pg = quire::pg;

namespace {

[[noreturn]] void refuse(const logic::StandaloneFault &fault, std::string_view document)
{
    using With = logic::StandaloneFault::With;
    const std::string said(pg::to_database(fault.message));
    switch (fault.with) {
        case With::document:
            throw pg::Error(ERRCODE_INVALID_XML_CONTENT, "the context is not a well-formed XML document")
                .detail("Line " + std::to_string(quire::xml::line_at(document, fault.at)) + ": " + said + ".");
        case With::instance: pg::refuse_instance(fault.instance, {fault.at, fault.message});
        case With::expression:
            throw pg::Error(ERRCODE_SYNTAX_ERROR, "the expression is not well-formed")
                .detail("Character " + std::to_string(fault.at + 1) + ": " + said + ".");
        case With::place:
            throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "ref leads to no node")
                .detail("Character " + std::to_string(fault.at + 1) + ": " + said + ".");
        case With::limit:
            throw pg::Error(ERRCODE_PROGRAM_LIMIT_EXCEEDED, said)
                .hint("quire.max_evaluation_steps and quire.max_evaluation_memory are the limits.");
        case With::evaluation: break;
    }
    throw pg::Error(ERRCODE_DATA_EXCEPTION, "the expression cannot be evaluated").detail(said + ".");
}

}  // namespace

QUIRE_FUNCTION(xpath_eval)
{
    const std::string_view document = pg::submission_argument(args, 0);
    pg::Options options(args, 3);
    constexpr std::array<std::string_view, 2> dialects{"webforms", "javarosa"};
    logic::Standalone standalone;
    standalone.dialect = options.word("dialect", dialects) == 0 ? logic::Dialect::webforms : logic::Dialect::javarosa;
    standalone.prefixes = pg::text_members(options.value("namespaces"));
    standalone.root = options.text("root").value_or("");
    pg::EvaluationOptions evaluation(options);
    options.finish();
    standalone.zone = &evaluation.zone;
    standalone.now = evaluation.now ? *evaluation.now : pg::milliseconds_of(GetCurrentTransactionStartTimestamp());
    standalone.seed = pg::random_seed();
    standalone.language = std::move(evaluation.language);
    standalone.instances = std::move(evaluation.instances);
    standalone.properties = std::move(evaluation.properties);
    standalone.limits = pg::evaluation_limits();
    pg::JsonbWriter json;
    const auto done = logic::evaluate_over(document, pg::to_utf8(args.text(1)), pg::to_utf8(args.text(2)), standalone,
                                           pg::poll, json);
    if (!done.ok()) refuse(done.fault(), document);
    return json.finish();
}
