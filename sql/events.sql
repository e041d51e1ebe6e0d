-- sql/events.sql: notifications and feeds of changes.

CREATE FUNCTION quire.notify_change() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_notify_change';
COMMENT ON FUNCTION quire.notify_change() IS
    'Trigger notify_change(channel [, options]), AFTER INSERT, UPDATE, DELETE or TRUNCATE, FOR EACH STATEMENT, with its transition tables: tells a channel or a feed what has changed. quire.watch creates it.';

CREATE FUNCTION quire.watch(
    "table" pg_catalog.regclass,
    channel pg_catalog.text DEFAULT NULL,
    columns pg_catalog.name[] DEFAULT NULL,
    payload pg_catalog.text DEFAULT 'key',
    feed pg_catalog.text DEFAULT NULL,
    scope pg_catalog.text DEFAULT NULL,
    "except" pg_catalog.name[] DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_watch';
COMMENT ON FUNCTION quire.watch(pg_catalog.regclass, pg_catalog.text, pg_catalog.name[], pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.name[]) IS
    'From now on, changes of the table are told to a channel (with the table''s name unless another is given), or written to a feed; the payload is key, row or diff.';

CREATE FUNCTION quire.unwatch(
    "table" pg_catalog.regclass,
    channel pg_catalog.text DEFAULT NULL,
    feed pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_unwatch';
COMMENT ON FUNCTION quire.unwatch(pg_catalog.regclass, pg_catalog.text, pg_catalog.text) IS
    'Takes back what watch did, for one channel or feed or for all; gives back how many triggers were dropped.';

CREATE FUNCTION quire.create_feed(
    feed pg_catalog.text,
    policy pg_catalog.text DEFAULT NULL,
    verb pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_create_feed';
COMMENT ON FUNCTION quire.create_feed(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Creates a feed: a table for events with this name, and one for consumers, owned by the caller. With a policy and a verb, who reads it sees the events of objects on which it has the verb.';

CREATE FUNCTION quire.drop_feed(feed pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_drop_feed';
COMMENT ON FUNCTION quire.drop_feed(pg_catalog.text) IS
    'Drops the tables of a feed. Unwatch its tables first, for they cannot be written without it.';

CREATE FUNCTION quire.read_feed(
    feed pg_catalog.text,
    after pg_catalog.text DEFAULT NULL,
    max pg_catalog.int4 DEFAULT 1000,
    OUT cursor pg_catalog.text,
    OUT type pg_catalog.text,
    OUT "table" pg_catalog.text,
    OUT key pg_catalog.jsonb,
    OUT version pg_catalog.int8,
    OUT changed pg_catalog.text[],
    OUT old pg_catalog.jsonb,
    OUT new pg_catalog.jsonb,
    OUT actor pg_catalog.text,
    OUT scope pg_catalog.text[],
    OUT txid pg_catalog.xid8,
    OUT at pg_catalog.timestamptz)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1000
    AS 'MODULE_PATHNAME', 'quire_read_feed';
COMMENT ON FUNCTION quire.read_feed(pg_catalog.text, pg_catalog.text, pg_catalog.int4) IS
    'The events of a feed after a cursor, in their order and without gaps; those that one may still come before are not given out yet.';

CREATE FUNCTION quire.subscribe(
    feed pg_catalog.text,
    consumer pg_catalog.text,
    after pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_subscribe';
COMMENT ON FUNCTION quire.subscribe(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Makes a consumer of the feed known, which begins after a cursor or with the oldest event; gives back where it is. One that is known already stays where it is.';

CREATE FUNCTION quire.unsubscribe(feed pg_catalog.text, consumer pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_unsubscribe';
COMMENT ON FUNCTION quire.unsubscribe(pg_catalog.text, pg_catalog.text) IS
    'Forgets a consumer of the feed; false when there was none.';

CREATE FUNCTION quire.next_events(
    feed pg_catalog.text,
    consumer pg_catalog.text,
    max pg_catalog.int4 DEFAULT 1000,
    OUT cursor pg_catalog.text,
    OUT type pg_catalog.text,
    OUT "table" pg_catalog.text,
    OUT key pg_catalog.jsonb,
    OUT version pg_catalog.int8,
    OUT changed pg_catalog.text[],
    OUT old pg_catalog.jsonb,
    OUT new pg_catalog.jsonb,
    OUT actor pg_catalog.text,
    OUT scope pg_catalog.text[],
    OUT txid pg_catalog.xid8,
    OUT at pg_catalog.timestamptz)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1000
    AS 'MODULE_PATHNAME', 'quire_next_events';
COMMENT ON FUNCTION quire.next_events(pg_catalog.text, pg_catalog.text, pg_catalog.int4) IS
    'The events that a consumer has not acknowledged yet; none while another transaction is at them for the same consumer.';

CREATE FUNCTION quire.ack(feed pg_catalog.text, consumer pg_catalog.text, cursor pg_catalog.text)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_ack';
COMMENT ON FUNCTION quire.ack(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'The consumer has done with all events up to this cursor; gives back where it is now, which is never earlier than before.';

CREATE FUNCTION quire.feed_lag(
    feed pg_catalog.text,
    OUT consumer pg_catalog.text,
    OUT cursor pg_catalog.text,
    OUT events pg_catalog.int8,
    OUT behind pg_catalog.interval,
    OUT held_by pg_catalog.int4,
    OUT held_since pg_catalog.timestamptz,
    OUT holder pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_feed_lag';
COMMENT ON FUNCTION quire.feed_lag(pg_catalog.text) IS
    'How far each consumer is behind, in events and in time, and which transaction holds up the latest events.';

CREATE FUNCTION quire.trim_feed(
    feed pg_catalog.text,
    older_than pg_catalog.interval DEFAULT NULL,
    force pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int8
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_trim_feed';
COMMENT ON FUNCTION quire.trim_feed(pg_catalog.text, pg_catalog.interval, pg_catalog.bool) IS
    'Removes events that all consumers have acknowledged, or with force, whoever has read them; with an interval, of those only the older ones. The last ones go one by one, many by whole partitions; gives back how many.';
