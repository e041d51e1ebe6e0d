// src/core/attributes/moments.cpp: reading and writing ISO 8601.
#include "core/attributes/moments.hpp"

#include <array>
#include <chrono>
#include <cstdio>

#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

constexpr std::int64_t day = 24 * 60 * 60;

class MomentReader {
public:
    explicit MomentReader(std::string_view text) : text_(text) {}

    std::optional<Moment> read()
    {
        int year, month, date, hour, minute, second = 0;
        if (!(number(4, year) && accept('-') && number(2, month) && accept('-') && number(2, date) && accept('T') &&
              number(2, hour) && accept(':') && number(2, minute)))
            return std::nullopt;
        Moment moment;
        if (accept(':') && !(number(2, second) && read_fraction(moment))) return std::nullopt;
        int offset = 0;
        if (!read_offset(offset) || at_ != text_.size()) return std::nullopt;
        const std::chrono::year_month_day calendar{std::chrono::year(year),
                                                   std::chrono::month(static_cast<unsigned>(month)),
                                                   std::chrono::day(static_cast<unsigned>(date))};
        if (year == 0 || !calendar.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
        const std::int64_t days = std::chrono::sys_days(calendar).time_since_epoch().count();
        moment.seconds = days * day + (hour * 60 + minute - offset) * 60 + second;
        return moment;
    }

private:
    bool accept(char c)
    {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    bool number(int digits, int &value)
    {
        value = 0;
        for (int i = 0; i < digits; ++i, ++at_) {
            if (at_ == text_.size() || !is_digit(text_[at_])) return false;
            value = value * 10 + (text_[at_] - '0');
        }
        return true;
    }

    // What is beyond nanoseconds is dropped.
    bool read_fraction(Moment &moment)
    {
        if (!accept('.')) return true;
        const std::size_t first = at_;
        std::int64_t unit = 100'000'000;
        for (; at_ < text_.size() && is_digit(text_[at_]); ++at_, unit /= 10)
            moment.nanoseconds += (text_[at_] - '0') * unit;
        return at_ > first;
    }

    // In minutes.
    bool read_offset(int &offset)
    {
        if (at_ == text_.size() || accept('Z')) return true;
        const bool west = text_[at_] == '-';
        int hours, minutes = 0;
        if (!(accept('-') || accept('+')) || !number(2, hours)) return false;
        if (at_ < text_.size()) {
            accept(':');
            if (!number(2, minutes)) return false;
        }
        offset = (hours * 60 + minutes) * (west ? -1 : 1);
        return hours < 16 && minutes < 60;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

std::optional<Moment> read_moment(std::string_view text)
{
    return MomentReader(text).read();
}

std::optional<Moment> read_plain_moment(std::string_view text)
{
    constexpr std::string_view like = "YYYY-MM-DDTHH:MM:SSZ";
    return text.size() == like.size() && text.back() == 'Z' ? read_moment(text) : std::nullopt;
}

std::optional<std::string> write_moment(const Moment &moment)
{
    const std::int64_t days = moment.seconds / day - (moment.seconds % day < 0);
    const std::chrono::year_month_day calendar{
        std::chrono::sys_days(std::chrono::days(static_cast<std::chrono::days::rep>(days)))};
    const int year = static_cast<int>(calendar.year());
    if (year < 1 || year > 9999) return std::nullopt;
    const int rest = static_cast<int>(moment.seconds - days * day);
    std::array<char, 80> text;
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", year,
                  static_cast<unsigned>(calendar.month()), static_cast<unsigned>(calendar.day()), rest / 3600,
                  rest / 60 % 60, rest % 60);
    return std::string(text.data());
}

}  // namespace quire::attributes
