-- archive: payloads compressed as gzip, as every other language writes and reads them.

CREATE FUNCTION quire.gzip(content pg_catalog.bytea, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip';
COMMENT ON FUNCTION quire.gzip(pg_catalog.bytea, pg_catalog.int4) IS
    'The bytes compressed as gzip, at a level from 0 (stored) to 9 (smallest). Equal content gives equal bytes.';

CREATE FUNCTION quire.gzip(content pg_catalog.text, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip_text';
COMMENT ON FUNCTION quire.gzip(pg_catalog.text, pg_catalog.int4) IS 'The text, in UTF-8, compressed as gzip.';

CREATE FUNCTION quire.gzip(content pg_catalog.jsonb, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip_json';
COMMENT ON FUNCTION quire.gzip(pg_catalog.jsonb, pg_catalog.int4) IS 'The JSON text, in UTF-8, compressed as gzip.';

CREATE FUNCTION quire.zlib(content pg_catalog.bytea, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_zlib';
COMMENT ON FUNCTION quire.zlib(pg_catalog.bytea, pg_catalog.int4) IS
    'The bytes compressed as zlib, for those who read nothing else. Equal content gives equal bytes.';

CREATE FUNCTION quire.gunzip(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_gunzip';
COMMENT ON FUNCTION quire.gunzip(pg_catalog.bytea, pg_catalog.int8) IS
    'What gzip or zlib compressed; an error when it inflates to more than max_bytes, or quire.max_inflate, or is damaged.';

CREATE FUNCTION quire.gunzip_text(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_gunzip_text';
COMMENT ON FUNCTION quire.gunzip_text(pg_catalog.bytea, pg_catalog.int8) IS
    'The text of UTF-8 that gzip or zlib compressed; limited as gunzip is.';

CREATE FUNCTION quire.gunzip_json(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 300
    AS 'MODULE_PATHNAME', 'quire_gunzip_json';
COMMENT ON FUNCTION quire.gunzip_json(pg_catalog.bytea, pg_catalog.int8) IS
    'The JSON of UTF-8 that gzip or zlib compressed; limited as gunzip is.';

CREATE FUNCTION quire.sha1(content pg_catalog.bytea) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_sha1';
COMMENT ON FUNCTION quire.sha1(pg_catalog.bytea) IS
    'The SHA-1 of the bytes in hexadecimal digits, by which older platforms name files; not for secrets.';
