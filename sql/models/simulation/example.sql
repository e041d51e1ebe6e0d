-- Two users, a direct job that has ended with results, a batch job on its way, and one that is still to be handed over.
SELECT add_cluster('ares'), add_cluster('prometheus');
SELECT register_user('ada', 'the example of ada'), login_keycloak_user('ben', '{"preferred_username": "ben"}', 'certificate of ben', 'key of ben');
SELECT submit_job(u.id, 'shieldhit', 2, 'editor', '{"input_type": "editor", "number_of_all_primaries": 1001, "input_files": {"beam.dat": "..."},
    "input_json": {"scoringManager": {"outputs": [{"name": "fluence"}, {"name": "dose"}]}}}', title => 'proton beam in water')
FROM "User" AS u WHERE u.username = 'ada';
CREATE TEMP TABLE example_job ON COMMIT DROP AS SELECT * FROM next_submission('DIRECT');
SELECT report_task(simulation_id, 0, update_key, '{"task_state": "RUNNING", "simulated_primaries": 250, "estimated_time": 75}') FROM example_job;
SELECT report_task(simulation_id, task_id, update_key, '{"task_state": "COMPLETED"}') FROM example_job, (VALUES (0), (1)) AS t(task_id);
SELECT report_job(simulation_id, update_key, '{"job_state": "MERGING_RUNNING", "merge_id": "example"}') FROM example_job;
SELECT upload_logfiles(simulation_id, update_key, '{"task 0": "1001 primaries"}') FROM example_job;
SELECT upload_results(simulation_id, update_key, '[
    {"name": "dose_", "metadata": {"number_of_primaries": 1001}, "pages": [
        {"dimensions": 1, "metadata": {"page_number": 0, "name": "Dose"}, "axes": [{"name": "Z", "unit": "cm", "values": [0, 1, 2]}],
            "data": {"unit": "MeV/g", "values": [0.5, 0.75, 0.25]}},
        {"dimensions": 0, "metadata": {"page_number": 1, "name": "Total dose"}, "axes": [], "data": {"unit": "MeV/g", "values": [1.5]}}]},
    {"name": "fluence_", "metadata": {"number_of_primaries": 1001}, "pages": [
        {"dimensions": 0, "metadata": {"page_number": 0, "name": "Fluence"}, "axes": [], "data": {"unit": "/cm2", "values": [12]}}]}]') FROM example_job;
DROP TABLE example_job;
SELECT submit_job(u.id, 'fluka', 3, 'files', '{"input_type": "files", "number_of_all_primaries": 3000, "input_files": {"in.inp": "..."}}', 'BATCH',
    'carbon beam', 'prometheus') FROM "User" AS u WHERE u.username = 'ben';
CREATE TEMP TABLE example_job ON COMMIT DROP AS SELECT * FROM next_submission('BATCH');
SELECT report_job(simulation_id, update_key, '{"job_dir": "/scratch/ben/1", "array_id": 1001, "collect_id": 1002}') FROM example_job;
SELECT report_task(simulation_id, 1, update_key, '{"task_state": "RUNNING", "simulated_primaries": 400, "estimated_time": 3725}') FROM example_job;
DROP TABLE example_job;
SELECT submit_job(u.id, 'dummy', 1, 'files', '{"input_type": "files", "input_files": {}}') FROM "User" AS u WHERE u.username = 'ada';
-- Someone guesses.
SELECT login_user('ada', 'a guess');
