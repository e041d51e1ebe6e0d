-- The tables of YAPTIDE as its migration 06c32cf470e7 makes them: a database of the platform's can be stamped and upgraded.
-- Steps 1 to 5 are the platform's own migrations, and leave as it was what the later steps put right.

CREATE TABLE "Cluster" (
    id serial PRIMARY KEY,
    cluster_name varchar NOT NULL
);
COMMENT ON TABLE "Cluster" IS 'The clusters that take batch jobs.';

CREATE TABLE "User" (
    id serial PRIMARY KEY,
    username varchar NOT NULL,
    auth_provider varchar NOT NULL,
    CONSTRAINT _username_provider_uc UNIQUE (username, auth_provider)
);
COMMENT ON TABLE "User" IS 'All users; auth_provider says whether the rest of one is in YaptideUser or KeycloakUser.';

CREATE TABLE "KeycloakUser" (
    id int4 PRIMARY KEY REFERENCES "User" ON DELETE CASCADE,
    cert varchar,
    private_key varchar
);
COMMENT ON TABLE "KeycloakUser" IS 'Users whom an identity provider vouches for, with what they enter a cluster by.';

CREATE TABLE "YaptideUser" (
    id int4 PRIMARY KEY REFERENCES "User" ON DELETE CASCADE,
    password_hash varchar NOT NULL
);
COMMENT ON TABLE "YaptideUser" IS 'Users who have a password here.';

CREATE TABLE "Simulation" (
    id serial PRIMARY KEY,
    job_id varchar NOT NULL UNIQUE,
    user_id int4 REFERENCES "User",
    start_time timestamptz,
    end_time timestamptz,
    title varchar NOT NULL,
    platform varchar NOT NULL,
    input_type varchar NOT NULL,
    sim_type varchar NOT NULL,
    job_state varchar NOT NULL,
    update_key_hash varchar
);
COMMENT ON TABLE "Simulation" IS 'All jobs; platform says whether the rest of one is in CelerySimulation (DIRECT) or BatchSimulation (BATCH).';

CREATE TABLE "CelerySimulation" (
    id int4 PRIMARY KEY REFERENCES "Simulation" ON DELETE CASCADE,
    merge_id varchar
);
COMMENT ON TABLE "CelerySimulation" IS 'Jobs that run at once, on the platform''s own workers.';

CREATE TABLE "BatchSimulation" (
    id int4 PRIMARY KEY REFERENCES "Simulation" ON DELETE CASCADE,
    cluster_id int4 NOT NULL REFERENCES "Cluster",
    job_dir varchar,
    array_id int4,
    collect_id int4
);
COMMENT ON TABLE "BatchSimulation" IS 'Jobs that a cluster''s scheduler runs.';

CREATE TABLE "Estimator" (
    id serial PRIMARY KEY,
    simulation_id int4 NOT NULL REFERENCES "Simulation",
    name varchar NOT NULL,
    compressed_data bytea
);
COMMENT ON TABLE "Estimator" IS 'What a simulation has estimated: a row for each of its outputs.';

CREATE TABLE "Input" (
    id serial PRIMARY KEY,
    simulation_id int4 REFERENCES "Simulation",
    compressed_data bytea
);
COMMENT ON TABLE "Input" IS 'What a simulation was given.';

CREATE TABLE "Logfiles" (
    id serial PRIMARY KEY,
    simulation_id int4 NOT NULL REFERENCES "Simulation",
    compressed_data bytea
);
COMMENT ON TABLE "Logfiles" IS 'What a simulation has logged.';

CREATE TABLE "Task" (
    id serial PRIMARY KEY,
    simulation_id int4 REFERENCES "Simulation",
    task_id int4 NOT NULL,
    requested_primaries int4 NOT NULL,
    simulated_primaries int4 NOT NULL,
    task_state varchar NOT NULL,
    estimated_time int4,
    start_time timestamptz,
    end_time timestamptz,
    platform varchar NOT NULL,
    last_update_time timestamptz,
    CONSTRAINT _simulation_id_task_id_uc UNIQUE (simulation_id, task_id)
);
COMMENT ON TABLE "Task" IS 'The parts of a job that run side by side; platform as of the job.';
COMMENT ON COLUMN "Task".estimated_time IS 'Seconds to go.';

CREATE TABLE "BatchTask" (
    id int4 PRIMARY KEY REFERENCES "Task" ON DELETE CASCADE
);
COMMENT ON TABLE "BatchTask" IS 'Tasks of batch jobs.';

CREATE TABLE "CeleryTask" (
    id int4 PRIMARY KEY REFERENCES "Task" ON DELETE CASCADE,
    celery_id varchar NOT NULL
);
COMMENT ON TABLE "CeleryTask" IS 'Tasks of direct jobs.';

CREATE TABLE "Page" (
    id serial PRIMARY KEY,
    estimator_id int4 NOT NULL REFERENCES "Estimator",
    page_number int4 NOT NULL,
    compressed_data bytea
);
COMMENT ON TABLE "Page" IS 'The pages of an estimator: a quantity over its axes each.';
-- down
DROP TABLE "Page", "CeleryTask", "BatchTask", "Task", "Logfiles", "Input", "Estimator", "BatchSimulation", "CelerySimulation",
    "Simulation", "YaptideUser", "KeycloakUser", "User", "Cluster";
