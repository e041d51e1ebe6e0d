-- The type quire.email.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(54);

SELECT is('Jo.Smith@Example.org'::quire.email::text, 'Jo.Smith@Example.org', 'an address keeps its spelling');
SELECT throws_ok($$ SELECT 'jo at example'::quire.email $$, '22P02', 'invalid e-mail address', 'what is none is refused');
SELECT throws_ok($$ SELECT ''::quire.email $$, '22P02', NULL, 'so is nothing');
SELECT ok(NULL::quire.email IS NULL, 'NULL stays NULL');

-- The rule --------------------------------------------------------------------------------------------------------

SELECT is(quire.is_email(address), valid, format('%s: %s', CASE WHEN valid THEN 'valid' ELSE 'invalid' END, left(address, 60)))
FROM (VALUES
    ('a@b', true), ('a@b.c', true), ('a.b.@c', true), ('.a@c', true), ('a..b@c', true), ('1@2', true),
    ('!#$%&''*+/=?^_`{|}~-@x.org', true), ('a@x-y.org', true), ('a@xn--bcher-kva.example', true),
    (repeat('l', 64) || '@x.org', true), ('a@' || repeat('d', 63) || '.org', true),
    (repeat('l', 64) || '@' || repeat('d', 63) || '.' || repeat('d', 63) || '.' || repeat('d', 61), true),
    ('', false), ('a', false), ('@b', false), ('a@', false), ('a@b@c', false), ('a b@c', false), (' a@b', false),
    ('a@b ', false), ('a@b..c', false), ('a@.b', false), ('a@b.', false), ('a@-b', false), ('a@b-', false),
    ('a@b-.c', false), ('a@b_c', false), ('a@[127.0.0.1]', false), ('"a"@b', false), ('a,b@c', false), ('ä@b', false),
    ('a@ä', false), (E'a@b\n', false), (repeat('l', 65) || '@x.org', false), ('a@' || repeat('d', 64) || '.org', false),
    (repeat('l', 64) || '@' || repeat('d', 63) || '.' || repeat('d', 63) || '.' || repeat('d', 62), false)
) AS cases(address, valid);
SELECT ok(quire.is_email(NULL) IS NULL, 'is_email of NULL is NULL');

-- Comparison ------------------------------------------------------------------------------------------------------

SELECT ok('A@X.org'::quire.email = 'a@x.ORG'::quire.email AND NOT 'A@X.org'::quire.email <> 'a@x.ORG', 'case does not matter');
SELECT ok('a@x.org'::quire.email = 'A@X.org'::text AND 'A@X.org'::varchar = 'a@x.org'::quire.email,
    'nor beside text, which drivers send parameters as');
SELECT ok('A@x'::quire.email < 'b@x' AND 'b@x'::quire.email > 'A@x' AND 'B@x'::quire.email <= 'b@x' AND 'B@x'::quire.email >= 'b@x',
    'the order ignores case');

CREATE TEMP TABLE people (id int, email quire.email);
INSERT INTO people SELECT i, CASE WHEN i % 2 = 0 THEN 'User' ELSE 'USER' END || i / 2 || '@x.org' FROM generate_series(0, 1999) i;
SELECT is((SELECT count(DISTINCT email) FROM people), 1000::bigint, 'DISTINCT takes spellings together');
SELECT is((SELECT count(*) FROM people a JOIN people b ON a.email = b.email::text), 4000::bigint, 'a hash join with text finds them');
SELECT throws_ok('CREATE UNIQUE INDEX ON people (email)', '23505', NULL, 'a unique index takes them for the same');
CREATE INDEX people_email ON people (email);
CREATE INDEX people_hash ON people USING hash (email);
ANALYZE people;

CREATE FUNCTION pg_temp.plan_of(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; lines text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || sql LOOP lines := lines || line || E'\n'; END LOOP;
    RETURN lines;
END $$;
SELECT matches(pg_temp.plan_of($$ SELECT * FROM people WHERE email = 'user7@x.org'::text $$), 'Index', 'text finds an address by index');
SELECT is((SELECT array_agg(id ORDER BY id) FROM people WHERE email = 'uSER7@x.org'::text), ARRAY[14, 15], 'the right ones');
DROP INDEX people_email;
SELECT is((SELECT array_agg(id ORDER BY id) FROM people WHERE email = 'uSER7@x.org'::text), ARRAY[14, 15], 'by hash index too');
DROP INDEX people_hash;

-- In and out ------------------------------------------------------------------------------------------------------

PREPARE find(text) AS SELECT count(*) FROM people WHERE email = $1;
SELECT is(quire.email_send('Jo@x.org'), 'Jo@x.org'::bytea, 'the binary form is the text');
SELECT is('Jo@x.org'::quire.email || ' <x>', 'Jo@x.org <x>', 'an address is text where text is asked for');
SELECT is(lower('Jo@x.org'::quire.email), 'jo@x.org', 'for functions too');
CREATE TEMP TABLE plain (t text, v varchar(50));
INSERT INTO plain SELECT email, email FROM people WHERE id = 0;
INSERT INTO people (email) SELECT t FROM plain;
SELECT is((SELECT count(*) FROM people WHERE email = 'user0@x.org'), 3::bigint, 'assignments go both ways');

SELECT * FROM finish();
ROLLBACK;
