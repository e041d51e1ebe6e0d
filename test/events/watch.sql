-- watch, unwatch and what a feed keeps of changes. What has not been committed is not given out, so these tests look into
-- the table of the feed; test/tap/notifications.t listens, test/isolation reads.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(50);

CREATE SCHEMA app;
CREATE TABLE app.jobs (id int PRIMARY KEY, site text, state text, secret text, version_id bigint);
SELECT is(quire.create_feed('app.changes'), 'app.changes', 'create_feed gives back the feed''s name');
SELECT is(quire.watch('app.jobs', feed => 'app.changes', payload => 'diff', "except" => '{secret}',
    scope => 'ARRAY[old.site, new.site]'), 'app.changes', 'a table is watched for a feed');
CREATE VIEW events AS SELECT * FROM app.changes ORDER BY seq;

INSERT INTO app.jobs VALUES (1, 'a', 'open', 'hidden', 7);
SELECT is((SELECT ROW(type, "table", key, version, changed, old, new, scope)::text FROM events),
    ROW('create', 'app.jobs', '{"id": 1}'::jsonb, 7::bigint, NULL::text[], NULL::jsonb,
        '{"id": 1, "site": "a", "state": "open", "version_id": 7}'::jsonb, '{NULL,a}'::text[])::text, 'an insert is a create');
SELECT ok((SELECT txid = pg_current_xact_id() AND fence > txid AND at > now() - interval '1 minute' AND actor IS NULL FROM events),
    'with its transaction, a fence behind that, and when');
DELETE FROM app.changes;
UPDATE app.jobs SET state = 'closed', secret = 'other', site = 'b' WHERE id = 1;
SELECT is((SELECT ROW(type, key, changed, old, new, scope)::text FROM events),
    ROW('update', '{"id": 1}'::jsonb, '{site,state,secret}'::text[], '{"site": "a", "state": "open"}'::jsonb,
        '{"site": "b", "state": "closed"}'::jsonb, '{a,b}'::text[])::text, 'an update tells what differs, but for what is excepted');
DELETE FROM app.changes;
UPDATE app.jobs SET state = state;
SELECT is((SELECT ROW(type, changed, old, new)::text FROM events), ROW('update', '{}'::text[], '{}'::jsonb, '{}'::jsonb)::text,
    'an update that changes nothing says so');
DELETE FROM app.changes;
DELETE FROM app.jobs;
SELECT is((SELECT ROW(type, key, scope, old->>'site', new)::text FROM events), ROW('delete', '{"id": 1}'::jsonb, '{b,NULL}'::text[], 'b', NULL)::text,
    'a delete keeps the scope that the row had');
DELETE FROM app.changes;
UPDATE app.jobs SET state = 'none';
DELETE FROM app.jobs;
INSERT INTO app.jobs SELECT 1 WHERE false;
SELECT is_empty('SELECT * FROM events', 'statements that change no row are no events');
TRUNCATE app.jobs;
SELECT is((SELECT ROW(type, "table", key, scope)::text FROM events), ROW('truncate', 'app.jobs', NULL::jsonb, NULL::text[])::text, 'a truncate is one event');
DELETE FROM app.changes;

INSERT INTO app.jobs SELECT i, 's' || i, 'open' FROM generate_series(1, 12000) i;
SELECT is((SELECT count(*) || ' ' || count(DISTINCT seq) FROM events), '12000 12000', 'a statement of many rows makes an event for each');
SELECT is((SELECT count(*) FROM events WHERE scope[2] = 's' || (key->>'id')), 12000::bigint, 'each with the scope of its own row');
DELETE FROM app.changes;
SET LOCAL work_mem = '64kB';
CREATE TABLE app.wide (id int PRIMARY KEY, note text);
SELECT quire.watch('app.wide', feed => 'app.changes', payload => 'diff');
INSERT INTO app.wide SELECT i, repeat('x', 400) FROM generate_series(1, 12000) i;
UPDATE app.wide SET note = repeat('y', 500);
SELECT is((SELECT ROW(count(*), count(DISTINCT key), sum(length(old->>'note')), sum(length(new->>'note')))::text FROM events WHERE type = 'update'),
    '(12000,12000,4800000,6000000)', 'rows that the server has to keep on disk meanwhile are told like any');
SET LOCAL work_mem = '4MB';
DELETE FROM app.changes;
SAVEPOINT s;
DELETE FROM app.jobs WHERE id = 1;
ROLLBACK TO s;
SELECT is_empty('SELECT * FROM events', 'what is rolled back is no event');

INSERT INTO app.jobs VALUES (1, 'z'), (20000, 'z') ON CONFLICT (id) DO UPDATE SET site = EXCLUDED.site;
SELECT set_eq('SELECT type, key->>''id'' FROM events', $$ VALUES ('update', '1'), ('create', '20000') $$, 'an upsert is told as what became of each row');
DELETE FROM app.changes;
MERGE INTO app.jobs j USING (VALUES (1), (2), (30000)) s (id) ON j.id = s.id
    WHEN MATCHED AND s.id = 1 THEN DELETE WHEN MATCHED THEN UPDATE SET state = 'merged' WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
SELECT set_eq('SELECT type, key->>''id'' FROM events', $$ VALUES ('delete', '1'), ('update', '2'), ('create', '30000') $$, 'so is a merge');
DELETE FROM app.changes;

-- The table changes after watch.
ALTER TABLE app.jobs ADD COLUMN added int DEFAULT 5;
ALTER TABLE app.jobs DROP COLUMN state;
ALTER TABLE app.jobs RENAME COLUMN id TO number;
UPDATE app.jobs SET added = 6 WHERE number = 2;
SELECT is((SELECT ROW(key, changed, new)::text FROM events), ROW('{"number": 2}'::jsonb, '{added}'::text[], '{"added": 6}'::jsonb)::text,
    'columns that are added, dropped or renamed later are told of as they are');
DELETE FROM app.changes;

SELECT is(quire.unwatch('app.jobs', feed => 'app.changes'), 4, 'unwatch drops the triggers');
UPDATE app.jobs SET added = 7 WHERE number = 2;
SELECT is_empty('SELECT * FROM events', 'and there are no events any more');

-- Columns that count.
SELECT quire.watch('app.jobs', feed => 'app.changes', columns => '{site}');
UPDATE app.jobs SET added = 8 WHERE number < 10;
SELECT is_empty('SELECT * FROM events', 'a change of other columns is no event');
UPDATE app.jobs SET added = 9, site = CASE number WHEN 3 THEN 'moved' ELSE site END WHERE number < 10;
SELECT is((SELECT ROW(key, changed, old, new)::text FROM events), ROW('{"number": 3}'::jsonb, '{site,added}'::text[], NULL::jsonb, NULL::jsonb)::text,
    'only rows in which a named column changed are events');
DELETE FROM app.changes;
ALTER TABLE app.jobs RENAME COLUMN site TO place;
UPDATE app.jobs SET added = 10 WHERE number = 3;
SELECT is((SELECT count(*) FROM events), 1::bigint, 'once a named column is gone, all count: none is lost');
SELECT quire.unwatch('app.jobs');
DELETE FROM app.changes;

-- Keys.
CREATE TABLE app.pairs (a int, b text, c int, PRIMARY KEY (b, a));
CREATE TABLE app.keyless (a int, b text);
SELECT quire.watch('app.pairs', feed => 'app.changes'), quire.watch('app.keyless', feed => 'app.changes', payload => 'row');
INSERT INTO app.pairs VALUES (1, 'x', 2);
INSERT INTO app.keyless VALUES (1, 'x');
SELECT results_eq('SELECT key, new FROM events', $$ VALUES ('{"a": 1, "b": "x"}'::jsonb, NULL::jsonb), (NULL, '{"a": 1, "b": "x"}') $$, 'keys of several columns, and none');
DELETE FROM app.changes;

UPDATE app.pairs SET a = 5;
SELECT is((SELECT ROW(key, changed, old)::text FROM events), ROW('{"a": 5, "b": "x"}'::jsonb, '{a}'::text[], '{"a": 1, "b": "x"}'::jsonb)::text,
    'a row that gets another key is told with its former one');
DELETE FROM app.changes;
CREATE FUNCTION app.places(place text) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY['app', place] $$;
CREATE FUNCTION public.places(place text) RETURNS text[] LANGUAGE sql AS $$ SELECT ARRAY['public', place] $$;
SELECT quire.watch('app.keyless', feed => 'app.changes', scope => 'places(new.b)');
INSERT INTO app.keyless VALUES (1, 'x');
SELECT is((SELECT scope FROM events), '{app,x}', 'names in a scope are those of the table''s schema, whoever writes');
SELECT quire.watch('app.keyless', feed => 'app.changes');
DELETE FROM app.changes;

-- Partitions and heirs.
CREATE TABLE app.parts (id int, at int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE app.parts_1 PARTITION OF app.parts FOR VALUES FROM (0) TO (10);
CREATE TABLE app.parts_2 (at int, id int, PRIMARY KEY (id, at));
ALTER TABLE app.parts ATTACH PARTITION app.parts_2 FOR VALUES FROM (10) TO (20);
SELECT quire.watch('app.parts', feed => 'app.changes', payload => 'diff');
INSERT INTO app.parts VALUES (1, 1), (2, 11);
INSERT INTO app.parts_2 VALUES (12, 3);
UPDATE app.parts SET at = at + 10 WHERE id = 1;
DELETE FROM app.parts_2 WHERE id = 2;
SELECT results_eq('SELECT type, "table", key, old, new FROM events', $$ VALUES
    ('create', 'app.parts', '{"id": 1, "at": 1}'::jsonb, NULL::jsonb, '{"id": 1, "at": 1}'::jsonb),
    ('create', 'app.parts', '{"id": 2, "at": 11}', NULL, '{"id": 2, "at": 11}'),
    ('create', 'app.parts', '{"id": 3, "at": 12}', NULL, '{"id": 3, "at": 12}'),
    ('update', 'app.parts', '{"id": 1, "at": 11}', '{"at": 1}', '{"at": 11}'),
    ('delete', 'app.parts', '{"id": 2, "at": 11}', '{"id": 2, "at": 11}', NULL) $$,
    'changes by way of a partition, or from one to another, are told once, of the whole table');
DELETE FROM app.changes;
SELECT is(quire.unwatch('app.parts'), 12, 'unwatch of the whole takes the partitions along');

CREATE TABLE app.parents (id int PRIMARY KEY, name text, twice int GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE app.heirs (extra text, PRIMARY KEY (id)) INHERITS (app.parents);
SELECT quire.watch('app.parents', feed => 'app.changes', payload => 'row');
INSERT INTO app.parents VALUES (1, 'a');
INSERT INTO app.heirs VALUES (2, 'b', DEFAULT, 'x');
UPDATE app.parents SET id = id + 10;
DELETE FROM ONLY app.heirs;
SELECT set_eq('SELECT type, "table", key, old, new FROM events', $$ VALUES
    ('create', 'app.parents', '{"id": 1}'::jsonb, NULL::jsonb, '{"id": 1, "name": "a", "twice": 2}'::jsonb),
    ('create', 'app.parents', '{"id": 2}', NULL, '{"id": 2, "name": "b", "twice": 4, "extra": "x"}'),
    ('update', 'app.parents', '{"id": 11}', '{"id": 1, "name": "a", "twice": 2}', '{"id": 11, "name": "a", "twice": 22}'),
    ('update', 'app.parents', '{"id": 12}', '{"id": 2, "name": "b", "twice": 4}', '{"id": 12, "name": "b", "twice": 24}'),
    ('delete', 'app.parents', '{"id": 12}', '{"id": 12, "name": "b", "twice": 24, "extra": "x"}', NULL) $$,
    'heirs are told of with the columns of the table that the statement names, and generated ones');
DELETE FROM app.changes;
SELECT quire.unwatch('app.parents');
CREATE FOREIGN DATA WRAPPER nothing;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nothing;
CREATE TABLE app.far (at int) PARTITION BY RANGE (at);
CREATE FOREIGN TABLE app.far_1 PARTITION OF app.far FOR VALUES FROM (20) TO (30) SERVER nowhere;
SELECT is(test.fault($$ SELECT quire.watch('app.far') $$, 'state message'), ARRAY['42809', 'app.far_1 is no table that can be watched'],
    'a table with a foreign partition is refused, for writing to it would fail');
CREATE VIEW app.seen AS TABLE app.far;
SELECT throws_ok($$ SELECT quire.watch('app.seen') $$, '42809', NULL, 'so is a view');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'app.far'::regclass), 0::bigint, 'and nothing is left behind');

-- Both at once; watching again replaces.
SELECT is(quire.watch('app.pairs'), 'pairs', 'the channel has the table''s name unless told');
SELECT quire.watch('app.pairs'), quire.watch('app.pairs', 'other');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid = 'app.pairs'::regclass), 12::bigint, 'watching again replaces');
SELECT is(quire.unwatch('app.pairs', 'other'), 4, 'one channel is unwatched');
SELECT is(quire.watch('app.pairs', repeat('c', 63)), repeat('c', 63), 'the name of a channel may be as long as any name');

-- Consumers.
SELECT is(quire.subscribe('app.changes', 'me'), '0', 'a consumer begins with the oldest event');
SELECT is(quire.subscribe('app.changes', 'me', '5'), '0', 'one that is known stays where it is');
SELECT is(quire.subscribe('app.changes', 'late', '5'), '5', 'or after a cursor');
SELECT ok(quire.unsubscribe('app.changes', 'late') AND NOT quire.unsubscribe('app.changes', 'late'), 'and may leave');
SELECT is_empty($$ SELECT * FROM quire.read_feed('app.changes') $$, 'what is not committed is not given out');
SELECT is((SELECT ROW(consumer, cursor, events)::text FROM quire.feed_lag('app.changes')), '(me,0,0)', 'feed_lag tells where each is');

-- Feeds in models, and in a schema that gets another name.
SELECT quire.add_model_step('watched', 1, 'one', $step$
    CREATE TABLE one (id int PRIMARY KEY);
    DO $$ BEGIN
        PERFORM quire.create_feed(current_schema || '.changes');
        PERFORM quire.watch('one', feed => current_schema || '.changes'), quire.watch('one', 'changes');
    END $$ $step$);
SELECT quire.create_model('watched', 'mine');
SELECT is_empty($$ SELECT * FROM quire.verify_model('mine') $$, 'a model with a feed is the same in every schema');
INSERT INTO mine.one VALUES (1);
ALTER SCHEMA mine RENAME TO yours;
INSERT INTO yours.one VALUES (2);
SELECT results_eq('SELECT "table", key FROM yours.changes ORDER BY seq', $$ VALUES ('mine.one', '{"id": 1}'::jsonb), ('yours.one', '{"id": 2}') $$,
    'a schema with its feed may be renamed');

CREATE TABLE app.motley (id int, a int, b int);
SELECT quire.watch('app.motley', feed => 'app.changes');
INSERT INTO app.motley SELECT n, 0, 0 FROM generate_series(1, 30000) n;
UPDATE app.motley SET a = id % 2, b = 1 - id % 2;
SELECT is((SELECT sum(used_bytes) > 1000000 FROM pg_backend_memory_contexts WHERE name IN ('TopTransactionContext', 'CurTransactionContext')), false,
    'rows of which now these columns change, now those, hold no memory');

-- Faults.
SELECT is(test.fault($$ SELECT quire.next_events('app.changes', 'nobody') $$, 'state hint'),
    ARRAY['42704', 'Subscribe first: SELECT quire.subscribe(''app.changes'', ''nobody'');'], 'who reads as a consumer has to be one');
SELECT throws_ok($$ SELECT quire.read_feed('app.changes', 'five') $$, '22023', NULL, 'a cursor is none that anybody makes up');
SELECT throws_ok($$ SELECT quire.read_feed('app.nothing') $$, '42704', NULL, 'a feed must be there');
SELECT throws_ok($$ SELECT quire.watch('app.pairs', payload => 'all') $$, '22023', NULL, 'so must a payload');
SELECT throws_ok($$ SELECT quire.watch('app.pairs', columns => '{nothing}') $$, '42703', NULL, 'and columns');
SELECT throws_ok($$ SELECT quire.watch('app.pairs', feed => 'app.changes', scope => 'new.nothing') $$, '42703', NULL, 'a scope is read when it is set');
CREATE TRIGGER wrong BEFORE INSERT ON app.keyless FOR EACH ROW EXECUTE FUNCTION quire.notify_change('c');
SELECT throws_ok($$ INSERT INTO app.keyless VALUES (1) $$, '39P01', NULL, 'the trigger must be attached as watch does it');

SELECT * FROM finish();
ROLLBACK;
