// test/unit/logic/summer_zone.hpp: a zone whose clocks jump twice a year, without the server's tables of zones.
#pragma once
#include <cstdint>

#include "core/logic/dates.hpp"

namespace quire::logic {

// Central Europe in 2024: one hour ahead of UTC, and two from 31 March 01:00 UTC to 27 October 01:00 UTC.
class SummerZone final : public Zone {
public:
    static constexpr std::int64_t hour = 3'600'000;
    static constexpr std::int64_t starts = 1'711'846'800'000, ends = 1'729'990'800'000;

    std::int64_t offset_at(std::int64_t utc) const override { return utc >= starts && utc < ends ? 2 * hour : hour; }
};

}  // namespace quire::logic
