-- bench/events.sql: what it costs to tell of changes, beside the usual row triggers. :rows is the size of a round;
-- 500000 is what the goals are for. bench/events-commit measures single-row commits of many clients.

CREATE TABLE bench.source AS
    SELECT n AS id, timestamptz '2024-01-01' + n * interval '1 second' AS created_at,
           timestamptz '2024-01-01' + n * interval '1 second' AS updated_at, 1700000000000 + n AS version_id,
           (ARRAY['open', 'closing', 'closed'])[n % 3 + 1] AS state, 'label ' || n AS label,
           repeat(md5(n::text), 4) AS note
    FROM generate_series(1, :rows::bigint) n;
ALTER TABLE bench.source ADD PRIMARY KEY (id);
CREATE TABLE bench.item_1 (
    id bigint PRIMARY KEY, created_at timestamptz, updated_at timestamptz, version_id bigint,
    state text, label text, note text
);
CREATE TABLE bench.item_2 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_3 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_4 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_5 (LIKE bench.item_1 INCLUDING ALL);
CREATE TABLE bench.item_6 (LIKE bench.item_1 INCLUDING ALL);

-- The usual ways: a notification a row, a row in a log a row.
CREATE FUNCTION bench.notify_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('bench_rows', json_build_object('type', lower(TG_OP), 'table', TG_TABLE_NAME, 'id', NEW.id)::text);
    RETURN NULL;
END $$;
CREATE TABLE bench.log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, txid xid8 NOT NULL, type text NOT NULL, "table" text NOT NULL,
    key jsonb, version bigint, actor text, at timestamptz NOT NULL
);
CREATE FUNCTION bench.log_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bench.log (txid, type, "table", key, version, actor, at)
    VALUES (pg_current_xact_id(), lower(TG_OP), TG_TABLE_NAME, jsonb_build_object('id', NEW.id), NEW.version_id,
            current_setting('app.actor', true), clock_timestamp());
    RETURN NULL;
END $$;
SELECT quire.create_feed('bench.changes') \g /dev/null

CREATE FUNCTION bench.prepare_item(number int, filled bool, hook text) RETURNS text LANGUAGE sql AS $$
    SELECT format('TRUNCATE bench.item_%1$s, bench.log, bench.changes; DROP TRIGGER IF EXISTS hook ON bench.item_%1$s; SELECT quire.unwatch(''bench.item_%1$s'');', number)
        || CASE WHEN filled THEN format('INSERT INTO bench.item_%s SELECT * FROM bench.source;', number) ELSE '' END
        || coalesce(format(hook, number), '')
$$;
INSERT INTO bench.subject (name, rows, commits) VALUES ('insert', :rows, true), ('update', :rows, true);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT subject, name, bench.prepare_item(number, filled, coalesce(hook, CASE number WHEN 6 THEN empty_hook END)), format(measured, number)
    FROM (VALUES
        ('insert', false, 'INSERT INTO bench.item_%s SELECT * FROM bench.source WHERE id BETWEEN $1 AND $2',
            'CREATE TRIGGER hook AFTER INSERT ON bench.item_%s REFERENCING NEW TABLE AS n EXECUTE FUNCTION bench.empty_trigger()'),
        ('update', true, 'UPDATE bench.item_%s SET label = ''changed'' WHERE id BETWEEN $1 AND $2',
            'CREATE TRIGGER hook AFTER UPDATE ON bench.item_%s REFERENCING OLD TABLE AS o NEW TABLE AS n EXECUTE FUNCTION bench.empty_trigger()')
    ) AS work (subject, filled, measured, empty_hook),
    (VALUES
        (1, 'no trigger', NULL),
        (2, 'quire, channel', 'SELECT quire.watch(''bench.item_%1$s'', ''bench'')'),
        (3, 'quire, feed', 'SELECT quire.watch(''bench.item_%1$s'', feed => ''bench.changes'')'),
        (4, 'pg_notify a row', 'CREATE TRIGGER hook AFTER INSERT OR UPDATE ON bench.item_%s FOR EACH ROW EXECUTE FUNCTION bench.notify_row()'),
        (5, 'log row a row', 'CREATE TRIGGER hook AFTER INSERT OR UPDATE ON bench.item_%s FOR EACH ROW EXECUTE FUNCTION bench.log_row()'),
        (6, 'empty trigger', NULL)  -- the server's transition tables alone
    ) AS variant (number, name, hook)
    ORDER BY subject, number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('insert', 'whole', 'quire, channel', 'no trigger', 1.35),
    ('insert', 'added', 'quire, channel', 'pg_notify a row', 0.125),
    ('insert', 'added', 'quire, feed', 'log row a row', 0.5),
    ('update', 'whole', 'quire, channel', 'no trigger', 1.35),
    ('update', 'added', 'quire, channel', 'pg_notify a row', 0.125),
    ('update', 'added', 'quire, feed', 'log row a row', 0.5);

-- Reading: batches of 1000 from a feed of so many events, in so many partitions.
CREATE PROCEDURE bench.fill_feed(name text, events int, partitions int DEFAULT 1) LANGUAGE plpgsql AS $$
DECLARE
    share int := events / partitions;
BEGIN
    PERFORM quire.create_feed(name);
    EXECUTE format('CREATE TABLE %s_source (id int PRIMARY KEY, label text)', name);
    PERFORM quire.watch((name || '_source')::regclass, feed => name, payload => 'row');
    COMMIT;
    FOR turn IN 0..partitions - 1 LOOP
        PERFORM setval((name || '_seq')::regclass, (turn::bigint << 32) + 1, false);
        EXECUTE format('INSERT INTO %s_source SELECT i, ''label '' || i FROM generate_series(%s, %s) i', name, turn * share + 1, (turn + 1) * share);
        COMMIT;
    END LOOP;
END $$;
CALL bench.fill_feed('bench.feed_10k', 10000);
CALL bench.fill_feed('bench.feed_100k', 100000);
CALL bench.fill_feed('bench.feed_1m', 1000000);
CALL bench.fill_feed('bench.feed_ring', 1000000, 6);
VACUUM ANALYZE;
-- The last 10,000 events, in batches.
CREATE FUNCTION bench.drain(name text, last bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    place text := (last - 10000)::text;
    got record;
    total int := 0;
BEGIN
    LOOP
        SELECT count(*) AS n, max(cursor::bigint)::text AS cursor INTO got FROM quire.read_feed(name, place);
        EXIT WHEN got.n = 0;
        total := total + got.n;
        place := got.cursor;
    END LOOP;
    RETURN total;
END $$;
INSERT INTO bench.subject (name, rows) VALUES ('read', 10000);
INSERT INTO bench.variant (subject, name, measured) VALUES
    ('read', 'feed of 10k', 'SELECT bench.drain(''bench.feed_10k'', 10000), $1, $2'),
    ('read', 'feed of 100k', 'SELECT bench.drain(''bench.feed_100k'', 100000), $1, $2'),
    ('read', 'feed of 1M', 'SELECT bench.drain(''bench.feed_1m'', 1000000), $1, $2'),
    ('read', '1M in six parts', 'SELECT bench.drain(''bench.feed_ring'', (5::bigint << 32) + 166666), $1, $2');
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('read', 'whole', 'feed of 100k', 'feed of 10k', 1.25),
    ('read', 'whole', 'feed of 1M', 'feed of 10k', 1.25),
    ('read', 'whole', '1M in six parts', 'feed of 10k', 1.25);
