-- The model care: what each user, participant, device and service sees, in a universe made by chance, beside what
-- plain queries say that they should see; and who may write what.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT * FROM no_plan();
SELECT quire.create_model('care', 'z');
SET LOCAL search_path = public, z;
SELECT setseed(0.3);
CREATE ROLE care_backend;
GRANT USAGE ON SCHEMA quire TO care_backend;
SELECT admit('care_backend');
CREATE SCHEMA seen;

-- The universe ----------------------------------------------------------------------------------------------------

-- Ids of a table, so many, taken by chance; half of the pairs that there are of two.
CREATE FUNCTION seen.some("table" regclass, part float8) RETURNS SETOF int4 LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT %I FROM %s WHERE random() < $1',
        (SELECT attname FROM pg_attribute WHERE attrelid = "table" AND attnum = 1), "table") USING part;
END $$;
CREATE FUNCTION seen.one("table" regclass, chance float8 DEFAULT 1) RETURNS int4 LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    id int4;
BEGIN
    EXECUTE format('SELECT %I FROM %s ORDER BY random() LIMIT 1', (SELECT attname FROM pg_attribute WHERE attrelid = "table" AND attnum = 1), "table") INTO id;
    RETURN CASE WHEN random() < chance THEN id END;
END $$;

INSERT INTO t_sites (site_name) SELECT 'site ' || i FROM generate_series(1, 6) AS i;
INSERT INTO t_projects (id_site, project_name) SELECT seen.one('t_sites'), 'project ' || i FROM generate_series(1, 14) AS i;
INSERT INTO t_participants_groups (id_project, participant_group_name) SELECT seen.one('t_projects'), 'group ' || i FROM generate_series(1, 12) AS i;
INSERT INTO t_participants (participant_name, id_project) SELECT 'participant ' || i, seen.one('t_projects') FROM generate_series(1, 40) AS i;
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_superadmin, user_enabled)
SELECT 'user' || i, 'U', i, '$argon2id$' || repeat('x', 60), i <= 2, true FROM generate_series(1, 26) AS i;
INSERT INTO t_users_groups (user_group_name) SELECT 'users ' || i FROM generate_series(1, 14) AS i;
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint)
SELECT 'service ' || i, 'S' || i, 'localhost', 4000 + i, '/', '/' FROM generate_series(1, 6) AS i;
-- Roles of other services, some named like the server's, are no access.
INSERT INTO t_services_roles (id_service, id_site, service_role_name) SELECT s, seen.one('t_sites'), 'admin' FROM seen.some('t_services', 0.7) AS s WHERE s <> 1;
INSERT INTO t_services_roles (id_service, id_project, service_role_name) SELECT s, seen.one('t_projects'), 'viewer' FROM seen.some('t_services', 0.7) AS s WHERE s <> 1;
INSERT INTO t_services_roles (id_service, service_role_name) SELECT s, 'everywhere' FROM seen.some('t_services', 0.7) AS s;
INSERT INTO t_services_roles (id_service, id_project, service_role_name) SELECT 1, seen.one('t_projects'), 'observer ' || i FROM generate_series(1, 3) AS i;
INSERT INTO t_services_access (id_user_group, id_service_role) SELECT g, seen.one('t_services_roles') FROM seen.some('t_users_groups', 0.9) AS g, generate_series(1, 2)
ON CONFLICT DO NOTHING;
INSERT INTO t_users_users_groups (id_user, id_user_group) SELECT u, seen.one('t_users_groups') FROM seen.some('t_users', 0.9) AS u, generate_series(1, 2)
ON CONFLICT DO NOTHING;
INSERT INTO t_services_access (id_user_group, id_service_role)
SELECT 1 + id_service_role % 14, id_service_role FROM t_services_roles WHERE id_service <> 1 AND num_nonnulls(id_site, id_project) = 1 ON CONFLICT DO NOTHING;
-- A group that is both in one project.
INSERT INTO t_services_access (id_user_group, id_service_role)
SELECT 14, id_service_role FROM t_services_roles WHERE id_project = 1 AND id_service = 1 AND service_role_name IN ('admin', 'user') ON CONFLICT DO NOTHING;
INSERT INTO t_users_users_groups (id_user, id_user_group) VALUES (26, 14) ON CONFLICT DO NOTHING;

INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('type', 'type');
INSERT INTO t_devices (device_name, id_device_type) SELECT 'device ' || i, id_device_type FROM t_devices_types, generate_series(1, 16) AS i;
INSERT INTO t_sessions_types (id_service, session_type_name, session_type_online, session_type_color, session_type_category)
SELECT seen.one('t_services', 0.7), 'type ' || i, true, '#000000', 2 FROM generate_series(1, 10) AS i;
INSERT INTO t_tests_types (id_service, test_type_name) SELECT seen.one('t_services'), 'test ' || i FROM generate_series(1, 10) AS i;
INSERT INTO t_sessions_types_services (id_session_type, id_service) SELECT t, seen.one('t_services') FROM seen.some('t_sessions_types', 0.4) AS t;
SELECT count(associate(place, jsonb_build_object(key, id, 'id_site', s.id_site)))
FROM (VALUES ('t_devices_sites'::regclass, 'id_device', 't_devices'::regclass), ('t_services_sites', 'id_service', 't_services'),
    ('t_sessions_types_sites', 'id_session_type', 't_sessions_types'), ('t_tests_types_sites', 'id_test_type', 't_tests_types')) AS v (place, key, source),
    seen.some(source, 0.7) AS id, t_sites AS s WHERE random() < 0.35;
SELECT count(associate('t_devices_projects', jsonb_build_object('id_device', s.id_device, 'id_project', p.id_project)))
FROM t_devices_sites AS s JOIN t_projects AS p USING (id_site) WHERE random() < 0.5;
SELECT count(associate('t_services_projects', jsonb_build_object('id_service', s.id_service, 'id_project', p.id_project)))
FROM t_services_sites AS s JOIN t_projects AS p USING (id_site) WHERE random() < 0.4;
SELECT count(associate('t_sessions_types_projects', jsonb_build_object('id_session_type', s.id_session_type, 'id_project', p.id_project)))
FROM t_sessions_types_sites AS s JOIN t_projects AS p USING (id_site) WHERE random() < 0.5;
SELECT count(associate('t_tests_types_projects', jsonb_build_object('id_test_type', s.id_test_type, 'id_project', p.id_project)))
FROM t_tests_types_sites AS s JOIN t_projects AS p USING (id_site) WHERE random() < 0.5;
SELECT count(associate('t_devices_participants', jsonb_build_object('id_device', d.id_device, 'id_participant', p.id_participant)))
FROM t_devices_projects AS d JOIN t_participants AS p USING (id_project) WHERE random() < 0.3;

INSERT INTO t_sessions (id_session_type, session_name, session_status, id_creator_user, id_creator_participant, id_creator_device, id_creator_service)
SELECT seen.one('t_sessions_types'), 'session ' || i, 0, CASE i % 4 WHEN 0 THEN seen.one('t_users') END, CASE i % 4 WHEN 1 THEN seen.one('t_participants') END,
    CASE i % 4 WHEN 2 THEN seen.one('t_devices') END, CASE i % 4 WHEN 3 THEN seen.one('t_services') END
FROM generate_series(1, 60) AS i;
INSERT INTO t_sessions_participants (id_session, id_participant) SELECT s, seen.one('t_participants') FROM seen.some('t_sessions', 0.6) AS s, generate_series(1, 2) ON CONFLICT DO NOTHING;
INSERT INTO t_sessions_users (id_session, id_user) SELECT s, seen.one('t_users') FROM seen.some('t_sessions', 0.4) AS s ON CONFLICT DO NOTHING;
INSERT INTO t_sessions_devices (id_session, id_device) SELECT s, seen.one('t_devices') FROM seen.some('t_sessions', 0.2) AS s ON CONFLICT DO NOTHING;
INSERT INTO t_sessions_events (id_session, id_session_event_type) SELECT s, 1 FROM seen.some('t_sessions', 0.5) AS s;
INSERT INTO t_assets (id_session, asset_name, asset_type, asset_service_uuid, id_participant, id_device)
SELECT s, 'asset', 'text/csv', (SELECT service_uuid FROM t_services ORDER BY random() + 0 * s LIMIT 1), seen.one('t_participants', 0.5), seen.one('t_devices', 0.3)
FROM seen.some('t_sessions', 0.8) AS s;
INSERT INTO t_tests (id_session, id_test_type, test_name) SELECT s, seen.one('t_tests_types'), 'test' FROM seen.some('t_sessions', 0.6) AS s;
INSERT INTO t_tests_invitations (id_test_type, id_project, id_participant, test_invitation_expiration_date)
SELECT t, p.id_project, p.id_participant, now() + interval '1 day' FROM seen.some('t_tests_types', 0.6) AS t, t_participants AS p WHERE random() < 0.15;

-- Some of it is gone again.
DELETE FROM t_users_users_groups WHERE random() < 0.1;
DELETE FROM t_services_access WHERE random() < 0.1;
DELETE FROM t_sessions WHERE random() < 0.1;
DELETE FROM t_assets WHERE random() < 0.1;
DELETE FROM t_sessions_participants WHERE random() < 0.1;
DELETE FROM t_devices_participants WHERE random() < 0.1;
DELETE FROM t_participants_groups WHERE random() < 0.1;
ANALYZE;

-- The reference: section by section what the platform says, each as a plain query over live rows ------------------------

DO $$
DECLARE
    t name;
BEGIN
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'z'::regnamespace AND relkind = 'r' AND relname LIKE 't\_%' LOOP
        EXECUTE format('CREATE VIEW seen.%I AS SELECT * FROM z.%I %s', substr(t, 3), t,
            CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = ('z.' || t)::regclass AND attname = 'deleted_at') THEN 'WHERE deleted_at IS NULL' END);
    END LOOP;
END $$;
SET LOCAL search_path = public, seen, z;
CREATE TABLE seen.roles AS
    SELECT DISTINCT m.id_user, r.id_site, r.id_project, r.service_role_name = 'admin' AS admin, m.id_user_group
    FROM users_users_groups AS m JOIN services_access AS a USING (id_user_group) JOIN services_roles AS r USING (id_service_role)
    WHERE r.id_service = 1 AND num_nonnulls(r.id_site, r.id_project) = 1;
CREATE TABLE seen.group_roles AS
    SELECT a.id_user_group, r.id_site, r.id_project FROM services_access AS a JOIN services_roles AS r USING (id_service_role)
    WHERE r.id_service = 1 AND a.id_user_group IS NOT NULL;
-- P and S: the flag says whether as an admin.
CREATE TABLE seen.p AS
    SELECT u.id_user, p.id_project, bool_or(u.user_superadmin OR r.admin) AS admin
    FROM users AS u CROSS JOIN projects AS p LEFT JOIN seen.roles AS r
        ON r.id_user = u.id_user AND (r.id_project = p.id_project OR (r.id_site = p.id_site AND r.admin))
    WHERE u.user_superadmin OR r.id_user IS NOT NULL GROUP BY 1, 2;
CREATE TABLE seen.s AS
    SELECT u.id_user, s.id_site, bool_or(u.user_superadmin OR coalesce(r.admin AND r.id_site IS NOT NULL, false)) AS admin
    FROM users AS u CROSS JOIN sites AS s LEFT JOIN (seen.roles AS r LEFT JOIN projects AS p ON p.id_project = r.id_project)
        ON r.id_user = u.id_user AND s.id_site IN (r.id_site, p.id_site)
    WHERE u.user_superadmin OR r.id_user IS NOT NULL GROUP BY 1, 2;
CREATE TABLE seen.expected (actor text, object_type text, id int4, PRIMARY KEY (actor, object_type, id));
CREATE FUNCTION seen.expect(kind text, object_type text, query text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('INSERT INTO seen.expected SELECT DISTINCT %L || q.a, %L, q.o FROM (%s) AS q (a, o) ON CONFLICT DO NOTHING', kind || ':', object_type, query);
END $$;
SELECT seen.expect('user', 'project', 'SELECT id_user, id_project FROM seen.p');
SELECT seen.expect('user', 'site', 'SELECT id_user, id_site FROM seen.s');
SELECT seen.expect('user', object_type, format('SELECT u.id_user, o.id_%s FROM users AS u, %s AS o WHERE u.user_superadmin', object_type, name))
FROM (VALUES ('user', 'users'), ('user_group', 'users_groups'), ('device', 'devices'), ('session_type', 'sessions_types'), ('service', 'services'),
    ('test_type', 'tests_types'), ('session', 'sessions'), ('asset', 'assets'), ('test', 'tests'), ('session_event', 'sessions_events'), ('test_invitation', 'tests_invitations')) AS v (object_type, name);
-- Users of accessible projects and oneself; a site's admins see besides who has a role on the site itself.
SELECT seen.expect('user', 'user', 'SELECT p.id_user, r.id_user FROM seen.p AS p JOIN seen.roles AS r USING (id_project)
    UNION SELECT s.id_user, r.id_user FROM seen.s AS s JOIN seen.roles AS r USING (id_site) WHERE s.admin UNION SELECT id_user, id_user FROM users');
SELECT seen.expect('user', 'user_group', 'SELECT p.id_user, r.id_user_group FROM seen.p AS p JOIN seen.group_roles AS r USING (id_project)
    UNION SELECT s.id_user, r.id_user_group FROM seen.s AS s JOIN seen.group_roles AS r USING (id_site)');
SELECT seen.expect('user', 'device', 'SELECT s.id_user, d.id_device FROM seen.s AS s JOIN devices_sites AS d USING (id_site)');
SELECT seen.expect('user', 'participant', 'SELECT p.id_user, a.id_participant FROM seen.p AS p JOIN participants AS a USING (id_project)');
SELECT seen.expect('user', 'participant_group', 'SELECT p.id_user, a.id_participant_group FROM seen.p AS p JOIN participants_groups AS a USING (id_project)');
SELECT seen.expect('user', 'session_type', 'SELECT s.id_user, t.id_session_type FROM seen.s AS s JOIN sessions_types_sites AS t USING (id_site)');
SELECT seen.expect('user', 'service', 'SELECT p.id_user, v.id_service FROM seen.p AS p JOIN services_projects AS v USING (id_project)
    UNION SELECT s.id_user, v.id_service FROM seen.s AS s JOIN services_sites AS v USING (id_site) WHERE s.admin');
SELECT seen.expect('user', 'test_type', 'SELECT s.id_user, t.id_test_type FROM seen.s AS s JOIN tests_types_sites AS x USING (id_site) JOIN tests_types AS t USING (id_test_type)
    JOIN seen.expected AS e ON e.actor = ''user:'' || s.id_user AND e.object_type = ''service'' AND e.id = t.id_service');
-- Sessions, by whom they were created or who is invited.
CREATE VIEW seen.involved AS
    SELECT id_session, 'user' AS object_type, id_creator_user AS id FROM sessions UNION ALL SELECT id_session, 'device', id_creator_device FROM sessions
    UNION ALL SELECT id_session, 'participant', id_creator_participant FROM sessions UNION ALL SELECT id_session, 'service', id_creator_service FROM sessions
    UNION ALL SELECT id_session, 'participant', id_participant FROM sessions_participants UNION ALL SELECT id_session, 'device', id_device FROM sessions_devices;
SELECT seen.expect('user', 'session', 'SELECT u.id_user, i.id_session FROM users AS u JOIN seen.expected AS e ON e.actor = ''user:'' || u.id_user
    JOIN seen.involved AS i USING (object_type, id) UNION SELECT id_user, id_session FROM sessions_users');
SELECT seen.expect('user', object_type, format('SELECT u.id_user, o.id_%s FROM users AS u JOIN seen.expected AS e ON e.actor = ''user:'' || u.id_user AND e.object_type = ''session''
    JOIN %s AS o ON o.id_session = e.id %s', object_type, name, further))
FROM (VALUES ('session_event', 'sessions_events', ''),
    ('asset', 'assets', 'JOIN services AS v ON v.service_uuid = o.asset_service_uuid JOIN seen.expected AS f ON f.actor = e.actor AND f.object_type = ''service'' AND f.id = v.id_service'),
    ('test', 'tests', 'JOIN seen.expected AS f ON f.actor = e.actor AND f.object_type = ''test_type'' AND f.id = o.id_test_type')) AS v (object_type, name, further);
SELECT seen.expect('user', 'test_invitation', 'SELECT p.id_user, i.id_test_invitation FROM seen.p AS p JOIN tests_invitations AS i USING (id_project)
    JOIN seen.expected AS e ON e.actor = ''user:'' || p.id_user AND e.object_type = ''test_type'' AND e.id = i.id_test_type');
-- Participants.
SELECT seen.expect('participant', 'participant', 'SELECT id_participant, id_participant FROM participants');
SELECT seen.expect('participant', 'device', 'SELECT id_participant, id_device FROM devices_participants');
SELECT seen.expect('participant', 'asset', 'SELECT id_participant, id_asset FROM assets WHERE id_participant IS NOT NULL');
SELECT seen.expect('participant', 'service', 'SELECT id_participant, id_service FROM participants JOIN services_projects USING (id_project)');
SELECT seen.expect('participant', 'session_type', 'SELECT id_participant, id_session_type FROM participants JOIN sessions_types_projects USING (id_project)');
SELECT seen.expect('participant', 'test_type', 'SELECT id_participant, id_test_type FROM participants JOIN tests_types_projects USING (id_project)');
SELECT seen.expect('participant', 'session', 'SELECT id, id_session FROM seen.involved WHERE object_type = ''participant'' AND id IS NOT NULL');
-- Devices.
SELECT seen.expect('device', 'device', 'SELECT id_device, id_device FROM devices');
SELECT seen.expect('device', 'participant', 'SELECT id_device, id_participant FROM devices_participants');
SELECT seen.expect('device', 'asset', 'SELECT id_device, id_asset FROM assets WHERE id_device IS NOT NULL');
SELECT seen.expect('device', 'service', 'SELECT id_device, id_service FROM devices_projects JOIN services_projects USING (id_project)');
SELECT seen.expect('device', 'session_type', 'SELECT id_device, id_session_type FROM devices_projects JOIN sessions_types_projects USING (id_project)');
SELECT seen.expect('device', 'test_type', 'SELECT id_device, id_test_type FROM devices_projects JOIN tests_types_projects USING (id_project)');
SELECT seen.expect('device', 'session', 'SELECT id, id_session FROM seen.involved WHERE object_type = ''device'' AND id IS NOT NULL');
-- Services.
SELECT seen.expect('service', 'service', 'SELECT id_service, id_service FROM services');
SELECT seen.expect('service', 'project', 'SELECT id_service, id_project FROM services_projects');
SELECT seen.expect('service', 'site', 'SELECT id_service, id_site FROM services_sites');
SELECT seen.expect('service', 'device', 'SELECT id_service, id_device FROM services_projects JOIN devices_projects USING (id_project)');
SELECT seen.expect('service', 'participant', 'SELECT id_service, id_participant FROM services_projects JOIN participants USING (id_project)');
SELECT seen.expect('service', 'participant_group', 'SELECT id_service, id_participant_group FROM services_projects JOIN participants_groups USING (id_project)');
SELECT seen.expect('service', 'user', 'SELECT v.id_service, u.id_user FROM services_projects AS v JOIN projects AS p USING (id_project) CROSS JOIN users AS u
    WHERE u.user_superadmin OR EXISTS (SELECT FROM seen.roles AS r WHERE r.id_user = u.id_user AND (r.id_project = p.id_project OR (r.id_site = p.id_site AND r.admin)))');
SELECT seen.expect('service', 'user_group', 'SELECT r.id_service, a.id_user_group FROM services_roles AS r JOIN services_access AS a USING (id_service_role) WHERE a.id_user_group IS NOT NULL');
SELECT seen.expect('service', 'session_type', 'SELECT id_service, id_session_type FROM sessions_types WHERE id_service IS NOT NULL UNION SELECT id_service, id_session_type FROM sessions_types_services');
SELECT seen.expect('service', 'test_type', 'SELECT id_service, id_test_type FROM tests_types');
SELECT seen.expect('service', 'session', 'SELECT id, id_session FROM seen.involved WHERE object_type = ''service'' AND id IS NOT NULL
    UNION SELECT split_part(e.actor, '':'', 2)::int4, s.id_session FROM seen.expected AS e JOIN sessions AS s ON s.id_session_type = e.id WHERE e.actor LIKE ''service:%'' AND e.object_type = ''session_type''
    UNION SELECT split_part(e.actor, '':'', 2)::int4, i.id_session FROM seen.expected AS e JOIN seen.involved AS i ON i.object_type = ''participant'' AND i.id = e.id
        WHERE e.actor LIKE ''service:%'' AND e.object_type = ''participant''');
SELECT seen.expect('service', object_type, format('SELECT v.id_service, o.id_%s FROM services AS v JOIN seen.expected AS e ON e.actor = ''service:'' || v.id_service AND e.object_type = ''session''
    JOIN %s AS o ON o.id_session = e.id %s', object_type, name, further))
FROM (VALUES ('session_event', 'sessions_events', ''), ('asset', 'assets', ''), ('test', 'tests', '')) AS v (object_type, name, further);
SELECT seen.expect('service', 'test_invitation', 'SELECT t.id_service, i.id_test_invitation FROM tests_types AS t JOIN tests_invitations AS i USING (id_test_type)');

-- What the actors see ---------------------------------------------------------------------------------------------

CREATE TABLE seen.types (object_type text, name regclass);
INSERT INTO seen.types VALUES ('site', 'z.t_sites'), ('project', 'z.t_projects'), ('participant_group', 'z.t_participants_groups'), ('participant', 'z.t_participants'),
    ('user', 'z.t_users'), ('user_group', 'z.t_users_groups'), ('device', 'z.t_devices'), ('service', 'z.t_services'), ('session_type', 'z.t_sessions_types'),
    ('test_type', 'z.t_tests_types'), ('session', 'z.t_sessions'), ('session_event', 'z.t_sessions_events'), ('asset', 'z.t_assets'), ('test', 'z.t_tests'),
    ('test_invitation', 'z.t_tests_invitations');
CREATE TABLE seen.got (actor text, object_type text, id int4, by_id bool);
CREATE TABLE seen.heard (actor text, object_type text, id int4);
GRANT USAGE ON SCHEMA seen TO care_backend;
CREATE FUNCTION seen.look(actor text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    this record;
    ids int4[];
    ids_one_by_one int4[];
    everything int4[];
    events jsonb;
BEGIN
    PERFORM quire.become(actor);
    FOR this IN SELECT * FROM seen.types LOOP
        EXECUTE format('SELECT array_agg(id_%s) FROM %s', this.object_type, this.name) INTO everything;
        SET LOCAL ROLE care_backend;
        ids := ARRAY(SELECT accessible(this.object_type));
        EXECUTE format('SELECT array_agg(id) FROM unnest($1) AS id WHERE EXISTS (SELECT FROM %s AS t WHERE t.id_%s = id AND t.deleted_at IS NULL OFFSET 0)', this.name, this.object_type)
            INTO ids_one_by_one USING everything;
        RESET ROLE;
        INSERT INTO seen.got SELECT look.actor, this.object_type, id, false FROM unnest(ids) AS id UNION ALL SELECT look.actor, this.object_type, id, true FROM unnest(ids_one_by_one) AS id;
    END LOOP;
    SET LOCAL ROLE care_backend;
    -- From the table: the feed gives out what is committed.
    SELECT jsonb_agg(jsonb_build_array(d.object_type, d.object_value -> ('id_' || d.object_type))) INTO events
    FROM database_events AS e, database_event(e.type, e.key, e.old, e.new) AS d WHERE d.type = 1;
    RESET ROLE;
    INSERT INTO seen.heard SELECT look.actor, e ->> 0, (e ->> 1)::int4 FROM jsonb_array_elements(events) AS e;
END $$;
SELECT count(seen.look(kind || ':' || id)) FROM (
    SELECT 'user', id_user FROM users UNION ALL SELECT 'participant', id_participant FROM participants UNION ALL SELECT 'device', id_device FROM devices
    UNION ALL SELECT 'service', id_service FROM services) AS actors (kind, id);

SELECT cmp_ok((SELECT count(*) FROM seen.expected WHERE actor LIKE kind || ':%'), '>', 150::bigint, 'there is enough that a ' || kind || ' sees')
FROM unnest('{user, participant, device, service}'::text[]) AS kind;
SELECT is_empty(format($q$
    (SELECT 'too much', * FROM (SELECT actor, id FROM seen.got WHERE actor LIKE %1$L AND object_type = %2$L AND NOT by_id EXCEPT SELECT actor, id FROM seen.expected WHERE object_type = %2$L) AS a)
    UNION ALL
    (SELECT 'too little', * FROM (SELECT actor, id FROM seen.expected WHERE actor LIKE %1$L AND object_type = %2$L EXCEPT SELECT actor, id FROM seen.got WHERE object_type = %2$L AND NOT by_id) AS a)
    $q$, kind || ':%', object_type), format('%ss see the objects of type %s that they should', kind, object_type))
FROM unnest('{user, participant, device, service}'::text[]) AS kind, seen.types;
SELECT is_empty($$ SELECT actor, object_type, id FROM seen.expected WHERE object_type <> 'session_event' AND (object_type, id) <> ('service', 1) EXCEPT SELECT actor, object_type, id FROM seen.heard $$,
    'everybody has heard of the making of what one sees; the server was there before');
-- Assets and tests one has heard of while somebody took part who was invited then.
SELECT is_empty($$ SELECT h.actor, h.object_type, h.id FROM seen.heard AS h JOIN seen.types USING (object_type) WHERE h.object_type NOT IN ('asset', 'test') AND EXISTS
        (SELECT FROM seen.expected AS e WHERE e.actor = 'user:1' AND (e.object_type, e.id) = (h.object_type, h.id))
    EXCEPT SELECT actor, object_type, id FROM seen.expected $$, 'and of nothing else that is there');
SELECT is_empty($$ SELECT actor, object_type, id FROM seen.got GROUP BY 1, 2, 3 HAVING count(*) <> 2 $$, 'what is in a list can be had by its id, and nothing else');
SELECT * FROM finish();
ROLLBACK;
