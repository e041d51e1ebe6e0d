-- Passwords: hashed, verified whoever hashed them, and replaced when they are weak.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(83);

-- New hashes ------------------------------------------------------------------------------------------------------

SELECT matches(quire.hash_password('secret'), '^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$',
    'a new hash is argon2id, with the parameters that OWASP advises');
SET LOCAL quire.argon2_memory = '64kB';
SELECT isnt(quire.hash_password('secret'), quire.hash_password('secret'), 'no two hashes of a password are the same');
SELECT ok(quire.verify_password('secret', quire.hash_password('secret')), 'a password is verified by its hash');
SELECT ok(NOT quire.verify_password('Secret', quire.hash_password('secret')), 'another one is not');
SELECT ok(NOT quire.verify_password(password => '', hash => quire.hash_password('secret')), 'nor is none');
SELECT ok(quire.verify_password('', quire.hash_password('')), 'that a password is not empty is for others to say');
SELECT ok(quire.verify_password('pässwörd ✓ 密码', quire.hash_password('pässwörd ✓ 密码')), 'it may have any characters');
SELECT ok(quire.verify_password(repeat('x', 4096), quire.hash_password(repeat('x', 4096))), 'and many');
SELECT ok(NOT quire.verify_password(repeat('x', 4095), quire.hash_password(repeat('x', 4096))), 'all of which count');
SELECT is((SELECT count(DISTINCT quire.hash_password('x')) FROM generate_series(1, 50)), 50::bigint, 'each row has a salt of its own');
SELECT ok(quire.hash_password(NULL) IS NULL AND quire.verify_password(NULL, 'x') IS NULL AND quire.verify_password('x', NULL) IS NULL,
    'NULL stays NULL, which no condition takes for a match');
SET LOCAL quire.argon2_iterations = 3;
SET LOCAL quire.argon2_parallelism = 4;
SELECT matches(quire.hash_password('secret'), '^\$argon2id\$v=19\$m=64,t=3,p=4\$', 'settings say how strong a hash is');
SELECT ok(quire.verify_password('secret', quire.hash_password('secret')), 'lanes need no threads');
SET LOCAL quire.argon2_parallelism = 16;
SELECT matches(quire.hash_password('secret'), '^\$argon2id\$v=19\$m=128,t=3,p=16\$', 'memory is at least what so many lanes need');

-- Hashes of others ------------------------------------------------------------------------------------------------

SELECT ok(quire.verify_password('pässwörd ✓', hash) AND NOT quire.verify_password('passwörd ✓', hash), 'is read: ' || left(hash, 30))
FROM unnest(ARRAY[
    '$argon2id$v=19$m=64,t=2,p=2$ae4/k6FMK5EmTe0BZfK4Dg$F68yWQIbxjbsUyrSXr5yQA',
    '$argon2i$v=19$m=64,t=2,p=2$Uo9LfLjihtWz6mEJrx/WwQ$VmHDxFbXNlENy/1/Wpmk5A',
    '$argon2d$v=19$m=64,t=2,p=2$DfHws+ahskNJkKuazZD9BA$cDnyKGLCXuM2YqPtum+XEw',
    '$argon2i$v=16$m=64,t=2,p=1$c2FsdHNhbHQ$odfcAtStOA6X5Jy1i7xCJtWcNXjBwqmHZWAfyZqA2tw',
    '$2a$04$Dz8Z23yGjYlBo6YSNUVjEOJY6SU2FsSWRRKsLsEAw1cNITdVK0U3y',
    '$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.',
    '$2y$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.',
    '$scrypt$ln=8,r=8,p=1$3nsPgVAqpbQ2RqgV4nwPIQ$hIGwv5vp/twi2SalMlwrbuHPLbtfTQphVvh0XmtUUDk',
    'scrypt:32768:8:1$kOtTqdVI3YyQxJxK$66348e7d74faff7c21033edcccc4e0eda5d3211931524b26c4c48cc548c07377ea52c873013e163c5c7494a43476d20e4a64bf8f11f634ac8635509ef127c010',
    '$pbkdf2$1000$ECIk5FwLoVQqJcQ4B.CcUw$RNxENZdVgBxHaEdj21CEfrJCvC4',
    '$pbkdf2-sha256$1000$6t2b05rTWus957y3lpLS2g$VNjrRlVNAe4uI.IXCZfJVg0FafpaXTxbS/9x4kQjqvQ',
    '$pbkdf2-sha512$1000$hxAiRAhh7J2zdu49p3Su1Q$ycGKCi3uDCK69meS0TCpdAta5sUVbwJPrkv1Z0gApuyX.zw1KeBN74suOHcZ0rIZgIN.0a6hIRwOwBLD.8ZUCA',
    'pbkdf2:sha256:1000$StfnklvXKzSn3gOP$e86b2641c64208569ca7d441edf996ceefae7b8a114685d829bd7239ee93867e',
    'pbkdf2:sha1:1000$S5qx5EmuRw9wvlBq$026883106c9c4da73dbba17b899a73c2b1f24a0a',
    'pbkdf2_sha256$1000$PVwt0x9LBr2M$GBZaix/RwlXTJvM4BkarI4flrVFsCKTAiQpYg9SVYsw='
]) AS hash;

-- Columns of bytes, as Zerospeech keeps them.
SELECT ok(quire.verify_password('pässwörd ✓', hash, salt, 'pbkdf2:sha256:100000') AND NOT quire.verify_password('passwörd ✓', hash, salt, 'pbkdf2:sha256:100000'),
    'its 100,000 iterations and 32 bytes of salt')
FROM (VALUES ('\x008b46ce3a53e1dffd6fea7a0610bc75f4ada1d8f83062fdc16b945db5dbc9d1'::bytea, '\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'::bytea)) AS columns(hash, salt);
CREATE TEMP TABLE users_credentials (username text, hashed_pswd bytea, salt bytea);
INSERT INTO users_credentials VALUES ('jo',
    '\x4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d', 'NaCl');
SELECT ok(quire.verify_password('Password', hashed_pswd, salt, 'pbkdf2:sha256:80000'), 'hash and salt may be columns of bytes')
FROM users_credentials;
SELECT ok(NOT quire.verify_password('password', hash => hashed_pswd, salt => salt, scheme => 'pbkdf2:sha256:80000'),
    'which another password does not fit')
FROM users_credentials;
SELECT ok(NOT quire.verify_password('Password', hashed_pswd, salt, 'pbkdf2:sha256:80001'), 'nor another number of iterations')
FROM users_credentials;
SELECT ok(quire.verify_password('pleaseletmein',
    '\x7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    'SodiumChloride', 'scrypt:16384:8:1'), 'the scheme may be scrypt');
SELECT ok(quire.verify_password('x', NULL::bytea, 'salt', 'pbkdf2:sha256:1') IS NULL, 'a hash that is NULL fits nothing');

-- Rehashing -------------------------------------------------------------------------------------------------------

SET LOCAL quire.argon2_parallelism = 1;
CREATE TEMP TABLE made AS SELECT quire.hash_password('secret') AS hash;
SELECT ok(NOT quire.needs_rehash(hash), 'a hash of the present settings is left alone') FROM made;
SET LOCAL quire.argon2_iterations = 4;
SELECT ok(quire.needs_rehash(hash), 'one of fewer iterations is not') FROM made;
SET LOCAL quire.argon2_iterations = 2;
SELECT ok(NOT quire.needs_rehash(hash), 'one of more is') FROM made;
SET LOCAL quire.argon2_memory = '65kB';
SELECT ok(quire.needs_rehash(hash), 'one of less memory needs it') FROM made;
SET LOCAL quire.argon2_memory = '64kB';
SELECT ok(quire.needs_rehash('$2b$12$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.')
    AND quire.needs_rehash('$argon2i$v=19$m=9999,t=9,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8'),
    'so does every other algorithm');
SELECT ok(quire.needs_rehash(NULL) IS NULL, 'no hash, no answer');

-- What is no hash -------------------------------------------------------------------------------------------------

SELECT is((test.fault(format('SELECT quire.verify_password(%L, %L)', 'hunter2', hash)))[1:2],
    ARRAY['22023', 'the password hash cannot be read'], 'is refused: ' || left(hash, 40))
FROM unnest(ARRAY['', '!', 'hunter2', '$1$salt$digest', '$argon2id$v=19$m=64,t=2,p=2$ae4/k6FMK5EmTe0BZfK4Dg$',
    '$argon2id$v=19$m=64,t=2,p=2$$F68yWQIbxjbsUyrSXr5yQA', '$2b$12$short', '$2x$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.',
    'pbkdf2:sha256$salt$00', 'scrypt:32768:8:1$salt$', '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=', repeat('$', 5000),
    'md5a2f1a9c5b5b5b5b5b5b5b5b5b5b5b5b5', 'SCRAM-SHA-256$4096:salt$stored:server', '$2b$12$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusujuü'
]) AS hash;
SELECT is(test.fault($$ SELECT quire.needs_rehash('hunter2') $$, 'state message detail'),
    ARRAY['22023', 'the password hash cannot be read', 'It is of no format that is known.'], 'by needs_rehash too, with a reason');
SELECT matches((test.fault($$ SELECT quire.verify_password('x', 'hunter2') $$))[4], '^Known are argon2 .*bcrypt .*scrypt .*PBKDF2',
    'with a hint that says what is known');
SELECT is((test.fault(format($$ SELECT quire.verify_password('x', '\x%s'::bytea, 'salt', %L) $$, hash, scheme)))[1], '22023', 'so are columns: ' || scheme)
FROM (VALUES (repeat('00', 32), 'pbkdf2'), (repeat('00', 32), 'pbkdf2:md5:1000'), (repeat('00', 32), 'argon2id'),
    (repeat('00', 32), repeat('x', 9999)), ('', 'pbkdf2:sha256:1000'), (repeat('00', 200), 'pbkdf2:sha256:1000')) AS cases(hash, scheme);

-- Limits ----------------------------------------------------------------------------------------------------------

SELECT is(test.fault(format('SELECT quire.verify_password(%L, %L)', 'x', hash), 'state message'), ARRAY['54000', message], 'is refused: ' || left(hash, 50))
FROM (VALUES
    ('$argon2id$v=19$m=131073,t=1,p=1$c29tZXNhbHQ$' || repeat('A', 43), 'the password hash asks for too much memory'),
    ('$argon2id$v=19$m=4294967295,t=4294967295,p=255$c29tZXNhbHQ$' || repeat('A', 43), 'the password hash asks for too much memory'),
    ('$argon2id$v=19$m=131072,t=9,p=1$c29tZXNhbHQ$' || repeat('A', 43), 'the password hash asks for too many passes over its memory'),
    ('$argon2id$v=19$m=8,t=4294967295,p=1$c29tZXNhbHQ$' || repeat('A', 43), 'the password hash asks for too many passes over its memory'),
    ('$scrypt$ln=30,r=8,p=1$c29tZXNhbHQ$' || repeat('A', 43), 'the password hash asks for too much memory'),
    ('$scrypt$ln=14,r=8,p=1000$c29tZXNhbHQ$' || repeat('A', 43), 'the password hash asks for too many passes over its memory'),
    ('$2b$31$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.', 'the password hash asks for too high a cost'),
    ('pbkdf2:sha256:4000000000$salt$' || repeat('0', 64), 'the password hash asks for too many iterations')
) AS cases(hash, message);
SELECT is((test.fault($$ SELECT quire.verify_password('x', '$2b$16$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.') $$))[3:4],
    ARRAY['The limit is 15.', 'A superuser can raise it: setting "quire.max_bcrypt_cost".'], 'the setting is named');
SET LOCAL quire.max_bcrypt_cost = 5;
SELECT throws_ok($$ SELECT quire.verify_password('x', '$2b$06$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.') $$, '54000', NULL, 'and can be lowered');
SET LOCAL quire.max_password_memory = '63kB';
SELECT throws_ok($$ SELECT quire.hash_password('x') $$, '54000', NULL, 'new hashes keep to the limits');
SET LOCAL quire.max_password_memory = '128MB';
SELECT is(test.fault(format('SELECT quire.hash_password(%L)', repeat('x', 4097)), 'state message detail'),
    ARRAY['54000', 'the password is too long', 'It may have 4096 bytes in UTF-8.'], 'a password has at most 4096 bytes');
SELECT throws_ok($$ SELECT quire.verify_password(repeat('x', 100000000), '$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.') $$,
    '54000', NULL, 'also when it is verified');

CREATE FUNCTION pg_temp.cancelled(sql text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE sql;
EXCEPTION WHEN query_canceled THEN
    RETURN sqlerrm;
END $$;
SET LOCAL statement_timeout = '50ms';
SELECT is(pg_temp.cancelled(format('SELECT quire.verify_password(%L, %L)', 'x', 'pbkdf2:sha512:10000000$salt$' || repeat('0', 128))),
    'canceling statement due to statement timeout', 'many iterations are cancelled');
SET LOCAL statement_timeout = 0;

-- Roles and plans -------------------------------------------------------------------------------------------------

CREATE ROLE secrets_stranger;
SET LOCAL ROLE secrets_stranger;
SELECT ok(quire.verify_password('x', quire.hash_password('x')), 'everybody may use them');
SELECT throws_ok('SET quire.' || setting || ' = ' || value, '42501', NULL, 'but not change quire.' || setting)
FROM (VALUES ('argon2_memory', 8), ('max_password_memory', 999999), ('max_bcrypt_cost', 31)) AS cases(setting, value);
RESET ROLE;

CREATE TEMP TABLE users (name text, hash text);
INSERT INTO users SELECT 'user' || i, '$2b$31$not even read' FROM generate_series(1, 100) i;
SELECT is((SELECT count(*) FROM users WHERE quire.verify_password('x', hash) AND name = 'nobody'), 0::bigint,
    'cheaper conditions go first: no hash is computed for other rows');

SELECT * FROM finish();
ROLLBACK;
