// src/pg/logic/strict.cpp: SQL entry point for forms whose rules must all be in order.
#include "pg/logic/form_rules.hpp"
#include "pg/support/encoding.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/json.hpp"

namespace forms = quire::forms;
namespace pg = quire::pg;

QUIRE_FUNCTION(xform_with_options)
{
    pg::Options options(args, 1);
    const bool is_strict = options.flag("strict", false);
    options.finish();
    const Datum form = pg::make_form_value(args.text(0));
    if (!is_strict) return form;
    pg::RulesMemo memo;
    const auto &warnings = memo.get(form)->warnings();
    if (warnings.empty()) return form;
    const forms::Warning &first = warnings.front();
    const std::string others =
        warnings.size() == 1 ? "" : " There are " + std::to_string(warnings.size() - 1) + " more.";
    throw pg::Error(ERRCODE_INVALID_TEXT_REPRESENTATION, "a rule of the form is not in order")
        .detail("Line " + std::to_string(first.line) + ", " + std::string(pg::to_database(first.path)) + ": " +
                std::string(pg::to_database(first.message)) + "." + others)
        .hint("Without the option strict such rules are left out; form_info(form) -> 'warnings' lists them all.");
}
