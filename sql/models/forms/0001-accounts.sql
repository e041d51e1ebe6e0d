-- Accounts: who acts, on what rights are granted, and what was done; projects, keys and blobs, which all else refers to.
-- Names are those of the platform. Every function is the schema's own and keeps the search_path that it was made under.

CREATE TYPE s3_upload_status AS ENUM ('pending', 'uploaded', 'failed', 'skipped');
COMMENT ON TYPE s3_upload_status IS 'Where the content of a blob is on its way to an object store.';

CREATE TABLE actees (
    id varchar(36) PRIMARY KEY DEFAULT gen_random_uuid()::text CHECK (id ~ '[^0-9]'),
    species varchar(36),
    parent varchar(36),
    "purgedAt" timestamptz(3),
    "purgedName" text,
    details jsonb
);
COMMENT ON TABLE actees IS
    'What rights are granted on and audits are about: one row for each project, form, dataset and actor, and for each species of them.';
COMMENT ON COLUMN actees.id IS 'A UUID, or the name of a species; no number, by which policies know forms and datasets.';
COMMENT ON COLUMN actees.species IS 'What it is; the species are actees themselves, of species *.';
COMMENT ON COLUMN actees.parent IS 'What it lies in: what is granted there holds here.';
COMMENT ON COLUMN actees."purgedName" IS 'What it was called; all that is left of the name once it is purged.';
CREATE INDEX actees_parent ON actees (parent);
CREATE INDEX actees_species ON actees (species);
INSERT INTO actees (id, species)
SELECT species, '*' FROM unnest('{*,actor,group,user,form,submission,field_key,config,project,role,assignment,audit,dataset,
    public_link,singleUse}'::text[]) AS species;

CREATE TABLE actors (
    id serial PRIMARY KEY,
    type varchar(15) NOT NULL DEFAULT 'user' CHECK (type IN ('user', 'field_key', 'public_link', 'singleUse', 'system')),
    "acteeId" varchar(36) NOT NULL REFERENCES actees,
    "displayName" varchar(64) NOT NULL CHECK ("displayName" <> ''),
    meta jsonb,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "updatedAt" timestamptz(3),
    "deletedAt" timestamptz(3),
    "expiresAt" timestamptz(3)
);
COMMENT ON TABLE actors IS 'Who can take action: a user, a field key (app user), a public link, or a password reset (singleUse).';
CREATE INDEX actors_type ON actors (type);
CREATE UNIQUE INDEX actors_actee_id ON actors ("acteeId");

CREATE TABLE users (
    "actorId" int4 PRIMARY KEY REFERENCES actors ON DELETE CASCADE,
    password text CHECK (password LIKE '$%$%'),
    email text NOT NULL,
    "lastLoginAt" timestamptz(3)
);
COMMENT ON TABLE users IS 'The actors who log in by address and password.';
COMMENT ON COLUMN users.password IS
    'Its hash, by quire.hash_password(); one of bcrypt, taken over from the platform, until the next login.';
CREATE INDEX users_email ON users (lower(email COLLATE "C"));

CREATE TABLE roles (
    id serial PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    system varchar(8) UNIQUE,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "updatedAt" timestamptz(3),
    verbs jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(verbs) = 'array')
);
COMMENT ON TABLE roles IS 'Sets of verbs, to be granted on an actee.';
COMMENT ON COLUMN roles.system IS 'What the platform calls those that it comes with.';
CREATE INDEX roles_verbs ON roles USING gin (verbs);

-- The verbs of a role, written as species:verb|verb, species:verb ...
INSERT INTO roles (id, name, system, verbs)
SELECT id, name, system, (
    SELECT jsonb_agg(split_part(part, ':', 1) || '.' || verb ORDER BY place, turn)
    FROM unnest(string_to_array(verbs, ' ')) WITH ORDINALITY AS p(part, place),
        unnest(string_to_array(split_part(part, ':', 2), '|')) WITH ORDINALITY AS v(verb, turn))
FROM (VALUES
    (1, 'Administrator', 'admin', 'config:read|set project:create|read|update|delete form:create|read|update|delete|list|restore '
        'submission:create|read|list|update|delete|restore dataset:create|read|update|delete|list '
        'entity:create|read|update|delete|list|restore field_key:create|list|update|delete '
        'public_link:create|read|update|delete|list user:create|read|update|delete|list|password.invalidate '
        'role:create|update|delete assignment:create|list|delete actor_property:list|update session:end audit:read '
        'analytics:read backup:run'),
    (2, 'App User', 'app-user', 'open_form:read submission:create'),
    (3, 'Password Reset Token', 'pwreset', 'user:password.reset'),
    (5, 'Project Manager', 'manager', 'project:read|update|delete form:create|read|update|delete|list|restore '
        'submission:create|read|list|update|delete|restore dataset:create|read|update|delete|list '
        'entity:create|read|update|delete|list|restore field_key:create|list|update|delete '
        'public_link:create|read|update|delete|list assignment:create|list|delete actor_property:list|update session:end'),
    (6, 'Project Viewer', 'viewer', 'project:read form:list|read submission:read|list dataset:list|read entity:list|read '
        'actor_property:list'),
    (7, 'Form Viewer (system internal)', 'formview', 'open_form:read'),
    (8, 'Data Collector', 'formfill', 'project:read open_form:list|read submission:create'),
    (9, 'Public Link', 'pub-link', 'open_form:read submission:create')) AS stock(id, name, system, verbs);
SELECT setval('roles_id_seq', 9);

CREATE TABLE assignments (
    "actorId" int4 REFERENCES actors ON DELETE CASCADE,
    "roleId" int4 REFERENCES roles,
    "acteeId" varchar(36) REFERENCES actees,
    PRIMARY KEY ("actorId", "roleId", "acteeId")
);
COMMENT ON TABLE assignments IS 'Which actor holds which role on which actee.';
CREATE INDEX assignments_actee_id ON assignments ("acteeId");
CREATE INDEX assignments_role_id ON assignments ("roleId");

CREATE TABLE sessions (
    "actorId" int4 NOT NULL REFERENCES actors ON DELETE CASCADE,
    token varchar(64) NOT NULL CHECK (token ~ '^[0-9a-f]{64}$'),
    "expiresAt" timestamptz(3) NOT NULL,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    csrf varchar(64) CHECK (csrf ~ '^[0-9a-f]{64}$')
);
COMMENT ON TABLE sessions IS 'Who is logged in, and the lasting tokens of field keys and public links.';
COMMENT ON COLUMN sessions.token IS 'Its SHA-256; the token itself is with the actor alone.';
COMMENT ON COLUMN sessions.csrf IS 'Its SHA-256, likewise.';
CREATE INDEX sessions_actor_id ON sessions ("actorId", "expiresAt");
CREATE INDEX sessions_expires_at ON sessions ("expiresAt");
CREATE UNIQUE INDEX sessions_token ON sessions (token);

CREATE TABLE keys (
    id serial PRIMARY KEY,
    public text NOT NULL UNIQUE,
    private jsonb,
    managed bool,
    hint text,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp()
);
COMMENT ON TABLE keys IS 'What submissions are encrypted with: keys that the platform manages, and those that forms bring.';

CREATE TABLE projects (
    id serial PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    "acteeId" varchar(36) NOT NULL UNIQUE REFERENCES actees,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "updatedAt" timestamptz(3),
    "deletedAt" timestamptz(3),
    archived bool,
    "keyId" int4 REFERENCES keys,
    description text
);
COMMENT ON TABLE projects IS 'What forms, datasets and app users belong to.';
COMMENT ON COLUMN projects."keyId" IS 'The managed key: every form of the project is then encrypted.';
CREATE UNIQUE INDEX projects_key_id ON projects ("keyId");

CREATE TABLE field_keys (
    "actorId" int4 PRIMARY KEY REFERENCES actors ON DELETE CASCADE,
    "createdBy" int4 NOT NULL REFERENCES actors,
    "projectId" int4 REFERENCES projects
);
COMMENT ON TABLE field_keys IS 'The app users of projects: actors that a device acts as.';
CREATE INDEX field_keys_created_by ON field_keys ("createdBy");
CREATE INDEX field_keys_project_id ON field_keys ("projectId");

CREATE TABLE blobs (
    id serial PRIMARY KEY,
    sha varchar(40) NOT NULL CHECK (sha ~ '^[0-9a-f]{40}$'),
    content bytea,
    "contentType" text NOT NULL DEFAULT 'application/octet-stream',
    md5 varchar(32) NOT NULL CHECK (md5 ~ '^[0-9a-f]{32}$'),
    s3_status s3_upload_status NOT NULL DEFAULT 'pending',
    size int4 CHECK (size >= 0),
    UNIQUE (sha, "contentType")
);
COMMENT ON TABLE blobs IS 'Every file, once: by what it holds and the type it is said to have.';
COMMENT ON COLUMN blobs.content IS 'NULL when it is in an object store.';

CREATE TABLE config (
    key varchar(40) PRIMARY KEY CHECK (key <> ''),
    value jsonb,
    "setAt" timestamptz(3) DEFAULT clock_timestamp(),
    "blobId" int4 REFERENCES blobs
);
COMMENT ON TABLE config IS 'What the site has set: analytics, backups, lifetimes, the delays of purging.';
CREATE INDEX config_blob_id ON config ("blobId");

CREATE TABLE audits (
    "actorId" int4 REFERENCES actors,
    action text NOT NULL CHECK (action <> ''),
    "acteeId" varchar(36) REFERENCES actees,
    details jsonb,
    "loggedAt" timestamptz(3) DEFAULT clock_timestamp(),
    claimed timestamptz(3),
    processed timestamptz(3),
    "lastFailure" timestamptz(3),
    failures int4 DEFAULT 0,
    id serial PRIMARY KEY,
    notes text
);
COMMENT ON TABLE audits IS 'What was done, by whom, to what; and the queue of what a worker is still to do about it.';
COMMENT ON COLUMN audits.processed IS 'When what follows from it was done; NULL while that waits.';
CREATE INDEX audits_actor_id ON audits ("actorId", "loggedAt");
CREATE INDEX audits_actee_id ON audits ("acteeId", "loggedAt");
CREATE INDEX audits_actor_id_action ON audits ("actorId", action, "loggedAt");
CREATE INDEX audits_action_actee_id ON audits (action, "acteeId", "loggedAt");
CREATE INDEX audits_waiting ON audits ("loggedAt", id) WHERE processed IS NULL;
CREATE INDEX audits_submission_id ON audits (((details -> 'submissionId')::int4)) WHERE details ? 'submissionId';
CREATE INDEX audits_source_id ON audits (((details -> 'sourceId')::int4)) WHERE details ? 'sourceId';
CREATE INDEX audits_entity_uuid ON audits ((details -> 'entity' ->> 'uuid')) WHERE details ? 'entity';
CREATE INDEX audits_entity_uuids ON audits USING gin ((details -> 'entityUuids') jsonb_path_ops) WHERE details ? 'entityUuids';

CREATE TABLE actor_properties (
    id int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "projectId" int4 NOT NULL REFERENCES projects ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) > 0),
    UNIQUE ("projectId", name)
);
COMMENT ON TABLE actor_properties IS 'What a project keeps of its app users and public links.';

CREATE TABLE actor_property_values (
    id int4 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "actorId" int4 NOT NULL REFERENCES actors ON DELETE CASCADE,
    "actorPropertyId" int4 NOT NULL REFERENCES actor_properties ON DELETE CASCADE,
    value text NOT NULL CHECK (length(value) > 0),
    UNIQUE ("actorId", "actorPropertyId")
);
COMMENT ON TABLE actor_property_values IS 'What that is of each.';
CREATE INDEX actor_property_values_actor_property_id ON actor_property_values ("actorPropertyId");

CREATE TABLE user_site_preferences (
    "userId" int4 REFERENCES users ON DELETE CASCADE,
    "propertyName" text CHECK (length("propertyName") > 0),
    "propertyValue" jsonb NOT NULL,
    PRIMARY KEY ("userId", "propertyName")
);
COMMENT ON TABLE user_site_preferences IS 'What users have chosen, everywhere.';

CREATE TABLE user_project_preferences (
    "userId" int4 REFERENCES users ON DELETE CASCADE,
    "projectId" int4 REFERENCES projects ON DELETE CASCADE,
    "propertyName" text CHECK (length("propertyName") > 0),
    "propertyValue" jsonb NOT NULL,
    PRIMARY KEY ("userId", "projectId", "propertyName")
);
COMMENT ON TABLE user_project_preferences IS 'What users have chosen in a project.';
CREATE INDEX user_project_preferences_project_id ON user_project_preferences ("projectId");

-- What the platform's migration tool would keep, for who looks for it there.
CREATE VIEW knex_migrations AS
SELECT id, name, dense_rank() OVER (ORDER BY migration_time) AS batch, migration_time
FROM (SELECT DISTINCT ON (version) version AS id, name, direction, at AS migration_time
    FROM quire_model_history ORDER BY version, quire_model_history.id DESC) AS last
WHERE direction <> 'down';
COMMENT ON VIEW knex_migrations IS 'The steps that this schema has taken; quire.model_history() tells more.';

CREATE VIEW knex_migrations_lock AS
SELECT 1 AS index, EXISTS (
    SELECT FROM pg_locks WHERE relation = 'quire_model_history'::regclass AND mode = 'RowExclusiveLock')::int4 AS is_locked;
COMMENT ON VIEW knex_migrations_lock IS 'Whether somebody is taking a step just now.';

-- In PL/pgSQL, whose plans are kept from one submission to the next.
CREATE FUNCTION current_actor_id() RETURNS int4 LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
BEGIN
    IF quire.actor() ~ '^[0-9]{1,9}$' THEN
        RETURN (SELECT id FROM actors WHERE id = quire.actor()::int4);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION current_actor_id() IS 'The actor that the session acts for, as quire.become() has set it; NULL when for nobody.';

CREATE FUNCTION give_actee() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    described jsonb := to_jsonb(NEW);
    kind text := CASE TG_ARGV[0] WHEN 'actor' THEN described ->> 'type' ELSE TG_ARGV[0] END;
    container text;
BEGIN
    IF described ? 'projectId' THEN
        SELECT "acteeId" INTO container FROM projects WHERE id = (described ->> 'projectId')::int4;
    END IF;
    -- One that there is has to be such a one: rights on a form are not rights on whatever is said to be that form.
    IF EXISTS (SELECT FROM actees WHERE id = NEW."acteeId" AND species = kind AND parent IS NOT DISTINCT FROM container) THEN
        RETURN NEW;
    END IF;
    INSERT INTO actees (id, species, parent) VALUES (coalesce(NEW."acteeId", gen_random_uuid()::text), kind, container)
    RETURNING id INTO NEW."acteeId";
    RETURN NEW;
END $$;
COMMENT ON FUNCTION give_actee() IS
    'Trigger give_actee(species): what is new gets its actee, within that of its project; an actor''s species is its type.';

CREATE FUNCTION keep_identity() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'a row of "%" stays what it is, and where it is', TG_TABLE_NAME USING ERRCODE = '55000', TABLE = TG_TABLE_NAME,
        HINT = format('None of these columns is changed: %s.', array_to_string(TG_ARGV, ', '));
END $$;
COMMENT ON FUNCTION keep_identity() IS 'Trigger keep_identity(column ...): what policies, versions and audits know a row by is not changed.';

CREATE FUNCTION keep(table_name text, VARIADIC columns text[]) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    listed text := (SELECT string_agg(format('%I', c), ', ') FROM unnest(columns) AS c);
BEGIN
    EXECUTE format('CREATE TRIGGER keep_identity BEFORE UPDATE OF %s ON %I FOR EACH ROW WHEN ((%s) IS DISTINCT FROM (%s))
            EXECUTE FUNCTION keep_identity(%s)', listed, table_name,
        (SELECT string_agg(format('OLD.%I', c), ', ') FROM unnest(columns) AS c),
        (SELECT string_agg(format('NEW.%I', c), ', ') FROM unnest(columns) AS c),
        (SELECT string_agg(quote_literal(c), ', ') FROM unnest(columns) AS c));
END $$;
COMMENT ON FUNCTION keep(text, text[]) IS 'Lets nobody change these columns of a table.';
SELECT keep('actors', 'id', 'acteeId'), keep('projects', 'id', 'acteeId'), keep('field_keys', 'actorId', 'projectId');

CREATE FUNCTION log_audit(action text, actee text DEFAULT NULL, details jsonb DEFAULT NULL, actor int4 DEFAULT NULL)
RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    logged int4;
BEGIN
    INSERT INTO audits AS a ("actorId", action, "acteeId", details, notes, processed)
    VALUES (coalesce(actor, current_actor_id()), log_audit.action, actee, log_audit.details,
        nullif(current_setting('forms.action_notes', true), ''),
        CASE WHEN log_audit.action NOT IN ('form.create', 'form.update.draft.set', 'form.update.publish', 'upgrade.process.form',
            'upgrade.process.form.draft', 'upgrade.process.form.entities_version', 'user.preference.update')
            THEN clock_timestamp() END)
    RETURNING a.id INTO logged;
    RETURN logged;
END $$;
COMMENT ON FUNCTION log_audit(text, text, jsonb, int4) IS
    'Writes an audit, by the session''s actor unless told, with the notes in forms.action_notes; its id. Some wait for a worker, outside.';

CREATE FUNCTION make_actor() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO actors (type, "displayName") VALUES ('user', left(NEW.email, 64)) RETURNING id INTO NEW."actorId";
    RETURN NEW;
END $$;
COMMENT ON FUNCTION make_actor() IS 'Trigger: who is not told of gets an actor, called by the address.';

CREATE FUNCTION recheck_email() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE users SET email = email WHERE "actorId" = NEW.id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION recheck_email() IS 'Trigger: an actor comes back, and with it an address that may have been taken meanwhile.';

CREATE FUNCTION describe_blob() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.sha := quire.sha1(NEW.content);
    NEW.md5 := md5(NEW.content);
    NEW.size := octet_length(NEW.content);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION describe_blob() IS 'Trigger: digests and size are those of the content.';

CREATE FUNCTION store_blob(content bytea, content_type text DEFAULT 'application/octet-stream') RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    name text := quire.sha1(content);
    stored blobs.id%TYPE;
    check_sum text;
BEGIN
    LOOP
        -- What is there is held, lest a purge take it before it is referred to.
        SELECT id, md5 INTO stored, check_sum FROM blobs AS b WHERE b.sha = name AND b."contentType" = content_type FOR KEY SHARE;
        EXIT WHEN FOUND;
        INSERT INTO blobs AS b (content, "contentType") VALUES (store_blob.content, content_type)
        ON CONFLICT DO NOTHING RETURNING id INTO stored;
        EXIT WHEN FOUND;
    END LOOP;
    IF check_sum <> md5(content) THEN
        -- Such files can be made; one would be taken for the other.
        RAISE 'there is another file with the same SHA-1' USING ERRCODE = '23505', CONSTRAINT = 'blobs_sha_contentType_key';
    END IF;
    RETURN stored;
END $$;
COMMENT ON FUNCTION store_blob(bytea, text) IS 'The id of the blob that holds this content, which is stored when it is new.';

CREATE TRIGGER give_actee BEFORE INSERT ON actors FOR EACH ROW EXECUTE FUNCTION give_actee('actor');
CREATE TRIGGER give_actee BEFORE INSERT ON projects FOR EACH ROW EXECUTE FUNCTION give_actee('project');
CREATE TRIGGER touch BEFORE UPDATE ON actors FOR EACH ROW EXECUTE FUNCTION quire.touch('', 'updatedAt');
CREATE TRIGGER touch BEFORE UPDATE ON projects FOR EACH ROW EXECUTE FUNCTION quire.touch('', 'updatedAt');
CREATE TRIGGER touch BEFORE UPDATE ON roles FOR EACH ROW EXECUTE FUNCTION quire.touch('', 'updatedAt');
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON config FOR EACH ROW EXECUTE FUNCTION quire.touch('', 'setAt');
CREATE TRIGGER a_make_actor BEFORE INSERT ON users FOR EACH ROW WHEN (NEW."actorId" IS NULL) EXECUTE FUNCTION make_actor();
CREATE TRIGGER check_email BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION
    quire.check_email('email', 'EXISTS (SELECT FROM actors AS a WHERE a.id = r."actorId" AND a."deletedAt" IS NULL)');
CREATE TRIGGER recheck_email AFTER UPDATE OF "deletedAt" ON actors FOR EACH ROW
    WHEN (OLD."deletedAt" IS NOT NULL AND NEW."deletedAt" IS NULL) EXECUTE FUNCTION recheck_email();
CREATE TRIGGER describe BEFORE INSERT OR UPDATE OF content ON blobs FOR EACH ROW
    WHEN (NEW.content IS NOT NULL) EXECUTE FUNCTION describe_blob();
-- down
DROP VIEW knex_migrations_lock, knex_migrations;
DROP TABLE user_project_preferences, user_site_preferences, actor_property_values, actor_properties, audits, config, blobs,
    field_keys, projects, keys, sessions, assignments, roles, users, actors, actees;
DROP FUNCTION store_blob(bytea, text), describe_blob(), recheck_email(), make_actor(), log_audit(text, text, jsonb, int4),
    keep(text, text[]), keep_identity(), give_actee(), current_actor_id();
DROP TYPE s3_upload_status;
