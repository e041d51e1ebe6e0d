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
