-- JSON as rows: what the server makes of it, and no key that is passed over in silence.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(33);

CREATE TYPE mood AS ENUM ('so so', 'a "quoted" one');
CREATE TYPE part AS (a int, b text[]);
CREATE DOMAIN small AS int CHECK (VALUE < 100);
CREATE DOMAIN parts AS part[];
-- Every kind of type, with what is special about each.
CREATE TABLE kinds (
    b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, n2 numeric(20, 4), t text, v varchar(20), c char(5), "char" "char", nm name,
    by bytea, d date, ti time, tz timetz, ts timestamp, tst timestamptz, tst0 timestamptz(0), iv interval, u uuid, j json, jb jsonb, x xml, m money,
    o oid, rc regclass, inr inet, ci cidr, ma macaddr, bi bit(3), vb varbit, p point, bx box, r int4range, mr nummultirange, tv tsvector, mo mood, do_ small,
    pt part, pts parts, ia int[], ta text[], nna numeric[][], da date[], ja jsonb[], em quire.email, "quo""ted
name" int, "größe" text, gen int GENERATED ALWAYS AS (i4 + 1) STORED, jp jsonpath, ln pg_lsn
);
INSERT INTO kinds DEFAULT VALUES;
INSERT INTO kinds VALUES (
    true, -32768, -2147483648, -9223372036854775808, 'NaN', '-Infinity', 'NaN', -0.0001, E'a "b" \\ \n \x01\x7f ü😀', 'v', 'c', 'x', 'name',
    '\x00ff', '0044-03-15 BC', '24:00', '12:00+05:30', '-infinity', 'infinity', '1890-01-01 00:00:00.7', '1 year -2 days 03:04:05.006', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    '{"a" :  1,"a":2}', '{"b": 1.50, "a": [null, "ü\n"]}', '<a>"b"</a>', '12.30',
    4294967295, 'pg_class', '::1/64', '10.0.0.0/8', '08:00:2b:01:02:03', '101', '1', '(1,2)', '(1,2),(3,4)', '[1,5)', '{[1.5,2),(3,)}', '''a'' ''b'':1A', 'a "quoted" one', 99,
    (1, '{"x y",NULL}'), ARRAY[(1, '{}'), NULL, (NULL, '{z}')]::part[], '{1,NULL,3}', '{"a \"b\"",NULL,NULL}', '{{1.0,2},{3,NaN}}', '{2024-02-29,infinity}', ARRAY['{"a": 1}'::jsonb, NULL], 'A@x.org', 7, 'groß', DEFAULT, '$.a', '1/2'
);
INSERT INTO kinds (i4, i8, f4, f8, n, n2, d, ts, tst, jb) SELECT
    i, 9223372036854775807, 1.1::float4 * i, pi() * 10 ^ (i * 10), (10::numeric ^ (i * 7)) + 1, i * 1234.5678, date '2000-01-01' + i * 1000,
    timestamp '2024-03-31 01:59:59.999999' + i * interval '1 year 7 minutes 100 milliseconds', timestamptz '2024-03-31 01:59:59.5' + i * interval '177 days', to_jsonb(i)
FROM generate_series(-20, 20) i;


-- Round trips; what JSON cannot tell apart is what to_jsonb makes the same of.
SELECT results_eq('SELECT to_jsonb(quire.from_json(NULL::kinds, to_jsonb(k)))::text FROM kinds k', 'SELECT to_jsonb(k)::text FROM kinds k', 'a row comes back');
SELECT results_eq('SELECT quire.from_json(NULL::kinds, to_jsonb(k))::text FROM kinds k', 'SELECT jsonb_populate_record(NULL::kinds, to_jsonb(k))::text FROM kinds k', 'as the server reads it');
SELECT results_eq($$ SELECT quire.from_json(NULL::kinds, (SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(to_jsonb(k) - '{jb,ja,j,pt,pts,ia,ta,nna,da}'::text[])))::text FROM kinds k $$,
    $$ SELECT jsonb_populate_record(NULL::kinds, (SELECT jsonb_object_agg(key, value) FROM jsonb_each_text(to_jsonb(k) - '{jb,ja,j,pt,pts,ia,ta,nna,da}'::text[])))::text FROM kinds k $$, 'also from texts alone');

-- One value after another into one column after another: the same row or the same error as the server's.
CREATE FUNCTION pg_temp.outcome(call text, value jsonb, name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SELECT (%s(NULL::kinds, jsonb_build_object($1, $2)))::text', call) INTO result USING name, value;
    RETURN result;
EXCEPTION WHEN others THEN
    RETURN sqlstate || ' ' || sqlerrm;
END $$;
CREATE TEMP TABLE trial AS
SELECT attname::text AS name, value, pg_temp.outcome('quire.from_json', value, attname) AS ours, pg_temp.outcome('jsonb_populate_record', value, attname) AS theirs
FROM pg_attribute, unnest(ARRAY['null', 'true', 'false', '0', '1', '-1', '1.0', '1.5', '1e3', '40000', '-32769', '3000000000', '1e30', '1e-5', '99', '100', '""', '"x"', '"1"', '" 1 "', '"NaN"',
    '"2024-02-29"', '"2023-02-29"', '"2024-2-9"', '"0001-01-01 BC"', '"10000-01-01"', '"2024-05-17T10:11:12.5+02:00"', '"2024-05-17 10:11:12"', '"2024-05-17T10:11:12.1234567Z"', '"2024-05-17T10:11:12.123456Z"',
    '"2024-05-17T24:00:00Z"', '"2024-05-17T23:59:60Z"', '"2024-05-17T10:11:12-1530"', '"2024-05-17T10:11:12+15:59"', '"2024-05-17T10:11Z"', '"0000-01-01T00:00:00Z"', '"9999-12-31T23:59:59.999999-15:00"', '" 2024-05-17T10:11:12Z"', '"2024-05-17t10:11:12z"', '"2024-05-17T10:11:12,5Z"', '"2024-05-17T10:11:12."', '"infinity"', '"now"', '"24:00"', '"so so"', '"12.30"', '"[1,5)"',
    '"a@b"', '"\\x00ff"', '"{1,2}"', '"(1,{a})"', '"{\"(1,{a})\"}"', '[]', '[1, "2", null]', '[[1, 2], [3, null]]', '[[1], 2]', '["x", "\"y\""]', '{}', '{"a": 1, "b": ["x"]}', '{"a": "1"}', '{"c": 1}', '[{"a": 1}, null]', '[1]', '"ünï 😀"',
    '123456789012345678901234567890.123456789', '"1 year"', '"10.0.0.0/8"', '"<a/>"', '"<a>"', '"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"', '"longer than twenty characters"']::jsonb[]) AS value
WHERE attrelid = 'kinds'::regclass AND attnum > 0 AND NOT attisdropped;
SELECT cmp_ok((SELECT count(*) FROM trial), '>', 3000::bigint, 'all kinds of values into all kinds of columns');
SELECT is_empty('SELECT * FROM trial WHERE ours IS DISTINCT FROM theirs', 'give the same row or the same error as the server');
SELECT cmp_ok((SELECT count(*) FROM trial WHERE ours ~ '^\d{5} '), '>', 600::bigint, 'of which there are many');

-- Keys.
CREATE TYPE thing AS (id int, name text, tags text[]);
SELECT is(quire.from_json(NULL::thing, '{"id": 1, "tags": ["a", null]}'), (1, NULL, ARRAY['a', NULL])::thing, 'a part of a row');
SELECT is(quire.from_json((1, 'x', '{b}')::thing, '{"name": null, "id": 2}'), (2, NULL, '{b}')::thing, 'on top of another row');
SELECT is(quire.from_json((1, 'x', '{b}')::thing, '{"tags": ["c"]}'), (1, 'x', '{c}')::thing, 'with an array');
SELECT is(quire.from_json((1, 'x', '{b}')::thing, '{}'), (1, 'x', '{b}')::thing, 'nothing changes nothing');
SELECT is(quire.from_json((1, 'x', '{b}')::thing, NULL), (1, 'x', '{b}')::thing, 'nor does NULL');
SELECT is(quire.from_json(NULL::thing, NULL)::text, NULL, 'NULL and NULL are NULL');
SELECT is((quire.from_json(row(1, 'x'::text), '{"f2": "y"}')::text), '(1,y)', 'a row without a type');
SELECT is(test.fault($$ SELECT quire.from_json(NULL::thing, '{"id": 1, "nam": 2, "Id": 3}') $$, 'state message hint'),
    ARRAY['42703', 'thing has no column "Id", "nam"', 'quire.clean_values leaves out the keys that no column is for.'], 'other keys are errors');
SELECT is(quire.from_json(NULL::thing, '{"id": 1, "nam": 2, "name": "x"}', '{nam,name}'), (1, NULL, NULL)::thing, 'unless they are to be ignored, columns or not');
SELECT is(quire.from_json((5, NULL, NULL)::thing, '{"id": "no number"}', '{id}'), (5, NULL, NULL)::thing, 'what is ignored is not read');
SELECT is(quire.from_json(NULL::thing, '{"id": 1}', NULL), (1, NULL, NULL)::thing, 'NULL ignores nothing');
SELECT is(array_agg(quire.from_json(NULL::thing, '{"id": 1, "name": "x"}', names)::text), '{"(,x,)","(1,,)"}', 'each row may ignore others') FROM (VALUES ('{id}'::text[]), ('{name}')) AS v(names);
SELECT matches(array_to_string(test.fault($$ SELECT quire.from_json(NULL::thing, '{"id": "one"}') $$, 'state context'), ' '), '^22P02 JSON key "id"\n', 'an error says which key it is about');
SELECT is((SELECT count(*) FROM (SELECT test.fault(format('SELECT quire.from_json(NULL::thing, %L)', json)) AS f FROM unnest('{"[]","1","null","[{\"id\": 1}]"}'::text[]) AS json) s WHERE f[1] = '22023'), 4::bigint, 'what is no object is refused');
SELECT throws_ok($$ SELECT quire.from_json(1, '{}') $$, '42804', 'the first argument has no row type', 'a scalar has no columns');
SELECT throws_ok($$ SELECT quire.from_json(NULL::record, '{}') $$, '42804', NULL, 'nor has a row that is not there, of no type');
SELECT cmp_ok(length(array_to_string(test.fault(format('SELECT quire.from_json(NULL::thing, %L)', jsonb_build_object(repeat('k', 100000), 1)), 'message'), '')), '<', 200, 'a long key makes no long message');
SELECT is(array_to_string(test.fault($$ SELECT quire.from_json(NULL::thing, (SELECT jsonb_object_agg('k' || i, i) FROM generate_series(1, 20) i)) $$, 'detail'), ''), 'There are 12 more such keys.', 'nor do many keys');

-- Domains.
CREATE DOMAIN filled AS text NOT NULL CHECK (VALUE <> '');
CREATE TYPE strict_thing AS (id small, name filled);
SELECT throws_ok($$ SELECT quire.from_json(NULL::strict_thing, '{"id": 100, "name": "x"}') $$, '23514', NULL, 'a domain checks what it holds');
SELECT throws_ok($$ SELECT quire.from_json(NULL::strict_thing, '{"id": 1, "name": ""}') $$, '23514', NULL, 'texts too');
SELECT throws_ok($$ SELECT quire.from_json(NULL::strict_thing, '{"id": 1, "name": null}') $$, '23502', NULL, 'NULL too');
SELECT throws_ok($$ SELECT quire.from_json(NULL::strict_thing, '{"id": 1}') $$, '23502', NULL, 'and nothing at all');
SELECT is(quire.from_json((1, 'x')::strict_thing, '{"id": 2}')::text, '(2,x)', 'what was there was checked before');
CREATE DOMAIN even_thing AS thing CHECK ((VALUE).id % 2 = 0);
SELECT is(quire.from_json(NULL::even_thing, '{"id": 2}')::text, '(2,,)', 'a domain of a row');
SELECT throws_ok($$ SELECT quire.from_json(NULL::even_thing, '{"id": 1}') $$, '23514', NULL, 'is checked as well');

-- Many columns, and a type that changes.
DO $$ BEGIN EXECUTE (SELECT 'CREATE TYPE big AS (' || string_agg('c' || i || ' int', ',') || ')' FROM generate_series(1, 300) i); END $$;
SELECT is(quire.to_json(quire.from_json(NULL::big, o)), o, 'many columns') FROM (SELECT jsonb_object_agg('c' || i, i) AS o FROM generate_series(1, 300) i) s;
CREATE FUNCTION pg_temp.grow() RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text := '';
BEGIN
    FOR i IN 1..2 LOOP
        result := result || quire.from_json(NULL::thing, '{"id": 1}')::text;
        IF i = 1 THEN EXECUTE 'ALTER TYPE thing ADD ATTRIBUTE more int CASCADE'; END IF;
    END LOOP;
    RETURN result;
END $$;
DROP DOMAIN even_thing;
SELECT is(pg_temp.grow(), '(1,,)(1,,,)', 'a type that changes');

SELECT * FROM finish();
ROLLBACK;
