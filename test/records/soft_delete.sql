-- The trigger soft_delete, undelete and what belongs to them.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(97);

CREATE FUNCTION pg_temp.guard(tables text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..array_length(string_to_array(tables, ' '), 1) LOOP
        EXECUTE format('CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION quire.soft_delete()', split_part(tables, ' ', i));
    END LOOP;
END $$;
-- The live rows of a table, by id.
CREATE FUNCTION pg_temp.live(tab regclass) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE result int[];
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(id ORDER BY id), ''{}'') FROM %s WHERE deleted_at IS NULL', tab) INTO result;
    RETURN result;
END $$;

-- Sites have projects, projects have participants; devices are associated with projects.
CREATE TABLE sites (id int PRIMARY KEY, name text, deleted_at timestamptz);
CREATE TABLE projects (id int PRIMARY KEY, site int REFERENCES sites ON DELETE CASCADE, deleted_at timestamptz);
CREATE TABLE participants (id int PRIMARY KEY, project int NOT NULL REFERENCES projects ON DELETE CASCADE, code text, deleted_at timestamptz);
CREATE TABLE devices (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE device_projects (id int PRIMARY KEY, device int REFERENCES devices ON DELETE CASCADE, project int REFERENCES projects ON DELETE CASCADE, deleted_at timestamptz);
CREATE TABLE sessions (id int PRIMARY KEY, participant int REFERENCES participants ON DELETE RESTRICT, deleted_at timestamptz);
CREATE TABLE notes (id int PRIMARY KEY, participant int REFERENCES participants, site int REFERENCES sites ON DELETE SET NULL, deleted_at timestamptz);
SELECT pg_temp.guard('sites projects participants devices device_projects sessions notes');
INSERT INTO sites VALUES (1, 'one'), (2, 'two');
INSERT INTO projects VALUES (10, 1), (11, 1), (20, 2);
INSERT INTO participants SELECT i, (ARRAY[10, 10, 11, 20])[i], 'P' || i FROM generate_series(1, 4) i;
INSERT INTO devices VALUES (1), (2);
INSERT INTO device_projects VALUES (1, 1, 10), (2, 2, 10), (3, 1, 20);

-- One row, and along foreign keys.
SELECT is(quire.delete('participants', '{"id": 1}'), 1, 'one row goes');
SELECT is(pg_temp.live('participants'), '{2,3,4}', 'and is only stamped');
SELECT is(quire.delete('participants', '{"id": 1}'), 0, 'once');
SELECT is(quire.delete('sites', '{"id": 1}'), 7, 'a row goes with all that belongs to it');
SELECT is(pg_temp.live('sites'), '{2}', 'its own');
SELECT is(pg_temp.live('projects'), '{20}', 'the projects');
SELECT is(pg_temp.live('participants'), '{4}', 'their participants');
SELECT is(pg_temp.live('device_projects'), '{3}', 'the associations');
SELECT is(pg_temp.live('devices'), '{1,2}', 'not the devices');
SELECT is((SELECT count(DISTINCT deleted_at) FROM (SELECT deleted_at FROM sites UNION ALL SELECT deleted_at FROM projects UNION ALL SELECT deleted_at FROM participants WHERE id <> 1 UNION ALL SELECT deleted_at FROM device_projects) s), 1::bigint, 'with one stamp');
SELECT isnt((SELECT deleted_at FROM participants WHERE id = 1), (SELECT deleted_at FROM sites WHERE id = 1), 'another than that of an earlier statement');
SELECT cmp_ok((SELECT deleted_at FROM sites WHERE id = 1), '>', clock_timestamp() - interval '1 minute', 'which is the time');

-- Back again.
SELECT throws_ok($$ SELECT quire.undelete('participants', '{"id": 3}') $$, '23503', 'a row of table "participants" cannot be restored: it refers to a deleted row of table "projects"', 'not while the parent is deleted');
SELECT is(quire.undelete('sites', '{"id": 1}'), 7, 'the row comes back with all that went along');
SELECT is(pg_temp.live('projects'), '{10,11,20}', 'projects');
SELECT is(pg_temp.live('participants'), '{2,3,4}', 'participants, but the one that had gone before');
SELECT is(pg_temp.live('device_projects'), '{1,2,3}', 'associations');
SELECT is(quire.undelete('participants', '{"id": 1}'), 1, 'which comes back alone');
SELECT is(quire.undelete('participants', '{"id": 1}'), 0, 'a live row needs it not');
SELECT is(quire.undelete('participants', '{"id": 99}'), 0, 'nor one that there is not');
SELECT is(quire.undelete('participants', '1'), 0, 'a key of one column may be its value');

-- A part of a batch, and associations with two parents.
SELECT is(quire.delete('projects', '10'), 5, 'a project goes with two participants and two associations');
SELECT is(quire.delete('devices', '2'), 1, 'then a device');
SELECT throws_ok($$ SELECT quire.undelete('projects', '10') $$, '23503', 'a row of table "device_projects" cannot be restored: it refers to a deleted row of table "devices"', 'what would come back must not refer to what does not');
SELECT is(pg_temp.live('projects'), '{11,20}', 'then nothing comes back');
SELECT is(quire.undelete('devices', '2') + quire.undelete('projects', '10'), 6, 'in the right order all does');
DELETE FROM projects WHERE id IN (10, 20);
DELETE FROM devices;
SELECT is(pg_temp.live('device_projects'), '{}', 'a statement for several rows');
SELECT is(quire.undelete('devices', '1') + quire.undelete('devices', '2'), 2, 'brings back none of another');
SELECT is(quire.undelete('projects', '10'), 5, 'one of its rows comes back with what it took along');
SELECT is(quire.undelete('projects', '20'), 3, 'then the other');
WITH p AS (DELETE FROM projects WHERE id = 10) DELETE FROM devices WHERE id = 1;
SELECT is(pg_temp.live('device_projects'), '{}', 'rows of two tables in one statement, with associations between them');
SELECT is(quire.undelete('projects', '10'), 4, 'an association whose other side went in the same statement waits for it');
SELECT is(pg_temp.live('device_projects'), '{2}', 'deleted');
SELECT is(quire.undelete('devices', '1'), 3, 'and comes back with it');
SELECT is(pg_temp.live('device_projects'), '{1,2,3}', 'live');

-- Foreign keys that refuse.
INSERT INTO sessions VALUES (1, 1), (2, 2);
SELECT is(test.fault('DELETE FROM participants WHERE id = 1', 'state message hint'), ARRAY['23503', 'rows of table "sessions" still refer to a row of table "participants" that is to be deleted',
    'Delete those rows first, or declare the foreign key ON DELETE CASCADE.'], 'RESTRICT holds');
SELECT throws_ok('DELETE FROM sites WHERE id = 1', '23503', NULL, 'also from afar');
SELECT is(pg_temp.live('sites') || pg_temp.live('projects'), '{1,2,10,11,20}', 'and then nothing goes');
DELETE FROM sessions WHERE id = 1;
SELECT lives_ok('DELETE FROM participants WHERE id = 1', 'but not for what is deleted itself');
SELECT throws_ok($$ SELECT quire.undelete('sessions', '1') $$, '23503', NULL, 'which cannot come back alone');
SELECT is(quire.undelete('participants', '1') + quire.undelete('sessions', '1'), 2, 'but after its parent');
INSERT INTO notes VALUES (1, 4, 1);
SELECT throws_ok('DELETE FROM participants WHERE id = 4', '23503', NULL, 'NO ACTION holds');
SELECT lives_ok('WITH n AS (DELETE FROM notes) DELETE FROM participants WHERE id = 4', 'but not for what goes in the same statement');
SELECT is(quire.undelete('participants', '4') + quire.undelete('notes', '1'), 2, 'all back');
DELETE FROM sessions;
SELECT lives_ok('DELETE FROM sites WHERE id = 1', 'SET NULL lets go');
SELECT is((SELECT site FROM notes), 1, 'and leaves the reference, so that it can come back');
SELECT is(quire.undelete('sites', '1'), 8, 'with the site');

-- No live row refers to a deleted one.
DELETE FROM sites WHERE id = 1;
SELECT is(test.fault('INSERT INTO projects VALUES (12, 1)', 'state message hint column constraint'), ARRAY['23503', 'a row of table "projects" cannot refer to a deleted row of table "sites"', 'Restore that row first, with quire.undelete.', 'site', 'projects_site_fkey'], 'not a new one');
SELECT throws_ok('UPDATE projects SET site = 1 WHERE id = 20', '23503', NULL, 'not a changed one');
SELECT lives_ok('INSERT INTO projects VALUES (12, NULL)', 'one without parent may be');
SELECT throws_ok('INSERT INTO projects VALUES (13, 99)', '23503', 'insert or update on table "projects" violates foreign key constraint "projects_site_fkey"', 'a parent that there is not is the server''s affair');
SELECT lives_ok('INSERT INTO projects VALUES (13, 1, now())', 'a row that is deleted already may refer to another');
SELECT lives_ok('UPDATE projects SET site = site WHERE id = 10', 'and may be changed');
UPDATE notes SET site = 1 WHERE id = 1;
SELECT lives_ok('UPDATE notes SET id = 2 WHERE id = 1', 'a reference that stays as it is is not looked at');
-- The column.
SELECT is(test.fault('UPDATE sites SET deleted_at = now() WHERE id = 2', 'state message'), ARRAY['428C9', 'column "deleted_at" of table "sites" is not for clients to write'], 'no client deletes by the column');
SELECT throws_ok('UPDATE sites SET deleted_at = NULL', '428C9', NULL, 'none restores by it');
SELECT throws_ok('UPDATE sites SET deleted_at = now() WHERE id = 1', '428C9', NULL, 'none says another time');

-- For good.
SELECT throws_ok($$ SELECT quire.delete('participants', '{"id": 4}', hard => true) $$, '23503', NULL, 'what refers to a row keeps it from going for good');
DELETE FROM notes; SELECT is(quire.delete('notes', '2', hard => true), 1, 'a deleted row goes for good');
SELECT is((SELECT count(*) FROM notes), 0::bigint, 'there is none');
SELECT is(quire.delete('sites', '2', hard => true), 4, 'a row goes for good with what the server''s foreign keys take along');
SELECT is((SELECT count(*) FROM device_projects WHERE id = 3), 0::bigint, 'associations too');
SELECT is(quire.delete('sites', '2', true), 0, 'once');

-- Trees, in one statement.
CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree ON DELETE CASCADE, deleted_at timestamptz);
SELECT pg_temp.guard('tree');
INSERT INTO tree VALUES (1, NULL);
INSERT INTO tree SELECT i, i / 2 FROM generate_series(2, 1000) i;
DELETE FROM tree WHERE id IN (4, 2, 9, 8, 1000);
SELECT is((SELECT count(DISTINCT deleted_at) FROM tree), 1::bigint, 'a tree goes, whatever of it the statement names');
SELECT is((WITH RECURSIVE t AS (SELECT 2 AS id UNION ALL SELECT tree.id FROM tree JOIN t ON tree.up = t.id) SELECT count(*) FROM t), (SELECT count(*) FROM tree WHERE deleted_at IS NOT NULL AND id <> 1000), 'all of it');
SELECT is(quire.undelete('tree', '2')::bigint, (WITH RECURSIVE t AS (SELECT 2 AS id UNION ALL SELECT tree.id FROM tree JOIN t ON tree.up = t.id) SELECT count(*) FROM t), 'and comes back');
CREATE TABLE line (id int PRIMARY KEY, next int REFERENCES line, deleted_at timestamptz);
SELECT pg_temp.guard('line');
INSERT INTO line VALUES (1, NULL), (2, 1), (3, 2);
SELECT throws_ok('DELETE FROM line WHERE id = 1', '23503', NULL, 'NO ACTION holds in one table');
SELECT lives_ok('DELETE FROM line', 'and lets go what goes together');
-- A chain that is longer than any stack.
CREATE TABLE chain (LIKE tree INCLUDING ALL);
ALTER TABLE chain ADD FOREIGN KEY (up) REFERENCES chain ON DELETE CASCADE;
CREATE INDEX ON chain (up);
INSERT INTO chain SELECT i, nullif(i - 1, 0) FROM generate_series(1, 5000) i;
SELECT pg_temp.guard('chain');
SELECT is(quire.delete('chain', '1'), 5000, 'a chain goes');
SELECT is(quire.undelete('chain', '1'), 5000, 'and comes back');
-- A ring.
CREATE TABLE ring (id int PRIMARY KEY, next int, deleted_at timestamptz);
INSERT INTO ring VALUES (1, 2), (2, 3), (3, 1);
ALTER TABLE ring ADD FOREIGN KEY (next) REFERENCES ring ON DELETE CASCADE;
SELECT pg_temp.guard('ring');
SELECT is(quire.delete('ring', '2'), 3, 'a ring goes');
SELECT is(quire.undelete('ring', '2'), 3, 'and comes back');

-- Keys of several columns, types and names.
CREATE TABLE "a ""b""" ("x y" text, v varchar(9), d date, "gone at" timestamptz, PRIMARY KEY ("x y", v));
CREATE TABLE parts (id serial PRIMARY KEY, v varchar(9), "x y" text, "gone at" timestamptz, FOREIGN KEY ("x y", v) REFERENCES "a ""b""" ON DELETE CASCADE);
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON "a ""b""" FOR EACH ROW EXECUTE FUNCTION quire.soft_delete('gone at');
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON parts FOR EACH ROW EXECUTE FUNCTION quire.soft_delete('gone at');
INSERT INTO "a ""b""" VALUES ('1', '1'), ('1', '2');
INSERT INTO parts (v, "x y") VALUES ('1', '1'), ('1', '1'), ('2', '1');
SELECT is(quire.delete('"a ""b"""', '{"x y": "1", "v": "1"}'), 3, 'a key of two columns');
SELECT throws_ok($$ INSERT INTO parts (v, "x y") VALUES ('1', '1') $$, '23503', NULL, 'is checked by both');
SELECT is(quire.undelete('"a ""b"""', '{"x y": "1", "v": "1"}'), 3, 'and restored by both');

-- Partitions.
CREATE TABLE logs (id int, day date, deleted_at timestamptz, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logs_2 (junk int, day date NOT NULL, deleted_at timestamptz, id int NOT NULL);
ALTER TABLE logs_2 DROP junk;
ALTER TABLE logs ATTACH PARTITION logs_2 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE lines (id int, log int, day date, deleted_at timestamptz, FOREIGN KEY (log, day) REFERENCES logs ON DELETE CASCADE) PARTITION BY HASH (id);
CREATE TABLE lines_1 PARTITION OF lines FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE lines_2 PARTITION OF lines FOR VALUES WITH (MODULUS 2, REMAINDER 1);
SELECT pg_temp.guard('logs lines');
INSERT INTO logs SELECT i, date '2024-01-01' + i * 100 FROM generate_series(1, 6) i;
INSERT INTO lines SELECT i, i / 2 + 1, date '2024-01-01' + (i / 2 + 1) * 100 FROM generate_series(0, 11) i;
DELETE FROM logs WHERE id > 2;
SELECT is(pg_temp.live('logs'), '{1,2}', 'rows of partitions');
SELECT is(pg_temp.live('lines'), '{0,1,2,3}', 'with rows of partitions');
SELECT throws_ok('INSERT INTO lines VALUES (20, 5, date ''2024-01-01'' + 500)', '23503', NULL, 'which cannot refer to them');
SELECT is(quire.undelete('logs', '{"id": 5, "day": "2025-05-15"}'), 3, 'come back');

-- Tables without the trigger.
CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE things (id int PRIMARY KEY, owner int REFERENCES owners ON DELETE CASCADE, deleted_at timestamptz);
SELECT pg_temp.guard('things');
INSERT INTO owners VALUES (1), (2);
INSERT INTO things VALUES (1, 1), (2, 2), (3, 1);
DELETE FROM things WHERE id = 3;
DELETE FROM owners WHERE id = 1;
SELECT results_eq('SELECT id FROM things', '{2}'::int[], 'a parent that goes for good takes its rows along for good');
SELECT is(quire.delete('owners', '2'), 1, 'delete without the trigger deletes');
SELECT is((SELECT count(*) FROM things), 0::bigint, 'and leaves no reference behind');

-- Versions, and what other triggers do.
CREATE TABLE docs (id int PRIMARY KEY, body text, version_id bigint, deleted_at timestamptz);
SELECT pg_temp.guard('docs');
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON docs FOR EACH ROW EXECUTE FUNCTION quire.version_id();
INSERT INTO docs VALUES (1, 'x', 1000);
SELECT throws_ok($$ SELECT quire.expect_version(999), quire.delete('docs', '1') $$, '40001', NULL, 'a version may be expected');
SELECT lives_ok($$ SELECT quire.expect_version(1000), quire.delete('docs', '1') $$, 'the right one');
SELECT cmp_ok((SELECT version_id FROM docs), '>', 1000::bigint, 'and deletion is a new one');

-- Columns that keep times less exactly, some less than others.
CREATE TABLE fine (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE coarse (id int PRIMARY KEY, fine int REFERENCES fine ON DELETE CASCADE, deleted_at timestamptz(3));
CREATE TABLE coarser (id int PRIMARY KEY, coarse int REFERENCES coarse ON DELETE CASCADE, deleted_at timestamptz(2));
SELECT pg_temp.guard('fine coarse coarser');
INSERT INTO fine SELECT generate_series(1, 20);
INSERT INTO coarse SELECT i, (i + 1) / 2 FROM generate_series(1, 40) i;
INSERT INTO coarser SELECT i, i FROM generate_series(1, 40) i;
DO $$ BEGIN
    FOR i IN 1..20 LOOP
        DELETE FROM coarser WHERE id = 2 * i;
        DELETE FROM coarse WHERE id = 2 * i;
        DELETE FROM fine WHERE id = i;
    END LOOP;
END $$;
SELECT is((SELECT count(DISTINCT deleted_at) FROM coarser), 40::bigint, 'deletions in quick succession have times of their own');
SELECT is((SELECT count(*) FROM fine f JOIN coarse c ON c.fine = f.id AND c.deleted_at = f.deleted_at
    JOIN coarser r ON r.coarse = c.id AND r.deleted_at = f.deleted_at), 20::bigint, 'and what goes along has the very same');
SELECT ok((SELECT bool_and(deleted_at BETWEEN now() - interval '1 second' AND clock_timestamp()) FROM fine), 'which is past when the statement is done');
SELECT is((SELECT array_agg(DISTINCT quire.undelete('fine', to_jsonb(id))) FROM fine), '{3}', 'so that each comes back with what it took along');
SELECT is(pg_temp.live('coarser'), ARRAY(SELECT generate_series(1, 39, 2)), 'and nothing else');
CREATE TABLE unrelated (id int PRIMARY KEY, deleted_at timestamptz(0));
SELECT pg_temp.guard('unrelated');
INSERT INTO unrelated VALUES (1);
CREATE FUNCTION pg_temp.delete_unrelated() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM unrelated; RETURN NULL; END $$;
CREATE TRIGGER along AFTER UPDATE ON fine FOR EACH ROW EXECUTE FUNCTION pg_temp.delete_unrelated();
SELECT is(test.fault('DELETE FROM fine WHERE id = 1', 'state message'), ARRAY['42804', 'rows of table "unrelated" cannot be deleted in the course of this deletion'],
    'what a trigger deletes besides must keep the time as well');

-- Attached as it must not be.
CREATE TABLE wrong (id int PRIMARY KEY, deleted_at timestamp);
SELECT pg_temp.guard('wrong');
SELECT throws_ok('INSERT INTO wrong VALUES (1)', '42804', 'column "deleted_at" of table "wrong" cannot say when a row was deleted', 'a column that knows no time zone');
CREATE TABLE late (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TRIGGER soft AFTER DELETE ON late FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
INSERT INTO late VALUES (1);
SELECT throws_ok('DELETE FROM late', '39P01', NULL, 'attached too late');
DROP TRIGGER soft ON late;
CREATE TRIGGER soft BEFORE DELETE ON late FOR EACH ROW EXECUTE FUNCTION quire.soft_delete('gone');
SELECT throws_ok('DELETE FROM late', '42703', 'table "late" has no column "gone"', 'to a column that there is not');
DROP TRIGGER soft ON late;
CREATE TRIGGER soft BEFORE DELETE ON late FOR EACH ROW EXECUTE FUNCTION quire.soft_delete('deleted_at');
SELECT is(quire.delete('late', '1') + quire.undelete('late', '1'), 2, 'attached for DELETE alone, it deletes and restores');
-- Every way to delete.
INSERT INTO late SELECT i FROM generate_series(2, 9) i;
CREATE FUNCTION pg_temp.delete_2() RETURNS void LANGUAGE sql AS 'DELETE FROM late WHERE id = 2';
SELECT pg_temp.delete_2();
PREPARE gone AS DELETE FROM late WHERE id = $1;
EXECUTE gone(3);
MERGE INTO late USING (VALUES (4)) AS v(i) ON id = i WHEN MATCHED THEN DELETE;
DECLARE places CURSOR FOR SELECT id FROM late WHERE id = 5 FOR UPDATE;
MOVE places;
DELETE FROM late WHERE CURRENT OF places;
DO $$ BEGIN
    BEGIN DELETE FROM late WHERE id = 6; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END;
    DELETE FROM late WHERE id = 7;
END $$;
WITH gone AS (DELETE FROM late WHERE id = 8 RETURNING id) SELECT count(*) FROM gone \g /dev/null
SAVEPOINT before;
DELETE FROM late;
ROLLBACK TO before;
SELECT is(pg_temp.live('late'), '{1,6,9}', 'whatever deletes');
SELECT throws_ok($$ SELECT quire.undelete('owners', '1') $$, '42704', 'table "owners" has no trigger soft_delete', 'undelete of what was not deleted softly');

SELECT * FROM finish();
ROLLBACK;
