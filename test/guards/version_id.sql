-- The trigger version_id and expect_version, in one session; races are in test/isolation.
BEGIN;
SET LOCAL client_min_messages = error;
SELECT plan(49);

CREATE TABLE docs (id int PRIMARY KEY, body text, version_id bigint);
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON docs FOR EACH ROW EXECUTE FUNCTION quire.version_id();

CREATE FUNCTION pg_temp.version(wanted int DEFAULT 1) RETURNS bigint LANGUAGE sql AS 'SELECT version_id FROM docs WHERE id = wanted';
CREATE FUNCTION pg_temp.now_ms() RETURNS bigint LANGUAGE sql AS 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

INSERT INTO docs VALUES (1, 'a');
SELECT ok(pg_temp.version() BETWEEN pg_temp.now_ms() - 5000 AND pg_temp.now_ms(), 'a new row gets the time in milliseconds');
INSERT INTO docs VALUES (2, 'a', 0), (3, 'a', 12345), (4, 'a', pg_temp.now_ms() + 100000);
SELECT ok(pg_temp.version(2) > 0, 'zero is no version');
SELECT is(pg_temp.version(3), 12345::bigint, 'a client''s own version is kept, for it remembers what it sent');

-- Writers that send nothing.
CREATE TEMP TABLE seen AS SELECT id, version_id FROM docs;
UPDATE docs SET body = 'b';
SELECT is((SELECT count(*) FROM docs d JOIN seen s USING (id) WHERE d.version_id > s.version_id), 4::bigint, 'a bulk update stamps every row');
DO $$
DECLARE last bigint := 0; next bigint;
BEGIN
    FOR i IN 1..10000 LOOP
        UPDATE docs SET body = i::text WHERE id = 1 RETURNING version_id INTO next;
        IF next <= last THEN RAISE EXCEPTION 'version % after %', next, last; END IF;
        last := next;
    END LOOP;
END $$;
SELECT pass('10,000 updates of one row in one transaction: always upwards');
SELECT is((SELECT count(*) FROM docs WHERE id = 1 AND version_id >= pg_temp.now_ms() - 60000), 1::bigint, 'and still a time');

-- First way: the version read stands in WHERE, the next in SET, as SQLAlchemy does it.
CREATE TEMP TABLE client AS SELECT version_id AS held, version_id + 1000000 AS next FROM docs WHERE id = 1;
UPDATE docs SET body = 'orm', version_id = next FROM client WHERE docs.version_id = held AND id = 1;
SELECT is(pg_temp.version(), (SELECT next FROM client), 'the version that the client made is kept');
WITH u AS (UPDATE docs SET body = 'orm 2', version_id = next + 5 FROM client WHERE docs.version_id = next AND id = 1 RETURNING 1)
SELECT is(count(*), 1::bigint, 'so its next update is not falsely stale') FROM u;
WITH u AS (UPDATE docs SET body = 'stale', version_id = next + 9 FROM client WHERE docs.version_id = next AND id = 1 RETURNING 1)
SELECT is(count(*), 0::bigint, 'and a stale one changes nothing') FROM u;

-- Second way: the version read is sent as a column.
SELECT is(test.fault('UPDATE docs SET body = ''old'', version_id = 12345 WHERE id = 1', 'state message detail table column'),
    ARRAY['40001', 'the row was changed since it was read, in table "docs"',
          format('Column "version_id" is %s, the writer had seen 12345.', pg_temp.version()), 'docs', 'version_id'],
    'a writer that had read an older row is refused');
UPDATE client SET held = pg_temp.version();
UPDATE docs SET body = 'new', version_id = held FROM client WHERE id = 1;
SELECT ok(pg_temp.version() > held, 'one that had read this row writes, and the version goes on') FROM client;
UPDATE docs SET version_id = NULL WHERE id = 1;
SELECT ok(pg_temp.version() > held + 1, 'NULL is nothing sent') FROM client;

-- Third way: expect_version.
SELECT lives_ok('SELECT quire.expect_version(pg_temp.version()); UPDATE docs SET body = ''expected'' WHERE id = 1', 'an expectation that holds');
SELECT lives_ok('UPDATE docs SET body = ''free'' WHERE id = 1', 'is for one statement only');
SELECT throws_ok('SELECT quire.expect_version(1); UPDATE docs SET body = ''x'' WHERE id = 1', '40001', NULL, 'one that does not is refused');
SELECT throws_ok('SELECT quire.expect_version(1); DELETE FROM docs WHERE id = 1', '40001', NULL, 'a DELETE honours it too');
SELECT throws_ok('SELECT quire.expect_version(pg_temp.version()); UPDATE docs SET body = ''x''', '40001', NULL, 'it holds for all rows of the statement');
SELECT lives_ok('SELECT quire.expect_version(1); INSERT INTO docs VALUES (9, ''i''); SELECT quire.expect_version(NULL); UPDATE docs SET body = ''x'' WHERE id = 9',
    'an INSERT expects nothing; NULL takes the expectation back');
SELECT lives_ok('SELECT quire.expect_version(pg_temp.version(9)); DELETE FROM docs WHERE id = 9', 'a DELETE of the version expected');
SELECT quire.expect_version(1);
SAVEPOINT s;
SELECT throws_ok('UPDATE docs SET body = ''x'' WHERE id = 1', '40001', NULL, 'an expectation outlives the savepoint it failed in');
ROLLBACK TO s;
SELECT throws_ok('UPDATE docs SET body = ''x'' WHERE id = 1', '40001', NULL, 'and waits for the retry');
SELECT quire.expect_version(NULL);
SAVEPOINT s;
SELECT quire.expect_version(1);
ROLLBACK TO s;
SELECT lives_ok('UPDATE docs SET body = ''x'' WHERE id = 1', 'one set in a savepoint goes with it');

SELECT quire.expect_version(1);
SAVEPOINT s;
SELECT quire.expect_version(NULL);
ROLLBACK TO s;
SELECT throws_ok('UPDATE docs SET body = ''x'' WHERE id = 1', '40001', NULL, 'one taken back in a savepoint is there again');
SELECT quire.expect_version(NULL);

-- Cascades belong to other tables, whose rows have other versions.
CREATE TABLE parents (id int PRIMARY KEY, version_id bigint);
CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents ON UPDATE CASCADE, version_id bigint);
CREATE TRIGGER v BEFORE INSERT OR UPDATE OR DELETE ON parents FOR EACH ROW EXECUTE FUNCTION quire.version_id();
CREATE TRIGGER v BEFORE INSERT OR UPDATE OR DELETE ON children FOR EACH ROW EXECUTE FUNCTION quire.version_id();
INSERT INTO parents VALUES (1, 100);
INSERT INTO children VALUES (1, 1, 200);
SELECT lives_ok('SELECT quire.expect_version(100); UPDATE parents SET id = 2', 'an expectation is not asked of cascaded rows');
SELECT ok((SELECT version_id FROM children) > 200, 'which get their own next version');

-- Upserts.
CREATE FUNCTION pg_temp.upsert(sql text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE before bigint := pg_temp.version();
BEGIN
    EXECUTE sql;
    RETURN pg_temp.version() > before;
END $$;
SELECT ok(pg_temp.upsert('INSERT INTO docs VALUES (1, ''u'') ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body'), 'an upsert counts on');
SELECT ok(pg_temp.version() > pg_temp.now_ms(), '(this row''s version is ahead of the clock)');
SELECT ok(pg_temp.upsert('INSERT INTO docs VALUES (1, ''u'') ON CONFLICT (id) DO UPDATE SET body = EXCLUDED.body, version_id = EXCLUDED.version_id'),
    'also when it hands on a version that no client sent');
SELECT throws_ok('INSERT INTO docs VALUES (1, ''u'', 5) ON CONFLICT (id) DO UPDATE SET version_id = EXCLUDED.version_id', '40001', NULL,
    'one that a client did send is judged');
SELECT ok(pg_temp.upsert('MERGE INTO docs USING (VALUES (1)) n(id) ON docs.id = n.id WHEN MATCHED THEN UPDATE SET body = ''m'''), 'MERGE counts on as well');

-- Modes.
CREATE TABLE logged (id int, v bigint);
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON logged FOR EACH ROW EXECUTE FUNCTION quire.version_id('v', 'log');
INSERT INTO logged VALUES (1, 1000);
SELECT lives_ok('UPDATE logged SET v = 5', 'mode log refuses nothing');
SELECT ok((SELECT v FROM logged) > 1000, 'and still counts upwards');
SELECT lives_ok('SELECT quire.expect_version(1); DELETE FROM logged', 'nor does it refuse a DELETE');
CREATE TABLE free (id int, v bigint);
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON free FOR EACH ROW EXECUTE FUNCTION quire.version_id('v', 'off', '', '');
INSERT INTO free VALUES (1, NULL), (2, 7);
SELECT lives_ok('SELECT quire.expect_version(1); UPDATE free SET v = v - 1', 'mode off checks nothing');
SELECT results_eq('SELECT v FROM free ORDER BY id', 'VALUES (NULL::bigint), (6)', 'and stamps nothing');

-- With stamps, in the same pass.
CREATE TABLE stamped (id int, v bigint, made timestamptz(3), changed timestamptz(3));
CREATE TRIGGER version BEFORE INSERT OR UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION quire.version_id('v', 'enforce', 'made', 'changed');
INSERT INTO stamped VALUES (1, NULL, '1999-01-01', '1999-01-01');
SELECT ok((SELECT made = changed AND made > '2020-01-01' AND extract(epoch FROM made) * 1000 = v FROM stamped), 'version and stamps are one moment');
SELECT pg_sleep(0.003);
UPDATE stamped SET made = '1999-01-01', changed = '1999-01-01';
SELECT ok((SELECT changed > made AND made > '2020-01-01' AND extract(epoch FROM changed) * 1000 = v FROM stamped), 'an update keeps the first stamp');
CREATE TABLE half (id int, v bigint, changed timestamptz);
CREATE TRIGGER version BEFORE INSERT OR UPDATE ON half FOR EACH ROW EXECUTE FUNCTION quire.version_id('v', 'enforce', '', 'changed');
INSERT INTO half VALUES (1);
SELECT ok((SELECT changed IS NOT NULL FROM half), 'either stamp may be left out');

-- Rows without a version, and the last one.
ALTER TABLE docs DISABLE TRIGGER version;
INSERT INTO docs VALUES (20, 'legacy', NULL), (21, 'max', 9223372036854775807);
ALTER TABLE docs ENABLE TRIGGER version;
UPDATE docs SET body = 'x' WHERE id = 20;
SELECT ok(pg_temp.version(20) > 0, 'a row without a version gets one');
SELECT throws_ok('UPDATE docs SET body = ''x'' WHERE id = 21', '22003', NULL, 'the greatest bigint has no successor');

-- Partitions.
CREATE TABLE parts (id int, v bigint, made timestamptz) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON parts FOR EACH ROW EXECUTE FUNCTION quire.version_id('v');
INSERT INTO parts VALUES (1, 1000);
SELECT lives_ok('SELECT quire.expect_version(1000); UPDATE parts SET id = 2', 'a row moves to another partition');
SELECT ok((SELECT v > 1000 FROM parts_2), 'and its version goes on');

-- Wrong use.
CREATE TABLE wrong (id int, v text, w bigint, t timestamp);
CREATE FUNCTION pg_temp.attach(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE fields text[];
BEGIN
    EXECUTE format('CREATE TRIGGER t BEFORE INSERT ON wrong FOR EACH ROW EXECUTE FUNCTION quire.version_id(%s)', arguments);
    fields := test.fault('INSERT INTO wrong VALUES (1)');
    DROP TRIGGER t ON wrong;
    RETURN fields[1] || ' ' || fields[2];
END $$;
SELECT is(pg_temp.attach(arguments), expected, format('version_id(%s) is refused', arguments)) FROM (VALUES
    ('', '42703 table "wrong" has no column "version_id"'),
    ('''v''', '42804 column "v" of table "wrong" cannot hold a version'),
    ('''w'', ''strict''', '22023 the mode of trigger "t" is none that version_id has'),
    ('''w'', ''enforce'', ''t''', '42804 column "t" of table "wrong" cannot hold a time stamp'),
    ('''w'', ''enforce'', '''', ''none''', '42703 table "wrong" has no column "none"'),
    ('1, 2, 3, 4, 5', '39P01 trigger function quire.version_id is not attached as it must be')
) AS cases(arguments, expected);
CREATE TRIGGER t AFTER UPDATE ON wrong FOR EACH ROW EXECUTE FUNCTION quire.version_id('w');
INSERT INTO wrong VALUES (1);
SELECT throws_ok('UPDATE wrong SET id = 2', '39P01', NULL, 'it must fire before');

SELECT * FROM finish();
ROLLBACK;
