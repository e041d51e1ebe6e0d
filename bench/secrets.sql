-- bench/secrets.sql: what a hash costs, beside pgcrypto's bcrypt; for information, with no goals, since the cost of a
-- hash is its purpose and a matter of settings. The size does not depend on :rows.

CREATE EXTENSION pgcrypto;

INSERT INTO bench.subject (name, rows, parts) VALUES
    ('a new hash', 8, 4), ('bcrypt, cost 10', 8, 4), ('PBKDF2-SHA256, 100000', 8, 4), ('scrypt 32768:8:1', 8, 4),
    ('token', 20000, 4);

CREATE TABLE bench.hash (name text PRIMARY KEY, hash text);
INSERT INTO bench.hash VALUES
    ('bcrypt', crypt('password', gen_salt('bf', 10))),
    ('pbkdf2', 'pbkdf2:sha256:100000$StfnklvXKzSn3gOP$' || repeat('00', 32)),
    ('scrypt', 'scrypt:32768:8:1$kOtTqdVI3YyQxJxK$' || repeat('00', 64));

INSERT INTO bench.variant (subject, name, measured) VALUES
    ('a new hash', 'crypt(gen_salt(''bf'', 10))', $$ SELECT crypt('password' || n, gen_salt('bf', 10)) FROM generate_series($1, $2) n $$),
    ('a new hash', 'crypt(gen_salt(''bf'', 11))', $$ SELECT crypt('password' || n, gen_salt('bf', 11)) FROM generate_series($1, $2) n $$),
    ('a new hash', 'crypt(gen_salt(''bf'', 12))', $$ SELECT crypt('password' || n, gen_salt('bf', 12)) FROM generate_series($1, $2) n $$),
    ('a new hash', 'hash_password', $$ SELECT quire.hash_password('password' || n) FROM generate_series($1, $2) n $$),
    ('bcrypt, cost 10', 'crypt(password, hash) = hash',
        $$ SELECT crypt('password' || n, hash) = hash FROM generate_series($1, $2) n, bench.hash WHERE name = 'bcrypt' $$),
    ('bcrypt, cost 10', 'verify_password',
        $$ SELECT quire.verify_password('password' || n, hash) FROM generate_series($1, $2) n, bench.hash WHERE name = 'bcrypt' $$),
    ('PBKDF2-SHA256, 100000', 'verify_password',
        $$ SELECT quire.verify_password('password' || n, hash) FROM generate_series($1, $2) n, bench.hash WHERE name = 'pbkdf2' $$),
    ('scrypt 32768:8:1', 'verify_password',
        $$ SELECT quire.verify_password('password' || n, hash) FROM generate_series($1, $2) n, bench.hash WHERE name = 'scrypt' $$),
    ('token', 'encode(gen_random_bytes(32))',
        $$ SELECT max(length(encode(gen_random_bytes(32), 'base64'))) FROM generate_series($1, $2) $$),
    ('token', 'new_token', $$ SELECT max(length(quire.new_token())) FROM generate_series($1, $2) $$),
    ('token', 'sha256(convert_to(token))', $$ SELECT max(sha256(convert_to('token' || n, 'UTF8'))::text) FROM generate_series($1, $2) n $$),
    ('token', 'token_digest', $$ SELECT max(quire.token_digest('token' || n)::text) FROM generate_series($1, $2) n $$);
