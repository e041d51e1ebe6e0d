-- Indexing results, whose jobs only go forward, and what depends on the placeholders of geometries.

ALTER TABLE settings ADD COLUMN offline_jobs int4 NOT NULL DEFAULT 3 CHECK (offline_jobs > 0);
COMMENT ON COLUMN settings.offline_jobs IS 'How many jobs of offline indexing run at a time.';

CREATE TABLE "IndexingResult" (
    id serial PRIMARY KEY,
    created timestamp(3) NOT NULL DEFAULT utc_now(),
    run_id int4 NOT NULL REFERENCES "Run" ON DELETE CASCADE,
    stream_file text,
    program_version varchar(255),
    frames int4 CHECK (frames >= 0),
    hits int4 CHECK (hits >= 0),
    indexed_frames int4 NOT NULL DEFAULT 0 CHECK (indexed_frames >= 0),
    generated_geometry_id int4 REFERENCES "Geometry" ON DELETE CASCADE,
    job_id int4,
    job_status varchar(7) NOT NULL DEFAULT 'QUEUED' CHECK (job_status IN ('QUEUED', 'RUNNING', 'DONE')),
    job_error text,
    job_latest_log text,
    job_started timestamp(3),
    job_stopped timestamp(3),
    indexing_parameters_id int4 NOT NULL REFERENCES "IndexingParameters" ON DELETE CASCADE,
    unit_cell_histograms_file_id int4 REFERENCES "File" ON DELETE CASCADE,
    CONSTRAINT only_done_jobs_fail CHECK (job_error IS NULL OR job_status = 'DONE')
);
COMMENT ON TABLE "IndexingResult" IS 'The indexing of runs: what waits, what runs, and what came out.';
COMMENT ON COLUMN "IndexingResult".job_error IS 'What went wrong; NULL of a job that is done is success.';
CREATE INDEX "IndexingResult_run_id" ON "IndexingResult" (run_id);
CREATE INDEX "IndexingResult_parameters_id" ON "IndexingResult" (indexing_parameters_id);
CREATE INDEX "IndexingResult_geometry_id" ON "IndexingResult" (generated_geometry_id);
CREATE INDEX "IndexingResult_file_id" ON "IndexingResult" (unit_cell_histograms_file_id);
CREATE INDEX "IndexingResult_jobs" ON "IndexingResult" (id) WHERE job_status <> 'DONE';
CREATE TRIGGER check_status BEFORE INSERT OR UPDATE ON "IndexingResult" FOR EACH ROW EXECUTE FUNCTION
    quire.check_state('job_status', '* -> QUEUED | RUNNING | DONE, QUEUED -> RUNNING | DONE, RUNNING -> DONE');
CREATE TRIGGER keep_content_of_results BEFORE UPDATE OF content ON "Geometry"
    FOR EACH ROW WHEN (NEW.content <> OLD.content
        AND pg_trigger_depth() = 0) EXECUTE FUNCTION keep_used('IndexingResult', 'generated_geometry_id');
CREATE TRIGGER keep_parameters_of_results BEFORE UPDATE ON "IndexingParameters"
    FOR EACH ROW WHEN (NEW.* IS DISTINCT FROM OLD.*) EXECUTE FUNCTION keep_used('IndexingResult', 'indexing_parameters_id');

CREATE TABLE "GeometryTemplateReplacement" (
    id serial PRIMARY KEY,
    indexing_result_id int4 NOT NULL REFERENCES "IndexingResult" ON DELETE CASCADE,
    attributo_id int4 NOT NULL REFERENCES "Attributo" ON DELETE CASCADE,
    replacement text NOT NULL,
    UNIQUE (indexing_result_id, attributo_id)
);
COMMENT ON TABLE "GeometryTemplateReplacement" IS 'What stood in the geometry for its placeholders when the indexing was queued.';
CREATE INDEX "GeometryTemplateReplacement_attributo_id" ON "GeometryTemplateReplacement" (attributo_id);

CREATE TABLE "IndexingResultHasStatistic" (
    indexing_result_id int4 REFERENCES "IndexingResult" ON DELETE CASCADE,
    time timestamp NOT NULL DEFAULT utc_now(),
    frames int4 NOT NULL,
    hits int4 NOT NULL,
    indexed_frames int4 NOT NULL,
    indexed_crystals int4 NOT NULL,
    PRIMARY KEY (indexing_result_id, time)
);
COMMENT ON TABLE "IndexingResultHasStatistic" IS 'How far an indexing was, each time that its job reported.';

CREATE TABLE "AlignDetectorGroup" (
    id serial PRIMARY KEY,
    indexing_result_id int4 NOT NULL REFERENCES "IndexingResult" ON DELETE CASCADE,
    "group" varchar(255) NOT NULL,
    x_translation_mm float8 NOT NULL,
    y_translation_mm float8 NOT NULL,
    z_translation_mm float8,
    x_rotation_deg float8,
    y_rotation_deg float8,
    UNIQUE (indexing_result_id, "group")
);
COMMENT ON TABLE "AlignDetectorGroup" IS 'By how much an indexing found the detector''s panels moved.';

-- Placeholders --------------------------------------------------------------------------------------------------------

CREATE FUNCTION freeze_replacements() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- Locked, so that who changes the run waits, and is told that it has been queued; the table before, as by alter_attributo().
    LOCK TABLE "Run" IN ROW EXCLUSIVE MODE;
    PERFORM FROM "Run" WHERE id = NEW.run_id FOR NO KEY UPDATE;
    PERFORM FROM "IndexingParameters" AS p JOIN "Geometry" AS g ON g.id = p.geometry_id JOIN "Run" AS r ON r.id = NEW.run_id
    WHERE p.id = NEW.indexing_parameters_id AND g.beamtime_id <> r.beamtime_id;
    IF FOUND THEN
        RAISE 'the geometry is not of the run''s beamtime' USING ERRCODE = '23503', HINT = 'Copy it: copy_geometry().';
    END IF;
    INSERT INTO "GeometryTemplateReplacement" (indexing_result_id, attributo_id, replacement)
    SELECT NEW.id, a.id, replacement_text(a, r.attributi)
    FROM "IndexingParameters" AS p JOIN "GeometryReferencesAttributo" AS g ON g.geometry_id = p.geometry_id
    JOIN "Attributo" AS a ON a.id = g.attributo_id JOIN "Run" AS r ON r.id = NEW.run_id
    WHERE p.id = NEW.indexing_parameters_id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION freeze_replacements() IS 'Trigger: an indexing goes by the values that its run has when it is queued.';
CREATE TRIGGER freeze_replacements AFTER INSERT ON "IndexingResult" FOR EACH ROW EXECUTE FUNCTION freeze_replacements();

CREATE FUNCTION geometry_content(indexing_result_id int4) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT fill_in(g.content, coalesce((SELECT jsonb_object_agg(a.name, t.replacement) FROM "GeometryTemplateReplacement" AS t
        JOIN "Attributo" AS a ON a.id = t.attributo_id WHERE t.indexing_result_id = i.id), '{}'))
    FROM "IndexingResult" AS i JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id
        JOIN "Geometry" AS g ON g.id = p.geometry_id
    WHERE i.id = geometry_content.indexing_result_id
$$;
COMMENT ON FUNCTION geometry_content(int4) IS 'The geometry that a run is indexed with: its placeholders replaced.';

CREATE FUNCTION stale_results(run "Run", attributi jsonb) RETURNS SETOF int4 LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT DISTINCT i.id FROM "IndexingResult" AS i JOIN "GeometryTemplateReplacement" AS t ON t.indexing_result_id = i.id
    JOIN "Attributo" AS a ON a.id = t.attributo_id
    WHERE i.run_id = run.id AND run.attributi -> a.name IS DISTINCT FROM attributi -> a.name
        AND replacement_text(a, attributi) <> t.replacement
    ORDER BY 1
$$;
COMMENT ON FUNCTION stale_results("Run", jsonb) IS
    'The indexing results of a run whose geometry would be another one with these attributi.';

CREATE FUNCTION keep_replacements() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    results int4[] := ARRAY(SELECT stale_results(OLD, NEW.attributi));
BEGIN
    IF current_setting('transaction_isolation') NOT LIKE 'read %' AND EXISTS (
            SELECT FROM "GeometryReferencesAttributo" AS g JOIN "Attributo" AS a ON a.id = g.attributo_id
            WHERE a.beamtime_id = NEW.beamtime_id AND OLD.attributi -> a.name IS DISTINCT FROM NEW.attributi -> a.name) THEN
        PERFORM require_read_committed('values that geometries have are not changed');
    END IF;
    IF cardinality(results) > 0 THEN
        RAISE 'run % was indexed with the values that it has', OLD.external_id USING ERRCODE = '55006',
            DETAIL = format('Indexing results whose geometry has them: %s.', array_to_string(results, ', ')),
            HINT = 'change_run(..., delete_dependent_objects => true) deletes these.';
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION keep_replacements() IS 'Trigger: what a run was indexed with stays, as long as the results do.';
CREATE TRIGGER keep_replacements AFTER UPDATE OF attributi ON "Run"
    FOR EACH ROW WHEN (NEW.attributi <> OLD.attributi) EXECUTE FUNCTION keep_replacements();

CREATE FUNCTION change_run(run_id int4, attributi jsonb DEFAULT '{}', experiment_type_id int4 DEFAULT NULL, files jsonb DEFAULT NULL,
    delete_dependent_objects bool DEFAULT false) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    run "Run";
    deleted int4 := 0;
BEGIN
    LOCK TABLE "Run" IN ROW EXCLUSIVE MODE;
    SELECT * INTO run FROM "Run" AS r WHERE r.id = change_run.run_id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no run with the id %', run_id USING ERRCODE = 'P0002';
    END IF;
    IF delete_dependent_objects THEN
        DELETE FROM "IndexingResult" WHERE id IN (SELECT stale_results(run, run.attributi || change_run.attributi));
        GET DIAGNOSTICS deleted = ROW_COUNT;
    END IF;
    PERFORM change_runs(ARRAY[change_run.run_id], change_run.attributi, change_run.experiment_type_id);
    IF files IS NOT NULL THEN
        DELETE FROM "RunHasFiles" AS f WHERE f.run_id = change_run.run_id;
        PERFORM add_run_files(change_run.run_id, files);
    END IF;
    RETURN deleted;
END $$;
COMMENT ON FUNCTION change_run(int4, jsonb, int4, jsonb, bool) IS
    'Given attributi, experiment type and files of a run replace those it has; how many indexing results went, where they may.';

-- Queueing ------------------------------------------------------------------------------------------------------------

CREATE FUNCTION indexing_metadata(run_id int4, OUT chemical_id int4, OUT cell_description text, OUT point_group text)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT c.id, nullif(btrim(c.attributi ->> 'cell description'), ''), nullif(btrim(c.attributi ->> 'point group'), '')
    FROM "Run" AS r JOIN "Attributo" AS a ON a.beamtime_id = r.beamtime_id AND a.json_schema ->> 'format' = 'chemical-id'
        AND r.attributi ? a.name
    JOIN "Chemical" AS c ON c.id = (r.attributi ->> a.name)::int4,
    LATERAL (SELECT btrim(c.attributi ->> 'cell description') <> '' AND btrim(c.attributi ->> 'point group') <> '' AS is_whole) AS m
    WHERE r.id = indexing_metadata.run_id AND (coalesce(m.is_whole, false) OR c.type = 'CRYSTAL')
    ORDER BY coalesce(m.is_whole, false) DESC, a.id LIMIT 1
$$;
COMMENT ON FUNCTION indexing_metadata(int4) IS
    'By which chemical a run is indexed: the first with point group and cell description, else the first crystal; all NULL when there is '
    'none.';

CREATE FUNCTION queue_online_indexing() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    settings "UserConfiguration" := current_configuration(NEW.beamtime_id);
    metadata record;
    hindrance text;
    parameters_id int4;
BEGIN
    IF NOT settings.use_online_crystfel THEN
        RETURN NULL;
    END IF;
    SELECT * INTO metadata FROM indexing_metadata(NEW.id);
    IF metadata.chemical_id IS NULL THEN
        hindrance := 'it has no chemical to go by';
    ELSIF EXISTS (SELECT FROM "IndexingParameters" AS p JOIN "Geometry" AS g ON g.id = p.geometry_id
            WHERE p.id = settings.current_online_indexing_parameters_id AND g.beamtime_id <> NEW.beamtime_id) THEN
        hindrance := 'the geometry that is set is of another beamtime';
    END IF;
    IF hindrance IS NOT NULL THEN
        PERFORM create_event(NEW.beamtime_id, 'API', format('run %s is not indexed: %s', NEW.external_id, hindrance), 'warning');
        RETURN NULL;
    END IF;
    INSERT INTO "IndexingParameters" (is_online, cell_description, geometry_id, command_line, source)
    SELECT true, metadata.cell_description, p.geometry_id, coalesce(p.command_line, ''), coalesce(p.source, 'raw')
    FROM (VALUES (settings.current_online_indexing_parameters_id)) AS s (id) LEFT JOIN "IndexingParameters" AS p USING (id)
    RETURNING id INTO parameters_id;
    INSERT INTO "IndexingResult" (run_id, indexing_parameters_id) VALUES (NEW.id, parameters_id);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION queue_online_indexing() IS
    'Trigger: a run that begins is queued for online indexing where that is on; an event tells when it cannot be.';
CREATE TRIGGER queue_online_indexing AFTER INSERT ON "Run" FOR EACH ROW WHEN (NEW.stopped IS NULL) EXECUTE FUNCTION queue_online_indexing();

CREATE FUNCTION same_parameters(a "IndexingParameters", b "IndexingParameters") RETURNS bool LANGUAGE sql IMMUTABLE
    SET search_path FROM CURRENT AS $$
    SELECT (a.is_online, a.cell_description, a.geometry_id, a.command_line, a.source)
        IS NOT DISTINCT FROM (b.is_online, b.cell_description, b.geometry_id, b.command_line, b.source)
$$;
COMMENT ON FUNCTION same_parameters("IndexingParameters", "IndexingParameters") IS 'Do two indexings do the same?';

CREATE FUNCTION queue_indexing(data_set_id int4, command_line text DEFAULT '', geometry_id int4 DEFAULT NULL,
    cell_description text DEFAULT NULL,
    source text DEFAULT 'raw', is_online bool DEFAULT false) RETURNS int4[] LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    parameters "IndexingParameters";
    queued int4[];
BEGIN
    LOCK TABLE "Run" IN ROW EXCLUSIVE MODE;
    PERFORM lock_beamtime(d.beamtime_id) FROM "DataSet" AS d WHERE d.id = data_set_id;
    IF NOT FOUND THEN
        RAISE 'there is no data set with the id %', data_set_id USING ERRCODE = 'P0002';
    END IF;
    INSERT INTO "IndexingParameters" AS p (is_online, cell_description, geometry_id, command_line, source)
    VALUES (queue_indexing.is_online, queue_indexing.cell_description, queue_indexing.geometry_id, queue_indexing.command_line,
        queue_indexing.source)
    RETURNING * INTO parameters;
    WITH made AS (
        INSERT INTO "IndexingResult" (run_id, indexing_parameters_id)
        SELECT r.id, parameters.id FROM data_set_runs AS d JOIN "Run" AS r ON r.id = d.run_id
        WHERE d.data_set_id = queue_indexing.data_set_id
            AND EXISTS (SELECT FROM "RunHasFiles" AS f WHERE f.run_id = r.id AND f.source = queue_indexing.source)
            AND NOT EXISTS (
                SELECT FROM "IndexingResult" AS i JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id
                WHERE i.run_id = r.id AND i.job_error IS NULL AND same_parameters(p, parameters) AND NOT EXISTS (
                    SELECT FROM "GeometryTemplateReplacement" AS t JOIN "Attributo" AS a ON a.id = t.attributo_id
                    WHERE t.indexing_result_id = i.id AND t.replacement <> replacement_text(a, r.attributi)))
        ORDER BY r.external_id
        RETURNING id)
    SELECT array_agg(id ORDER BY id) INTO queued FROM made;
    IF queued IS NULL THEN
        RAISE 'data set % has no run that is still to be indexed so', data_set_id USING ERRCODE = 'P0002',
            HINT = 'Its runs have been, or have no files of this source.';
    END IF;
    RETURN queued;
END $$;
COMMENT ON FUNCTION queue_indexing(int4, text, int4, text, text, bool) IS
    'Queues the runs of a data set that have not been indexed with these parameters; the ids of their results.';

-- Jobs ----------------------------------------------------------------------------------------------------------------

CREATE FUNCTION next_indexing(online bool DEFAULT false) RETURNS SETOF "IndexingResult" LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NOT online THEN
        -- Written, not only locked: daemons take turns, so that all see how many run.
        UPDATE settings SET only_row = only_row;
        IF (SELECT count(*) >= max(s.offline_jobs) FROM settings AS s JOIN "IndexingResult" AS i ON i.job_status = 'RUNNING'
            JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id AND NOT p.is_online) THEN
            RETURN;
        END IF;
    END IF;
    RETURN QUERY UPDATE "IndexingResult" SET job_status = 'RUNNING', job_started = utc_now() WHERE id = (
        SELECT i.id FROM "IndexingResult" AS i JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id
        WHERE i.job_status = 'QUEUED' AND p.is_online = online ORDER BY i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED)
    RETURNING *;
END $$;
COMMENT ON FUNCTION next_indexing(bool) IS 'Takes the job that waits longest; none while as many offline jobs run as may.';

CREATE FUNCTION require_job(job_table text, job_id int4) RETURNS void LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    is_there bool;
BEGIN
    EXECUTE format('SELECT true FROM %I WHERE id = $1', job_table) INTO is_there USING job_id;
    IF is_there IS NULL THEN
        RAISE 'there is no job % in "%"', job_id, job_table USING ERRCODE = 'P0002';
    END IF;
END $$;
COMMENT ON FUNCTION require_job(text, int4) IS 'An error unless there is this job, be it over or not.';

CREATE FUNCTION report_indexing(indexing_result_id int4, frames int4, hits int4, indexed_frames int4, indexed_crystals int4 DEFAULT 0,
    job_id int4 DEFAULT NULL, stream_file text DEFAULT NULL, log text DEFAULT NULL, started timestamp DEFAULT NULL) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- A report that was overtaken by a later one counts fewer frames, and sets nothing back.
    UPDATE "IndexingResult" AS i SET job_status = 'RUNNING', job_id = coalesce(report_indexing.job_id, i.job_id),
        stream_file = coalesce(report_indexing.stream_file, i.stream_file), job_latest_log = coalesce(log, i.job_latest_log),
        job_started = coalesce(started, i.job_started),
        (frames, hits, indexed_frames) = (SELECT f, h, x FROM (VALUES (i.frames, i.hits, i.indexed_frames),
            (report_indexing.frames, report_indexing.hits, report_indexing.indexed_frames)) AS v (f, h, x)
                ORDER BY f DESC NULLS LAST, h DESC, x DESC LIMIT 1)
    WHERE i.id = indexing_result_id AND i.job_status <> 'DONE';
    IF NOT FOUND THEN
        PERFORM require_job('IndexingResult', indexing_result_id);
        RETURN false;
    END IF;
    INSERT INTO "IndexingResultHasStatistic" AS s (indexing_result_id, frames, hits, indexed_frames, indexed_crystals)
    VALUES (report_indexing.indexing_result_id, report_indexing.frames, report_indexing.hits, report_indexing.indexed_frames,
        report_indexing.indexed_crystals);
    RETURN true;
END $$;
COMMENT ON FUNCTION report_indexing(int4, int4, int4, int4, int4, int4, text, text, timestamp) IS
    'A job tells how far it is; false, and nothing is changed, when it was over before.';

CREATE FUNCTION finish_indexing(indexing_result_id int4, error text DEFAULT NULL, log text DEFAULT NULL, results jsonb DEFAULT '{}',
    align_detector_groups jsonb DEFAULT '[]', generated_geometry text DEFAULT NULL) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    finished "IndexingResult";
    unknown text;
BEGIN
    SELECT string_agg(k, ', ' ORDER BY k) INTO unknown FROM jsonb_object_keys(results) AS k
    WHERE k NOT IN ('program_version', 'stream_file', 'frames', 'hits', 'indexed_frames', 'unit_cell_histograms_file_id');
    IF unknown IS NOT NULL THEN
        RAISE 'these are no results of indexing: %', unknown USING ERRCODE = '42703';
    END IF;
    UPDATE "IndexingResult" AS i SET job_status = 'DONE', job_error = error, job_latest_log = coalesce(log, i.job_latest_log),
        job_stopped = utc_now(), job_started = coalesce(i.job_started, utc_now()),
            program_version = coalesce(r.program_version, i.program_version),
        stream_file = coalesce(r.stream_file, i.stream_file), frames = coalesce(r.frames, i.frames), hits = coalesce(r.hits, i.hits),
        indexed_frames = coalesce(r.indexed_frames, i.indexed_frames),
        unit_cell_histograms_file_id = coalesce(r.unit_cell_histograms_file_id, i.unit_cell_histograms_file_id)
    FROM jsonb_populate_record(NULL::"IndexingResult", results) AS r
    WHERE i.id = finish_indexing.indexing_result_id AND i.job_status <> 'DONE' RETURNING i.* INTO finished;
    IF NOT FOUND THEN
        PERFORM require_job('IndexingResult', indexing_result_id);
        RETURN false;
    END IF;
    INSERT INTO "AlignDetectorGroup" (indexing_result_id, "group", x_translation_mm, y_translation_mm, z_translation_mm, x_rotation_deg,
        y_rotation_deg)
    SELECT finished.id, g."group", g.x_translation_mm, g.y_translation_mm, g.z_translation_mm, g.x_rotation_deg, g.y_rotation_deg
    FROM jsonb_populate_recordset(NULL::"AlignDetectorGroup", align_detector_groups) AS g;
    IF generated_geometry IS NOT NULL THEN
        WITH made AS (
            INSERT INTO "Geometry" (beamtime_id, name, content)
            SELECT r.beamtime_id, format('run %s, by indexing result %s', r.external_id, finished.id), generated_geometry
            FROM "Run" AS r WHERE r.id = finished.run_id RETURNING id)
        UPDATE "IndexingResult" SET generated_geometry_id = made.id FROM made WHERE "IndexingResult".id = finished.id;
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION finish_indexing(int4, text, text, jsonb, jsonb, text) IS
    'A job is over, by success or by an error, once; false, and nothing is changed, when it was before.';

CREATE FUNCTION indexing_rates(indexing_result_ids int4[], OUT hit_rate float8, OUT indexing_rate float8, OUT indexed_frames int8)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT avg(coalesce(100.0::float8 * i.hits / nullif(i.frames, 0), 0)),
        avg(coalesce(100.0::float8 * i.indexed_frames / nullif(i.hits, 0), 0)),
        sum(i.indexed_frames)
    FROM "IndexingResult" AS i WHERE i.id = ANY (indexing_result_ids)
$$;
COMMENT ON FUNCTION indexing_rates(int4[]) IS
    'Hits by frames, and indexed frames by hits, in percent: the mean of some results; how many frames were indexed.';
-- down
DROP FUNCTION indexing_rates(int4[]), finish_indexing(int4, text, text, jsonb, jsonb, text),
    report_indexing(int4, int4, int4, int4, int4, int4, text, text, timestamp), require_job(text, int4), next_indexing(bool),
    queue_indexing(int4, text, int4, text, text, bool), same_parameters("IndexingParameters", "IndexingParameters"),
    indexing_metadata(int4), change_run(int4, jsonb, int4, jsonb, bool), stale_results("Run", jsonb), geometry_content(int4);
DROP TRIGGER queue_online_indexing ON "Run";
DROP TRIGGER keep_replacements ON "Run";
DROP TRIGGER keep_content_of_results ON "Geometry";
DROP TRIGGER keep_parameters_of_results ON "IndexingParameters";
DROP TABLE "AlignDetectorGroup", "IndexingResultHasStatistic", "GeometryTemplateReplacement", "IndexingResult";
DROP FUNCTION queue_online_indexing(), keep_replacements(), freeze_replacements();
ALTER TABLE settings DROP COLUMN offline_jobs;
