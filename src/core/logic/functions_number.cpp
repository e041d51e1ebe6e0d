// src/core/logic/functions_number.cpp: functions of numbers.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/logic/function_bodies.hpp"
#include "core/logic/numbers.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Value of_one(Evaluator &evaluator, const Op &call, const Context &context, double (*function)(double))
{
    return Value::of(function(evaluator.number_argument(call, 0, context)));
}

// Calls visit(number) for each argument, and for each node of a set. Blank ones are no numbers.
template <class Visit>
void for_each_number(Evaluator &evaluator, const Op &call, const Context &context, Visit visit)
{
    for (std::uint32_t i = 0; i < call.list.size; ++i) {
        const Value value = evaluator.argument(call, i, context);
        if (!value.is(Value::Type::nodes)) {
            visit(evaluator.number(value));
            continue;
        }
        evaluator.spend(value.nodes.size);
        for (const Ref ref : value.nodes) visit(evaluator.number(Value::of(evaluator.one_node(ref))));
    }
}

template <class Better>
Value best(Evaluator &evaluator, const Op &call, const Context &context, Better better)
{
    double found = not_a_number;
    bool spoilt = false;
    for_each_number(evaluator, call, context, [&](double number) {
        if (std::isnan(number))
            spoilt = true;
        else if (std::isnan(found) || better(number, found))
            found = number;
    });
    return Value::of(spoilt && !evaluator.is_java() ? not_a_number : found);
}

}  // namespace

Value number(Evaluator &evaluator, const Op &call, const Context &context)
{
    if (call.list.size == 0) return Value::of(evaluator.number(Value::of(evaluator.one_node(context.node))));
    return Value::of(evaluator.number_argument(call, 0, context));
}

Value integer(Evaluator &evaluator, const Op &call, const Context &context)
{
    return of_one(evaluator, call, context, std::trunc);
}

Value round(Evaluator &evaluator, const Op &call, const Context &context)
{
    const double number = evaluator.number_argument(call, 0, context);
    const double digits = call.list.size > 1 ? evaluator.number_argument(call, 1, context) : 0;
    return Value::of(evaluator.is_java() ? round_in_java(number, digits) : round_in_script(number, digits));
}

#define QUIRE_OF_ONE(name, function)                                         \
    Value name(Evaluator &evaluator, const Op &call, const Context &context) \
    {                                                                        \
        return of_one(evaluator, call, context, function);                   \
    }
QUIRE_OF_ONE(floor, std::floor)
QUIRE_OF_ONE(ceiling, std::ceil)
QUIRE_OF_ONE(abs, std::fabs)
QUIRE_OF_ONE(sqrt, std::sqrt)
QUIRE_OF_ONE(exp, std::exp)
QUIRE_OF_ONE(log, std::log)
QUIRE_OF_ONE(log10, std::log10)
QUIRE_OF_ONE(sin, std::sin)
QUIRE_OF_ONE(cos, std::cos)
QUIRE_OF_ONE(tan, std::tan)
QUIRE_OF_ONE(asin, std::asin)
QUIRE_OF_ONE(acos, std::acos)
QUIRE_OF_ONE(atan, std::atan)
#undef QUIRE_OF_ONE

Value exp10(Evaluator &evaluator, const Op &call, const Context &context)
{
    return Value::of(std::pow(10.0, evaluator.number_argument(call, 0, context)));
}

Value atan2(Evaluator &evaluator, const Op &call, const Context &context)
{
    const double y = evaluator.number_argument(call, 0, context), x = evaluator.number_argument(call, 1, context);
    return Value::of(std::atan2(y, x));
}

Value pow(Evaluator &evaluator, const Op &call, const Context &context)
{
    const double base = evaluator.number_argument(call, 0, context);
    const double exponent = evaluator.number_argument(call, 1, context);
    // Java and JavaScript make no number of 1 to the power of none; C does.
    if (std::isnan(exponent) || (std::fabs(base) == 1 && std::isinf(exponent))) return Value::of(not_a_number);
    return Value::of(std::pow(base, exponent));
}

Value pi(Evaluator &, const Op &, const Context &)
{
    return Value::of(3.141592653589793);
}

Value min(Evaluator &evaluator, const Op &call, const Context &context)
{
    return best(evaluator, call, context, [](double a, double b) { return a < b; });
}

Value max(Evaluator &evaluator, const Op &call, const Context &context)
{
    return best(evaluator, call, context, [](double a, double b) { return a > b; });
}

Value sum(Evaluator &evaluator, const Op &call, const Context &context)
{
    const NodeSet nodes = evaluator.nodes_argument(call, 0, context);
    evaluator.spend(nodes.size);
    // web-forms has no sum of nothing.
    double total = nodes.empty() && !evaluator.is_java() ? not_a_number : 0;
    for (const Ref ref : nodes) {
        const std::string_view text = evaluator.text_of(ref);
        if (text.empty() && evaluator.is_java()) continue;
        total += evaluator.number(Value::of(evaluator.one_node(ref)));
    }
    return Value::of(total);
}

Value random(Evaluator &evaluator, const Op &, const Context &)
{
    return Value::of(static_cast<double>(evaluator.random() >> 11) / 9007199254740992.0);
}

}  // namespace quire::logic::bodies
