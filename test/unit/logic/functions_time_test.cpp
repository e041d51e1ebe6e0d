// test/unit/logic/functions_time_test.cpp: functions of dates and times.
#include <gtest/gtest.h>

#include "unit/logic/evaluate.hpp"
#include "unit/logic/summer_zone.hpp"

namespace quire::logic {
namespace {

TEST(TimeFunctions, MakeDates)
{
    expect(
        {{"string(date('2024-05-01'))", "\"2024-05-01\""},
         {"string(date('2024-5-1'))", "\"2024-05-01\""},
         {"string(date('2024-05-01T10:30:00.000Z'))", "\"2024-05-01\"", "\"2024-05-01T10:30:00.000+00:00\""},
         {"string(date(0))", "\"1970-01-01\""},
         {"string(date(1.5))", "\"1970-01-02\"", "\"1970-01-02T12:00:00.000+00:00\""},
         {"string(date(-1))", "\"1969-12-31\""},
         {"date('')", "\"\""},
         {"date('2024-02-30')", fails},
         {"date('x')", fails, "\"Invalid Date\""},
         {"date(true())", fails, "\"\""},
         {"string(date-time('2024-05-01T10:30:00.000+02:00'))", "\"2024-05-01\"", "\"2024-05-01T08:30:00.000+00:00\""},
         {"date(d) = d", "true"},
         {"string(date(date(d) + 1))", "\"2024-05-02\""}});
}

TEST(TimeFunctions, LiveWithNumbersThatNoCalendarReaches)
{
    expect({{"string(date(pow(10, 300)))", "\"Invalid Date\""},
            {"string(date(-1 div 0))", "\"Invalid Date\""},
            {"string(date(0 div 0))", "\"NaN\"", "\"Invalid Date\""},
            {"number(date(pow(10, 300))) > 1", "true"},
            {"decimal-time(date(100000000000000000000))", "NaN"},
            {"format-date(date(100000000000000000000), '%Y')", "\"\""},
            {"decimal-date-time(100000000000000000000)", "100000000000000000000"}});
}

TEST(TimeFunctions, KnowTheTimeThatTheyAreTold)
{
    const SummerZone summer;
    Place place;
    place.options.zone = &summer;
    place.options.now = SummerZone::starts;
    expect(place, {{"string(today())", "\"2024-03-31\""},
                   {"string(now())", "\"2024-03-31\"", "\"2024-03-31T03:00:00.000+02:00\""},
                   {"today() <= now()", "true"},
                   {"date('2024-04-01') - today()", "1", "0.9583333333357587"},
                   {"format-date-time(now(), '%H:%M')", "\"03:00\""}});
}

TEST(TimeFunctions, TellDatesAsNumbers)
{
    expect({{"decimal-date-time('1970-01-02T12:00:00.000Z')", "1.5"},
            {"decimal-date-time('1970-01-02')", "1"},
            {"decimal-date-time('')", "\"\"", "NaN"},
            {"decimal-date-time('x')", fails, "NaN"},
            {"decimal-time('06:00:00.000+00:00')", "0.25"},
            {"decimal-time('06:00:00.000+06:00')", "0"},
            {"decimal-time('00:00:00.000+06:00')", "0.75"},
            {"decimal-time('06:00')", "0.25"},
            {"decimal-time('06:00:00Z')", "0.25", "NaN"},
            {"decimal-time('x')", fails, "NaN"},
            {"decimal-time('')", "\"\"", "NaN"},
            {"decimal-time('1970-01-02T06:00:00.000Z')", "0.25", "NaN"}});
}

TEST(TimeFunctions, FormatDates)
{
    expect({{"format-date('2024-03-05', '%Y-%m-%d')", "\"2024-03-05\""},
            {"format-date('2024-03-05', '%y %n %e')", "\"24 3 5\""},
            {"format-date('2024-03-05', '%b %a')", "\"Mar Tue\""},
            {"format-date-time('2024-03-05T04:06:07.089', '%H %h %M %S %3')", "\"04 4 06 07 089\""},
            {"format-date('2024-03-05', 'plain')", "\"plain\""},
            {"format-date('2024-03-05', '')", "\"\""},
            {"format-date('', '%Y')", "\"\""},
            {"format-date('2024-03-05', '%%')", "\"%\"", "\"%%\""},
            {"format-date('2024-03-05', '100%')", fails, "\"100%\""},
            {"format-date('2024-03-05', '%Z')", fails, "\"%Z\""},
            {"format-date('2024-03-05', '%W')", "\"10\"", "\"%W\""},
            {"format-date('x', '%Y')", fails, "\"\""},
            {"format-date(0, '%Y')", "\"1970\"", "\"\""},
            {"format-date(d, '%Y')", "\"2024\""},
            {"format-date('0999-01-02', '%Y')", "\"0999\""}});
}

TEST(TimeFunctions, CountWeeksFromTheFirstThursday)
{
    Place place;
    EXPECT_EQ(place.java("format-date('2021-01-03', '%W')"), "\"53\"");
    EXPECT_EQ(place.java("format-date('2021-01-04', '%W')"), "\"1\"");
    EXPECT_EQ(place.java("format-date('2020-12-31', '%W')"), "\"53\"");
    EXPECT_EQ(place.java("format-date('2024-12-30', '%W')"), "\"1\"");
    EXPECT_EQ(place.java("format-date('1969-01-01', '%W')"), "\"1\"");
    EXPECT_EQ(place.java("format-date('1969-12-28', '%a %W')"), "\"Sun 52\"");
}

}  // namespace
}  // namespace quire::logic
