// src/core/forms/names.cpp: names character by character.
#include "core/forms/names.hpp"

#include <algorithm>

#include "core/support/ascii.hpp"
#include "core/support/utf8.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// Which characters beyond ASCII are letters (categories L* of Unicode 15): lengths of runs from U+0080 on, in turn of
// characters that are none and of letters. The name characters of XML would not do: among them are marks, digits of all
// scripts and pictographs, which servers of datasets refuse. Up to 32 characters without a meaning between letters are
// taken for letters, which they mostly become.
// clang-format off
constexpr std::uint16_t letter_runs[] = {
    42, 1, 10, 1, 4, 1, 5, 23, 1, 31, 1, 458, 4, 12, 14, 5, 7, 1, 1, 1, 129, 5, 1, 8, 1, 1, 6, 1, 1, 110, 1, 139, 8,
    208, 6, 41, 71, 35, 45, 43, 35, 2, 1, 99, 1, 1, 15, 2, 7, 2, 10, 3, 2, 1, 16, 1, 1, 30, 29, 89, 11, 1, 24, 33, 9,
    2, 4, 1, 5, 22, 4, 1, 9, 1, 3, 1, 23, 25, 7, 40, 1, 6, 17, 42, 58, 54, 3, 1, 18, 1, 7, 10, 15, 16, 4, 53, 3, 1,
    16, 1, 13, 6, 14, 2, 10, 1, 8, 53, 31, 6, 19, 3, 16, 53, 3, 1, 18, 18, 23, 1, 11, 53, 3, 1, 30, 6, 15, 1, 17, 55,
    22, 1, 52, 53, 3, 1, 26, 10, 30, 1, 4, 53, 3, 1, 31, 5, 15, 2, 17, 55, 2, 1, 16, 1, 5, 3, 8, 3, 24, 6, 5, 66, 58,
    48, 1, 2, 12, 7, 58, 48, 1, 2, 9, 10, 21, 37, 63, 45, 27, 5, 115, 43, 20, 1, 16, 6, 4, 4, 3, 1, 3, 2, 7, 3, 4, 13,
    12, 1, 17, 91, 1, 607, 37, 16, 16, 94, 3, 620, 2, 17, 1, 26, 5, 75, 6, 33, 13, 19, 14, 18, 14, 17, 15, 52, 35, 1,
    4, 1, 67, 101, 2, 34, 1, 117, 49, 122, 54, 23, 9, 53, 82, 1, 93, 47, 17, 8, 54, 30, 13, 2, 10, 44, 26, 36, 41, 3,
    10, 36, 2, 64, 41, 4, 1, 6, 1, 2, 3, 198, 64, 445, 1, 1, 3, 11, 3, 12, 4, 13, 5, 11, 116, 1, 13, 1, 16, 13, 101,
    1, 4, 1, 2, 10, 1, 1, 3, 5, 6, 1, 1, 1, 1, 1, 1, 4, 1, 11, 2, 4, 5, 5, 4, 1, 52, 2, 2683, 229, 6, 4, 3, 2, 12,
    112, 16, 95, 80, 1, 469, 2, 42, 5, 5, 2, 4, 86, 6, 3, 1, 90, 1, 147, 17, 32, 48, 16, 512, 6592, 64, 22157, 67, 46,
    2, 269, 3, 16, 10, 69, 16, 31, 2, 70, 49, 9, 2, 103, 2, 119, 1, 3, 1, 4, 1, 23, 29, 52, 14, 50, 62, 6, 3, 1, 1, 2,
    11, 28, 10, 23, 25, 29, 7, 47, 28, 1, 16, 5, 1, 10, 10, 47, 23, 3, 1, 8, 20, 23, 3, 1, 3, 50, 1, 1, 3, 2, 2, 5, 2,
    1, 1, 28, 2, 11, 7, 3, 12, 90, 1, 14, 6, 115, 29, 11260, 8452, 474, 38, 30, 1, 10, 1, 136, 33, 363, 18, 120, 40,
    12, 116, 141, 36, 26, 6, 26, 11, 119, 35, 94, 34, 123, 389, 81, 47, 32, 13, 20, 1, 8, 6, 38, 10, 30, 2, 48, 48,
    158, 18, 180, 12, 77, 67, 443, 69, 86, 10, 23, 9, 31, 65, 22, 10, 22, 10, 26, 70, 56, 6, 2, 64, 1, 15, 38, 42, 29,
    3, 29, 35, 8, 1, 28, 27, 54, 10, 22, 10, 19, 13, 18, 110, 73, 55, 115, 13, 36, 348, 42, 6, 2, 78, 29, 10, 31, 42,
    18, 46, 21, 27, 23, 12, 53, 57, 2, 2, 1, 13, 45, 32, 25, 26, 36, 29, 1, 2, 44, 3, 1, 12, 48, 14, 4, 21, 1, 1, 1,
    35, 44, 19, 2, 63, 41, 7, 47, 38, 53, 3, 1, 18, 1, 12, 5, 158, 53, 18, 4, 20, 81, 20, 2, 1, 1, 184, 47, 41, 4, 36,
    48, 20, 1, 59, 43, 13, 1, 71, 27, 37, 7, 185, 44, 116, 64, 31, 49, 15, 1, 1, 1, 94, 49, 16, 1, 1, 1, 28, 1, 10,
    40, 7, 1, 21, 1, 11, 46, 19, 1, 18, 73, 263, 47, 17, 1, 49, 30, 112, 49, 21, 1, 25, 42, 14, 1, 327, 19, 15, 1, 1,
    48, 124, 1, 79, 922, 230, 196, 2636, 97, 15, 1072, 17, 6, 4025, 583, 8633, 607, 17, 79, 17, 30, 18, 48, 16, 4, 31,
    45, 688, 64, 128, 75, 5, 1, 66, 13, 64, 2, 1, 1, 28, 7382, 42, 9, 8935, 780, 2308, 154, 5990, 705, 1, 25, 1, 31,
    1, 25, 1, 31, 1, 25, 1, 31, 1, 25, 1, 31, 1, 25, 1, 8, 1844, 43, 261, 62, 146, 45, 10, 7, 16, 1, 321, 30, 18, 44,
    484, 28, 756, 229, 59, 68, 7, 1, 1204, 188, 4420, 60385, 3103, 542, 1506, 9136,
};
// clang-format on

bool is_letter(char32_t c)
{
    if (c < 0x80) return is_upper(static_cast<char>(c)) || is_lower(static_cast<char>(c));
    char32_t end = 0x80;
    bool letters = false;
    for (const std::uint16_t length : letter_runs) {
        end += length;
        if (c < end) return letters;
        letters = !letters;
    }
    return false;
}

// Does it start with a letter, '_' or a character of `starts`, and go on with these, digits, '-' and one of `more`?
bool is_name(std::string_view name, std::string_view starts, std::string_view more)
{
    if (name.empty() || name.substr(0, 2) == "__") return false;
    const auto holds = [](std::string_view set, char32_t c) {
        return c < 0x80 && set.find(static_cast<char>(c)) != std::string_view::npos;
    };
    for (std::size_t at = 0, length = 0; at < name.size(); at += length) {
        const char32_t c = decode_utf8(name.substr(at), length);
        if (is_letter(c) || c == '_' || holds(starts, c)) continue;
        if (at == 0 || !(holds("0123456789-", c) || holds(more, c))) return false;
    }
    return true;
}

}  // namespace

std::string folded(std::string_view name)
{
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), to_lower);
    return lower;
}

std::string odata_name(std::string_view name)
{
    std::string safe;
    bool replaced = false;  // the run of characters before this one
    for (const char c : name) {
        const bool fits = c == '_' || is_alnum(c);
        if (safe.empty() && (!fits || is_digit(c))) safe = "_";
        if (fits || !replaced) safe += fits ? c : '_';
        replaced = !fits;
    }
    return safe;
}

std::string odata_table_name(const Form &form, std::uint32_t table)
{
    if (table == Form::root) return "Submissions";
    return odata_table_name(form, form[table].parent).append(".").append(form[table].odata);
}

bool is_dataset_name(std::string_view name)
{
    return is_name(name, ":", "");
}

bool is_property_name(std::string_view name)
{
    const std::string lower = folded(name);
    return lower != "name" && lower != "label" && is_name(name, "", ".");
}

}  // namespace quire::forms
