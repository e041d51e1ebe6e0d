-- records: any row as JSON and back, and deleting what can be undone.

-- Rows and JSON ---------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.to_json("row" pg_catalog.anyelement, ignore pg_catalog.text[] DEFAULT '{}', minimal pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_to_json';
COMMENT ON FUNCTION quire.to_json(pg_catalog.anyelement, pg_catalog.text[], pg_catalog.bool) IS
    'A row as to_jsonb gives it, without the columns to ignore, which are not looked at; minimal leaves out what is NULL.';

CREATE FUNCTION quire.to_json_text("row" pg_catalog.anyelement, ignore pg_catalog.text[] DEFAULT '{}', minimal pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_to_json_text';
COMMENT ON FUNCTION quire.to_json_text(pg_catalog.anyelement, pg_catalog.text[], pg_catalog.bool) IS
    'A row as row_to_json writes it, byte for byte, without the columns to ignore, which are not looked at; minimal leaves out what is NULL.';

CREATE FUNCTION quire.from_json("row" pg_catalog.anyelement, "values" pg_catalog.jsonb, ignore pg_catalog.text[] DEFAULT '{}')
    RETURNS pg_catalog.anyelement
    LANGUAGE c STABLE PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_from_json';
COMMENT ON FUNCTION quire.from_json(pg_catalog.anyelement, pg_catalog.jsonb, pg_catalog.text[]) IS
    'The row with the values that a JSON object has for its columns; from NULL::table, a new one. A key that is no column is an error, unless it is one to ignore.';
