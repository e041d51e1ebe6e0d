
-- secrets: passwords and tokens, of which only hashes are stored.

-- All that take a secret are PARALLEL RESTRICTED: an error of a parallel worker is logged by its leader, with the
-- statement, which the functions themselves keep out of the log. The costs let cheaper conditions go first.

CREATE FUNCTION quire.hash_password(password pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_hash_password';
COMMENT ON FUNCTION quire.hash_password(pg_catalog.text) IS
    'A new hash of a password, to be stored: argon2id with a random salt, as strong as the settings quire.argon2_memory, quire.argon2_iterations and quire.argon2_parallelism say.';

CREATE FUNCTION quire.verify_password(password pg_catalog.text, hash pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_verify_password';
COMMENT ON FUNCTION quire.verify_password(pg_catalog.text, pg_catalog.text) IS
    'Is this the password of the hash? Reads hashes of argon2, bcrypt, scrypt and PBKDF2 as the PHC, passlib, Werkzeug and Django write them; an error when it is none.';

CREATE FUNCTION quire.verify_password(
    password pg_catalog.text,
    hash pg_catalog.bytea,
    salt pg_catalog.bytea,
    scheme pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_verify_password_raw';
COMMENT ON FUNCTION quire.verify_password(pg_catalog.text, pg_catalog.bytea, pg_catalog.bytea, pg_catalog.text) IS
    'The same where hash and salt are columns of bytes; the scheme is pbkdf2:sha256:100000 or the like, or scrypt:N:r:p.';

CREATE FUNCTION quire.needs_rehash(hash pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10
    AS 'MODULE_PATHNAME', 'quire_needs_rehash';
COMMENT ON FUNCTION quire.needs_rehash(pg_catalog.text) IS
    'Would hash_password() make a stronger hash: is this one of another algorithm than argon2id, or weaker than the settings say?';

CREATE FUNCTION quire.new_token(bytes pg_catalog.int4 DEFAULT 32) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_new_token';
COMMENT ON FUNCTION quire.new_token(pg_catalog.int4) IS
    'A random token of so many bytes, 16 to 1024, in the characters A-Z a-z 0-9 - _: base64 for URLs, without padding.';

CREATE FUNCTION quire.token_digest(token pg_catalog.text) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL RESTRICTED COST 20
    AS 'MODULE_PATHNAME', 'quire_token_digest';
COMMENT ON FUNCTION quire.token_digest(pg_catalog.text) IS
    'What to store of a token, and to look it up by: its SHA-256.';
