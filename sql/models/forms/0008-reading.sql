-- For readers: all fields that a form has had, the histories of entities, their CSV, where forms have geometries, and whether
-- anything has changed.

CREATE FUNCTION merge_fields(older form_fields[], newer form_fields[]) RETURNS form_fields[]
LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    merged form_fields[] := newer;
    paths text[] := ARRAY(SELECT f.path FROM unnest(newer) AS f);
    revived form_fields[];
    field form_fields;
    place int;
BEGIN
    FOR field IN SELECT f.* FROM unnest(older) AS f WHERE f.path <> ALL (paths) ORDER BY f."order" LOOP
        CONTINUE WHEN field.path = ANY (paths);
        revived := ARRAY(SELECT f FROM unnest(older) AS f
            WHERE (f.path = field.path OR starts_with(f.path, field.path || '/')) AND f.path <> ALL (paths) ORDER BY f."order");
        SELECT coalesce(max(n), 0) INTO place FROM unnest(paths) WITH ORDINALITY AS p(path, n)
        WHERE starts_with(p.path, regexp_replace(field.path, '/[^/]*$', ''));
        merged := merged[:place] || revived || merged[place + 1:];
        paths := paths[:place] || ARRAY(SELECT f.path FROM unnest(revived) AS f) || paths[place + 1:];
    END LOOP;
    RETURN ARRAY(SELECT ROW(f."formId", f.path, f.name, f.type, f."binary", n - 1, f."selectMultiple", f."schemaId")::form_fields
        FROM unnest(merged) WITH ORDINALITY AS f("formId", path, name, type, "binary", "order", "selectMultiple", "schemaId", n) ORDER BY n);
END $$;
COMMENT ON FUNCTION merge_fields(form_fields[], form_fields[]) IS 'The fields of a version, and where they were those that an older one had besides.';

CREATE FUNCTION all_fields(form_id int4) RETURNS SETOF form_fields LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    merged form_fields[];
    next_schema int4;
BEGIN
    FOREACH next_schema IN ARRAY published_schemas(form_id) LOOP
        merged := CASE WHEN merged IS NULL THEN fields_of_schema(next_schema) ELSE merge_fields(merged, fields_of_schema(next_schema)) END;
    END LOOP;
    RETURN QUERY SELECT * FROM unnest(merged);
END $$;
COMMENT ON FUNCTION all_fields(int4) IS 'The fields of all published versions of a form: the current ones, and where they were those that were dropped.';

CREATE FUNCTION differing_keys(received jsonb, other entity_defs) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_agg(key ORDER BY key), '[]') FROM jsonb_each(received)
    WHERE value IS DISTINCT FROM (other.data || jsonb_build_object('label', other.label)) -> key
$$;
COMMENT ON FUNCTION differing_keys(jsonb, entity_defs) IS 'What was sent that is not what the version has.';

CREATE FUNCTION entity_versions(uuid uuid)
RETURNS TABLE (version int4, label text, data jsonb, "creatorId" int4, "createdAt" timestamptz, "baseVersion" int4, conflict "conflictType",
    resolved bool, "baseDiff" jsonb, "serverDiff" jsonb, "lastGoodVersion" bool, source jsonb, "relevantToConflict" bool)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH versions AS (
        SELECT d.*, coalesce(s.details, '{}') || jsonb_build_object('type', s.type) AS source, CASE
            WHEN d."conflictingProperties" <> '[]' THEN 'hard'::"conflictType"
            WHEN d.version <> d."baseVersion" + 1 OR d."conflictingProperties" IS NOT NULL OR d."branchId" IS NOT NULL AND EXISTS (
                SELECT FROM entity_defs AS o
                WHERE o."entityId" = d."entityId" AND o.version > coalesce(d."trunkVersion", 1) AND o.version < d.version
                    AND (o."branchId" IS DISTINCT FROM d."branchId" OR o."baseVersion" <> o.version - 1)) THEN 'soft' END AS conflict
        FROM entities AS e JOIN entity_defs AS d ON d."entityId" = e.id LEFT JOIN entity_def_sources AS s ON s.id = d."sourceId"
        WHERE e.uuid = entity_versions.uuid),
    seen AS (
        SELECT v.*, v.conflict IS NOT NULL AND coalesce(v."createdAt" <= (
            SELECT max("loggedAt") FROM audits WHERE action = 'entity.update.resolve' AND details ? 'entity'
                AND details -> 'entity' ->> 'uuid' = entity_versions.uuid::text), false) AS resolved
        FROM versions AS v),
    open AS (SELECT min(s.version) - 1 AS last_good, array_agg(s."baseVersion") AS bases FROM seen AS s WHERE s.conflict IS NOT NULL AND NOT s.resolved)
    SELECT s.version, s.label, s.data, s."creatorId", s."createdAt", s."baseVersion", s.conflict, s.resolved,
        CASE WHEN s.version = 1 THEN '[]' ELSE differing_keys(s."dataReceived", (SELECT b FROM entity_defs AS b
            WHERE b."entityId" = s."entityId" AND b.version = s."baseVersion")) END,
        CASE WHEN s.version = 1 THEN '[]' ELSE differing_keys(s."dataReceived", (SELECT p FROM entity_defs AS p
            WHERE p."entityId" = s."entityId" AND p.version = s.version - 1)) END,
        s.version = coalesce(o.last_good, max(s.version) OVER ()), s.source,
        coalesce(s.version >= o.last_good OR s.version = ANY (o.bases), false)
    FROM seen AS s, open AS o ORDER BY s.version
$$;
COMMENT ON FUNCTION entity_versions(uuid) IS
    'The versions of an entity: what each one changed of its base and of the version before, whether that was a conflict, which was the last good one, and which ones to look at to resolve it.';

CREATE FUNCTION visible_entities(dataset_id int4, actor_id int4) RETURNS SETOF entities
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH asked AS (
        SELECT d.*, can(actor_id, 'entity.list', p."acteeId") AS sees_all,
            EXISTS (SELECT FROM dataset_access_filters AS f WHERE f."datasetId" = d.id) AS is_filtered
        FROM datasets AS d JOIN projects AS p ON p.id = d."projectId" WHERE d.id = dataset_id AND d."deletedAt" IS NULL
    )
    SELECT e.* FROM asked JOIN entities AS e ON e."datasetId" = asked.id AND e."deletedAt" IS NULL
    WHERE sees_all OR ((NOT asked."ownerOnly" OR e."creatorId" = actor_id) AND (NOT is_filtered OR EXISTS (
        SELECT FROM dataset_access_filters AS f JOIN ds_properties AS p ON p.id = f."datasetPropertyId"
            JOIN actor_property_values AS v ON v."actorPropertyId" = f."actorPropertyId" AND v."actorId" = visible_entities.actor_id
            JOIN entity_defs AS def ON def."entityId" = e.id AND def.current AND def.data ->> p.name = v.value
        WHERE f."datasetId" = asked.id)))
$$;
COMMENT ON FUNCTION visible_entities(int4, int4) IS
    'The entities that forms show to an actor: all, for who may list them; else its own, or those that one of the filters lets through.';

CREATE FUNCTION csv_line(cells text[]) RETURNS text LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT string_agg(CASE WHEN cell ~ '[",\n\r]' THEN '"' || replace(cell, '"', '""') || '"' ELSE coalesce(cell, '') END, ',' ORDER BY n)
    FROM unnest(cells) WITH ORDINALITY AS c(cell, n)
$$;
COMMENT ON FUNCTION csv_line(text[]) IS 'The cells as a line of CSV.';

CREATE FUNCTION entities_csv(dataset_id int4, for_form bool DEFAULT false, reader_id int4 DEFAULT NULL) RETURNS SETOF text
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    properties text[] := ARRAY(
        SELECT p.name FROM ds_properties AS p WHERE p."datasetId" = dataset_id AND p."publishedAt" IS NOT NULL AND p."deletedAt" IS NULL
        ORDER BY p."publishedAt", (SELECT min(f."order") FROM ds_property_fields AS l JOIN form_defs AS d ON d.id = l."formDefId"
            JOIN form_fields AS f ON f."schemaId" = d."schemaId" AND f.path = l.path WHERE l."dsPropertyId" = p.id), p.id);
    iso text := 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"';
BEGIN
    RETURN NEXT csv_line(CASE WHEN for_form THEN '{name,label,__version}' || properties ELSE
        '{__id,label}' || properties || '{__createdAt,__creatorId,__creatorName,__updates,__updatedAt,__version}'::text[] END);
    RETURN QUERY
    SELECT csv_line(CASE WHEN for_form THEN ARRAY[e.uuid::text, d.label, d.version::text] || v.cells ELSE
        ARRAY[e.uuid::text, d.label] || v.cells || ARRAY[to_char(e."createdAt" AT TIME ZONE 'UTC', iso), e."creatorId"::text, a."displayName",
            (d.version - 1)::text, to_char(e."updatedAt" AT TIME ZONE 'UTC', iso), d.version::text] END)
    FROM entities AS e JOIN entity_defs AS d ON d."entityId" = e.id AND d.current JOIN actors AS a ON a.id = e."creatorId",
        LATERAL (SELECT ARRAY(SELECT d.data ->> name FROM unnest(properties) WITH ORDINALITY AS p(name, n) ORDER BY n) AS cells) AS v
    WHERE e."datasetId" = dataset_id AND e."deletedAt" IS NULL
        AND (reader_id IS NULL OR e.id IN (SELECT v.id FROM visible_entities(dataset_id, reader_id) AS v))
    ORDER BY e."createdAt" DESC, e.id DESC;
END $$;
COMMENT ON FUNCTION entities_csv(int4, bool, int4) IS
    'The entities of a dataset as lines of CSV, as Central exports them, or as forms get them as a file; all, or those that an actor is to see.';

CREATE VIEW form_field_repeatmembership WITH (security_invoker) AS
SELECT f."schemaId" AS form_schema_id, f.path, ARRAY(
    SELECT r.path FROM form_fields AS r
    WHERE r."schemaId" = f."schemaId" AND r.type = 'repeat' AND starts_with(f.path, r.path || '/') ORDER BY length(r.path)) AS repeats
FROM form_fields AS f;
COMMENT ON VIEW form_field_repeatmembership IS 'The repeats around each field, from the outermost.';

CREATE FUNCTION hash_text(VARIADIC texts text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT md5(string_agg(coalesce(md5(t), 'X'), ' ' ORDER BY n)) FROM unnest(texts) WITH ORDINALITY AS u(t, n)
$$;
COMMENT ON FUNCTION hash_text(text[]) IS 'One MD5 for several texts, of which some may be NULL.';

CREATE FUNCTION hash_text_to_bigint(VARIADIC texts text[]) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT ('x' || left(hash_text(VARIADIC texts), 16))::bit(64)::bigint
$$;
COMMENT ON FUNCTION hash_text_to_bigint(text[]) IS 'The first half of hash_text(), as a number.';

CREATE VIEW form_field_meta WITH (security_invoker) AS
SELECT f."formId" AS form_id, f."schemaId" AS formschema_id, hash_text_to_bigint(f.type, f.path, (cardinality(m.repeats) > 0)::text) AS fieldhash,
    f."order" AS occurrence_order, cardinality(m.repeats) AS repeatgroup_cardinality, f.type, f.path
FROM form_fields AS f JOIN form_field_repeatmembership AS m ON m.form_schema_id = f."schemaId" AND m.path = f.path;
COMMENT ON VIEW form_field_meta IS 'What tells fields of several schemas to be the same: type, path, and whether they repeat.';

CREATE VIEW form_field_geo WITH (security_invoker) AS
SELECT m.*, m.repeatgroup_cardinality = 0 AND m.occurrence_order = min(m.occurrence_order) FILTER (WHERE m.repeatgroup_cardinality = 0)
    OVER (PARTITION BY m.formschema_id) AS is_default
FROM form_field_meta AS m WHERE m.type IN ('geopoint', 'geotrace', 'geoshape');
COMMENT ON VIEW form_field_geo IS 'The fields that are geometries, and which one is a submission''s own: the first that does not repeat.';

CREATE FUNCTION md5_hash_step(state text, value anyelement) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT md5(state || coalesce(md5(value::text), '----'))
$$;
COMMENT ON FUNCTION md5_hash_step(text, anyelement) IS 'A step of md5_hash_agg().';

CREATE AGGREGATE md5_hash_agg(anyelement) (SFUNC = md5_hash_step, STYPE = text, INITCOND = '00000000000000000000000000000000');
COMMENT ON AGGREGATE md5_hash_agg(anyelement) IS 'One MD5 for the values of all rows, in their order.';

CREATE FUNCTION submissions_etag(form_id int4, is_draft bool DEFAULT false) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT 'eventhash:' || md5_hash_agg(event ORDER BY "createdAt" DESC, id DESC) FROM submissions
    WHERE "formId" = form_id AND draft = is_draft AND "deletedAt" IS NULL
$$;
COMMENT ON FUNCTION submissions_etag(int4, bool) IS 'Another text after each change of what an export of the form''s submissions would give.';
-- down
DROP VIEW form_field_geo, form_field_meta, form_field_repeatmembership;
DROP AGGREGATE md5_hash_agg(anyelement);
DROP FUNCTION submissions_etag(int4, bool), md5_hash_step(text, anyelement), hash_text_to_bigint(text[]),
    hash_text(text[]), entities_csv(int4, bool, int4), csv_line(text[]), visible_entities(int4, int4), entity_versions(uuid),
    differing_keys(jsonb, entity_defs), all_fields(int4), merge_fields(form_fields[], form_fields[]);
