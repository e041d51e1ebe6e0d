#!/usr/bin/env bash
# The state of a job while 64 clients report its tasks, late and out of order, and others cancel and upload: nothing is lost,
# nothing opens again, nothing deadlocks.
. "$(dirname "$0")/tap.sh"

private_server tasks
run_psql -c "ALTER SYSTEM SET max_connections = 100" -c "ALTER SYSTEM SET log_min_messages = panic" >/dev/null
stop_server
start_server
jobs=12 tasks=160
run_psql >/dev/null <<SQL
CREATE EXTENSION quire;
SELECT quire.create_model('simulation', 'y');
SET search_path = y;
SELECT add_cluster('ares'), register_user('ada', 'secret'), login_keycloak_user('ben', '{"preferred_username": "ben"}');
-- By its number: jobs 1 to 4 complete, 5 to 8 fail, 9 to 12 complete in part and are canceled meanwhile.
SELECT submit_job(CASE n % 2 WHEN 0 THEN 1 ELSE 2 END, 'dummy', $tasks, 'files', '{"number_of_all_primaries": 160000}',
    CASE n % 2 WHEN 0 THEN 'DIRECT' ELSE 'BATCH' END, 'job ' || n) FROM generate_series(1, $jobs) AS n;
UPDATE "Simulation" SET update_key_hash = encode(quire.token_digest('key'), 'hex'), update_key_expires = 'infinity';
-- What is reported, in the order in which it happens; clients take it by chance, so much of it comes late.
CREATE TABLE reports (n int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, simulation_id int, task_id int, update_dict jsonb);
INSERT INTO reports (simulation_id, task_id, update_dict)
SELECT t.simulation_id, t.task_id, CASE r WHEN 5 THEN jsonb_build_object('task_state', CASE WHEN t.simulation_id BETWEEN 5 AND 8 THEN 'FAILED' ELSE 'COMPLETED' END)
    ELSE jsonb_build_object('task_state', 'RUNNING', 'simulated_primaries', r * 200) END
FROM "Task" AS t, generate_series(1, 5) AS r ORDER BY r, random();
CREATE SEQUENCE done;
CREATE TABLE seen (simulation_id int, task_id int, state text, primaries int, job_state text, at timestamptz DEFAULT clock_timestamp());
SQL
total=$((jobs * tasks * 5))

cat >"$server/reporter.sql" <<SQL
SET search_path = y;
SELECT nextval('done') AS next \gset
\set late random(0, 400)
\set n :next - :late
\if :n > 0
SELECT report_task(simulation_id, task_id, 'key', update_dict) FROM reports WHERE n = least(:n, $total);
\endif
\if :next <= $total
SELECT report_task(simulation_id, task_id, 'key', update_dict) FROM reports WHERE n = :next;
\endif
SQL
cat >"$server/others.sql" <<'SQL'
SET search_path = y;
\set job random(9, 12)
\set any random(1, 12)
\set pause random(10, 60)
\sleep :pause ms
SELECT last_value > 5000 AS late FROM done \gset
\if :late
SELECT cancel_job(job_id, user_id) FROM "Simulation" WHERE id = :job;
\endif
SELECT upload_results(:job, 'key', '[{"name": "b", "metadata": {}, "pages": [{"dimensions": 0, "metadata": {"page_number": 0, "name": "p"}}]}, {"name": "a", "metadata": {}, "pages": []}]')
FROM "Simulation" WHERE id = :job AND is_over(job_state);
SELECT report_job(:any, 'key', '{"log": {"a": "b"}}');
INSERT INTO seen SELECT t.simulation_id, t.task_id, t.task_state, t.simulated_primaries, s.job_state
FROM "Task" AS t JOIN "Simulation" AS s ON s.id = t.simulation_id WHERE s.id = :any AND t.task_id < 20;
SQL
pgbench -n -M prepared -c 4 -j 1 -T 60 -f "$server/others.sql" postgres >"$server/others.log" 2>&1 & others=$!
pgbench -n -M simple -c 64 -j 2 -t $((total / 64 + 20)) -f "$server/reporter.sql" postgres >"$server/reporter.log" 2>&1 || true
kill $others 2>/dev/null || true
wait $others 2>/dev/null || true

is "$(grep -hE 'ERROR|FATAL|aborted' "$server"/*.log)" "" "64 clients report, and no statement fails"
ask() { query postgres "SET search_path = y; $1"; }
is "$(ask 'SELECT count(*) FROM "Task" WHERE NOT is_over(task_state)')" 0 "every task is over"
is "$(ask 'SELECT * FROM task_counts EXCEPT SELECT simulation_id, count(*), count(*) FILTER (WHERE task_state = '"'COMPLETED'"'),
    count(*) FILTER (WHERE task_state = '"'FAILED'"'), count(*) FILTER (WHERE task_state = '"'CANCELED'"') FROM "Task" GROUP BY simulation_id')" "" "the counts are right to the last one"
is "$(ask "SELECT string_agg(DISTINCT id % 2 || job_state, ' ' ORDER BY id % 2 || job_state) FROM \"Simulation\" WHERE id <= 4")" "0RUNNING 1MERGING_QUEUED" "jobs whose tasks complete are to be merged"
is "$(ask "SELECT DISTINCT job_state FROM \"Simulation\" WHERE id BETWEEN 5 AND 8")" FAILED "those whose tasks fail have failed"
is "$(ask "SELECT DISTINCT job_state FROM \"Simulation\" WHERE id BETWEEN 9 AND 12")" CANCELED "those that were canceled are canceled"
is "$(ask "SELECT count(*) FROM \"Task\" WHERE task_state = 'COMPLETED' AND simulated_primaries <> requested_primaries")" 0 "what is complete is completely so"
is "$(ask "SELECT count(*) FROM (SELECT state_rank(state) AS rank, lag(state_rank(state)) OVER w AS before, primaries, lag(primaries) OVER w AS fewer, state_rank(job_state) AS job, lag(state_rank(job_state)) OVER w AS job_before
    FROM seen WINDOW w AS (PARTITION BY simulation_id, task_id ORDER BY at)) AS s WHERE rank < before OR primaries < fewer OR job < job_before")" 0 "whoever looks in between sees nothing go back"
is "$(ask 'SELECT count(*) - count(DISTINCT (simulation_id, file_name)) FROM "Estimator"')|$(ask 'SELECT count(*) - count(DISTINCT (estimator_id, page_number)) FROM "Page"')|$(ask 'SELECT count(*) - count(DISTINCT simulation_id) FROM "Logfiles"')" \
    "0|0|0" "nothing that was uploaded again is there twice"
ok $(("$(ask 'SELECT count(*) FROM seen')" < 100)) "$(ask 'SELECT count(*) FROM seen') looks at tasks meanwhile"
finish
