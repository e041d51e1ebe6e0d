-- Submissions: what people fill forms in with, its versions, its files, and what is said about it.
-- Inserting a row into submission_defs with a submission's XML does all the rest, in the same transaction.

-- Numbers for changes of submissions. The platform hands them out from one row of a table, which every transaction locks.
CREATE SEQUENCE submission_events;
COMMENT ON SEQUENCE submission_events IS 'Each change of a submission has a number of its own; current_event tells the last.';

CREATE VIEW current_event WITH (security_invoker) AS
SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS event FROM submission_events;
COMMENT ON VIEW current_event IS 'The number that a change of a submission was given last.';

CREATE FUNCTION get_event() RETURNS bigint LANGUAGE sql VOLATILE SET search_path FROM CURRENT AS $$
    SELECT nextval('submission_events')
$$;
COMMENT ON FUNCTION get_event() IS 'The next number of a change; nobody waits for it.';

CREATE TABLE submissions (
    id serial PRIMARY KEY,
    "formId" integer NOT NULL REFERENCES forms ON DELETE CASCADE,
    "instanceId" varchar(64) NOT NULL,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "updatedAt" timestamptz(3),
    "deletedAt" timestamptz(3),
    "submitterId" integer REFERENCES actors,
    "deviceId" varchar(255),
    draft boolean NOT NULL,
    "reviewState" text,
    event bigint DEFAULT nextval('submission_events') UNIQUE,
    UNIQUE ("formId", "instanceId", draft),
    UNIQUE (id, "formId", draft)
);
COMMENT ON TABLE submissions IS 'Submissions, whatever their version.';
COMMENT ON COLUMN submissions."instanceId" IS 'That of the first version.';
COMMENT ON COLUMN submissions."reviewState" IS 'NULL is received.';
COMMENT ON COLUMN submissions.event IS 'Another one after each change, so that what was exported can be told to be still the same.';
CREATE INDEX "submissions_formId_createdAt_id" ON submissions ("formId", "createdAt", id);
CREATE INDEX "submissions_submitterId" ON submissions ("submitterId");
CREATE INDEX "submissions_reviewState" ON submissions ("reviewState");
CREATE TRIGGER check_review_state BEFORE INSERT OR UPDATE OF "reviewState" ON submissions FOR EACH ROW EXECUTE FUNCTION
    quire.check_state('reviewState',
        '* -> null | "hasIssues" | edited | approved | rejected,
        null | "hasIssues" | edited | approved | rejected -> null | "hasIssues" | edited | approved | rejected');

CREATE TABLE submission_defs (
    id serial PRIMARY KEY,
    "submissionId" integer NOT NULL,
    xml text NOT NULL,
    "formDefId" integer NOT NULL REFERENCES form_defs ON DELETE CASCADE,
    "submitterId" integer REFERENCES actors,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "encDataAttachmentName" varchar(255),
    "localKey" text,
    signature text,
    current boolean,
    "instanceName" text,
    "instanceId" varchar(64) NOT NULL,
    "userAgent" varchar(255),
    "deviceId" varchar(255),
    root boolean,
    "formId" integer NOT NULL,
    draft boolean NOT NULL,
    CONSTRAINT check_instanceid_unique UNIQUE ("formId", "instanceId", draft),
    FOREIGN KEY ("submissionId", "formId", draft) REFERENCES submissions (id, "formId", draft) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE submission_defs IS 'The versions of submissions. xml and formDefId are enough to insert one.';
COMMENT ON CONSTRAINT check_instanceid_unique ON submission_defs IS 'No two versions in a form have one instance id; who comes second waits, and is refused.';
COMMENT ON COLUMN submission_defs."formId" IS 'That of the submission, for check_instanceid_unique.';
COMMENT ON COLUMN submission_defs.draft IS 'That of the submission, for check_instanceid_unique.';
CREATE UNIQUE INDEX submission_defs_current ON submission_defs ("submissionId") WHERE current;
CREATE INDEX "submission_defs_submissionId_instanceId" ON submission_defs ("submissionId", "instanceId");
CREATE INDEX "submission_defs_createdAt_id" ON submission_defs ("createdAt", id);
CREATE INDEX "submission_defs_submitterId" ON submission_defs ("submitterId");
CREATE INDEX "submission_defs_formDefId" ON submission_defs ("formDefId");

CREATE TABLE form_field_values (
    "formId" integer NOT NULL REFERENCES forms ON DELETE CASCADE,
    "submissionDefId" integer NOT NULL REFERENCES submission_defs ON DELETE CASCADE,
    path text NOT NULL,
    value text
);
COMMENT ON TABLE form_field_values IS 'The choices seen in questions that allow several; exports make columns of them.';
CREATE INDEX "form_field_values_submissionDefId" ON form_field_values ("submissionDefId");
CREATE INDEX "form_field_values_formId_submissionDefId_path" ON form_field_values ("formId", "submissionDefId", path);

CREATE TABLE submission_attachments (
    "blobId" integer REFERENCES blobs,
    name text NOT NULL,
    "submissionDefId" integer NOT NULL REFERENCES submission_defs ON DELETE CASCADE,
    "index" integer,
    "isClientAudit" boolean,
    PRIMARY KEY ("submissionDefId", name)
);
COMMENT ON TABLE submission_attachments IS 'The files that each version names; their content, once it has arrived.';
CREATE INDEX "submission_attachments_blobId" ON submission_attachments ("blobId");

CREATE TABLE client_audits (
    "blobId" integer NOT NULL REFERENCES blobs ON DELETE CASCADE,
    event text,
    node text,
    start text,
    "end" text,
    latitude text,
    longitude text,
    accuracy text,
    "old-value" text,
    "new-value" text,
    remainder jsonb,
    "user" text,
    "change-reason" text,
    "order" integer NOT NULL,
    PRIMARY KEY ("blobId", "order")
);
COMMENT ON TABLE client_audits IS 'The rows of audit.csv files, once for each file whoever sent it.';
CREATE INDEX client_audits_start ON client_audits (start);

CREATE TABLE comments (
    id serial PRIMARY KEY,
    "submissionId" integer NOT NULL REFERENCES submissions ON DELETE CASCADE,
    "actorId" integer NOT NULL REFERENCES actors,
    body text NOT NULL CHECK (body <> ''),
    "createdAt" timestamptz(3) DEFAULT clock_timestamp()
);
COMMENT ON TABLE comments IS 'What people say about submissions.';
CREATE INDEX "comments_submissionId" ON comments ("submissionId");
CREATE INDEX "comments_actorId" ON comments ("actorId");

CREATE TABLE submission_violations (
    "submissionDefId" integer NOT NULL REFERENCES submission_defs ON DELETE CASCADE,
    path text,
    "position" integer[],
    rule text NOT NULL,
    message jsonb,
    expression text,
    disputed boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE submission_violations IS 'The rules of its form that a version breaks, as quire.validate() tells them; the platform does not look.';
CREATE INDEX "submission_violations_submissionDefId" ON submission_violations ("submissionDefId");

SELECT keep('submissions', 'id', 'formId', 'instanceId', 'draft', 'submitterId');

CREATE FUNCTION stamp_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.event := nextval('submission_events');
    IF NEW."reviewState" IS DISTINCT FROM OLD."reviewState" THEN
        NEW."updatedAt" := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION stamp_submission() IS 'Trigger: a change has a number and a time.';
CREATE TRIGGER stamp_submission BEFORE UPDATE ON submissions FOR EACH ROW
    WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION stamp_submission();

-- What the insertion of a version does.

CREATE FUNCTION version_for(xml_form_id text, version text, project_id int4 DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    versions int4[] := ARRAY(
        SELECT d.id FROM form_defs AS d JOIN forms AS f ON f.id = d."formId" AND f."deletedAt" IS NULL
            JOIN projects AS p ON p.id = f."projectId" AND p."deletedAt" IS NULL
        WHERE f."xmlFormId" = xml_form_id AND d.version = coalesce(version_for.version, '') AND d."publishedAt" IS NOT NULL
            AND (project_id IS NULL OR f."projectId" = project_id));
BEGIN
    IF cardinality(versions) = 0 THEN
        RAISE 'there is no form "%" with a version "%"', xml_form_id, coalesce(version, '') USING ERRCODE = 'P0002',
            HINT = 'Its id and version are attributes of the submission''s root; drafts are not meant.';
    ELSIF cardinality(versions) > 1 THEN
        RAISE 'several projects have a form "%" with the version "%"', xml_form_id, coalesce(version, '') USING ERRCODE = '42702',
            HINT = 'Say which by formDefId, or use submit().';
    END IF;
    RETURN versions[1];
END $$;
COMMENT ON FUNCTION version_for(text, text, int4) IS 'The published version of a form that a submission names; of the project, or of the only one that has it.';

CREATE FUNCTION replaced_submission(form_id int4, is_draft bool, wanted int4, deprecated_id text) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    target int4 := wanted;
    latest text;
BEGIN
    IF target IS NULL THEN
        SELECT "submissionId" INTO target FROM submission_defs
        WHERE "formId" = form_id AND draft = is_draft AND "instanceId" = deprecated_id;
    END IF;
    -- Who edits at the same time waits here, and then finds another version.
    PERFORM FROM submissions WHERE id = target AND "formId" = form_id AND draft = is_draft AND "deletedAt" IS NULL FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no such submission to edit' USING ERRCODE = 'P0002', HINT = 'Its instance id is the deprecatedID of the new version.';
    END IF;
    SELECT "instanceId" INTO latest FROM submission_defs WHERE "submissionId" = target AND current;
    IF latest <> deprecated_id THEN
        RAISE 'the submission was edited by somebody else' USING ERRCODE = '40001',
            HINT = 'Take the latest version, and edit that.';
    END IF;
    RETURN target;
END $$;
COMMENT ON FUNCTION replaced_submission(int4, bool, int4, text) IS 'The submission that a new version is of, locked; an error unless the new version was made of its latest one.';

CREATE FUNCTION read_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    meta record;
    form record;
BEGIN
    BEGIN
        meta := quire.submission_meta(NEW.xml);
    EXCEPTION WHEN invalid_xml_content THEN
        -- Kept nevertheless, where its form is known otherwise; what is wrong becomes one of its violations.
        IF NEW."formDefId" IS NULL THEN
            RAISE;
        END IF;
        meta := quire.submission_meta('<x/>');
    END;
    IF NEW."formDefId" IS NULL THEN
        NEW."formDefId" := version_for(meta.form_id, meta.form_version);
    END IF;
    SELECT f.id, f."xmlFormId", f.state, d."publishedAt" IS NULL AS is_draft INTO form
    FROM form_defs AS d JOIN forms AS f ON f.id = d."formId" AND f."deletedAt" IS NULL
        JOIN projects AS p ON p.id = f."projectId" AND p."deletedAt" IS NULL
    WHERE d.id = NEW."formDefId";
    IF form.id IS NULL THEN
        RAISE 'there is no such form' USING ERRCODE = 'P0002';
    ELSIF form."xmlFormId" <> meta.form_id THEN
        RAISE 'the submission is of the form "%", not of "%"', meta.form_id, form."xmlFormId" USING ERRCODE = '22023';
    ELSIF form.is_draft THEN
        -- Until it is done, the draft is not published, which would drop the submissions that it has.
        PERFORM FROM forms WHERE id = form.id AND "draftDefId" = NEW."formDefId" FOR SHARE;
        IF NOT FOUND THEN
            RAISE 'the form has another draft now' USING ERRCODE = 'P0002';
        END IF;
    ELSIF form.state = 'closed' THEN
        RAISE 'the form takes no submissions' USING ERRCODE = '55000', HINT = 'It is closed; set_form_state() opens it.';
    ELSIF meta.enc_key IS NOT NULL AND meta.instance_id IS NULL THEN
        RAISE 'an encrypted submission has no instance id' USING ERRCODE = '22023';
    END IF;

    NEW."formId" := form.id;
    NEW.draft := form.is_draft;
    NEW."instanceId" := coalesce(meta.instance_id, NEW."instanceId", gen_random_uuid()::text);
    NEW."instanceName" := meta.instance_name;
    NEW."localKey" := meta.enc_key;
    NEW."encDataAttachmentName" := meta.enc_data_file;
    NEW.signature := meta.signature;
    NEW."submitterId" := coalesce(NEW."submitterId", current_actor_id());
    NEW."deviceId" := coalesce(NEW."deviceId", left(meta.device_id, 255));
    NEW.current := true;
    IF NEW."submissionId" IS NULL AND meta.deprecated_id IS NULL THEN
        NEW.root := true;
        INSERT INTO submissions ("formId", "instanceId", draft, "submitterId", "deviceId", "createdAt")
        VALUES (form.id, NEW."instanceId", form.is_draft, NEW."submitterId", NEW."deviceId", NEW."createdAt")
        RETURNING id INTO NEW."submissionId";
    ELSE
        NEW.root := NULL;
        NEW."submissionId" := replaced_submission(form.id, form.is_draft, NEW."submissionId", meta.deprecated_id);
        UPDATE submission_defs SET current = false WHERE "submissionId" = NEW."submissionId" AND current;
        UPDATE submissions SET "reviewState" = 'edited', "updatedAt" = clock_timestamp() WHERE id = NEW."submissionId";
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION read_submission() IS 'Trigger: what a version says of itself; a new submission, or the next version of one that there is.';
CREATE TRIGGER read_submission BEFORE INSERT ON submission_defs FOR EACH ROW EXECUTE FUNCTION read_submission();

CREATE FUNCTION keep_submission_def() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'a version of a submission is not changed' USING ERRCODE = '55000', HINT = 'edit_submission() makes the next one.';
END $$;
COMMENT ON FUNCTION keep_submission_def() IS 'Trigger: versions are what was sent.';
CREATE TRIGGER keep_submission_def BEFORE UPDATE ON submission_defs FOR EACH ROW
    WHEN ((OLD.xml, OLD."submissionId", OLD."formDefId", OLD."instanceId") IS DISTINCT FROM
        (NEW.xml, NEW."submissionId", NEW."formDefId", NEW."instanceId"))
    EXECUTE FUNCTION keep_submission_def();

CREATE FUNCTION fill_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    form quire.xform := (SELECT d.xml::quire.xform FROM form_defs AS d WHERE d.id = NEW."formDefId");
    is_readable bool := true;
    longest_name CONSTANT int4 := 2000;  -- that an index takes, and no device has such files
BEGIN
    IF NEW."localKey" IS NULL THEN
        WITH broken AS (
            INSERT INTO submission_violations
            SELECT NEW.id, v.* FROM quire.validate(form, NEW.xml, '{"on_error": "row"}') AS v RETURNING path, rule)
        SELECT count(*) = 0 INTO is_readable FROM broken WHERE path = '' AND rule = 'structure';
        IF NOT is_readable AND NOT xml_is_well_formed_document(NEW.xml) THEN
            RETURN NULL;
        END IF;
        INSERT INTO form_field_values
        SELECT NEW."formId", NEW.id, v.path, v.value FROM quire.select_values(form, NEW.xml) AS v;
    END IF;
    IF octet_length(NEW.xml) > longest_name THEN
        INSERT INTO submission_violations ("submissionDefId", rule, message)
        SELECT NEW.id, 'file_name', jsonb_build_object('default', 'The name of a file is too long.')
        FROM quire.submission_attachments(form, NEW.xml) AS a(name) WHERE octet_length(a.name) > longest_name;
    END IF;
    INSERT INTO submission_attachments (name, "submissionDefId", "index", "isClientAudit", "blobId")
    SELECT a.name, NEW.id, CASE WHEN NEW."localKey" IS NOT NULL THEN a.n - 1 END,
        a.name = CASE WHEN NEW."localKey" IS NOT NULL THEN 'audit.csv.enc' ELSE (
            SELECT btrim(v.value, E' \t\r\n') FROM quire."values"(form, NEW.xml) AS v WHERE v.path = '/meta/audit' LIMIT 1) END,
        CASE WHEN NEW.root IS NULL THEN (
            SELECT p."blobId" FROM submission_defs AS d JOIN submission_attachments AS p ON p."submissionDefId" = d.id
            WHERE d."submissionId" = NEW."submissionId" AND d.id < NEW.id AND p.name = a.name ORDER BY d.id DESC LIMIT 1) END
    FROM quire.submission_attachments(form, NEW.xml) WITH ORDINALITY AS a(name, n) WHERE octet_length(a.name) <= longest_name;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION fill_submission() IS
    'Trigger: what a version breaks of the rules of its form, the choices in it, the files that it names; those that the version before had are kept.';
CREATE TRIGGER fill_submission AFTER INSERT ON submission_defs FOR EACH ROW EXECUTE FUNCTION fill_submission();

CREATE FUNCTION read_client_audit() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM submission_defs WHERE id = NEW."submissionDefId" AND "localKey" IS NOT NULL)
            OR EXISTS (SELECT FROM client_audits WHERE "blobId" = NEW."blobId") THEN
        RETURN NULL;
    END IF;
    INSERT INTO client_audits
    SELECT NEW."blobId", a.event, a.node, a.start, a."end", a.latitude, a.longitude, a.accuracy, a."old-value", a."new-value",
        a.remainder, a."user", a."change-reason", a.ordinality
    FROM blobs AS b, quire.client_audit(convert_from(b.content, 'UTF8')) WITH ORDINALITY AS a
    WHERE b.id = NEW."blobId"
    ON CONFLICT ("blobId", "order") DO NOTHING;
    RETURN NULL;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    INSERT INTO submission_violations ("submissionDefId", path, rule, message)
    VALUES (NEW."submissionDefId", '/meta/audit', 'client_audit', jsonb_build_object('default', sqlerrm));
    RETURN NULL;
END $$;
COMMENT ON FUNCTION read_client_audit() IS 'Trigger: the rows of an audit.csv that has arrived, unless they are there; a file that is none is a violation, and kept.';
CREATE TRIGGER read_client_audit AFTER INSERT OR UPDATE OF "blobId" ON submission_attachments FOR EACH ROW
    WHEN (NEW."isClientAudit" AND NEW."blobId" IS NOT NULL) EXECUTE FUNCTION read_client_audit();

CREATE FUNCTION clear_draft() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    was_purging bool := purging(true);
BEGIN
    IF NEW."draftDefId" IS NULL THEN
        DELETE FROM submissions WHERE "formId" = NEW.id AND draft;
    END IF;
    DELETE FROM form_defs AS d
    WHERE d."formId" = NEW.id AND d."publishedAt" IS NULL AND d.id IS DISTINCT FROM NEW."draftDefId"
        AND NOT EXISTS (SELECT FROM submission_defs AS s WHERE s."formDefId" = d.id);
    PERFORM purging(was_purging);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION clear_draft() IS
    'Trigger: with a draft, what was submitted to try it goes; when another draft takes its place, that stays, and with it the version.';
CREATE TRIGGER clear_draft AFTER UPDATE OF "draftDefId" ON forms FOR EACH ROW
    WHEN (OLD."draftDefId" IS DISTINCT FROM NEW."draftDefId" AND OLD."draftDefId" IS NOT NULL) EXECUTE FUNCTION clear_draft();

-- The same as short functions.

CREATE FUNCTION submission_sent_before(form_id int4, is_draft bool, xml text, instance_id text) RETURNS submission_defs
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    known submission_defs;
BEGIN
    SELECT * INTO known FROM submission_defs AS d WHERE d."formId" = form_id AND d."instanceId" = instance_id AND d.draft = is_draft;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF EXISTS (SELECT FROM submissions WHERE id = known."submissionId" AND "deletedAt" IS NOT NULL) THEN
        RAISE 'the submission was deleted' USING ERRCODE = '55000', HINT = 'Restore it.';
    ELSIF NOT known.current THEN
        RAISE 'the submission has a later version' USING ERRCODE = '55000', HINT = 'Edit that one.';
    ELSIF known.xml <> submission_sent_before.xml THEN
        RAISE 'there is another submission with this instance id' USING ERRCODE = '23505', CONSTRAINT = 'check_instanceid_unique';
    END IF;
    RETURN known;
END $$;
COMMENT ON FUNCTION submission_sent_before(int4, bool, text, text) IS 'The version that was sent before with the same text; an error when with another one, or when it is no more the current one.';

CREATE FUNCTION submit(
    project_id int4, xml text, device_id text DEFAULT NULL, user_agent text DEFAULT NULL, to_draft bool DEFAULT false) RETURNS submission_defs
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    meta record := quire.submission_meta(xml);
    def_id int4;
    form_id int4;
    made submission_defs;
BEGIN
    IF to_draft THEN
        SELECT "draftDefId" INTO def_id FROM forms WHERE id = form_named(project_id, meta.form_id);
    ELSE
        def_id := version_for(meta.form_id, meta.form_version, project_id);
    END IF;
    SELECT d."formId" INTO form_id FROM form_defs AS d WHERE d.id = def_id;
    IF NOT FOUND THEN
        RAISE 'the form has no draft' USING ERRCODE = 'P0002';
    END IF;
    made := submission_sent_before(form_id, to_draft, xml, meta.instance_id);
    IF made.id IS NULL THEN
        INSERT INTO submission_defs (xml, "formDefId", "deviceId", "userAgent")
        VALUES (submit.xml, def_id, left(device_id, 255), left(user_agent, 255)) RETURNING * INTO made;
    END IF;
    RETURN made;
EXCEPTION WHEN unique_violation THEN
    -- Somebody else has sent it meanwhile, perhaps the same.
    made := submission_sent_before(form_id, to_draft, xml, meta.instance_id);
    IF made.id IS NULL THEN
        RAISE;
    END IF;
    RETURN made;
END $$;
COMMENT ON FUNCTION submit(int4, text, text, text, bool) IS
    'Takes a submission as OpenRosa clients send it: a new one, the next version of one that it deprecates, or once more one that is known.';

CREATE FUNCTION edit_submission(submission_id int4, xml text) RETURNS submission_defs LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO submission_defs ("submissionId", xml, "formDefId")
    SELECT s.id, edit_submission.xml, CASE WHEN s.draft THEN f."draftDefId" ELSE version_for(m.form_id, m.form_version, f."projectId") END
    FROM submissions AS s JOIN forms AS f ON f.id = s."formId", quire.submission_meta(edit_submission.xml) AS m
    WHERE s.id = submission_id
    RETURNING *
$$;
COMMENT ON FUNCTION edit_submission(int4, text) IS 'The next version of a submission; when it says which one it deprecates, that has to be the latest.';

CREATE FUNCTION attach(submission_def_id int4, name text, content bytea, content_type text DEFAULT 'application/octet-stream')
RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    blob_id int4 := store_blob(content, content_type);
BEGIN
    UPDATE submission_attachments AS a SET "blobId" = blob_id
    WHERE a."submissionDefId" = submission_def_id AND a.name = attach.name;
    IF NOT FOUND THEN
        RAISE 'the submission names no file "%"', name USING ERRCODE = 'P0002', HINT = 'submission_attachments has the names of those that it does.';
    END IF;
    RETURN blob_id;
END $$;
COMMENT ON FUNCTION attach(int4, text, bytea, text) IS 'The content of a file that a version of a submission names; the id of its blob.';

CREATE FUNCTION comment_on(submission_id int4, body text) RETURNS int4 LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO comments ("submissionId", "actorId", body) VALUES (submission_id, current_actor_id(), body) RETURNING id
$$;
COMMENT ON FUNCTION comment_on(int4, text) IS 'What the session''s actor says about a submission.';

CREATE FUNCTION review(submission_id int4, state text, comment text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE submissions SET "reviewState" = state, "updatedAt" = clock_timestamp() WHERE id = submission_id AND "deletedAt" IS NULL;
    IF NOT FOUND THEN
        RAISE 'there is no such submission' USING ERRCODE = 'P0002';
    ELSIF comment IS NOT NULL THEN
        PERFORM comment_on(submission_id, comment);
    END IF;
END $$;
COMMENT ON FUNCTION review(int4, text, text) IS 'What a reviewer finds: hasIssues, edited, approved, rejected, or NULL for received; with a comment.';

CREATE FUNCTION changes_of(submission_id int4)
RETURNS TABLE ("instanceId" text, path jsonb, old jsonb, new jsonb) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT v."instanceId", d.* FROM (
        SELECT id, "instanceId", xml, "formDefId", lag(xml) OVER (ORDER BY id) AS before FROM submission_defs WHERE "submissionId" = submission_id) AS v
        JOIN form_defs AS f ON f.id = v."formDefId", quire.submission_diff(f.xml::quire.xform, v.before, v.xml) AS d
    WHERE v.before IS NOT NULL ORDER BY v.id DESC
$$;
COMMENT ON FUNCTION changes_of(int4) IS 'What each version of a submission changed, the latest first.';
-- down
DROP TRIGGER clear_draft ON forms;
DROP VIEW current_event;
DROP FUNCTION changes_of(int4), review(int4, text, text), comment_on(int4, text), attach(int4, text, bytea, text),
    edit_submission(int4, text), submit(int4, text, text, text, bool), submission_sent_before(int4, bool, text, text),
    replaced_submission(int4, bool, int4, text), version_for(text, text, int4), get_event();
DROP TABLE submission_violations, comments, client_audits, submission_attachments, form_field_values, submission_defs,
    submissions;
DROP FUNCTION clear_draft(), read_client_audit(), fill_submission(), keep_submission_def(), read_submission(),
    stamp_submission();
DROP SEQUENCE submission_events;
