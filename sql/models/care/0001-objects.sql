-- The objects of OpenTera, under its names. What all tables have in common, their last statements add.

CREATE TABLE t_server_settings (
    id_server_settings int4 PRIMARY KEY,
    server_settings_name text NOT NULL UNIQUE CHECK (server_settings_name <> ''),
    server_settings_value text NOT NULL
);
COMMENT ON TABLE t_server_settings IS 'Constants of this server: ServerUUID, ServerVersions, DeviceRegisterKey.';

-- Core objects ----------------------------------------------------------------------------------------------------

CREATE TABLE t_users (
    id_user int4 PRIMARY KEY,
    user_username varchar(50) NOT NULL CHECK (user_username ~ '^[^[:space:][:cntrl:]]+$'),
    user_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    user_email text CHECK (user_email = '' OR quire.is_email(user_email)),
    user_firstname text NOT NULL,
    user_lastname text NOT NULL,
    user_password text NOT NULL CHECK (user_password ~ '^\$[a-z0-9-]+\$'),
    user_enabled bool NOT NULL DEFAULT false,
    user_profile jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(user_profile) = 'object'),
    user_notes text,
    user_lastonline timestamptz(3),
    user_superadmin bool NOT NULL DEFAULT false,
    user_2fa_enabled bool NOT NULL DEFAULT false,
    user_2fa_otp_enabled bool NOT NULL DEFAULT false,
    user_2fa_email_enabled bool NOT NULL DEFAULT false,
    user_2fa_otp_secret text,
    user_force_password_change bool NOT NULL DEFAULT false,
    CONSTRAINT a_second_factor_is_enabled CHECK (user_2fa_enabled OR NOT (user_2fa_otp_enabled OR user_2fa_email_enabled))
);
COMMENT ON TABLE t_users IS 'Who visualizes data, and manages participants, projects and sites.';
COMMENT ON COLUMN t_users.user_password IS 'Its hash.';

CREATE TABLE t_users_groups (
    id_user_group int4 PRIMARY KEY,
    user_group_name text NOT NULL
);
COMMENT ON TABLE t_users_groups IS 'What a user may do is what the user''s groups may.';

CREATE TABLE t_users_users_groups (
    id_user_user_group int4 PRIMARY KEY,
    id_user int4 NOT NULL REFERENCES t_users ON DELETE CASCADE,
    id_user_group int4 NOT NULL REFERENCES t_users_groups
);
COMMENT ON TABLE t_users_users_groups IS 'Who is in which user group; a group with members is not deleted.';

CREATE TABLE t_users_preferences (
    id_user_preference int4 PRIMARY KEY,
    id_user int4 NOT NULL REFERENCES t_users ON DELETE CASCADE,
    user_preference_app_tag text NOT NULL CHECK (user_preference_app_tag <> ''),
    user_preference_preference jsonb NOT NULL,
    UNIQUE (id_user, user_preference_app_tag)
);
COMMENT ON TABLE t_users_preferences IS 'What a client application keeps for a user, wherever it runs.';

CREATE TABLE t_sites (
    id_site int4 PRIMARY KEY,
    site_name text NOT NULL CHECK (site_name <> ''),
    site_2fa_required bool NOT NULL DEFAULT false
);
COMMENT ON TABLE t_sites IS 'Places, or teams, that share projects.';

CREATE TABLE t_projects (
    id_project int4 PRIMARY KEY,
    id_site int4 NOT NULL REFERENCES t_sites ON DELETE CASCADE,
    project_name text NOT NULL CHECK (project_name <> ''),
    project_enabled bool NOT NULL DEFAULT true,
    project_description text
);
COMMENT ON TABLE t_projects IS 'Each participant is in one of them.';

CREATE TABLE t_participants_groups (
    id_participant_group int4 PRIMARY KEY,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    participant_group_name text NOT NULL CHECK (participant_group_name <> ''),
    UNIQUE (id_project, id_participant_group)
);
COMMENT ON TABLE t_participants_groups IS 'Folders of participants.';

CREATE TABLE t_participants (
    id_participant int4 PRIMARY KEY,
    participant_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    participant_name text NOT NULL CHECK (participant_name <> ''),
    participant_username varchar(50) CHECK (participant_username ~ '^[^[:space:][:cntrl:]]+$'),
    participant_email text CHECK (participant_email = '' OR quire.is_email(participant_email)),
    participant_password text CHECK (participant_password ~ '^\$[a-z0-9-]+\$'),
    participant_token_enabled bool NOT NULL DEFAULT false,
    participant_token bytea UNIQUE CHECK (octet_length(participant_token) = 32),
    participant_lastonline timestamptz(3),
    participant_enabled bool NOT NULL DEFAULT true,
    participant_login_enabled bool NOT NULL DEFAULT false,
    id_participant_group int4,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    CONSTRAINT participant_group_in_project FOREIGN KEY (id_project, id_participant_group)
        REFERENCES t_participants_groups (id_project, id_participant_group) ON UPDATE CASCADE ON DELETE CASCADE,
    CONSTRAINT a_token_is_enabled CHECK (participant_token_enabled OR participant_token IS NULL)
);
COMMENT ON TABLE t_participants IS 'Who receives a service.';
COMMENT ON COLUMN t_participants.participant_password IS 'Its hash.';
COMMENT ON COLUMN t_participants.participant_token IS 'Its digest; the token itself is with the participant alone.';

CREATE TABLE t_devices_types (
    id_device_type int4 PRIMARY KEY,
    device_type_name text NOT NULL,
    device_type_key text NOT NULL UNIQUE CHECK (device_type_key <> '')
);
COMMENT ON TABLE t_devices_types IS 'Kinds of devices; one that a device has had is not deleted.';

CREATE TABLE t_devices_subtypes (
    id_device_subtype int4 PRIMARY KEY,
    id_device_type int4 NOT NULL REFERENCES t_devices_types ON DELETE CASCADE,
    device_subtype_name text NOT NULL,
    UNIQUE (id_device_type, id_device_subtype),
    UNIQUE (id_device_type, device_subtype_name)
);
COMMENT ON TABLE t_devices_subtypes IS 'Kinds within a kind of devices.';

CREATE TABLE t_devices (
    id_device int4 PRIMARY KEY,
    device_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    device_name text NOT NULL CHECK (device_name <> ''),
    id_device_type int4 NOT NULL REFERENCES t_devices_types,
    id_device_subtype int4,
    device_token bytea UNIQUE CHECK (octet_length(device_token) = 32),
    device_certificate text,
    device_enabled bool NOT NULL DEFAULT false,
    device_onlineable bool NOT NULL DEFAULT false,
    device_config jsonb,
    device_infos jsonb,
    device_notes text,
    device_lastonline timestamptz(3),
    CONSTRAINT device_subtype_of_type FOREIGN KEY (id_device_type, id_device_subtype)
        REFERENCES t_devices_subtypes (id_device_type, id_device_subtype)
);
COMMENT ON TABLE t_devices IS 'Sensors, robots, and what else feeds in data or takes part in a session.';
COMMENT ON COLUMN t_devices.device_token IS 'Its digest; the token itself is with the device alone.';

CREATE TABLE t_services (
    id_service int4 PRIMARY KEY,
    service_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    service_name text NOT NULL CHECK (service_name <> ''),
    service_key text NOT NULL CHECK (service_key <> ''),
    service_hostname text NOT NULL,
    service_port int4 NOT NULL CHECK (service_port BETWEEN 0 AND 65535),
    service_endpoint text NOT NULL,
    service_clientendpoint text NOT NULL,
    service_endpoint_user text,
    service_endpoint_participant text,
    service_endpoint_device text,
    service_enabled bool NOT NULL DEFAULT false,
    service_system bool NOT NULL DEFAULT false,
    service_editable_config bool NOT NULL DEFAULT false,
    service_default_config jsonb DEFAULT '{}' CHECK (jsonb_typeof(service_default_config) = 'object'),
    service_has_assets bool NOT NULL DEFAULT false,
    service_has_tests bool NOT NULL DEFAULT false
);
COMMENT ON TABLE t_services IS 'Software that works with the platform; the platform''s server itself is the service OpenTeraServer.';

-- Services, their roles and configurations ------------------------------------------------------------------------

CREATE TABLE t_services_roles (
    id_service_role int4 PRIMARY KEY,
    id_service int4 NOT NULL REFERENCES t_services ON DELETE CASCADE,
    id_project int4 REFERENCES t_projects ON DELETE CASCADE,
    id_site int4 REFERENCES t_sites ON DELETE CASCADE,
    service_role_name varchar(100) NOT NULL CHECK (service_role_name <> ''),
    CONSTRAINT of_a_project_or_a_site CHECK (num_nonnulls(id_project, id_site) <= 1)
);
COMMENT ON TABLE t_services_roles IS 'Roles that a service knows: in a project, in a site, or everywhere.';

CREATE TABLE t_services_access (
    id_service_access int4 PRIMARY KEY,
    id_user_group int4 REFERENCES t_users_groups ON DELETE CASCADE,
    id_device int4 REFERENCES t_devices ON DELETE CASCADE,
    id_participant_group int4 REFERENCES t_participants_groups ON DELETE CASCADE,
    id_service_role int4 NOT NULL REFERENCES t_services_roles ON DELETE CASCADE,
    CONSTRAINT of_one_holder CHECK (num_nonnulls(id_user_group, id_device, id_participant_group) = 1)
);
COMMENT ON TABLE t_services_access IS 'Who holds which role: a user group, a device or a participant group.';

CREATE TABLE t_services_sites (
    id_service_site int4 PRIMARY KEY,
    id_service int4 NOT NULL REFERENCES t_services ON DELETE CASCADE,
    id_site int4 NOT NULL REFERENCES t_sites ON DELETE CASCADE
);
COMMENT ON TABLE t_services_sites IS 'Which services a site uses.';

CREATE TABLE t_services_projects (
    id_service_project int4 PRIMARY KEY,
    id_service int4 NOT NULL REFERENCES t_services ON DELETE CASCADE,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    id_service_site int4 NOT NULL REFERENCES t_services_sites ON DELETE CASCADE
);
COMMENT ON TABLE t_services_projects IS 'Which services a project uses, of those of its site.';

CREATE TABLE t_services_configs (
    id_service_config int4 PRIMARY KEY,
    id_service int4 NOT NULL REFERENCES t_services ON DELETE CASCADE,
    id_user int4 REFERENCES t_users ON DELETE CASCADE,
    id_participant int4 REFERENCES t_participants ON DELETE CASCADE,
    id_device int4 REFERENCES t_devices ON DELETE CASCADE,
    service_config_config jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(service_config_config) = 'object'),
    CONSTRAINT of_one_actor CHECK (num_nonnulls(id_user, id_participant, id_device) = 1)
);
COMMENT ON TABLE t_services_configs IS 'How a service is configured for a user, a participant or a device.';

CREATE TABLE t_services_configs_specifics (
    id_service_config_specific int4 PRIMARY KEY,
    id_service_config int4 NOT NULL REFERENCES t_services_configs ON DELETE CASCADE,
    service_config_specific_id text NOT NULL CHECK (service_config_specific_id <> ''),
    service_config_specific_config jsonb NOT NULL CHECK (jsonb_typeof(service_config_specific_config) = 'object')
);
COMMENT ON TABLE t_services_configs_specifics IS 'What differs on one machine or installation.';

-- Devices at sites, in projects, with participants ----------------------------------------------------------------

CREATE TABLE t_devices_sites (
    id_device_site int4 PRIMARY KEY,
    id_device int4 NOT NULL REFERENCES t_devices ON DELETE CASCADE,
    id_site int4 NOT NULL REFERENCES t_sites ON DELETE CASCADE
);
COMMENT ON TABLE t_devices_sites IS 'Which devices a site has.';

CREATE TABLE t_devices_projects (
    id_device_project int4 PRIMARY KEY,
    id_device int4 NOT NULL REFERENCES t_devices ON DELETE CASCADE,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    id_device_site int4 NOT NULL REFERENCES t_devices_sites ON DELETE CASCADE
);
COMMENT ON TABLE t_devices_projects IS 'Which devices a project has, of those of its site.';

CREATE TABLE t_devices_participants (
    id_device_participant int4 PRIMARY KEY,
    id_device int4 NOT NULL REFERENCES t_devices,
    id_participant int4 NOT NULL REFERENCES t_participants ON DELETE CASCADE,
    id_device_project int4 NOT NULL REFERENCES t_devices_projects
);
COMMENT ON TABLE t_devices_participants IS 'Which devices a participant has, of those of the project.';

-- Sessions --------------------------------------------------------------------------------------------------------

CREATE TABLE t_sessions_types (
    id_session_type int4 PRIMARY KEY,
    id_service int4 REFERENCES t_services ON DELETE CASCADE,
    session_type_name text NOT NULL CHECK (session_type_name <> ''),
    session_type_online bool NOT NULL,
    session_type_config jsonb,
    session_type_color varchar(7) NOT NULL CHECK (session_type_color ~ '^#[0-9A-Fa-f]{6}$'),
    session_type_category int4 NOT NULL CHECK (session_type_category BETWEEN 1 AND 4),
    CONSTRAINT a_service_for_a_service_type CHECK (session_type_category <> 1 OR id_service IS NOT NULL)
);
COMMENT ON TABLE t_sessions_types IS 'Kinds of sessions.';
COMMENT ON COLUMN t_sessions_types.session_type_category IS '1 service, 2 data collect, 3 file transfer, 4 protocol.';

CREATE TABLE t_sessions_types_services (
    id_session_type_service int4 PRIMARY KEY,
    id_session_type int4 NOT NULL REFERENCES t_sessions_types ON DELETE CASCADE,
    id_service int4 NOT NULL REFERENCES t_services ON DELETE CASCADE
);
COMMENT ON TABLE t_sessions_types_services IS 'Secondary services of kinds of sessions.';

CREATE TABLE t_sessions_types_sites (
    id_session_type_site int4 PRIMARY KEY,
    id_session_type int4 NOT NULL REFERENCES t_sessions_types ON DELETE CASCADE,
    id_site int4 NOT NULL REFERENCES t_sites ON DELETE CASCADE,
    id_service_site int4 REFERENCES t_services_sites ON DELETE CASCADE
);
COMMENT ON TABLE t_sessions_types_sites IS 'Which kinds of sessions a site has.';

CREATE TABLE t_sessions_types_projects (
    id_session_type_project int4 PRIMARY KEY,
    id_session_type int4 NOT NULL REFERENCES t_sessions_types ON DELETE CASCADE,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    id_session_type_site int4 NOT NULL REFERENCES t_sessions_types_sites ON DELETE CASCADE,
    id_service_project int4 REFERENCES t_services_projects ON DELETE CASCADE
);
COMMENT ON TABLE t_sessions_types_projects IS 'Which kinds of sessions a project has, of those of its site.';

CREATE TABLE t_sessions (
    id_session int4 PRIMARY KEY,
    session_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    id_session_type int4 NOT NULL REFERENCES t_sessions_types,
    id_creator_user int4 REFERENCES t_users,
    id_creator_device int4 REFERENCES t_devices,
    id_creator_participant int4 REFERENCES t_participants,
    id_creator_service int4 REFERENCES t_services ON DELETE CASCADE,
    session_name text NOT NULL CHECK (session_name <> ''),
    session_start_datetime timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    session_duration int4 NOT NULL DEFAULT 0 CHECK (session_duration >= 0),
    session_status int4 NOT NULL DEFAULT 1 CHECK (session_status BETWEEN 0 AND 4),
    session_comments text,
    session_parameters jsonb
);
COMMENT ON TABLE t_sessions IS 'What collected data are organized by: events, assets and tests are of a session.';
COMMENT ON COLUMN t_sessions.session_status IS '0 not started, 1 in progress, 2 completed, 3 cancelled, 4 terminated.';
COMMENT ON COLUMN t_sessions.session_duration IS 'In seconds.';

CREATE TABLE t_sessions_participants (
    id_session_participant int4 PRIMARY KEY,
    id_session int4 NOT NULL REFERENCES t_sessions ON DELETE CASCADE,
    id_participant int4 NOT NULL REFERENCES t_participants
);
COMMENT ON TABLE t_sessions_participants IS 'Participants who are invited to sessions.';

CREATE TABLE t_sessions_users (
    id_session_user int4 PRIMARY KEY,
    id_session int4 NOT NULL REFERENCES t_sessions ON DELETE CASCADE,
    id_user int4 NOT NULL REFERENCES t_users
);
COMMENT ON TABLE t_sessions_users IS 'Users who are invited to sessions.';

CREATE TABLE t_sessions_devices (
    id_session_device int4 PRIMARY KEY,
    id_session int4 NOT NULL REFERENCES t_sessions ON DELETE CASCADE,
    id_device int4 NOT NULL REFERENCES t_devices
);
COMMENT ON TABLE t_sessions_devices IS 'Devices that are invited to sessions.';

CREATE TABLE t_sessions_events (
    id_session_event int4 PRIMARY KEY,
    id_session int4 NOT NULL REFERENCES t_sessions ON DELETE CASCADE,
    id_session_event_type int4 NOT NULL CHECK (id_session_event_type BETWEEN 0 AND 14 OR id_session_event_type BETWEEN 100 AND 109),
    session_event_datetime timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    session_event_text text,
    session_event_context text
);
COMMENT ON TABLE t_sessions_events IS 'What happened in a session, and when.';
COMMENT ON COLUMN t_sessions_events.id_session_event_type IS
    '0 general error, 1 info, 2 warning, 3 session start, 4 session stop, 5 device on charge, 6 device off charge, 7 device low battery, '
    '8 device storage low, 9 device storage full, 10 device event, 11 user event, 12 session join, 13 session leave, '
    '14 session join refused, 100 to 109 custom 1 to 10.';

CREATE TABLE t_assets (
    id_asset int4 PRIMARY KEY,
    id_session int4 NOT NULL REFERENCES t_sessions ON DELETE CASCADE,
    id_device int4 REFERENCES t_devices,
    id_participant int4 REFERENCES t_participants,
    id_user int4 REFERENCES t_users,
    id_service int4 REFERENCES t_services ON DELETE CASCADE,
    asset_name text NOT NULL CHECK (asset_name <> ''),
    asset_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    asset_service_uuid uuid NOT NULL REFERENCES t_services (service_uuid) ON DELETE CASCADE,
    asset_type text NOT NULL CHECK (asset_type <> ''),
    asset_datetime timestamptz(3),
    asset_expiration_datetime timestamptz(3)
);
COMMENT ON TABLE t_assets IS 'Data files, results and reports of a session; the bytes are with the service that owns them.';
COMMENT ON COLUMN t_assets.asset_service_uuid IS 'The service that owns it; id_service is one that created it.';
COMMENT ON COLUMN t_assets.asset_type IS 'The MIME type.';

-- Tests -----------------------------------------------------------------------------------------------------------

CREATE TABLE t_tests_types (
    id_test_type int4 PRIMARY KEY,
    id_service int4 NOT NULL REFERENCES t_services ON DELETE CASCADE,
    test_type_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    test_type_name text NOT NULL CHECK (test_type_name <> ''),
    test_type_description text,
    test_type_key text CHECK (test_type_key <> ''),
    test_type_has_json_format bool NOT NULL DEFAULT false,
    test_type_has_web_format bool NOT NULL DEFAULT false,
    test_type_has_web_editor bool NOT NULL DEFAULT false
);
COMMENT ON TABLE t_tests_types IS 'Kinds of tests, each of a service.';

CREATE TABLE t_tests_types_sites (
    id_test_type_site int4 PRIMARY KEY,
    id_test_type int4 NOT NULL REFERENCES t_tests_types ON DELETE CASCADE,
    id_site int4 NOT NULL REFERENCES t_sites ON DELETE CASCADE,
    id_service_site int4 NOT NULL REFERENCES t_services_sites ON DELETE CASCADE
);
COMMENT ON TABLE t_tests_types_sites IS 'Which kinds of tests a site has.';

CREATE TABLE t_tests_types_projects (
    id_test_type_project int4 PRIMARY KEY,
    id_test_type int4 NOT NULL REFERENCES t_tests_types ON DELETE CASCADE,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    id_test_type_site int4 NOT NULL REFERENCES t_tests_types_sites ON DELETE CASCADE,
    id_service_project int4 NOT NULL REFERENCES t_services_projects ON DELETE CASCADE
);
COMMENT ON TABLE t_tests_types_projects IS 'Which kinds of tests a project has, of those of its site.';

CREATE TABLE t_tests (
    id_test int4 PRIMARY KEY,
    id_test_type int4 NOT NULL REFERENCES t_tests_types,
    id_session int4 NOT NULL REFERENCES t_sessions ON DELETE CASCADE,
    id_device int4 REFERENCES t_devices,
    id_participant int4 REFERENCES t_participants,
    id_user int4 REFERENCES t_users,
    id_service int4 REFERENCES t_services ON DELETE CASCADE,
    test_uuid uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    test_name text NOT NULL CHECK (test_name <> ''),
    test_datetime timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    test_status int4 NOT NULL DEFAULT 0 CHECK (test_status BETWEEN 0 AND 2),
    test_summary jsonb
);
COMMENT ON TABLE t_tests IS 'Evaluations, and answers to questions, of a session.';
COMMENT ON COLUMN t_tests.test_status IS '0 incomplete, 1 in progress, 2 completed.';

CREATE TABLE t_tests_invitations (
    id_test_invitation int4 PRIMARY KEY,
    id_test_type int4 NOT NULL REFERENCES t_tests_types ON DELETE CASCADE,
    id_session int4 REFERENCES t_sessions ON DELETE CASCADE,
    id_user int4 REFERENCES t_users ON DELETE CASCADE,
    id_participant int4 REFERENCES t_participants ON DELETE CASCADE,
    id_device int4 REFERENCES t_devices ON DELETE CASCADE,
    id_project int4 NOT NULL REFERENCES t_projects ON DELETE CASCADE,
    test_invitation_key varchar(16) NOT NULL UNIQUE DEFAULT quire.new_token(16)::varchar(16)
        CHECK (test_invitation_key ~ '^[A-Za-z0-9_-]{16}$'),
    test_invitation_max_count int4 NOT NULL DEFAULT 1 CHECK (test_invitation_max_count > 0),
    test_invitation_count int4 NOT NULL DEFAULT 0 CHECK (test_invitation_count BETWEEN 0 AND test_invitation_max_count),
    test_invitation_creation_date timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    test_invitation_expiration_date timestamptz(3) NOT NULL,
    test_invitation_message text,
    CONSTRAINT of_one_actor CHECK (num_nonnulls(id_user, id_participant, id_device) = 1)
);
COMMENT ON TABLE t_tests_invitations IS 'Keys by which a user, a participant or a device may fill in a test, so often and so long.';

-- What all tables have in common ----------------------------------------------------------------------------------

DO $$
DECLARE
    -- Where the platform's sequence is not named id_<object>_sequence.
    sequences CONSTANT jsonb := '{"t_participants_groups": "id_participantgroup_sequence", "t_users_groups": "id_usergroup_sequence",
        "t_users_preferences": "id_userpreference_sequence", "t_services_access": "id_service_project_role_sequence",
        "t_sessions_events": "id_session_events_sequence", "t_sessions_devices": "id_session_device",
        "t_sessions_participants": "id_session_participant", "t_sessions_users": "id_session_user"}';
    removed_for_good CONSTANT regclass[] := '{t_server_settings, t_devices_types, t_devices_subtypes, t_users_preferences}';
    this record;
BEGIN
    FOR this IN
        SELECT c.oid::regclass AS name, a.attname AS key, coalesce(sequences ->> c.relname, a.attname || '_sequence') AS sequence
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = 1
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace AND starts_with(c.relname, 't_')
        ORDER BY c.relname
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER %I ADD GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME %I)',
            this.name, this.key, this.sequence);
        EXECUTE format('ALTER TABLE %s ADD version_id int8 NOT NULL DEFAULT 0', this.name);
        EXECUTE format('CREATE TRIGGER version_id BEFORE INSERT OR UPDATE OR DELETE ON %s
            FOR EACH ROW EXECUTE FUNCTION quire.version_id()', this.name);
        CONTINUE WHEN this.name = ANY (removed_for_good);
        EXECUTE format('ALTER TABLE %s ADD deleted_at timestamptz', this.name);
        EXECUTE format('CREATE TRIGGER soft_delete BEFORE INSERT OR UPDATE OR DELETE ON %s
            FOR EACH ROW EXECUTE FUNCTION quire.soft_delete()', this.name);
    END LOOP;
    -- The server makes no index for a foreign key.
    FOR this IN
        SELECT conrelid::regclass AS name, attname AS key
        FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[cardinality(conkey)]
        WHERE contype = 'f' AND connamespace = current_schema::regnamespace
        ORDER BY conrelid::regclass::text, conname
    LOOP
        EXECUTE format('CREATE INDEX ON %s (%I)', this.name, this.key);
    END LOOP;
END $$;

-- No live row has what another live one has. A name that was deleted is free again.
SELECT quire.create_live_index(t, c) FROM (VALUES
    ('t_users_users_groups'::regclass, '{id_user, id_user_group}'::name[]),
    ('t_devices_sites', '{id_device, id_site}'), ('t_devices_projects', '{id_device, id_project}'),
    ('t_devices_participants', '{id_device, id_participant}'),
    ('t_services_sites', '{id_service, id_site}'), ('t_services_projects', '{id_service, id_project}'),
    ('t_sessions_types_services', '{id_session_type, id_service}'),
    ('t_sessions_types_sites', '{id_session_type, id_site}'), ('t_sessions_types_projects', '{id_session_type, id_project}'),
    ('t_tests_types_sites', '{id_test_type, id_site}'), ('t_tests_types_projects', '{id_test_type, id_project}'),
    ('t_sessions_participants', '{id_session, id_participant}'), ('t_sessions_users', '{id_session, id_user}'),
    ('t_sessions_devices', '{id_session, id_device}'),
    ('t_services', '{service_key}'), ('t_tests_types', '{test_type_key}'),
    ('t_services_configs_specifics', '{id_service_config, service_config_specific_id}')) AS live (t, c);
CREATE UNIQUE INDEX t_users_username_live ON t_users (lower(user_username)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX t_participants_username_live ON t_participants (lower(participant_username)) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX t_services_roles_live ON t_services_roles (id_service, coalesce(id_project, 0), coalesce(id_site, 0), service_role_name)
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX t_services_access_live
    ON t_services_access (id_service_role, coalesce(id_user_group, 0), coalesce(id_device, 0), coalesce(id_participant_group, 0))
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX t_services_configs_live
    ON t_services_configs (id_service, coalesce(id_user, 0), coalesce(id_participant, 0), coalesce(id_device, 0)) WHERE deleted_at IS NULL;
CREATE INDEX t_sessions_start ON t_sessions (session_start_datetime DESC, id_session DESC) WHERE deleted_at IS NULL;

INSERT INTO t_services (service_uuid, service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint,
    service_enabled, service_system)
VALUES ('00000000-0000-0000-0000-000000000001', 'OpenTera Server', 'OpenTeraServer', 'localhost', 4040, '/', '/', true, true);
-- down
DROP TABLE t_tests_invitations, t_tests, t_tests_types_projects, t_tests_types_sites, t_tests_types, t_assets, t_sessions_events,
    t_sessions_devices, t_sessions_users, t_sessions_participants, t_sessions, t_sessions_types_projects, t_sessions_types_sites,
    t_sessions_types_services, t_sessions_types, t_devices_participants, t_devices_projects, t_devices_sites,
    t_services_configs_specifics, t_services_configs, t_services_projects, t_services_sites, t_services_access, t_services_roles,
    t_services, t_devices, t_devices_subtypes, t_devices_types, t_participants, t_participants_groups, t_projects, t_sites,
    t_users_preferences, t_users_users_groups, t_users_groups, t_users, t_server_settings;
