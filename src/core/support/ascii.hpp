// src/core/support/ascii.hpp: character classes that no locale can change.
#pragma once

namespace quire {

constexpr bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}
constexpr bool is_alnum(char c)
{
    return is_digit(c) || is_upper(c) || is_lower(c);
}
constexpr bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr char to_lower(char c)
{
    return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}

}  // namespace quire
