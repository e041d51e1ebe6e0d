// src/core/attributes/check.cpp: the rules of each kind of attribute.
#include "core/attributes/check.hpp"

#include <algorithm>
#include <cmath>

#include "core/attributes/moments.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

using Kind = AttributeType::Kind;

Rule check_decimal(const AttributeType &type, const Value &value)
{
    if (value.kind != Value::Kind::number) return Rule::type;
    const auto outside = [&](const Bound &bound, int side) {
        const int order = side * compare(value.number, bound.value.view());
        return order > 0 || (order == 0 && bound.exclusive);
    };
    const bool is_out = (type.least && outside(*type.least, -1)) || (type.most && outside(*type.most, 1));
    return is_out ? Rule::range : Rule::none;
}

Value::Kind kind_of(AttributeType::Item item)
{
    switch (item) {
        case AttributeType::Item::text: return Value::Kind::text;
        case AttributeType::Item::boolean: return Value::Kind::boolean;
        default: return Value::Kind::number;
    }
}

Rule check_list(const AttributeType &type, const Value &value)
{
    if (value.kind != Value::Kind::list) return Rule::type;
    const auto wanted = kind_of(type.item);
    if (!std::all_of(value.items.begin(), value.items.end(), [&](const Value &item) { return item.kind == wanted; }))
        return Rule::item;
    const auto count = static_cast<std::int64_t>(value.items.size());
    const bool fits =
        (!type.fewest_items || count >= *type.fewest_items) && (!type.most_items || count <= *type.most_items);
    return fits ? Rule::none : Rule::length;
}

Rule type_unless(bool holds)
{
    return holds ? Rule::none : Rule::type;
}

bool is_integer(const Value &value)
{
    return value.kind == Value::Kind::number && value.number.is_whole() && whole_part(value.number);
}

std::string describe_length(const AttributeType &type)
{
    const auto items = [](std::int64_t count) { return std::to_string(count) + (count == 1 ? " item" : " items"); };
    if (!type.most_items) return "at least " + items(*type.fewest_items);
    if (!type.fewest_items) return "at most " + items(*type.most_items);
    return "from " + std::to_string(*type.fewest_items) + " to " + items(*type.most_items);
}

std::string_view article(const AttributeType &type)
{
    switch (type.kind) {
        case Kind::integer: return "a whole number";
        case Kind::reference: return "a number that refers to a row";
        case Kind::moment: return "a date and time as ISO 8601 text, like \"2024-05-17T10:11:12Z\"";
        case Kind::decimal: return "a number";
        case Kind::text:
        case Kind::choice: return "a string";
        case Kind::boolean: return "true or false";
        case Kind::list: break;
    }
    return "a list";
}

std::string_view items_of(const AttributeType &type)
{
    switch (type.item) {
        case AttributeType::Item::text: return "strings";
        case AttributeType::Item::boolean: return "true and false";
        default: return "numbers";
    }
}

std::string quoted_choices(const AttributeType &type)
{
    constexpr std::size_t most = 20;
    if (type.choices.empty()) return "nothing: there are no choices";
    std::string all;
    for (std::size_t i = 0; i < type.choices.size() && i < most; ++i)
        all.append(i == 0 ? "\"" : ", \"").append(type.choices[i]).append("\"");
    return type.choices.size() > most ? all + ", and more" : all;
}

bool match_decimals(const AttributeType &type, const Value &wanted, const Value &value)
{
    constexpr double noise = 1e-9;
    if (wanted.kind != Value::Kind::number || value.kind != Value::Kind::number) return equal(wanted, value);
    if (compare(wanted.number, value.number) == 0) return true;
    const double a = to_double(wanted.number), b = to_double(value.number);
    const double scale = std::max(std::fabs(a), std::fabs(b));
    if (!std::isfinite(scale)) return false;
    if (type.tolerance == 0) return std::fabs(a - b) <= noise * scale;
    if (type.tolerance_is_absolute) return std::fabs(a - b) <= std::max(type.tolerance, noise * scale);
    return std::fabs(a - b) <= type.tolerance * scale;
}

}  // namespace

std::string_view name(Rule rule)
{
    switch (rule) {
        case Rule::none: break;
        case Rule::unknown: return "unknown";
        case Rule::type: return "type";
        case Rule::range: return "range";
        case Rule::choice: return "choice";
        case Rule::length: return "length";
        case Rule::item: return "item";
    }
    return "none";
}

Rule check_value(const AttributeType &type, const Value &value)
{
    if (value.is_null()) return Rule::none;
    switch (type.kind) {
        case Kind::integer:
        case Kind::reference: return type_unless(is_integer(value));
        case Kind::moment: return type_unless(value.kind == Value::Kind::text && read_moment(value.text));
        case Kind::decimal: return check_decimal(type, value);
        case Kind::text: return type_unless(value.kind == Value::Kind::text);
        case Kind::choice:
            if (value.kind != Value::Kind::text) return Rule::type;
            return std::find(type.choices.begin(), type.choices.end(), value.text) != type.choices.end() ? Rule::none
                                                                                                         : Rule::choice;
        case Kind::boolean: return type_unless(value.kind == Value::Kind::boolean);
        case Kind::list: break;
    }
    return check_list(type, value);
}

std::string describe_fault(std::string_view attribute, const AttributeType &type, Rule rule)
{
    const std::string subject = "attribute \"" + std::string(attribute) + "\" ";
    const std::string unit = type.unit.empty() ? "" : " " + type.unit;
    switch (rule) {
        case Rule::unknown: return subject + "is not defined";
        case Rule::range: return subject + "must be a number in " + describe_range(type) + unit;
        case Rule::choice: return subject + "must be one of " + quoted_choices(type);
        case Rule::length: return subject + "must have " + describe_length(type);
        case Rule::item: return subject + "must be a list of nothing but " + std::string(items_of(type));
        default: return subject + "must be " + std::string(article(type));
    }
}

bool matches(const AttributeType &type, const Value &wanted, const Value &value)
{
    switch (type.kind) {
        case Kind::boolean: {
            const auto is_true = [](const Value &v) { return v.kind == Value::Kind::boolean && v.boolean; };
            return is_true(wanted) == is_true(value);
        }
        case Kind::decimal: return match_decimals(type, wanted, value);
        case Kind::moment: {
            const auto a = read_moment(wanted.text), b = read_moment(value.text);
            if (a && b) return *a == *b;
            break;
        }
        default: break;
    }
    return equal(wanted, value);
}

}  // namespace quire::attributes
