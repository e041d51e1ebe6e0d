-- Complain when this file is given to psql instead of CREATE EXTENSION.
\echo Use "CREATE EXTENSION quire" to load this file. \quit

SET LOCAL search_path TO pg_catalog, pg_temp;

CREATE SCHEMA quire;
COMMENT ON SCHEMA quire IS 'Everything of the extension quire.';
GRANT USAGE ON SCHEMA quire TO PUBLIC;

-- guards: the e-mail type, and triggers that keep states, versions and stamps right.

-- quire.email -----------------------------------------------------------------------------------------------------

CREATE TYPE quire.email;

CREATE FUNCTION quire.email_in(text pg_catalog.cstring) RETURNS quire.email
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_in';
COMMENT ON FUNCTION quire.email_in(pg_catalog.cstring) IS 'Reads and checks an e-mail address.';

CREATE FUNCTION quire.email_out(address quire.email) RETURNS pg_catalog.cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_out';
COMMENT ON FUNCTION quire.email_out(quire.email) IS 'Writes an e-mail address as it was spelled.';

CREATE FUNCTION quire.email_recv(message pg_catalog.internal) RETURNS quire.email
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_recv';
COMMENT ON FUNCTION quire.email_recv(pg_catalog.internal) IS 'Receives an e-mail address in binary form, which is its text.';

CREATE FUNCTION quire.email_send(address quire.email) RETURNS pg_catalog.bytea
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_send';
COMMENT ON FUNCTION quire.email_send(quire.email) IS 'Sends an e-mail address in binary form, which is its text.';

CREATE TYPE quire.email (
    INPUT = quire.email_in,
    OUTPUT = quire.email_out,
    RECEIVE = quire.email_recv,
    SEND = quire.email_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = int4,
    STORAGE = extended,
    CATEGORY = 'S'
);
COMMENT ON TYPE quire.email IS
    'An e-mail address by the rule of HTML input type=email with RFC 5321 length limits. Keeps its spelling; compares and hashes without regard to ASCII case.';

CREATE FUNCTION quire.email(address pg_catalog.text) RETURNS quire.email
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_from_text';
COMMENT ON FUNCTION quire.email(pg_catalog.text) IS 'Text as an e-mail address; an error when it is none.';

CREATE CAST (quire.email AS pg_catalog.text) WITHOUT FUNCTION AS IMPLICIT;
COMMENT ON CAST (quire.email AS pg_catalog.text) IS 'The address as it was spelled.';
CREATE CAST (quire.email AS pg_catalog.varchar) WITHOUT FUNCTION AS ASSIGNMENT;
COMMENT ON CAST (quire.email AS pg_catalog.varchar) IS 'The address as it was spelled.';
CREATE CAST (pg_catalog.text AS quire.email) WITH FUNCTION quire.email(pg_catalog.text) AS ASSIGNMENT;
COMMENT ON CAST (pg_catalog.text AS quire.email) IS 'Checks the text.';
CREATE CAST (pg_catalog.varchar AS quire.email) WITH FUNCTION quire.email(pg_catalog.text) AS ASSIGNMENT;
COMMENT ON CAST (pg_catalog.varchar AS quire.email) IS 'Checks the text.';

CREATE FUNCTION quire.is_email(address pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_is_email';
COMMENT ON FUNCTION quire.is_email(pg_catalog.text) IS
    'Is this an e-mail address? The rule of HTML input type=email with RFC 5321 length limits.';

-- Comparison of addresses with each other, and with text, so that a parameter that a driver declares as text or
-- varchar compares as an address does. The operators are in pg_catalog, where every search_path finds them: with the
-- operators of quire out of sight, address = 'text' would silently compare as text, with regard to case.

CREATE FUNCTION quire.email_eq(a quire.email, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_eq';
COMMENT ON FUNCTION quire.email_eq(quire.email, quire.email) IS 'Without regard to case: the same address?';

CREATE FUNCTION quire.email_ne(a quire.email, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_ne';
COMMENT ON FUNCTION quire.email_ne(quire.email, quire.email) IS 'Without regard to case: different addresses?';

CREATE FUNCTION quire.email_lt(a quire.email, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_lt';
COMMENT ON FUNCTION quire.email_lt(quire.email, quire.email) IS 'Without regard to case: sorts before?';

CREATE FUNCTION quire.email_le(a quire.email, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_le';
COMMENT ON FUNCTION quire.email_le(quire.email, quire.email) IS 'Without regard to case: sorts before, or the same address?';

CREATE FUNCTION quire.email_gt(a quire.email, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_gt';
COMMENT ON FUNCTION quire.email_gt(quire.email, quire.email) IS 'Without regard to case: sorts after?';

CREATE FUNCTION quire.email_ge(a quire.email, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_ge';
COMMENT ON FUNCTION quire.email_ge(quire.email, quire.email) IS 'Without regard to case: sorts after, or the same address?';

CREATE FUNCTION quire.email_cmp(a quire.email, b quire.email) RETURNS pg_catalog.int4
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_cmp';
COMMENT ON FUNCTION quire.email_cmp(quire.email, quire.email) IS 'Order without regard to case: less than, equal to or greater than zero.';

CREATE FUNCTION quire.email_eq(a quire.email, b pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_eq';
COMMENT ON FUNCTION quire.email_eq(quire.email, pg_catalog.text) IS 'Without regard to case: the same address?';

CREATE FUNCTION quire.email_ne(a quire.email, b pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_ne';
COMMENT ON FUNCTION quire.email_ne(quire.email, pg_catalog.text) IS 'Without regard to case: different addresses?';

CREATE FUNCTION quire.email_cmp(a quire.email, b pg_catalog.text) RETURNS pg_catalog.int4
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_cmp';
COMMENT ON FUNCTION quire.email_cmp(quire.email, pg_catalog.text) IS 'Order without regard to case: less than, equal to or greater than zero.';

CREATE FUNCTION quire.email_eq(a pg_catalog.text, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_eq';
COMMENT ON FUNCTION quire.email_eq(pg_catalog.text, quire.email) IS 'Without regard to case: the same address?';

CREATE FUNCTION quire.email_ne(a pg_catalog.text, b quire.email) RETURNS pg_catalog.bool
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_ne';
COMMENT ON FUNCTION quire.email_ne(pg_catalog.text, quire.email) IS 'Without regard to case: different addresses?';

CREATE FUNCTION quire.email_cmp(a pg_catalog.text, b quire.email) RETURNS pg_catalog.int4
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_cmp';
COMMENT ON FUNCTION quire.email_cmp(pg_catalog.text, quire.email) IS 'Order without regard to case: less than, equal to or greater than zero.';

CREATE FUNCTION quire.email_hash(address quire.email) RETURNS pg_catalog.int4
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_hash';
COMMENT ON FUNCTION quire.email_hash(quire.email) IS 'A hash that all spellings of an address share.';

CREATE FUNCTION quire.email_hash(address pg_catalog.text) RETURNS pg_catalog.int4
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_hash';
COMMENT ON FUNCTION quire.email_hash(pg_catalog.text) IS 'The hash that the text would have as an address.';

CREATE FUNCTION quire.email_hash_extended(address quire.email, seed pg_catalog.int8) RETURNS pg_catalog.int8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_hash_extended';
COMMENT ON FUNCTION quire.email_hash_extended(quire.email, pg_catalog.int8) IS 'A seeded hash that all spellings of an address share.';

CREATE FUNCTION quire.email_hash_extended(address pg_catalog.text, seed pg_catalog.int8) RETURNS pg_catalog.int8
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_email_hash_extended';
COMMENT ON FUNCTION quire.email_hash_extended(pg_catalog.text, pg_catalog.int8) IS 'The seeded hash that the text would have as an address.';

CREATE OPERATOR pg_catalog.= (
    LEFTARG = quire.email, RIGHTARG = quire.email, FUNCTION = quire.email_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR pg_catalog.= (quire.email, quire.email) IS 'Without regard to case: the same address?';

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = quire.email, RIGHTARG = quire.email, FUNCTION = quire.email_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (quire.email, quire.email) IS 'Without regard to case: different addresses?';

CREATE OPERATOR pg_catalog.< (
    LEFTARG = quire.email, RIGHTARG = quire.email, FUNCTION = quire.email_lt,
    COMMUTATOR = OPERATOR(pg_catalog.>), NEGATOR = OPERATOR(pg_catalog.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR pg_catalog.< (quire.email, quire.email) IS 'Without regard to case: sorts before?';

CREATE OPERATOR pg_catalog.<= (
    LEFTARG = quire.email, RIGHTARG = quire.email, FUNCTION = quire.email_le,
    COMMUTATOR = OPERATOR(pg_catalog.>=), NEGATOR = OPERATOR(pg_catalog.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR pg_catalog.<= (quire.email, quire.email) IS 'Without regard to case: sorts before, or the same address?';

CREATE OPERATOR pg_catalog.> (
    LEFTARG = quire.email, RIGHTARG = quire.email, FUNCTION = quire.email_gt,
    COMMUTATOR = OPERATOR(pg_catalog.<), NEGATOR = OPERATOR(pg_catalog.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR pg_catalog.> (quire.email, quire.email) IS 'Without regard to case: sorts after?';

CREATE OPERATOR pg_catalog.>= (
    LEFTARG = quire.email, RIGHTARG = quire.email, FUNCTION = quire.email_ge,
    COMMUTATOR = OPERATOR(pg_catalog.<=), NEGATOR = OPERATOR(pg_catalog.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR pg_catalog.>= (quire.email, quire.email) IS 'Without regard to case: sorts after, or the same address?';

CREATE OPERATOR pg_catalog.= (
    LEFTARG = quire.email, RIGHTARG = pg_catalog.text, FUNCTION = quire.email_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);
COMMENT ON OPERATOR pg_catalog.= (quire.email, pg_catalog.text) IS 'Without regard to case: the same address?';

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = quire.email, RIGHTARG = pg_catalog.text, FUNCTION = quire.email_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (quire.email, pg_catalog.text) IS 'Without regard to case: different addresses?';

CREATE OPERATOR pg_catalog.= (
    LEFTARG = pg_catalog.text, RIGHTARG = quire.email, FUNCTION = quire.email_eq,
    COMMUTATOR = OPERATOR(pg_catalog.=), NEGATOR = OPERATOR(pg_catalog.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);
COMMENT ON OPERATOR pg_catalog.= (pg_catalog.text, quire.email) IS 'Without regard to case: the same address?';

CREATE OPERATOR pg_catalog.<> (
    LEFTARG = pg_catalog.text, RIGHTARG = quire.email, FUNCTION = quire.email_ne,
    COMMUTATOR = OPERATOR(pg_catalog.<>), NEGATOR = OPERATOR(pg_catalog.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR pg_catalog.<> (pg_catalog.text, quire.email) IS 'Without regard to case: different addresses?';

-- Text takes part in the families beside addresses only, never beside itself, so amvalidate() calls them incomplete;
-- the planner can do with that.
CREATE OPERATOR FAMILY quire.email_ops USING btree;
COMMENT ON OPERATOR FAMILY quire.email_ops USING btree IS 'Order of addresses, and of addresses beside text.';

CREATE OPERATOR CLASS quire.email_ops DEFAULT FOR TYPE quire.email USING btree FAMILY quire.email_ops AS
    OPERATOR 1 pg_catalog.<,
    OPERATOR 2 pg_catalog.<=,
    OPERATOR 3 pg_catalog.=,
    OPERATOR 4 pg_catalog.>=,
    OPERATOR 5 pg_catalog.>,
    FUNCTION 1 quire.email_cmp(quire.email, quire.email);
COMMENT ON OPERATOR CLASS quire.email_ops USING btree IS 'Order of addresses without regard to case.';

ALTER OPERATOR FAMILY quire.email_ops USING btree ADD
    OPERATOR 3 pg_catalog.= (quire.email, pg_catalog.text),
    FUNCTION 1 (quire.email, pg_catalog.text) quire.email_cmp(quire.email, pg_catalog.text),
    OPERATOR 3 pg_catalog.= (pg_catalog.text, quire.email),
    FUNCTION 1 (pg_catalog.text, quire.email) quire.email_cmp(pg_catalog.text, quire.email);

CREATE OPERATOR FAMILY quire.email_ops USING hash;
COMMENT ON OPERATOR FAMILY quire.email_ops USING hash IS 'Hashes of addresses, and of text beside addresses.';

CREATE OPERATOR CLASS quire.email_ops DEFAULT FOR TYPE quire.email USING hash FAMILY quire.email_ops AS
    OPERATOR 1 pg_catalog.=,
    FUNCTION 1 quire.email_hash(quire.email),
    FUNCTION 2 quire.email_hash_extended(quire.email, pg_catalog.int8);
COMMENT ON OPERATOR CLASS quire.email_ops USING hash IS 'Hashes of addresses without regard to case.';

ALTER OPERATOR FAMILY quire.email_ops USING hash ADD
    OPERATOR 1 pg_catalog.= (quire.email, pg_catalog.text),
    OPERATOR 1 pg_catalog.= (pg_catalog.text, quire.email),
    FUNCTION 1 (pg_catalog.text, pg_catalog.text) quire.email_hash(pg_catalog.text),
    FUNCTION 2 (pg_catalog.text, pg_catalog.text) quire.email_hash_extended(pg_catalog.text, pg_catalog.int8);

-- Triggers --------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.check_email() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_check_email';
COMMENT ON FUNCTION quire.check_email() IS
    'Trigger check_email(column [, live_condition]), BEFORE INSERT OR UPDATE, FOR EACH ROW: the column holds an e-mail address that no other live row has; live_condition is SQL about the row r.';

CREATE FUNCTION quire.check_state() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_check_state';
COMMENT ON FUNCTION quire.check_state() IS
    'Trigger check_state(column, transitions), BEFORE INSERT OR UPDATE, FOR EACH ROW: the column goes only where the transitions lead, as in ''* -> open, open -> closing, closing -> open | closed''.';

CREATE FUNCTION quire.next_states("table" pg_catalog.regclass, "column" pg_catalog.name, state pg_catalog.text)
    RETURNS pg_catalog.text[]
    LANGUAGE c STABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_next_states';
COMMENT ON FUNCTION quire.next_states(pg_catalog.regclass, pg_catalog.name, pg_catalog.text) IS
    'The states that a column guarded by check_state may go to from a state; from * or NULL, those of a new row.';

CREATE FUNCTION quire.state_diagram("table" pg_catalog.regclass, "column" pg_catalog.name) RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_state_diagram';
COMMENT ON FUNCTION quire.state_diagram(pg_catalog.regclass, pg_catalog.name) IS
    'The transitions of a column guarded by check_state, as a Mermaid state diagram.';

CREATE FUNCTION quire.version_id() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_version_id';
COMMENT ON FUNCTION quire.version_id() IS
    'Trigger version_id([column [, mode [, created_column, updated_column]]]), BEFORE INSERT OR UPDATE OR DELETE, FOR EACH ROW: counts versions of the row in milliseconds since 1970, always upwards, and refuses writers that had not seen the last one; mode is enforce, log or off.';

CREATE FUNCTION quire.expect_version(version pg_catalog.int8) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_expect_version';
COMMENT ON FUNCTION quire.expect_version(pg_catalog.int8) IS
    'The version that the rows of this transaction''s next UPDATE or DELETE on a table with version_id must have; NULL takes the expectation back.';

CREATE FUNCTION quire.touch() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_touch';
COMMENT ON FUNCTION quire.touch() IS
    'Trigger touch(created_column [, updated_column]), BEFORE INSERT OR UPDATE, FOR EACH ROW: stamps that no client can set, to the millisecond; an empty name leaves one out.';
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
-- access: who the session acts for, and what that actor may do by policies over the user's own tables.

-- the actor -------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.become(actor pg_catalog.text, local pg_catalog.bool DEFAULT true) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_become';
COMMENT ON FUNCTION quire.become(pg_catalog.text, pg_catalog.bool) IS
    'Acts for this actor to the end of the transaction, or of the session unless local. Whoever may call it can be anybody: grant it to gateways only.';
REVOKE EXECUTE ON FUNCTION quire.become(pg_catalog.text, pg_catalog.bool) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION quire.become(pg_catalog.text, pg_catalog.bool) TO @extowner@ WITH GRANT OPTION;

CREATE FUNCTION quire.actor() RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_actor';
COMMENT ON FUNCTION quire.actor() IS 'Who the session acts for; NULL when for nobody.';

CREATE FUNCTION quire.require_actor() RETURNS pg_catalog.text
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_require_actor';
COMMENT ON FUNCTION quire.require_actor() IS 'Who the session acts for; an error when for nobody.';

-- policies --------------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.create_policy(
    policy pg_catalog.text,
    grants pg_catalog.text,
    roles pg_catalog.text,
    parents pg_catalog.text DEFAULT NULL,
    members pg_catalog.text DEFAULT NULL) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_create_policy';
COMMENT ON FUNCTION quire.create_policy(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Makes a policy schema.name of four queries, as views: grants (actor, role, object), roles (role, verb), parents (object, parent), members (member, group).';

CREATE FUNCTION quire.drop_policy(policy pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_drop_policy';
COMMENT ON FUNCTION quire.drop_policy(pg_catalog.text) IS
    'Drops the views of a policy, and its triggers on the tables that they read.';

CREATE FUNCTION quire.access_changed() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_access_changed';
COMMENT ON FUNCTION quire.access_changed() IS
    'Trigger access_changed(policy, what the table feeds), before and after each statement that writes to a table of the policy: sessions forget what they remember of it. Made by create_policy.';

CREATE FUNCTION quire.can(
    policy pg_catalog.text,
    verb pg_catalog.text,
    object pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor()) RETURNS pg_catalog.bool
    LANGUAGE c STABLE PARALLEL SAFE COST 100
    AS 'MODULE_PATHNAME', 'quire_can';
COMMENT ON FUNCTION quire.can(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'May the actor do this on the object?';

CREATE FUNCTION quire.permitted(
    policy pg_catalog.text,
    verb pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor()) RETURNS pg_catalog.text[]
    LANGUAGE c STABLE PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_permitted';
COMMENT ON FUNCTION quire.permitted(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'All objects on which the actor may do this; * stands for everything.';

CREATE FUNCTION quire.verbs(
    policy pg_catalog.text,
    object pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor()) RETURNS pg_catalog.text[]
    LANGUAGE c STABLE PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_verbs';
COMMENT ON FUNCTION quire.verbs(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'All that the actor may do on the object, sorted.';

CREATE FUNCTION quire.explain_access(
    policy pg_catalog.text,
    verb pg_catalog.text,
    object pg_catalog.text,
    actor pg_catalog.text DEFAULT quire.actor())
    RETURNS TABLE (
        step pg_catalog.int4,
        link pg_catalog.text,
        subject pg_catalog.text,
        target pg_catalog.text,
        note pg_catalog.text)
    LANGUAGE c STABLE PARALLEL SAFE COST 1000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_explain_access';
COMMENT ON FUNCTION quire.explain_access(pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Why the actor may do this on the object: member of, holds role, with verb, on, contains; or why not.';

-- protected tables ------------------------------------------------------------------------------------------------

CREATE FUNCTION quire.allowed_support(request pg_catalog.internal) RETURNS pg_catalog.internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_allowed_support';
COMMENT ON FUNCTION quire.allowed_support(pg_catalog.internal) IS
    'Tells the planner how many rows quire.allowed() leaves, and which index condition can stand for it.';

CREATE FUNCTION quire.permitted_keys_support(request pg_catalog.internal) RETURNS pg_catalog.internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'quire_permitted_keys_support';
COMMENT ON FUNCTION quire.permitted_keys_support(pg_catalog.internal) IS
    'Tells the planner what looking up the keys of quire.permitted_keys() in an index costs.';

CREATE FUNCTION quire.allowed(policy pg_catalog.text, verb pg_catalog.text, object pg_catalog.anyelement) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL SAFE SUPPORT quire.allowed_support
    AS 'MODULE_PATHNAME', 'quire_allowed';
COMMENT ON FUNCTION quire.allowed(pg_catalog.text, pg_catalog.text, pg_catalog.anyelement) IS
    'May the session''s actor do this on the object? The condition of protected tables, made to be asked for each row.';

CREATE FUNCTION quire.permitted_keys(
    policy pg_catalog.text,
    verb pg_catalog.text,
    example pg_catalog.anyelement,
    cost pg_catalog.float8 DEFAULT 0) RETURNS pg_catalog.anyarray
    LANGUAGE c STABLE PARALLEL SAFE SUPPORT quire.permitted_keys_support
    AS 'MODULE_PATHNAME', 'quire_permitted_keys';
COMMENT ON FUNCTION quire.permitted_keys(pg_catalog.text, pg_catalog.text, pg_catalog.anyelement, pg_catalog.float8) IS
    'The objects on which the session''s actor may do this, as keys of the example''s type: what the planner asks an index for in the place of quire.allowed().';

CREATE FUNCTION quire.protect(
    "table" pg_catalog.regclass,
    policy pg_catalog.text,
    object_column pg_catalog.name,
    on_select pg_catalog.text,
    on_insert pg_catalog.text,
    on_update pg_catalog.text,
    on_delete pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_protect';
COMMENT ON FUNCTION quire.protect(pg_catalog.regclass, pg_catalog.text, pg_catalog.name, pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Puts a table under a policy by forced row-level security: who reads or writes a row needs the verb for that on the object that the column holds. NULL in the place of a verb: nobody.';

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

CREATE FUNCTION quire.unprotect("table" pg_catalog.regclass) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 100000
    AS 'MODULE_PATHNAME', 'quire_unprotect';
COMMENT ON FUNCTION quire.unprotect(pg_catalog.regclass) IS
    'Takes the table out of its policy; without policies of others, row-level security is switched off.';
-- sql/events.sql: notifications and feeds of changes.

CREATE FUNCTION quire.notify_change() RETURNS pg_catalog.trigger
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_notify_change';
COMMENT ON FUNCTION quire.notify_change() IS
    'Trigger notify_change(channel [, options]), AFTER INSERT, UPDATE, DELETE or TRUNCATE, FOR EACH STATEMENT, with its transition tables: tells a channel or a feed what has changed. quire.watch creates it.';

CREATE FUNCTION quire.watch(
    "table" pg_catalog.regclass,
    channel pg_catalog.text DEFAULT NULL,
    columns pg_catalog.name[] DEFAULT NULL,
    payload pg_catalog.text DEFAULT 'key',
    feed pg_catalog.text DEFAULT NULL,
    scope pg_catalog.text DEFAULT NULL,
    "except" pg_catalog.name[] DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_watch';
COMMENT ON FUNCTION quire.watch(pg_catalog.regclass, pg_catalog.text, pg_catalog.name[], pg_catalog.text, pg_catalog.text, pg_catalog.text, pg_catalog.name[]) IS
    'From now on, changes of the table are told to a channel (with the table''s name unless another is given), or written to a feed; the payload is key, row or diff.';

CREATE FUNCTION quire.unwatch(
    "table" pg_catalog.regclass,
    channel pg_catalog.text DEFAULT NULL,
    feed pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.int4
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_unwatch';
COMMENT ON FUNCTION quire.unwatch(pg_catalog.regclass, pg_catalog.text, pg_catalog.text) IS
    'Takes back what watch did, for one channel or feed or for all; gives back how many triggers were dropped.';

CREATE FUNCTION quire.create_feed(
    feed pg_catalog.text,
    policy pg_catalog.text DEFAULT NULL,
    verb pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_create_feed';
COMMENT ON FUNCTION quire.create_feed(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Creates a feed: a table for events with this name, and one for consumers, owned by the caller. With a policy and a verb, who reads it sees the events of objects on which it has the verb.';

CREATE FUNCTION quire.drop_feed(feed pg_catalog.text) RETURNS pg_catalog.void
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_drop_feed';
COMMENT ON FUNCTION quire.drop_feed(pg_catalog.text) IS
    'Drops the tables of a feed. Unwatch its tables first, for they cannot be written without it.';

CREATE FUNCTION quire.read_feed(
    feed pg_catalog.text,
    after pg_catalog.text DEFAULT NULL,
    max pg_catalog.int4 DEFAULT 1000,
    OUT cursor pg_catalog.text,
    OUT type pg_catalog.text,
    OUT "table" pg_catalog.text,
    OUT key pg_catalog.jsonb,
    OUT version pg_catalog.int8,
    OUT changed pg_catalog.text[],
    OUT old pg_catalog.jsonb,
    OUT new pg_catalog.jsonb,
    OUT actor pg_catalog.text,
    OUT scope pg_catalog.text[],
    OUT txid pg_catalog.xid8,
    OUT at pg_catalog.timestamptz)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1000
    AS 'MODULE_PATHNAME', 'quire_read_feed';
COMMENT ON FUNCTION quire.read_feed(pg_catalog.text, pg_catalog.text, pg_catalog.int4) IS
    'The events of a feed after a cursor, in their order and without gaps; those that one may still come before are not given out yet.';

CREATE FUNCTION quire.subscribe(
    feed pg_catalog.text,
    consumer pg_catalog.text,
    after pg_catalog.text DEFAULT NULL)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_subscribe';
COMMENT ON FUNCTION quire.subscribe(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'Makes a consumer of the feed known, which begins after a cursor or with the oldest event; gives back where it is. One that is known already stays where it is.';

CREATE FUNCTION quire.unsubscribe(feed pg_catalog.text, consumer pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_unsubscribe';
COMMENT ON FUNCTION quire.unsubscribe(pg_catalog.text, pg_catalog.text) IS
    'Forgets a consumer of the feed; false when there was none.';

CREATE FUNCTION quire.next_events(
    feed pg_catalog.text,
    consumer pg_catalog.text,
    max pg_catalog.int4 DEFAULT 1000,
    OUT cursor pg_catalog.text,
    OUT type pg_catalog.text,
    OUT "table" pg_catalog.text,
    OUT key pg_catalog.jsonb,
    OUT version pg_catalog.int8,
    OUT changed pg_catalog.text[],
    OUT old pg_catalog.jsonb,
    OUT new pg_catalog.jsonb,
    OUT actor pg_catalog.text,
    OUT scope pg_catalog.text[],
    OUT txid pg_catalog.xid8,
    OUT at pg_catalog.timestamptz)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE PARALLEL UNSAFE COST 1000 ROWS 1000
    AS 'MODULE_PATHNAME', 'quire_next_events';
COMMENT ON FUNCTION quire.next_events(pg_catalog.text, pg_catalog.text, pg_catalog.int4) IS
    'The events that a consumer has not acknowledged yet; none while another transaction is at them for the same consumer.';

CREATE FUNCTION quire.ack(feed pg_catalog.text, consumer pg_catalog.text, cursor pg_catalog.text)
    RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_ack';
COMMENT ON FUNCTION quire.ack(pg_catalog.text, pg_catalog.text, pg_catalog.text) IS
    'The consumer has done with all events up to this cursor; gives back where it is now, which is never earlier than before.';

CREATE FUNCTION quire.feed_lag(
    feed pg_catalog.text,
    OUT consumer pg_catalog.text,
    OUT cursor pg_catalog.text,
    OUT events pg_catalog.int8,
    OUT behind pg_catalog.interval,
    OUT held_by pg_catalog.int4,
    OUT held_since pg_catalog.timestamptz,
    OUT holder pg_catalog.text)
    RETURNS SETOF pg_catalog.record
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 1000 ROWS 10
    AS 'MODULE_PATHNAME', 'quire_feed_lag';
COMMENT ON FUNCTION quire.feed_lag(pg_catalog.text) IS
    'How far each consumer is behind, in events and in time, and which transaction holds up the latest events.';

CREATE FUNCTION quire.trim_feed(
    feed pg_catalog.text,
    older_than pg_catalog.interval DEFAULT NULL,
    force pg_catalog.bool DEFAULT false)
    RETURNS pg_catalog.int8
    LANGUAGE c VOLATILE PARALLEL UNSAFE
    AS 'MODULE_PATHNAME', 'quire_trim_feed';
COMMENT ON FUNCTION quire.trim_feed(pg_catalog.text, pg_catalog.interval, pg_catalog.bool) IS
    'Removes events that all consumers have acknowledged, or with force, whoever has read them; with an interval, of those only the older ones. The last ones go one by one, many by whole partitions; gives back how many.';
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
-- archive: payloads compressed as gzip, as every other language writes and reads them.

CREATE FUNCTION quire.gzip(content pg_catalog.bytea, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip';
COMMENT ON FUNCTION quire.gzip(pg_catalog.bytea, pg_catalog.int4) IS
    'The bytes compressed as gzip, at a level from 0 (stored) to 9 (smallest). Equal content gives equal bytes.';

CREATE FUNCTION quire.gzip(content pg_catalog.text, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip_text';
COMMENT ON FUNCTION quire.gzip(pg_catalog.text, pg_catalog.int4) IS 'The text, in UTF-8, compressed as gzip.';

CREATE FUNCTION quire.gzip(content pg_catalog.jsonb, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_gzip_json';
COMMENT ON FUNCTION quire.gzip(pg_catalog.jsonb, pg_catalog.int4) IS 'The JSON text, in UTF-8, compressed as gzip.';

CREATE FUNCTION quire.zlib(content pg_catalog.bytea, level pg_catalog.int4 DEFAULT 6) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000
    AS 'MODULE_PATHNAME', 'quire_zlib';
COMMENT ON FUNCTION quire.zlib(pg_catalog.bytea, pg_catalog.int4) IS
    'The bytes compressed as zlib, for those who read nothing else. Equal content gives equal bytes.';

CREATE FUNCTION quire.gunzip(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_gunzip';
COMMENT ON FUNCTION quire.gunzip(pg_catalog.bytea, pg_catalog.int8) IS
    'What gzip or zlib compressed; an error when it inflates to more than max_bytes, or quire.max_inflate, or is damaged.';

CREATE FUNCTION quire.gunzip_text(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_gunzip_text';
COMMENT ON FUNCTION quire.gunzip_text(pg_catalog.bytea, pg_catalog.int8) IS
    'The text of UTF-8 that gzip or zlib compressed; limited as gunzip is.';

CREATE FUNCTION quire.gunzip_json(compressed pg_catalog.bytea, max_bytes pg_catalog.int8 DEFAULT NULL) RETURNS pg_catalog.jsonb
    LANGUAGE c IMMUTABLE PARALLEL SAFE COST 300
    AS 'MODULE_PATHNAME', 'quire_gunzip_json';
COMMENT ON FUNCTION quire.gunzip_json(pg_catalog.bytea, pg_catalog.int8) IS
    'The JSON of UTF-8 that gzip or zlib compressed; limited as gunzip is.';

CREATE FUNCTION quire.sha1(content pg_catalog.bytea) RETURNS pg_catalog.text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 200
    AS 'MODULE_PATHNAME', 'quire_sha1';
COMMENT ON FUNCTION quire.sha1(pg_catalog.bytea) IS
    'The SHA-1 of the bytes in hexadecimal digits, by which older platforms name files; not for secrets.';

-- secrets: passwords and tokens, of which only hashes are stored.

-- All that take a secret are PARALLEL RESTRICTED: an error of a parallel worker is logged by its leader, with the
-- statement, which the functions themselves keep out of the log. The costs let cheaper conditions go first.

CREATE FUNCTION quire.hash_password(password pg_catalog.text) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_hash_password';
COMMENT ON FUNCTION quire.hash_password(pg_catalog.text) IS
    'A new hash of a password, to be stored: argon2id with a random salt, as strong as the settings quire.argon2_memory, quire.argon2_iterations and quire.argon2_parallelism say.';

CREATE FUNCTION quire.verify_password(password pg_catalog.text, hash pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_verify_password';
COMMENT ON FUNCTION quire.verify_password(pg_catalog.text, pg_catalog.text) IS
    'Is this the password of the hash? Reads hashes of argon2, bcrypt, scrypt and PBKDF2 as the PHC, passlib, Werkzeug and Django write them; an error when it is none.';

CREATE FUNCTION quire.verify_password(
    password pg_catalog.text,
    hash pg_catalog.bytea,
    salt pg_catalog.bytea,
    scheme pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 1000000
    AS 'MODULE_PATHNAME', 'quire_verify_password_raw';
COMMENT ON FUNCTION quire.verify_password(pg_catalog.text, pg_catalog.bytea, pg_catalog.bytea, pg_catalog.text) IS
    'The same where hash and salt are columns of bytes; the scheme is pbkdf2:sha256:100000 or the like, or scrypt:N:r:p.';

CREATE FUNCTION quire.needs_rehash(hash pg_catalog.text) RETURNS pg_catalog.bool
    LANGUAGE c STABLE STRICT PARALLEL RESTRICTED COST 10
    AS 'MODULE_PATHNAME', 'quire_needs_rehash';
COMMENT ON FUNCTION quire.needs_rehash(pg_catalog.text) IS
    'Would hash_password() make a stronger hash: is this one of another algorithm than argon2id, or weaker than the settings say?';

CREATE FUNCTION quire.new_token(bytes pg_catalog.int4 DEFAULT 32) RETURNS pg_catalog.text
    LANGUAGE c VOLATILE STRICT PARALLEL SAFE COST 20
    AS 'MODULE_PATHNAME', 'quire_new_token';
COMMENT ON FUNCTION quire.new_token(pg_catalog.int4) IS
    'A random token of so many bytes, 16 to 1024, in the characters A-Z a-z 0-9 - _: base64 for URLs, without padding.';

CREATE FUNCTION quire.token_digest(token pg_catalog.text) RETURNS pg_catalog.bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL RESTRICTED COST 20
    AS 'MODULE_PATHNAME', 'quire_token_digest';
COMMENT ON FUNCTION quire.token_digest(pg_catalog.text) IS
    'What to store of a token, and to look it up by: its SHA-256.';

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
