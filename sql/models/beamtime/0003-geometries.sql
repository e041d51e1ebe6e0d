-- Detector geometries, whose placeholders are attributi, and the parameters of indexing.

CREATE TABLE "Geometry" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    content text NOT NULL,
    geometry_type varchar(15) NOT NULL CHECK (geometry_type IN ('CRYSTFEL_FILE', 'CRYSTFEL_STRING')),
    hash char(64) NOT NULL,
    name varchar(255) NOT NULL CHECK (name <> ''),
    created timestamp(3) NOT NULL DEFAULT utc_now(),
    UNIQUE (beamtime_id, name)
);
COMMENT ON TABLE "Geometry" IS 'Detector geometries: the path of a file, or the text itself.';
COMMENT ON COLUMN "Geometry".content IS 'With {{name}} for the value that a run has of the attributo.';
COMMENT ON COLUMN "Geometry".hash IS 'SHA-256 of the content, in hex; always right.';
CREATE INDEX "Geometry_hash" ON "Geometry" (beamtime_id, hash);

CREATE TABLE "GeometryReferencesAttributo" (
    geometry_id int4 REFERENCES "Geometry" ON DELETE CASCADE,
    attributo_id int4 REFERENCES "Attributo" ON DELETE CASCADE,
    PRIMARY KEY (geometry_id, attributo_id)
);
COMMENT ON TABLE "GeometryReferencesAttributo" IS 'The placeholders of geometries; kept by the geometries themselves.';
CREATE INDEX "GeometryReferencesAttributo_attributo_id" ON "GeometryReferencesAttributo" (attributo_id);

CREATE TABLE "IndexingParameters" (
    id serial PRIMARY KEY,
    is_online bool NOT NULL DEFAULT false,
    cell_description varchar(255),
    geometry_id int4 REFERENCES "Geometry" ON DELETE CASCADE,
    command_line text NOT NULL DEFAULT '',
    source varchar(255) NOT NULL DEFAULT 'raw'
);
COMMENT ON TABLE "IndexingParameters" IS 'How runs are indexed.';
CREATE INDEX "IndexingParameters_geometry_id" ON "IndexingParameters" (geometry_id);

CREATE FUNCTION placeholders(content text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT ARRAY(SELECT DISTINCT btrim(hit[1]) FROM regexp_matches(content, '\{\{([^{}]*)\}\}', 'g') AS hit)
$$;
COMMENT ON FUNCTION placeholders(text) IS 'The names in {{name}}, whatever blanks are around them.';

CREATE FUNCTION digest_geometry() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.hash := encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex');
    NEW.geometry_type := CASE WHEN NEW.content LIKE '/%' THEN 'CRYSTFEL_FILE' ELSE 'CRYSTFEL_STRING' END;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION digest_geometry() IS 'Trigger: hash and type of a geometry follow its content.';
CREATE TRIGGER digest_geometry BEFORE INSERT OR UPDATE OF content, hash, geometry_type ON "Geometry"
    FOR EACH ROW EXECUTE FUNCTION digest_geometry();
CREATE TRIGGER keep_beamtime BEFORE UPDATE OF beamtime_id ON "Geometry"
    FOR EACH ROW WHEN (NEW.beamtime_id <> OLD.beamtime_id) EXECUTE FUNCTION keep_beamtime();

CREATE FUNCTION refer_to_attributi() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    named text[] := placeholders(NEW.content);
    unknown text[];
BEGIN
    DELETE FROM "GeometryReferencesAttributo" WHERE geometry_id = NEW.id;
    -- Locked, so that none gets another name or table meanwhile, which would not be told of this geometry.
    INSERT INTO "GeometryReferencesAttributo"
    SELECT NEW.id, a.id FROM "Attributo" AS a
    WHERE a.beamtime_id = NEW.beamtime_id AND a.name = ANY (named) AND a.associated_table = 'RUN' FOR SHARE;
    unknown := ARRAY(SELECT unnest(named) EXCEPT SELECT a.name FROM "GeometryReferencesAttributo" AS r
        JOIN "Attributo" AS a ON a.id = r.attributo_id WHERE r.geometry_id = NEW.id ORDER BY 1);
    IF cardinality(unknown) > 0 THEN
        RAISE 'placeholders of geometry "%" are no attributi of runs', NEW.name USING ERRCODE = '42704',
            DETAIL = format('They are: %s.', array_to_string(unknown, ', '));
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION refer_to_attributi() IS 'Trigger: placeholders are attributi of runs of the same beamtime.';
CREATE TRIGGER refer_to_attributi AFTER INSERT OR UPDATE OF content ON "Geometry" FOR EACH ROW EXECUTE FUNCTION refer_to_attributi();

CREATE FUNCTION keep_used() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    uses int8;
BEGIN
    PERFORM require_read_committed(format('rows of "%s" are not changed', TG_TABLE_NAME));
    -- Waits for who is about to use it, whose foreign key has locked the row.
    EXECUTE format('SELECT FROM %I WHERE id = $1 FOR UPDATE', TG_TABLE_NAME) USING OLD.id;
    EXECUTE format('SELECT count(*) FROM %I WHERE %I = $1', TG_ARGV[0], TG_ARGV[1]) INTO uses USING OLD.id;
    IF uses > 0 THEN
        RAISE 'row % of "%" is in use', OLD.id, TG_TABLE_NAME USING ERRCODE = '55006',
            DETAIL = format('Rows of "%s" that use it: %s.', TG_ARGV[0], uses), HINT = 'Make another one.';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_used() IS 'Trigger: what was indexed with a geometry, and its parameters, stays so.';
-- At depth 0 it is a client that writes; deeper it is an attributo that gets another name.
CREATE TRIGGER keep_content_of_parameters BEFORE UPDATE OF content ON "Geometry"
    FOR EACH ROW WHEN (NEW.content <> OLD.content
        AND pg_trigger_depth() = 0) EXECUTE FUNCTION keep_used('IndexingParameters', 'geometry_id');

CREATE FUNCTION rename_placeholders() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF placeholders('{{' || NEW.name || '}}') <> ARRAY[NEW.name]::text[]
        AND EXISTS (SELECT FROM "GeometryReferencesAttributo" WHERE attributo_id = NEW.id) THEN
        RAISE '"%" cannot be a placeholder, and geometries have the attributo as one', NEW.name USING ERRCODE = '42602',
            HINT = 'Choose a name without braces, and without blanks around it.';
    END IF;
    UPDATE "Geometry"
    SET content = regexp_replace(content, '\{\{\s*' || regexp_replace(btrim(OLD.name), '([^[:alnum:]_])', '\\\1', 'g') || '\s*\}\}',
        replace('{{' || NEW.name || '}}', '\', '\\'), 'g')
    WHERE id IN (SELECT geometry_id FROM "GeometryReferencesAttributo" WHERE attributo_id = NEW.id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION rename_placeholders() IS 'Trigger: an attributo''s new name goes into the geometries.';
CREATE TRIGGER rename_placeholders AFTER UPDATE OF name ON "Attributo"
    FOR EACH ROW WHEN (NEW.name <> OLD.name) EXECUTE FUNCTION rename_placeholders();

CREATE FUNCTION keep_placeholders() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    geometries text;
BEGIN
    SELECT string_agg(format('"%s"', g.name), ', ' ORDER BY g.name) INTO geometries
    FROM "GeometryReferencesAttributo" AS r JOIN "Geometry" AS g ON g.id = r.geometry_id JOIN "Beamtime" AS b ON b.id = g.beamtime_id
    WHERE r.attributo_id = OLD.id;
    IF geometries IS NOT NULL THEN
        RAISE 'attributo "%" is a placeholder of geometries', OLD.name USING ERRCODE = '23503',
            DETAIL = format('They are: %s.', geometries);
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
COMMENT ON FUNCTION keep_placeholders() IS 'Trigger: an attributo that geometries refer to stays, with the runs.';
CREATE TRIGGER keep_placeholders BEFORE DELETE ON "Attributo" FOR EACH ROW EXECUTE FUNCTION keep_placeholders();
CREATE TRIGGER keep_placeholders_of_runs BEFORE UPDATE OF associated_table ON "Attributo"
    FOR EACH ROW WHEN (NEW.associated_table <> 'RUN') EXECUTE FUNCTION keep_placeholders();

CREATE FUNCTION replacement_text(attributo "Attributo", attributi jsonb) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(CASE coalesce(attributo.json_schema ->> 'format', attributo.json_schema ->> 'type')
        WHEN 'chemical-id' THEN (SELECT name FROM "Chemical" WHERE id = (replacement_text.attributi ->> attributo.name)::int8)
        WHEN 'array' THEN (SELECT string_agg(item, ',' ORDER BY place)
            FROM jsonb_array_elements_text(attributi -> attributo.name) WITH ORDINALITY AS i (item, place))
        ELSE attributi ->> attributo.name END, '')
$$;
COMMENT ON FUNCTION replacement_text("Attributo", jsonb) IS
    'What a geometry says for an attributo: a chemical by its name, a list with commas, nothing where a run has no value.';

CREATE FUNCTION fill_in(content text, replacements jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
DECLARE
    parts text[] := regexp_split_to_array(content, '\{\{[^{}]*\}\}');
    names text[] := ARRAY(SELECT btrim(hit[1]) FROM regexp_matches(content, '\{\{([^{}]*)\}\}', 'g') AS hit);
    filled text := parts[1];
BEGIN
    FOR i IN 1 .. cardinality(names) LOOP
        filled := filled || coalesce(replacements ->> names[i], '') || parts[i + 1];
    END LOOP;
    RETURN filled;
END $$;
COMMENT ON FUNCTION fill_in(text, jsonb) IS
    'A text whose placeholders have been replaced, from {name: text}; once each, whatever the texts hold.';

CREATE FUNCTION copy_geometry(geometry_id int4, to_beamtime_id int4, name text DEFAULT NULL) RETURNS int4
LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO "Geometry" (beamtime_id, content, name)
    SELECT to_beamtime_id, g.content, coalesce(copy_geometry.name, g.name) FROM "Geometry" AS g WHERE g.id = copy_geometry.geometry_id
    RETURNING id
$$;
COMMENT ON FUNCTION copy_geometry(int4, int4, text) IS
    'A geometry in another beamtime, whose attributi must have its placeholders; its id.';
-- down
DROP FUNCTION copy_geometry(int4, int4, text), fill_in(text, jsonb), replacement_text("Attributo", jsonb);
DROP TRIGGER keep_placeholders_of_runs ON "Attributo";
DROP TRIGGER keep_placeholders ON "Attributo";
DROP TRIGGER rename_placeholders ON "Attributo";
DROP TABLE "IndexingParameters", "GeometryReferencesAttributo", "Geometry";
DROP FUNCTION keep_placeholders(), rename_placeholders(), keep_used(), refer_to_attributi(), digest_geometry(), placeholders(text);
