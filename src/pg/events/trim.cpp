// src/pg/events/trim.cpp: what a feed need not keep any more.
//
// When the partition that events go to has grown, its sequence is set forward to the turn of the next one, if that is
// empty: so nobody who writes ever waits for a partition, and the one that is left is done with some day. Then it is
// truncated, which costs the same however many events it holds, and locks nothing that those need who write by then.
#include "core/events/numbers.hpp"

#include "pg/events/feed_table.hpp"
#include "pg/events/horizon.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/spi.hpp"
#include "pg/support/subtransaction.hpp"

namespace pg = quire::pg;
namespace events = quire::events;

namespace {

// So many are deleted one by one at most, so that small feeds keep no more than was said, and large ones wait for whole
// partitions.
constexpr std::int64_t most_single = 10'000;
constexpr int patience_ms = 500;  // shorter than the server takes to look for deadlocks

// What may go.
struct Limits {
    std::optional<Datum> age;  // an interval
    std::int64_t number;       // the last that consumers are done with
};

// The ends of a partition that has events.
struct Extent {
    std::int64_t first, last;
    bool is_done;      // all of it may go
    bool has_history;  // its first event is so old that the next ones had better go elsewhere
};

// Is a time longer ago than this part of the interval $1?
std::string is_older(const char *time, int part)
{
    return std::string(time) +
           " OPERATOR(pg_catalog.<) (pg_catalog.now() OPERATOR(pg_catalog.-) ($1 OPERATOR(pg_catalog./) " +
           std::to_string(part) + "))";
}

// Waits for those who read, while others wait behind it: not for long. The end of the subtransaction puts the setting
// back when that was in vain. False also where a cursor of this session reads, for which no lock waits.
bool lock_soon(Oid table)
{
    pg::Subtransaction trial;
    try {
        const bool is_read_here = pg::call([table] {
            const int level = NewGUCNestLevel();
            if (LockTimeout == 0 || LockTimeout > patience_ms)
                set_config_option("lock_timeout", psprintf("%d", patience_ms), PGC_USERSET, PGC_S_SESSION,
                                  GUC_ACTION_SAVE, true, 0, false);
            LockRelationOid(table, AccessExclusiveLock);
            AtEOXact_GUC(true, level);
            const Relation relation = table_open(table, NoLock);
            const bool has_others = relation->rd_refcnt > 1;
            table_close(relation, NoLock);
            return has_others;
        });
        if (is_read_here) {
            trial.roll_back();
            return false;
        }
    } catch (const pg::ServerError &error) {
        if (!error.data || error.data->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE) throw;
        trial.roll_back();
        return false;
    }
    trial.release();
    return true;
}

class Ring {
public:
    Ring(const pg::Feed &feed, const Limits &limits) : feed_(feed), limits_(limits) {}

    // How many events went, by their numbers: some of those may have been of transactions that failed.
    std::int64_t trim() const
    {
        // One at a time.
        pg::call([this] { LockRelationOid(feed_.table, ShareUpdateExclusiveLock); });
        std::int64_t gone = 0;
        int current = events::partition_of(last_number());
        // In the order in which readers lock them.
        for (int i = 0; i < events::partitions; ++i)
            if (i != current) gone += empty(i);
        const int left = current;
        current = go_on(current);
        return current == left ? gone : gone + empty(left);
    }

private:
    std::int64_t last_number() const
    {
        const pg::Spi spi;
        const std::string name = pg::qualified_name(feed_.sequence);
        pg::plan_for("SELECT last_value FROM " + name, {})->run({}, {});
        return DatumGetInt64(*spi.value(0, 0));
    }

    std::optional<Extent> extent(int partition) const
    {
        const std::string name = pg::partition_name(feed_, partition);
        // By a snapshot of now: under a lock it shows everything that was ever written here.
        const pg::Now now;
        const pg::Spi spi;
        static constexpr Oid types[] = {INTERVALOID, XID8OID, INT8OID};
        const Datum values[] = {limits_.age.value_or(Datum{0}), now.next_id(), Int64GetDatum(limits_.number)};
        const char nulls[] = {limits_.age ? ' ' : 'n', ' ', ' ', '\0'};
        pg::plan_for("SELECT first.seq, last.seq, last.seq OPERATOR(pg_catalog.<=) $3 AND coalesce(" +
                         is_older("last.at", 1) + ", true) AND " + std::string(pg::is_behind) + ", coalesce(" +
                         is_older("first.at", events::partitions - 2) + ", true) FROM (SELECT seq, at FROM " + name +
                         " ORDER BY seq LIMIT 1) first, (SELECT seq, fence, at FROM " + name +
                         " ORDER BY seq DESC LIMIT 1) last",
                     types)
            ->run(values, {.snapshot = now.snapshot(), .read_only = true}, nulls);
        if (spi.rows() == 0) return std::nullopt;
        return Extent{DatumGetInt64(*spi.value(0, 0)), DatumGetInt64(*spi.value(0, 1)), DatumGetBool(*spi.value(0, 2)),
                      DatumGetBool(*spi.value(0, 3))};
    }

    std::int64_t empty(int partition) const
    {
        const auto seen = extent(partition);
        if (!seen || !seen->is_done || !lock_soon(table_of(partition))) return 0;
        // What was committed until the lock was had counts, too.
        const auto all = extent(partition);
        if (!all || !all->is_done) return 0;
        pg::execute("TRUNCATE ONLY " + pg::partition_name(feed_, partition));
        return all->last - all->first + 1;
    }

    // The partition that events go to from now on.
    int go_on(int current) const
    {
        const int next = (current + 1) % events::partitions;
        const auto full = extent(current);
        if (!full || full->last - full->first < most_single || !full->has_history || extent(next)) return current;
        const pg::Spi spi;
        static constexpr Oid types[] = {REGCLASSOID, INT8OID};
        const Datum values[] = {ObjectIdGetDatum(feed_.sequence), Int64GetDatum(events::next_turn(last_number()))};
        pg::plan_for("SELECT pg_catalog.setval($1, $2, false)", types)->run(values, {});
        return next;
    }

    Oid table_of(int partition) const
    {
        const std::string name = feed_.table_name + "_" + std::to_string(partition);
        return pg::call([&] { return get_relname_relid(name.c_str(), get_rel_namespace(feed_.table)); });
    }

    const pg::Feed &feed_;
    const Limits &limits_;
};

Limits limits_for(const pg::Feed &feed, const pg::Args &args)
{
    static constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
    Limits limits = {};
    if (!args.is_null(1)) limits.age = args.datum(1);
    const pg::Spi spi;
    pg::plan_for("SELECT pg_catalog.min(cursor) FROM " + feed.consumers, {})->run({}, {});
    const auto slowest = spi.value(0, 0);
    // Without consumers, who else reads the feed is not known: something must be said of how much is to be kept.
    limits.number = !args.is_null(2) && args.boolean(2) ? all
                    : slowest                           ? DatumGetInt64(*slowest)
                    : limits.age                        ? all
                                                        : 0;
    return limits;
}

std::int64_t delete_single(const pg::Feed &feed, const Limits &limits)
{
    const pg::Now now;
    const pg::Spi spi;
    static constexpr Oid types[] = {INTERVALOID, XID8OID, INT8OID, INT8OID};
    const Datum values[] = {limits.age.value_or(Datum{0}), now.next_id(), Int64GetDatum(limits.number),
                            Int64GetDatum(most_single)};
    const char nulls[] = {limits.age ? ' ' : 'n', ' ', ' ', feed.is_ring ? ' ' : 'n', '\0'};
    pg::plan_for("DELETE FROM " + feed.events + " WHERE " + std::string(pg::is_behind) + " AND coalesce(" +
                     is_older("at", 1) +
                     ", true) AND seq OPERATOR(pg_catalog.<=) least($3, (SELECT pg_catalog.max(seq) "
                     "FROM (SELECT seq FROM " +
                     feed.events + " ORDER BY seq LIMIT $4) oldest))",
                 types)
        ->run(values, {}, nulls);
    return static_cast<std::int64_t>(spi.rows());
}

// Partitions are emptied for the feed's owner alone, and where a snapshot can be had that is newer than a lock.
bool may_empty(const pg::Feed &feed)
{
    return feed.is_ring && !IsolationUsesXactSnapshot() &&
           pg::call([&] { return has_privs_of_role(GetUserId(), feed.owner); });
}

}  // namespace

// trim_feed(feed text, older_than interval, force bool) → bigint
QUIRE_FUNCTION(trim_feed)
{
    if (args.is_null(0)) throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a feed must be named");
    const pg::Feed feed = pg::find_feed(args.text(0));
    const Limits limits = limits_for(feed, args);
    std::int64_t gone = 0;
    if (may_empty(feed)) {
        const pg::AsRole owner(feed.owner);
        gone = Ring(feed, limits).trim();
    }
    return Int64GetDatum(gone + delete_single(feed, limits));
}
