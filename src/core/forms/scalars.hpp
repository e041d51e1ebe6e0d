// src/core/forms/scalars.hpp: how the values of questions are written, and what their texts mean.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quire::forms {

// Without XML's white space and the like at either end.
std::string_view trim(std::string_view text);

// What parseInt and parseFloat of JavaScript make of a text, as ODK Central's exports do: the number that it starts
// with, in JSON's writing and with all its digits; nothing when it starts with none, or with one beyond a double.
std::optional<std::string> leading_integer(std::string_view text);
std::optional<std::string> leading_decimal(std::string_view text);

// A whole text that is an integer or a decimal number, in JSON's writing; nothing when it is none.
std::optional<std::string> integer(std::string_view text);
std::optional<std::string> decimal(std::string_view text);

// A number as JSON writes it, in as few digits as JavaScript would print: 1.50 is 1.5.
std::string shortest(std::string_view number);

std::optional<bool> boolean(std::string_view text);

struct Date {
    int year, month, day;
};
struct Time {
    std::int64_t microseconds;           // of the day
    std::optional<std::int32_t> offset;  // of its zone from UTC, in seconds
};
struct DateTime {
    Date date;
    Time time;
};
// YYYY-MM-DD; clients also leave zeros out.
std::optional<Date> date(std::string_view text);
// HH:MM[:SS[.f]][Z|±HH[:MM]]
std::optional<Time> time(std::string_view text);
// A date, T or a blank, and a time. A date alone is midnight without a zone.
std::optional<DateTime> date_time(std::string_view text);

// Calls visit(piece) for the pieces of a text between white space.
template <class Visit>
void for_each_word(std::string_view text, Visit visit)
{
    const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    for (std::size_t i = 0; i < text.size();) {
        if (is_space(text[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < text.size() && !is_space(text[end])) ++end;
        visit(text.substr(i, end - i));
        i = end;
    }
}

}  // namespace quire::forms
