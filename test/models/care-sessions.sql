-- The model care: sessions and statistics.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SET LOCAL timezone = 'UTC';
SELECT plan(52);
SELECT quire.create_model('care', 'c');
SET LOCAL search_path = public, c;

INSERT INTO t_sites (site_name) VALUES ('north'), ('south');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'p'), (1, 'q'), (2, 'r');
INSERT INTO t_participants (participant_name, id_project) SELECT 'participant ' || i, i FROM generate_series(1, 3) AS i;
INSERT INTO t_participants (participant_name, id_project, participant_enabled) VALUES ('participant 4', 1, false);
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_enabled)
SELECT 'user' || i, 'U', i, 'Long-enough-1', i <> 2 FROM generate_series(1, 3) AS i;
INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('Sensor', 'sensor');
INSERT INTO t_devices (device_name, id_device_type, device_enabled) VALUES ('d', 1, true), ('e', 1, false);
INSERT INTO t_devices_sites (id_device, id_site) VALUES (1, 1), (2, 1);
INSERT INTO t_devices_projects (id_device, id_project) VALUES (1, 1), (2, 1);
INSERT INTO t_devices_participants (id_device, id_participant) VALUES (1, 1);
INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category) VALUES ('data', false, '#ffffff', 2);

-- Created.
SELECT is(create_session(1, 'first', '{1, 2}', '{1}', '{1}', '2026-01-10 10:00', 2, creator_user => 3), 1, 'a session in one call');
SELECT results_eq('SELECT (SELECT array_agg(id_participant ORDER BY 1) FROM t_sessions_participants), (SELECT array_agg(id_user) FROM t_sessions_users),
    (SELECT array_agg(id_device) FROM t_sessions_devices)', $$ VALUES ('{1,2}'::int[], '{1}'::int[], '{1}'::int[]) $$, 'with all who are invited');
SELECT lives_ok($$ SELECT invite(1, '{2, 1}') $$, 'who is invited may be again');
SELECT is((SELECT count(*) FROM t_sessions_participants), 2::bigint, 'and is invited once');
SELECT is((SELECT session_status FROM t_sessions WHERE id_session = create_session(1, 'ahead', start_datetime => now() + interval '1 day')), NULL, 'no row is there before its statement');
SELECT is((SELECT session_status FROM t_sessions WHERE session_name = 'ahead'), 0, 'a session that lies ahead has not started');
SELECT is(create_session(1, 'upload', '{1}', start_datetime => '2026-02-01 08:00', status => 1, creator_device => 1),
    create_session(1, 'upload', '{1}', start_datetime => '2026-02-01 09:00', status => 2, parameters => '{"n": 1}', creator_device => 1), 'what a device sends twice on a day is one session');
SELECT results_eq($$ SELECT session_status, session_parameters FROM t_sessions WHERE session_name = 'upload' $$, $$ VALUES (2, '{"n": 1}'::jsonb) $$, 'as it was sent last');
SELECT isnt(create_session(1, 'upload', '{1}', start_datetime => '2026-02-01 09:00', creator_device => 1),
    create_session(1, 'upload', '{2}', start_datetime => '2026-02-01 09:00', creator_device => 1), 'with other participants it is another');
SELECT isnt(create_session(1, 'upload', '{1}', start_datetime => '2026-02-01 09:00', creator_device => 1),
    create_session(1, 'upload', '{1}', start_datetime => '2026-02-02 09:00', creator_device => 1), 'and on another day');
SELECT isnt(create_session(1, 'visit', creator_user => 1), create_session(1, 'visit', creator_user => 1), 'users may repeat themselves');
SELECT is(create_session(1, 'alone', creator_participant => 3, start_datetime => '2026-03-01 12:00', status => 2) > 0, true, 'a participant creates a session for nobody else');

-- Found.
SELECT results_eq('SELECT session_name FROM find_sessions(id_participant => 1)', $$ VALUES ('upload'), ('upload'), ('first') $$, 'sessions are found by a participant, the newest first');
SELECT results_eq('SELECT session_name FROM find_sessions(id_participant => 3)', $$ VALUES ('alone') $$, 'also those that nobody was invited to');
SELECT results_eq('SELECT session_name FROM find_sessions(id_user => 3)', $$ VALUES ('first') $$, 'by who created them');
SELECT results_eq('SELECT session_name FROM find_sessions(id_device => 1, max => 2, skip => 1)', $$ VALUES ('upload'), ('upload') $$, 'page by page');
SELECT results_eq($$ SELECT session_name FROM find_sessions(id_participant => 2, status => 2) $$, $$ VALUES ('first') $$, 'by status');
SELECT results_eq($$ SELECT session_start_datetime::date FROM find_sessions(id_participant => 1, first_day => '2026-01-11', last_day => '2026-02-01', max => 5) $$, $$ VALUES ('2026-02-01'::date) $$, 'and by day, whatever else is asked for');
SELECT is_empty('SELECT FROM find_sessions()', 'nobody has none');
DELETE FROM t_sessions WHERE session_name = 'upload' AND session_start_datetime::date = '2026-02-02';
SELECT is((SELECT count(*) FROM find_sessions(id_participant => 1)), 2::bigint, 'deleted sessions are none');

-- As JSON.
SELECT is(as_json(u) - '{version_id, user_uuid}'::text[], '{"id_user": 1, "user_username": "user1", "user_email": null, "user_firstname": "U", "user_lastname": "1",
    "user_enabled": true, "user_profile": {}, "user_notes": null, "user_lastonline": null, "user_superadmin": false, "user_2fa_enabled": false,
    "user_2fa_otp_enabled": false, "user_2fa_email_enabled": false, "user_force_password_change": false}', 'no password leaves the database') FROM t_users AS u WHERE id_user = 1;
SELECT ok(as_json(d) ? 'version_id' AND NOT as_json(d) ? 'device_token' AND NOT as_json(d) ? 'deleted_at', 'nor a token; a version does') FROM t_devices AS d WHERE id_device = 1;
SELECT ok(as_json(s) ? 'deleted_at', 'what is deleted says so') FROM t_sessions AS s WHERE deleted_at IS NOT NULL;
SELECT is(jsonb_path_query_array(session_json(1), '$.session_participants[*].participant_name') || (session_json(1) #> '{session_users, 0, user_name}')
    || (session_json(1) #> '{session_devices, 0, device_name}') || (session_json(1) -> 'session_creator_user') || (session_json(1) -> 'session_assets_count'),
    '["participant 1", "participant 2", "U 1", "d", "U 3", 0]', 'a session tells who is invited, and who did it');
SELECT ok(NOT session_json(1) ? 'session_creator_device', 'and not who did not');

SELECT is(save('t_sites', '{"id_site": 0, "site_name": "east"}') - 'version_id', '{"id_site": 3, "site_name": "east", "site_2fa_required": false}', 'id 0 is a new object');
SELECT is(save('t_sites', '{"id_site": 3, "site_name": "East"}') ->> 'site_name', 'East', 'another is one that there is');
SELECT throws_ok($$ SELECT save('t_sites', '{"id_site": 9, "site_name": "x"}') $$, 'P0002', NULL, 'or should be');
SELECT throws_ok($$ SELECT save('t_sites', '{"id_site": 3, "colour": "red"}') $$, '42703', NULL, 'what there is no column for is refused');
SELECT ok(NOT save('t_users', '{"user_username": "new", "user_firstname": "N", "user_lastname": "W", "user_password": "Long-enough-1"}') ? 'user_password', 'what is written comes back without its secrets');
DELETE FROM t_users WHERE user_username = 'new';
SELECT is(missing_fields('t_participants', '{"participant_name": "x", "id_project": null}'), '{id_project}', 'it can be asked what is missing');
SELECT is(missing_fields('t_users', '{}'), '{user_username,user_firstname,user_lastname,user_password}', 'of an object that has nothing');
SELECT is(missing_fields('t_devices_projects', '{"id_device": 1}'), '{id_project}', 'what the database finds need not be there');
SELECT is(json_schema('t_devices_sites'), '{"type": "object", "required": ["id_device_site"], "properties": {"id_device_site": {"type": "integer"},
    "id_device": {"type": "integer"}, "id_site": {"type": "integer"}, "version_id": {"type": "integer"}, "deleted_at": {"type": "string", "format": "date-time"}}}',
    'a table has a schema');
SELECT is(json_schema('t_participants') #> '{properties, participant_uuid}', '{"type": "string", "format": "uuid"}', 'with uuids');
SELECT ok(NOT json_schema('t_participants') -> 'properties' ? 'participant_token', 'and without secrets');

-- Cleaned up.
INSERT INTO t_sessions (id_session_type, session_name, session_status, session_start_datetime)
SELECT 1, 'old ' || status, status, now() - interval '1 day' FROM generate_series(0, 4) AS status;
INSERT INTO t_sessions (id_session_type, session_name, session_status, session_start_datetime) VALUES (1, 'deleted', 0, now() - interval '1 day');
DELETE FROM t_sessions WHERE session_name = 'deleted';
UPDATE t_sessions SET session_status = 2 WHERE session_name IN ('upload', 'visit') AND deleted_at IS NULL;
CREATE TEMP TABLE versions AS SELECT id_session, version_id FROM t_sessions;
SELECT is(clean_sessions(now() - interval '12 hours'), 2, 'what should have started or ended is cleaned up');
SELECT results_eq($$ SELECT session_name, session_status FROM t_sessions WHERE session_name ~ '^old' ORDER BY 1 $$,
    $$ VALUES ('old 0', 3), ('old 1', 4), ('old 2', 2), ('old 3', 3), ('old 4', 4) $$, 'as cancelled or terminated');
SELECT set_eq('SELECT session_name FROM t_sessions JOIN versions AS v USING (id_session) WHERE t_sessions.version_id <> v.version_id', '{old 0, old 1}'::text[], 'in new versions');
SELECT is((SELECT session_status FROM t_sessions WHERE session_name = 'deleted'), 0, 'deleted sessions are left alone');
SELECT is((SELECT session_status FROM t_sessions WHERE session_name = 'ahead'), 0, 'and those that lie ahead');
SELECT is(clean_sessions(), 0, 'twice is as good as once');

-- Counted.
INSERT INTO t_users_groups (user_group_name) VALUES ('site users'), ('project admins');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (1, 1), (2, 1), (3, 2);
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 1, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'user';
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 2, id_service_role FROM t_services_roles
WHERE id_project = 1 OR id_site = 2 AND service_role_name = 'admin';
SELECT is(user_group_stats(1), '{"users_total_count": 2, "users_enabled_count": 1, "projects_total_count": 0, "projects_admin_count": 0,
    "sites_total_count": 1, "sites_admin_count": 0}', 'a user of a site is in no project by that');
SELECT is(user_group_stats(2), '{"users_total_count": 1, "users_enabled_count": 1, "projects_total_count": 2, "projects_admin_count": 2,
    "sites_total_count": 2, "sites_admin_count": 1}', 'an admin of a project is a user of its site, one of a site admin of its projects');
SELECT is(user_stats(1), '{"sessions_created_count": 2, "sessions_total_count": 3, "participants_total_count": 2, "participants_enabled_count": 2}', 'a user has sessions, and meets participants');
SELECT is(site_stats(1), '{"users_total_count": 3, "users_enabled_count": 2, "projects_total_count": 2, "participants_groups_total_count": 0, "participants_total_count": 3,
    "participants_enabled_count": 2, "sessions_total_count": 3, "devices_total_count": 2}', 'a session with two participants of a site counts once');
SELECT is(project_stats(1), '{"users_total_count": 1, "users_enabled_count": 1, "participants_groups_total_count": 0, "participants_total_count": 2,
    "participants_enabled_count": 1, "sessions_total_count": 2, "devices_total_count": 2, "devices_enabled_count": 1}', 'a project has sessions');
SELECT is(session_stats(1), '{"users_total_count": 1, "participants_total_count": 2, "devices_total_count": 1, "assets_total_count": 0,
    "events_total_count": 0, "tests_total_count": 0}', 'a session has participants');
UPDATE t_sessions SET session_duration = 60 WHERE id_session = 1;
INSERT INTO t_assets (id_session, id_participant, asset_name, asset_service_uuid, asset_type) SELECT 1, 1, 'a', service_uuid, 'x/y' FROM t_services;
SELECT is(participant_stats(1), '{"sessions_total_count": 2, "sessions_total_duration": 60, "sessions_mean_duration": 30,
    "sessions_status_count": {"0": 0, "1": 0, "2": 2, "3": 0, "4": 0}, "first_session_datetime": "2026-01-10T10:00:00+00:00",
    "last_session_datetime": "2026-02-01T08:00:00+00:00", "assets_total_count": 1, "tests_total_count": 0}', 'a participant has a first and a last session, by date');
SELECT is(device_stats(1), '{"assets_total_count": 0, "projects_total_count": 1, "participants_total_count": 1, "sessions_total_count": 3}', 'a device has sessions');

-- Who seems forgotten.
UPDATE t_sessions SET session_start_datetime = now() - interval '5 months';
SELECT is_empty('SELECT FROM site_warnings(1)', 'nobody is forgotten yet');
ALTER TABLE t_users DISABLE TRIGGER version_id;
UPDATE t_users SET version_id = version_id - 3e9 WHERE id_user = 1;
UPDATE t_users SET user_lastonline = now() - interval '4 months' WHERE id_user = 3;
UPDATE t_sessions SET session_start_datetime = now() - interval '7 months';
ALTER TABLE t_participants DISABLE TRIGGER version_id;
INSERT INTO t_participants (participant_name, id_project, version_id) VALUES ('participant 5', 1, 1000);
SELECT results_eq('SELECT warning, id FROM site_warnings(1)', $$ VALUES ('participant without recent session', 1), ('participant without recent session', 2),
    ('participant without session', 5), ('user never online', 1), ('user offline', 3) $$, 'later some are');

SELECT * FROM finish();
ROLLBACK;
