-- Complain when this file is given to psql instead of CREATE EXTENSION.
\echo Use "CREATE EXTENSION quire" to load this file. \quit

SET LOCAL search_path TO pg_catalog, pg_temp;

CREATE SCHEMA quire;
COMMENT ON SCHEMA quire IS 'Everything of the extension quire.';
GRANT USAGE ON SCHEMA quire TO PUBLIC;

