-- Forms: definitions and their versions, the fields that they have, and the entity lists that they declare.
-- Inserting a row into form_defs reads its XML and does all the rest.

CREATE TABLE forms (
    id serial PRIMARY KEY,
    "xmlFormId" varchar(64) NOT NULL CHECK ("xmlFormId" <> ''),
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "updatedAt" timestamptz(3),
    "deletedAt" timestamptz(3),
    "acteeId" varchar(36) NOT NULL UNIQUE REFERENCES actees,
    state text DEFAULT 'open',
    "projectId" integer NOT NULL REFERENCES projects,
    "currentDefId" integer UNIQUE,
    "draftDefId" integer UNIQUE,
    "enketoId" varchar(255),
    "enketoOnceId" text,
    "webformsEnabled" boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE forms IS 'Forms, whatever their version; what can be done with one is granted on its actee.';
COMMENT ON COLUMN forms."currentDefId" IS 'The version that was published last.';
COMMENT ON COLUMN forms."draftDefId" IS 'The version that is being worked on.';
CREATE UNIQUE INDEX "forms_projectId_xmlFormId" ON forms ("projectId", "xmlFormId") WHERE "deletedAt" IS NULL;
CREATE INDEX "forms_xmlFormId" ON forms ("xmlFormId");
CREATE INDEX "forms_deletedAt_state" ON forms ("deletedAt", state);
CREATE TRIGGER check_form_state BEFORE INSERT OR UPDATE OF state ON forms FOR EACH ROW EXECUTE FUNCTION
    quire.check_state('state', '* -> open | closing | closed, open | closing | closed -> open | closing | closed');

CREATE TABLE form_schemas (
    id serial PRIMARY KEY,
    "formId" integer NOT NULL REFERENCES forms ON DELETE CASCADE,
    UNIQUE ("formId", id)
);
COMMENT ON TABLE form_schemas IS 'What the fields of consecutive versions hang on that have the same ones.';
COMMENT ON COLUMN form_schemas."formId" IS 'That of its fields: they refer to form and schema at once, which is one check for each of thousands.';

CREATE TABLE form_defs (
    id serial PRIMARY KEY,
    "formId" integer REFERENCES forms ON DELETE CASCADE,
    xml text NOT NULL,
    hash varchar(32) NOT NULL,
    sha varchar(40) NOT NULL,
    sha256 varchar(64) NOT NULL,
    version text NOT NULL,
    "createdAt" timestamptz(3) DEFAULT clock_timestamp(),
    "keyId" integer REFERENCES keys,
    "xlsBlobId" integer REFERENCES blobs,
    "publishedAt" timestamptz(3),
    "draftToken" varchar(64) CHECK ("draftToken" ~ '^[A-Za-z0-9!$]{64}$'),
    "enketoId" varchar(255),
    name text,
    "schemaId" integer REFERENCES form_schemas,
    "projectId" integer NOT NULL,
    "xmlFormId" varchar(64) NOT NULL,
    UNIQUE ("formId", id)
);
COMMENT ON TABLE form_defs IS 'The versions of forms. Only xml and formId need to be inserted; with publishedAt it is published at once, else a draft.';
COMMENT ON COLUMN form_defs."projectId" IS 'That of the form, for the index that tells versions apart.';
COMMENT ON COLUMN form_defs."xmlFormId" IS 'That of the form, for the index that tells versions apart.';
CREATE UNIQUE INDEX check_form_version ON form_defs ("projectId", "xmlFormId", version) WHERE "publishedAt" IS NOT NULL;
COMMENT ON INDEX check_form_version IS 'A version is published once, forms that were deleted since included.';
CREATE INDEX "form_defs_formId_publishedAt" ON form_defs ("formId", "publishedAt");
CREATE INDEX "form_defs_keyId" ON form_defs ("keyId");
CREATE INDEX "form_defs_schemaId" ON form_defs ("schemaId");
CREATE INDEX "form_defs_xlsBlobId" ON form_defs ("xlsBlobId");
-- Versions of its own: what is in a version of another form is not for who may only change this one.
ALTER TABLE forms ADD FOREIGN KEY (id, "currentDefId") REFERENCES form_defs ("formId", id),
    ADD FOREIGN KEY (id, "draftDefId") REFERENCES form_defs ("formId", id);

CREATE TABLE form_fields (
    "formId" integer NOT NULL,
    path text NOT NULL,
    name text NOT NULL,
    type varchar(32) NOT NULL,
    "binary" boolean,
    "order" integer NOT NULL,
    "selectMultiple" boolean,
    "schemaId" integer NOT NULL,
    PRIMARY KEY ("schemaId", path),
    FOREIGN KEY ("formId", "schemaId") REFERENCES form_schemas ("formId", id) ON DELETE CASCADE
);
COMMENT ON TABLE form_fields IS 'The questions, groups and repeats of each schema, depth first.';
CREATE INDEX "form_fields_schemaId_binary" ON form_fields ("schemaId") WHERE "binary";
CREATE INDEX "form_fields_schemaId_order" ON form_fields ("schemaId", "order");

CREATE TABLE datasets (
    id serial PRIMARY KEY,
    name text NOT NULL,
    "acteeId" varchar(36) NOT NULL REFERENCES actees,
    "createdAt" timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    "projectId" integer NOT NULL REFERENCES projects,
    "publishedAt" timestamptz(3),
    "approvalRequired" boolean NOT NULL DEFAULT false,
    "ownerOnly" boolean NOT NULL DEFAULT false,
    "deletedAt" timestamptz(3)
);
COMMENT ON TABLE datasets IS 'Lists of entities, which forms declare; published with the first of these forms.';
COMMENT ON COLUMN datasets."approvalRequired" IS 'Whether a submission creates entities only once it is approved.';
COMMENT ON COLUMN datasets."ownerOnly" IS 'Whether app users see only the entities that they have created.';
CREATE UNIQUE INDEX "datasets_projectId_name" ON datasets ("projectId", name) WHERE "deletedAt" IS NULL;
CREATE UNIQUE INDEX datasets_name_in_any_case ON datasets ("projectId", lower(name)) WHERE "deletedAt" IS NULL AND "publishedAt" IS NOT NULL;
CREATE INDEX "datasets_projectId" ON datasets ("projectId");

CREATE TABLE ds_properties (
    id serial PRIMARY KEY,
    name text NOT NULL,
    "datasetId" integer NOT NULL REFERENCES datasets ON DELETE CASCADE,
    "publishedAt" timestamptz(3),
    "deletedAt" timestamptz(3),
    UNIQUE ("datasetId", id)
);
COMMENT ON TABLE ds_properties IS 'What is known of each entity of a dataset, beside its label.';
CREATE UNIQUE INDEX "ds_properties_datasetId_name" ON ds_properties ("datasetId", name) WHERE "deletedAt" IS NULL;
CREATE UNIQUE INDEX ds_properties_name_in_any_case ON ds_properties ("datasetId", lower(name))
    WHERE "deletedAt" IS NULL AND "publishedAt" IS NOT NULL;

CREATE TABLE ds_property_fields (
    "dsPropertyId" integer NOT NULL REFERENCES ds_properties ON DELETE CASCADE,
    "formDefId" integer NOT NULL REFERENCES form_defs ON DELETE CASCADE,
    path text NOT NULL,
    UNIQUE ("dsPropertyId", "formDefId"),
    UNIQUE ("dsPropertyId", path, "formDefId")
);
COMMENT ON TABLE ds_property_fields IS 'Which field of which version fills which property.';
CREATE INDEX "ds_property_fields_formDefId" ON ds_property_fields ("formDefId");

CREATE TABLE dataset_form_defs (
    "datasetId" integer NOT NULL REFERENCES datasets ON DELETE CASCADE,
    "formDefId" integer NOT NULL REFERENCES form_defs ON DELETE CASCADE,
    actions jsonb NOT NULL CHECK (jsonb_typeof(actions) = 'array'),
    path text NOT NULL DEFAULT '/',
    "isRepeat" boolean NOT NULL DEFAULT false,
    UNIQUE ("datasetId", "formDefId")
);
COMMENT ON TABLE dataset_form_defs IS 'Which version declares which dataset, where, and whether its submissions create entities or update them.';
CREATE INDEX "dataset_form_defs_formDefId" ON dataset_form_defs ("formDefId");

CREATE TABLE form_attachments (
    "formId" integer NOT NULL REFERENCES forms ON DELETE CASCADE,
    "blobId" integer REFERENCES blobs,
    name text NOT NULL,
    type text CHECK (type IN ('file', 'image', 'audio', 'video')),
    "formDefId" integer NOT NULL REFERENCES form_defs ON DELETE CASCADE,
    "updatedAt" timestamptz(3),
    "datasetId" integer REFERENCES datasets ON DELETE SET NULL,
    PRIMARY KEY ("formDefId", name),
    CHECK ("blobId" IS NULL OR "datasetId" IS NULL),
    CHECK (type = 'file' OR "datasetId" IS NULL)
);
COMMENT ON TABLE form_attachments IS 'The files that each version expects: their content is a blob, or a dataset as it is when asked for.';
CREATE INDEX "form_attachments_formId" ON form_attachments ("formId");
CREATE INDEX "form_attachments_blobId" ON form_attachments ("blobId");
CREATE INDEX "form_attachments_datasetId" ON form_attachments ("datasetId");

CREATE TABLE dataset_access_filters (
    "datasetId" integer NOT NULL,
    "datasetPropertyId" integer NOT NULL,
    "actorPropertyId" integer NOT NULL REFERENCES actor_properties ON DELETE CASCADE,
    PRIMARY KEY ("datasetPropertyId", "actorPropertyId"),
    FOREIGN KEY ("datasetId", "datasetPropertyId") REFERENCES ds_properties ("datasetId", id) ON DELETE CASCADE
);
COMMENT ON TABLE dataset_access_filters IS 'An app user sees the entities whose property equals that of the user; one filter that matches is enough.';
CREATE INDEX "dataset_access_filters_actorPropertyId" ON dataset_access_filters ("actorPropertyId");
CREATE INDEX "dataset_access_filters_datasetId_datasetPropertyId" ON dataset_access_filters ("datasetId", "datasetPropertyId");

CREATE TRIGGER give_actee BEFORE INSERT ON forms FOR EACH ROW EXECUTE FUNCTION give_actee('form');
CREATE TRIGGER give_actee BEFORE INSERT ON datasets FOR EACH ROW EXECUTE FUNCTION give_actee('dataset');
SELECT keep('forms', 'id', 'projectId', 'xmlFormId', 'acteeId'), keep('datasets', 'id', 'projectId', 'acteeId');

-- Fields of versions beside each other.

CREATE FUNCTION same_structure(a form_fields[], b form_fields[]) RETURNS bool LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT cardinality(a) = cardinality(b) AND NOT EXISTS (
        SELECT FROM unnest(a, b) AS f(_1, a_path, _2, a_type, _3, a_order, a_select, _4, _5, b_path, _6, b_type, _7, b_order, b_select, _8)
        WHERE (a_path, a_type, a_order, coalesce(a_select, false)) IS DISTINCT FROM (b_path, b_type, b_order, coalesce(b_select, false)))
$$;
COMMENT ON FUNCTION same_structure(form_fields[], form_fields[]) IS 'Do two versions have the same fields in the same order, so that they can share a schema?';

CREATE FUNCTION type_conflict(older form_fields[], newer form_fields[], OUT path text, OUT type text)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT n.path, o.type FROM unnest(newer) AS n JOIN unnest(older) AS o USING (path)
    WHERE n.type <> o.type AND (n.type <> 'string' OR o.type IN ('structure', 'repeat'))
    ORDER BY n."order" LIMIT 1
$$;
COMMENT ON FUNCTION type_conflict(form_fields[], form_fields[]) IS
    'The first field that has another type than before, and that type. Only from what is no group to string may it change.';

CREATE FUNCTION fields_of_schema(schema_id int4) RETURNS form_fields[] LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(array_agg(f ORDER BY f."order"), '{}') FROM form_fields AS f WHERE f."schemaId" = schema_id
$$;
COMMENT ON FUNCTION fields_of_schema(int4) IS 'The fields of a schema, in their order.';

CREATE FUNCTION published_schemas(form_id int4) RETURNS int4[] LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(array_agg(DISTINCT "schemaId" ORDER BY "schemaId"), '{}') FROM form_defs WHERE "formId" = form_id AND "publishedAt" IS NOT NULL
$$;
COMMENT ON FUNCTION published_schemas(int4) IS 'The schemas of the published versions of a form, from the oldest.';

-- What the insertion of a version does.

CREATE FUNCTION last_published(schemas int4[], fields form_fields[]) RETURNS form_fields[]
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    last form_fields[] := fields_of_schema(schemas[cardinality(schemas)]);
BEGIN
    -- Most are in the last schema; only the others are looked for in those before.
    RETURN last || ARRAY(
        SELECT DISTINCT ON (f.path) f FROM form_fields AS f
        WHERE f."schemaId" = ANY (schemas) AND f.path = ANY (ARRAY(
            SELECT n.path FROM unnest(fields) AS n EXCEPT SELECT l.path FROM unnest(last) AS l))
        ORDER BY f.path, f."schemaId" DESC);
END $$;
COMMENT ON FUNCTION last_published(int4[], form_fields[]) IS
    'Of each of the fields the one that was published last at its path, out of these schemas; and what else the last schema has.';

CREATE FUNCTION check_types(form_id int4, fields form_fields[]) RETURNS void LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    schemas int4[] := published_schemas(form_id);
    conflict record;
BEGIN
    IF schemas = '{}' THEN
        RETURN;
    END IF;
    SELECT * INTO conflict FROM type_conflict(last_published(schemas, fields), fields);
    IF conflict.path IS NOT NULL THEN
        RAISE 'the field "%" had the type "%" in an earlier version', conflict.path, conflict.type
            USING ERRCODE = '42804', HINT = 'Give it that type, or another name.';
    END IF;
END $$;
COMMENT ON FUNCTION check_types(int4, form_fields[]) IS 'An error when a field has another type than in what is published of the form.';

CREATE FUNCTION check_managed_key(project_id int4, key_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- Who sets the key of the project at the same time is waited for.
    PERFORM FROM projects WHERE id = project_id FOR KEY SHARE;
    IF key_id IS NULL AND EXISTS (SELECT FROM projects WHERE id = project_id AND "keyId" IS NOT NULL) THEN
        RAISE 'the project encrypts its submissions, but this form would not' USING ERRCODE = '55000',
            CONSTRAINT = 'check_managed_key', HINT = 'Add the public key of the project to the form.';
    END IF;
END $$;
COMMENT ON FUNCTION check_managed_key(int4, int4) IS 'An error when a version would not encrypt in a project that does.';

CREATE FUNCTION schema_for(form_id int4, current_def_id int4, fields form_fields[]) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    schema_id int4;
BEGIN
    IF current_def_id IS NOT NULL THEN
        SELECT "schemaId" INTO schema_id FROM form_defs WHERE id = current_def_id;
        IF same_structure(fields_of_schema(schema_id), fields) THEN
            RETURN schema_id;
        END IF;
    END IF;
    PERFORM check_types(form_id, fields);
    INSERT INTO form_schemas ("formId") VALUES (form_id) RETURNING id INTO schema_id;
    INSERT INTO form_fields
    SELECT form_id, path, name, type, "binary", "order", "selectMultiple", schema_id FROM unnest(fields);
    RETURN schema_id;
END $$;
COMMENT ON FUNCTION schema_for(int4, int4, form_fields[]) IS
    'The schema for these fields: that of the current version when it has the same, else a new one. A type that conflicts with an earlier version is an error.';

CREATE FUNCTION read_form_def() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    form quire.xform := NEW.xml::quire.xform;
    content bytea := convert_to(NEW.xml, 'UTF8');
    parent forms;
    public_key text;
    fields form_fields[];
BEGIN
    -- Versions of a form take turns; submissions of it need not wait.
    SELECT * INTO parent FROM forms WHERE id = NEW."formId" FOR NO KEY UPDATE;
    IF NOT FOUND OR parent."deletedAt" IS NOT NULL
            OR EXISTS (SELECT FROM projects WHERE id = parent."projectId" AND "deletedAt" IS NOT NULL) THEN
        RAISE 'there is no such form' USING ERRCODE = 'P0002', HINT = 'create_form() makes one with its first version.';
    ELSIF quire.form_id(form) IS DISTINCT FROM parent."xmlFormId" THEN
        RAISE 'the id in the XML is "%", but the form''s is "%"', quire.form_id(form), parent."xmlFormId" USING ERRCODE = '23514';
    END IF;
    fields := ARRAY(SELECT ROW(parent.id, path, name, type, nullif(is_binary, false), "order", nullif(select_multiple, false), 0)::form_fields
        FROM quire.fields(form) ORDER BY "order");
    IF num_nonnulls(parent."currentDefId", parent."draftDefId") = 0
            AND NOT EXISTS (SELECT FROM unnest(fields) AS f WHERE f.name = 'meta' AND f.type = 'structure') THEN
        RAISE 'the form has no group "meta"' USING ERRCODE = '22023', HINT = 'Forms need one, for the id of each submission.';
    END IF;
    NEW.hash := quire.form_hash(form);
    NEW.sha := quire.sha1(content);
    NEW.sha256 := encode(sha256(content), 'hex');
    NEW.version := coalesce(quire.form_version(form), '');
    NEW.name := quire.form_title(form);
    NEW."projectId" := parent."projectId";
    NEW."xmlFormId" := parent."xmlFormId";
    public_key := quire.form_public_key(form);
    IF public_key IS NOT NULL THEN
        INSERT INTO keys (public) VALUES (public_key) ON CONFLICT (public) DO NOTHING;
        SELECT id INTO NEW."keyId" FROM keys WHERE public = public_key;
    END IF;
    PERFORM check_managed_key(parent."projectId", NEW."keyId");
    NEW."schemaId" := schema_for(parent.id, parent."currentDefId", fields);
    IF NEW."publishedAt" IS NULL THEN
        NEW."draftToken" := coalesce(NEW."draftToken",
            (SELECT "draftToken" FROM form_defs WHERE id = parent."draftDefId"), translate(quire.new_token(48), '-_', '$!'));
    ELSE
        NEW."draftToken" := NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION read_form_def() IS 'Trigger: what a version says of itself, and the schema that it has.';
CREATE TRIGGER read_form_def BEFORE INSERT ON form_defs FOR EACH ROW EXECUTE FUNCTION read_form_def();

CREATE FUNCTION keep_form_def() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF (OLD.id, OLD.xml, OLD."formId", OLD.version, OLD."schemaId", OLD."keyId", OLD."projectId", OLD."xmlFormId", OLD.hash, OLD.sha, OLD.sha256)
            IS DISTINCT FROM (NEW.id, NEW.xml, NEW."formId", NEW.version, NEW."schemaId", NEW."keyId", NEW."projectId", NEW."xmlFormId",
                NEW.hash, NEW.sha, NEW.sha256) THEN
        RAISE 'a version of a form is not changed' USING ERRCODE = '55000', HINT = 'create_draft() makes the next one.';
    ELSIF OLD."publishedAt" IS NOT NULL AND NEW."publishedAt" IS DISTINCT FROM OLD."publishedAt" THEN
        RAISE 'a version that was published stays so' USING ERRCODE = '55000', HINT = 'Close the form to take no more submissions.';
    ELSIF OLD."publishedAt" IS NULL AND NEW."publishedAt" IS NOT NULL THEN
        NEW."draftToken" := NULL;
        PERFORM FROM forms WHERE id = NEW."formId" FOR NO KEY UPDATE;
        -- Since it was drafted, another version may have been published, or the project have got a key.
        PERFORM check_managed_key(NEW."projectId", NEW."keyId");
        IF NEW."schemaId" <> ALL (published_schemas(NEW."formId")) THEN
            PERFORM check_types(NEW."formId", fields_of_schema(NEW."schemaId"));
        END IF;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_form_def() IS 'Trigger: of a version, nothing changes but that it is published, if it still may be.';
CREATE TRIGGER keep_form_def BEFORE UPDATE ON form_defs FOR EACH ROW EXECUTE FUNCTION keep_form_def();

CREATE FUNCTION expect_form_attachments(def form_defs, form quire.xform, parent forms) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO form_attachments ("formId", "formDefId", name, type, "blobId", "datasetId", "updatedAt")
    SELECT def."formId", def.id, a.name, a.type, p."blobId", coalesce(p."datasetId", d.id),
        CASE WHEN p.name IS NOT NULL THEN p."updatedAt" WHEN d.id IS NOT NULL THEN clock_timestamp() END
    FROM quire.form_attachments(form) AS a
        LEFT JOIN form_attachments AS p ON p."formDefId" = coalesce(parent."draftDefId", parent."currentDefId") AND (p.name, p.type) = (a.name, a.type)
        LEFT JOIN datasets AS d ON p.name IS NULL AND a.type = 'file' AND d."projectId" = parent."projectId" AND d.name || '.csv' = a.name
            AND d."publishedAt" IS NOT NULL AND d."deletedAt" IS NULL
$$;
COMMENT ON FUNCTION expect_form_attachments(form_defs, quire.xform, forms) IS
    'The files that a version expects, with the content that the one before had; a new one that is named as a dataset is that.';

CREATE FUNCTION declare_dataset(def form_defs, declared jsonb) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    dataset_id int4;
    clash text;
BEGIN
    -- Whose name differs in case alone. The index keeps what is published apart in any case; this names it.
    SELECT name INTO clash FROM datasets
    WHERE "projectId" = def."projectId" AND lower(name) = lower(declared ->> 'dataset') AND name <> declared ->> 'dataset'
        AND "deletedAt" IS NULL AND "publishedAt" IS NOT NULL;
    IF FOUND THEN
        RAISE 'there is a dataset "%", which differs from "%" in case alone', clash, declared ->> 'dataset'
            USING ERRCODE = '23505', CONSTRAINT = 'datasets_name_in_any_case';
    END IF;
    LOOP
        -- Written, not only found: who drops what is not used any more waits, and then finds it used.
        UPDATE datasets SET name = name
        WHERE "projectId" = def."projectId" AND name = declared ->> 'dataset' AND "deletedAt" IS NULL RETURNING id INTO dataset_id;
        EXIT WHEN FOUND;
        INSERT INTO datasets (name, "projectId") VALUES (declared ->> 'dataset', def."projectId")
        ON CONFLICT ("projectId", name) WHERE "deletedAt" IS NULL DO NOTHING;
    END LOOP;
    INSERT INTO dataset_form_defs
    VALUES (dataset_id, def.id, declared -> 'actions', declared ->> 'path', (declared ->> 'repeat')::bool);

    SELECT p.name INTO clash FROM ds_properties AS p JOIN jsonb_array_elements(declared -> 'properties') AS d ON lower(p.name) = lower(d ->> 'name')
    WHERE p."datasetId" = dataset_id AND p.name <> d ->> 'name' AND p."deletedAt" IS NULL AND p."publishedAt" IS NOT NULL;
    IF FOUND THEN
        RAISE 'dataset "%" has a property "%", which differs from one of the form in case alone', declared ->> 'dataset', clash
            USING ERRCODE = '23505', CONSTRAINT = 'ds_properties_name_in_any_case';
    END IF;
    INSERT INTO ds_properties (name, "datasetId")
    SELECT p ->> 'name', dataset_id FROM jsonb_array_elements(declared -> 'properties') AS p
    ON CONFLICT ("datasetId", name) WHERE "deletedAt" IS NULL DO NOTHING;
    INSERT INTO ds_property_fields ("dsPropertyId", "formDefId", path)
    SELECT p.id, def.id, d ->> 'path'
    FROM jsonb_array_elements(declared -> 'properties') AS d
        JOIN ds_properties AS p ON p."datasetId" = dataset_id AND p.name = d ->> 'name' AND p."deletedAt" IS NULL;
END $$;
COMMENT ON FUNCTION declare_dataset(form_defs, jsonb) IS 'A dataset that a version declares, with its properties; new ones are not published before the version is.';

CREATE FUNCTION take_published(def form_defs) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM dataset_form_defs WHERE "formDefId" = def.id) THEN
        UPDATE datasets SET "publishedAt" = def."publishedAt"
        WHERE "publishedAt" IS NULL AND id IN (SELECT "datasetId" FROM dataset_form_defs WHERE "formDefId" = def.id);
        UPDATE ds_properties SET "publishedAt" = def."publishedAt"
        WHERE "publishedAt" IS NULL AND id IN (SELECT "dsPropertyId" FROM ds_property_fields WHERE "formDefId" = def.id);
        UPDATE form_attachments AS a SET "datasetId" = d.id, "updatedAt" = def."publishedAt"
        FROM dataset_form_defs AS df JOIN datasets AS d ON d.id = df."datasetId", forms AS f
        WHERE df."formDefId" = def.id AND f."projectId" = d."projectId" AND a."formDefId" IN (f."currentDefId", f."draftDefId", def.id)
            AND a.name = d.name || '.csv' AND a.type = 'file' AND a."blobId" IS NULL AND a."datasetId" IS NULL
            AND d."publishedAt" = def."publishedAt";
    END IF;
    UPDATE forms SET "currentDefId" = def.id, "draftDefId" = nullif("draftDefId", def.id), "updatedAt" = clock_timestamp()
    WHERE id = def."formId";
END $$;
COMMENT ON FUNCTION take_published(form_defs) IS 'A version becomes the current one, and what it declares is published.';

CREATE FUNCTION fill_form_def() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    form quire.xform := NEW.xml::quire.xform;
    parent forms;
BEGIN
    SELECT * INTO parent FROM forms WHERE id = NEW."formId";
    IF EXISTS (SELECT FROM quire.form_attachments(form)) THEN
        PERFORM expect_form_attachments(NEW, form, parent);
    END IF;
    IF NEW."keyId" IS NULL THEN
        PERFORM declare_dataset(NEW, d) FROM jsonb_array_elements(quire.form_datasets(form)) AS d;
    END IF;
    IF NEW."publishedAt" IS NULL THEN
        UPDATE forms SET "draftDefId" = NEW.id, "updatedAt" = CASE WHEN num_nonnulls("currentDefId", "draftDefId") > 0 THEN clock_timestamp() END
        WHERE id = NEW."formId";
    ELSE
        PERFORM take_published(NEW);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION fill_form_def() IS 'Trigger: the files and datasets of a version; it is the draft of its form, or the current version.';
CREATE TRIGGER fill_form_def AFTER INSERT ON form_defs FOR EACH ROW EXECUTE FUNCTION fill_form_def();

CREATE FUNCTION publish_form_def() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM take_published(NEW);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION publish_form_def() IS 'Trigger: a draft is published.';
CREATE TRIGGER publish_form_def AFTER UPDATE OF "publishedAt" ON form_defs FOR EACH ROW
    WHEN (OLD."publishedAt" IS NULL AND NEW."publishedAt" IS NOT NULL) EXECUTE FUNCTION publish_form_def();

-- The same as short functions.

CREATE FUNCTION create_form(project_id int4, xml text, publish bool DEFAULT false) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    xml_form_id text := quire.form_id(xml::quire.xform);
    form_id int4;
BEGIN
    IF xml_form_id IS NULL THEN
        RAISE 'the form has no id' USING ERRCODE = '22023', HINT = 'It is the attribute id of the root of its instance.';
    END IF;
    INSERT INTO forms ("projectId", "xmlFormId") VALUES (project_id, xml_form_id) RETURNING id INTO form_id;
    INSERT INTO form_defs ("formId", xml, "publishedAt") VALUES (form_id, xml, CASE WHEN publish THEN clock_timestamp() END);
    RETURN form_id;
END $$;
COMMENT ON FUNCTION create_form(int4, text, bool) IS 'A new form by the XML of its first version, which is a draft unless told; its id.';

CREATE FUNCTION form_named(project_id int4, xml_form_id text) RETURNS int4 LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT id FROM forms WHERE "projectId" = project_id AND "xmlFormId" = xml_form_id AND "deletedAt" IS NULL
$$;
COMMENT ON FUNCTION form_named(int4, text) IS 'The id of a form of a project, by the id in its XML.';

CREATE FUNCTION create_draft(form_id int4, xml text DEFAULT NULL) RETURNS int4 LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO form_defs ("formId", xml)
    SELECT form_id, coalesce(create_draft.xml, (SELECT d.xml FROM form_defs AS d JOIN forms AS f ON f."currentDefId" = d.id WHERE f.id = form_id))
    RETURNING id
$$;
COMMENT ON FUNCTION create_draft(int4, text) IS 'The next version of a form, in place of a draft that it has; without XML, a copy of the current one.';

CREATE FUNCTION publish_form(form_id int4) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    draft int4;
BEGIN
    SELECT "draftDefId" INTO draft FROM forms WHERE id = form_id AND "deletedAt" IS NULL FOR NO KEY UPDATE;
    IF draft IS NULL THEN
        RAISE 'the form has no draft' USING ERRCODE = 'P0002', HINT = 'create_draft() makes one.';
    END IF;
    UPDATE form_defs SET "publishedAt" = clock_timestamp() WHERE id = draft;
    RETURN draft;
EXCEPTION WHEN unique_violation THEN
    IF sqlerrm NOT LIKE '%check_form_version%' THEN
        RAISE;
    END IF;
    RAISE 'this version of the form was published before' USING ERRCODE = '23505', CONSTRAINT = 'check_form_version',
        HINT = 'Give the draft another version.';
END $$;
COMMENT ON FUNCTION publish_form(int4) IS 'The draft of a form becomes its current version; its id.';

CREATE FUNCTION delete_draft(form_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    draft form_defs;
BEGIN
    SELECT d.* INTO draft FROM forms AS f JOIN form_defs AS d ON d.id = f."draftDefId" WHERE f.id = form_id FOR NO KEY UPDATE OF f;
    IF NOT FOUND THEN
        RAISE 'the form has no draft' USING ERRCODE = 'P0002';
    ELSIF NOT EXISTS (SELECT FROM form_defs WHERE "formId" = form_id AND "publishedAt" IS NOT NULL) THEN
        RAISE 'the form has nothing but this draft' USING ERRCODE = '55000', HINT = 'Delete the form.';
    END IF;
    UPDATE forms SET "draftDefId" = NULL, "updatedAt" = clock_timestamp() WHERE id = form_id;
    DELETE FROM form_defs WHERE id = draft.id;
END $$;
COMMENT ON FUNCTION delete_draft(int4) IS 'Drops the draft of a form that has been published.';

CREATE FUNCTION purging(on_off bool) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    was_on bool := coalesce(current_setting('forms.purge', true), '') = 'on';
BEGIN
    PERFORM set_config('forms.purge', CASE WHEN on_off THEN 'on' ELSE 'off' END, true);
    RETURN was_on;
END $$;
COMMENT ON FUNCTION purging(bool) IS
    'Whether what is deleted goes, with all that goes along with it, rather than being marked; for the owner, within a transaction. What it was.';

CREATE FUNCTION drop_unused_parts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    was_purging bool := purging(true);
    -- Locked here, and looked at again below: somebody may just have declared one of them.
    unused int4[] := ARRAY(SELECT d.id FROM datasets AS d WHERE d."projectId" IN (SELECT "projectId" FROM gone) AND (
        d."publishedAt" IS NULL AND NOT EXISTS (SELECT FROM dataset_form_defs AS f WHERE f."datasetId" = d.id)
        OR EXISTS (SELECT FROM ds_properties AS p WHERE p."datasetId" = d.id AND p."publishedAt" IS NULL
            AND NOT EXISTS (SELECT FROM ds_property_fields AS f WHERE f."dsPropertyId" = p.id))) ORDER BY d.id FOR NO KEY UPDATE);
BEGIN
    DELETE FROM form_schemas AS s USING gone AS g
    WHERE s.id = g."schemaId" AND NOT EXISTS (SELECT FROM form_defs AS d WHERE d."schemaId" = s.id);
    DELETE FROM ds_properties AS p
    WHERE p."datasetId" = ANY (unused) AND p."publishedAt" IS NULL
        AND NOT EXISTS (SELECT FROM ds_property_fields AS f WHERE f."dsPropertyId" = p.id);
    DELETE FROM datasets AS d
    WHERE d.id = ANY (unused) AND d."publishedAt" IS NULL AND NOT EXISTS (SELECT FROM dataset_form_defs AS f WHERE f."datasetId" = d.id);
    PERFORM purging(was_purging);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION drop_unused_parts() IS 'Trigger: what only versions that are gone had: their schemas, and what they declared and never published.';
CREATE TRIGGER drop_unused_parts AFTER DELETE ON form_defs REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION drop_unused_parts();

CREATE FUNCTION set_form_state(form_id int4, state text) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE forms SET state = set_form_state.state, "updatedAt" = clock_timestamp() WHERE id = form_id
$$;
COMMENT ON FUNCTION set_form_state(int4, text) IS 'open: for new submissions; closing: for those that were begun; closed: for none.';

CREATE FUNCTION attach_to_form(form_def_id int4, name text, content bytea, content_type text DEFAULT 'application/octet-stream')
RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    blob_id int4 := store_blob(content, content_type);
BEGIN
    UPDATE form_attachments AS a SET "blobId" = blob_id, "datasetId" = NULL, "updatedAt" = clock_timestamp()
    WHERE a."formDefId" = form_def_id AND a.name = attach_to_form.name;
    IF NOT FOUND THEN
        RAISE 'the form expects no file "%"', name USING ERRCODE = 'P0002', HINT = 'form_attachments has the names of those that it does.';
    END IF;
    RETURN blob_id;
END $$;
COMMENT ON FUNCTION attach_to_form(int4, text, bytea, text) IS 'The content of a file that a version of a form expects.';

CREATE FUNCTION link_to_form(form_def_id int4, name text, dataset_name text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    linked int4;
BEGIN
    UPDATE form_attachments AS a SET "blobId" = NULL, "datasetId" = d.id, "updatedAt" = clock_timestamp()
    FROM form_defs AS f JOIN datasets AS d ON d."projectId" = f."projectId" AND d."publishedAt" IS NOT NULL AND d."deletedAt" IS NULL
    WHERE f.id = form_def_id AND a."formDefId" = f.id AND a.name = link_to_form.name AND d.name = dataset_name
    RETURNING d.id INTO linked;
    IF NOT FOUND THEN
        RAISE 'there is no such file of the form, or no such dataset' USING ERRCODE = 'P0002';
    END IF;
    RETURN linked;
END $$;
COMMENT ON FUNCTION link_to_form(int4, text, text) IS 'A file that a version of a form expects is a dataset, as it is when asked for.';

CREATE FUNCTION form_warnings(project_id int4, xml text) RETURNS TABLE (type text, details jsonb)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH said AS (SELECT xml::quire.xform AS form),
    dropped AS (
        SELECT f.path FROM said, forms AS p JOIN form_defs AS d ON d.id = p."currentDefId" JOIN form_fields AS f ON f."schemaId" = d."schemaId"
        WHERE p.id = form_named(project_id, quire.form_id(form)) AND f.path !~ '/meta(/entity(/label)?)?$'
            AND NOT EXISTS (SELECT FROM quire.fields(form) AS n WHERE n.path = f.path))
    SELECT 'structureChanged', jsonb_agg(path) FROM dropped HAVING count(*) > 0
    UNION ALL
    SELECT 'deletedFormExists', jsonb_build_object('xmlFormId', quire.form_id(form)) FROM said
    WHERE form_named(project_id, quire.form_id(form)) IS NULL AND EXISTS (
        SELECT FROM forms WHERE "projectId" = project_id AND "xmlFormId" = quire.form_id(form) AND "deletedAt" IS NOT NULL)
    UNION ALL
    SELECT 'oldEntityVersion', jsonb_build_object('version', quire.form_info(form) ->> 'entities_version') FROM said
    WHERE string_to_array(quire.form_info(form) ->> 'entities_version', '.')::int4[] < '{2024,1,0}'
    UNION ALL
    SELECT 'rule', w FROM said, jsonb_array_elements(quire.form_info(form) -> 'warnings') AS w
$$;
COMMENT ON FUNCTION form_warnings(int4, text) IS
    'What the author of a version should know before it is inserted: fields that it drops, the id of a deleted form, an old entities version, rules that cannot be evaluated.';
-- down
DROP FUNCTION purging(bool), form_warnings(int4, text), link_to_form(int4, text, text), attach_to_form(int4, text, bytea, text),
    set_form_state(int4, text), delete_draft(int4), publish_form(int4), create_draft(int4, text),
    form_named(int4, text), create_form(int4, text, bool), take_published(form_defs),
    declare_dataset(form_defs, jsonb), expect_form_attachments(form_defs, quire.xform, forms),
    schema_for(int4, int4, form_fields[]), check_managed_key(int4, int4), check_types(int4, form_fields[]),
    last_published(int4[], form_fields[]), published_schemas(int4), fields_of_schema(int4), type_conflict(form_fields[], form_fields[]),
    same_structure(form_fields[], form_fields[]);
DROP TABLE dataset_access_filters, form_attachments, dataset_form_defs, ds_property_fields, ds_properties, datasets,
    form_fields, form_defs, form_schemas, forms;
DROP FUNCTION drop_unused_parts(), publish_form_def(), fill_form_def(), keep_form_def(), read_form_def();
