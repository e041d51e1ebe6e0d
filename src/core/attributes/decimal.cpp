// src/core/attributes/decimal.cpp: comparing, reading and writing exact numbers.
#include "core/attributes/decimal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire::attributes {
namespace {

constexpr int group = 4;  // decimal digits in a digit of base 10000
constexpr int most_digits = 1000;

int compare_magnitude(const Decimal &a, const Decimal &b)
{
    if (a.weight != b.weight) return a.weight < b.weight ? -1 : 1;
    const std::size_t common = std::min(a.digits.size(), b.digits.size());
    for (std::size_t i = 0; i < common; ++i)
        if (a.digits[i] != b.digits[i]) return a.digits[i] < b.digits[i] ? -1 : 1;
    return a.digits.size() == b.digits.size() ? 0 : a.digits.size() < b.digits.size() ? -1 : 1;
}

// A text of decimal digits, with the place of its point among them.
struct Written {
    bool negative = false;
    std::string digits;
    long point = 0;
};

bool read_exponent(std::string_view text, std::size_t &at, long &exponent)
{
    if (at == text.size() || to_lower(text[at]) != 'e') return true;
    ++at;
    const bool negative = at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t first = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        exponent = exponent * 10 + (text[at] - '0');
        if (exponent > 2 * most_digits) exponent = 2 * most_digits;
    }
    if (negative) exponent = -exponent;
    return at > first;
}

std::optional<Written> read(std::string_view text)
{
    Written read;
    std::size_t at = 0;
    if (!text.empty() && (text[0] == '-' || text[0] == '+')) read.negative = text[at++] == '-';
    bool point = false;
    for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !point)); ++at) {
        if (text[at] == '.') {
            point = true;
        } else {
            read.digits += text[at];
            read.point += !point;
        }
    }
    long exponent = 0;
    if (read.digits.empty() || !read_exponent(text, at, exponent) || at < text.size()) return std::nullopt;
    read.point += exponent;
    return read;
}

}  // namespace

int compare(const Decimal &a, const Decimal &b)
{
    if (a.is_zero() || b.is_zero()) {
        if (a.is_zero() && b.is_zero()) return 0;
        return a.is_zero() ? (b.negative ? 1 : -1) : (a.negative ? -1 : 1);
    }
    if (a.negative != b.negative) return a.negative ? -1 : 1;
    const int order = compare_magnitude(a, b);
    return a.negative ? -order : order;
}

std::optional<std::int64_t> whole_part(const Decimal &number)
{
    if (number.is_zero() || number.weight < 0) return 0;
    if (number.weight > 4) return std::nullopt;
    // Summed below zero, where one number more has room.
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::int64_t sum = 0;
    for (int i = 0; i <= number.weight; ++i) {
        const auto place = static_cast<std::size_t>(i);
        const std::int64_t digit = place < number.digits.size() ? number.digits[place] : 0;
        if (sum < (least + digit) / 10000) return std::nullopt;
        sum = sum * 10000 - digit;
    }
    if (number.negative) return sum;
    if (sum == least) return std::nullopt;
    return -sum;
}

std::string to_text(const Decimal &number)
{
    if (number.is_zero()) return "0";
    std::string text = number.negative ? "-" : "";
    const auto append = [&](int place, bool padded) {
        const int i = number.weight - place;
        const int digit =
            i >= 0 && i < static_cast<int>(number.digits.size()) ? number.digits[static_cast<std::size_t>(i)] : 0;
        const std::string written = std::to_string(digit);
        if (padded) text.append(group - written.size(), '0');
        text += written;
    };
    if (number.weight < 0) text += '0';
    for (int place = number.weight; place >= 0; --place) append(place, place < number.weight);
    if (number.is_whole()) return text;
    text += '.';
    const int last = number.weight - static_cast<int>(number.digits.size()) + 1;
    for (int place = -1; place >= last; --place) append(place, true);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

double to_double(const Decimal &number)
{
    if (number.weight > 100) return number.negative ? -HUGE_VAL : HUGE_VAL;
    if (number.weight < -100) return 0;
    // Two doubles that are exact, and one rounding: the nearest, without going through text.
    constexpr std::size_t most_exact = 3;  // digits of base 10000, below 2^53
    const int exponent = group * (number.weight + 1 - static_cast<int>(number.digits.size()));
    if (number.digits.size() <= most_exact && exponent >= -22 && exponent <= 22) {
        double mantissa = 0, power = 1;
        for (const std::int16_t digit : number.digits) mantissa = mantissa * 10000 + digit;
        for (int i = 0; i < std::abs(exponent); ++i) power *= 10;
        const double magnitude = exponent < 0 ? mantissa / power : mantissa * power;
        return number.negative ? -magnitude : magnitude;
    }
    return std::strtod(to_text(number).c_str(), nullptr);
}

std::optional<Number> Number::parse(std::string_view text)
{
    auto written = read(text);
    if (!written) return std::nullopt;
    std::string &digits = written->digits;
    const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
    digits.erase(0, zeros);
    digits.erase(digits.find_last_not_of('0') + 1);
    Number number;
    if (digits.empty()) return number;
    const long point = written->point - static_cast<long>(zeros);
    const long after = static_cast<long>(digits.size()) - point;
    if (point > most_digits || after > most_digits) return std::nullopt;

    // Groups of four reckon from the point.
    const long lead = ((point % group) + group) % group;
    if (lead != 0) digits.insert(0, static_cast<std::size_t>(group - lead), '0');
    digits.append((group - digits.size() % group) % group, '0');
    number.negative_ = written->negative;
    number.weight_ = static_cast<int>((point + (lead != 0 ? group - lead : 0)) / group) - 1;
    for (std::size_t i = 0; i < digits.size(); i += group)
        number.digits_.push_back(static_cast<std::int16_t>(std::atoi(digits.substr(i, group).c_str())));
    return number;
}

Number Number::copy(const Decimal &number)
{
    Number copy;
    copy.negative_ = number.negative;
    copy.weight_ = number.weight;
    copy.digits_.assign(number.digits.begin(), number.digits.end());
    return copy;
}

std::optional<Number> from_double(double value)
{
    if (!std::isfinite(value)) return std::nullopt;
    std::array<char, 40> text;
    std::snprintf(text.data(), text.size(), "%.15g", value);
    return Number::parse(text.data());
}

}  // namespace quire::attributes
