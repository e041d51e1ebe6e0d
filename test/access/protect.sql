-- Protected tables: who sees and writes which rows, by which plan.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(96);

CREATE ROLE quire_test_owner;
CREATE ROLE quire_test_user;
CREATE SCHEMA lab AUTHORIZATION quire_test_owner;
GRANT USAGE ON SCHEMA lab, test TO quire_test_user, quire_test_owner;
SET LOCAL ROLE quire_test_owner;
CREATE TABLE lab.held (actor text, role text, object text);
CREATE TABLE lab.role (role text, verb text);
CREATE TABLE lab.inside (object text, parent text);
INSERT INTO lab.role VALUES ('reader', 'read'), ('writer', 'read'), ('writer', 'write'), ('owner', 'read'), ('owner', 'write'), ('owner', 'delete');
INSERT INTO lab.held VALUES ('ann', 'reader', '1'), ('ann', 'writer', '2'), ('bob', 'owner', '3'), ('root', 'owner', '*');
INSERT INTO lab.inside VALUES ('30', '3'), ('31', '3');
SELECT quire.create_policy('lab.access', 'TABLE lab.held', 'TABLE lab.role', 'TABLE lab.inside');
CREATE TABLE lab.runs (id int PRIMARY KEY, object int, note text);
INSERT INTO lab.runs SELECT i, i % 40, 'run ' || i FROM generate_series(1, 400) i;
INSERT INTO lab.runs VALUES (1000, NULL, 'of nothing');
GRANT ALL ON lab.runs TO quire_test_user;
SELECT lives_ok($$ SELECT quire.protect('lab.runs', 'lab.access', 'object', on_select => 'read', on_insert => 'write', on_update => 'write', on_delete => 'delete') $$,
    'a table is protected');
SELECT policies_are('lab', 'runs', ARRAY['quire_select', 'quire_insert', 'quire_update', 'quire_delete']);
SELECT is((SELECT (relrowsecurity, relforcerowsecurity) FROM pg_class WHERE oid = 'lab.runs'::regclass), (true, true), 'by force');
SELECT throws_ok('SELECT count(*) FROM lab.runs', '42501', 'no actor is set', 'so that its owner, too, needs an actor');

RESET ROLE;
SELECT is((SELECT count(*) FROM lab.runs), 401::bigint, 'superusers do not');

-- Reading.
SELECT quire.become('ann');
SET LOCAL ROLE quire_test_user;
SELECT set_eq('SELECT DISTINCT object FROM lab.runs', ARRAY[1, 2], 'an actor sees what is permitted');
SELECT is((SELECT count(*) FROM lab.runs), 20::bigint, 'and all of it');
SELECT is_empty('SELECT 1 FROM lab.runs WHERE id = 3', 'nothing else, asked for by its key');
SELECT is((SELECT count(*) FROM lab.runs WHERE id = 1), 1::bigint, 'but that');
RESET ROLE; SELECT quire.become('bob'); SET LOCAL ROLE quire_test_user;
SELECT set_eq('SELECT DISTINCT object FROM lab.runs', ARRAY[3, 30, 31], 'another sees other rows, with what lies in them');
RESET ROLE; SELECT quire.become('root'); SET LOCAL ROLE quire_test_user;
SELECT is((SELECT count(*) FROM lab.runs), 400::bigint, 'who holds everything sees all that has an object');
RESET ROLE; SELECT quire.become('nobody'); SET LOCAL ROLE quire_test_user;
SELECT is_empty('SELECT 1 FROM lab.runs', 'who holds nothing sees nothing');
SELECT is_empty($$ SELECT 1 FROM lab.runs WHERE note LIKE 'run%' $$, 'by no condition');
CREATE FUNCTION pg_temp.peep(text) RETURNS bool LANGUAGE plpgsql COST 0.0001 AS $$ BEGIN RAISE EXCEPTION 'seen: %', $1; END $$;
SELECT is_empty('SELECT 1 FROM lab.runs WHERE pg_temp.peep(note)', 'and shows nothing to a function that peeps');

-- Writing.
RESET ROLE; SELECT quire.become('ann'); SET LOCAL ROLE quire_test_user;
SELECT lives_ok($$ INSERT INTO lab.runs VALUES (2001, 2, 'mine') $$, 'a row goes where its writer may write');
SELECT throws_ok($$ INSERT INTO lab.runs VALUES (2002, 1, 'no') $$, '42501', NULL, 'not where the writer may only read');
SELECT throws_ok($$ INSERT INTO lab.runs VALUES (2002, 3, 'no') $$, '42501', NULL, 'nor anywhere else');
SELECT throws_ok($$ INSERT INTO lab.runs VALUES (2002, NULL, 'no') $$, '42501', NULL, 'nor to no object');
SELECT is(test.fault($$ UPDATE lab.runs SET object = 3 WHERE id = 2001 $$, 'state'), ARRAY['42501'], 'a row cannot be moved out of reach');
SELECT is(test.fault($$ UPDATE lab.runs SET object = 1 WHERE id = 2001 $$, 'state'), ARRAY['42501'], 'nor to where one may only read');
WITH u AS (UPDATE lab.runs SET note = 'changed' RETURNING object) SELECT set_eq('VALUES (1)', 'VALUES (1)', 'an update') FROM (SELECT count(*) FROM u) c;
SELECT is((SELECT count(*) FROM lab.runs WHERE note = 'changed'), 11::bigint, 'changes those rows alone that may be written');
WITH d AS (DELETE FROM lab.runs RETURNING 1) SELECT is(count(*), 0::bigint, 'and nothing is deleted without the verb for that') FROM d;
SELECT throws_ok($$ INSERT INTO lab.runs VALUES (3, 2, 'taken') ON CONFLICT (id) DO UPDATE SET note = 'taken' $$, '42501', NULL, 'nor taken over on conflict');
RESET ROLE; SELECT quire.become('bob'); SET LOCAL ROLE quire_test_user;
WITH d AS (DELETE FROM lab.runs RETURNING 1) SELECT is(count(*), 30::bigint, 'who has the verb deletes') FROM d;
RESET ROLE;

-- A verb left out is nobody's.
SET LOCAL ROLE quire_test_owner;
SELECT lives_ok($$ SELECT quire.protect('lab.runs', 'lab.access', 'object', 'read', 'write', 'write', NULL) $$, 'protecting again replaces');
SELECT is((SELECT count(*) FROM pg_policy WHERE polrelid = 'lab.runs'::regclass), 4::bigint, 'the four');
RESET ROLE; SELECT quire.become('root'); SET LOCAL ROLE quire_test_user;
WITH d AS (DELETE FROM lab.runs RETURNING 1) SELECT is(count(*), 0::bigint, 'a command without a verb is for nobody') FROM d;
RESET ROLE;

-- The policy's own tables.
SET LOCAL ROLE quire_test_owner;
SELECT lives_ok($$ SELECT quire.protect('lab.held', 'lab.access', 'object', 'read', 'write', 'write', 'write') $$, 'a policy''s own table is protected by it');
SELECT quire.protect('lab.inside', 'lab.access', 'object', 'read', 'write', 'write', 'write');
RESET ROLE;
GRANT ALL ON lab.held, lab.inside TO quire_test_user;
SELECT quire.become('bob');
SET LOCAL ROLE quire_test_user;
SELECT set_eq('SELECT object FROM lab.held', ARRAY['3'], 'and shows what is permitted');
SELECT ok(quire.can('lab.access', 'read', '31'), 'while the policy still sees all of it');
SELECT lives_ok($$ INSERT INTO lab.held VALUES ('carl', 'reader', '30') $$, 'who may write on an object may grant there');
SELECT throws_ok($$ INSERT INTO lab.held VALUES ('bob', 'owner', '1') $$, '42501', NULL, 'and nowhere else');
SELECT throws_ok($$ INSERT INTO lab.held VALUES ('bob', 'owner', '*') $$, '42501', NULL, 'least of all on everything');
RESET ROLE; SELECT quire.become('carl'); SET LOCAL ROLE quire_test_user;
SELECT is((SELECT count(*) FROM lab.held), 1::bigint, 'a grant counts for the next statement');
RESET ROLE;
-- Read by another than the tables' owner, it would be judged by itself.
CREATE ROLE quire_test_third;
GRANT USAGE, CREATE ON SCHEMA lab TO quire_test_third;
GRANT USAGE ON SCHEMA quire TO quire_test_third;
GRANT SELECT ON lab.held, lab.role TO quire_test_third;
SET LOCAL ROLE quire_test_third;
SELECT quire.create_policy('lab.strange', 'TABLE lab.held', 'TABLE lab.role');
RESET ROLE;
SELECT set_eq($$ SELECT unnest(quire.permitted('lab.strange', 'read', 'carl')) $$, ARRAY['30'], 'a policy of another owner sees what that owner and the actor see');
SET LOCAL ROLE quire_test_owner;
SELECT quire.protect('lab.held', 'lab.strange', 'object', 'read', 'write', 'write', 'write');
RESET ROLE;
SELECT throws_ok($$ SELECT quire.can('lab.strange', 'read', '30') $$, '42P17', NULL, 'and is told when it is to judge itself');
SET LOCAL ROLE quire_test_owner;
SELECT quire.unprotect('lab.held');
SELECT quire.unprotect('lab.inside');
RESET ROLE;
SELECT is((SELECT (relrowsecurity, relforcerowsecurity) FROM pg_class WHERE oid = 'lab.held'::regclass), (false, false), 'unprotect leaves no row security behind');
SELECT is_empty($$ SELECT 1 FROM pg_policy WHERE polrelid = 'lab.held'::regclass $$, 'and no policy');
CREATE POLICY mine ON lab.inside USING (false);
ALTER TABLE lab.inside ENABLE ROW LEVEL SECURITY;
SELECT quire.protect('lab.inside', 'lab.access', 'object', 'read', 'write', 'write', 'write');
SELECT quire.unprotect('lab.inside');
SELECT is((SELECT relrowsecurity FROM pg_class WHERE oid = 'lab.inside'::regclass), true, 'but what others have made');
DROP POLICY mine ON lab.inside;
ALTER TABLE lab.inside DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- Types of the column.
CREATE FUNCTION pg_temp.seen(type text, value text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE seen bigint;
BEGIN
    EXECUTE format('CREATE TABLE lab.typed (object %s); INSERT INTO lab.typed VALUES (%L), (NULL); CREATE INDEX ON lab.typed (object)', type, value);
    PERFORM quire.protect('lab.typed', 'lab.access', 'object', 'read', 'read', 'read', 'read');
    GRANT SELECT ON lab.typed TO quire_test_user;
    SET LOCAL ROLE quire_test_user;
    SELECT count(*) INTO seen FROM lab.typed;
    SET LOCAL enable_seqscan = off;
    EXECUTE 'SELECT count(*) + $1 * 10 FROM lab.typed' INTO seen USING seen;
    SET LOCAL enable_seqscan = on;
    RESET ROLE;
    DROP TABLE lab.typed;
    RETURN seen;
END $$;
CREATE DOMAIN lab.key AS int CHECK (VALUE > 0);
INSERT INTO lab.held VALUES ('tess', 'reader', '7'), ('tess', 'reader', '5b0d2c1e-1111-4222-8333-944444444444'), ('tess', 'reader', 'X-1'), ('tess', 'reader', '-9000000000'),
    ('tess', 'reader', '2024-05-17'), ('tess', 'reader', '08');
SELECT quire.become('tess');
SELECT is(pg_temp.seen('int', '7'), 11::bigint, 'an integer is an object');
SELECT is(pg_temp.seen('int', '8'), 0::bigint, 'and only the one that is written so');
SELECT is(pg_temp.seen('smallint', '7'), 11::bigint, 'a small one');
SELECT is(pg_temp.seen('bigint', '-9000000000'), 11::bigint, 'a big one');
SELECT is(pg_temp.seen('lab.key', '7'), 11::bigint, 'one of a domain');
SELECT is(pg_temp.seen('uuid', '5B0D2C1E-1111-4222-8333-944444444444'), 11::bigint, 'a UUID');
SELECT is(pg_temp.seen('uuid', '5B0D2C1E-1111-4222-8333-944444444445'), 0::bigint, 'no other');
SELECT is(pg_temp.seen('text', 'X-1'), 11::bigint, 'a text');
SELECT is(pg_temp.seen('text', 'x-1'), 0::bigint, 'no other');
SELECT is(pg_temp.seen('varchar(9)', 'X-1'), 11::bigint, 'a varchar');
SELECT is(pg_temp.seen('char(9)', 'X-1'), 11::bigint, 'a padded one');
SELECT is(pg_temp.seen('date', '2024-05-17'), 11::bigint, 'anything that has a text');

-- Plans. The table is large enough for an index to pay.
RESET ROLE;
CREATE TABLE lab.samples (id int PRIMARY KEY, object int, note text);
INSERT INTO lab.samples SELECT i, i % 2000, repeat('x', 50) FROM generate_series(1, 40000) i;
CREATE INDEX samples_object ON lab.samples (object);
ANALYZE lab.samples;
SELECT quire.protect('lab.samples', 'lab.access', 'object', 'read', 'write', 'write', 'write');
GRANT SELECT ON lab.samples TO quire_test_user;
INSERT INTO lab.held SELECT 'few', 'reader', i::text FROM generate_series(4, 8) i;
INSERT INTO lab.held SELECT 'most', 'reader', i::text FROM generate_series(1, 1900) i;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; plan text := '';
BEGIN
    SET LOCAL max_parallel_workers_per_gather = 0;
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP plan := plan || line || E'\n'; END LOOP;
    RETURN plan;
END $$;
CREATE FUNCTION pg_temp.as_actor(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    RESET ROLE; PERFORM quire.become(name); SET LOCAL ROLE quire_test_user;
END $$;
GRANT EXECUTE ON FUNCTION quire.become(text, bool) TO quire_test_user;
SELECT pg_temp.as_actor('few');
SELECT alike(pg_temp.plan_of('SELECT * FROM lab.samples'), '%Index Cond: (object = ANY (quire.permitted_keys(%', 'the planner takes the index where little is permitted');
SELECT is((SELECT count(*) FROM lab.samples), 100::bigint, 'and finds all of it');
SELECT alike(pg_temp.plan_of('SELECT * FROM lab.samples WHERE id = 1'), '%Index Cond: (id = 1)%', 'a better index is preferred');
SELECT pg_temp.as_actor('most');
SELECT alike(pg_temp.plan_of('SELECT * FROM lab.samples'), 'Seq Scan on samples%', 'the table is scanned where most is permitted');
SELECT is((SELECT count(*) FROM lab.samples), 38000::bigint, 'with the same answer as ever');
SELECT pg_temp.as_actor('root');
SELECT alike(pg_temp.plan_of('SELECT * FROM lab.samples'), 'Seq Scan on samples%', 'and where everything is');
SELECT is((SELECT count(*) FROM lab.samples), 40000::bigint, 'which is all');

-- Every type that an index can serve is looked up by it.
CREATE FUNCTION pg_temp.without_index(types text[]) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE type text; plan text; seen bigint; wrong text[] := '{}'; value text;
BEGIN
    FOREACH type IN ARRAY types LOOP
        RESET ROLE;
        value := CASE WHEN type = 'uuid' THEN $v$lpad(i::text, 32, '0')::uuid$v$ WHEN type IN ('text', 'varchar') THEN $v$'k' || i$v$ ELSE 'i' END;
        EXECUTE format('CREATE TABLE lab.typed AS SELECT (%s)::%s AS object, repeat(''x'', 40) AS note FROM generate_series(1, 20000) i', value, type);
        CREATE INDEX ON lab.typed (object);
        ANALYZE lab.typed;
        EXECUTE format('INSERT INTO lab.held SELECT ''typist '' || %L, ''reader'', (%s)::text FROM generate_series(11, 13) i', type, value);
        PERFORM quire.protect('lab.typed', 'lab.access', 'object', 'read', 'read', 'read', 'read');
        GRANT SELECT ON lab.typed TO quire_test_user;
        PERFORM pg_temp.as_actor('typist ' || type);
        plan := pg_temp.plan_of('SELECT * FROM lab.typed');
        SELECT count(*) INTO seen FROM lab.typed;
        IF plan NOT LIKE '%Index Cond: (%object%= ANY (quire.permitted_keys(%' OR seen <> 3 THEN
            wrong := wrong || (type || ': ' || seen || ' by ' || plan);
        END IF;
        RESET ROLE;
        DROP TABLE lab.typed;
    END LOOP;
    RETURN wrong;
END $$;
SELECT is(pg_temp.without_index(ARRAY['smallint', 'int', 'bigint', 'uuid', 'text', 'varchar', 'lab.key']), '{}', 'integers, UUIDs, texts and domains over them');

-- Roles that row security does not hold for.
CREATE ROLE quire_test_exempt BYPASSRLS;
GRANT USAGE ON SCHEMA lab TO quire_test_exempt;
GRANT SELECT ON lab.samples TO quire_test_exempt;
SELECT quire.become('nobody');
SET LOCAL ROLE quire_test_exempt;
SELECT is((SELECT count(*) FROM lab.samples), 40000::bigint, 'who bypasses row security sees all');
SET LOCAL ROLE quire_test_user;
SET LOCAL row_security = off;
SELECT throws_ok('SELECT count(*) FROM lab.samples', '42501', NULL, 'who does not cannot switch it off');
SET LOCAL row_security = on;
RESET ROLE;

-- One prepared plan, several actors.
SET LOCAL plan_cache_mode = force_generic_plan;
PREPARE all_samples AS SELECT count(*) FROM lab.samples;
PREPARE some_samples(int) AS SELECT count(*) FROM lab.samples WHERE id <= $1;
CREATE FUNCTION pg_temp.asked(name text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE a bigint; b bigint;
BEGIN
    PERFORM pg_temp.as_actor(name);
    EXECUTE 'EXECUTE all_samples' INTO a;
    EXECUTE 'EXECUTE some_samples(20000)' INTO b;
    RETURN a + b;
END $$;
SELECT is(pg_temp.asked('few'), 150::bigint, 'a prepared plan answers for the one it was made for');
SELECT is(pg_temp.asked('root'), 60000::bigint, 'and for who holds everything');
SELECT is(pg_temp.asked('most'), 57000::bigint, 'and for who holds most');
SELECT is(pg_temp.asked('nobody'), 0::bigint, 'and for who holds nothing');
SELECT is(pg_temp.asked('few'), 150::bigint, 'and for the first again');
RESET ROLE;
INSERT INTO lab.held VALUES ('few', 'reader', '*');
SELECT is(pg_temp.asked('few'), 60000::bigint, 'who has come to hold everything meanwhile');
RESET ROLE;
DELETE FROM lab.held WHERE actor = 'few' AND object = '*';
SELECT is(pg_temp.asked('few'), 150::bigint, 'and lost it again');

-- Expressions of procedural languages live longer than a statement.
CREATE FUNCTION pg_temp.looped() RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text := '';
BEGIN
    FOR i IN 1..4 LOOP
        IF i = 2 THEN INSERT INTO lab.held VALUES ('late', 'reader', '9'); END IF;
        IF i = 3 THEN PERFORM quire.become('nobody'); END IF;
        IF i = 4 THEN PERFORM quire.become('late'); DELETE FROM lab.held WHERE actor = 'late'; END IF;
        said := said || quire.allowed('lab.access', 'read', 9)::text || ' ';
    END LOOP;
    RETURN said;
END $$;
RESET ROLE;
SELECT quire.become('late');
SELECT is(pg_temp.looped(), 'false true false false ', 'and see every change');

-- Views, partitions.
CREATE VIEW lab.as_owner AS SELECT * FROM lab.samples;
CREATE VIEW lab.as_reader WITH (security_invoker) AS SELECT * FROM lab.samples;
GRANT SELECT ON lab.as_owner, lab.as_reader TO quire_test_user;
SELECT pg_temp.as_actor('few');
SELECT is((SELECT count(*) FROM lab.as_reader), 100::bigint, 'a view of its reader shows what is permitted');
SELECT is((SELECT count(*) FROM lab.as_owner), 40000::bigint, 'one of a superuser shows all, as the manual says');
RESET ROLE;
CREATE TABLE lab.parts (id int, object int) PARTITION BY RANGE (id);
CREATE TABLE lab.part_1 PARTITION OF lab.parts FOR VALUES FROM (0) TO (1000);
CREATE TABLE lab.part_2 PARTITION OF lab.parts FOR VALUES FROM (1000) TO (2000);
CREATE INDEX ON lab.parts (object);
INSERT INTO lab.parts SELECT i, i % 100 FROM generate_series(0, 1999) i;
ANALYZE lab.parts;
SELECT quire.protect('lab.parts', 'lab.access', 'object', 'read', 'write', 'write', 'write');
GRANT SELECT ON lab.parts, lab.part_1 TO quire_test_user;
SELECT pg_temp.as_actor('few');
SELECT is((SELECT count(*) FROM lab.parts), 100::bigint, 'partitions are protected by way of their table');
SELECT is((SELECT count(*) FROM lab.part_1), 50::bigint, 'and on their own');
RESET ROLE;
SELECT quire.unprotect('lab.parts');
SELECT is_empty($$ SELECT 1 FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE relname LIKE 'part%' $$, 'and set free with it');

-- Rows that are objects themselves, in others: a new one is judged by what it is to lie in.
SET LOCAL ROLE quire_test_owner;
CREATE TABLE lab.folders (id text PRIMARY KEY, parent text, note text);
INSERT INTO lab.folders VALUES ('top', NULL), ('ours', 'top'), ('theirs', 'top'), ('old', 'ours'), ('own', 'theirs');
CREATE TABLE lab.holds (actor text, role text, object text);
INSERT INTO lab.holds VALUES ('eve', 'writer', 'ours'), ('eve', 'owner', 'own'), ('sue', 'owner', '*');
SELECT quire.create_policy('lab.tree', 'TABLE lab.holds', 'TABLE lab.role', 'SELECT id, parent FROM lab.folders');
SELECT quire.protect('lab.folders', 'lab.tree', 'id', 'read', 'write', 'write', 'delete');
GRANT ALL ON lab.folders TO quire_test_user;
SELECT pg_temp.as_actor('eve');
SELECT throws_ok($$ INSERT INTO lab.folders VALUES ('new', 'ours') $$, '42501', NULL, 'by itself, a new object is nobody''s');
RESET ROLE; SET LOCAL ROLE quire_test_owner;
SELECT lives_ok($$ SELECT quire.protect('lab.folders', 'lab.tree', 'id', 'read', 'write', 'write', 'delete', container_column => 'parent') $$,
    'a table of objects is protected');
SELECT policies_are('lab', 'folders', ARRAY['quire_select', 'quire_insert', 'quire_update', 'quire_delete']);
SELECT pg_temp.as_actor('eve');
SELECT lives_ok($$ INSERT INTO lab.folders VALUES ('new', 'ours') $$, 'judged by what it is to lie in, it goes where its writer may write');
SELECT set_eq('SELECT id FROM lab.folders', ARRAY['ours', 'old', 'new', 'own'], 'and is then seen by itself');
SELECT throws_ok($$ INSERT INTO lab.folders VALUES ('no', 'theirs') $$, '42501', NULL, 'and nowhere else');
SELECT throws_ok($$ INSERT INTO lab.folders VALUES ('no', NULL) $$, '42501', NULL, 'nor into nothing');
SELECT lives_ok($$ UPDATE lab.folders SET note = 'x' WHERE id = 'new' $$, 'what may be written is changed');
SELECT is(test.fault($$ UPDATE lab.folders SET parent = 'theirs' WHERE id = 'new' $$, 'state'), ARRAY['42501'], 'but moved only where one may write');
SELECT lives_ok($$ UPDATE lab.folders SET parent = 'old' WHERE id = 'new' $$, 'there it is');
SELECT is(test.fault($$ UPDATE lab.folders SET id = 'else' WHERE id = 'new' $$, 'state'), ARRAY['42501'], 'and it becomes no other object');
SELECT is(test.fault($$ UPDATE lab.folders SET note = 'x' WHERE id = 'own' $$, 'state'), ARRAY['42501'], 'who holds a role on the object alone changes nothing');
WITH d AS (DELETE FROM lab.folders RETURNING id) SELECT is(string_agg(id, ' '), 'own', 'but may delete by it') FROM d;
SELECT pg_temp.as_actor('sue');
SELECT lives_ok($$ INSERT INTO lab.folders VALUES ('any', 'theirs') RETURNING id $$, 'who holds everything writes anywhere');
RESET ROLE; SET LOCAL ROLE quire_test_owner;
SELECT lives_ok($$ SELECT quire.protect('lab.folders', 'lab.tree', 'id', 'read', 'write', 'write', 'delete', NULL) $$, 'no container');
SELECT is((SELECT count(*) FROM pg_policies WHERE tablename = 'folders' AND with_check ~ 'parent'), 0::bigint, 'is as without');
SELECT throws_ok($$ SELECT quire.protect('lab.folders', 'lab.tree', 'id', 'r', 'r', 'r', 'r', 'above') $$, '42703', NULL, 'a container needs a column');
RESET ROLE;

-- What cannot be protected.
SELECT throws_ok($$ SELECT quire.protect('lab.as_owner', 'lab.access', 'object', 'r', 'r', 'r', 'r') $$, '42809', NULL, 'a view is not');
SELECT throws_ok($$ SELECT quire.protect('lab.samples', 'lab.access', 'objekt', 'r', 'r', 'r', 'r') $$, '42703', NULL, 'nor by a column that is not there');
SELECT throws_ok($$ SELECT quire.protect('lab.samples', 'lab.axess', 'object', 'r', 'r', 'r', 'r') $$, '42704', NULL, 'nor under a policy that is not');
SET LOCAL ROLE quire_test_third;
SELECT throws_ok($$ SELECT quire.protect('lab.samples', 'lab.access', 'object', 'r', 'r', 'r', 'r') $$, '42501', NULL, 'nor by who does not own it');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
