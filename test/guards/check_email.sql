-- The trigger check_email, in one session; races are in test/isolation.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(34);

CREATE SCHEMA app;
CREATE TABLE app.users (id int PRIMARY KEY, email text, deleted_at timestamptz);
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON app.users
    FOR EACH ROW EXECUTE FUNCTION quire.check_email('email', 'r.deleted_at IS NULL');

SELECT lives_ok($$ INSERT INTO app.users VALUES (1, 'Jo@example.org') $$, 'an address is taken');
SELECT throws_ok($$ INSERT INTO app.users VALUES (2, 'jo@EXAMPLE.org') $$, '23505', 'the e-mail address is already in use',
    'another spelling of it is refused');
SELECT throws_ok($$ INSERT INTO app.users VALUES (2, 'b@x.org'), (3, 'B@X.org') $$, '23505', NULL,
    'so are two spellings in one statement');
SELECT throws_ok($$ INSERT INTO app.users VALUES (2, 'nonsense') $$, '23514',
    'column "email" of table "users" must hold an e-mail address', 'so is what is no address');
SELECT lives_ok($$ INSERT INTO app.users VALUES (2, NULL), (3, NULL) $$, 'NULL is no address and never a duplicate');
SELECT lives_ok($$ UPDATE app.users SET email = 'JO@Example.ORG' WHERE id = 1 $$, 'the case of one''s own address can change');
SELECT lives_ok($$ UPDATE app.users SET id = 10 WHERE id = 1 $$, 'so can anything else');
SELECT throws_ok($$ UPDATE app.users SET email = 'jo@example.org' WHERE id = 2 $$, '23505', NULL, 'an update cannot take it either');
SELECT lives_ok($$ UPDATE app.users SET deleted_at = now() WHERE id = 10 $$, 'its owner is deleted');
SELECT lives_ok($$ UPDATE app.users SET email = 'jo@example.org' WHERE id = 2 $$, 'now the address is free');
SELECT throws_ok($$ UPDATE app.users SET deleted_at = NULL WHERE id = 10 $$, '23505', NULL, 'and not to be had back by undeleting');
SELECT lives_ok($$ INSERT INTO app.users VALUES (11, 'jo@example.org', now()) $$, 'a row that is not live may hold it');
SELECT throws_ok($$ INSERT INTO app.users VALUES (12, 'bad', now()) $$, '23514', NULL, 'though it must be an address even there');
SELECT throws_ok($$ INSERT INTO app.users VALUES (13, 'jo@example.org') ON CONFLICT DO NOTHING $$, '23505', NULL,
    'ON CONFLICT has no index to look at');

SELECT is(test.fault($$ INSERT INTO app.users VALUES (20, 'jo@example.org') $$, 'schema table column constraint'),
    ARRAY['app', 'users', 'email', 'guard'], 'the error names schema, table, column and trigger');
SELECT unalike(test.fault($$ INSERT INTO app.users VALUES (20, 'jo@example.org') $$, 'message detail hint')::text, '%jo@%', 'and no address');

-- Live by another table, as users whose actor is deleted; names are looked up in the table's own schema.
CREATE TABLE app.actors (id int PRIMARY KEY, "deletedAt" timestamptz);
CREATE TABLE app.accounts ("actorId" int PRIMARY KEY, email quire.email);
CREATE INDEX accounts_email ON app.accounts (email);
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON app.accounts FOR EACH ROW EXECUTE FUNCTION quire.check_email('email',
    'EXISTS (SELECT FROM actors a WHERE a.id = r."actorId" AND a."deletedAt" IS NULL)');
INSERT INTO app.actors VALUES (1), (2), (3);
INSERT INTO app.accounts VALUES (1, 'a@x.org');
SELECT throws_ok($$ INSERT INTO app.accounts VALUES (2, 'A@x.org') $$, '23505', NULL, 'a live condition may look at other tables');
UPDATE app.actors SET "deletedAt" = now() WHERE id = 1;
SELECT lives_ok($$ INSERT INTO app.accounts VALUES (2, 'A@x.org') $$, 'and sees what they hold now');

-- Whoever writes need not be able to read.
CREATE ROLE quire_test_writer;
GRANT USAGE ON SCHEMA app TO quire_test_writer;
GRANT INSERT ON app.accounts TO quire_test_writer;
ALTER TABLE app.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY write ON app.accounts FOR INSERT WITH CHECK (true);
SET LOCAL ROLE quire_test_writer;
SELECT throws_ok($$ INSERT INTO app.accounts VALUES (3, 'a@X.org') $$, '23505', NULL, 'row security hides no duplicate');
SELECT is(current_user, 'quire_test_writer', 'and the role is what it was');
RESET ROLE;

-- Objects with tempting names in front of the real ones change nothing.
CREATE TEMP TABLE actors (id int, "deletedAt" timestamptz);
SELECT throws_ok($$ INSERT INTO app.accounts VALUES (3, 'a@x.org') $$, '23505', NULL, 'a temporary table hides nothing');

-- A partitioned table is one table.
CREATE TABLE app.parts (id int, email text) PARTITION BY RANGE (id);
CREATE TABLE app.low PARTITION OF app.parts FOR VALUES FROM (0) TO (100);
CREATE TABLE app.high PARTITION OF app.parts FOR VALUES FROM (100) TO (200);
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON app.parts FOR EACH ROW EXECUTE FUNCTION quire.check_email('email');
INSERT INTO app.parts VALUES (1, 'p@x.org');
SELECT throws_ok($$ INSERT INTO app.parts VALUES (101, 'P@x.org') $$, '23505', NULL, 'addresses are unique over partitions');
SELECT lives_ok('UPDATE app.parts SET id = 102', 'a row may move to another partition');
SELECT lives_ok($$ INSERT INTO app.parts VALUES (1, 'other@x.org') $$, 'others are welcome');

-- Many in one transaction, more than the locks that one may hold.
INSERT INTO app.users SELECT 1000 + i, 'u' || i || '@x.org' FROM generate_series(1, 1000) i;
SELECT cmp_ok((SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), '<', 300::bigint,
    'a bulk load takes few locks');
SELECT throws_ok($$ INSERT INTO app.users VALUES (1, 'U500@x.org') $$, '23505', NULL, 'and is checked to the last row');

-- The check uses an index where there is one.
CREATE TABLE app.many (id int, email text);
INSERT INTO app.many SELECT i, 'u' || i || '@x.org' FROM generate_series(1, 20000) i;
CREATE INDEX many_email ON app.many (lower(email COLLATE "C"));
ANALYZE app.many;
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON app.many FOR EACH ROW EXECUTE FUNCTION quire.check_email('email');
SELECT lives_ok($$ INSERT INTO app.many VALUES (0, 'new@x.org') $$, 'a row goes into a large table');
SELECT ok(pg_stat_get_xact_numscans('app.many_email'::regclass) > 0 AND pg_stat_get_xact_tuples_returned('app.many'::regclass) < 20001,
    'the documented index was used, the table not read');

-- Tables can be renamed, and others take their names.
ALTER TABLE app.many RENAME TO lots;
CREATE TABLE app.many (id int, email text);
SELECT throws_ok($$ INSERT INTO app.lots VALUES (0, 'NEW@x.org') $$, '23505', NULL, 'the check follows its table to another name');

-- Wrong use.
CREATE TABLE app.wrong (n int, t text);
CREATE TRIGGER a BEFORE INSERT ON app.wrong FOR EACH ROW EXECUTE FUNCTION quire.check_email('mail');
SELECT throws_ok('INSERT INTO app.wrong VALUES (1)', '42703', 'table "wrong" has no column "mail"', 'a missing column is named');
DROP TRIGGER a ON app.wrong;
CREATE TRIGGER a BEFORE INSERT ON app.wrong FOR EACH ROW EXECUTE FUNCTION quire.check_email('n');
SELECT throws_ok('INSERT INTO app.wrong VALUES (1)', '42804', NULL, 'a column that holds no text is refused');
DROP TRIGGER a ON app.wrong;
CREATE TRIGGER a BEFORE INSERT ON app.wrong FOR EACH ROW EXECUTE FUNCTION quire.check_email('t', 'r.nothing');
SELECT throws_ok($$ INSERT INTO app.wrong VALUES (1, 'a@b') $$, '42703', NULL, 'a live condition that cannot be read is the server''s error');
DROP TRIGGER a ON app.wrong;
CREATE TRIGGER a BEFORE INSERT ON app.wrong FOR EACH ROW EXECUTE FUNCTION quire.check_email('t', 'r.n');
SELECT throws_ok($$ INSERT INTO app.wrong VALUES (1, 'a@b') $$, '42804', NULL, 'so is one that is no condition');
DROP TRIGGER a ON app.wrong;
CREATE TRIGGER a AFTER INSERT ON app.wrong FOR EACH ROW EXECUTE FUNCTION quire.check_email('t');
SELECT throws_ok($$ INSERT INTO app.wrong VALUES (1, 'a@b') $$, '39P01', NULL, 'it must fire before');

SELECT * FROM finish();
ROLLBACK;
