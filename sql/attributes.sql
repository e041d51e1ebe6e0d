
-- attributes: typed columns that users define, in a jsonb column; units; filters.

-- Types and values ------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.check_attribute_type(type pg_catalog.jsonb) RETURNS pg_catalog.void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_check_attribute_type';
COMMENT ON FUNCTION quire.check_attribute_type(pg_catalog.jsonb) IS
    'An error when this is no type for an attribute, like {"type": "number", "minimum": 0, "suffix": "mm", "format": "standard-unit"}.';

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

CREATE FUNCTION quire.check_attributes(definitions pg_catalog.jsonb, "values" pg_catalog.jsonb,
    OUT name pg_catalog.text, OUT rule pg_catalog.text, OUT message pg_catalog.text) RETURNS SETOF pg_catalog.record
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 2
    AS 'MODULE_PATHNAME', 'quire_check_attributes';
COMMENT ON FUNCTION quire.check_attributes(pg_catalog.jsonb, pg_catalog.jsonb) IS
    'The values {name: value} that break a rule of their definitions {name: type}: a row for each, none when all is well. Null breaks no rule.';

CREATE FUNCTION quire.attributes_valid(definitions pg_catalog.jsonb, "values" pg_catalog.jsonb) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_attributes_valid';
COMMENT ON FUNCTION quire.attributes_valid(pg_catalog.jsonb, pg_catalog.jsonb) IS
    'Do the values {name: value} keep all rules of their definitions {name: type}?';

CREATE FUNCTION quire.attributes_match(definitions pg_catalog.jsonb, wanted pg_catalog.jsonb, "values" pg_catalog.jsonb)
    RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_attributes_match';
COMMENT ON FUNCTION quire.attributes_match(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb) IS
    'Are these the values that are wanted? Decimals within their tolerance, a missing boolean is false, a missing value equals null; values that nobody wants do not matter.';

-- Conversion ------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.convert_attribute(value pg_catalog.jsonb, "from" pg_catalog.jsonb, "to" pg_catalog.jsonb,
    options pg_catalog.jsonb DEFAULT '{}') RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_convert_attribute';
COMMENT ON FUNCTION quire.convert_attribute(pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.jsonb) IS
    'What the value becomes when its attribute goes from one type to another; an error when it cannot. Option ignore_units keeps numbers as they are.';

CREATE FUNCTION quire.convert_unit(magnitude pg_catalog.numeric, "from" pg_catalog.text, "to" pg_catalog.text)
    RETURNS pg_catalog.numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_convert_unit_numeric';
COMMENT ON FUNCTION quire.convert_unit(pg_catalog.numeric, pg_catalog.text, pg_catalog.text) IS
    'The magnitude in another unit, as convert_unit(12, ''mm'', ''inch''), in 15 digits.';

CREATE FUNCTION quire.convert_unit(magnitude pg_catalog.float8, "from" pg_catalog.text, "to" pg_catalog.text)
    RETURNS pg_catalog.float8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_convert_unit_float8';
COMMENT ON FUNCTION quire.convert_unit(pg_catalog.float8, pg_catalog.text, pg_catalog.text) IS
    'The magnitude in another unit, as convert_unit(12, ''mm'', ''inch'').';

CREATE FUNCTION quire.normalize_unit(unit pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_normalize_unit';
COMMENT ON FUNCTION quire.normalize_unit(pg_catalog.text) IS
    'One name for all ways to write a unit: 0.001 meter-second^-1 for mm/s. An error when it is no unit.';

-- Filters ---------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.matches(filter pg_catalog.text, "values" pg_catalog.jsonb) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
    AS 'MODULE_PATHNAME', 'quire_matches';
COMMENT ON FUNCTION quire.matches(pg_catalog.text, pg_catalog.jsonb) IS
    'Do the values {name: value} fulfil a filter like: energy > 12 and (state == "done" or not tags ? "test")? A missing value is None.';

CREATE FUNCTION quire.matches(filter pg_catalog.text, "values" pg_catalog.jsonb, definitions pg_catalog.jsonb)
    RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 5
    AS 'MODULE_PATHNAME', 'quire_matches';
COMMENT ON FUNCTION quire.matches(pg_catalog.text, pg_catalog.jsonb, pg_catalog.jsonb) IS
    'The same; an error when the filter names no attribute of the definitions {name: type}, or compares one with what it never is.';

CREATE FUNCTION quire.filter_sql(filter pg_catalog.text, "column" pg_catalog.name) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_filter_sql';
COMMENT ON FUNCTION quire.filter_sql(pg_catalog.text, pg_catalog.name) IS
    'The filter as an SQL condition on a jsonb column, true for the rows that matches() is true for; made of nothing but the server''s own functions, and served by the indexes of create_attribute_index.';

CREATE FUNCTION quire.filter_sql(filter pg_catalog.text, "column" pg_catalog.name, definitions pg_catalog.jsonb)
    RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_filter_sql';
COMMENT ON FUNCTION quire.filter_sql(pg_catalog.text, pg_catalog.name, pg_catalog.jsonb) IS
    'The same; an error when the filter names no attribute of the definitions {name: type}, or compares one with what it never is.';

-- Tables of definitions -------------------------------------------------------------------------------------------

CREATE FUNCTION quire.check_attributes() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_check_attributes_trigger';
COMMENT ON FUNCTION quire.check_attributes() IS
    'Trigger check_attributes(column, definitions [, name_column [, type_column [, scope]]]), BEFORE INSERT OR UPDATE, FOR EACH ROW: the jsonb column keeps the rules that a table of definitions has for its attributes; of those, when scope names a column that both tables have, the ones of the row''s own scope.';

CREATE FUNCTION quire.add_attribute(definitions pg_catalog.regclass, name pg_catalog.text, type pg_catalog.jsonb,
    columns pg_catalog.jsonb DEFAULT '{}', scope pg_catalog.text DEFAULT NULL, dry_run pg_catalog.bool DEFAULT false,
    OUT relation pg_catalog.regclass, OUT key pg_catalog.jsonb, OUT rule pg_catalog.text, OUT message pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_add_attribute';
COMMENT ON FUNCTION quire.add_attribute(pg_catalog.regclass, pg_catalog.text, pg_catalog.jsonb, pg_catalog.jsonb, pg_catalog.text, pg_catalog.bool) IS
    'Adds an attribute to a table of definitions that triggers check_attributes go by, with values for the table''s other columns; an error when values of that name do not fit it, which a dry run lists instead.';

CREATE FUNCTION quire.alter_attribute(definitions pg_catalog.regclass, name pg_catalog.text,
    new_type pg_catalog.jsonb DEFAULT NULL, new_name pg_catalog.text DEFAULT NULL, options pg_catalog.jsonb DEFAULT '{}',
    scope pg_catalog.text DEFAULT NULL, dry_run pg_catalog.bool DEFAULT false,
    OUT relation pg_catalog.regclass, OUT key pg_catalog.jsonb, OUT rule pg_catalog.text, OUT message pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_alter_attribute';
COMMENT ON FUNCTION quire.alter_attribute(pg_catalog.regclass, pg_catalog.text, pg_catalog.jsonb, pg_catalog.text, pg_catalog.jsonb, pg_catalog.text, pg_catalog.bool) IS
    'Gives an attribute another type, another name or both, and converts and moves all values under it; all or nothing. A dry run lists what would fail. Option ignore_units, as of convert_attribute.';

CREATE FUNCTION quire.drop_attribute(definitions pg_catalog.regclass, name pg_catalog.text,
    scope pg_catalog.text DEFAULT NULL, dry_run pg_catalog.bool DEFAULT false,
    OUT relation pg_catalog.regclass, OUT key pg_catalog.jsonb, OUT rule pg_catalog.text, OUT message pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_drop_attribute';
COMMENT ON FUNCTION quire.drop_attribute(pg_catalog.regclass, pg_catalog.text, pg_catalog.text, pg_catalog.bool) IS
    'Removes an attribute from a table of definitions, and all values under it. A dry run lists the rows that have one.';

CREATE FUNCTION quire.create_attribute_index("table" pg_catalog.regclass, "column" pg_catalog.name,
    attribute pg_catalog.text, type pg_catalog.jsonb DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_create_attribute_index';
COMMENT ON FUNCTION quire.create_attribute_index(pg_catalog.regclass, pg_catalog.name, pg_catalog.text, pg_catalog.jsonb) IS
    'Makes an index on one attribute of a jsonb column, with the statistics that let the planner choose it for what filter_sql writes; its kind follows the attribute''s type. Gives its name.';
