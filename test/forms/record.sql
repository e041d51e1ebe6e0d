-- quire.record(): typed columns.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL timezone = 'UTC';
SELECT plan(39);

CREATE TEMP TABLE visits (id int, xml text);
INSERT INTO visits VALUES (1, test.visit());

SELECT results_eq($$ SELECT r.* FROM visits, quire.record(test.household(), xml) AS r(
        name text, size int, income numeric, since date, visited timestamptz, at time, likes text[], spot jsonb, photo varchar, "group/note" text) $$,
    $$ VALUES ('Ann & Bo', 2, 1234.50, '2020-02-29'::date, '2024-05-17 08:11:12.5+00'::timestamptz, '08:30'::time, '{tea,coffee}'::text[],
        '{"type": "Point", "coordinates": [13.4, 52.5, 30], "properties": {"accuracy": 5}}'::jsonb, 'a.jpg'::varchar, 'x') $$,
    'answers in the types that the caller lists');
SELECT results_eq($$ SELECT r.* FROM visits, quire.record(test.household(), xml, 'Submissions.member') AS r(who text, age smallint) $$,
    $$ VALUES ('Ann', 40::smallint), ('Bo', NULL) $$, 'a row for each instance of a repeat');
SELECT results_eq($$ SELECT r.* FROM visits, quire.record(test.household(), xml, 'member/pet') AS r(kind text) $$,
    $$ VALUES ('cat'), ('dog'), ('emu') $$, 'at any depth');
SELECT is_empty($$ SELECT r.* FROM quire.record(test.household(), '<data/>', 'member') AS r(who text) $$, 'none where there is no instance');
SELECT results_eq($$ SELECT r.* FROM quire.record(test.household(), '<data/>') AS r(name text, size int) $$, $$ VALUES (NULL::text, NULL::int) $$,
    'but always one of the root');

-- Names -----------------------------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT r.* FROM visits, quire.record(test.household(), xml) AS r(group_note text, note text, "/group/note" text, instanceID text) $$,
    $$ VALUES ('x', 'x', 'x', 'uuid:1') $$, 'a question is found by path, with underscores, by its own name, and though SQL folds case');
SELECT is(test.fault($$ SELECT * FROM quire.record(test.household(), '<data/>', 'member') AS r(whom text) $$, 'state message hint'),
    ARRAY['42703', 'the table has no question "whom"', 'Its questions are "member/who", "member/age".'], 'a name that is none is an error that lists them');
SELECT is(test.fault($$ SELECT * FROM quire.record(test.form_xml('<a><x/></a><b><x/></b>')::quire.xform, '<data/>') AS r(x text) $$, 'state hint'),
    ARRAY['42702', 'Name one of "a/x", "b/x".'], 'so is a name that several have');
SELECT is((test.fault($$ SELECT * FROM quire.record(test.household(), '<data/>', 'nothing') AS r(x text) $$, 'state'))[1], '42P01', 'and a table that is none');

-- Types -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.answer(type text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SELECT r::text FROM quire.record(test.household(), $1) AS r(name %s)', type) INTO result
        USING '<data><name>' || value || '</name></data>';
    RETURN result;
END $$;
SELECT is(pg_temp.answer(type, value), result, format('%s as %s', value, type))
FROM (VALUES
    ('int', ' -7 ', '(-7)'), ('bigint', '-9223372036854775808', '(-9223372036854775808)'), ('numeric', '007.500', '(7.500)'),
    ('numeric', '123456789012345678901234567890.5', '(123456789012345678901234567890.5)'), ('numeric(5,1)', '12.34', '(12.3)'),
    ('float8', '1.0E10', '(10000000000)'), ('real', '0.5', '(0.5)'), ('bool', '1', '(t)'), ('date', '2024-5-1', '(2024-05-01)'),
    ('timestamp', '2024-05-17T10:11:12+02:00', '("2024-05-17 10:11:12")'), ('timestamptz', '2024-05-17T10:11', '("2024-05-17 10:11:00+00")'),
    ('timetz', '10:11:12+02:00', '(10:11:12+02)'), ('varchar(3)', 'abc', '(abc)'), ('uuid', '12345678-1234-4123-8234-123456789abc',
    '(12345678-1234-4123-8234-123456789abc)'), ('jsonb', 'x', '("""x""")')
) AS cases(type, value, result);
SELECT is(test.fault(format('SELECT pg_temp.answer(%L, %L)', type, value), 'state detail'),
    ARRAY['22P02', 'The question is /name. ' || detail], format('%s is no %s, and is not told', value, type))
FROM (VALUES
    ('int', '2147483648', 'The answer is not an integer in the range of its column.'), ('bigint', '9223372036854775808', 'The answer is not an integer in the range of its column.'),
    ('int', '1.5', 'The answer is not an integer in the range of its column.'), ('numeric', 'NaN', 'The answer is not a number.'),
    ('date', '2023-02-29', 'The answer is not a date.'), ('uuid', 'secret', 'The answer is not a value of the column''s type.')
) AS cases(type, value, detail);

SELECT results_eq($$ SELECT r.* FROM visits, quire.record(test.household(), xml) AS r(
        "visited#offset" interval, "spot#wkt" text, "spot#geojson" jsonb, "size#text" text, "likes#=tea" smallint, "likes#=milk" smallint) $$,
    $$ VALUES ('02:00'::interval, 'POINT (13.4 52.5 30)', '{"type": "Point", "coordinates": [13.4, 52.5, 30], "properties": {"accuracy": 5}}'::jsonb,
        '2', 1::smallint, 0::smallint) $$, 'forms of an answer beside its value');

-- Rows and problems -----------------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT r.* FROM visits, quire.record(test.household(), xml, 'member/pet') AS r(kind text, __position int[]) $$,
    $$ VALUES ('cat', '{1,1}'::int[]), ('dog', '{1,2}'), ('emu', '{2,1}') $$, 'where a row stands');
SELECT is((SELECT string_agg(who || ' ' || kind, ', ' ORDER BY who, kind) FROM visits,
        quire.record(test.household(), xml, 'member') AS m(who text, __id text, __parent_id text),
        quire.record(test.household(), xml, 'pet') AS p(kind text, __parent_id text)
    WHERE p.__parent_id = m.__id AND m.__parent_id = 'uuid:1'), 'Ann cat, Ann dog, Bo emu', 'rows join to the row around them');
SELECT is(__id, 'uuid:1', 'the root is called as its instance') FROM visits, quire.record(test.household(), xml) AS r(__id text);
SELECT results_eq($$ SELECT r.* FROM quire.record(test.household(), '<data><size>x</size><name>y</name></data>', options => '{"on_error": "null"}')
        AS r(name text, size int, __problems jsonb) $$,
    $$ VALUES ('y', NULL::int, '[{"path": "/size", "position": [], "message": "The answer is not an integer in the range of its column."}]'::jsonb) $$,
    'on_error null keeps the row and reports the answer');
SELECT results_eq($$ SELECT r.name, r.__problems #>> '{0,path}' FROM quire.record(test.household(), '<data>', options => '{"on_error": "null"}')
        AS r(name text, __problems jsonb) $$, $$ VALUES (NULL::text, NULL::text) $$, 'even of a submission that cannot be read');
SET LOCAL quire.max_submission_size = '1kB';
SELECT is(__problems #>> '{0,message}', 'The submission has more bytes than quire.max_submission_size allows.', 'or is too large to be')
FROM quire.record(test.household(), '<data>' || repeat(' ', 1024) || '</data>', options => '{"on_error": "null"}') AS r(name text, __problems jsonb);
RESET quire.max_submission_size;
SELECT is((test.fault($$ SELECT * FROM quire.record(test.household(), '<data>') AS r(name text) $$, 'state'))[1], '2200N', 'else that is an error');
SELECT is(test.fault($$ SELECT quire.record(test.household(), '<data/>') $$, 'state'), ARRAY['0A000'], 'it wants a list of columns');

SELECT * FROM finish();
ROLLBACK;
