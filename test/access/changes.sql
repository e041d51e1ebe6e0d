-- What is remembered of a policy after random changes of its tables, with savepoints that are rolled back among them, is
-- what a recursive query finds. One table feeds the rights as well as the places.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL jit = off;
SELECT plan(12);

CREATE SCHEMA moving;
CREATE TABLE moving.held (actor text, role text, object text);
CREATE TABLE moving.role (role text, verb text);
CREATE TABLE moving.inside (object text, parent text);
CREATE TABLE moving.team (member text, team text);
CREATE TABLE moving.share (owner text, object text, parent text);
CREATE INDEX ON moving.held (actor);
CREATE INDEX ON moving.role (verb);
CREATE INDEX ON moving.inside (object);
CREATE INDEX ON moving.inside (parent);
CREATE INDEX ON moving.team (member);
CREATE INDEX ON moving.share (owner);
CREATE INDEX ON moving.share (object);
INSERT INTO moving.role VALUES ('r1', 'read'), ('r2', 'write');
SELECT quire.create_policy('moving.access', 'TABLE moving.held UNION ALL SELECT owner, ''r1'', object FROM moving.share', 'TABLE moving.role',
    'TABLE moving.inside UNION ALL SELECT object, parent FROM moving.share', 'TABLE moving.team');

CREATE FUNCTION moving.tells(name regclass) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(DISTINCT substring(pg_get_triggerdef(oid) FROM 'access_changed\((.*)\)')) FROM pg_trigger WHERE tgrelid = name
$$;
SELECT is(moving.tells('moving.held'), ARRAY['''moving.access'', ''rights'''], 'grants tell of rights alone');
SELECT is(moving.tells('moving.team'), ARRAY['''moving.access'', ''rights'''], 'so do members');
SELECT is(moving.tells('moving.inside'), ARRAY['''moving.access'', ''places'''], 'parents of places');
SELECT is(moving.tells('moving.share'), ARRAY['''moving.access'', ''rights and places'''], 'and what is both of both');

CREATE FUNCTION moving.some(kind text, of int) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT kind || floor(random() * of) $$;
CREATE FUNCTION moving.change() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    CASE floor(random() * 9)
        WHEN 0, 1 THEN INSERT INTO moving.held VALUES (moving.some('a', 4), moving.some('r', 3), moving.some('o', 8));
        WHEN 2 THEN DELETE FROM moving.held WHERE object = moving.some('o', 8);
        WHEN 3, 4 THEN INSERT INTO moving.inside VALUES (moving.some('o', 8), moving.some('o', 8));
        WHEN 5 THEN UPDATE moving.inside SET parent = moving.some('o', 8) WHERE object = moving.some('o', 8);
        WHEN 6 THEN DELETE FROM moving.inside WHERE object = moving.some('o', 8);
        WHEN 7 THEN INSERT INTO moving.share VALUES (moving.some('a', 4), moving.some('o', 8), moving.some('o', 8));
        ELSE
            DELETE FROM moving.share WHERE object = moving.some('o', 8);
            INSERT INTO moving.team VALUES (moving.some('a', 4), moving.some('a', 4));
    END CASE;
END $$;
-- What the two say differently, about everybody and everything; asked twice, for what is remembered the first time.
CREATE FUNCTION moving.differences() RETURNS bigint LANGUAGE sql AS $$
    WITH RECURSIVE belongs AS (
        SELECT 'a' || i AS actor, 'a' || i AS team FROM generate_series(0, 3) i
        UNION SELECT b.actor, t.team FROM belongs b JOIN moving.team t ON t.member = b.team),
    reached AS (
        SELECT b.actor, r.verb, g.object FROM belongs b
            JOIN (TABLE moving.held UNION ALL SELECT owner, 'r1', object FROM moving.share) g ON g.actor = b.team JOIN moving.role r USING (role)
        UNION SELECT m.actor, m.verb, i.object FROM reached m
            JOIN (TABLE moving.inside UNION ALL SELECT object, parent FROM moving.share) i ON i.parent = m.object)
    SELECT count(*) FROM generate_series(1, 2), generate_series(0, 3) a, generate_series(0, 7) o, unnest(ARRAY['read', 'write']) v
    WHERE quire.can('moving.access', v, 'o' || o, 'a' || a)
        IS DISTINCT FROM EXISTS (SELECT FROM reached r WHERE r.actor = 'a' || a AND r.verb = v AND r.object = 'o' || o)
$$;
-- How often they differed on the way.
CREATE FUNCTION moving.wander(steps int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE differences bigint := 0;
BEGIN
    FOR i IN 1..steps LOOP
        IF random() < 0.3 THEN
            BEGIN
                PERFORM moving.change();
                differences := differences + moving.differences();
                RAISE EXCEPTION 'undone' USING ERRCODE = 'P0999';
            EXCEPTION WHEN SQLSTATE 'P0999' THEN NULL;
            END;
        ELSE
            PERFORM moving.change();
        END IF;
        differences := differences + moving.differences();
    END LOOP;
    RETURN differences;
END $$;
SELECT setseed(0.25);
SELECT is(moving.wander(150), 0::bigint, 'can says what the recursive query finds, whatever was changed and undone');
SELECT isnt((SELECT count(*) FROM moving.inside), 0::bigint, 'and there is something to be found');

-- A trigger that tells of less than its table feeds tells of nothing: less is remembered, and no answer is wrong.
CREATE FUNCTION moving.rewire(argument text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; moment text;
BEGIN
    FOR name, moment IN SELECT tgname, CASE WHEN tgtype & 2 = 2 THEN 'BEFORE' ELSE 'AFTER' END FROM pg_trigger WHERE tgrelid = 'moving.share'::regclass LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %I %s INSERT OR UPDATE OR DELETE OR TRUNCATE ON moving.share
            FOR EACH STATEMENT EXECUTE FUNCTION quire.access_changed(''moving.access''%s)', name, moment,
            coalesce(', ' || quote_literal(argument), ''));
    END LOOP;
END $$;
SELECT moving.rewire('rights');
SELECT is(moving.wander(30), 0::bigint, 'no answer is wrong when a trigger tells of less than it should');
SELECT moving.rewire('places');
SELECT is(moving.wander(30), 0::bigint, 'whatever it leaves out');
SELECT moving.rewire(NULL);
SELECT is(moving.wander(30), 0::bigint, 'as those of quire 0.3.0 do, which say nothing of it, and tell of both together');
SELECT moving.rewire('grants');
SELECT throws_ok('INSERT INTO moving.share DEFAULT VALUES', '39P01', NULL, 'what a table feeds is said in one of three ways');
SELECT quire.drop_policy('moving.access');
SELECT is((SELECT count(*) FROM pg_trigger WHERE tgrelid IN ('moving.share'::regclass, 'moving.held'::regclass)), 0::bigint, 'triggers go with their policy');
SELECT throws_ok($$SELECT quire.can('moving.access', 'read', 'o1', 'a1')$$, '42704', NULL, 'which is no more');

SELECT * FROM finish();
ROLLBACK;
