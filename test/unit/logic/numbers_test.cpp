// test/unit/logic/numbers_test.cpp: numbers as texts and back, as JavaScript and as JavaRosa write them.
#include "core/logic/numbers.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>

namespace quire::logic {
namespace {

std::string script(double number)
{
    Arena arena;
    return std::string(print_in_script(number, arena));
}
std::string java(double number)
{
    Arena arena;
    return std::string(print_in_java(number, arena));
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Numbers, ArePrintedAsEachClientDoes)
{
    struct {
        double number;
        const char *script, *java;
    } cases[] = {
        {0, "0", "0"},
        {-0.0, "0", "0"},
        {1, "1", "1"},
        {-7, "-7", "-7"},
        {0.5, "0.5", "0.5"},
        {-2.5, "-2.5", "-2.5"},
        {0.1 + 0.2, "0.30000000000000004", "0.30000000000000004"},
        {100, "100", "100"},
        {1e6, "1000000", "1000000"},
        {1234567.5, "1234567.5", "1234567.5"},
        {12345678.5, "12345678.5", "1.23456785E7"},
        {2147483647, "2147483647", "2147483647"},
        {-2147483648.0, "-2147483648", "-2147483648"},
        {2147483648.0, "2147483648", "2.147483648E9"},
        {999999999, "999999999", "999999999"},
        {1e9, "1000000000", "1000000000"},
        {1e20, "100000000000000000000", "1.0E20"},
        {1e21, "1e+21", "1.0E21"},
        {123456789012345680000.0, "123456789012345680000", "1.2345678901234568E20"},
        {1.5e300, "1.5e+300", "1.5E300"},
        {0.001, "0.001", "0.001"},
        {0.0001, "0.0001", "1.0E-4"},
        {0.000001, "0.000001", "1.0E-6"},
        {0.0000001, "1e-7", "1.0E-7"},
        {1.25e-7, "1.25e-7", "1.25E-7"},
        {1e-13, "1e-13", "0"},
        {5e-324, "5e-324", "0"},
        {std::numeric_limits<double>::max(), "1.7976931348623157e+308", "1.7976931348623157E308"},
        {infinity, "Infinity", "Infinity"},
        {-infinity, "-Infinity", "-Infinity"},
        {nan, "NaN", "NaN"},
    };
    for (const auto &one : cases) {
        EXPECT_EQ(script(one.number), one.script);
        EXPECT_EQ(java(one.number), one.java);
    }
}

TEST(Numbers, AreReadAsEachClientDoes)
{
    struct {
        const char *text;
        double script, java;
    } cases[] = {
        {"1", 1, 1},
        {" 1 ", 1, 1},
        {"\n\t1.5\r", 1.5, 1.5},
        {"-1", -1, -1},
        {"- 1", nan, nan},
        {"--1", nan, nan},
        {"+1", 1, nan},
        {".5", 0.5, 0.5},
        {"5.", 5, 5},
        {".", nan, nan},
        {"-", nan, nan},
        {"", nan, nan},
        {"  ", nan, nan},
        {"007", 7, 7},
        {"1,5", nan, 1.5},
        {"1,5,2", nan, nan},
        {"1.5,2", nan, nan},
        {"1e3", 1000, nan},
        {"1E+3", 1000, nan},
        {"1e-3", 0.001, nan},
        {"1e", nan, nan},
        {"1e+", nan, nan},
        {"e3", nan, nan},
        {"1e999", infinity, nan},
        {"-1e999", -infinity, nan},
        {"1e-999", 0, nan},
        {"0x1F", 31, nan},
        {"0b101", 5, nan},
        {"0o17", 15, nan},
        {"-0x1F", nan, nan},
        {"0x", nan, nan},
        {"0xG", nan, nan},
        {"0b2", nan, nan},
        {"Infinity", infinity, nan},
        {"-Infinity", -infinity, nan},
        {"infinity", nan, nan},
        {"NaN", nan, nan},
        {"1 2", nan, nan},
        {"1a", nan, nan},
        {"1.2.3", nan, nan},
        {"9007199254740993", 9007199254740992.0, 9007199254740992.0},
        {"0.1", 0.1, 0.1},
        {"123456789012345678901234567890", 1.2345678901234568e29, 1.2345678901234568e29},
        {"0.000000000000000000000000000001", 1e-30, 1e-30},
        {"3.141592653589793238462643", 3.141592653589793, 3.141592653589793},
    };
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (const auto &one : cases) {
        EXPECT_PRED2(same, number_in_script(one.text), one.script) << one.text;
        EXPECT_PRED2(same, number_in_java(one.text), one.java) << one.text;
    }
}

TEST(Numbers, ReadBackAsWhatWasPrinted)
{
    std::mt19937_64 random(7);
    for (int i = 0; i < 100'000; ++i) {
        const std::uint64_t bits = random();
        double number = 0;
        std::memcpy(&number, &bits, sizeof number);
        if (!std::isfinite(number)) continue;
        ASSERT_EQ(number_in_script(script(number)), number);
        const double small = std::ldexp(static_cast<double>(bits >> 40), -static_cast<int>(bits % 20));
        ASSERT_EQ(number_in_script(script(small)), small);
        if (small < 1e7) {
            ASSERT_EQ(number_in_java(java(small)), small);
        }
    }
}

TEST(Numbers, RoundAwayFromZeroInScriptsAndUpInJava)
{
    struct {
        double number, digits, script, java;
    } cases[] = {
        {2.5, 0, 3, 3},
        {-2.5, 0, -3, -2},
        {-1.5, 0, -2, -1},
        {2.4, 0, 2, 2},
        {-2.6, 0, -3, -3},
        {1.25, 1, 1.3, 1.3},
        {-1.25, 1, -1.3, -1.2},
        {1.005, 2, 1, 1.01},
        {125, -1, 130, 130},
        {-125, -1, -130, -120},
        {15, -2, 0, 0},
        {55, -2, 100, 100},
        {1234.5678, 2, 1234.57, 1234.57},
        {0.5, 0, 1, 1},

        {9.99, 1, 10, 10},
        {-9.96, 1, -10, -10},
        {1e20, 2, 1e20, 1e20},
        {3, 5, 3, 3},
        {nan, 0, nan, nan},
        {infinity, 0, infinity, infinity},
        {-infinity, 1, -infinity, -infinity},
        {2.6, 0.9, 3, 3},
        {7, 400, 7, nan},
        {7, -400, 0, nan},
        {2.7, nan, nan, 3},
    };
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    for (const auto &one : cases) {
        EXPECT_PRED2(same, round_in_script(one.number, one.digits), one.script) << one.number << ", " << one.digits;
        EXPECT_PRED2(same, round_in_java(one.number, one.digits), one.java) << one.number << ", " << one.digits;
    }
    EXPECT_EQ(round_in_script(0.49999999999999994, 0), 0) << "what is below a half, by however little";
}

}  // namespace
}  // namespace quire::logic
