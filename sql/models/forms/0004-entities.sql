-- Entities: what submissions and the API say of the things in datasets, version by version.

CREATE TYPE "conflictType" AS ENUM ('soft', 'hard');
COMMENT ON TYPE "conflictType" IS 'soft: two changed an entity, of different properties; hard: of the same one.';

CREATE TABLE entities (
    id serial PRIMARY KEY,
    uuid uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    "datasetId" integer NOT NULL REFERENCES datasets ON DELETE CASCADE,
    "createdAt" timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    "creatorId" integer NOT NULL REFERENCES actors,
    "updatedAt" timestamptz(3),
    "deletedAt" timestamptz(3),
    conflict "conflictType"
);
COMMENT ON TABLE entities IS 'Entities, whatever their version. A UUID is used once, in all datasets of all projects.';
CREATE INDEX "entities_datasetId_createdAt_id" ON entities ("datasetId", "createdAt", id);
CREATE INDEX "entities_deletedAt" ON entities ("deletedAt");
CREATE INDEX "entities_datasetId_creatorId_updatedAt" ON entities ("datasetId", "creatorId", "updatedAt");
CREATE INDEX "entities_creatorId" ON entities ("creatorId");
CREATE INDEX entities_conflict ON entities (conflict);

CREATE TABLE entity_def_sources (
    id serial PRIMARY KEY,
    type varchar(36) NOT NULL CHECK (type IN ('submission', 'api')),
    "auditId" integer REFERENCES audits ON DELETE SET NULL,
    "submissionDefId" integer REFERENCES submission_defs ON DELETE SET NULL,
    details jsonb,
    "forceProcessed" boolean
);
COMMENT ON TABLE entity_def_sources IS 'Where versions of entities come from.';
CREATE UNIQUE INDEX "entity_def_sources_auditId" ON entity_def_sources ("auditId");
CREATE INDEX "entity_def_sources_submissionDefId" ON entity_def_sources ("submissionDefId");

CREATE TABLE entity_defs (
    id serial PRIMARY KEY,
    "entityId" integer NOT NULL REFERENCES entities ON DELETE CASCADE,
    "createdAt" timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    current boolean,
    data jsonb NOT NULL CHECK (jsonb_typeof(data) = 'object'),
    "creatorId" integer NOT NULL REFERENCES actors,
    "userAgent" varchar(255),
    label text NOT NULL CHECK (label ~ '\S'),
    root boolean NOT NULL DEFAULT false,
    "sourceId" integer REFERENCES entity_def_sources,
    version integer NOT NULL DEFAULT 1,
    "dataReceived" jsonb NOT NULL DEFAULT '{}',
    "baseVersion" integer,
    "conflictingProperties" jsonb,
    "branchId" uuid,
    "trunkVersion" integer,
    "branchBaseVersion" integer,
    UNIQUE ("entityId", version)
);
COMMENT ON TABLE entity_defs IS 'The versions of entities, 1 to n. What is inserted is the next one, and the current one.';
COMMENT ON COLUMN entity_defs."dataReceived" IS 'What was sent, of which data is the outcome.';
COMMENT ON COLUMN entity_defs."baseVersion" IS 'The version here that the sender''s version was made of.';
COMMENT ON COLUMN entity_defs."branchId" IS 'Of versions made one after the other on a device without connection.';
CREATE UNIQUE INDEX entity_defs_current ON entity_defs ("entityId") WHERE current;
CREATE INDEX "entity_defs_entityId_current" ON entity_defs ("entityId", current);
CREATE INDEX "entity_defs_sourceId" ON entity_defs ("sourceId");
CREATE INDEX "entity_defs_creatorId" ON entity_defs ("creatorId");
CREATE INDEX "entity_defs_search" ON entity_defs
    USING gin ((jsonb_to_tsvector('simple', data, '["string"]') || to_tsvector('simple', label))) WHERE current;
CREATE INDEX entity_defs_geometry ON entity_defs (id) WHERE data ? 'geometry' AND data ->> 'geometry' ~ '\d';

CREATE TABLE entity_submission_backlog (
    "submissionId" integer NOT NULL REFERENCES submissions ON DELETE CASCADE,
    "submissionDefId" integer NOT NULL REFERENCES submission_defs ON DELETE CASCADE,
    "branchId" uuid NOT NULL,
    "branchBaseVersion" integer NOT NULL,
    "loggedAt" timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    "auditId" integer REFERENCES audits ON DELETE CASCADE,
    "entityUuid" uuid NOT NULL,
    UNIQUE ("branchId", "branchBaseVersion")
);
COMMENT ON TABLE entity_submission_backlog IS 'Submissions that wait for an update made before them on the same device.';
CREATE INDEX "entity_submission_backlog_auditId" ON entity_submission_backlog ("auditId");
CREATE INDEX "entity_submission_backlog_submissionDefId" ON entity_submission_backlog ("submissionDefId");
CREATE INDEX "entity_submission_backlog_submissionId" ON entity_submission_backlog ("submissionId");
CREATE INDEX "entity_submission_backlog_entityUuid" ON entity_submission_backlog ("entityUuid");

CREATE TABLE purged_entities (
    "entityUuid" uuid PRIMARY KEY,
    "acteeId" varchar NOT NULL,
    "auditId" integer
);
COMMENT ON TABLE purged_entities IS 'The UUIDs of entities that were removed for good; they are not used again.';
CREATE INDEX "purged_entities_acteeId_entityUuid" ON purged_entities ("acteeId", "entityUuid");

CREATE TYPE entity_request AS (
    dataset text, id uuid, label text, action text, "baseVersion" integer, "trunkVersion" integer, "branchId" uuid, data jsonb, error text);
COMMENT ON TYPE entity_request IS 'What a submission asks of an entity, as quire.submission_entities() tells it.';

CREATE FUNCTION check_entity() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW."creatorId" := coalesce(NEW."creatorId", current_actor_id());
    IF NEW."creatorId" IS NULL THEN
        RAISE 'nobody is said to create the entity' USING ERRCODE = '23502', COLUMN = 'creatorId',
            HINT = 'quire.become() says who acts; a submission has its submitterId.';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_entity() IS 'Trigger: somebody creates an entity.';
CREATE TRIGGER check_entity BEFORE INSERT ON entities FOR EACH ROW EXECUTE FUNCTION check_entity();
SELECT keep('entities', 'id', 'uuid', 'datasetId', 'creatorId');

-- After the row, which has waited for who was purging one with its UUID.
CREATE FUNCTION check_purged() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM purged_entities WHERE "entityUuid" = NEW.uuid) THEN
        RAISE 'there was an entity with this UUID before' USING ERRCODE = '23505', CONSTRAINT = 'purged_entities_pkey', HINT = 'Give it another one.';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION check_purged() IS 'Trigger: the UUID of an entity that was purged is not used again.';
CREATE TRIGGER check_purged AFTER INSERT ON entities FOR EACH ROW EXECUTE FUNCTION check_purged();

CREATE FUNCTION next_entity_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    entity entities;
    latest entity_defs;
    stray text;
BEGIN
    SELECT * INTO entity FROM entities AS e WHERE e.id = NEW."entityId" FOR NO KEY UPDATE;
    IF entity.id IS NULL OR entity."deletedAt" IS NOT NULL THEN
        RAISE 'there is no such entity' USING ERRCODE = 'P0002';
    END IF;
    SELECT * INTO latest FROM entity_defs WHERE "entityId" = NEW."entityId" AND current;
    -- What it has already, it keeps, though the property may be gone.
    SELECT key INTO stray FROM jsonb_each(NEW.data)
    WHERE value IS DISTINCT FROM latest.data -> key AND (jsonb_typeof(value) <> 'string' OR NOT EXISTS (
        SELECT FROM ds_properties AS p
        WHERE p."datasetId" = entity."datasetId" AND p.name = key AND p."publishedAt" IS NOT NULL AND p."deletedAt" IS NULL)) LIMIT 1;
    IF FOUND THEN
        RAISE 'the dataset has no property "%", or its value is no string', stray USING ERRCODE = '22023',
            HINT = 'ds_properties has those that were published.';
    END IF;
    NEW.version := coalesce(latest.version, 0) + 1;
    NEW.root := latest.id IS NULL;
    NEW.current := true;
    NEW.label := coalesce(NEW.label, latest.label);
    NEW."creatorId" := coalesce(NEW."creatorId", current_actor_id(), entity."creatorId");
    IF latest.id IS NOT NULL THEN
        UPDATE entity_defs SET current = false WHERE id = latest.id;
        UPDATE entities SET "updatedAt" = clock_timestamp() WHERE id = entity.id;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION next_entity_version() IS 'Trigger: what is inserted is the next version of its entity, and the current one.';
CREATE TRIGGER next_entity_version BEFORE INSERT ON entity_defs FOR EACH ROW EXECUTE FUNCTION next_entity_version();

CREATE FUNCTION keep_entity_def() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'a version of an entity is not changed' USING ERRCODE = '55000', HINT = 'update_entity() makes the next one.';
END $$;
COMMENT ON FUNCTION keep_entity_def() IS 'Trigger: versions are history.';
CREATE TRIGGER keep_entity_def BEFORE UPDATE ON entity_defs FOR EACH ROW
    WHEN ((OLD."entityId", OLD.version, OLD.data, OLD.label, OLD.root, OLD."dataReceived")
        IS DISTINCT FROM (NEW."entityId", NEW.version, NEW.data, NEW.label, NEW.root, NEW."dataReceived"))
    EXECUTE FUNCTION keep_entity_def();

-- What submissions do to entities.

CREATE FUNCTION conflicting_properties(received jsonb, base entity_defs, latest entity_defs) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_agg(key ORDER BY key), '[]')
    FROM jsonb_each(received), (SELECT base.data || jsonb_build_object('label', base.label) AS then,
        latest.data || jsonb_build_object('label', latest.label) AS now) AS d
    WHERE d.then -> key IS DISTINCT FROM d.now -> key AND value IS DISTINCT FROM d.now -> key
$$;
COMMENT ON FUNCTION conflicting_properties(jsonb, entity_defs, entity_defs) IS
    'What was changed to one value since the base version, and is now sent with another.';

CREATE FUNCTION base_of(entity_id int4, asked entity_request, latest entity_defs, OUT base entity_defs)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    IF asked."trunkVersion" > latest.version THEN
        RAISE 'the entity has no version %', asked."trunkVersion" USING ERRCODE = 'P0002';
    ELSIF asked."branchId" IS NULL OR asked."baseVersion" IN (1, asked."trunkVersion") THEN
        SELECT * INTO base FROM entity_defs AS d WHERE d."entityId" = entity_id AND d.version = asked."baseVersion";
    ELSE
        SELECT * INTO base FROM entity_defs AS d
        WHERE d."entityId" = entity_id AND d."branchId" = asked."branchId" AND d."branchBaseVersion" = asked."baseVersion" - 1;
    END IF;
END $$;
COMMENT ON FUNCTION base_of(int4, entity_request, entity_defs) IS
    'The version that a sender has changed, which has another number here when it was made offline; NULL when it has not arrived.';

CREATE FUNCTION update_by_submission(entity entities, def submission_defs, asked entity_request, base entity_defs, latest entity_defs, source_id int4)
RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    received jsonb := asked.data || CASE WHEN asked.label IS NULL THEN '{}' ELSE jsonb_build_object('label', asked.label) END;
    conflicting jsonb;
    found_conflict "conflictType";
BEGIN
    IF base.version <> latest.version OR base.label IS NULL THEN
        conflicting := conflicting_properties(received, base, latest);
        found_conflict := CASE WHEN conflicting = '[]' THEN 'soft' ELSE 'hard' END;
    ELSIF asked."branchId" IS NOT NULL AND EXISTS (
            SELECT FROM entity_defs AS d WHERE d."entityId" = entity.id AND d.version > coalesce(asked."trunkVersion", 1)
                AND d."branchId" IS DISTINCT FROM asked."branchId") THEN
        found_conflict := 'soft';
    END IF;
    INSERT INTO entity_defs ("entityId", data, label, "creatorId", "userAgent", "sourceId", "dataReceived", "baseVersion",
        "conflictingProperties", "branchId", "trunkVersion", "branchBaseVersion")
    VALUES (entity.id, latest.data || asked.data, coalesce(asked.label, latest.label), def."submitterId", def."userAgent", source_id, received,
        base.version, conflicting, asked."branchId", asked."trunkVersion", CASE WHEN asked."branchId" IS NOT NULL THEN asked."baseVersion" END);
    UPDATE entities SET conflict = greatest(entity.conflict, found_conflict) WHERE id = entity.id AND found_conflict IS NOT NULL;
END $$;
COMMENT ON FUNCTION update_by_submission(entities, submission_defs, entity_request, entity_defs, entity_defs, int4) IS
    'The next version, by what a submission changes of the version that it knew; the conflict, where somebody else has changed it since.';

CREATE FUNCTION create_by_submission(dataset datasets, def submission_defs, asked entity_request, forced bool) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    entity_id int4;
BEGIN
    IF asked.label IS NULL THEN
        RAISE 'the label is missing or empty' USING ERRCODE = '22023';
    END IF;
    INSERT INTO entities (uuid, "datasetId", "creatorId") VALUES (asked.id, dataset.id, def."submitterId")
    ON CONFLICT (uuid) DO NOTHING RETURNING id INTO entity_id;
    IF entity_id IS NOT NULL THEN
        INSERT INTO entity_defs ("entityId", data, label, "creatorId", "userAgent", "sourceId", "dataReceived", "branchId", "branchBaseVersion")
        VALUES (entity_id, asked.data, asked.label, def."submitterId", def."userAgent", source_of(def, forced),
            asked.data || jsonb_build_object('label', asked.label), asked."branchId", CASE WHEN asked."branchId" IS NOT NULL THEN asked."baseVersion" END);
    END IF;
    RETURN entity_id IS NOT NULL;
END $$;
COMMENT ON FUNCTION create_by_submission(datasets, submission_defs, entity_request, bool) IS 'A new entity, as a submission describes it; false when its UUID has been used.';

CREATE FUNCTION reserve_uuid(dataset datasets, def submission_defs, uuid uuid) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    entity_id int4;
    was_purging bool;
BEGIN
    INSERT INTO entities (uuid, "datasetId", "creatorId", "deletedAt") VALUES (reserve_uuid.uuid, dataset.id, def."submitterId", '-infinity')
    ON CONFLICT DO NOTHING RETURNING id INTO entity_id;
    -- What is inserted and deleted still keeps others waiting. Where deleted rows are kept, this one is not.
    was_purging := purging(true);
    DELETE FROM entities WHERE id = entity_id;
    PERFORM purging(was_purging);
    RETURN entity_id IS NOT NULL;
END $$;
COMMENT ON FUNCTION reserve_uuid(datasets, submission_defs, uuid) IS
    'Waits for whoever is creating this entity; when nobody does, true, and to the end of the transaction nobody can.';

CREATE FUNCTION hold_submission(def submission_defs, asked entity_request) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO entity_submission_backlog ("submissionId", "submissionDefId", "branchId", "branchBaseVersion", "entityUuid", "auditId")
    VALUES (def."submissionId", def.id, asked."branchId", asked."baseVersion", asked.id, log_audit('submission.backlog.hold',
        (SELECT "acteeId" FROM forms WHERE id = def."formId"), jsonb_build_object('submissionId', def."submissionId", 'submissionDefId', def.id)))
$$;
COMMENT ON FUNCTION hold_submission(submission_defs, entity_request) IS 'Puts what a submission asks of an entity aside, until what it was made of has arrived.';

CREATE FUNCTION source_of(def submission_defs, forced bool) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    source_id int4;
BEGIN
    INSERT INTO entity_def_sources (type, "submissionDefId", details, "forceProcessed")
    SELECT 'submission', def.id, jsonb_build_object('submission', jsonb_build_object('instanceId', def."instanceId")), forced
    WHERE NOT EXISTS (SELECT FROM entity_def_sources WHERE "submissionDefId" = def.id AND "forceProcessed" = forced)
    RETURNING id INTO source_id;
    IF NOT FOUND THEN
        SELECT id INTO source_id FROM entity_def_sources WHERE "submissionDefId" = def.id AND "forceProcessed" = forced;
    END IF;
    RETURN source_id;
END $$;
COMMENT ON FUNCTION source_of(submission_defs, bool) IS 'The source of all versions that a version of a submission makes; its id.';

CREATE FUNCTION release_held(asked entity_request) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    held entity_submission_backlog;
BEGIN
    DELETE FROM entity_submission_backlog AS b
    WHERE b."entityUuid" = asked.id AND (b."branchBaseVersion" = 1 AND asked.action = 'create'
        OR (b."branchId", b."branchBaseVersion") = (asked."branchId", asked."baseVersion" + 1))
    RETURNING * INTO held;
    IF FOUND THEN
        PERFORM log_audit('submission.backlog.reprocess', f."acteeId",
                jsonb_build_object('submissionId', held."submissionId", 'submissionDefId', held."submissionDefId")),
            process_entities(d, 'submission.backlog.reprocess', false, held."entityUuid")
        FROM submission_defs AS d JOIN forms AS f ON f.id = d."formId" WHERE d.id = held."submissionDefId";
    END IF;
END $$;
COMMENT ON FUNCTION release_held(entity_request) IS 'What has waited for this change follows.';

CREATE FUNCTION apply_update(dataset datasets, entity entities, def submission_defs, asked entity_request, forced bool) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    latest entity_defs;
    base entity_defs;
BEGIN
    SELECT * INTO latest FROM entity_defs AS d WHERE d."entityId" = entity.id AND d.current;
    IF asked.action = 'create' THEN
        -- What was created by force, since its creation was late, is told what it was to be: it knew no version.
        base := latest;
        base.data := '{}';
        base.label := NULL;
    ELSE
        base := base_of(entity.id, asked, latest);
        IF base.id IS NULL AND forced THEN
            base := latest;
        ELSIF base.id IS NULL AND asked."branchId" IS NOT NULL THEN
            PERFORM hold_submission(def, asked);
            RETURN false;
        ELSIF base.id IS NULL THEN
            RAISE 'the entity has no version %', asked."baseVersion" USING ERRCODE = 'P0002';
        END IF;
    END IF;
    PERFORM update_by_submission(entity, def, asked, base, latest, source_of(def, forced));
    RETURN true;
END $$;
COMMENT ON FUNCTION apply_update(datasets, entities, submission_defs, entity_request, bool) IS
    'Updates an entity that there is; false when that waits for an earlier update.';

CREATE FUNCTION was_forced(entity_id int4) RETURNS bool LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT EXISTS (SELECT FROM entity_defs AS d JOIN entity_def_sources AS s ON s.id = d."sourceId"
        WHERE d."entityId" = entity_id AND d.root AND s."forceProcessed")
$$;
COMMENT ON FUNCTION was_forced(int4) IS 'Was the entity made for an update, since its creation had not arrived?';

CREATE FUNCTION apply_request(def submission_defs, asked entity_request, event text, forced bool) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    dataset datasets;
    entity entities;
    updates bool := asked.action <> 'create' AND event NOT IN ('submission.update', 'dataset.update');
BEGIN
    IF asked.error IS NOT NULL THEN
        RAISE '%', asked.error USING ERRCODE = '22023';
    END IF;
    SELECT d.* INTO dataset FROM datasets AS d JOIN forms AS f ON f."projectId" = d."projectId"
    WHERE f.id = def."formId" AND d.name = asked.dataset AND d."publishedAt" IS NOT NULL AND d."deletedAt" IS NULL;
    IF NOT FOUND THEN
        RAISE 'there is no dataset "%"', asked.dataset USING ERRCODE = 'P0002';
    END IF;
    -- Forms go on filling properties that were deleted.
    asked.data := asked.data - ARRAY(SELECT p.name FROM ds_properties AS p WHERE p."datasetId" = dataset.id GROUP BY p.name
        HAVING bool_and(p."deletedAt" IS NOT NULL));
    LOOP
        SELECT * INTO entity FROM entities AS e WHERE e.uuid = asked.id AND e."datasetId" = dataset.id FOR NO KEY UPDATE;
        IF entity.id IS NOT NULL THEN
            IF updates AND entity."deletedAt" IS NOT NULL THEN
                RAISE 'the entity was deleted' USING ERRCODE = 'P0002';
            ELSIF updates AND asked."baseVersion" IS NOT NULL OR NOT updates AND asked.action = 'create' AND was_forced(entity.id) THEN
                IF apply_update(dataset, entity, def, asked, forced) THEN
                    PERFORM release_held(asked);
                END IF;
                RETURN;
            END IF;
        ELSIF updates AND asked.action = 'update' AND NOT forced THEN
            IF asked."branchId" IS NULL THEN
                RAISE 'there is no such entity' USING ERRCODE = 'P0002';
            ELSIF reserve_uuid(dataset, def, asked.id) THEN
                PERFORM hold_submission(def, asked);
                RETURN;
            END IF;
            CONTINUE;
        END IF;
        IF asked.action = 'update' THEN
            EXIT WHEN NOT forced;
            asked.label := coalesce(asked.label, 'auto generated');
        END IF;
        EXIT WHEN (event = 'submission.update') <> dataset."approvalRequired";
        IF create_by_submission(dataset, def, asked, forced) THEN
            IF EXISTS (SELECT FROM entity_submission_backlog AS b WHERE b."entityUuid" = asked.id) THEN
                PERFORM release_held(asked);
            END IF;
            RETURN;
        ELSIF entity.id IS NOT NULL OR EXISTS (SELECT FROM entities AS e WHERE e.uuid = asked.id AND e."datasetId" <> dataset.id) THEN
            RAISE 'there is an entity with this UUID already, or there was one' USING ERRCODE = '23505', CONSTRAINT = 'entities_uuid_key';
        END IF;
        -- Somebody has created it meanwhile.
    END LOOP;
END $$;
COMMENT ON FUNCTION apply_request(submission_defs, entity_request, text, bool) IS
    'Creates or updates one entity, and then does what has waited for that; or lets it wait: for an approval, or for an earlier update.';

CREATE FUNCTION apply_requests(def submission_defs, requests entity_request[], event text, forced bool) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    asked entity_request;
    turn int := 0;
    problems text[] := '{}';
    code text;
BEGIN
    FOREACH asked IN ARRAY requests LOOP
        turn := turn + 1;
        BEGIN
            PERFORM apply_request(def, asked, event, forced);
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR no_data_found OR program_limit_exceeded THEN
            problems := problems || format('(Entity %s) %s', turn, sqlerrm);
            code := sqlstate;
        END;
    END LOOP;
    IF problems <> '{}' THEN
        RAISE '%', array_to_string(problems, E'\n') USING ERRCODE = code;
    END IF;
END $$;
COMMENT ON FUNCTION apply_requests(submission_defs, entity_request[], text, bool) IS 'Does several things that a submission asks of entities; when some cannot be done, an error that tells all of those.';

CREATE FUNCTION process_entities(def submission_defs, event text, forced bool DEFAULT false, only_uuid uuid DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    requests entity_request[];
BEGIN
    requests := ARRAY(
        SELECT e::entity_request FROM form_defs AS d, quire.submission_entities(d.xml::quire.xform, def.xml) AS e
        WHERE d.id = def."formDefId" AND (only_uuid IS NULL OR e.id = only_uuid)
            AND EXISTS (SELECT FROM dataset_form_defs AS f WHERE f."formDefId" = d.id));
    IF cardinality(requests) = 0 OR event <> 'submission.create' AND (
        EXISTS (SELECT FROM submissions AS s JOIN forms AS f ON f.id = s."formId"
            WHERE s.id = def."submissionId" AND num_nonnulls(s."deletedAt", f."deletedAt") > 0)
        OR only_uuid IS NULL AND (EXISTS (SELECT FROM entity_submission_backlog WHERE "submissionId" = def."submissionId")
            OR EXISTS (SELECT FROM submission_defs AS d JOIN entity_def_sources AS s ON s."submissionDefId" = d.id
                WHERE d."submissionId" = def."submissionId"))) THEN
        -- Deleted, or done or waiting already.
        RETURN;
    END IF;
    IF cardinality(requests) = 1 THEN
        PERFORM apply_request(def, requests[1], event, forced);
    ELSE
        -- In one order, lest two submissions wait for each other.
        PERFORM FROM entities WHERE uuid IN (SELECT id FROM unnest(requests)) ORDER BY uuid FOR NO KEY UPDATE;
        PERFORM apply_requests(def, requests, event, forced);
    END IF;
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR no_data_found OR program_limit_exceeded THEN
    PERFORM log_audit('entity.error', NULL, jsonb_build_object('submissionId', def."submissionId", 'submissionDefId', def.id,
        'errorMessage', sqlerrm, 'problem', jsonb_build_object('code', sqlstate)));
END $$;
COMMENT ON FUNCTION process_entities(submission_defs, text, bool, uuid) IS
    'What a version of a submission asks of entities, all of it or nothing; what was wrong is told by an audit entity.error, and the submission is kept.';

CREATE FUNCTION process_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM process_entities(NEW, CASE WHEN NEW.root THEN 'submission.create' ELSE 'submission.update.version' END);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION process_submission() IS 'Trigger: the entities of a submission that has come in.';
CREATE TRIGGER process_submission AFTER INSERT ON submission_defs FOR EACH ROW
    WHEN (NOT NEW.draft AND NEW."localKey" IS NULL) EXECUTE FUNCTION process_submission();

CREATE FUNCTION process_approval() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM process_entities(d, 'submission.update') FROM submission_defs AS d
    WHERE d."submissionId" = NEW.id AND d.current AND d."localKey" IS NULL;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION process_approval() IS 'Trigger: the entities of a submission that has waited for its approval.';
CREATE TRIGGER process_approval AFTER UPDATE OF "reviewState" ON submissions FOR EACH ROW
    WHEN (NEW."reviewState" = 'approved' AND OLD."reviewState" IS DISTINCT FROM 'approved' AND NOT NEW.draft AND NEW."deletedAt" IS NULL)
    EXECUTE FUNCTION process_approval();

CREATE FUNCTION lock_entity(uuid uuid, def_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    reserved bool;
BEGIN
    LOOP
        PERFORM FROM entities AS e WHERE e.uuid = lock_entity.uuid FOR NO KEY UPDATE;
        EXIT WHEN FOUND OR EXISTS (SELECT FROM purged_entities AS p WHERE p."entityUuid" = lock_entity.uuid);
        SELECT reserve_uuid(t, d, lock_entity.uuid) INTO reserved
        FROM submission_defs AS d JOIN dataset_form_defs AS l ON l."formDefId" = d."formDefId" JOIN datasets AS t ON t.id = l."datasetId"
        WHERE d.id = def_id LIMIT 1;
        EXIT WHEN reserved IS DISTINCT FROM false;
    END LOOP;
END $$;
COMMENT ON FUNCTION lock_entity(uuid, int4) IS 'Keeps others from changing or creating an entity, which a version of a submission asks something of.';

CREATE FUNCTION process_backlog(older_than interval DEFAULT '5 days') RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    held entity_submission_backlog;
    processed int4 := 0;
BEGIN
    FOR held IN SELECT * FROM entity_submission_backlog WHERE "loggedAt" <= clock_timestamp()::timestamptz(3) - older_than
        ORDER BY "entityUuid", "branchId", "branchBaseVersion" LOOP
        -- First the entity, then what waits for it, as whoever submits does; it may not wait any more by then.
        PERFORM lock_entity(held."entityUuid", held."submissionDefId");
        DELETE FROM entity_submission_backlog AS b
        WHERE (b."branchId", b."branchBaseVersion", b."submissionDefId") = (held."branchId", held."branchBaseVersion", held."submissionDefId");
        CONTINUE WHEN NOT FOUND;
        PERFORM log_audit('submission.backlog.force', f."acteeId",
                jsonb_build_object('submissionId', held."submissionId", 'submissionDefId', held."submissionDefId")),
            process_entities(d, 'submission.backlog.reprocess', true, held."entityUuid")
        FROM submission_defs AS d JOIN forms AS f ON f.id = d."formId"
        WHERE d.id = held."submissionDefId";
        processed := processed + 1;
    END LOOP;
    RETURN processed;
END $$;
COMMENT ON FUNCTION process_backlog(interval) IS
    'Applies what has waited for too long to what there is: the latest version, or an entity that is made for it; how many. For cron.';

CREATE FUNCTION convert_pending(dataset_id int4) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    before int4 := (SELECT count(*) FROM entities WHERE "datasetId" = dataset_id);
BEGIN
    PERFORM process_entities(d, 'dataset.update')
    FROM submission_defs AS d JOIN dataset_form_defs AS f ON f."formDefId" = d."formDefId"
    WHERE f."datasetId" = dataset_id AND d.current AND NOT d.draft AND d."localKey" IS NULL ORDER BY d.id;
    RETURN (SELECT count(*) FROM entities WHERE "datasetId" = dataset_id) - before;
END $$;
COMMENT ON FUNCTION convert_pending(int4) IS 'Creates the entities of submissions that have waited for an approval which is no more required; how many.';

-- What people and programs do to entities.

CREATE FUNCTION create_entity(dataset_id int4, label text, data jsonb DEFAULT '{}', uuid uuid DEFAULT NULL, source_id int4 DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    entity entities;
BEGIN
    PERFORM FROM datasets WHERE id = dataset_id AND "publishedAt" IS NOT NULL AND "deletedAt" IS NULL;
    IF NOT FOUND THEN
        RAISE 'there is no such dataset' USING ERRCODE = 'P0002';
    END IF;
    IF source_id IS NULL THEN
        INSERT INTO entity_def_sources (type) VALUES ('api') RETURNING id INTO source_id;
    END IF;
    INSERT INTO entities (uuid, "datasetId") VALUES (coalesce(create_entity.uuid, gen_random_uuid()), dataset_id) RETURNING * INTO entity;
    INSERT INTO entity_defs ("entityId", data, label, "creatorId", "sourceId", "dataReceived")
    VALUES (entity.id, data, label, entity."creatorId", source_id, data || jsonb_build_object('label', label));
    RETURN entity.uuid;
END $$;
COMMENT ON FUNCTION create_entity(int4, text, jsonb, uuid, int4) IS 'A new entity of a dataset, by the session''s actor; its UUID, a new one unless told.';

CREATE FUNCTION create_entities(dataset_id int4, entities jsonb, source jsonb) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    source_id int4;
    stray text;
BEGIN
    SELECT key INTO stray FROM jsonb_array_elements(create_entities.entities) AS e, jsonb_object_keys(e) AS key
    WHERE key NOT IN ('uuid', 'label', 'data') LIMIT 1;
    IF FOUND THEN
        RAISE 'an entity has the key "%"', stray USING ERRCODE = '22023', HINT = 'It may have "uuid", "label" and "data".';
    END IF;
    INSERT INTO entity_def_sources (type, details)
    VALUES ('api', source || jsonb_build_object('count', jsonb_array_length(create_entities.entities))) RETURNING id INTO source_id;
    PERFORM create_entity(dataset_id, e ->> 'label', coalesce(e -> 'data', '{}'), (e ->> 'uuid')::uuid, source_id)
    FROM jsonb_array_elements(create_entities.entities) AS e;
    RETURN jsonb_array_length(create_entities.entities);
END $$;
COMMENT ON FUNCTION create_entities(int4, jsonb, jsonb) IS 'Many entities at once, [{"uuid", "label", "data"}, ...], of one source: {"name", "size"}; how many.';

CREATE FUNCTION update_entity(uuid uuid, label text DEFAULT NULL, data jsonb DEFAULT '{}', base_version int4 DEFAULT NULL, resolve bool DEFAULT false)
RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    entity entities;
    latest entity_defs;
    made int4;
    source_id int4;
BEGIN
    SELECT * INTO entity FROM entities AS e WHERE e.uuid = update_entity.uuid AND e."deletedAt" IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no such entity' USING ERRCODE = 'P0002';
    END IF;
    SELECT * INTO latest FROM entity_defs AS d WHERE d."entityId" = entity.id AND d.current;
    IF latest.version <> base_version THEN
        RAISE 'the entity was updated by somebody else' USING ERRCODE = '40001', DETAIL = format('Its current version is %s.', latest.version),
            HINT = 'Take the current version, and update that.';
    END IF;
    INSERT INTO entity_def_sources (type) VALUES ('api') RETURNING id INTO source_id;
    INSERT INTO entity_defs ("entityId", data, label, "creatorId", "sourceId", "dataReceived", "baseVersion")
    VALUES (entity.id, latest.data || data, coalesce(update_entity.label, latest.label), current_actor_id(), source_id,
        data || CASE WHEN update_entity.label IS NULL THEN '{}' ELSE jsonb_build_object('label', update_entity.label) END, latest.version)
    RETURNING version INTO made;
    IF resolve THEN
        PERFORM resolve_conflict(update_entity.uuid, made);
    END IF;
    RETURN made;
END $$;
COMMENT ON FUNCTION update_entity(uuid, text, jsonb, int4, bool) IS
    'The next version of an entity; of the version that it was made of when that is told, else of whatever there is. Its number.';

CREATE FUNCTION resolve_conflict(uuid uuid, base_version int4 DEFAULT NULL) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    entity_id int4;
BEGIN
    SELECT e.id INTO entity_id FROM entities AS e WHERE e.uuid = resolve_conflict.uuid AND e."deletedAt" IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no such entity' USING ERRCODE = 'P0002';
    ELSIF base_version <> (SELECT version FROM entity_defs WHERE "entityId" = entity_id AND current) THEN
        RAISE 'the entity was updated by somebody else' USING ERRCODE = '40001', HINT = 'Look at the current version.';
    END IF;
    UPDATE entities SET conflict = NULL, "updatedAt" = clock_timestamp() WHERE id = entity_id AND conflict IS NOT NULL;
END $$;
COMMENT ON FUNCTION resolve_conflict(uuid, int4) IS 'Somebody has looked at the versions, and the current one is right.';
-- down
DROP TRIGGER process_submission ON submission_defs;
DROP TRIGGER process_approval ON submissions;
DROP FUNCTION resolve_conflict(uuid, int4), update_entity(uuid, text, jsonb, int4, bool), create_entities(int4, jsonb, jsonb),
    create_entity(int4, text, jsonb, uuid, int4), convert_pending(int4), process_backlog(interval), lock_entity(uuid, int4),
    process_entities(submission_defs, text, bool, uuid), apply_requests(submission_defs, entity_request[], text, bool),
    apply_request(submission_defs, entity_request, text, bool), was_forced(int4), apply_update(datasets, entities, submission_defs,
    entity_request, bool), release_held(entity_request), source_of(submission_defs, bool), hold_submission(submission_defs,
    entity_request), reserve_uuid(datasets, submission_defs, uuid), create_by_submission(datasets, submission_defs, entity_request, bool),
    update_by_submission(entities, submission_defs, entity_request, entity_defs, entity_defs, int4), base_of(int4, entity_request,
    entity_defs), conflicting_properties(jsonb, entity_defs, entity_defs);
DROP TABLE purged_entities, entity_submission_backlog, entity_defs, entity_def_sources, entities;
DROP FUNCTION process_approval(), process_submission(), keep_entity_def(), next_entity_version(), check_purged(), check_entity();
DROP TYPE "conflictType", entity_request;
