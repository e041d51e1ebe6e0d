-- Merging of indexing results, its figures of merit, and refinement.

CREATE TABLE "MergeResult" (
    id serial PRIMARY KEY,
    created timestamp(3) NOT NULL DEFAULT utc_now(),
    recent_log text NOT NULL DEFAULT '',
    negative_handling varchar(6) CHECK (negative_handling IN ('IGNORE', 'ZERO')),
    job_status varchar(7) NOT NULL DEFAULT 'QUEUED' CHECK (job_status IN ('QUEUED', 'RUNNING', 'DONE')),
    started timestamp(3),
    stopped timestamp(3),
    point_group varchar(32) NOT NULL,
    space_group varchar(32),
    cell_description varchar(255) NOT NULL,
    job_id int4,
    job_error text,
    mtz_file_id int4 REFERENCES "File" ON DELETE CASCADE,
    input_merge_model varchar(7) NOT NULL DEFAULT 'UNITY' CHECK (input_merge_model IN ('UNITY', 'XSPHERE', 'OFFSET', 'GGPM')),
    input_scale_intensities varchar(10) NOT NULL DEFAULT 'OFF' CHECK (input_scale_intensities IN ('OFF', 'NORMAL', 'DEBYEWALLER')),
    input_post_refinement bool NOT NULL DEFAULT false,
    input_iterations int4 NOT NULL DEFAULT 3 CHECK (input_iterations >= 0),
    input_polarisation_angle int4,
    input_polarisation_percent int4,
    input_start_after int4,
    input_stop_after int4,
    input_rel_b float8 NOT NULL DEFAULT 1,
    input_no_pr bool,
    input_force_bandwidth float8,
    input_force_radius float8,
    input_force_lambda float8,
    input_no_delta_cc_half bool NOT NULL DEFAULT false,
    input_max_adu float8,
    input_min_measurements int4 NOT NULL DEFAULT 2,
    input_logs bool NOT NULL DEFAULT true,
    input_min_res float8,
    input_push_res float8,
    input_w varchar(255),
    fom_snr float8,
    fom_wilson float8,
    fom_ln_k float8,
    fom_discarded_reflections int4,
    fom_one_over_d_from float8,
    fom_one_over_d_to float8,
    fom_redundancy float8,
    fom_completeness float8,
    fom_measurements_total int4,
    fom_reflections_total int4,
    fom_reflections_possible int4,
    fom_r_split float8,
    fom_r1i float8,
    fom_2 float8,
    fom_cc float8,
    fom_ccstar float8,
    fom_ccano float8,
    fom_crdano float8,
    fom_rano float8,
    fom_rano_over_r_split float8,
    fom_d1sig float8,
    fom_d2sig float8,
    fom_outer_resolution float8,
    fom_outer_ccstar float8,
    fom_outer_r_split float8,
    fom_outer_cc float8,
    fom_outer_unique_reflections int4,
    fom_outer_completeness float8,
    fom_outer_redundancy float8,
    fom_outer_snr float8,
    fom_outer_min_res float8,
    fom_outer_max_res float8,
    ambigator_command_line text,
    ambigator_fg_graph_file_id int4 REFERENCES "File" ON DELETE CASCADE,
    cutoff_lowres float8,
    cutoff_highres varchar(255) CHECK (cutoff_highres ~ '^[0-9]+(\.[0-9]+)?(,[0-9]+(\.[0-9]+)?){0,2}$'),
    CONSTRAINT only_done_jobs_fail CHECK (job_error IS NULL OR job_status = 'DONE')
);
COMMENT ON TABLE "MergeResult" IS 'Indexing results put together: with what (input_), how far, and how good it is (fom_).';
COMMENT ON COLUMN "MergeResult".cutoff_highres IS 'One to three numbers, with commas.';
CREATE INDEX "MergeResult_mtz_file_id" ON "MergeResult" (mtz_file_id);
CREATE INDEX "MergeResult_graph_file_id" ON "MergeResult" (ambigator_fg_graph_file_id);
CREATE TRIGGER check_status BEFORE INSERT OR UPDATE ON "MergeResult" FOR EACH ROW EXECUTE FUNCTION
    quire.check_state('job_status', '* -> QUEUED | RUNNING | DONE, QUEUED -> RUNNING | DONE, RUNNING -> DONE');

CREATE TABLE "MergeResultHasIndexingResult" (
    merge_result_id int4 REFERENCES "MergeResult" ON DELETE CASCADE,
    indexing_result_id int4 REFERENCES "IndexingResult" ON DELETE CASCADE,
    PRIMARY KEY (merge_result_id, indexing_result_id)
);
COMMENT ON TABLE "MergeResultHasIndexingResult" IS 'What was merged.';
CREATE INDEX "MergeResultHasIndexingResult_indexing_result_id" ON "MergeResultHasIndexingResult" (indexing_result_id);

CREATE TABLE "MergeResultShellFom" (
    id serial PRIMARY KEY,
    merge_result_id int4 NOT NULL REFERENCES "MergeResult" ON DELETE CASCADE,
    one_over_d_centre float8 NOT NULL,
    nref int4 NOT NULL,
    d_over_a float8 NOT NULL,
    min_res float8 NOT NULL,
    max_res float8 NOT NULL,
    cc float8 NOT NULL,
    ccstar float8 NOT NULL,
    r_split float8 NOT NULL,
    reflections_possible int4 NOT NULL,
    completeness float8 NOT NULL,
    measurements int4 NOT NULL,
    redundancy float8 NOT NULL,
    snr float8 NOT NULL,
    mean_i float8 NOT NULL
);
COMMENT ON TABLE "MergeResultShellFom" IS 'Figures of merit by shell of resolution.';
CREATE INDEX "MergeResultShellFom_merge_result_id" ON "MergeResultShellFom" (merge_result_id);

CREATE TABLE "RefinementResult" (
    id serial PRIMARY KEY,
    merge_result_id int4 NOT NULL REFERENCES "MergeResult" ON DELETE CASCADE,
    pdb_file_id int4 NOT NULL REFERENCES "File" ON DELETE CASCADE,
    mtz_file_id int4 NOT NULL REFERENCES "File" ON DELETE CASCADE,
    r_free float8 NOT NULL,
    r_work float8 NOT NULL,
    rms_bond_angle float8 NOT NULL,
    rms_bond_length float8 NOT NULL
);
COMMENT ON TABLE "RefinementResult" IS 'Structures refined from merged data.';
CREATE INDEX "RefinementResult_merge_result_id" ON "RefinementResult" (merge_result_id);
CREATE INDEX "RefinementResult_pdb_file_id" ON "RefinementResult" (pdb_file_id);
CREATE INDEX "RefinementResult_mtz_file_id" ON "RefinementResult" (mtz_file_id);

CREATE FUNCTION merge_state(result "MergeResult") RETURNS text LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN result.job_status = 'QUEUED' THEN 'queued'
        WHEN result.job_status = 'RUNNING' THEN 'running'
        WHEN result.job_error IS NOT NULL OR result.fom_snr IS NULL THEN 'error' ELSE 'done' END
$$;
COMMENT ON FUNCTION merge_state("MergeResult") IS 'queued, running, error or done, as the API tells it; done has figures of merit.';

CREATE FUNCTION the_one(wanted text, "values" text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    known text[] := ARRAY(SELECT DISTINCT btrim(v) FROM unnest("values") AS v WHERE btrim(v) <> '' ORDER BY 1);
BEGIN
    IF cardinality(known) <> 1 THEN
        RAISE 'the chemicals of the runs have % %', CASE cardinality(known) WHEN 0 THEN 'no' ELSE 'more than one' END, wanted
            USING ERRCODE = '22000', DETAIL = format('Found: %s.', coalesce(nullif(array_to_string(known, ', '), ''), 'nothing'));
    END IF;
    RETURN known[1];
END $$;
COMMENT ON FUNCTION the_one(text, text[]) IS 'The only text, apart from blanks; an error when there is none, or several.';

CREATE FUNCTION merge_metadata(run_ids int4[], OUT point_group text, OUT cell_description text, OUT space_group text)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    groups text[];
    cells text[];
    spaces text[];
BEGIN
    SELECT array_agg(c.attributi ->> 'point group'), array_agg(c.attributi ->> 'cell description'),
        array_agg(DISTINCT btrim(c.attributi ->> 'space group'))
    INTO groups, cells, spaces
    FROM "Run" AS r JOIN "Attributo" AS a ON a.beamtime_id = r.beamtime_id AND a.json_schema ->> 'format' = 'chemical-id'
        AND r.attributi ? a.name
    JOIN "Chemical" AS c ON c.id = (r.attributi ->> a.name)::int4
    WHERE r.id = ANY (run_ids);
    point_group := the_one('point group', groups);
    cell_description := the_one('cell description', cells);
    IF array_to_string(spaces, '') <> '' THEN
        space_group := the_one('space group', spaces);
    END IF;
END $$;
COMMENT ON FUNCTION merge_metadata(int4[]) IS
    'Point group, cell description and, if any, space group that all chemicals of the runs agree on; an error when they do not.';

CREATE FUNCTION queue_merge(data_set_id int4, indexing_parameters_id int4, inputs jsonb DEFAULT '{}') RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    results int4[];
    runs int4[];
    merge_id int4;
BEGIN
    SELECT array_agg(i.id), array_agg(DISTINCT i.run_id) INTO results, runs
    FROM "IndexingParameters" AS wanted, data_set_runs AS d JOIN "IndexingResult" AS i ON i.run_id = d.run_id
    JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id
    WHERE wanted.id = queue_merge.indexing_parameters_id AND d.data_set_id = queue_merge.data_set_id AND same_parameters(p, wanted)
        AND i.job_status = 'DONE' AND i.job_error IS NULL;
    IF results IS NULL THEN
        RAISE 'data set % has no indexing results to merge', data_set_id USING ERRCODE = 'P0002',
            HINT = 'They must be done, without error, and with these parameters.';
    END IF;
    merge_id := quire.insert('"MergeResult"', (SELECT jsonb_strip_nulls(to_jsonb(m)) FROM merge_metadata(runs) AS m) || inputs) ->> 'id';
    INSERT INTO "MergeResultHasIndexingResult" SELECT merge_id, unnest(results);
    RETURN merge_id;
END $$;
COMMENT ON FUNCTION queue_merge(int4, int4, jsonb) IS
    'Queues a merge of what was indexed of a data set with equal parameters; inputs {input_merge_model: "UNITY", ...}; the id of the '
    'result.';

CREATE FUNCTION report_merge(merge_result_id int4, job_id int4 DEFAULT NULL, log text DEFAULT NULL,
    started timestamp DEFAULT NULL) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE "MergeResult" AS m SET job_status = 'RUNNING', job_id = coalesce(report_merge.job_id, m.job_id),
        recent_log = coalesce(log, m.recent_log),
        started = coalesce(report_merge.started, m.started, utc_now())
    WHERE m.id = merge_result_id AND m.job_status <> 'DONE';
    IF NOT FOUND THEN
        PERFORM require_job('MergeResult', merge_result_id);
        RETURN false;
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION report_merge(int4, int4, text, timestamp) IS 'A job runs; false, and nothing is changed, when it was over before.';

CREATE FUNCTION finish_merge(merge_result_id int4, error text DEFAULT NULL, log text DEFAULT NULL, results jsonb DEFAULT '{}',
    shells jsonb DEFAULT '[]', refinements jsonb DEFAULT '[]') RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    unknown text;
    columns text;
BEGIN
    SELECT string_agg(k, ', ' ORDER BY k) INTO unknown FROM jsonb_object_keys(results) AS k
    WHERE k !~ '^(fom_|(mtz|ambigator_fg_graph)_file_id$)' OR NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = '"MergeResult"'::regclass AND attname = k);
    IF unknown IS NOT NULL THEN
        RAISE 'these are no results of merging: %', unknown USING ERRCODE = '42703';
    END IF;
    UPDATE "MergeResult" AS m SET job_status = 'DONE', job_error = error, recent_log = coalesce(log, m.recent_log), stopped = utc_now(),
        started = coalesce(m.started, utc_now())
    WHERE m.id = finish_merge.merge_result_id AND m.job_status <> 'DONE';
    IF NOT FOUND THEN
        PERFORM require_job('MergeResult', merge_result_id);
        RETURN false;
    END IF;
    SELECT string_agg(quote_ident(k), ', ') INTO columns FROM jsonb_object_keys(results) AS k;
    IF columns IS NOT NULL THEN
        EXECUTE format('UPDATE "MergeResult" SET (%1$s) = (SELECT %1$s FROM jsonb_populate_record(NULL::"MergeResult", $2)) WHERE id = $1',
            columns)
        USING merge_result_id, results;
    END IF;
    PERFORM quire.insert('"MergeResultShellFom"', s || jsonb_build_object('merge_result_id', merge_result_id))
        FROM jsonb_array_elements(shells) AS s;
    PERFORM quire.insert('"RefinementResult"', s || jsonb_build_object('merge_result_id', merge_result_id))
        FROM jsonb_array_elements(refinements) AS s;
    RETURN true;
END $$;
COMMENT ON FUNCTION finish_merge(int4, text, text, jsonb, jsonb, jsonb) IS
    'A merge is over, by success with its figures {fom_snr, ...} or by an error, once; false, and nothing is changed, when it was before.';
-- down
DROP FUNCTION finish_merge(int4, text, text, jsonb, jsonb, jsonb), report_merge(int4, int4, text, timestamp),
    queue_merge(int4, int4, jsonb),
    merge_metadata(int4[]), the_one(text, text[]), merge_state("MergeResult");
DROP TABLE "RefinementResult", "MergeResultShellFom", "MergeResultHasIndexingResult", "MergeResult";
