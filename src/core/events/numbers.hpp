// src/core/events/numbers.hpp: the numbers of events, which are a feed's cursors and say where it keeps them.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace quire::events {

// A feed is a ring of partitions, filled one after the other: the upper half of a number is that of a turn, and turns
// take the partitions in order. Numbers within a turn never run out before the next is begun.
inline constexpr int partitions = 6;
inline constexpr int bits_in_turn = 32;

constexpr int partition_of(std::int64_t number)
{
    return static_cast<int>((number >> bits_in_turn) % partitions);
}

// The first number of the turn after that of `number`.
constexpr std::int64_t next_turn(std::int64_t number)
{
    return ((number >> bits_in_turn) + 1) << bits_in_turn;
}

// A cursor as it was given out: digits alone.
std::optional<std::int64_t> read_cursor(std::string_view text);

}  // namespace quire::events
