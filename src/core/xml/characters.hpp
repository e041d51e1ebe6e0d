// src/core/xml/characters.hpp: what XML says of single characters, at the speed of a table.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace quire::xml {

// Classes of bytes. Those of characters beyond ASCII are decided by is_name_start() and is_name_char().
enum CharacterClass : std::uint8_t {
    plain_text = 1,  // stands for itself in text, and cannot end it
    name_start = 2,
    name_char = 4,  // but for the colon, which name() looks at
};

constexpr std::array<std::uint8_t, 256> make_character_classes()
{
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        const bool text = (c >= ' ' || c == '\t' || c == '\n') && c != '<' && c != '&' && c != ']' && c != 0xEF;
        classes[c] =
            static_cast<std::uint8_t>((text ? plain_text : 0) | (letter || c == ':' ? name_start : 0) |
                                      (letter || (c >= '0' && c <= '9') || c == '-' || c == '.' ? name_char : 0));
    }
    return classes;
}
inline constexpr auto character_classes = make_character_classes();

inline std::uint8_t class_of(char c)
{
    return character_classes[static_cast<unsigned char>(c)];
}

constexpr bool is_xml_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// A character that may stand in a document at all.
constexpr bool is_xml_char(char32_t c)
{
    return c >= 0x20 ? c < 0xD800 || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF)
                     : c == '\t' || c == '\n' || c == '\r';
}
bool is_name_start(char32_t c);
bool is_name_char(char32_t c);

// The next character that is no plain text, or the end.
inline const char *skip_plain(const char *p, const char *end)
{
#if defined(__SSE2__)
    // What tells the common bytes apart is few comparisons for sixteen of them at once.
    const __m128i less = _mm_set1_epi8('<'), ampersand = _mm_set1_epi8('&'), bracket = _mm_set1_epi8(']'),
                  lead = _mm_set1_epi8('\xEF'), last_control = _mm_set1_epi8(0x1F);
    while (end - p >= 16) {
        const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
        const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
        const __m128i special = _mm_or_si128(
            _mm_or_si128(_mm_cmpeq_epi8(bytes, less), _mm_cmpeq_epi8(bytes, ampersand)),
            _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, bracket), _mm_cmpeq_epi8(bytes, lead)), controls));
        const auto found = static_cast<unsigned>(_mm_movemask_epi8(special));
        if (found == 0) {
            p += 16;
            continue;
        }
        p += __builtin_ctz(found);
        if (!(class_of(*p) & plain_text)) return p;
        ++p;  // a tab or a line feed
    }
#endif
    while (p != end && (class_of(*p) & plain_text)) ++p;
    return p;
}

// Are these the same bytes? Short texts are compared in place, where a call would cost more than the comparison.
inline bool same_bytes(const char *a, const char *b, std::size_t size)
{
    const auto differ = [&](auto word, std::size_t at) {
        auto other = word;
        std::memcpy(&word, a + at, sizeof word);
        std::memcpy(&other, b + at, sizeof other);
        return word != other;
    };
    if (size > 16) return std::memcmp(a, b, size) == 0;
    if (size >= 8) return !differ(std::uint64_t{}, 0) && !differ(std::uint64_t{}, size - 8);
    if (size >= 4) return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, size - 4);
    for (std::size_t i = 0; i < size; ++i)
        if (a[i] != b[i]) return false;
    return true;
}

// Where the name without prefix starts: after the first colon, if there is something on both sides of it.
constexpr std::size_t local_start(std::string_view name)
{
    for (std::size_t i = 1; i + 1 < name.size(); ++i)
        if (name[i] == ':') return i + 1;
    return 0;
}

constexpr std::string_view local_name(std::string_view name)
{
    return name.substr(local_start(name));
}

}  // namespace quire::xml
