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

CREATE FUNCTION quire.clean_values("table" pg_catalog.regclass, "values" pg_catalog.jsonb) RETURNS pg_catalog.jsonb
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_clean_values';
COMMENT ON FUNCTION quire.clean_values(pg_catalog.regclass, pg_catalog.jsonb) IS
    'The object without the keys that insert and update would refuse: those that are no column, or one that clients do not write.';

-- Any table that the caller may read or write, by JSON --------------------------------------------------------------

CREATE FUNCTION quire.get_count("table" pg_catalog.regclass, filter pg_catalog.jsonb DEFAULT '{}', with_deleted pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int8
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_get_count';
COMMENT ON FUNCTION quire.get_count(pg_catalog.regclass, pg_catalog.jsonb, pg_catalog.bool) IS
    'How many rows hold the values that the filter has for their columns, null for NULL; without those that soft_delete deleted, unless told.';

CREATE FUNCTION quire.insert("table" pg_catalog.regclass, "values" pg_catalog.jsonb) RETURNS pg_catalog.jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_insert';
COMMENT ON FUNCTION quire.insert(pg_catalog.regclass, pg_catalog.jsonb) IS
    'Inserts a row with the values of a JSON object, defaults for the rest, and gives back the row as stored.';

CREATE FUNCTION quire.update("table" pg_catalog.regclass, "values" pg_catalog.jsonb) RETURNS pg_catalog.jsonb
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_update';
COMMENT ON FUNCTION quire.update(pg_catalog.regclass, pg_catalog.jsonb) IS
    'Updates the row that the primary key in a JSON object tells with the other values of the object, and gives back the row as stored; an error when there is none.';

-- Deleting what can be undone -----------------------------------------------------------------------------------------

CREATE FUNCTION quire.soft_delete() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_soft_delete';
COMMENT ON FUNCTION quire.soft_delete() IS
    'Trigger soft_delete([column]), BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: DELETE stamps the column, deleted_at unless told, in place of removing the row, and in what refers to it by foreign keys ON DELETE CASCADE; no live row refers to a deleted one.';

CREATE FUNCTION quire.delete("table" pg_catalog.regclass, key pg_catalog.jsonb, hard pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_delete';
COMMENT ON FUNCTION quire.delete(pg_catalog.regclass, pg_catalog.jsonb, pg_catalog.bool) IS
    'Deletes the row that the key tells, for good when hard or when no soft_delete guards it, and gives back how many rows went, with those that soft_delete took along.';

CREATE FUNCTION quire.undelete("table" pg_catalog.regclass, key pg_catalog.jsonb) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_undelete';
COMMENT ON FUNCTION quire.undelete(pg_catalog.regclass, pg_catalog.jsonb) IS
    'Restores a row that soft_delete deleted, and what went with it; gives back how many rows came back. An error while a parent is still deleted.';

CREATE FUNCTION quire.hide_deleted("table" pg_catalog.regclass) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_hide_deleted';
COMMENT ON FUNCTION quire.hide_deleted(pg_catalog.regclass) IS
    'Hides the rows that soft_delete deleted from everyone whom row-level security binds, the table''s owner included.';

CREATE FUNCTION quire.create_live_index("table" pg_catalog.regclass, columns pg_catalog.name[]) RETURNS pg_catalog.regclass
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_create_live_index';
COMMENT ON FUNCTION quire.create_live_index(pg_catalog.regclass, pg_catalog.name[]) IS
    'A unique index of the columns among the rows that are not deleted.';
