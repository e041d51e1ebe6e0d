// test/unit/attributes/decimal_test.cpp: exact numbers.
#include "core/attributes/decimal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace quire::attributes {
namespace {

std::string again(std::string_view text)
{
    const auto number = Number::parse(text);
    return number ? to_text(number->view()) : "none";
}

TEST(Decimal, IsReadAndWritten)
{
    for (const char *text : {"0", "1", "-1", "9999", "10000", "10001", "123456789", "0.1", "-0.0001", "0.00001",
                             "12345.6789", "100000000000000000000", "0.000000000000000000001", "10.01"})
        EXPECT_EQ(again(text), text);
    EXPECT_EQ(again("+00012.3400"), "12.34");
    EXPECT_EQ(again("-0"), "0");
    EXPECT_EQ(again(".5"), "0.5");
    EXPECT_EQ(again("5."), "5");
    EXPECT_EQ(again("1.5e3"), "1500");
    EXPECT_EQ(again("15E-4"), "0.0015");
    EXPECT_EQ(again("0e999999999999"), "0");
    EXPECT_EQ(again("1e1000"), "none");
    EXPECT_EQ(again("1e999").size(), 1000u);
    for (const char *text : {"", ".", "-", "e1", "1e", "1e+", "1.2.3", "1 ", " 1", "nan", "inf", "0x1", "1_0"})
        EXPECT_EQ(again(text), "none") << text;
}

TEST(Decimal, HasAnOrder)
{
    const std::vector<const char *> ascending = {"-1e20", "-10000.5", "-10000",  "-9999",
                                                 "-0.5",  "-0.00001", "0",       "1e-20",
                                                 "0.5",   "0.50001",  "1",       "1.00000000000000000001",
                                                 "9999",  "10000",    "10000.5", "1e20"};
    for (std::size_t i = 0; i < ascending.size(); ++i)
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            const auto a = Number::parse(ascending[i]), b = Number::parse(ascending[j]);
            const int order = compare(a->view(), b->view());
            EXPECT_EQ((order > 0) - (order < 0), (i > j) - (i < j)) << ascending[i] << ' ' << ascending[j];
        }
}

TEST(Decimal, HasAWholePart)
{
    const auto whole = [](const char *text) { return whole_part(Number::parse(text)->view()); };
    EXPECT_EQ(whole("0.9"), 0);
    EXPECT_EQ(whole("-7.9"), -7);
    EXPECT_EQ(whole("90000"), 90000);
    EXPECT_EQ(whole("9223372036854775807.5"), std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(whole("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_FALSE(whole("9223372036854775808"));
    EXPECT_FALSE(whole("-9223372036854775809"));
    EXPECT_FALSE(whole("1e300"));
    EXPECT_TRUE(Number::parse("10000")->view().is_whole());
    EXPECT_FALSE(Number::parse("10000.1")->view().is_whole());
    EXPECT_FALSE(Number::parse("0.1")->view().is_whole());
}

TEST(Decimal, BecomesADoubleAndBack)
{
    for (const double value : {0.0, 1.0, -0.1, 12345.678, 1e-300, 1e300, 0.1 + 0.2})
        EXPECT_NEAR(to_double(from_double(value)->view()), value, std::fabs(value) * 1e-15);
    for (const char *const text : {"0", "-0.1", "12345.678", "9999999999.99", "0.3", "1e-22", "123456789012", "7e22",
                                   "-1e24", "1234567890.12345678"})
        EXPECT_EQ(to_double(Number::parse(text)->view()), std::strtod(text, nullptr)) << text;
    EXPECT_EQ(to_text(from_double(0.1 + 0.2)->view()), "0.3");
    EXPECT_FALSE(from_double(NAN));
    EXPECT_FALSE(from_double(HUGE_VAL));
    EXPECT_TRUE(std::isinf(to_double(Number::parse("-1e999")->view())));
}

}  // namespace
}  // namespace quire::attributes
