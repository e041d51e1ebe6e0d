-- Feeds under a policy: an actor reads the events of objects that it may see, as it was when they happened.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(7);
CREATE ROLE feed_reader;
CREATE SCHEMA site;
CREATE TABLE site.held (actor text, role text, object text);
INSERT INTO site.held VALUES ('ann', 'reader', '1'), ('bo', 'reader', '*');
SELECT quire.create_policy('site.access', 'TABLE site.held', $$VALUES ('reader', 'read')$$);
CREATE TABLE site.visits (id int PRIMARY KEY, project int);
SELECT quire.create_feed('site.changes', 'site.access', 'read');
SELECT quire.watch('site.visits', feed => 'site.changes', scope => 'ARRAY[old.project, new.project]::text[]');
GRANT USAGE ON SCHEMA site, quire TO feed_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA site TO feed_reader;

INSERT INTO site.visits VALUES (1, 1), (2, 2);
UPDATE site.visits SET project = 1 WHERE id = 2;
DELETE FROM site.visits WHERE id = 1;
CREATE FUNCTION pg_temp.sees(who text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE seen text;
BEGIN
    PERFORM quire.become(who);
    SET LOCAL ROLE feed_reader;
    EXECUTE 'SELECT string_agg(type || '' '' || (key ->> ''id''), '', '' ORDER BY seq) FROM site.changes' INTO seen;
    RESET ROLE;
    RETURN seen;
END $$;
SELECT is(pg_temp.sees('ann'), 'create 1, update 2, delete 1', 'what was of a permitted object before or after, deletes too');
SELECT is(pg_temp.sees('bo'), 'create 1, create 2, update 2, delete 1', 'everything, where everything is permitted');
SELECT is(pg_temp.sees('cy'), NULL, 'nothing without a grant');
DELETE FROM site.held WHERE actor = 'ann';
SELECT is(pg_temp.sees('ann'), NULL, 'nor after it is taken back');
SET LOCAL ROLE feed_reader;
SELECT throws_ok('INSERT INTO site.changes (type) VALUES (''create'')', '42501', NULL, 'nobody who reads can write');
RESET ROLE;
SELECT is((SELECT DISTINCT actor FROM site.changes), NULL, 'events without an actor say so');
SELECT quire.become('bo');
INSERT INTO site.visits VALUES (3, 3);
SELECT is((SELECT actor FROM site.changes WHERE key = '{"id": 3}'), 'bo', 'others name it');
SELECT * FROM finish();
ROLLBACK;
