-- From the upload of a submission to its place on a leaderboard.

CREATE TABLE submission_parts (
    submission_id text REFERENCES challenge_submissions ON DELETE CASCADE,
    file_name text CHECK (file_name ~ '^[^/\\[:cntrl:]]{1,255}$' AND file_name NOT IN ('.', '..')),
    file_size int8 NOT NULL CHECK (file_size >= 0),
    file_hash text NOT NULL CHECK (file_hash ~ '^[0-9a-f]{32}$'),
    content bytea,
    received_at timestamptz(3),
    PRIMARY KEY (submission_id, file_name),
    CHECK ((content IS NULL) = (received_at IS NULL))
);
COMMENT ON TABLE submission_parts IS 'The files that a submission is uploaded as: announced with size and MD5, then received.';

CREATE TABLE evaluation_queue (
    submission_id text PRIMARY KEY REFERENCES challenge_submissions ON DELETE CASCADE,
    queued_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
    taken_at timestamptz(3),
    worker text,
    CHECK ((taken_at IS NULL) = (worker IS NULL))
);
COMMENT ON TABLE evaluation_queue IS 'The submissions that wait for a worker, or have one.';
CREATE INDEX evaluation_queue_waiting ON evaluation_queue (queued_at) WHERE taken_at IS NULL;

CREATE TABLE leaderboards (
    id serial PRIMARY KEY,
    challenge_id int4 NOT NULL REFERENCES challenges,
    label text NOT NULL UNIQUE CHECK (label <> ''),
    path_to text,
    entry_file text NOT NULL CHECK (entry_file <> ''),
    archived bool NOT NULL DEFAULT false,
    external_entries text,
    static_files bool NOT NULL DEFAULT false,
    sorting_key text
);
COMMENT ON TABLE leaderboards IS 'What ranks the submissions of a challenge, by a file of their scores.';
COMMENT ON COLUMN leaderboards.sorting_key IS 'The path, with dots, to the value of an entry that ranks it: the least first.';
CREATE INDEX leaderboards_challenge_id ON leaderboards (challenge_id);

CREATE TABLE submission_scores (
    submission_id text REFERENCES challenge_submissions ON DELETE CASCADE,
    entry_file text,
    data jsonb NOT NULL,
    PRIMARY KEY (submission_id, entry_file)
);
COMMENT ON TABLE submission_scores IS 'What the evaluator found, a row for each file that it wrote.';

CREATE TABLE leaderboard_external_entries (
    id serial PRIMARY KEY,
    leaderboard_id int4 NOT NULL REFERENCES leaderboards ON DELETE CASCADE,
    submission_id text,
    data jsonb NOT NULL
);
COMMENT ON TABLE leaderboard_external_entries IS 'Entries of submissions that are archived, or were never made here.';
CREATE INDEX leaderboard_external_entries_leaderboard_id ON leaderboard_external_entries (leaderboard_id);

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

CREATE FUNCTION announce_parts(submission_id text, user_id int4, index jsonb) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    announced int4;
BEGIN
    PERFORM FROM challenge_submissions AS s
    WHERE s.id = announce_parts.submission_id AND s.user_id = announce_parts.user_id AND s.status = 'uploading' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE 'the user has no such submission that takes parts' USING ERRCODE = '42501';
    ELSIF EXISTS (SELECT FROM submission_parts AS p WHERE p.submission_id = announce_parts.submission_id) THEN
        RAISE 'the parts of this submission are announced already' USING ERRCODE = '55000';
    END IF;
    INSERT INTO submission_parts
    SELECT announce_parts.submission_id, part.file_name, part.file_size, lower(part.file_hash)
    FROM jsonb_to_recordset(index) AS part(file_name text, file_size int8, file_hash text);
    GET DIAGNOSTICS announced = ROW_COUNT;
    IF announced = 0 THEN
        RAISE 'no part is announced' USING ERRCODE = '22023';
    END IF;
    RETURN announced;
END $$;
COMMENT ON FUNCTION announce_parts(text, int4, jsonb) IS
    'Takes the index of an upload: [{"file_name": ..., "file_size": ..., "file_hash": MD5}, ...]; how many parts.';

CREATE FUNCTION evaluate(submission_id text) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    submission challenge_submissions;
    next_status text := 'on_queue';
BEGIN
    SELECT * INTO submission FROM challenge_submissions WHERE id = evaluate.submission_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no such submission' USING ERRCODE = 'P0002';
    ELSIF submission.evaluator_id IS NULL THEN
        next_status := 'no_eval';
    ELSIF NOT submission.auto_eval AND submission.status = 'uploaded' THEN
        next_status := 'no_auto_eval';
    END IF;
    IF submission.status = 'no_eval' AND next_status = 'no_eval' THEN
        RAISE 'the submission has no evaluator' USING ERRCODE = '55000', HINT = 'Set its evaluator_id first.';
    END IF;
    IF next_status = 'on_queue' AND submission.status = 'on_queue' THEN
        RETURN next_status;
    END IF;
    IF next_status = 'on_queue' AND submission.status IN ('evaluating', 'validating') THEN
        RAISE 'the submission is being evaluated' USING ERRCODE = '55000';
    END IF;
    UPDATE challenge_submissions SET status = next_status WHERE id = submission.id;
    IF next_status = 'on_queue' THEN
        INSERT INTO evaluation_queue AS q (submission_id) VALUES (submission.id)
        ON CONFLICT ON CONSTRAINT evaluation_queue_pkey DO UPDATE SET queued_at = clock_timestamp(), taken_at = NULL, worker = NULL;
    END IF;
    RETURN next_status;
END $$;
COMMENT ON FUNCTION evaluate(text) IS
    'Puts a submission into the queue, for the first time or again; no_eval and no_auto_eval where it is not to be. Its status.';

CREATE FUNCTION receive_part(submission_id text, user_id int4, file_name text, content bytea) RETURNS text[]
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    part submission_parts;
    remaining text[];
BEGIN
    -- Parts of one submission take turns here, so exactly one of them is the last.
    PERFORM FROM challenge_submissions AS s
    WHERE s.id = receive_part.submission_id AND s.user_id = receive_part.user_id AND s.status = 'uploading' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE 'the user has no such submission that takes parts' USING ERRCODE = '42501';
    END IF;
    SELECT * INTO part FROM submission_parts AS p
    WHERE p.submission_id = receive_part.submission_id AND p.file_name = receive_part.file_name;
    IF NOT FOUND THEN
        RAISE 'the part was not announced' USING ERRCODE = 'P0002';
    ELSIF octet_length(content) IS DISTINCT FROM part.file_size OR md5(content) IS DISTINCT FROM part.file_hash THEN
        RAISE 'the part is not as it was announced' USING ERRCODE = '22000', DETAIL = 'Its size or its MD5 is another.', HINT = 'Send it again.';
    END IF;
    UPDATE submission_parts AS p SET content = receive_part.content, received_at = clock_timestamp()
    WHERE p.submission_id = part.submission_id AND p.file_name = part.file_name;
    SELECT coalesce(array_agg(p.file_name ORDER BY p.file_name), '{}') INTO remaining
    FROM submission_parts AS p WHERE p.submission_id = part.submission_id AND p.received_at IS NULL;
    IF remaining = '{}' THEN
        UPDATE challenge_submissions SET status = 'uploaded' WHERE id = part.submission_id;
        PERFORM evaluate(part.submission_id);
    END IF;
    RETURN remaining;
END $$;
COMMENT ON FUNCTION receive_part(text, int4, text, bytea) IS
    'Takes one part of an upload; the names of those still to come. With the last, the submission is uploaded and queued.';

CREATE FUNCTION next_evaluation(worker text) RETURNS SETOF challenge_submissions LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    taken text;
BEGIN
    SELECT q.submission_id INTO taken FROM evaluation_queue AS q
    WHERE q.taken_at IS NULL ORDER BY q.queued_at LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE evaluation_queue AS q SET taken_at = clock_timestamp(), worker = next_evaluation.worker WHERE q.submission_id = taken;
    RETURN QUERY UPDATE challenge_submissions AS s SET status = 'evaluating' WHERE s.id = taken RETURNING s.*;
END $$;
COMMENT ON FUNCTION next_evaluation(text) IS 'The submission that has waited longest, for this worker alone; none when none waits.';

CREATE FUNCTION finish_evaluation(submission_id text, worker text, outcome text, scores jsonb DEFAULT '{}') RETURNS text
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    next_status text := CASE outcome WHEN 'evaluation_complete' THEN 'completed' WHEN 'evaluation_failed' THEN 'failed'
        WHEN 'evaluation_canceled' THEN 'canceled' END;
BEGIN
    IF next_status IS NULL THEN
        RAISE 'there is no such outcome' USING ERRCODE = '22023',
            HINT = 'It is evaluation_complete, evaluation_failed or evaluation_canceled.';
    END IF;
    DELETE FROM evaluation_queue AS q WHERE q.submission_id = finish_evaluation.submission_id AND q.worker = finish_evaluation.worker;
    IF NOT FOUND THEN
        RAISE 'the worker does not have this submission' USING ERRCODE = '55000', HINT = 'It may have been queued again meanwhile.';
    END IF;
    UPDATE challenge_submissions SET status = next_status WHERE id = finish_evaluation.submission_id;
    IF next_status = 'completed' THEN
        DELETE FROM submission_scores AS c WHERE c.submission_id = finish_evaluation.submission_id;
        INSERT INTO submission_scores SELECT finish_evaluation.submission_id, key, value FROM jsonb_each(scores);
    END IF;
    RETURN next_status;
END $$;
COMMENT ON FUNCTION finish_evaluation(text, text, text, jsonb) IS
    'What a worker reports, with the scores as an object {file: entry, ...}; the submission''s status.';

CREATE FUNCTION requeue_evaluations(older interval) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    lost text[];
BEGIN
    WITH released AS (
        UPDATE evaluation_queue SET taken_at = NULL, worker = NULL WHERE taken_at < clock_timestamp() - older RETURNING submission_id
    ) SELECT coalesce(array_agg(submission_id), '{}') INTO lost FROM released;
    UPDATE challenge_submissions SET status = 'on_queue' WHERE id = ANY (lost) AND status = 'evaluating';
    RETURN cardinality(lost);
END $$;
COMMENT ON FUNCTION requeue_evaluations(interval) IS 'Lets submissions wait again whose workers have been silent for so long; how many.';

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
-- down
DROP FUNCTION archive_submission(text), requeue_evaluations(interval), finish_evaluation(text, text, text, jsonb),
    next_evaluation(text), receive_part(text, int4, text, bytea), evaluate(text), announce_parts(text, int4, jsonb),
    leaderboard(text);
DROP VIEW leaderboard_entries;
DROP TABLE leaderboard_external_entries, submission_scores, leaderboards, evaluation_queue, submission_parts;
