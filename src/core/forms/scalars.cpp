// src/core/forms/scalars.cpp: numbers, dates and times by hand, for no library reads them as the field writes them.
#include "core/forms/scalars.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire::forms {
namespace {

// Reads from the front of a text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
    bool take(char c)
    {
        if (peek() != c || rest_.empty()) return false;
        rest_.remove_prefix(1);
        return true;
    }
    std::string_view digits(std::size_t most = std::string_view::npos)
    {
        std::size_t n = 0;
        while (n < rest_.size() && n < most && is_digit(rest_[n])) ++n;
        const std::string_view taken = rest_.substr(0, n);
        rest_.remove_prefix(n);
        return taken;
    }
    // A number of `least` to `most` digits (few enough for an int); -1 when there is none.
    int number(std::size_t least, std::size_t most)
    {
        const std::string_view taken = digits(most);
        if (taken.size() < least) return -1;
        int value = 0;
        for (const char c : taken) value = value * 10 + (c - '0');
        return value;
    }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

// The parts of a decimal number: [sign] whole [. fraction] [e exponent].
struct Parts {
    bool negative = false;
    std::string_view whole, fraction;
    long exponent = 0;
    bool exists = false;
};

constexpr long most_exponent = 100'000;

Parts read_parts(Cursor &cursor, bool with_fraction)
{
    Parts parts;
    parts.negative = cursor.peek() == '-';
    if (parts.negative || cursor.peek() == '+') cursor.take(cursor.peek());
    parts.whole = cursor.digits();
    if (with_fraction) {
        Cursor ahead = cursor;
        if (ahead.take('.')) {
            parts.fraction = ahead.digits();
            if (!parts.whole.empty() || !parts.fraction.empty()) cursor = ahead;
        }
    }
    parts.exists = !parts.whole.empty() || !parts.fraction.empty();
    if (parts.exists && with_fraction && (cursor.peek() == 'e' || cursor.peek() == 'E')) {
        Cursor ahead = cursor;
        ahead.take(ahead.peek());
        const bool down = ahead.peek() == '-';
        if (down || ahead.peek() == '+') ahead.take(ahead.peek());
        const std::string_view digits = ahead.digits();
        if (!digits.empty()) {
            for (const char c : digits)
                if (parts.exponent < most_exponent) parts.exponent = parts.exponent * 10 + (c - '0');
            if (down) parts.exponent = -parts.exponent;
            cursor = ahead;
        }
    }
    return parts;
}

std::string write(const Parts &parts)
{
    std::string_view whole = parts.whole;
    while (whole.size() > 1 && whole.front() == '0') whole.remove_prefix(1);
    std::string text = parts.negative ? "-" : "";
    text += whole.empty() ? "0" : whole;
    if (!parts.fraction.empty()) text.append(".").append(parts.fraction);
    if (parts.exponent != 0) text.append("e").append(std::to_string(parts.exponent));
    return text;
}

bool is_zero(const Parts &parts)
{
    return parts.whole.find_first_not_of('0') == std::string_view::npos &&
           parts.fraction.find_first_not_of('0') == std::string_view::npos;
}

// Numbers that no double holds are none in JSON, nor in any language that reads it.
bool is_finite(const Parts &parts)
{
    std::string_view whole = parts.whole;
    while (!whole.empty() && whole.front() == '0') whole.remove_prefix(1);
    const long magnitude = static_cast<long>(whole.size()) + parts.exponent;
    return magnitude <= 308 || is_zero(parts);
}

std::optional<std::string> finish(const Parts &parts)
{
    if (!parts.exists || !is_finite(parts)) return std::nullopt;
    if (parts.exponent < -400 || is_zero(parts)) return "0";
    return write(parts);
}

constexpr bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in(int year, int month)
{
    static constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

std::optional<Date> read_date(Cursor &cursor)
{
    const int year = cursor.number(4, 4);
    if (year < 1 || !cursor.take('-')) return std::nullopt;
    const int month = cursor.number(1, 2);
    if (month < 1 || month > 12 || !cursor.take('-')) return std::nullopt;
    const int day = cursor.number(1, 2);
    if (day < 1 || day > days_in(year, month)) return std::nullopt;
    return Date{year, month, day};
}

bool read_offset(Cursor &cursor, Time &time)
{
    if (cursor.take('Z') || cursor.take('z')) {
        time.offset = 0;
        return true;
    }
    const bool west = cursor.peek() == '-';
    if (!west && cursor.peek() != '+') return true;
    cursor.take(cursor.peek());
    const int hours = cursor.number(2, 2);
    if (hours < 0) return false;
    cursor.take(':');
    const int minutes = cursor.done() ? 0 : cursor.number(2, 2);
    if (minutes < 0 || hours > 15 || minutes > 59) return false;
    time.offset = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

std::optional<Time> read_time(Cursor &cursor)
{
    const int hour = cursor.number(1, 2);
    if (hour < 0 || hour > 23 || !cursor.take(':')) return std::nullopt;
    const int minute = cursor.number(2, 2);
    if (minute < 0 || minute > 59) return std::nullopt;
    int second = 0;
    std::int64_t fraction = 0;
    if (cursor.take(':')) {
        second = cursor.number(2, 2);
        if (second < 0 || second > 59) return std::nullopt;
        if (cursor.take('.')) {
            std::string_view digits = cursor.digits();
            if (digits.empty()) return std::nullopt;
            for (std::size_t i = 0; i < 6; ++i) fraction = fraction * 10 + (i < digits.size() ? digits[i] - '0' : 0);
        }
    }
    Time time{((hour * 60 + minute) * 60 + second) * std::int64_t{1'000'000} + fraction, std::nullopt};
    if (!read_offset(cursor, time)) return std::nullopt;
    return time;
}

// Two digits, or less than zero.
int two_digits(const char *p)
{
    return is_digit(p[0]) && is_digit(p[1]) ? (p[0] - '0') * 10 + (p[1] - '0') : -1;
}

// YYYY-MM-DD at the front, as clients write it; the rest of the rules are read_date()'s.
std::optional<Date> common_date(std::string_view text)
{
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int century = two_digits(text.data()), years = two_digits(text.data() + 2);
    const Date date{century * 100 + years, two_digits(text.data() + 5), two_digits(text.data() + 8)};
    if (century < 0 || years < 0 || date.year < 1 || date.month < 1 || date.month > 12) return std::nullopt;
    if (date.day < 1 || date.day > days_in(date.year, date.month)) return std::nullopt;
    return date;
}

// YYYY-MM-DDTHH:MM:SS.fff±HH:MM, which is how clients write nearly all.
std::optional<DateTime> common_date_time(std::string_view text)
{
    const char *const p = text.data();
    if (text.size() != 29 || p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[19] != '.' || p[26] != ':')
        return std::nullopt;
    const auto date = common_date(text);
    const int hour = two_digits(p + 11), minute = two_digits(p + 14), second = two_digits(p + 17),
              tens = two_digits(p + 20), zone_hours = two_digits(p + 24), zone_minutes = two_digits(p + 27);
    const bool fits = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && tens >= 0 &&
                      is_digit(p[22]) && (p[23] == '+' || p[23] == '-') && zone_hours >= 0 && zone_hours <= 15 &&
                      zone_minutes >= 0 && zone_minutes < 60;
    if (!date || !fits) return std::nullopt;
    const std::int64_t milliseconds =
        ((hour * 60 + minute) * 60 + second) * std::int64_t{1000} + tens * 10 + (p[22] - '0');
    const int offset = zone_hours * 3600 + zone_minutes * 60;
    return DateTime{*date, {milliseconds * 1000, p[23] == '-' ? -offset : offset}};
}

}  // namespace

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::optional<std::string> leading_integer(std::string_view text)
{
    Cursor cursor(trim(text));
    return finish(read_parts(cursor, false));
}

std::optional<std::string> leading_decimal(std::string_view text)
{
    Cursor cursor(trim(text));
    return finish(read_parts(cursor, true));
}

std::optional<std::string> integer(std::string_view text)
{
    Cursor cursor(trim(text));
    const Parts parts = read_parts(cursor, false);
    return cursor.done() ? finish(parts) : std::nullopt;
}

std::optional<std::string> decimal(std::string_view text)
{
    Cursor cursor(trim(text));
    const Parts parts = read_parts(cursor, true);
    return cursor.done() ? finish(parts) : std::nullopt;
}

std::string shortest(std::string_view number)
{
    Cursor cursor(number);
    Parts parts = read_parts(cursor, true);
    while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.remove_suffix(1);
    constexpr std::size_t sure_digits = 15;
    if (parts.exponent == 0 && parts.whole.size() + parts.fraction.size() <= sure_digits) {
        const std::string text = write(parts);
        return text == "-0" ? "0" : text;
    }
    const double value = std::strtod(write(parts).c_str(), nullptr);
    char text[32];
    for (int digits = 15; digits <= 17; ++digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, value);
        if (std::strtod(text, nullptr) == value) break;
    }
    return text;
}

std::optional<bool> boolean(std::string_view text)
{
    text = trim(text);
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    return std::nullopt;
}

std::optional<Date> date(std::string_view text)
{
    Cursor cursor(trim(text));
    const auto found = read_date(cursor);
    return cursor.done() ? found : std::nullopt;
}

std::optional<Time> time(std::string_view text)
{
    Cursor cursor(trim(text));
    const auto found = read_time(cursor);
    return cursor.done() ? found : std::nullopt;
}

std::optional<DateTime> date_time(std::string_view text)
{
    if (const auto common = common_date_time(text)) return common;
    text = trim(text);
    if (text.size() == 10)
        if (const auto day = common_date(text)) return DateTime{*day, {0, std::nullopt}};
    Cursor cursor(text);
    const auto day = read_date(cursor);
    if (!day) return std::nullopt;
    if (cursor.done()) return DateTime{*day, {0, std::nullopt}};
    if (!cursor.take('T') && !cursor.take(' ')) return std::nullopt;
    const auto clock = read_time(cursor);
    if (!clock || !cursor.done()) return std::nullopt;
    return DateTime{*day, *clock};
}

}  // namespace quire::forms
