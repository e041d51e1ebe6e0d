-- What \dx+ quire lists: everything commented, labelled and in its place.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(15);

CREATE TEMP VIEW members AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS what
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'quire');
CREATE TEMP VIEW functions AS
SELECT p.*, p.oid::regprocedure::text AS signature
FROM pg_proc p JOIN members ON classid = 'pg_proc'::regclass AND objid = p.oid;

SELECT cmp_ok((SELECT count(*) FROM members), '>', 30::bigint, 'the extension has members');
SELECT is_empty($$
    SELECT what FROM members
    WHERE obj_description(objid, classid::regclass::name) IS NULL
        -- The array type that comes with a type takes no comment of its own, nor does the row type of a table or view.
        AND NOT (classid = 'pg_type'::regclass AND EXISTS (
            SELECT FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = typrelid AND relkind <> 'c' WHERE t.oid = objid AND (typelem <> 0 OR c.oid IS NOT NULL)))
$$, 'every member has a comment');
SELECT is_empty('SELECT signature FROM functions WHERE prosecdef', 'no function runs with its owner''s rights');
SELECT is_empty($$ SELECT signature FROM functions WHERE prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c') $$,
    'all functions are C, so no body depends on a search_path');
SELECT is_empty($$ SELECT signature FROM functions WHERE prosrc NOT LIKE 'quire\_%' $$, 'every C symbol has the prefix');
SELECT is_empty($$ SELECT signature FROM functions WHERE pronamespace <> 'quire'::regnamespace $$, 'all functions are in schema quire');
SELECT is_empty($$ SELECT signature FROM functions WHERE proargnames IS NULL AND pronargs > 0 $$, 'all arguments have names');
SELECT is_empty($$ SELECT signature FROM functions WHERE prorettype = 'trigger'::regtype AND provolatile <> 'v' $$, 'triggers are volatile');

-- A new function is looked at once: what it may do is listed here by hand.
SELECT set_eq($$ SELECT proname::text FROM functions WHERE proparallel <> 's' OR provolatile = 'v' $$,
    ARRAY['check_email', 'check_state', 'version_id', 'touch', 'expect_version',
        'create_views', 'create_tables',
        'xpath_eval', 'recalculate', 'validate_submission',
        'become', 'create_policy', 'drop_policy', 'access_changed', 'protect', 'unprotect',
        'check_attributes', 'add_attribute', 'alter_attribute', 'drop_attribute', 'create_attribute_index',
        'get_count', 'insert', 'update', 'delete', 'undelete', 'soft_delete', 'hide_deleted', 'create_live_index',
        'hash_password', 'verify_password', 'needs_rehash', 'new_token', 'token_digest',
        'notify_change', 'watch', 'unwatch', 'create_feed', 'drop_feed', 'read_feed', 'subscribe', 'unsubscribe', 'next_events', 'ack', 'feed_lag', 'trim_feed',
        'add_model_step', 'create_model', 'ensure_model', 'upgrade_model', 'downgrade_model', 'stamp_model', 'load_example',
        'model_status', 'model_history', 'verify_model', 'model_sql', 'diagram'], 'all others are parallel safe and not volatile');
SELECT set_eq($$ SELECT proname::text FROM functions WHERE proparallel = 'r' $$,
    ARRAY['hash_password', 'verify_password', 'needs_rehash', 'token_digest'], 'what takes a secret stays with the leader, whose log it keeps clean');
SELECT set_eq($$ SELECT proname::text FROM functions WHERE provolatile = 's' $$,
    ARRAY['email_recv', 'email_send', 'next_states', 'state_diagram',
        'xform_recv', 'xform_send', 'record',
        'validate', 'is_valid',
        'actor', 'require_actor', 'can', 'permitted', 'verbs', 'explain_access', 'allowed', 'permitted_keys',
        'to_json', 'to_json_text', 'from_json', 'clean_values', 'get_count',
        'verify_password', 'needs_rehash',
        'model_history', 'model_sql', 'diagram'], 'these are stable, the rest immutable');
SELECT set_eq($$ SELECT DISTINCT proname::text FROM functions WHERE NOT proisstrict $$,
    ARRAY['check_email', 'check_state', 'version_id', 'touch', 'expect_version', 'next_states',
        'create_views', 'create_tables',
        'validate_submission',
        'become', 'create_policy', 'access_changed', 'can', 'permitted', 'verbs', 'explain_access', 'permitted_keys', 'protect',
        'check_attributes', 'add_attribute', 'alter_attribute', 'drop_attribute', 'create_attribute_index',
        'gunzip', 'gunzip_text', 'gunzip_json',
        'from_json', 'insert', 'update', 'delete', 'undelete', 'soft_delete',
        'notify_change', 'watch', 'unwatch', 'create_feed', 'read_feed', 'subscribe', 'next_events', 'trim_feed',
        'add_model_step', 'create_model', 'ensure_model', 'upgrade_model', 'downgrade_model', 'stamp_model', 'model_sql', 'diagram'], 'these see NULL, the rest are strict');

-- What CREATE EXTENSION made, DROP EXTENSION takes away.
CREATE TEMP TABLE made AS SELECT classid, objid, what FROM members;
DROP VIEW functions, members;
DROP SCHEMA test CASCADE;  -- its helpers use the extension
DROP EXTENSION quire;
SELECT is_empty('SELECT what FROM made WHERE pg_describe_object(classid, objid, 0) IS NOT NULL', 'DROP EXTENSION leaves no member');
SELECT is_empty($$ SELECT 1 FROM pg_namespace WHERE nspname = 'quire' $$, 'nor the schema');
SELECT is_empty($$ SELECT proname FROM pg_proc WHERE probin = '$libdir/quire' $$, 'nor a function of the library');

SELECT * FROM finish();
ROLLBACK;
