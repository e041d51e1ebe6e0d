-- logic: the rules of forms, evaluated in the database.

CREATE FUNCTION quire.xpath_eval(
    context_xml pg_catalog.text,
    expression pg_catalog.text,
    ref pg_catalog.text DEFAULT '/',
    options pg_catalog.jsonb DEFAULT '{}')
    RETURNS pg_catalog.jsonb
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_xpath_eval';
COMMENT ON FUNCTION quire.xpath_eval(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.jsonb) IS
    'Evaluates an ODK XPath expression over an XML document: {"type": ..., "value": ...}.';

CREATE FUNCTION quire.xform(xml pg_catalog.text, options pg_catalog.jsonb) RETURNS quire.xform
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_xform_with_options';
COMMENT ON FUNCTION quire.xform(pg_catalog.text, pg_catalog.jsonb) IS
    'Text as a form; with the option strict, an error when one of its rules cannot be evaluated.';

CREATE FUNCTION quire.validate(
    form quire.xform,
    submission pg_catalog.text,
    options pg_catalog.jsonb DEFAULT '{}',
    OUT path pg_catalog.text,
    OUT "position" pg_catalog.int4[],
    OUT rule pg_catalog.text,
    OUT message pg_catalog.jsonb,
    OUT expression pg_catalog.text,
    OUT disputed pg_catalog.bool)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100 ROWS 2
    AS 'MODULE_PATHNAME', 'quire_validate';
COMMENT ON FUNCTION quire.validate(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'The rules of its form that a submission breaks; none when it is valid.';

CREATE FUNCTION quire.is_valid(
    form quire.xform,
    submission pg_catalog.text,
    options pg_catalog.jsonb DEFAULT '{}')
    RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_is_valid';
COMMENT ON FUNCTION quire.is_valid(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'Does a submission break no rule of its form?';

CREATE FUNCTION quire.recalculate(
    form quire.xform,
    submission pg_catalog.text,
    options pg_catalog.jsonb DEFAULT '{}')
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_recalculate';
COMMENT ON FUNCTION quire.recalculate(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'The submission with its calculated values made anew and what is not relevant left out.';

CREATE FUNCTION quire.validate_submission() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_validate_submission';
COMMENT ON FUNCTION quire.validate_submission() IS
    'Trigger validate_submission(column, form [, mode [, table [, options]]]), AFTER INSERT OR UPDATE, FOR EACH ROW: the column holds a submission that keeps to the rules of the form, which is SQL about the row r; what it breaks goes to the table (mode record), or turns the row away (mode reject).';
