-- Who may see and do what, as one policy of quire over the platform's own tables, and row security on all of them.
--
-- Objects are named by the platform's object types: site:1, project:2, participant:3. What many have in common has a name of
-- its own below one of those: site:1/all is what the site's admins have, site:1/common what everybody with a role there sees,
-- project:2/people its participants and their groups, project:2/users who holds a role in it, user:1/own what concerns that user alone.
-- Actors are user:1, participant:2, device:3 and service:4; user groups and roles are groups of actors.
-- Participants and sessions are no objects of the policy, but rows judged by the project and the people that they refer to: so
-- that what is read of the policy stays small, and is not forgotten whenever somebody begins a session.

ALTER TABLE t_services ADD CONSTRAINT the_server_is_service_1
    CHECK ((service_uuid = '00000000-0000-0000-0000-000000000001') = (id_service = 1));
COMMENT ON CONSTRAINT the_server_is_service_1 ON t_services IS
    'As on every server of the platform. The rule of access tells the server''s own roles from those of other services by it.';

-- The rule: what a row of which table says. Each line is a branch of a view, without conditions or joins, and has indexes on
-- just its expressions, so that questions of the policy stay questions to indexes whatever the size.
CREATE TABLE access_rules (
    number int4 PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    part text NOT NULL,
    source text NOT NULL,
    object text NOT NULL,
    object_key text,
    role text,
    target text NOT NULL,
    target_key text,
    condition text NOT NULL DEFAULT 'deleted_at IS NULL'
);

INSERT INTO access_rules (part, source, object, object_key, target, target_key, condition)
SELECT 'parents', source, object, object_key, target, target_key, concat_ws(' AND ', 'deleted_at IS NULL', condition) FROM (VALUES
    ('t_sites', 'site:%', 'id_site', 'site:%/common', 'id_site', NULL),
    ('t_sites', 'site:%/common', 'id_site', 'site:%/all', 'id_site', NULL),
    ('t_sites', 'site:%/admins', 'id_site', 'site:%/all', 'id_site', NULL),
    ('t_sites', 'site:%/users', 'id_site', 'site:%/all', 'id_site', NULL),
    ('t_sites', 'any site', NULL, 'site:%/all', 'id_site', NULL),
    ('t_projects', 'project:%', 'id_project', 'project:%/all', 'id_project', NULL),
    ('t_projects', 'project:%/people', 'id_project', 'project:%/all', 'id_project', NULL),
    ('t_projects', 'project:%/users', 'id_project', 'project:%/all', 'id_project', NULL),
    ('t_projects', 'project:%/all', 'id_project', 'site:%/all', 'id_site', NULL),
    -- Who has a role in a project is a user of its site.
    ('t_projects', 'site:%/common', 'id_site', 'project:%/site', 'id_project', NULL),
    ('t_devices_sites', 'device:%', 'id_device', 'site:%/common', 'id_site', NULL),
    ('t_sessions_types_sites', 'session_type:%', 'id_session_type', 'site:%/common', 'id_site', NULL),
    ('t_tests_types_sites', 'test_type:%', 'id_test_type', 'site:%/common', 'id_site', NULL),
    ('t_services_projects', 'service:%', 'id_service', 'project:%/all', 'id_project', NULL),
    ('t_services_sites', 'service:%', 'id_service', 'site:%/all', 'id_site', NULL),
    -- Users and their groups are where the groups have roles of the server.
    ('t_users_users_groups', 'user:%', 'id_user', 'user_group:%/members', 'id_user_group', NULL),
    ('t_services_access', 'user_group:%/members', 'id_user_group', 'service_role:%/members', 'id_service_role', NULL),
    ('t_services_access', 'user_group:%', 'id_user_group', 'service_role:%/groups', 'id_service_role', NULL),
    ('t_services_roles', 'service_role:%/members', 'id_service_role', 'project:%/users', 'id_project', 'id_service = 1'),
    ('t_services_roles', 'service_role:%/members', 'id_service_role', 'site:%/admins', 'id_site',
        'id_service = 1 AND service_role_name = ''admin'''),
    ('t_services_roles', 'service_role:%/members', 'id_service_role', 'site:%/users', 'id_site',
        'id_service = 1 AND service_role_name <> ''admin'''),
    ('t_services_roles', 'service_role:%/groups', 'id_service_role', 'project:%/all', 'id_project', 'id_service = 1'),
    ('t_services_roles', 'service_role:%/groups', 'id_service_role', 'site:%/common', 'id_site', 'id_service = 1'),
    ('t_services_roles', 'service_role:%/groups', 'id_service_role', 'service:%/groups', 'id_service', NULL),
    ('t_users', 'user:%', 'id_user', 'superadmins', NULL, 'user_superadmin')
) AS rule (source, object, object_key, target, target_key, condition);

INSERT INTO access_rules (part, source, object, object_key, target, target_key)
SELECT 'members', * FROM (VALUES
    ('t_users_users_groups', 'user:%', 'id_user', 'user_group:%', 'id_user_group'),
    ('t_services_access', 'user_group:%', 'id_user_group', 'service_role:%', 'id_service_role'),
    ('t_participants', 'participant:%', 'id_participant', 'project:%/actors', 'id_project'),
    ('t_devices_projects', 'device:%', 'id_device', 'project:%/actors', 'id_project'),
    ('t_services_projects', 'service:%', 'id_service', 'project:%/services', 'id_project')
) AS rule (source, object, object_key, target, target_key);

INSERT INTO access_rules (part, source, object, object_key, role, target, target_key, condition)
SELECT 'grants', source, object, object_key, role, target, target_key, concat_ws(' AND ', 'deleted_at IS NULL', condition) FROM (VALUES
    -- Users, by the roles of their groups; only the server's own roles count.
    ('t_services_roles', 'service_role:%', 'id_service_role', 'site admin', 'site:%/all', 'id_site',
        'id_service = 1 AND service_role_name = ''admin'''),
    ('t_services_roles', 'service_role:%', 'id_service_role', 'user', 'site:%/common', 'id_site',
        'id_service = 1 AND service_role_name <> ''admin'''),
    ('t_services_roles', 'service_role:%', 'id_service_role', 'project admin', 'project:%/all', 'id_project',
        'id_service = 1 AND service_role_name = ''admin'''),
    ('t_services_roles', 'service_role:%', 'id_service_role', 'user', 'project:%/all', 'id_project',
        'id_service = 1 AND service_role_name <> ''admin'''),
    ('t_services_roles', 'service_role:%', 'id_service_role', 'user', 'project:%/site', 'id_project', 'id_service = 1'),
    ('t_users', 'user:%', 'id_user', 'self', 'user:%', 'id_user', NULL),
    ('t_users', 'user:%', 'id_user', 'invited', 'user:%/own', 'id_user', NULL),
    ('t_users', 'user:%', 'id_user', 'superadmin', '*', NULL, 'user_superadmin'),
    -- Participants and devices: themselves with their sessions, each other where they are assigned, and what their projects use.
    ('t_participants', 'participant:%', 'id_participant', 'actor', 'participant:%', 'id_participant', NULL),
    ('t_devices', 'device:%', 'id_device', 'actor', 'device:%', 'id_device', NULL),
    ('t_devices_participants', 'participant:%', 'id_participant', 'related', 'device:%', 'id_device', NULL),
    ('t_devices_participants', 'device:%', 'id_device', 'related', 'participant:%', 'id_participant', NULL),
    ('t_services_projects', 'project:%/actors', 'id_project', 'related', 'service:%', 'id_service', NULL),
    ('t_sessions_types_projects', 'project:%/actors', 'id_project', 'related', 'session_type:%', 'id_session_type', NULL),
    ('t_tests_types_projects', 'project:%/actors', 'id_project', 'related', 'test_type:%', 'id_test_type', NULL),
    -- Services: their projects with people, devices and users, and what is of their own types and roles.
    ('t_services', 'service:%', 'id_service', 'service', 'service:%', 'id_service', NULL),
    ('t_services', 'service:%', 'id_service', 'related', 'service:%/groups', 'id_service', NULL),
    ('t_services_sites', 'service:%', 'id_service', 'related', 'site:%', 'id_site', NULL),
    ('t_services_projects', 'service:%', 'id_service', 'related', 'project:%', 'id_project', NULL),
    ('t_services_projects', 'service:%', 'id_service', 'service', 'project:%/people', 'id_project', NULL),
    ('t_services_projects', 'service:%', 'id_service', 'related', 'project:%/users', 'id_project', NULL),
    ('t_projects', 'project:%/services', 'id_project', 'related', 'site:%/admins', 'id_site', NULL),
    ('t_projects', 'project:%/services', 'id_project', 'related', 'superadmins', NULL, NULL),
    ('t_devices_projects', 'project:%/services', 'id_project', 'related', 'device:%', 'id_device', NULL),
    ('t_sessions_types', 'service:%', 'id_service', 'related', 'session_type:%', 'id_session_type', NULL),
    ('t_sessions_types', 'service:%', 'id_service', 'service', 'session_type:%/sessions', 'id_session_type', NULL),
    ('t_sessions_types_services', 'service:%', 'id_service', 'related', 'session_type:%', 'id_session_type', NULL),
    ('t_sessions_types_services', 'service:%', 'id_service', 'service', 'session_type:%/sessions', 'id_session_type', NULL),
    ('t_tests_types', 'service:%', 'id_service', 'related', 'test_type:%', 'id_test_type', NULL)
) AS rule (source, object, object_key, role, target, target_key, condition);

-- SQL that names the object of a row: the pattern with the key in the place of %, where the condition holds.
CREATE FUNCTION object_expression(pattern text, key text, condition text DEFAULT NULL) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN condition IS NULL THEN name ELSE format('CASE WHEN %s THEN %s END', condition, name) END
    FROM (SELECT concat_ws(' || ', quote_literal(split_part(pattern, '%', 1)) || CASE WHEN key IS NULL THEN '::text' ELSE '' END,
        key || '::text', quote_literal(nullif(split_part(pattern, '%', 2), ''))) AS name) AS named
$$;

DO $do$
DECLARE
    queries jsonb;
    expression record;
    made int4 := 0;
BEGIN
    -- Whether a row is live is asked on the side that can be looked for in but one way: the holder, the member, the parent.
    ALTER TABLE access_rules ADD left_side text, ADD right_side text;
    UPDATE access_rules SET
        left_side = object_expression(object, object_key, CASE WHEN part <> 'parents' THEN condition END),
        right_side = object_expression(target, target_key, CASE WHEN part = 'parents' THEN condition END);
    SELECT jsonb_object_agg(part, query) INTO queries FROM (
        SELECT part, string_agg(format('SELECT %s, %s%s FROM %s', left_side, quote_literal(role) || '::text, ', right_side, source),
            ' UNION ALL ' ORDER BY number) AS query
        FROM access_rules GROUP BY part) AS q;
    PERFORM quire.create_policy(format('%I.access', current_schema()),
        grants => queries ->> 'grants', parents => queries ->> 'parents', members => queries ->> 'members',
        roles => $roles$SELECT role, unnest(verbs) AS verb FROM (VALUES
            ('superadmin', '{see, read, data, record, write, admin, govern, store, own, server}'::text[]),
            ('site admin', '{see, read, data, record, write, admin, govern}'),
            ('project admin', '{see, read, data, record, write, admin}'),
            ('user', '{see, read, data, record, write}'),
            ('self', '{see, read, data, record, own}'),
            ('invited', '{see, read, data, record}'),
            ('actor', '{see, read, record}'),
            ('service', '{see, read, data, record, store}'),
            ('related', '{see}')) AS r (role, verbs)$roles$);
    FOR expression IN
        SELECT source, left_side AS sql FROM access_rules WHERE object_key IS NOT NULL
        UNION SELECT source, right_side FROM access_rules WHERE part = 'parents' ORDER BY 1, 2
    LOOP
        made := made + 1;
        EXECUTE format('CREATE INDEX access_%s ON %I ((%s))', made, expression.source, expression.sql);
    END LOOP;
END $do$;
DROP FUNCTION object_expression(text, text, text);
DROP TABLE access_rules;

-- The actor -------------------------------------------------------------------------------------------------------

-- Without a search_path of its own it is inlined, and an index can serve what is compared with it.
CREATE FUNCTION actor_id(object_type text) RETURNS int4 LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN pg_catalog.split_part(quire.actor(), ':', 1) OPERATOR(pg_catalog.=) object_type
        THEN pg_catalog.split_part(quire.actor(), ':', 2)::pg_catalog.int4 END
$$;
COMMENT ON FUNCTION actor_id(text) IS
    'The id of the user, participant, device or service that the session acts for; NULL when it acts for none of that type.';

-- As the owner: who may call it need not be able to read accounts, nor to become anybody else.
CREATE FUNCTION act_as(object_type text, uuid uuid, local bool DEFAULT true) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    id int4;
    enabled bool;
BEGIN
    CASE object_type
        WHEN 'user' THEN SELECT id_user, user_enabled INTO id, enabled FROM t_users WHERE user_uuid = uuid AND deleted_at IS NULL;
        WHEN 'participant' THEN
            SELECT id_participant, participant_enabled INTO id, enabled FROM t_participants WHERE participant_uuid = uuid
                AND deleted_at IS NULL;
        WHEN 'device' THEN SELECT id_device, device_enabled INTO id, enabled FROM t_devices WHERE device_uuid = uuid AND deleted_at IS NULL;
        WHEN 'service' THEN SELECT id_service, service_enabled INTO id, enabled FROM t_services WHERE service_uuid = uuid
            AND deleted_at IS NULL;
        ELSE RAISE 'nobody acts as a %', object_type USING ERRCODE = '22023',
            HINT = 'Actors are of the types user, participant, device and service.';
    END CASE;
    IF id IS NULL THEN
        RAISE 'there is no such %', object_type USING ERRCODE = 'P0002';
    ELSIF NOT enabled THEN
        RAISE 'the % is disabled', object_type USING ERRCODE = '28000';
    END IF;
    PERFORM quire.become(object_type || ':' || id, local);
    RETURN object_type || ':' || id;
END $$;
COMMENT ON FUNCTION act_as(text, uuid, bool) IS
    'Acts for an actor to the end of the transaction, or of the session. As the owner, who may become anybody: grant it to the backends '
    'that have authenticated their actors.';
REVOKE EXECUTE ON FUNCTION act_as(text, uuid, bool) FROM PUBLIC;

-- Roles in sites and projects -------------------------------------------------------------------------------------

CREATE FUNCTION server_roles(id_user_group int4) RETURNS SETOF t_services_roles LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT r.* FROM t_services_access AS a JOIN t_services_roles AS r USING (id_service_role)
    WHERE a.id_user_group = server_roles.id_user_group AND r.id_service = 1 AND a.deleted_at IS NULL AND r.deleted_at IS NULL
$$;
COMMENT ON FUNCTION server_roles(int4) IS 'The roles of the server itself that a user group holds.';

CREATE FUNCTION group_project_role(id_user_group int4, id_project int4, OUT role text, OUT inherited bool)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT r.service_role_name, r.id_site IS NOT NULL
    FROM t_projects AS p JOIN server_roles(group_project_role.id_user_group) AS r
        ON r.id_project = p.id_project OR (r.id_site = p.id_site AND r.service_role_name = 'admin')
    WHERE p.id_project = group_project_role.id_project AND p.deleted_at IS NULL
    ORDER BY r.id_site IS NULL, r.service_role_name <> 'admin', r.id_service_role LIMIT 1
$$;
COMMENT ON FUNCTION group_project_role(int4, int4) IS
    'What a user group is in a project: admin through its site, or what its role in the project is; of several, admin.';

CREATE FUNCTION group_site_role(id_user_group int4, id_site int4, OUT role text, OUT inherited bool)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN r.id_site IS NULL THEN 'user' ELSE r.service_role_name END, r.id_site IS NULL
    FROM server_roles(group_site_role.id_user_group) AS r LEFT JOIN t_projects AS p ON p.id_project = r.id_project AND p.deleted_at IS NULL
    WHERE group_site_role.id_site IN (r.id_site, p.id_site)
    ORDER BY r.id_site IS NULL, r.service_role_name <> 'admin', r.id_service_role LIMIT 1
$$;
COMMENT ON FUNCTION group_site_role(int4, int4) IS
    'What a user group is in a site: what its role there is, or a user where it has a role in a project of the site.';

CREATE FUNCTION user_project_role(id_user int4, id_project int4, OUT role text, OUT inherited bool)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT r.role, r.inherited FROM (
        SELECT 'admin' AS role, true AS inherited FROM t_users AS u, t_projects AS p
        WHERE u.id_user = user_project_role.id_user AND u.user_superadmin AND p.id_project = user_project_role.id_project
            AND u.deleted_at IS NULL AND p.deleted_at IS NULL
        UNION ALL
        SELECT g.* FROM t_users_users_groups AS m, group_project_role(m.id_user_group, user_project_role.id_project) AS g
        WHERE m.id_user = user_project_role.id_user AND m.deleted_at IS NULL) AS r
    WHERE r.role IS NOT NULL ORDER BY r.role <> 'admin', NOT r.inherited LIMIT 1
$$;
COMMENT ON FUNCTION user_project_role(int4, int4) IS 'What a user is in a project, by all groups; admin before anything else.';

CREATE FUNCTION user_site_role(id_user int4, id_site int4, OUT role text, OUT inherited bool)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT r.role, r.inherited FROM (
        SELECT 'admin' AS role, true AS inherited FROM t_users AS u, t_sites AS s
        WHERE u.id_user = user_site_role.id_user AND u.user_superadmin AND s.id_site = user_site_role.id_site
            AND u.deleted_at IS NULL AND s.deleted_at IS NULL
        UNION ALL
        SELECT g.* FROM t_users_users_groups AS m, group_site_role(m.id_user_group, user_site_role.id_site) AS g
        WHERE m.id_user = user_site_role.id_user AND m.deleted_at IS NULL) AS r
    WHERE r.role IS NOT NULL ORDER BY r.role <> 'admin', NOT r.inherited LIMIT 1
$$;
COMMENT ON FUNCTION user_site_role(int4, int4) IS 'What a user is in a site, by all groups; admin before anything else.';

CREATE FUNCTION global_roles(id_user int4, id_service int4) RETURNS SETOF text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT DISTINCT r.service_role_name::text FROM t_services_roles AS r
    WHERE r.id_service = global_roles.id_service AND r.id_site IS NULL AND r.id_project IS NULL AND r.deleted_at IS NULL
        AND (EXISTS (SELECT FROM t_users AS u WHERE u.id_user = global_roles.id_user AND u.user_superadmin AND u.deleted_at IS NULL)
            OR EXISTS (SELECT FROM t_services_access AS a JOIN t_users_users_groups AS m USING (id_user_group)
                WHERE a.id_service_role = r.id_service_role AND m.id_user = global_roles.id_user AND a.deleted_at IS NULL
                    AND m.deleted_at IS NULL))
    ORDER BY 1
$$;
COMMENT ON FUNCTION global_roles(int4, int4) IS 'The roles of a service that a user has everywhere; a super admin has all.';

CREATE FUNCTION project_users(id_project int4, include_site_access bool DEFAULT false,
    include_superadmins bool DEFAULT false) RETURNS SETOF t_users
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT u.* FROM t_users AS u WHERE u.deleted_at IS NULL AND (
        (include_superadmins AND u.user_superadmin)
        OR EXISTS (SELECT FROM t_users_users_groups AS m, server_roles(m.id_user_group) AS r, t_projects AS p
            WHERE m.id_user = u.id_user AND m.deleted_at IS NULL AND p.id_project = project_users.id_project
                AND (r.id_project = p.id_project OR (include_site_access AND r.id_site = p.id_site AND r.service_role_name = 'admin'))))
    ORDER BY u.id_user
$$;
COMMENT ON FUNCTION project_users(int4, bool, bool) IS
    'Who holds a role in a project; with the admins of its site and with super admins when wanted.';

CREATE FUNCTION accessible(object_type text, verb text DEFAULT NULL) RETURNS SETOF int4
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    type record;
BEGIN
    SELECT c.oid::regclass AS name, k.attname AS key, EXISTS (SELECT FROM pg_attribute AS d WHERE d.attrelid = c.oid
        AND d.attname = 'deleted_at') AS soft
    INTO type FROM pg_class AS c JOIN pg_attribute AS k ON k.attrelid = c.oid AND k.attnum = 1
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND k.attname = 'id_' || object_type;
    IF NOT FOUND THEN
        RAISE 'there are no objects of type "%"', object_type USING ERRCODE = '22023',
            HINT = 'Types are named like their key: session_type is id_session_type.';
    END IF;
    IF verb IS NOT NULL AND object_type IN ('session', 'session_event', 'asset', 'test', 'test_invitation') THEN
        RAISE 'there are no verbs on objects of type "%"', object_type USING ERRCODE = '22023',
            HINT = 'They are judged by whom they are about.';
    END IF;
    RETURN QUERY EXECUTE format('SELECT %I FROM %s WHERE %s', type.key, type.name, concat_ws(' AND ', 'true', CASE WHEN type.soft
        THEN 'deleted_at IS NULL' END,
        CASE WHEN verb IS NOT NULL THEN format('quire.allowed(%L, %L, %s)', format('%I.access', current_schema()), verb,
            CASE WHEN object_type IN ('participant', 'participant_group') THEN $q$'project:' || id_project::text || '/people'$q$
                ELSE format('%L || %I::text', object_type || ':', type.key) END) END));
END $$;
COMMENT ON FUNCTION accessible(text, text) IS
    'The ids of the live objects of a type that the actor sees, or has a verb on: accessible(''project'', ''admin'') are the projects '
    'that one administers.';

-- As the owner: the roles that the actor does not see count too.
CREATE FUNCTION governs_all_roles(id_user_group int4) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT quire.allowed(format('%I.access', current_schema()), 'govern', 'user_group:' || governs_all_roles.id_user_group)
        AND NOT EXISTS (SELECT FROM server_roles(governs_all_roles.id_user_group) AS r
            WHERE quire.allowed(format('%I.access', current_schema()), 'govern',
                coalesce('site:' || r.id_site || '/all', 'project:' || r.id_project || '/all', 'server')) IS NOT TRUE)
$$;
COMMENT ON FUNCTION governs_all_roles(int4) IS
    'Does the actor govern a user group wherever it has roles? Who is in it has all of them. As the owner, for the roles that the actor '
    'does not see count too.';

-- As the owner: the groups that the actor does not see count too.
CREATE FUNCTION governs_all_groups(id_user int4) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (SELECT FROM t_users_users_groups AS m WHERE m.id_user = governs_all_groups.id_user AND m.deleted_at IS NULL
        AND governs_all_roles(m.id_user_group) IS NOT TRUE)
$$;
COMMENT ON FUNCTION governs_all_groups(int4) IS
    'Does the actor govern all groups of a user, wherever they have roles? As the owner, for the groups that the actor does not see '
    'count too.';

-- As the owner: whom the actor does not see is the question.
CREATE FUNCTION sees_all_invited(id_session int4) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (
        SELECT FROM (
            SELECT ARRAY['participant:' || m.id_participant, 'project:' || p.id_project || '/people'] AS places, m.id_session, m.deleted_at
                FROM t_sessions_participants AS m JOIN t_participants AS p USING (id_participant)
            UNION ALL SELECT ARRAY['user:' || m.id_user], m.id_session, m.deleted_at FROM t_sessions_users AS m
            UNION ALL SELECT ARRAY['device:' || m.id_device], m.id_session, m.deleted_at FROM t_sessions_devices AS m) AS m
        WHERE m.id_session = sees_all_invited.id_session AND m.deleted_at IS NULL
            AND NOT EXISTS (SELECT FROM unnest(m.places) AS o WHERE quire.allowed(format('%I.access', current_schema()), 'see', o)))
$$;
COMMENT ON FUNCTION sees_all_invited(int4) IS
    'Does the actor see everybody who is invited to a session? As the owner, for those whom the actor does not see.';

-- As the owner: sites that the actor does not see count too.
CREATE FUNCTION is_nowhere(object_type text, id int4) RETURNS bool LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT CASE object_type
        WHEN 'device' THEN NOT EXISTS (SELECT FROM t_devices_sites AS s WHERE s.id_device = id AND s.deleted_at IS NULL)
        WHEN 'session_type' THEN NOT EXISTS (SELECT FROM t_sessions_types_sites AS s WHERE s.id_session_type = id AND s.deleted_at IS NULL)
        WHEN 'test_type' THEN NOT EXISTS (SELECT FROM t_tests_types_sites AS s WHERE s.id_test_type = id AND s.deleted_at IS NULL)
        WHEN 'user' THEN NOT EXISTS (SELECT FROM t_users_users_groups AS m WHERE m.id_user = id AND m.deleted_at IS NULL)
            AND EXISTS (SELECT FROM t_users AS u WHERE u.id_user = id AND NOT u.user_superadmin)
        WHEN 'user_group' THEN NOT EXISTS (SELECT FROM t_services_access AS a WHERE a.id_user_group = id AND a.deleted_at IS NULL) END
$$;
COMMENT ON FUNCTION is_nowhere(text, int4) IS
    'Is a device or a type at no site yet, a group without roles, or a user, no super admin, without groups? As the owner, for sites '
    'that the actor does not see count too.';

-- Row security ----------------------------------------------------------------------------------------------------
-- A condition such as [see project:id_project/all] asks for the verb on the object whose key the column holds; of a participant,
-- a group of them or a session, whether there is such a row for the actor. The owner is not bound by it, so that triggers, and
-- what runs as the owner, see every row.

CREATE FUNCTION access_sql(written text, "table" text DEFAULT NULL) RETURNS text LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    pattern record;
BEGIN
    -- In a subquery a column's name alone would be that of the table there.
    written := regexp_replace(written, '(\[[\w ]+:)(\w+)(?=[]/])', format('\1%s.\2', "table"), 'g');
    -- What leads to other patterns comes before them.
    FOR pattern IN SELECT * FROM (VALUES
        ('\[store session:([\w.]+)\]', '([read session:\1] AND (actor_id(''service'') IS NOT NULL OR [server server]))'),
        ('\[data session:([\w.]+)\]', '([read session:\1] AND coalesce(actor_id(''user''), actor_id(''service'')) IS NOT NULL)'),
        ('\[read session:([\w.]+)\]', 'EXISTS (SELECT FROM t_sessions AS s WHERE s.id_session = \1)'),
        ('\[(\w+) participant:([\w.]+)\]', 'EXISTS (SELECT FROM t_participants AS p WHERE p.id_participant = \2 '
            'AND ([\1 project:p.id_project/people] OR quire.allowed(THE_POLICY, ''\1'', ''participant:'' || p.id_participant::text)))'),
        ('\[(\w+) participant_group:([\w.]+)\]',
            'EXISTS (SELECT FROM t_participants_groups AS g WHERE g.id_participant_group = \2 AND [\1 project:g.id_project/people])'),
        ('\[(\w+) (\w+):([\w.]+)(/\w+)\]', 'quire.allowed(THE_POLICY, ''\1'', ''\2:'' || \3::text || ''\4'')'),
        ('\[(\w+) (\w+):([\w.]+)\]', 'quire.allowed(THE_POLICY, ''\1'', ''\2:'' || \3::text)'),
        ('\[(\w+) ([\w ]+)\]', 'quire.allowed(THE_POLICY, ''\1'', ''\2''::text)'),
        ('THE_POLICY', quote_literal(format('%I.access', current_schema())))) AS p (wanted, meant)
    LOOP
        written := regexp_replace(written, pattern.wanted, pattern.meant, 'g');
    END LOOP;
    RETURN written;
END $$;

DO $do$
DECLARE
    rule record;
    command text;
    and_live text;
    reads_session CONSTANT text := '[read user:id_creator_user] OR [read participant:id_creator_participant] OR [read '
        'device:id_creator_device] '
        'OR [read service:id_creator_service] OR [read session_type:id_session_type/sessions] '
        'OR EXISTS (SELECT FROM sessions_by_invitation AS i WHERE i.id_session = t_sessions.id_session)';
BEGIN
    -- As its owner, who sees all invitations: asked as those who are invited, they would ask for the sessions again.
    EXECUTE access_sql($sql$CREATE VIEW sessions_by_invitation WITH (security_barrier) AS
        SELECT m.id_session FROM t_sessions_participants AS m JOIN t_participants AS p USING (id_participant)
        WHERE m.deleted_at IS NULL AND ([read project:p.id_project/people] OR m.id_participant = actor_id('participant'))
        UNION ALL SELECT m.id_session FROM t_sessions_devices AS m WHERE m.deleted_at IS NULL AND [read device:m.id_device]
        UNION ALL SELECT m.id_session FROM t_sessions_users AS m WHERE m.deleted_at IS NULL AND m.id_user = actor_id('user')$sql$);
    COMMENT ON VIEW sessions_by_invitation IS 'Sessions that the actor may read by who is invited.';
    FOR rule IN SELECT name::regclass, to_select, to_insert, coalesce(to_update, to_insert) AS to_update, coalesce(to_check, to_update,
        to_insert) AS to_check,
            coalesce(to_delete, to_update, to_insert) AS to_delete,
            EXISTS (SELECT FROM pg_attribute WHERE attrelid = name::regclass AND attname = 'deleted_at') AS is_soft
        FROM (VALUES
        -- table, SELECT, INSERT, UPDATE of a row, to such a row, DELETE; what is NULL is as before it
        ('t_server_settings', '[server server]', '[server server]', NULL, NULL, NULL),
        ('t_sites', '[see site:id_site]', '[server server]', '[govern site:id_site]', NULL, '[server server]'),
        ('t_projects', '[see project:id_project] OR [see site:id_site/all]', '[govern site:id_site/all]',
            '[admin project:id_project]', '[admin project:id_project] AND [see site:id_site]', '[govern project:id_project]'),
        ('t_participants_groups', '[see project:id_project/people]', '[admin project:id_project/people]', NULL, NULL, NULL),
        ('t_participants', '[see project:id_project/people] OR quire.allowed(THE_POLICY, ''see'', ''participant:'' || '
            'id_participant::text)',
            '[write project:id_project/people]', NULL, NULL, '[admin project:id_project/people]'),
        ('t_users', '[see user:id_user]', '[govern any site] AND (NOT user_superadmin OR [server server])',
            '([own user:id_user] OR ([govern user:id_user] AND governs_all_groups(id_user))) AND (NOT user_superadmin OR [server server])',
            'NOT user_superadmin OR [server server]',
            '[govern user:id_user] AND governs_all_groups(id_user) AND (NOT user_superadmin OR [server server]) '
            'AND id_user IS DISTINCT FROM actor_id(''user'')'),
        ('t_users_groups', '[see user_group:id_user_group]', '[govern any site]', '[govern user_group:id_user_group]', NULL, NULL),
        -- Whom one may govern from now on one must see already, or nobody else may; and what members may do one must govern.
        ('t_users_users_groups', '[see user:id_user] AND [see user_group:id_user_group]',
            'governs_all_roles(id_user_group) AND ([see user:id_user] OR is_nowhere(''user'', id_user))', NULL, NULL, NULL),
        ('t_users_preferences', '[own user:id_user]', '[own user:id_user]', NULL, NULL, NULL),
        ('t_services', '[see service:id_service]', '[server server]', NULL, NULL, NULL),
        ('t_services_roles', '(id_service = 1 OR [see service:id_service]) AND (id_project IS NULL OR [see project:id_project]) '
            'AND (id_site IS NULL OR [see site:id_site])', '[server server]', NULL, NULL, NULL),
        ('t_services_access', '(id_user_group IS NULL OR [see user_group:id_user_group]) AND (id_device IS NULL OR [see device:id_device]) '
            'AND (id_participant_group IS NULL OR [see participant_group:id_participant_group]) '
            'AND EXISTS (SELECT FROM t_services_roles AS r WHERE r.id_service_role = t_services_access.id_service_role)',
            '(id_user_group IS NULL OR [see user_group:id_user_group] OR is_nowhere(''user_group'', id_user_group)) '
            'AND (id_device IS NULL OR [see device:id_device]) '
            'AND (id_participant_group IS NULL OR [see participant_group:id_participant_group]) '
            'AND EXISTS (SELECT FROM t_services_roles AS r WHERE r.id_service_role = t_services_access.id_service_role '
            'AND ([govern site:r.id_site/all] OR [admin project:r.id_project/all] OR [server server]))', NULL, NULL, NULL),
        ('t_services_sites', '[see service:id_service] AND [see site:id_site]', '[server server]', NULL, NULL, NULL),
        ('t_services_projects', '[see service:id_service] AND [see project:id_project]',
            '[admin project:id_project/all] AND [see service:id_service]', NULL, NULL, NULL),
        ('t_services_configs',
            '[see service:id_service] AND (id_user IS NULL OR [see user:id_user]) AND (id_participant IS NULL OR [see '
            'participant:id_participant]) '
            'AND (id_device IS NULL OR [see device:id_device])',
            '[see service:id_service] AND ([own user:id_user] OR [govern user:id_user] OR [record participant:id_participant] '
            'OR [record device:id_device])', NULL, NULL, NULL),
        ('t_services_configs_specifics',
            'EXISTS (SELECT FROM t_services_configs AS c WHERE c.id_service_config = t_services_configs_specifics.id_service_config)',
            'EXISTS (SELECT FROM t_services_configs AS c WHERE c.id_service_config = t_services_configs_specifics.id_service_config '
            'AND ([own user:c.id_user] OR [govern user:c.id_user] OR [record participant:c.id_participant] OR [record '
            'device:c.id_device]))', NULL, NULL, NULL),
        ('t_devices_types', 'true', '[server server]', NULL, NULL, NULL),
        ('t_devices_subtypes', 'true', '[server server]', NULL, NULL, NULL),
        ('t_devices', '[see device:id_device]', '[govern any site]', '[govern device:id_device]', NULL, NULL),
        ('t_devices_sites', '[see device:id_device] AND [see site:id_site]',
            '[govern site:id_site/all] AND ([see device:id_device] OR is_nowhere(''device'', id_device))', NULL, NULL,
                '[govern site:id_site/all]'),
        ('t_devices_projects', '[see device:id_device] AND [see project:id_project]',
            '[admin project:id_project/all] AND [see device:id_device]', NULL, NULL, NULL),
        ('t_devices_participants', '[see device:id_device] AND [see participant:id_participant]',
            '[write participant:id_participant] AND [see device:id_device]', NULL, NULL, NULL),
        -- A type brings its service to sites, and to their participants.
        ('t_sessions_types', '[see session_type:id_session_type]', '[govern any site] AND (id_service IS NULL OR [see service:id_service])',
            '[govern session_type:id_session_type]',
            '[govern session_type:id_session_type] AND (id_service IS NULL OR [see service:id_service])',
            '[govern session_type:id_session_type]'),
        ('t_sessions_types_sites', '[see session_type:id_session_type] AND [see site:id_site]',
            '[govern site:id_site/all] AND ([see session_type:id_session_type] OR is_nowhere(''session_type'', id_session_type))', NULL,
                NULL, '[govern site:id_site/all]'),
        ('t_sessions_types_projects', '[see session_type:id_session_type] AND [see project:id_project]',
            '[admin project:id_project/all] AND [see session_type:id_session_type]', NULL, NULL, NULL),
        ('t_sessions_types_services', '[see session_type:id_session_type] AND [see service:id_service]',
            '[govern session_type:id_session_type] AND [see service:id_service]', NULL, NULL, NULL),
        ('t_sessions', reads_session,
            '[see session_type:id_session_type] AND ([record user:id_creator_user] OR [record participant:id_creator_participant] '
            'OR [record device:id_creator_device] OR [record service:id_creator_service])',
            reads_session, '(' || reads_session || ') AND [see session_type:id_session_type]',
            'session_status <> 1 AND (' || reads_session || ') AND sees_all_invited(id_session)'),
        ('t_sessions_participants', '[read session:id_session]', '[read session:id_session] AND [see participant:id_participant]',
            NULL, NULL, NULL),
        ('t_sessions_users', '[read session:id_session]', '[read session:id_session] AND [see user:id_user]', NULL, NULL, NULL),
        ('t_sessions_devices', '[read session:id_session]', '[read session:id_session] AND [see device:id_device]', NULL, NULL, NULL),
        -- Who records need not see what has been recorded, and does not change it unseen.
        ('t_sessions_events', '[data session:id_session]', '[read session:id_session]', '[data session:id_session]', NULL, NULL),
        ('t_assets', '([data session:id_session] AND (actor_id(''user'') IS NULL OR EXISTS (SELECT FROM t_services AS s WHERE '
            's.service_uuid = asset_service_uuid))) '
            'OR id_participant = actor_id(''participant'') OR id_device = actor_id(''device'')', '[store session:id_session]', NULL,
                NULL, NULL),
        ('t_tests_types', '[see test_type:id_test_type] AND [see service:id_service]',
            '[see service:id_service] AND ([govern any site] OR [store service:id_service])',
            '[see service:id_service] AND ([govern test_type:id_test_type] OR [store service:id_service])', NULL, NULL),
        ('t_tests_types_sites', '[see test_type:id_test_type] AND [see site:id_site]',
            '[govern site:id_site/all] AND ([see test_type:id_test_type] OR is_nowhere(''test_type'', id_test_type))', NULL, NULL,
                '[govern site:id_site/all]'),
        ('t_tests_types_projects', '[see test_type:id_test_type] AND [see project:id_project]',
            '[admin project:id_project/all] AND [see test_type:id_test_type]', NULL, NULL, NULL),
        ('t_tests', '[data session:id_session] AND (actor_id(''user'') IS NULL OR EXISTS (SELECT FROM t_tests_types AS t WHERE '
            't.id_test_type = t_tests.id_test_type))',
            '[read session:id_session] AND EXISTS (SELECT FROM t_tests_types AS t WHERE t.id_test_type = t_tests.id_test_type)',
            '[data session:id_session] AND EXISTS (SELECT FROM t_tests_types AS t WHERE t.id_test_type = t_tests.id_test_type)',
            NULL, NULL),
        ('t_tests_invitations',
            'EXISTS (SELECT FROM t_tests_types AS t WHERE t.id_test_type = t_tests_invitations.id_test_type AND (t.id_service = '
            'actor_id(''service'') '
            'OR ([see project:id_project/all] AND (id_user IS NULL OR [see user:id_user]) AND (id_participant IS NULL OR [see '
            'participant:id_participant]) '
            'AND (id_device IS NULL OR [see device:id_device]) AND (id_session IS NULL OR [read session:id_session]))))',
            'EXISTS (SELECT FROM t_tests_types AS t WHERE t.id_test_type = t_tests_invitations.id_test_type AND (t.id_service = '
            'actor_id(''service'') '
            'OR ([write project:id_project/people] AND (id_user IS NULL OR [see user:id_user]) AND (id_participant IS NULL OR [see '
            'participant:id_participant]) '
            'AND (id_device IS NULL OR [see device:id_device]) AND (id_session IS NULL OR [read session:id_session]))))', NULL, NULL, NULL)
        ) AS r (name, to_select, to_insert, to_update, to_check, to_delete)
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', rule.name);
        and_live := CASE WHEN rule.is_soft THEN ' AND (deleted_at IS NULL OR [server server])' ELSE '' END;
        FOREACH command IN ARRAY '{SELECT, INSERT, UPDATE, DELETE}'::text[] LOOP
            EXECUTE access_sql(format('CREATE POLICY access_%s ON %s FOR %s', lower(command), rule.name, command) || CASE command
                WHEN 'SELECT' THEN format(' USING ((%s)%s)', rule.to_select, and_live)
                WHEN 'INSERT' THEN format(' WITH CHECK (%s)', rule.to_insert)
                WHEN 'UPDATE' THEN format(' USING ((%s)%s) WITH CHECK (%s)', rule.to_update, and_live, rule.to_check)
                WHEN 'DELETE' THEN format(' USING ((%s)%s)', rule.to_delete, and_live) END, rule.name::text);
        END LOOP;
    END LOOP;
END $do$;
DROP FUNCTION access_sql(text, text);
-- For backends, whom admit() admits: they tell of what the actor does not see.
REVOKE EXECUTE ON FUNCTION governs_all_roles(int4), governs_all_groups(int4), sees_all_invited(int4), is_nowhere(text, int4) FROM PUBLIC;
CREATE INDEX access_people ON t_participants (('project:' || id_project::text || '/people'));

-- Nobody reads them but their owner.
ALTER TABLE login_failures ENABLE ROW LEVEL SECURITY;

-- Rules see every row, whoever writes. Nobody else puts them on tables, for what they execute stands in their arguments.
DO $$
DECLARE
    rule regprocedure;
BEGIN
    FOR rule IN
        SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
        UNION ALL SELECT unnest('{"login_user(text, text)", "login_participant(text, text)", "token_participant(text)", '
            '"token_device(text)",
            "register_device(text, text, text, text, text)"}'::regprocedure[])
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER', rule);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', rule);
    END LOOP;
END $$;
-- down
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY INVOKER', rule.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', rule.name);
    END LOOP;
    FOR rule IN SELECT polname AS name, polrelid::regclass AS table FROM pg_policy JOIN pg_class AS c ON c.oid = polrelid
        WHERE c.relnamespace = current_schema()::regnamespace AND starts_with(polname, 'access_')
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', rule.name, rule.table);
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', rule.table);
    END LOOP;
    DROP VIEW sessions_by_invitation;
    DROP INDEX access_people;
    PERFORM quire.drop_policy(format('%I.access', current_schema()));
    FOR rule IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i' AND relname ~ '^access_[0-9]+$'
    LOOP
        EXECUTE format('DROP INDEX %s', rule.name);
    END LOOP;
END $$;
ALTER TABLE login_failures DISABLE ROW LEVEL SECURITY;
DROP FUNCTION is_nowhere(text, int4), sees_all_invited(int4), governs_all_groups(int4), governs_all_roles(int4), accessible(text, text),
    project_users(int4, bool, bool), global_roles(int4, int4), user_site_role(int4, int4), user_project_role(int4, int4),
    group_site_role(int4, int4), group_project_role(int4, int4), server_roles(int4), act_as(text, uuid, bool), actor_id(text);
ALTER TABLE t_services DROP CONSTRAINT the_server_is_service_1;
