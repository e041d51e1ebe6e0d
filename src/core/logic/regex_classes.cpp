// src/core/logic/regex_classes.cpp: escapes and bracketed classes, where JavaScript and Java differ the most.
#include "core/logic/regex_classes.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/logic/unicode_properties.hpp"

#include "core/support/tripwire.hpp"

namespace quire::logic {

namespace {

CharSet digits()
{
    return CharSet({{'0', '9'}});
}

CharSet word_characters()
{
    return CharSet({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}});
}

CharSet spaces()
{
    return CharSet({{'\t', '\r'},
                    {' ', ' '},
                    {0xA0, 0xA0},
                    {0x1680, 0x1680},
                    {0x2000, 0x200A},
                    {0x2028, 0x2029},
                    {0x202F, 0x202F},
                    {0x205F, 0x205F},
                    {0x3000, 0x3000},
                    {0xFEFF, 0xFEFF}});
}

CharSet horizontal_spaces()
{
    return CharSet({{'\t', '\t'},
                    {' ', ' '},
                    {0xA0, 0xA0},
                    {0x1680, 0x1680},
                    {0x180E, 0x180E},
                    {0x2000, 0x200A},
                    {0x202F, 0x202F},
                    {0x205F, 0x205F},
                    {0x3000, 0x3000}});
}

bool is_ascii_letter(char32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// The value of a digit of the base, or nothing.
std::optional<char32_t> digit_value(char32_t c, char32_t base)
{
    char32_t value = base;
    if (c >= '0' && c <= '9') value = c - '0';
    if (c >= 'a' && c <= 'f') value = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') value = c - 'A' + 10;
    return value < base ? std::optional(value) : std::nullopt;
}

// The character that exactly so many hexadecimal digits name; takes nothing when they are not there.
std::optional<char32_t> read_hex(RegexReader &in, std::size_t count)
{
    char32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto digit = digit_value(in.peek(i), 16);
        if (!digit) return std::nullopt;
        value = value * 16 + *digit;
    }
    in.go(in.place() + count);
    return value;
}

// {H…}, from its brace.
std::optional<char32_t> read_braced_hex(RegexReader &in)
{
    const std::size_t start = in.place();
    char32_t value = 0;
    if (!in.take(U'{')) return std::nullopt;
    while (const auto digit = digit_value(in.peek(), 16)) {
        value = value * 16 + *digit;
        if (value > last_code_point) break;
        in.next();
    }
    if (in.place() > start + 1 && in.take(U'}')) return value;
    in.go(start);
    return std::nullopt;
}

bool is_high_surrogate(char32_t c)
{
    return c >= 0xD800 && c <= 0xDBFF;
}

bool is_low_surrogate(char32_t c)
{
    return c >= 0xDC00 && c <= 0xDFFF;
}

// Behind \u or \x: without digits, both are the letter.
bool read_code_point(RegexReader &in, char32_t letter, char32_t &character)
{
    const std::size_t start = in.place() - 2;
    auto value = read_braced_hex(in);
    if (!value) value = read_hex(in, letter == 'u' ? 4 : 2);
    character = value.value_or(letter);
    if (is_high_surrogate(character)) {
        const std::size_t second = in.place();
        const auto low = in.take(U"\\u") ? read_hex(in, 4) : std::nullopt;
        if (low && is_low_surrogate(*low)) {
            character = 0x10000 + ((character - 0xD800) << 10) + (*low - 0xDC00);
            return true;
        }
        in.go(second);
    }
    if (character >= 0xD800 && character <= 0xDFFF)
        return in.refuse(start, "half of a surrogate pair is no character here; write the whole one");
    return true;
}

// \0 and, in a class alone, \1 to \7, from the digit. Java knows the first alone, and reads one digit more.
bool read_octal(RegexReader &in, char32_t &character)
{
    const std::size_t start = in.place();
    character = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto digit = digit_value(in.peek(), 8);
        if (!digit || character * 8 + *digit > 0xFF) return true;
        character = character * 8 + *digit;
        in.next();
    }
    if (in.peek() != RegexReader::none && digit_value(in.peek(), 8))
        return in.refuse(start - 1, "JavaScript and Java read this octal number differently");
    return true;
}

// Behind \c.
bool read_control(RegexReader &in, char32_t &character)
{
    if (in.peek() < 'A' || in.peek() > 'Z')
        return in.refuse(in.place() - 2, "JavaScript and Java agree on \\c only before a capital letter");
    character = in.next() - '@';
    return true;
}

// Behind \p or \P, which are the letter when no name follows.
bool read_property(RegexReader &in, char32_t letter, RegexItem &item)
{
    const std::size_t start = in.place();
    const auto belongs = [](char32_t c) {
        return is_ascii_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '=' || c == ' ' || c == '-';
    };
    std::string name;
    if (in.take(U'{')) {
        while (belongs(in.peek())) name += static_cast<char>(in.next());
        if (!in.take(U'}')) name.clear();
    } else if (is_ascii_letter(in.peek())) {
        name += static_cast<char>(in.next());
    }
    if (name.empty()) {
        in.go(start);
        item.character = letter;
        return true;
    }
    item.set = unicode_property(name);
    if (!item.set) return in.refuse(start - 2, "the character property \"" + name + "\" is not known here");
    if (letter == 'P') item.set = item.set->inverted();
    return true;
}

bool read_item(RegexReader &in, std::size_t open, RegexItem &item)
{
    const std::size_t start = in.place();
    const char32_t c = in.next();
    if (c == '\\') return read_escape(in, true, item);
    if (c == '[' && in.closes_in_java(open))
        return in.refuse(start, "a [ in a class is itself to JavaScript and a nested class to Java; write \\[");
    if (c == '&' && in.peek() == '&')
        return in.refuse(start, "&& in a class is itself to JavaScript and an intersection to Java");
    item.character = c & ~RegexReader::quoted;
    return true;
}

}  // namespace

CharSet line_breaks()
{
    return CharSet({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}});
}

CharSet java_line_breaks()
{
    return CharSet({{'\n', '\r'}, {0x85, 0x85}, {0x2028, 0x2029}});
}

bool read_escape(RegexReader &in, bool in_class, RegexItem &item)
{
    const std::size_t start = in.place() - 1;
    if (in.peek() == RegexReader::none) return in.fail(start, "the pattern ends after a backslash");
    const char32_t c = in.next();
    item.character = c & ~RegexReader::quoted;
    switch (c) {
        case 'd': item.set = digits(); break;
        case 'D': item.set = digits().inverted(); break;
        case 'w': item.set = word_characters(); break;
        case 'W': item.set = word_characters().inverted(); break;
        case 's': item.set = spaces(); break;
        case 'S': item.set = spaces().inverted(); break;
        case 'h': item.set = horizontal_spaces(); break;
        case 'H': item.set = horizontal_spaces().inverted(); break;
        case 'p':
        case 'P': return read_property(in, c, item);
        case 't': item.character = '\t'; break;
        case 'n': item.character = '\n'; break;
        case 'r': item.character = '\r'; break;
        case 'f': item.character = '\f'; break;
        case 'v': item.character = '\v'; break;
        case 'a': item.character = '\a'; break;
        case 'e': item.character = 0x1B; break;
        case 'b': item.character = '\b'; break;  // in a class; elsewhere it was not left to us
        case 'c': return read_control(in, item.character);
        case 'u':
        case 'x': return read_code_point(in, c, item.character);
        case 'G':
        case 'N':
        case 'V':
        case 'X': return in.refuse(start, std::string("the escape \\") + static_cast<char>(c) + " is not known here");
        case 'k':
            if (in.peek() == '<') return in.refuse(start, "backreferences cannot be matched in linear time");
            break;
        default:
            if (c != '0' && !(c >= '1' && c <= '9')) break;
            if (c != '0' && !in_class) return in.refuse(start, "backreferences cannot be matched in linear time");
            if (c >= '8') break;
            in.go(start + 1);
            return read_octal(in, item.character);
    }
    return true;
}

bool read_class(RegexReader &in, CharSet &set)
{
    const std::size_t open = in.place() - 1;
    const bool negated = in.take(U'^');
    if (in.peek() == ']' && in.closes_later())
        return in.refuse(in.place(), "a ] that comes first ends a class to JavaScript, but not to Java; write \\]");
    std::vector<CharRange> ranges;
    const auto add = [&](const RegexItem &item) {
        const CharSet chars = item.chars();
        ranges.insert(ranges.end(), chars.ranges().begin(), chars.ranges().end());
    };
    while (!in.take(U']')) {
        if (in.peek() == RegexReader::none) return in.fail(open, "a [ has no ]");
        const std::size_t start = in.place();
        RegexItem first;
        if (!read_item(in, open, first)) return false;
        const bool is_range = in.peek() == '-' && in.peek(1) != ']' && in.peek(1) != RegexReader::none;
        if (!is_range) {
            add(first);
            continue;
        }
        in.next();
        RegexItem last;
        if (!read_item(in, open, last)) return false;
        if (first.set || last.set) {  // no range, then, but three items
            add(first);
            add({'-', {}});
            add(last);
        } else if (first.character > last.character) {
            return in.fail(start, "a range in a class ends before it starts");
        } else {
            ranges.push_back({first.character, last.character});
        }
    }
    set = CharSet(std::move(ranges));
    if (negated) set = set.inverted();
    return true;
}

}  // namespace quire::logic
