-- The model beamtime: what it refuses, and what it keeps from harm, by whichever door it comes.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(42);
SELECT quire.create_model('beamtime', 'b');
SET LOCAL search_path = public, b;
INSERT INTO "Beamtime" (external_id, proposal, beamline, title, start, "end") VALUES ('11', 'p', 'P11', 'One', '2024-01-01', '2024-01-02'), ('12', 'p', 'P11', 'Two', '2025-01-01', '2025-01-02');
INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES
    (1, 'energy', 'RUN', '{"type": "number", "tolerance": 0.01}'), (1, 'sample', 'RUN', '{"type": "integer", "format": "chemical-id"}'), (1, 'note', 'RUN', '{"type": "string"}'),
    (1, 'unused', 'RUN', '{"type": "string"}'), (1, 'cell description', 'CHEMICAL', '{"type": "string"}'), (1, 'point group', 'CHEMICAL', '{"type": "string"}'), (2, 'cell description', 'RUN', '{"type": "string"}');
INSERT INTO "Chemical" (beamtime_id, name, attributi) VALUES (1, 'lyso', '{"cell description": "c1", "point group": "4/mmm"}'), (2, 'theirs', '{}'), (1, 'water', '{}');
SELECT create_experiment_type(1, 'scan', '{"energy": "crystal"}'), create_experiment_type(1, 'two', '{"unused": "crystal"}');
SELECT set_user_configuration(1, 'current-experiment-type-id', '1');
INSERT INTO "Geometry" (beamtime_id, name, content) VALUES (1, 'ours', 'e={{energy}} n={{note}}'), (2, 'theirs', 'x');
INSERT INTO "IndexingParameters" (is_online, geometry_id) VALUES (true, 1), (true, 2);

-- Attributi and what is made of them.
SELECT throws_ok(format('SELECT alter_attributo(1, %L)', n), '42602', NULL, 'a placeholder is not renamed to ' || n) FROM unnest('{"e{x}","e}"," energy"}'::text[]) AS n;
SELECT is((SELECT content FROM "Geometry" WHERE id = 1), 'e={{energy}} n={{note}}', 'geometries keep theirs');
SELECT lives_ok($$ SELECT alter_attributo(4, 'un{used}') $$, 'what is none may have such a name');
SELECT throws_ok($$ SELECT alter_attributo(4, associated_table => 'CHEMICAL') $$, '23503', 'attributo "un{used}" is one of experiment types', 'an attributo of an experiment type stays with the runs');
SELECT throws_ok($$ SELECT copy_chemical(1, 2, true) $$, '42710', NULL, 'no value of a chemical is lost since runs have an attributo of its name');
SELECT lives_ok('SELECT copy_chemical(1, 2)', 'unless values may be left out');
SELECT is((SELECT attributi FROM "Chemical" WHERE beamtime_id = 2 AND name = 'lyso'), '{}', 'as they are then');
SELECT throws_ok($$ SELECT replace_schedule(1, '[{"users": "A", "shift": "08:00-20:00", "date": "2024-05-17", "chemicals": [2]}]') $$, '23503', NULL, 'a shift has chemicals of its beamtime');
SELECT lives_ok($$ SELECT replace_schedule(1, '[{"users": "A", "shift": "08:00-20:00", "date": "2024-05-17", "chemicals": [1]}]') $$, 'and only these');
SELECT throws_ok($$ UPDATE "BeamtimeSchedule" SET beamtime_id = 2 $$, '23514', NULL, 'and stays in it');

-- Data sets.
SELECT create_data_set(1, '{"energy": 5}'), create_data_set(1, '{"energy": 7}');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT throws_ok(s, e, NULL, why) FROM (VALUES
    ('UPDATE "DataSet" SET attributi = ''{"energy": 5.01}'' WHERE id = 2', '23505', 'a data set does not become the same as another'),
    ('UPDATE "DataSetHasAttributoValue" SET float_value = 5 WHERE data_set_id = 2', '23505', 'by no table'),
    ('UPDATE "DataSet" SET attributi = ''{"energy": 7, "note": "x"}'' WHERE id = 2', '23514', 'nor has it what is none of its experiment type'),
    ('UPDATE "DataSet" SET experiment_type_id = 2 WHERE id = 2', '23514', 'nor goes to a type whose values it lacks')) AS v (s, e, why);
SELECT lives_ok($$ UPDATE "DataSet" SET attributi = '{"energy": 8}' WHERE id = 2 $$, 'another value is another value');
SET CONSTRAINTS ALL DEFERRED;
SELECT alter_attributo(1, 'e', '{"type": "integer"}');
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'attributi change under data sets');
SELECT throws_ok($$ UPDATE "DataSet" SET attributi = '{"e": 5}' WHERE id = 2 $$, '23505', NULL, 'which are told apart as before');
SET CONSTRAINTS ALL DEFERRED;
SELECT alter_attributo(1, 'energy', '{"type": "number", "tolerance": 0.01}');

-- Runs.
SELECT throws_ok(format('INSERT INTO "Run" (beamtime_id, started, stopped) VALUES (1, %L, %L)', a, b), '23514', NULL, 'no run goes from ' || a || ' to ' || b)
FROM (VALUES ('infinity', 'infinity'), ('2024-01-01', 'infinity'), ('-infinity', '2024-01-01')) AS v (a, b);
SELECT set_user_configuration(1, 'online-crystfel', 'True'), set_user_configuration(1, 'current-online-indexing-parameters-id', '2');
SELECT lives_ok($$ SELECT start_run(1, 1, '{"energy": 5, "sample": 1}') $$, 'a run begins though its beamtime is set to another one''s geometry');
SELECT is((SELECT text FROM "EventLog"), 'run 1 is not indexed: the geometry that is set is of another beamtime', 'and an event tells');
SELECT set_user_configuration(1, 'current-online-indexing-parameters-id', '1');
SELECT start_run(1, 2, jsonb_build_object('energy', 5, 'sample', 1, 'note', repeat('x', 300)));
SELECT is(geometry_content(1), 'e=5 n=' || repeat('x', 300), 'a text in a geometry may be long');
INSERT INTO "UserConfiguration" (beamtime_id, created, auto_pilot) VALUES (1, '2020-01-01', true);
SELECT is((SELECT created FROM current_configuration(1)), '2020-01-01'::timestamp, 'history that is brought along keeps its moments');
INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES (1, 'buffer', 'RUN', '{"type": "integer", "format": "chemical-id"}');
INSERT INTO "Run" (beamtime_id, external_id, stopped, attributi) VALUES (1, 9, '2100-01-01', '{"sample": 3, "buffer": 3}'), (1, 10, '2100-01-01', '{"sample": 1, "buffer": 3}');
SELECT throws_ok('UPDATE "Chemical" SET id = 33 WHERE id = 3', '23514', 'row 3 of "Chemical" keeps its id', 'a chemical keeps the id that runs refer to it by');
INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES (1, 'n', 'RUN', '{"type": "integer"}');
INSERT INTO "Run" (beamtime_id, external_id, stopped, attributi) VALUES (1, 11, '2100-01-01', '{"n": 99}');
UPDATE "Attributo" SET json_schema = '{"type": "integer", "format": "chemical-id"}' WHERE name = 'n';
SELECT throws_ok('SET CONSTRAINTS ALL IMMEDIATE', '23514', 'attributo "n" has been changed without its values', 'a number does not become a chemical that is not there');
UPDATE "Run" SET attributi = '{}' WHERE external_id = 11;
SELECT lives_ok('SET CONSTRAINTS ALL IMMEDIATE', 'without values an attributo may');
DELETE FROM "Run" WHERE external_id = 11;
SET CONSTRAINTS ALL DEFERRED;
SELECT lives_ok('DELETE FROM "Chemical" WHERE id = 3', 'a chemical goes that a run refers to twice');
SELECT results_eq('SELECT attributi FROM "Run" WHERE external_id >= 9 ORDER BY 1', $$ VALUES ('{}'::jsonb), ('{"sample": 1}') $$, 'with all that refers to it, and nothing else');
SELECT is(test.fault($$ UPDATE "IndexingParameters" SET command_line = 'x' WHERE id = (SELECT indexing_parameters_id FROM "IndexingResult") $$, 'state detail'),
    ARRAY['55006', 'Rows of "IndexingResult" that use it: 1.'], 'what a run was indexed by stays');
SELECT lives_ok($$ UPDATE "IndexingParameters" SET command_line = 'x' WHERE id = 2 $$, 'what none was may change');

-- Jobs.
SELECT throws_ok(format('SELECT %s(999)', f), 'P0002', NULL, f || ' of a job that is not there') FROM unnest('{finish_indexing,report_merge,finish_merge}'::text[]) AS f;
SELECT throws_ok($$ SELECT finish_indexing(1, results => '{"frame": 100}') $$, '42703', 'these are no results of indexing: frame', 'no result is lost since it was misspelt');

-- Files.
SET LOCAL quire.max_inflate = '64kB';
SELECT create_file('large', convert_to(repeat('x', 200000), 'UTF8'));
SELECT results_eq('SELECT size_in_bytes, size_in_bytes_compressed FROM "File"', 'VALUES (200000, NULL::int)', 'what is too large to be inflated stays as it is');
INSERT INTO "File" (file_name, contents) SELECT 'file ' || n, 'x' FROM generate_series(1, 3000) AS n;
SELECT update_live_stream(1, 'x');
ANALYZE "File";
SELECT is(live_stream_file(1), (SELECT max(id) FROM "File"), 'the live-stream image is found');
SELECT is(live_stream_file(2), NULL, 'where there is one');
SELECT cmp_ok(pg_stat_get_xact_numscans('one_live_stream_image'::regclass), '>=', 2::bigint, 'by its index');

-- Sheets.
SELECT results_eq(format('SELECT cell, message FROM import_runs(1, %L)', '[["run id", "experiment type", "started", "stopped", "files"], ["17", "scan", "05/06/2024 10:00", "", ""],
        ["18", "scan", "infinity", "", ""], ["19", "scan", "2024-05-17 10:00Z", "now", ""]]'),
    $$ SELECT c, 'expected a date and time like 2024-05-17 10:30' FROM unnest('{C2,C3,C4,D4}'::text[]) AS c $$, 'a moment is written so that it can be read in one way only');
SELECT * FROM finish();
ROLLBACK;
