// test/unit/records/json_text_test.cpp: JSON text and stored numbers, written.
#include "core/records/json_text.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <string>

#include "core/records/decimal.hpp"
#include "unit/support/random.hpp"

namespace quire::records {
namespace {

std::string escaped(std::string_view value)
{
    JsonText text;
    text.string(value);
    return std::string(text.text());
}

// The same, one character after the other.
std::string escaped_slowly(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        constexpr std::string_view named = "\b\f\n\r\t\"\\", names = "bfnrt\"\\";
        if (const auto i = named.find(c); i != named.npos) {
            text += {'\\', names[i]};
        } else if (static_cast<unsigned char>(c) < 0x20) {
            char code[7];
            std::snprintf(code, sizeof code, "\\u%04x", c);
            text += code;
        } else {
            text += c;
        }
    }
    return text + "\"";
}

TEST(JsonText, EscapesWhatJsonDoesNotTake)
{
    EXPECT_EQ(escaped(""), R"("")");
    EXPECT_EQ(escaped("a \"b\" \\ \n \x01 ü"), R"("a \"b\" \\ \n \u0001 ü")");
}

TEST(JsonText, EscapesAsOneWouldByHand)
{
    test::Random random(1);
    for (int round = 0; round < 20000; ++round) {
        std::string value(random.below(40), ' ');
        for (char &c : value)
            c = random.one_in(9) ? static_cast<char>(random.below(256)) : random.one_of("az09\x7f\x80\xff");
        ASSERT_EQ(escaped(value), escaped_slowly(value));
    }
}

TEST(JsonText, GrowsAndStartsAnew)
{
    JsonText text;
    std::string expected;
    for (int i = 0; i < 5000; ++i) {
        text.integer(i);
        text.raw(",");
        expected += std::to_string(i) + ",";
    }
    EXPECT_EQ(text.text(), expected);
    text.clear();
    text.integer(std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(text.text(), "-9223372036854775808");
}

// As the server stores it: groups of four digits, without those that are zero at either end.
std::string stored(bool negative, int weight, int scale, std::initializer_list<std::int16_t> digits,
                   bool is_short = true)
{
    std::string bytes;
    const auto put = [&](int word) {
        const auto value = static_cast<std::uint16_t>(word);
        bytes.append(reinterpret_cast<const char *>(&value), sizeof value);
    };
    if (is_short) {
        put(0x8000 | (negative ? 0x2000 : 0) | scale << 7 | (weight & 0x7F));
    } else {
        put((negative ? 0x4000 : 0) | scale);
        put(weight);
    }
    for (const auto digit : digits) put(digit);
    return bytes;
}

std::string decimal(const std::string &number)
{
    JsonText text;
    write_decimal(number, text);
    return std::string(text.text());
}

TEST(Decimal, IsWrittenWithItsScale)
{
    for (const bool is_short : {true, false}) {
        EXPECT_EQ(decimal(stored(false, 0, 0, {}, is_short)), "0");
        EXPECT_EQ(decimal(stored(false, 0, 2, {}, is_short)), "0.00");
        EXPECT_EQ(decimal(stored(true, 0, 1, {12, 5000}, is_short)), "-12.5");
        EXPECT_EQ(decimal(stored(false, 1, 0, {1, 2}, is_short)), "10002");
        EXPECT_EQ(decimal(stored(false, 2, 0, {1}, is_short)), "100000000");
        EXPECT_EQ(decimal(stored(false, -1, 3, {10}, is_short)), "0.001");
        EXPECT_EQ(decimal(stored(false, -2, 7, {1230}, is_short)), "0.0000123");
        EXPECT_EQ(decimal(stored(false, 1, 6, {9999, 1, 1, 100}, is_short)), "99990001.000101");
    }
}

TEST(Decimal, IsAWholeNumberOnlyWithoutAPoint)
{
    EXPECT_EQ(whole_number(stored(false, 0, 0, {})), 0);
    EXPECT_EQ(whole_number(stored(true, 1, 0, {1, 2})), -10002);
    EXPECT_EQ(whole_number(stored(false, 0, 1, {1})), std::nullopt);
    EXPECT_EQ(whole_number(stored(false, 4, 0, {922, 3372, 368, 5477, 5807})),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(whole_number(stored(false, 4, 0, {922, 3372, 368, 5477, 5808})), std::nullopt);
    EXPECT_EQ(whole_number(stored(true, 4, 0, {922, 3372, 368, 5477, 5808})), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(whole_number(stored(false, 30, 0, {1}, false)), std::nullopt);
    const std::uint16_t nan = 0xC000;
    const std::string special(reinterpret_cast<const char *>(&nan), sizeof nan);
    EXPECT_FALSE(is_finite(special));
    EXPECT_EQ(whole_number(special), std::nullopt);
}

}  // namespace
}  // namespace quire::records
