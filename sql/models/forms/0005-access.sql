-- Access: who may do what, by the tables of accounts; sessions, passwords, app users, public links. The owner of the
-- tables, as whom a backend connects, sees everything; any other role sees what the actor it acts for may see.

CREATE TABLE public_links (
    "actorId" int4 PRIMARY KEY REFERENCES actors ON DELETE CASCADE,
    "createdBy" int4 NOT NULL REFERENCES actors,
    "formId" int4 NOT NULL REFERENCES forms ON DELETE CASCADE,
    once bool
);
COMMENT ON TABLE public_links IS 'Links by which anybody fills in a form: actors that a browser acts as.';
COMMENT ON COLUMN public_links.once IS 'Whether a browser submits once only.';
CREATE INDEX public_links_created_by ON public_links ("createdBy");
CREATE INDEX public_links_form_id ON public_links ("formId");

CREATE VIEW actor_dataset_filter WITH (security_invoker) AS
SELECT f."datasetId", v."actorId", jsonb_object_agg(p.name, v.value) AS filter
FROM dataset_access_filters AS f JOIN ds_properties AS p ON p.id = f."datasetPropertyId"
    JOIN actor_property_values AS v ON v."actorPropertyId" = f."actorPropertyId"
GROUP BY f."datasetId", v."actorId";
COMMENT ON VIEW actor_dataset_filter IS 'By which properties of a dataset an actor''s entities are told, and the values that these need.';

CREATE INDEX forms_object ON forms ((id::varchar)) WHERE "deletedAt" IS NULL;
CREATE INDEX datasets_object ON datasets ((id::varchar)) WHERE "deletedAt" IS NULL;
-- Three policies over the same assignments. What they know things by is what the tables know them by: actees, forms, datasets.
DO $$
DECLARE
    of_actees text := 'SELECT id AS object, parent FROM actees WHERE parent IS NOT NULL
        UNION ALL SELECT id, species FROM actees WHERE species <> ''*''';
    of_things text := ' UNION ALL SELECT id::varchar, "acteeId" FROM %s WHERE "deletedAt" IS NULL';
    policy record;
BEGIN
    FOR policy IN VALUES ('access', of_actees), ('form_access', of_actees || format(of_things, 'forms')),
        ('dataset_access', of_actees || format(of_things, 'datasets')) LOOP
        PERFORM quire.create_policy(format('%I.%I', current_schema(), policy.column1),
            grants => 'SELECT g."actorId" AS actor, g."roleId" AS role, g."acteeId" AS object
                FROM assignments AS g JOIN actors AS a ON a.id = g."actorId" WHERE a."deletedAt" IS NULL',
            roles => 'SELECT id AS role, jsonb_array_elements_text(verbs) AS verb FROM roles',
            parents => policy.column2);
    END LOOP;
END $$;

CREATE FUNCTION implied_actees(actee_id text) RETURNS SETOF text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH RECURSIVE implied AS (
        SELECT actee_id AS id
        UNION
        SELECT l.id FROM implied AS i JOIN actees AS a ON a.id = i.id, LATERAL (VALUES (a.parent), (a.species)) AS l(id)
        WHERE l.id IS NOT NULL
    )
    SELECT id FROM implied
$$;
COMMENT ON FUNCTION implied_actees(text) IS
    'The actee and all others on which a grant holds for it: what it lies in, its species, everything.';

CREATE FUNCTION can(actor_id int4, verb text, actee_id text) RETURNS bool LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM actors AS a WHERE a.id = actor_id AND a."acteeId" = actee_id AND a."deletedAt" IS NULL
            AND (verb IN ('user.read', 'user.update') OR (verb = 'session.end' AND a.type <> 'field_key'))) THEN true
        ELSE EXISTS (SELECT FROM actees AS t WHERE t.id = actee_id)
            AND quire.can(format('%I.access', current_schema()), verb, actee_id, actor_id::text) END
$$;
COMMENT ON FUNCTION can(int4, text, text) IS
    'May the actor do this to the actee? By a role there or on what it lies in; and something to oneself. What is unknown, nobody may.';

CREATE FUNCTION can(actor_id int4, verbs text[], actee_id text) RETURNS bool LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(bool_or(can(actor_id, verb, actee_id)), false) FROM unnest(verbs) AS verb
$$;
COMMENT ON FUNCTION can(int4, text[], text) IS 'May the actor do one of these to the actee?';

CREATE FUNCTION verbs_on(actor_id int4, actee_id text) RETURNS text[] LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT quire.verbs(format('%I.access', current_schema()), actee_id, actor_id::text)
$$;
COMMENT ON FUNCTION verbs_on(int4, text) IS 'All that the roles of an actor let it do to the actee.';

CREATE FUNCTION find_role(role text) RETURNS roles LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    known roles;
BEGIN
    SELECT * INTO known FROM roles AS r WHERE r.system = role OR r.id::text = role;
    IF NOT FOUND THEN
        RAISE 'there is no role "%"', role USING ERRCODE = 'P0002', HINT = 'A role is told by its system name or its id.';
    END IF;
    RETURN known;
END $$;
COMMENT ON FUNCTION find_role(text) IS 'The role of this system name, or with this id.';

CREATE FUNCTION can_assign_role(actor_id int4, role text, actee_id text) RETURNS bool
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH held AS (SELECT verbs_on(actor_id, actee_id) AS verbs)
    SELECT NOT EXISTS (
        SELECT FROM jsonb_array_elements_text((find_role(role)).verbs) AS wanted(verb), held
        WHERE wanted.verb <> ALL (held.verbs)
            AND NOT (wanted.verb IN ('open_form.list', 'open_form.read') AND substr(wanted.verb, 6) = ANY (held.verbs)))
$$;
COMMENT ON FUNCTION can_assign_role(int4, text, text) IS
    'Does the actor itself hold every verb of the role there? form.read is more than open_form.read.';

CREATE FUNCTION need(verb text, actee_id text) RETURNS void LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF quire.actor() IS NOT NULL AND NOT coalesce(can(current_actor_id(), verb, actee_id), false) THEN
        RAISE 'the actor may not do this' USING ERRCODE = '42501', DETAIL = format('It needs the verb "%s" there.', verb),
            HINT = 'assign() grants a role that has it.';
    END IF;
END $$;
COMMENT ON FUNCTION need(text, text) IS
    'An error when the session acts for an actor who may not do this; when it acts for nobody, the rights of its database role decide.';

CREATE FUNCTION assign(actor_id int4, role text, actee_id text) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM need('assignment.create', actee_id);
    IF quire.actor() IS NOT NULL AND NOT can_assign_role(current_actor_id(), role, actee_id) THEN
        RAISE 'the role has verbs that the actor does not hold there' USING ERRCODE = '42501',
            HINT = 'Nobody grants what is not theirs.';
    END IF;
    INSERT INTO assignments VALUES (actor_id, (find_role(role)).id, actee_id) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION assign(int4, text, text) IS 'Grants an actor a role on an actee; false when it was granted already.';

CREATE FUNCTION unassign(actor_id int4, role text, actee_id text) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM need('assignment.delete', actee_id);
    DELETE FROM assignments AS a WHERE (a."actorId", a."roleId", a."acteeId") = (actor_id, (find_role(role)).id, actee_id);
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION unassign(int4, text, text) IS 'Takes a role back; false when it was not granted.';

-- Sessions.

CREATE FUNCTION setting(key text, fallback jsonb) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce((SELECT value FROM config AS c WHERE c.key = setting.key), fallback)
$$;
COMMENT ON FUNCTION setting(text, jsonb) IS 'What config has for a key, or else the fallback.';

CREATE FUNCTION configure(key text, value jsonb) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM need('config.set', 'config');
    INSERT INTO config AS c (key, value) VALUES (configure.key, configure.value)
    ON CONFLICT ON CONSTRAINT config_pkey DO UPDATE SET value = EXCLUDED.value;
END $$;
COMMENT ON FUNCTION configure(text, jsonb) IS 'Sets a key of config.';

CREATE FUNCTION new_session(actor_id int4, INOUT expires timestamptz DEFAULT NULL, OUT token text, OUT csrf text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- The form that the platform's clients expect: 64 of A-Z a-z 0-9 ! $.
    token := translate(quire.new_token(48), '-_', '$!');
    csrf := translate(quire.new_token(48), '-_', '$!');
    expires := coalesce(expires, statement_timestamp() + make_interval(secs => setting('sessionLifetime', '86400')::text::float8));
    INSERT INTO sessions ("actorId", token, csrf, "expiresAt")
    VALUES (actor_id, encode(quire.token_digest(token), 'hex'), encode(quire.token_digest(csrf), 'hex'), expires);
END $$;
COMMENT ON FUNCTION new_session(int4, timestamptz) IS
    'A session: its token, and the one against cross-site requests. It lasts config sessionLifetime seconds, a day, unless told.';

CREATE FUNCTION session_actor(token text, csrf text DEFAULT NULL) RETURNS int4 LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    known int4;
BEGIN
    IF token ~ '^[A-Za-z0-9!$]{64}$' THEN
        SELECT s."actorId" INTO known FROM sessions AS s JOIN actors AS a ON a.id = s."actorId"
        WHERE s.token = encode(quire.token_digest(session_actor.token), 'hex') AND s."expiresAt" > now()
            AND a."deletedAt" IS NULL AND (a."expiresAt" IS NULL OR a."expiresAt" > now())
            AND (session_actor.csrf IS NULL OR s.csrf = encode(quire.token_digest(session_actor.csrf), 'hex'));
    END IF;
    IF known IS NULL THEN
        RAISE 'the session is not valid' USING ERRCODE = '28000', HINT = 'It may have expired; log in again.';
    END IF;
    RETURN known;
END $$;
COMMENT ON FUNCTION session_actor(text, text) IS
    'The actor of a token, with csrf only if that is the session''s too: whom a backend then makes the session act for, by quire.become().';

CREATE FUNCTION login(email text, password text, OUT token text, OUT csrf text, OUT expires timestamptz)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    account users;
BEGIN
    LOOP
        SELECT u.* INTO account FROM users AS u JOIN actors AS a ON a.id = u."actorId"
        WHERE lower(u.email COLLATE "C") = lower(login.email COLLATE "C") AND a."deletedAt" IS NULL;
        IF account.password IS NULL THEN
            PERFORM quire.hash_password(login.password);  -- as long as for those that there are
            RETURN;
        ELSIF quire.verify_password(login.password, account.password) IS NOT TRUE THEN
            RETURN;
        END IF;
        UPDATE users AS u SET "lastLoginAt" = clock_timestamp(),
            password = CASE WHEN quire.needs_rehash(u.password) THEN quire.hash_password(login.password) ELSE u.password END
        WHERE u."actorId" = account."actorId" AND u.password = account.password;
        EXIT WHEN FOUND;
        -- It was changed while it was verified: once more.
    END LOOP;
    SELECT s.token, s.csrf, s.expires INTO login.token, login.csrf, login.expires FROM new_session(account."actorId") AS s;
END $$;
COMMENT ON FUNCTION login(text, text) IS
    'A session for who knows address and password, NULLs for anyone else. A hash of the platform''s, or an old one, is made anew.';

CREATE FUNCTION logout(token text) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM sessions AS s WHERE s.token = encode(quire.token_digest(logout.token), 'hex');
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION logout(text) IS 'Ends a session; false when there is none.';

CREATE FUNCTION end_sessions(actor_id int4) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    ended int4;
BEGIN
    PERFORM need('session.end', (SELECT "acteeId" FROM actors WHERE id = actor_id));
    DELETE FROM sessions AS s WHERE s."actorId" = actor_id;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;
COMMENT ON FUNCTION end_sessions(int4) IS 'Ends all sessions of an actor: how an app user or a public link is revoked. How many.';

CREATE FUNCTION clear_expired_sessions() RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    cleared int4;
BEGIN
    DELETE FROM sessions WHERE "expiresAt" <= now();
    GET DIAGNOSTICS cleared = ROW_COUNT;
    RETURN cleared;
END $$;
COMMENT ON FUNCTION clear_expired_sessions() IS 'Removes the sessions that nobody can use any more; how many.';

CREATE FUNCTION leave_actor() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM sessions WHERE "actorId" = NEW.id;
    DELETE FROM assignments WHERE "actorId" = NEW.id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION leave_actor() IS 'Trigger: who is deleted has no session and no role any more.';
CREATE TRIGGER leave_actor AFTER UPDATE OF "deletedAt" ON actors FOR EACH ROW
    WHEN (OLD."deletedAt" IS NULL AND NEW."deletedAt" IS NOT NULL) EXECUTE FUNCTION leave_actor();

CREATE INDEX actors_reset_password ON actors ((meta ->> 'resetPassword')) WHERE type = 'singleUse' AND "deletedAt" IS NULL;
CREATE FUNCTION end_user_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM sessions WHERE "actorId" = NEW."actorId";
    UPDATE actors SET "deletedAt" = clock_timestamp()
    WHERE type = 'singleUse' AND meta ->> 'resetPassword' = NEW."actorId"::text AND "deletedAt" IS NULL;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION end_user_sessions() IS
    'Trigger: another password, and who came in by the old one is out; nor does a token reset it that was mailed before. At a login it is the same one, hashed anew.';
CREATE TRIGGER end_sessions AFTER UPDATE OF password ON users FOR EACH ROW
    WHEN (OLD.password IS DISTINCT FROM NEW.password AND OLD."lastLoginAt" IS NOT DISTINCT FROM NEW."lastLoginAt")
    EXECUTE FUNCTION end_user_sessions();

-- Users and their passwords.

CREATE FUNCTION new_password_hash(password text) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF coalesce(length(password), 0) < 10 THEN
        RAISE 'a password has at least 10 characters' USING ERRCODE = '22023';
    END IF;
    RETURN quire.hash_password(password);
END $$;
COMMENT ON FUNCTION new_password_hash(text) IS 'The hash of a password that may be one.';

CREATE FUNCTION create_user(email text, password text DEFAULT NULL, display_name text DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    created int4;
BEGIN
    PERFORM need('user.create', 'user');
    INSERT INTO actors ("displayName") VALUES (coalesce(display_name, left(create_user.email, 64))) RETURNING id INTO created;
    INSERT INTO users AS u ("actorId", email, password)
    VALUES (created, create_user.email, CASE WHEN create_user.password IS NOT NULL THEN new_password_hash(create_user.password) END);
    RETURN created;
END $$;
COMMENT ON FUNCTION create_user(text, text, text) IS 'A new user; one without a password needs request_password_reset() to come in.';

CREATE FUNCTION change_password(user_id int4, old_password text, new_password text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    known text;
BEGIN
    SELECT u.password INTO known FROM users AS u WHERE u."actorId" = user_id AND quire.verify_password(old_password, u.password);
    UPDATE users AS u SET password = new_password_hash(new_password) WHERE u."actorId" = user_id AND u.password = known;
    IF NOT FOUND THEN
        RAISE 'the old password is another' USING ERRCODE = '28000';
    END IF;
END $$;
COMMENT ON FUNCTION change_password(int4, text, text) IS
    'Sets another password, for who knows the old one; it ends all sessions of the user.';

CREATE FUNCTION request_password_reset(email text) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    owner actors;
    helper int4;
BEGIN
    SELECT a.* INTO owner FROM users AS u JOIN actors AS a ON a.id = u."actorId"
    WHERE lower(u.email COLLATE "C") = lower(request_password_reset.email COLLATE "C") AND a."deletedAt" IS NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO actors (type, "displayName", meta, "expiresAt")
    VALUES ('singleUse', 'Password reset token', jsonb_build_object('resetPassword', owner.id), now() + interval '1 day')
    RETURNING id INTO helper;
    INSERT INTO assignments VALUES (helper, (find_role('pwreset')).id, owner."acteeId");
    RETURN (new_session(helper)).token;
END $$;
COMMENT ON FUNCTION request_password_reset(text) IS
    'A token to mail to the address; NULL when no user has it, which a site had better not tell.';

CREATE FUNCTION reset_password(token text, new_password text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    helper actors;
BEGIN
    -- Of two that come for one user, the second waits here and finds its token used, or not good any more.
    PERFORM FROM users AS u JOIN actors AS h ON (h.meta ->> 'resetPassword')::int4 = u."actorId" WHERE h.id = session_actor(token) FOR UPDATE OF u;
    SELECT * INTO helper FROM actors WHERE id = session_actor(token) FOR UPDATE;
    IF helper.type <> 'singleUse' OR helper."deletedAt" IS NOT NULL THEN
        RAISE 'the token does not reset a password' USING ERRCODE = '28000';
    END IF;
    UPDATE users SET password = new_password_hash(new_password) WHERE "actorId" = (helper.meta ->> 'resetPassword')::int4;
    RETURN (helper.meta ->> 'resetPassword')::int4;
END $$;
COMMENT ON FUNCTION reset_password(text, text) IS 'Sets another password by a token that was mailed, once; the user''s id.';

-- Projects, and who else acts.

CREATE FUNCTION create_project(name text, description text DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    created int4;
BEGIN
    PERFORM need('project.create', 'project');
    INSERT INTO projects AS p (name, description) VALUES (create_project.name, create_project.description) RETURNING p.id INTO created;
    RETURN created;
END $$;
COMMENT ON FUNCTION create_project(text, text) IS 'A new project; its id.';

CREATE FUNCTION within_parent() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    container text;
BEGIN
    EXECUTE format('SELECT "acteeId" FROM %I WHERE id = $1', TG_ARGV[0]) INTO container USING (to_jsonb(NEW) ->> TG_ARGV[1])::int4;
    UPDATE actees AS t SET parent = container, species = a.type FROM actors AS a WHERE a.id = NEW."actorId" AND t.id = a."acteeId";
    RETURN NEW;
END $$;
COMMENT ON FUNCTION within_parent() IS 'Trigger within_parent(table, column): an app user lies in its project, a public link in its form.';
CREATE TRIGGER within_parent BEFORE INSERT ON field_keys FOR EACH ROW EXECUTE FUNCTION within_parent('projects', 'projectId');
SELECT keep('public_links', 'actorId', 'formId');
CREATE TRIGGER within_parent BEFORE INSERT ON public_links FOR EACH ROW EXECUTE FUNCTION within_parent('forms', 'formId');

CREATE FUNCTION creator(created_by int4) RETURNS int4 LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF coalesce(created_by, current_actor_id()) IS NULL THEN
        RAISE 'it is not known who creates this' USING ERRCODE = '22004',
            HINT = 'Say it by created_by, or let the session act for an actor, by quire.become().';
    END IF;
    RETURN coalesce(created_by, current_actor_id());
END $$;
COMMENT ON FUNCTION creator(int4) IS 'Who is told, or else the actor of the session; an error when that is nobody.';

CREATE FUNCTION create_field_key(project_id int4, display_name text, created_by int4 DEFAULT NULL, OUT actor_id int4, OUT token text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM need('field_key.create', (SELECT "acteeId" FROM projects WHERE id = project_id));
    INSERT INTO actors (type, "displayName") VALUES ('field_key', display_name) RETURNING id INTO actor_id;
    INSERT INTO field_keys VALUES (actor_id, creator(created_by), project_id);
    token := (new_session(actor_id, '9999-12-31 23:59:59Z')).token;
END $$;
COMMENT ON FUNCTION create_field_key(int4, text, int4) IS
    'A new app user of a project, and the token that its device keeps. It sees no form before it is assigned the role app-user there.';

CREATE FUNCTION create_public_link(
    form_id int4, display_name text, once bool DEFAULT false, created_by int4 DEFAULT NULL, OUT actor_id int4, OUT token text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    form text;
BEGIN
    SELECT "acteeId" INTO form FROM forms WHERE id = form_id AND "deletedAt" IS NULL;
    IF NOT FOUND THEN
        RAISE 'there is no such form' USING ERRCODE = 'P0002';
    END IF;
    PERFORM need('public_link.create', form);
    INSERT INTO actors (type, "displayName") VALUES ('public_link', display_name) RETURNING id INTO actor_id;
    INSERT INTO public_links VALUES (actor_id, creator(created_by), form_id, once);
    INSERT INTO assignments VALUES (actor_id, (find_role('pub-link')).id, form);
    token := (new_session(actor_id, '9999-12-31 23:59:59Z')).token;
END $$;
COMMENT ON FUNCTION create_public_link(int4, text, bool, int4) IS 'A new public link to a form, and the token that stands in its address.';

CREATE FUNCTION set_actor_property(actor_id int4, name text, value text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    project_id int4;
    property_id int4;
BEGIN
    SELECT coalesce(k."projectId", f."projectId") INTO project_id
    FROM actors AS a LEFT JOIN field_keys AS k ON k."actorId" = a.id LEFT JOIN public_links AS l ON l."actorId" = a.id
        LEFT JOIN forms AS f ON f.id = l."formId"
    WHERE a.id = actor_id;
    PERFORM need('actor_property.update', (SELECT "acteeId" FROM projects WHERE id = project_id));
    INSERT INTO actor_properties AS p ("projectId", name) VALUES (project_id, set_actor_property.name) ON CONFLICT DO NOTHING;
    SELECT p.id INTO property_id FROM actor_properties AS p WHERE p."projectId" = project_id AND p.name = set_actor_property.name;
    IF value IS NULL THEN
        DELETE FROM actor_property_values AS v WHERE v."actorId" = actor_id AND v."actorPropertyId" = property_id;
    ELSE
        INSERT INTO actor_property_values AS v ("actorId", "actorPropertyId", value)
        VALUES (actor_id, property_id, set_actor_property.value)
        ON CONFLICT ("actorId", "actorPropertyId") DO UPDATE SET value = EXCLUDED.value;
    END IF;
END $$;
COMMENT ON FUNCTION set_actor_property(int4, text, text) IS
    'What is kept of an app user or a public link, to be compared with what dataset_access_filters names; NULL removes it.';

CREATE FUNCTION set_preference(user_id int4, name text, value jsonb, project_id int4 DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM need('user.update', (SELECT a."acteeId" FROM actors AS a WHERE a.id = user_id));
    IF value IS NULL THEN
        DELETE FROM user_site_preferences AS s WHERE s."userId" = user_id AND s."propertyName" = name AND project_id IS NULL;
        DELETE FROM user_project_preferences AS p
        WHERE (p."userId", p."propertyName", p."projectId") = (user_id, name, project_id);
    ELSIF project_id IS NULL THEN
        INSERT INTO user_site_preferences AS s VALUES (user_id, name, value)
        ON CONFLICT ("userId", "propertyName") DO UPDATE SET "propertyValue" = EXCLUDED."propertyValue";
    ELSE
        INSERT INTO user_project_preferences AS p VALUES (user_id, project_id, name, value)
        ON CONFLICT ("userId", "projectId", "propertyName") DO UPDATE SET "propertyValue" = EXCLUDED."propertyValue";
    END IF;
END $$;
COMMENT ON FUNCTION set_preference(int4, text, jsonb, int4) IS 'What a user has chosen, everywhere or in a project; NULL removes it.';

-- Row security. Roles other than the owner's read through it, and write what needs no more than a row.

DO $$
DECLARE
    home text := format('%I.', current_schema());
    p record;
BEGIN
    -- Tables by their actee, their form or their dataset: the verbs to select, insert, update and delete.
    FOR p IN SELECT * FROM (VALUES
        ('projects', 'access', 'acteeId', 'project.read', 'project.create', 'project.update', 'project.delete'),
        ('forms', 'access', 'acteeId', 'form.read', 'form.create', 'form.update', 'form.delete'),
        ('datasets', 'access', 'acteeId', 'dataset.read', 'dataset.create', 'dataset.update', 'dataset.delete'),
        ('assignments', 'access', 'acteeId', 'assignment.list', 'assignment.create', NULL, 'assignment.delete'),
        ('form_defs', 'form_access', 'formId', 'form.read', 'form.update', 'form.update', 'form.delete'),
        ('public_links', 'form_access', 'formId', 'public_link.list', NULL, 'public_link.update', NULL),
        -- Made with a first version, by its trigger.
        ('submissions', 'form_access', 'formId', 'submission.read', NULL, 'submission.update', 'submission.delete'),
        ('submission_defs', 'form_access', 'formId', 'submission.read', 'submission.create', NULL, NULL),
        ('form_field_values', 'form_access', 'formId', 'submission.read', NULL, NULL, NULL),
        ('ds_properties', 'dataset_access', 'datasetId', 'dataset.read', 'dataset.update', 'dataset.update', 'dataset.update'),
        ('dataset_form_defs', 'dataset_access', 'datasetId', 'dataset.read', NULL, NULL, NULL),
        ('dataset_access_filters', 'dataset_access', 'datasetId', 'dataset.read', 'dataset.update', 'dataset.update', 'dataset.update'),
        ('entities', 'dataset_access', 'datasetId', 'entity.read', NULL, 'entity.update', 'entity.delete')
    ) AS t(name, policy, col, reads, inserts, updates, deletes) LOOP
        PERFORM quire.protect(p.name::regclass, home || p.policy, p.col, p.reads, p.inserts, p.updates, p.deletes);
        -- The owner is the backend, and runs the triggers: it sees all.
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', p.name);
    END LOOP;

    -- Tables whose rows are seen with a row of another, or by a condition of their own.
    FOR p IN SELECT * FROM (VALUES
        ('field_keys', 'EXISTS (SELECT FROM actors AS a WHERE a.id = "actorId")'),
        ('users', 'EXISTS (SELECT FROM actors AS a WHERE a.id = "actorId")'),
        ('actor_properties', 'EXISTS (SELECT FROM projects AS p WHERE p.id = "projectId")'),
        ('actor_property_values', 'EXISTS (SELECT FROM actors AS a WHERE a.id = "actorId")'),
        ('user_site_preferences', '"userId" = (SELECT current_actor_id())'),
        ('user_project_preferences', '"userId" = (SELECT current_actor_id())'),
        ('roles', 'true'),
        ('form_schemas', 'EXISTS (SELECT FROM form_defs AS d WHERE d."schemaId" = form_schemas.id)'),
        ('form_fields', 'EXISTS (SELECT FROM form_defs AS d WHERE d."schemaId" = form_fields."schemaId")'),
        ('form_attachments', 'EXISTS (SELECT FROM form_defs AS d WHERE d.id = "formDefId")'),
        ('ds_property_fields', 'EXISTS (SELECT FROM ds_properties AS p WHERE p.id = "dsPropertyId")'),
        ('submission_attachments', 'EXISTS (SELECT FROM submission_defs AS d WHERE d.id = "submissionDefId")'),
        ('submission_violations', 'EXISTS (SELECT FROM submission_defs AS d WHERE d.id = "submissionDefId")'),
        ('comments', 'EXISTS (SELECT FROM submissions AS s WHERE s.id = "submissionId")'),
        ('entity_submission_backlog', 'EXISTS (SELECT FROM submissions AS s WHERE s.id = "submissionId")'),
        ('entity_defs', 'EXISTS (SELECT FROM entities AS e WHERE e.id = "entityId")'),
        ('entity_def_sources', 'EXISTS (SELECT FROM entity_defs AS d WHERE d."sourceId" = entity_def_sources.id)'),
        ('blobs', 'EXISTS (SELECT FROM form_attachments AS f WHERE f."blobId" = blobs.id)
            OR EXISTS (SELECT FROM submission_attachments AS s WHERE s."blobId" = blobs.id)'),
        ('client_audits', 'EXISTS (SELECT FROM submission_attachments AS s WHERE s."blobId" = client_audits."blobId")'),
        ('config', format('quire.allowed(%L, ''config.read'', ''config''::text)', home || 'access')),
        ('audits', format('quire.allowed(%L, ''audit.read'', ''audit''::text)', home || 'access'))
    ) AS t(name, condition) LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p.name);
        EXECUTE format('CREATE POLICY seen ON %I FOR SELECT USING (%s)', p.name, p.condition);
    END LOOP;

    -- Nobody but the owner sees secrets, or what holds the rest together.
    FOR p IN SELECT unnest('{sessions,keys,actees,purged_entities}'::text[]) AS name LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', p.name);
    END LOOP;

    ALTER TABLE actors ENABLE ROW LEVEL SECURITY;
    CREATE POLICY oneself ON actors FOR SELECT USING (id = (SELECT current_actor_id()));
    FOR p IN VALUES ('user', 'user.read'), ('field_key', 'field_key.list'), ('public_link', 'public_link.list') LOOP
        EXECUTE format('CREATE POLICY %I ON actors FOR SELECT USING (type = %L AND quire.allowed(%L, %L, "acteeId"))',
            p.column1, p.column1, home || 'access', p.column2);
    END LOOP;
    CREATE POLICY oneself ON assignments FOR SELECT USING ("actorId" = (SELECT current_actor_id()));

    -- Who fills forms in sees those that are open, and their published versions.
    EXECUTE format('CREATE POLICY open ON forms FOR SELECT USING (
        state <> ''closed'' AND "currentDefId" IS NOT NULL AND quire.allowed(%L, ''open_form.read'', "acteeId"))', home || 'access');
    EXECUTE format('CREATE POLICY open ON form_defs FOR SELECT USING (
        "publishedAt" IS NOT NULL AND quire.allowed(%L, ''open_form.read'', "formId")
        AND EXISTS (SELECT FROM forms AS f WHERE f.id = "formId"))', home || 'form_access');
    -- Who may submit may not therefore change what others have submitted.
    EXECUTE format('CREATE POLICY edits ON submission_defs AS RESTRICTIVE FOR INSERT WITH CHECK (
        root IS TRUE OR quire.allowed(%L, ''submission.update'', "formId"))', home || 'form_access');
    CREATE POLICY of_own_name ON submission_defs AS RESTRICTIVE FOR INSERT WITH CHECK ("submitterId" = current_actor_id());
    CREATE POLICY of_own_verbs ON assignments AS RESTRICTIVE FOR INSERT
        WITH CHECK (can_assign_role(current_actor_id(), "roleId"::text, "acteeId"));
    CREATE POLICY of_own_name ON comments FOR INSERT WITH CHECK (
        "actorId" = current_actor_id() AND EXISTS (SELECT FROM submissions AS s WHERE s.id = "submissionId"));

    -- What is deleted is gone, but for the owner: nobody else sees it, or marks it or brings it back by UPDATE.
    FOR p IN SELECT unnest('{actors,projects,forms,datasets,ds_properties,submissions,entities}'::text[]) AS name LOOP
        EXECUTE format('CREATE POLICY live ON %I AS RESTRICTIVE USING ("deletedAt" IS NULL)', p.name);
    END LOOP;
    CREATE POLICY live ON submission_defs AS RESTRICTIVE FOR SELECT
        USING (EXISTS (SELECT FROM submissions AS s WHERE s.id = "submissionId"));
    CREATE POLICY live ON form_field_values AS RESTRICTIVE FOR SELECT
        USING (EXISTS (SELECT FROM submission_defs AS d WHERE d.id = "submissionDefId"));
END $$;

-- What a write leads to is done by the owner: who may submit need not be one who may write entities. Nobody can hang these
-- functions on tables of their own, and the search_path that they keep begins with the schema.
CREATE FUNCTION run_triggers_as_owner(on_off bool) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    f regprocedure;
BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = quote_ident(current_schema())::regnamespace AND prorettype = 'trigger'::regtype LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY %s', f, CASE WHEN on_off THEN 'DEFINER' ELSE 'INVOKER' END);
        EXECUTE format(CASE WHEN on_off THEN 'REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC'
            ELSE 'GRANT EXECUTE ON FUNCTION %s TO PUBLIC' END, f);
    END LOOP;
END $$;
COMMENT ON FUNCTION run_triggers_as_owner(bool) IS
    'Lets the triggers of this schema run with the rights of its owner, or of whoever writes.';
SELECT run_triggers_as_owner(true);

-- What conditions of row security ask runs with the owner's rights too: it tells nobody more than quire.verbs() does.
ALTER FUNCTION current_actor_id() SECURITY DEFINER;
ALTER FUNCTION can_assign_role(int4, text, text) SECURITY DEFINER;

CREATE FUNCTION grant_reading(reader name) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    shown text;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), reader);
    FOR shown IN
        SELECT c.oid::regclass::text FROM pg_class AS c
        WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname <> 'users'
            AND (c.relkind = 'v' AND 'security_invoker=true' = ANY (c.reloptions) OR EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
                OR c.relname = 'submission_events')
    LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', shown, reader);
    END LOOP;
    EXECUTE format('GRANT SELECT ("actorId", email, "lastLoginAt") ON users TO %I', reader);
END $$;
COMMENT ON FUNCTION grant_reading(name) IS
    'Lets a database role read, of all that is no secret, the rows that the actor it acts for may see; DROP OWNED BY takes it back.';
-- down
DROP FUNCTION grant_reading(name);
ALTER FUNCTION current_actor_id() SECURITY INVOKER;
SELECT run_triggers_as_owner(false);
DO $$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT polname, polrelid::regclass AS name FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
        WHERE c.relnamespace = quote_ident(current_schema())::regnamespace LOOP
        EXECUTE format('DROP POLICY %I ON %s', made.polname, made.name);
    END LOOP;
    FOR made IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relrowsecurity LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', made.name);
    END LOOP;
END $$;
DROP TRIGGER within_parent ON field_keys;
DROP TRIGGER end_sessions ON users;
DROP TRIGGER leave_actor ON actors;
DROP FUNCTION run_triggers_as_owner(bool), set_preference(int4, text, jsonb, int4),
    set_actor_property(int4, text, text), create_public_link(int4, text, bool, int4), create_field_key(int4, text, int4),
    creator(int4), create_project(text, text), reset_password(text, text), request_password_reset(text),
    change_password(int4, text, text), create_user(text, text, text), new_password_hash(text), end_user_sessions(),
    leave_actor(), clear_expired_sessions(), end_sessions(int4), logout(text), login(text, text), session_actor(text, text),
    new_session(int4, timestamptz), configure(text, jsonb), setting(text, jsonb), unassign(int4, text, text),
    assign(int4, text, text), need(text, text), can_assign_role(int4, text, text), find_role(text), verbs_on(int4, text),
    can(int4, text[], text), can(int4, text, text), implied_actees(text);
DO $$ BEGIN
    PERFORM quire.drop_policy(format('%I.%I', current_schema(), name)) FROM unnest('{access,form_access,dataset_access}'::text[]) AS name;
END $$;
DROP INDEX datasets_object, forms_object, actors_reset_password;
DROP VIEW actor_dataset_filter;
DROP TABLE public_links;
DROP FUNCTION within_parent();
