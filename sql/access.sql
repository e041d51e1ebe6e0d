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
