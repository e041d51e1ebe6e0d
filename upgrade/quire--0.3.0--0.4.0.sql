-- quire 0.3.0 to 0.4.0: the models' steps are in the library.

SET LOCAL search_path TO pg_catalog, pg_temp;

COMMENT ON FUNCTION quire.trim_feed(pg_catalog.text, pg_catalog.interval, pg_catalog.bool) IS
    'Removes events that all consumers have acknowledged, or with force, whoever has read them; with an interval, of those only the older ones. The last ones go one by one, many by whole partitions; gives back how many.';

CREATE FUNCTION quire.zlib(content pg_catalog.bytea, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_zlib';
COMMENT ON FUNCTION quire.zlib(pg_catalog.bytea, pg_catalog.int4) IS
    'The bytes compressed as zlib, for those who read nothing else. Equal content gives equal bytes.';

CREATE FUNCTION quire.attribute_type_name(type pg_catalog.jsonb) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_attribute_type_name';
COMMENT ON FUNCTION quire.attribute_type_name(pg_catalog.jsonb) IS
    'A type as people say it: kg in [0,2) (tolerance 0.5).';

CREATE FUNCTION quire.attribute_types_equivalent(a pg_catalog.jsonb, b pg_catalog.jsonb) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_attribute_types_equivalent';
COMMENT ON FUNCTION quire.attribute_types_equivalent(pg_catalog.jsonb, pg_catalog.jsonb) IS
    'Do two types have the same values, in the same unit however it is written? Tolerances do not matter.';

CREATE FUNCTION quire.sha1(content pg_catalog.bytea) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_sha1';
COMMENT ON FUNCTION quire.sha1(pg_catalog.bytea) IS
    'The SHA-1 of the bytes in hexadecimal digits, by which older platforms name files; not for secrets.';

COMMENT ON FUNCTION quire.access_changed() IS
    'Trigger access_changed(policy [, rights or places]), before and after each statement that writes to a table of the policy: sessions forget what they remember of it. Made by create_policy.';
