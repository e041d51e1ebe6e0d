-- Attributi, which are columns that experimenters define; chemicals, which have some; the schedule.
-- The values of a row are one jsonb object {name: value}, guarded and converted by quire's attributes. The platform's
-- tables of values, a row for each, are views of it that take what is written to them.

CREATE TABLE "Attributo" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    name varchar(255) NOT NULL CHECK (name <> ''),
    description varchar(255) NOT NULL DEFAULT '',
    "group" varchar(255) NOT NULL DEFAULT 'manual',
    associated_table varchar(8) NOT NULL CHECK (associated_table IN ('RUN', 'CHEMICAL')),
    json_schema json NOT NULL CHECK (quire.check_attribute_type(json_schema::jsonb) IS NOT NULL),
    UNIQUE (beamtime_id, name),
    CONSTRAINT format_is_known CHECK (json_schema ->> 'format' IN ('date-time', 'chemical-id', 'standard-unit')),
    CONSTRAINT chemicals_have_no_chemicals CHECK (associated_table = 'RUN' OR json_schema ->> 'format' IS DISTINCT FROM 'chemical-id'),
    CONSTRAINT filters_mean_something_else CHECK (associated_table <> 'RUN' OR name NOT IN ('id', 'internal_id'))
);
COMMENT ON TABLE "Attributo" IS 'The columns that experimenters have defined, for runs or chemicals, by beamtime.';
COMMENT ON COLUMN "Attributo"."group" IS
    'Any text; "manual" is what people type, which auto-pilot copies, and "automatic" what programs have made.';
COMMENT ON COLUMN "Attributo".json_schema IS 'The type, as of quire.check_attribute_type().';

CREATE FUNCTION attributo_types(beamtime_id int4, associated_table text DEFAULT 'RUN') RETURNS jsonb
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_object_agg(a.name, a.json_schema::jsonb), '{}') FROM "Attributo" AS a
    WHERE a.beamtime_id = attributo_types.beamtime_id AND a.associated_table = upper(attributo_types.associated_table)
$$;
COMMENT ON FUNCTION attributo_types(int4, text) IS 'The types {name: type} of a beamtime''s attributi of runs, or of chemicals.';

-- Chemicals -----------------------------------------------------------------------------------------------------------

CREATE TABLE "Chemical" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    name varchar(255) NOT NULL CHECK (name <> ''),
    responsible_person varchar(255) NOT NULL DEFAULT '',
    modified timestamp(3) NOT NULL DEFAULT utc_now(),
    type varchar(8) NOT NULL DEFAULT 'CRYSTAL' CHECK (type IN ('CRYSTAL', 'SOLUTION')),
    attributi jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributi) = 'object'),
    UNIQUE (beamtime_id, name)
);
COMMENT ON TABLE "Chemical" IS 'The samples.';
COMMENT ON COLUMN "Chemical".attributi IS 'The values {name: value} of its attributi.';

CREATE TABLE "ChemicalHasFile" (
    chemical_id int4 REFERENCES "Chemical" ON DELETE CASCADE,
    file_id int4 REFERENCES "File" ON DELETE CASCADE,
    PRIMARY KEY (chemical_id, file_id)
);
COMMENT ON TABLE "ChemicalHasFile" IS 'The files of chemicals.';
CREATE INDEX "ChemicalHasFile_file_id" ON "ChemicalHasFile" (file_id);

CREATE FUNCTION check_association() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    strangers text;
BEGIN
    NEW.attributi := jsonb_strip_nulls(NEW.attributi);
    SELECT string_agg(format('"%s"', a.name), ', ' ORDER BY a.name) INTO strangers FROM "Attributo" AS a
    WHERE a.beamtime_id = NEW.beamtime_id AND a.associated_table <> TG_ARGV[0] AND NEW.attributi ? a.name;
    IF strangers IS NOT NULL THEN
        RAISE 'attributi of another table are in "%"', TG_TABLE_NAME
            USING ERRCODE = '23514', DETAIL = format('Of another table: %s.', strangers);
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_association() IS
    'Trigger: runs and data sets have attributi of runs, chemicals those of chemicals; null is not kept.';

CREATE FUNCTION stamp_modified() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.modified := utc_now();
    RETURN NEW;
END $$;
COMMENT ON FUNCTION stamp_modified() IS 'Trigger: when the row was last changed.';

CREATE TRIGGER stamp_modified BEFORE UPDATE ON "Chemical" FOR EACH ROW EXECUTE FUNCTION stamp_modified();
CREATE TRIGGER keep_beamtime BEFORE UPDATE OF beamtime_id ON "Chemical"
    FOR EACH ROW WHEN (NEW.beamtime_id <> OLD.beamtime_id) EXECUTE FUNCTION keep_beamtime();

CREATE FUNCTION keep_id() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    RAISE 'row % of "%" keeps its id', OLD.id, TG_TABLE_NAME USING ERRCODE = '23514', DETAIL = 'Values of attributi refer to it.';
END $$;
COMMENT ON FUNCTION keep_id() IS 'Trigger: ids stay that are in values, which no foreign key looks after.';
CREATE TRIGGER keep_id BEFORE UPDATE OF id ON "Chemical" FOR EACH ROW WHEN (NEW.id <> OLD.id) EXECUTE FUNCTION keep_id();
CREATE TRIGGER keep_beamtime BEFORE UPDATE OF beamtime_id ON "Attributo"
    FOR EACH ROW WHEN (NEW.beamtime_id <> OLD.beamtime_id) EXECUTE FUNCTION keep_beamtime();

-- Values as the platform's tables and its API have them ---------------------------------------------------------------

CREATE FUNCTION utc_of(iso8601 text) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT SET search_path FROM CURRENT
    SET timezone = 'UTC' AS $$
    SELECT iso8601::timestamptz AT TIME ZONE 'UTC'
$$;
COMMENT ON FUNCTION utc_of(text) IS 'The moment of an attributo, in UTC.';

CREATE FUNCTION attributo_value(json_schema jsonb, given jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    kind text := coalesce(json_schema ->> 'format', json_schema ->> 'type');
    wanted text[] := CASE kind
        WHEN 'integer' THEN '{integer_value}' WHEN 'chemical-id' THEN '{chemical_value}' WHEN 'date-time' THEN '{datetime_value}'
        WHEN 'string' THEN '{string_value}' WHEN 'boolean' THEN '{bool_value}' WHEN 'array' THEN '{list_value}'
        ELSE '{float_value,integer_value}' END;
    members text[] := ARRAY(SELECT jsonb_object_keys(jsonb_strip_nulls(given)));
BEGIN
    IF cardinality(members) <> 1 OR NOT members <@ wanted THEN
        RAISE 'a value of the type % has % and nothing else', quire.attribute_type_name(json_schema), array_to_string(wanted, ' or ')
            USING ERRCODE = '22023', DETAIL = format('It has %s.', coalesce(nullif(array_to_string(members, ', '), ''), 'nothing'));
    ELSIF kind = 'date-time' THEN
        RETURN to_jsonb((given ->> members[1]) || 'Z');
    END IF;
    RETURN given -> members[1];
END $$;
COMMENT ON FUNCTION attributo_value(jsonb, jsonb) IS
    'The one value in {integer_value, float_value, string_value, ...} that is of the type.';

CREATE FUNCTION attributi_of_api(beamtime_id int4, "values" jsonb, associated_table text DEFAULT 'RUN') RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    columns jsonb := '{"int": "integer_value", "str": "string_value", "float": "float_value",
        "bool": "bool_value", "chemical": "chemical_value",
        "datetime": "datetime_value", "datetime_local": "datetime_value", "list_str": "list_value",
        "list_float": "list_value", "list_bool": "list_value"}';
    result jsonb := '{}';
    item jsonb;
    given jsonb;
    members text[];
    told_twice text;
    known "Attributo";
BEGIN
    FOR item IN SELECT jsonb_array_elements("values") LOOP
        SELECT * INTO known FROM "Attributo" AS a WHERE a.id = (item ->> 'attributo_id')::int4
            AND a.beamtime_id = attributi_of_api.beamtime_id
            AND a.associated_table = upper(attributi_of_api.associated_table);
        IF NOT FOUND THEN
            RAISE 'attributo % is not among those of table "%"', item ->> 'attributo_id', lower(associated_table) USING ERRCODE = '42704';
        END IF;
        -- Of a moment that is told twice the local one holds, unless they are the same: then it is the one that cannot be ambiguous.
        SELECT CASE WHEN utc IS NULL OR local IS NULL THEN '' WHEN to_local_millis(from_millis(utc)) = local THEN 'datetime_local'
            ELSE 'datetime' END
        INTO told_twice
        FROM (SELECT coalesce(item ->> 'attributo_value_datetime', item ->> 'datetime')::int8 AS utc,
            coalesce(item ->> 'attributo_value_datetime_local', item ->> 'datetime_local')::int8 AS local) AS t;
        SELECT jsonb_object_agg(coalesce(columns ->> m.member, m.member),
            CASE m.member WHEN 'datetime' THEN to_jsonb(from_millis(m.value::text::int8))
            WHEN 'datetime_local' THEN to_jsonb(from_local_millis(m.value::text::int8)) ELSE m.value END),
            array_agg(m.member)
        INTO given, members
        FROM (SELECT regexp_replace(e.key, '^attributo_value_', '') AS member, e.value FROM jsonb_each(jsonb_strip_nulls(item)) AS e
              WHERE e.key <> 'attributo_id') AS m
        WHERE m.member <> told_twice;
        IF cardinality(members) > 1 OR NOT columns ?& members THEN
            RAISE 'attributo "%" is given no value that is one', known.name USING ERRCODE = '22023',
                DETAIL = format('It is given: %s.', array_to_string(members, ', '));
        END IF;
        result := result || jsonb_build_object(known.name, attributo_value(known.json_schema::jsonb, coalesce(given, '{}')));
    END LOOP;
    RETURN result;
END $$;
COMMENT ON FUNCTION attributi_of_api(int4, jsonb, text) IS
    'Values as the platform''s API sends them, [{attributo_id, attributo_value_str or _int, _float, _bool, _chemical, _datetime, ...}], '
    'as {name: value}.';

CREATE FUNCTION attributi_to_api(beamtime_id int4, attributi jsonb) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('attributo_id', a.id) ||
        CASE coalesce(a.json_schema ->> 'format', a.json_schema ->> 'type')
            WHEN 'integer' THEN jsonb_build_object('attributo_value_int', v.value)
            WHEN 'chemical-id' THEN jsonb_build_object('attributo_value_chemical', v.value)
            WHEN 'date-time' THEN jsonb_build_object('attributo_value_datetime', to_millis(utc_of(v.value #>> '{}')),
                'attributo_value_datetime_local', to_local_millis(utc_of(v.value #>> '{}')))
            WHEN 'string' THEN jsonb_build_object('attributo_value_str', v.value)
            WHEN 'boolean' THEN jsonb_build_object('attributo_value_bool', v.value)
            WHEN 'array' THEN jsonb_build_object('attributo_value_list_' || CASE a.json_schema ->> 'item_type' WHEN 'string' THEN 'str'
                WHEN 'number' THEN 'float' ELSE 'bool' END, v.value)
            ELSE jsonb_build_object('attributo_value_float', v.value) END ORDER BY a.id), '[]')
    FROM jsonb_each(attributi) AS v JOIN "Attributo" AS a ON a.beamtime_id = attributi_to_api.beamtime_id AND a.name = v.key
$$;
COMMENT ON FUNCTION attributi_to_api(int4, jsonb) IS 'Values {name: value} as the platform''s API sends them.';

CREATE VIEW attributo_columns WITH (security_invoker) AS SELECT a.id AS attributo_id, a.beamtime_id, a.name,
    CASE coalesce(a.json_schema ->> 'format', a.json_schema ->> 'type')
        WHEN 'standard-unit' THEN 'number' ELSE coalesce(a.json_schema ->> 'format', a.json_schema ->> 'type') END AS kind
FROM "Attributo" AS a;
COMMENT ON VIEW attributo_columns IS 'Of which kind the values of an attributo are: which of the platform''s columns holds them.';

CREATE FUNCTION write_attributo_value() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    stays bool := (before -> TG_ARGV[1], before -> 'attributo_id') IS NOT DISTINCT FROM (after -> TG_ARGV[1], after -> 'attributo_id');
    known "Attributo";
    had_value bool;
BEGIN
    IF before IS NOT NULL AND NOT stays THEN
        EXECUTE format('UPDATE %I AS o SET attributi = attributi - a.name FROM "Attributo" AS a WHERE o.id = $1 AND a.id = $2', TG_ARGV[0])
        USING (before ->> TG_ARGV[1])::int4, (before ->> 'attributo_id')::int4;
    END IF;
    IF after IS NULL THEN
        RETURN OLD;
    END IF;
    SELECT * INTO known FROM "Attributo" WHERE id = (after ->> 'attributo_id')::int4;
    -- Who changes attributi locks the table, then its rows; so does this.
    EXECUTE format('LOCK TABLE %I IN ROW EXCLUSIVE MODE', TG_ARGV[0]);
    EXECUTE format('SELECT attributi ? $2 FROM %I WHERE id = $1 AND beamtime_id = $3 FOR UPDATE', TG_ARGV[0])
    INTO had_value USING (after ->> TG_ARGV[1])::int4, known.name, known.beamtime_id;
    IF had_value IS NULL THEN
        RAISE 'attributo % is none of row % of "%"', after ->> 'attributo_id', after ->> TG_ARGV[1], TG_ARGV[0] USING ERRCODE = '23503';
    ELSIF had_value AND NOT stays THEN
        RAISE 'row % of "%" has a value of attributo "%" already', after ->> TG_ARGV[1], TG_ARGV[0], known.name USING ERRCODE = '23505';
    END IF;
    EXECUTE format('UPDATE %I SET attributi = attributi || $2 WHERE id = $1', TG_ARGV[0])
    USING (after ->> TG_ARGV[1])::int4,
        jsonb_build_object(known.name, attributo_value(known.json_schema::jsonb, after - TG_ARGV[1] - 'attributo_id'));
    RETURN NEW;
END $$;
COMMENT ON FUNCTION write_attributo_value() IS 'Trigger: what is written to a view of values goes to the row that has them.';

-- Changing attributi --------------------------------------------------------------------------------------------------

CREATE FUNCTION fit_values() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    current "Attributo";
    misfits int8;
BEGIN
    SELECT * INTO current FROM "Attributo" WHERE id = NEW.id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM require_read_committed('attributi are not changed');
    EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', TG_ARGV[0]);
    EXECUTE format($q$
        SELECT count(*) FROM %I AS o WHERE o.beamtime_id = $1 AND
            (o.attributi ? $2 AND NOT EXISTS (SELECT FROM "Attributo" AS a WHERE a.beamtime_id = $1 AND a.name = $2)
             OR o.attributi ? $3 AND ($4 OR NOT quire.attributes_valid($5, jsonb_build_object($3, o.attributi -> $3))
                 OR $6 AND NOT EXISTS (SELECT FROM "Chemical" AS c WHERE c.beamtime_id = $1 AND to_jsonb(c.id) = o.attributi -> $3)))$q$,
        TG_ARGV[0])
    INTO misfits
    USING current.beamtime_id, OLD.name, current.name, current.associated_table <> TG_ARGV[1],
        jsonb_build_object(current.name, current.json_schema), coalesce(current.json_schema ->> 'format', '') = 'chemical-id';
    IF misfits > 0 THEN
        RAISE 'attributo "%" has been changed without its values', OLD.name USING ERRCODE = '23514',
            DETAIL = format('Rows of "%s" that have one which no longer fits: %s.', TG_ARGV[0], misfits),
            HINT = 'Change it by alter_attributo().';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION fit_values() IS
    'Trigger: at the end of the transaction values fit their attributo, which alter_attributo() has seen to.';

CREATE FUNCTION drop_values() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM "Beamtime" WHERE id = OLD.beamtime_id;
    IF FOUND THEN
        PERFORM require_read_committed('attributi are not deleted');
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', TG_ARGV[0]);
        EXECUTE format('UPDATE %I SET attributi = attributi - $2 WHERE beamtime_id = $1 AND attributi ? $2', TG_ARGV[0])
        USING OLD.beamtime_id, OLD.name;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION drop_values() IS 'Trigger: with an attributo go its values.';

CREATE FUNCTION keep_attributi(owner text, owner_key text, association text) RETURNS void LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format($ddl$
        CREATE TRIGGER check_association BEFORE INSERT OR UPDATE OF attributi ON %1$I
            FOR EACH ROW EXECUTE FUNCTION check_association(%3$L);
        CREATE TRIGGER check_attributi BEFORE INSERT OR UPDATE ON %1$I FOR EACH ROW
            EXECUTE FUNCTION quire.check_attributes('attributi', '"Attributo"', 'name', 'json_schema', 'beamtime_id');
        CREATE TRIGGER %4$I AFTER DELETE ON "Attributo" FOR EACH ROW EXECUTE FUNCTION drop_values(%1$L);
        CREATE CONSTRAINT TRIGGER %5$I AFTER UPDATE OF name, json_schema, associated_table ON "Attributo" DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW
            WHEN ((OLD.name, OLD.json_schema::text, OLD.associated_table) <> (NEW.name, NEW.json_schema::text, NEW.associated_table))
            EXECUTE FUNCTION fit_values(%1$L, %3$L);
        CREATE VIEW %6$I WITH (security_invoker) AS
        SELECT o.id AS %2$I, a.attributo_id,
            CASE a.kind WHEN 'integer' THEN v.value::int8 END AS integer_value,
            CASE a.kind WHEN 'number' THEN v.value::float8 END AS float_value,
            CASE a.kind WHEN 'string' THEN v.value #>> '{}' END AS string_value,
            CASE a.kind WHEN 'boolean' THEN v.value::bool END AS bool_value,
            CASE a.kind WHEN 'date-time' THEN utc_of(v.value #>> '{}') END AS datetime_value,
            CASE a.kind WHEN 'array' THEN v.value END AS list_value%7$s
        FROM %1$I AS o CROSS JOIN LATERAL jsonb_each(o.attributi) AS v
        JOIN attributo_columns AS a ON a.beamtime_id = o.beamtime_id AND a.name = v.key;
        COMMENT ON VIEW %6$I IS 'The values of attributi, a row for each, to read and to write.';
        CREATE TRIGGER write_attributo_value INSTEAD OF INSERT OR UPDATE OR DELETE ON %6$I
            FOR EACH ROW EXECUTE FUNCTION write_attributo_value(%1$L, %2$L)$ddl$,
        owner, owner_key, association, 'drop_values_of_' || owner, 'fit_values_of_' || owner, owner || 'HasAttributoValue',
        CASE association WHEN 'RUN' THEN ', CASE a.kind WHEN ''chemical-id'' THEN v.value::int4 END AS chemical_value' ELSE '' END);
END $$;
COMMENT ON FUNCTION keep_attributi(text, text, text) IS
    'Gives a table with a column attributi its triggers, and the view of values that is the platform''s table.';
SELECT keep_attributi('Chemical', 'chemical_id', 'CHEMICAL');

CREATE FUNCTION values_elsewhere(attributo "Attributo", OUT relation regclass, OUT key jsonb) RETURNS SETOF record
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    FOR relation IN
        SELECT tgrelid FROM pg_trigger WHERE tgname = 'check_association' AND tgfoid = 'check_association()'::regprocedure
    LOOP
        RETURN QUERY EXECUTE format('SELECT $1, jsonb_build_object(''id'', id) FROM %s
            WHERE beamtime_id = $2 AND attributi ? $3 ORDER BY id', relation)
            USING relation, attributo.beamtime_id, attributo.name;
    END LOOP;
END $$;
COMMENT ON FUNCTION values_elsewhere("Attributo") IS 'The rows that have a value of an attributo, and so keep it from changing its table.';

CREATE FUNCTION alter_attributo(attributo_id int4, name text DEFAULT NULL, json_schema jsonb DEFAULT NULL, description text DEFAULT NULL,
    "group" text DEFAULT NULL, associated_table text DEFAULT NULL, ignore_units bool DEFAULT false, dry_run bool DEFAULT false,
    OUT relation regclass, OUT key jsonb, OUT rule text, OUT message text) RETURNS SETOF record
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    old "Attributo";
    new_table text := upper(alter_attributo.associated_table);
BEGIN
    SELECT * INTO old FROM "Attributo" AS a WHERE a.id = attributo_id;
    IF NOT FOUND THEN
        RAISE 'there is no attributo with the id %', attributo_id USING ERRCODE = 'P0002';
    END IF;
    IF new_table <> old.associated_table THEN
        IF dry_run THEN
            RETURN QUERY SELECT v.relation, v.key, 'table', 'the value would be left behind' FROM values_elsewhere(old) AS v;
        ELSIF EXISTS (SELECT FROM values_elsewhere(old)) THEN
            RAISE 'attributo "%" has values, which another table would not have', old.name USING ERRCODE = '23514',
                HINT = 'List them by alter_attributo(..., dry_run => true).';
        END IF;
    END IF;
    RETURN QUERY SELECT * FROM quire.alter_attribute('"Attributo"', old.name, alter_attributo.json_schema, alter_attributo.name,
        jsonb_build_object('ignore_units', ignore_units), old.beamtime_id::text, dry_run);
    IF NOT dry_run THEN
        UPDATE "Attributo" AS a SET description = coalesce(alter_attributo.description, a.description),
            "group" = coalesce(alter_attributo."group", a."group"), associated_table = coalesce(new_table, a.associated_table)
        WHERE a.id = attributo_id;
    END IF;
END $$;
COMMENT ON FUNCTION alter_attributo(int4, text, jsonb, text, text, text, bool, bool) IS
    'Changes an attributo with all values under it, or nothing; what is NULL stays. A dry run lists the values that would be in the way.';

CREATE FUNCTION delete_attributo(attributo_id int4, dry_run bool DEFAULT false, OUT relation regclass, OUT key jsonb, OUT rule text,
    OUT message text)
RETURNS SETOF record LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    old "Attributo";
BEGIN
    SELECT * INTO old FROM "Attributo" AS a WHERE a.id = attributo_id;
    IF NOT FOUND THEN
        RAISE 'there is no attributo with the id %', attributo_id USING ERRCODE = 'P0002';
    END IF;
    RETURN QUERY SELECT * FROM quire.drop_attribute('"Attributo"', old.name, old.beamtime_id::text, dry_run);
END $$;
COMMENT ON FUNCTION delete_attributo(int4, bool) IS 'Removes an attributo and its values. A dry run lists the rows that would lose one.';

CREATE FUNCTION ingest_attributi(beamtime_id int4, schemas jsonb) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    misfits text;
    made int4;
BEGIN
    PERFORM lock_beamtime(beamtime_id);
    SELECT string_agg(format('"%s" is %s, not %s', a.name, quire.attribute_type_name(a.json_schema::jsonb),
        quire.attribute_type_name(s.item -> 'schema')),
        '; ' ORDER BY a.name)
    INTO misfits
    FROM jsonb_array_elements(schemas) AS s (item)
    JOIN "Attributo" AS a ON a.beamtime_id = ingest_attributi.beamtime_id AND a.name = s.item ->> 'name'
    WHERE a.associated_table <> 'RUN' OR NOT quire.attribute_types_equivalent(a.json_schema::jsonb, s.item -> 'schema');
    IF misfits IS NOT NULL THEN
        RAISE 'attributi are there already, with other types' USING ERRCODE = '42710', DETAIL = format('%s.', misfits);
    END IF;
    INSERT INTO "Attributo" AS a (beamtime_id, name, description, "group", associated_table, json_schema)
    SELECT ingest_attributi.beamtime_id, s.item ->> 'name', coalesce(s.item ->> 'description', ''), 'automatic', 'RUN',
        (s.item -> 'schema')::json
    FROM jsonb_array_elements(schemas) AS s (item)
    WHERE NOT EXISTS (SELECT FROM "Attributo" AS k WHERE k.beamtime_id = ingest_attributi.beamtime_id AND k.name = s.item ->> 'name');
    GET DIAGNOSTICS made = ROW_COUNT;
    RETURN made;
END $$;
COMMENT ON FUNCTION ingest_attributi(int4, jsonb) IS
    'Attributi of runs that a program needs, [{name, description, schema}]: those that are missing are made, in the group "automatic"; '
    'how many.';

CREATE FUNCTION copy_chemical(chemical_id int4, to_beamtime_id int4, create_attributi bool DEFAULT false) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    source "Chemical";
    taken text;
    copy_id int4;
BEGIN
    SELECT * INTO source FROM "Chemical" AS c WHERE c.id = copy_chemical.chemical_id;
    IF NOT FOUND THEN
        RAISE 'there is no chemical with the id %', chemical_id USING ERRCODE = 'P0002';
    END IF;
    IF create_attributi THEN
        SELECT string_agg(format('"%s"', a.name), ', ' ORDER BY a.name) INTO taken FROM "Attributo" AS a
        WHERE a.beamtime_id = to_beamtime_id AND a.associated_table <> 'CHEMICAL' AND source.attributi ? a.name;
        IF taken IS NOT NULL THEN
            RAISE 'attributi of chemicals cannot be made under names that runs have' USING ERRCODE = '42710',
                DETAIL = format('They are: %s.', taken);
        END IF;
        INSERT INTO "Attributo" (beamtime_id, name, description, "group", associated_table, json_schema)
        SELECT to_beamtime_id, a.name, a.description, a."group", a.associated_table, a.json_schema FROM "Attributo" AS a
        WHERE a.beamtime_id = source.beamtime_id AND source.attributi ? a.name
        ON CONFLICT (beamtime_id, name) DO NOTHING;
    END IF;
    INSERT INTO "Chemical" (beamtime_id, name, responsible_person, type, attributi)
    SELECT to_beamtime_id, source.name, source.responsible_person, source.type, coalesce(
        (SELECT jsonb_object_agg(theirs.name, quire.convert_attribute(source.attributi -> ours.name, ours.json_schema::jsonb,
            theirs.json_schema::jsonb))
         FROM "Attributo" AS ours
         JOIN "Attributo" AS theirs ON theirs.beamtime_id = to_beamtime_id AND theirs.name = ours.name
             AND theirs.associated_table = 'CHEMICAL'
         WHERE ours.beamtime_id = source.beamtime_id AND source.attributi ? ours.name), '{}')
    RETURNING id INTO copy_id;
    INSERT INTO "ChemicalHasFile" SELECT copy_id, f.file_id FROM "ChemicalHasFile" AS f WHERE f.chemical_id = source.id;
    RETURN copy_id;
END $$;
COMMENT ON FUNCTION copy_chemical(int4, int4, bool) IS
    'A chemical in another beamtime, with its files; values of attributi that are not there are left out, or these made.';

-- The schedule --------------------------------------------------------------------------------------------------------

CREATE TABLE "BeamtimeSchedule" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    users varchar(255) NOT NULL,
    td_support varchar(255) NOT NULL DEFAULT '',
    comment text NOT NULL DEFAULT '',
    shift varchar(255) NOT NULL CHECK (shift ~ '^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$'),
    date varchar(10) NOT NULL CHECK (date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND
        make_date(substr(date, 1, 4)::int4, substr(date, 6, 2)::int4, substr(date, 9)::int4) IS NOT NULL)
);
COMMENT ON TABLE "BeamtimeSchedule" IS 'Who is there when; a shift that ends before it begins ends on the next day.';
COMMENT ON COLUMN "BeamtimeSchedule".shift IS 'HH:MM-HH:MM, of the clock on the wall.';
CREATE INDEX "BeamtimeSchedule_beamtime_id" ON "BeamtimeSchedule" (beamtime_id, date);

CREATE TABLE "BeamtimeScheduleHasChemical" (
    beamtime_schedule_id int4 REFERENCES "BeamtimeSchedule" ON DELETE CASCADE,
    chemical_id int4 REFERENCES "Chemical" ON DELETE CASCADE,
    PRIMARY KEY (beamtime_schedule_id, chemical_id)
);
COMMENT ON TABLE "BeamtimeScheduleHasChemical" IS 'What is measured in a shift.';
CREATE INDEX "BeamtimeScheduleHasChemical_chemical_id" ON "BeamtimeScheduleHasChemical" (chemical_id);

CREATE FUNCTION check_scheduled_chemical() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM "BeamtimeSchedule" AS s JOIN "Chemical" AS c USING (beamtime_id)
    WHERE s.id = NEW.beamtime_schedule_id AND c.id = NEW.chemical_id;
    IF NOT FOUND THEN
        RAISE 'chemical % is not in the beamtime of the shift', NEW.chemical_id USING ERRCODE = '23503';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_scheduled_chemical() IS 'Trigger: the chemicals of a shift are of its own beamtime.';
CREATE TRIGGER check_scheduled_chemical BEFORE INSERT OR UPDATE ON "BeamtimeScheduleHasChemical"
    FOR EACH ROW EXECUTE FUNCTION check_scheduled_chemical();
CREATE TRIGGER keep_beamtime BEFORE UPDATE OF beamtime_id ON "BeamtimeSchedule"
    FOR EACH ROW WHEN (NEW.beamtime_id <> OLD.beamtime_id) EXECUTE FUNCTION keep_beamtime();

CREATE FUNCTION replace_schedule(beamtime_id int4, rows jsonb) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    shift_row jsonb;
    schedule_id int4;
BEGIN
    PERFORM lock_beamtime(beamtime_id);
    DELETE FROM "BeamtimeSchedule" AS s WHERE s.beamtime_id = replace_schedule.beamtime_id;
    FOR shift_row IN SELECT jsonb_array_elements(rows) LOOP
        INSERT INTO "BeamtimeSchedule" (beamtime_id, users, td_support, comment, shift, date)
        VALUES (replace_schedule.beamtime_id, shift_row ->> 'users', coalesce(shift_row ->> 'td_support', ''),
            coalesce(shift_row ->> 'comment', ''),
            shift_row ->> 'shift', shift_row ->> 'date')
        RETURNING id INTO schedule_id;
        INSERT INTO "BeamtimeScheduleHasChemical"
        SELECT DISTINCT schedule_id, c::int4 FROM jsonb_array_elements_text(shift_row -> 'chemicals') AS c;
    END LOOP;
    RETURN jsonb_array_length(rows);
END $$;
COMMENT ON FUNCTION replace_schedule(int4, jsonb) IS
    'The whole schedule of a beamtime anew, from [{users, td_support, comment, shift, date, chemicals: [id, ...]}]; how many shifts.';

CREATE FUNCTION current_shift(beamtime_id int4, at timestamp DEFAULT utc_now()) RETURNS SETOF "BeamtimeSchedule"
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT s.* FROM settings, "BeamtimeSchedule" AS s,
        LATERAL (SELECT s.date::date + split_part(s.shift, '-', 1)::time AS first,
            s.date::date + split_part(s.shift, '-', 2)::time AS last) AS t,
        LATERAL (SELECT date_trunc('minute', at AT TIME ZONE 'UTC' AT TIME ZONE time_zone) AS minute) AS local
    WHERE s.beamtime_id = current_shift.beamtime_id
        AND local.minute BETWEEN t.first AND t.last + CASE WHEN t.last < t.first THEN interval '1 day' ELSE '0' END
    ORDER BY t.first DESC, s.id LIMIT 1
$$;
COMMENT ON FUNCTION current_shift(int4, timestamp) IS
    'The shift of this moment, or of another one in UTC; both ends belong to it, and it may go past midnight.';
-- down
DROP FUNCTION current_shift(int4, timestamp), replace_schedule(int4, jsonb), copy_chemical(int4, int4, bool), ingest_attributi(int4, jsonb),
    delete_attributo(int4, bool), alter_attributo(int4, text, jsonb, text, text, text, bool, bool), values_elsewhere("Attributo"),
    attributi_to_api(int4, jsonb), attributi_of_api(int4, jsonb, text), attributo_types(int4, text);
DROP VIEW "ChemicalHasAttributoValue", attributo_columns;
DROP TABLE "BeamtimeScheduleHasChemical", "BeamtimeSchedule", "ChemicalHasFile", "Chemical", "Attributo";
DROP FUNCTION check_scheduled_chemical(), keep_id(), keep_attributi(text, text, text), drop_values(), fit_values(),
    write_attributo_value(), attributo_value(jsonb, jsonb), utc_of(text), stamp_modified(), check_association();
