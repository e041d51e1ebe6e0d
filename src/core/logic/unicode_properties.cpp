// src/core/logic/unicode_properties.cpp: POSIX classes, which are ASCII's, and Unicode's categories and scripts.
#include "core/logic/unicode_properties.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "core/logic/unicode_tables.hpp"
#include "core/support/ascii.hpp"

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

// Takes a number from the start of a text.
char32_t take_number(std::string_view &text)
{
    char32_t value = 0;
    while (!text.empty() && is_digit(text[0])) {
        value = value * 10 + static_cast<char32_t>(text[0] - '0');
        text.remove_prefix(1);
    }
    return value;
}

// "Lu", or "L" for all that begin with it.
std::optional<CharSet> general_category(std::string_view name)
{
    std::string letters;
    for (const CategoryLetter &known : category_letters)
        if (known.category == name || known.category.substr(0, 1) == name) letters += known.letter;
    if (letters.empty()) return std::nullopt;
    std::vector<CharRange> ranges;
    char32_t next = 0;
    for (std::string_view runs = category_runs; !runs.empty();) {
        const char letter = runs[0];
        runs.remove_prefix(1);
        const char32_t first = next;
        next += std::max<char32_t>(take_number(runs), 1);
        if (letters.find(letter) != letters.npos) ranges.push_back({first, next - 1});
    }
    return CharSet(std::move(ranges));
}

std::optional<CharSet> named_set(std::string_view name)
{
    const auto found = std::ranges::find(named_sets, name, &NamedSet::name);
    if (found == named_sets.end()) return std::nullopt;
    std::vector<char32_t> bounds;
    char32_t next = 0;
    for (std::string_view steps = found->steps; !steps.empty();) {
        next += take_number(steps);
        bounds.push_back(next);
        if (!steps.empty()) steps.remove_prefix(1);
    }
    if (bounds.size() % 2 == 1) bounds.push_back(last_code_point + 1);
    std::vector<CharRange> ranges;
    for (std::size_t i = 0; i < bounds.size(); i += 2) ranges.push_back({bounds[i], bounds[i + 1] - 1});
    return CharSet(std::move(ranges));
}

// JavaScript's long names of the categories that are in use.
std::string_view short_category(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> names{{
        {"Letter", "L"},
        {"Lowercase_Letter", "Ll"},
        {"Uppercase_Letter", "Lu"},
        {"Mark", "M"},
        {"Number", "N"},
        {"Decimal_Number", "Nd"},
        {"Punctuation", "P"},
        {"Separator", "Z"},
        {"Symbol", "S"},
    }};
    const auto found = std::ranges::find(names, name, &std::pair<std::string_view, std::string_view>::first);
    return found == names.end() ? name : found->second;
}

}  // namespace

std::optional<CharSet> unicode_property(std::string_view name)
{
    const std::size_t equals = name.find('=');
    const std::string_view value = equals == name.npos ? name : name.substr(equals + 1);
    const std::string_view key = equals == name.npos ? "" : name.substr(0, equals);
    if (key == "gc" || key == "general_category" || key == "General_Category")
        return general_category(short_category(value));
    if (key == "sc" || key == "script" || key == "Script") return named_set(value);
    if (!key.empty()) return std::nullopt;
    if (auto ascii = ascii_class(name)) return ascii;
    if (name.starts_with("Is")) name.remove_prefix(2);
    if (auto category = general_category(short_category(name))) return category;
    return named_set(name);
}

}  // namespace quire::logic
