-- Replays of what ODK Central recorded, through the model forms. Each undoes what it did, so that none sees another's.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS odk CASCADE;
SELECT FROM quire.create_model('forms', 'odk');
SET search_path = odk, public;

-- What a test had before its first event: the actor, the forms, and the datasets with their settings.
CREATE FUNCTION pg_temp.prepare(recorded jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    project int4;
    one record;
    def jsonb;
BEGIN
    INSERT INTO actors ("displayName") VALUES ('replay') RETURNING id INTO project;
    PERFORM quire.become(project::text);
    INSERT INTO projects (name) VALUES ('replay') RETURNING id INTO project;
    FOR one IN SELECT f ->> 'xmlFormId' AS name, jsonb_agg(f ORDER BY (f ->> 'formDefId')::int) AS defs, min((f ->> 'formId')::int) AS number
            FROM jsonb_array_elements(recorded -> 'forms') AS f GROUP BY f ->> 'formId', 1 ORDER BY 3 LOOP
        INSERT INTO forms (id, "projectId", "xmlFormId") VALUES (one.number, project, one.name) ON CONFLICT DO NOTHING;
        FOR def IN SELECT jsonb_array_elements(one.defs) LOOP
            INSERT INTO form_defs (id, "formId", xml, "publishedAt")
            VALUES ((def ->> 'formDefId')::int, one.number, def ->> 'xml', CASE WHEN (def ->> 'published')::bool THEN clock_timestamp() END);
        END LOOP;
    END LOOP;
    INSERT INTO datasets (name, "projectId", "publishedAt") SELECT d ->> 'name', project, clock_timestamp()
    FROM jsonb_array_elements(recorded -> 'datasets') AS d ON CONFLICT DO NOTHING;
    UPDATE datasets SET "approvalRequired" = (d ->> 'approvalRequired')::bool, "ownerOnly" = (d ->> 'ownerOnly')::bool
    FROM jsonb_array_elements(recorded -> 'datasets') AS d WHERE d ->> 'name' = name AND "projectId" = project;
    -- Those that only the API has used.
    INSERT INTO ds_properties (name, "datasetId", "publishedAt") SELECT DISTINCT key, d.id, clock_timestamp()
    FROM jsonb_array_elements(recorded -> 'expected_entity_versions') AS v JOIN datasets AS d ON d.name = v ->> 'dataset' AND d."projectId" = project,
        jsonb_object_keys(v -> 'data') AS key ON CONFLICT DO NOTHING;
END $$;

-- What the API did, which left its outcome alone.
CREATE FUNCTION pg_temp.by_api(happened jsonb, expected jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF happened ->> 'action' = 'entity.create' THEN
        PERFORM create_entity(id, expected ->> 'label', expected -> 'data', (expected ->> 'uuid')::uuid)
        FROM datasets WHERE name = expected ->> 'dataset' AND "projectId" = (SELECT max(id) FROM projects);
    ELSE
        PERFORM update_entity((expected ->> 'uuid')::uuid, expected #>> '{dataReceived,label}', (expected -> 'dataReceived') - 'label',
            (expected ->> 'baseVersion')::int);
    END IF;
END $$;

CREATE FUNCTION pg_temp.outcome() RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object(
        'versions', (SELECT coalesce(jsonb_agg(to_jsonb(v)), '[]') FROM (
            SELECT e.uuid, s.name AS dataset, e.conflict, d.version, d.current, d.root, d.label, d.data, d."dataReceived", d."baseVersion", d."branchId",
                d."trunkVersion", d."branchBaseVersion", d."conflictingProperties", o.type AS "sourceType", o."submissionDefId"
            FROM entities AS e JOIN entity_defs AS d ON d."entityId" = e.id JOIN datasets AS s ON s.id = e."datasetId"
                JOIN entity_def_sources AS o ON o.id = d."sourceId" ORDER BY e.uuid, d.version) AS v),
        'backlog', (SELECT coalesce(jsonb_agg(to_jsonb(b)), '[]') FROM (
            SELECT "submissionDefId", "entityUuid", "branchId", "branchBaseVersion" FROM entity_submission_backlog ORDER BY 2, 4) AS b))
$$;

CREATE FUNCTION pg_temp.replay_entities(recorded jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    happened jsonb;
    turn bigint;
    outcome jsonb;
BEGIN
    PERFORM pg_temp.prepare(recorded);
    FOR happened, turn IN SELECT * FROM jsonb_array_elements(recorded -> 'events') WITH ORDINALITY LOOP
        CASE
            WHEN happened ->> 'action' IN ('submission.create', 'submission.update.version') THEN
                INSERT INTO submission_defs (id, "submissionId", "formDefId", xml)
                SELECT (s ->> 'submissionDefId')::int, (SELECT "submissionId" FROM submission_defs WHERE id = (s ->> 'former')::int),
                    (s ->> 'formDefId')::int, s ->> 'xml'
                FROM jsonb_array_elements(recorded -> 'submissions') AS s WHERE s -> 'submissionDefId' = happened -> 'details' -> 'submissionDefId';
            WHEN happened ->> 'action' = 'submission.update' THEN
                PERFORM review("submissionId", happened -> 'details' ->> 'reviewState') FROM submission_defs
                WHERE id = (happened -> 'details' ->> 'submissionDefId')::int;
            WHEN happened ->> 'action' = 'submission.backlog.force' THEN
                PERFORM process_backlog('0');
            WHEN happened ->> 'action' = 'entity.update.resolve' THEN
                PERFORM resolve_conflict((happened -> 'details' -> 'entity' ->> 'uuid')::uuid);
            WHEN happened ->> 'action' LIKE 'entity.%' AND happened ? 'api' THEN
                PERFORM pg_temp.by_api(happened, happened -> 'api');
            ELSE NULL;
        END CASE;
    END LOOP;
    outcome := pg_temp.outcome();
    RAISE EXCEPTION USING ERRCODE = 'QT000', MESSAGE = 'undo', DETAIL = outcome::text;
EXCEPTION WHEN SQLSTATE 'QT000' THEN
    GET STACKED DIAGNOSTICS outcome = PG_EXCEPTION_DETAIL;
    RETURN outcome;
END $$;

-- What a history tells of its conflicts: versions as they were stored, and when somebody has resolved them.
CREATE FUNCTION pg_temp.replay_history(recorded jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
BEGIN
    SET LOCAL session_replication_role = replica;
    INSERT INTO entities (id, uuid, "datasetId", "creatorId") VALUES (1, '5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001', 1, 1);
    INSERT INTO entity_defs ("entityId", label, data, "dataReceived", version, "creatorId", "createdAt", "baseVersion", "conflictingProperties", "branchId",
        "trunkVersion", "branchBaseVersion")
    SELECT 1, v.label, v.data, v."dataReceived", v.version, 1, v."createdAt", v."baseVersion", v."conflictingProperties", v."branchId",
        v."trunkVersion", v."branchBaseVersion" FROM jsonb_populate_recordset(NULL::entity_defs, recorded -> 'versions') AS v;
    INSERT INTO audits (action, "loggedAt", details)
    SELECT 'entity.update.resolve', moment::timestamptz, '{"entity": {"uuid": "5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001"}}'
    FROM jsonb_array_elements_text(recorded -> 'resolved') AS moment;
    SELECT coalesce(jsonb_agg(to_jsonb(v) ORDER BY v.version), '[]') INTO outcome
    FROM (SELECT version, conflict, resolved, "lastGoodVersion", "relevantToConflict", "baseDiff", "serverDiff"
        FROM entity_versions('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001')) AS v
    WHERE v."relevantToConflict" OR NOT (recorded ->> 'relevant')::bool;
    RAISE EXCEPTION USING ERRCODE = 'QT000', MESSAGE = 'undo', DETAIL = outcome::text;
EXCEPTION WHEN SQLSTATE 'QT000' THEN
    GET STACKED DIAGNOSTICS outcome = PG_EXCEPTION_DETAIL;
    RETURN outcome;
END $$;

CREATE FUNCTION pg_temp.compare_schemas(pair jsonb) RETURNS jsonb LANGUAGE sql AS $$
    WITH fields AS (
        SELECT coalesce(array_agg(f ORDER BY f."order") FILTER (WHERE side = 'old_fields'), '{}') AS older,
            coalesce(array_agg(f ORDER BY f."order") FILTER (WHERE side = 'new_fields'), '{}') AS newer
        FROM jsonb_each(pair) AS s(side, list), jsonb_populate_recordset(NULL::form_fields, list) AS f)
    SELECT jsonb_build_object('compare', same_structure(older, newer), 'downcast', (type_conflict(older, newer)).path,
        'merged', (SELECT coalesce(jsonb_agg(jsonb_build_object('path', m.path, 'type', m.type, 'order', m."order") ORDER BY m."order"), '[]')
            FROM unnest(merge_fields(older, newer)) AS m))
    FROM fields
$$;

-- Who may do what, among the actees that were recorded.
CREATE FUNCTION pg_temp.replay_access(given jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    outcome jsonb;
    asked int4;
BEGIN
    INSERT INTO actees (id, species, parent) SELECT a ->> 0, a ->> 1, a ->> 2 FROM jsonb_array_elements(given -> 'actees') AS a ON CONFLICT DO NOTHING;
    CASE given ->> 'kind'
        WHEN 'role' THEN
            SELECT jsonb_build_object('name', name, 'verbs', (SELECT jsonb_agg(verb ORDER BY verb COLLATE "C") FROM jsonb_array_elements_text(verbs) AS verb))
            INTO outcome FROM roles WHERE system = given ->> 'system';
        WHEN 'implied_actees' THEN
            SELECT jsonb_agg(id ORDER BY id COLLATE "C") INTO outcome FROM implied_actees(given ->> 'actee') AS id;
        WHEN 'can' THEN
            INSERT INTO actors ("displayName") VALUES ('replay') RETURNING id INTO asked;
            PERFORM assign(asked, given ->> 'role', given ->> 'assigned_actee');
            outcome := to_jsonb(can(asked, given ->> 'verb', given ->> 'checked_actee'));
    END CASE;
    RAISE EXCEPTION USING ERRCODE = 'QT000', MESSAGE = 'undo', DETAIL = outcome::text;
EXCEPTION WHEN SQLSTATE 'QT000' THEN
    GET STACKED DIAGNOSTICS outcome = PG_EXCEPTION_DETAIL;
    RETURN outcome;
END $$;
