// src/core/logic/numbers.hpp: numbers as texts and back, as the two families of clients write them.
#pragma once
#include <string_view>

#include "core/logic/arena.hpp"

namespace quire::logic {

// What JavaScript's Number() makes of a text, but that a blank one is no number.
double number_in_script(std::string_view text);
// What JavaRosa makes of it: no exponent, no plus, a comma for a point.
double number_in_java(std::string_view text);

// As JavaScript prints a number; NaN as "NaN".
std::string_view print_in_script(double number, Arena &arena);
// As JavaRosa does: whole numbers plain while they fit an int, others as Java prints a double.
std::string_view print_in_java(double number, Arena &arena);

// Half away from zero, to so many digits behind the point, negative ones before it.
double round_in_script(double number, double digits);
// Half up, to digits of the decimal text.
double round_in_java(double number, double digits);

}  // namespace quire::logic
