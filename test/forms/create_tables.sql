-- create_tables(): a form's tables as tables, kept as the submissions are.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'Asia/Tokyo';
SELECT plan(69);

CREATE SCHEMA field;
CREATE SCHEMA kept;
CREATE SCHEMA seen;
CREATE TABLE field.studies (id int PRIMARY KEY);
CREATE TABLE field.visits (id bigint PRIMARY KEY, study int REFERENCES field.studies ON DELETE CASCADE, xml text, note text);
INSERT INTO field.studies VALUES (1), (2);
INSERT INTO field.visits VALUES (1, 1, test.visit()), (2, 1, '<data><size>many</size><member><who>Cy</who><age>x</age></member></data>'),
    (3, 2, '<data><name>'), (4, 2, NULL);

CREATE FUNCTION pg_temp.form(instance text, binds text DEFAULT '', body text DEFAULT '') RETURNS quire.xform LANGUAGE sql AS $$
    SELECT test.form_xml(instance, binds, body)::quire.xform
$$;
-- Tables, and views of the same to compare them with.
CREATE FUNCTION pg_temp.keep(form quire.xform, prefix text DEFAULT '', options jsonb DEFAULT '{}') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT quire.create_views(form, 'field.visits', 'xml', 'seen', prefix, options - 'refill');
    SELECT quire.create_tables(form, 'field.visits', 'xml', 'kept', prefix, options);
$$;
-- How many rows are in one and not in the other.
CREATE FUNCTION pg_temp.differences(prefix text DEFAULT '') RETURNS bigint SET timezone = 'UTC' LANGUAGE plpgsql AS $$
DECLARE name text; number bigint; total bigint := 0; names text;
BEGIN
    FOR name, names IN EXECUTE format('SELECT relation, string_agg(quote_ident("column"), %L ORDER BY ordinal) FROM kept.%I WHERE ordinal > 0 GROUP BY 1',
            ', ', prefix || 'columns') LOOP
        EXECUTE format('SELECT count(*) FROM (SELECT %1$s FROM kept.%2$I EXCEPT ALL SELECT %1$s FROM seen.%2$I) x', names, name) INTO number;
        total := total + number;
        EXECUTE format('SELECT count(*) FROM (SELECT %1$s FROM seen.%2$I EXCEPT ALL SELECT %1$s FROM kept.%2$I) x', names, name) INTO number;
        total := total + number;
    END LOOP;
    RETURN total;
END $$;

-- What there is ---------------------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT pg_temp.keep(test.household()) $$, ARRAY['"kept"."submissions"', '"kept"."member"', '"kept"."member_pet"'],
    'a table for each table, the root''s first');
SELECT is((SELECT count(*) FROM kept.submissions), 4::bigint, 'with a row for each submission that was there');
SELECT is(pg_temp.differences(), 0::bigint, 'as views would show them');
SELECT col_is_pk('kept', 'submissions', 'source_id', 'the root''s rows have the key of their submission');
SELECT col_is_pk('kept', 'member_pet', ARRAY['source_id', '__position'], 'others also their place in it');
SELECT has_index('kept', 'submissions', 'submissions___id_idx', ARRAY['__id'], 'rows are quick to find by their id');
SELECT has_index('kept', 'member', 'member___parent_id_idx', ARRAY['__parent_id'], 'and by that of the row that they are in');
SELECT is(col_description('kept.submissions'::regclass, 4), 'Name?', 'columns have comments');

-- Writing ---------------------------------------------------------------------------------------------------------

INSERT INTO field.visits SELECT i, 1, test.visit('uuid:' || i) FROM generate_series(11, 30) i;
SELECT is(pg_temp.differences(), 0::bigint, 'after an INSERT');
SELECT is((SELECT count(*) FROM kept.member_pet WHERE source_id = 12), 3::bigint, 'which made rows of all tables');
UPDATE field.visits SET xml = replace(xml, 'emu', 'hen') WHERE id > 20;
SELECT is(pg_temp.differences(), 0::bigint, 'after an UPDATE');
UPDATE field.visits SET xml = NULL WHERE id = 30;
SELECT is(pg_temp.differences(), 0::bigint, 'to nothing');
UPDATE field.visits SET id = id + 1000;
UPDATE field.visits SET id = id - 999;
SELECT is(pg_temp.differences(), 0::bigint, 'of the key');
CREATE TEMP TABLE before AS SELECT ctid AS place, source_id FROM kept.submissions;
UPDATE field.visits SET note = 'read';
SELECT is((SELECT count(*) FROM kept.submissions s JOIN before b ON b.place = s.ctid AND b.source_id = s.source_id), 24::bigint,
    'other columns are none of its business');
UPDATE field.visits SET note = 'changed', xml = CASE id WHEN 13 THEN test.visit('uuid:x') ELSE xml END;
SELECT is((SELECT count(*) FROM kept.submissions s JOIN before b ON b.place = s.ctid), 23::bigint, 'rows that stay are left alone');
SELECT is(pg_temp.differences(), 0::bigint, 'and the other one is not');
INSERT INTO field.visits VALUES (13, 2, '<data/>'), (40, 2, test.visit('uuid:40')) ON CONFLICT (id) DO UPDATE SET xml = EXCLUDED.xml;
SELECT is(pg_temp.differences(), 0::bigint, 'after an upsert');
MERGE INTO field.visits v USING (VALUES (13), (14), (50)) n(id) ON v.id = n.id WHEN MATCHED AND n.id = 13 THEN DELETE
    WHEN MATCHED THEN UPDATE SET xml = test.visit('uuid:merged') WHEN NOT MATCHED THEN INSERT VALUES (n.id, 2, test.visit('uuid:50'));
SELECT is(pg_temp.differences(), 0::bigint, 'a MERGE');
DELETE FROM field.visits WHERE id IN (2, 12, 50);
SELECT is(pg_temp.differences(), 0::bigint, 'a DELETE');
DELETE FROM field.studies WHERE id = 2;
SELECT is(pg_temp.differences(), 0::bigint, 'one that cascades');
SELECT is((SELECT count(*) FROM kept.submissions), (SELECT count(*) FROM field.visits), '(there are rows left)');
UPDATE field.visits SET id = -id;
DELETE FROM field.visits WHERE false;
SELECT is(pg_temp.differences(), 0::bigint, 'or anything');
TRUNCATE field.visits;
SELECT is((SELECT count(*) FROM kept.submissions) + (SELECT count(*) FROM kept.member), 0::bigint, 'TRUNCATE empties all');

INSERT INTO field.visits VALUES (1, 1, '<data><visited>2024-05-17T10:11:12</visited></data>');
SELECT is((SELECT visited FROM kept.submissions), '2024-05-17 10:11:12+00', 'a time without a zone is in UTC, whoever writes');
CREATE ROLE collector;
GRANT USAGE ON SCHEMA field TO collector;
GRANT INSERT, UPDATE, DELETE, SELECT ON field.visits TO collector;
CREATE SCHEMA evil;
CREATE FUNCTION evil.record(quire.xform, text, text, jsonb) RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
GRANT USAGE ON SCHEMA evil, test TO collector;
SET LOCAL ROLE collector;
SET LOCAL search_path = evil, pg_catalog, public;
INSERT INTO field.visits VALUES (2, 1, '<data><name>Jo</name></data>');
UPDATE field.visits SET xml = '<data><name>Al</name></data>' WHERE id = 2;
RESET search_path;
RESET ROLE;
SELECT is((SELECT name FROM kept.submissions WHERE source_id = 2), 'Al', 'writers need no privilege on the tables, and have no say in what is run');
SELECT ok(NOT has_function_privilege('collector', format('kept.on_%s()', event), 'EXECUTE'), format('nobody else may attach kept.on_%s()', event))
FROM unnest('{insert,update,delete,truncate}'::text[]) AS event;

-- Versions --------------------------------------------------------------------------------------------------------

TRUNCATE field.visits;
INSERT INTO field.visits VALUES (1, 1, '<data><a>1</a><b>b</b><g><c>c</c></g><r><d>d1</d></r><r><d>d2</d></r></data>'),
    (2, 1, '<data><a>1.5</a><e>e</e><h><b>hb</b></h><g><c>gc1</c></g><g><c>gc2</c></g><r><d>r1</d><f>7</f></r><r><d>r2</d><f>8</f></r></data>');
SELECT pg_temp.keep(pg_temp.form('<a/><b/><g><c/></g><r><d/></r>', 'a int, r/d string', test.repeat('r')), 'v_');
CREATE VIEW field.a AS SELECT a FROM kept.v_submissions;
SELECT pg_temp.keep(pg_temp.form('<a/><e/><h><b/></h><g><c/></g><r><f/></r>', 'a decimal, r/f int', test.repeat('r', 'g')), 'v_');
SELECT is((SELECT array_agg(attname ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'kept.v_submissions'::regclass AND attnum > 0),
    '{source_id,__id,__problems,a,b,g_c,a_numeric,e,h_b}', 'another version of the form: columns stay, new ones come after them');
SELECT is(pg_temp.differences('v_'), 0::bigint, 'all rows are as if it had always been so');
SELECT is((SELECT count(*) FROM kept.v_g), 3::bigint, 'also of the tables that are new');
INSERT INTO field.visits SELECT id + 10, study, xml FROM field.visits;
UPDATE field.visits SET xml = replace(xml, '7', '9');
DELETE FROM field.visits WHERE id = 1;
SELECT is(pg_temp.differences('v_'), 0::bigint, 'and all that are written from now on');
SELECT pg_temp.keep(pg_temp.form('<a/>', 'a int'), 'v_');
INSERT INTO field.visits SELECT id + 100, study, xml FROM field.visits;
SELECT is(pg_temp.differences('v_'), 0::bigint, 'tables that the form no longer has are kept');
SELECT is((SELECT count(*) FROM field.a), 6::bigint, 'views on the tables are not disturbed');
CREATE TEMP TABLE places AS SELECT ctid AS place FROM kept.v_submissions;
SELECT pg_temp.keep(pg_temp.form('<a/><note/>', 'a int, note string'), 'w_');
SELECT pg_temp.keep(pg_temp.form('<a/>', 'a int'), 'v_');
SELECT is((SELECT count(*) FROM kept.v_submissions s JOIN places p ON p.place = s.ctid), 6::bigint, 'what would be the same is not read again');
SELECT pg_temp.keep(pg_temp.form('<a/>', 'a int', '<input ref="/data/a"><label>Another label</label></input>'), 'v_');
SELECT is((SELECT count(*) FROM kept.v_submissions s JOIN places p ON p.place = s.ctid), 6::bigint, 'not even for another version');
SELECT is(col_description('kept.v_submissions'::regclass, 4), 'Another label', 'of which all else is taken');

-- Repair ----------------------------------------------------------------------------------------------------------

ALTER TABLE field.visits DISABLE TRIGGER USER;
DELETE FROM field.visits WHERE id > 100;
SELECT isnt(pg_temp.differences('v_'), 0::bigint, 'without its triggers a table grows old');
SELECT pg_temp.keep(pg_temp.form('<a/>', 'a int', '<input ref="/data/a"><label>Another label</label></input>'), 'v_');
SELECT is(pg_temp.differences('v_'), 0::bigint, 'until it is made again, with its triggers');
UPDATE kept.v_submissions SET a = a + 1;
SELECT pg_temp.keep(pg_temp.form('<a/>', 'a int', '<input ref="/data/a"><label>Another label</label></input>'), 'v_', '{"refill": true}');
SELECT is(pg_temp.differences('v_'), 0::bigint, 'or filled anew');
DROP TABLE kept.v_r;
ALTER TABLE kept.v_submissions DROP COLUMN e, ADD COLUMN double int GENERATED ALWAYS AS (a * 2) STORED;
SELECT pg_temp.keep(pg_temp.form('<a/>', 'a int', '<input ref="/data/a"><label>Another label</label></input>'), 'v_');
SELECT is(pg_temp.differences('v_'), 0::bigint, 'what was dropped comes back');
INSERT INTO field.visits VALUES (60, 1, '<data><a>60</a></data>');
SELECT is((SELECT double FROM kept.v_submissions WHERE source_id = 60), 120, 'generated columns of one''s own are welcome');

-- Conditions ------------------------------------------------------------------------------------------------------

TRUNCATE field.visits;
INSERT INTO field.visits VALUES (1, 1, '<data><q>1</q></data>', 'x'), (2, 1, '<data><q>2</q></data>', 'y'), (3, 1, '<data><q>3</q></data>', NULL);
SELECT pg_temp.keep(pg_temp.form('<q/>'), 'c_', '{"where": "s.note = ''x'' -- of one form"}');
SELECT is((SELECT array_agg(q) FROM kept.c_submissions), '{1}', 'a condition says which submissions count');
UPDATE field.visits SET note = CASE id WHEN 1 THEN 'z' WHEN 2 THEN 'x' END;
SELECT is((SELECT array_agg(q) FROM kept.c_submissions), '{2}', 'which may change');
INSERT INTO field.visits VALUES (4, 1, '<data><q>4</q></data>', 'x'), (5, 1, '<data><q>5</q></data>', 'y');
DELETE FROM field.visits WHERE id IN (2, 3);
SELECT is((SELECT array_agg(q) FROM kept.c_submissions), '{4}', 'at any time');
SELECT pg_temp.keep(pg_temp.form('<q/><p/>'), 'c_');
SELECT is((SELECT array_agg(q) FROM kept.c_submissions), '{4}', 'it is remembered');
SELECT pg_temp.keep(pg_temp.form('<q/><p/>'), 'c_', '{"where": ""}');
SELECT is((SELECT array_agg(q ORDER BY q) FROM kept.c_submissions), '{1,4,5}', 'until it is taken back');
SELECT is(pg_temp.differences('c_'), 0::bigint, 'for all');

-- Keys and columns of other kinds ---------------------------------------------------------------------------------

CREATE TABLE field.papers (box text COLLATE "C", "paper no" uuid, body xml, PRIMARY KEY ("paper no", box));
SELECT quire.create_tables(pg_temp.form('<r><q/></r>', '', test.repeat('r')), 'field.papers', 'body', 'kept', 'paper');
INSERT INTO field.papers VALUES ('a', '00000000-0000-0000-0000-000000000001', '<data><r><q>1</q></r></data>'), ('b', '00000000-0000-0000-0000-000000000001', '<data/>');
UPDATE field.papers SET body = '<data><r><q>2</q></r><r><q>3</q></r></data>';
SELECT results_eq('SELECT source_box COLLATE "default", q FROM kept.paperr ORDER BY 1, 2', $$ VALUES ('a', '2'), ('a', '3'), ('b', '2'), ('b', '3') $$, 'keys of several columns, and XML');
DELETE FROM field.papers WHERE box = 'a';
SELECT results_eq('SELECT source_box COLLATE "default", q FROM kept.paperr ORDER BY 1, 2', $$ VALUES ('b', '2'), ('b', '3') $$, 'tell rows apart');
SELECT quire.create_tables(pg_temp.form((SELECT string_agg(format('<q%s/>', i), '' ORDER BY i) FROM generate_series(1, 700) i)), 'field.visits', 'xml', 'kept', 'wide_');
INSERT INTO field.visits VALUES (70, 1, (SELECT '<data>' || string_agg(format('<q%s>%s</q%1$s>', i, repeat('x', 20)), '' ORDER BY i) || '</data>' FROM generate_series(1, 700) i));
SELECT results_eq('SELECT q1, q350, q700 FROM kept.wide_submissions JOIN kept.wide_submissions_2 USING (source_id) JOIN kept.wide_submissions_3 USING (source_id) WHERE source_id = 70',
    $$ VALUES (repeat('x', 20), repeat('x', 20), repeat('x', 20)) $$, 'what might not fit into a page goes on in another table');

-- Wrong use -------------------------------------------------------------------------------------------------------

CREATE VIEW field.view AS TABLE field.visits;
CREATE TABLE field.keyless (xml text);
CREATE TABLE field.parts (id int PRIMARY KEY, xml text) PARTITION BY RANGE (id);
CREATE TABLE field.part PARTITION OF field.parts DEFAULT;
CREATE TABLE field.heir () INHERITS (field.keyless);
CREATE FUNCTION pg_temp.refused(source text, prefix text DEFAULT 'x_') RETURNS text LANGUAGE sql AS $$
    SELECT f[1] || ' ' || f[2]
    FROM test.fault(format('SELECT quire.create_tables(test.household(), %L, ''xml'', ''kept'', %L)', source, prefix)) AS f
$$;
SELECT is(pg_temp.refused('field.view'), '42809 tables cannot be kept up to date from field.view', 'a view has no triggers of that kind');
SELECT is(pg_temp.refused('field.parts'), '42809 tables cannot be kept up to date from field.parts', 'partitions can be written to past their table''s triggers');
SELECT is(pg_temp.refused('field.part'), '42809 tables cannot be kept up to date from field.part', 'and the other way round');
SELECT is(pg_temp.refused('field.keyless'), '42809 tables cannot be kept up to date from field.keyless', 'as can heirs');
DROP TABLE field.heir;
SELECT is(pg_temp.refused('field.keyless'), '55000 field.keyless has no primary key', 'rows must be told apart');
CREATE TABLE field.lists (id int[] PRIMARY KEY, xml text);
SELECT is(pg_temp.refused('field.lists'), '0A000 the primary key of field.lists is an array', 'by values that are not lists');
SELECT quire.create_views(test.household(), 'field.visits', 'xml', 'kept', 'x_');
SELECT is(pg_temp.refused('field.visits'), '42809 relation "x_submissions" is no table', 'views do not become tables');
CREATE TABLE field.others (LIKE field.visits INCLUDING ALL);
SELECT is(pg_temp.refused('field.others', 'v_'), '55000 the tables are filled from "field.visits"', 'tables have one source');
ALTER TABLE kept.v_submissions ADD COLUMN mine int;
SELECT is(pg_temp.refused('field.visits', 'v_'), '55000 relation "v_submissions" is not as quire left it', 'what quire cannot fill is not emptied');
ALTER TABLE kept.v_submissions DROP COLUMN mine;
ALTER TABLE field.visits DROP CONSTRAINT visits_pkey, ADD PRIMARY KEY (id, study);
SELECT is(pg_temp.refused('field.visits', 'v_'), '55000 the primary key of field.visits is another than it was', 'nor is the key changed');
ALTER TABLE field.visits DROP CONSTRAINT visits_pkey, ADD PRIMARY KEY (id);
SET LOCAL ROLE collector;
SELECT is(pg_temp.refused('field.visits', 'y_'), '42501 permission denied for schema "kept"', 'one must be allowed to make something in the schema');
RESET ROLE;
GRANT ALL ON SCHEMA kept TO collector;
SET LOCAL ROLE collector;
SELECT is(pg_temp.refused('field.visits', 'y_'), '42501 permission denied for field.visits', 'triggers must be allowed');
RESET ROLE;
GRANT TRIGGER ON field.visits TO collector;
ALTER TABLE field.visits ENABLE ROW LEVEL SECURITY;
SET LOCAL ROLE collector;
SELECT is(pg_temp.refused('field.visits', 'y_'), '42501 row-level security hides rows of field.visits', 'and all rows seen');
RESET ROLE;
ALTER TABLE field.visits DISABLE ROW LEVEL SECURITY;
SET LOCAL ROLE collector;
SELECT is(pg_temp.refused('field.visits', 'v_'), '42501 "v_columns" belongs to another role', 'nobody takes over what belongs to another');
SELECT lives_ok($$ SELECT quire.create_tables(test.household(), 'field.visits', 'xml', 'kept', 'y_') $$, 'an ordinary role can have tables made');
RESET ROLE;

-- The end ---------------------------------------------------------------------------------------------------------

SELECT throws_ok('DROP EXTENSION quire', '2BP01', NULL, 'quire does not leave while triggers need it');
SAVEPOINT all_is_there;
DROP EXTENSION quire CASCADE;
INSERT INTO field.visits VALUES (80, 1, '<data/>');
CREATE TEMP TABLE left_behind AS SELECT (SELECT count(*) FROM pg_trigger WHERE tgrelid = 'field.visits'::regclass AND NOT tgisinternal) AS triggers,
    (SELECT count(*) FROM kept.c_submissions) AS rows;
\copy left_behind TO '/dev/null'
SELECT triggers = 0 AND rows = 4 AS clean FROM left_behind \gset
ROLLBACK TO all_is_there;
SELECT ok(:'clean', 'forced to, it leaves the tables with their rows, and a source that can be written to');

SELECT * FROM finish();
ROLLBACK;
