// src/core/logic/functions_time.cpp: functions of dates and times.
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>

#include "core/logic/function_bodies.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic::bodies {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Within what calendars reach, and integers hold.
bool is_reachable(double instant)
{
    return std::fabs(instant) <= 8.64e15;
}

double midnight(const Evaluator &evaluator, double instant)
{
    const Zone &zone = *evaluator.world().zone;
    return static_cast<double>(zone.to_utc(static_cast<std::int64_t>(local_day(instant, zone) * milliseconds_of_day)));
}

// YYYY-M-D, which some forms have where two digits belong.
std::string with_two_digits(std::string_view text)
{
    std::string made;
    std::string_view rest = text;
    for (int part = 0; part < 2; ++part) {
        const std::size_t dash = rest.find('-', part == 0 ? 1 : 0);
        if (dash == std::string_view::npos) return std::string(text);
        made += part == 1 && dash == 1 ? "0" : "";
        made.append(rest.substr(0, dash + 1));
        rest.remove_prefix(dash + 1);
    }
    if (rest.size() == 1 || (rest.size() > 1 && rest[1] == 'T')) made += '0';
    return made.append(rest);
}

// What date() and its kin take a value for; nothing for a blank one.
std::optional<Value> to_date(Evaluator &evaluator, const Value &given, bool keep_time)
{
    const Zone &zone = *evaluator.world().zone;
    const Value value = evaluator.is_java() ? evaluator.unpacked(given) : given;
    switch (value.type) {
        case Value::Type::boolean:
            if (evaluator.is_java()) evaluator.fail("a truth value is no date");
            return std::nullopt;
        case Value::Type::date: return value;
        case Value::Type::number:
            if (std::isnan(value.number) && evaluator.is_java()) return value;
            if (!evaluator.is_java() || keep_time || !is_reachable(value.number * milliseconds_of_day))
                return Value::date(value.number * milliseconds_of_day);
            return Value::date(static_cast<double>(
                zone.to_utc(static_cast<std::int64_t>(std::trunc(value.number) * milliseconds_of_day))));
        default: break;
    }
    const std::string_view text = evaluator.text(value);
    if (text.empty()) return std::nullopt;
    if (evaluator.is_java()) {
        const auto date = read_date_in_java(text, zone);
        if (!date) evaluator.fail("a text is no date");
        return Value::date(*date);
    }
    const auto date = read_date(with_two_digits(text), zone);
    if (date && !date->calendar) evaluator.fail("a text has the form of a date, and names no day");
    if (date) return Value::date(date->instant);
    return Value::date(evaluator.number(value) * milliseconds_of_day);
}

Value date_or_blank(const std::optional<Value> &date)
{
    return date ? *date : Value::of(std::string_view());
}

int iso_week(const Clock &clock)
{
    const std::int64_t day = days_from_civil(clock.year, clock.month, clock.day);
    const std::int64_t weekday = ((day % 7) + 10) % 7;  // from Monday; day 0 was a Thursday
    const std::int64_t thursday = day - weekday + 3;
    const Clock there = clock_at(thursday * static_cast<std::int64_t>(milliseconds_of_day));
    return static_cast<int>((thursday - days_from_civil(there.year, 1, 1)) / 7 + 1);
}

// One token of a format; false when there is none of this letter.
bool append_token(std::string &text, char token, const Clock &clock, bool knows_weeks)
{
    static constexpr std::array<const char *, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static constexpr std::array<const char *, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const auto padded = [&](std::int64_t number, int width) {
        std::array<char, 24> digits;
        std::snprintf(digits.data(), digits.size(), "%0*lld", width, static_cast<long long>(number));
        text += digits.data();
    };
    switch (token) {
        case 'Y': padded(clock.year, 4); return true;
        case 'y': padded(clock.year % 100, 2); return true;
        case 'm': padded(clock.month, 2); return true;
        case 'n': padded(clock.month, 1); return true;
        case 'b': text += months[static_cast<std::size_t>(clock.month - 1)]; return true;
        case 'd': padded(clock.day, 2); return true;
        case 'e': padded(clock.day, 1); return true;
        case 'H': padded(clock.hour, 2); return true;
        case 'h': padded(clock.hour, 1); return true;
        case 'M': padded(clock.minute, 2); return true;
        case 'S': padded(clock.second, 2); return true;
        case '3': padded(clock.millisecond, 3); return true;
        case 'a': {
            const std::int64_t day = days_from_civil(clock.year, clock.month, clock.day);
            text += days[static_cast<std::size_t>((day % 7 + 11) % 7)];
            return true;
        }
        case 'W':
            if (knows_weeks) padded(iso_week(clock), 1);
            return knows_weeks;
        default: return false;
    }
}

}  // namespace

Value today(Evaluator &evaluator, const Op &, const Context &)
{
    return Value::date(midnight(evaluator, evaluator.world().now));
}

Value now(Evaluator &evaluator, const Op &, const Context &)
{
    return Value::date(evaluator.world().now);
}

Value date(Evaluator &evaluator, const Op &call, const Context &context)
{
    return date_or_blank(to_date(evaluator, evaluator.argument(call, 0, context), false));
}

Value date_time(Evaluator &evaluator, const Op &call, const Context &context)
{
    return date_or_blank(to_date(evaluator, evaluator.argument(call, 0, context), true));
}

Value decimal_date_time(Evaluator &evaluator, const Op &call, const Context &context)
{
    const auto date = to_date(evaluator, evaluator.argument(call, 0, context), true);
    if (date) return Value::of(date->number / milliseconds_of_day);
    return evaluator.is_java() ? Value::of(std::string_view()) : Value::of(not_a_number);
}

Value decimal_time(Evaluator &evaluator, const Op &call, const Context &context)
{
    const Zone &zone = *evaluator.world().zone;
    const Value value = evaluator.argument(call, 0, context);
    const std::string_view text = evaluator.text(value);
    double local = not_a_number;  // milliseconds on the clocks of the zone
    const bool is_zulu = !text.empty() && text.back() == 'Z' && !evaluator.is_java();
    if (const auto time = is_zulu ? std::nullopt : read_time(text)) {
        local = time->milliseconds;
        const auto at = static_cast<std::int64_t>(evaluator.world().now);
        if (time->offset) local += static_cast<double>(zone.offset_at(at) - *time->offset);
    } else if (!evaluator.is_java()) {
        return Value::of(not_a_number);
    } else if (const auto date = to_date(evaluator, value, true)) {
        if (is_reachable(date->number))
            local = date->number + static_cast<double>(zone.offset_at(static_cast<std::int64_t>(date->number)));
    } else {
        return Value::of(std::string_view());
    }
    const double of_day = std::fmod(local, milliseconds_of_day);
    return Value::of((of_day < 0 ? of_day + milliseconds_of_day : of_day) / milliseconds_of_day);
}

Value format_date(Evaluator &evaluator, const Op &call, const Context &context)
{
    const Value given = evaluator.argument(call, 0, context);
    const std::string_view format = evaluator.text_argument(call, 1, context);
    // web-forms takes no number for a date here.
    const bool is_number = given.is(Value::Type::number) && !evaluator.is_java();
    const auto date = is_number ? std::nullopt : to_date(evaluator, given, true);
    if (!date || !is_reachable(date->number)) return Value::of(std::string_view());
    const auto utc = static_cast<std::int64_t>(date->number);
    const Clock clock = clock_at(utc + evaluator.world().zone->offset_at(utc));
    std::string text;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            text += format[i];
            continue;
        }
        const char token = i + 1 < format.size() ? format[i + 1] : '\0';
        if (append_token(text, token, clock, evaluator.is_java())) {
            ++i;
        } else if (evaluator.is_java()) {
            if (token != '%') evaluator.fail("a format of a date asks for what it does not have");
            text += '%';
            ++i;
        } else {
            text += '%';
        }
    }
    return Value::of(evaluator.arena().copy(text));
}

}  // namespace quire::logic::bodies
