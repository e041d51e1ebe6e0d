-- forms: XForm definitions and the submissions made with them, as data.
-- quire.xform ------------------------------------------------------------------------------------------------------

CREATE TYPE quire.xform;

CREATE FUNCTION quire.xform_in(text pg_catalog.cstring) RETURNS quire.xform
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_xform_in';
COMMENT ON FUNCTION quire.xform_in(pg_catalog.cstring) IS 'Reads and checks the XML of a form.';

CREATE FUNCTION quire.xform_out(form quire.xform) RETURNS pg_catalog.cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_xform_out';
COMMENT ON FUNCTION quire.xform_out(quire.xform) IS 'Writes the XML of a form, byte for byte as it came in.';

CREATE FUNCTION quire.xform_recv(message pg_catalog.internal) RETURNS quire.xform
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_xform_recv';
COMMENT ON FUNCTION quire.xform_recv(pg_catalog.internal) IS 'Receives a form in binary form, which is its XML.';

CREATE FUNCTION quire.xform_send(form quire.xform) RETURNS pg_catalog.bytea
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_xform_send';
COMMENT ON FUNCTION quire.xform_send(quire.xform) IS 'Sends a form in binary form, which is its XML.';

CREATE TYPE quire.xform (
    INPUT = quire.xform_in,
    OUTPUT = quire.xform_out,
    RECEIVE = quire.xform_recv,
    SEND = quire.xform_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended
);
COMMENT ON TYPE quire.xform IS
    'A form definition: the XML of an ODK XForm, checked when it comes in, given back byte for byte.';

CREATE FUNCTION quire.xform(xml pg_catalog.text) RETURNS quire.xform
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_xform_from_text';
COMMENT ON FUNCTION quire.xform(pg_catalog.text) IS
    'Text as a form; an error, with the line, when it is none.';

CREATE FUNCTION quire.form_xml(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_form_xml';
COMMENT ON FUNCTION quire.form_xml(quire.xform) IS
    'The XML of a form.';

CREATE CAST (pg_catalog.text AS quire.xform) WITH FUNCTION quire.xform(pg_catalog.text);
COMMENT ON CAST (pg_catalog.text AS quire.xform) IS 'Checks the text.';

CREATE CAST (quire.xform AS pg_catalog.text) WITH FUNCTION quire.form_xml(quire.xform) AS ASSIGNMENT;
COMMENT ON CAST (quire.xform AS pg_catalog.text) IS 'The XML, byte for byte.';

CREATE FUNCTION quire.xform_eq(a quire.xform, b quire.xform) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_xform_eq';
COMMENT ON FUNCTION quire.xform_eq(quire.xform, quire.xform) IS
    'Are two forms the same XML?';

CREATE FUNCTION quire.xform_ne(a quire.xform, b quire.xform) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_xform_ne';
COMMENT ON FUNCTION quire.xform_ne(quire.xform, quire.xform) IS
    'Are two forms different XML?';

CREATE OPERATOR pg_catalog.= (
    LEFTARG = quire.xform, RIGHTARG = quire.xform, FUNCTION = quire.xform_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel
);
COMMENT ON OPERATOR pg_catalog.= (quire.xform, quire.xform) IS 'The same XML.';

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = quire.xform, RIGHTARG = quire.xform, FUNCTION = quire.xform_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (quire.xform, quire.xform) IS 'Different XML.';

-- what a form says ------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.form_id(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_form_id';
COMMENT ON FUNCTION quire.form_id(quire.xform) IS
    'The id of a form; NULL when it has none.';

CREATE FUNCTION quire.form_version(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_form_version';
COMMENT ON FUNCTION quire.form_version(quire.xform) IS
    'The version of a form; NULL when it says none.';

CREATE FUNCTION quire.form_title(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_form_title';
COMMENT ON FUNCTION quire.form_title(quire.xform) IS
    'The title of a form; NULL when it has none.';

CREATE FUNCTION quire.form_public_key(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
    AS 'MODULE_PATHNAME', 'quire_form_public_key';
COMMENT ON FUNCTION quire.form_public_key(quire.xform) IS
    'The key that submissions of a form are encrypted with; NULL when they are not.';

CREATE FUNCTION quire.form_hash(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_form_hash';
COMMENT ON FUNCTION quire.form_hash(quire.xform) IS
    'The MD5 hash of the XML, as OpenRosa form lists give it.';

CREATE FUNCTION quire.form_info(form quire.xform) RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_form_info';
COMMENT ON FUNCTION quire.form_info(quire.xform) IS
    'What a form says of itself: id, version, title, encryption, languages, tables, and warnings about what it does.';

CREATE FUNCTION quire.fields(form quire.xform)
    RETURNS TABLE (
        path pg_catalog.text,
        name pg_catalog.text,
        type pg_catalog.text,
        "order" pg_catalog.int4,
        is_binary pg_catalog.bool,
        select_multiple pg_catalog.bool,
        property_name pg_catalog.text,
        is_repeat pg_catalog.bool,
        depth pg_catalog.int4,
        label pg_catalog.jsonb,
        hint pg_catalog.jsonb,
        control pg_catalog.text,
        appearance pg_catalog.text)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100
    AS 'MODULE_PATHNAME', 'quire_fields';
COMMENT ON FUNCTION quire.fields(quire.xform) IS
    'The nodes of a form, depth first, with paths as ODK Central stores them.';

CREATE FUNCTION quire.choices(form quire.xform)
    RETURNS TABLE (
        path pg_catalog.text,
        name pg_catalog.text,
        value pg_catalog.text,
        label pg_catalog.jsonb,
        ord pg_catalog.int4)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100
    AS 'MODULE_PATHNAME', 'quire_choices';
COMMENT ON FUNCTION quire.choices(quire.xform) IS
    'The choices of the questions that have a list of them, with labels in all languages.';

CREATE FUNCTION quire.form_attachments(form quire.xform)
    RETURNS TABLE (name pg_catalog.text, type pg_catalog.text)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_form_attachments';
COMMENT ON FUNCTION quire.form_attachments(quire.xform) IS
    'The files that a form expects beside itself: media, data and itemsets.';

CREATE FUNCTION quire.form_datasets(form quire.xform) RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_form_datasets';
COMMENT ON FUNCTION quire.form_datasets(quire.xform) IS
    'The entities that a form declares, with the questions that fill their properties.';

CREATE FUNCTION quire.odata_metadata(form quire.xform) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_odata_metadata';
COMMENT ON FUNCTION quire.odata_metadata(quire.xform) IS
    'The EDMX document that describes the tables of a form to OData clients.';


-- what a submission says ------------------------------------------------------------------------------------------

CREATE FUNCTION quire.value(form quire.xform, submission pg_catalog.text, path pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
    AS 'MODULE_PATHNAME', 'quire_value';
COMMENT ON FUNCTION quire.value(quire.xform, pg_catalog.text, pg_catalog.text) IS
    'The answer to one question outside all repeats; NULL when there is none.';

CREATE FUNCTION quire."values"(form quire.xform, submission pg_catalog.text)
    RETURNS TABLE (path pg_catalog.text, "position" pg_catalog.int4[], value pg_catalog.text)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 50
    AS 'MODULE_PATHNAME', 'quire_values';
COMMENT ON FUNCTION quire."values"(quire.xform, pg_catalog.text) IS
    'Every answer of a submission: the question, the numbers of the repeats around it, the text.';

CREATE FUNCTION quire.record(
    form quire.xform,
    submission pg_catalog.text,
    table_name pg_catalog.text DEFAULT 'Submissions',
    options pg_catalog.jsonb DEFAULT '{}') RETURNS SETOF pg_catalog.record
    LANGUAGE c STABLE STRICT PARALLEL SAFE COST 100 ROWS 1
    AS 'MODULE_PATHNAME', 'quire_record';
COMMENT ON FUNCTION quire.record(quire.xform, pg_catalog.text, pg_catalog.text, pg_catalog.jsonb) IS
    'The rows of one table of a submission, in the columns and types that the caller lists.';

CREATE FUNCTION quire."extract"(form quire.xform, submission pg_catalog.text, options pg_catalog.jsonb DEFAULT '{}') RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_extract';
COMMENT ON FUNCTION quire."extract"(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'A whole submission as typed JSON.';

CREATE FUNCTION quire."rows"(
    form quire.xform,
    submission pg_catalog.text,
    table_name pg_catalog.text DEFAULT 'Submissions',
    options pg_catalog.jsonb DEFAULT '{}') RETURNS SETOF pg_catalog.jsonb
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_rows';
COMMENT ON FUNCTION quire."rows"(quire.xform, pg_catalog.text, pg_catalog.text, pg_catalog.jsonb) IS
    'The OData rows of one table of a submission, as ODK Central gives them.';

CREATE FUNCTION quire.select_values(form quire.xform, submission pg_catalog.text)
    RETURNS TABLE (path pg_catalog.text, value pg_catalog.text)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_select_values';
COMMENT ON FUNCTION quire.select_values(quire.xform, pg_catalog.text) IS
    'The values chosen in questions that allow several, each once for its question.';

CREATE FUNCTION quire.submission_attachments(form quire.xform, submission pg_catalog.text) RETURNS SETOF pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 5
    AS 'MODULE_PATHNAME', 'quire_submission_attachments';
COMMENT ON FUNCTION quire.submission_attachments(quire.xform, pg_catalog.text) IS
    'The files that a submission names.';

CREATE FUNCTION quire.submission_meta(
    submission pg_catalog.text,
    OUT form_id pg_catalog.text, OUT form_version pg_catalog.text, OUT instance_id pg_catalog.text,
    OUT deprecated_id pg_catalog.text, OUT instance_name pg_catalog.text, OUT device_id pg_catalog.text,
    OUT encrypted pg_catalog.bool, OUT enc_key pg_catalog.text, OUT enc_data_file pg_catalog.text,
    OUT signature pg_catalog.text)
    RETURNS record
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50
    AS 'MODULE_PATHNAME', 'quire_submission_meta';
COMMENT ON FUNCTION quire.submission_meta(pg_catalog.text) IS
    'What a submission says of itself; what it does not say is NULL.';

CREATE FUNCTION quire.submission_diff(form quire.xform, older pg_catalog.text, newer pg_catalog.text)
    RETURNS TABLE (path pg_catalog.jsonb, old pg_catalog.jsonb, new pg_catalog.jsonb)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 500 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_submission_diff';
COMMENT ON FUNCTION quire.submission_diff(quire.xform, pg_catalog.text, pg_catalog.text) IS
    'What differs between two versions of a submission: where, the old and the new; what is absent is NULL.';

CREATE FUNCTION quire.submission_entities(form quire.xform, submission pg_catalog.text)
    RETURNS TABLE (
        dataset pg_catalog.text,
        id pg_catalog.uuid,
        label pg_catalog.text,
        action pg_catalog.text,
        base_version pg_catalog.int4,
        trunk_version pg_catalog.int4,
        branch_id pg_catalog.uuid,
        data pg_catalog.jsonb,
        error pg_catalog.text)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 ROWS 2
    AS 'MODULE_PATHNAME', 'quire_submission_entities';
COMMENT ON FUNCTION quire.submission_entities(quire.xform, pg_catalog.text) IS
    'What a submission asks of entities: a row for each one to create or update, with the error that stands against it, if any.';

CREATE FUNCTION quire.client_audit(csv pg_catalog.text)
    RETURNS TABLE (
        event pg_catalog.text,
        node pg_catalog.text,
        "start" pg_catalog.text,
        "end" pg_catalog.text,
        latitude pg_catalog.text,
        longitude pg_catalog.text,
        accuracy pg_catalog.text,
        "old-value" pg_catalog.text,
        "new-value" pg_catalog.text,
        "user" pg_catalog.text,
        "change-reason" pg_catalog.text,
        remainder pg_catalog.jsonb)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100
    AS 'MODULE_PATHNAME', 'quire_client_audit';
COMMENT ON FUNCTION quire.client_audit(pg_catalog.text) IS
    'The rows of an audit.csv, as ODK Collect writes it.';

CREATE FUNCTION quire.csv_header(
    form quire.xform,
    table_name pg_catalog.text DEFAULT 'Submissions',
    options pg_catalog.jsonb DEFAULT '{}') RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_csv_header';
COMMENT ON FUNCTION quire.csv_header(quire.xform, pg_catalog.text, pg_catalog.jsonb) IS
    'The header of the CSV file of one table, as ODK Briefcase and Central write it.';

CREATE FUNCTION quire.csv_row(
    form quire.xform,
    submission pg_catalog.text,
    table_name pg_catalog.text DEFAULT 'Submissions',
    options pg_catalog.jsonb DEFAULT '{}') RETURNS SETOF pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_csv_row';
COMMENT ON FUNCTION quire.csv_row(quire.xform, pg_catalog.text, pg_catalog.text, pg_catalog.jsonb) IS
    'The lines of one submission in the CSV file of one table.';
-- a form's tables as relations ------------------------------------------------------------------------------------

CREATE FUNCTION quire.create_views(
    form quire.xform,
    source pg_catalog.regclass,
    submission_column pg_catalog.name,
    schema pg_catalog.name,
    prefix pg_catalog.text DEFAULT '',
    options pg_catalog.jsonb DEFAULT '{}') RETURNS SETOF pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_create_views';
COMMENT ON FUNCTION quire.create_views(quire.xform, pg_catalog.regclass, pg_catalog.name, pg_catalog.name, pg_catalog.text, pg_catalog.jsonb) IS
    'Makes a typed view of each table of a form, or takes a new version of the form in; gives the names of all views.';

CREATE FUNCTION quire.create_tables(
    form quire.xform,
    source pg_catalog.regclass,
    submission_column pg_catalog.name,
    schema pg_catalog.name,
    prefix pg_catalog.text DEFAULT '',
    options pg_catalog.jsonb DEFAULT '{}') RETURNS SETOF pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_create_tables';
COMMENT ON FUNCTION quire.create_tables(quire.xform, pg_catalog.regclass, pg_catalog.name, pg_catalog.name, pg_catalog.text, pg_catalog.jsonb) IS
    'Makes what create_views() makes as tables: fills them, and keeps them as the submissions are by triggers.';

CREATE FUNCTION quire.choice_labels(chosen pg_catalog.text[], labels pg_catalog.jsonb) RETURNS pg_catalog.text[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 2
    AS 'MODULE_PATHNAME', 'quire_choice_labels';
COMMENT ON FUNCTION quire.choice_labels(pg_catalog.text[], pg_catalog.jsonb) IS
    'The labels of choices, from an object that has one for each; NULL where it has none.';
