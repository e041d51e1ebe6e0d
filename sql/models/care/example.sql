-- A site with a project and two participants, a device, a service, and sessions with what was collected in them.
SELECT create_defaults('An-example-1');
INSERT INTO t_sites (site_name) VALUES ('Example Hospital');
INSERT INTO t_projects (id_site, project_name) SELECT id_site, name FROM t_sites, unnest('{Rehabilitation, Follow-up}'::text[]) AS name;
INSERT INTO t_participants_groups (id_project, participant_group_name)
SELECT id_project, 'First wave' FROM t_projects WHERE project_name = 'Rehabilitation';
INSERT INTO t_participants (participant_name, participant_username, participant_password, participant_login_enabled, id_participant_group)
SELECT name, lower(name), 'the example of ' || name, true, id_participant_group
    FROM t_participants_groups, unnest('{Ada, Ben}'::text[]) AS name;
SELECT new_participant_token(id_participant) IS NOT NULL FROM t_participants WHERE participant_name = 'Ada';

INSERT INTO t_users (user_username, user_firstname, user_lastname, user_email, user_password, user_enabled)
VALUES ('clinician', 'Cleo', 'Nic', 'cleo@example.org', 'An-example-2', true);
SELECT login_user('clinician', 'a slip of the finger');
INSERT INTO t_users_groups (user_group_name) VALUES ('Clinicians'), ('Site administrators');
INSERT INTO t_users_users_groups (id_user, id_user_group)
SELECT id_user, id_user_group FROM t_users, t_users_groups WHERE user_username = 'clinician' AND user_group_name = 'Clinicians';
INSERT INTO t_services_access (id_user_group, id_service_role)
SELECT g.id_user_group, r.id_service_role FROM t_users_groups AS g, t_services_roles AS r LEFT JOIN t_projects AS p USING (id_project)
WHERE g.user_group_name = 'Clinicians' AND p.project_name = 'Rehabilitation' AND r.service_role_name = 'user'
    OR g.user_group_name = 'Site administrators' AND r.id_site IS NOT NULL AND r.service_role_name = 'admin';
INSERT INTO t_users_preferences (id_user, user_preference_app_tag, user_preference_preference)
SELECT id_user, 'openteraplus', '{"language": "fr"}' FROM t_users WHERE user_username = 'clinician';

INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint,
    service_enabled, service_editable_config, service_has_assets, service_has_tests)
VALUES ('Video rehabilitation', 'VideoRehabService', 'localhost', 4070, '/', '/rehab', true, true, true, true);
INSERT INTO t_services_configs (id_service, id_user, service_config_config)
SELECT id_service, id_user, '{"camera": "front", "volume": 5}' FROM t_services, t_users
    WHERE service_key = 'VideoRehabService' AND user_username = 'clinician';
INSERT INTO t_services_configs_specifics (id_service_config, service_config_specific_id, service_config_specific_config)
SELECT id_service_config, 'laptop-7', '{"camera": "usb"}' FROM t_services_configs;

INSERT INTO t_sessions_types (id_service, session_type_name, session_type_online, session_type_color, session_type_category)
SELECT id_service, 'Video session', true, '#00aacc', 1 FROM t_services WHERE service_key = 'VideoRehabService';
INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category)
VALUES ('Sensor data', false, '#cc8800', 2);
SELECT associate('t_sessions_types_sites', jsonb_build_object('id_session_type', id_session_type, 'id_site', id_site))
    FROM t_sessions_types, t_sites;
SELECT associate('t_sessions_types_projects', jsonb_build_object('id_session_type', id_session_type, 'id_project', id_project))
FROM t_sessions_types, t_projects WHERE project_name = 'Rehabilitation';
INSERT INTO t_sessions_types_services (id_session_type, id_service)
SELECT t.id_session_type, s.id_service FROM t_sessions_types AS t, t_services AS s
    WHERE session_type_name = 'Sensor data' AND service_key = 'VideoRehabService';

INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('Sensor', 'sensor');
INSERT INTO t_devices_subtypes (id_device_type, device_subtype_name) SELECT id_device_type, 'Wrist' FROM t_devices_types;
SELECT id_device FROM t_devices_subtypes, create_device('Wrist sensor 1', id_device_type, id_device_subtype);
SELECT associate('t_devices_sites', jsonb_build_object('id_device', id_device, 'id_site', id_site)) FROM t_devices, t_sites;
SELECT associate('t_devices_projects', jsonb_build_object('id_device', id_device, 'id_project', id_project))
FROM t_devices, t_projects WHERE project_name = 'Rehabilitation';
SELECT associate('t_devices_participants', jsonb_build_object('id_device', id_device, 'id_participant', id_participant))
FROM t_devices, t_participants WHERE participant_name = 'Ada';

INSERT INTO t_tests_types (id_service, test_type_name, test_type_key, test_type_has_json_format)
SELECT id_service, 'Well-being', 'well-being', true FROM t_services WHERE service_key = 'VideoRehabService';
SELECT associate('t_tests_types_sites', jsonb_build_object('id_test_type', id_test_type, 'id_site', id_site)) FROM t_tests_types, t_sites;
SELECT associate('t_tests_types_projects', jsonb_build_object('id_test_type', id_test_type, 'id_project', id_project))
FROM t_tests_types, t_projects WHERE project_name = 'Rehabilitation';

SELECT create_session(t.id_session_type, 'Exercises of ' || p.participant_name, ARRAY[p.id_participant], ARRAY[u.id_user],
    ARRAY(SELECT id_device FROM t_devices_participants AS d WHERE d.id_participant = p.id_participant), creator_user => u.id_user)
FROM t_sessions_types AS t, t_participants AS p, t_users AS u WHERE t.session_type_name = 'Video session' AND u.user_username = 'clinician'
ORDER BY p.id_participant;
INSERT INTO t_sessions_events (id_session, id_session_event_type, session_event_text)
SELECT id_session, type, text FROM t_sessions, (VALUES (3, 'Started'), (12, 'The participant is here')) AS event (type, text);
INSERT INTO t_assets (id_session, id_user, asset_name, asset_service_uuid, asset_type)
SELECT id_session, id_creator_user, 'Recording', service_uuid, 'video/webm' FROM t_sessions, t_services
    WHERE service_key = 'VideoRehabService';
INSERT INTO t_tests (id_test_type, id_session, id_participant, test_name, test_status, test_summary)
SELECT id_test_type, id_session, id_participant, 'Before', 2, '{"score": 12}' FROM t_tests_types, t_sessions_participants;
INSERT INTO t_tests_invitations (id_test_type, id_participant, id_project, test_invitation_expiration_date)
SELECT id_test_type, id_participant, id_project, now() + interval '7 days' FROM t_tests_types, t_participants
    WHERE participant_name = 'Ben';
UPDATE t_tests_types SET test_type_form = '{"objecttype": "well-being", "sections": [{"id": "today", "label": "Today", "_order": 1, "items": [
    {"id": "mood", "label": "How do you feel?", "type": "array", "values": ["well", "so-so", "ill"], "required": true, "_order": 1},
    {"id": "why", "label": "Why?", "type": "longtext", "condition": {"item": "mood", "op": "=", "condition": "2"}, "_order": 2}]}]}'
WHERE test_type_key = 'well-being';
SELECT set_user_preference(id_user, 'dashboard', '{"theme": "dark"}') FROM t_users WHERE user_username = 'clinician';
SELECT quire.subscribe(format('%I.database_events', current_schema()), 'FileTransferService');
