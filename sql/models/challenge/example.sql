-- Two users, a challenge that is open, and a leaderboard with an entry of each and an archived one.
INSERT INTO evaluators (label, executor, script_path) VALUES ('abx', 'python', 'abx/eval.py');
INSERT INTO challenges (label, start_date, active, url, evaluator)
VALUES ('phonetic-2021', '2021-01-01', true, 'https://challenge.example.org/2021', (SELECT id FROM evaluators WHERE label = 'abx'));
INSERT INTO leaderboards (challenge_id, label, entry_file, sorting_key)
SELECT id, 'phonetic', 'phonetic.json', 'scores.abx' FROM challenges WHERE label = 'phonetic-2021';
SELECT create_user('ada', 'ada@example.org', 'the example of ada', 'Ada', 'L.', 'Example'), create_user('ben', 'ben@example.org', 'the example of ben', 'Ben', 'M.', 'Example');
SELECT verify_user('ada', by_admin => true), verify_user('ben', by_admin => true);
INSERT INTO challenge_submissions (id, user_id, track_id, author_label)
SELECT 'example-' || u.username, u.id, c.id, u.username || ' et al.' FROM users_credentials AS u, challenges AS c
WHERE u.username IN ('ada', 'ben') AND c.label = 'phonetic-2021';
SELECT announce_parts(s.id, s.user_id, jsonb_build_array(jsonb_build_object('file_name', 'a.zip', 'file_size', 3, 'file_hash', md5('zip'))))
FROM challenge_submissions AS s WHERE s.id LIKE 'example-%' ORDER BY s.id;
SELECT receive_part(s.id, s.user_id, 'a.zip', 'zip') FROM challenge_submissions AS s WHERE s.id LIKE 'example-%' ORDER BY s.id;
SELECT next_evaluation('example');
SELECT next_evaluation('example');
SELECT finish_evaluation('example-ada', 'example', 'evaluation_complete', '{"phonetic.json": {"scores": {"abx": 5.2}}}');
SELECT finish_evaluation('example-ben', 'example', 'evaluation_complete', '{"phonetic.json": {"scores": {"abx": 3.9}}}');
-- Carl has an older entry that stays and one that waits; he is in a session, has asked for a reset, and someone tries to guess.
SELECT create_user('carl', 'carl@example.org', 'the example of carl', 'Carl', 'N.', 'Example');
SELECT verify_user('carl', by_admin => true);
SELECT create_password_reset('carl', 'carl@example.org'), login('carl', 'the example of carl'), login('carl', 'a guess');
INSERT INTO challenge_submissions (id, user_id, track_id, submit_date, author_label)
SELECT name, u.id, c.id, now() - age, 'carl et al.'
FROM users_credentials AS u, challenges AS c, (VALUES ('example-archived', interval '3 days'), ('example-waiting', interval '2 days')) AS s(name, age)
WHERE u.username = 'carl' AND c.label = 'phonetic-2021';
SELECT announce_parts(id, user_id, jsonb_build_array(jsonb_build_object('file_name', 'a.zip', 'file_size', 3, 'file_hash', md5('zip'))))
FROM challenge_submissions WHERE id IN ('example-archived', 'example-waiting');
SELECT receive_part(id, user_id, 'a.zip', 'zip') FROM challenge_submissions WHERE id = 'example-archived';
SELECT next_evaluation('example');
SELECT finish_evaluation('example-archived', 'example', 'evaluation_complete', '{"phonetic.json": {"scores": {"abx": 7.7}}}');
INSERT INTO submission_files (submission_id, path, content) VALUES ('example-archived', 'scores/phonetic.json', '{"scores": {"abx": 7.7}}'),
    ('example-ada', 'scores/phonetic.json', '{"scores": {"abx": 5.2}}');
SELECT archive_submission('example-archived');
SELECT receive_part(id, user_id, 'a.zip', 'zip') FROM challenge_submissions WHERE id = 'example-waiting';
-- A model of Ada's, and what the pages need.
INSERT INTO models (user_id, authors, institution, description) SELECT id, 'Example, A.', 'Example', 'a model of speech' FROM users_credentials WHERE username = 'ada';
UPDATE challenge_submissions AS s SET model_id = m.id FROM models AS m WHERE s.id = 'example-ada' AND m.user_id = s.user_id;
INSERT INTO static_files (path, content, content_type) VALUES ('leaderboards/phonetic/about.txt', 'The least is the best.', 'text/plain');
INSERT INTO template_files VALUES ('emails/verify.jinja', 'Dear {{ username }}, your code is {{ code }}.');
