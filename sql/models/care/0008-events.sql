-- Database events: what was created, updated and deleted, rights included, in a feed in which everybody reads what concerns
-- what one may see. An event keeps where its object was, so that those can still be told who saw what is gone.

-- In PL/pgSQL, which keeps plans, for they run with each statement that writes; and by indexes from the first row on, for a plan
-- that was made while a table was small would read all of it later. Without JIT: the one branch that has no index, and is not
-- executed, makes the whole look too dear.
CREATE FUNCTION places(object text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
    RETURN (
        -- NULLs are removed at last, for an index would find what is not NULL as well, all of it.
        SELECT ARRAY[object] || array_remove(ARRAY(SELECT p.parent FROM access_parents AS p WHERE p.object = places.object), NULL));
END $$;
COMMENT ON FUNCTION places(text) IS
    'An object and what it lies in. As the owner, for whoever writes must not miss those whom the writer does not see.';

-- As the owner: whom the writer does not see must hear of it, too.
CREATE FUNCTION participant_places(id_participant int4) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    RETURN (
        SELECT ARRAY['participant:' || p.id_participant, 'project:' || p.id_project || '/people'] FROM t_participants AS p
        WHERE p.id_participant = participant_places.id_participant);
END $$;
COMMENT ON FUNCTION participant_places(int4) IS 'Where a participant is.';

-- What was deleted by the same statement counts: its place was there when it went. All as the owner, like places().
CREATE FUNCTION session_places(id_session int4, deleted timestamptz DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off AS $$
DECLARE
    session t_sessions;
    member int4;
    places text[];
BEGIN
    SELECT * INTO session FROM t_sessions AS s WHERE s.id_session = session_places.id_session;
    places := ARRAY['session_type:' || session.id_session_type || '/sessions', 'user:' || session.id_creator_user, 'device:'
        || session.id_creator_device,
        'service:' || session.id_creator_service] || participant_places(session.id_creator_participant);
    FOR member IN SELECT m.id_participant FROM t_sessions_participants AS m
        WHERE m.id_session = session_places.id_session AND (m.deleted_at IS NULL OR m.deleted_at = deleted)
    LOOP
        places := places || participant_places(member);
    END LOOP;
    FOR member IN SELECT m.id_device FROM t_sessions_devices AS m
        WHERE m.id_session = session_places.id_session AND (m.deleted_at IS NULL OR m.deleted_at = deleted)
    LOOP
        places := places || ('device:' || member);
    END LOOP;
    FOR member IN SELECT m.id_user FROM t_sessions_users AS m
        WHERE m.id_session = session_places.id_session AND (m.deleted_at IS NULL OR m.deleted_at = deleted)
    LOOP
        places := places || ('user:' || member || '/own');
    END LOOP;
    RETURN array_remove(places, NULL);
END $$;
COMMENT ON FUNCTION session_places(int4, timestamptz) IS
    'Where a session is, or was when it was deleted: with those who created it or are invited.';

-- As the owner: whom the writer does not see must hear of it, too.
CREATE FUNCTION holders(id_site int4, id_project int4, deleted timestamptz DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
BEGIN
    RETURN (
        SELECT ARRAY(SELECT DISTINCT 'user:' || m.id_user || '/own'
            FROM (SELECT * FROM t_services_roles AS p WHERE p.id_project = holders.id_project
                UNION ALL SELECT * FROM t_services_roles AS s WHERE s.id_site = holders.id_site
                    AND (holders.id_project IS NULL OR s.service_role_name = 'admin')) AS r
                JOIN t_services_access AS a USING (id_service_role) JOIN t_users_users_groups AS m USING (id_user_group)
            -- IS TRUE, or an index would find all roles of the server.
            WHERE (r.id_service = 1) IS TRUE AND m.deleted_at IS NULL
                AND (r.deleted_at IS NULL OR r.deleted_at = deleted) AND (a.deleted_at IS NULL OR a.deleted_at = deleted)));
END $$;
COMMENT ON FUNCTION holders(int4, int4, timestamptz) IS
    'Who holds roles in a site, or in a project or as an admin of its site; or lost them with it.';

-- As the owner: whom the writer does not see must hear of it, too.
CREATE FUNCTION project_places(id_project int4, deleted timestamptz DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    RETURN (
        SELECT ARRAY['project:' || p.id_project || '/people'] || CASE WHEN p.deleted_at IS NOT NULL
            THEN holders(p.id_site, p.id_project, deleted) || ('site:' || p.id_site || '/all') ELSE '{}' END
        FROM t_projects AS p WHERE p.id_project = project_places.id_project);
END $$;
COMMENT ON FUNCTION project_places(int4, timestamptz) IS 'Where the people of a project are, or were when it was deleted.';

-- As the owner: whom the writer does not see must hear of it, too.
CREATE FUNCTION group_members(id_user_group int4, deleted timestamptz DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    RETURN (
        SELECT ARRAY(SELECT 'user:' || m.id_user || '/own' FROM t_users_users_groups AS m
            WHERE m.id_user_group = group_members.id_user_group AND (m.deleted_at IS NULL OR m.deleted_at = deleted)));
END $$;
COMMENT ON FUNCTION group_members(int4, timestamptz) IS 'Whom a change of a user group''s rights concerns.';

-- As the owner: whom the writer does not see must hear of it, too.
CREATE FUNCTION test_type_places(id_test_type int4, id_service int4 DEFAULT NULL) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT SET enable_seqscan = off AS $$
BEGIN
    RETURN (
        SELECT places('test_type:' || test_type_places.id_test_type) || ('service:' || coalesce(test_type_places.id_service,
            (SELECT t.id_service FROM t_tests_types AS t WHERE t.id_test_type = test_type_places.id_test_type)) || '/groups'));
END $$;
COMMENT ON FUNCTION test_type_places(int4, int4) IS 'Where a test type is: at sites, and with its service. As the owner, like places().';

-- For those whom admit() admits: who writes works out scopes, and they tell of what the writer does not see.
REVOKE EXECUTE ON FUNCTION places(text), participant_places(int4), session_places(int4, timestamptz), holders(int4, int4, timestamptz),
    project_places(int4, timestamptz), group_members(int4, timestamptz), test_type_places(int4, int4) FROM PUBLIC;

CREATE FUNCTION concerns_actor(key jsonb, object jsonb, scope text[]) RETURNS bool
LANGUAGE plpgsql STABLE COST 1000 SET search_path FROM CURRENT AS $$
DECLARE
    policy CONSTANT text := format('%I.access', current_schema());
    is_data CONSTANT bool := key ?| '{id_asset, id_test}';
BEGIN
    IF is_data OR key ?| '{id_session, id_session_participant, id_session_user, id_session_device}' THEN
        IF key ? 'id_asset' AND ((object ->> 'id_participant')::int4 = actor_id('participant')
            OR (object ->> 'id_device')::int4 = actor_id('device')) THEN
            RETURN true;
        ELSIF is_data AND actor_id('user') IS NOT NULL AND NOT (CASE WHEN key ? 'id_asset'
                THEN EXISTS (SELECT FROM t_services AS s WHERE s.service_uuid = (object ->> 'asset_service_uuid')::uuid)
                ELSE EXISTS (SELECT FROM t_tests_types AS t WHERE t.id_test_type = (object ->> 'id_test_type')::int4) END) THEN
            RETURN false;
        END IF;
        RETURN EXISTS (SELECT FROM unnest(scope) AS o WHERE quire.allowed(policy, CASE WHEN is_data THEN 'data' ELSE 'read' END, o))
            OR ((NOT is_data OR coalesce(actor_id('user'), actor_id('service')) IS NOT NULL)
                AND EXISTS (SELECT FROM t_sessions AS s WHERE s.id_session = (object ->> 'id_session')::int4));
    ELSIF key ? 'id_test_type' THEN
        RETURN quire.allowed(policy, 'see', 'service:' || (object ->> 'id_service'));
    ELSIF key ? 'id_test_invitation' THEN
        RETURN EXISTS (SELECT FROM t_tests_types AS t WHERE t.id_test_type = (object ->> 'id_test_type')::int4
            AND (t.id_service = actor_id('service') OR quire.allowed(policy, 'see', 'project:' || (object ->> 'id_project') || '/all')));
    ELSIF key ? 'id_user_user_group' THEN
        RETURN quire.allowed(policy, 'see', 'user:' || (object ->> 'id_user'));
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION concerns_actor(jsonb, jsonb, text[]) IS
    'Of an event whose scope the actor sees: would the actor be shown the row? Of what is of a session hears who could read that then, '
    'or can now.';

DO $do$
DECLARE
    policy CONSTANT text := format('%I.access', current_schema());
    feed CONSTANT text := format('%I.database_events', current_schema());
    rule record;
BEGIN
    PERFORM quire.create_feed(feed, policy, 'see');
    -- Scopes are written over n, the row as it is or was; [project:id_project/people] is that object for the row before and after.
    FOR rule IN
        SELECT name::regclass, scope, ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = name::regclass AND a.attnum > 0
            AND NOT a.attisdropped
            AND a.attname <> 'version_id' ORDER BY a.attnum) AS columns,
            ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = name::regclass
                AND a.attname = ANY ('{user_password, user_2fa_otp_secret,
                participant_password, participant_token, device_token, device_certificate, server_settings_value,
                    test_invitation_key}')) AS secrets
        FROM (VALUES
            ('t_server_settings', 'ARRAY[''server'']'),
            ('t_sites', '[site:id_site] || [site:id_site/common] || [site:id_site/all] || holders(n.id_site, NULL, new.deleted_at)'),
            ('t_projects', '[project:id_project] || [project:id_project/all] || [site:id_site/all] || '
                'holders(n.id_site, n.id_project, new.deleted_at)'),
            ('t_participants_groups', 'project_places(n.id_project, new.deleted_at) '
                '|| CASE WHEN old.id_project <> new.id_project THEN project_places(old.id_project, new.deleted_at) END'),
            ('t_participants', '[participant:id_participant] || project_places(n.id_project, new.deleted_at) '
                '|| CASE WHEN old.id_project <> new.id_project THEN project_places(old.id_project, new.deleted_at) END'),
            ('t_users', 'places(''user:'' || n.id_user) || [user:id_user/own]'),
            ('t_users_groups', 'places(''user_group:'' || n.id_user_group) || group_members(n.id_user_group, new.deleted_at)'),
            ('t_devices', 'places(''device:'' || n.id_device)'),
            ('t_services', 'places(''service:'' || n.id_service)'),
            ('t_sessions_types', 'places(''session_type:'' || n.id_session_type) || [service:id_service/groups]'),
            ('t_tests_types', 'test_type_places(n.id_test_type, n.id_service)'),
            ('t_sessions', 'session_places(n.id_session, new.deleted_at) || [user:id_creator_user] || '
                '[participant:id_creator_participant] || participant_places(n.id_creator_participant) '
                '|| [device:id_creator_device] || [service:id_creator_service] || [session_type:id_session_type/sessions]'),
            ('t_assets', 'session_places(n.id_session, new.deleted_at) || [participant:id_participant] || [device:id_device]'),
            ('t_tests', 'session_places(n.id_session, new.deleted_at)'),
            ('t_tests_invitations', '[project:id_project/all] || test_type_places(n.id_test_type)'),
            -- Rights.
            ('t_users_users_groups', 'places(''user_group:'' || n.id_user_group) || [user:id_user/own]'),
            ('t_services_access',
                'places(''user_group:'' || n.id_user_group) || group_members(n.id_user_group, new.deleted_at) || [device:id_device] || '
                '[participant_group:id_participant_group]'),
            ('t_services_roles', '[site:id_site/all] || [project:id_project/all] || [service:id_service/groups]'),
            -- Who and what is where.
            ('t_services_sites', '[site:id_site/all] || [service:id_service/groups]'),
            ('t_services_projects', '[project:id_project/all] || [service:id_service/groups]'),
            ('t_devices_sites', '[site:id_site/common]'),
            ('t_devices_projects', '[project:id_project/all] || [project:id_project] || [device:id_device]'),
            ('t_devices_participants', 'participant_places(n.id_participant)'),
            ('t_sessions_types_sites', '[site:id_site/common]'),
            ('t_sessions_types_projects', '[project:id_project/all]'),
            ('t_sessions_types_services', 'places(''session_type:'' || n.id_session_type) || [service:id_service/groups]'),
            ('t_tests_types_sites', '[site:id_site/common]'),
            ('t_tests_types_projects', '[project:id_project/all]'),
            ('t_sessions_participants', 'session_places(n.id_session, new.deleted_at) || [participant:id_participant]'),
            ('t_sessions_users', 'session_places(n.id_session, new.deleted_at) || [user:id_user/own]'),
            ('t_sessions_devices', 'session_places(n.id_session, new.deleted_at) || [device:id_device]')) AS r (name, scope)
    LOOP
        PERFORM quire.watch(rule.name, feed => feed, payload => 'row', columns => rule.columns, "except" => rule.secrets,
            scope => 'ARRAY(SELECT DISTINCT o FROM unnest(' || regexp_replace(regexp_replace(rule.scope, '\mn\.(\w+)',
                'coalesce(new.\1, old.\1)', 'g'),
                '\[(\w+):(\w+)(/\w+)?\]', 'ARRAY[''\1:'' || new.\2 || ''\3'', ''\1:'' || old.\2 || ''\3'']', 'g')
                    || ') AS o WHERE o IS NOT NULL)');
    END LOOP;
    CREATE POLICY of_session ON database_events FOR SELECT USING (
        key ?| '{id_session, id_session_participant, id_session_user, id_session_device, id_asset, id_test}');
    CREATE POLICY as_rows ON database_events AS RESTRICTIVE FOR SELECT USING (concerns_actor(key, coalesce(new, old), scope));
END $do$;

CREATE FUNCTION database_event(event text, key jsonb, old jsonb, new jsonb, OUT type int4, OUT object_type text, OUT object_value jsonb)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT e.type, e.object_type, CASE WHEN e.type = 3
        THEN (SELECT jsonb_object_agg(k, v) FROM jsonb_each(e.row) AS r (k, v)
            WHERE k IN ('id_' || e.object_type, e.object_type || '_uuid') OR (e.object_type, k) IN (('service', 'service_key'),
                ('session_type', 'id_service')))
        ELSE e.row - '{version_id, deleted_at}'::text[] END
    FROM (SELECT coalesce(new, old, key) AS row, substr((SELECT jsonb_object_keys(key) LIMIT 1), 4) AS object_type,
        CASE WHEN event = 'create' OR (old ->> 'deleted_at' IS NOT NULL AND new ->> 'deleted_at' IS NULL) THEN 1
            WHEN event = 'delete' OR new ->> 'deleted_at' IS NOT NULL THEN 3
            WHEN event = 'update' THEN 2 ELSE 0 END AS type) AS e
$$;
COMMENT ON FUNCTION database_event(text, jsonb, jsonb, jsonb) IS
    'An event of the feed as the platform tells it: type 1 create, 2 update, 3 delete; what the object is; its value, of a deleted one '
    'what it is known by. '
    'What is restored is created, and what is deleted is deleted, whether its row is kept or not.';

CREATE FUNCTION read_database_events(after text DEFAULT NULL, max int4 DEFAULT 1000)
RETURNS TABLE (cursor text, type int4, object_type text, object_value jsonb, actor text, at timestamptz) LANGUAGE sql SET search_path
    FROM CURRENT AS $$
    SELECT e.cursor, d.type, d.object_type, d.object_value, e.actor, e.at
    FROM quire.read_feed(format('%I.database_events', current_schema()), after, max) AS e, database_event(e.type, e.key, e.old, e.new) AS d
$$;
COMMENT ON FUNCTION read_database_events(text, int4) IS 'The database events after a cursor that the actor may know of.';
-- down
DROP FUNCTION read_database_events(text, int4), database_event(text, jsonb, jsonb, jsonb);
DO $$
DECLARE
    this regclass;
BEGIN
    FOR this IN SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND starts_with(relname,
        't_') LOOP
        PERFORM quire.unwatch(this, feed => format('%I.database_events', current_schema()));
    END LOOP;
    PERFORM quire.drop_feed(format('%I.database_events', current_schema()));
END $$;
DROP FUNCTION concerns_actor(jsonb, jsonb, text[]), test_type_places(int4, int4), group_members(int4, timestamptz),
    participant_places(int4), project_places(int4, timestamptz), holders(int4, int4, timestamptz),
    session_places(int4, timestamptz), places(text);
