-- Whose rights a feed is found, written and seen with.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(16);
CREATE ROLE feed_writer;
CREATE ROLE feed_intruder;
CREATE ROLE feed_table_owner;
CREATE ROLE feed_keeper;
GRANT USAGE ON SCHEMA quire TO feed_intruder, feed_keeper, feed_table_owner;

-- A writer.
CREATE SCHEMA unseen;
SELECT quire.create_feed('unseen.changes');
CREATE TABLE jobs (id int PRIMARY KEY);
GRANT INSERT ON jobs TO feed_writer;
SELECT quire.watch('jobs', feed => 'unseen.changes');
SET LOCAL ROLE feed_writer;
SELECT lives_ok('INSERT INTO jobs VALUES (1)', 'who writes needs no rights on the feed, nor on its schema');
RESET ROLE;
SELECT is((SELECT key FROM unseen.changes), '{"id": 1}', 'and is heard of');

-- Feeds of other roles than the table's owner.
CREATE SCHEMA kept AUTHORIZATION feed_keeper;
GRANT USAGE ON SCHEMA kept TO PUBLIC;
CREATE TABLE loot (who text);
GRANT INSERT ON loot TO PUBLIC;
CREATE FUNCTION kept.spy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO loot VALUES (current_user); RETURN NEW; END $$;
SET LOCAL ROLE feed_keeper;
SELECT quire.create_feed('kept.changes');
CREATE TRIGGER spy BEFORE INSERT ON kept.changes FOR EACH ROW EXECUTE FUNCTION kept.spy();
RESET ROLE;
ALTER TABLE jobs OWNER TO feed_table_owner;
SET LOCAL ROLE feed_table_owner;
SELECT lives_ok($$SELECT quire.unwatch('jobs'), quire.watch('jobs', feed => 'kept.changes')$$, 'a table may be watched for another role''s feed');
SELECT throws_ok('INSERT INTO jobs VALUES (2)', '42501', 'permission denied for table changes', 'but not without the right to add to it');
RESET ROLE;
GRANT INSERT ON kept.changes TO feed_table_owner;
SET LOCAL ROLE feed_writer;
SELECT lives_ok('INSERT INTO jobs VALUES (2)', 'which is the one that the owner of the table needs');
RESET ROLE;
SELECT is((SELECT array_agg(who) FROM loot), '{feed_keeper}', 'the triggers of a feed run with the rights of its own owner');
SELECT is((SELECT count(*) FROM kept.changes), 1::bigint, 'and the event is there');
GRANT TRIGGER, INSERT ON jobs TO feed_intruder;
TRUNCATE loot;
SET LOCAL ROLE feed_intruder;
CREATE TRIGGER mine AFTER INSERT ON jobs REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION quire.notify_change('', '{"feed": "kept.changes"}');
SELECT lives_ok('INSERT INTO jobs VALUES (3)', 'who may make triggers can have a feed of theirs written');
RESET ROLE;
SELECT ok('feed_table_owner' <> ALL (array_agg(who)), 'and does not come by the rights of the table''s owner') FROM loot;

-- Names by the search_path, with a dot in them.
CREATE SCHEMA here;
CREATE SCHEMA there;
SELECT quire.create_feed('here."a.b"'), quire.create_feed('there."a.b"');
SET LOCAL search_path = here, public;
SELECT quire.subscribe('"a.b"', 'one');
SET LOCAL search_path = there, public;
SELECT quire.subscribe('"a.b"', 'two');
SELECT is((SELECT array_agg(consumer) FROM here."a.b_consumers"), '{one}', 'a dot in quotes does not make a schema');
SELECT is((SELECT array_agg(consumer) FROM there."a.b_consumers"), '{two}', 'the search_path says which feed is meant');

-- Operators of the caller's.
CREATE SCHEMA evil;
DO $$
DECLARE pair text; name text;
BEGIN
    FOREACH pair IN ARRAY '{"int8, int8","text, text","name, name","int4, int4","xid, xid","xid8, xid8","timestamptz, timestamptz","timestamptz, interval","interval, float8"}'::text[] LOOP
        EXECUTE format('CREATE FUNCTION evil.refuse(%s) RETURNS bool LANGUAGE plpgsql AS $f$ BEGIN RAISE ''not mine''; END $f$', pair);
        FOREACH name IN ARRAY '{=,<,<=,>,>=,-,/}'::text[] LOOP
            EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.refuse)', name, split_part(pair, ', ', 1), split_part(pair, ', ', 2));
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION evil.run(sql text) RETURNS text LANGUAGE plpgsql SET search_path = evil, pg_catalog, public AS $$
BEGIN EXECUTE sql; RETURN 'runs'; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END $$;
SELECT is(evil.run('SELECT 1::int8 < 2::int8'), 'not mine', 'who calls may have operators of their own');
SELECT is(evil.run($$ SELECT quire.create_feed('public.sound'), quire.watch('public.jobs', feed => 'public.sound') $$), 'runs', 'which make no feed');
SELECT is(evil.run($$ SELECT quire.read_feed('public.sound'), quire.feed_lag('public.sound') $$), 'runs', 'nor read one');
SELECT is(evil.run($$ SELECT quire.subscribe('public.sound', 'one'), quire.next_events('public.sound', 'one'), quire.ack('public.sound', 'one', '0'),
    quire.unsubscribe('public.sound', 'one') $$), 'runs', 'nor serve consumers');
SELECT is(evil.run($$ SELECT quire.trim_feed('public.sound', '1 day', true) $$), 'runs', 'nor trim it');
SELECT * FROM finish();
ROLLBACK;
