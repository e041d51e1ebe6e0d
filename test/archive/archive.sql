-- Compressed payloads.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(53);

SELECT is(quire.gunzip(quire.gzip('\x00ff00'::bytea)), '\x00ff00'::bytea, 'bytes come back');
SELECT is(quire.gunzip_text(quire.gzip('Grüße'::text)), 'Grüße', 'text comes back');
SELECT is(quire.gunzip_json(quire.gzip('{"b": [1, 2.50, null], "a": "ü"}'::jsonb)), '{"b": [1, 2.50, null], "a": "ü"}'::jsonb, 'JSON comes back');
SELECT is(quire.gunzip_text(quire.gzip('{"b": 1}'::jsonb)), '{"b": 1}', 'compressed JSON is its text');
SELECT is(quire.gunzip(quire.gzip('')), ''::bytea, 'nothing comes back as nothing');
SELECT is(quire.gunzip_text(quire.gzip('')), '', 'also as text');
SELECT ok(bool_and(quire.gunzip_text(quire.gzip(content, level)) = content), 'at every level and size')
FROM generate_series(0, 9) AS level, (SELECT repeat('x', 300000) UNION ALL SELECT string_agg(md5(i::text), '') FROM generate_series(1, 20000) i) AS c(content);
SELECT ok(length(quire.gzip(repeat('x', 10000), 9)) < length(quire.gzip(repeat('x', 10000), 0)), 'a level makes a difference');
SELECT is(quire.gzip('x'), quire.gzip('x', 6), 'the usual level is 6');
SELECT is(encode(substr(quire.gzip('x'), 1, 8), 'hex'), '1f8b080000000000', 'it is gzip, without a name and a time');
SELECT is(quire.gzip(NULL::text), NULL, 'NULL gives NULL');
SELECT is(quire.gunzip(NULL), NULL, 'NULL gives NULL back');
SELECT is(quire.gunzip_text(NULL), NULL, 'as text');
SELECT is(quire.gunzip_json(NULL), NULL, 'and as JSON');
SELECT throws_ok($$ SELECT quire.gzip('x', 10) $$, '22023', 'there is no compression level 10', 'levels end at 9');
SELECT throws_ok($$ SELECT quire.gzip('x', -1) $$, '22023', 'there is no compression level -1', 'and begin at 0');

-- zlib, for those who read nothing else.
SELECT is(quire.gunzip(quire.zlib('\x00ff00'::bytea)), '\x00ff00'::bytea, 'zlib comes back too');
SELECT is(quire.zlib('hello'), '\x789ccb48cdc9c90700062c0215'::bytea, 'and is what Python''s zlib.compress writes');
SELECT throws_ok($$ SELECT quire.zlib('x', 10) $$, '22023', 'there is no compression level 10', 'at the same levels');

-- What others wrote: bytes of Python 3.11 and Node 18.
SELECT is(quire.gunzip_json('\x1f8b080000f1536502ffab564a54b2528836d45130d23335d051c82bcdc989d551502a058a2ac5941a18a49a28d502007cf1057825000000'),
    '{"a": [1, 2.50, null], "u": "ä"}', 'gzip.compress of what json.dumps wrote, with its time');
SELECT is(quire.gunzip_json('\x1f8b080800f1536502ff6e616d652e6a736f6e00ab564a54b252503abc44494741290fc88c36d45130d233d551c82bcdc989ad05002711bc4d20000000'),
    '{"a": "ä", "n": [1, 2.5, null]}', 'GzipFile, with a name');
SELECT is(quire.gunzip_text('\x789c732f3abce7f0fc54000f4f0400'), 'Grüße', 'zlib.compress');
SELECT is(quire.gunzip_text('\x1f8b0800000000000003cb48cdc9c9070086a6103605000000'), 'hello', 'Node''s zlib.gzipSync(''hello'')');
SELECT is(quire.gunzip_text('\x1f8b08000000000002ffcb48cdc9c9070086a6103605000000'), 'hello', 'Python''s gzip.compress(b"hello", mtime=0)');
SELECT is(quire.gunzip_text('\x789ccb48cdc9c90700062c0215'), 'hello', 'Python''s zlib.compress(b"hello")');

-- What cannot be read says why.
CREATE FUNCTION pg_temp.refusal(data bytea, most bigint DEFAULT NULL) RETURNS text[] LANGUAGE sql AS $$
    SELECT test.fault(format('SELECT quire.gunzip(%L, %L)', data, most), 'state message detail')
$$;
SELECT is(pg_temp.refusal(''), ARRAY['22P03', 'there is no compressed data', 'The value has no bytes; even nothing, compressed, has some.'], 'no bytes');
SELECT is(pg_temp.refusal('hello'), ARRAY['22P03', 'the data is neither gzip nor zlib', ''], 'something else');
SELECT is(pg_temp.refusal(substr(quire.gzip('hello'), 1, 20)), ARRAY['22P03', 'the compressed data ends too early', 'All of its 20 bytes were read, and more were to come.'], 'a part');
SELECT is(pg_temp.refusal(set_byte(quire.gzip('hello'), 18, 0)), ARRAY['22P03', 'the compressed data is damaged', 'It cannot be read, or its checksum differs, at byte 21 of 25.'], 'a wrong checksum');
SELECT is(pg_temp.refusal(set_byte(quire.gzip('hello'), 10, 7)), ARRAY['22P03', 'the compressed data is damaged', 'It cannot be read, or its checksum differs, at byte 11 of 25.'], 'a block that there is not');
SELECT is(pg_temp.refusal(quire.gzip('hello') || 'x'), ARRAY['22P03', 'the compressed data is followed by something else', 'It ends at byte 25 of 26.'], 'trailing garbage');
SELECT is(pg_temp.refusal(quire.gzip('hello') || '\x00'), ARRAY['22P03', 'the compressed data is followed by something else', 'It ends at byte 25 of 26.'], 'also zeros');
SELECT is(pg_temp.refusal('\x78bb062c0215cb000100'), ARRAY['22P03', 'the compressed data needs a dictionary', 'It was compressed with a preset dictionary, which is not at hand.'], 'a dictionary');
SELECT is(quire.gunzip_text(quire.gzip('hello') || quire.gzip('') || quire.gzip(' you')), 'hello you', 'members follow each other');
SELECT is_empty($$
    SELECT size FROM generate_series(0, 24) AS size
    WHERE (pg_temp.refusal(substr(quire.gzip('hello'), 1, size)))[1] IS DISTINCT FROM '22P03'
$$, 'every cut is seen');

-- Limits.
SELECT is(length(quire.gunzip(quire.gzip(repeat('x', 1000)), 1000)), 1000, 'as much as the limit is fine');
SELECT is(pg_temp.refusal(quire.gzip(repeat('x', 1000)), 999), ARRAY['54000', 'the compressed data inflates to more than it may', 'More than 999 bytes come of 29 compressed ones.'], 'one more is too much');
SELECT is(quire.gunzip(quire.gzip(''), 0), '', 'nothing fits into nothing');
SELECT throws_ok($$ SELECT quire.gunzip(quire.gzip('x'), -1) $$, '22023', 'max_bytes is negative', 'a limit is not negative');
CREATE TABLE bomb AS SELECT quire.gzip(convert_to(repeat(repeat('x', 1024), 1024 * 5), 'UTF8'), 9) AS payload;
SELECT cmp_ok((SELECT length(payload) FROM bomb), '<', 10000, 'a small bomb');
SET LOCAL quire.max_inflate = '4MB';
SELECT throws_ok('SELECT quire.gunzip(payload) FROM bomb', '54000', NULL, 'is stopped by the setting');
SELECT throws_ok('SELECT quire.gunzip_text(payload) FROM bomb', '54000', NULL, 'as text');
SELECT throws_ok('SELECT quire.gunzip_json(payload) FROM bomb', '54000', NULL, 'as JSON');
SELECT throws_ok('SELECT quire.gunzip(payload, 100000000) FROM bomb', '54000', NULL, 'whatever the caller would allow');
SET LOCAL quire.max_inflate = '5MB';
SELECT is((SELECT length(quire.gunzip(payload)) FROM bomb), 5 * 1024 * 1024, 'which can be raised');
CREATE ROLE quire_archive_user;
SET LOCAL ROLE quire_archive_user;
SELECT throws_ok('SET quire.max_inflate = ''1GB''', '42501', NULL, 'by a superuser');
RESET ROLE;

-- Text that is none.
SELECT throws_ok($$ SELECT quire.gunzip_text(quire.gzip('\xff'::bytea)) $$, '22021', NULL, 'text is UTF-8');
SELECT throws_ok($$ SELECT quire.gunzip_text(quire.gzip('\x6100'::bytea)) $$, '22021', NULL, 'without zeros');
SELECT throws_ok($$ SELECT quire.gunzip_json(quire.gzip('\x310032'::bytea)) $$, '22021', NULL, 'JSON too');
SELECT throws_ok($$ SELECT quire.gunzip_json(quire.gzip('{"a": NaN}'::text)) $$, '22P02', NULL, 'and is JSON');

-- Names of files.
SELECT is(quire.sha1('abc'), 'a9993e364706816aba3e25717850c26c9cd0d89d', 'SHA-1 is that of the standard');
SELECT is(quire.sha1(''), 'da39a3ee5e6b4b0d3255bfef95601890afd80709', 'of nothing as well');
SELECT is(quire.sha1(convert_to(repeat('a', 1000000), 'UTF8')), '34aa973cd4c4daa4f61eeb2bdbad27316534016f', 'and of much');

SELECT * FROM finish();
ROLLBACK;
