-- A beamtime with two chemicals, four runs of a scan in energy, a data set that two of them belong to, and what came of it.
INSERT INTO "Beamtime" (external_id, proposal, beamline, title, comment, start, "end", analysis_output_path)
VALUES ('11014', '20240001', 'P11', 'Lysozyme at two energies', '', '2024-05-17 06:00', '2024-05-19 06:00',
    '/data/{beamtime.beamline_lowercase}/{beamtime.year}/{beamtime.external_id}/processed');
INSERT INTO "Attributo" (beamtime_id, name, description, "group", associated_table, json_schema)
SELECT b.id, a.* FROM "Beamtime" AS b, (VALUES
    ('cell description', '', 'manual', 'CHEMICAL', '{"type": "string"}'::json),
    ('point group', '', 'manual', 'CHEMICAL', '{"type": "string"}'),
    ('space group', '', 'manual', 'CHEMICAL', '{"type": "string"}'),
    ('concentration', '', 'manual', 'CHEMICAL', '{"type": "number", "minimum": 0, "suffix": "mg/ml", "format": "standard-unit"}'),
    ('sample', 'what is in the beam', 'manual', 'RUN', '{"type": "integer", "format": "chemical-id"}'),
    ('energy', 'of the photons', 'automatic', 'RUN',
        '{"type": "number", "minimum": 0, "suffix": "keV", "format": "standard-unit", "tolerance": 0.005, "toleranceIsAbsolute": false}'),
    ('detector distance', '', 'automatic', 'RUN', '{"type": "number", "minimum": 0, "suffix": "mm", "format": "standard-unit"}'),
    ('pump laser', '', 'manual', 'RUN', '{"type": "boolean"}'),
    ('injector', '', 'manual', 'RUN', '{"type": "string", "enum": ["jet", "tape", "chip"]}'),
    ('target_frame_count', '', 'automatic', 'RUN', '{"type": "integer"}'),
    ('checked at', '', 'manual', 'RUN', '{"type": "integer", "format": "date-time"}'),
    ('motors', '', 'automatic', 'RUN', '{"type": "array", "item_type": "number", "minItems": 1, "maxItems": 3}'))
    AS a (name, description, "group", associated_table, json_schema)
WHERE b.external_id = '11014';
INSERT INTO "Chemical" (beamtime_id, name, responsible_person, type, attributi)
SELECT b.id, c.* FROM "Beamtime" AS b, (VALUES
    ('lysozyme', 'Ada', 'CRYSTAL', '{"cell description": "tetragonal P c (79.2 79.2 38.0) (90 90 90)",
        "point group": "4/mmm", "concentration": 20}'::jsonb),
    ('buffer', 'Ben', 'SOLUTION', '{}')) AS c
WHERE b.external_id = '11014';
INSERT INTO "ChemicalHasFile" SELECT c.id, create_file('preparation.txt', 'Grown in hanging drops.', description => 'How it was grown')
FROM "Chemical" AS c WHERE c.name = 'lysozyme';
SELECT replace_schedule(b.id, jsonb_build_array(
    jsonb_build_object('users', 'Ada, Ben', 'td_support', 'Cleo', 'shift', '08:00-20:00', 'date', '2024-05-17', 'chemicals',
        jsonb_build_array(c.id)),
    jsonb_build_object('users', 'Dan', 'shift', '20:00-08:00', 'date', '2024-05-17')))
FROM "Beamtime" AS b JOIN "Chemical" AS c ON c.beamtime_id = b.id AND c.name = 'lysozyme';
SELECT update_live_stream(id, '\x89504e470d0a1a0a00') FROM "Beamtime";
SELECT create_experiment_type(id, 'energy scan', '{"energy": "crystal", "sample": "crystal", "pump laser": "crystal"}') FROM "Beamtime";
INSERT INTO "Geometry" (beamtime_id, name, content)
SELECT id, 'eiger', E'clen = {{detector distance}} mm\nphoton_energy = {{energy}} keV\n' FROM "Beamtime";
INSERT INTO "IndexingParameters" (is_online, geometry_id, command_line)
SELECT true, id, '--indexing=xgandalf' FROM "Geometry" WHERE name = 'eiger';
INSERT INTO "UserConfiguration" (beamtime_id, current_experiment_type_id, current_online_indexing_parameters_id)
SELECT e.beamtime_id, e.id, p.id FROM "ExperimentType" AS e, "IndexingParameters" AS p;
SELECT set_user_configuration(id, 'auto-pilot', 'True') FROM "Beamtime";

-- Three runs that are over, and one that auto-pilot flies, indexed while it runs.
SELECT save_run(b.id, n, jsonb_build_object('energy', energy, 'sample', c.id, 'pump laser', n = 3, 'injector', 'jet', 'detector distance',
    200.5,
        'target_frame_count', 1000, 'checked at', '2024-05-17T09:00:00Z', 'motors', jsonb_build_array(n, 0.5)),
    jsonb_build_array(jsonb_build_object('glob', format('/raw/run%s/*.h5', n))), timestamp '2024-05-17 08:00' + n * interval '10 minutes',
    timestamp '2024-05-17 08:05' + n * interval '10 minutes', create_data_set => n = 1)
FROM "Beamtime" AS b JOIN "Chemical" AS c ON c.beamtime_id = b.id
    AND c.name = 'lysozyme', (VALUES (1, 12.4), (2, 12.41), (3, 7.0)) AS r (n, energy);
SELECT set_user_configuration(id, 'online-crystfel', 'True') FROM "Beamtime";
SELECT start_run(id, attributi => '{"energy": 7.01, "detector distance": 180}') FROM "Beamtime";
SELECT create_event(id, 'Ada', 'The jet is stable again.', 'user', with_live_stream => true) FROM "Beamtime";

-- What came of the data set.
SELECT queue_indexing(d.id, '--indexing=mosflm', g.id, 'lysozyme.cell') FROM "DataSet" AS d, "Geometry" AS g;
SELECT report_indexing(id, 500, 200, 150, 160, 4711, '/processed/1.stream') FROM next_indexing();
SELECT finish_indexing(i.id, results => '{"program_version": "0.11.1", "frames": 1000, "hits": 400, "indexed_frames": 300}',
    align_detector_groups => '[{"group": "all", "x_translation_mm": 0.01, "y_translation_mm": -0.02}]')
FROM "IndexingResult" AS i JOIN "IndexingParameters" AS p ON p.id = i.indexing_parameters_id WHERE NOT p.is_online;
SELECT queue_merge(d.id, p.id, '{"input_merge_model": "XSPHERE", "cutoff_highres": "1.8,2.0"}')
FROM "DataSet" AS d, "IndexingParameters" AS p WHERE NOT p.is_online;
SELECT report_merge(id, 4712) FROM "MergeResult";
SELECT finish_merge(m.id, results => jsonb_build_object('fom_snr', 5.1, 'fom_cc', 0.98, 'fom_outer_resolution', 1.8,
        'mtz_file_id', create_file('lysozyme.mtz', 'MTZ data')),
    shells => '[{"one_over_d_centre": 1, "nref": 100, "d_over_a": 10,
        "min_res": 20, "max_res": 1.8, "cc": 0.98, "ccstar": 0.99, "r_split": 9.5,
        "reflections_possible": 100, "completeness": 100, "measurements": 9000, "redundancy": 90, "snr": 5.1, "mean_i": 120}]',
    refinements => jsonb_build_array(jsonb_build_object('pdb_file_id', create_file('lysozyme.pdb', 'CRYST1'), 'mtz_file_id',
        create_file('refined.mtz', 'MTZ map'),
        'r_free', 0.22, 'r_work', 0.18, 'rms_bond_angle', 1.1, 'rms_bond_length', 0.01)))
FROM "MergeResult" AS m;
