// src/core/attributes/convert.cpp: the conversions, each a function of its own in one table.
#include "core/attributes/convert.hpp"

#include <array>

#include "core/attributes/moments.hpp"
#include "core/attributes/units.hpp"
#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

using Kind = AttributeType::Kind;
using Item = AttributeType::Item;
using Outcome = Result<Converted, ConversionFault>;

struct Work {
    const Value &value;
    const AttributeType &from, &to;
    const ConversionOptions &options;
};

Converted make_boolean(bool value)
{
    Converted made;
    made.kind = Value::Kind::boolean;
    made.boolean = value;
    return made;
}

Converted make_number(Number value)
{
    Converted made;
    made.kind = Value::Kind::number;
    made.number = std::move(value);
    return made;
}

Converted make_text(std::string value)
{
    Converted made;
    made.kind = Value::Kind::text;
    made.text = std::move(value);
    return made;
}

Converted make_list(Converted item)
{
    Converted made;
    made.kind = Value::Kind::list;
    made.items.push_back(std::move(item));
    return made;
}

Converted copy(const Value &value)
{
    Converted made;
    made.kind = value.kind;
    made.boolean = value.boolean;
    made.number = Number::copy(value.number);
    made.text = value.text;
    for (const Value &item : value.items) made.items.push_back(copy(item));
    return made;
}

ConversionFault unreadable(std::string what)
{
    return {ConversionFault::Kind::unreadable, "does not read as " + std::move(what)};
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// A number as people write it: underscores may stand between digits.
std::optional<Number> read_number(std::string_view text)
{
    std::string digits;
    text = trimmed(text);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            digits += text[i];
        } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
            return std::nullopt;
        }
    }
    return Number::parse(digits);
}

std::optional<bool> read_boolean(std::string_view text)
{
    std::string word;
    for (const char c : trimmed(text)) word += to_lower(c);
    if (word == "true" || word == "1" || word == "yes") return true;
    if (word == "false" || word == "0" || word == "no") return false;
    return std::nullopt;
}

std::string boolean_text(bool value)
{
    return value ? "True" : "False";
}

// --- one function for each way ---------------------------------------------------------------------------------------

Outcome same(const Work &work)
{
    return copy(work.value);
}

Outcome number_to_boolean(const Work &work)
{
    return make_boolean(!work.value.number.is_zero());
}

Outcome number_to_text(const Work &work)
{
    return make_text(to_text(work.value.number));
}

Outcome scalar_to_list(const Work &work)
{
    return make_list(copy(work.value));
}

Outcome boolean_to_number(const Work &work)
{
    return make_number(*Number::parse(work.value.boolean ? "1" : "0"));
}

Outcome boolean_to_text(const Work &work)
{
    return make_text(boolean_text(work.value.boolean));
}

Outcome decimal_to_integer(const Work &work)
{
    const auto whole = whole_part(work.value.number);
    if (!whole) return ConversionFault{ConversionFault::Kind::rule, "is beyond the integers of 64 bits"};
    return make_number(*Number::parse(std::to_string(*whole)));
}

Outcome decimal_to_decimal(const Work &work)
{
    if (work.options.ignore_units || !work.from.has_standard_unit || !work.to.has_standard_unit)
        return copy(work.value);
    const auto conversion = Conversion::between(work.from.unit, work.to.unit);
    if (!conversion)
        return ConversionFault{ConversionFault::Kind::units, "cannot go from " + work.from.unit + " to " +
                                                                 work.to.unit + ", which measure different things"};
    if (conversion->is_identity()) return copy(work.value);
    auto converted = from_double((*conversion)(to_double(work.value.number)));
    if (!converted) return ConversionFault{ConversionFault::Kind::rule, "has no counterpart in " + work.to.unit};
    return make_number(*std::move(converted));
}

Outcome text_to_integer(const Work &work)
{
    const std::string_view text = trimmed(work.value.text);
    const bool digits = text.find_first_not_of("+-_0123456789") == std::string_view::npos;
    auto number = digits ? read_number(text) : std::nullopt;
    if (!number) return unreadable("an integer");
    return make_number(*std::move(number));
}

Outcome text_to_boolean(const Work &work)
{
    const auto value = read_boolean(work.value.text);
    if (!value) return unreadable("yes or no");
    return make_boolean(*value);
}

Outcome text_to_decimal(const Work &work)
{
    auto number = read_number(work.value.text);
    if (!number) return unreadable("a number");
    return make_number(*std::move(number));
}

Outcome text_to_moment(const Work &work)
{
    const std::string_view text = trimmed(work.value.text);
    if (!read_plain_moment(text)) return unreadable("a date and time like 2024-05-17T10:11:12Z");
    return make_text(std::string(text));
}

Outcome moment_to_text(const Work &work)
{
    const auto moment = read_moment(work.value.text);
    auto text = moment ? write_moment(*moment) : std::nullopt;
    if (!text) return unreadable("a date and time of the years 1 to 9999");
    return make_text(*std::move(text));
}

std::optional<Converted> convert_item(const Value &item, Item to)
{
    if (to == Item::number) {
        auto number = read_number(item.text);
        return number ? std::optional(make_number(*std::move(number))) : std::nullopt;
    }
    if (to == Item::boolean) {
        const auto value = read_boolean(item.text);
        return value ? std::optional(make_boolean(*value)) : std::nullopt;
    }
    return make_text(item.kind == Value::Kind::boolean ? boolean_text(item.boolean) : to_text(item.number));
}

Outcome list_to_list(const Work &work)
{
    if (work.from.item == work.to.item) return copy(work.value);
    Converted made;
    made.kind = Value::Kind::list;
    for (const Value &item : work.value.items) {
        auto converted = convert_item(item, work.to.item);
        if (!converted)
            return unreadable("a list of " + std::string(work.to.item == Item::number ? "numbers" : "yes/no"));
        made.items.push_back(*std::move(converted));
    }
    return made;
}

// --- which way
// ---------------------------------------------------------------------------------------------------------

using Way = Outcome (*)(const Work &);

struct Step {
    Kind from, to;
    Way way;
};

constexpr Step steps[] = {
    {Kind::integer, Kind::integer, same},
    {Kind::integer, Kind::boolean, number_to_boolean},
    {Kind::integer, Kind::text, number_to_text},
    {Kind::integer, Kind::decimal, same},
    {Kind::integer, Kind::list, scalar_to_list},
    {Kind::boolean, Kind::integer, boolean_to_number},
    {Kind::boolean, Kind::boolean, same},
    {Kind::boolean, Kind::text, boolean_to_text},
    {Kind::boolean, Kind::decimal, boolean_to_number},
    {Kind::text, Kind::integer, text_to_integer},
    {Kind::text, Kind::boolean, text_to_boolean},
    {Kind::text, Kind::text, same},
    {Kind::text, Kind::choice, same},
    {Kind::text, Kind::decimal, text_to_decimal},
    {Kind::text, Kind::moment, text_to_moment},
    {Kind::text, Kind::list, scalar_to_list},
    {Kind::choice, Kind::text, same},
    {Kind::choice, Kind::choice, same},
    {Kind::decimal, Kind::integer, decimal_to_integer},
    {Kind::decimal, Kind::boolean, number_to_boolean},
    {Kind::decimal, Kind::text, number_to_text},
    {Kind::decimal, Kind::decimal, decimal_to_decimal},
    {Kind::decimal, Kind::list, scalar_to_list},
    {Kind::moment, Kind::text, moment_to_text},
    {Kind::moment, Kind::moment, same},
    {Kind::reference, Kind::reference, same},
    {Kind::list, Kind::list, list_to_list},
};

// A scalar becomes a list of its own kind only; numbers and booleans in lists never become each other.
bool fits_list(const AttributeType &from, const AttributeType &to)
{
    if (from.kind == Kind::text) return to.item == Item::text;
    if (from.kind != Kind::list) return to.item == Item::number;
    return from.item == to.item || from.item == Item::text || to.item == Item::text;
}

Way find_way(const AttributeType &from, const AttributeType &to)
{
    if (to.kind == Kind::list && !fits_list(from, to)) return nullptr;
    if (from.kind == Kind::reference && to.kind == Kind::reference && from.referenced != to.referenced) return nullptr;
    for (const Step &step : steps)
        if (step.from == from.kind && step.to == to.kind) return step.way;
    return nullptr;
}

// Rules other than those of the kind are no matter: a value that broke them may be converted to keep others.
bool has_kind(const AttributeType &type, const Value &value)
{
    const Rule rule = check_value(type, value);
    return rule != Rule::type && rule != Rule::item;
}

Rule check_converted(const AttributeType &to, const Converted &converted)
{
    if (to.kind == Kind::choice && converted.text.empty()) return Rule::none;
    if (to.kind != Kind::list) return check_value(to, converted.scalar());
    const auto count = static_cast<std::int64_t>(converted.items.size());
    const bool fits = (!to.fewest_items || count >= *to.fewest_items) && (!to.most_items || count <= *to.most_items);
    return fits ? Rule::none : Rule::length;
}

std::string broken(const AttributeType &to, Rule rule)
{
    switch (rule) {
        case Rule::range: return "is not in " + describe_range(to) + (to.unit.empty() ? "" : " " + to.unit);
        case Rule::choice: return "is none of the choices";
        case Rule::length: return "has too many or too few items";
        default: return "is no " + describe(to);
    }
}

}  // namespace

void Converted::write(JsonSink &sink) const
{
    switch (kind) {
        case Value::Kind::boolean: return sink.boolean(boolean);
        case Value::Kind::number: return sink.number(to_text(number.view()));
        case Value::Kind::text: return sink.string(text);
        case Value::Kind::list:
            sink.begin_array();
            for (const Converted &item : items) item.write(sink);
            return sink.end();
        default: return sink.null();
    }
}

Result<Converted, ConversionFault> convert(const Value &value, const AttributeType &from, const AttributeType &to,
                                           const ConversionOptions &options)
{
    const Way way = find_way(from, to);
    if (!way)
        return ConversionFault{ConversionFault::Kind::no_way,
                               "cannot go from " + describe(from) + " to " + describe(to)};
    if (value.is_null()) return Converted{};
    if (!has_kind(from, value)) return ConversionFault{ConversionFault::Kind::not_of_type, "is no " + describe(from)};
    auto converted = way({value, from, to, options});
    if (!converted.ok()) return converted;
    if (const Rule rule = check_converted(to, converted.value()); rule != Rule::none)
        return ConversionFault{ConversionFault::Kind::rule, broken(to, rule)};
    return converted;
}

}  // namespace quire::attributes
