// src/core/logic/evaluator.cpp: operators and casts.
#include "core/logic/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "core/forms/scalars.hpp"
#include "core/logic/functions.hpp"
#include "core/logic/numbers.hpp"
#include "core/logic/paths.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double closeness_in_java = 1e-12;

template <class T>
bool in_order(Op::Code code, T a, T b)
{
    switch (code) {
        case Op::Code::less: return a < b;
        case Op::Code::at_most: return a <= b;
        case Op::Code::greater: return a > b;
        case Op::Code::at_least: return a >= b;
        case Op::Code::unequal: return a != b;
        default: return a == b;
    }
}

bool is_equality(Op::Code code)
{
    return code == Op::Code::equal || code == Op::Code::unequal;
}

Op::Code mirrored(Op::Code code)
{
    switch (code) {
        case Op::Code::less: return Op::Code::greater;
        case Op::Code::at_most: return Op::Code::at_least;
        case Op::Code::greater: return Op::Code::less;
        case Op::Code::at_least: return Op::Code::at_most;
        default: return code;
    }
}

}  // namespace

void Evaluator::fail(std::string message) const
{
    throw EvaluationFault{EvaluationFault::Kind::failed, std::move(message)};
}

void Evaluator::spend(std::size_t steps)
{
    constexpr std::size_t steps_between_polls = 1024;
    const std::size_t before = steps_;
    steps_ += steps;
    if (before / steps_between_polls == steps_ / steps_between_polls) return;
    poll_();
    if (steps_ > limits_.steps)
        throw EvaluationFault{EvaluationFault::Kind::limit, "an expression takes too many steps"};
    if (arena_.used() > limits_.memory)
        throw EvaluationFault{EvaluationFault::Kind::limit, "an expression takes too much memory"};
}

Value Evaluator::evaluate(const Expression &expression, const Context &context)
{
    struct Restore {
        Evaluator &evaluator;
        const Expression *expression;
        ~Restore()
        {
            evaluator.expression_ = expression;
            --evaluator.depth_;
        }
    } restore{*this, expression_};
    expression_ = &expression;
    // The label of a choice may lead to choices that ask for a label.
    constexpr int deepest = 4;
    if (++depth_ > deepest) fail("the choices of a question depend on themselves");
    return value(expression.root(), context);
}

Value Evaluator::value(std::uint32_t index, const Context &context)
{
    spend(1);
    const Op &op = expression_->ops[index];
    switch (op.code) {
        case Op::Code::number: return Value::of(expression_->numbers[op.a]);
        case Op::Code::text: return Value::of(std::string_view(expression_->texts[op.a]));
        case Op::Code::call: return op.function->body(*this, op, context);
        case Op::Code::path: return Value::of(Paths(*this).evaluate(op, context));
        case Op::Code::either: return Value::of(truth(value(op.a, context)) || truth(value(op.b, context)));
        case Op::Code::both: return Value::of(truth(value(op.a, context)) && truth(value(op.b, context)));
        case Op::Code::negate: return Value::of(-number(value(op.a, context)));
        case Op::Code::unite: {
            const Value a = value(op.a, context), b = value(op.b, context);
            if (!a.is(Value::Type::nodes) || !b.is(Value::Type::nodes)) fail("only sets of nodes can be united");
            return Value::of(Paths(*this).unite(a.nodes, b.nodes));
        }
        default: break;
    }
    const Value a = value(op.a, context);
    const Value b = value(op.b, context);
    if (op.code <= Op::Code::at_least) return Value::of(compare(op.code, a, b));
    return calculate(op.code, a, b);
}

Value Evaluator::calculate(Op::Code code, const Value &left, const Value &right)
{
    const double a = number(left), b = number(right);
    switch (code) {
        case Op::Code::add: return Value::of(a + b);
        case Op::Code::subtract: return Value::of(a - b);
        case Op::Code::multiply: return Value::of(a * b);
        case Op::Code::divide: return Value::of(a / b);
        default: return Value::of(std::fmod(a, b));
    }
}

// --- casts -----------------------------------------------------------------------------------------------------------

double Evaluator::number_of(std::string_view text)
{
    if (is_java()) return number_in_java(text);
    const double number = number_in_script(text);
    if (!std::isnan(number)) return number;
    const auto date = read_date(text, *world_.zone);
    if (!date) return number;
    if (!date->calendar) fail("a text has the form of a date, and names no day");
    return date->instant / milliseconds_of_day;
}

double Evaluator::number(const Value &value)
{
    switch (value.type) {
        case Value::Type::number: return value.number;
        case Value::Type::boolean: return value.truth ? 1 : 0;
        case Value::Type::text: return number_of(value.text);
        case Value::Type::date:
            return is_java() ? local_day(value.number, *world_.zone) : value.number / milliseconds_of_day;
        case Value::Type::nodes: break;
    }
    if (is_java()) return number(unpacked(value));
    return value.nodes.empty() ? not_a_number : number_of(text_of(value.nodes.front()));
}

std::string_view Evaluator::text(const Value &value)
{
    switch (value.type) {
        case Value::Type::text: return value.text;
        case Value::Type::boolean: return value.truth ? "true" : "false";
        case Value::Type::number:
            if (is_java()) return print_in_java(value.number, arena_);
            return std::isnan(value.number) ? std::string_view() : print_in_script(value.number, arena_);
        case Value::Type::date:
            return is_java() ? print_day(value.number, *world_.zone, arena_)
                             : print_instant(value.number, *world_.zone, arena_);
        case Value::Type::nodes: break;
    }
    if (is_java()) return text(unpacked(value));
    return value.nodes.empty() ? std::string_view() : text_of(value.nodes.front());
}

std::string_view Evaluator::stored_text(const Value &given, forms::Value type)
{
    const Value value = is_java() ? unpacked(given) : given;
    if (value.is(Value::Type::number)) {
        if (std::isnan(value.number)) return {};
        const bool whole = type == forms::Value::integer && std::isfinite(value.number);
        return print_in_script(whole ? std::trunc(value.number) : value.number, arena_);
    }
    if (value.is(Value::Type::boolean) && is_java()) return value.truth ? "1" : "0";
    if (value.is(Value::Type::date) && type != forms::Value::date && is_java())
        return print_date_time(value.number, *world_.zone, arena_);
    if (value.is(Value::Type::date) && type == forms::Value::date) return print_day(value.number, *world_.zone, arena_);
    return text(value);
}

bool Evaluator::truth(const Value &value)
{
    switch (value.type) {
        case Value::Type::boolean: return value.truth;
        case Value::Type::number:
            return is_java() ? std::fabs(value.number) > closeness_in_java
                             : value.number != 0 && !std::isnan(value.number);
        case Value::Type::text: return !value.text.empty();
        case Value::Type::date: return !std::isnan(value.number);
        case Value::Type::nodes: break;
    }
    return is_java() ? truth(unpacked(value)) : !value.nodes.empty();
}

Value Evaluator::unpacked(const Value &value)
{
    if (!value.is(Value::Type::nodes)) return value;
    if (value.nodes.empty()) return Value::of(std::string_view());
    if (value.nodes.size > 1) fail("one value is asked for where there are several nodes");
    const Ref ref = value.nodes.front();
    const std::string_view text = text_of(ref);
    const std::uint32_t typed_by = ref.document() == 0 && world_.form ? node(ref).form : 0;
    if (typed_by == 0 || text.empty()) return Value::of(text);
    switch ((*world_.form)[typed_by].value) {
        case forms::Value::integer:
        case forms::Value::decimal:
            if (const double number = number_in_script(text); !std::isnan(number)) return Value::of(number);
            break;
        case forms::Value::boolean:
            if (const auto truth = forms::boolean(text)) return Value::of(*truth);
            break;
        case forms::Value::date:
        case forms::Value::date_time:
            if (const auto date = read_date_in_java(text, *world_.zone)) return Value::date(*date);
            break;
        default:
            // What was calculated from dates is a date to JavaRosa, whatever the type of the node; so it writes it.
            if (text.size() >= 24 && text[10] == 'T' && (*world_.form)[typed_by].calculated)
                if (const auto date = read_date_in_java(text, *world_.zone)) return Value::date(*date);
            break;
    }
    return Value::of(text);
}

NodeSet Evaluator::nodes_argument(const Op &call, std::uint32_t i, const Context &context)
{
    const Value value = argument(call, i, context);
    if (!value.is(Value::Type::nodes)) fail(std::string(call.function->name) + "() takes a set of nodes");
    return value.nodes;
}

NodeSet Evaluator::all_instances(const Op &call, std::uint32_t argument, const Context &context)
{
    const Op &op = expression_->ops[argument_op(call, argument)];
    if (op.code != Op::Code::path) return nodes_argument(call, argument, context);
    return Paths(*this).all_instances(op, context);
}

bool Evaluator::matches(std::string_view text, std::string_view pattern)
{
    constexpr std::size_t most_kept = 100;
    auto found = patterns_.find(std::string(pattern));
    if (found == patterns_.end()) {
        if (patterns_.size() >= most_kept) patterns_.clear();
        auto compiled = Regex::compile(pattern);
        found = patterns_.emplace(pattern, std::nullopt).first;
        if (compiled.ok()) found->second = std::move(compiled).value();
    }
    if (!found->second) fail("regex() has a pattern that is not well-formed, or not supported");
    spend(1 + text.size() / 16);
    return is_java() ? found->second->matches(text, poll_) : found->second->search(text, poll_);
}

NodeSet Evaluator::one_node(Ref ref)
{
    Ref *const data = arena_.make<Ref>(1);
    *data = ref;
    return {data, 1};
}

NodeSet Evaluator::copy(const std::vector<Ref> &refs)
{
    if (refs.empty()) return {};
    Ref *const data = arena_.make<Ref>(refs.size());
    std::copy(refs.begin(), refs.end(), data);
    return {data, static_cast<std::uint32_t>(refs.size())};
}

// SplitMix64: enough for texts that nobody compares.
std::uint64_t Evaluator::random()
{
    std::uint64_t z = random_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

// --- comparisons -----------------------------------------------------------------------------------------------------

bool Evaluator::equal(const Value &a, const Value &b)
{
    return compare(Op::Code::equal, a, b);
}

bool Evaluator::compare(Op::Code code, const Value &a, const Value &b)
{
    return is_java() ? compare_in_java(code, a, b) : compare_in_script(code, a, b);
}

bool Evaluator::compare_in_java(Op::Code code, const Value &left, const Value &right)
{
    const Value a = unpacked(left), b = unpacked(right);
    if (!is_equality(code)) return in_order(code, number(a), number(b));
    const auto either_is = [&](Value::Type type) { return a.is(type) || b.is(type); };
    bool same = false;
    if (either_is(Value::Type::boolean))
        same = truth(a) == truth(b);
    else if (either_is(Value::Type::number))
        same = std::fabs(number(a) - number(b)) < closeness_in_java || number(a) == number(b);
    else
        same = text(a) == text(b);
    return same == (code == Op::Code::equal);
}

bool Evaluator::compare_in_script(Op::Code code, const Value &a, const Value &b)
{
    const auto either_is = [&](Value::Type type) { return a.is(type) || b.is(type); };
    if (is_equality(code) && either_is(Value::Type::boolean)) return in_order(code, truth(a), truth(b));
    if (a.is(Value::Type::nodes) && b.is(Value::Type::nodes)) return compare_sets(code, a.nodes, b.nodes);
    if (a.is(Value::Type::nodes)) return compare_set(code, a.nodes, b, true);
    if (b.is(Value::Type::nodes)) return compare_set(code, b.nodes, a, false);
    if (!is_equality(code) || either_is(Value::Type::number)) return in_order(code, number(a), number(b));
    return in_order(code, text(a), text(b));
}

bool Evaluator::compare_set(Op::Code code, const NodeSet &set, const Value &other, bool set_is_left)
{
    const Op::Code turned = set_is_left ? code : mirrored(code);
    spend(set.size);
    if (is_equality(code) && !other.is(Value::Type::number)) {
        const std::string_view wanted = text(other);
        return std::any_of(set.begin(), set.end(), [&](Ref ref) { return in_order(turned, text_of(ref), wanted); });
    }
    const double wanted = number(other);
    return std::any_of(set.begin(), set.end(),
                       [&](Ref ref) { return in_order(turned, number_of(text_of(ref)), wanted); });
}

bool Evaluator::compare_sets(Op::Code code, const NodeSet &a, const NodeSet &b)
{
    spend(std::size_t{a.size} + b.size);
    if (a.empty() || b.empty()) return false;
    if (code == Op::Code::equal) {
        if (a.size == 1 && b.size == 1) return text_of(a.front()) == text_of(b.front());
        std::unordered_set<std::string_view> texts;
        for (const Ref ref : a) texts.insert(text_of(ref));
        return std::any_of(b.begin(), b.end(), [&](Ref ref) { return texts.count(text_of(ref)) > 0; });
    }
    if (code == Op::Code::unequal) {
        // False only when all are the same text.
        const std::string_view first = text_of(a.front());
        const auto differs = [&](Ref ref) { return text_of(ref) != first; };
        return std::any_of(a.begin(), a.end(), differs) || std::any_of(b.begin(), b.end(), differs);
    }
    // Some pair is in order when the extremes are.
    const bool wants_less = code == Op::Code::less || code == Op::Code::at_most;
    const auto extreme = [&](const NodeSet &set, bool least) {
        double best = not_a_number;
        for (const Ref ref : set) {
            const double number = number_of(text_of(ref));
            if (std::isnan(best) || (least ? number < best : number > best)) best = number;
        }
        return best;
    };
    return in_order(code, extreme(a, wants_less), extreme(b, !wants_less));
}

}  // namespace quire::logic
