-- The model beamtime: configuration, runs and their life, filters, experiment types, data sets.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(150);
SELECT quire.create_model('beamtime', 'b');
SET LOCAL search_path = public, b;
INSERT INTO "Beamtime" (external_id, proposal, beamline, title, start, "end") VALUES ('11', 'p', 'P11', 'One', '2024-01-01', '2024-01-02'), ('12', 'p', 'P11', 'Two', '2025-01-01', '2025-01-02');
INSERT INTO "Attributo" (beamtime_id, name, "group", associated_table, json_schema) VALUES
    (1, 'energy', 'automatic', 'RUN', '{"type": "number", "minimum": 0, "suffix": "keV", "format": "standard-unit", "tolerance": 0.01}'),
    (1, 'sample', 'manual', 'RUN', '{"type": "integer", "format": "chemical-id"}'), (1, 'dark', 'manual', 'RUN', '{"type": "boolean"}'),
    (1, 'a note', 'manual', 'RUN', '{"type": "string"}'), (1, 'motors', 'automatic', 'RUN', '{"type": "array", "item_type": "number"}'),
    (1, 'when', 'automatic', 'RUN', '{"type": "integer", "format": "date-time"}'), (1, 'buffer', 'manual', 'CHEMICAL', '{"type": "string"}'),
    (2, 'energy', 'automatic', 'RUN', '{"type": "number"}');
INSERT INTO "Chemical" (beamtime_id, name, type) VALUES (1, 'lysozyme', 'CRYSTAL'), (1, 'buffer', 'SOLUTION'), (2, 'lysozyme', 'CRYSTAL');
CREATE FUNCTION pg_temp.run(number int) RETURNS "Run" LANGUAGE sql AS 'SELECT r FROM "Run" AS r WHERE external_id = number AND beamtime_id = 1';
CREATE FUNCTION pg_temp.runs(filter text, on_date date DEFAULT NULL, ranges text DEFAULT NULL) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(external_id::text, ' ' ORDER BY external_id) FROM filter_runs(1, filter, on_date, ranges) $$;

SELECT matches(quire.create_attribute_index('"Run"', 'attributi', 'energy', '{"type": "number"}'), 'energy', 'filters can have an index');

-- Experiment types.
SELECT is(create_experiment_type(1, 'scan', '{"energy": "crystal", "sample": "crystal", "dark": "solution"}'), 1, 'an experiment type is a name for some attributi');
SELECT is((SELECT string_agg(chemical_role, ' ' ORDER BY attributo_id) FROM "ExperimentHasAttributo"), 'CRYSTAL CRYSTAL SOLUTION', 'each with the role of its chemicals');
SELECT throws_ok($$ SELECT create_experiment_type(1, 'scan', '{}') $$, '23505', NULL, 'names are unique');
SELECT throws_ok($$ SELECT create_experiment_type(1, 'x', '{"enrgy": "crystal"}') $$, '42704', NULL, 'attributi are there');
SELECT throws_ok($$ SELECT create_experiment_type(1, 'x', '{"buffer": "crystal"}') $$, '23503', NULL, 'are of runs');
SELECT throws_ok($$ INSERT INTO "ExperimentHasAttributo" VALUES (1, 8) $$, '23503', NULL, 'and of the same beamtime');
SELECT throws_ok($$ SELECT create_experiment_type(1, 'x', '{"energy": "gas"}') $$, '23514', NULL, 'roles are known');
SELECT throws_ok($$ SELECT copy_experiment_types(1, 2) $$, '42704', NULL, 'a copy needs all attributi');
INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES (2, 'sample', 'RUN', '{"type": "integer"}'), (2, 'dark', 'RUN', '{"type": "boolean"}');
SELECT is(cardinality(copy_experiment_types(1, 2)), 1, 'and finds them by name');
SELECT is((SELECT string_agg(a.name || a.beamtime_id, ' ' ORDER BY a.name) FROM "ExperimentType" AS e JOIN "ExperimentHasAttributo" AS h ON h.experiment_type_id = e.id
    JOIN "Attributo" AS a ON a.id = h.attributo_id WHERE e.beamtime_id = 2), 'dark2 energy2 sample2', 'in the other beamtime');

-- The configuration.
SELECT is((SELECT (id, auto_pilot, use_online_crystfel, current_experiment_type_id)::text FROM current_configuration(1)), '(,f,f,)', 'at first everything is off');
SELECT throws_ok($$ SELECT start_run(1) $$, '55000', 'no experiment type is set', 'and no run can start');
SELECT is((SELECT auto_pilot FROM set_user_configuration(1, 'auto-pilot', 'True')), true, 'True is true');
SELECT is((SELECT auto_pilot FROM set_user_configuration(1, 'auto-pilot', '1')), false, 'everything else is not');
SELECT is((SELECT (auto_pilot, use_online_crystfel)::text FROM set_user_configuration(1, 'online-crystfel', 'True')), '(f,t)', 'a change leaves the rest');
SELECT is((SELECT use_online_crystfel FROM set_user_configuration(1, 'current-experiment-type-id', '1')), true, 'as it was');
SELECT throws_ok($$ SELECT set_user_configuration(1, 'volume', '11') $$, '22023', NULL, 'keys are known');
SELECT throws_ok($$ SELECT set_user_configuration(9, 'auto-pilot', 'True') $$, 'P0002', NULL, 'beamtimes are');
SELECT throws_ok($$ SELECT set_user_configuration(2, 'current-experiment-type-id', '1') $$, '23503', NULL, 'experiment types are of the beamtime');
INSERT INTO "UserConfiguration" (beamtime_id, use_online_crystfel) VALUES (1, false);
SELECT is((SELECT (auto_pilot, use_online_crystfel, current_experiment_type_id)::text FROM current_configuration(1)), '(f,f,1)', 'an INSERT says what changes');
INSERT INTO "UserConfiguration" (beamtime_id, current_experiment_type_id) VALUES (1, NULL);
SELECT is((SELECT current_experiment_type_id FROM current_configuration(1)), NULL, 'NULL is none');
SELECT set_user_configuration(1, 'current-experiment-type-id', '1');
SELECT is((SELECT count(*) FROM "UserConfiguration" WHERE beamtime_id = 1), 7::bigint, 'every change is kept');
SELECT throws_ok($$ UPDATE "UserConfiguration" SET auto_pilot = true $$, '55000', NULL, 'none is changed');
SELECT throws_ok($$ DELETE FROM "UserConfiguration" $$, '55000', NULL, 'or removed');

-- Runs begin and end.
SELECT is((SELECT (external_id, experiment_type_id, stopped, attributi)::text FROM start_run(1, attributi => '{"energy": 12.5, "sample": 1, "a note": "x"}')),
    '(1,1,,"{""a note"": ""x"", ""energy"": 12.5, ""sample"": 1}")', 'a run gets number and experiment type');
SELECT is((SELECT external_id FROM start_run(1, 7, '{"energy": 9}')), 7, 'or the number that it is given');
SELECT throws_ok($$ SELECT start_run(1, 7) $$, '23505', NULL, 'which is its own');
SELECT is((SELECT external_id FROM start_run(1)), 8, 'the next is the next');
INSERT INTO "Run" (beamtime_id) VALUES (1);
SELECT is((pg_temp.run(9)).experiment_type_id, 1, 'one INSERT does it all');
SELECT throws_ok($$ INSERT INTO "Run" (beamtime_id, started, stopped) VALUES (1, '2024-01-02', '2024-01-01') $$, '23514', NULL, 'runs stop after their start');
SELECT throws_ok($$ INSERT INTO "Run" (beamtime_id, experiment_type_id) VALUES (2, 1) $$, '23503', NULL, 'experiment types are of the beamtime');
SELECT is(stop_latest_run(1), true, 'the latest run is stopped');
SELECT is((SELECT string_agg(external_id::text, ' ') FROM "Run" WHERE stopped IS NOT NULL), '9', 'and no other');
SELECT is(stop_latest_run(2), false, 'where there is one');
SELECT set_user_configuration(1, 'auto-pilot', 'True');
UPDATE "Run" SET attributi = '{"energy": 5, "sample": 2, "a note": "y", "dark": true}' WHERE external_id = 9;
SELECT is((SELECT attributi FROM start_run(1, attributi => '{"energy": 7, "dark": null, "a note": "z"}')), '{"energy": 7, "sample": 2, "a note": "z"}', 'auto-pilot takes manual attributi from the run before');
SELECT is((SELECT attributi FROM save_run(1, 11, '{"energy": 1}', stopped => now()::timestamp + '1 year')), '{"energy": 1}', 'but not for runs that are over');
UPDATE "Run" SET started = '2024-05-17 23:59' WHERE external_id = 11;
SELECT is((SELECT external_id FROM latest_run(1)), 10, 'latest is what was started last');
SELECT set_user_configuration(1, 'auto-pilot', 'False');

-- Values of runs.
SELECT throws_ok(format('UPDATE "Run" SET attributi = attributi || %L WHERE external_id = 1', v), e, NULL, why)
FROM (VALUES ('{"energy": -1}', '23514', 'out of range'), ('{"buffer": "x"}', '23514', 'of chemicals'), ('{"sample": 99}', '23503', 'a chemical that is not there'),
    ('{"sample": 3}', '23503', 'or in another beamtime'), ('{"sample": 1e30}', '23514', 'or nowhere'), ('{"sample": "1"}', '23514', 'or no number')) AS s (v, e, why);
SELECT results_eq($$ SELECT attributo_id, float_value, string_value, chemical_value FROM "RunHasAttributoValue" WHERE run_id = (pg_temp.run(1)).id ORDER BY 1 $$,
    $$ VALUES (1, 12.5::float8, NULL::text, NULL::int), (2, NULL, NULL, 1), (4, NULL, 'x', NULL) $$, 'values are in the platform''s table');
INSERT INTO "RunHasAttributoValue" (run_id, attributo_id, bool_value) VALUES ((pg_temp.run(1)).id, 3, false);
UPDATE "RunHasAttributoValue" SET chemical_value = 2 WHERE run_id = (pg_temp.run(1)).id AND attributo_id = 2;
SELECT is((pg_temp.run(1)).attributi, '{"dark": false, "a note": "x", "energy": 12.5, "sample": 2}', 'and written there');
SELECT is((SELECT (attributi, external_id)::text FROM save_run(1, 1, '{"a note": null, "sample": 1}', '[{"glob": "/a"}, {"glob": "/a"}, {"glob": "/b", "source": "h5"}]')),
    '("{""dark"": false, ""energy"": 12.5, ""sample"": 1}",1)', 'a run that is there is changed: what is given replaces what there is');
SELECT is((SELECT count(*) FROM "RunHasFiles"), 2::bigint, 'files are added, each once');
SELECT save_run(1, 1, files => '[{"glob": "/c"}]');
SELECT is((SELECT string_agg(source || glob, ' ' ORDER BY glob) FROM "RunHasFiles"), 'raw/a h5/b raw/c', 'and none removed');
SELECT is((SELECT (external_id, stopped)::text FROM save_run(1, 30, started => '2024-05-17 10:00', stopped => '2024-05-17 10:05')), '(30,"2024-05-17 10:05:00")', 'or it is made');
SELECT is(change_run((pg_temp.run(1)).id, '{"a note": "z"}', files => '[{"glob": "/d"}]'), 0, 'a change may replace the files');
SELECT is((SELECT string_agg(glob, ' ') FROM "RunHasFiles"), '/d', 'all of them');
SELECT is(change_runs(ARRAY[(pg_temp.run(1)).id, (pg_temp.run(7)).id, -1], '{"when": "2024-05-17T10:00:00Z"}'), 2, 'many runs are changed at once, without another experiment type too');
SELECT results_eq($$ SELECT * FROM bulk_values(ARRAY[(pg_temp.run(1)).id, (pg_temp.run(7)).id]) $$,
    $$ VALUES ('a note', '["z"]'::jsonb), ('dark', '[false]'), ('energy', '[9, 12.5]'), ('sample', '[1]'), ('when', '["2024-05-17T10:00:00Z"]') $$, 'and read');
SELECT cmp_ok((pg_temp.run(1)).modified, '>=', (pg_temp.run(1)).started, 'modified is when a run was changed');
SELECT create_experiment_type(1, 'other', '{"dark": "crystal"}');
SELECT is((SELECT (experiment_type_id, attributi)::text FROM change_experiment_type((pg_temp.run(1)).id, (SELECT id FROM "ExperimentType" WHERE name = 'other'))),
    format('(%s,"{""dark"": false, ""when"": ""2024-05-17T10:00:00Z"", ""energy"": 12.5}")', (SELECT id FROM "ExperimentType" WHERE name = 'other')), 'another experiment type takes manual attributi that are not its own from a run');
SELECT is((SELECT name::text FROM "ExperimentType" WHERE id = (SELECT current_experiment_type_id FROM current_configuration(1))), 'other', 'and is that of runs to come');
SELECT throws_ok($$ DELETE FROM "ExperimentType" WHERE id = 1 $$, '23503', NULL, 'experiment types that runs have stay');

-- Attributi change under runs.
SELECT alter_attributo(1, 'photon energy', '{"type": "number", "minimum": 0, "suffix": "eV", "format": "standard-unit", "tolerance": 0.01}');
SELECT is((pg_temp.run(1)).attributi -> 'photon energy', '12500', 'values go along');
SELECT alter_attributo(1, 'energy', '{"type": "number", "minimum": 0, "suffix": "keV", "format": "standard-unit", "tolerance": 0.01}');
SELECT throws_ok($$ SELECT alter_attributo(2, associated_table => 'chemical') $$, '23514', NULL, 'and stay where they are');
DELETE FROM "Chemical" WHERE id = 2;
SELECT is_empty($$ SELECT FROM "Run" WHERE attributi -> 'sample' = '2' $$, 'with a chemical go the values that refer to it');

-- Filters.
DELETE FROM "Run";
INSERT INTO "Run" (beamtime_id, external_id, started, experiment_type_id, attributi) VALUES
    (1, 1, '2024-05-17 00:00', 1, '{"energy": 5, "sample": 1, "a note": "first", "motors": [1, 2]}'), (1, 2, '2024-05-17 23:59:59', 1, '{"energy": 12, "dark": true, "a note": "second"}'),
    (1, 3, '2024-05-18 00:00', 1, '{"energy": 30, "dark": false, "when": "2024-05-17T10:00:00Z"}'), (1, 12, '2024-05-19', 1, '{}'), (2, 1, '2024-05-17', (SELECT id FROM "ExperimentType" WHERE beamtime_id = 2), '{"energy": 5}');
INSERT INTO "Chemical" (beamtime_id, name) VALUES (1, 'thaumatin');
SELECT is(pg_temp.runs(f), r, f) FROM (VALUES
    ('', '1 2 3 12'), ('  ', '1 2 3 12'), ('energy > 10', '2 3'), ('energy>10anddark==True', '2'), ('"a note" ? "irs"', '1'), ('motors ? 2', '1'), ('motors == [1, 2]', '1'), ('motors == [2 , 1]', NULL),
    ('energy == 5 or energy == 30 and dark == False', '3'), ('energy == 5 or (energy == 30 and dark == True)', '1'), ('not dark == True', '1 3 12'), ('energy == None', '12'), ('energy < 10', '1'),
    ('id == 12', '12'), ('"id" >= 3', '3 12'), ('internal_id == ' || (pg_temp.run(2)).id, '2'), ('sample == 1', '1'), ('sample == "lysozyme"', '1'), ('sample != "thaumatin"', '1 2 3 12'),
    ('dark == 1', '2'), ('when > "2024-05-17T09:00:00Z"', '3'), ('"a note" == "coalesce(attributi -> ''id'', ''null''::jsonb)"', NULL)) AS s (f, r);
SELECT throws_ok(format('SELECT * FROM filter_runs(1, %L)', f), e, NULL, f) FROM (VALUES
    ('energi > 1', '42704'), ('energy > "1"', '42804'), ('energy ? 1', '42804'), ('sample == "lysozime"', '42704'), ('sample == 3', '42704'), ('sample == [1]', '42804'), ('energy >', '42601'),
    ('energy > 1 AND dark == True', '42601'), (E'energy >\t1', '42601'), ('buffer == "x"', '42704'), ('"a note" == ''x''', '42601')) AS s (f, e);
SELECT is(test.fault($$ SELECT * FROM filter_runs(1, 'sample == "lysozime"') $$, 'hint'), ARRAY['Perhaps "lysozyme" was meant.'], 'who mistypes is told what may have been meant');
SELECT is(pg_temp.runs('', '2024-05-17'), '1 2', 'runs of a day are those of UTC');
SELECT is(pg_temp.runs('energy > 10', '2024-05-17', '2-100'), '2', 'conditions come together');
SELECT is(pg_temp.runs('', NULL, r), e, coalesce(r, 'NULL')) FROM (VALUES ('1-3,12', '1 2 3 12'), (' 2 , 3-3 ', '2 3'), ('3-1', NULL), ('3-1,12', '12'), ('', '1 2 3 12'), (NULL, '1 2 3 12')) AS s (r, e);
SELECT throws_ok($$ SELECT filter_runs(1, ranges => '1-x') $$, '22023', NULL, 'numbers are numbers');
SELECT is(run_intervals('{12,7,9,8,8}'), '{7-9,12}', 'numbers are shown as intervals');
SELECT is(run_intervals('{}'), '{}', 'none as none');
INSERT INTO "Run" (beamtime_id, external_id, started, stopped, experiment_type_id, attributi)
SELECT 1, n, '2024-06-01', '2024-06-01', 1, jsonb_build_object('energy', n) FROM generate_series(1000, 4000) AS n;
ANALYZE "Run";
CREATE FUNCTION pg_temp.plan(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN SELECT * FROM "Run" WHERE ' || condition LOOP
        plan := plan || line;
    END LOOP;
    RETURN plan;
END $$;
SELECT matches(pg_temp.plan(run_filter_sql(1, 'energy > 3995')), 'Index', 'and use it');
DELETE FROM "Run" WHERE external_id >= 1000;

-- Data sets.
SELECT is(create_data_set(1, '{"energy": 5.02, "sample": 1}'), 1, 'a data set has values for an experiment type');
SELECT is((SELECT (beamtime_id, attributi)::text FROM "DataSet"), '(1,"{""dark"": false, ""energy"": 5.02, ""sample"": 1}")', 'of those that are yes or no, no is meant');
SELECT throws_ok(format('SELECT create_data_set(1, %L)', v), e, NULL, why) FROM (VALUES ('{"energy": 5.03, "sample": 1, "dark": false}', '23505', 'one that matches is there already'),
    ('{"energy": 7}', '23514', 'all attributi have a value'), ('{}', '23514', 'or none'), ('{"energy": 7, "sample": 1, "a note": "x"}', '23514', 'others do not'),
    ('{"energy": 7, "sample": 99}', '23503', 'chemicals are there')) AS s (v, e, why);
SELECT is(data_set_of_run((pg_temp.run(1)).id), 1, 'a run within the tolerance belongs to it');
SELECT is(data_set_of_run((pg_temp.run(2)).id), NULL, 'others do not');
SELECT is(data_set_from_run((pg_temp.run(1)).id), 1, 'a run that belongs to one makes no other');
UPDATE "Run" SET attributi = attributi || '{"sample": 4}' WHERE external_id = 2 AND beamtime_id = 1;
SELECT isnt(data_set_from_run((pg_temp.run(2)).id), 1, 'one that does not makes its own');
SELECT is((SELECT count(*) FROM "DataSet"), 2::bigint, 'so there are two');
SELECT throws_ok($$ SELECT data_set_from_run((pg_temp.run(12)).id) $$, '23514', NULL, 'of a run that lacks values none is made');
SELECT set_user_configuration(1, 'current-experiment-type-id', '1');
SELECT throws_ok($$ SELECT save_run(1, 40, '{"energy": 2}', create_data_set => true) $$, '23514', NULL, 'nor the run that wanted it');
SELECT save_run(1, 40, '{"energy": 2, "sample": 4}', create_data_set => true);
SELECT isnt(data_set_of_run((pg_temp.run(40)).id), NULL, 'a run may come with its data set');
-- Rows as the platform inserts them: the data set first, then its values.
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO "DataSet" (experiment_type_id) VALUES (1);
INSERT INTO "DataSetHasAttributoValue" (data_set_id, attributo_id, float_value, chemical_value, bool_value)
SELECT max(id), a, f, c, b FROM "DataSet", (VALUES (1, 20.0, NULL, NULL), (2, NULL, 4, NULL), (3, NULL, NULL, true)) AS v (a, f, c, b) GROUP BY a, f, c, b;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'values may come after their data set, until the end of the transaction');
SELECT throws_ok($$ INSERT INTO "DataSet" (experiment_type_id) VALUES (1) $$, '23514', NULL, 'but then they must be there');
DELETE FROM "ExperimentType" WHERE name = 'other';
SELECT is((SELECT current_experiment_type_id FROM current_configuration(1)), 1, 'configurations lose what is deleted');
DELETE FROM "Run";
DELETE FROM "ExperimentType";
SELECT is_empty('SELECT FROM "DataSet"', 'with an experiment type go its data sets');
SELECT is((SELECT current_experiment_type_id FROM current_configuration(1)), NULL, 'and it is no longer set');

-- What matches, attributo by attributo.
SELECT is(quire.attributes_match(attributo_types(1), w, v), m, w::text || ' for ' || v::text)
FROM (VALUES ('{"dark": false}'::jsonb, '{}'::jsonb, true), ('{"dark": true}', '{}', false), ('{"dark": true}', '{"dark": true, "energy": 1}', true), ('{"energy": 100}', '{"energy": 101}', true),
    ('{"energy": 100}', '{"energy": 101.1}', false), ('{"energy": 0}', '{"energy": 0.001}', false), ('{"energy": null}', '{}', true), ('{"energy": 1}', '{}', false), ('{"a note": null}', '{}', true),
    ('{"a note": "x"}', '{"a note": "y"}', false), ('{}', '{"energy": 1}', true)) AS s (w, v, m);

-- Notifications.
SELECT is(string_agg(DISTINCT tgrelid::regclass::text, ' '), '"EventLog" "IndexingResult" "MergeResult" "Run" "UserConfiguration"', 'who listens to beamtime is told of these')
FROM pg_trigger WHERE tgname = 'quire_insert_beamtime' AND tgrelid::regclass::text NOT LIKE '%.%';

-- Spreadsheets.
SELECT create_experiment_type(1, 'scan', '{"energy": "crystal", "dark": "crystal"}');
SELECT save_run(1, 5, started => '2024-01-01', stopped => '2024-01-02') FROM set_user_configuration(1, 'current-experiment-type-id', (SELECT max(id)::text FROM "ExperimentType"));
CREATE FUNCTION pg_temp.sheet(VARIADIC rows text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT '[["run id", "experiment type", "started", "stopped", "files", "energy", "dark", "sample", "a note"]]' || jsonb_agg(r::jsonb) FROM unnest(rows) AS r $$;
SELECT results_eq($$ SELECT cell, message FROM import_runs(1, '[["run", "experiment type", "started", "files", "stopped", "energy", "enrgy", "energy"]]') $$,
    $$ VALUES ('A1', 'expected the header "run id"'), ('D1', 'expected the header "stopped"'), ('E1', 'expected the header "files"'), ('F1', 'the header is there twice'),
        ('G1', 'there is no attributo "enrgy" of runs'), ('H1', 'the header is there twice') $$, 'a sheet has the headers that it must');
SELECT results_eq($$ SELECT cell, level FROM import_runs(1, pg_temp.sheet('["x", "scan", "2024-05-17 10:00", null, "/a", "1"]', '["5", "scam", "soon", "", "", "-1", "", "gold", ""]',
        '["6", "scan", "2024-05-17 10:00", "2024-05-17 09:00", "", "many"]', '["6", "scan", "", "", "/a,/a"]')) $$,
    $$ VALUES ('A2', 'error'), ('A3', 'error'), ('B3', 'error'), ('C3', 'error'), ('F3', 'error'), ('H3', 'error'), ('D4', 'error'), ('F4', 'error'), ('A5', 'error'), ('C5', 'error'), ('E5', 'warning') $$,
    'every fault is told, by its cell');
SELECT is((SELECT count(*) FROM "Run"), 1::bigint, 'and nothing imported');
CREATE TEMP TABLE sheet AS SELECT pg_temp.sheet('["6", "scan", "2024-05-17 10:00", "2024-05-17 10:05", "/a, /b", " 12.5 ", "Yes", " lysozyme ", "x"]', '["9", "scan", "2024-05-17 11:00", null, "/b", "", "", "", ""]') AS sheet;
SELECT results_eq('SELECT cell, level FROM sheet, import_runs(1, sheet, simulate => true)', $$ VALUES ('A3', 'warning'), ('E3', 'warning') $$, 'what may be wrong is told');
SELECT is((SELECT count(*) FROM "Run"), 1::bigint, 'a simulation imports nothing');
SELECT results_eq('SELECT cell, level FROM sheet, import_runs(1, sheet)', $$ VALUES ('A3', 'warning'), ('E3', 'warning') $$, 'and lets it pass');
SELECT is((SELECT string_agg((external_id, started, attributi)::text, ' ' ORDER BY external_id) FROM "Run" WHERE external_id > 5),
    '(6,"2024-05-17 08:00:00","{""dark"": true, ""a note"": ""x"", ""energy"": 12.5, ""sample"": 1}") (9,"2024-05-17 09:00:00","{""dark"": false}")', 'runs are there, their times in UTC');
SELECT is((SELECT string_agg(glob, ' ' ORDER BY f.id) FROM "RunHasFiles" AS f), '/a /b /b', 'with their files');
SELECT is_empty($$ SELECT import_runs(1, pg_temp.sheet('["20", "scan", "2024-05-17 10:00", "", "", "3"]'), create_data_sets => true) $$, 'data sets can come with them');
SELECT is((SELECT attributi FROM "DataSet"), '{"dark": false, "energy": 3}', 'and are there');
DELETE FROM "Beamtime";
SELECT is_empty('SELECT FROM "UserConfiguration"', 'with a beamtime goes its history');
SELECT * FROM finish();
ROLLBACK;
