// test/unit/forms/scalars_test.cpp: numbers, dates and times as clients write them.
#include "core/forms/scalars.hpp"

#include <gtest/gtest.h>

namespace quire::forms {
namespace {

TEST(Scalars, TakeTheNumberThatATextStartsWithAsJavaScriptDoes)
{
    EXPECT_EQ(leading_integer("12abc"), "12");
    EXPECT_EQ(leading_integer(" 9 "), "9");
    EXPECT_EQ(leading_integer("3.99"), "3");
    EXPECT_EQ(leading_integer("007"), "7");
    EXPECT_EQ(leading_integer("-17"), "-17");
    EXPECT_EQ(leading_integer("+5"), "5");
    EXPECT_EQ(leading_integer("1e3"), "1");
    EXPECT_EQ(leading_integer("abc"), std::nullopt);
    EXPECT_EQ(leading_integer("123456789012345678901234567890"), "123456789012345678901234567890");

    EXPECT_EQ(leading_decimal("1.5xyz"), "1.5");
    EXPECT_EQ(leading_decimal("1,5"), "1");
    EXPECT_EQ(leading_decimal(".5"), "0.5");
    EXPECT_EQ(leading_decimal("5."), "5");
    EXPECT_EQ(leading_decimal("1e3"), "1e3");
    EXPECT_EQ(leading_decimal("1e"), "1");
    EXPECT_EQ(leading_decimal("1e400"), std::nullopt);
    EXPECT_EQ(leading_decimal("0e999999999999"), "0");
    EXPECT_EQ(leading_decimal("1e-999999999999"), "0");
    EXPECT_EQ(leading_decimal("Infinity"), std::nullopt);
    EXPECT_EQ(leading_decimal("."), std::nullopt);
}

TEST(Scalars, TakeOnlyWholeNumbersWhereTheyAreStrict)
{
    EXPECT_EQ(integer("42"), "42");
    EXPECT_EQ(integer("4.2"), std::nullopt);
    EXPECT_EQ(integer("4 2"), std::nullopt);
    EXPECT_EQ(integer(""), std::nullopt);
    EXPECT_EQ(decimal("-0.25"), "-0.25");
    EXPECT_EQ(decimal("1.0E10"), "1.0e10");
    EXPECT_EQ(decimal("NaN"), std::nullopt);
    EXPECT_EQ(decimal("1.2.3"), std::nullopt);
}

TEST(Scalars, PrintNumbersAsBrieflyAsJavaScript)
{
    EXPECT_EQ(shortest("1.50"), "1.5");
    EXPECT_EQ(shortest("2.000"), "2");
    EXPECT_EQ(shortest("-0"), "0");
    EXPECT_EQ(shortest("4e1"), "40");
    EXPECT_EQ(shortest("0.1234567890123456789"), "0.12345678901234568");
}

TEST(Scalars, KnowTheBooleansOfBothClients)
{
    EXPECT_EQ(boolean("true"), true);
    EXPECT_EQ(boolean(" 0 "), false);
    EXPECT_EQ(boolean("True"), std::nullopt);
}

TEST(Scalars, KnowWhichDaysThereAre)
{
    ASSERT_TRUE(date("2024-02-29"));
    EXPECT_EQ(date("2024-02-29")->day, 29);
    EXPECT_TRUE(date("2024-5-1"));
    for (const auto *text :
         {"2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "24-01-01", "2024-01-01x", "0000-01-01"})
        EXPECT_FALSE(date(text)) << text;
}

TEST(Scalars, ReadTimesWithTheirZones)
{
    ASSERT_TRUE(time("10:11:12.123-07:00"));
    EXPECT_EQ(time("10:11:12.123-07:00")->microseconds, ((10 * 60 + 11) * 60 + 12) * 1'000'000LL + 123'000);
    EXPECT_EQ(time("10:11:12.123-07:00")->offset, -7 * 3600);
    EXPECT_EQ(time("10:11")->offset, std::nullopt);
    EXPECT_EQ(time("10:11Z")->offset, 0);
    EXPECT_EQ(time("10:11:12+0530")->offset, 5 * 3600 + 1800);
    EXPECT_EQ(time("10:11:12.1234567")->microseconds % 1'000'000, 123'456);
    for (const auto *text : {"24:00:00", "10", "10:60", "10:11:60", "10:11:12.", "10:11+", "10:11+7", "10:11+07:0"})
        EXPECT_FALSE(time(text)) << text;
}

TEST(Scalars, ReadMomentsWithADateAndATime)
{
    ASSERT_TRUE(date_time("2020-02-29T10:11:12.000-07:00"));
    EXPECT_EQ(date_time("2020-02-29T10:11:12.000-07:00")->time.offset, -7 * 3600);
    EXPECT_TRUE(date_time(" 2020-01-01T00:00:00+07 "));
    EXPECT_EQ(date_time("2020-01-01")->time.microseconds, 0);
    EXPECT_FALSE(date_time("2020-01-01T"));
    EXPECT_FALSE(date_time("10:11:12"));
}

}  // namespace
}  // namespace quire::forms
