-- Rows as JSON: what the server makes of them, without some columns.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'Asia/Kathmandu';
SELECT plan(23);

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

SELECT results_eq('SELECT quire.to_json_text(k) FROM kinds k', 'SELECT row_to_json(k)::text FROM kinds k', 'the text is what row_to_json writes');
SELECT results_eq('SELECT quire.to_json(k) FROM kinds k', 'SELECT to_jsonb(k) FROM kinds k', 'the JSON is what to_jsonb makes');
SET LOCAL extra_float_digits = 0;
SET LOCAL bytea_output = escape;
SET LOCAL IntervalStyle = iso_8601;
SET LOCAL DateStyle = german;
SELECT results_eq('SELECT quire.to_json_text(k) FROM kinds k', 'SELECT row_to_json(k)::text FROM kinds k', 'whatever the settings');
RESET extra_float_digits;
SELECT is_empty($$
    SELECT zone FROM unnest('{UTC,America/St_Johns,Europe/Lisbon,+03:30:15}'::text[]) AS zone, set_config('TimeZone', zone, true), kinds k
    WHERE quire.to_json_text(k) <> row_to_json(k)::text
$$, 'and the time zone');

-- Numbers at the edge of what fits into 64 bits.
SELECT is_empty($$
    SELECT n FROM (SELECT (sign || digits)::numeric AS n FROM unnest('{"",-}'::text[]) sign, unnest('{999999999999999999,9223372036854775807,9223372036854775808,9389218682117240000,9999999999999999999,92233720368547758.07,9.999999999999999999,9.9999999999999999999,10000000000000000000.5}'::text[]) digits) s
    WHERE quire.to_json(row(n)) <> to_jsonb(row(n)) OR quire.to_json_text(row(n)) <> row_to_json(row(n))::text
$$, 'large numbers keep all their digits');
-- Random numbers, moments and texts.
SELECT is_empty($$
    SELECT r FROM (
        SELECT ((random() - 0.5) * 10::float8 ^ (i % 60 - 30))::numeric AS n, round((random() * 10::numeric ^ (i % 90))::numeric, i % 40) AS m, (random() - 0.5) * 10::float8 ^ (i % 600 - 300) AS f,
            ((random() - 0.5) * 10::float8 ^ (i % 60 - 30))::float4 AS g, ((random() - 0.5) * 1.8e19)::int8 AS b, '4713-01-01 BC'::date + (random() * 5000000)::int AS d,
            timestamptz '0001-01-01 BC' + random() * interval '11000 years' AS t, timestamp '0001-01-01 BC' + (random() * 3.4e11)::int8 * interval '1 second' AS s,
            convert_from(decode(string_agg(lpad(to_hex((1 + random() * 126)::int), 2, '0'), ''), 'hex'), 'UTF8') AS x
        FROM generate_series(1, 20000) i, generate_series(1, 5) GROUP BY i) r
    WHERE quire.to_json_text(r) <> row_to_json(r)::text OR quire.to_json(r) <> to_jsonb(r)
$$, 'whatever they are');

-- Columns left out.
SELECT is(quire.to_json_text(t, '{b,none}'), '{"a":1,"c":null}', 'columns are left out; names that are none do no harm') FROM (SELECT 1 AS a, 2 AS b, NULL::int AS c) t;
SELECT is(quire.to_json_text(t, '{a,b,c}'), '{}', 'all of them') FROM (SELECT 1 AS a, 2 AS b, NULL::int AS c) t;
SELECT is(quire.to_json_text(t, '{a}', true), '{"b":2}', 'minimal leaves out what is NULL') FROM (SELECT 1 AS a, 2 AS b, NULL::int AS c) t;
SELECT is(quire.to_json(t, '{a}', minimal => true), '{"b": 2}', 'so it does for jsonb') FROM (SELECT 1 AS a, 2 AS b, NULL::int AS c) t;
SELECT is(quire.to_json_text(t, ARRAY[NULL, 'a']), '{"b":2}', 'a NULL is no name') FROM (SELECT 1 AS a, 2 AS b) t;
SELECT results_eq($$ SELECT quire.to_json(k, '{i4,jb,pts,"größe"}') FROM kinds k $$, $$ SELECT to_jsonb(k) - '{i4,jb,pts,größe}'::text[] FROM kinds k $$, 'what is left is what minus leaves');
-- One row to another, one list to another.
SELECT is(count(*) FILTER (WHERE quire.to_json_text(k, names)::jsonb = to_jsonb(k) - names), count(*), 'each row has its own list')
FROM kinds k, (VALUES (ARRAY['t', 'pt']), ('{}'), ('{n}')) AS v(names);

-- Where rows come from.
SELECT is(quire.to_json_text(row(1, 'x', NULL)), '{"f1":1,"f2":"x","f3":null}', 'a row without a type');
SELECT is(quire.to_json_text(row(1, '{a}')::part), '{"a":1,"b":["a"]}', 'of a type of its own');
SELECT is(quire.to_json_text(NULL::part), NULL, 'no row');
SELECT throws_ok('SELECT quire.to_json(1)', '42804', 'the value is no row', 'a scalar is no row');
SELECT throws_ok('SELECT quire.to_json_text(''{1}''::int[])', '42804', NULL, 'nor is an array');
CREATE TABLE wide AS SELECT 1 AS id, string_agg(md5(i::text), '') AS long FROM generate_series(1, 10000) i;
SELECT is(quire.to_json_text(w), row_to_json(w)::text, 'long texts') FROM wide w;
SELECT is(quire.to_json_text(w, '{long}'), '{"id":1}', 'which are left out') FROM wide w;
ALTER TABLE wide ALTER long SET STORAGE main;
UPDATE wide SET long = repeat('compress me ', 500);
SELECT is(quire.to_json_text(w), row_to_json(w)::text, 'compressed in their row') FROM wide w;

-- A table that changes between two calls of one place.
CREATE FUNCTION pg_temp.shapes() RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text := ''; r record;
BEGIN
    FOR i IN 1..2 LOOP
        FOR r IN EXECUTE 'SELECT * FROM shape' LOOP result := result || quire.to_json_text(r); END LOOP;
        EXECUTE 'ALTER TABLE shape ADD extra int DEFAULT 5, DROP a';
        EXECUTE 'ALTER TABLE shape ADD a text DEFAULT ''new''';
        EXIT WHEN i = 2;
        FOR r IN EXECUTE 'SELECT * FROM shape' LOOP result := result || quire.to_json_text(r); END LOOP;
        EXECUTE 'ALTER TABLE shape DROP extra';
    END LOOP;
    RETURN result;
END $$;
CREATE TABLE shape AS SELECT 1 AS a, 2 AS b;
SELECT is(pg_temp.shapes(), '{"a":1,"b":2}{"b":2,"extra":5,"a":"new"}{"b":2,"a":"new"}', 'a table that changes');
SELECT is((SELECT string_agg(quire.to_json_text(s), '') FROM shape s), '{"b":2,"extra":5,"a":"new"}', 'and dropped columns');

SELECT * FROM finish();
ROLLBACK;
