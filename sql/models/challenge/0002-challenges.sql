-- Challenges, and what users submit to them.

CREATE TABLE evaluators (
    id serial PRIMARY KEY,
    label text NOT NULL CHECK (label <> ''),
    host text NOT NULL DEFAULT 'localhost',
    executor text NOT NULL CHECK (executor IN ('python', 'bash', 'sbatch', 'docker')),
    script_path text NOT NULL CHECK (script_path <> '' AND script_path !~ '(^|/)\.\.(/|$)'),
    executor_arguments text[] NOT NULL DEFAULT '{}',
    UNIQUE (label, host)
);
COMMENT ON TABLE evaluators IS 'The programs that judge submissions.';
COMMENT ON COLUMN evaluators.script_path IS 'Below the host''s folder of programs, which it does not leave.';

CREATE TABLE challenges (
    id serial PRIMARY KEY,
    label text NOT NULL UNIQUE CHECK (label <> ''),
    start_date date NOT NULL,
    end_date date,
    active bool NOT NULL DEFAULT false,
    url text NOT NULL CHECK (url ~ '^https?://'),
    evaluator int4 REFERENCES evaluators ON DELETE SET NULL,
    CONSTRAINT ends_after_start CHECK (end_date >= start_date)
);
COMMENT ON TABLE challenges IS 'All challenges.';
COMMENT ON COLUMN challenges.end_date IS 'The last day; none while it stays open.';

CREATE FUNCTION is_open(challenge challenges, day date DEFAULT CURRENT_DATE) RETURNS bool
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT challenge.active AND day >= challenge.start_date AND (challenge.end_date IS NULL OR day <= challenge.end_date)
$$;
COMMENT ON FUNCTION is_open(challenges, date) IS 'Does the challenge take submissions on this day?';

ALTER TABLE settings ADD COLUMN auto_eval bool NOT NULL DEFAULT true;
ALTER TABLE settings ADD COLUMN submission_quota int4 DEFAULT 1 CHECK (submission_quota > 0);
ALTER TABLE settings ADD COLUMN submission_interval interval NOT NULL DEFAULT '1 day';
COMMENT ON COLUMN settings.submission_quota IS 'How many submissions a user may make to a challenge in submission_interval; NULL is any number.';

CREATE TABLE challenge_submissions (
    id text PRIMARY KEY DEFAULT to_char(clock_timestamp(), 'YYYYMM-DDHH24-MISS-') || gen_random_uuid(),
    user_id int4 NOT NULL REFERENCES users_credentials,
    track_id int4 NOT NULL REFERENCES challenges,
    submit_date timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    status text NOT NULL DEFAULT 'uploading',
    auto_eval bool,
    evaluator_id int4 REFERENCES evaluators ON DELETE SET NULL,
    author_label text
);
COMMENT ON TABLE challenge_submissions IS 'All submissions to the challenges.';
COMMENT ON COLUMN challenge_submissions.evaluator_id IS 'The challenge''s at the moment of the submission.';
CREATE INDEX challenge_submissions_user_id ON challenge_submissions (user_id, track_id, submit_date);
CREATE INDEX challenge_submissions_track_id ON challenge_submissions (track_id, status);
CREATE TRIGGER check_status BEFORE INSERT OR UPDATE ON challenge_submissions FOR EACH ROW EXECUTE FUNCTION quire.check_state('status',
    '* -> uploading,
     uploading -> uploaded | invalid | canceled,
     uploaded -> on_queue | validating | evaluating | invalid | no_eval | no_auto_eval | canceled | excluded,
     no_eval -> on_queue | evaluating | canceled | excluded, no_auto_eval -> on_queue | evaluating | canceled | excluded,
     on_queue -> validating | evaluating | canceled | failed,
     validating -> on_queue | evaluating | invalid | canceled | failed,
     evaluating -> completed | failed | canceled | on_queue,
     completed -> on_queue | evaluating | excluded, failed -> on_queue | evaluating | excluded,
     canceled -> on_queue | evaluating | excluded, excluded -> on_queue | evaluating | completed,
     invalid -> excluded');

CREATE TABLE submission_turns (
    user_id int4 REFERENCES users_credentials ON DELETE CASCADE,
    track_id int4 REFERENCES challenges ON DELETE CASCADE,
    last_at timestamptz(3) NOT NULL,
    PRIMARY KEY (user_id, track_id)
);
COMMENT ON TABLE submission_turns IS 'A row for each user and challenge, by which submissions take turns and quotas hold.';

CREATE FUNCTION begin_submission() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    challenge challenges;
    limits settings;
    made int8;
BEGIN
    SELECT * INTO challenge FROM challenges WHERE id = NEW.track_id;
    IF NOT FOUND THEN
        RAISE 'there is no challenge with the id %', NEW.track_id USING ERRCODE = 'P0002';
    ELSIF NOT is_open(challenge) THEN
        RAISE 'challenge "%" is not open', challenge.label USING ERRCODE = '55000',
            DETAIL = format('It is %s and runs from %s to %s.', CASE WHEN challenge.active THEN 'active' ELSE 'inactive' END,
                challenge.start_date, coalesce(challenge.end_date::text, 'any day'));
    END IF;
    SELECT * INTO limits FROM settings;
    IF limits.submission_quota IS NOT NULL THEN
        -- The row is written, not only locked: at every isolation level, of two at once the second sees the first or fails.
        INSERT INTO submission_turns VALUES (NEW.user_id, NEW.track_id, clock_timestamp())
        ON CONFLICT (user_id, track_id) DO UPDATE SET last_at = excluded.last_at;
        SELECT count(*) INTO made FROM challenge_submissions
        WHERE user_id = NEW.user_id AND track_id = NEW.track_id AND status NOT IN ('canceled', 'invalid')
            AND submit_date > clock_timestamp() - limits.submission_interval;
        IF made >= limits.submission_quota THEN
            RAISE 'the quota of submissions to challenge "%" is used up', challenge.label USING ERRCODE = '53400',
                DETAIL = format('It is %s in %s.', limits.submission_quota, limits.submission_interval);
        END IF;
    END IF;
    NEW.evaluator_id := coalesce(NEW.evaluator_id, challenge.evaluator);
    NEW.auto_eval := coalesce(NEW.auto_eval, limits.auto_eval);
    RETURN NEW;
END $$;
COMMENT ON FUNCTION begin_submission() IS 'Trigger: the challenge must be open and the quota not used up; the challenge''s evaluator is the submission''s.';
CREATE TRIGGER begin_submission BEFORE INSERT ON challenge_submissions FOR EACH ROW EXECUTE FUNCTION begin_submission();

CREATE FUNCTION submit(user_id int4, track_id int4) RETURNS text LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO challenge_submissions (user_id, track_id) VALUES (submit.user_id, submit.track_id) RETURNING id
$$;
COMMENT ON FUNCTION submit(int4, int4) IS 'A new submission, to be uploaded; its id.';

CREATE FUNCTION delete_user(user_id int4) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM users_credentials WHERE id = delete_user.user_id;
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    END IF;
EXCEPTION WHEN foreign_key_violation THEN
    RAISE 'the user has submissions' USING ERRCODE = '23503', HINT = 'Delete them first, or set the user inactive.';
END $$;
COMMENT ON FUNCTION delete_user(int4) IS 'Removes a user without submissions, with profile and sessions.';
-- down
DROP FUNCTION delete_user(int4), submit(int4, int4);
DROP TABLE submission_turns, challenge_submissions;
DROP FUNCTION begin_submission();
ALTER TABLE settings DROP COLUMN submission_interval;
ALTER TABLE settings DROP COLUMN submission_quota;
ALTER TABLE settings DROP COLUMN auto_eval;
DROP FUNCTION is_open(challenges, date);
DROP TABLE challenges, evaluators;
