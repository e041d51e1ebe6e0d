-- The model care: what is not deleted yet, and what a write brings with it.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(121);
SELECT quire.create_model('care', 'c');
SET LOCAL search_path = public, c;

CREATE FUNCTION pg_temp.live("table" text, condition text DEFAULT 'true') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s WHERE deleted_at IS NULL AND (%s)', "table", condition) INTO found;
    RETURN found;
END $$;
-- What DELETE is refused for, and that nothing else is missing: it works once that is gone.
CREATE FUNCTION pg_temp.refused(delete text, cause text, what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT throws_ok(delete, '23503', NULL, what);
    BEGIN
        EXECUTE cause;
        RETURN NEXT lives_ok(delete, what || ', and no longer');
        RAISE 'undo' USING ERRCODE = 'P0099';
    EXCEPTION WHEN SQLSTATE 'P0099' THEN NULL;
    END;
END $$;

-- The same for what nothing is in the way of.
CREATE FUNCTION pg_temp.works(statement text, what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT lives_ok(statement, what);
    RAISE 'undo' USING ERRCODE = 'P0099';
EXCEPTION WHEN SQLSTATE 'P0099' THEN NULL;
END $$;

-- Roles.
INSERT INTO t_sites (site_name) VALUES ('north'), ('south');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'p'), (1, 'q'), (2, 'r');
SELECT results_eq('SELECT id_site, id_project, service_role_name::text FROM t_services_roles WHERE id_service = server_service() ORDER BY id_service_role',
    $$ VALUES (1, NULL::int, 'admin'), (1, NULL, 'user'), (2, NULL, 'admin'), (2, NULL, 'user'), (NULL, 1, 'admin'), (NULL, 1, 'user'),
        (NULL, 2, 'admin'), (NULL, 2, 'user'), (NULL, 3, 'admin'), (NULL, 3, 'user') $$, 'sites and projects have the roles admin and user');

-- Associations.
INSERT INTO t_participants_groups (id_project, participant_group_name) VALUES (1, 'g'), (2, 'h');
INSERT INTO t_participants (participant_name, id_project) VALUES ('ann', 1), ('ben', 2);
INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('Sensor', 'sensor');
INSERT INTO t_devices (device_name, id_device_type) VALUES ('d', 1), ('e', 1);
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint)
SELECT name, name, 'localhost', 1, '/', '/' FROM unnest('{video, files, other}'::text[]) AS name;
SELECT throws_ok($$ INSERT INTO t_devices_projects (id_device, id_project) VALUES (1, 1) $$, '23503', 'the device is not associated to the site of the project', 'a device comes to a project through its site');
SELECT throws_ok($$ INSERT INTO t_services_projects (id_service, id_project) VALUES (2, 1) $$, '23503', NULL, 'so does a service');
INSERT INTO t_devices_sites (id_device, id_site) VALUES (1, 1), (2, 1);
INSERT INTO t_devices_projects (id_device, id_project) VALUES (1, 1), (1, 2), (2, 1);
SELECT throws_ok($$ INSERT INTO t_devices_projects (id_device, id_project) VALUES (1, 3) $$, '23503', NULL, 'not through another');
SELECT throws_ok($$ INSERT INTO t_devices_participants (id_device, id_participant) VALUES (2, 2) $$, '23503', 'the device is not associated to the project of the participant', 'and to a participant through the project');
INSERT INTO t_devices_participants (id_device, id_participant) VALUES (1, 1), (1, 2);
SELECT is(associate('t_devices_sites', '{"id_device": 1, "id_site": 1}'), 1, 'what is associated stays associated');
SELECT is(associate('t_devices_sites', '{"id_device": 1, "id_site": 2}'), 3, 'what is not will be');
SELECT throws_ok($$ SELECT associate('t_devices_projects', '{"id_device": 2, "id_project": 3}') $$, '23503', NULL, 'by the same rules');
SELECT pg_temp.refused('DELETE FROM t_devices_projects WHERE id_device = 1 AND id_project = 1', 'DELETE FROM t_devices_participants', 'a device stays in a project while a participant has it');
SELECT pg_temp.refused('DELETE FROM t_devices_sites WHERE id_device = 1 AND id_site = 1', 'DELETE FROM t_devices_participants', 'and at the site');
DELETE FROM t_devices_participants;
DELETE FROM t_devices_sites WHERE id_device = 1;
SELECT is(pg_temp.live('t_devices_projects', 'id_device = 1'), 0::bigint, 'a device that leaves a site leaves its projects');
SELECT is(pg_temp.live('t_devices_projects', 'id_device = 2'), 1::bigint, 'others do not');
SELECT is(associate('t_devices_sites', '{"id_device": 1, "id_site": 1}'), 1, 'the association is the same when it is made again');
SELECT is(pg_temp.live('t_devices_projects', 'id_device = 1'), 0::bigint, 'and brings no project back');
SELECT is(associate('t_devices_projects', '{"id_device": 1, "id_project": 1}'), 2, 'that is for whoever wants it');
DELETE FROM t_projects WHERE id_project = 1;
DELETE FROM t_devices_sites WHERE id_device = 1;
INSERT INTO t_devices_sites (id_device, id_site) VALUES (1, 1);
SELECT lives_ok($$ SELECT quire.undelete('t_projects', '1') $$, 'a project comes back when its device has left the site meanwhile, and come again');
SELECT is(pg_temp.live('t_devices_projects', 'id_device = 1 AND id_project = 1'), 1::bigint, 'with the device');
SELECT is(quire.delete('t_devices_sites', (SELECT to_jsonb(id_device_site) FROM t_devices_sites WHERE id_device = 1 AND deleted_at IS NULL)), 2, 'a deletion by hand');
SELECT is(quire.undelete('t_devices_sites', (SELECT to_jsonb(id_device_site) FROM t_devices_projects WHERE id_device = 1 AND id_project = 1)), 2, 'is undone as a whole');

-- Types of sessions and tests bring their services.
INSERT INTO t_sessions_types (id_service, session_type_name, session_type_online, session_type_color, session_type_category)
VALUES (2, 'video', true, '#ffffff', 1), (NULL, 'data', false, '#ffffff', 2), (3, 'files', false, '#ffffff', 3);
SELECT throws_ok($$ INSERT INTO t_sessions_types_projects (id_session_type, id_project) VALUES (1, 1) $$, '23503', NULL, 'a session type comes to a project through its site');
INSERT INTO t_sessions_types_sites (id_session_type, id_site) VALUES (1, 1), (2, 1), (3, 1);
SELECT results_eq('SELECT id_service, id_site FROM t_services_sites', 'VALUES (2, 1)', 'it brings its service to the site');
INSERT INTO t_sessions_types_projects (id_session_type, id_project) VALUES (1, 1), (2, 1);
SELECT results_eq('SELECT id_service, id_project FROM t_services_projects', 'VALUES (2, 1)', 'and to the project');
INSERT INTO t_sessions_types_services (id_session_type, id_service) VALUES (2, 3);
SELECT ok(pg_temp.live('t_services_sites', 'id_service = 3 AND id_site = 1') = 1 AND pg_temp.live('t_services_projects', 'id_service = 3 AND id_project = 1') = 1,
    'a secondary service comes to where its session type is');
INSERT INTO t_tests_types (id_service, test_type_name) VALUES (3, 'test');
SELECT throws_ok($$ INSERT INTO t_tests_types_projects (id_test_type, id_project) VALUES (1, 2) $$, '23503', NULL, 'a test type comes to a project through its site');
INSERT INTO t_tests_types_sites (id_test_type, id_site) VALUES (1, 1), (1, 2);
INSERT INTO t_tests_types_projects (id_test_type, id_project) VALUES (1, 1);
SELECT is(pg_temp.live('t_services_sites', 'id_service = 3'), 2::bigint, 'and brings its service too');
SAVEPOINT before;
DELETE FROM t_services_projects WHERE id_service = 2;
SELECT is(pg_temp.live('t_sessions_types_projects', 'id_session_type = 1'), 0::bigint, 'a service that leaves a project takes its session types along');
DELETE FROM t_services_projects WHERE id_service = 3;
SELECT is(pg_temp.live('t_tests_types_projects'), 0::bigint, 'and its test types');
SELECT is(pg_temp.live('t_sessions_types_projects', 'id_session_type = 2'), 1::bigint, 'but not where it is secondary');
DELETE FROM t_services_sites WHERE id_service = 2;
SELECT is(pg_temp.live('t_sessions_types_sites', 'id_session_type = 1'), 0::bigint, 'one that leaves a site takes them from there');
ROLLBACK TO before;
DELETE FROM t_sessions_types_sites WHERE id_session_type = 1;
SELECT is(pg_temp.live('t_sessions_types_projects', 'id_session_type = 1'), 0::bigint, 'a session type that leaves a site leaves its projects');
DELETE FROM t_tests_types_sites WHERE id_site = 1;
SELECT is(pg_temp.live('t_tests_types_projects'), 0::bigint, 'and so does a test type');
ROLLBACK TO before;
UPDATE t_sessions_types SET id_service = 4 WHERE id_session_type = 1;
SELECT is(pg_temp.live('t_services_projects', 'id_service = 4 AND id_project = 1'), 1::bigint, 'a session type that changes its service brings the new one');
DELETE FROM t_services_sites WHERE id_service = 2;
SELECT is(pg_temp.live('t_sessions_types_projects', 'id_session_type = 1'), 1::bigint, 'and does not go with the old one');
ROLLBACK TO before;
SELECT throws_ok($$ UPDATE t_projects SET id_site = 2 WHERE id_project = 1 $$, '23503', NULL, 'a project does not move to a site without its devices');
DELETE FROM t_devices_projects;
SELECT associate('t_services_sites', jsonb_build_object('id_service', s, 'id_site', 2)) FROM generate_series(2, 3) AS s;
SELECT associate('t_sessions_types_sites', jsonb_build_object('id_session_type', t, 'id_site', 2)) FROM generate_series(1, 3) AS t;
SELECT lives_ok($$ UPDATE t_projects SET id_site = 2 WHERE id_project = 1 $$, 'but to one that has all that it uses');
DELETE FROM t_sessions_types_sites WHERE id_site = 1;
SELECT is(pg_temp.live('t_sessions_types_projects'), 2::bigint, 'and rests on that from then on');
ROLLBACK TO before;

-- What is in use. One session of everybody in project 1.
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES ('una', 'U', 'N', 'Long-enough-1');
INSERT INTO t_users_groups (user_group_name) VALUES ('staff');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (1, 1);
SELECT pg_temp.refused('DELETE FROM t_users_groups', 'DELETE FROM t_users_users_groups', 'a user group stays while it has members');
SELECT pg_temp.works('DELETE FROM t_users; DELETE FROM t_users_groups', 'deleted users are none');
INSERT INTO t_sessions (id_session_type, session_name) VALUES (1, 's');
SELECT pg_temp.refused('DELETE FROM t_sessions_types WHERE id_session_type = 1', 'DELETE FROM t_sessions', 'a session type stays while it has sessions');
SELECT pg_temp.works('DELETE FROM t_services WHERE id_service = 4', 'a service goes that nothing has been done with');
INSERT INTO t_sessions_participants (id_session, id_participant) VALUES (1, 1);
SELECT pg_temp.refused('DELETE FROM ' || thing, 'DELETE FROM t_sessions', thing || ' while there is a session')
FROM unnest('{t_sites, t_projects, t_participants, t_services_projects WHERE id_service = 2, t_services_sites WHERE id_service = 2,
    t_sessions_types_projects WHERE id_session_type = 1, t_sessions_types_sites WHERE id_session_type = 1}'::text[]) AS thing;
UPDATE t_participants SET id_participant_group = 1 WHERE id_participant = 1;
SELECT pg_temp.refused('DELETE FROM t_participants_groups WHERE id_participant_group = 1', 'DELETE FROM t_sessions', 'a group stays while one of its participants must');
SELECT pg_temp.works('DELETE FROM t_sessions_types_services', 'secondary services may go');
SELECT is(session_project(1), 1, 'a session is in the project of who is invited');
INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant) VALUES (2, 't', 2);
SELECT is(session_project(2), 2, 'or of who created it');
INSERT INTO t_sessions_participants (id_session, id_participant) VALUES (2, 1);
SELECT is(session_project(2), 1, 'the first invited counts before');
SELECT results_eq('SELECT id_project FROM sessions_projects WHERE id_session = 2 ORDER BY 1', 'VALUES (1), (2)', 'though it has to do with both');
SELECT is((SELECT session_project(id_session) FROM t_sessions WHERE false), NULL, 'or with none');
SELECT throws_ok('DELETE FROM t_sessions_types_services', '23503', NULL, 'a session of the type keeps its secondary services');
SELECT throws_ok('DELETE FROM t_participants WHERE id_participant = 2', '23503', NULL, 'who has created a session stays');
DELETE FROM t_sessions_participants WHERE id_session = 2;
DELETE FROM t_sessions WHERE id_session = 2;
INSERT INTO t_tests (id_test_type, id_session, test_name, id_user) VALUES (1, 1, 't', 1);
SELECT pg_temp.refused('DELETE FROM ' || thing, 'DELETE FROM t_tests', thing || ' while there is a test')
FROM unnest('{t_tests_types, t_tests_types_projects, t_tests_types_sites WHERE id_site = 1, t_services_projects WHERE id_service = 3, t_users}'::text[]) AS thing;
DELETE FROM t_tests;
INSERT INTO t_assets (id_session, asset_name, asset_service_uuid, asset_type, id_device) SELECT 1, 'a', service_uuid, 'x/y', 2 FROM t_services WHERE id_service = 3;
SELECT pg_temp.refused('DELETE FROM ' || thing, 'DELETE FROM t_assets', thing || ' while there is an asset')
FROM unnest('{t_services_projects WHERE id_service = 3, t_services WHERE id_service = 3, t_devices WHERE id_device = 2}'::text[]) AS thing;
DELETE FROM t_assets;
INSERT INTO t_sessions_devices (id_session, id_device) VALUES (1, 2);
SELECT pg_temp.refused('DELETE FROM ' || thing, 'DELETE FROM t_sessions_devices', thing || ' while it is in a session')
FROM unnest('{t_devices WHERE id_device = 2, t_devices_projects WHERE id_device = 2, t_devices_sites WHERE id_device = 2}'::text[]) AS thing;
SELECT throws_ok('DELETE FROM t_services WHERE id_service = 1', '23503', NULL, 'the server itself stays');
DELETE FROM t_sessions;
INSERT INTO t_sessions (id_session_type, session_name, id_creator_service) VALUES (3, 'by a service', 3);
SELECT lives_ok('DELETE FROM t_services WHERE id_service = 3', 'a service goes with the sessions that it has created for nobody');
SELECT is(pg_temp.live('t_sessions'), 0::bigint, 'indeed');

-- For good.
INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant) VALUES (2, 'by ann', 1), (2, 'with ann', 2), (2, 'without ann', 2);
INSERT INTO t_sessions_participants (id_session, id_participant) SELECT id_session, 1 FROM t_sessions WHERE session_name ~ 'ann' AND deleted_at IS NULL;
INSERT INTO t_assets (id_session, id_participant, asset_name, asset_service_uuid, asset_type)
SELECT id_session, 1, 'a', '00000000-0000-0000-0000-000000000001', 'x/y' FROM t_sessions WHERE session_name = 'without ann';
SAVEPOINT before_erasing;
SELECT throws_ok($$ SELECT erase('t_participants', 1) $$, '23503', NULL, 'who is in a session is not erased');
DELETE FROM t_sessions WHERE session_name IN ('by ann', 'with ann');
DELETE FROM t_sessions_participants WHERE deleted_at IS NULL;
SELECT throws_ok($$ SELECT erase('t_participants', 1) $$, '23503', NULL, 'nor whose assets are there');
DELETE FROM t_assets;
SELECT is(quire.delete('t_participants', '1'), 1, 'who is in none any more is deleted');
SELECT throws_ok($$ SELECT quire.delete('t_participants', '1', hard => true) $$, '23503', NULL, 'but not for good, while deleted sessions tell of it');
SELECT ok(erase('t_participants', 1) > 5, 'unless they go for good as well');
SELECT results_eq($$ SELECT session_name FROM t_sessions WHERE session_name ~ 'ann' $$, $$ VALUES ('without ann') $$, 'with what was collected in them; others stay');
SELECT is_empty('SELECT FROM t_assets WHERE id_participant = 1 UNION ALL SELECT FROM t_sessions_participants WHERE id_participant = 1
    UNION ALL SELECT FROM t_devices_participants WHERE id_participant = 1', 'nothing tells of the participant');
DELETE FROM t_sessions WHERE id_creator_participant = 2;
SELECT ok(erase('t_sites', 1) > 10, 'a site is erased with all that is at it');
SELECT is_empty('SELECT FROM t_projects WHERE id_site = 1 UNION ALL SELECT FROM t_participants WHERE participant_name = ''ben''', 'indeed');
ROLLBACK TO before_erasing;
DELETE FROM t_assets;
DELETE FROM t_sessions;

-- Projects and participants.
SELECT throws_ok($$ UPDATE t_participants SET id_participant_group = 2, id_project = 3 WHERE id_participant = 1 $$, '23503', NULL, 'a group is of one project');
UPDATE t_participants SET id_participant_group = 2 WHERE id_participant = 1;
SELECT is((SELECT id_project FROM t_participants WHERE id_participant = 1), 2, 'who joins a group joins its project');
UPDATE t_participants_groups SET id_project = 1 WHERE id_participant_group = 2;
SELECT results_eq('SELECT id_project, id_participant_group FROM t_participants WHERE id_participant = 1', 'VALUES (1, 2)', 'and moves with it');
UPDATE t_participants SET id_project = 2 WHERE id_participant = 1;
SELECT results_eq('SELECT id_project, id_participant_group FROM t_participants WHERE id_participant = 1', 'VALUES (2, NULL::int)', 'who leaves the project leaves the group');
SELECT associate('t_devices_sites', '{"id_device": 1, "id_site": 1}'), associate('t_devices_projects', '{"id_device": 1, "id_project": 2}'),
    associate('t_devices_participants', '{"id_device": 1, "id_participant": 1}');
SELECT throws_ok('UPDATE t_participants SET id_project = 3 WHERE id_participant = 1', '23503', NULL, 'nobody takes a device to another project');
UPDATE t_projects SET project_enabled = false WHERE id_project = 2;
SELECT is((SELECT bool_or(participant_enabled) FROM t_participants WHERE id_project = 2), false, 'the participants of a disabled project are disabled');
SELECT is(pg_temp.live('t_devices_participants'), 0::bigint, 'and have no devices');
SELECT throws_ok($$ INSERT INTO t_participants (participant_name, id_project) VALUES ('cy', 2) $$, '55000', 'the project is disabled', 'it takes no others');
SELECT throws_ok('UPDATE t_participants SET participant_enabled = true WHERE id_project = 2', '55000', NULL, 'nor enables them');
SELECT lives_ok($$ UPDATE t_participants SET participant_name = 'x', participant_enabled = false WHERE id_project = 2 $$, 'anything else goes');
UPDATE t_projects SET project_enabled = true WHERE id_project = 2;
SELECT is((SELECT bool_or(participant_enabled) FROM t_participants WHERE id_project = 2), false, 'an enabled project enables nobody by itself');

-- The second factor.
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_superadmin)
VALUES ('ugo', 'U', 'G', 'Long-enough-1', false), ('root', 'R', 'T', 'Long-enough-1', true), ('pia', 'P', 'A', 'Long-enough-1', false);
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 1, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'user';
INSERT INTO t_users_groups (user_group_name) VALUES ('project');
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 2, id_service_role FROM t_services_roles WHERE id_project = 1 AND service_role_name = 'user';
INSERT INTO t_users_users_groups (id_user, id_user_group) SELECT id_user, 2 FROM t_users WHERE user_username = 'pia';
UPDATE t_users SET user_2fa_enabled = true, user_2fa_otp_enabled = true, user_2fa_otp_secret = 'X' WHERE user_username = 'ugo';
UPDATE t_users SET user_2fa_enabled = false WHERE user_username = 'ugo';
SELECT results_eq($$ SELECT user_2fa_otp_enabled, user_2fa_otp_secret FROM t_users WHERE user_username = 'ugo' $$, 'VALUES (false, NULL::text)', 'who gives up a second factor begins anew');
CREATE TEMP TABLE versions AS SELECT version_id FROM t_users WHERE user_username = 'una';
UPDATE t_sites SET site_2fa_required = true WHERE id_site = 1;
SELECT set_eq('SELECT user_username::text FROM t_users WHERE user_2fa_enabled', '{una, root}'::text[], 'a site that requires it requires it of those with a role there, and of superadmins');
SELECT ok((SELECT u.version_id > v.version_id FROM t_users AS u, versions AS v WHERE user_username = 'una'), 'which is a new version of them');
UPDATE t_users SET user_2fa_enabled = false WHERE user_username = 'una';
SELECT ok((SELECT user_2fa_enabled FROM t_users WHERE user_username = 'una'), 'they cannot do without');
INSERT INTO t_users_users_groups (id_user, id_user_group) SELECT id_user, 1 FROM t_users WHERE user_username = 'ugo';
SELECT ok((SELECT user_2fa_enabled FROM t_users WHERE user_username = 'ugo'), 'nor can who joins them');
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 2, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'admin';
SELECT ok((SELECT user_2fa_enabled FROM t_users WHERE user_username = 'pia'), 'nor whose group is given a role');
UPDATE t_sites SET site_2fa_required = false WHERE id_site = 1;
SELECT ok((SELECT bool_and(user_2fa_enabled) FROM t_users), 'what is no longer required is not taken away');
UPDATE t_users SET user_2fa_enabled = false;
SELECT ok((SELECT NOT bool_or(user_2fa_enabled) FROM t_users), 'but may be given up');

SELECT * FROM finish();
ROLLBACK;
