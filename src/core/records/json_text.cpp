// src/core/records/json_text.cpp: growing, escaping, digits.
#include "core/records/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>

#include "core/support/tripwire.hpp"

namespace quire::records {
namespace {

// What follows the backslash: 0 where nothing is escaped, 'u' for a number.
constexpr std::array<char, 256> make_escapes()
{
    std::array<char, 256> escapes{};
    for (std::size_t c = 0; c < 0x20; ++c) escapes[c] = 'u';
    escapes['\b'] = 'b';
    escapes['\f'] = 'f';
    escapes['\n'] = 'n';
    escapes['\r'] = 'r';
    escapes['\t'] = 't';
    escapes['"'] = '"';
    escapes['\\'] = '\\';
    return escapes;
}
constexpr std::array<char, 256> escapes = make_escapes();
constexpr std::size_t longest_escape = 6;

// Has any of eight bytes to be escaped? Bytes of 128 and more have not.
bool any_escaped(const char *at)
{
    std::uint64_t eight;
    std::memcpy(&eight, at, sizeof eight);
    constexpr std::uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
    const auto is_zero = [](std::uint64_t bytes) { return (bytes - ones) & ~bytes; };
    const std::uint64_t control = (eight - ones * 0x20) & ~eight;
    return ((control | is_zero(eight ^ ones * '"') | is_zero(eight ^ ones * '\\')) & high) != 0;
}

char *escape(char *to, char c)
{
    const char how = escapes[static_cast<unsigned char>(c)];
    *to++ = '\\';
    *to++ = how;
    if (how != 'u') return to;
    constexpr std::string_view digits = "0123456789abcdef";
    *to++ = '0';
    *to++ = '0';
    *to++ = digits[static_cast<unsigned char>(c) >> 4];
    *to++ = digits[c & 0xF];
    return to;
}

}  // namespace

void JsonText::enlarge(std::size_t most)
{
    std::size_t wanted = std::max<std::size_t>(capacity_ * 2, 1024);
    while (wanted - size_ < most) wanted *= 2;
    auto *const moved = static_cast<char *>(std::realloc(start_.get(), wanted));
    if (!moved) throw std::bad_alloc();
    static_cast<void>(start_.release());
    start_.reset(moved);
    capacity_ = wanted;
}

void JsonText::string(std::string_view value)
{
    const char *at = value.data(), *const end = at + value.size();
    // Most texts have nothing to escape; the room that others take is asked for when it shows.
    char *to = room(value.size() + 2), *start = to;
    *to++ = '"';
    const char *plain = at;
    while (end - at >= 8 && !any_escaped(at)) at += 8;
    while (at < end && !escapes[static_cast<unsigned char>(*at)]) ++at;
    std::memcpy(to, plain, static_cast<std::size_t>(at - plain));
    to += at - plain;
    if (at < end) [[unlikely]] {
        grown(static_cast<std::size_t>(to - start));
        to = start = room(static_cast<std::size_t>(end - at) * longest_escape + 1);
        for (; at < end; ++at) {
            if (escapes[static_cast<unsigned char>(*at)])
                to = escape(to, *at);
            else
                *to++ = *at;
        }
    }
    *to++ = '"';
    grown(static_cast<std::size_t>(to - start));
}

void JsonText::integer(std::int64_t value)
{
    constexpr std::size_t longest = 20;
    char *const to = room(longest);
    grown(static_cast<std::size_t>(std::to_chars(to, to + longest, value).ptr - to));
}

}  // namespace quire::records
