-- Data sets: what values a run should have to belong to one.

CREATE TABLE "DataSet" (
    id serial PRIMARY KEY,
    experiment_type_id int4 NOT NULL,
    beamtime_id int4 NOT NULL,
    attributi jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributi) = 'object'),
    FOREIGN KEY (experiment_type_id, beamtime_id) REFERENCES "ExperimentType" (id, beamtime_id) ON DELETE CASCADE
);
COMMENT ON TABLE "DataSet" IS 'The values that runs of an experiment type are looked for by.';
COMMENT ON COLUMN "DataSet".beamtime_id IS 'That of the experiment type; found by itself.';
COMMENT ON COLUMN "DataSet".attributi IS 'The values {name: value} of the experiment type''s attributi.';
CREATE INDEX "DataSet_experiment_type_id" ON "DataSet" (experiment_type_id);
CREATE INDEX "DataSet_beamtime_id" ON "DataSet" (beamtime_id);

CREATE FUNCTION begin_data_set() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    SELECT beamtime_id INTO NEW.beamtime_id FROM "ExperimentType" WHERE id = NEW.experiment_type_id;
    IF NEW.attributi <> '{}' THEN
        NEW.attributi := coalesce(
            (SELECT jsonb_object_agg(a.name, false) FROM "ExperimentHasAttributo" AS h JOIN "Attributo" AS a ON a.id = h.attributo_id
             WHERE h.experiment_type_id = NEW.experiment_type_id AND a.json_schema ->> 'type' = 'boolean'), '{}') || NEW.attributi;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION begin_data_set() IS
    'Trigger: a data set is in the beamtime of its experiment type; what is yes or no, and not given, is no.';

CREATE FUNCTION check_data_set(data_set_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    checked "DataSet";
    wanted text[];
    faults text;
    other int4;
BEGIN
    SELECT * INTO checked FROM "DataSet" WHERE id = data_set_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- The row is written, not only locked: of two data sets at once the second sees the first or fails.
    UPDATE "ExperimentType" SET name = name WHERE id = checked.experiment_type_id;
    wanted := ARRAY(SELECT a.name::text FROM "ExperimentHasAttributo" AS h JOIN "Attributo" AS a ON a.id = h.attributo_id
        WHERE h.experiment_type_id = checked.experiment_type_id);
    SELECT string_agg(fault, '; ' ORDER BY fault) INTO faults FROM (
        SELECT format('"%s" is missing', w) FROM unnest(wanted) AS w WHERE NOT checked.attributi ? w
        UNION ALL SELECT format('"%s" is none of the experiment type', k) FROM jsonb_object_keys(checked.attributi) AS k
            WHERE k <> ALL (wanted)
        UNION ALL SELECT 'there is no value' WHERE checked.attributi = '{}') AS f (fault);
    IF faults IS NOT NULL THEN
        RAISE 'a data set has a value for each attributo of its experiment type' USING ERRCODE = '23514',
            DETAIL = format('Here %s.', faults);
    END IF;
    SELECT min(d.id) INTO other FROM "DataSet" AS d
    WHERE d.experiment_type_id = checked.experiment_type_id AND d.id <> checked.id
        AND quire.attributes_match(attributo_types(checked.beamtime_id), checked.attributi, d.attributi);
    IF other IS NOT NULL THEN
        RAISE 'data set % is the same, within the tolerances', other USING ERRCODE = '23505';
    END IF;
END $$;
COMMENT ON FUNCTION check_data_set(int4) IS
    'An error unless the data set has all values of its experiment type, and differs from every other.';

CREATE FUNCTION check_changed_data_set() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- Values that are gone went with their attributo or their chemical.
    IF TG_OP = 'INSERT' OR NEW.experiment_type_id <> OLD.experiment_type_id OR EXISTS (
            SELECT FROM jsonb_each(NEW.attributi) AS n WHERE OLD.attributi -> n.key IS DISTINCT FROM n.value) THEN
        PERFORM check_data_set(NEW.id);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION check_changed_data_set() IS
    'Trigger: at once when the values come with the data set, else at the end of the transaction, it is a good one.';

CREATE TRIGGER begin_data_set BEFORE INSERT ON "DataSet" FOR EACH ROW EXECUTE FUNCTION begin_data_set();
CREATE TRIGGER check_chemicals BEFORE INSERT OR UPDATE OF attributi ON "DataSet" FOR EACH ROW EXECUTE FUNCTION check_chemicals();
CREATE TRIGGER check_whole_data_set AFTER INSERT ON "DataSet"
    FOR EACH ROW WHEN (NEW.attributi <> '{}') EXECUTE FUNCTION check_changed_data_set();
CREATE CONSTRAINT TRIGGER check_empty_data_set AFTER INSERT ON "DataSet" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.attributi = '{}') EXECUTE FUNCTION check_changed_data_set();
CREATE CONSTRAINT TRIGGER check_changed_data_set AFTER UPDATE OF attributi, experiment_type_id ON "DataSet" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION check_changed_data_set();
CREATE TRIGGER forget_in_data_sets AFTER DELETE ON "Chemical" FOR EACH ROW EXECUTE FUNCTION forget_chemical('DataSet');
SELECT keep_attributi('DataSet', 'data_set_id', 'RUN');

CREATE VIEW data_set_runs WITH (security_invoker) AS
SELECT d.beamtime_id, d.id AS data_set_id, r.id AS run_id, r.external_id
FROM "DataSet" AS d
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(a.name, a.json_schema::jsonb), '{}') AS types FROM "Attributo" AS a
    WHERE a.beamtime_id = d.beamtime_id AND d.attributi ? a.name) AS t
JOIN "Run" AS r ON r.experiment_type_id = d.experiment_type_id AND quire.attributes_match(t.types, d.attributi, r.attributi);
COMMENT ON VIEW data_set_runs IS
    'Which runs belong to which data sets: those of its experiment type whose values are the same, decimals within their tolerance.';

CREATE FUNCTION create_data_set(experiment_type_id int4, attributi jsonb) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    made int4;
BEGIN
    INSERT INTO "DataSet" AS d (experiment_type_id, attributi) VALUES (create_data_set.experiment_type_id, create_data_set.attributi)
    RETURNING d.id INTO made;
    IF attributi = '{}' THEN
        PERFORM check_data_set(made);
    END IF;
    RETURN made;
END $$;
COMMENT ON FUNCTION create_data_set(int4, jsonb) IS
    'A data set of these values {name: value}; its id. An error when there is one that they match.';

CREATE FUNCTION data_set_of_run(run_id int4) RETURNS int4 LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT min(d.data_set_id) FROM data_set_runs AS d WHERE d.run_id = data_set_of_run.run_id
$$;
COMMENT ON FUNCTION data_set_of_run(int4) IS 'The data set that a run belongs to; of several, which tolerances allow, the first.';

CREATE FUNCTION data_set_from_run(run_id int4) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    source "Run";
    known int4;
BEGIN
    SELECT * INTO source FROM "Run" WHERE id = run_id;
    IF NOT FOUND THEN
        RAISE 'there is no run with the id %', run_id USING ERRCODE = 'P0002';
    END IF;
    UPDATE "ExperimentType" SET name = name WHERE id = source.experiment_type_id;
    known := data_set_of_run(run_id);
    IF known IS NULL THEN
        known := create_data_set(source.experiment_type_id, coalesce(
            (SELECT jsonb_object_agg(a.name, coalesce(source.attributi -> a.name,
                CASE a.json_schema ->> 'type' WHEN 'boolean' THEN 'false'::jsonb END))
             FROM "ExperimentHasAttributo" AS h JOIN "Attributo" AS a ON a.id = h.attributo_id
             WHERE h.experiment_type_id = source.experiment_type_id
                 AND (source.attributi ? a.name OR a.json_schema ->> 'type' = 'boolean')), '{}'));
    END IF;
    RETURN known;
END $$;
COMMENT ON FUNCTION data_set_from_run(int4) IS 'The data set that a run belongs to, made from its values when there is none; its id.';

CREATE FUNCTION save_run(beamtime_id int4, external_id int4, attributi jsonb DEFAULT '{}', files jsonb DEFAULT '[]',
    started timestamp DEFAULT NULL, stopped timestamp DEFAULT NULL, create_data_set bool DEFAULT false) RETURNS "Run"
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    saved "Run";
BEGIN
    LOOP
        UPDATE "Run" AS r SET attributi = r.attributi || save_run.attributi, started = coalesce(save_run.started, r.started),
            stopped = coalesce(save_run.stopped, r.stopped)
        WHERE r.beamtime_id = save_run.beamtime_id AND r.external_id = save_run.external_id RETURNING * INTO saved;
        EXIT WHEN FOUND;
        BEGIN
            INSERT INTO "Run" AS r (beamtime_id, external_id, attributi, started, stopped)
            VALUES (save_run.beamtime_id, save_run.external_id, save_run.attributi, coalesce(save_run.started, utc_now()), save_run.stopped)
            RETURNING * INTO saved;
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            -- Somebody was faster; or it is another key, and an error.
            PERFORM FROM "Run" AS r WHERE r.beamtime_id = save_run.beamtime_id AND r.external_id = save_run.external_id;
            IF NOT FOUND THEN
                RAISE;
            END IF;
        END;
    END LOOP;
    PERFORM add_run_files(saved.id, files);
    IF create_data_set THEN
        PERFORM data_set_from_run(saved.id);
    END IF;
    RETURN saved;
END $$;
COMMENT ON FUNCTION save_run(int4, int4, jsonb, jsonb, timestamp, timestamp, bool) IS
    'The run of this number is made or changed: given attributi, start and end replace what there is, files are added.';
-- down
DROP FUNCTION save_run(int4, int4, jsonb, jsonb, timestamp, timestamp, bool), data_set_from_run(int4), data_set_of_run(int4),
    create_data_set(int4, jsonb);
DROP VIEW data_set_runs, "DataSetHasAttributoValue";
DROP TRIGGER "fit_values_of_DataSet" ON "Attributo";
DROP TRIGGER "drop_values_of_DataSet" ON "Attributo";
DROP TRIGGER forget_in_data_sets ON "Chemical";
DROP TABLE "DataSet";
DROP FUNCTION check_changed_data_set(), check_data_set(int4), begin_data_set();
