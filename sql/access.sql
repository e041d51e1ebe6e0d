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
    'Trigger access_changed(policy), before and after each statement that writes to a table of the policy: sessions forget what they remember of it. Made by create_policy.';

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
