-- The model care: its tables, what they have in common, and what they refuse.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(81);
SELECT quire.create_model('care', 'c');
SET LOCAL search_path = public, c;

CREATE TEMP VIEW tables AS SELECT c.oid, c.relname AS name FROM pg_class AS c
    WHERE c.relnamespace = 'c'::regnamespace AND c.relkind = 'r' AND starts_with(c.relname, 't_');
CREATE TEMP VIEW columns AS SELECT t.name AS of, a.attname, a.attnum, a.atttypid, a.attnotnull FROM tables AS t JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum > 0;

-- Conventions.
SELECT set_eq('SELECT name FROM tables', '{t_assets, t_devices, t_devices_participants, t_devices_projects, t_devices_sites, t_devices_subtypes,
    t_devices_types, t_participants, t_participants_groups, t_projects, t_server_settings, t_services, t_services_access, t_services_configs,
    t_services_configs_specifics, t_services_projects, t_services_roles, t_services_sites, t_sessions, t_sessions_devices, t_sessions_events,
    t_sessions_participants, t_sessions_types, t_sessions_types_projects, t_sessions_types_services, t_sessions_types_sites, t_sessions_users,
    t_sites, t_tests, t_tests_invitations, t_tests_types, t_tests_types_projects, t_tests_types_sites, t_users, t_users_groups,
    t_users_preferences, t_users_users_groups}'::name[], 'all tables of the platform are there, under their names');
SELECT is_empty($$ SELECT of FROM columns WHERE attnum = 1 AND attname !~ '^id_' $$, 'each begins with its id');
SELECT is_empty($$ SELECT name FROM tables WHERE name NOT IN (SELECT of FROM columns WHERE attname = 'version_id' AND atttypid = 'int8'::regtype AND attnotnull) $$,
    'each has a version');
SELECT is_empty($$ SELECT name FROM tables WHERE oid NOT IN (SELECT tgrelid FROM pg_trigger WHERE tgfoid = 'quire.version_id()'::regprocedure) $$,
    'that the database keeps');
SELECT set_eq($$ SELECT name FROM tables WHERE name NOT IN (SELECT of FROM columns WHERE attname = 'deleted_at') $$,
    '{t_devices_types, t_devices_subtypes, t_server_settings, t_users_preferences}'::name[], 'four kinds of rows are deleted for good');
SELECT set_eq($$ SELECT relname FROM pg_class WHERE relnamespace = 'c'::regnamespace AND relkind = 'S' AND relname ~ '^id_' AND relname !~ '_sequence$' $$,
    '{id_session_device, id_session_participant, id_session_user}'::name[], 'sequences have the platform''s names');
SELECT is_empty($$ SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype = 'f' AND connamespace = 'c'::regnamespace
    AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indpred IS NULL AND indkey[0] = ANY (conkey)) $$, 'foreign keys have indexes');
SELECT is_empty($$ SELECT of, attname FROM columns WHERE attname ~ '_uuid$' AND atttypid <> 'uuid'::regtype $$, 'uuids are uuids');
SELECT is((SELECT service_key FROM t_services WHERE service_uuid = '00000000-0000-0000-0000-000000000001'), 'OpenTeraServer', 'the server is a service itself');

-- A small platform.
INSERT INTO t_sites (site_name) VALUES ('north'), ('south');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'p'), (1, 'q'), (2, 'r');
INSERT INTO t_participants_groups (id_project, participant_group_name) VALUES (1, 'g'), (2, 'h');
INSERT INTO t_participants (participant_name, participant_username, id_project) VALUES ('ann', 'ann', 1), ('ben', NULL, 1);
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES ('una', 'U', 'N', 'Long-enough-1'), ('ugo', 'U', 'G', 'Long-enough-2');
INSERT INTO t_users_groups (user_group_name) VALUES ('staff');
INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('Sensor', 'sensor'), ('Robot', 'robot');
INSERT INTO t_devices_subtypes (id_device_type, device_subtype_name) VALUES (1, 'wrist'), (2, 'arm');
INSERT INTO t_devices (device_name, id_device_type, id_device_subtype) VALUES ('d', 1, 1);
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint)
VALUES ('Video', 'video', 'localhost', 1, '/', '/');
INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category) VALUES ('data', false, '#12aBff', 2);
INSERT INTO t_sessions (id_session_type, session_name, id_creator_user) VALUES (1, 's', 1);
INSERT INTO t_tests_types (id_service, test_type_name, test_type_key) VALUES (2, 'test', 'k');
INSERT INTO t_assets (id_session, asset_name, asset_service_uuid, asset_type) SELECT 1, 'a', service_uuid, 'text/plain' FROM t_services WHERE id_service = 2;
INSERT INTO t_sessions_events (id_session, id_session_event_type) VALUES (1, 3);
INSERT INTO t_tests (id_test_type, id_session, test_name) VALUES (1, 1, 't');

-- What the database gives.
SELECT ok(bool_and(uuid IS NOT NULL), 'uuids are given') FROM (SELECT user_uuid FROM t_users UNION SELECT participant_uuid FROM t_participants
    UNION SELECT device_uuid FROM t_devices UNION SELECT session_uuid FROM t_sessions UNION SELECT asset_uuid FROM t_assets
    UNION SELECT test_uuid FROM t_tests UNION SELECT test_type_uuid FROM t_tests_types) AS all_of_them (uuid);
SELECT throws_ok(format('UPDATE %I SET %I = gen_random_uuid()', of, attname), '428C9', NULL, attname || ' does not change')
FROM columns WHERE attname IN ('user_uuid', 'participant_uuid', 'device_uuid', 'service_uuid', 'session_uuid', 'asset_uuid', 'test_uuid', 'test_type_uuid')
ORDER BY of;
SELECT throws_ok($$ UPDATE t_users SET user_username = 'eva' WHERE id_user = 1 $$, '428C9', NULL, 'nor does a username');
SELECT lives_ok($$ UPDATE t_users SET user_username = user_username, user_uuid = user_uuid, user_notes = 'x' $$, 'to send the same is no change');
SELECT ok((SELECT session_start_datetime <= now() + interval '1 s' AND session_status = 1 AND session_duration = 0 FROM t_sessions), 'a session is in progress now');
SELECT lives_ok($$ INSERT INTO t_sessions (id_session_type, session_name, session_status) VALUES (1, 'planned', 0) $$, 'a session may be planned');
SELECT is((SELECT session_status FROM t_sessions WHERE session_name = 'planned'), 0, 'and stays not started');
SELECT ok((SELECT test_status = 0 AND test_datetime IS NOT NULL FROM t_tests), 'a test is incomplete');
SELECT is((SELECT array_agg(service_default_config) FROM t_services), ARRAY['{}', '{}']::jsonb[], 'a service has an empty configuration');

-- Versions.
CREATE TEMP TABLE seen AS SELECT version_id FROM t_sites WHERE id_site = 1;
SELECT lives_ok($$ UPDATE t_sites SET site_name = 'North' WHERE id_site = 1 AND version_id = (SELECT version_id FROM seen) $$, 'who has seen the row as it is writes it');
SELECT is((SELECT site_name FROM t_sites WHERE id_site = 1), 'North', 'indeed');
SELECT throws_ok($$ UPDATE t_sites SET site_name = 'n', version_id = (SELECT version_id FROM seen) WHERE id_site = 1 $$, '40001', NULL, 'who has not is refused');
SELECT ok((SELECT version_id BETWEEN extract(epoch FROM now()) * 1000 - 1000 AND extract(epoch FROM now()) * 1000 + 60000 FROM t_sites WHERE id_site = 1),
    'a version is a time in milliseconds');

-- Enumerations and other rules of one row.
SELECT throws_ok(statement, '23514', NULL, what) FROM (VALUES
    ('UPDATE t_sessions SET session_status = 5', 'a session has one of five states'),
    ('UPDATE t_sessions SET session_duration = -1', 'and no negative length'),
    ('UPDATE t_sessions_types SET session_type_category = 0', 'categories are four'),
    ('UPDATE t_sessions_types SET session_type_category = 1', 'one of them needs a service'),
    ('UPDATE t_sessions_types SET session_type_color = ''red''', 'colours are #RRGGBB'),
    ('UPDATE t_sessions_events SET id_session_event_type = 15', 'events have known types'),
    ('UPDATE t_sessions_events SET id_session_event_type = 110', 'or one of ten others'),
    ('UPDATE t_tests SET test_status = 3', 'a test has one of three states'),
    ('UPDATE t_services SET service_port = 65536', 'a port is one'),
    ('UPDATE t_services SET service_default_config = ''[]''', 'a configuration is an object'),
    ('UPDATE t_users SET user_email = ''una''', 'an address is one'),
    ('UPDATE t_users SET user_2fa_otp_enabled = true', 'a code is for those with a second factor'),
    ('UPDATE t_participants SET participant_token = sha256(''x''), participant_token_enabled = NULL WHERE false; INSERT INTO t_participants
        (participant_name, id_project, participant_token) VALUES (''x'', 1, sha256(''x''))', 'a token needs leave'),
    ('INSERT INTO t_services_roles (id_service, id_site, id_project, service_role_name) VALUES (1, 1, 1, ''x'')', 'a role is of a site or a project'),
    ('INSERT INTO t_services_access (id_service_role) VALUES (1)', 'access is somebody''s'),
    ('INSERT INTO t_services_access (id_service_role, id_user_group, id_device) VALUES (1, 1, 1)', 'and of one alone'),
    ('INSERT INTO t_services_configs (id_service) VALUES (2)', 'so is a configuration'),
    ('INSERT INTO t_services_configs (id_service, id_user, id_device) VALUES (2, 1, 1)', 'of one alone'),
    ('INSERT INTO t_tests_invitations (id_test_type, id_project, test_invitation_expiration_date) VALUES (1, 1, now())', 'and an invitation'),
    ('INSERT INTO t_tests_invitations (id_test_type, id_project, id_user, id_device, test_invitation_expiration_date) VALUES (1, 1, 1, 1, now())', 'to one alone')
) AS wrong (statement, what);
SELECT throws_ok($$ UPDATE t_devices SET id_device_subtype = 2 $$, '23503', NULL, 'a subtype is one of the device''s type');
SELECT throws_ok($$ INSERT INTO t_sessions_participants (id_session) VALUES (1) $$, '23502', NULL, 'who is invited is somebody');

-- Unique among the living.
SELECT throws_ok(statement, '23505', NULL, what) FROM (VALUES
    ('INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES (''UNA'', ''U'', ''N'', ''Long-enough-1'')', 'a username is one user''s, whatever its case'),
    ('INSERT INTO t_participants (participant_name, participant_username, id_project) VALUES (''x'', ''Ann'', 1)', 'and one participant''s'),
    ('INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint)
        VALUES (''x'', ''video'', ''x'', 1, ''/'', ''/'')', 'a key is one service''s'),
    ('INSERT INTO t_tests_types (id_service, test_type_name, test_type_key) VALUES (2, ''x'', ''k'')', 'and one test type''s'),
    ('INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES (''x'', ''sensor'')', 'and one device type''s'),
    ('INSERT INTO t_services_roles (id_service, id_site, service_role_name) VALUES (1, 1, ''admin'')', 'a role is there once'),
    ('INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (1, 1), (1, 1)', 'a user is in a group once'),
    ('INSERT INTO t_services_access (id_service_role, id_user_group) VALUES (1, 1), (1, 1)', 'and a group has a role once'),
    ('INSERT INTO t_devices_sites (id_device, id_site) VALUES (1, 1), (1, 1)', 'a device is at a site once'),
    ('INSERT INTO t_sessions_participants (id_session, id_participant) VALUES (1, 1), (1, 1)', 'a participant is invited once'),
    ('INSERT INTO t_services_configs (id_service, id_user) VALUES (2, 1), (2, 1)', 'a user has one configuration of a service'),
    ('INSERT INTO t_users_preferences (id_user, user_preference_app_tag, user_preference_preference) VALUES (1, ''a'', ''1''), (1, ''a'', ''2'')', 'and one preference of an application')
) AS twice (statement, what);
SELECT lives_ok($$ UPDATE t_participants SET participant_username = 'ann' WHERE id_participant = 1 $$, 'a participant may keep a username');
DELETE FROM t_participants WHERE id_participant = 1;
SELECT lives_ok($$ INSERT INTO t_participants (participant_name, participant_username, id_project) VALUES ('anne', 'ANN', 1) $$, 'which is free when it is given back');
SELECT throws_ok($$ SELECT quire.undelete('t_participants', '1') $$, '23505', NULL, 'and then taken');

-- Deletion, and back.
INSERT INTO t_participants (participant_name, id_participant_group) VALUES ('cy', 1);
DELETE FROM t_participants WHERE participant_name = 'ben';
CREATE TEMP TABLE before AS SELECT id_participant, participant_name, deleted_at FROM t_participants;
SELECT is(quire.delete('t_sites', '1'), 13, 'a site takes projects, groups, participants and roles along');
SELECT results_eq($$ SELECT count(*), count(DISTINCT deleted_at) FROM (SELECT deleted_at FROM t_projects UNION ALL SELECT deleted_at FROM t_participants_groups
    UNION ALL SELECT deleted_at FROM t_services_roles UNION ALL SELECT deleted_at FROM t_participants WHERE participant_name IN ('cy', 'anne')) AS a WHERE deleted_at IS NOT NULL $$,
    $$ VALUES (12::bigint, 1::bigint) $$, 'at one and the same time');
SELECT throws_ok($$ INSERT INTO t_participants (participant_name, id_project) VALUES ('x', 1) $$, '23503', NULL, 'nothing is put into what is deleted');
SELECT throws_ok($$ UPDATE t_sites SET deleted_at = NULL $$, '428C9', NULL, 'nobody writes the time');
SELECT throws_ok($$ SELECT quire.undelete('t_projects', '1') $$, '23503', NULL, 'a project does not come back without its site');
SELECT ok(quire.undelete('t_sites', '1') > 0, 'a site comes back');
SELECT results_eq('SELECT id_participant, participant_name, deleted_at FROM t_participants ORDER BY 1', 'TABLE before ORDER BY 1', 'with what had gone with it, and nothing else');
SELECT is(quire.delete('t_sessions', '1'), 4, 'a session takes events, assets and tests along');
SELECT is(quire.undelete('t_sessions', '1'), 4, 'and brings them back');
SELECT throws_ok($$ DELETE FROM t_devices_types WHERE id_device_type = 1 $$, '23503', NULL, 'a type that devices have stays');
SELECT throws_ok($$ DELETE FROM t_devices_subtypes WHERE id_device_subtype = 1 $$, '23503', NULL, 'and a subtype');
DELETE FROM t_devices;
SELECT throws_ok($$ DELETE FROM t_devices_types WHERE id_device_type = 1 $$, '23503', NULL, 'even when the devices are deleted, for they may come back');
SELECT lives_ok($$ DELETE FROM t_devices_types WHERE id_device_type = 2 $$, 'another goes for good');
SELECT is((SELECT count(*) FROM t_devices_subtypes), 1::bigint, 'with its subtypes');
SELECT is(quire.delete('t_sessions', '1', hard => true), 4, 'a session may go for good as well');

SELECT * FROM finish();
ROLLBACK;
