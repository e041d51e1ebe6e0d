-- The model beamtime: geometries, indexing and its jobs, merging, the example.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(86);
SELECT quire.create_model('beamtime', 'b');
SET LOCAL search_path = public, b;
INSERT INTO "Beamtime" (external_id, proposal, beamline, title, start, "end") VALUES ('11', 'p', 'P11', 'One', '2024-01-01', '2024-01-02'), ('12', 'p', 'P11', 'Two', '2025-01-01', '2025-01-02');
INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES
    (1, 'energy', 'RUN', '{"type": "number"}'), (1, 'sample', 'RUN', '{"type": "integer", "format": "chemical-id"}'), (1, 'dark', 'RUN', '{"type": "boolean"}'),
    (1, 'a.b+c', 'RUN', '{"type": "string"}'), (1, 'motors', 'RUN', '{"type": "array", "item_type": "number"}'),
    (1, 'cell description', 'CHEMICAL', '{"type": "string"}'), (1, 'point group', 'CHEMICAL', '{"type": "string"}'), (1, 'space group', 'CHEMICAL', '{"type": "string"}'),
    (2, 'energy', 'RUN', '{"type": "number"}'), (1, 'second', 'RUN', '{"type": "integer", "format": "chemical-id"}');
INSERT INTO "Chemical" (beamtime_id, name, type, attributi) VALUES (1, 'lyso', 'CRYSTAL', '{"cell description": "c1", "point group": " 4/mmm "}'), (1, 'bare', 'CRYSTAL', '{}'),
    (1, 'water', 'SOLUTION', '{}'), (1, 'other', 'SOLUTION', '{"cell description": "c2", "point group": "222", "space group": "P1"}');
SELECT create_experiment_type(1, 'scan', '{"energy": "crystal"}');
SELECT set_user_configuration(1, 'current-experiment-type-id', '1');
SELECT create_data_set(1, '{"energy": 5}');
CREATE FUNCTION pg_temp.content(wanted int) RETURNS text LANGUAGE sql AS 'SELECT content FROM "Geometry" WHERE id = wanted';
CREATE FUNCTION pg_temp.result(wanted int) RETURNS "IndexingResult" LANGUAGE sql AS 'SELECT i FROM "IndexingResult" AS i WHERE id = wanted';

-- Geometries.
INSERT INTO "Geometry" (beamtime_id, name, content) VALUES (1, 'text', 'e={{energy}} {{ a.b+c }} s={{sample}} d={{dark}} m={{motors}} e={{energy}}'), (1, 'file', '/gpfs/eiger.geom');
SELECT is((SELECT string_agg(geometry_type, ' ' ORDER BY id) FROM "Geometry"), 'CRYSTFEL_STRING CRYSTFEL_FILE', 'a path is a file, all else a text');
SELECT is_empty($$ SELECT FROM "Geometry" WHERE hash <> encode(sha256(convert_to(content, 'UTF8')), 'hex') $$, 'hashes are right');
SELECT is((SELECT count(*) FROM "GeometryReferencesAttributo"), 5::bigint, 'placeholders are known');
SELECT throws_ok($$ INSERT INTO "Geometry" (beamtime_id, name, content) VALUES (1, 'text', '') $$, '23505', NULL, 'names are unique');
SELECT is(test.fault($$ INSERT INTO "Geometry" (beamtime_id, name, content) VALUES (1, 'x', '{{enrgy}} {{energy}} {{cell description}}') $$, 'state detail'), ARRAY['42704', 'They are: cell description, enrgy.'],
    'placeholders are attributi of runs');
SELECT throws_ok($$ SELECT copy_geometry(1, 2) $$, '42704', NULL, 'also where they are copied to');
SELECT lives_ok($$ SELECT copy_geometry(2, 2), copy_geometry(2, 1, 'again') $$, 'a copy may have the same hash');
SELECT throws_ok($$ DELETE FROM "Attributo" WHERE id = 1 $$, '23503', NULL, 'an attributo that a geometry refers to is not deleted');
SELECT throws_ok($$ SELECT delete_attributo(1) $$, '23503', NULL, 'in no way');
SELECT alter_attributo(1, 'photon energy'), alter_attributo(4, 'a\1b');
SELECT is(pg_temp.content(1), 'e={{photon energy}} {{a\1b}} s={{sample}} d={{dark}} m={{motors}} e={{photon energy}}', 'a new name goes into the geometries, blanks or not');
SELECT is_empty($$ SELECT FROM "Geometry" WHERE hash <> encode(sha256(convert_to(content, 'UTF8')), 'hex') $$, 'and their hashes');
SELECT alter_attributo(1, 'energy'), alter_attributo(4, 'note');
SELECT is((SELECT count(*) FROM "GeometryReferencesAttributo"), 5::bigint, 'which refer to the same as before');

-- Online indexing.
SELECT set_user_configuration(1, 'online-crystfel', 'True');
SELECT start_run(1, 1, '{"energy": 5}');
SELECT results_eq($$ SELECT level::text, source::text FROM "EventLog" $$, $$ VALUES ('WARNING', 'API') $$, 'a run without a chemical is not indexed, which an event tells');
SELECT is_empty('SELECT FROM "IndexingResult"', 'but there all the same');
INSERT INTO "IndexingParameters" (is_online, geometry_id, command_line) VALUES (true, 1, '--online');
SELECT set_user_configuration(1, 'current-online-indexing-parameters-id', '1');
SELECT start_run(1, 2, '{"energy": 5, "sample": 1, "dark": false, "note": "{{energy}}", "motors": [1, 2.5]}');
SELECT results_eq($$ SELECT i.job_status::text, p.is_online, p.cell_description::text, p.command_line FROM "IndexingResult" AS i JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id $$,
    $$ VALUES ('QUEUED', true, 'c1', '--online') $$, 'one with a chemical is queued, with the parameters that are set');
SELECT is(geometry_content(1), 'e=5 {{energy}} s=lyso d=false m=1,2.5 e=5', 'its geometry has its values: a chemical by name, no as false, lists with commas');
SELECT is((SELECT (indexing_metadata(id)).chemical_id FROM "Run" WHERE external_id = 2), 1, 'which chemical');
UPDATE "Run" SET attributi = attributi || '{"sample": 3, "second": 4}' WHERE external_id = 1;
SELECT is((SELECT (indexing_metadata(id)).chemical_id FROM "Run" WHERE external_id = 1), 4, 'is that with cell description and point group');
UPDATE "Run" SET attributi = attributi || '{"sample": 3, "second": 2}' WHERE external_id = 1;
SELECT is((SELECT (indexing_metadata(id)).chemical_id FROM "Run" WHERE external_id = 1), 2, 'or a crystal');
UPDATE "Run" SET attributi = attributi || '{"sample": 3, "second": null}' WHERE external_id = 1;
SELECT is((SELECT (indexing_metadata(id)).chemical_id FROM "Run" WHERE external_id = 1), NULL, 'or none');
SELECT set_user_configuration(1, 'online-crystfel', 'False');

-- What was used stays.
SELECT throws_ok($$ UPDATE "Geometry" SET content = 'x' WHERE id = 1 $$, '55006', NULL, 'the content of a geometry in use stays');
SELECT lives_ok($$ UPDATE "Geometry" SET name = 'renamed' WHERE id = 1 $$, 'its name need not');
SELECT throws_ok($$ UPDATE "Run" SET attributi = attributi || '{"energy": 6}' WHERE external_id = 2 $$, '55006', NULL, 'so do the values that a run was indexed with');
SELECT lives_ok($$ UPDATE "Run" SET attributi = attributi || '{"second": 3}' WHERE external_id = 2 $$, 'others may change');
SELECT alter_attributo(1, 'photon energy');
SELECT is(geometry_content(1), 'e=5 {{energy}} s=lyso d=false m=1,2.5 e=5', 'and names, for that matter');
SELECT alter_attributo(1, 'energy');
SELECT is(change_run((SELECT id FROM "Run" WHERE external_id = 2), '{"energy": 7}', delete_dependent_objects => true), 1, 'the results can go with them');
SELECT is_empty('SELECT FROM "IndexingResult"', 'when asked to');

-- Queueing a data set.
DELETE FROM "Run";
SELECT save_run(1, n, jsonb_build_object('energy', 5, 'sample', 1), CASE WHEN n < 4 THEN '[{"glob": "/a"}]'::jsonb ELSE '[{"glob": "/a", "source": "h5"}]' END, stopped => now()::timestamp + '1 year')
FROM generate_series(1, 4) AS n;
SELECT save_run(1, 9, '{"energy": 9}', '[{"glob": "/a"}]', stopped => now()::timestamp + '1 year');
CREATE TEMP TABLE kept AS SELECT queue_indexing(1, '--mosflm', 1, 'c1') AS ids;
SELECT is((SELECT cardinality(ids) FROM kept), 3, 'of a data set those runs are queued that have files of the source');
SELECT throws_ok($$ SELECT queue_indexing(1, '--mosflm', 1, 'c1') $$, 'P0002', NULL, 'once for the same parameters');
SELECT is(cardinality(queue_indexing(1, '--mosflm', 1, 'c1', 'h5')), 1, 'another source is other parameters');
SELECT throws_ok($$ SELECT queue_indexing(99) $$, 'P0002', 'there is no data set with the id 99', 'data sets are there');
INSERT INTO "IndexingParameters" (geometry_id) SELECT id FROM "Geometry" WHERE beamtime_id = 2;
SELECT throws_ok($$ INSERT INTO "IndexingResult" (run_id, indexing_parameters_id) SELECT min(r.id), max(p.id) FROM "Run" AS r, "IndexingParameters" AS p $$, '23503', NULL, 'geometries are of the run''s beamtime');

-- Jobs.
SELECT is((SELECT (id = ids[1], job_status, job_started IS NOT NULL)::text FROM next_indexing(), kept), '(t,RUNNING,t)', 'who asks gets the job that waits longest');
SELECT is((SELECT id FROM next_indexing()), ids[2], 'the next the next') FROM kept;
SELECT is((SELECT id FROM next_indexing()), ids[3], 'and so on') FROM kept;
SELECT is_empty('SELECT FROM next_indexing()', 'three at a time');
SELECT is_empty('SELECT FROM next_indexing(true)', 'online ones are counted apart');
UPDATE settings SET offline_jobs = 4;
SELECT isnt_empty('SELECT FROM next_indexing()', 'or as many as are set');
SELECT is(report_indexing(ids[1], 500, 200, 150, 160, 4711, '/x.stream', 'going', '2024-05-17'), true, 'a job reports') FROM kept;
SELECT is(report_indexing(ids[1], 100, 50, 20), true, 'a report may be overtaken') FROM kept;
SELECT is((SELECT (frames, hits, indexed_frames, job_id, stream_file, job_latest_log, job_started)::text FROM pg_temp.result(ids[1])), '(500,200,150,4711,/x.stream,going,"2024-05-17 00:00:00")', 'which sets nothing back') FROM kept;
SELECT is((SELECT string_agg(frames || ':' || indexed_crystals, ' ' ORDER BY time) FROM "IndexingResultHasStatistic"), '500:160 100:0', 'all reports are kept');
SELECT is(finish_indexing(ids[1], NULL, 'done', '{"program_version": "1.0", "hits": 300, "indexed_frames": 200, "frames": 1000}', '[{"group": "all", "x_translation_mm": 1, "y_translation_mm": 2}]', 'e={{energy}}'), true, 'a job ends') FROM kept;
SELECT is((SELECT (job_status, job_error, program_version, frames, hits, job_stopped IS NOT NULL)::text FROM pg_temp.result(ids[1])), '(DONE,,1.0,1000,300,t)', 'with what came out') FROM kept;
SELECT is(report_indexing(ids[1], 2000, 0, 0), false, 'what reports later is too late') FROM kept;
SELECT is(finish_indexing(ids[1], 'error', NULL, '{}', '[{"group": "all", "x_translation_mm": 9, "y_translation_mm": 9}]'), false, 'as is a second end') FROM kept;
SELECT is((SELECT (frames, job_status, job_error)::text FROM pg_temp.result(ids[1])), '(1000,DONE,)', 'both change nothing') FROM kept;
SELECT results_eq('SELECT x_translation_mm FROM "AlignDetectorGroup"', 'SELECT 1::float8', 'and add nothing');
SELECT throws_ok(format('UPDATE "IndexingResult" SET job_status = %L WHERE id = %s', 'RUNNING', ids[1]), '23514', NULL, 'no UPDATE goes back') FROM kept;
SELECT throws_ok(format('UPDATE "IndexingResult" SET job_error = %L WHERE id = %s', 'x', ids[2]), '23514', NULL, 'only what is done has failed') FROM kept;
SELECT throws_ok($$ SELECT report_indexing(999, 1, 1, 1) $$, 'P0002', NULL, 'what is not there does not report');
SELECT is((SELECT content FROM "Geometry" WHERE id = (pg_temp.result(ids[1])).generated_geometry_id), 'e={{energy}}', 'a refined geometry is kept') FROM kept;
SELECT throws_ok(format('UPDATE "Geometry" SET content = %L WHERE id = %s', 'x', (pg_temp.result(ids[1])).generated_geometry_id), '55006', NULL, 'as it is') FROM kept;
SELECT is(finish_indexing(ids[2], 'out of memory'), true, 'a job may fail') FROM kept;
SELECT is((SELECT (job_status, job_error, job_stopped >= job_started)::text FROM pg_temp.result(ids[2])), '(DONE,"out of memory",t)', 'saying why') FROM kept;
SELECT is(cardinality(queue_indexing(1, '--mosflm', 1, 'c1')), 1, 'what failed can be queued again');
SELECT is((SELECT r::text FROM indexing_rates(ARRAY[ids[1], ids[3]]) AS r), '(15,33.333333333333336,200)', 'rates are means, and zero where there is nothing') FROM kept;

-- Merging.
SELECT throws_ok($$ SELECT queue_merge(1, 1) $$, 'P0002', NULL, 'a merge needs results');
SELECT is(queue_merge(1, (pg_temp.result(ids[1])).indexing_parameters_id, '{"input_merge_model": "XSPHERE", "cutoff_highres": "1.8,2,2.5", "negative_handling": "ZERO"}'), 1, 'of the same parameters') FROM kept;
SELECT is((SELECT (point_group, cell_description, space_group, input_merge_model, merge_state(m))::text FROM "MergeResult" AS m), '(4/mmm,c1,,XSPHERE,queued)', 'it takes its symmetry from the chemicals');
SELECT results_eq('SELECT indexing_result_id FROM "MergeResultHasIndexingResult"', 'SELECT ids[1] FROM kept', 'and what is done without error');
SELECT throws_ok(format('INSERT INTO "MergeResult" (point_group, cell_description, %s) VALUES (%L, %L, %L)', c, '1', 'c', v), '23514', NULL, c || ' is none of ' || v)
FROM (VALUES ('input_merge_model', 'magic'), ('input_scale_intensities', 'x'), ('cutoff_highres', '1,2,3,4'), ('negative_handling', 'x')) AS s (c, v);
SELECT is(report_merge(1, 4712, 'half'), true, 'its job reports');
SELECT is((SELECT (merge_state(m), job_id, recent_log, started IS NOT NULL)::text FROM "MergeResult" AS m), '(running,4712,half,t)', 'runs');
SELECT throws_ok($$ SELECT finish_merge(1, results => '{"fom_magic": 1}') $$, '42703', NULL, 'has figures that are known');
SELECT is(finish_merge(1, NULL, 'done', '{"fom_snr": 5, "fom_wilson": 1, "fom_ln_k": 2}', '[{"one_over_d_centre": 1, "nref": 1, "d_over_a": 1, "min_res": 1, "max_res": 1, "cc": 1, "ccstar": 1, "r_split": 1, "reflections_possible": 1, "completeness": 1, "measurements": 1, "redundancy": 1, "snr": 1, "mean_i": 1}]',
    jsonb_build_array(jsonb_build_object('pdb_file_id', create_file('a.pdb', 'x'), 'mtz_file_id', create_file('a.mtz', 'x'), 'r_free', 1, 'r_work', 1, 'rms_bond_angle', 1, 'rms_bond_length', 1))), true, 'and ends');
SELECT is((SELECT (merge_state(m), fom_snr, fom_wilson, fom_ln_k)::text FROM "MergeResult" AS m), '(done,5,1,2)', 'each figure is its own');
SELECT is(report_merge(1), false, 'late reports change nothing');
SELECT is(finish_merge(1, 'error', shells => '[{}]'), false, 'nor do second ends');
SELECT is((SELECT count(*) FROM "MergeResultShellFom") + (SELECT count(*) FROM "RefinementResult"), 2::bigint, 'shells and structures are there once');
SELECT throws_ok($$ UPDATE "MergeResult" SET job_status = 'QUEUED' $$, '23514', NULL, 'nothing goes back');
SELECT is((SELECT m::text FROM merge_metadata(ARRAY(SELECT id FROM "Run" WHERE external_id IN (1, 9))) AS m), '(4/mmm,c1,)', 'runs without a chemical say nothing');
SELECT throws_ok($$ SELECT merge_metadata(ARRAY(SELECT id FROM "Run" WHERE external_id = 9)) $$, '22000', 'the chemicals of the runs have no point group', 'but somebody must');
UPDATE "Run" SET attributi = attributi || '{"second": 4}' WHERE external_id = 1;
SELECT throws_ok($$ SELECT merge_metadata(ARRAY(SELECT id FROM "Run" WHERE external_id = 1)) $$, '22000', 'the chemicals of the runs have more than one point group', 'and all the same');
UPDATE "Run" SET attributi = attributi || '{"sample": null}' WHERE external_id = 9;
UPDATE "Run" SET attributi = attributi || '{"second": 4}' WHERE external_id = 9;
SELECT is((SELECT m::text FROM merge_metadata(ARRAY(SELECT id FROM "Run" WHERE external_id = 9)) AS m), '(222,c2,P1)', 'a space group is told when there is one');
SELECT lives_ok('DELETE FROM "Beamtime"', 'a beamtime goes');
SELECT is_empty('SELECT FROM "IndexingResult" UNION ALL SELECT FROM "Geometry" UNION ALL SELECT FROM "MergeResultHasIndexingResult"', 'with all results');

-- The example that comes with the model.
SELECT quire.create_model('beamtime', 'example');
SELECT lives_ok($$ SELECT quire.load_example('example') $$, 'the example loads');
SELECT results_eq('SELECT external_id FROM example.data_set_runs ORDER BY 1', 'VALUES (1), (2)', 'and has a data set of two runs');
SELECT results_eq($$ SELECT external_id FROM example.filter_runs(1, 'energy < 10 and sample == "lysozyme"') $$, 'VALUES (4), (3)', 'which filters find');
SELECT is((SELECT o - 'runs' - 'events' - 'user_configuration' FROM example.run_overview(1) AS o),
    jsonb_build_object('live_stream_file_id', (SELECT id FROM example."File" WHERE file_name = 'live-stream-image-1'), 'latest_run_id', 4, 'run_dates', ARRAY[example.utc_now()::date::text, '2024-05-17']),
    'the page of runs has the live-stream image');
SELECT is((SELECT jsonb_agg(jsonb_build_array(r -> 'external_id', r -> 'data_set_id', r -> 'indexing' -> 'hit_rate', r -> 'files' -> 0 -> 'glob')) FROM jsonb_array_elements(example.run_overview(1, 'id < 3') -> 'runs') AS r),
    '[[2, 1, 40, "/raw/run2/*.h5"], [1, 1, 40, "/raw/run1/*.h5"]]', 'and runs with data set, files and indexing');
SELECT is_empty($$ SELECT * FROM quire.verify_model('example') $$, 'it is what it should be');
SELECT * FROM finish();
ROLLBACK;
