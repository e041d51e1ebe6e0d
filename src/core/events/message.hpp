// src/core/events/message.hpp: the text of a notification, which may not grow beyond what NOTIFY takes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace quire::events {

// NOTIFY takes payloads shorter than 8000 bytes.
inline constexpr std::size_t most_bytes = 7999;
// What a message calls its table may be so long: six times that, escaped, leaves room for the rest.
inline constexpr std::size_t most_in_table = 1000;

// What all messages of a statement say. Texts are in one encoding that is ASCII's superset; it is the message's.
struct Circumstances {
    std::string_view type, table;
    std::optional<std::string_view> actor;
    std::string_view at;
    std::uint64_t transaction;
};

// A row that changed. Views into JSON that is written already; an empty one stands for what was not asked for.
struct RowChange {
    std::string_view key;
    std::optional<std::int64_t> version;
    std::optional<std::vector<std::string_view>> changed;  // names of columns
    std::string_view old_row, new_row;
};

// When the whole is too long, the rows are left out, then the names, the key and the actor, and "truncated" is set.
std::string describe(const Circumstances &circumstances, const RowChange &change);

// Gathers the keys of several rows for as long as they may fit into one message.
class Keys {
public:
    // Is there any use in handing over more?
    bool fits() const { return bytes_ < most_bytes; }
    void add(std::string_view key);
    void give_up() { bytes_ = most_bytes; }

private:
    friend std::string describe(const Circumstances &, std::uint64_t, const Keys &);
    std::string list_;
    std::size_t bytes_ = 0;
};

// One message for several rows; without their keys, and "truncated", when those are too long.
std::string describe(const Circumstances &circumstances, std::uint64_t rows, const Keys &keys);

// A message of no rows in particular.
std::string describe(const Circumstances &circumstances);

}  // namespace quire::events
