// src/core/records/decimal.cpp: digits out of the stored form of numeric.
#include "core/records/decimal.hpp"

#include <cstring>

#include "core/support/tripwire.hpp"

namespace quire::records {
namespace {

constexpr std::size_t group = 4;  // decimal digits in one of base 10,000

struct Header {
    bool negative;
    int scale;          // decimal digits after the point
    int weight;         // of the first digit, as a power of 10,000
    const char *first;  // digit, of two bytes each
    int digits;

    int digit(int i) const
    {
        if (i < 0 || i >= digits) return 0;
        std::int16_t value;
        std::memcpy(&value, first + 2 * i, sizeof value);
        return value;
    }
};

std::uint16_t word(std::string_view stored, std::size_t i)
{
    std::uint16_t value;
    std::memcpy(&value, stored.data() + 2 * i, sizeof value);
    return value;
}

Header read(std::string_view stored)
{
    const std::uint16_t first = word(stored, 0);
    const bool is_short = (first & 0x8000) != 0;
    Header header;
    if (is_short) {
        header.negative = (first & 0x2000) != 0;
        header.scale = (first & 0x1F80) >> 7;
        header.weight = (first & 0x003F) - ((first & 0x0040) != 0 ? 0x40 : 0);
    } else {
        header.negative = (first & 0xC000) == 0x4000;
        header.scale = first & 0x3FFF;
        header.weight = static_cast<std::int16_t>(word(stored, 1));
    }
    const std::size_t size = is_short ? 2 : 4;
    header.first = stored.data() + size;
    header.digits = static_cast<int>((stored.size() - size) / 2);
    return header;
}

char *four_digits(char *to, int value)
{
    *to++ = static_cast<char>('0' + value / 1000);
    *to++ = static_cast<char>('0' + value / 100 % 10);
    *to++ = static_cast<char>('0' + value / 10 % 10);
    *to++ = static_cast<char>('0' + value % 10);
    return to;
}

}  // namespace

bool is_finite(std::string_view stored)
{
    return (word(stored, 0) & 0xC000) != 0xC000;
}

void write_decimal(std::string_view stored, JsonText &text)
{
    const Header header = read(stored);
    const auto before = static_cast<std::size_t>(header.weight < 0 ? 0 : header.weight) + 1;
    char *const start = text.room(before * group + static_cast<std::size_t>(header.scale) + group + 2);
    char *to = start;
    if (header.negative) *to++ = '-';
    int at = 0;
    if (header.weight < 0) {
        *to++ = '0';
        at = header.weight + 1;
    } else {
        // The first group goes without leading zeros.
        char digits[group];
        four_digits(digits, header.digit(0));
        std::size_t zeros = 0;
        while (zeros < group - 1 && digits[zeros] == '0') ++zeros;
        std::memcpy(to, digits + zeros, group - zeros);
        to += group - zeros;
        for (at = 1; at <= header.weight; ++at) to = four_digits(to, header.digit(at));
    }
    if (header.scale > 0) {
        *to++ = '.';
        char *const end = to + header.scale;
        while (to < end) to = four_digits(to, header.digit(at++));
        to = end;
    }
    text.grown(static_cast<std::size_t>(to - start));
}

std::optional<std::int64_t> whole_number(std::string_view stored)
{
    if (!is_finite(stored)) return std::nullopt;
    const Header header = read(stored);
    if (header.scale != 0 || header.weight > 4) return std::nullopt;
    // Downwards, for there is one more number below zero than above.
    std::int64_t value = 0;
    for (int i = 0; i <= header.weight; ++i)
        if (__builtin_mul_overflow(value, 10000, &value) || __builtin_sub_overflow(value, header.digit(i), &value))
            return std::nullopt;
    if (header.negative) return value;
    if (__builtin_sub_overflow(std::int64_t{0}, value, &value)) return std::nullopt;
    return value;
}

}  // namespace quire::records
