-- Complain when this file is given to psql instead of CREATE EXTENSION.
\echo Use "CREATE EXTENSION quire" to load this file. \quit

SET LOCAL search_path TO pg_catalog, pg_temp;
