// src/core/attributes/convert.hpp: what a value becomes when its attribute is given another type.
#pragma once
#include <string>
#include <vector>

#include "core/attributes/check.hpp"
#include "core/attributes/types.hpp"
#include "core/attributes/value.hpp"
#include "core/support/json.hpp"
#include "core/support/result.hpp"

namespace quire::attributes {

// A value that owns what it is made of.
struct Converted {
    Value::Kind kind = Value::Kind::null;
    bool boolean = false;
    Number number;
    std::string text;
    std::vector<Converted> items;

    // Without its items.
    Value scalar() const { return {kind, boolean, number.view(), text, {}, {}}; }
    void write(JsonSink &sink) const;
};

struct ConversionFault {
    enum class Kind {
        no_way,       // from the one type to the other, whatever the value
        not_of_type,  // the value is none of the type it is converted from
        unreadable,   // the text does not say what the new type asks for
        units,        // measure different things
        rule,         // of the new type
    } kind;
    std::string message;  // about the value, as in "the value …"
};

struct ConversionOptions {
    bool ignore_units = false;  // numbers stay as they are, whatever their units
};

// From one type to another:
//
//     from \ to  int        boolean         string          choice   decimal          list
//     int        same       not 0           digits                   same             [v] of numbers
//     boolean    1, 0       same            "True","False"           1, 0
//     string     read       true/1/yes      same            same     read             [v] of strings
//                           false/0/no
//     choice                                same            same
//     decimal    cut off    not 0           digits                   unit by unit     [v] of numbers
//     list                                                                            item by item
//
// and between string and moment by YYYY-MM-DDTHH:MM:SSZ; moments and references stay what they are. Null becomes null,
// where there is a way. What comes out keeps every rule of the new type, except that an empty choice stays empty.
Result<Converted, ConversionFault> convert(const Value &value, const AttributeType &from, const AttributeType &to,
                                           const ConversionOptions &options = {});

}  // namespace quire::attributes
