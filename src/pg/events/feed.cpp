// src/pg/events/feed.cpp: making feeds, reading them, and keeping the places of their consumers.
#include "core/events/numbers.hpp"

#include "pg/events/feed_table.hpp"
#include "pg/events/horizon.hpp"
#include "pg/support/guard.hpp"
#include "pg/support/locks.hpp"
#include "pg/support/memory.hpp"
#include "pg/support/plans.hpp"
#include "pg/support/results.hpp"
#include "pg/support/spi.hpp"

namespace pg = quire::pg;

namespace {

// The rows of the last query, as they are.
Datum give(const pg::Spi &spi, pg::RowSet &rows)
{
    for (std::uint64_t number = 0; number < spi.rows(); ++number) {
        pg::Row row;
        for (int column = 0; column < rows.columns(); ++column) row.datum(spi.value(number, column));
        rows.add(row);
        if (number % 1024 == 0) pg::poll();
    }
    return rows.finish();
}

std::int64_t read_cursor(std::string_view text)
{
    const auto cursor = quire::events::read_cursor(text);
    if (!cursor)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "this is no cursor of a feed")
            .hint("Use the column cursor of the last event that was read, or NULL to begin with the oldest.");
    return *cursor;
}

int read_most(const pg::Args &args, int argument)
{
    const int most = args.is_null(argument) ? 1000 : args.int4(argument);
    if (most < 1 || most > 1'000'000)
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "a batch has from 1 to 1000000 events");
    return most;
}

Datum give_events(pg::Args &args, const pg::Feed &feed, std::int64_t after, int most)
{
    pg::RowSet rows(args);
    const pg::Now now;
    const pg::Spi spi;
    static constexpr Oid types[] = {INT8OID, XID8OID, INT4OID};
    const Datum values[] = {Int64GetDatum(after), now.next_id(), Int32GetDatum(most)};
    pg::plan_for(
        "WITH ahead AS MATERIALIZED (SELECT * FROM " + feed.events +
            " WHERE seq OPERATOR(pg_catalog.>) $1 ORDER BY seq LIMIT $3) "
            "SELECT seq::pg_catalog.text, type, \"table\", key, version, changed, old, new, actor, scope, "
            "txid, at FROM ahead WHERE seq OPERATOR(pg_catalog.<=) (SELECT pg_catalog.max(seq) FROM ahead WHERE " +
            std::string(pg::is_behind) + ") ORDER BY ahead.seq",
        types, pg::Plan::For::any_values)
        ->run(values, {.snapshot = now.snapshot(), .read_only = true});
    return give(spi, rows);
}

pg::Error no_consumer(const pg::Feed &feed, std::string_view consumer)
{
    return pg::Error(ERRCODE_UNDEFINED_OBJECT,
                     "feed " + pg::quoted(feed.name) + " has no consumer " + pg::quoted(consumer))
        .hint("Subscribe first: SELECT quire.subscribe(" + pg::literal(feed.name) + ", " + pg::literal(consumer) +
              ");");
}

std::int64_t cursor_of(const pg::Feed &feed, std::string_view consumer)
{
    const pg::Spi spi;
    static constexpr Oid types[] = {TEXTOID};
    const Datum values[] = {pg::make_varlena(consumer)};
    pg::plan_for("SELECT cursor FROM " + feed.consumers + " WHERE consumer OPERATOR(pg_catalog.=) $1", types)
        ->run(values, {});
    if (spi.rows() == 0) throw no_consumer(feed, consumer);
    return DatumGetInt64(*spi.value(0, 0));
}

std::uint64_t number_of(const pg::Feed &feed, std::string_view consumer)
{
    const auto hash = pg::call([consumer] {
        return hash_bytes(reinterpret_cast<const unsigned char *>(consumer.data()), static_cast<int>(consumer.size()));
    });
    return static_cast<std::uint64_t>(feed.table) << 32 | hash;
}

Datum number_as_text(std::int64_t number)
{
    return pg::make_varlena(std::to_string(number));
}

// Where the consumer is then.
std::int64_t acknowledge(const pg::Feed &feed, std::string_view consumer, std::int64_t cursor)
{
    const pg::Spi spi;
    static constexpr Oid types[] = {TEXTOID, INT8OID};
    const Datum values[] = {pg::make_varlena(consumer), Int64GetDatum(cursor)};
    pg::plan_for("SELECT pg_catalog.max(seq) OPERATOR(pg_catalog.<) $1 FROM " + feed.events, std::span(&types[1], 1))
        ->run(std::span(&values[1], 1), {});
    if (const auto beyond = spi.value(0, 0); beyond && DatumGetBool(*beyond))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "the feed has no event as late as this cursor")
            .hint("Acknowledge the cursor of the last event that next_events gave.");
    pg::plan_for("UPDATE " + feed.consumers +
                     " SET cursor = greatest(cursor, $2), acknowledged_at = pg_catalog.now() WHERE consumer "
                     "OPERATOR(pg_catalog.=) $1 "
                     "RETURNING cursor",
                 types)
        ->run(values, {});
    if (spi.rows() == 0) throw no_consumer(feed, consumer);
    return DatumGetInt64(*spi.value(0, 0));
}

constexpr const char *columns_of_feed =
    " (seq pg_catalog.int8 NOT NULL, fence pg_catalog.xid8 NOT NULL, txid pg_catalog.xid8 NOT NULL, "
    "type pg_catalog.text NOT NULL, \"table\" pg_catalog.text NOT NULL, key pg_catalog.jsonb, "
    "version pg_catalog.int8, changed pg_catalog.text[], old pg_catalog.jsonb, new pg_catalog.jsonb, "
    "actor pg_catalog.text, scope pg_catalog.text[], at pg_catalog.timestamptz NOT NULL) ";

constexpr const char *columns_of_consumers =
    " (consumer pg_catalog.text PRIMARY KEY, cursor pg_catalog.int8 NOT NULL, "
    "subscribed_at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.now(), "
    "acknowledged_at pg_catalog.timestamptz); ";

// A ring (core/events/numbers.hpp); each partition has the keys that the whole, parted by an expression, cannot have.
std::string partitions_of(const pg::Feed &feed, bool is_protected)
{
    std::string sql;
    for (int i = 0; i < quire::events::partitions; ++i) {
        const std::string name = pg::partition_name(feed, i), number = std::to_string(i);
        sql += "CREATE TABLE " + name + " PARTITION OF " + feed.events + " (PRIMARY KEY (seq)) FOR VALUES IN (" +
               number + ");";
        // Who may read it directly sees nothing: the policies are those of the whole.
        if (is_protected) sql += "ALTER TABLE " + name + " ENABLE ROW LEVEL SECURITY;";
    }
    return sql;
}

// Who reads sees the events of objects that it may see: row security, so that it holds for every way of reading. The
// feed's owner sees all, and can trim it.
std::string protection(const std::string &events, std::string_view policy, std::string_view verb)
{
    return "ALTER TABLE " + events + " ENABLE ROW LEVEL SECURITY; CREATE POLICY quire_write ON " + events +
           " FOR INSERT WITH CHECK (true); CREATE POLICY quire_trim ON " + events +
           " FOR DELETE USING (true); CREATE POLICY quire_read ON " + events +
           " FOR SELECT USING (EXISTS (SELECT FROM pg_catalog.unnest(scope) AS s (object) WHERE quire.allowed(" +
           pg::literal(policy) + ", " + pg::literal(verb) + ", s.object)));";
}

}  // namespace

// create_feed(feed text, policy text, verb text) → text
QUIRE_FUNCTION(create_feed)
{
    if (args.is_null(0)) throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a feed must have a name");
    if (args.is_null(1) != args.is_null(2))
        throw pg::Error(ERRCODE_INVALID_PARAMETER_VALUE, "a policy and a verb go together");
    const auto [schema, table] = pg::split_feed_name(args.text(0));
    const std::string name = schema + "." + table;
    if (name.size() >= NAMEDATALEN || table.size() + 10 >= NAMEDATALEN)
        throw pg::Error(ERRCODE_NAME_TOO_LONG, "the name of the feed is too long")
            .detail("With its schema it may have 62 bytes, without it 52: it is a channel's name too.");
    const pg::Feed feed = pg::name_feed(schema, table);
    const std::string sequence = pg::identifier(schema.c_str()) + "." + pg::identifier((table + "_seq").c_str());
    const bool is_protected = !args.is_null(1);
    std::string sql =
        "CREATE TABLE " + feed.events + columns_of_feed + "PARTITION BY LIST (((seq OPERATOR(pg_catalog.>>) " +
        std::to_string(quire::events::bits_in_turn) + ") OPERATOR(pg_catalog.%) " +
        std::to_string(quire::events::partitions) + "));" + partitions_of(feed, is_protected) + "CREATE TABLE " +
        feed.consumers + columns_of_consumers + "CREATE SEQUENCE " + sequence + " OWNED BY " + feed.events +
        ".seq; COMMENT ON TABLE " + feed.events +
        " IS 'Events of a feed; read them by quire.read_feed or quire.next_events, which leave none out.'; "
        "COMMENT ON TABLE " +
        feed.consumers + " IS 'How far each consumer of the feed has come.';";
    if (is_protected) sql += protection(feed.events, args.text(1), args.text(2));
    pg::execute(sql);
    return pg::make_varlena(name);
}

// drop_feed(feed text) → void
QUIRE_FUNCTION(drop_feed)
{
    const pg::Feed feed = pg::find_feed(args.text(0));
    pg::execute("DROP TABLE " + feed.events + ", " + feed.consumers);
    return Datum{0};
}

// read_feed(feed text, after text, max int) → SETOF record
QUIRE_FUNCTION(read_feed)
{
    if (args.is_null(0)) throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a feed must be named");
    const pg::Feed feed = pg::find_feed(args.text(0));
    return give_events(args, feed, args.is_null(1) ? -1 : read_cursor(args.text(1)), read_most(args, 2));
}

// subscribe(feed text, consumer text, after text) → text
QUIRE_FUNCTION(subscribe)
{
    if (args.is_null(0) || args.is_null(1))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a feed and a consumer must be named");
    const pg::Feed feed = pg::find_feed(args.text(0));
    const std::int64_t start = args.is_null(2) ? 0 : read_cursor(args.text(2));
    {
        const pg::Spi spi;
        static constexpr Oid types[] = {TEXTOID, INT8OID};
        const Datum values[] = {args.datum(1), Int64GetDatum(start)};
        pg::plan_for("INSERT INTO " + feed.consumers + " (consumer, cursor) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                     types)
            ->run(values, {});
    }
    return number_as_text(cursor_of(feed, args.text(1)));
}

// unsubscribe(feed text, consumer text) → bool
QUIRE_FUNCTION(unsubscribe)
{
    const pg::Feed feed = pg::find_feed(args.text(0));
    const pg::Spi spi;
    static constexpr Oid types[] = {TEXTOID};
    const Datum values[] = {args.datum(1)};
    pg::plan_for("DELETE FROM " + feed.consumers + " WHERE consumer OPERATOR(pg_catalog.=) $1", types)->run(values, {});
    return BoolGetDatum(spi.rows() > 0);
}

// next_events(feed text, consumer text, max int) → SETOF record
QUIRE_FUNCTION(next_events)
{
    if (args.is_null(0) || args.is_null(1))
        throw pg::Error(ERRCODE_NULL_VALUE_NOT_ALLOWED, "a feed and a consumer must be named");
    const pg::Feed feed = pg::find_feed(args.text(0));
    const int most = read_most(args, 2);
    // An advisory lock, not a row lock: that would take a transaction id, and a slow consumer would hold up all others.
    const bool is_ours = pg::take_number(number_of(feed, args.text(1)));
    const std::int64_t cursor = cursor_of(feed, args.text(1));
    if (!is_ours) return pg::RowSet(args).finish();
    return give_events(args, feed, cursor, most);
}

// ack(feed text, consumer text, cursor text) → text
QUIRE_FUNCTION(ack)
{
    const pg::Feed feed = pg::find_feed(args.text(0));
    return number_as_text(acknowledge(feed, args.text(1), read_cursor(args.text(2))));
}

// feed_lag(feed text) → SETOF record
QUIRE_FUNCTION(feed_lag)
{
    const pg::Feed feed = pg::find_feed(args.text(0));
    pg::RowSet rows(args);
    const pg::Spi spi;
    pg::plan_for(
        "WITH limit_of AS (SELECT pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()) AS xmin), holder AS ("
        "SELECT l.pid, a.xact_start, a.application_name FROM limit_of, pg_catalog.pg_locks l "
        "LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid OPERATOR(pg_catalog.=) l.pid "
        "WHERE l.locktype OPERATOR(pg_catalog.=) 'transactionid' AND l.mode OPERATOR(pg_catalog.=) 'ExclusiveLock' "
        "AND l.granted AND l.transactionid OPERATOR(pg_catalog.=) xmin::pg_catalog.xid "
        "AND xmin OPERATOR(pg_catalog.<) (SELECT fence FROM " +
            feed.events + " ORDER BY seq DESC LIMIT 1) LIMIT 1), consumers AS (SELECT consumer, cursor FROM " +
            feed.consumers + " UNION ALL SELECT NULL, 0 WHERE NOT EXISTS (SELECT FROM " + feed.consumers +
            ")) SELECT c.consumer, c.cursor::pg_catalog.text, (SELECT pg_catalog.count(*) FROM " + feed.events +
            " WHERE seq OPERATOR(pg_catalog.>) c.cursor), "
            "(SELECT pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) at FROM " +
            feed.events +
            " WHERE seq OPERATOR(pg_catalog.>) c.cursor ORDER BY seq LIMIT 1), h.pid, h.xact_start, h.application_name "
            "FROM consumers c LEFT JOIN holder h ON true ORDER BY c.cursor, c.consumer",
        {})
        ->run({}, {.read_only = true});
    return give(spi, rows);
}
