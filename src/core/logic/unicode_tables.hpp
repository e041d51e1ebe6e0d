// src/core/logic/unicode_tables.hpp: what Unicode says about characters, as short as it can be said.
#pragma once
#include <array>
#include <string_view>

namespace quire::logic {

struct CategoryLetter {
    std::string_view category;
    char letter;
};
extern const std::array<CategoryLetter, 30> category_letters;

// The general categories of all characters in order: a category's letter, and of how many characters unless it is one.
extern const std::string_view category_runs;

// A property or script; the numbers are how many characters are outside, then inside, then outside again …
struct NamedSet {
    std::string_view name;
    std::string_view steps;
};
extern const std::array<NamedSet, 29> named_sets;

}  // namespace quire::logic
