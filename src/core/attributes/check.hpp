// src/core/attributes/check.hpp: does a value have its type, and is it the value that a data set asks for?
#pragma once
#include <string>
#include <string_view>

#include "core/attributes/types.hpp"
#include "core/attributes/value.hpp"

namespace quire::attributes {

enum class Rule : std::uint8_t { none, unknown, type, range, choice, length, item };

// "range"
std::string_view name(Rule rule);

// The rule that a value breaks; null breaks none. An integer is a whole number of 64 bits, however it is written.
Rule check_value(const AttributeType &type, const Value &value);

// What the rule asks for, as in: attribute "energy" must be a number in [0,2). Nothing of the value is said.
std::string describe_fault(std::string_view attribute, const AttributeType &type, Rule rule);

// Is this value, of a run, the one that was wanted, by a data set? Decimals are compared with their tolerance, a
// boolean that is missing is false, moments are compared as such.
bool matches(const AttributeType &type, const Value &wanted, const Value &value);

}  // namespace quire::attributes
