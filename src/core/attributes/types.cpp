// src/core/attributes/types.cpp: reading types and putting them in words.
#include "core/attributes/types.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/attributes/near.hpp"
#include "core/attributes/units.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

using Kind = AttributeType::Kind;

constexpr std::string_view number_keys[] = {"minimum", "maximum",   "exclusiveMinimum",   "exclusiveMaximum",
                                            "suffix",  "tolerance", "toleranceIsAbsolute"};
constexpr std::string_view string_keys[] = {"enum"};
constexpr std::string_view array_keys[] = {"item_type", "minItems", "maxItems"};
constexpr std::string_view all_keys[] = {"type",    "format",           "minimum",
                                         "maximum", "exclusiveMinimum", "exclusiveMaximum",
                                         "suffix",  "tolerance",        "toleranceIsAbsolute",
                                         "enum",    "item_type",        "minItems",
                                         "maxItems"};

std::string quote(std::string_view text)
{
    return "\"" + std::string(text) + "\"";
}

class TypeReader {
public:
    explicit TypeReader(const Value &json) : json_(json) {}

    Result<AttributeType, TypeFault> read()
    {
        if (json_.kind != Value::Kind::object)
            return TypeFault{"is not a JSON object", "A type looks like {\"type\": \"number\", \"minimum\": 0}."};
        if (!read_kind() || !check_keys()) return std::move(fault_);
        return std::move(type_);
    }

private:
    bool refuse(std::string message, std::string hint = {})
    {
        fault_ = {std::move(message), std::move(hint)};
        return false;
    }
    bool refuse_key(std::string_view key, std::string_view what)
    {
        return refuse("has a " + quote(key) + " that is " + std::string(what));
    }

    // The value of a key; none when it is null.
    const Value *find(std::string_view key) const
    {
        const Value *const value = json_.find(key);
        return value && !value->is_null() ? value : nullptr;
    }

    bool read_text(std::string_view key, std::string_view &text)
    {
        const Value *const value = find(key);
        if (!value) return true;
        text = value->text;
        return value->kind == Value::Kind::text || refuse_key(key, "no string");
    }

    bool read_kind()
    {
        std::string_view type, format;
        if (!find("type")) return refuse("has no \"type\"", "It is one of integer, number, string, boolean and array.");
        if (!read_text("type", type) || !read_text("format", format)) return false;
        if (type == "integer") return read_integer(format);
        if (type == "number") return read_decimal(format);
        if (type == "string") return read_string(format);
        if (type == "boolean") return (type_.kind = Kind::boolean, no_format(format)) && only({});
        if (type == "array") return no_format(format) && read_list();
        return refuse("has the unknown \"type\" " + quote(type),
                      "It is one of integer, number, string, boolean and array.");
    }

    bool no_format(std::string_view format)
    {
        return format.empty() || refuse("has the unknown \"format\" " + quote(format));
    }

    bool read_integer(std::string_view format)
    {
        constexpr std::string_view ending = "-id";
        type_.kind = Kind::integer;
        if (format == "date-time") {
            type_.kind = Kind::moment;
        } else if (format.size() > ending.size() && format.ends_with(ending)) {
            type_.kind = Kind::reference;
            type_.referenced = format.substr(0, format.size() - ending.size());
            if (!read_names()) return false;
        } else if (!format.empty()) {
            return refuse("has the unknown \"format\" " + quote(format),
                          "That of an integer is null, \"date-time\", or what it refers to, like \"chemical-id\".");
        }
        return only({});
    }

    bool read_string(std::string_view format)
    {
        if (format == "date-time") return (type_.kind = Kind::moment, only({}));
        if (!no_format(format) || !only(string_keys)) return false;
        const Value *const choices = find("enum");
        type_.kind = choices ? Kind::choice : Kind::text;
        if (!choices) return true;
        if (choices->kind != Value::Kind::list) return refuse_key("enum", "no array");
        for (const Value &choice : choices->items) {
            if (choice.kind != Value::Kind::text) return refuse_key("enum", "no array of strings");
            type_.choices.emplace_back(choice.text);
        }
        return true;
    }

    bool read_decimal(std::string_view format)
    {
        type_.kind = Kind::decimal;
        std::string_view unit;
        if (!format.empty() && format != "standard-unit")
            return refuse("has the unknown \"format\" " + quote(format),
                          "That of a number is null or \"standard-unit\".");
        if (!only(number_keys) || !read_text("suffix", unit)) return false;
        type_.unit = unit;
        type_.has_standard_unit = !format.empty();
        if (type_.has_standard_unit)
            if (const UnitFault fault = check_unit(unit); !fault.ok())
                return refuse("has a unit (\"suffix\") that " + std::string(attributes::describe(fault)),
                              fault.kind == UnitFault::Kind::no_definitions
                                  ? "Install the package libudunits2-data on the server."
                                  : "Units look like \"mm/s\" or \"kelvin\"; without the format \"standard-unit\" a "
                                    "suffix is any text.");
        return read_bounds() && read_tolerance();
    }

    bool read_bounds()
    {
        if (!read_bound("minimum", false, -1, type_.least) || !read_bound("exclusiveMinimum", true, -1, type_.least) ||
            !read_bound("maximum", false, 1, type_.most) || !read_bound("exclusiveMaximum", true, 1, type_.most))
            return false;
        if (!type_.least || !type_.most) return true;
        const int order = compare(type_.least->value.view(), type_.most->value.view());
        const bool open = type_.least->exclusive || type_.most->exclusive;
        return order < 0 || (order == 0 && !open) || refuse("has a range that no number is in");
    }

    // Of two bounds on one side the narrower counts. `side` is -1 for the lower, 1 for the upper.
    bool read_bound(std::string_view key, bool exclusive, int side, std::optional<Bound> &bound)
    {
        const Value *const value = find(key);
        if (!value) return true;
        if (value->kind != Value::Kind::number) return refuse_key(key, "no number");
        const int order = bound ? side * compare(value->number, bound->value.view()) : -1;
        if (order < 0) bound = Bound{Number::copy(value->number), exclusive};
        if (order == 0 && exclusive) bound->exclusive = true;
        return true;
    }

    bool read_tolerance()
    {
        if (const Value *const value = find("tolerance")) {
            if (value->kind != Value::Kind::number) return refuse_key("tolerance", "no number");
            type_.tolerance = to_double(value->number);
            if (!std::isfinite(type_.tolerance) || type_.tolerance < 0)
                return refuse_key("tolerance", "less than zero, or beyond all measure");
        }
        if (const Value *const value = find("toleranceIsAbsolute")) {
            if (value->kind != Value::Kind::boolean) return refuse_key("toleranceIsAbsolute", "neither true nor false");
            type_.tolerance_is_absolute = value->boolean;
        }
        return true;
    }

    bool read_list()
    {
        type_.kind = Kind::list;
        std::string_view item;
        if (!only(array_keys) || !read_text("item_type", item)) return false;
        if (item == "string") {
            type_.item = AttributeType::Item::text;
        } else if (item == "bool") {
            type_.item = AttributeType::Item::boolean;
        } else if (item == "number") {
            type_.item = AttributeType::Item::number;
        } else {
            return refuse(item.empty() ? "has no \"item_type\"" : "has the unknown \"item_type\" " + quote(item),
                          "That of an array is string, bool or number.");
        }
        if (!read_count("minItems", type_.fewest_items) || !read_count("maxItems", type_.most_items)) return false;
        return !type_.fewest_items || !type_.most_items || *type_.fewest_items <= *type_.most_items ||
               refuse("has more \"minItems\" than \"maxItems\"");
    }

    bool read_names()
    {
        const Value *const names = find("names");
        if (!names) return true;
        type_.names.emplace();
        for (const Member &member : names->members) {
            if (member.value.kind != Value::Kind::number) return refuse_key("names", "no object of numbers");
            type_.names->push_back({std::string(member.key), Number::copy(member.value.number)});
        }
        return names->kind == Value::Kind::object || refuse_key("names", "no object of numbers");
    }

    bool read_count(std::string_view key, std::optional<std::int64_t> &count)
    {
        const Value *const value = find(key);
        if (!value) return true;
        if (value->kind == Value::Kind::number && value->number.is_whole()) count = whole_part(value->number);
        return (count && *count >= 0) || refuse_key(key, "no number of items");
    }

    // Of the keys that only some types have, this one has these.
    bool only(std::span<const std::string_view> keys)
    {
        for (const auto known : all_keys) {
            if (known == "type" || known == "format" || !find(known)) continue;
            bool is_own = false;
            for (const auto key : keys) is_own = is_own || key == known;
            if (!is_own) return refuse("has the key " + quote(known) + ", which its kind does not have");
        }
        return true;
    }

    // What is ignored must not be a rule that somebody misspelt.
    bool check_keys()
    {
        for (const Member &member : json_.members) {
            if (std::ranges::find(all_keys, member.key) != std::end(all_keys)) continue;
            const bool unit = member.key == "unit" || member.key == "units";
            const std::string_view meant = unit ? "suffix" : nearest(member.key, all_keys, 0.75);
            if (meant.empty()) continue;
            return refuse("has the unknown key " + quote(member.key), "Perhaps " + quote(meant) + " was meant.");
        }
        return true;
    }

    const Value &json_;
    AttributeType type_;
    TypeFault fault_;
};

bool equal(const std::optional<Bound> &a, const std::optional<Bound> &b)
{
    if (!a || !b) return a.has_value() == b.has_value();
    return a->exclusive == b->exclusive && compare(a->value.view(), b->value.view()) == 0;
}

std::string join(const std::vector<std::string> &texts)
{
    std::string all;
    for (const std::string &text : texts) all.append(all.empty() ? "" : ", ").append(text);
    return all;
}

std::string describe_decimal(const AttributeType &type)
{
    std::string text = type.unit.empty() ? "number" : type.unit;
    if (!type.least && !type.most) return text;
    text += " in " + describe_range(type);
    if (type.tolerance > 0)
        text += std::string(type.tolerance_is_absolute ? " (absolute" : " (") +
                (type.tolerance_is_absolute ? " tolerance " : "tolerance ") +
                to_text(from_double(type.tolerance)->view()) + ")";
    return text;
}

}  // namespace

Result<AttributeType, TypeFault> read_type(const Value &json)
{
    return TypeReader(json).read();
}

std::string describe_range(const AttributeType &type)
{
    const auto end = [](const std::optional<Bound> &bound, const char *open) {
        return bound ? to_text(bound->value.view()) : std::string(open);
    };
    return (type.least && !type.least->exclusive ? "[" : "(") + end(type.least, "-oo") + "," + end(type.most, "oo") +
           (type.most && !type.most->exclusive ? "]" : ")");
}

std::string describe(const AttributeType &type)
{
    static constexpr const char *items[] = {"list of string", "list of yes/no", "list of number"};
    switch (type.kind) {
        case Kind::integer: return "integer";
        case Kind::reference: return type.referenced + " ID";
        case Kind::moment: return "date-time";
        case Kind::decimal: return describe_decimal(type);
        case Kind::text: return "string";
        case Kind::choice: return type.choices.empty() ? "one of nothing" : "one of " + join(type.choices);
        case Kind::boolean: return "yes/no";
        case Kind::list: break;
    }
    return items[static_cast<std::size_t>(type.item)];
}

bool equivalent(const AttributeType &a, const AttributeType &b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
        case Kind::decimal: {
            const bool units = a.has_standard_unit && b.has_standard_unit;
            return (units ? same_unit(a.unit, b.unit) : a.unit == b.unit) && equal(a.least, b.least) &&
                   equal(a.most, b.most);
        }
        case Kind::choice: return a.choices == b.choices;
        case Kind::list: return a.item == b.item && a.fewest_items == b.fewest_items && a.most_items == b.most_items;
        case Kind::reference: return a.referenced == b.referenced;
        default: return true;
    }
}

}  // namespace quire::attributes
