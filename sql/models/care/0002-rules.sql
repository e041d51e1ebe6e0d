-- What follows from what: associations that rest on others, what must not be deleted yet, and what else a write brings with it.

CREATE VIEW sessions_projects WITH (security_invoker) AS
    SELECT i.id_session, p.id_project
    FROM t_sessions_participants AS i JOIN t_participants AS p ON p.id_participant = i.id_participant AND p.deleted_at IS NULL
    WHERE i.deleted_at IS NULL
    UNION
    SELECT s.id_session, p.id_project
    FROM t_sessions AS s JOIN t_participants AS p ON p.id_participant = s.id_creator_participant AND p.deleted_at IS NULL
    WHERE s.deleted_at IS NULL;
COMMENT ON VIEW sessions_projects IS 'The projects of a session: those of the participants who are invited, and of the one who created it.';

CREATE FUNCTION session_project(id_session int4) RETURNS int4 LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(
        (SELECT p.id_project FROM t_sessions_participants AS i JOIN t_participants AS p USING (id_participant)
            WHERE i.id_session = session_project.id_session AND i.deleted_at IS NULL AND p.deleted_at IS NULL
            ORDER BY i.id_session_participant LIMIT 1),
        (SELECT p.id_project FROM t_sessions AS s JOIN t_participants AS p ON p.id_participant = s.id_creator_participant
            WHERE s.id_session = session_project.id_session AND p.deleted_at IS NULL))
$$;
COMMENT ON FUNCTION session_project(int4) IS
    'The project of a session: that of the first participant invited, else of the one who created it, else none.';

CREATE FUNCTION server_service() RETURNS int4 LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT id_service FROM t_services WHERE service_key = 'OpenTeraServer' AND deleted_at IS NULL
$$;
COMMENT ON FUNCTION server_service() IS 'The service that is the server itself.';

-- What is never changed -------------------------------------------------------------------------------------------

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'column "%" of table "%" is not changed', TG_ARGV[0], TG_TABLE_NAME
        USING ERRCODE = '428C9', TABLE = TG_TABLE_NAME, COLUMN = TG_ARGV[0], HINT = 'Others know the row by it.';
END $$;
COMMENT ON FUNCTION refuse_change() IS 'Trigger: a name by which others know the row stays.';

DO $$
DECLARE
    this record;
BEGIN
    FOR this IN
        SELECT a.attrelid::regclass AS table, a.attname AS name FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        WHERE c.relkind = 'r' AND c.relnamespace = current_schema::regnamespace AND starts_with(c.relname, 't_')
            AND (a.atttypid = 'uuid'::regtype AND a.attname <> 'asset_service_uuid' OR a.attname = 'user_username')
        ORDER BY c.relname
    LOOP
        EXECUTE format('CREATE TRIGGER keep_%2$s BEFORE UPDATE OF %2$I ON %1$s FOR EACH ROW
            WHEN (OLD.%2$I IS DISTINCT FROM NEW.%2$I) EXECUTE FUNCTION refuse_change(%2$L)', this.table, this.name);
    END LOOP;
END $$;

-- Associations ----------------------------------------------------------------------------------------------------

CREATE FUNCTION associate("table" regclass, "values" jsonb) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    key name := (SELECT attname FROM pg_attribute WHERE attrelid = "table" AND attnum = 1);
    found record;
    resting record;
BEGIN
    LOOP
        EXECUTE format('SELECT %1$I AS id, deleted_at IS NULL AS is_live FROM %2$s WHERE %3$s ORDER BY deleted_at DESC NULLS FIRST LIMIT 1',
                key, "table", (SELECT string_agg(format('%I IS NOT DISTINCT FROM ($1 ->> %L)::int4', k, k), ' AND ')
                    FROM jsonb_object_keys("values") AS k))
            INTO found USING "values";
        IF found.is_live THEN
            RETURN found.id;
        END IF;
        -- When another session has just made the same association, theirs is found in the next round.
        BEGIN
            IF found.id IS NULL THEN
                RETURN quire.insert("table", "values") ->> key;
            END IF;
            -- What it rests on may have been removed and made again since.
            EXECUTE format('UPDATE %s SET %s WHERE %I = $2', "table",
                (SELECT string_agg(format('%1$I = %1$I', k), ', ') FROM jsonb_object_keys("values") AS k), key) USING "values", found.id;
            PERFORM quire.undelete("table", to_jsonb(found.id));
            -- It alone comes back: who is at a site again is in none of its projects yet.
            FOR resting IN
                SELECT conrelid::regclass AS table, attname AS key
                    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
                WHERE confrelid = "table" AND contype = 'f' AND confdeltype = 'c'
            LOOP
                EXECUTE format('DELETE FROM %s WHERE %I = $1 AND deleted_at IS NULL', resting.table, resting.key) USING found.id;
            END LOOP;
            RETURN found.id;
        EXCEPTION WHEN unique_violation THEN
            IF current_setting('transaction_isolation') <> 'read committed' THEN
                -- Theirs is not found by this snapshot, ever.
                RAISE 'another session has made the association since this transaction began'
                    USING ERRCODE = '40001', HINT = 'Roll back and try again.';
            END IF;
        END;
    END LOOP;
END $$;
COMMENT ON FUNCTION associate(regclass, jsonb) IS
    'Makes an association, such as {"id_device": 1, "id_site": 2}; one that is there stays, one that was deleted comes back. Its id.';

CREATE FUNCTION rest_on() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    below int4;
BEGIN
    EXECUTE TG_ARGV[1] INTO below USING NEW;
    IF below IS NULL AND TG_NARGS > 2 THEN
        RAISE '%', TG_ARGV[2] USING ERRCODE = '23503', TABLE = TG_TABLE_NAME, COLUMN = TG_ARGV[0], HINT = 'Associate it there first.';
    END IF;
    RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], below));
END $$;
COMMENT ON FUNCTION rest_on() IS
    'Trigger rest_on(column, query [, refusal]): the association refers to the one that it cannot be without, and is deleted with it.';

CREATE TRIGGER rest_on_site BEFORE INSERT OR UPDATE OF id_device, id_project ON t_devices_projects FOR EACH ROW EXECUTE FUNCTION
    rest_on('id_device_site', 'SELECT id_device_site FROM t_devices_sites JOIN t_projects USING (id_site)
        WHERE id_device = $1.id_device AND id_project = $1.id_project AND t_devices_sites.deleted_at IS NULL',
        'the device is not associated to the site of the project');
CREATE TRIGGER rest_on_project BEFORE INSERT OR UPDATE OF id_device, id_participant ON t_devices_participants FOR EACH ROW EXECUTE FUNCTION
    rest_on('id_device_project', 'SELECT id_device_project FROM t_devices_projects JOIN t_participants USING (id_project)
        WHERE id_device = $1.id_device AND id_participant = $1.id_participant AND t_devices_projects.deleted_at IS NULL',
        'the device is not associated to the project of the participant');
CREATE TRIGGER rest_on_site BEFORE INSERT OR UPDATE OF id_service, id_project ON t_services_projects FOR EACH ROW EXECUTE FUNCTION
    rest_on('id_service_site', 'SELECT id_service_site FROM t_services_sites JOIN t_projects USING (id_site)
        WHERE id_service = $1.id_service AND id_project = $1.id_project AND t_services_sites.deleted_at IS NULL',
        'the service is not associated to the site of the project');
CREATE TRIGGER rest_on_site BEFORE INSERT OR UPDATE OF id_session_type, id_project ON t_sessions_types_projects
    FOR EACH ROW EXECUTE FUNCTION
    rest_on('id_session_type_site', 'SELECT id_session_type_site FROM t_sessions_types_sites JOIN t_projects USING (id_site)
        WHERE id_session_type = $1.id_session_type AND id_project = $1.id_project AND t_sessions_types_sites.deleted_at IS NULL',
        'the session type is not associated to the site of the project');
CREATE TRIGGER rest_on_site BEFORE INSERT OR UPDATE OF id_test_type, id_project ON t_tests_types_projects FOR EACH ROW EXECUTE FUNCTION
    rest_on('id_test_type_site', 'SELECT id_test_type_site FROM t_tests_types_sites JOIN t_projects USING (id_site)
        WHERE id_test_type = $1.id_test_type AND id_project = $1.id_project AND t_tests_types_sites.deleted_at IS NULL',
        'the test type is not associated to the site of the project');

-- A type of a service brings its service along, and goes with it.
CREATE FUNCTION bring_service() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    place jsonb := to_jsonb(NEW) - '{version_id,deleted_at}'::text[];
    service int4;
BEGIN
    IF place ? 'id_test_type' THEN
        SELECT id_service INTO service FROM t_tests_types WHERE id_test_type = (place ->> 'id_test_type')::int4;
    ELSE
        SELECT id_service INTO service FROM t_sessions_types
        WHERE id_session_type = (place ->> 'id_session_type')::int4 AND session_type_category = 1;
    END IF;
    IF place ? 'id_project' THEN
        place := jsonb_build_object('id_service_project', CASE WHEN service IS NOT NULL THEN
            associate('t_services_projects', jsonb_build_object('id_service', service, 'id_project', place -> 'id_project')) END);
    ELSE
        place := jsonb_build_object('id_service_site', CASE WHEN service IS NOT NULL THEN
            associate('t_services_sites', jsonb_build_object('id_service', service, 'id_site', place -> 'id_site')) END);
    END IF;
    RETURN jsonb_populate_record(NEW, place);
END $$;
COMMENT ON FUNCTION bring_service() IS 'Trigger: where a type of sessions or tests is associated, its service is, too.';

CREATE TRIGGER rest_on_service BEFORE INSERT OR UPDATE OF id_session_type, id_site ON t_sessions_types_sites
    FOR EACH ROW EXECUTE FUNCTION bring_service();
CREATE TRIGGER rest_on_service BEFORE INSERT OR UPDATE OF id_session_type, id_project ON t_sessions_types_projects
    FOR EACH ROW EXECUTE FUNCTION bring_service();
CREATE TRIGGER rest_on_service BEFORE INSERT OR UPDATE OF id_test_type, id_site ON t_tests_types_sites
    FOR EACH ROW EXECUTE FUNCTION bring_service();
CREATE TRIGGER rest_on_service BEFORE INSERT OR UPDATE OF id_test_type, id_project ON t_tests_types_projects
    FOR EACH ROW EXECUTE FUNCTION bring_service();

CREATE FUNCTION replace_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    resting text;
BEGIN
    FOREACH resting IN ARRAY TG_ARGV[3:] LOOP
        EXECUTE format('UPDATE %1$I SET %2$I = $1.%2$I WHERE deleted_at IS NOT NULL AND %2$I IN (SELECT o.%2$I FROM %3$I AS o
            WHERE o.deleted_at IS NOT NULL AND (o.%4$I, o.%5$I) = ($1.%4$I, $1.%5$I))', 
            resting, TG_ARGV[0], TG_TABLE_NAME, TG_ARGV[1], TG_ARGV[2]) USING NEW;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION replace_deleted() IS
    'Trigger replace_deleted(id, two keys, tables): what rested on a deleted association can be restored onto the new one.';
CREATE TRIGGER replace_deleted AFTER INSERT ON t_devices_sites FOR EACH ROW EXECUTE FUNCTION
    replace_deleted('id_device_site', 'id_device', 'id_site', 't_devices_projects');
CREATE TRIGGER replace_deleted AFTER INSERT ON t_devices_projects FOR EACH ROW EXECUTE FUNCTION
    replace_deleted('id_device_project', 'id_device', 'id_project', 't_devices_participants');
CREATE TRIGGER replace_deleted AFTER INSERT ON t_services_sites FOR EACH ROW EXECUTE FUNCTION
    replace_deleted('id_service_site', 'id_service', 'id_site', 't_services_projects', 't_sessions_types_sites', 't_tests_types_sites');
CREATE TRIGGER replace_deleted AFTER INSERT ON t_services_projects FOR EACH ROW EXECUTE FUNCTION
    replace_deleted('id_service_project', 'id_service', 'id_project', 't_sessions_types_projects', 't_tests_types_projects');
CREATE TRIGGER replace_deleted AFTER INSERT ON t_sessions_types_sites FOR EACH ROW EXECUTE FUNCTION
    replace_deleted('id_session_type_site', 'id_session_type', 'id_site', 't_sessions_types_projects');
CREATE TRIGGER replace_deleted AFTER INSERT ON t_tests_types_sites FOR EACH ROW EXECUTE FUNCTION
    replace_deleted('id_test_type_site', 'id_test_type', 'id_site', 't_tests_types_projects');

CREATE FUNCTION bring_secondary_service() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM associate('t_services_sites', jsonb_build_object('id_service', NEW.id_service, 'id_site', s.id_site))
    FROM t_sessions_types_sites AS s WHERE s.id_session_type = NEW.id_session_type AND s.deleted_at IS NULL;
    PERFORM associate('t_services_projects', jsonb_build_object('id_service', NEW.id_service, 'id_project', p.id_project))
    FROM t_sessions_types_projects AS p WHERE p.id_session_type = NEW.id_session_type AND p.deleted_at IS NULL;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION bring_secondary_service() IS 'Trigger: a secondary service is associated where its session type is.';
CREATE TRIGGER bring_secondary_service AFTER INSERT ON t_sessions_types_services FOR EACH ROW EXECUTE FUNCTION bring_secondary_service();

-- What an association rests on is found again when its key is written; so write it.
CREATE FUNCTION rest_again() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    resting text;
BEGIN
    FOREACH resting IN ARRAY TG_ARGV[1:] LOOP
        EXECUTE format('UPDATE %1$I SET %2$I = %2$I WHERE %2$I = ($1 ->> %2$L)::int4 AND deleted_at IS NULL', resting, TG_ARGV[0])
            USING to_jsonb(NEW);
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION rest_again() IS
    'Trigger rest_again(key, tables): associations of what has moved rest on others from now on, or the move is refused.';
CREATE TRIGGER rest_again AFTER UPDATE OF id_site ON t_projects FOR EACH ROW WHEN (OLD.id_site <> NEW.id_site) EXECUTE FUNCTION
    rest_again('id_project', 't_services_projects', 't_devices_projects', 't_sessions_types_projects', 't_tests_types_projects');
CREATE TRIGGER rest_again AFTER UPDATE OF id_project, id_participant_group ON t_participants
    FOR EACH ROW WHEN (OLD.id_project <> NEW.id_project)
    EXECUTE FUNCTION rest_again('id_participant', 't_devices_participants');
CREATE TRIGGER rest_again AFTER UPDATE OF id_service, session_type_category ON t_sessions_types FOR EACH ROW
    WHEN ((OLD.id_service, OLD.session_type_category) IS DISTINCT FROM (NEW.id_service, NEW.session_type_category))
    EXECUTE FUNCTION rest_again('id_session_type', 't_sessions_types_sites', 't_sessions_types_projects');
CREATE TRIGGER rest_again AFTER UPDATE OF id_service ON t_tests_types FOR EACH ROW WHEN (OLD.id_service <> NEW.id_service)
    EXECUTE FUNCTION rest_again('id_test_type', 't_tests_types_sites', 't_tests_types_projects');

-- What is not deleted yet; the foreign keys without CASCADE refuse the rest ---------------------------------------

CREATE FUNCTION refuse_while_used() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    is_used bool;
BEGIN
    EXECUTE 'SELECT ' || TG_ARGV[1] INTO is_used USING OLD;
    IF is_used THEN
        RAISE 'there are % still', TG_ARGV[0] USING ERRCODE = '23503', TABLE = TG_TABLE_NAME, HINT = 'Delete them first.';
    END IF;
    RETURN OLD;
END $$;
COMMENT ON FUNCTION refuse_while_used() IS
    'Trigger refuse_while_used(what, condition): a live row is not deleted while the condition holds.';

DO $$
DECLARE
    this record;
BEGIN
    FOR this IN SELECT * FROM (VALUES
        ('t_services_projects', 'sessions, tests or assets of the service in the project',
            'EXISTS (SELECT FROM sessions_projects AS p JOIN t_sessions AS s USING (id_session)
                WHERE p.id_project = $1.id_project AND (
                    EXISTS (SELECT FROM t_sessions_types AS t WHERE t.id_session_type = s.id_session_type AND t.id_service = $1.id_service)
                    OR EXISTS (SELECT FROM t_tests AS x JOIN t_tests_types AS t USING (id_test_type)
                        WHERE x.id_session = s.id_session AND x.deleted_at IS NULL AND $1.id_service IN (x.id_service, t.id_service))
                    OR EXISTS (SELECT FROM t_assets AS a JOIN t_services AS o ON o.service_uuid = a.asset_service_uuid
                        WHERE a.id_session = s.id_session AND a.deleted_at IS NULL AND $1.id_service IN (a.id_service, o.id_service))))'),
        ('t_sessions_types_projects', 'sessions of the type in the project',
            'EXISTS (SELECT FROM sessions_projects JOIN t_sessions AS s USING (id_session)
                WHERE id_project = $1.id_project AND s.id_session_type = $1.id_session_type)'),
        ('t_sessions_types_sites', 'sessions of the type at the site',
            'EXISTS (SELECT FROM sessions_projects JOIN t_projects AS p USING (id_project) JOIN t_sessions AS s USING (id_session)
                WHERE p.id_site = $1.id_site AND s.id_session_type = $1.id_session_type)'),
        ('t_sessions_types_services', 'sessions of the type',
            'EXISTS (SELECT FROM t_sessions AS s WHERE s.id_session_type = $1.id_session_type AND s.deleted_at IS NULL)'),
        ('t_tests_types_projects', 'tests of the type in the project',
            'EXISTS (SELECT FROM sessions_projects JOIN t_tests AS t USING (id_session)
                WHERE id_project = $1.id_project AND t.id_test_type = $1.id_test_type AND t.deleted_at IS NULL)'),
        ('t_tests_types_sites', 'tests of the type at the site',
            'EXISTS (SELECT FROM sessions_projects JOIN t_projects AS p USING (id_project) JOIN t_tests AS t USING (id_session)
                WHERE p.id_site = $1.id_site AND t.id_test_type = $1.id_test_type AND t.deleted_at IS NULL)'),
        ('t_devices_projects', 'sessions of the device in the project',
            'EXISTS (SELECT FROM sessions_projects JOIN t_sessions AS s USING (id_session)
                WHERE id_project = $1.id_project AND (s.id_creator_device = $1.id_device OR EXISTS (SELECT FROM t_sessions_devices AS d
                    WHERE d.id_session = s.id_session AND d.id_device = $1.id_device AND d.deleted_at IS NULL)))'),
        ('t_services', 'parts of the server that need this service', '$1.service_system')) AS refusals (name, what, condition)
    LOOP
        EXECUTE format('CREATE TRIGGER refuse_while_used BEFORE DELETE ON %I FOR EACH ROW WHEN (OLD.deleted_at IS NULL)
            EXECUTE FUNCTION refuse_while_used(%L, %L)', this.name, this.what, this.condition);
    END LOOP;
END $$;

CREATE FUNCTION erase("table" regclass, id int4) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    referring record;
    child int4;
    erased int4 := 0;
BEGIN
    -- Who does not see what is deleted would leave it there.
    IF row_security_active("table") THEN
        IF NOT quire.allowed(format('%I.access', current_schema()), 'server', 'server'::text) THEN
            RAISE 'only super admins, and the owner, erase rows' USING ERRCODE = '42501', HINT = 'Delete it, and have them erase it.';
        END IF;
    END IF;
    PERFORM quire.delete("table", to_jsonb(id));
    -- No live row refers to it now, so that whatever does is deleted as well.
    FOR referring IN
        SELECT conrelid::regclass AS table, f.attname AS column, k.attname AS key
        FROM pg_constraint JOIN pg_attribute AS f ON f.attrelid = conrelid AND f.attnum = conkey[array_position(confkey, 1::int2)]
            JOIN pg_attribute AS k ON k.attrelid = conrelid AND k.attnum = 1
        WHERE contype = 'f' AND confrelid = "table"
            AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = conrelid AND attname = 'deleted_at')
        ORDER BY conrelid
    LOOP
        IF referring.key IN ('id_session_participant', 'id_session_user', 'id_session_device') AND referring.column <> 'id_session' THEN
            FOR child IN EXECUTE format('SELECT id_session FROM %s JOIN t_sessions AS s USING (id_session)
                WHERE %I = $1 AND s.deleted_at IS NOT NULL', referring.table, referring.column) USING id
            LOOP
                erased := erased + erase('t_sessions', child);
            END LOOP;
        END IF;
        FOR child IN EXECUTE format('SELECT %I FROM %s WHERE %I = $1', referring.key, referring.table, referring.column) USING id LOOP
            erased := erased + erase(referring.table, child);
        END LOOP;
    END LOOP;
    RETURN erased + quire.delete("table", to_jsonb(id), hard => true);
END $$;
COMMENT ON FUNCTION erase(regclass, int4) IS
    'Deletes a row for good, with deleted rows that refer to it, and deleted sessions it was invited to; not while a live row needs it.';

-- Sites, projects and participants --------------------------------------------------------------------------------

CREATE FUNCTION create_roles() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('INSERT INTO t_services_roles (id_service, %1$I, service_role_name)
        SELECT server_service(), $1.%1$I, role FROM unnest(''{admin, user}''::text[]) AS role', TG_ARGV[0]) USING NEW;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION create_roles() IS 'Trigger create_roles(key): a new site or project has the server''s roles admin and user.';
CREATE TRIGGER create_roles AFTER INSERT ON t_sites FOR EACH ROW EXECUTE FUNCTION create_roles('id_site');
CREATE TRIGGER create_roles AFTER INSERT ON t_projects FOR EACH ROW EXECUTE FUNCTION create_roles('id_project');

CREATE FUNCTION disable_participants() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE t_participants SET participant_enabled = false
    WHERE id_project = NEW.id_project AND participant_enabled AND deleted_at IS NULL;
    DELETE FROM t_devices_participants AS d USING t_participants AS p
    WHERE p.id_participant = d.id_participant AND p.id_project = NEW.id_project AND d.deleted_at IS NULL;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION disable_participants() IS 'Trigger: with a project, its participants are disabled and give back their devices.';
CREATE TRIGGER disable_participants AFTER UPDATE OF project_enabled ON t_projects FOR EACH ROW
    WHEN (OLD.project_enabled AND NOT NEW.project_enabled) EXECUTE FUNCTION disable_participants();

CREATE FUNCTION place_participant() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    group_project int4;
    is_enabled bool;
BEGIN
    SELECT id_project INTO group_project FROM t_participants_groups WHERE id_participant_group = NEW.id_participant_group;
    IF TG_OP = 'INSERT' THEN
        NEW.id_project := coalesce(NEW.id_project, group_project);
    ELSIF OLD.id_project = NEW.id_project THEN
        NEW.id_project := coalesce(group_project, NEW.id_project);
    ELSIF OLD.id_participant_group = NEW.id_participant_group AND group_project <> NEW.id_project THEN
        NEW.id_participant_group := NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.participant_enabled OR NOT NEW.participant_enabled) AND OLD.id_project = NEW.id_project THEN
        RETURN NEW;
    END IF;
    -- Of a project that is being disabled just now, wait for the outcome.
    SELECT project_enabled INTO is_enabled FROM t_projects WHERE id_project = NEW.id_project FOR SHARE;
    IF NOT is_enabled AND (TG_OP = 'INSERT' OR NEW.participant_enabled) THEN
        RAISE 'the project is disabled' USING ERRCODE = '55000', TABLE = TG_TABLE_NAME, HINT = 'Enable it first.';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION place_participant() IS
    'Trigger: a participant is in the project of the group, leaves the group with its project, and is not enabled in a disabled project.';
CREATE TRIGGER place_participant BEFORE INSERT OR UPDATE OF id_project, id_participant_group, participant_enabled ON t_participants
    FOR EACH ROW EXECUTE FUNCTION place_participant();

-- The second factor -----------------------------------------------------------------------------------------------

CREATE VIEW required_second_factors WITH (security_invoker) AS
    SELECT m.id_user, m.id_user_user_group, a.id_service_access, s.id_site
    FROM t_sites AS s JOIN t_services_roles AS r USING (id_site) JOIN t_services_access AS a USING (id_service_role)
        JOIN t_users_users_groups AS m USING (id_user_group)
    WHERE s.site_2fa_required AND s.deleted_at IS NULL AND r.deleted_at IS NULL AND a.deleted_at IS NULL AND m.deleted_at IS NULL;
COMMENT ON VIEW required_second_factors IS 'Who needs a second factor, by a role at which site that requires one.';

CREATE FUNCTION needs_second_factor(id_user int4, is_superadmin bool) RETURNS bool LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN is_superadmin THEN EXISTS (SELECT FROM t_sites WHERE site_2fa_required AND deleted_at IS NULL)
        ELSE EXISTS (SELECT FROM required_second_factors AS f WHERE f.id_user = needs_second_factor.id_user) END
$$;
COMMENT ON FUNCTION needs_second_factor(int4, bool) IS
    'Has the user a role at a site that requires a second factor, or is a superadmin while any site does?';

CREATE FUNCTION keep_second_factor() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.user_2fa_enabled THEN
        RETURN NEW;
    END IF;
    -- Of a site that begins to require it just now, wait for the outcome; roles wait for the user's row.
    IF NEW.user_superadmin THEN
        PERFORM FROM t_sites WHERE deleted_at IS NULL ORDER BY id_site FOR SHARE;
    END IF;
    IF needs_second_factor(NEW.id_user, NEW.user_superadmin) THEN
        NEW.user_2fa_enabled := true;
    ELSIF TG_OP = 'UPDATE' AND OLD.user_2fa_enabled THEN
        NEW.user_2fa_otp_enabled := false;
        NEW.user_2fa_email_enabled := false;
        NEW.user_2fa_otp_secret := NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_second_factor() IS 'Trigger: who needs a second factor keeps it; who gives it up begins anew.';
CREATE TRIGGER keep_second_factor BEFORE INSERT OR UPDATE OF user_2fa_enabled, user_superadmin ON t_users
    FOR EACH ROW EXECUTE FUNCTION keep_second_factor();

CREATE FUNCTION require_second_factor() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    affected int4[];
BEGIN
    -- Three things make somebody need it: a site that requires it, a role there, and being in a group that has the role. Of two
    -- that come at once the second waits, and sees the first: at the site's row, or at the group's.
    CASE TG_TABLE_NAME
        WHEN 't_sites' THEN
            affected := ARRAY(SELECT f.id_user FROM required_second_factors AS f WHERE f.id_site = NEW.id_site
                UNION SELECT u.id_user FROM t_users AS u WHERE u.user_superadmin);
        WHEN 't_services_access' THEN
            PERFORM FROM t_users_groups AS g WHERE g.id_user_group = NEW.id_user_group AND EXISTS (SELECT FROM t_services_roles AS r
                WHERE r.id_service_role = NEW.id_service_role AND r.id_site IS NOT NULL) FOR NO KEY UPDATE;
            IF FOUND THEN
                PERFORM FROM t_sites JOIN t_services_roles AS r USING (id_site) WHERE r.id_service_role = NEW.id_service_role
                    FOR SHARE OF t_sites;
                affected := ARRAY(SELECT f.id_user FROM required_second_factors AS f WHERE f.id_service_access = NEW.id_service_access);
            END IF;
        WHEN 't_users_users_groups' THEN
            PERFORM FROM t_users_groups AS g WHERE g.id_user_group = NEW.id_user_group FOR SHARE;
            PERFORM FROM t_sites WHERE id_site IN (SELECT r.id_site FROM t_services_roles AS r
                    JOIN t_services_access AS a USING (id_service_role)
                WHERE a.id_user_group = NEW.id_user_group AND a.deleted_at IS NULL) ORDER BY id_site FOR SHARE;
            affected := ARRAY(SELECT f.id_user FROM required_second_factors AS f WHERE f.id_user_user_group = NEW.id_user_user_group);
    END CASE;
    IF affected <> '{}' THEN
        -- Who is just giving it up is waited for.
        PERFORM FROM t_users AS u WHERE u.id_user = ANY (affected) ORDER BY u.id_user FOR NO KEY UPDATE;
        UPDATE t_users AS u SET user_2fa_enabled = true
        WHERE u.id_user = ANY (affected) AND NOT u.user_2fa_enabled AND u.deleted_at IS NULL;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION require_second_factor() IS
    'Trigger: whoever needs a second factor by the row that was written has one from now on.';
CREATE TRIGGER require_second_factor AFTER INSERT OR UPDATE OF site_2fa_required, deleted_at ON t_sites FOR EACH ROW
    WHEN (NEW.site_2fa_required AND NEW.deleted_at IS NULL) EXECUTE FUNCTION require_second_factor();
CREATE TRIGGER require_second_factor AFTER INSERT OR UPDATE ON t_users_users_groups FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION require_second_factor();
CREATE TRIGGER require_second_factor AFTER INSERT OR UPDATE ON t_services_access FOR EACH ROW
    WHEN (NEW.deleted_at IS NULL AND NEW.id_user_group IS NOT NULL) EXECUTE FUNCTION require_second_factor();
-- down
DO $$
DECLARE
    this record;
BEGIN
    FOR this IN
        SELECT t.tgname, t.tgrelid::regclass AS table FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
        WHERE NOT t.tgisinternal AND p.pronamespace = current_schema::regnamespace AND p.proname IN (
            'refuse_change', 'rest_on', 'bring_service', 'replace_deleted', 'bring_secondary_service', 'rest_again', 'refuse_while_used',
            'create_roles', 'disable_participants', 'place_participant', 'keep_second_factor', 'require_second_factor')
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', this.tgname, this.table);
    END LOOP;
END $$;
DROP FUNCTION erase(regclass, int4), require_second_factor(), keep_second_factor(), needs_second_factor(int4, bool), place_participant(),
    disable_participants(), create_roles(), refuse_while_used(), rest_again(), replace_deleted(), bring_secondary_service(),
    bring_service(), rest_on(), associate(regclass, jsonb), refuse_change(), server_service(), session_project(int4);
DROP VIEW required_second_factors, sessions_projects;
