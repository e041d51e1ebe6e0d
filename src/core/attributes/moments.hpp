// src/core/attributes/moments.hpp: date and time as ISO 8601 writes them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quire::attributes {

struct Moment {
    std::int64_t seconds = 0;      // since 1970 in UTC
    std::int64_t nanoseconds = 0;  // of the second

    bool operator==(const Moment &) const = default;
};

// YYYY-MM-DDTHH:MM[:SS[.fraction]], then Z, an offset like +02:00, or nothing, which is UTC.
std::optional<Moment> read_moment(std::string_view text);
// Only YYYY-MM-DDTHH:MM:SSZ.
std::optional<Moment> read_plain_moment(std::string_view text);
// YYYY-MM-DDTHH:MM:SSZ; a fraction is dropped. None outside of the years 1 to 9999.
std::optional<std::string> write_moment(const Moment &moment);

}  // namespace quire::attributes
