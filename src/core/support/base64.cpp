// src/core/support/base64.cpp: base64 and hexadecimal digits, strictly.
#include "core/support/base64.hpp"

#include <cstdint>

#include "core/support/ascii.hpp"
#include "core/support/tripwire.hpp"

namespace quire {
namespace {

constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

char digit_of(std::uint32_t value, Base64 alphabet)
{
    if (value < digits.size()) return digits[value];
    if (alphabet == Base64::url) return value == 62 ? '-' : '_';
    return value == 63 ? '/' : alphabet == Base64::adapted ? '.' : '+';
}

int value_of(char c, Base64 alphabet)
{
    if (is_upper(c)) return c - 'A';
    if (is_lower(c)) return c - 'a' + 26;
    if (is_digit(c)) return c - '0' + 52;
    if (alphabet == Base64::url) return c == '-' ? 62 : c == '_' ? 63 : -1;
    if (c == '+' || (c == '.' && alphabet == Base64::adapted)) return 62;
    return c == '/' ? 63 : -1;
}

int hex_value(char c)
{
    if (is_digit(c)) return c - '0';
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::string encode_base64(std::string_view bytes, Base64 alphabet)
{
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char byte : bytes) {
        pending = pending << 8 | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) text += digit_of(pending >> (bits - 6) & 63u, alphabet);
    }
    if (bits > 0) text += digit_of(pending << (6 - bits) & 63u, alphabet);
    return text;
}

std::optional<std::string> decode_base64(std::string_view text, Base64 alphabet)
{
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t pending = 0;
    int bits = 0;
    for (const char c : text) {
        const int value = value_of(c, alphabet);
        if (value < 0) return std::nullopt;
        pending = pending << 6 | static_cast<std::uint32_t>(value);
        if ((bits += 6) < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(pending >> bits & 0xFFu);
    }
    if ((pending & ((1u << bits) - 1)) != 0) return std::nullopt;
    return bytes;
}

std::optional<std::string> decode_hex(std::string_view text)
{
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]), low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high << 4 | low);
    }
    return bytes;
}

}  // namespace quire
