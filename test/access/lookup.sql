-- Single rows of plain tables are looked up without a query. The same tables, behind queries that are more than that, must
-- give the same answers: whatever the types, the indexes, the number of rows, and who may read what.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(32);

CREATE ROLE quire_test_owner;
CREATE SCHEMA land AUTHORIZATION quire_test_owner;
SET LOCAL ROLE quire_test_owner;
CREATE TABLE land.held (actor bigint, role smallint, place uuid);
CREATE TABLE land.role (id int PRIMARY KEY, verb text);
CREATE TABLE land.place (id uuid, parent uuid, kind uuid);
CREATE TABLE land.team (person int, team int);
CREATE FUNCTION land.key(n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$ SELECT md5(n::text)::uuid $$;
INSERT INTO land.role VALUES (1, 'read'), (2, 'write'), (3, 'read');
INSERT INTO land.held SELECT i % 40, i % 3 + 1, CASE WHEN i % 50 = 0 THEN NULL ELSE land.key(i * 7 % 300) END FROM generate_series(1, 600) i;
-- One with more grants than are looked up, and a place with more parents.
INSERT INTO land.held SELECT 41, 1, land.key(i) FROM generate_series(1000, 1200) i;
INSERT INTO land.held VALUES (9000000000, 1, land.key(3)), (-5, 2, land.key(4)), (NULL, 1, land.key(5));
INSERT INTO land.place SELECT land.key(i), land.key(i / 3), CASE WHEN i % 4 = 0 THEN NULL ELSE land.key(i % 5 + 2000) END FROM generate_series(1, 300) i;
INSERT INTO land.place SELECT land.key(299), land.key(i), NULL FROM generate_series(1100, 1190) i;
INSERT INTO land.held SELECT i, 2, land.key(2000 + i % 5) FROM generate_series(42, 45) i;
INSERT INTO land.team SELECT i, i + 40 FROM generate_series(1, 5) i;

SELECT quire.create_policy('land.plain', 'TABLE land.held', 'TABLE land.role', 'SELECT id, parent FROM land.place UNION ALL SELECT id, kind FROM land.place', 'TABLE land.team');
SELECT quire.create_policy('land.asked', 'SELECT * FROM land.held WHERE role > 0', 'SELECT * FROM land.role WHERE id > 0',
    'SELECT id, unnest(ARRAY[parent, kind]) FROM land.place', 'SELECT * FROM land.team WHERE team > 0');
CREATE FUNCTION land.differences() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM unnest(ARRAY[1, 2, 5, 39, 41, 42, -5, 9000000000, 77]) actor, unnest(ARRAY['read', 'write']) verb, generate_series(1, 310, 3) n
    WHERE quire.can('land.plain', verb, land.key(n)::text, actor::text) IS DISTINCT FROM quire.can('land.asked', verb, land.key(n)::text, actor::text)
        OR quire.verbs('land.plain', land.key(n)::text, actor::text) IS DISTINCT FROM quire.verbs('land.asked', land.key(n)::text, actor::text)
$$;
CREATE FUNCTION land.allowed() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM generate_series(1, 45) actor, generate_series(1, 300, 7) n WHERE quire.can('land.plain', 'read', land.key(n)::text, actor::text)
$$;
SELECT is(land.differences(), 0::bigint, 'without an index, by queries');
SELECT cmp_ok(land.allowed(), '>', 100::bigint, 'and not in vain');
CREATE INDEX ON land.held (actor);
CREATE INDEX ON land.place (id);
CREATE INDEX ON land.team (person);
SELECT is(land.differences(), 0::bigint, 'by indexes of one column');
CREATE INDEX ON land.held (actor, role, place);
CREATE INDEX ON land.place (id) INCLUDE (parent, kind);
SELECT is(land.differences(), 0::bigint, 'by indexes that have all columns');
DROP INDEX land.held_actor_idx, land.place_id_idx;
SELECT is(land.differences(), 0::bigint, 'when some are dropped');
DROP INDEX land.held_actor_role_place_idx;
CREATE INDEX ON land.held (actor) WHERE role = 1;
CREATE INDEX ON land.held USING hash (actor);
CREATE INDEX ON land.held (role, actor);
CREATE INDEX ON land.held ((actor + 1));
SELECT is(land.differences(), 0::bigint, 'by none that does not serve');
CREATE INDEX held_all ON land.held (actor, place, role);
SELECT is(land.differences(), 0::bigint, 'and by one that comes later');

-- Rows that come, change and go.
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '100'), 'what is not granted');
INSERT INTO land.held VALUES (100, 1, land.key(7));
SELECT ok(quire.can('land.plain', 'read', land.key(7)::text, '100'), 'is there once it is');
SAVEPOINT before;
DELETE FROM land.held WHERE actor = 100;
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '100'), 'and no more when it is deleted');
ROLLBACK TO before;
SELECT ok(quire.can('land.plain', 'read', land.key(7)::text, '100'), 'unless that is undone');
UPDATE land.held SET actor = 101 WHERE actor = 100;
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '100'), 'what is updated is not where it was');
SELECT ok(quire.can('land.plain', 'read', land.key(7)::text, '101'), 'but where it is');
UPDATE land.place SET parent = NULL, kind = NULL WHERE id = land.key(9);
SELECT is(land.differences(), 0::bigint, 'the same for places');
TRUNCATE land.team;
SELECT is(land.differences(), 0::bigint, 'and for teams');

-- Names that no value has.
SELECT ok(NOT quire.can('land.plain', 'read', upper(land.key(7)::text), '101'), 'a UUID is written in one way');
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '0101'), 'so is an integer');
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '101x'), 'and a text is none');
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '4294967397'), 'nor does one count that is too large for a column of the team');

-- Tables that are more than they seem: heirs, row security, rights.
CREATE TABLE land.more () INHERITS (land.held);
INSERT INTO land.more VALUES (200, 1, land.key(8));
SELECT ok(quire.can('land.plain', 'read', land.key(8)::text, '200'), 'an heir is read');
DROP TABLE land.more;
SELECT ok(NOT quire.can('land.plain', 'read', land.key(8)::text, '200'), 'while it is there');
RESET ROLE;
ALTER TABLE land.held ENABLE ROW LEVEL SECURITY;
ALTER TABLE land.held FORCE ROW LEVEL SECURITY;
SELECT is(land.differences(), 0::bigint, 'an owner is exempt from row security, forced or not');
CREATE ROLE quire_test_other;
GRANT USAGE ON SCHEMA land TO quire_test_other;
GRANT CREATE ON SCHEMA land TO quire_test_other;
GRANT SELECT ON land.held, land.role, land.place, land.team TO quire_test_other;
CREATE POLICY readers ON land.held TO quire_test_other USING (role = 1);
SET LOCAL ROLE quire_test_other;
SELECT quire.create_policy('land.others', 'TABLE land.held', 'TABLE land.role');
RESET ROLE;
SELECT ok(quire.can('land.others', 'read', h.place::text, h.actor::text), 'another''s policy sees what row security leaves')
    FROM land.held h WHERE actor IS NOT NULL AND place IS NOT NULL AND role = 1 LIMIT 1;
SELECT ok(NOT quire.can('land.others', 'write', h.place::text, h.actor::text), 'and no more')
    FROM land.held h WHERE actor = -5 LIMIT 1;
REVOKE SELECT ON land.held FROM quire_test_other;
SELECT throws_ok($$ SELECT quire.can('land.others', 'read', land.key(3)::text, '9000000000') $$, '42501', NULL, 'without a right on the table nothing is read');
GRANT SELECT (actor, role, place) ON land.held TO quire_test_other;
SELECT ok(quire.can('land.others', 'read', land.key(3)::text, '9000000000'), 'a right on the columns is enough');
ALTER TABLE land.held DISABLE ROW LEVEL SECURITY;

-- Definitions that change.
CREATE OR REPLACE VIEW land.plain_grants AS SELECT actor, role, place AS object FROM land.held WHERE role = 2;
SELECT ok(NOT quire.can('land.plain', 'read', land.key(7)::text, '101'), 'a query that becomes more than its table counts');
CREATE OR REPLACE VIEW land.plain_grants AS SELECT actor, role, place AS object FROM land.held ORDER BY place;
SELECT ok(quire.can('land.plain', 'read', land.key(7)::text, '101'), 'and one that becomes plain again');
SELECT is(land.differences(), 0::bigint, 'in all');
CREATE OR REPLACE VIEW land.plain_grants AS SELECT actor, role, place AS object FROM land.held LIMIT 0;
SELECT is(land.allowed(), 0::bigint, 'none of it is plain that only looks so');
CREATE OR REPLACE VIEW land.plain_grants AS SELECT actor, role, place AS object FROM land.held WHERE false;
SELECT is(land.allowed(), 0::bigint, 'under a condition');
CREATE OR REPLACE VIEW land.plain_grants AS SELECT actor, role, place AS object FROM land.held EXCEPT SELECT actor, role, place FROM land.held;
SELECT is(land.allowed(), 0::bigint, 'or less than another');

SELECT * FROM finish();
ROLLBACK;
