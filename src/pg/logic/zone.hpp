// src/pg/logic/zone.hpp: the server's time zones for the core.
#pragma once
#include "core/logic/dates.hpp"

#include "pg/support/postgres.hpp"

struct pg_tz;

namespace quire::pg {

// A zone by any name that SET timezone takes; throws 22023 when there is none of this name.
class ServerZone final : public logic::Zone {
public:
    explicit ServerZone(std::string_view name);
    std::int64_t offset_at(std::int64_t utc) const override;

private:
    pg_tz *zone_;
};

// Milliseconds since 1970 in UTC.
double milliseconds_of(TimestampTz moment);
// A moment as timestamptz reads it; throws the server's own error.
double read_moment(const std::string &text);

}  // namespace quire::pg
