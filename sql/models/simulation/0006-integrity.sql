-- What the platform's code relies on and its tables did not promise: kinds that agree, states that only go forward, no doubles.

-- What the platform's races have left behind: of doubles the first stays, which is the one that the platform reads.
DELETE FROM "Task" WHERE simulation_id IS NULL;
DELETE FROM "Input" AS i WHERE simulation_id IS NULL
    OR EXISTS (SELECT FROM "Input" AS first WHERE first.simulation_id = i.simulation_id AND first.id < i.id);
UPDATE "BatchSimulation" AS b SET cluster_id = first.id
FROM "Cluster" AS c JOIN (SELECT cluster_name, min(id) AS id FROM "Cluster" GROUP BY cluster_name) AS first USING (cluster_name)
WHERE c.id = b.cluster_id AND c.id > first.id;
DELETE FROM "Cluster" AS c WHERE EXISTS (SELECT FROM "Cluster" AS first WHERE first.cluster_name = c.cluster_name AND first.id < c.id);
UPDATE "Estimator" SET file_name = name WHERE file_name = '';
UPDATE "Page" AS p SET estimator_id = first.id
FROM "Estimator" AS e JOIN (
    SELECT simulation_id, file_name, min(id) AS id FROM "Estimator" GROUP BY simulation_id, file_name
) AS first USING (simulation_id, file_name)
WHERE e.id = p.estimator_id AND e.id > first.id;
DELETE FROM "Estimator" AS e WHERE EXISTS (
    SELECT FROM "Estimator" AS first WHERE first.simulation_id = e.simulation_id AND first.file_name = e.file_name AND first.id < e.id);
DELETE FROM "Page" AS p WHERE EXISTS (
    SELECT FROM "Page" AS first WHERE first.estimator_id = p.estimator_id AND first.page_number = p.page_number AND first.id < p.id);
UPDATE "Task" SET requested_primaries = greatest(requested_primaries, simulated_primaries, 0), simulated_primaries = greatest(simulated_primaries, 0)
WHERE simulated_primaries < 0 OR requested_primaries < simulated_primaries;
INSERT INTO "CelerySimulation" (id) SELECT id FROM "Simulation" WHERE platform = 'DIRECT' ON CONFLICT DO NOTHING;
INSERT INTO "CeleryTask" (id, celery_id) SELECT id, '' FROM "Task" WHERE platform = 'DIRECT' ON CONFLICT DO NOTHING;
INSERT INTO "BatchTask" (id) SELECT id FROM "Task" WHERE platform = 'BATCH' ON CONFLICT DO NOTHING;

ALTER TABLE "Cluster" ADD CONSTRAINT cluster_name_is_unique UNIQUE (cluster_name);
ALTER TABLE "Task" ALTER simulation_id SET NOT NULL, ALTER requested_primaries SET DEFAULT 0, ALTER simulated_primaries SET DEFAULT 0,
    ALTER task_state SET DEFAULT 'PENDING', ALTER last_update_time SET DEFAULT CURRENT_TIMESTAMP,
    ADD CONSTRAINT primaries_are_counts CHECK (simulated_primaries BETWEEN 0 AND requested_primaries);
ALTER TABLE "Simulation" ALTER start_time SET DEFAULT CURRENT_TIMESTAMP, ALTER job_state SET DEFAULT 'UNKNOWN', ALTER title SET DEFAULT '',
    ADD CONSTRAINT input_type_is_known CHECK (input_type IN ('EDITOR', 'FILES')),
    ADD CONSTRAINT sim_type_is_known CHECK (sim_type IN ('shieldhit', 'topas', 'fluka', 'dummy')),
    -- The platform's code tells batch jobs by the end of their job_id.
    ADD CONSTRAINT job_id_tells_platform CHECK ((right(job_id, 5) = 'BATCH') = (platform = 'BATCH'));
ALTER TABLE "CeleryTask" ALTER celery_id SET DEFAULT gen_random_uuid();
ALTER TABLE "Input" ALTER simulation_id SET NOT NULL, ADD CONSTRAINT one_input UNIQUE (simulation_id);
ALTER TABLE "Estimator" ALTER file_name DROP DEFAULT, ADD CONSTRAINT file_name_is_unique UNIQUE (simulation_id, file_name),
    ADD CONSTRAINT file_name_is_given CHECK (file_name <> '');
ALTER TABLE "Page" ALTER page_name DROP DEFAULT, ALTER page_dimension DROP DEFAULT,
    ADD CONSTRAINT page_number_is_unique UNIQUE (estimator_id, page_number);
CREATE INDEX "Logfiles_simulation_id" ON "Logfiles" (simulation_id);
CREATE INDEX "BatchSimulation_cluster_id" ON "BatchSimulation" (cluster_id);
-- The user's list in both of its orders; without the state, so that a state that changes touches no index.
CREATE INDEX "Simulation_user_id_start_time" ON "Simulation" (user_id, start_time, id);
CREATE INDEX "Simulation_user_id_end_time" ON "Simulation" (user_id, end_time, id);
-- Reports rewrite a task where it is, and the more room there is, the seldomer a page is tidied.
ALTER TABLE "Task" SET (fillfactor = 50);

-- Each base row has its other half in the table of its kind, by a key that holds the kind: they cannot disagree.
CREATE FUNCTION complete_kind() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- Tasks are many, and have a way that is short.
    IF TG_TABLE_NAME = 'Task' THEN
        IF NEW.platform = 'DIRECT' AND NOT EXISTS (SELECT FROM "CeleryTask" WHERE id = NEW.id) THEN
            INSERT INTO "CeleryTask" (id) SELECT id FROM "Task" WHERE id = NEW.id;
        ELSIF NEW.platform = 'BATCH' AND NOT EXISTS (SELECT FROM "BatchTask" WHERE id = NEW.id) THEN
            INSERT INTO "BatchTask" (id) SELECT id FROM "Task" WHERE id = NEW.id;
        END IF;
    ELSIF TG_TABLE_NAME = 'Simulation' THEN
        INSERT INTO "CelerySimulation" (id) SELECT id FROM "Simulation" WHERE id = NEW.id AND platform = 'DIRECT' ON CONFLICT DO NOTHING;
        INSERT INTO "BatchSimulation" (id, cluster_id) SELECT id, (SELECT min(c.id) FROM "Cluster" AS c) FROM "Simulation" AS s
        WHERE s.id = NEW.id AND platform = 'BATCH' AND NOT EXISTS (SELECT FROM "BatchSimulation" AS b WHERE b.id = s.id);
    ELSE
        INSERT INTO "KeycloakUser" (id) SELECT id FROM "User" WHERE id = NEW.id AND auth_provider = 'KeycloakUser' ON CONFLICT DO NOTHING;
        IF EXISTS (SELECT FROM "User" AS u WHERE u.id = NEW.id AND auth_provider = 'YaptideUser' AND NOT EXISTS (
            SELECT FROM "YaptideUser" AS y WHERE y.id = u.id))
        THEN
            RAISE 'user % has no password', NEW.id USING ERRCODE = '23514', TABLE = 'YaptideUser',
                HINT = 'Insert into "YaptideUser" in the same transaction, or call register_user().';
        END IF;
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION complete_kind() IS
    'Trigger, at the end of the transaction: a base row without its other half gets one, a batch job on the first cluster.';

CREATE FUNCTION delete_base() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- Most often the base went first, and thousands of tasks with their job: it costs little to see that there is nothing to do.
    CASE TG_ARGV[0]
        WHEN 'Task' THEN
            IF EXISTS (SELECT FROM "Task" WHERE id = OLD.id) THEN
                DELETE FROM "Task" WHERE id = OLD.id;
            END IF;
        WHEN 'Simulation' THEN DELETE FROM "Simulation" WHERE id = OLD.id;
        WHEN 'User' THEN DELETE FROM "User" WHERE id = OLD.id;
    END CASE;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION delete_base() IS 'Trigger: no half of a user, simulation or task stays behind without the other.';

DO $$
DECLARE
    half record;
BEGIN
    FOR half IN VALUES ('User', 'auth_provider', 'YaptideUser', 'YaptideUser'), ('User', 'auth_provider', 'KeycloakUser', 'KeycloakUser'),
        ('Simulation', 'platform', 'CelerySimulation', 'DIRECT'), ('Simulation', 'platform', 'BatchSimulation', 'BATCH'),
        ('Task', 'platform', 'CeleryTask', 'DIRECT'), ('Task', 'platform', 'BatchTask', 'BATCH')
    LOOP
        IF half.column4 IN ('YaptideUser', 'DIRECT') THEN
            EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %2$I UNIQUE (id, %3$I)', half.column1, half.column1 || '_kind', half.column2);
            EXECUTE format('CREATE CONSTRAINT TRIGGER complete_kind AFTER INSERT OR UPDATE OF %I ON %I
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION complete_kind()', half.column2, half.column1);
        END IF;
        EXECUTE format('ALTER TABLE %1$I ADD COLUMN %2$I varchar GENERATED ALWAYS AS (%3$L) STORED, DROP CONSTRAINT %4$I,
            ADD CONSTRAINT %4$I FOREIGN KEY (id, %2$I) REFERENCES %5$I (id, %2$I) ON DELETE CASCADE',
            half.column3, half.column2, half.column4, half.column3 || '_id_fkey', half.column1);
        EXECUTE format('CREATE TRIGGER delete_base AFTER DELETE ON %I FOR EACH ROW EXECUTE FUNCTION delete_base(%L)', half.column3, half.column1);
    END LOOP;
END $$;
ALTER TABLE "User" ADD CONSTRAINT auth_provider_is_known CHECK (auth_provider IN ('YaptideUser', 'KeycloakUser'));
ALTER TABLE "Simulation" ADD CONSTRAINT platform_is_known CHECK (platform IN ('DIRECT', 'BATCH'));
ALTER TABLE "Task" DROP CONSTRAINT "Task_simulation_id_fkey",
    ADD CONSTRAINT "Task_simulation_id_fkey" FOREIGN KEY (simulation_id, platform) REFERENCES "Simulation" (id, platform) ON DELETE CASCADE;

-- States rise, and the last three are the end.
-- Neither function is STRICT, so that the planner puts it in place of a call.
CREATE FUNCTION state_rank(state text) RETURNS int4 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE state WHEN 'UNKNOWN' THEN 0 WHEN 'PENDING' THEN 1 WHEN 'RUNNING' THEN 2 WHEN 'MERGING_QUEUED' THEN 3
        WHEN 'MERGING_RUNNING' THEN 4 WHEN 'COMPLETED' THEN 5 WHEN 'FAILED' THEN 5 WHEN 'CANCELED' THEN 5 END;
COMMENT ON FUNCTION state_rank(text) IS
    'How far a state is on the way from UNKNOWN (0) to one of the three ends (5); NULL when there is no such state.';

CREATE FUNCTION is_over(state text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN state IN ('COMPLETED', 'FAILED', 'CANCELED');
COMMENT ON FUNCTION is_over(text) IS 'Is this the state of a job or task that has ended?';

DO $$
DECLARE
    stateful record;
BEGIN
    FOR stateful IN VALUES ('Simulation', 'job_state'), ('Task', 'task_state') LOOP
        -- The trigger knows all states, and looks at each that changes. What is there already is looked at once: a CHECK that stayed would
        -- be read from the catalog by every report.
        EXECUTE format('ALTER TABLE %1$I ADD CONSTRAINT %2$I CHECK (state_rank(%3$I) IS NOT NULL); ALTER TABLE %1$I DROP CONSTRAINT %2$I',
            stateful.column1, stateful.column2 || '_is_known', stateful.column2);
        EXECUTE format('CREATE TRIGGER check_state BEFORE INSERT OR UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION quire.check_state(%L,
            ''* -> UNKNOWN | PENDING | RUNNING | MERGING_QUEUED | MERGING_RUNNING | COMPLETED | FAILED | CANCELED,
             UNKNOWN -> PENDING | RUNNING | MERGING_QUEUED | MERGING_RUNNING | COMPLETED | FAILED | CANCELED,
             PENDING -> RUNNING | MERGING_QUEUED | MERGING_RUNNING | COMPLETED | FAILED | CANCELED,
             RUNNING -> MERGING_QUEUED | MERGING_RUNNING | COMPLETED | FAILED | CANCELED,
             MERGING_QUEUED -> MERGING_RUNNING | COMPLETED | FAILED | CANCELED,
             MERGING_RUNNING -> COMPLETED | FAILED | CANCELED'')', stateful.column1, stateful.column2);
    END LOOP;
END $$;

CREATE FUNCTION keep_task() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.simulation_id <> OLD.simulation_id THEN
        RAISE 'a task stays with its simulation' USING ERRCODE = '23514', TABLE = 'Task', COLUMN = 'simulation_id';
    END IF;
    RAISE 'simulated primaries cannot become fewer' USING ERRCODE = '23514', TABLE = 'Task', COLUMN = 'simulated_primaries',
        DETAIL = format('They were %s, and would be %s.', OLD.simulated_primaries, NEW.simulated_primaries);
END $$;
COMMENT ON FUNCTION keep_task() IS 'Trigger: refuses what never happens to a task.';
CREATE TRIGGER keep_simulation BEFORE UPDATE OF simulation_id ON "Task" FOR EACH ROW
    WHEN (NEW.simulation_id <> OLD.simulation_id) EXECUTE FUNCTION keep_task();
CREATE TRIGGER keep_primaries BEFORE UPDATE OF simulated_primaries ON "Task" FOR EACH ROW
    WHEN (NEW.simulated_primaries < OLD.simulated_primaries) EXECUTE FUNCTION keep_task();

CREATE FUNCTION name_job() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.job_id := to_char(clock_timestamp(), 'YYYYMMDD-HH24MISS-') || gen_random_uuid() || NEW.platform;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION name_job() IS 'Trigger: a job without a job_id gets one, as the platform makes it.';
CREATE TRIGGER name_job BEFORE INSERT ON "Simulation" FOR EACH ROW WHEN (NEW.job_id IS NULL) EXECUTE FUNCTION name_job();

-- What is compressed already is not compressed again.
DO $$
DECLARE
    blob text;
BEGIN
    FOREACH blob IN ARRAY '{Input,Estimator,Page,Logfiles}'::text[] LOOP
        EXECUTE format('ALTER TABLE %I ALTER compressed_data SET STORAGE EXTERNAL', blob);
    END LOOP;
END $$;
-- down
-- What this transaction has inserted is completed first: a table that waits for it cannot be altered.
SET CONSTRAINTS complete_kind IMMEDIATE;
SET CONSTRAINTS complete_kind DEFERRED;
DO $$
DECLARE
    blob text;
    stateful record;
    half record;
BEGIN
    FOREACH blob IN ARRAY '{Input,Estimator,Page,Logfiles}'::text[] LOOP
        EXECUTE format('ALTER TABLE %I ALTER compressed_data SET STORAGE EXTENDED', blob);
    END LOOP;
    DROP TRIGGER name_job ON "Simulation";
    DROP TRIGGER keep_primaries ON "Task";
    DROP TRIGGER keep_simulation ON "Task";
    FOR stateful IN VALUES ('Simulation', 'job_state'), ('Task', 'task_state') LOOP
        EXECUTE format('DROP TRIGGER check_state ON %I', stateful.column1);
    END LOOP;
    ALTER TABLE "Task" DROP CONSTRAINT "Task_simulation_id_fkey";
    FOR half IN VALUES ('User', 'auth_provider', 'KeycloakUser'), ('User', 'auth_provider', 'YaptideUser'),
        ('Simulation', 'platform', 'BatchSimulation'), ('Simulation', 'platform', 'CelerySimulation'), ('Task', 'platform', 'BatchTask'), ('Task', 'platform', 'CeleryTask')
    LOOP
        EXECUTE format('DROP TRIGGER delete_base ON %1$I;
            ALTER TABLE %1$I DROP COLUMN %2$I, ADD CONSTRAINT %3$I FOREIGN KEY (id) REFERENCES %4$I ON DELETE CASCADE',
            half.column3, half.column2, half.column3 || '_id_fkey', half.column1);
        IF half.column3 IN ('YaptideUser', 'CelerySimulation', 'CeleryTask') THEN
            EXECUTE format('DROP TRIGGER complete_kind ON %1$I; ALTER TABLE %1$I DROP CONSTRAINT %2$I, DROP CONSTRAINT IF EXISTS %3$I',
                half.column1, half.column1 || '_kind', half.column2 || '_is_known');
        END IF;
    END LOOP;
    ALTER TABLE "Task" ADD CONSTRAINT "Task_simulation_id_fkey" FOREIGN KEY (simulation_id) REFERENCES "Simulation" ON DELETE CASCADE;
END $$;
DROP FUNCTION name_job(), keep_task(), is_over(text), state_rank(text), delete_base(), complete_kind();
ALTER TABLE "Task" RESET (fillfactor);
DROP INDEX "Simulation_user_id_end_time", "Simulation_user_id_start_time", "BatchSimulation_cluster_id", "Logfiles_simulation_id";
ALTER TABLE "Page" ALTER page_name SET DEFAULT '', ALTER page_dimension SET DEFAULT 0, DROP CONSTRAINT page_number_is_unique;
ALTER TABLE "Estimator" ALTER file_name SET DEFAULT '', DROP CONSTRAINT file_name_is_unique, DROP CONSTRAINT file_name_is_given;
ALTER TABLE "Input" ALTER simulation_id DROP NOT NULL, DROP CONSTRAINT one_input;
ALTER TABLE "CeleryTask" ALTER celery_id DROP DEFAULT;
ALTER TABLE "Simulation" ALTER start_time DROP DEFAULT, ALTER job_state DROP DEFAULT, ALTER title DROP DEFAULT,
    DROP CONSTRAINT input_type_is_known, DROP CONSTRAINT sim_type_is_known, DROP CONSTRAINT job_id_tells_platform;
ALTER TABLE "Task" ALTER simulation_id DROP NOT NULL, ALTER requested_primaries DROP DEFAULT, ALTER simulated_primaries DROP DEFAULT,
    ALTER task_state DROP DEFAULT, ALTER last_update_time DROP DEFAULT,
    DROP CONSTRAINT primaries_are_counts;
ALTER TABLE "Cluster" DROP CONSTRAINT cluster_name_is_unique;
