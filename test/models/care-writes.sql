-- The model care: who acts, what roles come to, and who may write what, in a schema that belongs to an ordinary role.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT * FROM no_plan();
CREATE ROLE care_owner;
CREATE ROLE care_backend;
CREATE ROLE care_stranger;
GRANT CREATE ON DATABASE :DBNAME TO care_owner;
GRANT EXECUTE ON FUNCTION quire.become TO care_owner;
GRANT USAGE ON SCHEMA quire TO care_owner, care_backend, care_stranger;
SET LOCAL ROLE care_owner;
SELECT quire.create_model('care', 'z');
GRANT USAGE ON SCHEMA z TO care_stranger;
SET LOCAL search_path = public, z;
SELECT admit('care_backend');

-- Two sites. north has the projects hip (1) and knee (2), south has back (3).
INSERT INTO t_sites (site_name) VALUES ('north'), ('south');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'hip'), (1, 'knee'), (2, 'back');
INSERT INTO t_participants (participant_name, id_project) VALUES ('ada', 1), ('ben', 2), ('cid', 3);
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_enabled, user_superadmin)
SELECT name, name, 'X', '$argon2id$' || repeat('x', 60), name <> 'gone', name = 'root'
FROM unnest('{root, north_admin, hip_admin, hip_user, north_user, gone, both}'::text[]) AS name;
INSERT INTO t_users_groups (user_group_name) SELECT user_username || 's' FROM t_users ORDER BY id_user;
INSERT INTO t_users_users_groups (id_user, id_user_group) SELECT id_user, id_user_group FROM t_users JOIN t_users_groups ON user_group_name = user_username || 's';
CREATE FUNCTION pg_temp.give("group" text, place text, role text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO t_services_access (id_user_group, id_service_role)
    SELECT g.id_user_group, r.id_service_role FROM t_users_groups AS g, t_services_roles AS r
        LEFT JOIN t_sites AS s ON s.id_site = r.id_site LEFT JOIN t_projects AS p ON p.id_project = r.id_project
    WHERE g.user_group_name = "group" AND coalesce(site_name, project_name) = place AND service_role_name = role AND r.id_service = 1
$$;
SELECT pg_temp.give('north_admins', 'north', 'admin'), pg_temp.give('hip_admins', 'hip', 'admin'), pg_temp.give('hip_users', 'hip', 'user'),
    pg_temp.give('north_users', 'north', 'user'), pg_temp.give('boths', 'hip', 'user'), pg_temp.give('boths', 'hip', 'admin'), pg_temp.give('gones', 'south', 'admin');
INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('type', 'type');
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint, service_enabled)
VALUES ('files', 'Files', 'localhost', 1, '/', '/', true);
INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category) VALUES ('data', false, '#000000', 2);
SELECT associate('t_sessions_types_sites', '{"id_session_type": 1, "id_site": 1}'), associate('t_sessions_types_projects', '{"id_session_type": 1, "id_project": 1}'),
    associate('t_services_sites', '{"id_service": 2, "id_site": 1}'), associate('t_services_projects', '{"id_service": 2, "id_project": 1}');

-- Roles of groups and users.
SELECT results_eq($$ SELECT user_username::text, role, inherited FROM t_users, user_project_role(id_user, 1) ORDER BY id_user $$,
    $$ VALUES ('root', 'admin', true), ('north_admin', 'admin', true), ('hip_admin', 'admin', false), ('hip_user', 'user', false),
        ('north_user', NULL, NULL), ('gone', NULL, NULL), ('both', 'admin', false) $$,
    'a project''s role: by the site''s admin, by its own, none by a site''s user; admin before user, in one group, too');
SELECT results_eq($$ SELECT user_username::text, role, inherited FROM t_users, user_site_role(id_user, 1) ORDER BY id_user $$,
    $$ VALUES ('root', 'admin', true), ('north_admin', 'admin', false), ('hip_admin', 'user', true), ('hip_user', 'user', true),
        ('north_user', 'user', false), ('gone', NULL, NULL), ('both', 'user', true) $$,
    'a site''s role: its own, or user by any role in a project');
INSERT INTO t_services_roles (id_service, id_site, service_role_name) VALUES (2, 2, 'admin');
INSERT INTO t_services_roles (id_service, service_role_name) VALUES (2, 'archivist'), (2, 'reader');
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 4, id_service_role FROM t_services_roles WHERE id_service = 2 AND service_role_name <> 'reader';
SELECT is((user_site_role(4, 2)).role, NULL, 'roles of other services are none');
SELECT set_eq('SELECT global_roles(4, 2)', '{archivist}'::text[], 'but are that service''s business');
SELECT set_eq('SELECT global_roles(1, 2)', '{archivist, reader}'::text[], 'where a super admin has all');
SELECT set_eq('SELECT user_username::text FROM project_users(1)', '{hip_admin, hip_user, both}'::text[], 'users of a project have a role there');
SELECT set_eq('SELECT user_username::text FROM project_users(1, true, true)', '{hip_admin, hip_user, both, north_admin, root}'::text[], 'with its site''s admins and super admins when wanted');

-- Who acts.
SELECT is(act_as('user', (SELECT user_uuid FROM t_users WHERE id_user = 4)), 'user:4', 'a backend takes on a user');
SELECT is(quire.actor(), 'user:4', 'to the end of the transaction');
SELECT is(actor_id('user'), 4, 'whose id is at hand');
SELECT is(actor_id('device'), NULL, 'and is no device''s');
SELECT throws_ok($$ SELECT act_as('user', (SELECT user_uuid FROM t_users WHERE user_username = 'gone')) $$, '28000', 'the user is disabled', 'not one who is disabled');
SELECT throws_ok($$ SELECT act_as('participant', gen_random_uuid()) $$, 'P0002', 'there is no such participant', 'nor one who is not there');
SELECT throws_ok($$ SELECT act_as('god', gen_random_uuid()) $$, '22023', NULL, 'nor what is no actor');
SELECT is(act_as('participant', (SELECT participant_uuid FROM t_participants WHERE id_participant = 1)), 'participant:1', 'a participant');
SELECT is(act_as('service', (SELECT service_uuid FROM t_services WHERE id_service = 2)), 'service:2', 'a service');
SELECT ok(NOT has_function_privilege('care_stranger', 'act_as(text, uuid, bool)', 'EXECUTE'), 'nobody becomes anybody without leave');
SELECT is((SELECT count(*) FROM pg_proc WHERE pronamespace = 'z'::regnamespace AND prosecdef AND prorettype = 'trigger'::regtype
    AND has_function_privilege('care_stranger', oid, 'EXECUTE')), 0::bigint, 'nor puts the owner''s rules on tables');

INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES ('new', 'N', 'X', '$argon2id$' || repeat('x', 60));

-- Who writes what. A statement is run as a user; its rows are told, or why not.
CREATE FUNCTION pg_temp.does(username text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    done int8;
    problem text;
BEGIN
    PERFORM quire.become((SELECT 'user:' || id_user FROM t_users WHERE user_username = username));
    SET LOCAL ROLE care_backend;
    EXECUTE statement;
    GET DIAGNOSTICS done = ROW_COUNT;
    SET LOCAL ROLE care_owner;
    RETURN done;
EXCEPTION WHEN others THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
CREATE TEMP TABLE writes (number int GENERATED ALWAYS AS IDENTITY, statement text, what text, root text, north_admin text, hip_admin text, hip_user text, north_user text);
INSERT INTO writes (statement, what, root, north_admin, hip_admin, hip_user, north_user) VALUES
    ($$INSERT INTO t_sites (site_name) VALUES ('x')$$, 'a super admin makes sites', 1, 0, 0, 0, 0),
    ($$UPDATE t_sites SET site_name = 'x' WHERE id_site = 1$$, 'their admins change them', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_projects (id_site, project_name) VALUES (1, 'x')$$, 'and make projects', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_projects (id_site, project_name) VALUES (1, 'x') RETURNING id_project$$, 'whose ids they get', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_projects (id_site, project_name) VALUES (2, 'x')$$, 'not at other sites', 1, 0, 0, 0, 0),
    ($$UPDATE t_projects SET project_name = 'x' WHERE id_project = 1$$, 'a project''s admins change it', 1, 1, 1, 0, 0),
    ($$INSERT INTO t_participants (participant_name, id_project) VALUES ('x', 1) RETURNING id_participant$$, 'any role of a project makes participants', 1, 1, 1, 1, 0),
    ($$UPDATE t_participants SET participant_name = 'x' WHERE id_participant = 1$$, 'and changes them', 1, 1, 1, 1, 0),
    ($$UPDATE t_participants SET id_project = 2 WHERE id_participant = 1$$, 'but moves them to own projects only', 1, 1, 0, 0, 0),
    ($$DELETE FROM t_participants WHERE id_participant = 1$$, 'an admin deletes them', 1, 1, 1, 0, 0),
    ($$INSERT INTO t_participants_groups (id_project, participant_group_name) VALUES (1, 'x')$$, 'and makes groups', 1, 1, 1, 0, 0),
    ($$INSERT INTO t_devices (device_name, id_device_type) VALUES ('x', 1)$$, 'a site''s admin makes devices', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES ('x', 'X', 'X', 'Secret-12345')$$, 'and users', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_superadmin) VALUES ('x', 'X', 'X', 'Secret-12345', true)$$,
        'who are no super admins', 1, 0, 0, 0, 0),
    ($$UPDATE t_users SET user_notes = 'x' WHERE id_user = actor_id('user')$$, 'everybody changes oneself', 1, 1, 1, 1, 1),
    ($$UPDATE t_users SET user_superadmin = true WHERE id_user = actor_id('user')$$, 'but not into a super admin', 1, 0, 0, 0, 0),
    ($$UPDATE t_users SET user_notes = 'x' WHERE user_username = 'both'$$, 'a site''s admin changes its users', 1, 1, 0, 0, 0),
    ($$DELETE FROM t_users WHERE user_username = 'both'$$, 'and deletes those whose groups are the site''s', 1, 1, 0, 0, 0),
    ($$DELETE FROM t_users WHERE id_user = actor_id('user')$$, 'nobody deletes oneself', 0, 0, 0, 0, 0),
    ($$INSERT INTO t_users_groups (user_group_name) VALUES ('x')$$, 'user groups are made by a site''s admin', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_users_users_groups (id_user, id_user_group) SELECT id_user, 4 FROM t_users WHERE user_username = 'both'$$, 'and filled', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 7, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'user'$$,
        'and given the site''s roles', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 4, id_service_role FROM t_services_roles WHERE id_project = 1 AND service_role_name = 'admin'$$,
        'a project''s roles are given by its admins', 1, 1, 1, 0, 0),
    ($$INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (6, 4)$$, 'nobody takes users of other sites into groups, to govern them', 1, 0, 0, 0, 0),
    ($$INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 6, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'user'$$,
        'nor their groups', 1, 0, 0, 0, 0),
    ($$INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (8, 4)$$, 'but users who are nowhere yet', 1, 1, 0, 0, 0),
    ($$INSERT INTO t_services_roles (id_service, service_role_name) VALUES (1, 'x')$$, 'roles are made by super admins', 1, 0, 0, 0, 0),
    ($$UPDATE t_services SET service_port = 7$$, 'so are services', 2, 0, 0, 0, 0),
    ($$INSERT INTO t_sessions (id_session_type, session_name, id_creator_user) VALUES (1, 'x', actor_id('user')) RETURNING id_session$$, 'who sees a type makes sessions', 1, 1, 1, 1, 1),
    ($$INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant) VALUES (1, 'x', 1)$$, 'for those whom one records', 1, 1, 1, 1, 0),
    ($$INSERT INTO t_assets (id_session, asset_name, asset_type, asset_service_uuid) SELECT 3, 'x', 'x', service_uuid FROM t_services WHERE id_service = 2$$,
        'assets are made by services', 1, 0, 0, 0, 0),
    ($$SELECT FROM t_server_settings$$, 'the server''s settings are for super admins', 0, 0, 0, 0, 0),
    ($$INSERT INTO t_server_settings (server_settings_name, server_settings_value) VALUES ('x', 'x')$$, 'and their to write', 1, 0, 0, 0, 0),
    ($$INSERT INTO t_users_preferences (id_user, user_preference_app_tag, user_preference_preference) VALUES (actor_id('user'), 'x', '{}')$$, 'preferences are one''s own', 1, 1, 1, 1, 1),
    ($$INSERT INTO t_users_preferences (id_user, user_preference_app_tag, user_preference_preference) SELECT id_user, 'x', '{}' FROM t_users WHERE user_username = 'both'$$,
        'and nobody else''s', 1, 0, 0, 0, 0),
    ($$INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('x', 'x')$$, 'types of devices are the server''s', 1, 0, 0, 0, 0);
INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant, session_status) VALUES (1, 'of ada', 1, 2), (1, 'of cid', 3, 2);
-- DELETE says 0, since nothing is removed: what is gone is counted.
CREATE FUNCTION pg_temp.outcome(username text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before int8 := (SELECT count(*) FROM t_users WHERE deleted_at IS NULL) + (SELECT count(*) FROM t_participants WHERE deleted_at IS NULL);
    outcome text;
BEGIN
    outcome := pg_temp.does(username, statement);
    IF statement LIKE 'DELETE%' AND outcome = '0' THEN
        outcome := before - (SELECT count(*) FROM t_users WHERE deleted_at IS NULL) - (SELECT count(*) FROM t_participants WHERE deleted_at IS NULL);
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'QT000', MESSAGE = CASE WHEN outcome LIKE '42501%' THEN '0' ELSE outcome END;
EXCEPTION WHEN SQLSTATE 'QT000' THEN
    RETURN SQLERRM;
END $$;
DELETE FROM t_sessions;
INSERT INTO t_sessions (id_session_type, session_name, id_creator_service, session_status) VALUES (1, 'of files', 2, 2);
SELECT is(pg_temp.outcome(username, statement), expected, what || ': ' || username)
FROM writes, LATERAL (VALUES ('root', root), ('north_admin', north_admin), ('hip_admin', hip_admin), ('hip_user', hip_user), ('north_user', north_user)) AS v (username, expected)
ORDER BY number;

-- Sessions: what one may read one may record in; deleting needs all who take part, and an end.
INSERT INTO t_participants (participant_name, id_project) VALUES ('eve', 1), ('fay', 3);
INSERT INTO t_sessions (id_session_type, session_name, id_creator_user, session_status) VALUES (1, 'running', 4, 1), (1, 'done', 4, 2), (1, 'with others', 4, 2);
INSERT INTO t_sessions_participants (id_session, id_participant) SELECT id_session, id_participant FROM t_sessions, t_participants
WHERE (session_name, participant_name) IN (('running', 'eve'), ('done', 'eve'), ('with others', 'eve'), ('with others', 'fay'));
CREATE FUNCTION pg_temp.session(name text) RETURNS int LANGUAGE sql AS 'SELECT id_session FROM t_sessions WHERE session_name = name';
SELECT is(pg_temp.does('hip_user', format($$INSERT INTO t_sessions_events (id_session, id_session_event_type) VALUES (%s, 1) RETURNING id_session_event$$, pg_temp.session('running'))), '1', 'events are recorded by who reads the session');
SELECT is(left(pg_temp.does('north_user', format($$INSERT INTO t_sessions_events (id_session, id_session_event_type) VALUES (%s, 1)$$, pg_temp.session('running'))), 5), '42501', 'by nobody else');
SELECT is(pg_temp.does('hip_user', format($$INSERT INTO t_sessions_participants (id_session, id_participant) VALUES (%s, 1)$$, pg_temp.session('done'))), '1', 'participants are invited whom one sees');
SELECT is(left(pg_temp.does('hip_user', format($$INSERT INTO t_sessions_participants (id_session, id_participant) VALUES (%s, 3)$$, pg_temp.session('done'))), 5), '42501', 'no others');
SELECT is(pg_temp.does('hip_user', $$DELETE FROM t_sessions$$), '0', 'sessions are deleted');
SELECT set_eq($$SELECT session_name FROM t_sessions WHERE deleted_at IS NULL$$, '{running, with others}'::text[], 'that are over, and whose people one sees');
SELECT is(pg_temp.does('hip_user', $$UPDATE t_sessions SET session_comments = 'x'$$), '2', 'the others can be written to');
SELECT is(pg_temp.does('hip_user', $$SELECT FROM t_sessions WHERE session_name = 'done'$$), '0', 'what was deleted is not seen');
SELECT is(pg_temp.does('root', $$SELECT FROM t_sessions WHERE session_name = 'done'$$), '1', 'but by super admins');
SELECT is(pg_temp.does('root', format($$SELECT quire.undelete('t_sessions', '%s')$$, pg_temp.session('done'))), '1', 'who restore it');
SELECT is(pg_temp.does('hip_user', $$SELECT FROM t_sessions WHERE session_name = 'done'$$), '1', 'and it is there again');

-- A right that is taken away is gone with the next statement; without an actor nothing is seen.
SELECT is(pg_temp.does('hip_user', 'SELECT FROM t_participants WHERE id_project = 1'), '2', 'while one has a role');
DELETE FROM t_services_access WHERE id_user_group = 4;
SELECT is(pg_temp.does('hip_user', 'SELECT FROM t_participants WHERE id_project = 1'), '0', 'and no longer');
RESET ROLE;
RESET quire.actor;
SET LOCAL ROLE care_backend;
SELECT throws_ok('SELECT FROM z.t_participants', '42501', 'no actor is set', 'nobody sees nothing');
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
