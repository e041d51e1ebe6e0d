// src/core/logic/dates.hpp: instants, days and their texts.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/logic/arena.hpp"

namespace quire::logic {

inline constexpr double milliseconds_of_day = 86'400'000;

// A time zone: who runs the engine knows its rules.
class Zone {
public:
    virtual ~Zone() = default;
    // Milliseconds to add to UTC, at this instant (milliseconds since 1970 in UTC).
    virtual std::int64_t offset_at(std::int64_t utc) const = 0;

    // The instant that clocks there show as `local` (milliseconds since 1970 on these clocks).
    std::int64_t to_utc(std::int64_t local) const
    {
        const std::int64_t guess = local - offset_at(local);
        const std::int64_t better = local - offset_at(guess);
        return better;
    }
};

class FixedZone : public Zone {
public:
    explicit FixedZone(std::int64_t offset = 0) : offset_(offset) {}
    std::int64_t offset_at(std::int64_t) const override { return offset_; }

private:
    std::int64_t offset_;
};

// A moment as clocks show it.
struct Clock {
    std::int64_t year = 1970;
    int month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
};

std::int64_t days_from_civil(std::int64_t year, int month, int day);
Clock clock_at(std::int64_t local_milliseconds);
bool is_calendar_day(std::int64_t year, int month, int day);

// YYYY-MM-DD, then perhaps T and a time, then perhaps a zone; what has none is local. `calendar` says whether a text
// of this shape names a day that exists.
struct DateText {
    double instant = 0;
    bool has_time = false;
    bool calendar = true;
};
std::optional<DateText> read_date(std::string_view text, const Zone &zone);
// As JavaRosa reads it: digits between the dashes, at most a time behind; nothing when there is no such day.
std::optional<double> read_date_in_java(std::string_view text, const Zone &zone);

// HH:MM[:SS[.f]][Z|±HH:MM]: milliseconds of the day in UTC where it has a zone, else of the local one.
struct TimeText {
    double milliseconds = 0;
    std::optional<std::int64_t> offset;
};
std::optional<TimeText> read_time(std::string_view text);

// "2024-05-01T10:30:00.000+02:00", and the date alone at midnight.
std::string_view print_instant(double instant, const Zone &zone, Arena &arena);
std::string_view print_day(double instant, const Zone &zone, Arena &arena);
// Always with its time.
std::string_view print_date_time(double instant, const Zone &zone, Arena &arena);

// Whole days since 1970 of the local date.
double local_day(double instant, const Zone &zone);

}  // namespace quire::logic
