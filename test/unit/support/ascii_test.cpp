// test/unit/support/ascii_test.cpp: the character classes, against lists written out.
#include "core/support/ascii.hpp"

#include <gtest/gtest.h>

#include <climits>
#include <string_view>

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view lower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view spaces = " \t\n\v\f\r";

bool among(std::string_view list, char c)
{
    return list.find(c) != std::string_view::npos;
}

TEST(Ascii, EveryByteIsInTheClassesThatListIt)
{
    for (int byte = CHAR_MIN; byte <= CHAR_MAX; ++byte) {
        SCOPED_TRACE(byte);
        const char c = static_cast<char>(byte);
        EXPECT_EQ(quire::is_digit(c), among(digits, c));
        EXPECT_EQ(quire::is_upper(c), among(upper, c));
        EXPECT_EQ(quire::is_lower(c), among(lower, c));
        EXPECT_EQ(quire::is_alnum(c), among(digits, c) || among(upper, c) || among(lower, c));
        EXPECT_EQ(quire::is_space(c), among(spaces, c));
        EXPECT_EQ(quire::to_lower(c), among(upper, c) ? lower[upper.find(c)] : c);
    }
}

TEST(Ascii, NoLocaleChangesAnyOfIt)
{
    static_assert(quire::to_lower('I') == 'i');
    static_assert(!quire::is_alnum('\xE9') && !quire::is_space('\xA0'));
}

}  // namespace
