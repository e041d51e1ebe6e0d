// src/pg/logic/zone.cpp: time zones and moments.
#include "pg/logic/zone.hpp"

#include "pg/support/call.hpp"
#include "pg/support/error.hpp"

namespace quire::pg {

ServerZone::ServerZone(std::string_view name)
{
    const std::string text(name);
    zone_ = call([&] { return pg_tzset(text.c_str()); });
    if (!zone_)
        throw Error(ERRCODE_INVALID_PARAMETER_VALUE, "there is no such time zone")
            .hint("SELECT name FROM pg_timezone_names lists them; UTC and +03:00 are zones, too.");
}

std::int64_t ServerZone::offset_at(std::int64_t utc) const
{
    const pg_time_t seconds = utc / 1000;
    const pg_tm *const local = pg_localtime(&seconds, zone_);
    return local ? static_cast<std::int64_t>(local->tm_gmtoff) * 1000 : 0;
}

double milliseconds_of(TimestampTz moment)
{
    constexpr std::int64_t epoch = (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;
    return static_cast<double>((moment + epoch) / 1000);
}

double read_moment(const std::string &text)
{
    const Datum moment = call([&] {
        return DirectFunctionCall3(timestamptz_in, CStringGetDatum(text.c_str()), ObjectIdGetDatum(InvalidOid),
                                   Int32GetDatum(-1));
    });
    return milliseconds_of(DatumGetTimestampTz(moment));
}

}  // namespace quire::pg
