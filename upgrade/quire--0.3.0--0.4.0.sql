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

CREATE FUNCTION quire.form_public_key(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_form_public_key';
COMMENT ON FUNCTION quire.form_public_key(quire.xform) IS
    'The key that submissions of a form are encrypted with; NULL when they are not.';

CREATE FUNCTION quire.protect(
    "table" pg_catalog.regclass,
    policy pg_catalog.text,
    object_column pg_catalog.name,
    on_select pg_catalog.text,
    on_insert pg_catalog.text,
    on_update pg_catalog.text,
    on_delete pg_catalog.text,
    container_column pg_catalog.name) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_protect_by_container';
COMMENT ON FUNCTION quire.protect(pg_catalog.regclass, pg_catalog.text, pg_catalog.name, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.name) IS
    'Puts a table of objects under a policy, where each row is an object of its own: a new one is judged by the object that the other column holds, in which it is to lie; a changed one by both.';

COMMENT ON FUNCTION quire.access_changed() IS
    'Trigger access_changed(policy, what the table feeds), before and after each statement that writes to a table of the policy: sessions forget what they remember of it. Made by create_policy.';
