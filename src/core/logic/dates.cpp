// src/core/logic/dates.cpp: the calendar, and the texts of moments.
#include "core/logic/dates.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

constexpr std::int64_t day = 86'400'000, hour = 3'600'000, minute = 60'000;

std::int64_t floor_div(std::int64_t a, std::int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}
    bool done() const { return rest_.empty(); }
    bool take(char c)
    {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // Of `least` to `most` digits; -1 when there are none.
    int number(std::size_t least, std::size_t most)
    {
        std::size_t n = 0;
        int value = 0;
        while (n < rest_.size() && n < most && is_digit(rest_[n])) value = value * 10 + (rest_[n++] - '0');
        if (n < least) return -1;
        rest_.remove_prefix(n);
        return value;
    }
    double fraction()
    {
        double value = 0, scale = 0.1;
        while (!rest_.empty() && is_digit(rest_.front())) {
            value += scale * (rest_.front() - '0');
            scale /= 10;
            rest_.remove_prefix(1);
        }
        return value;
    }

private:
    std::string_view rest_;
};

// Z or ±HH:MM; nothing when the text goes on otherwise.
std::optional<std::int64_t> read_offset(Cursor &cursor)
{
    if (cursor.take('Z')) return 0;
    const bool west = cursor.take('-');
    if (!west && !cursor.take('+')) return std::nullopt;
    const int hours = cursor.number(2, 2);
    if (hours < 0 || hours > 14 || !cursor.take(':')) return std::nullopt;
    const int minutes = cursor.number(2, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    const std::int64_t offset = hours * hour + minutes * minute;
    return west ? -offset : offset;
}

// HH[:MM[:SS[.f]]]; -1 when there is none.
double read_clock(Cursor &cursor)
{
    const int hours = cursor.number(2, 2);
    if (hours < 0 || hours > 24) return -1;
    double milliseconds = static_cast<double>(hours) * hour;
    if (!cursor.take(':')) return milliseconds;
    const int minutes = cursor.number(2, 2);
    if (minutes < 0 || minutes > (hours == 24 ? 0 : 59)) return -1;
    milliseconds += static_cast<double>(minutes) * minute;
    if (!cursor.take(':')) return milliseconds;
    const int seconds = cursor.number(2, 2);
    if (seconds < 0 || seconds > 59) return -1;
    milliseconds += seconds * 1000;
    if (cursor.take('.')) milliseconds += std::floor(cursor.fraction() * 1000 + 1e-6);
    return milliseconds > static_cast<double>(day) ? -1 : milliseconds;
}

std::string_view print(const Clock &clock, std::int64_t offset, bool with_time, Arena &arena)
{
    std::array<char, 64> text;
    const int sign = offset < 0 ? -1 : 1;
    const int minutes = static_cast<int>(sign * offset / minute);
    int size = std::snprintf(text.data(), text.size(), "%04lld-%02d-%02d", static_cast<long long>(clock.year),
                             clock.month, clock.day);
    if (with_time)
        size += std::snprintf(text.data() + size, text.size() - static_cast<std::size_t>(size),
                              "T%02d:%02d:%02d.%03d%c%02d:%02d", clock.hour, clock.minute, clock.second,
                              clock.millisecond, sign < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return arena.copy({text.data(), static_cast<std::size_t>(size)});
}

// What no calendar reaches, and no integer holds.
bool is_printable(double instant)
{
    return std::fabs(instant) <= 8.64e15;
}

}  // namespace

std::int64_t days_from_civil(std::int64_t year, int month, int day_of_month)
{
    year -= month <= 2;
    const std::int64_t era = floor_div(year, 400);
    const std::int64_t year_of_era = year - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day_of_month - 1;
    return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

Clock clock_at(std::int64_t local)
{
    const std::int64_t days = floor_div(local, day) + 719'468;
    const std::int64_t rest = local - floor_div(local, day) * day;
    const std::int64_t era = floor_div(days, 146'097);
    const std::int64_t day_of_era = days - era * 146'097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted = (5 * day_of_year + 2) / 153;
    Clock clock;
    clock.day = static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1);
    clock.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    clock.year = year_of_era + era * 400 + (clock.month <= 2);
    clock.hour = static_cast<int>(rest / hour);
    clock.minute = static_cast<int>(rest / minute % 60);
    clock.second = static_cast<int>(rest / 1000 % 60);
    clock.millisecond = static_cast<int>(rest % 1000);
    return clock;
}

bool is_calendar_day(std::int64_t year, int month, int day_of_month)
{
    if (month < 1 || month > 12 || day_of_month < 1 || day_of_month > 31) return false;
    const Clock back = clock_at(days_from_civil(year, month, day_of_month) * day);
    return back.month == month && back.day == day_of_month;
}

std::optional<DateText> read_date(std::string_view text, const Zone &zone)
{
    if (text.size() < 10 || text[4] != '-') return std::nullopt;
    Cursor cursor(text);
    const int year = cursor.number(4, 4);
    if (year < 0 || !cursor.take('-')) return std::nullopt;
    const int month = cursor.number(2, 2);
    if (month < 0 || !cursor.take('-')) return std::nullopt;
    const int day_of_month = cursor.number(2, 2);
    if (day_of_month < 0) return std::nullopt;
    DateText date;
    double clock = 0;
    std::optional<std::int64_t> offset;
    if (cursor.take('T')) {
        date.has_time = true;
        clock = read_clock(cursor);
        if (clock < 0) return std::nullopt;
        if (!cursor.done() && !(offset = read_offset(cursor))) return std::nullopt;
    }
    if (!cursor.done()) return std::nullopt;
    date.calendar = is_calendar_day(year, month, day_of_month);
    const std::int64_t local =
        days_from_civil(year, date.calendar ? month : 1, date.calendar ? day_of_month : 1) * day +
        static_cast<std::int64_t>(clock);
    date.instant = static_cast<double>(offset ? local - *offset : zone.to_utc(local));
    return date;
}

std::optional<double> read_date_in_java(std::string_view text, const Zone &zone)
{
    Cursor cursor(text);
    const int year = cursor.number(1, 6);
    if (year < 0 || !cursor.take('-')) return std::nullopt;
    const int month = cursor.number(1, 2);
    if (month < 0 || !cursor.take('-')) return std::nullopt;
    const int day_of_month = cursor.number(1, 2);
    if (day_of_month < 0 || !is_calendar_day(year, month, day_of_month)) return std::nullopt;
    double clock = 0;
    std::optional<std::int64_t> offset;
    if (cursor.take('T')) {
        clock = read_clock(cursor);
        if (clock < 0) return std::nullopt;
        if (!cursor.done() && !(offset = read_offset(cursor))) return std::nullopt;
    }
    if (!cursor.done()) return std::nullopt;
    const std::int64_t local = days_from_civil(year, month, day_of_month) * day + static_cast<std::int64_t>(clock);
    return static_cast<double>(offset ? local - *offset : zone.to_utc(local));
}

std::optional<TimeText> read_time(std::string_view text)
{
    Cursor cursor(text);
    TimeText time;
    if (text.size() < 5 || text[2] != ':') return std::nullopt;
    time.milliseconds = read_clock(cursor);
    if (time.milliseconds < 0 || time.milliseconds >= static_cast<double>(day)) return std::nullopt;
    if (cursor.done()) return time;
    time.offset = read_offset(cursor);
    if (!time.offset || !cursor.done()) return std::nullopt;
    return time;
}

std::string_view print_instant(double instant, const Zone &zone, Arena &arena)
{
    if (!is_printable(instant)) return "Invalid Date";
    const auto utc = static_cast<std::int64_t>(instant);
    const std::int64_t offset = zone.offset_at(utc);
    const bool midnight = (utc + offset) % day == 0;
    return print(clock_at(utc + offset), offset, !midnight, arena);
}

std::string_view print_date_time(double instant, const Zone &zone, Arena &arena)
{
    if (!is_printable(instant)) return "Invalid Date";
    const auto utc = static_cast<std::int64_t>(instant);
    const std::int64_t offset = zone.offset_at(utc);
    return print(clock_at(utc + offset), offset, true, arena);
}

std::string_view print_day(double instant, const Zone &zone, Arena &arena)
{
    if (!is_printable(instant)) return "Invalid Date";
    const auto utc = static_cast<std::int64_t>(instant);
    return print(clock_at(utc + zone.offset_at(utc)), 0, false, arena);
}

double local_day(double instant, const Zone &zone)
{
    if (!is_printable(instant)) return instant / milliseconds_of_day;
    const auto utc = static_cast<std::int64_t>(instant);
    return static_cast<double>(floor_div(utc + zone.offset_at(utc), day));
}

}  // namespace quire::logic
