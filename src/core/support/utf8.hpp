// src/core/support/utf8.hpp: characters in and out of UTF-8 that is known to be valid.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace quire {

// The first character of a text that is not empty, and the bytes it takes.
inline char32_t decode_utf8(std::string_view text, std::size_t &length)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : 0x80); };
    const unsigned char first = byte(0);
    length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    char32_t c = first & (length == 1 ? 0x7Fu : 0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) c = c << 6 | (byte(i) & 0x3Fu);
    if (length > text.size()) length = text.size();
    return c;
}

inline void append_utf8(std::string &text, char32_t c)
{
    const auto put = [&](char32_t byte) { text += static_cast<char>(byte); };
    if (c < 0x80) {
        put(c);
    } else if (c < 0x800) {
        put(0xC0 | c >> 6);
        put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        put(0xE0 | c >> 12);
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    } else {
        put(0xF0 | c >> 18);
        put(0x80 | (c >> 12 & 0x3F));
        put(0x80 | (c >> 6 & 0x3F));
        put(0x80 | (c & 0x3F));
    }
}

// Is it UTF-8: no character cut short, written too long, or that there is not?
inline bool is_utf8(std::string_view text)
{
    for (std::size_t at = 0, length = 0; at < text.size(); at += length) {
        const auto first = static_cast<unsigned char>(text[at]);
        if ((first >= 0x80 && first < 0xC2) || first > 0xF4) return false;
        const char32_t c = decode_utf8(text.substr(at), length);
        if (length != (first < 0x80 ? 1u : first < 0xE0 ? 2u : first < 0xF0 ? 3u : 4u)) return false;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return false;
        if ((length == 3 && c < 0x800) || (length == 4 && (c < 0x10000 || c > 0x10FFFF))) return false;
        if (c >= 0xD800 && c <= 0xDFFF) return false;
    }
    return true;
}

}  // namespace quire
