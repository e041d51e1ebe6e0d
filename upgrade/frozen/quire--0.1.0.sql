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
