-- The model challenge: accounts, challenges, evaluation, as the platform's users and workers see them.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(218);
SELECT quire.create_model('challenge', 'z');
SET LOCAL search_path = public, z;
CREATE TEMP TABLE kept (name text PRIMARY KEY, value text);
CREATE FUNCTION pg_temp.kept(wanted text) RETURNS text LANGUAGE sql AS 'SELECT value FROM kept WHERE name = wanted';
-- A session is looked up by a later statement than the one that began it.
CREATE FUNCTION pg_temp.user_after_login(login text, password text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    token text := login(login, password);
BEGIN
    RETURN session_user_id(token);
END $$;

-- Users.
INSERT INTO kept SELECT 'code', code FROM create_user('Ada', 'Ada@example.org', 'a password', 'Ada', 'L.', 'Royal');
SELECT create_user('ben', 'ben@example.org', 'another one', 'Ben', 'M.', 'Royal');
SELECT is((SELECT count(*) FROM users_credentials WHERE password_hash LIKE '$argon2id$%' AND hashed_pswd IS NULL), 2::bigint, 'passwords are kept as hashes');
SELECT throws_ok($$ SELECT create_user('ADA', 'x@example.org', 'p', 'a', 'b', 'c') $$, '23505', 'username exists already', 'a username is one user''s, whatever its case');
SELECT throws_ok($$ SELECT create_user('x', 'ADA@EXAMPLE.ORG', 'p', 'a', 'b', 'c') $$, '23505', 'email exists already', 'and so is an address');
SELECT throws_ok($$ SELECT create_user('x', 'example.org', 'p', 'a', 'b', 'c') $$, '23514', NULL, 'which must be one');
SELECT throws_ok($$ SELECT create_user('x@y.org', 'x@example.org', 'p', 'a', 'b', 'c') $$, '23514', NULL, 'a username that looks like an address could be mistaken for one');
SELECT throws_ok($$ SELECT create_user('x', 'x@example.org', '', 'a', 'b', 'c') $$, '23502', NULL, 'nothing may be empty');
SELECT throws_ok($$ SELECT create_user('x', 'x@example.org', 'p', 'a', NULL, 'c') $$, '23502', NULL, 'or NULL');
SELECT throws_ok($$ INSERT INTO users_credentials (username, email) VALUES ('x', 'x@example.org') $$, '23514', NULL, 'every user has a password');
SELECT throws_ok($$ INSERT INTO users_credentials (username, email, hashed_pswd) VALUES ('x', 'x@example.org', 'h') $$, '23514', NULL, 'an old hash has its salt');
SELECT is(profile(1) - 'created', '{"email": "Ada@example.org", "username": "Ada", "verified": false, "last_name": "L.", "first_name": "Ada", "affiliation": "Royal"}',
    'the profile joins what the user said and what the credentials know');
UPDATE user_data SET data = data || '{"orcid": "0", "verified": true}' WHERE user_id = 1;
SELECT is(profile(1) -> 'orcid', '"0"', 'a profile may hold more');
SELECT is(profile(1) -> 'verified', 'false', 'but not overrule the credentials');
SELECT is(profile(99), NULL, 'who is not there has none');

-- Verification.
SELECT is(login('ada', 'a password'), NULL, 'who is not verified cannot log in');
SELECT throws_ok($$ SELECT verify_user('ada', 'True') $$, '28000', NULL, 'only the code verifies');
SELECT throws_ok($$ SELECT verify_user('ada') $$, '28000', NULL, 'not its absence');
SELECT throws_ok($$ SELECT verify_user('zoe', 'x') $$, 'P0002', NULL, 'a user who is there');
SELECT lives_ok($$ SELECT verify_user('ada', pg_temp.kept('code')) $$, 'the code does');
SELECT throws_ok($$ SELECT verify_user('ada', pg_temp.kept('code')) $$, '55000', 'the user is verified already', 'once');
SELECT throws_ok($$ SELECT verify_user('ada', 'True') $$, '55000', NULL, 'whatever is sent');
SELECT lives_ok($$ SELECT verify_user('ben', by_admin => true) $$, 'an administrator needs none');

-- Sessions.
INSERT INTO kept SELECT 'session', login('ada', 'a password');
SELECT is(length(pg_temp.kept('session')), 86, 'a login gives a token');
SELECT is(session_user_id(pg_temp.kept('session')), 1, 'which tells the user');
SELECT is(pg_temp.user_after_login('ADA@example.ORG', 'a password'), 1, 'addresses do as well as usernames');
SELECT is((SELECT count(*) FROM logged_users WHERE user_id = 1), 2::bigint, 'a user may have several sessions');
SELECT is_empty($$ SELECT FROM logged_users WHERE token = convert_to(pg_temp.kept('session'), 'UTF8') $$, 'no token is stored');
SELECT results_eq($$ SELECT DISTINCT date_trunc('day', expiration_date + interval '1 minute') FROM logged_users $$, $$ VALUES (date_trunc('day', now() + interval '7 days 1 minute')) $$, 'sessions last a week');
SELECT is(login('ada', 'A password'), NULL, 'a wrong password gives none');
SELECT is(login('zoe', 'a password'), NULL, 'nor does an unknown user');
SELECT is(login('ada', NULL), NULL, 'nor no password');
SELECT throws_ok($$ SELECT session_user_id('nonsense') $$, '28000', 'the session is not valid', 'a token must be one');
SELECT throws_ok($$ SELECT session_user_id(NULL) $$, '28000', 'the session is not valid', 'and not NULL');
UPDATE users_credentials SET active = false WHERE id = 1;
SELECT throws_ok($$ SELECT session_user_id(pg_temp.kept('session')) $$, '28000', 'the user is inactive', 'who was set inactive is out at once');
SELECT is(login('ada', 'a password'), NULL, 'and stays out');
UPDATE users_credentials SET active = true, verified = 'x' WHERE id = 1;
SELECT throws_ok($$ SELECT session_user_id(pg_temp.kept('session')) $$, '28000', 'the user is not verified', 'so is who is no longer verified');
UPDATE users_credentials SET verified = 'True' WHERE id = 1;
SELECT is(logout(pg_temp.kept('session')), 1, 'a session can be ended');
SELECT is(logout(pg_temp.kept('session')), 0, 'once');
SELECT throws_ok($$ SELECT session_user_id(pg_temp.kept('session')) $$, '28000', 'the session is not valid', 'and is over');
UPDATE kept SET value = login('ada', 'a password') WHERE name = 'session';
UPDATE logged_users SET expiration_date = clock_timestamp() - interval '1 second' WHERE token = quire.token_digest(pg_temp.kept('session'));
SELECT throws_ok($$ SELECT session_user_id(pg_temp.kept('session')) $$, '28000', 'the session has expired', 'sessions expire');
SELECT is(clear_expired(), 1, 'what cannot be used can be cleared');

-- Users of the platform, whose hashes are PBKDF2.
INSERT INTO users_credentials (username, email, verified, hashed_pswd, salt)
VALUES ('old', 'old@example.org', 'True', '\x0394a2ede332c9a13eb82e9b24631604c31df978b4e2f0fbd2c549944f9d79a5', '\x73616c74');
SELECT is(login('old', 'wrong'), NULL, 'an old hash refuses what it should');
SELECT is(login('old', 'password') IS NOT NULL, true, 'and lets in who has the password');
SELECT results_eq($$ SELECT hashed_pswd IS NULL, salt IS NULL, password_hash LIKE '$argon2id$%' FROM users_credentials WHERE username = 'old' $$,
    $$ VALUES (true, true, true) $$, 'whose password is hashed anew');
SELECT is((SELECT count(*) FROM logged_users JOIN users_credentials ON id = user_id WHERE username = 'old'), 1::bigint, 'which ends no session');
SELECT is(login('old', 'password') IS NOT NULL, true, 'and changes no password');

-- Throttling.
SELECT is_empty($$ SELECT FROM login_failures WHERE login = 'old' $$, 'a good login forgets the failures');
SELECT is(login('ben', 'guess ' || i), NULL, 'guess ' || i) FROM generate_series(1, 5) AS i;
SELECT throws_ok($$ SELECT login('BEN', 'guess 6') $$, '28000', 'too many logins have failed', 'after five guesses the next must wait');
SELECT throws_ok($$ SELECT login('ben', 'another one') $$, '28000', NULL, 'whatever the password');
SELECT is(login('ada', 'a password') IS NOT NULL, true, 'but nobody else');
UPDATE login_failures SET blocked_until = '-infinity' WHERE login = 'ben';
SELECT is(login('ben', 'guess 7'), NULL, 'later there is another guess');
SELECT ok((SELECT blocked_until > clock_timestamp() + interval '1.5 seconds' FROM login_failures WHERE login = 'ben'), 'and a longer wait');
UPDATE login_failures SET blocked_until = '-infinity', failures = 1000 WHERE login = 'ben';
SELECT is(login('ben', 'guess 8'), NULL, 'however many guesses there were');
SELECT ok((SELECT blocked_until < clock_timestamp() + interval '16 minutes' FROM login_failures WHERE login = 'ben'), 'the wait has a limit');
UPDATE login_failures SET blocked_until = '-infinity' WHERE login = 'ben';
SELECT is(pg_temp.user_after_login('ben', 'another one'), 2, 'the right password lets in again');

-- Passwords.
UPDATE kept SET value = login('ada', 'a password') WHERE name = 'session';
SELECT throws_ok($$ SELECT change_password(1, 'a', 'b') $$, '22023', 'the passwords do not match', 'a new password is typed twice');
SELECT throws_ok($$ SELECT change_password(1, '', '') $$, '22023', NULL, 'and is one');
SELECT throws_ok($$ SELECT change_password(99, 'a', 'a') $$, 'P0002', NULL, 'of a user who is there');
SELECT lives_ok($$ SELECT change_password(1, 'second', 'second') $$, 'passwords can be changed');
SELECT throws_ok($$ SELECT session_user_id(pg_temp.kept('session')) $$, '28000', NULL, 'which ends all sessions');
SELECT is(login('ada', 'a password'), NULL, 'the old one is of no use');
SELECT is(pg_temp.user_after_login('ada', 'second'), 1, 'the new one is');
SELECT throws_ok($$ SELECT create_password_reset('ada', 'ben@example.org') $$, 'P0002', NULL, 'a reset needs name and address of one user');
INSERT INTO kept SELECT 'reset', create_password_reset('ada', 'ada@example.org');
INSERT INTO kept SELECT 'other reset', create_password_reset('ada', 'ada@example.org');
SELECT throws_ok($$ SELECT session_user_id(pg_temp.kept('reset')) $$, '28000', NULL, 'a reset is no session');
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('reset'), 'third', 'other') $$, '22023', NULL, 'a slip of the finger');
SELECT is(reset_password(pg_temp.kept('reset'), 'third', 'third'), 1, 'does not use it up');
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('reset'), 'fourth', 'fourth') $$, 'P0002', NULL, 'it works once');
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('other reset'), 'fourth', 'fourth') $$, 'P0002', NULL, 'and takes the user''s others with it');
SELECT is(pg_temp.user_after_login('ada', 'third'), 1, 'the new password is the one');
UPDATE kept SET value = create_password_reset('ada', 'ada@example.org') WHERE name = 'reset';
UPDATE password_reset_users SET expiration_date = clock_timestamp() - interval '1 second';
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('reset'), 'fourth', 'fourth') $$, '28000', 'the password reset has expired', 'resets expire');

-- Challenges and submissions.
INSERT INTO evaluators (label, executor, script_path) VALUES ('abx', 'python', 'abx.py'), ('wer', 'bash', 'wer.sh');
SELECT lives_ok($$ INSERT INTO evaluators (label, host, executor, script_path) VALUES ('abx', 'gpu', 'sbatch', 'abx.sh') $$, 'another host may have an evaluator of the same label');
SELECT throws_ok($$ INSERT INTO evaluators (label, executor, script_path) VALUES ('x', 'perl', 'x') $$, '23514', NULL, 'executors are known');
SELECT throws_ok($$ INSERT INTO evaluators (label, executor, script_path) VALUES ('x', 'bash', 'a/../../b') $$, '23514', NULL, 'scripts stay in their folder');
INSERT INTO challenges (label, start_date, end_date, active, url, evaluator) VALUES
    ('open', CURRENT_DATE, CURRENT_DATE, true, 'https://x.org', 1), ('endless', '2020-01-01', NULL, true, 'http://x.org', NULL),
    ('over', '2020-01-01', CURRENT_DATE - 1, true, 'https://x.org', 1), ('ahead', CURRENT_DATE + 1, NULL, true, 'https://x.org', 1),
    ('asleep', '2020-01-01', NULL, false, 'https://x.org', 1);
SELECT throws_ok($$ INSERT INTO challenges (label, start_date, url) VALUES ('open', '2020-01-01', 'https://x.org') $$, '23505', NULL, 'labels are unique');
SELECT throws_ok($$ INSERT INTO challenges (label, start_date, url) VALUES ('x', '2020-01-01', 'ftp://x.org') $$, '23514', NULL, 'URLs are of the web');
SELECT throws_ok($$ INSERT INTO challenges (label, start_date, end_date, url) VALUES ('x', '2020-01-02', '2020-01-01', 'https://x.org') $$, '23514', NULL, 'a challenge ends after its start');
SELECT set_eq($$ SELECT label FROM challenges AS c WHERE is_open(c) $$, ARRAY['open', 'endless'], 'open is what is active and has the day in its window');
SELECT throws_ok(format('SELECT submit(1, %s)', id), '55000', format('challenge "%s" is not open', label), label || ' takes no submissions')
FROM challenges WHERE label IN ('over', 'ahead', 'asleep') ORDER BY id;
SELECT throws_ok($$ SELECT submit(1, 99) $$, 'P0002', 'there is no challenge with the id 99', 'nor does what is not there');
INSERT INTO kept SELECT 's1', submit(1, 1);
SELECT matches(pg_temp.kept('s1'), '^[0-9]{6}-[0-9]{4}-[0-9]{4}-[0-9a-f-]{36}$', 'ids are as on the platform');
SELECT results_eq($$ SELECT status, auto_eval, evaluator_id FROM challenge_submissions $$, $$ VALUES ('uploading', true, 1) $$, 'a submission takes the challenge''s evaluator');
UPDATE challenges SET evaluator = 2 WHERE id = 1;
SELECT is((SELECT evaluator_id FROM challenge_submissions), 1, 'and keeps it');
SELECT throws_ok($$ SELECT submit(1, 1) $$, '53400', 'the quota of submissions to challenge "open" is used up', 'one a day');
SELECT lives_ok($$ SELECT submit(1, 2) $$, 'to each challenge');
SELECT lives_ok($$ INSERT INTO kept SELECT 's2', submit(2, 1) $$, 'by each user');
UPDATE settings SET submission_quota = NULL;
SELECT lives_ok($$ INSERT INTO kept SELECT 's3', submit(1, 1) $$, 'a site may have no quota');
SELECT throws_ok($$ SELECT delete_user(1) $$, '23503', 'the user has submissions', 'who has submitted is not deleted');

-- Upload.
SELECT throws_ok($$ SELECT announce_parts(pg_temp.kept('s1'), 2, '[]') $$, '42501', NULL, 'only who submits uploads');
SELECT throws_ok(format('SELECT announce_parts(pg_temp.kept(''s1''), 1, %L)', jsonb_build_array(jsonb_build_object('file_name', name, 'file_size', 1, 'file_hash', md5('')))),
    '23514', NULL, 'no file is named ' || name) FROM unnest(ARRAY['../x', '/etc/x', '..', E'a\\b']) AS name;
SELECT is(announce_parts(pg_temp.kept('s1'), 1, jsonb_build_array(jsonb_build_object('file_name', 'a', 'file_size', 1, 'file_hash', md5('A')),
    jsonb_build_object('file_name', 'b', 'file_size', 1, 'file_hash', upper(md5('A'))))), 2, 'parts are announced, also two with one content');
SELECT throws_ok($$ SELECT receive_part(pg_temp.kept('s1'), 2, 'a', 'A') $$, '42501', NULL, 'parts come from the same user');
SELECT throws_ok($$ SELECT receive_part(pg_temp.kept('s1'), 1, 'c', 'A') $$, 'P0002', NULL, 'were announced');
SELECT throws_ok($$ SELECT receive_part(pg_temp.kept('s1'), 1, 'a', 'B') $$, '22000', NULL, 'and are what was announced');
SELECT is(receive_part(pg_temp.kept('s1'), 1, 'a', 'A'), ARRAY['b'], 'a part is received');
SELECT is(receive_part(pg_temp.kept('s1'), 1, 'a', 'A'), ARRAY['b'], 'twice is as good as once');
SELECT is((SELECT status FROM challenge_submissions WHERE id = pg_temp.kept('s1')), 'uploading', 'until the last');
SELECT is(receive_part(pg_temp.kept('s1'), 1, 'b', 'A'), '{}', 'the last has none behind it');
SELECT is((SELECT status FROM challenge_submissions WHERE id = pg_temp.kept('s1')), 'on_queue', 'and puts the submission into the queue');
SELECT throws_ok($$ SELECT receive_part(pg_temp.kept('s1'), 1, 'b', 'A') $$, '42501', NULL, 'then no part is taken');

-- Evaluation.
SELECT throws_ok($$ UPDATE challenge_submissions SET status = 'completed' WHERE id = pg_temp.kept('s1') $$, '23514', NULL, 'nothing is completed that was not evaluated');
SELECT throws_ok($$ SELECT evaluate(pg_temp.kept('s2')) $$, '23514', NULL, 'nor evaluated before it is uploaded');
SELECT is((SELECT id FROM next_evaluation('w1')), pg_temp.kept('s1'), 'a worker takes what waits');
SELECT is_empty($$ SELECT FROM next_evaluation('w2') $$, 'alone');
SELECT throws_ok($$ SELECT evaluate(pg_temp.kept('s1')) $$, '55000', NULL, 'what is being evaluated is not queued again');
SELECT throws_ok($$ SELECT finish_evaluation(pg_temp.kept('s1'), 'w2', 'evaluation_complete') $$, '55000', NULL, 'another worker has nothing to report');
SELECT throws_ok($$ SELECT finish_evaluation(pg_temp.kept('s1'), 'w1', 'evaluation_undefined') $$, '22023', NULL, 'there are three outcomes');
SELECT is(requeue_evaluations('0'), 1, 'a worker that is lost loses its work');
SELECT is((SELECT id FROM next_evaluation('w3')), pg_temp.kept('s1'), 'to the next');
SELECT throws_ok($$ SELECT finish_evaluation(pg_temp.kept('s1'), 'w1', 'evaluation_complete') $$, '55000', NULL, 'and comes too late');
INSERT INTO leaderboards (challenge_id, label, entry_file, sorting_key) VALUES (1, 'board', 'f.json', 'scores.x'), (1, 'plain', 'f.json', NULL);
SELECT is(finish_evaluation(pg_temp.kept('s1'), 'w3', 'evaluation_complete', '{"f.json": {"scores": {"x": 10}}, "g.json": {}}'), 'completed', 'a report ends it');

-- Leaderboards.
INSERT INTO leaderboard_external_entries (leaderboard_id, data) VALUES (1, '{"scores": {"x": 9}, "author_label": "them"}');
UPDATE challenge_submissions SET author_label = 'us' WHERE id = pg_temp.kept('s1');
SELECT is(leaderboard('board') -> 'data', '[{"index": 1, "scores": {"x": 9}, "author_label": "them"}, {"index": 2, "scores": {"x": 10}, "author_label": "us"}]',
    'numbers rank as numbers, the least first');
SELECT is(leaderboard('plain') -> 'data', '[{"scores": {"x": 10}, "author_label": "us"}]', 'without a key there is no rank');
INSERT INTO leaderboard_external_entries (leaderboard_id, data) VALUES (1, '{"scores": {}}');
SELECT is_empty($$ SELECT FROM leaderboard_entries WHERE leaderboard = 'board' AND index IS NOT NULL $$, 'nor where an entry has none');
SELECT throws_ok($$ SELECT leaderboard('nowhere') $$, 'P0002', NULL, 'a leaderboard must be there');
SELECT is(archive_submission(pg_temp.kept('s1')), 2, 'an archived submission leaves its entries');
SELECT is((SELECT count(*) FROM leaderboard_entries WHERE submission_id = pg_temp.kept('s1') AND data ->> 'author_label' = 'us'), 2::bigint, 'as they were');
SELECT is_empty($$ SELECT FROM challenge_submissions WHERE id = pg_temp.kept('s1') $$, 'and is gone');

-- What is not evaluated by itself.
UPDATE challenge_submissions SET evaluator_id = NULL WHERE id = pg_temp.kept('s2');
SELECT announce_parts(pg_temp.kept('s2'), 2, jsonb_build_array(jsonb_build_object('file_name', 'a', 'file_size', 0, 'file_hash', md5(''))));
SELECT receive_part(pg_temp.kept('s2'), 2, 'a', '');
SELECT is((SELECT status FROM challenge_submissions WHERE id = pg_temp.kept('s2')), 'no_eval', 'without an evaluator there is no evaluation');
UPDATE challenge_submissions SET evaluator_id = 1 WHERE id = pg_temp.kept('s2');
SELECT is(evaluate(pg_temp.kept('s2')), 'on_queue', 'until there is one');
UPDATE challenge_submissions SET auto_eval = false WHERE id = pg_temp.kept('s3');
SELECT announce_parts(pg_temp.kept('s3'), 1, jsonb_build_array(jsonb_build_object('file_name', 'a', 'file_size', 0, 'file_hash', md5(''))));
SELECT receive_part(pg_temp.kept('s3'), 1, 'a', '');
SELECT is((SELECT status FROM challenge_submissions WHERE id = pg_temp.kept('s3')), 'no_auto_eval', 'and none by itself where that is switched off');
SELECT is(evaluate(pg_temp.kept('s3')), 'on_queue', 'but when asked for');
SELECT results_eq($$ SELECT id FROM next_evaluation('w') UNION ALL SELECT id FROM next_evaluation('w') $$, $$ VALUES (pg_temp.kept('s2')), (pg_temp.kept('s3')) $$, 'first come, first served');
SELECT is(finish_evaluation(pg_temp.kept('s2'), 'w', 'evaluation_failed'), 'failed', 'an evaluation may fail');
SELECT is(finish_evaluation(pg_temp.kept('s3'), 'w', 'evaluation_canceled'), 'canceled', 'or be canceled');
SELECT is(evaluate(pg_temp.kept('s2')), 'on_queue', 'and be tried again');

SELECT lives_ok($$ DELETE FROM challenge_submissions; SELECT delete_user(2) $$, 'who has none left can be deleted');
SELECT is_empty($$ SELECT FROM user_data WHERE user_id = 2 UNION ALL SELECT FROM logged_users WHERE user_id = 2 $$, 'with all that was theirs');

-- Lookups, of users and administrators.
DELETE FROM password_reset_users;
SELECT ok(delete_sessions(everybody => true) > 0, 'all sessions are ended');
SELECT create_user('eve', 'eve@example.org', 'a password', 'Eve', 'E.', 'None'), create_user('dan', 'dan@example.org', 'a password', 'Dan', 'D.', 'None');
SELECT verify_user('eve', by_admin => true), verify_user('dan', by_admin => true);
INSERT INTO kept SELECT u.username, u.id FROM users_credentials AS u WHERE u.username IN ('eve', 'dan');
CREATE FUNCTION pg_temp.id(username text) RETURNS int LANGUAGE sql AS 'SELECT value::int FROM kept WHERE name = username';
SELECT is((get_user(username => 'EVE')).id, pg_temp.id('eve'), 'a user is found by name');
SELECT is((get_user(email => 'DAN@example.org')).username, 'dan', 'by address');
SELECT is((get_user(pg_temp.id('dan'))).username, 'dan', 'or by id');
SELECT throws_ok($$ SELECT get_user() $$, '22023', NULL, 'by something');
SELECT throws_ok($$ SELECT get_user(username => 'zoe') $$, 'P0002', NULL, 'who is there');
SELECT is(set_active(false, pg_temp.id('dan')), 1, 'a user is deactivated');
SELECT is(set_active(true), 1, 'and whoever is not active activated');
SELECT is(update_profile(pg_temp.id('eve'), '{"orcid": "0", "verified": false, "affiliation": null}') - 'created',
    '{"email": "eve@example.org", "username": "eve", "verified": true, "first_name": "Eve", "last_name": "E.", "orcid": "0"}', 'a profile is changed, the credentials are not');
SELECT throws_ok($$ SELECT update_profile(-1, '{}') $$, 'P0002', NULL, 'of a user who is there');
INSERT INTO kept SELECT 'eve token', login('eve', 'a password');
SELECT login('eve', 'a password'), login('dan', 'a password'), create_password_reset('dan', 'dan@example.org');
SELECT results_eq($$ SELECT username FROM list_sessions() $$, $$ VALUES ('eve'), ('eve'), ('dan') $$, 'sessions are listed, each');
SELECT results_eq($$ SELECT username FROM list_password_resets() $$, $$ VALUES ('dan') $$, 'and resets');
UPDATE password_reset_users SET expiration_date = now() - interval '1 s';
SELECT is((SELECT count(*) FROM list_password_resets()) || ' of ' || (SELECT count(*) FROM list_password_resets(false)), '0 of 1', 'those that are open, or all');
SELECT throws_ok($$ SELECT delete_sessions() $$, '22023', NULL, 'whose sessions end is said');
SELECT is(delete_sessions(pg_temp.id('dan')), 1, 'a user''s');
SELECT is((get_challenge(1)).id, 1, 'a challenge is looked up');
SELECT throws_ok($$ SELECT get_challenge(99) $$, 'P0002', 'There is no challenge with the following id: 99', 'that is there');
UPDATE challenges SET active = false WHERE id = 1;
SELECT throws_like($$ SELECT get_challenge(1) $$, 'The Challenge %[1] is not active', 'and open');
SELECT is((get_challenge(1, true)).id, 1, 'or any');
SELECT is_empty($$ SELECT FROM open_challenges() AS c WHERE c.id = 1 $$, 'those that are open are listed');
UPDATE challenges SET active = true WHERE id = 1;
SELECT is(register_evaluators('far', '{"evaluators": {"abx": {"executor": "sbatch", "script_path": "abx.sh", "executor_arguments": ["-N", "a b"]}}}'), 1, 'a host registers its evaluators');
SELECT is(register_evaluators('far', '{"evaluators": {"abx": {"executor": "bash", "script_path": "abx.sh"}}}'), 1, 'and again');
SELECT results_eq($$ SELECT executor, cardinality(executor_arguments) FROM evaluators WHERE host = 'far' $$, $$ VALUES ('bash', 0) $$, 'as they are then');
SELECT throws_ok($$ SELECT register_evaluators('far', '{"evaluators": {"x": {"executor": "bash", "script_path": "../x"}}}') $$, '23514', NULL, 'within its folder');

-- Models and submissions.
UPDATE settings SET submission_quota = NULL;
INSERT INTO models (user_id, authors) SELECT pg_temp.id('eve'), 'Lovelace, A.' FROM generate_series(1, 28);
SELECT is((SELECT string_agg(regexp_replace(id, '^lov\d\d', ''), ' ' ORDER BY id) FROM models), 'a b c d e f g h i j k l m n o p q r s t u v w x y z za zb', 'models are named, each its own name');
INSERT INTO models (user_id, authors) SELECT pg_temp.id('dan'), 'Li';
SELECT matches((SELECT id FROM models WHERE authors = 'Li'), '^lix\d\da$', 'also of short names');
SELECT throws_ok($$ INSERT INTO models (user_id, authors, code_url) VALUES (1, 'x', 'javascript:') $$, '23514', NULL, 'addresses are such');
INSERT INTO kept SELECT 's4', submit(pg_temp.id('eve'), 1);
SELECT throws_ok($$ UPDATE challenge_submissions SET model_id = (SELECT id FROM models WHERE authors = 'Li') WHERE id = pg_temp.kept('s4') $$, '23503', 'the user has no such model', 'nobody submits another''s model');
UPDATE challenge_submissions SET model_id = (SELECT min(id) FROM models WHERE authors LIKE 'Lovelace%'), author_label = 'Eve' WHERE id = pg_temp.kept('s4');
SELECT throws_ok($$ SELECT delete_user(pg_temp.id('eve')) $$, '23503', NULL, 'who has submissions stays');
SELECT is(upload(pg_temp.kept('s4')), NULL, 'there is no upload');
SELECT announce_parts(pg_temp.kept('s4'), pg_temp.id('eve'), jsonb_build_array(jsonb_build_object('file_name', 'x.2', 'file_size', 1, 'file_hash', md5('b')),
    jsonb_build_object('file_name', 'x.1', 'file_size', 1, 'file_hash', md5('a'))));
SELECT receive_part(pg_temp.kept('s4'), pg_temp.id('eve'), 'x.2', 'b');
SELECT is(upload(pg_temp.kept('s4')), NULL, 'until all of it is there');
SELECT receive_part(pg_temp.kept('s4'), pg_temp.id('eve'), 'x.1', 'a');
SELECT is(upload(pg_temp.kept('s4')), 'ab', 'then it is put together');
SELECT next_evaluation('w');
INSERT INTO submission_files (submission_id, path, content) VALUES (pg_temp.kept('s4'), 'scores/f.json', '{}');
SELECT throws_ok(format('INSERT INTO submission_files VALUES (%L, %L, %L)', pg_temp.kept('s4'), path, ''), '23514', NULL, 'no file is at ' || path)
FROM unnest('{/etc/passwd,../x,a/../b,a//b,a/,.,"a\\b"}'::text[]) AS path;
INSERT INTO submission_logs (submission_id, log, line) VALUES (pg_temp.kept('s4'), 'slurm', 'queued');
SELECT finish_evaluation(pg_temp.kept('s4'), 'w', 'evaluation_complete', '{"f.json": {"scores": {"x": 1}}}');
SELECT is(scores(pg_temp.kept('s4'), pg_temp.id('eve')), '{"board": {"scores": {"x": 1}}, "plain": {"scores": {"x": 1}}}', 'a user sees the scores');
SELECT is((SELECT string_agg(log || ': ' || line, ', ') FROM logs(pg_temp.kept('s4'), pg_temp.id('eve'))),
    'submission: uploaded, submission: on_queue, submission: evaluating, slurm: queued, submission: completed', 'and the log, which says where it has been');
SELECT throws_ok($$ SELECT scores(pg_temp.kept('s4'), pg_temp.id('dan')) $$, '42501', NULL, 'of their own submissions');
SELECT throws_ok($$ SELECT logs('nothing', pg_temp.id('dan')) $$, 'P0002', NULL, 'that are there');
UPDATE challenges SET active = false WHERE id = 1;
SELECT is(user_submissions(pg_temp.id('eve')) #>> ARRAY[(SELECT label FROM challenges WHERE id = 1), '0', 'status'], 'completed', 'submissions are listed, of challenges that are closed, too');
UPDATE challenges SET active = true WHERE id = 1;
SELECT is((SELECT count(*) FROM list_submissions(user_id => pg_temp.id('eve'), status => 'completed')), 1::bigint, 'by user and status');
SELECT is((SELECT count(*) FROM list_submissions(track_id => 99)), 0::bigint, 'and challenge');
SELECT throws_ok($$ SELECT set_evaluator(1) $$, '22023', 'Selector not specified', 'an evaluator is set where it is said');
SELECT is(set_evaluator((SELECT id FROM evaluators WHERE host = 'far'), user_id => pg_temp.id('eve')), 1, 'for all of a user');
SELECT is(submission_info(pg_temp.kept('s4')) - '{submitted-at,track,model_id}'::text[], jsonb_build_object('user', 'eve', 'submission_id', pg_temp.kept('s4'), 'status', 'completed', 'author_label', 'Eve'), 'info.json is told');
SELECT throws_ok($$ INSERT INTO template_files VALUES ('x/y', '') $$, '23514', NULL, 'templates are of four kinds');

-- Ownership: an ordinary role that acts for users.
INSERT INTO kept SELECT 's5', submit(pg_temp.id('dan'), 1);
SELECT announce_parts(pg_temp.kept('s5'), pg_temp.id('dan'), jsonb_build_array(jsonb_build_object('file_name', 'x', 'file_size', 1, 'file_hash', md5('b'))));
CREATE ROLE test_web;
SELECT admit('test_web');
GRANT SELECT ON kept TO test_web;
SELECT is(enter(pg_temp.kept('eve token')), pg_temp.id('eve'), 'who comes with a session');
SELECT is(quire.actor(), pg_temp.kept('eve'), 'is acted for');
-- What the role gets to see and do; '!' and the SQLSTATE where it is refused.
CREATE FUNCTION pg_temp.as_web(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    SET LOCAL ROLE test_web;
    EXECUTE query INTO answer;
    RESET ROLE;
    RETURN answer;
EXCEPTION WHEN others THEN
    RETURN '!' || SQLSTATE;
END $$;
SELECT is(pg_temp.as_web('SELECT string_agg(username, '','') FROM users_credentials'), 'eve', 'users see themselves');
SELECT is(pg_temp.as_web('SELECT password_hash FROM users_credentials'), '!42501', 'and no hashes');
SELECT is(pg_temp.as_web('SELECT string_agg(user_id::text, '','') FROM user_data'), pg_temp.kept('eve'), 'their profile');
SELECT is(pg_temp.as_web('WITH u AS (UPDATE user_data SET data = data || ''{"team": "x"}'' RETURNING user_id) SELECT string_agg(user_id::text, '','') FROM u'), pg_temp.kept('eve'), 'which they change');
SELECT is(pg_temp.as_web('SELECT count(*) FROM logged_users'), '2', 'their sessions');
SELECT is(pg_temp.as_web('SELECT string_agg(id, '','') FROM challenge_submissions'), pg_temp.kept('s4'), 'their submissions');
SELECT is(pg_temp.as_web(format('SELECT count(DISTINCT submission_id) FROM %I', name)), '1', 'and what belongs to them: ' || name)
FROM unnest('{submission_parts,submission_scores,submission_files,submission_logs}'::text[]) AS name;
SELECT is(pg_temp.as_web('SELECT string_agg(submission_id, '','') FROM leaderboard_entries WHERE leaderboard = ''board'' AND data #>> ''{scores,x}'' = ''1'''), pg_temp.kept('s4'), 'leaderboards');
SELECT cmp_ok(pg_temp.as_web('SELECT count(*) FROM leaderboard_entries')::int, '>', 1, 'with everybody on them');
SELECT is(pg_temp.as_web('SELECT count(*) FROM models'), '29', 'models, whosever they are');
SELECT is(pg_temp.as_web(format('WITH i AS (INSERT INTO challenge_submissions (user_id, track_id) VALUES (%s, 1) RETURNING status) SELECT status FROM i', pg_temp.kept('eve'))), 'uploading', 'they submit');
SELECT is(pg_temp.as_web(format('INSERT INTO challenge_submissions (user_id, track_id) VALUES (%s, 1)', pg_temp.kept('dan'))), '!42501', 'for themselves');
SELECT is(pg_temp.as_web('UPDATE challenge_submissions SET status = ''uploaded'''), '!42501', 'but do not judge');
SELECT is(pg_temp.as_web('INSERT INTO submission_scores VALUES ('''', '''', ''{}'')'), '!42501', 'nor score');
SELECT is(pg_temp.as_web('WITH d AS (DELETE FROM models RETURNING authors) SELECT string_agg(DISTINCT authors, '','') FROM d'), '!23503', 'a model with submissions stays');
SELECT is(pg_temp.as_web('WITH d AS (DELETE FROM models WHERE id LIKE ''%zb'' OR authors = ''Li'' RETURNING authors) SELECT string_agg(authors, '','') FROM d'), 'Lovelace, A.', 'another''s, too');
SELECT is(pg_temp.as_web('SELECT count(*) FROM password_reset_users'), '!42501', 'resets are nobody''s to read');
SELECT is(pg_temp.as_web('SELECT count(*) FROM archived_files'), '!42501', 'nor the archive''s files');
SELECT set_active(false, pg_temp.id('eve'));
SELECT is(pg_temp.as_web('SELECT count(*) FROM challenge_submissions'), '0', 'who is deactivated sees nothing, at once');
SELECT set_active(true);
RESET quire.actor;
SELECT is(pg_temp.as_web('SELECT count(*) FROM challenge_submissions'), '!42501', 'and so does nobody');

-- The archive.
SELECT is(archive_submission(pg_temp.kept('s4')), 2, 'a submission is archived');
SELECT is((SELECT string_agg(path || ' ' || convert_from(content, 'UTF8'), ', ' ORDER BY path) FROM archived_files WHERE submission_id = pg_temp.kept('s4')),
    'files/scores/f.json {}, upload/x.1 a, upload/x.2 b', 'with its files');
SELECT matches((SELECT log FROM archived_submissions WHERE id = pg_temp.kept('s4')), 'slurm: queued', 'and its log');
SELECT is((SELECT count(*) FROM leaderboard_entries WHERE submission_id = pg_temp.kept('s4') AND model_id IS NOT NULL), 2::bigint, 'its entries and their model stay');
SELECT throws_ok($$ SELECT archive_submission(pg_temp.kept('s4')) $$, 'P0002', NULL, 'once');

-- The example that comes with the model.
SELECT quire.create_model('challenge', 'example');
SELECT lives_ok($$ SELECT quire.load_example('example') $$, 'the example loads');
SELECT results_eq('SELECT index, submission_id FROM example.leaderboard_entries ORDER BY 1', $$ VALUES (1::bigint, 'example-ben'), (2, 'example-ada'), (3, 'example-archived') $$, 'and has a leaderboard');

SELECT * FROM finish();
ROLLBACK;
