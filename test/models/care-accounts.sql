-- The model care: passwords, tokens, and the beginning of a server.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(69);
SELECT quire.create_model('care', 'c');
SET LOCAL search_path = public, c;

-- The beginning.
CREATE TEMP TABLE kept (name text PRIMARY KEY, value text);
INSERT INTO kept SELECT 'admin', create_defaults();
SELECT is(create_defaults(), NULL, 'a server begins once');
SELECT set_eq('SELECT server_settings_name FROM t_server_settings', '{ServerUUID, ServerVersions, DeviceRegisterKey}'::text[], 'with its settings');
SELECT matches((SELECT server_settings_value FROM t_server_settings WHERE server_settings_name = 'DeviceRegisterKey'), '^[A-Za-z0-9_-]{10}$', 'a key of ten characters among them');
SELECT results_eq('SELECT user_username::text, user_superadmin, user_enabled, user_force_password_change FROM t_users', $$ VALUES ('admin', true, true, true) $$,
    'and a superadmin, who must change the password');
SELECT results_eq($$ SELECT id_user, must_change_password FROM login_user('admin', (SELECT value FROM kept)) $$, 'VALUES (1, true)', 'that was told');
SELECT is((SELECT id_user FROM login_user('admin', 'admin')), NULL, 'and is no well-known one');

SELECT lives_ok($$ SELECT set_server_setting('ServerVersions', '{"v": 1}'), set_server_setting('new', 'x') $$, 'settings are set');
SELECT is(server_setting('ServerVersions'), '{"v": 1}', 'and read');
SELECT is(server_setting('none'), NULL, 'when there are');

-- Passwords of users.
SELECT is(password_weaknesses(password), codes::int[], format('%s: %s', password, codes)) FROM (VALUES
    ('Long-enough-1', '{}'), ('Aa1!', '{1}'), ('NO-LOWER-1', '{2}'), ('no-upper-1', '{3}'), ('No-digit-at-all', '{4}'), ('Nothing1Special', '{5}'),
    ('Space is 1 not', '{5}'), ('', '{1,2,3,4,5}'), ('Brackets[1', '{}'), ('Brackets]1', '{}'), ('Backslash\1', '{}'), ('Quote''''123', '{}')) AS examples (password, codes);
SELECT throws_ok($$ INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES ('una', 'U', 'N', 'weak') $$, '23514', 'the password is too weak', 'no weak password is taken');
SELECT lives_ok($$ INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password, user_enabled) VALUES ('una', 'U', 'N', 'Long-enough-1', true) $$, 'a good one is');
SELECT matches((SELECT user_password FROM t_users WHERE user_username = 'una'), '^\$argon2id\$', 'of which the hash is kept');
SELECT throws_ok($$ UPDATE t_users SET user_password = 'Long-enough-1' WHERE user_username = 'una' $$, '23514', 'the password is the present one', 'a new password is another');
CREATE TEMP TABLE hash AS SELECT user_password FROM t_users WHERE user_username = 'una';
UPDATE t_users SET user_password = '', user_notes = 'x' WHERE user_username = 'una';
SELECT is((SELECT user_password FROM t_users WHERE user_username = 'una'), (SELECT user_password FROM hash), 'an empty one is no change');
SELECT throws_ok($$ SELECT change_user_password(3, 'wrong', 'Long-enough-2') $$, '28000', NULL, 'who changes a password knows it');
UPDATE t_users SET user_force_password_change = true WHERE id_user = 3;
SELECT lives_ok($$ SELECT change_user_password(3, 'Long-enough-1', 'Long-enough-2') $$, 'and may');
SELECT is((SELECT user_force_password_change FROM t_users WHERE id_user = 3), false, 'and has done it then');
SELECT throws_ok($$ SELECT change_user_password(3, 'Long-enough-2', 'weak') $$, '23514', NULL, 'not to a weak one');
-- bcrypt, as passlib wrote it for the platform: the password is 'Old-enough-1'.
UPDATE t_users SET user_password = '$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.' WHERE id_user = 3;
SELECT is((SELECT user_password FROM t_users WHERE id_user = 3), '$2b$04$dmI/3Y.wBkOaNfhv7Kxj9ufMgYgTBN2XcGG2Odee0YEcazMusuju.', 'a hash of the platform is taken over');

-- Logging in.
UPDATE t_users SET user_password = 'Long-enough-3' WHERE id_user = 3;
SELECT is((SELECT id_user FROM login_user('UNA', 'Long-enough-3')), 3, 'a username is the same in capitals');
SELECT ok((SELECT user_lastonline > now() - interval '1 minute' FROM t_users WHERE id_user = 3), 'the user was online then');
SELECT is((SELECT id_user FROM login_user('eva', 'Long-enough-3')), NULL, 'nobody else comes in');
UPDATE t_users SET user_enabled = false WHERE id_user = 3;
SELECT is((SELECT id_user FROM login_user('una', 'Long-enough-3')), NULL, 'nor who is disabled');
UPDATE t_users SET user_enabled = true, user_2fa_enabled = true WHERE id_user = 3;
SELECT is((SELECT needs_second_factor FROM login_user('una', 'Long-enough-3')), true, 'it is told who needs a second factor');
SELECT is((SELECT id_user FROM login_user('una', 'wrong')), NULL, 'wrong once') FROM generate_series(1, 1);
SELECT is((SELECT id_user FROM login_user('una', 'wrong ' || i)), NULL, 'wrong again') FROM generate_series(2, 5) AS i;
SELECT throws_ok($$ SELECT login_user('una', 'Long-enough-3') $$, '28000', 'too many logins have failed', 'after five failures even the right password is not looked at');
SELECT is((SELECT failures FROM login_failures WHERE login = 'user una'), 5, 'nor is that counted');
SELECT is((SELECT id_user FROM login_user('admin', (SELECT value FROM kept))), 1, 'others come in');
UPDATE login_failures SET last_at = clock_timestamp() - interval '121 seconds';
SELECT is((SELECT id_user FROM login_user('una', 'Long-enough-3')), 3, 'two minutes later it is forgotten');
SELECT is_empty($$ SELECT FROM login_failures WHERE login = 'user una' $$, 'and so are the failures once somebody is in');
DELETE FROM t_users WHERE id_user = 3;
SELECT is((SELECT id_user FROM login_user('una', 'Long-enough-3')), NULL, 'who is deleted is out');

UPDATE login_failures SET last_at = clock_timestamp() - interval '2 hours' WHERE login = 'user eva';
SELECT is(forget_login_failures(), 1, 'what failed long ago is forgotten');
SELECT is((SELECT id_user FROM login_user(NULL, NULL)), NULL, 'nobody is nobody');

-- Participants.
INSERT INTO t_sites (site_name) VALUES ('north');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'p');
INSERT INTO t_participants (participant_name, participant_username, participant_password, id_project) VALUES ('ann', 'ann', 'any', 1), ('ben', 'ben', '', 1);
SELECT matches((SELECT participant_password FROM t_participants WHERE id_participant = 1), '^\$argon2id\$', 'a participant may have any password');
SELECT is((SELECT participant_password FROM t_participants WHERE id_participant = 2), NULL, 'or none');
SELECT is((SELECT id_participant FROM login_participant('ann', 'any')), NULL, 'a participant needs leave to log in');
UPDATE t_participants SET participant_login_enabled = true, participant_password = '';
SELECT is((SELECT id_participant FROM login_participant('Ann', 'any')), 1, 'and then does');
SELECT is((SELECT id_participant FROM login_participant('ben', '')), NULL, 'but not without a password');
SELECT ok((SELECT participant_lastonline IS NOT NULL FROM t_participants WHERE id_participant = 1), 'it is known when');
INSERT INTO kept SELECT 'token', new_participant_token(1);
SELECT results_eq('SELECT participant_token_enabled, participant_token = quire.token_digest((SELECT value FROM kept WHERE name = ''token'')) FROM t_participants WHERE id_participant = 1',
    'VALUES (true, true)', 'of a token the digest is kept');
SELECT is(token_participant((SELECT value FROM kept WHERE name = 'token')), 1, 'the token tells the participant');
INSERT INTO kept SELECT 'new token', new_participant_token(1);
SELECT is(token_participant((SELECT value FROM kept WHERE name = 'token')), NULL, 'until there is another');
UPDATE t_participants SET participant_enabled = false WHERE id_participant = 1;
SELECT is(token_participant((SELECT value FROM kept WHERE name = 'new token')), NULL, 'or the participant is disabled');
SELECT throws_ok('SELECT new_participant_token(1)', 'P0002', NULL, 'who gets no other');
UPDATE t_participants SET participant_enabled = true, participant_token_enabled = false WHERE id_participant = 1;
SELECT is((SELECT participant_token FROM t_participants WHERE id_participant = 1), NULL, 'without leave there is no token');

-- Devices.
INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES ('Sensor', 'sensor');
INSERT INTO kept SELECT 'device', token FROM create_device('d', 1, 0);
SELECT is(token_device((SELECT value FROM kept WHERE name = 'device')), 1, 'a device has a token from the beginning');
SELECT is(token_device('guess'), NULL, 'others have not');
UPDATE t_devices SET device_enabled = false;
SELECT is(token_device((SELECT value FROM kept WHERE name = 'device')), NULL, 'nor has it when it is disabled');
INSERT INTO kept SELECT 'new device', new_device_token(1);
SELECT throws_ok('SELECT new_device_token(9)', 'P0002', NULL, 'what is not there has none');
SELECT throws_ok($$ SELECT register_device('guess', 'e', 'robot') $$, '28000', NULL, 'a device needs the key to register');
SELECT lives_ok($$ INSERT INTO kept SELECT 'registered', token FROM t_server_settings, register_device(server_settings_value, 'e', 'robot', 'Robot', 'arm')
    WHERE server_settings_name = 'DeviceRegisterKey' $$, 'and has it');
SELECT results_eq($$ SELECT device_type_name, device_subtype_name, device_enabled FROM t_devices JOIN t_devices_types USING (id_device_type)
    JOIN t_devices_subtypes USING (id_device_subtype) WHERE device_name = 'e' $$, $$ VALUES ('Robot', 'arm', false) $$, 'its type and subtype are made, and it waits');
UPDATE t_devices SET device_enabled = true WHERE device_name = 'e';
SELECT isnt(token_device((SELECT value FROM kept WHERE name = 'registered')), NULL, 'until it is enabled');

SELECT * FROM finish();
ROLLBACK;
