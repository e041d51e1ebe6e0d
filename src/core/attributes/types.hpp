// src/core/attributes/types.hpp: the types that users give to attributes of their own.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/attributes/decimal.hpp"
#include "core/attributes/value.hpp"
#include "core/support/result.hpp"

namespace quire::attributes {

struct Bound {
    Number value;
    bool exclusive = false;
};

struct ReferenceName {
    std::string name;
    Number number;
};

// A type is written as JSON, whose key `type`, with `format`, tells the kind:
//
//     integer    {"type": "integer"}
//     reference  {"type": "integer", "format": "chemical-id"}: to a row of what stands before "-id"; with
//                 "names": {"lysozyme": 1}, which filters go by, it is known what there is
//     moment     {"type": "integer", "format": "date-time"}, or "string" for "integer"; a value is ISO 8601 text
//     decimal    {"type": "number", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "suffix",
//                 "format": "standard-unit", "tolerance", "toleranceIsAbsolute"}
//     text       {"type": "string"}
//     choice     {"type": "string", "enum": […]}
//     boolean    {"type": "boolean"}
//     list       {"type": "array", "item_type": "string" | "bool" | "number", "minItems", "maxItems"}
//
// A key that is null is not there. Other keys are ignored, unless they look like a slip of one of these.
struct AttributeType {
    enum class Kind : std::uint8_t { integer, reference, moment, decimal, text, choice, boolean, list };
    enum class Item : std::uint8_t { text, boolean, number };

    Kind kind = Kind::text;
    // Of a decimal.
    std::optional<Bound> least, most;
    std::string unit;
    bool has_standard_unit = false;
    double tolerance = 0;
    bool tolerance_is_absolute = false;
    // Of a choice, in the order given.
    std::vector<std::string> choices;
    // Of a list.
    Item item = Item::text;
    std::optional<std::int64_t> fewest_items, most_items;
    // Of a reference: "chemical".
    std::string referenced;
    std::optional<std::vector<ReferenceName>> names;
};

struct TypeFault {
    std::string message;  // about the type, as in "an attribute type …"
    std::string hint;
};

// Reads a type and checks that values can have it: bounds in order, a unit that is one.
Result<AttributeType, TypeFault> read_type(const Value &json);

// "integer", "yes/no", "list of string", "kg in [0,2) (tolerance 0.5)"
std::string describe(const AttributeType &type);
// "[0,2)"; open ends are oo.
std::string describe_range(const AttributeType &type);

// Do the two hold the same values in the same unit? Tolerances do not matter.
bool equivalent(const AttributeType &a, const AttributeType &b);

}  // namespace quire::attributes
