-- Sessions: begun with those who are invited, found, cleaned up; and what objects amount to.

CREATE FUNCTION invite(session int4, participants int4[] DEFAULT '{}', users int4[] DEFAULT '{}', devices int4[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF participants <> '{}' THEN
        INSERT INTO t_sessions_participants (id_session, id_participant)
        SELECT session, a FROM unnest(participants) WITH ORDINALITY AS invited (a, place) ORDER BY place
        ON CONFLICT (id_session, id_participant) WHERE deleted_at IS NULL DO NOTHING;
    END IF;
    IF users <> '{}' THEN
        INSERT INTO t_sessions_users (id_session, id_user)
        SELECT session, a FROM unnest(users) WITH ORDINALITY AS invited (a, place) ORDER BY place
        ON CONFLICT (id_session, id_user) WHERE deleted_at IS NULL DO NOTHING;
    END IF;
    IF devices <> '{}' THEN
        INSERT INTO t_sessions_devices (id_session, id_device)
        SELECT session, a FROM unnest(devices) WITH ORDINALITY AS invited (a, place) ORDER BY place
        ON CONFLICT (id_session, id_device) WHERE deleted_at IS NULL DO NOTHING;
    END IF;
END $$;
COMMENT ON FUNCTION invite(int4, int4[], int4[], int4[]) IS
    'Invites participants, users and devices to a session; who is invited already stays so.';

CREATE FUNCTION create_session(
    id_session_type int4, name text, participants int4[] DEFAULT '{}', users int4[] DEFAULT '{}', devices int4[] DEFAULT '{}',
    start_datetime timestamptz DEFAULT CURRENT_TIMESTAMP, status int4 DEFAULT NULL, parameters jsonb DEFAULT NULL,
    creator_user int4 DEFAULT NULL, creator_participant int4 DEFAULT NULL, creator_device int4 DEFAULT NULL,
    creator_service int4 DEFAULT NULL)
RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    session int4;
BEGIN
    IF creator_participant IS NOT NULL OR creator_device IS NOT NULL THEN
        -- Who sends a session again, having heard no answer, is told of the first.
        PERFORM pg_advisory_xact_lock('t_sessions'::regclass::int4,
            hashtext(format('%s %s %s', creator_participant, creator_device, name)));
        SELECT s.id_session INTO session FROM t_sessions AS s
        WHERE (s.id_creator_participant = creator_participant OR s.id_creator_device = creator_device)
            AND s.id_session_type = create_session.id_session_type AND s.session_name = name
            AND s.session_start_datetime::date = start_datetime::date AND s.deleted_at IS NULL
            AND ARRAY(SELECT i.id_participant FROM t_sessions_participants AS i
                WHERE i.id_session = s.id_session AND i.deleted_at IS NULL ORDER BY 1)
                = ARRAY(SELECT DISTINCT p FROM unnest(participants) AS p ORDER BY 1)
        LIMIT 1;
    END IF;
    IF session IS NULL THEN
        INSERT INTO t_sessions AS s (id_session_type, session_name, session_start_datetime, session_status, session_parameters,
            id_creator_user, id_creator_participant, id_creator_device, id_creator_service)
        VALUES (create_session.id_session_type, name, start_datetime,
            coalesce(status, CASE WHEN start_datetime > clock_timestamp() THEN 0 ELSE 1 END), parameters,
            creator_user, creator_participant, creator_device, creator_service)
        RETURNING s.id_session INTO session;
    ELSE
        UPDATE t_sessions AS s SET session_status = coalesce(status, s.session_status),
            session_parameters = coalesce(parameters, s.session_parameters)
        WHERE s.id_session = session;
    END IF;
    PERFORM invite(session, participants, users, devices);
    RETURN session;
END $$;
COMMENT ON FUNCTION create_session(int4, text, int4[], int4[], int4[], timestamptz, int4, jsonb, int4, int4, int4, int4) IS
    'A session with those who are invited: not started when it lies ahead, else in progress. What a device sends twice on a day is one.';

CREATE FUNCTION find_sessions(
    id_participant int4 DEFAULT NULL, id_user int4 DEFAULT NULL, id_device int4 DEFAULT NULL, status int4 DEFAULT NULL,
    first_day date DEFAULT NULL, last_day date DEFAULT NULL, max int4 DEFAULT NULL, skip int4 DEFAULT 0)
RETURNS SETOF t_sessions LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    theirs text;
BEGIN
    -- Only what is asked for is planned, for under row security a plan costs more than its execution.
    SELECT string_agg(format('SELECT id_session FROM t_sessions_%1$ss WHERE id_%1$s = $%2$s AND deleted_at IS NULL
        UNION SELECT id_session FROM t_sessions WHERE id_creator_%1$s = $%2$s', kind, place), ' UNION ') INTO theirs
    FROM (VALUES ('participant', 1, id_participant), ('user', 2, id_user), ('device', 3, id_device)) AS actor (kind, place, id)
    WHERE id IS NOT NULL;
    IF theirs IS NOT NULL THEN
        RETURN QUERY EXECUTE 'SELECT s.* FROM t_sessions AS s JOIN (' || theirs || ') AS theirs USING (id_session)
            WHERE s.deleted_at IS NULL AND ($4 IS NULL OR s.session_status = $4)
                AND ($5 IS NULL OR s.session_start_datetime >= $5) AND ($6 IS NULL OR s.session_start_datetime < $6 + 1)
            ORDER BY s.session_start_datetime DESC, s.id_session DESC LIMIT $7 OFFSET $8'
            USING id_participant, id_user, id_device, status, first_day, last_day, max, skip;
    END IF;
END $$;
COMMENT ON FUNCTION find_sessions(int4, int4, int4, int4, date, date, int4, int4) IS
    'The sessions to which a participant, user or device is invited, or which it created, the newest first.';

CREATE FUNCTION clean_sessions(started_before timestamptz DEFAULT CURRENT_TIMESTAMP) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    cleaned int4;
BEGIN
    UPDATE t_sessions SET session_status = CASE session_status WHEN 0 THEN 3 ELSE 4 END
    WHERE session_status IN (0, 1) AND session_start_datetime <= started_before AND deleted_at IS NULL;
    GET DIAGNOSTICS cleaned = ROW_COUNT;
    RETURN cleaned;
END $$;
COMMENT ON FUNCTION clean_sessions(timestamptz) IS
    'For every night: sessions that should have started are cancelled, those still in progress terminated; how many.';
CREATE INDEX t_sessions_open ON t_sessions (session_start_datetime) WHERE session_status IN (0, 1) AND deleted_at IS NULL;

-- JSON ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION without_secrets(object jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN shown -> 'deleted_at' = 'null' THEN shown - 'deleted_at' ELSE shown END
    FROM (SELECT object - '{user_password, user_2fa_otp_secret, participant_password, participant_token, device_token,
        device_certificate}'::text[] AS shown) AS a
$$;
COMMENT ON FUNCTION without_secrets(jsonb) IS
    'A row as JSON without passwords, secrets and tokens, and with deleted_at only when it is deleted.';

CREATE FUNCTION as_json(object anyelement) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT without_secrets(quire.to_json(object))
$$;
COMMENT ON FUNCTION as_json(anyelement) IS 'A row of any table for its clients: without what is secret, with its version.';

CREATE FUNCTION save("table" regclass, "values" jsonb) RETURNS jsonb LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    key name := (SELECT attname FROM pg_attribute WHERE attrelid = "table" AND attnum = 1);
BEGIN
    RETURN without_secrets(CASE WHEN coalesce(("values" ->> key)::int4, 0) = 0 THEN quire.insert("table", "values" - key)
        ELSE quire.update("table", "values") END);
END $$;
COMMENT ON FUNCTION save(regclass, jsonb) IS
    'Writes an object as clients of the platform send it: a new one when its id is 0 or missing. The row as stored.';

CREATE FUNCTION missing_fields("table" regclass, "values" jsonb) RETURNS text[] LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(array_agg(attname::text ORDER BY attnum), '{}') FROM pg_attribute
    WHERE attrelid = "table" AND attnum > 0 AND attnotnull AND NOT atthasdef AND attidentity = ''
        AND coalesce("values" -> attname, 'null') = 'null'
        -- What an association rests on is found.
        AND attname NOT IN ('id_device_site', 'id_device_project', 'id_service_site', 'id_service_project',
            'id_session_type_site', 'id_test_type_site')
$$;
COMMENT ON FUNCTION missing_fields(regclass, jsonb) IS 'What a new object must have and this one has not.';

CREATE FUNCTION json_schema("table" regclass) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('type', 'object', 'required', jsonb_agg(attname) FILTER (WHERE attnum = 1),
        'properties', jsonb_object_agg(attname,
        CASE WHEN atttypid IN ('int4'::regtype, 'int8'::regtype) THEN '{"type": "integer"}'::jsonb
            WHEN atttypid = 'bool'::regtype THEN '{"type": "boolean"}'
            WHEN atttypid = 'jsonb'::regtype THEN '{"type": "object"}'
            WHEN atttypid = 'uuid'::regtype THEN '{"type": "string", "format": "uuid"}'
            WHEN atttypid = 'timestamptz'::regtype THEN '{"type": "string", "format": "date-time"}'
            ELSE '{"type": "string"}' END))
    FROM pg_attribute
    WHERE attrelid = "table" AND attnum > 0 AND NOT attisdropped AND without_secrets(jsonb_build_object(attname, true)) <> '{}'
$$;
COMMENT ON FUNCTION json_schema(regclass) IS 'The JSON schema of the objects in a table.';

CREATE FUNCTION session_json(id_session int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT as_json(s) || jsonb_build_object(
        'session_participants', (SELECT coalesce(jsonb_agg(quire.to_json(a) ORDER BY a.id_participant), '[]')
            FROM (SELECT id_participant, participant_uuid, participant_name
                FROM t_sessions_participants AS i JOIN t_participants USING (id_participant)
                WHERE i.id_session = s.id_session AND i.deleted_at IS NULL) AS a),
        'session_users', (SELECT coalesce(jsonb_agg(quire.to_json(a) ORDER BY a.id_user), '[]')
            FROM (SELECT id_user, user_uuid, user_firstname || ' ' || user_lastname AS user_name
                FROM t_sessions_users AS i JOIN t_users USING (id_user)
                WHERE i.id_session = s.id_session AND i.deleted_at IS NULL) AS a),
        'session_devices', (SELECT coalesce(jsonb_agg(quire.to_json(a) ORDER BY a.id_device), '[]')
            FROM (SELECT id_device, device_uuid, device_name FROM t_sessions_devices AS i JOIN t_devices USING (id_device)
                WHERE i.id_session = s.id_session AND i.deleted_at IS NULL) AS a),
        'session_assets_count', quire.get_count('t_assets', jsonb_build_object('id_session', s.id_session)),
        'session_tests_count', quire.get_count('t_tests', jsonb_build_object('id_session', s.id_session)))
        || jsonb_strip_nulls(jsonb_build_object(
            'session_creator_user', u.user_firstname || ' ' || u.user_lastname, 'session_creator_user_uuid', u.user_uuid,
            'session_creator_device', d.device_name, 'session_creator_device_uuid', d.device_uuid,
            'session_creator_participant', p.participant_name, 'session_creator_participant_uuid', p.participant_uuid,
            'session_creator_service', v.service_name, 'session_creator_service_uuid', v.service_uuid))
    FROM t_sessions AS s LEFT JOIN t_users AS u ON u.id_user = s.id_creator_user
        LEFT JOIN t_devices AS d ON d.id_device = s.id_creator_device
        LEFT JOIN t_participants AS p ON p.id_participant = s.id_creator_participant
        LEFT JOIN t_services AS v ON v.id_service = s.id_creator_service
    WHERE s.id_session = session_json.id_session
$$;
COMMENT ON FUNCTION session_json(int4) IS 'A session with who is invited, who created it, and how many assets and tests it has.';

-- Statistics ------------------------------------------------------------------------------------------------------

CREATE VIEW held_roles WITH (security_invoker) AS
    SELECT a.id_user_group, r.id_service, r.id_site, r.id_project, r.service_role_name
    FROM t_services_access AS a JOIN t_services_roles AS r ON r.id_service_role = a.id_service_role AND r.deleted_at IS NULL
    WHERE a.id_user_group IS NOT NULL AND a.deleted_at IS NULL;
COMMENT ON VIEW held_roles IS 'The roles of user groups.';

CREATE VIEW sites_user_groups WITH (security_invoker) AS
    SELECT id_user_group, id_site, bool_or(is_admin) AS is_admin
    FROM (SELECT id_user_group, id_site, service_role_name = 'admin' AS is_admin FROM held_roles
            WHERE id_service = server_service() AND id_site IS NOT NULL
        UNION ALL SELECT h.id_user_group, p.id_site, false FROM held_roles AS h JOIN t_projects AS p USING (id_project)
            WHERE h.id_service = server_service() AND p.deleted_at IS NULL) AS held
    GROUP BY id_user_group, id_site;
COMMENT ON VIEW sites_user_groups IS 'Which sites a group has to do with: by a role there, or in a project of it.';

CREATE VIEW projects_user_groups WITH (security_invoker) AS
    SELECT id_user_group, id_project, bool_or(is_admin) AS is_admin
    FROM (SELECT id_user_group, id_project, service_role_name = 'admin' AS is_admin FROM held_roles
            WHERE id_service = server_service() AND id_project IS NOT NULL
        UNION ALL SELECT h.id_user_group, p.id_project, true FROM held_roles AS h JOIN t_projects AS p USING (id_site)
            WHERE h.id_service = server_service() AND h.service_role_name = 'admin' AND p.deleted_at IS NULL) AS held
    GROUP BY id_user_group, id_project;
COMMENT ON VIEW projects_user_groups IS 'Which projects a group has to do with: by a role there, or as admin of the site.';

CREATE FUNCTION user_group_stats(id_user_group int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('users_total_count', count(*), 'users_enabled_count', count(*) FILTER (WHERE u.user_enabled))
        || (SELECT jsonb_build_object('projects_total_count', count(*), 'projects_admin_count', count(*) FILTER (WHERE is_admin))
            FROM projects_user_groups AS g WHERE g.id_user_group = user_group_stats.id_user_group)
        || (SELECT jsonb_build_object('sites_total_count', count(*), 'sites_admin_count', count(*) FILTER (WHERE is_admin))
            FROM sites_user_groups AS g WHERE g.id_user_group = user_group_stats.id_user_group)
    FROM t_users_users_groups AS m JOIN t_users AS u USING (id_user)
    WHERE m.id_user_group = user_group_stats.id_user_group AND m.deleted_at IS NULL AND u.deleted_at IS NULL
$$;
COMMENT ON FUNCTION user_group_stats(int4) IS 'How many users, projects and sites a group has.';

CREATE FUNCTION user_stats(id_user int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('sessions_created_count', quire.get_count('t_sessions', jsonb_build_object('id_creator_user', id_user)),
        'sessions_total_count', (SELECT count(*) FROM find_sessions(id_user => user_stats.id_user)),
        'participants_total_count', count(*), 'participants_enabled_count', count(*) FILTER (WHERE p.participant_enabled))
    FROM t_participants AS p
    WHERE p.deleted_at IS NULL AND p.id_participant IN (
        SELECT i.id_participant FROM t_sessions_users AS m JOIN t_sessions_participants AS i USING (id_session)
        WHERE m.id_user = user_stats.id_user AND m.deleted_at IS NULL AND i.deleted_at IS NULL)
$$;
COMMENT ON FUNCTION user_stats(int4) IS 'How many sessions a user has created and had, and how many participants met there.';

CREATE FUNCTION site_stats(id_site int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT (SELECT jsonb_build_object('users_total_count', count(*), 'users_enabled_count', count(*) FILTER (WHERE user_enabled))
            FROM t_users WHERE deleted_at IS NULL AND id_user IN (SELECT m.id_user
                FROM sites_user_groups AS g JOIN t_users_users_groups AS m
                USING (id_user_group) WHERE g.id_site = site_stats.id_site AND m.deleted_at IS NULL))
        || jsonb_build_object('projects_total_count', quire.get_count('t_projects', jsonb_build_object('id_site', id_site)),
            'devices_total_count', quire.get_count('t_devices_sites', jsonb_build_object('id_site', id_site)),
            'participants_groups_total_count', (SELECT count(*) FROM t_participants_groups AS g JOIN t_projects AS p USING (id_project)
                WHERE p.id_site = site_stats.id_site AND g.deleted_at IS NULL),
            'sessions_total_count', (SELECT count(DISTINCT id_session) FROM sessions_projects JOIN t_projects AS p USING (id_project)
                WHERE p.id_site = site_stats.id_site))
        || (SELECT jsonb_build_object('participants_total_count', count(*),
                'participants_enabled_count', count(*) FILTER (WHERE participant_enabled))
            FROM t_participants AS a JOIN t_projects AS p USING (id_project) WHERE p.id_site = site_stats.id_site AND a.deleted_at IS NULL)
$$;
COMMENT ON FUNCTION site_stats(int4) IS 'How many users, projects, groups, participants, sessions and devices a site has.';

CREATE FUNCTION project_stats(id_project int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT (SELECT jsonb_build_object('users_total_count', count(*), 'users_enabled_count', count(*) FILTER (WHERE user_enabled))
            FROM t_users WHERE deleted_at IS NULL AND id_user IN (SELECT m.id_user
                FROM projects_user_groups AS g JOIN t_users_users_groups AS m
                USING (id_user_group) WHERE g.id_project = project_stats.id_project AND m.deleted_at IS NULL))
        || jsonb_build_object(
            'participants_groups_total_count', quire.get_count('t_participants_groups', jsonb_build_object('id_project', id_project)),
            'sessions_total_count', (SELECT count(*) FROM sessions_projects AS s WHERE s.id_project = project_stats.id_project))
        || (SELECT jsonb_build_object('participants_total_count', count(*),
                'participants_enabled_count', count(*) FILTER (WHERE participant_enabled))
            FROM t_participants AS a WHERE a.id_project = project_stats.id_project AND a.deleted_at IS NULL)
        || (SELECT jsonb_build_object('devices_total_count', count(*), 'devices_enabled_count', count(*) FILTER (WHERE device_enabled))
            FROM t_devices_projects AS a JOIN t_devices USING (id_device)
                WHERE a.id_project = project_stats.id_project AND a.deleted_at IS NULL)
$$;
COMMENT ON FUNCTION project_stats(int4) IS 'How many users, groups, participants, sessions and devices a project has.';

CREATE FUNCTION session_stats(id_session int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_object_agg(name || '_total_count', quire.get_count(t, jsonb_build_object('id_session', id_session)))
    FROM (VALUES ('users', 't_sessions_users'::regclass), ('participants', 't_sessions_participants'), ('devices', 't_sessions_devices'),
        ('assets', 't_assets'), ('events', 't_sessions_events'), ('tests', 't_tests')) AS parts (name, t)
$$;
COMMENT ON FUNCTION session_stats(int4) IS 'How many users, participants, devices, assets, events and tests a session has.';

CREATE FUNCTION participant_stats(id_participant int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('sessions_total_count', count(*), 'sessions_total_duration', coalesce(sum(session_duration), 0),
        'sessions_mean_duration', coalesce(round(avg(session_duration)), 0),
        'sessions_status_count', (SELECT
            jsonb_object_agg(status, (SELECT count(*) FROM unnest(array_agg(session_status)) AS s WHERE s = status))
            FROM generate_series(0, 4) AS status),
        'first_session_datetime', min(session_start_datetime), 'last_session_datetime', max(session_start_datetime),
        'assets_total_count', quire.get_count('t_assets', jsonb_build_object('id_participant', id_participant)),
        'tests_total_count', quire.get_count('t_tests', jsonb_build_object('id_participant', id_participant)))
    FROM find_sessions(id_participant => participant_stats.id_participant)
$$;
COMMENT ON FUNCTION participant_stats(int4) IS 'How many sessions, of what state and length, assets and tests a participant has.';

CREATE FUNCTION device_stats(id_device int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_object_agg(name || '_total_count', quire.get_count(t, jsonb_build_object('id_device', id_device)))
        || jsonb_build_object('sessions_total_count', (SELECT count(*) FROM find_sessions(id_device => device_stats.id_device)))
    FROM (VALUES ('assets', 't_assets'::regclass), ('projects', 't_devices_projects'),
        ('participants', 't_devices_participants')) AS parts (name, t)
$$;
COMMENT ON FUNCTION device_stats(int4) IS 'How many assets, projects, participants and sessions a device has.';

CREATE FUNCTION site_warnings(id_site int4, OUT warning text, OUT id int4, OUT name text, OUT since timestamptz) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH participants AS (
        SELECT a.id_participant, a.participant_name, to_timestamp(a.version_id / 1000.0) AS changed_at,
            greatest((SELECT max(s.session_start_datetime) FROM t_sessions_participants AS i JOIN t_sessions AS s USING (id_session)
                    WHERE i.id_participant = a.id_participant AND i.deleted_at IS NULL AND s.deleted_at IS NULL),
                (SELECT max(s.session_start_datetime) FROM t_sessions AS s
                    WHERE s.id_creator_participant = a.id_participant AND s.deleted_at IS NULL)) AS last_at
        FROM t_participants AS a JOIN t_projects AS p USING (id_project)
        WHERE p.id_site = site_warnings.id_site AND a.participant_enabled AND a.deleted_at IS NULL
    ), users AS (
        SELECT u.id_user, u.user_firstname || ' ' || u.user_lastname AS name, u.user_lastonline,
            to_timestamp(u.version_id / 1000.0) AS changed_at
        FROM t_users AS u
        WHERE u.user_enabled AND u.deleted_at IS NULL AND u.id_user IN (SELECT m.id_user FROM sites_user_groups AS g
            JOIN t_users_users_groups AS m USING (id_user_group) WHERE g.id_site = site_warnings.id_site AND m.deleted_at IS NULL)
    )
    SELECT 'participant without recent session', id_participant, participant_name, last_at FROM participants
        WHERE last_at <= now() - interval '6 months'
    UNION ALL SELECT 'participant without session', id_participant, participant_name, changed_at FROM participants
        WHERE last_at IS NULL AND changed_at <= now() - interval '1 month'
    UNION ALL SELECT 'user offline', id_user, name, user_lastonline FROM users WHERE user_lastonline <= now() - interval '3 months'
    UNION ALL SELECT 'user never online', id_user, name, changed_at FROM users
        WHERE user_lastonline IS NULL AND changed_at <= now() - interval '1 month'
    ORDER BY 1, 4
$$;
COMMENT ON FUNCTION site_warnings(int4) IS
    'Who seems forgotten: participants without a session for six months, or none in a month; users not seen for three, or not in one.';
-- down
DROP FUNCTION site_warnings(int4), device_stats(int4), participant_stats(int4), session_stats(int4), project_stats(int4), site_stats(int4),
    user_stats(int4), user_group_stats(int4);
DROP VIEW projects_user_groups, sites_user_groups, held_roles;
DROP FUNCTION session_json(int4), json_schema(regclass), missing_fields(regclass, jsonb), save(regclass, jsonb), as_json(anyelement),
    without_secrets(jsonb);
DROP INDEX t_sessions_open;
DROP FUNCTION clean_sessions(timestamptz), find_sessions(int4, int4, int4, int4, date, date, int4, int4),
    create_session(int4, text, int4[], int4[], int4[], timestamptz, int4, jsonb, int4, int4, int4, int4),
    invite(int4, int4[], int4[], int4[]);
