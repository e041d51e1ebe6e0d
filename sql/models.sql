
-- models: table sets in a schema of the user's, made and kept up to date by numbered steps.

-- What each schema keeps as its stamp: a function quire_model() that returns this. Being of this type, it keeps
-- DROP EXTENSION from pulling the ground from under a model.
CREATE TYPE quire.model_stamp AS (
    model pg_catalog.text,
    version pg_catalog.int4,
    digests pg_catalog.text[]
);
COMMENT ON TYPE quire.model_stamp IS
    'Which version of which model a schema holds, with a digest of each step that led there; what its function quire_model() returns.';

-- The steps that ship with quire are in its library: no dump carries them, no restore or update can miss one.
CREATE FUNCTION quire.shipped_model_steps(
    OUT model pg_catalog.text,
    OUT version pg_catalog.int4,
    OUT name pg_catalog.text,
    OUT up pg_catalog.text,
    OUT down pg_catalog.text) RETURNS SETOF pg_catalog.record
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 20
    AS 'MODULE_PATHNAME', 'quire_shipped_model_steps';
COMMENT ON FUNCTION quire.shipped_model_steps() IS 'The steps of the models that come with quire, as the view quire.model_step shows them.';

-- A member of the extension whose rows are dumped, since all of them are the users'. It has no foreign key and no
-- trigger, which a restore would stumble over.
CREATE TABLE quire.own_model_step (
    model pg_catalog.text NOT NULL,
    version pg_catalog.int4 NOT NULL,
    name pg_catalog.text NOT NULL,
    up pg_catalog.text NOT NULL,
    down pg_catalog.text,
    PRIMARY KEY (model, version)
);
COMMENT ON TABLE quire.own_model_step IS
    'The steps of models of the users'' own, as add_model_step wrote them. Who may write here decides what runs when others install these models.';
SELECT pg_catalog.pg_extension_config_dump('quire.own_model_step', '');
GRANT SELECT ON quire.own_model_step TO PUBLIC;
GRANT INSERT, DELETE ON quire.own_model_step TO @extowner@ WITH GRANT OPTION;

CREATE VIEW quire.model_step AS
    SELECT shipped.model, shipped.version, shipped.name, shipped.up, shipped.down
    FROM quire.shipped_model_steps() AS shipped
    WHERE NOT EXISTS (SELECT FROM quire.own_model_step AS own WHERE own.model OPERATOR(pg_catalog.=) shipped.model)
    UNION ALL
    SELECT own.model, own.version, own.name, own.up, own.down FROM quire.own_model_step AS own;
COMMENT ON VIEW quire.model_step IS
    'Every step of every model: SQL with unqualified names that leads from the version before to this one, and back.';
GRANT SELECT ON quire.model_step TO PUBLIC;

CREATE FUNCTION quire.add_model_step(
    model pg_catalog.text,
    version pg_catalog.int4,
    name pg_catalog.text,
    up pg_catalog.text,
    down pg_catalog.text DEFAULT NULL) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_add_model_step';
COMMENT ON FUNCTION quire.add_model_step(pg_catalog.text, pg_catalog.int4, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Adds the next step to a model of one''s own; the same step again does nothing, another in its place is refused.';

CREATE FUNCTION quire.create_model(
    model pg_catalog.text,
    schema pg_catalog.name,
    version pg_catalog.int4 DEFAULT NULL) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_create_model';
COMMENT ON FUNCTION quire.create_model(pg_catalog.text, pg_catalog.name, pg_catalog.int4) IS
    'Creates a model in a schema, which is made when there is none, at its latest version or the one told; the version. All of it belongs to the caller.';

CREATE FUNCTION quire.ensure_model(model pg_catalog.text, schema pg_catalog.name) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_ensure_model';
COMMENT ON FUNCTION quire.ensure_model(pg_catalog.text, pg_catalog.name) IS
    'Creates the model where it is not, upgrades it where it is behind, does nothing where it is current: what a service calls when it starts. The version.';

CREATE FUNCTION quire.upgrade_model(schema pg_catalog.name, version pg_catalog.int4 DEFAULT NULL) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_upgrade_model';
COMMENT ON FUNCTION quire.upgrade_model(pg_catalog.name, pg_catalog.int4) IS
    'Takes the steps from the version of the schema''s model to the latest or the one told, in the transaction of the caller; the version.';

CREATE FUNCTION quire.downgrade_model(schema pg_catalog.name, version pg_catalog.int4) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_downgrade_model';
COMMENT ON FUNCTION quire.downgrade_model(pg_catalog.name, pg_catalog.int4) IS
    'Takes the steps back to an earlier version; version 0 is before the first step, without the model.';

CREATE FUNCTION quire.stamp_model(schema pg_catalog.name, model pg_catalog.text, version pg_catalog.int4) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_stamp_model';
COMMENT ON FUNCTION quire.stamp_model(pg_catalog.name, pg_catalog.text, pg_catalog.int4) IS
    'Says that a schema is at a version of a model, without running a step: for tables that another tool has made.';

CREATE FUNCTION quire.model_status(
    OUT schema pg_catalog.name,
    OUT model pg_catalog.text,
    OUT version pg_catalog.int4,
    OUT latest pg_catalog.int4,
    OUT drifted pg_catalog.bool) RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_model_status';
COMMENT ON FUNCTION quire.model_status() IS
    'Every schema that holds a model: its version, the latest there is, and whether verify_model has a fault to tell; drifted is NULL where that cannot be found out, on a replica or without the right to create a schema.';

CREATE FUNCTION quire.model_history(
    schema pg_catalog.name,
    OUT version pg_catalog.int4,
    OUT name pg_catalog.text,
    OUT direction pg_catalog.text,
    OUT digest pg_catalog.text,
    OUT at pg_catalog.timestamptz,
    OUT role pg_catalog.name) RETURNS SETOF pg_catalog.record
    LANGUAGE c STABLE STRICT PARALLEL UNSAFE COST 1000 ROWS 20
    AS 'MODULE_PATHNAME', 'quire_model_history';
COMMENT ON FUNCTION quire.model_history(pg_catalog.name) IS
    'The steps that a schema''s model has taken, up, down or stamped, in their order.';

CREATE FUNCTION quire.verify_model(
    schema pg_catalog.name,
    OUT object pg_catalog.text,
    OUT problem pg_catalog.text,
    OUT is_fault pg_catalog.bool) RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_verify_model';
COMMENT ON FUNCTION quire.verify_model(pg_catalog.name) IS
    'How the schema differs from a fresh install of its model at its version, which is made for the comparison and rolled back. What the site has added is told, and is no fault.';

CREATE FUNCTION quire.model_sql(
    model pg_catalog.text,
    from_version pg_catalog.int4 DEFAULT 0,
    to_version pg_catalog.int4 DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c STABLE PARALLEL UNSAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_model_sql';
COMMENT ON FUNCTION quire.model_sql(pg_catalog.text, pg_catalog.int4, pg_catalog.int4) IS
    'The SQL that leads from one version of a model to another, up or down, for review and for other tools; it needs the search_path at the model''s schema.';

CREATE FUNCTION quire.diagram(
    schema pg_catalog.name,
    format pg_catalog.text DEFAULT 'mermaid',
    focus pg_catalog.text[] DEFAULT NULL,
    columns pg_catalog.text DEFAULT 'all',
    comments pg_catalog.bool DEFAULT false) RETURNS pg_catalog.text
    LANGUAGE c STABLE PARALLEL UNSAFE COST 10000
    AS 'MODULE_PATHNAME', 'quire_diagram';
COMMENT ON FUNCTION quire.diagram(pg_catalog.name, pg_catalog.text, pg_catalog.text[], pg_catalog.text, pg_catalog.bool) IS
    'The tables of any schema and their references as an entity-relationship diagram for Mermaid; all tables, or those in focus with their neighbours; columns all, keys or none.';

CREATE FUNCTION quire.load_example(schema pg_catalog.name) RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_load_example';
COMMENT ON FUNCTION quire.load_example(pg_catalog.name) IS
    'Fills a schema''s model with the small example that comes with it; how many statements that took.';
