-- The model forms: actors and actees, users, sessions, projects, app users, blobs, as the platform's users and backends see them.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(86);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
CREATE TEMP TABLE kept (name text PRIMARY KEY, value text);
CREATE FUNCTION pg_temp.kept(wanted text) RETURNS text LANGUAGE sql AS 'SELECT value FROM kept WHERE name = wanted';

-- Users.
INSERT INTO users (email) VALUES ('Ann@example.org');
SELECT results_eq($$ SELECT type::text, "displayName"::text, "updatedAt" IS NULL FROM actors $$, $$ VALUES ('user', 'Ann@example.org', true) $$,
    'inserting a user makes its actor');
SELECT results_eq($$ SELECT t.species::text FROM actors AS a JOIN actees AS t ON t.id = a."acteeId" $$, $$ VALUES ('user') $$, 'and the actee of that');
SELECT matches(id, '^[0-9a-f]{8}-[0-9a-f-]{27}$', 'which is a UUID') FROM actees WHERE species = 'user';
SELECT throws_ok($$ INSERT INTO users (email) VALUES ('ANN@EXAMPLE.ORG') $$, '23505', NULL, 'an address is one user''s, whatever its case');
SELECT throws_ok($$ INSERT INTO users (email) VALUES ('ann') $$, '23514', NULL, 'and is one');
SELECT throws_ok($$ INSERT INTO users (email, password) VALUES ('x@example.org', 'plain text') $$, '23514', NULL, 'a password is kept as a hash only');
SELECT throws_ok($$ SELECT create_user('x@example.org', 'too short') $$, '22023', NULL, 'and has ten characters');
INSERT INTO kept SELECT 'bob', create_user('bob@example.org', 'the example of bob', 'Bob');
SELECT is((SELECT "displayName"::text FROM actors WHERE id = pg_temp.kept('bob')::int), 'Bob', 'a function makes users with name and password');
SELECT ok(password LIKE '$argon2id$%', 'which is hashed') FROM users WHERE email = 'bob@example.org';
UPDATE actors SET "deletedAt" = now() WHERE id = 1;
SELECT lives_ok($$ INSERT INTO users (email) VALUES ('ann@example.org') $$, 'the address of a deleted user is free');
SELECT throws_ok($$ UPDATE actors SET "deletedAt" = NULL WHERE id = 1 $$, '23505', NULL, 'and then keeps that user from coming back');
DELETE FROM users WHERE email = 'ann@example.org';
SELECT lives_ok($$ UPDATE actors SET "deletedAt" = NULL WHERE id = 1 $$, 'until it is free again');
SELECT throws_ok($$ INSERT INTO actors (type, "displayName") VALUES ('robot', 'R') $$, '23514', NULL, 'actors are of the platform''s types');
SELECT throws_ok($$ INSERT INTO actees (id, species) VALUES ('12', 'form') $$, '23514', NULL, 'no actee is called as a number');

-- Roles.
SELECT results_eq($$ SELECT id, system::text, jsonb_array_length(verbs) FROM roles ORDER BY id $$,
    $$ VALUES (1, 'admin', 56), (2, 'app-user', 2), (3, 'pwreset', 1), (5, 'manager', 41), (6, 'viewer', 10), (7, 'formview', 1), (8, 'formfill', 4), (9, 'pub-link', 2) $$,
    'the roles are the platform''s, with their ids');
SELECT is((SELECT verbs FROM roles WHERE system = 'viewer'),
    '["project.read", "form.list", "form.read", "submission.read", "submission.list", "dataset.list", "dataset.read", "entity.list", "entity.read", "actor_property.list"]',
    'and so are their verbs');
INSERT INTO roles (name, verbs) VALUES ('Reviewer', '["submission.update"]') ;
SELECT is((SELECT id FROM roles WHERE name = 'Reviewer'), 10, 'a site adds its own behind them');
SELECT is((SELECT count(*) FROM actees WHERE species = '*'), 15::bigint, 'every species is an actee');

-- Sessions.
INSERT INTO kept SELECT v.name, v.value FROM login('BOB@example.org', 'the example of bob') AS l, LATERAL (VALUES ('token', l.token), ('csrf', l.csrf)) AS v(name, value);
SELECT matches(value, '^[A-Za-z0-9!$]{64}$', name || ' looks as the platform''s clients expect') FROM kept WHERE name IN ('token', 'csrf');
SELECT is_empty($$ SELECT FROM sessions WHERE token IN (SELECT value FROM kept) OR csrf IN (SELECT value FROM kept) $$, 'neither is stored');
SELECT is(session_actor(pg_temp.kept('token')), pg_temp.kept('bob')::int, 'the token tells who it is');
SELECT is(session_actor(pg_temp.kept('token'), pg_temp.kept('csrf')), pg_temp.kept('bob')::int, 'with the other token as well');
SELECT throws_ok($$ SELECT session_actor(pg_temp.kept('token'), pg_temp.kept('token')) $$, '28000', NULL, 'which must be the right one');
SELECT throws_ok($$ SELECT session_actor('nonsense') $$, '28000', 'the session is not valid', 'a token must be one');
SELECT throws_ok($$ SELECT session_actor(NULL) $$, '28000', NULL, 'and not NULL');
SELECT throws_ok($$ SELECT session_actor((SELECT token FROM sessions)) $$, '28000', NULL, 'nor what the table shows');
SELECT ok("expiresAt" - now() BETWEEN interval '23 hours' AND interval '24 hours 1 minute', 'a session lasts a day') FROM sessions;
SELECT configure('sessionLifetime', '60');
SELECT ok((SELECT expires FROM login('bob@example.org', 'the example of bob')) < now() + interval '2 minutes', 'or what the site has set');
SELECT is((SELECT token FROM login('bob@example.org', 'the example of bib')), NULL, 'a wrong password gives none');
SELECT is((SELECT token FROM login('bob@example.org', NULL)), NULL, 'nor does none');
SELECT is((SELECT token FROM login('ann@example.org', 'anything at all')), NULL, 'nor a user without one');
SELECT is((SELECT token FROM login('zoe@example.org', 'anything at all')), NULL, 'nor nobody');
SELECT isnt((SELECT "lastLoginAt" FROM users WHERE email = 'bob@example.org'), NULL, 'the last login is noted');
SELECT is(logout(pg_temp.kept('token')), true, 'a session can be ended');
SELECT is(logout(pg_temp.kept('token')), false, 'once');
SELECT throws_ok($$ SELECT session_actor(pg_temp.kept('token')) $$, '28000', NULL, 'and is over');
UPDATE sessions SET "expiresAt" = now() - interval '1 second';
SELECT is(clear_expired_sessions(), 1, 'what has expired is cleared');

-- A hash from the platform: bcrypt, made anew at the login, which ends no session.
UPDATE users SET password = '$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.' WHERE email = 'bob@example.org';
SELECT is((SELECT token FROM login('bob@example.org', 'a guess at it')), NULL, 'an old hash refuses what it should');
INSERT INTO users (email, password) VALUES ('old@example.org', '$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.');
SELECT new_session("actorId") IS NOT NULL FROM users WHERE email = 'old@example.org';
SELECT isnt((SELECT token FROM login('old@example.org', 'pässwörd ✓')), NULL, 'and lets in who has the password');
SELECT ok(password LIKE '$argon2id$%', 'which is then hashed anew') FROM users WHERE email = 'old@example.org';
SELECT is((SELECT count(*) FROM sessions AS s JOIN users AS u USING ("actorId") WHERE u.email = 'old@example.org'), 2::bigint, 'without ending a session');

-- Passwords change.
SELECT throws_ok($$ SELECT change_password("actorId", 'wrong', 'another password') FROM users WHERE email = 'old@example.org' $$, '28000', NULL, 'the old password is asked for');
SELECT lives_ok($$ SELECT change_password("actorId", 'pässwörd ✓', 'another password') FROM users WHERE email = 'old@example.org' $$, 'with it, one sets another');
SELECT is((SELECT count(*) FROM sessions AS s JOIN users AS u USING ("actorId") WHERE u.email = 'old@example.org'), 0::bigint, 'and all sessions end');
SELECT is(request_password_reset('zoe@example.org'), NULL, 'nobody''s password can be reset');
INSERT INTO kept SELECT 'reset', request_password_reset('ann@example.org');
SELECT results_eq($$ SELECT a.type::text, r.system::text, t.species::text FROM assignments AS g JOIN actors AS a ON a.id = g."actorId" JOIN roles AS r ON r.id = g."roleId" JOIN actees AS t ON t.id = g."acteeId" $$,
    $$ VALUES ('singleUse', 'pwreset', 'user') $$, 'a reset is an actor that may do one thing');
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('reset'), 'short') $$, '22023', NULL, 'the new password must be one');
SELECT request_password_reset('ann@example.org') AS another \gset
SELECT is(reset_password(pg_temp.kept('reset'), 'the example of ann'), 1, 'the token sets a password');
SELECT throws_ok(format('SELECT reset_password(%L, %L)', :'another', 'the example of eve'), '28000', NULL, 'which makes others useless');
SELECT is((SELECT count(*) FROM actors WHERE type = 'singleUse' AND "deletedAt" IS NULL), 0::bigint, 'for good');
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('reset'), 'the example of eve') $$, '28000', NULL, 'once');
SELECT isnt((SELECT token FROM login('ann@example.org', 'the example of ann')), NULL, 'which is then the user''s');
INSERT INTO kept SELECT 'ann', token FROM login('ann@example.org', 'the example of ann');
SELECT throws_ok($$ SELECT reset_password(pg_temp.kept('ann'), 'the example of eve') $$, '28000', NULL, 'the token of a session resets nothing');
UPDATE actors SET "expiresAt" = now() - interval '1 second' WHERE id = 1;
SELECT throws_ok($$ SELECT session_actor(pg_temp.kept('ann')) $$, '28000', NULL, 'the sessions of an actor that has expired are void');
UPDATE actors SET "expiresAt" = NULL WHERE id = 1;
SELECT assign(1, 'admin', '*');
UPDATE actors SET "deletedAt" = now() WHERE id = 1;
SELECT is((SELECT count(*) FROM sessions WHERE "actorId" = 1) + (SELECT count(*) FROM assignments WHERE "actorId" = 1), 0::bigint, 'who is deleted has no session and no role');
SELECT is((SELECT token FROM login('ann@example.org', 'the example of ann')), NULL, 'and cannot log in');

-- Projects, app users, public links.
INSERT INTO kept SELECT 'project', create_project('North', 'of the river');
SELECT results_eq($$ SELECT t.species::text, t.parent IS NULL FROM projects AS p JOIN actees AS t ON t.id = p."acteeId" $$, $$ VALUES ('project', true) $$, 'a project is an actee');
SELECT throws_ok($$ SELECT create_field_key(pg_temp.kept('project')::int, 'Tablet 1') $$, '22004', NULL, 'somebody creates an app user');
INSERT INTO kept SELECT v.name, v.value FROM create_field_key(pg_temp.kept('project')::int, 'Tablet 1', pg_temp.kept('bob')::int) AS k, LATERAL (VALUES ('key', k.actor_id::text), ('key token', k.token)) AS v(name, value);
SELECT results_eq($$ SELECT t.species::text, p.name FROM actors AS a JOIN actees AS t ON t.id = a."acteeId" JOIN projects AS p ON p."acteeId" = t.parent WHERE a.id = pg_temp.kept('key')::int $$,
    $$ VALUES ('field_key', 'North') $$, 'which lies in its project');
SELECT is(session_actor(pg_temp.kept('key token')), pg_temp.kept('key')::int, 'and has a token');
SELECT is((SELECT "expiresAt" FROM sessions WHERE "actorId" = pg_temp.kept('key')::int), '9999-12-31 23:59:59Z'::timestamptz, 'that lasts');
INSERT INTO forms ("xmlFormId", "projectId") VALUES ('births', pg_temp.kept('project')::int);
SELECT throws_ok($$ SELECT create_public_link(99, 'Nowhere', created_by => 1) $$, 'P0002', NULL, 'a public link leads to a form');
INSERT INTO kept SELECT 'link', actor_id FROM create_public_link(1, 'Poster', created_by => pg_temp.kept('bob')::int);
SELECT is((SELECT array_agg(i::text ORDER BY i) FROM implied_actees((SELECT "acteeId" FROM actors WHERE id = pg_temp.kept('link')::int)) AS i),
    (SELECT array_agg(id ORDER BY id) FROM (SELECT unnest('{*,form,project,public_link}'::text[]) UNION SELECT "acteeId" FROM forms UNION SELECT "acteeId" FROM projects
        UNION SELECT "acteeId" FROM actors WHERE id = pg_temp.kept('link')::int) AS i(id)), 'it lies in the form, and that in the project');
SELECT is(can(pg_temp.kept('link')::int, 'submission.create', (SELECT "acteeId" FROM forms)), true, 'and may submit to it');
SELECT is(can(pg_temp.kept('key')::int, 'submission.create', (SELECT "acteeId" FROM forms)), false, 'an app user may not');
SELECT is(assign(pg_temp.kept('key')::int, 'app-user', (SELECT "acteeId" FROM forms)), true, 'before it is assigned the role');
SELECT is(can(pg_temp.kept('key')::int, 'submission.create', (SELECT "acteeId" FROM forms)), true, 'there');
SELECT is(end_sessions(pg_temp.kept('key')::int), 1, 'revoked, it loses its token');
SELECT is((SELECT "deletedAt" FROM actors WHERE id = pg_temp.kept('key')::int), NULL, 'but is still there');

-- Properties and preferences.
SELECT set_actor_property(pg_temp.kept('key')::int, 'district', 'N1'), set_actor_property(pg_temp.kept('link')::int, 'district', 'N2'), set_actor_property(pg_temp.kept('key')::int, 'district', 'N3');
SELECT results_eq($$ SELECT v."actorId", p.name, v.value FROM actor_property_values AS v JOIN actor_properties AS p ON p.id = v."actorPropertyId" ORDER BY 1 $$,
    $$ VALUES (pg_temp.kept('key')::int, 'district', 'N3'), (pg_temp.kept('link')::int, 'district', 'N2') $$, 'app users and public links have properties');
SELECT set_actor_property(pg_temp.kept('key')::int, 'district', NULL);
SELECT is((SELECT count(*) FROM actor_property_values), 1::bigint, 'or not');
SELECT set_preference(pg_temp.kept('bob')::int, 'theme', '"dark"'), set_preference(pg_temp.kept('bob')::int, 'theme', '"light"'), set_preference(pg_temp.kept('bob')::int, 'columns', '[1]', pg_temp.kept('project')::int);
SELECT results_eq($$ SELECT "propertyName", "propertyValue" FROM user_site_preferences UNION ALL SELECT "propertyName", "propertyValue" FROM user_project_preferences $$,
    $$ VALUES ('theme', '"light"'::jsonb), ('columns', '[1]') $$, 'users choose, everywhere and in a project');
SELECT set_preference(pg_temp.kept('bob')::int, 'theme', NULL), set_preference(pg_temp.kept('bob')::int, 'columns', NULL, pg_temp.kept('project')::int);
SELECT is((SELECT count(*) FROM user_site_preferences) + (SELECT count(*) FROM user_project_preferences), 0::bigint, 'and forget');

-- Blobs.
SELECT is(store_blob('abc', 'text/plain'), store_blob('abc', 'text/plain'), 'a file is stored once');
SELECT isnt(store_blob('abc'), store_blob('abc', 'text/plain'), 'of each type');
INSERT INTO blobs (sha, md5, size, "contentType") VALUES (quire.sha1('forged'), md5('another'), 6, 'text/html');
SELECT throws_ok($$ SELECT store_blob('forged', 'text/html') $$, '23505', 'there is another file with the same SHA-1', 'what was made to have the digest of another file is not taken for that');
DELETE FROM blobs WHERE "contentType" = 'text/html';
SELECT results_eq($$ SELECT sha::text, md5::text, size, s3_status::text FROM blobs WHERE "contentType" = 'text/plain' $$,
    $$ VALUES ('a9993e364706816aba3e25717850c26c9cd0d89d', '900150983cd24fb0d6963f7d28e17f72', 3, 'pending') $$, 'by its digests');
INSERT INTO blobs (content, sha, md5) VALUES ('abd', repeat('0', 40), repeat('0', 32));
SELECT is_empty($$ SELECT FROM blobs WHERE sha = repeat('0', 40) $$, 'which nobody can tell it');
UPDATE blobs SET content = NULL, s3_status = 'uploaded' WHERE sha = 'cb4cc28df0fdbe0ecf9d9662e294b118092a5735';
SELECT is((SELECT size FROM blobs WHERE s3_status = 'uploaded'), 3, 'and which stay when the content is in an object store');
SELECT is(store_blob('abd'), (SELECT id FROM blobs WHERE s3_status = 'uploaded'), 'where it is found again');

-- Settings.
SELECT configure('analytics', '{"enabled": true}'), configure('analytics', '{"enabled": false}');
SELECT is(setting('analytics', 'null'), '{"enabled": false}', 'a site is configured');
SELECT is(setting('backups', '"none"'), '"none"', 'or is as it is');
SELECT isnt((SELECT "setAt" FROM config WHERE key = 'analytics'), NULL, 'and when is known');

-- Where the platform's tool keeps its migrations.
SELECT is((SELECT array_agg(id ORDER BY id) FROM knex_migrations), (SELECT array_agg(version ORDER BY version) FROM quire.model_history('odk')), 'the steps are migrations');
SELECT results_eq($$ SELECT index, is_locked FROM knex_migrations_lock $$, $$ VALUES (1, 1) $$, 'one is told to be under way, as it is in this transaction');

SELECT * FROM finish();
ROLLBACK;
