-- Users of both kinds, clusters, and what administrators do.

ALTER TABLE settings ADD COLUMN free_login_attempts int4 NOT NULL DEFAULT 5 CHECK (free_login_attempts > 0),
    ADD COLUMN longest_login_wait interval NOT NULL DEFAULT '15 minutes';
ALTER TABLE settings ADD COLUMN private_key_life interval NOT NULL DEFAULT '1 day' CHECK (private_key_life > '0');
COMMENT ON COLUMN settings.private_key_life IS 'How long what a login brought is of use; clear_expired() removes it then.';
ALTER TABLE "KeycloakUser" ADD COLUMN key_stored_at timestamptz;
CREATE FUNCTION date_key() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.key_stored_at := CASE WHEN num_nonnulls(NEW.cert, NEW.private_key) > 0 THEN clock_timestamp() END;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION date_key() IS 'Trigger: whoever stores what enters a cluster, it is removed in time.';
CREATE TRIGGER date_key BEFORE INSERT OR UPDATE OF cert, private_key ON "KeycloakUser" FOR EACH ROW EXECUTE FUNCTION date_key();
UPDATE "KeycloakUser" SET private_key = private_key;

CREATE TABLE login_failures (
    username text PRIMARY KEY,
    failures int4 NOT NULL DEFAULT 1,
    blocked_until timestamptz NOT NULL DEFAULT '-infinity',
    last_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE login_failures IS 'How often in a row a login has failed, and until when it need not be tried again.';

CREATE FUNCTION register_user(username text, password text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    user_id int4;
BEGIN
    IF coalesce(username, '') = '' OR coalesce(password, '') = '' THEN
        RAISE 'username and password must not be empty' USING ERRCODE = '23502';
    END IF;
    INSERT INTO "User" (username, auth_provider) VALUES (register_user.username, 'YaptideUser') RETURNING id INTO user_id;
    INSERT INTO "YaptideUser" (id, password_hash) VALUES (user_id, quire.hash_password(password));
    RETURN user_id;
EXCEPTION WHEN unique_violation THEN
    RAISE 'User existing' USING ERRCODE = '23505', CONSTRAINT = '_username_provider_uc';
END $$;
COMMENT ON FUNCTION register_user(text, text) IS 'A new user with a password; the id.';

CREATE FUNCTION login_user(username text, password text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    attempt login_failures;
    account record;
BEGIN
    -- Counted before the password is looked at, and forgotten after a good one: the row makes attempts take turns.
    INSERT INTO login_failures AS f (username) VALUES (login_user.username)
    ON CONFLICT ON CONSTRAINT login_failures_pkey DO UPDATE
        SET failures = f.failures + (f.blocked_until <= clock_timestamp())::int4, last_at = clock_timestamp()
    RETURNING * INTO attempt;
    IF attempt.blocked_until > clock_timestamp() THEN
        RAISE 'too many logins have failed' USING ERRCODE = '28000',
            HINT = format('Try again in %s seconds.', ceil(extract(epoch FROM attempt.blocked_until - clock_timestamp())));
    END IF;

    SELECT u.id, y.password_hash INTO account FROM "User" AS u JOIN "YaptideUser" AS y USING (id)
    WHERE u.username = login_user.username AND u.auth_provider = 'YaptideUser';
    IF NOT FOUND THEN
        PERFORM quire.hash_password(password);  -- as long as for those that there are
    ELSIF quire.verify_password(password, account.password_hash) THEN
        DELETE FROM login_failures AS f WHERE f.username = login_user.username;
        IF quire.needs_rehash(account.password_hash) THEN
            UPDATE "YaptideUser" AS y SET password_hash = quire.hash_password(password)
            WHERE y.id = account.id AND y.password_hash = account.password_hash;
        END IF;
        RETURN account.id;
    END IF;
    UPDATE login_failures AS f
    SET blocked_until = clock_timestamp() + least(s.longest_login_wait, interval '1 second' * 2 ^ least(f.failures - s.free_login_attempts, 30))
    FROM settings AS s WHERE f.username = login_user.username AND f.failures >= s.free_login_attempts;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION login_user(text, text) IS
    'The user with this name and password, or NULL, whatever was wrong; the platform''s own hashes are read, and replaced by stronger ones. '
    'Its transaction must be committed either way, for failures to be counted.';

CREATE FUNCTION login_keycloak_user(username text, claims jsonb, cert text DEFAULT NULL, private_key text DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    user_id int4;
BEGIN
    IF coalesce(username, '') = '' OR claims ->> 'preferred_username' IS DISTINCT FROM username THEN
        RAISE 'the token is another user''s' USING ERRCODE = '28000';
    END IF;
    INSERT INTO "User" AS u (username, auth_provider) VALUES (login_keycloak_user.username, 'KeycloakUser')
    ON CONFLICT ON CONSTRAINT _username_provider_uc DO UPDATE SET username = excluded.username RETURNING u.id INTO user_id;
    INSERT INTO "KeycloakUser" (id, cert, private_key) VALUES (user_id, login_keycloak_user.cert, login_keycloak_user.private_key)
    ON CONFLICT ON CONSTRAINT "KeycloakUser_pkey" DO UPDATE SET cert = excluded.cert, private_key = excluded.private_key;
    RETURN user_id;
END $$;
COMMENT ON FUNCTION login_keycloak_user(text, jsonb, text, text) IS
    'The user whose token was verified, claims and all; made at the first login. What enters the cluster is replaced at each.';

CREATE FUNCTION clear_expired() RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    cleared int4;
BEGIN
    UPDATE "KeycloakUser" AS k SET cert = NULL, private_key = NULL
    FROM settings AS t WHERE k.key_stored_at < clock_timestamp() - t.private_key_life;
    GET DIAGNOSTICS cleared = ROW_COUNT;
    UPDATE "Simulation" SET update_key_hash = NULL, update_key_expires = NULL WHERE update_key_expires <= clock_timestamp();
    DELETE FROM login_failures WHERE last_at < clock_timestamp() - (SELECT 2 * longest_login_wait FROM settings);
    RETURN cleared;
END $$;
COMMENT ON FUNCTION clear_expired() IS 'Removes keys of clusters and update keys that are of no use any more, and failed logins long ago; of how many users.';

-- Administration.
CREATE FUNCTION list_users() RETURNS TABLE (id int4, username text, auth_provider text, simulations int8, last_start_time timestamptz)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT u.id, u.username, u.auth_provider, count(s.id), max(s.start_time)
    FROM "User" AS u LEFT JOIN "Simulation" AS s ON s.user_id = u.id GROUP BY u.id ORDER BY u.id
$$;
COMMENT ON FUNCTION list_users() IS 'All users, with how many jobs they have, and since when the last.';

CREATE FUNCTION list_simulations(username text DEFAULT NULL, auth_provider text DEFAULT NULL, job_state text DEFAULT NULL)
RETURNS TABLE (id int4, job_id text, username text, auth_provider text, platform text, sim_type text, job_state text,
    start_time timestamptz, end_time timestamptz, tasks int4)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT s.id, s.job_id, u.username, u.auth_provider, s.platform, s.sim_type, s.job_state, s.start_time, s.end_time, coalesce(c.tasks, 0)
    FROM "Simulation" AS s LEFT JOIN "User" AS u ON u.id = s.user_id LEFT JOIN task_counts AS c ON c.simulation_id = s.id
    WHERE (list_simulations.username IS NULL OR u.username = list_simulations.username)
        AND (list_simulations.auth_provider IS NULL OR u.auth_provider = list_simulations.auth_provider)
        AND (list_simulations.job_state IS NULL OR s.job_state = list_simulations.job_state)
    ORDER BY s.id
$$;
COMMENT ON FUNCTION list_simulations(text, text, text) IS 'All jobs, or those of a user, of a provider, in a state.';

CREATE FUNCTION list_tasks(username text DEFAULT NULL, auth_provider text DEFAULT NULL, simulation_id int4 DEFAULT NULL)
RETURNS TABLE (simulation_id int4, task_id int4, username text, task_state text, requested_primaries int4, simulated_primaries int4,
    last_update_time timestamptz)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT t.simulation_id, t.task_id, u.username, t.task_state, t.requested_primaries, t.simulated_primaries, t.last_update_time
    FROM "Task" AS t JOIN "Simulation" AS s ON s.id = t.simulation_id LEFT JOIN "User" AS u ON u.id = s.user_id
    WHERE (list_tasks.username IS NULL OR u.username = list_tasks.username)
        AND (list_tasks.auth_provider IS NULL OR u.auth_provider = list_tasks.auth_provider)
        AND ($3 IS NULL OR t.simulation_id = $3)
    ORDER BY t.simulation_id, t.task_id
$$;
COMMENT ON FUNCTION list_tasks(text, text, int4) IS 'All tasks, or those of a user, of a provider, of a simulation.';

CREATE FUNCTION list_clusters() RETURNS TABLE (id int4, cluster_name text, simulations int8) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT c.id, c.cluster_name, count(b.id) FROM "Cluster" AS c LEFT JOIN "BatchSimulation" AS b ON b.cluster_id = c.id GROUP BY c.id ORDER BY c.id
$$;
COMMENT ON FUNCTION list_clusters() IS 'All clusters, with how many jobs each has taken.';

CREATE FUNCTION add_cluster(cluster_name text) RETURNS int4 LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO "Cluster" AS c (cluster_name) VALUES (add_cluster.cluster_name)
    ON CONFLICT ON CONSTRAINT cluster_name_is_unique DO UPDATE SET cluster_name = excluded.cluster_name RETURNING c.id
$$;
COMMENT ON FUNCTION add_cluster(text) IS 'A cluster of this name, new or there already; the id.';

CREATE FUNCTION update_user(username text, password text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF coalesce(password, '') = '' THEN
        RAISE 'the password is empty' USING ERRCODE = '22023';
    END IF;
    UPDATE "YaptideUser" AS y SET password_hash = quire.hash_password(password)
    FROM "User" AS u WHERE u.id = y.id AND u.username = update_user.username;
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    END IF;
END $$;
COMMENT ON FUNCTION update_user(text, text) IS 'Another password.';

CREATE FUNCTION remove_user(username text, auth_provider text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM "User" AS u WHERE u.username = remove_user.username AND u.auth_provider = remove_user.auth_provider;
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    END IF;
EXCEPTION WHEN foreign_key_violation THEN
    RAISE 'the user has simulations' USING ERRCODE = '23503', HINT = 'Remove them first.';
END $$;
COMMENT ON FUNCTION remove_user(text, text) IS 'Removes a user without simulations.';

CREATE FUNCTION remove_simulation(simulation_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM "Task" AS t WHERE t.simulation_id = remove_simulation.simulation_id ORDER BY t.id FOR UPDATE;
    DELETE FROM "Simulation" AS s WHERE s.id = remove_simulation.simulation_id;
    IF NOT FOUND THEN
        RAISE 'there is no such simulation' USING ERRCODE = 'P0002';
    END IF;
END $$;
COMMENT ON FUNCTION remove_simulation(int4) IS 'Removes a job in whatever state, with all that belongs to it.';

CREATE FUNCTION remove_task(simulation_id int4, task_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM "Task" AS t WHERE t.simulation_id = remove_task.simulation_id AND t.task_id = remove_task.task_id;
    IF NOT FOUND THEN
        RAISE 'there is no such task' USING ERRCODE = 'P0002';
    END IF;
END $$;
COMMENT ON FUNCTION remove_task(int4, int4) IS 'Removes a task of one simulation; those that are left decide the state of the job.';
-- down
DROP FUNCTION remove_task(int4, int4), remove_simulation(int4), remove_user(text, text), update_user(text, text), add_cluster(text),
    list_clusters(), list_tasks(text, text, int4), list_simulations(text, text, text), list_users(), clear_expired(),
    login_keycloak_user(text, jsonb, text, text), login_user(text, text), register_user(text, text);
DROP TABLE login_failures;
DROP TRIGGER date_key ON "KeycloakUser";
DROP FUNCTION date_key();
ALTER TABLE "KeycloakUser" DROP COLUMN key_stored_at;
ALTER TABLE settings DROP COLUMN private_key_life, DROP COLUMN longest_login_wait, DROP COLUMN free_login_attempts;
