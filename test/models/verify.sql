-- verify_model finds each way in which a schema can differ from its model, and takes no addition for a fault.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(38);

SELECT quire.create_model('challenge', 'Z');
CREATE FUNCTION pg_temp.drift(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    BEGIN
        SET LOCAL search_path = "Z";
        EXECUTE change;
        SELECT string_agg(object || ': ' || problem || CASE WHEN is_fault THEN '' ELSE ' (fine)' END, '; ') INTO found FROM quire.verify_model('Z');
        RAISE division_by_zero USING MESSAGE = coalesce(found, 'nothing');
    EXCEPTION WHEN division_by_zero THEN
        RETURN SQLERRM;
    END;
END $$;

SELECT is_empty($$ SELECT FROM quire.verify_model('Z') $$, 'a fresh model has not drifted');
SELECT is(pg_temp.drift(change), found, change) FROM (VALUES
    ('DROP TABLE submission_scores CASCADE', 'table submission_scores: is missing; view leaderboard_entries: is missing; view submission_entries: is missing'),
    ('ALTER TABLE challenges DROP COLUMN end_date', 'column challenges.end_date: is missing; constraint challenges.ends_after_start: is missing'),
    ('ALTER TABLE challenges ALTER active DROP NOT NULL', 'column challenges.active: NOT NULL is none, not "yes"'),
    ('ALTER TABLE challenges ALTER active SET DEFAULT true', 'column challenges.active: default is "true", not "false"'),
    ('ALTER TABLE logged_users ALTER expiration_date TYPE timestamptz', 'column logged_users.expiration_date: type is "timestamp with time zone", not "timestamp(3) with time zone"'),
    ('ALTER TABLE challenges DROP CONSTRAINT ends_after_start', 'constraint challenges.ends_after_start: is missing'),
    ('ALTER TABLE challenges DROP CONSTRAINT ends_after_start; ALTER TABLE challenges ADD CONSTRAINT ends_after_start CHECK (end_date > start_date)',
        'constraint challenges.ends_after_start: definition is "CHECK (end_date > start_date)", not "CHECK (end_date >= start_date)"'),
    ('ALTER TABLE challenges DROP CONSTRAINT ends_after_start; ALTER TABLE challenges ADD CONSTRAINT ends_after_start CHECK (end_date >= start_date) NOT VALID',
        'constraint challenges.ends_after_start: definition is "CHECK (end_date >= start_date) NOT VALID", not "CHECK (end_date >= start_date)"'),
    ('ALTER TABLE logged_users DROP CONSTRAINT logged_users_user_id_fkey', 'constraint logged_users.logged_users_user_id_fkey: is missing'),
    ('ALTER TABLE logged_users DISABLE TRIGGER ALL', 'constraint logged_users.logged_users_user_id_fkey: enforcement is "off", not none'),
    ('ALTER TABLE challenges DROP CONSTRAINT challenges_label_key', 'constraint challenges.challenges_label_key: is missing'),
    ('DROP INDEX challenge_submissions_track_id', 'index challenge_submissions_track_id: is missing'),
    ('DROP INDEX users_credentials_username; CREATE UNIQUE INDEX users_credentials_username ON users_credentials (username)', 'index users_credentials_username: definition is "CREATE UNIQUE INDEX users_credentials_username ON users_credentials USING btree (username)", not "CREATE UNIQUE INDEX users_credentials_username ON users_credentials USING btree (lower(username))"'),
    ('DROP TRIGGER check_email ON users_credentials', 'trigger users_credentials.check_email: is missing'),
    ('ALTER TABLE users_credentials DISABLE TRIGGER check_email', 'trigger users_credentials.check_email: enabled is "no", not none'),
    ('DROP TRIGGER check_status ON challenge_submissions; CREATE TRIGGER check_status BEFORE INSERT OR UPDATE ON challenge_submissions FOR EACH ROW EXECUTE FUNCTION quire.check_state(''status'', ''* -> uploading'')',
        'trigger challenge_submissions.check_status: definition differs'),
    ('CREATE OR REPLACE FUNCTION logout(token text) RETURNS int4 LANGUAGE sql AS ''SELECT 1''', 'function logout(token text): body differs; function logout(token text): language is "sql", not "plpgsql"; function logout(token text): settings is none, not "its schema"'),
    ('ALTER FUNCTION logout(text) SECURITY DEFINER', 'function logout(token text): security is "definer", not none'),
    ('ALTER FUNCTION logout(text) SET search_path = public', 'function logout(token text): settings is "search_path=public", not "its schema"'),
    ('DROP FUNCTION logout(text)', 'function logout(token text): is missing'),
    ('COMMENT ON TABLE challenges IS NULL', 'table challenges: comment is none, not "All challenges."'),
    ('COMMENT ON COLUMN challenges.end_date IS ''The end''', 'column challenges.end_date: comment is "The end", not "The last day; none while it stays open."'),
    ('ALTER TABLE challenges ENABLE ROW LEVEL SECURITY', 'table challenges: row security is "on", not none'),
    ('CREATE OR REPLACE VIEW leaderboard_entries WITH (security_invoker) AS SELECT 1 AS leaderboard_id, ''''::text AS leaderboard, 1::bigint AS index, ''''::text AS submission_id, ''{}''::jsonb AS data, ''''::text AS model_id, now()::timestamptz(3) AS submitted_at, ''''::text AS entry_path', 'view leaderboard_entries: definition differs; view leaderboard_entries: options is "security_invoker=true", not "security_barrier=true"'),
    ('ALTER SEQUENCE challenges_id_seq INCREMENT 10', 'sequence challenges_id_seq: definition is "1 10 1 2147483647 f", not "1 1 1 2147483647 f"'),
    ('ALTER TABLE settings DROP COLUMN auto_eval; ALTER TABLE settings ADD COLUMN auto_eval bool NOT NULL DEFAULT true', 'table settings: its columns are in another order'),
    ('ALTER TABLE challenges RENAME COLUMN url TO link', 'column challenges.link: added here, no part of the model (fine); column challenges.url: is missing; constraint challenges.challenges_url_check: definition is "CHECK (link ~ ''^https?://''::text)", not "CHECK (url ~ ''^https?://''::text)"'),
    -- What a site adds.
    ('ALTER TABLE challenges ADD COLUMN budget int', 'column challenges.budget: added here, no part of the model (fine)'),
    ('CREATE TABLE notes (id int PRIMARY KEY)', 'table notes: added here, no part of the model (fine)'),
    ('CREATE INDEX mine ON challenges (url)', 'index mine: added here, no part of the model (fine)'),
    ('CREATE POLICY mine ON challenges USING (true)', 'policy challenges.mine: added here, no part of the model (fine)'),
    ('GRANT SELECT ON challenges TO PUBLIC', 'nothing')
) AS drifts(change, found);
SELECT is_empty($$ SELECT FROM quire.verify_model('Z') $$, 'and all was undone');
SELECT is_empty($$ SELECT nspname FROM pg_namespace WHERE nspname LIKE 'quire\_fresh%' $$, 'nothing is left of what it was compared with');

-- Policies of access name the schema in what they leave behind.
SELECT quire.add_model_step('shelved', 1, 'all', $step$
    CREATE TABLE held (actor int, role int, shelf text);
    CREATE TABLE shelves (name text PRIMARY KEY);
    SELECT quire.create_policy(format('%I.access', current_schema()), 'SELECT actor, role, shelf AS object FROM held', $$ SELECT 1, 'read' $$);
    SELECT quire.protect('shelves', format('%I.access', current_schema()), 'name', 'read', 'write', 'write', 'write');
$step$);
SELECT quire.create_model('shelved', 'It''s "here"');
SELECT is_empty($$ SELECT FROM quire.verify_model('It''s "here"') $$, 'a policy has not drifted, whatever the schema is called');
SET LOCAL search_path = 'It''s "here"', public;
SELECT quire.protect('shelves', format('%I.access', current_schema()), 'name', 'write', 'write', 'write', 'write');
SELECT set_eq($$ SELECT object FROM quire.verify_model('It''s "here"') $$, $$ VALUES ('policy shelves.quire_select') $$, 'but may');
DO $$ BEGIN EXECUTE (SELECT format('DROP TRIGGER %I ON held', tgname) FROM pg_trigger WHERE tgrelid = 'held'::regclass AND tgname LIKE 'quire_access_after%'); END $$;
SELECT set_has($$ SELECT regexp_replace(object, '_[0-9a-f]+$', '') FROM quire.verify_model('It''s "here"') $$, $$ VALUES ('trigger held.quire_access_after') $$, 'and a trigger of it may be missing');
RESET search_path;
SELECT * FROM finish();
ROLLBACK;
