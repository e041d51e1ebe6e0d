-- The model care: database events as the platform tells them, and who hears of what, of what is gone too.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT * FROM no_plan();
CREATE ROLE care_owner;
CREATE ROLE care_backend;
GRANT CREATE ON DATABASE :DBNAME TO care_owner;
GRANT EXECUTE ON FUNCTION quire.become TO care_owner;
GRANT USAGE ON SCHEMA quire TO care_owner, care_backend;
SET LOCAL ROLE care_owner;
SELECT quire.create_model('care', 'z');
GRANT USAGE ON SCHEMA z TO care_backend;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA z TO care_backend;
SET LOCAL search_path = public, z;

-- The events since the last look, as the platform tells them; those that an actor hears of.
CREATE TEMP TABLE looked (at int8);
INSERT INTO looked SELECT coalesce(max(seq), 0) FROM database_events;
GRANT SELECT ON looked TO care_backend;
CREATE FUNCTION pg_temp.told() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT d.type || ' ' || d.object_type || ' ' || (d.object_value ->> ('id_' || d.object_type))
    FROM database_events AS e, database_event(e.type, e.key, e.old, e.new) AS d WHERE e.seq > (SELECT at FROM looked) ORDER BY e.seq
$$;
CREATE FUNCTION pg_temp.heard(actor text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    heard text[];
BEGIN
    PERFORM quire.become(actor);
    SET LOCAL ROLE care_backend;
    heard := ARRAY(SELECT pg_temp.told());
    SET LOCAL ROLE care_owner;
    RETURN heard;
END $$;
CREATE FUNCTION pg_temp.look() RETURNS void LANGUAGE sql AS 'UPDATE looked SET at = (SELECT max(seq) FROM database_events)';
CREATE FUNCTION pg_temp.value() RETURNS jsonb LANGUAGE sql AS $$
    SELECT d.object_value FROM database_events AS e, database_event(e.type, e.key, e.old, e.new) AS d ORDER BY e.seq DESC LIMIT 1
$$;

INSERT INTO t_sites (site_name) VALUES ('north'), ('south');
SELECT bag_eq('SELECT pg_temp.told()', '{1 site 1, 1 site 2, 1 service_role 1, 1 service_role 2, 1 service_role 3, 1 service_role 4}'::text[], 'what is created is told, with what comes along');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'hip'), (1, 'knee'), (2, 'back');
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_enabled, user_superadmin)
SELECT name, name, 'X', '$argon2id$' || repeat('x', 60), true, name = 'root' FROM unnest('{root, admin, ann, bob}'::text[]) AS name;
SELECT ok(NOT pg_temp.value() ?| '{user_password, user_2fa_otp_secret}', 'secrets are in no event');
SELECT is(pg_temp.value() ->> 'user_username', 'bob', 'else all there is');
INSERT INTO t_users_groups (user_group_name) VALUES ('admins'), ('anns'), ('bobs');
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (2, 1), (3, 2), (4, 3);
SELECT pg_temp.look();
INSERT INTO t_services_access (id_user_group, id_service_role)
SELECT 1, id_service_role FROM t_services_roles WHERE id_site = 1 AND service_role_name = 'admin' UNION ALL
SELECT 2, id_service_role FROM t_services_roles WHERE id_project = 1 AND service_role_name = 'user' UNION ALL
SELECT 3, id_service_role FROM t_services_roles WHERE id_project = 3 AND service_role_name = 'user';
SELECT set_eq('SELECT pg_temp.told()', '{1 service_access 1, 1 service_access 2, 1 service_access 3}'::text[], 'rights are told of');
SELECT is(pg_temp.heard('user:4'), '{1 service_access 3}', 'to whom they concern');
SELECT is(pg_temp.heard('user:3'), '{1 service_access 1, 1 service_access 2}', 'and who sees the group');
SELECT is(pg_temp.heard('user:1'), ARRAY(SELECT pg_temp.told()), 'a super admin hears of all');

SELECT pg_temp.look();
INSERT INTO t_participants (participant_name, id_project, participant_token_enabled) VALUES ('ada', 1, true), ('cid', 3, false);
SELECT new_participant_token(1);
SELECT ok(NOT pg_temp.value() ?| '{participant_password, participant_token}', 'nor are those of participants');
DELETE FROM database_events WHERE type = 'update';
SELECT is(pg_temp.heard('user:3'), '{1 participant 1}', 'one hears of the people of one''s projects');
SELECT is(pg_temp.heard('user:2'), '{1 participant 1}', 'as the admin of the site does');
SELECT is(pg_temp.heard('user:4'), '{1 participant 2}', 'and of nobody else');
SELECT is(pg_temp.heard('participant:1'), '{1 participant 1}', 'participants hear of themselves');
SELECT pg_temp.look();
UPDATE t_participants SET participant_name = participant_name;
SELECT is_empty('SELECT pg_temp.told()', 'what was written but not changed is no event');
UPDATE t_participants SET id_project = 3 WHERE id_participant = 1;
SELECT is(pg_temp.heard('user:3'), '{2 participant 1}', 'who loses sight of something hears of it');
SELECT is(pg_temp.heard('user:4'), '{2 participant 1}', 'as does who gains it');
SELECT is(pg_temp.heard('user:2'), '{2 participant 1}', 'or loses it with the project');
UPDATE t_participants SET id_project = 1 WHERE id_participant = 1;

-- What is deleted.
SELECT pg_temp.look();
DELETE FROM t_participants WHERE id_participant = 1;
SELECT is(pg_temp.heard('user:3'), '{3 participant 1}', 'that something is deleted hears who saw it');
SELECT is(pg_temp.value() - 'participant_uuid', '{"id_participant": 1}', 'by what it was known by');
SELECT is(pg_temp.heard('user:4'), '{}', 'nobody else');
SELECT quire.undelete('t_participants', '1');
SELECT is(pg_temp.heard('user:3'), '{3 participant 1, 1 participant 1}', 'and that it is there again');
INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('t', 't');
INSERT INTO t_devices (device_name, id_device_type) VALUES ('d', 1);
SELECT associate('t_devices_sites', '{"id_device": 1, "id_site": 1}');
SELECT pg_temp.look();
DELETE FROM t_devices;
SELECT is(pg_temp.heard('user:3'), '{3 device 1, 3 device_site 1}', 'a device is told of to its sites');
SELECT is(pg_temp.heard('user:4'), '{}', 'not to others');

INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category) VALUES ('data', false, '#000000', 2);
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint, service_enabled)
VALUES ('files', 'Files', 'localhost', 1, '/', '/', true);
SELECT associate('t_services_sites', '{"id_service": 2, "id_site": 1}'), associate('t_services_projects', '{"id_service": 2, "id_project": 1}');
INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant) VALUES (1, 's', 1);
SELECT pg_temp.look();
INSERT INTO t_sessions_users (id_session, id_user) VALUES (1, 4);
INSERT INTO t_assets (id_session, asset_name, asset_type, asset_service_uuid) SELECT 1, 'a', 'x', service_uuid FROM t_services WHERE id_service = 2;
SELECT is(pg_temp.heard('user:3'), '{1 session_user 1, 1 asset 1}', 'of a session''s people and data hears who reads it');
SELECT is(pg_temp.heard('user:4'), '{1 session_user 1}', 'who is invited hears so, and of data of services that one sees');
SELECT is(pg_temp.heard('participant:1'), '{1 session_user 1}', 'participants of sessions, not of their data');
SELECT is(pg_temp.heard('service:2'), '{1 session_user 1, 1 asset 1}', 'services of both');
SELECT pg_temp.look();
DELETE FROM t_sessions;
SELECT is(pg_temp.heard('user:3'), '{3 session 1, 3 session_user 1, 3 asset 1}', 'all that goes along with a session is told');
SELECT is(pg_temp.heard('user:4'), '{3 session 1, 3 session_user 1}', 'to each what each saw');
SELECT pg_temp.look();
DELETE FROM t_sites WHERE id_site = 1;
SELECT ok(pg_temp.heard('user:2') @> '{3 site 1, 3 project 1, 3 participant 1, 3 service_access 1}', 'with a site its admin loses all, and hears so');
SELECT ok(pg_temp.heard('user:3') @> '{3 project 1, 3 participant 1, 3 service_access 2}', 'as do users of its projects');
SELECT is(pg_temp.heard('user:4'), '{}', 'and nobody else');

-- A change that is taken back has never been told.
SELECT pg_temp.look();
SAVEPOINT before;
INSERT INTO t_sites (site_name) VALUES ('west');
ROLLBACK TO before;
SELECT is_empty('SELECT pg_temp.told()', 'what is rolled back was not told');
SELECT lives_ok('SELECT * FROM read_database_events()', 'the feed gives out what is committed');
INSERT INTO t_server_settings (server_settings_name, server_settings_value) VALUES ('DeviceRegisterKey', 'secret');
SELECT ok(NOT pg_temp.value() ? 'server_settings_value', 'keys of the server are not told');
SELECT is(pg_temp.heard('user:2'), '{}', 'nor that there are any');

-- Where an object was is looked up by its key, with plans that were made while tables were small.
SELECT count(places('service:' || i)), count(holders(1, i)) FROM generate_series(1, 20) AS i;
INSERT INTO t_services_roles (id_service, service_role_name) SELECT 1, 'role ' || i FROM generate_series(1, 2000) AS i;
ALTER TABLE t_services_access DISABLE TRIGGER USER;
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT 1, id_service_role FROM t_services_roles WHERE service_role_name ~ '^role ';
CREATE TEMP TABLE reads AS SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) AS before, array_agg(indexrelid) AS indexes
    FROM pg_index WHERE indrelid IN ('t_services_access'::regclass, 't_services_roles'::regclass);
SELECT count(places('service:1')), count(holders(1, 1)) FROM generate_series(1, 5);
SELECT cmp_ok(sum(pg_stat_get_xact_tuples_returned(i)) - min(before), '<', 200::numeric, 'a few rows are read for it, however many there are')
FROM reads, unnest(indexes) AS i;
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
