-- Deleting: DELETE marks what people may want back; purging takes it away for good, and with it all that only it needed.
-- Not by quire.soft_delete: here a form that is deleted keeps its submissions as they are, and a backend may write "deletedAt".

CREATE FUNCTION mark_deleted() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('UPDATE %I SET "deletedAt" = clock_timestamp() WHERE id = $1 AND "deletedAt" IS NULL', TG_TABLE_NAME) USING OLD.id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION mark_deleted() IS
    'Trigger: a row that somebody deletes is kept, and marked. What goes along with another goes, and what is purged.';

CREATE FUNCTION is_purged(deleted_at timestamptz) RETURNS bool LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN coalesce(current_setting('forms.purge', true), '') = 'on' AND (deleted_at IS NOT NULL OR pg_trigger_depth() > 0)
        AND pg_has_role((SELECT relowner FROM pg_class WHERE oid = 'projects'::regclass), 'USAGE');
END $$;
COMMENT ON FUNCTION is_purged(timestamptz) IS
    'Does DELETE take a row away, since the owner purges: one that was marked then, or what goes along with one? Asked as whoever deletes.';

-- delete and restore functions of each kind: what it is told by, its table, the actee that verbs are held on, verbs.
DO $$
DECLARE
    body text := $body$
BEGIN
    PERFORM need(%L, (SELECT %s FROM %I AS t WHERE t.%I = $1));
    UPDATE %3$I AS t SET "deletedAt" = %5$s WHERE t.%4$I = $1 AND (t."deletedAt" IS NULL) = %6$L;
    RETURN FOUND;
END $body$;
    k record;
BEGIN
    FOR k IN SELECT * FROM (VALUES
        ('project', 'id', 'int4', 'projects', 't."acteeId"', 'project.delete', 'project.update'),
        ('form', 'id', 'int4', 'forms', 't."acteeId"', 'form.delete', 'form.restore'),
        ('submission', 'id', 'int4', 'submissions', '(SELECT "acteeId" FROM forms WHERE id = t."formId")',
            'submission.delete', 'submission.restore'),
        ('dataset', 'id', 'int4', 'datasets', 't."acteeId"', 'dataset.delete', 'dataset.update'),
        ('entity', 'uuid', 'uuid', 'entities', '(SELECT "acteeId" FROM datasets WHERE id = t."datasetId")',
            'entity.delete', 'entity.restore'),
        ('actor', 'id', 'int4', 'actors', 't."acteeId"', NULL, NULL)
    ) AS v(kind, key, key_type, table_name, actee, deletes, restores) LOOP
        IF k.kind <> 'actor' THEN
            EXECUTE format('CREATE FUNCTION restore_%s(%1$s_%s %s) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS %L',
                k.kind, k.key, k.key_type, format(body, k.restores, k.actee, k.table_name, k.key, 'NULL', false));
            EXECUTE format('COMMENT ON FUNCTION restore_%s(%s) IS %L', k.kind, k.key_type,
                'Brings it back; false when it is not deleted, or purged.');
        ELSE
            k.deletes := '%L';
        END IF;
        EXECUTE format('CREATE FUNCTION delete_%s(%1$s_%s %s) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS %L',
            k.kind, k.key, k.key_type, replace(format(body, k.deletes, k.actee, k.table_name, k.key, 'clock_timestamp()', true),
            '''%L''', '(SELECT a.type || ''.delete'' FROM actors AS a WHERE a.id = $1)'));
        EXECUTE format('COMMENT ON FUNCTION delete_%s(%s) IS %L', k.kind, k.key_type,
            'Marks it as deleted, as DELETE does; false when it is already, or not there.');
    END LOOP;
    FOR k IN SELECT unnest('{projects,forms,submissions,datasets,ds_properties,entities,actors}'::text[]) AS table_name LOOP
        EXECUTE format('CREATE TRIGGER mark_deleted BEFORE DELETE ON %I FOR EACH ROW WHEN (NOT is_purged(OLD."deletedAt"))
            EXECUTE FUNCTION mark_deleted()', k.table_name);
    END LOOP;
END $$;

-- Histories end with what they are of.

CREATE FUNCTION keep_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'a version is not taken out of the history of "%"', TG_TABLE_NAME USING ERRCODE = '55000', TABLE = TG_TABLE_NAME,
        HINT = 'Delete the form, submission or entity that it is of.';
END $$;
COMMENT ON FUNCTION keep_version() IS 'Trigger: versions go when what they are of is purged, and not before, with all that hangs on them.';
CREATE TRIGGER keep_version BEFORE DELETE ON form_defs FOR EACH ROW WHEN (OLD."publishedAt" IS NOT NULL AND NOT is_purged(NULL))
    EXECUTE FUNCTION keep_version();
CREATE TRIGGER keep_version BEFORE DELETE ON submission_defs FOR EACH ROW WHEN (NOT is_purged(NULL)) EXECUTE FUNCTION keep_version();
CREATE TRIGGER keep_version BEFORE DELETE ON entity_defs FOR EACH ROW WHEN (NOT is_purged(NULL)) EXECUTE FUNCTION keep_version();
CREATE TRIGGER keep_published BEFORE UPDATE OF "currentDefId" ON forms FOR EACH ROW
    WHEN (OLD."currentDefId" IS NOT NULL AND NEW."currentDefId" IS NULL) EXECUTE FUNCTION keep_identity('currentDefId');

-- Purging.

CREATE FUNCTION kept_details(details jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN (SELECT jsonb_object_agg(key, value) FROM jsonb_each(details)
        WHERE key ~ 'Id$' AND jsonb_typeof(value) IN ('number', 'null') OR key IN ('entity', 'entityUuids'));
END $$;
COMMENT ON FUNCTION kept_details(jsonb) IS 'What an audit still tells once its subject is purged: numbers of rows, and UUIDs.';

CREATE FUNCTION blank_audits(actee_ids text[], submission_ids int4[]) RETURNS int4 LANGUAGE sql SET search_path FROM CURRENT AS $$
    WITH told AS (
        SELECT a.id FROM unnest(actee_ids) AS t(id) JOIN audits AS a ON a."acteeId" = t.id
        UNION
        SELECT a.id FROM unnest(submission_ids) AS t(id) JOIN audits AS a ON (a.details -> 'submissionId')::int4 = t.id
            AND a.details ? 'submissionId'
    ), blanked AS (
        UPDATE audits AS a SET notes = NULL, details = kept_details(a.details) FROM told
        WHERE a.id = told.id AND (a.notes, a.details) IS DISTINCT FROM (NULL, kept_details(a.details)) RETURNING 1
    )
    SELECT count(*) FROM blanked
$$;
COMMENT ON FUNCTION blank_audits(text[], int4[]) IS 'Takes names, values and notes out of the audits of what is purged; how many.';

CREATE FUNCTION purge_submissions(older_than interval DEFAULT '30 days', submission_ids int4[] DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    doomed int4[] := ARRAY(SELECT s.id FROM submissions AS s
        WHERE s."deletedAt" <= clock_timestamp() - older_than AND (submission_ids IS NULL OR s.id = ANY (submission_ids))
        FOR UPDATE SKIP LOCKED);
BEGIN
    PERFORM need('config.set', 'config');
    PERFORM blank_audits(NULL, doomed), purging(true);
    PERFORM log_audit('submission.purge', f."acteeId", jsonb_build_object('submissions_deleted', count(*)))
    FROM submissions AS s JOIN forms AS f ON f.id = s."formId" WHERE s.id = ANY (doomed) GROUP BY f."acteeId";
    DELETE FROM submissions WHERE id = ANY (doomed);
    PERFORM purging(false);
    RETURN cardinality(doomed);
END $$;
COMMENT ON FUNCTION purge_submissions(interval, int4[]) IS
    'Takes away submissions that were deleted so long ago, with versions, values, files'' names and comments; how many.';

CREATE FUNCTION mark_purged(actee text, name text, about jsonb) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    DELETE FROM assignments WHERE "acteeId" = actee;
    UPDATE actees SET "purgedAt" = clock_timestamp(), "purgedName" = name, details = about WHERE id = actee;
$$;
COMMENT ON FUNCTION mark_purged(text, text, jsonb) IS 'An actee of what is no more: audits refer to it still, nobody holds a role there.';

CREATE FUNCTION purge_forms(older_than interval DEFAULT '30 days', form_id int4 DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    doomed forms[] := ARRAY(SELECT f FROM forms AS f
        WHERE f."deletedAt" <= clock_timestamp() - older_than AND (form_id IS NULL OR f.id = form_id) FOR UPDATE SKIP LOCKED);
    ids int4[] := ARRAY(SELECT f.id FROM unnest(doomed) AS f);
BEGIN
    PERFORM need('config.set', 'config');
    PERFORM blank_audits(ARRAY(SELECT f."acteeId"::text FROM unnest(doomed) AS f), NULL), purging(true);
    UPDATE actors SET "deletedAt" = clock_timestamp()
    WHERE "deletedAt" IS NULL AND id IN (SELECT "actorId" FROM public_links WHERE "formId" = ANY (ids));
    PERFORM mark_purged(f."acteeId", coalesce(d.name, f."xmlFormId"),
        jsonb_build_object('projectId', f."projectId", 'formId', f.id, 'xmlFormId', f."xmlFormId", 'version', d.version))
    FROM unnest(doomed) AS f LEFT JOIN form_defs AS d ON d.id = coalesce(f."currentDefId", f."draftDefId");
    DELETE FROM forms WHERE id = ANY (ids);
    PERFORM purging(false);
    RETURN cardinality(ids);
END $$;
COMMENT ON FUNCTION purge_forms(interval, int4) IS
    'Takes away forms that were deleted so long ago, with versions, fields, links and submissions; how many. Entities stay.';

CREATE FUNCTION forget_entities(uuids text[]) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE audits AS a SET notes = NULL FROM (
        SELECT t.id FROM unnest(uuids) AS u JOIN audits AS t ON t.details -> 'entity' ->> 'uuid' = u AND t.details ? 'entity'
        UNION
        SELECT t.id FROM unnest(uuids) AS u JOIN audits AS t ON t.details -> 'entityUuids' @> to_jsonb(u) AND t.details ? 'entityUuids'
    ) AS told WHERE a.id = told.id AND a.notes IS NOT NULL
$$;
COMMENT ON FUNCTION forget_entities(text[]) IS 'Takes the notes out of the audits of entities that are purged; the rest of what they tell is UUIDs.';

CREATE FUNCTION purge_entities(older_than interval DEFAULT '30 days', uuids uuid[] DEFAULT NULL, dataset_id int4 DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    doomed int4[] := ARRAY(SELECT e.id FROM entities AS e
        WHERE (e."deletedAt" <= clock_timestamp() - older_than OR e."datasetId" = dataset_id) AND (uuids IS NULL OR e.uuid = ANY (uuids))
            AND (dataset_id IS NULL OR e."datasetId" = dataset_id)
        FOR UPDATE SKIP LOCKED);
    sources int4[] := ARRAY(SELECT "sourceId" FROM entity_defs WHERE "entityId" = ANY (doomed));
BEGIN
    PERFORM need('config.set', 'config');
    WITH told AS (
        SELECT d."acteeId", log_audit('entity.purge', d."acteeId", jsonb_build_object('entityUuids', jsonb_agg(e.uuid))) AS id
        FROM entities AS e JOIN datasets AS d ON d.id = e."datasetId" WHERE e.id = ANY (doomed) GROUP BY d."acteeId"
    )
    INSERT INTO purged_entities ("entityUuid", "acteeId", "auditId")
    SELECT e.uuid, told."acteeId", told.id FROM told JOIN datasets AS d USING ("acteeId") JOIN entities AS e ON e."datasetId" = d.id
    WHERE e.id = ANY (doomed);
    UPDATE entities SET "deletedAt" = clock_timestamp() WHERE id = ANY (doomed) AND "deletedAt" IS NULL;
    PERFORM forget_entities(ARRAY(SELECT e.uuid::text FROM entities AS e WHERE e.id = ANY (doomed))), purging(true);
    DELETE FROM entities WHERE id = ANY (doomed);
    PERFORM purging(false);
    DELETE FROM entity_def_sources AS s
    WHERE s.id = ANY (sources) AND NOT EXISTS (SELECT FROM entity_defs AS d WHERE d."sourceId" = s.id);
    RETURN cardinality(doomed);
END $$;
COMMENT ON FUNCTION purge_entities(interval, uuid[], int4) IS
    'Takes away entities that were deleted so long ago, or all of a dataset, with versions and sources; how many. Their UUIDs stay used.';

CREATE FUNCTION purge_datasets(older_than interval DEFAULT '30 days', dataset_id int4 DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    doomed datasets;
    purged int4 := 0;
BEGIN
    PERFORM need('config.set', 'config');
    FOR doomed IN SELECT * FROM datasets AS d
        WHERE d."deletedAt" <= clock_timestamp() - older_than AND (dataset_id IS NULL OR d.id = dataset_id) FOR UPDATE SKIP LOCKED LOOP
        PERFORM purge_entities(dataset_id => doomed.id), blank_audits(ARRAY[doomed."acteeId"], NULL),
            mark_purged(doomed."acteeId", doomed.name,
                jsonb_build_object('projectId', doomed."projectId", 'datasetId', doomed.id, 'name', doomed.name)),
            purging(true);
        DELETE FROM datasets WHERE id = doomed.id;
        PERFORM purging(false);
        purged := purged + 1;
    END LOOP;
    RETURN purged;
END $$;
COMMENT ON FUNCTION purge_datasets(interval, int4) IS
    'Takes away datasets that were deleted so long ago, with properties and entities; how many.';

CREATE FUNCTION purge_blobs() RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    unused text := 'NOT EXISTS (SELECT FROM submission_attachments AS a WHERE a."blobId" = b.id)
        AND NOT EXISTS (SELECT FROM form_attachments AS a WHERE a."blobId" = b.id)
        AND NOT EXISTS (SELECT FROM form_defs AS d WHERE d."xlsBlobId" = b.id)
        AND NOT EXISTS (SELECT FROM config AS c WHERE c."blobId" = b.id)';
    doomed int4[];
    purged int4;
BEGIN
    PERFORM need('config.set', 'config');
    -- Locked first, so that nobody refers to them any more; then looked at again, for who has just done so.
    EXECUTE 'SELECT coalesce(array_agg(id), ''{}'') FROM (SELECT b.id FROM blobs AS b WHERE ' || unused || ' FOR UPDATE SKIP LOCKED) AS b'
    INTO doomed;
    EXECUTE 'DELETE FROM blobs AS b WHERE b.id = ANY ($1) AND ' || unused USING doomed;
    GET DIAGNOSTICS purged = ROW_COUNT;
    RETURN purged;
END $$;
COMMENT ON FUNCTION purge_blobs() IS
    'Takes away the files that nothing refers to any more, and what was read from them; how many. One that is being used just now stays.';

CREATE FUNCTION purge(
    older_than interval DEFAULT NULL, OUT forms int4, OUT submissions int4, OUT entities int4, OUT datasets int4, OUT blobs int4)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    delay interval := coalesce(older_than, make_interval(days => setting('purgeDays', '30')::int4));
BEGIN
    forms := purge_forms(delay);
    submissions := purge_submissions(delay);
    datasets := purge_datasets(delay);
    entities := purge_entities(delay);
    blobs := purge_blobs();
END $$;
COMMENT ON FUNCTION purge(interval) IS
    'Takes away all that was deleted longer ago than this, config purgeDays or 30 days, and the files that only it had; how many. For cron.';

CREATE FUNCTION usage_report() RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object(
        'users', (SELECT count(*) FROM actors WHERE type = 'user' AND "deletedAt" IS NULL),
        'app_users', (SELECT count(*) FROM actors WHERE type = 'field_key' AND "deletedAt" IS NULL),
        'public_links', (SELECT count(*) FROM actors WHERE type = 'public_link' AND "deletedAt" IS NULL),
        'projects', (SELECT count(*) FROM projects WHERE "deletedAt" IS NULL),
        'forms', (SELECT count(*) FROM forms WHERE "deletedAt" IS NULL AND "currentDefId" IS NOT NULL),
        'submissions', (SELECT count(*) FROM submissions WHERE "deletedAt" IS NULL AND NOT draft),
        'datasets', (SELECT count(*) FROM datasets WHERE "deletedAt" IS NULL AND "publishedAt" IS NOT NULL),
        'entities', (SELECT count(*) FROM entities WHERE "deletedAt" IS NULL),
        'blobs', (SELECT jsonb_build_object('count', count(*), 'bytes', coalesce(sum(size), 0)) FROM blobs),
        'last_day', (SELECT coalesce(jsonb_object_agg(action, n), '{}')
            FROM (SELECT action, count(*) AS n FROM audits WHERE "loggedAt" > now() - interval '1 day' GROUP BY action) AS a))
$$;
COMMENT ON FUNCTION usage_report() IS
    'How much there is of everything, without a name: what the platform sends home when its analytics are on.';

SELECT run_triggers_as_owner(true);
-- down
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger WHERE tgfoid IN ('mark_deleted'::regproc, 'keep_version'::regproc) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.name);
    END LOOP;
END $$;
DROP TRIGGER keep_published ON forms;
DROP FUNCTION usage_report(), purge(interval), purge_blobs(), purge_datasets(interval, int4), purge_entities(interval, uuid[], int4), forget_entities(text[]),
    purge_forms(interval, int4), mark_purged(text, text, jsonb), purge_submissions(interval, int4[]), blank_audits(text[], int4[]),
    kept_details(jsonb), delete_actor(int4), delete_entity(uuid), restore_entity(uuid), delete_dataset(int4), restore_dataset(int4),
    delete_submission(int4), restore_submission(int4), delete_form(int4), restore_form(int4), delete_project(int4),
    restore_project(int4), is_purged(timestamptz), keep_version(), mark_deleted();
