// src/core/attributes/filter.cpp: evaluating filters, and checking them against the types of attributes.
#include "core/attributes/filter.hpp"

#include <algorithm>

#include "core/attributes/moments.hpp"
#include "core/attributes/near.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

using Kind = Value::Kind;

constexpr std::int16_t one_digit[] = {1};
constexpr Decimal zero, one = {false, 0, one_digit};

// Booleans among numbers are 1 and 0.
Value as_number(const Value &value)
{
    if (value.kind != Kind::boolean) return value;
    Value number;
    number.kind = Kind::number;
    number.number = value.boolean ? one : zero;
    return number;
}

bool is_numeric(const Value &value)
{
    return value.kind == Kind::number || value.kind == Kind::boolean;
}

bool equals(const Value &value, const Value &literal)
{
    if (value.kind != literal.kind && is_numeric(value) && is_numeric(literal))
        return compare(as_number(value).number, as_number(literal).number) == 0;
    return equal(value, literal);
}

// Less than, equal to or greater than zero; none where there is no order.
std::optional<int> order(const Value &value, const Value &literal)
{
    if (value.kind == Kind::text && literal.kind == Kind::text) return value.text.compare(literal.text);
    if (is_numeric(value) && is_numeric(literal)) return compare(as_number(value).number, as_number(literal).number);
    return std::nullopt;
}

bool has_part(const Value &value, const Value &literal)
{
    return value.kind == Kind::text && literal.kind == Kind::text &&
           value.text.find(literal.text) != std::string_view::npos;
}

bool has_item(const Value &value, const Value &literal)
{
    return value.kind == Kind::list &&
           std::any_of(value.items.begin(), value.items.end(), [&](const Value &item) { return equal(item, literal); });
}

bool holds(const Value &value, Comparator comparator, const Value &literal)
{
    switch (comparator) {
        case Comparator::equal: return equals(value, literal);
        case Comparator::unequal: return !equals(value, literal);
        case Comparator::contains: return has_part(value, literal) || has_item(value, literal);
        case Comparator::has_item: return has_item(value, literal);
        case Comparator::has_part: return has_part(value, literal);
        default: break;
    }
    const auto found = order(value, literal);
    if (!found) return false;
    switch (comparator) {
        case Comparator::less: return *found < 0;
        case Comparator::greater: return *found > 0;
        case Comparator::at_most: return *found <= 0;
        default: return *found >= 0;
    }
}

// --- what the types of attributes tell about a filter
// ------------------------------------------------------------------

// The kinds of values, as a filter knows them, that an attribute has.
enum class Family : std::uint8_t { number, text, list };

Family family(const AttributeType &type)
{
    switch (type.kind) {
        case AttributeType::Kind::text:
        case AttributeType::Kind::choice:
        case AttributeType::Kind::moment: return Family::text;
        case AttributeType::Kind::list: return Family::list;
        default: return Family::number;
    }
}

bool fits(Family family, const Value &literal)
{
    switch (family) {
        case Family::number: return is_numeric(literal);
        case Family::text: return literal.kind == Kind::text;
        default: return literal.kind == Kind::list;
    }
}

std::string quote(std::string_view text)
{
    return "\"" + std::string(text) + "\"";
}

// A reference is written as its number or its name, which becomes the number.
std::optional<FilterFault> resolve_reference(Comparison &comparison, const AttributeType &type)
{
    const Value &literal = comparison.literal.view();
    if (!type.names || comparison.comparator == Comparator::contains || literal.is_null()) return std::nullopt;
    std::vector<std::string_view> names;
    for (const ReferenceName &known : *type.names) {
        const bool is_name = literal.kind == Kind::text && known.name == literal.text;
        if (is_name || (literal.kind == Kind::number && compare(known.number.view(), literal.number) == 0)) {
            comparison.literal = Literal::number(known.number);
            return std::nullopt;
        }
        names.push_back(known.name);
    }
    if (literal.kind == Kind::number)
        return FilterFault{comparison.literal_at, "there is no " + type.referenced + " of this number", ""};
    if (literal.kind != Kind::text) return std::nullopt;
    const std::string_view meant = nearest(literal.text, names);
    return FilterFault{comparison.literal_at, "there is no " + type.referenced + " " + quote(literal.text),
                       meant.empty() ? "" : "Perhaps " + quote(meant) + " was meant."};
}

std::optional<FilterFault> check_comparison(const Comparison &comparison, std::string_view name,
                                            const AttributeType &type)
{
    const Value &literal = comparison.literal.view();
    const Family kind = family(type);
    const std::string subject = "Attribute " + quote(name) + " is " + describe(type) + ".";
    if (comparison.comparator == Comparator::contains) {
        if (kind == Family::number)
            return FilterFault{comparison.name_at, "expected a list or a text before ?", subject};
        if (kind == Family::text && literal.kind != Kind::text)
            return FilterFault{comparison.literal_at, "expected a text after ?", subject};
        return std::nullopt;
    }
    if (literal.is_null()) return std::nullopt;
    const bool is_order = comparison.comparator != Comparator::equal && comparison.comparator != Comparator::unequal;
    if (!fits(kind, literal) || (is_order && kind == Family::list))
        return FilterFault{comparison.literal_at, "expected a value that the attribute can be compared with", subject};
    if (type.kind == AttributeType::Kind::moment && !read_moment(literal.text))
        return FilterFault{comparison.literal_at, "expected a date and time in ISO 8601",
                           "It looks like \"2024-05-17T10:11:12Z\"."};
    return std::nullopt;
}

}  // namespace

bool Filter::evaluate(const FilterNode &node, AttributeSource &row) const
{
    if (node.kind == FilterNode::Kind::comparison) {
        const Comparison &comparison = comparisons_[node.comparison];
        Value value;
        row.look_up(comparison.attribute, value);
        return holds(value, comparison.comparator, comparison.literal.view());
    }
    bool result = evaluate(node.terms.front(), row);
    if (node.kind == FilterNode::Kind::negation) return !result;
    for (std::size_t i = 1; i < node.terms.size(); ++i)
        if (result != node.joined_by_or[i - 1]) result = evaluate(node.terms[i], row);
    return result;
}

bool Filter::matches(AttributeSource &row) const
{
    return !root_ || evaluate(*root_, row);
}

std::optional<FilterFault> Filter::fit(const std::function<const AttributeType *(std::string_view)> &find,
                                       std::span<const std::string_view> names)
{
    for (Comparison &comparison : comparisons_) {
        const std::string &name = attributes_[comparison.attribute];
        const AttributeType *const type = find(name);
        if (!type) {
            const std::string_view meant = nearest(name, names);
            return FilterFault{comparison.name_at, "there is no attribute " + quote(name),
                               meant.empty() ? "" : "Perhaps " + quote(meant) + " was meant."};
        }
        if (auto fault = resolve_reference(comparison, *type)) return fault;
        if (auto fault = check_comparison(comparison, name, *type)) return fault;
        if (comparison.comparator == Comparator::contains)
            comparison.comparator = family(*type) == Family::list ? Comparator::has_item : Comparator::has_part;
    }
    return std::nullopt;
}

}  // namespace quire::attributes
