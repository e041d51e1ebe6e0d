-- Jobs from submission to end: update keys, reports of workers, the state of a job as its tasks make it.

CREATE TABLE settings (
    only_row bool PRIMARY KEY DEFAULT true CHECK (only_row),
    update_key_life interval DEFAULT '7 days' CHECK (update_key_life > '0'),
    update_key_grace interval NOT NULL DEFAULT '15 minutes' CHECK (update_key_grace >= '0')
);
COMMENT ON TABLE settings IS 'What the platform reads from its environment; one row.';
COMMENT ON COLUMN settings.update_key_life IS 'How long an update key is good at most; NULL while its job goes on.';
COMMENT ON COLUMN settings.update_key_grace IS 'How long it is good after the end of its job, for logs and results that are sent once more.';
INSERT INTO settings DEFAULT VALUES;

ALTER TABLE "Simulation" ADD COLUMN update_key_hash varchar CHECK (update_key_hash ~ '^[0-9a-f]{64}$'),
    ADD COLUMN update_key_expires timestamptz, ADD CONSTRAINT update_key_ends CHECK (update_key_hash IS NULL OR update_key_expires IS NOT NULL);
COMMENT ON COLUMN "Simulation".update_key_hash IS 'Digest of the key by which the job''s workers report; the key itself is with them alone.';

-- A job's tasks counted by how they ended. Whoever ends a task updates the row, so the last one sees them all.
CREATE TABLE task_counts (
    simulation_id int4 PRIMARY KEY REFERENCES "Simulation" ON DELETE CASCADE,
    tasks int4 NOT NULL,
    completed int4 NOT NULL,
    failed int4 NOT NULL,
    canceled int4 NOT NULL,
    CHECK (least(completed, failed, canceled, tasks - completed - failed - canceled) >= 0)
) WITH (fillfactor = 50);
COMMENT ON TABLE task_counts IS 'How many tasks a job has, and how those that are over have ended.';

CREATE FUNCTION recount_tasks(simulation_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM task_counts AS c WHERE c.simulation_id = recount_tasks.simulation_id;
    INSERT INTO task_counts
    SELECT t.simulation_id, count(*), count(*) FILTER (WHERE t.task_state = 'COMPLETED'), count(*) FILTER (WHERE t.task_state = 'FAILED'),
        count(*) FILTER (WHERE t.task_state = 'CANCELED')
    FROM "Task" AS t WHERE t.simulation_id = recount_tasks.simulation_id GROUP BY t.simulation_id;
END $$;
COMMENT ON FUNCTION recount_tasks(int4) IS 'Counts the tasks of a job anew.';

CREATE TABLE outbox (
    simulation_id int4 PRIMARY KEY REFERENCES "Simulation" ON DELETE CASCADE,
    submitted_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE outbox IS 'Jobs that are submitted and still to be handed to the workers or the scheduler.';
CREATE INDEX outbox_submitted_at ON outbox (submitted_at);

-- Locks are always taken in one order: tasks, their counts, the simulation.
CREATE FUNCTION begin_job(simulation_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE "Simulation" AS s SET job_state = 'RUNNING' WHERE s.id = begin_job.simulation_id AND s.job_state IN ('UNKNOWN', 'PENDING');
END $$;
COMMENT ON FUNCTION begin_job(int4) IS 'A task has begun, and so its job has. Most find it running, and need no lock to know.';

CREATE FUNCTION end_tasks(counts task_counts) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    derived text := CASE WHEN counts.completed > 0 THEN 'MERGING_QUEUED' WHEN counts.failed > 0 THEN 'FAILED' ELSE 'CANCELED' END;
BEGIN
    UPDATE "Simulation" AS s SET job_state = derived
    WHERE s.id = counts.simulation_id AND state_rank(derived) > state_rank(s.job_state)
        AND (derived <> 'MERGING_QUEUED' OR s.platform = 'BATCH');
END $$;
COMMENT ON FUNCTION end_tasks(task_counts) IS
    'All tasks are over: a batch job waits to be merged if any has completed; without one, any job has failed, or was canceled.';

CREATE FUNCTION are_over(counts task_counts) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (counts).completed + (counts).failed + (counts).canceled = (counts).tasks AND (counts).tasks > 0;
COMMENT ON FUNCTION are_over(task_counts) IS 'Are there tasks, and are all over?';

CREATE FUNCTION has_begun(task_state text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN task_state NOT IN ('UNKNOWN', 'PENDING', 'CANCELED');
COMMENT ON FUNCTION has_begun(text) IS 'Is this the state of a task that runs, or has run?';

CREATE FUNCTION count_tasks() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    sign int4 := CASE TG_OP WHEN 'INSERT' THEN 1 ELSE -1 END;
    job record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO task_counts SELECT DISTINCT simulation_id, 0, 0, 0, 0 FROM changed ON CONFLICT DO NOTHING;
    END IF;
    FOR job IN
        UPDATE task_counts AS c SET tasks = c.tasks + sign * n.tasks, completed = c.completed + sign * n.completed,
            failed = c.failed + sign * n.failed, canceled = c.canceled + sign * n.canceled
        FROM (
            SELECT simulation_id, count(*) AS tasks, count(*) FILTER (WHERE task_state = 'COMPLETED') AS completed,
                count(*) FILTER (WHERE task_state = 'FAILED') AS failed, count(*) FILTER (WHERE task_state = 'CANCELED') AS canceled,
                bool_or(has_begun(task_state)) AS begun
            FROM changed GROUP BY simulation_id
        ) AS n
        WHERE c.simulation_id = n.simulation_id RETURNING c AS counts, n.begun, c.simulation_id
    LOOP
        IF are_over(job.counts) THEN
            PERFORM end_tasks(job.counts);
        END IF;
        IF job.begun THEN
            PERFORM begin_job(job.simulation_id);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION count_tasks() IS 'Trigger: tasks come to a job, or are taken away from it.';
CREATE TRIGGER count_new_tasks AFTER INSERT ON "Task" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_tasks();
CREATE TRIGGER count_old_tasks AFTER DELETE ON "Task" REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_tasks();

CREATE FUNCTION follow_task() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    counts task_counts;
BEGIN
    IF is_over(NEW.task_state) THEN
        UPDATE task_counts AS c SET completed = c.completed + (NEW.task_state = 'COMPLETED')::int4,
            failed = c.failed + (NEW.task_state = 'FAILED')::int4, canceled = c.canceled + (NEW.task_state = 'CANCELED')::int4
        WHERE c.simulation_id = NEW.simulation_id RETURNING c.* INTO counts;
        IF are_over(counts) THEN
            PERFORM end_tasks(counts);
        END IF;
    END IF;
    IF has_begun(NEW.task_state) AND OLD.task_state IN ('UNKNOWN', 'PENDING') THEN
        PERFORM begin_job(NEW.simulation_id);
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION follow_task() IS 'Trigger: the job''s state is what its tasks make it; it has begun when one has, and is over when all are.';
CREATE TRIGGER follow_task AFTER UPDATE OF task_state ON "Task" FOR EACH ROW
    WHEN (OLD.task_state IS DISTINCT FROM NEW.task_state) EXECUTE FUNCTION follow_task();

CREATE FUNCTION end_job() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.end_time := coalesce(NEW.end_time, clock_timestamp());
    SELECT least(NEW.update_key_expires, clock_timestamp() + s.update_key_grace) INTO NEW.update_key_expires FROM settings AS s;
    DELETE FROM outbox AS o WHERE o.simulation_id = NEW.id;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION end_job() IS 'Trigger: with the job its update key ends, and its place in the outbox.';
CREATE TRIGGER end_job BEFORE UPDATE OF job_state ON "Simulation" FOR EACH ROW
    WHEN (is_over(NEW.job_state) AND NOT is_over(OLD.job_state)) EXECUTE FUNCTION end_job();

-- What the platform would have written when somebody polled.
SELECT recount_tasks(s.id) FROM "Simulation" AS s;
SELECT end_tasks(c) FROM task_counts AS c WHERE are_over(c);
SELECT begin_job(t.simulation_id) FROM (SELECT DISTINCT simulation_id FROM "Task" WHERE has_begun(task_state)) AS t;

-- Update keys.
CREATE FUNCTION new_update_key(simulation_id int4) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    update_key text := quire.new_token();
BEGIN
    UPDATE "Simulation" AS s SET update_key_hash = encode(quire.token_digest(update_key), 'hex'),
        update_key_expires = coalesce(clock_timestamp() + t.update_key_life, 'infinity')
    FROM settings AS t WHERE s.id = new_update_key.simulation_id AND NOT is_over(s.job_state);
    IF NOT FOUND THEN
        RAISE 'there is no such simulation that goes on' USING ERRCODE = 'P0002';
    END IF;
    RETURN update_key;
END $$;
COMMENT ON FUNCTION new_update_key(int4) IS 'The key by which the workers of a job report, instead of any that it had.';

CREATE FUNCTION check_update_key(simulation_id int4, update_key text) RETURNS "Simulation"
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    simulation "Simulation";
BEGIN
    SELECT * INTO simulation FROM "Simulation" AS s WHERE s.id = check_update_key.simulation_id;
    IF NOT FOUND THEN
        RAISE 'there is no simulation with the id %', simulation_id USING ERRCODE = 'P0002';
    ELSIF simulation.update_key_hash = encode(quire.token_digest(update_key), 'hex') IS NOT TRUE THEN
        RAISE 'Invalid update key' USING ERRCODE = '28000';
    ELSIF simulation.update_key_expires <= clock_timestamp() THEN
        RAISE 'the update key has expired' USING ERRCODE = '28000', DETAIL = 'It ends with its job, or when it is too old.';
    END IF;
    RETURN simulation;
END $$;
COMMENT ON FUNCTION check_update_key(int4, text) IS 'The simulation whose key this is; an error when it is not, or no longer.';

-- Submission.
CREATE FUNCTION submit_job(
    user_id int4, sim_type text, ntasks int4, input_type text, input jsonb,
    platform text DEFAULT 'DIRECT', title text DEFAULT '', cluster_name text DEFAULT NULL, OUT simulation_id int4, OUT job_id text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    primaries int4 := (input ->> 'number_of_all_primaries')::int4;
    chosen int4;
BEGIN
    IF sim_type IS NULL OR ntasks IS NULL OR input_type IS NULL OR input IS NULL THEN
        RAISE 'sim_type, ntasks, input_type and input are needed' USING ERRCODE = '23502';
    END IF;
    IF platform = 'BATCH' THEN
        PERFORM FROM "KeycloakUser" AS k WHERE k.id = submit_job.user_id;
        IF NOT FOUND THEN
            RAISE 'only users of Keycloak may submit batch jobs' USING ERRCODE = '42501';
        END IF;
        SELECT c.id INTO chosen FROM "Cluster" AS c ORDER BY c.cluster_name = submit_job.cluster_name DESC NULLS LAST, c.id LIMIT 1;
        IF NOT FOUND THEN
            RAISE 'there is no cluster' USING ERRCODE = 'P0002', HINT = 'add_cluster() adds one.';
        END IF;
    END IF;
    ntasks := greatest(1, least(ntasks, primaries));

    INSERT INTO "Simulation" AS s (user_id, title, platform, input_type, sim_type, job_state)
    VALUES (submit_job.user_id, coalesce(submit_job.title, ''), submit_job.platform, upper(submit_job.input_type), submit_job.sim_type, 'PENDING')
    RETURNING s.id, s.job_id INTO submit_job.simulation_id, submit_job.job_id;
    INSERT INTO "Input" (simulation_id, compressed_data) VALUES (submit_job.simulation_id, quire.gzip(input, 9));
    -- Tasks count from 0, in a batch from 1; the first take what a division leaves over.
    WITH tasks AS (
        INSERT INTO "Task" (simulation_id, task_id, requested_primaries, platform)
        SELECT submit_job.simulation_id, n + (submit_job.platform = 'BATCH')::int4,
            coalesce(greatest(primaries, 0), 0) / ntasks + (n < coalesce(greatest(primaries, 0), 0) % ntasks)::int4, submit_job.platform
        FROM generate_series(0, ntasks - 1) AS n RETURNING id
    ), celery AS (
        INSERT INTO "CeleryTask" (id) SELECT id FROM tasks WHERE submit_job.platform = 'DIRECT'
    )
    INSERT INTO "BatchTask" (id) SELECT id FROM tasks WHERE submit_job.platform = 'BATCH';
    IF submit_job.platform = 'BATCH' THEN
        INSERT INTO "BatchSimulation" (id, cluster_id) VALUES (submit_job.simulation_id, chosen);
    ELSE
        INSERT INTO "CelerySimulation" (id) VALUES (submit_job.simulation_id);
    END IF;
    INSERT INTO outbox VALUES (submit_job.simulation_id);
END $$;
COMMENT ON FUNCTION submit_job(int4, text, int4, text, jsonb, text, text, text) IS
    'A job with its tasks and its input, in the outbox: all of it, or nothing.';

CREATE FUNCTION next_submission(platform text, OUT simulation_id int4, OUT job_id text, OUT update_key text, OUT input jsonb) RETURNS SETOF record
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    SELECT s.id, s.job_id INTO simulation_id, job_id
    FROM outbox AS o JOIN "Simulation" AS s ON s.id = o.simulation_id
    WHERE s.platform = next_submission.platform ORDER BY o.submitted_at, s.id LIMIT 1
    FOR NO KEY UPDATE OF s SKIP LOCKED FOR UPDATE OF o SKIP LOCKED;
    IF FOUND THEN
        DELETE FROM outbox AS o WHERE o.simulation_id = next_submission.simulation_id;
        update_key := new_update_key(simulation_id);
        SELECT quire.gunzip_json(i.compressed_data) INTO input FROM "Input" AS i WHERE i.simulation_id = next_submission.simulation_id;
        RETURN NEXT;
    END IF;
END $$;
COMMENT ON FUNCTION next_submission(text) IS
    'The job that has waited longest to be handed over, with the key for its workers; it waits again when the transaction fails.';

-- Reports.
CREATE FUNCTION report_task(simulation_id int4, task_id int4, update_key text, update_dict jsonb) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
BEGIN
    -- Nearly all reports tell of progress alone, every other second: these have a way that is short.
    IF update_dict ->> 'task_state' = 'RUNNING' AND update_dict - '{task_state,simulated_primaries,estimated_time}'::text[] = '{}' THEN
        UPDATE "Task" AS t SET
            simulated_primaries = greatest(t.simulated_primaries, least(coalesce((update_dict ->> 'simulated_primaries')::int4, 0), t.requested_primaries)),
            estimated_time = CASE WHEN update_dict ? 'estimated_time' THEN (update_dict ->> 'estimated_time')::int4 ELSE t.estimated_time END,
            last_update_time = clock_timestamp()
        FROM "Simulation" AS s
        WHERE s.id = simulation_id AND s.update_key_hash = encode(quire.token_digest(update_key), 'hex') AND s.update_key_expires > clock_timestamp()
            AND t.simulation_id = simulation_id AND t.task_id = task_id AND t.task_state = 'RUNNING' AND t.end_time IS NULL;
        IF FOUND THEN
            RETURN true;
        END IF;
    END IF;
    RETURN change_task(simulation_id, task_id, update_key, update_dict);
END $$;
COMMENT ON FUNCTION report_task(int4, int4, text, jsonb) IS
    'What a worker says of its task: update_dict with task_state, requested_primaries, simulated_primaries, estimated_time, start_time, end_time, celery_id, all optional. False when the task was over before.';

CREATE FUNCTION change_task(simulation_id int4, task_id int4, update_key text, update_dict jsonb) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    state text := nullif(update_dict ->> 'task_state', '');
    rank int4 := state_rank(state);
    requested int4 := nullif((update_dict ->> 'requested_primaries')::int4, 0);
    ended timestamptz := (update_dict ->> 'end_time')::timestamptz;
    changed bool;
BEGIN
    IF jsonb_typeof(update_dict) IS DISTINCT FROM 'object' THEN
        RAISE 'an update of a task is an object' USING ERRCODE = '22023';
    ELSIF rank IS NULL AND state IS NOT NULL THEN
        RAISE 'there is no state %', quote_literal(state) USING ERRCODE = '22023';
    END IF;
    UPDATE "Task" AS t SET
        requested_primaries = greatest(coalesce(requested, t.requested_primaries), t.simulated_primaries),
        simulated_primaries = greatest(t.simulated_primaries, CASE state WHEN 'COMPLETED' THEN coalesce(requested, t.requested_primaries)
            ELSE least(coalesce((update_dict ->> 'simulated_primaries')::int4, 0), coalesce(requested, t.requested_primaries)) END),
        task_state = CASE WHEN rank > state_rank(t.task_state) THEN state ELSE t.task_state END,
        estimated_time = CASE WHEN rank = 5 OR coalesce(t.end_time, ended) IS NOT NULL THEN NULL
            WHEN update_dict ? 'estimated_time' THEN (update_dict ->> 'estimated_time')::int4 ELSE t.estimated_time END,
        start_time = coalesce(t.start_time, (update_dict ->> 'start_time')::timestamptz),
        end_time = coalesce(t.end_time, ended),
        last_update_time = clock_timestamp()
    FROM "Simulation" AS s
    WHERE s.id = simulation_id AND s.update_key_hash = encode(quire.token_digest(update_key), 'hex') AND s.update_key_expires > clock_timestamp()
        AND t.simulation_id = simulation_id AND t.task_id = task_id AND t.task_state NOT IN ('COMPLETED', 'FAILED', 'CANCELED');
    changed := FOUND;
    IF NOT changed THEN
        PERFORM check_update_key(simulation_id, update_key);
        PERFORM FROM "Task" AS t WHERE t.simulation_id = simulation_id AND t.task_id = task_id;
        IF NOT FOUND THEN
            RAISE 'simulation % has no task %', simulation_id, task_id USING ERRCODE = 'P0002';
        END IF;
    END IF;
    IF update_dict ? 'celery_id' THEN
        UPDATE "CeleryTask" AS c SET celery_id = update_dict ->> 'celery_id'
        FROM "Task" AS t WHERE t.simulation_id = simulation_id AND t.task_id = task_id AND c.id = t.id;
    END IF;
    RETURN changed;
END $$;
COMMENT ON FUNCTION change_task(int4, int4, text, jsonb) IS 'What report_task() does with all that may be said of a task.';

CREATE FUNCTION append_logfiles(simulation_id int4, logfiles jsonb) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    compressed bytea := quire.gzip(logfiles, 9);
BEGIN
    -- Appends to one job take turns, so that of the same logs sent twice the second sees the first.
    PERFORM FROM "Simulation" AS s WHERE s.id = append_logfiles.simulation_id FOR NO KEY UPDATE;
    INSERT INTO "Logfiles" (simulation_id, compressed_data)
    SELECT append_logfiles.simulation_id, compressed
    WHERE compressed IS NOT NULL AND NOT EXISTS (SELECT FROM "Logfiles" AS l WHERE l.simulation_id = append_logfiles.simulation_id AND l.compressed_data = compressed);
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION append_logfiles(int4, jsonb) IS 'Adds to the logs of a job; false when just these are there already.';

CREATE FUNCTION report_job(simulation_id int4, update_key text, update_dict jsonb) RETURNS text
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    state text := nullif(update_dict ->> 'job_state', '');
    job_state text;
BEGIN
    IF jsonb_typeof(update_dict) IS DISTINCT FROM 'object' THEN
        RAISE 'an update of a job is an object' USING ERRCODE = '22023';
    ELSIF state IS NOT NULL AND state_rank(state) IS NULL THEN
        RAISE 'there is no state %', quote_literal(state) USING ERRCODE = '22023';
    END IF;
    PERFORM check_update_key(simulation_id, update_key);
    -- The simulation before its other half, as those who delete it lock them.
    PERFORM FROM "Simulation" AS s WHERE s.id = simulation_id FOR NO KEY UPDATE;
    -- Even of a job that is over, the scheduler's numbers and the logs are taken.
    UPDATE "BatchSimulation" AS b SET job_dir = coalesce(update_dict ->> 'job_dir', b.job_dir),
        array_id = coalesce((update_dict ->> 'array_id')::int4, b.array_id), collect_id = coalesce((update_dict ->> 'collect_id')::int4, b.collect_id)
    WHERE b.id = simulation_id AND update_dict ?| '{job_dir,array_id,collect_id}';
    UPDATE "CelerySimulation" AS c SET merge_id = update_dict ->> 'merge_id' WHERE c.id = simulation_id AND update_dict ? 'merge_id';
    IF jsonb_typeof(update_dict -> 'log') <> 'null' THEN
        PERFORM append_logfiles(simulation_id, update_dict -> 'log');
    END IF;
    UPDATE "Simulation" AS s SET end_time = coalesce(s.end_time, (update_dict ->> 'end_time')::timestamptz),
        job_state = CASE WHEN state_rank(state) > state_rank(s.job_state) THEN state ELSE s.job_state END
    WHERE s.id = simulation_id AND NOT is_over(s.job_state) AND update_dict ?| '{job_state,end_time}';
    SELECT s.job_state INTO job_state FROM "Simulation" AS s WHERE s.id = simulation_id;
    RETURN job_state;
END $$;
COMMENT ON FUNCTION report_job(int4, text, jsonb) IS
    'What a worker says of its job: update_dict with job_state, end_time, job_dir, array_id, collect_id, merge_id, log, all optional. The state that the job then has.';

CREATE FUNCTION celery_state(celery text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE celery WHEN 'RECEIVED' THEN 'PENDING' WHEN 'RETRY' THEN 'PENDING' WHEN 'PROGRESS' THEN 'RUNNING' WHEN 'STARTED' THEN 'RUNNING'
        WHEN 'FAILURE' THEN 'FAILED' WHEN 'REVOKED' THEN 'CANCELED' WHEN 'SUCCESS' THEN 'COMPLETED' ELSE celery END;
COMMENT ON FUNCTION celery_state(text) IS 'The platform''s word for a state of Celery.';

CREATE FUNCTION report_scheduler(simulation_id int4, array_state text, collect_state text) RETURNS text
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    state text := CASE WHEN 'FAILED' IN (array_state, collect_state) THEN 'FAILED' WHEN collect_state = 'COMPLETED' THEN 'COMPLETED'
        WHEN collect_state = 'RUNNING' THEN 'MERGING_RUNNING' WHEN array_state = 'COMPLETED' AND collect_state = 'PENDING' THEN 'MERGING_QUEUED'
        ELSE 'RUNNING' END;
    job_state text;
BEGIN
    UPDATE "Simulation" AS s SET job_state = state
    WHERE s.id = simulation_id AND s.platform = 'BATCH' AND state_rank(state) > state_rank(s.job_state);
    SELECT s.job_state INTO job_state FROM "Simulation" AS s WHERE s.id = simulation_id;
    RETURN job_state;
END $$;
COMMENT ON FUNCTION report_scheduler(int4, text, text) IS
    'What the scheduler says of a batch job''s array of tasks and of what collects them; the state that the job then has.';

-- What owners do.
CREATE FUNCTION own_job(job_id text, user_id int4) RETURNS "Simulation" LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    simulation "Simulation";
BEGIN
    SELECT * INTO simulation FROM "Simulation" AS s WHERE s.job_id = own_job.job_id;
    IF NOT FOUND THEN
        RAISE 'there is no such job' USING ERRCODE = 'P0002';
    ELSIF simulation.user_id = own_job.user_id IS NOT TRUE THEN
        RAISE 'the job is another user''s' USING ERRCODE = '42501';
    END IF;
    RETURN simulation;
END $$;
COMMENT ON FUNCTION own_job(text, int4) IS 'The simulation of a job, if it is this user''s.';

CREATE FUNCTION job_status(job_id text, user_id int4) RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    simulation "Simulation" := own_job(job_id, user_id);
BEGIN
    RETURN jsonb_build_object('job_state', simulation.job_state) || CASE simulation.job_state WHEN 'UNKNOWN' THEN '{}' ELSE (
        SELECT jsonb_build_object('job_tasks_status', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'task_id', t.task_id, 'task_state', t.task_state, 'requested_primaries', t.requested_primaries,
            'simulated_primaries', t.simulated_primaries, 'last_update_time', t.last_update_time, 'start_time', t.start_time, 'end_time', t.end_time,
            'estimated_time', CASE WHEN t.estimated_time > 0 THEN jsonb_build_object('hours', t.estimated_time / 3600,
                'minutes', t.estimated_time / 60 % 60, 'seconds', t.estimated_time % 60) END)) ORDER BY t.task_id), '[]'))
        FROM "Task" AS t WHERE t.simulation_id = simulation.id) END;
END $$;
COMMENT ON FUNCTION job_status(text, int4) IS 'What the owner of a job is told: its state, and that of each task.';

CREATE FUNCTION cancel_job(job_id text, user_id int4) RETURNS bool LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    simulation "Simulation" := own_job(job_id, user_id);
BEGIN
    IF is_over(simulation.job_state) OR simulation.job_state = 'UNKNOWN' THEN
        RETURN false;
    END IF;
    PERFORM FROM "Task" AS t WHERE t.simulation_id = simulation.id ORDER BY t.id FOR NO KEY UPDATE;
    PERFORM FROM task_counts AS c WHERE c.simulation_id = simulation.id FOR UPDATE;
    UPDATE "Simulation" AS s SET job_state = 'CANCELED' WHERE s.id = simulation.id AND NOT is_over(s.job_state);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    -- Without the counts there is nothing to count one by one: thousands of changes of one row in one transaction would slow each other.
    DELETE FROM task_counts AS c WHERE c.simulation_id = simulation.id;
    UPDATE "Task" AS t SET task_state = 'CANCELED' WHERE t.simulation_id = simulation.id AND NOT is_over(t.task_state);
    PERFORM recount_tasks(simulation.id);
    RETURN true;
END $$;
COMMENT ON FUNCTION cancel_job(text, int4) IS 'Ends a job and those of its tasks that go on; false when it had ended, or never begun.';

CREATE FUNCTION delete_job(job_id text, user_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    simulation "Simulation" := own_job(job_id, user_id);
BEGIN
    PERFORM FROM "Task" AS t WHERE t.simulation_id = simulation.id ORDER BY t.id FOR UPDATE;
    DELETE FROM "Simulation" AS s WHERE s.id = simulation.id AND is_over(s.job_state);
    IF NOT FOUND THEN
        RAISE 'the job goes on' USING ERRCODE = '55000', HINT = 'Cancel it first.';
    END IF;
END $$;
COMMENT ON FUNCTION delete_job(text, int4) IS 'Removes a job that is over, with tasks, input, results and logs.';
-- down
-- What this transaction has inserted is completed first: a table that waits for it cannot be altered.
SET CONSTRAINTS complete_kind IMMEDIATE;
SET CONSTRAINTS complete_kind DEFERRED;
DROP FUNCTION delete_job(text, int4), cancel_job(text, int4), job_status(text, int4), own_job(text, int4),
    report_scheduler(int4, text, text), celery_state(text), report_job(int4, text, jsonb), append_logfiles(int4, jsonb),
    report_task(int4, int4, text, jsonb), change_task(int4, int4, text, jsonb), next_submission(text), submit_job(int4, text, int4, text, jsonb, text, text, text),
    check_update_key(int4, text), new_update_key(int4);
DROP TRIGGER end_job ON "Simulation";
DROP TRIGGER follow_task ON "Task";
DROP TRIGGER count_old_tasks ON "Task";
DROP TRIGGER count_new_tasks ON "Task";
DROP FUNCTION end_job(), follow_task(), count_tasks(), has_begun(text), are_over(task_counts), end_tasks(task_counts), begin_job(int4),
    recount_tasks(int4);
DROP TABLE outbox, task_counts, settings;
ALTER TABLE "Simulation" DROP COLUMN update_key_expires, DROP COLUMN update_key_hash;
