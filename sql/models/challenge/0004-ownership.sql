-- Rows that are their owner's, files that were in folders, models, and what users and administrators look up.

-- Files.
CREATE FUNCTION is_path(path text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN octet_length(path) <= 1024 AND path <> '' AND path !~ '[\\[:cntrl:]]' AND path !~ '^/|/$|//' AND path !~ '(^|/)\.{1,2}(/|$)';
COMMENT ON FUNCTION is_path(text) IS 'Is this a path that stays below where it begins?';

CREATE TABLE submission_files (
    submission_id text REFERENCES challenge_submissions ON DELETE CASCADE,
    path text CHECK (is_path(path)),
    content bytea NOT NULL,
    stored_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    PRIMARY KEY (submission_id, path)
);
COMMENT ON TABLE submission_files IS 'What is in the folder of a submission: input/, scores/ and what else its evaluation writes.';

CREATE TABLE submission_logs (
    id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    submission_id text NOT NULL REFERENCES challenge_submissions ON DELETE CASCADE,
    log text NOT NULL DEFAULT 'submission' CHECK (log IN ('submission', 'evaluation', 'slurm')),
    logged_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    line text NOT NULL
);
COMMENT ON TABLE submission_logs IS 'The logs of submissions, line by line.';
CREATE INDEX submission_logs_submission_id ON submission_logs (submission_id, log, id);

CREATE TABLE archived_submissions (
    id text PRIMARY KEY,
    user_id int4 REFERENCES users_credentials ON DELETE SET NULL,
    archived_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    info jsonb NOT NULL,
    log text
);
COMMENT ON TABLE archived_submissions IS 'Submissions that are no longer in the challenge, as they were.';
CREATE INDEX archived_submissions_user_id ON archived_submissions (user_id);

CREATE TABLE archived_files (
    submission_id text REFERENCES archived_submissions ON DELETE CASCADE,
    path text CHECK (is_path(path)),
    content bytea NOT NULL,
    PRIMARY KEY (submission_id, path)
);
COMMENT ON TABLE archived_files IS 'Their files.';

CREATE TABLE static_files (
    path text PRIMARY KEY CHECK (is_path(path)),
    content bytea NOT NULL,
    content_type text NOT NULL DEFAULT 'application/octet-stream',
    stored_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP
);
COMMENT ON TABLE static_files IS 'What is served under /static; of a leaderboard, below leaderboards/ and its label.';

CREATE TABLE template_files (
    path text PRIMARY KEY CHECK (is_path(path) AND path ~ '^(pages|emails|mattermost|config)/'),
    body text NOT NULL
);
COMMENT ON TABLE template_files IS 'Jinja2 templates of pages, mails, Mattermost notifications and configuration; whoever sends them renders them.';

-- Models, which submissions may be of.
CREATE TABLE models (
    id text PRIMARY KEY CHECK (id ~ '^[a-z]{3}[0-9]{2}[a-z]+$'),
    user_id int4 NOT NULL REFERENCES users_credentials,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    description text,
    gpu_budget text,
    train_set text,
    authors text NOT NULL CHECK (authors <> ''),
    institution text,
    team text,
    paper_url text CHECK (paper_url ~ '^https?://'),
    code_url text CHECK (code_url ~ '^https?://')
);
COMMENT ON TABLE models IS 'What submissions are the output of.';
COMMENT ON COLUMN models.id IS 'Three letters of the first author''s name, two digits of the year, and letters that count.';
CREATE INDEX models_user_id ON models (user_id);

CREATE FUNCTION name_model() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    stem text := rpad(left(regexp_replace(lower(NEW.authors), '[^a-z]', '', 'g'), 3), 3, 'x') || to_char(CURRENT_DATE, 'YY');
    taken int8;
BEGIN
    -- Models of one stem take turns until their transactions end.
    PERFORM pg_advisory_xact_lock(TG_RELID::int4, hashtext(stem));
    SELECT count(*) INTO taken FROM models AS m WHERE m.id ~ ('^' || stem || '[a-z]+$');
    LOOP
        NEW.id := stem || repeat('z', (taken / 26)::int4) || chr(97 + (taken % 26)::int4);
        PERFORM FROM models AS m WHERE m.id = NEW.id;
        EXIT WHEN NOT FOUND;
        taken := taken + 1;
    END LOOP;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION name_model() IS 'Trigger: a model without an id gets the next of its author and year.';
CREATE TRIGGER name_model BEFORE INSERT ON models FOR EACH ROW WHEN (NEW.id IS NULL) EXECUTE FUNCTION name_model();

ALTER TABLE challenge_submissions ADD COLUMN model_id text REFERENCES models;
CREATE INDEX challenge_submissions_model_id ON challenge_submissions (model_id);
ALTER TABLE leaderboard_external_entries ADD COLUMN model_id text, ADD COLUMN submitted_at timestamptz(3);

CREATE FUNCTION check_model_owner() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM models AS m WHERE m.id = NEW.model_id AND m.user_id = NEW.user_id;
    IF NOT FOUND THEN
        RAISE 'the user has no such model' USING ERRCODE = '23503', TABLE = 'challenge_submissions', COLUMN = 'model_id';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_model_owner() IS 'Trigger: users submit what their own models gave.';
CREATE TRIGGER check_model_owner BEFORE INSERT OR UPDATE OF model_id, user_id ON challenge_submissions FOR EACH ROW
    WHEN (NEW.model_id IS NOT NULL) EXECUTE FUNCTION check_model_owner();

-- Leaderboards.
CREATE VIEW submission_entries AS
SELECT l.id AS leaderboard_id, s.id AS submission_id,
    CASE WHEN s.author_label <> '' THEN c.data || jsonb_build_object('author_label', s.author_label) ELSE c.data END AS data,
    s.model_id, s.submit_date AS submitted_at
FROM leaderboards AS l JOIN challenge_submissions AS s ON s.track_id = l.challenge_id AND s.status = 'completed'
    JOIN submission_scores AS c ON c.submission_id = s.id AND c.entry_file = l.entry_file;
COMMENT ON VIEW submission_entries IS 'What submissions give to the leaderboards of their challenge.';

-- Leaderboards are everybody's, whosever submissions stand on them: the view reads as its owner does. Each board is built by
-- itself, so that who asks for one has the others left alone; numbers are sorted as numeric, which is several times faster.
DROP VIEW leaderboard_entries;
CREATE VIEW leaderboard_entries WITH (security_barrier) AS
SELECT l.id AS leaderboard_id, l.label AS leaderboard, e.index, e.submission_id, e.data, e.model_id, e.submitted_at,
    l.entry_file AS entry_path
FROM leaderboards AS l CROSS JOIN LATERAL (
    SELECT ranked.*, CASE
        WHEN bool_and(number IS NOT NULL) OVER board OR bool_and(jsonb_typeof(key) IS NOT DISTINCT FROM 'string') OVER board
        THEN row_number() OVER board END AS index
    FROM (
        SELECT keyed.*, CASE WHEN jsonb_typeof(key) = 'number' THEN key::numeric END AS number
        FROM (
            SELECT s.*, CASE WHEN jsonb_typeof(s.data) = 'object' THEN s.data #> string_to_array(l.sorting_key, '.') END AS key
            FROM (
                SELECT * FROM submission_entries WHERE NOT l.archived
                UNION ALL
                SELECT leaderboard_id, submission_id, data, model_id, submitted_at FROM leaderboard_external_entries
            ) AS s
            WHERE s.leaderboard_id = l.id
            OFFSET 0  -- so that the key is looked up once
        ) AS keyed
    ) AS ranked
    WINDOW board AS (ORDER BY number, key, submitted_at, submission_id, data ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
) AS e;
COMMENT ON VIEW leaderboard_entries IS
    'Every leaderboard, always up to date; without an index unless all its entries have a number to rank them by, or all a text.';

-- To plan it for each board takes as long as a thousand entries do.
CREATE FUNCTION leaderboard_json(label text) RETURNS json LANGUAGE plpgsql STABLE SET search_path FROM CURRENT
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    board_id int4;
BEGIN
    SELECT l.id INTO board_id FROM leaderboards AS l WHERE l.label = leaderboard_json.label;
    IF NOT FOUND THEN
        RAISE 'there is no such leaderboard' USING ERRCODE = 'P0002';
    END IF;
    -- Put together as text, which takes three quarters of the time; what has an index is an object that is not empty.
    RETURN format('{"updatedOn": %s, "data": [%s]}', to_json(clock_timestamp()), (
        SELECT string_agg(CASE WHEN e.index IS NULL THEN e.data::text
            WHEN e.data ? 'index' THEN jsonb_set(e.data, '{index}', to_jsonb(e.index))::text
            ELSE '{"index": ' || e.index || ', ' || substr(e.data::text, 2) END, ', ')
        FROM (SELECT b.index, b.data FROM leaderboard_entries AS b WHERE b.leaderboard_id = board_id
            ORDER BY b.index, b.submitted_at NULLS FIRST, b.submission_id, b.data) AS e))::json;
END $$;
COMMENT ON FUNCTION leaderboard_json(text) IS 'A leaderboard as the document that the platform serves, ready to be sent.';

DROP FUNCTION leaderboard(text);
CREATE FUNCTION leaderboard(label text) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT leaderboard_json(label)::jsonb
$$;
COMMENT ON FUNCTION leaderboard(text) IS 'A leaderboard as the document that the platform serves.';

-- Ownership. Actors are users by their id; the owner of the tables, who serves them all, is exempt.
DO $$
DECLARE
    own text := format('%I.own', current_schema());
    own_submissions text := format('%I.own_submissions', current_schema());
    item record;
BEGIN
    PERFORM quire.create_policy(own, format($query$
        SELECT id AS actor, 'owner' AS role, id AS object FROM %I.users_credentials WHERE active AND verified = 'True'$query$, current_schema()),
        $query$SELECT 'owner' AS role, unnest('{read,write}'::text[]) AS verb$query$);
    PERFORM quire.create_policy(own_submissions, format($query$
        SELECT s.user_id AS actor, 'owner' AS role, s.id AS object
        FROM %1$I.challenge_submissions AS s JOIN %1$I.users_credentials AS u ON u.id = s.user_id
        WHERE u.active AND u.verified = 'True'$query$, current_schema()),
        $query$SELECT 'owner' AS role, 'read' AS verb$query$);
    FOR item IN VALUES
        ('users_credentials', 'id', 'read', NULL, 'write', NULL), ('user_data', 'user_id', 'read', 'write', 'write', NULL),
        ('logged_users', 'user_id', 'read', NULL, NULL, 'write'), ('password_reset_users', 'user_id', NULL, NULL, NULL, NULL),
        ('submission_turns', 'user_id', 'read', 'write', 'write', NULL), ('challenge_submissions', 'user_id', 'read', 'write', NULL, NULL),
        ('archived_submissions', 'user_id', 'read', NULL, NULL, NULL), ('models', 'user_id', 'read', 'write', 'write', 'write')
    LOOP
        PERFORM quire.protect(item.column1::regclass, own, item.column2, item.column3, item.column4, item.column5, item.column6);
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', item.column1);
    END LOOP;
    FOR item IN VALUES ('submission_parts'), ('submission_scores'), ('submission_files'), ('submission_logs'), ('evaluation_queue') LOOP
        PERFORM quire.protect(item.column1::regclass, own_submissions, 'submission_id', 'read', NULL, NULL, NULL);
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', item.column1);
    END LOOP;
END $$;
CREATE POLICY everybody ON models FOR SELECT USING (true);
-- Nobody but the owner of the tables looks at these, whatever is granted.
ALTER TABLE login_failures ENABLE ROW LEVEL SECURITY;
ALTER TABLE archived_files ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION admit(role regrole) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', current_schema(), role);
    EXECUTE format('GRANT SELECT (id, challenge_id, label, entry_file, archived, static_files, sorting_key) ON leaderboards TO %s', role);
    EXECUTE format('GRANT SELECT ON settings, challenges, leaderboard_entries, static_files, models, user_data,
        challenge_submissions, submission_turns, submission_parts, submission_scores, submission_files, submission_logs, evaluation_queue,
        archived_submissions TO %s', role);
    EXECUTE format('GRANT SELECT (id, username, email, active, verified, created_at) ON users_credentials TO %s', role);
    EXECUTE format('GRANT SELECT (user_id, expiration_date), DELETE ON logged_users TO %s', role);
    EXECUTE format('GRANT UPDATE (data) ON user_data TO %s', role);
    EXECUTE format('GRANT INSERT (user_id, track_id, author_label, model_id) ON challenge_submissions TO %s', role);
    EXECUTE format('GRANT INSERT, UPDATE ON submission_turns TO %s', role);
    EXECUTE format('GRANT INSERT (user_id, description, gpu_budget, train_set, authors, institution, team, paper_url, code_url),
        UPDATE (description, gpu_budget, train_set, authors, institution, team, paper_url, code_url), DELETE ON models TO %s', role);
END $$;
COMMENT ON FUNCTION admit(regrole) IS
    'Lets a role act for users, each on rows of their own: look at them, submit, change the profile, leave sessions. Whom it acts for is quire.become()''s.';

CREATE FUNCTION enter(token text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    user_id int4 := session_user_id(token);
BEGIN
    PERFORM quire.become(user_id::text);
    RETURN user_id;
END $$;
COMMENT ON FUNCTION enter(text) IS 'To the end of the transaction, acts for the user whose session it is.';

-- Users.
CREATE FUNCTION get_user(user_id int4 DEFAULT NULL, username text DEFAULT NULL, email text DEFAULT NULL) RETURNS users_credentials
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    account users_credentials;
BEGIN
    IF num_nonnulls(user_id, username, email) <> 1 THEN
        RAISE 'a user is looked up by id, username or address' USING ERRCODE = '22023';
    END IF;
    SELECT * INTO account FROM users_credentials AS u
    WHERE u.id = get_user.user_id OR lower(u.username) = lower(get_user.username) OR lower(u.email) = lower(get_user.email);
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    END IF;
    RETURN account;
END $$;
COMMENT ON FUNCTION get_user(int4, text, text) IS 'A user, by one of the three.';

CREATE FUNCTION set_active(active bool, user_id int4 DEFAULT NULL) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    changed int4;
BEGIN
    UPDATE users_credentials AS u SET active = set_active.active
    WHERE (set_active.user_id IS NULL OR u.id = set_active.user_id) AND u.active <> set_active.active;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
COMMENT ON FUNCTION set_active(bool, int4) IS 'Activates or deactivates a user, or all of them; how many that were not.';

CREATE FUNCTION update_profile(user_id int4, changes jsonb) RETURNS jsonb LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE user_data AS d SET data = jsonb_strip_nulls(d.data || (changes - '{username,email,verified,created}'::text[]))
    WHERE d.user_id = update_profile.user_id;
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    END IF;
    RETURN profile(user_id);
END $$;
COMMENT ON FUNCTION update_profile(int4, jsonb) IS 'Changes what a user says of themselves, and nothing of what the credentials know; null removes.';

CREATE FUNCTION list_sessions() RETURNS TABLE (user_id int4, username text, email text, expiration_date timestamptz)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT u.id, u.username, u.email, l.expiration_date FROM logged_users AS l JOIN users_credentials AS u ON u.id = l.user_id ORDER BY 1, 4
$$;
COMMENT ON FUNCTION list_sessions() IS 'Who is logged in, once for each session.';

CREATE FUNCTION list_password_resets(open_only bool DEFAULT true)
RETURNS TABLE (user_id int4, username text, email text, expiration_date timestamptz) LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT u.id, u.username, u.email, r.expiration_date FROM password_reset_users AS r JOIN users_credentials AS u ON u.id = r.user_id
    WHERE NOT open_only OR r.expiration_date > clock_timestamp() ORDER BY 1, 4
$$;
COMMENT ON FUNCTION list_password_resets(bool) IS 'Who has asked for another password: those that may still set it, or all.';

CREATE FUNCTION delete_sessions(user_id int4 DEFAULT NULL, everybody bool DEFAULT false) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    ended int4;
BEGIN
    IF user_id IS NULL AND NOT everybody THEN
        RAISE 'whose sessions?' USING ERRCODE = '22023', HINT = 'Name a user, or say everybody => true. logout() ends one session by its token.';
    END IF;
    DELETE FROM logged_users AS l WHERE everybody OR l.user_id = delete_sessions.user_id;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;
COMMENT ON FUNCTION delete_sessions(int4, bool) IS 'Ends all sessions of a user, or of everybody; how many.';

-- Challenges.
CREATE FUNCTION open_challenges() RETURNS SETOF challenges LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT c.* FROM challenges AS c WHERE is_open(c) ORDER BY c.id
$$;
COMMENT ON FUNCTION open_challenges() IS 'The challenges that take submissions today.';

CREATE FUNCTION get_challenge(challenge_id int4, allow_inactive bool DEFAULT false) RETURNS challenges
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    challenge challenges;
BEGIN
    SELECT * INTO challenge FROM challenges AS c WHERE c.id = challenge_id;
    IF NOT FOUND THEN
        RAISE 'There is no challenge with the following id: %', challenge_id USING ERRCODE = 'P0002';
    ELSIF NOT allow_inactive AND NOT is_open(challenge) THEN
        RAISE 'The Challenge %[%] is not active', challenge.label, challenge.id USING ERRCODE = 'P0002';
    END IF;
    RETURN challenge;
END $$;
COMMENT ON FUNCTION get_challenge(int4, bool) IS 'A challenge that is open, or any.';

CREATE FUNCTION register_evaluators(host text, index jsonb) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    registered int4;
BEGIN
    INSERT INTO evaluators AS e (label, host, executor, script_path, executor_arguments)
    SELECT f.key, register_evaluators.host, f.value ->> 'executor', f.value ->> 'script_path',
        ARRAY(SELECT jsonb_array_elements_text(coalesce(f.value -> 'executor_arguments', '[]')))
    FROM jsonb_each(index -> 'evaluators') AS f
    ON CONFLICT ON CONSTRAINT evaluators_label_host_key DO UPDATE
        SET executor = excluded.executor, script_path = excluded.script_path, executor_arguments = excluded.executor_arguments;
    GET DIAGNOSTICS registered = ROW_COUNT;
    RETURN registered;
END $$;
COMMENT ON FUNCTION register_evaluators(text, jsonb) IS
    'The programs of a host, as its index.yml says in JSON: {"evaluators": {label: {executor, script_path, executor_arguments}}}; how many.';

-- Submissions.
CREATE FUNCTION own_submission(submission_id text, user_id int4) RETURNS challenge_submissions
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    submission challenge_submissions;
BEGIN
    SELECT * INTO submission FROM challenge_submissions AS s WHERE s.id = submission_id;
    IF NOT FOUND THEN
        RAISE 'there is no such submission' USING ERRCODE = 'P0002';
    ELSIF submission.user_id IS DISTINCT FROM own_submission.user_id THEN
        RAISE 'the submission is another user''s' USING ERRCODE = '42501';
    END IF;
    RETURN submission;
END $$;
COMMENT ON FUNCTION own_submission(text, int4) IS 'A submission, if it is this user''s.';

CREATE FUNCTION list_submissions(track_id int4 DEFAULT NULL, user_id int4 DEFAULT NULL, status text DEFAULT NULL)
RETURNS SETOF challenge_submissions LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT * FROM challenge_submissions AS s
    WHERE (list_submissions.track_id IS NULL OR s.track_id = list_submissions.track_id)
        AND (list_submissions.user_id IS NULL OR s.user_id = list_submissions.user_id)
        AND (list_submissions.status IS NULL OR s.status = list_submissions.status)
    ORDER BY s.submit_date, s.id
$$;
COMMENT ON FUNCTION list_submissions(int4, int4, text) IS 'The submissions to a challenge, of a user, in a status; conditions combine.';

CREATE FUNCTION user_submissions(user_id int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_object_agg(label, submissions), '{}') FROM (
        SELECT c.label, jsonb_agg(jsonb_build_object('submission_id', s.id, 'submit_date', s.submit_date, 'status', s.status)
            ORDER BY s.submit_date, s.id) AS submissions
        FROM challenge_submissions AS s JOIN challenges AS c ON c.id = s.track_id WHERE s.user_id = user_submissions.user_id GROUP BY c.label
    ) AS tracks
$$;
COMMENT ON FUNCTION user_submissions(int4) IS 'A user''s submissions by the label of their challenge, whether that is open or not.';

CREATE FUNCTION submission_info(submission_id text) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object('user', u.username, 'track', c.label, 'submission_id', s.id, 'submitted-at', s.submit_date,
        'status', s.status, 'author_label', s.author_label, 'model_id', s.model_id)
    FROM challenge_submissions AS s JOIN users_credentials AS u ON u.id = s.user_id JOIN challenges AS c ON c.id = s.track_id
    WHERE s.id = submission_info.submission_id
$$;
COMMENT ON FUNCTION submission_info(text) IS 'What info.json says of a submission, and where it stands.';

CREATE FUNCTION scores(submission_id text, user_id int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(jsonb_object_agg(l.label, c.data), '{}')
    FROM own_submission(scores.submission_id, scores.user_id) AS s JOIN leaderboards AS l ON l.challenge_id = s.track_id
        JOIN submission_scores AS c ON c.submission_id = s.id AND c.entry_file = l.entry_file
$$;
COMMENT ON FUNCTION scores(text, int4) IS 'The scores of one''s own submission, by the label of the leaderboard.';

CREATE FUNCTION logs(submission_id text, user_id int4) RETURNS TABLE (log text, logged_at timestamptz, line text)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT l.log, l.logged_at, l.line
    FROM own_submission(logs.submission_id, logs.user_id) AS s JOIN submission_logs AS l ON l.submission_id = s.id ORDER BY l.id
$$;
COMMENT ON FUNCTION logs(text, int4) IS 'The logs of one''s own submission.';

CREATE FUNCTION log_status() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO submission_logs (submission_id, line) VALUES (NEW.id, NEW.status);
    RETURN NULL;
END $$;
COMMENT ON FUNCTION log_status() IS 'Trigger: the log of a submission says where it has been.';
CREATE TRIGGER log_status AFTER UPDATE OF status ON challenge_submissions FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION log_status();

CREATE FUNCTION upload(submission_id text) RETURNS bytea LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT string_agg(p.content, '' ORDER BY p.file_name) FROM submission_parts AS p
    WHERE p.submission_id = upload.submission_id HAVING bool_and(p.received_at IS NOT NULL)
$$;
COMMENT ON FUNCTION upload(text) IS 'What was uploaded: the parts put together in the order of their names; NULL while some are to come.';

CREATE FUNCTION set_evaluator(
    evaluator_id int4, submission_id text DEFAULT NULL, track_id int4 DEFAULT NULL, user_id int4 DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    changed int4;
BEGIN
    IF num_nonnulls(submission_id, track_id, user_id) = 0 THEN
        RAISE 'Selector not specified' USING ERRCODE = '22023', HINT = 'Name a submission, a challenge or a user.';
    END IF;
    UPDATE challenge_submissions AS s SET evaluator_id = set_evaluator.evaluator_id
    WHERE (set_evaluator.submission_id IS NULL OR s.id = set_evaluator.submission_id)
        AND (set_evaluator.track_id IS NULL OR s.track_id = set_evaluator.track_id)
        AND (set_evaluator.user_id IS NULL OR s.user_id = set_evaluator.user_id);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
COMMENT ON FUNCTION set_evaluator(int4, text, int4, int4) IS 'Another evaluator for a submission, or all to a challenge, of a user; how many.';

DROP FUNCTION archive_submission(text);
CREATE FUNCTION archive_submission(submission_id text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    kept int4;
BEGIN
    -- First what workers lock first: a report that is under way is waited for, and kept.
    DELETE FROM evaluation_queue AS q WHERE q.submission_id = archive_submission.submission_id;
    INSERT INTO archived_submissions (id, user_id, info, log)
    SELECT s.id, s.user_id, submission_info(s.id), (
        SELECT string_agg(format('%s %s: %s', l.logged_at, l.log, l.line), E'\n' ORDER BY l.id)
        FROM submission_logs AS l WHERE l.submission_id = s.id)
    FROM challenge_submissions AS s WHERE s.id = archive_submission.submission_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no such submission' USING ERRCODE = 'P0002';
    END IF;
    INSERT INTO archived_files
    SELECT p.submission_id, 'upload/' || p.file_name, p.content FROM submission_parts AS p
    WHERE p.submission_id = archive_submission.submission_id AND p.content IS NOT NULL
    UNION ALL SELECT f.submission_id, 'files/' || f.path, f.content FROM submission_files AS f
    WHERE f.submission_id = archive_submission.submission_id;
    INSERT INTO leaderboard_external_entries (leaderboard_id, submission_id, data, model_id, submitted_at)
    SELECT e.leaderboard_id, e.submission_id, e.data, e.model_id, e.submitted_at
    FROM submission_entries AS e WHERE e.submission_id = archive_submission.submission_id;
    GET DIAGNOSTICS kept = ROW_COUNT;
    DELETE FROM challenge_submissions AS s WHERE s.id = archive_submission.submission_id;
    RETURN kept;
END $$;
COMMENT ON FUNCTION archive_submission(text) IS
    'Moves a submission with its files to the archive, and leaves its entries on the leaderboards; how many.';
-- down
DROP FUNCTION archive_submission(text), set_evaluator(int4, text, int4, int4), upload(text);
CREATE FUNCTION archive_submission(submission_id text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    kept int4;
BEGIN
    INSERT INTO leaderboard_external_entries (leaderboard_id, submission_id, data)
    SELECT e.leaderboard_id, e.submission_id, e.data
    FROM leaderboard_entries AS e JOIN challenge_submissions AS s ON s.id = e.submission_id
    WHERE e.submission_id = archive_submission.submission_id;
    GET DIAGNOSTICS kept = ROW_COUNT;
    DELETE FROM challenge_submissions WHERE id = archive_submission.submission_id;
    IF NOT FOUND THEN
        RAISE 'there is no such submission' USING ERRCODE = 'P0002';
    END IF;
    RETURN kept;
END $$;
COMMENT ON FUNCTION archive_submission(text) IS 'Removes a submission and leaves its entries on the leaderboards; how many.';
DROP TRIGGER log_status ON challenge_submissions;
DROP FUNCTION log_status(), logs(text, int4), scores(text, int4), submission_info(text), user_submissions(int4),
    list_submissions(int4, int4, text), own_submission(text, int4), register_evaluators(text, jsonb), get_challenge(int4, bool),
    delete_sessions(int4, bool), update_profile(int4, jsonb), set_active(bool, int4), get_user(int4, text, text), enter(text), admit(regrole);
DROP FUNCTION open_challenges(), list_password_resets(bool), list_sessions();
ALTER TABLE login_failures DISABLE ROW LEVEL SECURITY;
DROP POLICY everybody ON models;
DO $$
DECLARE
    protected text;
BEGIN
    FOREACH protected IN ARRAY '{users_credentials,user_data,logged_users,password_reset_users,submission_turns,challenge_submissions,
        archived_submissions,models,submission_parts,submission_scores,submission_files,submission_logs,evaluation_queue}'::text[]
    LOOP
        PERFORM quire.unprotect(protected::regclass);
    END LOOP;
    PERFORM quire.drop_policy(format('%I.own', current_schema())), quire.drop_policy(format('%I.own_submissions', current_schema()));
END $$;
DROP FUNCTION leaderboard(text), leaderboard_json(text);
DROP VIEW leaderboard_entries, submission_entries;
ALTER TABLE leaderboard_external_entries DROP COLUMN model_id, DROP COLUMN submitted_at;
CREATE VIEW leaderboard_entries WITH (security_invoker) AS
WITH entries AS (
    SELECT l.id AS leaderboard_id, s.id AS submission_id,
        c.data || CASE WHEN s.author_label IS NULL THEN '{}' ELSE jsonb_build_object('author_label', s.author_label) END AS data,
        s.submit_date
    FROM leaderboards AS l JOIN challenge_submissions AS s ON s.track_id = l.challenge_id AND s.status = 'completed'
        JOIN submission_scores AS c ON c.submission_id = s.id AND c.entry_file = l.entry_file
    WHERE NOT l.archived
    UNION ALL
    SELECT leaderboard_id, submission_id, data, NULL FROM leaderboard_external_entries
), keyed AS (
    SELECT e.*, l.label AS leaderboard, e.data #> string_to_array(l.sorting_key, '.') AS key
    FROM entries AS e JOIN leaderboards AS l ON l.id = e.leaderboard_id
)
SELECT leaderboard_id, leaderboard,
    CASE WHEN bool_and(key IS NOT NULL) OVER (PARTITION BY leaderboard_id)
        THEN row_number() OVER (PARTITION BY leaderboard_id ORDER BY key, submit_date, submission_id) END AS index,
    submission_id, data
FROM keyed;
COMMENT ON VIEW leaderboard_entries IS
    'Every leaderboard, always up to date; without an index where an entry has no value to rank it by.';
CREATE FUNCTION leaderboard(label text) RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    board leaderboards;
BEGIN
    SELECT * INTO board FROM leaderboards AS l WHERE l.label = leaderboard.label;
    IF NOT FOUND THEN
        RAISE 'there is no such leaderboard' USING ERRCODE = 'P0002';
    END IF;
    RETURN jsonb_build_object('updatedOn', clock_timestamp(), 'data', coalesce((
        SELECT jsonb_agg(e.data || CASE WHEN e.index IS NULL THEN '{}' ELSE jsonb_build_object('index', e.index) END ORDER BY e.index)
        FROM leaderboard_entries AS e WHERE e.leaderboard_id = board.id), '[]'));
END $$;
COMMENT ON FUNCTION leaderboard(text) IS 'A leaderboard as the document that the platform serves.';

DROP TRIGGER check_model_owner ON challenge_submissions;
ALTER TABLE challenge_submissions DROP COLUMN model_id;
DROP FUNCTION check_model_owner();
DROP TABLE models, template_files, static_files, archived_files, archived_submissions, submission_logs, submission_files;
DROP FUNCTION name_model(), is_path(text);
