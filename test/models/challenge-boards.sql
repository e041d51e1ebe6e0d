-- The leaderboards of the model challenge: what stands on them, in which order, and who gets to see it.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(43);
SELECT quire.create_model('challenge', 'b');
SET LOCAL search_path = public, b;

UPDATE settings SET submission_quota = NULL;
INSERT INTO users_credentials (username, email, verified, password_hash) VALUES ('ada', 'ada@example.org', 'True', 'x');
INSERT INTO evaluators (label, executor, script_path) VALUES ('abx', 'python', 'abx.py');
INSERT INTO challenges (label, start_date, active, url, evaluator) SELECT 'challenge ' || n, '2020-01-01', true, 'https://x.org', 1 FROM generate_series(1, 2) AS n;
INSERT INTO leaderboards (challenge_id, label, entry_file, sorting_key, path_to, external_entries)
VALUES (1, 'abx', 'abx.json', 'scores.abx', '/srv/abx.json', '/srv/abx'), (1, 'plain', 'abx.json', NULL, NULL, NULL), (2, 'other', 'abx.json', 'scores.abx', NULL, NULL);
CREATE FUNCTION pg_temp.judge(name text, scores jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM evaluate(name);
    PERFORM next_evaluation('w');
    RETURN finish_evaluation(name, 'w', 'evaluation_complete', scores);
END $$;
-- A submission that is evaluated, with what its evaluation wrote.
CREATE FUNCTION pg_temp.enter(name text, entry jsonb, author text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO challenge_submissions (id, user_id, track_id, author_label, submit_date)
    SELECT name, 1, 1, author, '2021-01-01'::timestamptz + count(*) * interval '1 minute' FROM challenge_submissions;
    UPDATE challenge_submissions SET status = 'uploaded' WHERE id = name;
    RETURN pg_temp.judge(name, jsonb_build_object('abx.json', entry));
END $$;
CREATE FUNCTION pg_temp.board(label text DEFAULT 'abx') RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(coalesce(index || '.', '-') || submission_id, ' ' ORDER BY index, submission_id) FROM leaderboard_entries WHERE leaderboard = label
$$;
CREATE FUNCTION pg_temp.entry(score text) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('scores', jsonb_build_object('abx', score::json)) $$;

-- Ranks.
SELECT is(leaderboard('abx') -> 'data', '[]', 'an empty board is one');
SELECT is(leaderboard_json('abx') ->> 'data', '[]', 'as text, too');
SELECT pg_temp.enter('ten', pg_temp.entry('10')), pg_temp.enter('nine', pg_temp.entry('9.0')), pg_temp.enter('tiny', pg_temp.entry('1e-400'));
SELECT is(pg_temp.board(), '1.tiny 2.nine 3.ten', 'numbers rank as numbers, however small');
SELECT pg_temp.enter('again', pg_temp.entry('9'));
SELECT is(pg_temp.board(), '1.tiny 2.nine 3.again 4.ten', 'of equals the first to come is the first');
SELECT is(pg_temp.board('plain'), '-again -nine -ten -tiny', 'a board without a key ranks nobody');
SELECT is(pg_temp.board('other'), NULL, 'another challenge''s has nothing of it');
SELECT is(leaderboard_json('abx')::jsonb -> 'data', leaderboard('abx') -> 'data', 'as text it is the same');
SELECT is(leaderboard('abx') #>> '{data,0}', '{"index": 1, "scores": {"abx": ' || 1e-400 || '}}', 'each entry with its place');
UPDATE leaderboards SET sorting_key = 'scores' WHERE label = 'abx';
SELECT is(pg_temp.board(), '-again -nine -ten -tiny', 'objects rank nobody');
UPDATE leaderboards SET sorting_key = 'scores.abx' WHERE label = 'abx';
SELECT pg_temp.enter('nobody', pg_temp.entry('null'));
SELECT is(pg_temp.board(), '-again -nine -nobody -ten -tiny', 'null is no value to rank by, least of all the best');
UPDATE submission_scores SET data = pg_temp.entry('"n/a"') WHERE submission_id = 'nobody';
SELECT is(pg_temp.board(), '-again -nine -nobody -ten -tiny', 'nor is a text among numbers');
UPDATE submission_scores SET data = '[1]' WHERE submission_id = 'nobody';
SELECT is(pg_temp.board(), '-again -nine -nobody -ten -tiny', 'nor what is no entry at all');
SELECT is(leaderboard('abx') -> 'data' -> 4, '[1]', 'which is shown as it is');
SELECT is((SELECT string_agg(e ->> 'scores', ' ' ORDER BY place) FROM jsonb_array_elements(leaderboard('abx') -> 'data') WITH ORDINALITY AS a(e, place)),
    '{"abx": 10} {"abx": 9.0} {"abx": ' || 1e-400 || '} {"abx": 9}', 'entries without ranks stand in the order in which they came');
UPDATE challenge_submissions SET status = 'excluded' WHERE id = 'nobody';
SELECT is(pg_temp.board(), '1.tiny 2.nine 3.again 4.ten', 'who is excluded is off the board, at once');
UPDATE challenge_submissions SET status = 'completed' WHERE id = 'nobody';
UPDATE submission_scores SET data = pg_temp.entry('0') WHERE submission_id = 'nobody';
SELECT is(pg_temp.board(), '1.nobody 2.tiny 3.nine 4.again 5.ten', 'and back on it when it is taken back');
DELETE FROM challenge_submissions WHERE id = 'nobody';
SELECT is(pg_temp.board(), '1.tiny 2.nine 3.again 4.ten', 'what is deleted is gone');
UPDATE submission_scores SET data = pg_temp.entry(format('"%s"', submission_id));
SELECT is(pg_temp.board(), '1.again 2.nine 3.ten 4.tiny', 'texts rank as texts');
UPDATE submission_scores SET data = pg_temp.entry((ascii(submission_id) - 100)::text) || '{"index": 99}';
SELECT is(leaderboard('abx') #> '{data,0,index}', '1', 'the place is the board''s, whatever the file says');
SELECT is(leaderboard('plain') #> '{data,0,index}', '99', 'where it has none, the file''s stays');

-- Authors.
UPDATE submission_scores SET data = data || '{"author_label": "file"}' WHERE submission_id IN ('ten', 'nine');
UPDATE challenge_submissions SET author_label = CASE id WHEN 'ten' THEN 'Ten' ELSE '' END;
SELECT results_eq($$ SELECT data ->> 'author_label' FROM leaderboard_entries WHERE leaderboard = 'abx' AND data ? 'author_label' ORDER BY submission_id $$,
    $$ VALUES ('file'), ('Ten') $$, 'the author that the submission names goes before the file''s, an empty one does not');

-- Another evaluation.
SELECT evaluate('tiny');
SELECT is(pg_temp.board(), '1.again 2.nine 3.ten', 'what is evaluated again is off the board');
SELECT next_evaluation('w');
SELECT finish_evaluation('tiny', 'w', 'evaluation_complete', jsonb_build_object('abx.json', pg_temp.entry('-5')));
SELECT is(pg_temp.board(), '1.tiny 2.again 3.nine 4.ten', 'and stands where its new scores put it');
SELECT pg_temp.judge('ten', '{"other.json": {}}');
SELECT is(pg_temp.board(), '1.tiny 2.again 3.nine', 'without the board''s file there is no entry');

-- What a board is.
UPDATE leaderboards SET entry_file = 'other.json' WHERE label = 'abx';
SELECT is(pg_temp.board(), '-ten', 'a board of another file has other entries');
UPDATE leaderboards SET entry_file = 'abx.json' WHERE label = 'abx';
INSERT INTO leaderboard_external_entries (leaderboard_id, submission_id, data) VALUES (1, 'external', pg_temp.entry('-4'));
SELECT is(pg_temp.board(), '1.tiny 2.external 3.again 4.nine', 'entries from outside rank with the others');
UPDATE leaderboards SET archived = true WHERE label = 'abx';
SELECT is(pg_temp.board(), '1.external', 'an archived board has them alone');
UPDATE leaderboards SET archived = false WHERE label = 'abx';
UPDATE leaderboards SET challenge_id = 2 WHERE label = 'abx';
SELECT is(pg_temp.board(), '1.external', 'so has one that goes over to another challenge');
UPDATE leaderboards SET challenge_id = 1 WHERE label = 'abx';

-- The archive.
UPDATE submission_scores SET data = pg_temp.entry('-5') WHERE submission_id IN ('tiny', 'again');
SELECT is(pg_temp.board(), '1.tiny 2.again 3.external 4.nine', 'two have the same score');
INSERT INTO leaderboard_external_entries (leaderboard_id, submission_id, data) VALUES (3, 'again', '{}');
CREATE TEMP TABLE before AS SELECT * FROM leaderboard_entries;
SELECT is(archive_submission('tiny'), 2, 'one is archived');
SELECT set_eq('SELECT * FROM leaderboard_entries', 'SELECT * FROM before', 'and its entries stay as and where they are');
SELECT is(archive_submission('again'), 2, 'what an archive keeps is the submission''s own');
SELECT set_eq('SELECT * FROM leaderboard_entries', 'SELECT * FROM before', 'each once');
SELECT is((SELECT count(*) FROM leaderboard_entries), (SELECT count(*) FROM before), 'and no more');
UPDATE leaderboards SET archived = true WHERE label = 'abx';
SELECT is(archive_submission('nine'), 2, 'an archived board takes what is archived');
UPDATE leaderboards SET archived = false WHERE label = 'abx';
SELECT set_eq('SELECT * FROM leaderboard_entries', 'SELECT * FROM before', 'so that nothing is lost, whichever is archived first');

-- Who looks.
CREATE ROLE test_web;
SELECT admit('test_web');
SELECT pg_temp.enter('secret', pg_temp.entry('1'));
UPDATE challenge_submissions SET status = 'excluded' WHERE id = 'secret';
CREATE FUNCTION pg_temp.leak(entry anyelement) RETURNS bool LANGUAGE plpgsql COST 0.000001 AS $$
BEGIN
    PERFORM set_config('test.leaked', current_setting('test.leaked', true) || entry, false);
    RETURN true;
END $$;
SET LOCAL test.leaked = '';
SET LOCAL ROLE test_web;
SELECT is(leaderboard('abx') #>> '{data,0,index}', '1', 'users look at boards');
SELECT throws_ok('SELECT path_to FROM leaderboards', '42501', NULL, 'but not at where they are stored');
SELECT throws_ok('SELECT external_entries FROM leaderboards', '42501', NULL, 'or built from');
SELECT throws_ok('SELECT FROM submission_entries', '42501', NULL, 'nor behind them');
SELECT cmp_ok((SELECT count(*) FROM leaderboard_entries WHERE pg_temp.leak(data) AND pg_temp.leak(submission_id)), '>', 0::bigint, 'whatever they look for');
SELECT unalike(current_setting('test.leaked'), '%secret%', 'they find what is on a board');
RESET ROLE;

-- Boards of their own challenge are built, not all.
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT matches((SELECT string_agg(line, ' ') FROM pg_temp.plan($$ SELECT * FROM leaderboard_entries WHERE leaderboard = 'abx' $$) AS line),
    'leaderboards.*label = ''abx''', 'who asks for a board by its label has the others left alone');

SELECT * FROM finish();
ROLLBACK;
