// test/fuzz/utf8.hpp: is an input what a database hands to the core?
#pragma once
#include <string_view>

#include "core/support/utf8.hpp"

namespace quire::fuzz {

// As the server checks texts: no overlong form, no surrogate, nothing beyond U+10FFFF, nothing cut short, no NUL.
inline bool is_database_text(std::string_view text)
{
    while (!text.empty()) {
        const auto first = static_cast<unsigned char>(text[0]);
        if (first == 0 || (first >= 0x80 && first < 0xC2) || first > 0xF4) return false;
        std::size_t length = 0;
        const char32_t c = decode_utf8(text, length);
        if (length != (first < 0x80 ? 1u : first < 0xE0 ? 2u : first < 0xF0 ? 3u : 4u)) return false;
        for (std::size_t i = 1; i < length; ++i)
            if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return false;
        if (c < (length == 3 ? 0x800u : length == 4 ? 0x10000u : 0u)) return false;
        if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace quire::fuzz
