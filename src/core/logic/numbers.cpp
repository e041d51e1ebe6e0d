// src/core/logic/numbers.cpp: the shortest digits that read back as the same number, laid out in two ways.
#include "core/logic/numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "core/support/ascii.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<double, 23> powers_of_ten{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                               1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// Digits with a point, and with an exponent where that is allowed; NaN for anything else.
double read_decimal(std::string_view text, bool exponent_allowed)
{
    std::size_t i = 0, digits = 0, behind_point = 0;
    std::uint64_t mantissa = 0;
    bool point = false;
    for (; i < text.size(); ++i) {
        const char c = text[i];
        if (is_digit(c)) {
            if (digits < 19) mantissa = mantissa * 10 + static_cast<std::uint64_t>(c - '0');
            ++digits;
            if (point) ++behind_point;
        } else if (c == '.' && !point) {
            point = true;
        } else {
            break;
        }
    }
    if (digits == 0) return nan;
    // Exact where mantissa and power are both exact, which is nearly always.
    if (i == text.size() && digits <= 15) return static_cast<double>(mantissa) / powers_of_ten[behind_point];
    if (i < text.size()) {
        if (!exponent_allowed || (text[i] != 'e' && text[i] != 'E')) return nan;
        std::size_t j = i + 1;
        if (j < text.size() && (text[j] == '+' || text[j] == '-')) ++j;
        if (j == text.size()) return nan;
        for (; j < text.size(); ++j)
            if (!is_digit(text[j])) return nan;
    }
    double number = 0;
    // from_chars takes no plus in an exponent before C++23; a copy without it is rare enough.
    std::string plain(text);
    if (const std::size_t plus = plain.find('+'); plus != std::string::npos) plain.erase(plus, 1);
    const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), number);
    if (error == std::errc::result_out_of_range) {
        const std::size_t e = plain.find_first_of("eE");
        const bool small = e != std::string::npos && plain[e + 1] == '-';
        return small ? 0.0 : std::numeric_limits<double>::infinity();
    }
    return error == std::errc() ? number : nan;
}

double read_radix(std::string_view digits, int base)
{
    double number = 0;
    for (const char c : digits) {
        const char low = to_lower(c);
        const int digit = is_digit(c) ? c - '0' : is_lower(low) ? low - 'a' + 10 : 99;
        if (digit >= base) return nan;
        number = number * base + digit;
    }
    return digits.empty() ? nan : number;
}

// 0.d1d2d3… times ten to `exponent`.
struct Digits {
    std::array<char, 20> digits;
    int count = 0;
    int exponent = 0;
};

Digits shortest(double magnitude)
{
    std::array<char, 32> text;
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::scientific).ptr;
    Digits made;
    const char *p = text.data();
    for (; p != end && *p != 'e'; ++p)
        if (*p != '.') made.digits[static_cast<std::size_t>(made.count++)] = *p;
    ++p;
    if (p != end && *p == '+') ++p;
    std::from_chars(p, end, made.exponent);
    ++made.exponent;
    return made;
}

// Writes into a buffer that is long enough for any double.
class Writer {
public:
    void put(char c) { text_[size_++] = c; }
    void put(std::string_view text)
    {
        for (const char c : text) put(c);
    }
    void put(const Digits &digits, int from, int to)
    {
        for (int i = from; i < to; ++i) put(i < digits.count ? digits.digits[static_cast<std::size_t>(i)] : '0');
    }
    void put(int number)
    {
        const auto end = std::to_chars(text_.data() + size_, text_.data() + text_.size(), number).ptr;
        size_ = static_cast<std::size_t>(end - text_.data());
    }
    std::string_view text() const { return {text_.data(), size_}; }

private:
    std::array<char, 64> text_;
    std::size_t size_ = 0;
};

void put_plain(Writer &writer, const Digits &digits, int least_behind_point)
{
    if (digits.exponent <= 0) {
        writer.put("0.");
        for (int i = digits.exponent; i < 0; ++i) writer.put('0');
        writer.put(digits, 0, digits.count);
        return;
    }
    writer.put(digits, 0, digits.exponent);
    const int behind = std::max(digits.count - digits.exponent, least_behind_point);
    if (behind <= 0) return;
    writer.put('.');
    writer.put(digits, digits.exponent, digits.exponent + behind);
}

}  // namespace

double number_in_script(std::string_view text)
{
    text = trimmed(text);
    if (text.empty()) return nan;
    if (text.size() > 2 && text[0] == '0') {
        const char radix = to_lower(text[1]);
        if (radix == 'x' || radix == 'o' || radix == 'b')
            return read_radix(text.substr(2), radix == 'x' ? 16 : radix == 'o' ? 8 : 2);
    }
    const bool negative = text.front() == '-';
    if (negative || text.front() == '+') text.remove_prefix(1);
    const double magnitude = text == "Infinity" ? std::numeric_limits<double>::infinity() : read_decimal(text, true);
    return negative ? -magnitude : magnitude;
}

double number_in_java(std::string_view text)
{
    text = trimmed(text);
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::size_t comma = text.find(',');
    double magnitude = nan;
    if (comma == std::string_view::npos) {
        magnitude = read_decimal(text, false);
    } else {
        std::string plain(text);
        plain[comma] = '.';
        magnitude = read_decimal(plain, false);
    }
    return negative ? -magnitude : magnitude;
}

std::string_view print_in_script(double number, Arena &arena)
{
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    if (number == 0) return "0";
    Writer writer;
    if (number < 0) writer.put('-');
    if (std::fabs(number) < 1e9 && number == std::trunc(number)) {
        writer.put(static_cast<int>(std::fabs(number)));
        return arena.copy(writer.text());
    }
    const Digits digits = shortest(std::fabs(number));
    if (digits.exponent > 21 || digits.exponent < -5) {
        writer.put(digits, 0, 1);
        if (digits.count > 1) writer.put('.');
        writer.put(digits, 1, digits.count);
        writer.put(digits.exponent > 0 ? "e+" : "e");
        writer.put(digits.exponent - 1);
    } else {
        put_plain(writer, digits, 0);
    }
    return arena.copy(writer.text());
}

std::string_view print_in_java(double number, Arena &arena)
{
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
    if (std::fabs(number) < 1e-12) return "0";
    Writer writer;
    if (number < 0) writer.put('-');
    if (number == std::trunc(number) && number >= std::numeric_limits<std::int32_t>::min() &&
        number <= std::numeric_limits<std::int32_t>::max()) {
        const Digits digits = shortest(std::fabs(number));
        put_plain(writer, digits, 0);
        return arena.copy(writer.text());
    }
    const Digits digits = shortest(std::fabs(number));
    if (digits.exponent > 7 || digits.exponent < -2) {
        writer.put(digits, 0, 1);
        writer.put('.');
        writer.put(digits, 1, std::max(digits.count, 2));
        writer.put('E');
        writer.put(digits.exponent - 1);
    } else {
        put_plain(writer, digits, 1);
    }
    return arena.copy(writer.text());
}

double round_in_script(double number, double digits)
{
    if (std::isnan(number) || std::isnan(digits)) return nan;
    const double scale = std::pow(10, std::trunc(digits));
    if (scale == 0 || std::isinf(scale) || std::isinf(number)) return scale == 0 ? 0 : number;
    const double scaled = std::fabs(number) * scale;
    if (std::isinf(scaled)) return number;
    const double rounded = std::round(scaled) / scale;
    return number < 0 ? -rounded : rounded;
}

double round_in_java(double number, double digits)
{
    if (std::isnan(number) || std::isinf(number)) return number;
    if (std::isnan(digits)) digits = 0;
    if (std::fabs(digits) > 30) return nan;
    const int places = static_cast<int>(digits);
    if (places == 0) return std::floor(number + 0.5);
    // On the decimal digits, so that 1.005 is what it says.
    Digits text = shortest(std::fabs(number));
    const int keep = text.exponent + places;
    if (number == 0 || keep >= text.count) return number;
    if (keep < 0) return 0;
    const char next = text.digits[static_cast<std::size_t>(keep)];
    bool beyond_half = false;
    for (int i = keep + 1; i < text.count; ++i)
        beyond_half = beyond_half || text.digits[static_cast<std::size_t>(i)] != '0';
    // Half up: away from zero for positive numbers, towards it for negative ones.
    const bool up = next > '5' || (next == '5' && (number > 0 || beyond_half));
    std::string rounded(1, '0');
    rounded.append(text.digits.data(), static_cast<std::size_t>(keep));
    if (up) {
        std::size_t i = rounded.size() - 1;
        while (rounded[i] == '9') rounded[i--] = '0';
        ++rounded[i];
    }
    rounded += "e" + std::to_string(-places);
    double magnitude = 0;
    std::from_chars(rounded.data(), rounded.data() + rounded.size(), magnitude);
    return number < 0 ? -magnitude : magnitude;
}

}  // namespace quire::logic
