// test/unit/logic/dates_test.cpp: the calendar, zones whose clocks jump, and the texts of moments.
#include "core/logic/dates.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>

#include "unit/logic/summer_zone.hpp"

namespace quire::logic {
namespace {

constexpr std::int64_t day = 86'400'000, hour = 3'600'000;
const FixedZone utc;
const FixedZone west(-3 * hour - hour / 2);
const SummerZone summer;

TEST(Dates, CountDaysOfTheCalendar)
{
    EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
    EXPECT_EQ(days_from_civil(1969, 12, 31), -1);
    EXPECT_EQ(days_from_civil(2000, 3, 1), 11'017);
    EXPECT_EQ(days_from_civil(2024, 2, 29), 19'782);
    EXPECT_EQ(days_from_civil(0, 1, 1), -719'528);
    EXPECT_EQ(days_from_civil(9999, 12, 31), 2'932'896);
}

TEST(Dates, GoThereAndBackForEveryDayOfManyYears)
{
    std::int64_t expected = days_from_civil(1896, 1, 1);
    for (int year = 1896; year <= 2104; ++year)
        for (int month = 1; month <= 12; ++month)
            for (int number = 1; is_calendar_day(year, month, number); ++number, ++expected) {
                ASSERT_EQ(days_from_civil(year, month, number), expected);
                const Clock clock = clock_at(expected * day + hour * 13 + 62'003);
                ASSERT_EQ(clock.year, year);
                ASSERT_EQ(clock.month, month);
                ASSERT_EQ(clock.day, number);
                ASSERT_EQ(clock.hour, 13);
                ASSERT_EQ(clock.minute, 1);
                ASSERT_EQ(clock.second, 2);
                ASSERT_EQ(clock.millisecond, 3);
            }
    EXPECT_EQ(expected, days_from_civil(2105, 1, 1));
    EXPECT_EQ(clock_at(-1).millisecond, 999);
    EXPECT_EQ(clock_at(-1).year, 1969);
}

TEST(Dates, KnowWhichDaysThereAre)
{
    EXPECT_TRUE(is_calendar_day(2024, 2, 29));
    EXPECT_TRUE(is_calendar_day(2000, 2, 29));
    for (const auto [year, month, number] : {std::array{2023, 2, 29},
                                             {1900, 2, 29},
                                             {2024, 2, 30},
                                             {2024, 4, 31},
                                             {2024, 13, 1},
                                             {2024, 0, 1},
                                             {2024, 1, 0},
                                             {2024, 1, 32},
                                             {2024, -1, -1}})
        EXPECT_FALSE(is_calendar_day(year, month, number)) << year << '-' << month << '-' << number;
}

double at(std::string_view text, const Zone &zone = utc)
{
    const auto date = read_date(text, zone);
    EXPECT_TRUE(date) << text;
    return date ? date->instant : 0;
}

TEST(Dates, AreReadWithTheirZoneOrInThatOfTheClient)
{
    EXPECT_EQ(at("1970-01-02"), day);
    EXPECT_EQ(at("1970-01-01T01:00:00.000Z"), hour);
    EXPECT_EQ(at("1970-01-01T01:00:00.000+02:00"), -hour);
    EXPECT_EQ(at("1970-01-01T01:00-03:30"), 4.5 * hour);
    EXPECT_EQ(at("1970-01-01T01", summer), 0) << "a local hour";
    EXPECT_EQ(at("1970-01-01", west), 3.5 * hour) << "midnight there";
    EXPECT_EQ(at("1970-01-01T00:00:01.25"), 1250);
    EXPECT_EQ(at("1970-01-01T00:00:00.9999"), 999) << "what is less than a millisecond is cut";
    EXPECT_EQ(at("1970-01-01T00:00:00.001"), 1);
    EXPECT_EQ(at("1970-01-01T24:00"), day);
    EXPECT_FALSE(read_date("2024-05-01", utc)->has_time);
    EXPECT_TRUE(read_date("2024-05-01T10", utc)->has_time);
    EXPECT_FALSE(read_date("2024-02-30", utc)->calendar);
    EXPECT_FALSE(read_date("2024-13-01T10:00", utc)->calendar);
}

TEST(Dates, AreNothingInAnyOtherShape)
{
    for (const char *text : {"",
                             "2024",
                             "2024-05",
                             "2024-5-1",
                             "24-05-01",
                             "2024/05/01",
                             "2024-05-01 10:00",
                             "2024-05-01T",
                             "2024-05-01T1",
                             "2024-05-01T25",
                             "2024-05-01T24:01",
                             "2024-05-01T10:60",
                             "2024-05-01T10:00:60",
                             "2024-05-01T10:00:",
                             "2024-05-01T10:00+15:00",
                             "2024-05-01T10:00+02:60",
                             "2024-05-01T10:00+0200",
                             "2024-05-01T10:00+02",
                             "2024-05-01Z",
                             "2024-05-01T10:00Zz",
                             " 2024-05-01",
                             "2024-05-01 ",
                             "02024-05-01",
                             "abcd-ef-gh"})
        EXPECT_FALSE(read_date(text, utc)) << text;
}

TEST(Dates, AreReadMoreLooselyByJavaRosaButMustExist)
{
    EXPECT_EQ(read_date_in_java("1970-1-2", utc), day);
    EXPECT_EQ(read_date_in_java("1970-01-02T01:00:00.000+01:00", utc), day);
    EXPECT_EQ(read_date_in_java("1970-01-02", west), day + 3.5 * hour);
    for (const char *text : {"2024-02-30", "2024-13-1", "2024-1", "1-1-1x", "2024-01-01T", "x", ""})
        EXPECT_FALSE(read_date_in_java(text, utc)) << text;
}

TEST(Dates, ReadTimes)
{
    EXPECT_EQ(read_time("10:30")->milliseconds, 10.5 * hour);
    EXPECT_FALSE(read_time("10:30")->offset);
    EXPECT_EQ(read_time("10:30:00.500+02:00")->milliseconds, 10.5 * hour + 500);
    EXPECT_EQ(*read_time("10:30:00.500+02:00")->offset, 2 * hour);
    EXPECT_EQ(*read_time("00:00Z")->offset, 0);
    EXPECT_EQ(*read_time("23:59:59.999-14:00")->offset, -14 * hour);
    for (const char *text : {"", "10", "1:30", "24:00", "10:60", "10:30:60", "10:30x", "10:30+2", "10:30:00+02:00x"})
        EXPECT_FALSE(read_time(text)) << text;
}

std::string printed(double instant, const Zone &zone)
{
    Arena arena;
    return std::string(print_instant(instant, zone, arena));
}

TEST(Dates, ArePrintedInTheZoneAndAloneAtMidnight)
{
    EXPECT_EQ(printed(0, utc), "1970-01-01");
    EXPECT_EQ(printed(1, utc), "1970-01-01T00:00:00.001+00:00");
    EXPECT_EQ(printed(-1, utc), "1969-12-31T23:59:59.999+00:00");
    EXPECT_EQ(printed(0, west), "1969-12-31T20:30:00.000-03:30");
    EXPECT_EQ(printed(at("2024-07-01", summer), summer), "2024-07-01");
    EXPECT_EQ(printed(at("0001-02-03"), utc), "0001-02-03");
    EXPECT_EQ(printed(8.64e15 + 1, utc), "Invalid Date");
    EXPECT_EQ(printed(std::nan(""), utc), "Invalid Date");
    Arena arena;
    EXPECT_EQ(print_date_time(0, utc, arena), "1970-01-01T00:00:00.000+00:00");
    EXPECT_EQ(print_day(0, west, arena), "1969-12-31");
    EXPECT_EQ(print_day(1e300, west, arena), "Invalid Date");
}

TEST(Dates, LiveWithClocksThatJump)
{
    EXPECT_EQ(printed(SummerZone::starts - 1, summer), "2024-03-31T01:59:59.999+01:00");
    EXPECT_EQ(printed(SummerZone::starts, summer), "2024-03-31T03:00:00.000+02:00");
    EXPECT_EQ(printed(SummerZone::ends - 1, summer), "2024-10-27T02:59:59.999+02:00");
    EXPECT_EQ(printed(SummerZone::ends, summer), "2024-10-27T02:00:00.000+01:00");
    // The day is 23 hours long, and the days of the calendar do not care.
    EXPECT_EQ(at("2024-04-01", summer) - at("2024-03-31", summer), 23 * hour);
    EXPECT_EQ(local_day(at("2024-04-01", summer), summer) - local_day(at("2024-03-31", summer), summer), 1);
    EXPECT_EQ(at("2024-10-28", summer) - at("2024-10-27", summer), 25 * hour);
    // An hour that there was not is read as one nearby; one that there was twice is one of both.
    const double gap = at("2024-03-31T02:30", summer);
    EXPECT_TRUE(gap == SummerZone::starts - hour / 2 || gap == SummerZone::starts + hour / 2);
    const double twice = at("2024-10-27T02:30", summer);
    EXPECT_TRUE(twice == SummerZone::ends - hour / 2 || twice == SummerZone::ends + hour / 2);
    // Every other local time of the year goes there and back.
    Arena arena;
    for (double local = at("2024-01-01T00:15", summer); local < at("2025-01-01", summer); local += hour) {
        const std::string text(print_date_time(local, summer, arena));
        ASSERT_EQ(at(text, summer), local) << text;
        arena.clear();
    }
}

TEST(Dates, KnowTheLocalDay)
{
    EXPECT_EQ(local_day(0, utc), 0);
    EXPECT_EQ(local_day(0, west), -1);
    EXPECT_EQ(local_day(-1, utc), -1);
    EXPECT_EQ(local_day(SummerZone::starts - 2 * hour, summer), 19'813);
    EXPECT_EQ(local_day(SummerZone::starts - 2 * hour - 1, summer), 19'812);
}

}  // namespace
}  // namespace quire::logic
