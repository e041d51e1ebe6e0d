-- Audits: what was done, written by triggers, whoever does it and in whatever way. The platform's program writes them itself.

CREATE FUNCTION audit_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    action text;
    actee text;
    details jsonb;
    row_type text := TG_RELID::regclass::text;
BEGIN
    EXECUTE format('SELECT %s, %s, %s FROM jsonb_populate_record(NULL::%s, $1) AS n, jsonb_populate_record(NULL::%4$s, $2) AS o',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2], row_type)
    INTO action, actee, details
    USING CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END, CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    IF action IS NOT NULL THEN
        PERFORM log_audit(action, actee, details);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_change() IS
    'Trigger audit_change(action, actee, details): an audit, by expressions over the new row n and the old row o; none where the action is NULL.';

CREATE FUNCTION changed_values(n jsonb, o jsonb, keys text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('data', jsonb_object_agg(key, n -> key)) FROM unnest(keys) AS key WHERE n -> key IS DISTINCT FROM o -> key
$$;
COMMENT ON FUNCTION changed_values(jsonb, jsonb, text[]) IS 'What an update has changed of these columns, as the details of an audit.';

-- Table, trigger, when it fires, on which condition, then action, actee and details; no action, no audit.
DO $do$
DECLARE
    of_actor text := $$(SELECT "acteeId" FROM actors WHERE id = coalesce(n."actorId", o."actorId"))$$;
    of_user text := $$(SELECT "acteeId" FROM actors WHERE id = coalesce(n."userId", o."userId"))$$;
    of_project text := $$(SELECT "acteeId" FROM projects WHERE id = n."projectId")$$;
    of_form text := $$(SELECT "acteeId" FROM forms WHERE id = n."formId")$$;
    of_dataset text := $$(SELECT "acteeId" FROM datasets WHERE id = coalesce(n."datasetId", o."datasetId"))$$;
    -- The action, for actors of those types that audits tell of.
    of_type text := $$(SELECT type || %L FROM actors WHERE id = coalesce(n."actorId", o."actorId") AND type = ANY (%L)$$;
    -- Who is deleted loses all of these, which that tells.
    present text := ' AND "deletedAt" IS NULL)';
    anyone text := '{user,field_key,public_link}';
    of_property text := ' AND EXISTS (SELECT FROM actor_properties AS p WHERE p.id = coalesce(n."actorPropertyId", o."actorPropertyId")))';
    helpers text := '{field_key,public_link}';
    deleted text := 'OLD."deletedAt" IS NULL AND NEW."deletedAt" IS NOT NULL';
    restored text := 'OLD."deletedAt" IS NOT NULL AND NEW."deletedAt" IS NULL';
    preference text := $$jsonb_strip_nulls(jsonb_build_object('propertyName', coalesce(n."propertyName", o."propertyName"),
        'propertyValue', n."propertyValue"%s))$$;
    with_project text := $$, 'projectId', coalesce(n."projectId", o."projectId")$$;
    t record;
BEGIN
    FOR t IN SELECT * FROM (VALUES
        ('users', 'audit_create', 'INSERT', NULL, '''user.create''', of_actor,
            $$jsonb_build_object('data', jsonb_build_object('actorId', n."actorId", 'email', n.email))$$),
        ('users', 'audit_update', 'UPDATE', '(OLD.email, OLD.password) IS DISTINCT FROM (NEW.email, NEW.password)
                AND OLD."lastLoginAt" IS NOT DISTINCT FROM NEW."lastLoginAt"', '''user.update''', of_actor,
            $$jsonb_build_object('data', jsonb_strip_nulls(jsonb_build_object('email', nullif(n.email, o.email),
                'password', nullif(n.password IS DISTINCT FROM o.password, false))))$$),
        ('actors', 'audit_update', 'UPDATE', $$OLD."displayName" <> NEW."displayName" AND NEW.type = 'user'$$,
            '''user.update''', 'n."acteeId"', $$changed_values($1, $2, '{displayName}')$$),
        ('actors', 'audit_delete', 'UPDATE', deleted || format(' AND NEW.type = ANY (%L)', anyone),
            'n.type || ''.delete''', 'n."acteeId"', NULL),
        ('assignments', 'audit_create', 'INSERT', NULL, format(of_type || ')', '.assignment.create', anyone), of_actor,
            $$jsonb_build_object('roleId', n."roleId", 'grantedActeeId', n."acteeId")$$),
        ('assignments', 'audit_delete', 'DELETE', NULL, format(of_type || present, '.assignment.delete', anyone), of_actor,
            $$jsonb_build_object('roleId', o."roleId", 'revokedActeeId', o."acteeId")$$),
        ('sessions', 'audit_create', 'INSERT', NULL, format(of_type || ')', '.session.create', '{user}'), of_actor, NULL),
        ('sessions', 'audit_end', 'DELETE', NULL, format(of_type || present, '.session.end', helpers), of_actor, NULL),
        ('field_keys', 'audit_create', 'INSERT', NULL, '''field_key.create''', of_actor,
            $$jsonb_build_object('projectId', n."projectId")$$),
        ('public_links', 'audit_create', 'INSERT', NULL, '''public_link.create''', of_actor,
            $$jsonb_build_object('formId', n."formId")$$),
        ('actor_properties', 'audit_create', 'INSERT', NULL, '''actor_property.create''', of_project,
            $$jsonb_build_object('name', n.name)$$),
        ('actor_property_values', 'audit_set', 'INSERT OR UPDATE OR DELETE', NULL, format(of_type || of_property, '.property.set', helpers), of_actor,
            $$jsonb_build_object('value', n.value, 'name',
                (SELECT name FROM actor_properties WHERE id = coalesce(n."actorPropertyId", o."actorPropertyId")))$$),
        ('user_site_preferences', 'audit_set', 'INSERT OR UPDATE', NULL, '''user.preference.update''', of_user,
            format(preference, '')),
        ('user_site_preferences', 'audit_delete', 'DELETE', NULL, '''user.preference.delete''', of_user,
            format(preference, '')),
        ('user_project_preferences', 'audit_set', 'INSERT OR UPDATE', NULL, '''user.preference.update''', of_user,
            format(preference, with_project)),
        ('user_project_preferences', 'audit_delete', 'DELETE', NULL, '''user.preference.delete''', of_user,
            format(preference, with_project)),
        -- Without the value, which may be a secret.
        ('config', 'audit_set', 'INSERT OR UPDATE OR DELETE', NULL, '''config.set''', '''config''',
            $$jsonb_build_object('key', coalesce(n.key, o.key))$$),
        ('projects', 'audit_create', 'INSERT', NULL, '''project.create''', 'n."acteeId"',
            $$changed_values($1, NULL, '{name,description}')$$),
        ('projects', 'audit_update', 'UPDATE', restored || ' OR (OLD.name, OLD.description, OLD.archived, OLD."keyId")
                IS DISTINCT FROM (NEW.name, NEW.description, NEW.archived, NEW."keyId")', '''project.update''', 'n."acteeId"',
            $$changed_values($1, $2, '{name,description,archived,keyId,deletedAt}')$$),
        ('projects', 'audit_delete', 'UPDATE', deleted, '''project.delete''', 'n."acteeId"', NULL),
        ('forms', 'audit_create', 'INSERT', NULL, '''form.create''', 'n."acteeId"', $$changed_values($1, NULL, '{xmlFormId}')$$),
        ('forms', 'audit_update', 'UPDATE', '(OLD.state, OLD."enketoId", OLD."enketoOnceId", OLD."webformsEnabled")
                IS DISTINCT FROM (NEW.state, NEW."enketoId", NEW."enketoOnceId", NEW."webformsEnabled")',
            '''form.update''', 'n."acteeId"', $$changed_values($1, $2, '{state,enketoId,enketoOnceId,webformsEnabled}')$$),
        -- The first draft is told by form.create, one that is published by form.update.publish.
        ('forms', 'audit_draft', 'UPDATE', 'OLD."draftDefId" IS DISTINCT FROM NEW."draftDefId"
                AND num_nonnulls(OLD."draftDefId", OLD."currentDefId") > 0 AND OLD."currentDefId" IS NOT DISTINCT FROM NEW."currentDefId"',
            $$CASE WHEN n."draftDefId" IS NULL THEN 'form.update.draft.delete' ELSE 'form.update.draft.set' END$$, 'n."acteeId"',
            $$jsonb_build_object('oldDraftDefId', o."draftDefId", 'newDraftDefId', n."draftDefId")$$),
        ('forms', 'audit_publish', 'UPDATE', 'OLD."currentDefId" IS DISTINCT FROM NEW."currentDefId" AND NEW."currentDefId" IS NOT NULL',
            '''form.update.publish''', 'n."acteeId"', $$jsonb_build_object('oldDefId', o."currentDefId", 'newDefId', n."currentDefId")$$),
        ('forms', 'audit_delete', 'UPDATE', deleted, '''form.delete''', 'n."acteeId"', NULL),
        ('forms', 'audit_restore', 'UPDATE', restored, '''form.restore''', 'n."acteeId"', NULL),
        ('forms', 'audit_purge', 'DELETE', NULL, '''form.purge''', 'o."acteeId"', NULL),
        ('form_attachments', 'audit_update', 'UPDATE',
            -- Not what is linked along with publishing.
            'pg_trigger_depth() = 0 AND (OLD."blobId", OLD."datasetId") IS DISTINCT FROM (NEW."blobId", NEW."datasetId")',
            '''form.attachment.update''', of_form, $$jsonb_build_object('formDefId', n."formDefId", 'name', n.name,
                'oldBlobId', o."blobId", 'newBlobId', n."blobId", 'oldDatasetId', o."datasetId", 'newDatasetId', n."datasetId")$$),
        ('datasets', 'audit_create', 'UPDATE', 'OLD."publishedAt" IS NULL AND NEW."publishedAt" IS NOT NULL',
            '''dataset.create''', 'n."acteeId"', $$jsonb_build_object('properties', (SELECT coalesce(jsonb_agg(DISTINCT p.name), '[]')
                FROM ds_properties AS p JOIN ds_property_fields AS f ON f."dsPropertyId" = p.id
                    JOIN form_defs AS d ON d.id = f."formDefId" AND d."publishedAt" = n."publishedAt"
                WHERE p."datasetId" = n.id))$$),
        ('datasets', 'audit_update', 'UPDATE', restored || ' OR (OLD."approvalRequired", OLD."ownerOnly")
                IS DISTINCT FROM (NEW."approvalRequired", NEW."ownerOnly")', '''dataset.update''', 'n."acteeId"',
            $$changed_values($1, $2, '{approvalRequired,ownerOnly,deletedAt}')$$),
        ('datasets', 'audit_delete', 'UPDATE', deleted, '''dataset.delete''', 'n."acteeId"', NULL),
        ('datasets', 'audit_purge', 'DELETE', 'OLD."publishedAt" IS NOT NULL', '''dataset.purge''', 'o."acteeId"', NULL),
        ('ds_properties', 'audit_delete', 'UPDATE', deleted, '''dataset.update.property.delete''', of_dataset,
            $$jsonb_build_object('name', n.name)$$),
        ('dataset_access_filters', 'audit_set', 'INSERT OR DELETE', NULL,
            $$(SELECT 'dataset.update' FROM datasets WHERE id = coalesce(n."datasetId", o."datasetId"))$$, of_dataset,
            $$jsonb_build_object('data', jsonb_build_object('accessFilters', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'datasetPropertyId', f."datasetPropertyId", 'actorPropertyId', f."actorPropertyId")), '[]')
                FROM dataset_access_filters AS f WHERE f."datasetId" = coalesce(n."datasetId", o."datasetId"))))$$),
        ('entities', 'audit_resolve', 'UPDATE', 'OLD.conflict IS NOT NULL AND NEW.conflict IS NULL', '''entity.update.resolve''',
            of_dataset, 'entity_details(n)'),
        ('submission_attachments', 'audit_update', 'UPDATE', 'OLD."blobId" IS DISTINCT FROM NEW."blobId"',
            '''submission.attachment.update''',
            $$(SELECT f."acteeId" FROM submission_defs AS d JOIN forms AS f ON f.id = d."formId" WHERE d.id = n."submissionDefId")$$,
            $$(SELECT jsonb_strip_nulls(jsonb_build_object('submissionId', d."submissionId", 'instanceId', d."instanceId",
                'submissionDefId', d.id, 'name', n.name, 'newBlobId', n."blobId", 'oldBlobId', o."blobId")) FROM submission_defs AS d WHERE d.id = n."submissionDefId")$$)
    ) AS a(table_name, name, event, condition, action, actee, details) LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I FOR EACH ROW %s EXECUTE FUNCTION audit_change(%L, %L, %L)',
            t.name, t.event, t.table_name, 'WHEN (' || t.condition || ')', t.action, t.actee, coalesce(t.details, 'NULL::jsonb'));
    END LOOP;
END $do$;

CREATE FUNCTION entity_details(entity entities) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('entityId', entity.id, 'entity', jsonb_build_object('uuid', entity.uuid,
        'dataset', (SELECT name FROM datasets WHERE id = entity."datasetId")))
$$;
COMMENT ON FUNCTION entity_details(entities) IS 'How audits tell which entity.';

-- What comes by the thousand is not told by expressions that are read each time.

CREATE FUNCTION audit_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM log_audit(CASE WHEN NEW.root THEN 'submission.create' ELSE 'submission.update.version' END, f."acteeId",
        jsonb_build_object('submissionId', NEW."submissionId", 'instanceId', NEW."instanceId", 'submissionDefId', NEW.id),
        coalesce(current_actor_id(), NEW."submitterId"))
    FROM forms AS f WHERE f.id = NEW."formId";
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_submission() IS 'Trigger: a submission, or a version of one, has come in.';
CREATE TRIGGER audit AFTER INSERT ON submission_defs FOR EACH ROW EXECUTE FUNCTION audit_submission();

CREATE FUNCTION audit_submission_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- It is being edited when it has no current version: that is told by the next one.
    IF NEW."reviewState" = 'edited' AND (OLD."deletedAt" IS NULL) = (NEW."deletedAt" IS NULL)
            AND NOT EXISTS (SELECT FROM submission_defs AS d WHERE d."submissionId" = NEW.id AND d.current) THEN
        RETURN NULL;
    END IF;
    PERFORM log_audit(CASE WHEN OLD."deletedAt" IS NULL AND NEW."deletedAt" IS NOT NULL THEN 'submission.delete'
            WHEN OLD."deletedAt" IS NOT NULL AND NEW."deletedAt" IS NULL THEN 'submission.restore'
            ELSE 'submission.update' END, f."acteeId",
        jsonb_build_object('submissionId', NEW.id, 'instanceId', NEW."instanceId") ||
            CASE WHEN NEW."reviewState" IS DISTINCT FROM OLD."reviewState" THEN jsonb_build_object('reviewState', NEW."reviewState",
                'submissionDefId', (SELECT d.id FROM submission_defs AS d WHERE d."submissionId" = NEW.id AND d.current)) ELSE '{}' END)
    FROM forms AS f WHERE f.id = NEW."formId";
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_submission_change() IS
    'Trigger: a submission is reviewed, deleted or restored. Being edited is told by its version.';
CREATE TRIGGER audit AFTER UPDATE ON submissions FOR EACH ROW
    WHEN (OLD."reviewState" IS DISTINCT FROM NEW."reviewState"
        OR (OLD."deletedAt" IS NULL) <> (NEW."deletedAt" IS NULL))
    EXECUTE FUNCTION audit_submission_change();

CREATE FUNCTION audit_entity_version() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    told record;
BEGIN
    SELECT e.uuid, t.name, t."acteeId", s.id AS source_id, s.details ? 'count' AS is_bulk, d.id AS def_id, d."submissionId" INTO told
    FROM entities AS e JOIN datasets AS t ON t.id = e."datasetId" LEFT JOIN entity_def_sources AS s ON s.id = NEW."sourceId"
        LEFT JOIN submission_defs AS d ON d.id = s."submissionDefId"
    WHERE e.id = NEW."entityId";
    IF told.is_bulk THEN
        IF NOT EXISTS (SELECT FROM audits WHERE (details -> 'sourceId')::int4 = told.source_id AND details ? 'sourceId') THEN
            PERFORM log_audit('entity.bulk.create', told."acteeId", jsonb_build_object('sourceId', told.source_id), NEW."creatorId");
        END IF;
        RETURN NULL;
    END IF;
    PERFORM log_audit(CASE WHEN NEW.version = 1 THEN 'entity.create' ELSE 'entity.update.version' END, told."acteeId",
        jsonb_build_object('entityId', NEW."entityId", 'entityDefId', NEW.id, 'entity', jsonb_build_object('uuid', told.uuid, 'dataset', told.name))
            || CASE WHEN told.def_id IS NULL THEN '{}'
                ELSE jsonb_build_object('submissionId', told."submissionId", 'submissionDefId', told.def_id) END, NEW."creatorId");
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_entity_version() IS 'Trigger: an entity is created or updated; many of one source are told once.';
CREATE TRIGGER audit AFTER INSERT ON entity_defs FOR EACH ROW EXECUTE FUNCTION audit_entity_version();

CREATE FUNCTION tell_source() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    SELECT max(a.id) INTO NEW."auditId"
    FROM submission_defs AS d JOIN audits AS a ON (a.details -> 'submissionId')::int4 = d."submissionId" AND a.details ? 'submissionId'
    WHERE d.id = NEW."submissionDefId" AND a.action IN ('submission.create', 'submission.update',
            'submission.update.version', 'submission.backlog.reprocess', 'submission.backlog.force')
        AND NOT EXISTS (SELECT FROM entity_def_sources AS s WHERE s."auditId" = a.id);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION tell_source() IS
    'Trigger: the audit of what made a submission make a version of an entity; each is told by one source.';
CREATE TRIGGER tell_source BEFORE INSERT ON entity_def_sources FOR EACH ROW
    WHEN (NEW."auditId" IS NULL AND NEW."submissionDefId" IS NOT NULL) EXECUTE FUNCTION tell_source();

CREATE FUNCTION audit_entity_deletion() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    change record;
BEGIN
    IF NOT EXISTS (SELECT FROM after WHERE "deletedAt" IS NOT NULL UNION ALL SELECT FROM before WHERE "deletedAt" IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    -- Planned each time, for one row and for a million.
    FOR change IN EXECUTE $sql$
        SELECT d."acteeId", n."deletedAt" IS NULL AS is_back, min(n.id) AS one, jsonb_agg(n.uuid ORDER BY n.id) AS uuids
        FROM after AS n JOIN before AS o USING (id) JOIN datasets AS d ON d.id = n."datasetId"
        WHERE (n."deletedAt" IS NULL) <> (o."deletedAt" IS NULL) GROUP BY 1, 2 $sql$
    LOOP
        IF jsonb_array_length(change.uuids) > 1 THEN
            PERFORM log_audit(CASE WHEN change.is_back THEN 'entity.bulk.restore' ELSE 'entity.bulk.delete' END, change."acteeId",
                jsonb_build_object('entityUuids', change.uuids));
        ELSE
            PERFORM log_audit(CASE WHEN change.is_back THEN 'entity.restore' ELSE 'entity.delete' END, change."acteeId", entity_details(e))
            FROM entities AS e WHERE e.id = change.one;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_entity_deletion() IS 'Trigger: entities are deleted or restored; those of one statement are told together.';
CREATE TRIGGER audit_deletion AFTER UPDATE ON entities REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entity_deletion();

CREATE FUNCTION audit_new_properties() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM log_audit('dataset.update', d."acteeId", jsonb_build_object('properties', jsonb_agg(n.name ORDER BY n.id)))
    FROM after AS n JOIN before AS o USING (id) JOIN datasets AS d ON d.id = n."datasetId"
    WHERE o."publishedAt" IS NULL AND n."publishedAt" IS NOT NULL AND d."publishedAt" < n."publishedAt" GROUP BY d."acteeId";
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_new_properties() IS 'Trigger: a dataset that was there gets properties.';
CREATE TRIGGER audit_publish AFTER UPDATE ON ds_properties REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION audit_new_properties();

CREATE FUNCTION audit_blobs() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    retried int8;
BEGIN
    IF EXISTS (SELECT FROM before WHERE s3_status = 'failed') THEN
        EXECUTE $sql$ SELECT count(*) FROM after AS n JOIN before AS o USING (id) WHERE o.s3_status = 'failed' AND n.s3_status = 'pending' $sql$
        INTO retried;
        IF retried > 0 THEN
            PERFORM log_audit('blobs.s3.failed-to-pending', NULL, jsonb_build_object('updated', retried));
        END IF;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION audit_blobs() IS 'Trigger: blobs whose upload has failed are to be uploaded again.';
CREATE TRIGGER audit_retry AFTER UPDATE ON blobs REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION audit_blobs();

CREATE FUNCTION log_export(form_id int4) RETURNS int4 LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT log_audit('form.submission.export', "acteeId") FROM forms WHERE id = form_id
$$;
COMMENT ON FUNCTION log_export(int4) IS 'Notes that the submissions of a form were exported, which no trigger sees; the id of the audit.';

-- What was done stays done.

CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.action, NEW."actorId", NEW."acteeId", NEW."loggedAt")
            IS NOT DISTINCT FROM (OLD.id, OLD.action, OLD."actorId", OLD."acteeId", OLD."loggedAt")
            AND (NEW.notes IS NULL OR NEW.notes = OLD.notes) AND coalesce(OLD.details @> NEW.details, NEW.details IS NULL) THEN
        RETURN NEW;
    END IF;
    RAISE 'audits are not changed' USING ERRCODE = '55000',
        HINT = 'A purge may take from their details and notes, and a worker says how far it is.';
END $$;
COMMENT ON FUNCTION keep_audit() IS 'Trigger: an audit stays; at most it tells less, once what it tells of is purged.';
CREATE TRIGGER keep_audit BEFORE UPDATE OR DELETE ON audits FOR EACH ROW EXECUTE FUNCTION keep_audit();
CREATE TRIGGER keep_audits BEFORE TRUNCATE ON audits FOR EACH STATEMENT EXECUTE FUNCTION keep_audit();

-- The same for readers.

CREATE FUNCTION is_in_audit_group(action text, wanted text) RETURNS bool LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE
        WHEN wanted IS NULL THEN true
        WHEN wanted = 'nonverbose' THEN action !~ '^(entity|user\.preference)\.' AND action NOT IN ('backup', 'analytics')
            AND (action !~ '^submission\.' OR action = 'submission.purge')
        WHEN wanted IN ('user', 'field_key', 'public_link', 'project', 'form', 'submission', 'dataset', 'entity', 'upgrade', 'config')
            THEN starts_with(action, wanted || '.')
        ELSE action = wanted END
$$;
COMMENT ON FUNCTION is_in_audit_group(text, text) IS
    'Is the action of the group that the platform''s ?action= names: nonverbose, user, form ...; or is it this very action?';

CREATE FUNCTION find_audits(
    action text DEFAULT NULL, actee_id text DEFAULT NULL, since timestamptz DEFAULT '-infinity', until timestamptz DEFAULT 'infinity',
    most int4 DEFAULT 100)
RETURNS SETOF audits LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT * FROM audits AS a
    WHERE is_in_audit_group(a.action, find_audits.action) AND (find_audits.actee_id IS NULL OR a."acteeId" = find_audits.actee_id)
        AND a."loggedAt" >= since AND a."loggedAt" < until
    ORDER BY a."loggedAt" DESC, a.id DESC LIMIT most
$$;
COMMENT ON FUNCTION find_audits(text, text, timestamptz, timestamptz, int4) IS
    'The latest audits, of an action or a group of them, about an actee, within a time.';

-- The queue of what is left to workers.

CREATE FUNCTION claim_audit(actions text[] DEFAULT NULL) RETURNS SETOF audits LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE audits SET claimed = clock_timestamp() WHERE id = (
        SELECT a.id FROM audits AS a
        WHERE a.processed IS NULL AND a.failures < 5 AND (a.claimed IS NULL OR a.claimed < clock_timestamp() - interval '2 hours')
            AND (a."lastFailure" IS NULL OR a."lastFailure" < clock_timestamp() - interval '10 minutes')
            AND (actions IS NULL OR a.action = ANY (actions))
        ORDER BY a."loggedAt", a.id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING *
$$;
COMMENT ON FUNCTION claim_audit(text[]) IS
    'The audit that has waited longest for a worker, for this one alone; none when none waits. Five failures, and it waits no more.';

CREATE FUNCTION finish_audit(audit_id int4, failed bool DEFAULT false) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE audits SET claimed = CASE WHEN NOT failed THEN claimed END, processed = CASE WHEN NOT failed THEN clock_timestamp() END,
        failures = failures + failed::int, "lastFailure" = CASE WHEN failed THEN clock_timestamp() ELSE "lastFailure" END
    WHERE id = audit_id
$$;
COMMENT ON FUNCTION finish_audit(int4, bool) IS 'The worker is done with an audit; or has failed, and it is tried again after ten minutes.';

SELECT run_triggers_as_owner(true);
-- down
DO $$
DECLARE
    t record;
BEGIN
    FOR t IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger JOIN pg_proc AS f ON f.oid = tgfoid
        WHERE f.pronamespace = quote_ident(current_schema())::regnamespace
            AND (f.proname LIKE 'audit\_%' OR f.proname IN ('tell_source', 'keep_audit')) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t.name);
    END LOOP;
END $$;
DROP FUNCTION finish_audit(int4, bool), claim_audit(text[]), find_audits(text, text, timestamptz, timestamptz, int4),
    is_in_audit_group(text, text), keep_audit(), log_export(int4), audit_blobs(), audit_new_properties(), audit_entity_deletion(),
    tell_source(), audit_entity_version(), audit_submission_change(), audit_submission(), entity_details(entities),
    changed_values(jsonb, jsonb, text[]), audit_change();
