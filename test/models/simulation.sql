-- The model simulation: kinds, states, reports, what a job becomes by its tasks, and what its owner does.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(223);
SELECT quire.create_model('simulation', 'y');
SET LOCAL search_path = public, y;
CREATE TEMP TABLE kept (name text PRIMARY KEY, value text);
CREATE FUNCTION pg_temp.kept(wanted text) RETURNS text LANGUAGE sql AS 'SELECT value FROM kept WHERE name = wanted';
-- A job that is handed over; its id. Its key is kept under its title.
CREATE FUNCTION pg_temp.job(title text, ntasks int, platform text DEFAULT 'DIRECT', primaries int DEFAULT 100) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    id int;
BEGIN
    SELECT simulation_id INTO id FROM submit_job((SELECT u.id FROM "User" AS u WHERE u.username = CASE platform WHEN 'BATCH' THEN 'batch' ELSE 'ada' END), 'shieldhit', ntasks, 'editor',
        jsonb_build_object('number_of_all_primaries', primaries, 'input_json', '{"scoringManager": {"outputs": [{"name": "b"}, {"name": "a"}]}}'::jsonb),
        platform, title);
    INSERT INTO kept SELECT title, update_key FROM next_submission(platform);
    RETURN id;
END $$;
CREATE FUNCTION pg_temp.report(job int, task int, changes jsonb) RETURNS bool LANGUAGE sql AS $$
    SELECT report_task(job, task, (SELECT value FROM kept WHERE name = s.title), changes) FROM "Simulation" AS s WHERE id = job
$$;
CREATE FUNCTION pg_temp.report(job int, changes jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT report_job(job, (SELECT value FROM kept WHERE name = s.title), changes) FROM "Simulation" AS s WHERE id = job
$$;
CREATE FUNCTION pg_temp.state(job int) RETURNS text LANGUAGE sql AS 'SELECT job_state FROM "Simulation" WHERE id = job';
CREATE FUNCTION pg_temp.job_id(job int) RETURNS text LANGUAGE sql AS 'SELECT job_id FROM "Simulation" WHERE id = job';

-- Users of two kinds.
SELECT is(register_user('ada', 'a password'), 1, 'a user registers');
SELECT throws_ok($$ SELECT register_user('ada', 'another') $$, '23505', 'User existing', 'once');
SELECT throws_ok($$ SELECT register_user('', 'p') $$, '23502', NULL, 'with a name');
SELECT is(login_user('ada', 'a password'), 1, 'and logs in');
SELECT is(login_user('ada', 'wrong'), NULL, 'with no other password');
SELECT is(login_user('zoe', 'a password'), NULL, 'nor as nobody');
SELECT is(login_user('ada', NULL), NULL, 'nor without one');
SELECT count(login_user('ada', 'guess ' || n)) FROM generate_series(3, 5) AS n;
SELECT throws_ok($$ SELECT login_user('ada', 'a password') $$, '28000', 'too many logins have failed', 'who guesses has to wait');
UPDATE login_failures SET blocked_until = '-infinity';
SELECT is(login_user('ada', 'a password'), 1, 'and then is let in');
SELECT is_empty($$ SELECT FROM login_failures WHERE username = 'ada' $$, 'with nothing held against them');
UPDATE "YaptideUser" SET password_hash = 'scrypt:32768:8:1$8ZmJnPq2RtUvWxYz$'
    || '30576fce26735cbfbcf0c31dfb26306a418c84d3f51ff0380befc5e9c61587f5c7d90e7f8ab41abb006772568984932f6e61b2d32f4821567cbd79ccb247e247';
SELECT is(login_user('ada', 'a password'), 1, 'a hash of the platform''s is read');
SELECT matches((SELECT password_hash FROM "YaptideUser"), '^\$argon2id\$', 'and replaced by a stronger one');
SELECT lives_ok($$ SELECT update_user('ada', 'a password') $$, 'an administrator sets another');
SELECT throws_ok($$ SELECT update_user('zoe', 'p') $$, 'P0002', NULL, 'of a user who is there');
SELECT throws_ok($$ SELECT login_keycloak_user('ada', '{"preferred_username": "eve"}') $$, '28000', 'the token is another user''s', 'a token opens its own user alone');
SELECT throws_ok($$ SELECT login_keycloak_user('ada', '{}') $$, '28000', NULL, 'and none opens nothing');
INSERT INTO kept SELECT 'keycloak', login_keycloak_user('ada', '{"preferred_username": "ada"}', 'cert', 'key');
SELECT isnt(pg_temp.kept('keycloak'), '1', 'of one name, the two providers have different users');
SELECT is(login_keycloak_user('ada', '{"preferred_username": "ada"}')::text, pg_temp.kept('keycloak'), 'who is seen again is the same');
SELECT is((SELECT cert IS NULL AND private_key IS NULL FROM "KeycloakUser"), true, 'each login replaces what the one before has brought');
UPDATE "KeycloakUser" SET private_key = 'key';
SELECT is(clear_expired(), 0, 'whoever stores a key, it is dated');
UPDATE "KeycloakUser" SET key_stored_at = now() - interval '2 days';
SELECT is(clear_expired(), 1, 'which does not stay for ever');
SELECT is((SELECT private_key FROM "KeycloakUser"), NULL, 'but is removed');

-- Kinds.
SET CONSTRAINTS complete_kind IMMEDIATE;
SELECT throws_ok($$ INSERT INTO "User" (username, auth_provider) VALUES ('x', 'YaptideUser') $$, '23514', NULL, 'a user without a password is none');
SELECT throws_ok($$ INSERT INTO "User" (username, auth_provider) VALUES ('x', 'User') $$, '23514', NULL, 'nor one of no provider');
SELECT throws_ok($$ INSERT INTO "Simulation" (user_id, platform, input_type, sim_type) VALUES (1, 'BATCH', 'FILES', 'dummy') $$, '23502', NULL, 'a batch job needs a cluster');
SELECT is(add_cluster('ares'), 1, 'there may be clusters');
SELECT is(add_cluster('ares'), 1, 'each once');
SELECT is(add_cluster('zeus') > 1, true, 'of other names, others');
INSERT INTO "Simulation" (id, user_id, title, platform, input_type, sim_type)
VALUES (-1, 1, 'direct', 'DIRECT', 'FILES', 'dummy'), (-2, 1, 'batch', 'BATCH', 'FILES', 'dummy');
INSERT INTO "Task" (id, simulation_id, task_id, platform) VALUES (-1, -1, 0, 'DIRECT'), (-2, -2, 1, 'BATCH');
SELECT matches((SELECT job_id FROM "Simulation" WHERE id = -1), '^\d{8}-\d{6}-[0-9a-f-]{36}DIRECT$', 'a job without an id gets one');
SELECT results_eq($$ SELECT id, cluster_id FROM "BatchSimulation" $$, $$ VALUES (-2, 1) $$, 'one INSERT makes a batch job, on the first cluster');
SELECT results_eq($$ SELECT id FROM "CelerySimulation" $$, $$ VALUES (-1) $$, 'or a direct one');
SELECT is((SELECT length(celery_id) FROM "CeleryTask" WHERE id = -1), 36, 'a task has its other half, too');
SELECT is((SELECT job_state || task_state FROM "Simulation" AS s JOIN "Task" AS t ON t.simulation_id = s.id WHERE s.id = -1), 'UNKNOWNPENDING', 'both begin as the platform has them begin');
SELECT throws_ok($$ INSERT INTO "BatchSimulation" VALUES (-1, 1) $$, '23503', NULL, 'no half disagrees with the other');
SELECT throws_ok($$ UPDATE "Simulation" SET platform = 'BATCH' WHERE id = -1 $$, NULL, NULL, 'nor comes to disagree');
SELECT throws_ok($$ INSERT INTO "Task" (simulation_id, task_id, platform) VALUES (-1, 7, 'BATCH') $$, '23503', NULL, 'nor a task with its job');
SELECT throws_ok($$ INSERT INTO "Task" (simulation_id, task_id, platform) VALUES (-1, 0, 'DIRECT') $$, '23505', NULL, 'a task''s number is one task''s');
SELECT throws_ok($$ UPDATE "Simulation" SET job_id = 'xBATCH' WHERE id = -1 $$, '23514', NULL, 'nor the job_id with the platform');
SELECT throws_ok($$ UPDATE "Simulation" SET sim_type = 'geant' WHERE id = -1 $$, '23514', NULL, 'there are four simulators');
SELECT throws_ok($$ UPDATE "Simulation" SET input_type = 'editor' WHERE id = -1 $$, '23514', NULL, 'and two types of input');
SELECT throws_ok($$ UPDATE "Task" SET simulation_id = -2 WHERE id = -1 $$, NULL, NULL, 'a task stays where it is');
DELETE FROM "BatchTask" WHERE id = -2;
SELECT is_empty($$ SELECT FROM "Task" WHERE id = -2 $$, 'who deletes one half deletes the other');
DELETE FROM "CelerySimulation" WHERE id = -1;
SELECT is_empty($$ SELECT FROM "Simulation" WHERE id = -1 UNION ALL SELECT FROM "Task" WHERE id = -1 $$, 'with all that belongs to it');
SET CONSTRAINTS complete_kind DEFERRED;
INSERT INTO "Simulation" (id, title, platform, input_type, sim_type) VALUES (-3, 'orm', 'BATCH', 'FILES', 'dummy');
INSERT INTO "BatchSimulation" (id, cluster_id) SELECT -3, id FROM "Cluster" WHERE cluster_name = 'zeus';
SET CONSTRAINTS complete_kind IMMEDIATE;
SELECT is((SELECT cluster_name FROM "BatchSimulation" AS b JOIN "Cluster" AS c ON c.id = b.cluster_id WHERE b.id = -3), 'zeus', 'who writes both halves, as an ORM does, is not disturbed');
SET CONSTRAINTS complete_kind DEFERRED;
DELETE FROM "Simulation";

-- Submission.
SELECT throws_ok($$ SELECT submit_job(1, 'topas', NULL, 'files', '{}') $$, '23502', NULL, 'sim_type, ntasks, input_type and input are needed');
SELECT throws_ok($$ SELECT submit_job(1, 'topas', 1, 'files', '{}', 'BATCH') $$, '42501', NULL, 'a batch needs a user of Keycloak');
SELECT throws_ok($$ SELECT submit_job(1, 'topas', 1, 'files', '{}', 'CLOUD') $$, '23514', NULL, 'there are two platforms');
SELECT is_empty($$ SELECT FROM "Simulation" $$, 'what fails leaves nothing behind');
INSERT INTO kept SELECT 'first', simulation_id FROM submit_job(1, 'topas', 3, 'editor', '{"number_of_all_primaries": 101, "x": "ä"}');
SELECT results_eq($$ SELECT task_id, requested_primaries, task_state::text FROM "Task" ORDER BY 1 $$, $$ VALUES (0, 34, 'PENDING'), (1, 34, 'PENDING'), (2, 33, 'PENDING') $$,
    'tasks share the primaries, and none is lost');
SELECT is((SELECT job_state || input_type FROM "Simulation"), 'PENDINGEDITOR', 'the job waits');
SELECT is((SELECT i.data FROM "Input" AS i), '{"x": "ä", "number_of_all_primaries": 101}', 'with its input');
SELECT is((SELECT update_key_hash FROM "Simulation"), NULL, 'and no key yet');
INSERT INTO kept SELECT 'first key', update_key FROM next_submission('DIRECT');
SELECT is_empty($$ SELECT next_submission('DIRECT') $$, 'it is handed over once');
SELECT is((SELECT update_key_hash FROM "Simulation"), encode(sha256(convert_to(pg_temp.kept('first key'), 'UTF8')), 'hex')::varchar, 'with a key, of which the digest is kept');
SELECT throws_ok($$ INSERT INTO "Input" (simulation_id) VALUES (pg_temp.kept('first')::int) $$, '23505', NULL, 'a job has one input');
DELETE FROM "Simulation";
SELECT submit_job(1, 'dummy', ntasks, 'files', input, title => ntasks::text)
FROM (VALUES (0, '{"number_of_all_primaries": 9}'::jsonb), (5, '{"number_of_all_primaries": 3}'), (6, '{}'), (7, '{"number_of_all_primaries": 0}')) AS v(ntasks, input);
SELECT is((SELECT string_agg(title || ':' || tasks, ' ' ORDER BY title) FROM "Simulation" AS s JOIN task_counts AS c ON c.simulation_id = s.id), '0:1 5:3 6:6 7:1',
    'there are as many tasks as asked for, at least one, at most one a primary');
DELETE FROM "Simulation";
UPDATE "User" SET username = 'batch' WHERE auth_provider = 'KeycloakUser';
INSERT INTO kept SELECT 'submitted', simulation_id FROM submit_job((SELECT id FROM "User" WHERE username = 'batch'), 'fluka', 2, 'files', '{"number_of_all_primaries": 4}', 'BATCH', cluster_name => 'zeus');
SELECT results_eq($$ SELECT task_id FROM "Task" ORDER BY 1 $$, $$ VALUES (1), (2) $$, 'the tasks of a batch count from 1');
SELECT is((SELECT cluster_name FROM "Cluster" AS c JOIN "BatchSimulation" AS b ON b.cluster_id = c.id), 'zeus', 'it goes to the cluster that was asked for');
SELECT submit_job((SELECT id FROM "User" WHERE username = 'batch'), 'fluka', 2, 'files', '{}', 'BATCH', cluster_name => 'unknown');
SELECT results_eq($$ SELECT b.cluster_id FROM "BatchSimulation" AS b ORDER BY id DESC LIMIT 1 $$, $$ VALUES (1) $$, 'or to the first');
SELECT is_empty($$ SELECT next_submission('DIRECT') $$, 'each platform takes its own');
SELECT is((SELECT simulation_id::text FROM next_submission('BATCH')), pg_temp.kept('submitted'), 'the oldest first');
DELETE FROM "Simulation";
SELECT throws_ok($$ SELECT remove_user('nobody', 'YaptideUser') $$, 'P0002', NULL, 'who is not there is not removed');

-- Update keys.
INSERT INTO kept SELECT 'job', pg_temp.job('keys', 2);
SELECT throws_ok($$ SELECT report_task(pg_temp.kept('job')::int, 0, 'wrong', '{}') $$, '28000', 'Invalid update key', 'a report needs the key');
SELECT throws_ok($$ SELECT report_task(pg_temp.kept('job')::int, 0, NULL, '{}') $$, '28000', 'Invalid update key', 'and not none');
SELECT throws_ok($$ SELECT report_task(-5, 0, pg_temp.kept('keys'), '{}') $$, 'P0002', NULL, 'of a simulation');
SELECT throws_ok($$ SELECT report_task(pg_temp.kept('job')::int, 9, pg_temp.kept('keys'), '{}') $$, 'P0002', NULL, 'and a task');
SELECT throws_ok($$ SELECT report_job(pg_temp.kept('job')::int, 'wrong', '{}') $$, '28000', 'Invalid update key', 'so does one of the job');
SELECT throws_ok($$ SELECT upload_results(pg_temp.kept('job')::int, 'wrong', '[]') $$, '28000', 'Invalid update key', 'results');
SELECT throws_ok($$ SELECT upload_logfiles(pg_temp.kept('job')::int, 'wrong', '{}') $$, '28000', 'Invalid update key', 'and logs');
UPDATE "Simulation" SET update_key_expires = now() - interval '1 second';
SELECT throws_ok($$ SELECT report_task(pg_temp.kept('job')::int, 0, pg_temp.kept('keys'), '{}') $$, '28000', 'the update key has expired', 'in its time');
SELECT throws_ok($$ UPDATE "Simulation" SET update_key_expires = NULL $$, '23514', NULL, 'which has an end, if only in infinity');
UPDATE kept SET value = new_update_key(pg_temp.kept('job')::int) WHERE name = 'keys';
SELECT ok(pg_temp.report(pg_temp.kept('job')::int, 0, '{}'), 'a new one takes its place');
SELECT ok((SELECT update_key_expires BETWEEN now() + interval '6 days' AND now() + interval '8 days' FROM "Simulation"), 'for a week at most');
SELECT is(pg_temp.report(pg_temp.kept('job')::int, '{"job_state": "FAILED"}'), 'FAILED', 'a job ends');
SELECT ok((SELECT update_key_expires <= clock_timestamp() + interval '15 minutes' FROM "Simulation"), 'and its key a little later');
UPDATE settings SET update_key_grace = '0';
UPDATE "Simulation" SET update_key_expires = clock_timestamp();
SELECT throws_ok($$ SELECT new_update_key(pg_temp.kept('job')::int) $$, 'P0002', NULL, 'to be replaced by none');
SELECT clear_expired();
SELECT is((SELECT update_key_hash FROM "Simulation"), NULL, 'then even its digest goes');
UPDATE settings SET update_key_grace = '15 minutes';
DELETE FROM "Simulation"; DELETE FROM kept WHERE name = 'keys';

-- Reports of tasks.
UPDATE kept SET value = pg_temp.job('tasks', 2) WHERE name = 'job';
CREATE FUNCTION pg_temp.task(n int) RETURNS "Task" LANGUAGE sql AS $$ SELECT * FROM "Task" WHERE simulation_id = pg_temp.kept('job')::int AND task_id = n $$;
CREATE FUNCTION pg_temp.r(n int, changes jsonb) RETURNS bool LANGUAGE sql AS $$ SELECT pg_temp.report(pg_temp.kept('job')::int, n, changes) $$;
SELECT ok(pg_temp.r(0, '{"task_state": "RUNNING", "simulated_primaries": 10, "estimated_time": 60, "start_time": "2024-01-02 03:04:05.678901"}'), 'a task reports');
SELECT is((pg_temp.task(0)).simulated_primaries || (pg_temp.task(0)).task_state, '10RUNNING', 'how far it is');
SELECT is(pg_temp.state(pg_temp.kept('job')::int), 'RUNNING', 'and the job runs');
SELECT ok(pg_temp.r(0, '{"task_state": "PENDING", "simulated_primaries": 5, "start_time": "2025-01-01T00:00:00"}'), 'a report that comes late is taken');
SELECT is((pg_temp.task(0)).simulated_primaries || (pg_temp.task(0)).task_state, '10RUNNING', 'and turns nothing back');
SELECT is((pg_temp.task(0)).start_time, '2024-01-02 03:04:05.678901'::timestamptz, 'a start is told once');
SELECT is((pg_temp.task(0)).estimated_time, 60, 'what it does not mention stays');
SELECT pg_temp.r(0, '{"estimated_time": null, "simulated_primaries": 1000}');
SELECT is((pg_temp.task(0)).estimated_time, NULL, 'what it takes back goes');
SELECT is((pg_temp.task(0)).simulated_primaries, 50, 'no more is simulated than was requested');
SELECT pg_temp.r(0, '{"requested_primaries": 80, "simulated_primaries": 60}');
SELECT is((pg_temp.task(0)).simulated_primaries, 60, 'which may become more');
SELECT pg_temp.r(0, '{"requested_primaries": 0, "simulated_primaries": 0, "task_state": ""}');
SELECT is((pg_temp.task(0)).requested_primaries || (pg_temp.task(0)).task_state, '80RUNNING', 'nothing is no report');
SELECT throws_ok($$ SELECT pg_temp.r(0, '{"task_state": "DONE"}') $$, '22023', NULL, 'there are eight states');
SELECT throws_ok($$ SELECT pg_temp.r(0, '[{"task_state": "COMPLETED"}]') $$, '22023', 'an update of a task is an object', 'a report is an object');
SELECT throws_ok($$ SELECT pg_temp.r(0, NULL) $$, '22023', 'an update of a task is an object', 'and not nothing');
SELECT pg_temp.r(0, '{"task_state": "RUNNING", "estimated_time": 5}');
SELECT pg_temp.r(0, '{"task_state": "RUNNING", "simulated_primaries": 59}');
SELECT is((pg_temp.task(0)).simulated_primaries || ' ' || (pg_temp.task(0)).estimated_time, '60 5', 'a report of progress turns nothing back, nor forgets');
SELECT pg_temp.r(0, '{"task_state": "RUNNING", "simulated_primaries": 1000, "estimated_time": null}');
SELECT is((pg_temp.task(0)).simulated_primaries || coalesce(' ' || (pg_temp.task(0)).estimated_time, ''), '80', 'but goes as far as was requested, and takes back what it says it does');
SELECT throws_ok($$ SELECT report_task(pg_temp.kept('job')::int, 0, 'wrong', '{"task_state": "RUNNING", "simulated_primaries": 1}') $$, '28000', 'Invalid update key', 'and needs the key');
SELECT ok(pg_temp.r(0, '{"task_state": "RUNNING", "estimated_time": -1}'), 'nor is a report lost for a bad estimate');
SELECT pg_temp.r(0, '{"estimated_time": 5}');
SELECT ok(pg_temp.r(0, '{"task_state": "COMPLETED", "simulated_primaries": 61, "end_time": "2024-01-02 04:00:00"}'), 'a task completes');
SELECT is((pg_temp.task(0)).simulated_primaries, 80, 'with all that was requested');
SELECT is((pg_temp.task(0)).estimated_time, NULL, 'and nothing to wait for');
SELECT is((pg_temp.task(0)).end_time, '2024-01-02 04:00:00'::timestamptz, 'a time may be whole');
SELECT ok(NOT pg_temp.r(0, '{"task_state": "RUNNING", "celery_id": "other"}'), 'what is over is over');
SELECT is((pg_temp.task(0)).task_state, 'COMPLETED', 'and stays so');
SELECT is((SELECT celery_id FROM "CeleryTask" WHERE id = (pg_temp.task(0)).id), 'other', 'but for what Celery calls it');
SELECT throws_ok($$ UPDATE "Task" SET task_state = 'RUNNING' WHERE task_id = 0 $$, '23514', NULL, 'for every client');
SELECT throws_ok($$ UPDATE "Task" SET simulated_primaries = 1 WHERE task_id = 0 $$, '23514', NULL, 'as progress is');
SELECT throws_ok($$ UPDATE "Task" SET simulated_primaries = 1000 WHERE task_id = 0 $$, '23514', NULL, 'and its measure');
SELECT throws_ok($$ UPDATE "Simulation" SET job_state = 'PENDING' $$, '23514', NULL, 'and a job''s state');
SELECT is(celery_state('REVOKED') || celery_state('RETRY') || celery_state('SUCCESS') || celery_state('PROGRESS') || celery_state('FAILURE') || celery_state('OTHER'),
    'CANCELEDPENDINGCOMPLETEDRUNNINGFAILEDOTHER', 'Celery has other names');

-- The job follows its tasks. Each row: platform, how its tasks end, what the job is then.
CREATE FUNCTION pg_temp.ending(platform text, states text[], before text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    job int := pg_temp.job(platform || array_to_string(states, ',') || coalesce(before, ''), cardinality(states), platform);
BEGIN
    IF before IS NOT NULL THEN PERFORM pg_temp.report(job, jsonb_build_object('job_state', before)); END IF;
    FOR n IN 1 .. cardinality(states) LOOP
        PERFORM pg_temp.report(job, n - (platform = 'DIRECT')::int, jsonb_build_object('task_state', states[n]));
    END LOOP;
    RETURN pg_temp.state(job);
END $$;
SELECT is(pg_temp.ending('DIRECT', '{PENDING,PENDING}'), 'PENDING', 'all wait: it waits');
SELECT is(pg_temp.ending('DIRECT', '{PENDING,RUNNING}'), 'RUNNING', 'one runs: it runs');
SELECT is(pg_temp.ending('DIRECT', '{RUNNING,COMPLETED}'), 'RUNNING', 'one still runs: it runs');
SELECT is(pg_temp.ending('DIRECT', '{FAILED,FAILED}'), 'FAILED', 'all fail: it has failed, whoever asks');
SELECT is(pg_temp.ending('DIRECT', '{FAILED,CANCELED}'), 'FAILED', 'none completes: it has failed');
SELECT is(pg_temp.ending('DIRECT', '{CANCELED,CANCELED}'), 'CANCELED', 'all are canceled: so is it');
SELECT is(pg_temp.ending('DIRECT', '{FAILED,FAILED}', 'MERGING_RUNNING'), 'FAILED', 'there is nothing to merge: it does not stay at merging');
SELECT is(pg_temp.ending('DIRECT', '{FAILED,FAILED}', 'COMPLETED'), 'COMPLETED', 'it is over: it stays as it ended');
SELECT is((SELECT count(*) FROM "Simulation" WHERE is_over(job_state) <> (end_time IS NOT NULL)), 0::bigint, 'whatever is over has an end');
SELECT results_eq($$ SELECT * FROM task_counts ORDER BY 1 $$, $$ SELECT simulation_id, count(*)::int, (count(*) FILTER (WHERE task_state = 'COMPLETED'))::int,
    (count(*) FILTER (WHERE task_state = 'FAILED'))::int, (count(*) FILTER (WHERE task_state = 'CANCELED'))::int FROM "Task" GROUP BY 1 ORDER BY 1 $$, 'tasks are counted right');
DELETE FROM "Simulation" WHERE title <> 'tasks';
SELECT is(pg_temp.ending('BATCH', '{COMPLETED,COMPLETED}'), 'MERGING_QUEUED', 'a batch whose tasks complete waits to be merged');
SELECT is(pg_temp.ending('BATCH', '{COMPLETED,FAILED}'), 'MERGING_QUEUED', 'with what has completed');
SELECT is(pg_temp.ending('BATCH', '{COMPLETED,FAILED}', 'MERGING_RUNNING'), 'MERGING_RUNNING', 'and does not go back to waiting');
SELECT is(pg_temp.ending('BATCH', '{FAILED,FAILED}'), 'FAILED', 'if any has');
SELECT is(pg_temp.ending('DIRECT', '{COMPLETED,COMPLETED}'), 'RUNNING', 'a direct job is told when it merges');
DELETE FROM "Simulation" WHERE title <> 'tasks';
DELETE FROM kept WHERE name LIKE 'DIRECT%' OR name LIKE 'BATCH%';
UPDATE kept SET value = pg_temp.job('removed', 3) WHERE name = 'first';
SELECT pg_temp.report(pg_temp.kept('first')::int, n, '{"task_state": "FAILED"}') FROM generate_series(0, 1) AS n;
SELECT lives_ok($$ SELECT remove_task(pg_temp.kept('first')::int, 2) $$, 'an administrator removes a task');
SELECT is(pg_temp.state(pg_temp.kept('first')::int), 'FAILED', 'and those that are left decide');
SELECT is((SELECT count(*) FROM "Task" WHERE task_id = 1), 2::bigint, 'those of other jobs stay');
SELECT throws_ok($$ SELECT remove_task(pg_temp.kept('first')::int, 2) $$, 'P0002', NULL, 'it must be there');

INSERT INTO "Simulation" (id, platform, input_type, sim_type) SELECT -n, 'DIRECT', 'FILES', 'dummy' FROM generate_series(11, 13) AS n;
INSERT INTO "Task" (simulation_id, task_id, platform, task_state) VALUES (-11, 0, 'DIRECT', 'PENDING'), (-12, 0, 'DIRECT', 'RUNNING'), (-13, 0, 'DIRECT', 'FAILED');
SELECT is((SELECT string_agg(job_state, ' ' ORDER BY id DESC) FROM "Simulation" WHERE id < 0), 'UNKNOWN RUNNING FAILED', 'tasks that come as they are make the job what they are');
DELETE FROM "Simulation" WHERE id < 0;

-- Reports of jobs.
UPDATE kept SET value = pg_temp.job('batch', 1, 'BATCH') WHERE name = 'job';
CREATE FUNCTION pg_temp.j(changes jsonb) RETURNS text LANGUAGE sql AS $$ SELECT pg_temp.report(pg_temp.kept('job')::int, changes) $$;
SELECT is(pg_temp.j('{"job_state": "MERGING_RUNNING"}'), 'MERGING_RUNNING', 'a job reports');
SELECT throws_ok($$ SELECT pg_temp.j('[]') $$, '22023', 'an update of a job is an object', 'an object');
SELECT is(pg_temp.j('{"job_state": "MERGING_QUEUED"}'), 'MERGING_RUNNING', 'in whatever order reports come');
SELECT is(report_scheduler(pg_temp.kept('job')::int, 'RUNNING', 'PENDING'), 'MERGING_RUNNING', 'whoever asks the scheduler meanwhile');
SELECT throws_ok($$ SELECT pg_temp.j('{"job_state": "DONE"}') $$, '22023', NULL, 'there are eight states');
SELECT is(pg_temp.j('{"job_state": "COMPLETED", "end_time": "2024-01-02 03:04:05", "job_dir": "/d"}'), 'COMPLETED', 'until it is over');
SELECT is(pg_temp.j('{"job_state": "FAILED", "end_time": "2025-01-01", "array_id": 7, "collect_id": 8, "log": {"f": "x"}}'), 'COMPLETED', 'and stays so');
SELECT is((SELECT end_time FROM "Simulation" WHERE title = 'batch'), '2024-01-02 03:04:05'::timestamptz, 'its end is told once');
SELECT is((SELECT job_dir || array_id || collect_id FROM "BatchSimulation" WHERE id = pg_temp.kept('job')::int), '/d78', 'the scheduler''s numbers are taken even then');
SELECT is((SELECT l.data FROM "Logfiles" AS l), '{"f": "x"}', 'and the log');
SELECT is((SELECT string_agg(report_scheduler(pg_temp.job('s' || a || c, 1, 'BATCH'), a, c), ' ' ORDER BY n) FROM (VALUES (1, 'RUNNING', 'PENDING'), (2, 'COMPLETED', 'PENDING'),
    (3, 'COMPLETED', 'RUNNING'), (4, 'COMPLETED', 'COMPLETED'), (5, 'FAILED', 'PENDING'), (6, 'COMPLETED', 'FAILED')) AS v(n, a, c)),
    'RUNNING MERGING_QUEUED MERGING_RUNNING COMPLETED FAILED FAILED', 'a scheduler''s two states make one');
DELETE FROM "Simulation" WHERE title LIKE 's%';

-- Blobs.
UPDATE kept SET value = pg_temp.job('results', 1) WHERE name = 'job';
INSERT INTO "Logfiles" (id, simulation_id, compressed_data) VALUES (-1, pg_temp.kept('job')::int, '\x1f8b08006774016b02ffab564a54b2528836d45130d233d551f04bf4d351d0f5cc4bcbcccb2ca98cd551502a054a2bc5941a18a49a80649580427940a1bcd29c9c5a004e544d913d000000');
SELECT is((SELECT l.data FROM "Logfiles" AS l WHERE id = -1), '{"a": [1, 2.5, null, null], "u": "ä NaN", "n": null}', 'what Python has written is JSON, even where it is none');
SELECT throws_ok($$ UPDATE "Logfiles" SET compressed_data = '' WHERE id = -1 $$, NULL, NULL, 'what could not be read is not stored');
UPDATE "Logfiles" SET compressed_data = NULL WHERE id = -1;
SELECT ok((SELECT compressed_data IS NOT NULL FROM "Logfiles" WHERE id = -1), 'NULL changes nothing');
DELETE FROM "Logfiles" WHERE id = -1;
SELECT is(python_json('{"x\\\"NaN": [1e5, -2, NaN, "Infinity", Infinity,-Infinity]}'), '{"x\\\"NaN": [1e5, -2, null, "Infinity", null, null]}', 'names and texts stay what they are');
SELECT throws_ok($$ SELECT python_json('[1N2, NaN]') $$, '22P02', NULL, 'what is no JSON does not become any');

-- Results.
CREATE FUNCTION pg_temp.estimator(name text, pages int[], note text DEFAULT '') RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object('name', name, 'metadata', jsonb_build_object('note', note), 'pages', (SELECT jsonb_agg(jsonb_build_object(
        'dimensions', 1, 'metadata', jsonb_build_object('page_number', n, 'name', 'page ' || n), 'data', note)) FROM unnest(pages) AS n))
$$;
CREATE FUNCTION pg_temp.upload(VARIADIC estimators jsonb[]) RETURNS int LANGUAGE sql AS $$
    SELECT upload_results(pg_temp.kept('job')::int, pg_temp.kept('results'), to_jsonb(estimators))
$$;
SELECT throws_ok($$ SELECT pg_temp.upload('{"name": "x", "pages": [{}]}') $$, '22023', NULL, 'pages have numbers and names');
SELECT is(pg_temp.upload(pg_temp.estimator('a_', '{1,0,2}'), pg_temp.estimator('b_', '{0}')), 4, 'results are uploaded');
SELECT is(pg_temp.state(pg_temp.kept('job')::int), 'COMPLETED', 'and the job is complete');
SELECT is(pg_temp.upload(pg_temp.estimator('b_', '{0}'), pg_temp.estimator('a_', '{1,0,2}')), 0, 'once more changes nothing');
SELECT is((SELECT count(*) FROM "Page"), 4::bigint, 'nothing is there twice');
SELECT is(pg_temp.upload(pg_temp.estimator('a_', '{2,3}', 'new')), 2, 'what is new is written');
SELECT results_eq($$ SELECT name, file_name, pages_metadata FROM job_estimators(pg_temp.job_id(pg_temp.kept('job')::int), 1) $$,
    $$ VALUES ('b', 'b_', '[{"page_number": 0, "page_name": "page 0", "page_dimension": 1}]'::jsonb), ('a', 'a_', (SELECT jsonb_agg(jsonb_build_object(
        'page_number', n, 'page_name', 'page ' || n, 'page_dimension', 1) ORDER BY n) FROM generate_series(0, 3) AS n)) $$, 'estimators are in the order of the outputs');
CREATE FUNCTION pg_temp.results(estimator text DEFAULT NULL, pages text DEFAULT NULL) RETURNS jsonb LANGUAGE sql AS $$
    SELECT job_results(pg_temp.job_id(pg_temp.kept('job')::int), 1, estimator, pages) $$;
SELECT is(pg_temp.results('b') #>> '{0,pages,0,metadata,name}', 'page 0', 'one is read by its name');
SELECT is(jsonb_array_length(pg_temp.results()), 2, 'or all');
SELECT is(jsonb_path_query_array(pg_temp.results('a', '2-3,0'), '$[0].pages[*].metadata.page_number'), '[0, 2, 3]', 'or some of its pages');
SELECT is(pg_temp.results('a', '2') #>> '{0,metadata,note}', '', 'metadata are those of the first upload');
SELECT is(pg_temp.results('a', '2') #>> '{0,pages,0,data}', 'new', 'pages those of the last');
SELECT pg_temp.upload(jsonb_set(jsonb_set(pg_temp.estimator('a_', '{3}'), '{pages,0,dimensions}', '2'), '{pages,0,metadata,name}', '"renamed"'));
SELECT results_eq($$ SELECT page_name::text, page_dimension FROM "Page" WHERE page_number = 3 $$, $$ VALUES ('renamed', 2) $$, 'with their names and dimensions');
SELECT throws_ok($$ SELECT pg_temp.results('c') $$, 'P0002', NULL, 'an estimator must be there');
SELECT throws_ok($$ SELECT pg_temp.results('a', '1-9') $$, 'P0002', 'there are no such pages', 'and so must pages');
SELECT throws_ok($$ SELECT page_numbers('1-') $$, '22023', NULL, 'which are numbers');
SELECT throws_ok($$ SELECT page_numbers('0-999999999') $$, '54000', NULL, 'not too many');
SELECT is(page_numbers('5,1-3,2'), '{1,2,3,5}', 'each once, in their order');
SELECT results_eq($$ SELECT name FROM output_names(pg_temp.kept('job')::int, '{22.bnn,21.bnn}') ORDER BY file_name $$, $$ VALUES ('a'), ('b') $$,
    'simulators that name files themselves do it in the order of the names');
SELECT results_eq($$ SELECT name FROM output_names(pg_temp.kept('job')::int, '{21.bnn}') $$, $$ VALUES ('21.bnn') $$, 'what cannot be told keeps the name of its file');
SELECT throws_ok($$ INSERT INTO "Estimator" (simulation_id, name, file_name) VALUES (pg_temp.kept('job')::int, 'x', 'a_') $$, '23505', NULL, 'no file has two estimators');
SELECT throws_ok($$ INSERT INTO "Page" (estimator_id, page_number, page_name, page_dimension) SELECT id, 0, '', 0 FROM "Estimator" WHERE file_name = 'a_' $$, '23505', NULL, 'no estimator a page twice');
SELECT ok(upload_logfiles(pg_temp.kept('job')::int, pg_temp.kept('results'), '{"one": "1", "two": "2"}'), 'logs are uploaded');
SELECT ok(NOT upload_logfiles(pg_temp.kept('job')::int, pg_temp.kept('results'), '{"two": "2", "one": "1"}'), 'once');
SELECT ok(upload_logfiles(pg_temp.kept('job')::int, pg_temp.kept('results'), '{"two": "3"}'), 'and others after them');
SELECT ok(NOT upload_logfiles(pg_temp.kept('job')::int, pg_temp.kept('results'), NULL), 'but not none');
SELECT is(job_logfiles(pg_temp.job_id(pg_temp.kept('job')::int), 1), '{"one": "1", "two": "3"}', 'all are read');
SELECT is(job_input(pg_temp.job_id(pg_temp.kept('job')::int), 1) -> 'number_of_all_primaries', '100', 'and the input');

-- Owners.
SELECT throws_ok($$ SELECT job_status('nothing', 1) $$, 'P0002', NULL, 'a job must be there');
SELECT throws_ok($$ SELECT job_status(pg_temp.job_id(pg_temp.kept('job')::int), 99) $$, '42501', NULL, 'and one''s own');
SELECT throws_ok($$ SELECT job_results(pg_temp.job_id(pg_temp.kept('job')::int), 99) $$, '42501', NULL, 'to read from it');
SELECT throws_ok($$ SELECT cancel_job(pg_temp.job_id(pg_temp.kept('job')::int), NULL) $$, '42501', NULL, 'or do anything with it');
INSERT INTO "Simulation" (id, platform, input_type, sim_type) VALUES (-9, 'DIRECT', 'FILES', 'dummy');
SELECT throws_ok($$ SELECT job_status(pg_temp.job_id(-9), NULL) $$, '42501', NULL, 'nobody''s job is not everybody''s');
DELETE FROM "Simulation" WHERE id = -9;
UPDATE kept SET value = pg_temp.job('canceled', 3) WHERE name = 'job';
SELECT pg_temp.r(0, '{"task_state": "COMPLETED"}'), pg_temp.r(1, '{"task_state": "RUNNING", "estimated_time": 3725}');
SELECT is(job_status(pg_temp.job_id(pg_temp.kept('job')::int), 1) #- '{job_tasks_status,0,last_update_time}' #- '{job_tasks_status,1,last_update_time}' #- '{job_tasks_status,2,last_update_time}',
    '{"job_state": "RUNNING", "job_tasks_status": [{"task_id": 0, "task_state": "COMPLETED", "requested_primaries": 34, "simulated_primaries": 34},
      {"task_id": 1, "task_state": "RUNNING", "requested_primaries": 33, "simulated_primaries": 0, "estimated_time": {"hours": 1, "minutes": 2, "seconds": 5}},
      {"task_id": 2, "task_state": "PENDING", "requested_primaries": 33, "simulated_primaries": 0}]}', 'the owner sees how far the tasks are');
SELECT throws_ok($$ SELECT delete_job(pg_temp.job_id(pg_temp.kept('job')::int), 1) $$, '55000', NULL, 'what goes on is not deleted');
SELECT ok(cancel_job(pg_temp.job_id(pg_temp.kept('job')::int), 1), 'but canceled');
SELECT is((SELECT string_agg(task_state, ' ' ORDER BY task_id) FROM "Task" WHERE simulation_id = pg_temp.kept('job')::int), 'COMPLETED CANCELED CANCELED', 'with the tasks that go on');
SELECT ok(NOT cancel_job(pg_temp.job_id(pg_temp.kept('job')::int), 1), 'once');
SELECT results_eq($$ SELECT tasks, completed, failed, canceled FROM task_counts WHERE simulation_id = pg_temp.kept('job')::int $$, $$ VALUES (3, 1, 0, 2) $$, 'and they are counted');
SELECT is(upload_results(pg_temp.kept('job')::int, pg_temp.kept('canceled'), to_jsonb(ARRAY[pg_temp.estimator('a_', '{0}')])), 1, 'results that come all the same are kept');
SELECT is(pg_temp.state(pg_temp.kept('job')::int), 'CANCELED', 'and the job is still canceled');
SELECT lives_ok($$ SELECT delete_job(pg_temp.job_id(pg_temp.kept('job')::int), 1) $$, 'what is over is deleted');
SELECT is_empty($$ SELECT FROM "Task" WHERE simulation_id = pg_temp.kept('job')::int UNION ALL SELECT FROM "Estimator" WHERE simulation_id = pg_temp.kept('job')::int
    UNION ALL SELECT FROM task_counts WHERE simulation_id = pg_temp.kept('job')::int $$, 'with all that belongs to it');
UPDATE kept SET value = (SELECT simulation_id FROM submit_job(1, 'dummy', 1, 'files', '{}')) WHERE name = 'job';
SELECT cancel_job(pg_temp.job_id(pg_temp.kept('job')::int), 1);
SELECT is_empty($$ SELECT next_submission('DIRECT') $$, 'a canceled job is handed over to nobody');
INSERT INTO "Simulation" (user_id, platform, input_type, sim_type) VALUES (1, 'DIRECT', 'FILES', 'dummy') RETURNING set_config('test.job_id', job_id, true);
SELECT is(job_status(current_setting('test.job_id'), 1), '{"job_state": "UNKNOWN"}', 'of a job that has not begun nothing is known');
SELECT ok(NOT cancel_job(current_setting('test.job_id'), 1), 'it is not canceled');
SELECT throws_ok($$ SELECT delete_job(current_setting('test.job_id'), 1) $$, '55000', NULL, 'nor deleted');

-- Lists.
DELETE FROM "Simulation";
INSERT INTO "Simulation" (user_id, title, platform, input_type, sim_type, job_state, start_time, end_time)
SELECT 1, 'job ' || n, 'DIRECT', 'FILES', 'dummy', CASE WHEN n % 2 = 0 THEN 'COMPLETED' ELSE 'RUNNING' END, '2024-01-01'::timestamptz + n * interval '1 h', '2024-02-01'::timestamptz - n * interval '1 h'
FROM generate_series(1, 14) AS n;
CREATE FUNCTION pg_temp.titles(list jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(substr(s ->> 'title', 5), ' ' ORDER BY n) || ' of ' || (list ->> 'simulations_count') || ' on ' || (list ->> 'page_count')
    FROM jsonb_array_elements(list -> 'simulations') WITH ORDINALITY AS a(s, n) $$;
SELECT is(pg_temp.titles(user_simulations(1)), '14 13 12 11 10 9 of 14 on 3', 'the latest jobs come first');
SELECT is(pg_temp.titles(user_simulations(1, page_idx => 3)), '2 1 of 14 on 3', 'page by page');
SELECT is(pg_temp.titles(user_simulations(1, 3, order_type => 'ascend')), '1 2 3 of 14 on 5', 'or last');
SELECT is(pg_temp.titles(user_simulations(1, 3, order_by => 'end_time')), '1 2 3 of 14 on 5', 'by their end');
SELECT is(pg_temp.titles(user_simulations(1, 3, job_state => 'COMPLETED,FAILED')), '14 12 10 of 7 on 3', 'or by their states');
SELECT is(user_simulations(99), '{"page_count": 0, "simulations": [], "simulations_count": 0}', 'who has none sees none');
SELECT throws_ok($$ SELECT user_simulations(1, job_state => 'DONE') $$, '22023', NULL, 'a state must be one');
SELECT throws_ok($$ SELECT user_simulations(1, order_by => 'title; DROP TABLE "Task"') $$, '22023', NULL, 'and so must an order');
SELECT throws_ok($$ SELECT user_simulations(1, page_size => 0) $$, '22023', NULL, 'and a page');
INSERT INTO "Simulation" (user_id, platform, input_type, sim_type, start_time) SELECT 1, 'DIRECT', 'FILES', 'dummy', '2023-01-01'::timestamptz + n * interval '1 s' FROM generate_series(1, 3000) AS n;
ANALYZE "Simulation";
CREATE FUNCTION pg_temp.plan(query text) RETURNS text LANGUAGE plpgsql AS $$ DECLARE line text; plan text := ''; BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP plan := plan || line; END LOOP; RETURN plan; END $$;
SELECT matches(pg_temp.plan('SELECT * FROM "Simulation" WHERE user_id = 1 ORDER BY start_time DESC, id DESC LIMIT 6'), 'Index Scan Backward using "Simulation_user_id_start_time"', 'a page is read by its index');
DELETE FROM "Simulation" WHERE title = '';

-- Administration.
SELECT results_eq($$ SELECT username, auth_provider, simulations FROM list_users() $$, $$ VALUES ('ada', 'YaptideUser', 14::bigint), ('batch', 'KeycloakUser', 0) $$, 'administrators list users');
SELECT is((SELECT count(*) FROM list_simulations('ada', 'YaptideUser', 'RUNNING')), 7::bigint, 'jobs');
INSERT INTO "Task" (simulation_id, task_id, platform) SELECT id, 0, 'DIRECT' FROM "Simulation";
SELECT is((SELECT count(*) FROM list_tasks('ada')), 14::bigint, 'tasks');
SELECT is((SELECT count(*) FROM list_tasks(simulation_id => (SELECT min(id) FROM "Simulation"))), 1::bigint, 'those of one job');
SELECT results_eq($$ SELECT cluster_name, simulations FROM list_clusters() $$, $$ VALUES ('ares', 0::bigint), ('zeus', 0) $$, 'and clusters');
SELECT throws_ok($$ SELECT remove_user('ada', 'YaptideUser') $$, '23503', NULL, 'a user with jobs stays');
SELECT lives_ok($$ SELECT remove_simulation(id) FROM "Simulation" $$, 'jobs are removed, whatever their state');
SELECT throws_ok($$ SELECT remove_simulation(-1) $$, 'P0002', NULL, 'that are there');
SELECT lives_ok($$ SELECT remove_user('ada', 'YaptideUser') $$, 'then the user is, too');
SELECT is_empty($$ SELECT FROM "YaptideUser" $$, 'both halves');

-- A database of the platform's own, with what its races have left, becomes one.
SET CONSTRAINTS complete_kind IMMEDIATE;
SET CONSTRAINTS complete_kind DEFERRED;
SELECT quire.create_model('simulation', 'old', 1);
SET LOCAL search_path = public, old;
INSERT INTO "User" VALUES (1, 'ada', 'YaptideUser');
INSERT INTO "YaptideUser" VALUES (1, 'scrypt:...');
INSERT INTO "Cluster" VALUES (1, 'ares'), (2, 'ares');
INSERT INTO "Simulation" VALUES (1, '20240101-000000-xBATCH', 1, now(), NULL, 't', 'BATCH', 'EDITOR', 'fluka', 'RUNNING', 'slow hash'), (2, 'yDIRECT', 1, now(), NULL, 't', 'DIRECT', 'FILES', 'dummy', 'PENDING', NULL);
INSERT INTO "BatchSimulation" VALUES (1, 2, '/d', 1, 2);
INSERT INTO "User" VALUES (2, 'ben', 'KeycloakUser');
INSERT INTO "KeycloakUser" VALUES (2, 'cert', 'key');
INSERT INTO "Input" (simulation_id, compressed_data) SELECT 1, quire.gzip('{"input_json": {"scoringManager": {"outputs": [{"name": "dose"}, {"name": "let"}]}}}'::jsonb) FROM generate_series(1, 2);
INSERT INTO "Task" VALUES (1, 1, 1, 10, 20, 'COMPLETED', -3, NULL, NULL, 'BATCH', now()), (2, 2, 0, 10, 0, 'RUNNING', NULL, NULL, NULL, 'DIRECT', now());
INSERT INTO "Estimator" VALUES (1, 1, '21.bnn', NULL), (2, 1, '22.bnn', NULL), (3, 2, 'z_', NULL), (4, 2, 'z_', NULL);
INSERT INTO "Page" VALUES (1, 3, 0, quire.gzip('{"dimensions": 2, "metadata": {"name": "first"}, "v": [NaN,-Infinity]}'::text)), (2, 4, 0, NULL), (3, 4, 1, NULL);
SELECT is(quire.upgrade_model('old'), 9, 'a database of the first migration is upgraded');
SELECT results_eq($$ SELECT name::text, file_name::text FROM "Estimator" ORDER BY id $$, $$ VALUES ('dose', '21.bnn'), ('let', '22.bnn'), ('z', 'z_') $$, 'estimators have their names, and are there once');
SELECT results_eq($$ SELECT estimator_id, page_number, page_name::text, page_dimension FROM "Page" ORDER BY 2 $$, $$ VALUES (3, 0, 'first', 2), (3, 1, '', 0) $$, 'pages are together, and have theirs');
SELECT results_eq($$ SELECT count(*), min(cluster_id) FROM "Cluster" AS c JOIN "BatchSimulation" AS b ON b.cluster_id = c.id $$, $$ VALUES (1::bigint, 1) $$, 'a cluster is one');
SELECT is((SELECT count(*) FROM "Input"), 1::bigint, 'an input is one');
SELECT results_eq($$ SELECT id, requested_primaries, estimated_time FROM "Task" ORDER BY id $$, $$ VALUES (1, 20, -3), (2, 10, NULL) $$, 'tasks keep what they have done');
SELECT is((SELECT count(*) FROM "CeleryTask") + (SELECT count(*) FROM "BatchTask") + (SELECT count(*) FROM "CelerySimulation"), 3::bigint, 'missing halves are there');
SELECT results_eq($$ SELECT simulation_id, tasks, completed FROM task_counts ORDER BY 1 $$, $$ VALUES (1, 1, 1), (2, 1, 0) $$, 'tasks are counted');
SELECT results_eq($$ SELECT job_state::text FROM "Simulation" ORDER BY id $$, $$ VALUES ('MERGING_QUEUED'), ('RUNNING') $$, 'and jobs are what they make them, though nobody polls any more');
SELECT ok((SELECT key_stored_at IS NOT NULL FROM "KeycloakUser"), 'private keys that are there do not stay for ever');
SELECT is_empty($$ SELECT * FROM quire.verify_model('old') $$, 'and it is as a new one');

-- The example that comes with the model.
SELECT quire.create_model('simulation', 'example');
SELECT lives_ok($$ SELECT quire.load_example('example') $$, 'the example loads');
SELECT results_eq($$ SELECT platform, job_state FROM example.list_simulations() $$, $$ VALUES ('DIRECT', 'COMPLETED'), ('BATCH', 'RUNNING'), ('DIRECT', 'PENDING') $$, 'and has jobs');

SELECT * FROM finish();
ROLLBACK;
