-- create_views(): a form's tables as typed views, over versions of the form.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
SELECT plan(69);

CREATE SCHEMA field;
CREATE SCHEMA seen;
CREATE TABLE field.visits (id bigint PRIMARY KEY, xml text, note text);

-- The columns of a relation, "name type", in their order.
CREATE FUNCTION pg_temp.columns(relation regclass, matching text DEFAULT '^[^_]') RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attname ~ matching AND attname <> 'source_id'
$$;
CREATE FUNCTION pg_temp.form(instance text, binds text DEFAULT '', body text DEFAULT '') RETURNS quire.xform LANGUAGE sql AS $$
    SELECT test.form_xml(instance, binds, body)::quire.xform
$$;
-- The views of one form after the other, in a schema of their own.
CREATE FUNCTION pg_temp.show(form quire.xform, prefix text DEFAULT '', options jsonb DEFAULT '{}') RETURNS SETOF text LANGUAGE sql AS $$
    SELECT quire.create_views(form, 'field.visits', 'xml', 'seen', prefix, options)
$$;

-- What there is ---------------------------------------------------------------------------------------------------

INSERT INTO field.visits VALUES (1, test.visit()), (2, '<data><size>many</size><member><who>Cy</who><age>x</age></member></data>'), (3, '<data><name>'), (4, NULL);
SELECT results_eq($$ SELECT pg_temp.show(test.household()) $$, ARRAY['"seen"."submissions"', '"seen"."member"', '"seen"."member_pet"'],
    'a view for each table, the root''s first');
SELECT lives_ok($$ SELECT view::regclass FROM pg_temp.show(test.household()) AS view $$, 'called by names that are names');
SELECT is(pg_temp.columns('seen.submissions', ''), ARRAY['__id text', '__problems jsonb', 'name text', 'size integer', 'income numeric', 'since date',
        'visited timestamp with time zone', 'visited_offset interval', 'at time without time zone', 'likes text[]', 'likes_label text[]',
        'likes_tea smallint', 'likes_coffee smallint', 'spot text', 'spot_geojson jsonb', 'photo text', 'group_note text', 'meta_instanceID text',
        'meta_instanceName text'],
    'a column for each question, in its type');
SELECT is((SELECT to_jsonb(s) - 'spot_geojson' - '__problems' FROM seen.submissions s WHERE source_id = 1), jsonb_build_object(
        'source_id', 1, '__id', 'uuid:1', 'name', 'Ann & Bo', 'size', 2, 'income', 1234.50, 'since', '2020-02-29',
        'visited', '2024-05-17T08:11:12.5+00:00', 'visited_offset', '02:00:00', 'at', '08:30:00', 'likes', '["tea", "coffee"]'::jsonb,
        'likes_label', '["Tea", "Coffee"]'::jsonb, 'likes_tea', 1, 'likes_coffee', 1, 'spot', '52.5 13.4 30 5', 'photo', 'a.jpg', 'group_note', 'x',
        'meta_instanceID', 'uuid:1', 'meta_instanceName', NULL),
    'holds the answers');
SELECT is((SELECT spot_geojson -> 'coordinates' FROM seen.submissions WHERE source_id = 1), '[13.4, 52.5, 30]', 'geometries as GeoJSON as well');
SELECT results_eq($$ SELECT source_id, __position, who, age FROM seen.member ORDER BY 1, 2 $$,
    $$ VALUES (1::bigint, '{1}'::int[], 'Ann', 40), (1, '{2}', 'Bo', NULL), (2, '{1}', 'Cy', NULL) $$, 'repeats have rows of their own');
SELECT results_eq($$ SELECT m.who, p.kind, p.__position FROM seen.member m JOIN seen.member_pet p ON p.__parent_id = m.__id ORDER BY p.__position $$,
    $$ VALUES ('Ann', 'cat', '{1,1}'::int[]), ('Ann', 'dog', '{1,2}'), ('Bo', 'emu', '{2,1}') $$, 'linked to the rows that they are in');
SELECT results_eq($$ SELECT m.who FROM seen.submissions s JOIN seen.member m ON m.__parent_id = s.__id ORDER BY 1 $$, $$ VALUES ('Ann'), ('Bo') $$,
    'up to the root');

SELECT results_eq($$ SELECT source_id, __problems ->> 0 IS NOT NULL, name FROM seen.submissions ORDER BY 1 $$,
    $$ VALUES (1::bigint, false, 'Ann & Bo'), (2, true, NULL), (3, true, NULL), (4, false, NULL) $$,
    'a submission has its row whatever is wrong with it, or where there is none');
SELECT is((SELECT __problems -> 0 ->> 'path' FROM seen.submissions WHERE source_id = 2), '/size', 'and a note of what is');
SELECT matches((SELECT __problems #>> '{0,message}' FROM seen.submissions WHERE source_id = 3), '^The submission is not a well-formed XML document',
    'also when it cannot be read');
SELECT is((SELECT __problems #>> '{0,position}' FROM seen.member WHERE who = 'Cy'), '[1]', 'repeats tell where');

SELECT is(col_description('seen.submissions'::regclass, attnum), comment, format('comment of %s', attname))
FROM (VALUES ('name', 'Name?'), ('likes_tea', 'Likes?: Tea'), ('visited_offset', '/visited (offset from UTC)'), ('photo', '/photo')) AS c(attname, comment)
    JOIN pg_attribute USING (attname) WHERE attrelid = 'seen.submissions'::regclass;
SELECT is(obj_description('seen.submissions'::regclass), 'Submissions of Test', 'of the view');
SELECT is(obj_description('seen.form_1()'::regprocedure), 'Form test, version 1', 'and of the form''s function');
SELECT results_eq($$ SELECT "column", path, holds, detail FROM seen.columns WHERE relation = 'submissions' AND path = '/likes' ORDER BY ordinal $$,
    $$ VALUES ('likes'::name, '/likes', 'value', NULL), ('likes_label', '/likes', 'label', 'default'), ('likes_tea', '/likes', 'choice', 'tea'),
              ('likes_coffee', '/likes', 'choice', 'coffee') $$, 'a mapping tells what each column stands for');

-- Who may look ----------------------------------------------------------------------------------------------------

CREATE ROLE analyst;
GRANT USAGE ON SCHEMA field, seen TO analyst;
GRANT SELECT ON seen.submissions, seen.member TO analyst;
SET LOCAL ROLE analyst;
SELECT throws_ok('SELECT * FROM seen.submissions', '42501', NULL, 'a view shows nothing to those who may not read its source');
RESET ROLE;
GRANT SELECT ON field.visits TO analyst;
SET LOCAL ROLE analyst;
SELECT is((SELECT count(*) FROM seen.member), 3::bigint, 'and needs no other privilege');
RESET ROLE;
ALTER TABLE field.visits ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON field.visits FOR SELECT TO analyst USING (id > 1);
SET LOCAL ROLE analyst;
SELECT is((SELECT array_agg(source_id ORDER BY source_id) FROM seen.submissions), '{2,3,4}', 'row security holds through it');
RESET ROLE;
DROP POLICY own ON field.visits;
ALTER TABLE field.visits DISABLE ROW LEVEL SECURITY;

-- Versions --------------------------------------------------------------------------------------------------------

CREATE VIEW field.names AS SELECT name FROM seen.submissions;
SELECT pg_temp.show(test.household());
SELECT is(to_regproc('seen.form_2'), NULL, 'the same form is no new version');
TRUNCATE field.visits;
INSERT INTO field.visits VALUES (1, '<data><a>1</a><b>b</b><g><c>c</c></g><r><d>d1</d></r><r><d>d2</d></r></data>'),
    (2, '<data><a>1.5</a><e>e</e><h><b>hb</b></h><g><c>gc1</c></g><g><c>gc2</c></g><r><d>r1</d><f>7</f></r><r><d>r2</d><f>8</f></r></data>');
SELECT pg_temp.show(pg_temp.form('<a/><b/><g><c/></g><r><d/></r>', 'a int, r/d string', test.repeat('r')), 'v_');
SELECT is(pg_temp.columns('seen.v_submissions'), '{a integer,b text,g_c text}', 'a form');
SELECT pg_temp.show(pg_temp.form('<a/><e/><h><b/></h><g><c/></g><r><f/></r>', 'a decimal, r/f int', test.repeat('r', 'g')), 'v_');
SELECT is(pg_temp.columns('seen.v_submissions'), '{a integer,b text,g_c text,a_numeric numeric,e text,h_b text}',
    'another version of it: columns stay; what is new, moved or of another type gets one at the end');
SELECT results_eq($$ SELECT source_id, a, a_numeric, b, h_b, left(g_c, 3), e FROM seen.v_submissions ORDER BY 1 $$,
    $$ VALUES (1::bigint, 1, 1::numeric, 'b', NULL, 'c', NULL), (2, NULL, 1.5, NULL, 'hb', 'gc1', 'e') $$, 'all of them are read from all submissions');
SELECT is((SELECT __problems FROM seen.v_submissions WHERE source_id = 2), NULL, 'faults are told by the newest version');
SELECT results_eq($$ SELECT source_id, __position, c FROM seen.v_g ORDER BY 1, 2 $$, $$ VALUES (1::bigint, '{1}'::int[], 'c'), (2, '{1}', 'gc1'), (2, '{2}', 'gc2') $$,
    'a group that is a repeat now has a view');
SELECT results_eq($$ SELECT source_id, __position, d, f FROM seen.v_r ORDER BY 1, 2 $$,
    $$ VALUES (1::bigint, '{1}'::int[], 'd1', NULL::int), (1, '{2}', 'd2', NULL), (2, '{1}', 'r1', 7), (2, '{2}', 'r2', 8) $$,
    'columns of several versions meet in the right row');
SELECT pg_temp.show(pg_temp.form('<a/>', 'a int'), 'v_');
SELECT is(pg_temp.columns('seen.v_submissions'), '{a integer,b text,g_c text,a_numeric numeric,e text,h_b text}', 'a type that comes back finds its column');
SELECT results_eq($$ SELECT source_id, d, f FROM seen.v_r ORDER BY 1, __position $$,
    $$ VALUES (1::bigint, 'd1', NULL::int), (1, 'd2', NULL), (2, 'r1', 7), (2, 'r2', 8) $$, 'a repeat that is gone is read as before');
SELECT results_eq($$ SELECT a, a_numeric, b, h_b, left(g_c, 3), e FROM seen.v_submissions ORDER BY source_id $$,
    $$ VALUES (1, 1::numeric, 'b', NULL, 'c', NULL), (NULL, 1.5, NULL, 'hb', 'gc1', 'e') $$, 'and so is everything');
SELECT is((SELECT count(*) FROM regexp_matches(pg_get_viewdef('seen.v_submissions'), 'quire\.record', 'g')), 3::bigint, 'with one reading a version that is needed');
SELECT is((SELECT count(*) FROM field.names), 2::bigint, 'views on the views are not disturbed');
SELECT pg_temp.show(pg_temp.form('<q/>', '', '<select1 ref="/data/q"><item><label>One</label><value>1</value></item></select1>'), 'l_');
SELECT pg_temp.show(pg_temp.form('<q/>', '', '<select1 ref="/data/q"><item><label>Two</label><value>2</value></item></select1>'), 'l_');
TRUNCATE field.visits;
INSERT INTO field.visits VALUES (1, '<data><q>1</q></data>'), (2, '<data><q>2</q></data>'), (3, '<data><q>3</q></data>'), (4, '<data/>');
SELECT results_eq('SELECT q, q_label FROM seen.l_submissions ORDER BY source_id', $$ VALUES ('1', 'One'), ('2', 'Two'), ('3', NULL), (NULL, NULL) $$,
    'a choice that is no longer offered keeps its label');

SELECT is(quire.choice_labels('{b,NULL,x,a}', '{"a": "A", "b": "B", "x": 1}'), '{B,NULL,NULL,A}', 'choice_labels() finds the labels of several');
SELECT is(quire.choice_labels('{}', '{}'), '{}', 'or none');
SELECT throws_ok($$ SELECT quire.choice_labels('{a}', '["a"]') $$, '22023', 'the labels are not a JSON object', 'in an object');

-- Names -----------------------------------------------------------------------------------------------------------

SELECT pg_temp.show(pg_temp.form(format('<%1$s/><%1$sx/><a_b/><a><b/></a><ctid/>', repeat('long', 16)), ''), 'n_');
SELECT is((SELECT array_agg(length("column"::text) ORDER BY ordinal) FROM seen.n_columns WHERE path ~ 'long'), '{63,63}', 'too long names are cut');
SELECT is((SELECT array_agg(note ORDER BY ordinal) FROM seen.n_columns WHERE note IS NOT NULL),
    ARRAY[repeat('long', 16), repeat('long', 16) || 'x', 'a_b', 'ctid'], 'the mapping tells what would have stood there');
SELECT is((SELECT count(DISTINCT "column") FROM seen.n_columns), 8::bigint, 'no two names are the same');
INSERT INTO field.visits VALUES (5, format('<data><%1$s>1</%1$s><%1$sx>2</%1$sx><a_b>3</a_b><a><b>4</b></a><ctid>5</ctid></data>', repeat('long', 16)));
SELECT is((SELECT array_agg(e.value ORDER BY c.ordinal) FROM seen.n_submissions s, jsonb_each_text(to_jsonb(s)) e JOIN seen.n_columns c ON c."column" = e.key
           WHERE source_id = 5 AND c.holds = 'value'), '{1,2,3,4,5}', 'and each column holds its answer');

CREATE SCHEMA "Odd ""schema""";
CREATE TABLE "Odd ""schema"""."a 'source'" ("the ""key""" text, "the xml" varchar, PRIMARY KEY ("the ""key"""));
INSERT INTO "Odd ""schema"""."a 'source'" VALUES ('k', '<data><Ünï.code-1>it''s</Ünï.code-1><m>a\b "c"</m></data>');
CREATE TEMP TABLE odd AS SELECT pg_temp.form('<Ünï.code-1/><m/>', '',
    '<select ref="/data/m"><label>Back\slash</label><item><label>1 \ "2"</label><value>a\b</value></item><item><label>'' or "</label><value>"c"</value></item></select>') AS form;
SET LOCAL standard_conforming_strings = off;
SET LOCAL escape_string_warning = off;
SELECT is(array_agg(view), ARRAY['"Odd ""schema"""."it''s "" submissions"'], 'names in need of quotes get them')
FROM odd, quire.create_views(form, '"Odd ""schema"""."a ''source''"', 'the xml', 'Odd "schema"', 'it''s " ') AS view;
SET LOCAL standard_conforming_strings = on;
SELECT is((SELECT to_jsonb(s) - '__id' - '__problems' FROM "Odd ""schema"""."it's "" submissions" s), '{"source_the \"key\"": "k", "Ünï.code-1": "it''s", "m": ["a\\b", "\"c\""],
    "m_label": ["1 \\ \"2\"", "'' or \""], "m_a\\b": 1, "m_\"c\"": 1}', 'any names and texts will do');

-- Sources of all kinds --------------------------------------------------------------------------------------------

CREATE VIEW field.first AS SELECT id, xml FROM field.visits WHERE id = 1;
SELECT quire.create_views(pg_temp.form('<q/>'), 'field.first', 'xml', 'seen', 'first_');
SELECT results_eq('SELECT * FROM seen.first_submissions', $$ VALUES (NULL::text, NULL::jsonb, '1') $$, 'a source without a primary key is told by nothing');
CREATE TABLE field.papers (box int, paper int, body xml, PRIMARY KEY (paper, box) INCLUDE (body));
INSERT INTO field.papers VALUES (1, 2, '<data><q>3</q></data>');
SELECT quire.create_views(pg_temp.form('<q/>'), 'field.papers', 'body', 'seen', 'papers_');
SELECT results_eq('SELECT source_paper, source_box, q FROM seen.papers_submissions', $$ VALUES (2, 1, '3') $$, 'one of several columns by them all; XML is read as well');
SELECT pg_temp.show(pg_temp.form('<q/>'), 'some_', '{"where": "s.id = 2 -- the second"}');
SELECT results_eq('SELECT q FROM seen.some_submissions', $$ VALUES ('2') $$, 'a condition says which rows count');
SELECT pg_temp.show(pg_temp.form('<q/><r/>'), 'some_');
SELECT results_eq('SELECT q FROM seen.some_submissions', $$ VALUES ('2') $$, 'and is remembered');
SELECT pg_temp.show(pg_temp.form('<q/><r/>'), 'some_', '{"where": ""}');
SELECT is((SELECT count(*) FROM seen.some_submissions), 5::bigint, 'until it is taken back');

SELECT pg_temp.show(test.household(), 'plain_', '{"labels": false, "split_choices": false}');
SELECT is(pg_temp.columns('seen.plain_submissions', '^likes'), '{likes text[]}', 'without labels and choices');
SELECT pg_temp.show(pg_temp.form((SELECT string_agg(format('<q%s/>', i), '' ORDER BY i) FROM generate_series(1, 1499) i)), 'wide_');
SELECT is(pg_temp.columns('seen.wide_submissions_2'), '{q1498 text,q1499 text}', 'what does not fit goes on in another view');
INSERT INTO field.visits VALUES (6, '<data><q1>1</q1><q1499>2</q1499></data>');
SELECT results_eq('SELECT q1, q1499 FROM seen.wide_submissions JOIN seen.wide_submissions_2 USING (source_id) WHERE source_id = 6', $$ VALUES ('1', '2') $$, 'with the same key');

-- Wrong use -------------------------------------------------------------------------------------------------------

CREATE TABLE seen.t_submissions ();
CREATE VIEW seen.m_columns AS SELECT 1;
CREATE FUNCTION seen.f_form_7() RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT is(test.fault(format('SELECT quire.create_views(test.household(), %s)', arguments), 'state message'), ARRAY[state, message], format('create_views(form, %s)', arguments))
FROM (VALUES
    ('NULL, ''xml'', ''seen''', '22004', 'the argument "source" is NULL'),
    ('''field.visits'', ''xml'', NULL', '22004', 'the argument "schema" is NULL'),
    ('1, ''xml'', ''seen''', '42P01', 'there is no source of this id'),
    ('''field.visits'', ''xml'', ''nowhere''', '3F000', 'there is no schema "nowhere"'),
    ('''field.visits'', ''body'', ''seen''', '42703', 'field.visits has no column "body"'),
    ('''field.visits'', ''id'', ''seen''', '42804', 'column "id" of field.visits cannot hold submissions'),
    ('''field.visits'', ''xml'', ''seen'', repeat(''p'', 41)', '42622', 'the prefix is longer than 40 bytes'),
    ('''field.visits'', ''xml'', ''seen'', '''', ''{"language": "Klingon"}''', '22023', 'the form has no language "Klingon"'),
    ('''field.visits'', ''xml'', ''seen'', '''', ''{"refill": true}''', '22023', 'there is no option "refill"'),
    ('''field.visits'', ''xml'', ''seen'', ''t_''', '42P07', 'relation "t_submissions" is in the way'),
    ('''field.visits'', ''xml'', ''seen'', ''m_''', '42P07', 'relation "m_columns" is in the way'),
    ('''field.visits'', ''xml'', ''seen'', ''f_''', '42723', 'function "f_form_7" is in the way')
) AS cases(arguments, state, message);
SELECT is(test.fault($$ SELECT pg_temp.show(pg_temp.form('<q/>'), 'bad_', '{"where": "s.id = "}') $$, 'state'), '{42601}', 'a condition that is none');

CREATE OR REPLACE VIEW seen.some_submissions AS SELECT *, 1 AS mine FROM (TABLE seen.some_submissions) AS s;
SELECT is(test.fault($$ SELECT pg_temp.show(pg_temp.form('<q/>'), 'some_') $$, 'state message hint'),
    ARRAY['55000', 'relation "some_submissions" is not as quire left it', 'DROP VIEW "seen"."some_submissions": it is made anew.'], 'a view that was changed is not replaced');
DROP VIEW seen.some_submissions;
SELECT pg_temp.show(pg_temp.form('<q/>'), 'some_');
SELECT is(pg_temp.columns('seen.some_submissions'), '{q text,r text}', 'one that was dropped is made anew, with all its columns');
GRANT ALL ON SCHEMA seen TO analyst;
GRANT USAGE ON SCHEMA test TO analyst;
GRANT SELECT ON seen.some_columns TO analyst;
SET LOCAL ROLE analyst;
SELECT is(test.fault($$ SELECT quire.create_views(test.form_xml('<q/>')::quire.xform, 'field.visits', 'xml', 'seen', 'some_') $$, 'state message'),
    ARRAY['42501', '"some_columns" belongs to another role'], 'nobody takes over what belongs to another');
CREATE FUNCTION seen.trap_form_1() RETURNS quire.xform LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
RESET ROLE;
SELECT is(test.fault($$ SELECT pg_temp.show(pg_temp.form('<q/>'), 'trap_') $$, 'state message'), ARRAY['42501', '"trap_form_1" belongs to another role'],
    'nor is what another has laid there called');

SELECT * FROM finish();
ROLLBACK;
