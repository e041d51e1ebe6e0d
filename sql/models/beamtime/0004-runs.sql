-- Experiment types, the configuration of a beamtime, runs and their life, filters over runs.

CREATE TABLE "ExperimentType" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    name varchar(255) NOT NULL CHECK (name <> ''),
    UNIQUE (beamtime_id, name),
    UNIQUE (id, beamtime_id)
);
COMMENT ON TABLE "ExperimentType" IS 'What kinds of experiments there are: each a name for some attributi of runs.';

CREATE TABLE "ExperimentHasAttributo" (
    experiment_type_id int4 REFERENCES "ExperimentType" ON DELETE CASCADE,
    attributo_id int4 REFERENCES "Attributo" ON DELETE CASCADE,
    chemical_role varchar(8) NOT NULL DEFAULT 'CRYSTAL' CHECK (chemical_role IN ('CRYSTAL', 'SOLUTION')),
    PRIMARY KEY (experiment_type_id, attributo_id)
);
COMMENT ON TABLE "ExperimentHasAttributo" IS 'The attributi of experiment types.';
CREATE INDEX "ExperimentHasAttributo_attributo_id" ON "ExperimentHasAttributo" (attributo_id);

CREATE FUNCTION check_experiment_attributo() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM "ExperimentType" AS e JOIN "Attributo" AS a USING (beamtime_id)
    WHERE e.id = NEW.experiment_type_id AND a.id = NEW.attributo_id AND a.associated_table = 'RUN' FOR SHARE OF a;
    IF NOT FOUND THEN
        RAISE 'attributo % is none of runs in the beamtime of experiment type %', NEW.attributo_id, NEW.experiment_type_id
            USING ERRCODE = '23503';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_experiment_attributo() IS 'Trigger: an experiment type has attributi of runs, of its own beamtime.';

CREATE FUNCTION keep_experiment_attributo() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    types text;
BEGIN
    SELECT string_agg(format('"%s"', e.name), ', ' ORDER BY e.name) INTO types
    FROM "ExperimentHasAttributo" AS h JOIN "ExperimentType" AS e ON e.id = h.experiment_type_id WHERE h.attributo_id = NEW.id;
    IF types IS NOT NULL THEN
        RAISE 'attributo "%" is one of experiment types', NEW.name USING ERRCODE = '23503', DETAIL = format('They are: %s.', types);
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_experiment_attributo() IS 'Trigger: an attributo of experiment types stays with the runs.';
CREATE TRIGGER keep_experiment_attributo BEFORE UPDATE OF associated_table ON "Attributo"
    FOR EACH ROW WHEN (NEW.associated_table <> 'RUN') EXECUTE FUNCTION keep_experiment_attributo();
CREATE TRIGGER check_experiment_attributo BEFORE INSERT OR UPDATE ON "ExperimentHasAttributo"
    FOR EACH ROW EXECUTE FUNCTION check_experiment_attributo();
CREATE TRIGGER keep_beamtime BEFORE UPDATE OF beamtime_id ON "ExperimentType"
    FOR EACH ROW WHEN (NEW.beamtime_id <> OLD.beamtime_id) EXECUTE FUNCTION keep_beamtime();

CREATE FUNCTION create_experiment_type(beamtime_id int4, name text, attributi jsonb) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    type_id int4;
    missing text;
BEGIN
    SELECT string_agg(format('"%s"', k), ', ' ORDER BY k) INTO missing FROM jsonb_object_keys(attributi) AS k
    WHERE NOT EXISTS (SELECT FROM "Attributo" AS a WHERE a.beamtime_id = create_experiment_type.beamtime_id AND a.name = k);
    IF missing IS NOT NULL THEN
        RAISE 'experiment type "%" names attributi that are not in the beamtime', name USING ERRCODE = '42704',
            DETAIL = format('They are: %s.', missing);
    END IF;
    INSERT INTO "ExperimentType" AS e (beamtime_id, name) VALUES (create_experiment_type.beamtime_id, create_experiment_type.name)
    RETURNING e.id INTO type_id;
    INSERT INTO "ExperimentHasAttributo"
    SELECT type_id, a.id, upper(e.value) FROM jsonb_each_text(attributi) AS e
    JOIN "Attributo" AS a ON a.beamtime_id = create_experiment_type.beamtime_id AND a.name = e.key;
    RETURN type_id;
END $$;
COMMENT ON FUNCTION create_experiment_type(int4, text, jsonb) IS
    'An experiment type of attributi {name: "crystal" or "solution"}, which is whose chemicals they tell of; its id.';

CREATE FUNCTION copy_experiment_types(from_beamtime_id int4, to_beamtime_id int4) RETURNS int4[]
LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT array_agg(create_experiment_type(to_beamtime_id, t.name, t.attributi) ORDER BY t.id)
    FROM (SELECT e.id, e.name, coalesce(jsonb_object_agg(a.name, h.chemical_role) FILTER (WHERE a.id IS NOT NULL), '{}') AS attributi
          FROM "ExperimentType" AS e LEFT JOIN "ExperimentHasAttributo" AS h ON h.experiment_type_id = e.id
          LEFT JOIN "Attributo" AS a ON a.id = h.attributo_id
          WHERE e.beamtime_id = from_beamtime_id GROUP BY e.id) AS t
$$;
COMMENT ON FUNCTION copy_experiment_types(int4, int4) IS
    'All experiment types in another beamtime, by the names of their attributi; their ids.';

-- The configuration, as its history: the latest is the one ------------------------------------------------------------

CREATE TABLE "UserConfiguration" (
    id serial PRIMARY KEY,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    created timestamp(3) NOT NULL,
    auto_pilot bool NOT NULL,
    use_online_crystfel bool NOT NULL,
    current_experiment_type_id int4 DEFAULT 0,
    current_online_indexing_parameters_id int4 DEFAULT 0 REFERENCES "IndexingParameters" ON DELETE SET NULL,
    FOREIGN KEY (current_experiment_type_id, beamtime_id) REFERENCES "ExperimentType" (id, beamtime_id)
        ON DELETE SET NULL (current_experiment_type_id)
);
-- Numbered when its turn has come, so that the greatest number is the latest: by the trigger.
ALTER TABLE "UserConfiguration" ALTER id DROP DEFAULT;
COMMENT ON TABLE "UserConfiguration" IS
    'What is set for each beamtime, a row for each change; the latest holds. Columns that a change leaves out are as they were.';
COMMENT ON COLUMN "UserConfiguration".current_experiment_type_id IS 'Left out, or 0: as it was. NULL: none.';
COMMENT ON COLUMN "UserConfiguration".current_online_indexing_parameters_id IS 'Left out, or 0: as they were. NULL: none.';
CREATE INDEX "UserConfiguration_beamtime_id" ON "UserConfiguration" (beamtime_id, id);
CREATE INDEX "UserConfiguration_experiment_type_id" ON "UserConfiguration" (current_experiment_type_id);
CREATE INDEX "UserConfiguration_parameters_id" ON "UserConfiguration" (current_online_indexing_parameters_id);

CREATE FUNCTION current_configuration(beamtime_id int4) RETURNS "UserConfiguration" LANGUAGE plpgsql STABLE
    SET search_path FROM CURRENT AS $$
DECLARE
    latest "UserConfiguration";
BEGIN
    SELECT * INTO latest FROM "UserConfiguration" AS c WHERE c.beamtime_id = current_configuration.beamtime_id ORDER BY c.id DESC LIMIT 1;
    IF NOT FOUND THEN
        latest.beamtime_id := beamtime_id;
        latest.auto_pilot := false;
        latest.use_online_crystfel := false;
    END IF;
    RETURN latest;
END $$;
COMMENT ON FUNCTION current_configuration(int4) IS 'The latest configuration of a beamtime; everything off where there is none.';

CREATE FUNCTION begin_configuration() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    latest "UserConfiguration";
BEGIN
    PERFORM lock_beamtime(NEW.beamtime_id);
    latest := current_configuration(NEW.beamtime_id);
    NEW.id := nextval(pg_get_serial_sequence('"UserConfiguration"', 'id'));
    NEW.created := coalesce(NEW.created, utc_now());
    NEW.auto_pilot := coalesce(NEW.auto_pilot, latest.auto_pilot);
    NEW.use_online_crystfel := coalesce(NEW.use_online_crystfel, latest.use_online_crystfel);
    IF NEW.current_experiment_type_id = 0 THEN
        NEW.current_experiment_type_id := latest.current_experiment_type_id;
    END IF;
    IF NEW.current_online_indexing_parameters_id = 0 THEN
        NEW.current_online_indexing_parameters_id := latest.current_online_indexing_parameters_id;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION begin_configuration() IS
    'Trigger: a change takes what it does not say from the configuration before, one after the other.';
CREATE TRIGGER begin_configuration BEFORE INSERT ON "UserConfiguration" FOR EACH ROW EXECUTE FUNCTION begin_configuration();

CREATE FUNCTION keep_configuration() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM "Beamtime" WHERE id = OLD.beamtime_id;
    IF FOUND THEN
        RAISE 'a configuration is history, and is not changed' USING ERRCODE = '55000', HINT = 'Insert the next one.';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
COMMENT ON FUNCTION keep_configuration() IS
    'Trigger: configurations go with their beamtime, and lose what is deleted, but are not changed.';
CREATE TRIGGER keep_configuration BEFORE DELETE ON "UserConfiguration" FOR EACH ROW EXECUTE FUNCTION keep_configuration();
CREATE TRIGGER keep_changed_configuration BEFORE UPDATE ON "UserConfiguration" FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION keep_configuration();

CREATE FUNCTION set_user_configuration(beamtime_id int4, key text, value text) RETURNS "UserConfiguration"
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    made "UserConfiguration";
BEGIN
    CASE key
        WHEN 'auto-pilot' THEN
            INSERT INTO "UserConfiguration" (beamtime_id, auto_pilot) VALUES (set_user_configuration.beamtime_id, lower(value) = 'true')
                RETURNING * INTO made;
        WHEN 'online-crystfel' THEN
            INSERT INTO "UserConfiguration" (beamtime_id, use_online_crystfel)
                VALUES (set_user_configuration.beamtime_id, lower(value) = 'true')
            RETURNING * INTO made;
        WHEN 'current-experiment-type-id' THEN
            INSERT INTO "UserConfiguration" (beamtime_id, current_experiment_type_id)
                VALUES (set_user_configuration.beamtime_id, nullif(value, '')::int4)
            RETURNING * INTO made;
        WHEN 'current-online-indexing-parameters-id' THEN
            INSERT INTO "UserConfiguration" (beamtime_id, current_online_indexing_parameters_id)
            VALUES (set_user_configuration.beamtime_id, nullif(value, '')::int4) RETURNING * INTO made;
        ELSE
            RAISE 'there is no setting "%"', key USING ERRCODE = '22023',
                HINT = 'It is auto-pilot, online-crystfel, current-experiment-type-id or current-online-indexing-parameters-id.';
    END CASE;
    RETURN made;
END $$;
COMMENT ON FUNCTION set_user_configuration(int4, text, text) IS
    'One setting of a beamtime, by the key of the platform''s API; the configuration that holds from then on.';

-- Runs ----------------------------------------------------------------------------------------------------------------

CREATE TABLE "Run" (
    id serial PRIMARY KEY,
    external_id int4 NOT NULL,
    beamtime_id int4 NOT NULL REFERENCES "Beamtime" ON DELETE CASCADE,
    modified timestamp(3) NOT NULL DEFAULT utc_now(),
    started timestamp(3) NOT NULL DEFAULT utc_now(),
    stopped timestamp(3),
    experiment_type_id int4 NOT NULL,
    attributi jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributi) = 'object'),
    UNIQUE (beamtime_id, external_id),
    CONSTRAINT stops_after_start CHECK (stopped >= started),
    CONSTRAINT starts_and_stops_at_a_moment CHECK (isfinite(started) AND isfinite(stopped)),
    CONSTRAINT run_has_experiment_type_fk FOREIGN KEY (experiment_type_id, beamtime_id) REFERENCES "ExperimentType" (id, beamtime_id)
);
COMMENT ON TABLE "Run" IS 'The runs: intervals in which data are taken.';
COMMENT ON COLUMN "Run".external_id IS 'The number that users see; the next one of the beamtime where it is left out.';
COMMENT ON COLUMN "Run".experiment_type_id IS 'The one that is set for the beamtime where it is left out.';
COMMENT ON COLUMN "Run".attributi IS 'The values {name: value} of its attributi.';
CREATE INDEX "Run_started" ON "Run" (beamtime_id, started);
CREATE INDEX "Run_experiment_type_id" ON "Run" (experiment_type_id);

CREATE TABLE "RunHasFiles" (
    id serial PRIMARY KEY,
    run_id int4 NOT NULL REFERENCES "Run" ON DELETE CASCADE,
    glob text NOT NULL,
    source varchar(255) NOT NULL DEFAULT 'raw',
    UNIQUE (run_id, source, glob)
);
COMMENT ON TABLE "RunHasFiles" IS 'Where the data of runs are: paths with wildcards, each of a source.';

CREATE FUNCTION latest_run(beamtime_id int4) RETURNS SETOF "Run" LANGUAGE plpgsql STABLE ROWS 1 SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY SELECT * FROM "Run" AS r WHERE r.beamtime_id = latest_run.beamtime_id ORDER BY r.started DESC, r.id DESC LIMIT 1;
END $$;
COMMENT ON FUNCTION latest_run(int4) IS 'The run that was started last, if there is one.';

CREATE FUNCTION begin_run() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    settings "UserConfiguration";
BEGIN
    IF NEW.stopped IS NULL OR NEW.external_id IS NULL THEN
        PERFORM lock_beamtime(NEW.beamtime_id);
    END IF;
    settings := current_configuration(NEW.beamtime_id);
    NEW.experiment_type_id := coalesce(NEW.experiment_type_id, settings.current_experiment_type_id);
    IF NEW.experiment_type_id IS NULL THEN
        RAISE 'no experiment type is set' USING ERRCODE = '55000',
            HINT = 'Set one: set_user_configuration(beamtime_id, ''current-experiment-type-id'', ...).';
    END IF;
    IF NEW.external_id IS NULL THEN
        SELECT coalesce(max(external_id), 0) + 1 INTO NEW.external_id FROM "Run" WHERE beamtime_id = NEW.beamtime_id;
    END IF;
    IF settings.auto_pilot AND NEW.stopped IS NULL THEN
        NEW.attributi := coalesce(
            (SELECT jsonb_object_agg(a.name, r.attributi -> a.name) FROM latest_run(NEW.beamtime_id) AS r
             JOIN "Attributo" AS a ON a.beamtime_id = r.beamtime_id AND a."group" = 'manual' AND r.attributi ? a.name),
            '{}') || NEW.attributi;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION begin_run() IS
    'Trigger: a run gets the next number and the current experiment type; one that is running, under auto-pilot, the manual attributi of '
    'the run before.';

CREATE FUNCTION check_chemicals() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    referred record;
BEGIN
    FOR referred IN
        SELECT a.name, (NEW.attributi ->> a.name)::numeric AS chemical_id FROM "Attributo" AS a
        WHERE a.beamtime_id = NEW.beamtime_id AND a.json_schema ->> 'format' = 'chemical-id' AND NEW.attributi ? a.name
    LOOP
        PERFORM FROM "Chemical" WHERE id = referred.chemical_id::int8 AND beamtime_id = NEW.beamtime_id FOR KEY SHARE;
        IF NOT FOUND THEN
            RAISE 'attributo "%" refers to a chemical that is not in the beamtime', referred.name
                USING ERRCODE = '23503', DETAIL = format('Chemical: %s.', referred.chemical_id);
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_chemicals() IS 'Trigger: chemicals that attributi refer to are there, in the same beamtime.';

CREATE FUNCTION forget_chemical() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    referring text[];
BEGIN
    PERFORM FROM "Beamtime" WHERE id = OLD.beamtime_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM require_read_committed('chemicals are not deleted');
    referring := ARRAY(SELECT name FROM "Attributo" WHERE beamtime_id = OLD.beamtime_id AND json_schema ->> 'format' = 'chemical-id');
    -- All of a row at once: what is left must refer to chemicals that are there.
    EXECUTE format('UPDATE %I SET attributi = attributi - ARRAY(SELECT a FROM unnest($2) AS a WHERE attributi -> a = $3)
        WHERE beamtime_id = $1 AND EXISTS (SELECT FROM unnest($2) AS a WHERE attributi -> a = $3)', TG_ARGV[0])
    USING OLD.beamtime_id, referring, to_jsonb(OLD.id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION forget_chemical() IS 'Trigger: with a chemical go the values that refer to it.';

CREATE TRIGGER begin_run BEFORE INSERT ON "Run" FOR EACH ROW EXECUTE FUNCTION begin_run();
CREATE TRIGGER check_chemicals BEFORE INSERT OR UPDATE OF attributi ON "Run" FOR EACH ROW EXECUTE FUNCTION check_chemicals();
CREATE TRIGGER stamp_modified BEFORE UPDATE ON "Run" FOR EACH ROW EXECUTE FUNCTION stamp_modified();
CREATE TRIGGER keep_beamtime BEFORE UPDATE OF beamtime_id ON "Run"
    FOR EACH ROW WHEN (NEW.beamtime_id <> OLD.beamtime_id) EXECUTE FUNCTION keep_beamtime();
CREATE TRIGGER forget_in_runs AFTER DELETE ON "Chemical" FOR EACH ROW EXECUTE FUNCTION forget_chemical('Run');
SELECT keep_attributi('Run', 'run_id', 'RUN');

-- The life of a run ---------------------------------------------------------------------------------------------------

CREATE FUNCTION start_run(beamtime_id int4, external_id int4 DEFAULT NULL, attributi jsonb DEFAULT '{}') RETURNS "Run"
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    started "Run";
BEGIN
    INSERT INTO "Run" (beamtime_id, external_id, attributi) VALUES (start_run.beamtime_id, start_run.external_id, start_run.attributi)
    RETURNING * INTO started;
    RETURN started;
END $$;
COMMENT ON FUNCTION start_run(int4, int4, jsonb) IS 'A run begins: of this number, or of the next one.';

CREATE FUNCTION stop_latest_run(beamtime_id int4) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE "Run" SET stopped = greatest(utc_now(), started) WHERE id = (SELECT id FROM latest_run(stop_latest_run.beamtime_id));
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION stop_latest_run(int4) IS 'The run that was started last has ended now; false when there is none.';

CREATE FUNCTION add_run_files(run_id int4, files jsonb) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO "RunHasFiles" (run_id, glob, source)
    SELECT add_run_files.run_id, f ->> 'glob', coalesce(f ->> 'source', 'raw') FROM jsonb_array_elements(files) AS f
    ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION add_run_files(int4, jsonb) IS 'More files of a run, from [{glob, source}].';

CREATE FUNCTION change_runs(run_ids int4[], attributi jsonb DEFAULT '{}', experiment_type_id int4 DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    changed int4;
BEGIN
    UPDATE "Run" AS r SET attributi = r.attributi || change_runs.attributi,
        experiment_type_id = coalesce(change_runs.experiment_type_id, r.experiment_type_id)
    WHERE r.id = ANY (run_ids);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
COMMENT ON FUNCTION change_runs(int4[], jsonb, int4) IS
    'The given attributi, and experiment type, of many runs; how many. A value of null is removed.';

CREATE FUNCTION bulk_values(run_ids int4[], OUT name text, OUT "values" jsonb) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT v.key, jsonb_agg(DISTINCT v.value) FROM "Run" AS r, jsonb_each(r.attributi) AS v WHERE r.id = ANY (run_ids) GROUP BY 1 ORDER BY 1
$$;
COMMENT ON FUNCTION bulk_values(int4[]) IS 'Which values many runs have of each attributo.';

CREATE FUNCTION change_experiment_type(run_id int4, experiment_type_id int4) RETURNS "Run" LANGUAGE plpgsql
    SET search_path FROM CURRENT AS $$
DECLARE
    changed "Run";
BEGIN
    -- As by a run that begins: the table, the beamtime, the run.
    LOCK TABLE "Run" IN ROW EXCLUSIVE MODE;
    PERFORM lock_beamtime(r.beamtime_id) FROM "Run" AS r WHERE r.id = run_id;
    UPDATE "Run" AS r SET experiment_type_id = change_experiment_type.experiment_type_id,
        attributi = r.attributi - ARRAY(
            SELECT a.name::text FROM "Attributo" AS a WHERE a.beamtime_id = r.beamtime_id AND a."group" = 'manual' AND a.id NOT IN
                (SELECT h.attributo_id FROM "ExperimentHasAttributo" AS h
                    WHERE h.experiment_type_id = change_experiment_type.experiment_type_id))
    WHERE r.id = run_id RETURNING * INTO changed;
    IF NOT FOUND THEN
        RAISE 'there is no run with the id %', run_id USING ERRCODE = 'P0002';
    END IF;
    INSERT INTO "UserConfiguration" (beamtime_id, current_experiment_type_id)
        VALUES (changed.beamtime_id, change_experiment_type.experiment_type_id);
    RETURN changed;
END $$;
COMMENT ON FUNCTION change_experiment_type(int4, int4) IS
    'Another experiment type for a run and those to come; manual attributi that it does not have are removed from the run.';

-- Filters -------------------------------------------------------------------------------------------------------------

CREATE FUNCTION run_filter_sql(beamtime_id int4, filter text) RETURNS text LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    types jsonb := attributo_types(beamtime_id);
    chemicals jsonb;
    condition text;
BEGIN
    SELECT coalesce(jsonb_object_agg(c.name, c.id), '{}') INTO chemicals FROM "Chemical" AS c
        WHERE c.beamtime_id = run_filter_sql.beamtime_id;
    SELECT types || coalesce(jsonb_object_agg(t.key, t.value || jsonb_build_object('names', chemicals)), '{}') INTO types
    FROM jsonb_each(types) AS t WHERE t.value ->> 'format' = 'chemical-id';
    condition := quire.filter_sql(filter, 'attributi', types || '{"id": {"type": "integer"}, "internal_id": {"type": "integer"}}');
    -- No text of a user's can hold these: its quotes are doubled.
    condition := replace(condition, $c$coalesce(attributi -> 'id', 'null'::jsonb)$c$, 'to_jsonb(external_id)');
    RETURN replace(condition, $c$coalesce(attributi -> 'internal_id', 'null'::jsonb)$c$, 'to_jsonb(id)');
END $$;
COMMENT ON FUNCTION run_filter_sql(int4, text) IS
    'A filter over runs as SQL about "Run": attributi by name, id is the run''s number, internal_id its key; chemicals by name or id.';

CREATE FUNCTION run_ranges(ranges text) RETURNS int8multirange LANGUAGE plpgsql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
BEGIN
    RETURN (SELECT coalesce(range_agg(CASE WHEN m[1]::int8 <= m[2]::int8 THEN int8range(m[1]::int8, m[2]::int8, '[]') ELSE 'empty' END),
        '{}')
        FROM (SELECT ARRAY[split_part(p, '-', 1), coalesce(nullif(split_part(p, '-', 2), ''), split_part(p, '-', 1))] AS m
              FROM regexp_split_to_table(replace(ranges, ' ', ''), ',') AS p) AS parts);
EXCEPTION WHEN invalid_text_representation OR numeric_value_out_of_range THEN
    RAISE 'these are no numbers of runs: %', ranges USING ERRCODE = '22023', HINT = 'They look like 1-3,7.';
END $$;
COMMENT ON FUNCTION run_ranges(text) IS 'The numbers in a text like 1-3,7.';

CREATE FUNCTION run_intervals(run_ids int4[]) RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT ARRAY(SELECT lower(i) || CASE WHEN upper(i) > lower(i) + 1 THEN '-' || upper(i) - 1 ELSE '' END
        FROM unnest((SELECT range_agg(int8range(n, n, '[]')) FROM unnest(run_ids) AS n)) AS i ORDER BY lower(i))
$$;
COMMENT ON FUNCTION run_intervals(int4[]) IS 'Numbers of runs as people read them: {7-9,12}.';

CREATE FUNCTION filter_runs(beamtime_id int4, filter text DEFAULT '', on_date date DEFAULT NULL,
    ranges text DEFAULT NULL) RETURNS SETOF "Run"
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT * FROM "Run" WHERE beamtime_id = $1 AND ($2 IS NULL OR started >= $2 AND started < $2 + 1)
        AND ($3 IS NULL OR external_id::int8 <@ $3) AND (%s) ORDER BY started DESC, id DESC', run_filter_sql(beamtime_id, filter))
    USING beamtime_id, on_date, run_ranges(nullif(btrim(ranges), ''));
END $$;
COMMENT ON FUNCTION filter_runs(int4, text, date, text) IS
    'The runs of a beamtime that a filter takes, of a day in UTC, of numbers like 1-3,7; the latest first.';
-- down
DROP FUNCTION filter_runs(int4, text, date, text), run_intervals(int4[]), run_ranges(text), run_filter_sql(int4, text),
    change_experiment_type(int4, int4), bulk_values(int4[]), change_runs(int4[], jsonb, int4),
    add_run_files(int4, jsonb), stop_latest_run(int4), start_run(int4, int4, jsonb),
    latest_run(int4), set_user_configuration(int4, text, text), current_configuration(int4), copy_experiment_types(int4, int4),
    create_experiment_type(int4, text, jsonb);
DROP TRIGGER keep_experiment_attributo ON "Attributo";
DROP TRIGGER "fit_values_of_Run" ON "Attributo";
DROP TRIGGER "drop_values_of_Run" ON "Attributo";
DROP TRIGGER forget_in_runs ON "Chemical";
DROP VIEW "RunHasAttributoValue";
DROP TABLE "RunHasFiles", "Run", "UserConfiguration", "ExperimentHasAttributo", "ExperimentType";
DROP FUNCTION forget_chemical(), check_chemicals(), begin_run(), keep_configuration(), begin_configuration(),
    keep_experiment_attributo(), check_experiment_attributo();
