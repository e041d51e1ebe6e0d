// src/core/events/numbers.cpp: reading cursors.
#include "core/events/numbers.hpp"

#include <charconv>

#include "core/support/tripwire.hpp"

namespace quire::events {

std::optional<std::int64_t> read_cursor(std::string_view text)
{
    // from_chars would take a sign.
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    std::int64_t number = 0;
    const char *const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc() || rest != end) return std::nullopt;
    return number;
}

}  // namespace quire::events
