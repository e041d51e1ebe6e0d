-- Tokens: random, fit for URLs, and stored as digests.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(16);

SELECT matches(quire.new_token(), '^[A-Za-z0-9_-]{43}$', 'a token is 32 bytes in characters that URLs take');
SELECT is(length(quire.new_token(bytes)), characters, format('%s bytes are %s characters', bytes, characters))
FROM (VALUES (16, 22), (17, 23), (18, 24), (48, 64), (64, 86), (1024, 1366)) AS cases(bytes, characters);
SELECT is((SELECT count(DISTINCT quire.new_token()) FROM generate_series(1, 1000)), 1000::bigint, 'no two are the same');
SELECT ok((SELECT count(DISTINCT c) = 64 FROM regexp_split_to_table((SELECT string_agg(quire.new_token(), '') FROM generate_series(1, 100)), '') c),
    'all 64 characters occur');
SELECT is(test.fault(format('SELECT quire.new_token(%s)', bytes), 'state detail'),
    ARRAY['22023', 'It may have 16, for fewer could be guessed, to 1024.'], bytes || ' bytes are refused')
FROM unnest(ARRAY[-1, 15, 1025]) AS bytes;
SELECT ok(quire.new_token(NULL) IS NULL, 'NULL stays NULL');

SELECT is(quire.token_digest('pässword'), sha256(convert_to('pässword', 'UTF8')), 'the digest is SHA-256 of the text in UTF-8');
SELECT throws_ok($$ SELECT quire.token_digest(repeat('x', 65537)) $$, '54000', 'the token is too long', 'a token has at most 65536 bytes');

CREATE TEMP TABLE sessions (digest bytea PRIMARY KEY, name text);
WITH issued AS (SELECT quire.new_token() AS token), kept AS (
    INSERT INTO sessions SELECT quire.token_digest(token), 'jo' FROM issued
)
SELECT set_config('test.token', token, true) FROM issued \gset ignored_
SELECT is((SELECT name FROM sessions WHERE digest = quire.token_digest(current_setting('test.token'))), 'jo', 'a token is found by its digest');

SELECT * FROM finish();
ROLLBACK;
