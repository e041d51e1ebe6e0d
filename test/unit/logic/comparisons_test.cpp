// test/unit/logic/comparisons_test.cpp: operators and casts, as each dialect has them.
#include <gtest/gtest.h>

#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

TEST(Comparisons, OfNumbersAndTexts)
{
    expect({{"1 = 1.0", "true"},
            {"1 = '1'", "true"},
            {"'1' = '1.0'", "false"},
            {"'a' != 'b'", "true"},
            {"'2' < '10'", "true"},
            {"'a' < 'b'", "false"},
            {"0.1 + 0.2 = 0.3", "true", "false"},
            {"1 div 0 = 2 div 0", "true"},
            {"-1 div 0 < 0", "true"},
            {"'' = 0", "false"},
            {"'' < 1", "false"},
            {"'' >= 0", "false"},
            {"number('x') = number('x')", "false"},
            {"number('x') != number('x')", "true"},
            {"'1,5' = 1.5", "true", "false"},
            {"'+5' = 5", "false", "true"},
            {"'1e2' = 100", "false", "true"},
            {"'0x10' = 16", "false", "true"}});
}

TEST(Comparisons, OfTruths)
{
    expect({{"true() = 'x'", "true"},
            {"true() = ''", "false"},
            {"false() = 0", "true"},
            {"true() = 1", "true"},
            {"true() = 5", "true"},
            {"true() > false()", "true"},
            {"true() != false()", "true"},
            {"true() = n", "true"},
            {"true() = e", "false", "true"},
            {"false() = zz", "true"},
            {"true() > 0.5", "true"}});
}

TEST(Comparisons, OfSetsOfNodes)
{
    expect({{"n = 7", "true"},
            {"n = '7'", "true"},
            {"n = '7.0'", "false"},
            {"n > 6 and n < 8", "true"},
            {"rep/a = 2", fails, "true"},
            {"rep/a != 2", fails, "true"},
            {"rep/a > 2", fails, "true"},
            {"rep/a > 3", fails, "false"},
            {"2 < rep/a", fails, "true"},
            {"rep/b = 'z'", fails, "true"},
            {"rep/a = rep/b", fails, "false"},
            {"rep[a = 1]/a = n - 6", "true"},
            {"rep/a < n", fails, "true"},
            {"n < rep/a", fails, "false"},
            {"rep/a != rep/a", fails, "true"},
            {"n != n", "false"},
            {"n = n", "true"},
            {"zz = ''", "true", "false"},
            {"zz != ''", "false"},
            {"zz = zz", "true", "false"},
            {"not(zz = '')", "false", "true"},
            {"zz < 1", "false"},
            {"e = ''", "true"},
            {"e != 'x'", "true"}});
}

TEST(Comparisons, OfDates)
{
    expect({{"d > '2024-04-30'", "false", "true"},
            {"d = '2024-05-01'", "true"},
            {"d < '2024-05-02'", "false", "true"},
            {"date(d) > date('2024-04-30')", "true"},
            {"date(d) = date('2024-05-01')", "true"},
            {"date(d) - date('2024-04-01')", "30"},
            {"date(d) + 1", "19845"},
            {"'2024-05-01' + 1", "NaN", "19845"},
            {"d - '2024-04-30'", "NaN", "1"},
            {"d + 'x'", "NaN"},
            {"date('1970-01-02') = 1", "true"},
            {"d > '2024-02-30'", "false", fails}});
}

TEST(Comparisons, OfDatesInOtherZones)
{
    const FixedZone east(3 * 3'600'000);
    Place place;
    place.options.zone = &east;
    expect(place, {{"number(date('1970-01-02'))", "1", "0.875"},
                   {"date('2024-05-02') - date('2024-05-01')", "1"},
                   {"string(date('2024-05-01'))", "\"2024-05-01\""},
                   {"string(date-time(t))", "\"2024-05-01\"", "\"2024-05-01T11:30:00.000+03:00\""},
                   {"date('2024-05-01') = '2024-05-01'", "true"}});
}

TEST(Arithmetic, IsThatOfDoubles)
{
    expect({{"1 div 3", "0.3333333333333333"},
            {"1 div 0", "Infinity"},
            {"-1 div 0", "-Infinity"},
            {"0 div 0", "NaN"},
            {"5 mod 3", "2"},
            {"-5 mod 3", "-2"},
            {"5 mod -3", "2"},
            {"5.5 mod 2", "1.5"},
            {"5 mod 0", "NaN"},
            {"n + m", "4.5"},
            {"n - 'x'", "NaN"},
            {"n * e", "NaN"},
            {"-e", "NaN"},
            {"-n", "-7"},
            {"true() + true()", "2"},
            {"n + zz", "NaN"},
            {"rep/a + 1", fails, "2"}});
}

TEST(Casts, FollowTheDialect)
{
    expect({{"string(0.5)", "\"0.5\""},
            {"string(1 div 0)", "\"Infinity\""},
            {"string(0 div 0)", "\"NaN\"", "\"\""},
            {"string(10000000000)", "\"1.0E10\"", "\"10000000000\""},
            {"string(true())", "\"true\""},
            {"string(n)", "\"7\""},
            {"string(zz)", "\"\""},
            {"string(rep/a)", fails, "\"1\""},
            {"string(-0)", "\"0\""},
            {"number(true())", "1"},
            {"number(e)", "NaN"},
            {"number(' 12 ')", "12"},
            {"number('1970-01-11')", "NaN", "10"},
            {"boolean(e)", "false", "true"},
            {"boolean(zz)", "false"},
            {"boolean(n)", "true"},
            {"boolean('false')", "true"},
            {"boolean(0)", "false"},
            {"boolean(0 div 0)", "false"},
            {"boolean(0.0000000000001)", "false", "true"},
            {"not(e)", "true", "false"},
            {"if(e, 'yes', 'no')", "\"no\"", "\"yes\""},
            {"n and e", "false", "true"}});
}

}  // namespace
}  // namespace quire::logic
