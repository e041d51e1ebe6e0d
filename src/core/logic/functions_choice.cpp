// src/core/logic/functions_choice.cpp: functions of truth values and of selected choices.
#include <cmath>
#include <string>
#include <vector>

#include "core/forms/scalars.hpp"
#include "core/logic/function_bodies.hpp"
#include "core/logic/search.hpp"
#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

// The truth of each argument, and of each node of a set.
template <class Visit>
void for_each_truth(Evaluator &evaluator, const Value &value, Visit visit)
{
    if (!value.is(Value::Type::nodes)) return visit(evaluator.truth(value));
    evaluator.spend(value.nodes.size);
    for (const Ref ref : value.nodes)
        visit(evaluator.is_java() ? evaluator.truth(Value::of(evaluator.one_node(ref)))
                                  : !evaluator.text_of(ref).empty());
}

// A bound of a checklist that stands for none.
bool is_open(const Evaluator &evaluator, double bound, bool is_most)
{
    return evaluator.is_java() ? bound < 0 : is_most && bound == -1;
}

bool is_blank_in_java(Evaluator &evaluator, const Value &value)
{
    return value.is(Value::Type::number) ? std::isnan(value.number) : evaluator.text(value).empty();
}

}  // namespace

Value choose(Evaluator &evaluator, const Op &call, const Context &context)
{
    return evaluator.argument(call, evaluator.truth(evaluator.argument(call, 0, context)) ? 1 : 2, context);
}

Value coalesce(Evaluator &evaluator, const Op &call, const Context &context)
{
    Value value;
    for (std::uint32_t i = 0; i < call.list.size; ++i) {
        value = evaluator.argument(call, i, context);
        if (evaluator.is_java()) {
            value = evaluator.unpacked(value);
            if (!is_blank_in_java(evaluator, value)) return value;
        } else if (const std::string_view text = evaluator.text(value); !text.empty()) {
            return Value::of(text);
        }
    }
    return evaluator.is_java() ? value : Value::of(std::string_view());
}

Value once(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view own = evaluator.text_of(context.node);
    return Value::of(own.empty() ? evaluator.text_argument(call, 0, context) : own);
}

Value yes(Evaluator &, const Op &, const Context &)
{
    return Value::of(true);
}

Value no(Evaluator &, const Op &, const Context &)
{
    return Value::of(false);
}

Value negation(Evaluator &evaluator, const Op &call, const Context &context)
{
    return Value::of(!evaluator.truth(evaluator.argument(call, 0, context)));
}

Value boolean(Evaluator &evaluator, const Op &call, const Context &context)
{
    return Value::of(evaluator.truth(evaluator.argument(call, 0, context)));
}

Value boolean_from_string(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view text = evaluator.text_argument(call, 0, context);
    if (text == "1" || text == "true") return Value::of(true);
    if (!evaluator.is_java() || text.size() != 4) return Value::of(false);
    constexpr std::string_view word = "true";
    bool same = true;
    for (std::size_t i = 0; i < word.size(); ++i) same = same && to_lower(text[i]) == word[i];
    return Value::of(same);
}

Value checklist(Evaluator &evaluator, const Op &call, const Context &context)
{
    const double least = evaluator.number_argument(call, 0, context);
    const double most = evaluator.number_argument(call, 1, context);
    double count = 0;
    for (std::uint32_t i = 2; i < call.list.size; ++i)
        for_each_truth(evaluator, evaluator.argument(call, i, context), [&](bool truth) { count += truth; });
    return Value::of((is_open(evaluator, least, false) || count >= least) &&
                     (is_open(evaluator, most, true) || count <= most));
}

Value weighted_checklist(Evaluator &evaluator, const Op &call, const Context &context)
{
    if (call.list.size % 2 != 0) evaluator.fail("weighted-checklist() takes a weight for each value");
    const double least = evaluator.number_argument(call, 0, context);
    const double most = evaluator.number_argument(call, 1, context);
    double total = 0;
    for (std::uint32_t i = 2; i < call.list.size; i += 2) {
        std::vector<bool> truths;
        for_each_truth(evaluator, evaluator.argument(call, i, context), [&](bool truth) { truths.push_back(truth); });
        const Value weights = evaluator.argument(call, i + 1, context);
        if (!weights.is(Value::Type::nodes)) {
            for (const bool truth : truths) total += truth ? evaluator.number(weights) : 0;
            continue;
        }
        if (weights.nodes.size != truths.size()) {
            if (evaluator.is_java()) evaluator.fail("weighted-checklist() has not as many weights as values");
            return Value::of(false);
        }
        for (std::uint32_t j = 0; j < weights.nodes.size; ++j)
            if (truths[j]) total += evaluator.number_of(evaluator.text_of(weights.nodes.data[j]));
    }
    // JavaRosa knows no open bounds here.
    if (evaluator.is_java()) return Value::of(total >= least && total <= most);
    return Value::of((least < 0 || total >= least) && (most < 0 || total <= most));
}

Value depend(Evaluator &evaluator, const Op &call, const Context &context)
{
    return evaluator.argument(call, 0, context);
}

Value selected(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view list = evaluator.text_argument(call, 0, context);
    const std::string_view wanted = forms::trim(evaluator.text_argument(call, 1, context));
    if (wanted.empty()) return Value::of(forms::trim(list).empty());
    if (evaluator.is_java()) {
        // A stretch of whole words.
        const auto between_blanks = [](std::string_view text) { return ' ' + std::string(text) + ' '; };
        return Value::of(find_text(between_blanks(forms::trim(list)), between_blanks(wanted)) != std::string::npos);
    }
    bool found = false;
    forms::for_each_word(list, [&](std::string_view word) { found = found || word == wanted; });
    return Value::of(found);
}

Value selected_at(Evaluator &evaluator, const Op &call, const Context &context)
{
    const std::string_view list = evaluator.text_argument(call, 0, context);
    const double wanted = std::trunc(evaluator.number_argument(call, 1, context));
    double number = 0;
    std::string_view found;
    forms::for_each_word(list, [&](std::string_view word) {
        if (number == wanted) found = word;
        ++number;
    });
    return Value::of(found);
}

Value count_selected(Evaluator &evaluator, const Op &call, const Context &context)
{
    double count = 0;
    forms::for_each_word(evaluator.text_argument(call, 0, context), [&](std::string_view) { ++count; });
    return Value::of(count);
}

}  // namespace quire::logic::bodies
