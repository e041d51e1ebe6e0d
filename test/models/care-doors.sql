-- The model care: ways round its rules that there must not be. Rights that were taken away, rights that others gave,
-- what one does not see.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(39);
CREATE ROLE care_backend;
CREATE ROLE care_stranger;
GRANT USAGE ON SCHEMA quire TO care_backend, care_stranger;
SELECT quire.create_model('care', 'z');
GRANT USAGE ON SCHEMA z TO care_stranger;
SET LOCAL search_path = public, z;
SELECT admit('care_backend');

-- Two sites, north with the project hip, south with the project back; whom they have.
INSERT INTO t_sites (site_name) VALUES ('north'), ('south');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'hip'), (2, 'back');
INSERT INTO t_participants (participant_name, id_project) VALUES ('ada', 1), ('cid', 2);
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_enabled, user_superadmin)
SELECT name, name, 'X', 'A-password-of-' || name || '-1', true, name = 'root' FROM unnest('{root, north_admin, hip_user, south_admin}'::text[]) AS name;
INSERT INTO t_users_groups (user_group_name) VALUES ('north'), ('hip'), ('south'), ('without roles');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (2, 1), (3, 2), (4, 3);
CREATE FUNCTION pg_temp.give("group" int4, condition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'INSERT INTO t_services_access (id_user_group, id_service_role) SELECT $1, id_service_role FROM t_services_roles WHERE ' || condition USING "group";
END $$;
SELECT pg_temp.give(1, $$id_site = 1 AND service_role_name = 'admin'$$), pg_temp.give(2, $$id_project = 1 AND service_role_name = 'user'$$),
    pg_temp.give(3, $$id_site = 2 AND service_role_name = 'admin'$$);
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint)
VALUES ('hidden', 'Hidden', 'localhost', 1, '/', '/');
INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category) VALUES ('data', false, '#000000', 2);
INSERT INTO t_sessions_types_sites (id_session_type, id_site) VALUES (1, 1);
INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant, session_status) VALUES (1, 'of ada and cid', 1, 2);
INSERT INTO t_sessions_participants (id_session, id_participant) VALUES (1, 1), (1, 2);
INSERT INTO t_sessions_events (id_session, id_session_event_type) VALUES (1, 3);
INSERT INTO t_tests_types (id_service, test_type_name) VALUES (1, 'test');
INSERT INTO t_tests (id_test_type, id_session, test_name) VALUES (1, 1, 'of ada');

CREATE FUNCTION pg_temp.does(actor text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    done int8;
BEGIN
    PERFORM quire.become(actor);
    SET LOCAL ROLE care_backend;
    EXECUTE statement;
    GET DIAGNOSTICS done = ROW_COUNT;
    RESET ROLE;
    RETURN done;
EXCEPTION WHEN others THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.live("table" regclass) RETURNS int8 LANGUAGE plpgsql AS $$
DECLARE
    found int8;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s WHERE deleted_at IS NULL', "table") INTO found;
    RETURN found;
END $$;

SAVEPOINT fresh;
-- What gave a right is not restored by whom it was taken from.
SELECT is(pg_temp.does('user:2', 'SELECT FROM t_participants'), '1', 'an admin of a site sees its participants');
DELETE FROM t_users_users_groups WHERE id_user = 2;
SELECT is(pg_temp.does('user:2', $$SELECT quire.undelete('t_users_users_groups', '1')$$), '42501', 'who was taken out of a group does not come back alone');
SELECT is(pg_temp.does('user:2', 'SELECT FROM t_participants'), '0', 'and sees nothing');
SELECT is(pg_temp.does('user:1', $$SELECT quire.undelete('t_users_users_groups', '1')$$), '1', 'a super admin restores it');
SELECT is(pg_temp.does('user:2', 'SELECT FROM t_participants'), '1', 'and all is as before');
DELETE FROM t_services_access WHERE id_user_group = 1;
SELECT is(pg_temp.does('user:2', $$SELECT quire.undelete('t_services_access', '1')$$), '42501', 'nor does a group take back a role');
ROLLBACK TO fresh;
DELETE FROM t_sessions WHERE id_session = 1;
SELECT is(pg_temp.does('participant:1', $$SELECT quire.undelete('t_sessions', '1')$$), '42501', 'nor a participant a session');
ROLLBACK TO fresh;

-- Who governs one site has nothing at another by it.
SELECT pg_temp.give(2, $$id_site = 2 AND service_role_name = 'admin'$$);
SELECT is(pg_temp.does('user:2', 'INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (2, 2)'), '42501', 'nobody joins a group that has roles elsewhere');
SELECT is(pg_temp.does('user:2', 'UPDATE t_users_users_groups SET id_user_group = 2 WHERE id_user = 2'), '42501', 'nor moves there');
SELECT is(pg_temp.does('user:1', 'INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (2, 2)'), '1', 'a super admin fills such a group');
ROLLBACK TO fresh;
SELECT is(pg_temp.does('user:2', $$UPDATE t_users SET user_notes = 'x' WHERE id_user = 3$$), '1', 'a site''s admin changes its users');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (4, 2);
SELECT is(pg_temp.does('user:2', $$UPDATE t_users SET user_password = 'Taken-over-1' WHERE id_user = 4$$), '0', 'but does not take over who has roles elsewhere');
SELECT is(pg_temp.does('user:4', $$UPDATE t_users SET user_password = 'My-own-choice-1' WHERE id_user = 4$$), '1', 'who does that alone');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (4, 4);
SELECT is(pg_temp.does('user:2', $$INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 4, id_service_role FROM t_services_roles WHERE id_site = 1 LIMIT 1$$), '1',
    'a group without roles may be given one');
SELECT is(pg_temp.does('user:2', $$UPDATE t_users SET user_enabled = false WHERE id_user = 4$$), '0', 'whose members are not taken over by that');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (1, 2);
SELECT is(pg_temp.does('user:2', $$UPDATE t_users SET user_superadmin = false, user_password = 'Taken-over-1' WHERE id_user = 1$$), '0', 'nor is a super admin who is in a group of the site');
SELECT pg_temp.does('user:2', 'DELETE FROM t_users WHERE id_user = 1');
SELECT is(pg_temp.live('t_users'), 4::bigint, 'nor deleted');
ROLLBACK TO fresh;

-- To be forgotten is to be forgotten, or an error.
INSERT INTO t_participants (participant_name, id_project) VALUES ('eve', 1);
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 2, id_service_role FROM t_services_roles WHERE id_project = 1 AND service_role_name = 'admin';
SELECT is(pg_temp.does('user:3', $$SELECT erase('t_participants', 3)$$), '42501', 'who cannot erase somebody is told so');
SELECT is(pg_temp.live('t_participants'), 3::bigint, 'and nothing is done');
SELECT is(pg_temp.does('user:1', $$SELECT erase('t_participants', 3)$$), '1', 'a super admin erases');
SELECT is((SELECT count(*) FROM t_participants WHERE id_participant = 3), 0::bigint, 'for good');
ROLLBACK TO fresh;

-- What one does not see one does not change.
SELECT is(pg_temp.does('participant:1', 'SELECT FROM t_sessions_events'), '0', 'a participant does not see events');
SELECT is(pg_temp.does('participant:1', 'INSERT INTO t_sessions_events (id_session, id_session_event_type) VALUES (1, 12)'), '1', 'and has them recorded');
SELECT is(pg_temp.does('participant:1', $$UPDATE t_sessions_events SET session_event_text = 'forged'$$), '0', 'but does not change them');
SELECT pg_temp.does('participant:1', 'DELETE FROM t_sessions_events');
SELECT is(pg_temp.live('t_sessions_events'), 2::bigint, 'nor deletes them');
SELECT is(pg_temp.does('participant:1', $$UPDATE t_tests SET test_name = 'forged'$$), '0', 'nor changes tests');
SELECT pg_temp.does('participant:1', 'DELETE FROM t_tests');
SELECT is(pg_temp.live('t_tests'), 1::bigint, 'nor deletes them');
SELECT pg_temp.does('user:3', 'DELETE FROM t_sessions_participants');
SELECT is((SELECT array_agg(id_participant) FROM t_sessions_participants WHERE deleted_at IS NULL), '{2}', 'whom one does not see one does not send away');
SELECT pg_temp.does('user:3', 'DELETE FROM t_sessions');
SELECT is(pg_temp.live('t_sessions'), 1::bigint, 'to delete the session');
ROLLBACK TO fresh;
SELECT is(pg_temp.does('user:3', 'SELECT FROM t_services WHERE id_service = 2'), '0', 'a service may be hidden');
SELECT is(pg_temp.does('user:3', 'INSERT INTO t_services_configs (id_service, id_user) VALUES (2, 3)'), '42501', 'then it is not configured');
SELECT is(pg_temp.does('user:2', $$INSERT INTO t_sessions_types (id_service, session_type_name, session_type_online, session_type_color, session_type_category)
    VALUES (2, 'x', true, '#000000', 1)$$), '42501', 'nor brought to a site by a type of sessions');
SELECT is(pg_temp.does('user:2', 'UPDATE t_sessions_types SET id_service = 2, session_type_category = 1'), '42501', 'neither a new one nor one that is there');
SELECT is(pg_temp.does('user:2', 'INSERT INTO t_sessions_types_services (id_session_type, id_service) VALUES (1, 2)'), '42501', 'nor as a secondary one');
SELECT is(pg_temp.does('user:2', $$INSERT INTO t_tests_types (id_service, test_type_name) VALUES (2, 'x')$$), '42501', 'nor by a type of tests');
SELECT is(pg_temp.does('user:1', $$INSERT INTO t_tests_types (id_service, test_type_name) VALUES (2, 'x')$$), '1', 'but by a super admin');

-- What runs as the owner is for backends, and finds the model's own tables.
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc AS p WHERE pronamespace = 'z'::regnamespace AND prosecdef AND has_function_privilege('care_stranger', oid, 'EXECUTE') $$,
    'a stranger is told nothing by the owner''s functions');
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc AS p WHERE pronamespace = 'z'::regnamespace AND prosecdef AND prorettype <> 'trigger'::regtype
    AND NOT has_function_privilege('care_backend', oid, 'EXECUTE') $$, 'a backend has them');
SELECT is_empty($$ SELECT p.oid::regprocedure FROM pg_proc AS p WHERE pronamespace = 'z'::regnamespace AND prosecdef AND NOT proconfig && ARRAY['search_path=z, pg_temp'] $$,
    'none of them is misled by what a session has made');
SELECT * FROM finish();
ROLLBACK;
