-- Accounts: passwords of users and participants, tokens of participants and devices, and what a new server begins with.

CREATE TABLE login_failures (
    login text PRIMARY KEY,
    failures int4 NOT NULL DEFAULT 1,
    last_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE login_failures IS 'How often in a row the password of a user or participant was wrong.';

-- Passwords -------------------------------------------------------------------------------------------------------

CREATE FUNCTION password_weaknesses(password text) RETURNS int4[] LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(array_agg(code ORDER BY code), '{}')
    FROM (VALUES (1, length(password) >= 10), (2, password ~ '[a-z]'), (3, password ~ '[A-Z]'), (4, password ~ '[0-9]'),
        (5, password ~ '[]!-/:-@\\^_`{-~[]')) AS rules (code, holds)
    WHERE NOT holds
$$;
COMMENT ON FUNCTION password_weaknesses(text) IS
    'What the password of a user lacks: 1 a length of 10, 2 a lower-case letter, 3 an upper-case letter, 4 a digit, 5 a special character.';

CREATE FUNCTION is_password_hash(value text) RETURNS bool LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT value ~ '^\$(argon2id|2[aby])\$.{50,}$'
$$;
COMMENT ON FUNCTION is_password_hash(text) IS 'Is it a hash that quire or the platform has made?';

CREATE FUNCTION hash_user_password() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    weaknesses int4[];
BEGIN
    IF NEW.user_password = '' AND TG_OP = 'UPDATE' THEN
        NEW.user_password := OLD.user_password;
    ELSIF NOT is_password_hash(NEW.user_password) THEN
        weaknesses := password_weaknesses(NEW.user_password);
        IF weaknesses <> '{}' THEN
            RAISE 'the password is too weak' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'user_password',
                DETAIL = format('It has these weaknesses: %s.', array_to_string(weaknesses, ', ')),
                HINT = 'It takes 10 characters: a lower-case letter, an upper-case letter, a digit and a special character among them.';
        ELSIF TG_OP = 'UPDATE' AND quire.verify_password(NEW.user_password, OLD.user_password) THEN
            RAISE 'the password is the present one' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'user_password';
        END IF;
        NEW.user_password := quire.hash_password(NEW.user_password);
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION hash_user_password() IS
    'Trigger: of a password the hash is kept. A hash stays as it is; an empty password is no change.';
CREATE TRIGGER hash_password BEFORE INSERT OR UPDATE OF user_password ON t_users FOR EACH ROW EXECUTE FUNCTION hash_user_password();

CREATE FUNCTION hash_participant_password() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF NEW.participant_password = '' THEN
        NEW.participant_password := CASE WHEN TG_OP = 'UPDATE' THEN OLD.participant_password END;
    ELSIF NOT is_password_hash(NEW.participant_password) THEN
        NEW.participant_password := quire.hash_password(NEW.participant_password);
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION hash_participant_password() IS
    'Trigger: of a password the hash is kept. A hash stays as it is; an empty password is no change.';
CREATE TRIGGER hash_password BEFORE INSERT OR UPDATE OF participant_password ON t_participants FOR EACH ROW
    EXECUTE FUNCTION hash_participant_password();

CREATE FUNCTION count_login(login text) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    attempt login_failures;
    most CONSTANT int4 := 5;
    forgotten_after CONSTANT interval := '120 seconds';
BEGIN
    -- Counted before the password is looked at: the row makes attempts take turns.
    INSERT INTO login_failures AS f (login) VALUES (count_login.login)
    ON CONFLICT ON CONSTRAINT login_failures_pkey DO UPDATE
        SET failures = CASE WHEN f.last_at < clock_timestamp() - forgotten_after THEN 1 ELSE f.failures + 1 END, last_at = clock_timestamp()
    RETURNING * INTO attempt;
    IF attempt.failures > most THEN
        -- The count is undone with this error, so that the wait is from the last failure.
        RAISE 'too many logins have failed' USING ERRCODE = '28000',
            HINT = format('Try again %s seconds after the last one.', extract(epoch FROM forgotten_after)::int4);
    END IF;
END $$;
COMMENT ON FUNCTION count_login(text) IS 'Counts an attempt to log in; an error after five that failed.';

CREATE FUNCTION forget_login_failures() RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    forgotten int4;
BEGIN
    DELETE FROM login_failures WHERE last_at < clock_timestamp() - interval '1 hour';
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;
COMMENT ON FUNCTION forget_login_failures() IS 'For every night: forgets logins that failed long ago; how many.';

CREATE FUNCTION login_user(username text, password text,
    OUT id_user int4, OUT user_uuid uuid, OUT needs_second_factor bool, OUT must_change_password bool)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    tried CONSTANT text := 'user ' || lower(coalesce(username, ''));
    account t_users;
BEGIN
    PERFORM count_login(tried);
    SELECT * INTO account FROM t_users AS u WHERE lower(u.user_username) = lower(username) AND u.deleted_at IS NULL;
    IF NOT FOUND THEN
        PERFORM quire.hash_password(password);  -- as long as for those that there are
    ELSIF quire.verify_password(password, account.user_password) AND account.user_enabled THEN
        DELETE FROM login_failures AS f WHERE f.login = tried;
        UPDATE t_users AS u SET user_lastonline = clock_timestamp(),
            user_password = CASE WHEN quire.needs_rehash(account.user_password) THEN quire.hash_password(password)
                ELSE account.user_password END
        WHERE u.id_user = account.id_user AND u.user_password = account.user_password;
        id_user := account.id_user;
        user_uuid := account.user_uuid;
        needs_second_factor := account.user_2fa_enabled;
        must_change_password := account.user_force_password_change;
    END IF;
END $$;
COMMENT ON FUNCTION login_user(text, text) IS
    'Who the user is, or NULL, whatever was wrong. Its transaction must be committed either way, for failures to be counted.';

CREATE FUNCTION login_participant(username text, password text, OUT id_participant int4, OUT participant_uuid uuid)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    tried CONSTANT text := 'participant ' || lower(coalesce(username, ''));
    account t_participants;
BEGIN
    PERFORM count_login(tried);
    SELECT * INTO account FROM t_participants AS p WHERE lower(p.participant_username) = lower(username) AND p.deleted_at IS NULL;
    IF account.participant_password IS NULL THEN
        PERFORM quire.hash_password(password);
    ELSIF quire.verify_password(password, account.participant_password) AND account.participant_enabled
            AND account.participant_login_enabled THEN
        DELETE FROM login_failures AS f WHERE f.login = tried;
        UPDATE t_participants AS p SET participant_lastonline = clock_timestamp(),
            participant_password = CASE WHEN quire.needs_rehash(account.participant_password) THEN quire.hash_password(password)
                ELSE account.participant_password END
        WHERE p.id_participant = account.id_participant AND p.participant_password = account.participant_password;
        id_participant := account.id_participant;
        participant_uuid := account.participant_uuid;
    END IF;
END $$;
COMMENT ON FUNCTION login_participant(text, text) IS
    'Who the participant is, or NULL, whatever was wrong. Its transaction must be committed either way, for failures to be counted.';

CREATE FUNCTION change_user_password(id_user int4, old_password text, new_password text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE t_users AS u SET user_password = new_password, user_force_password_change = false
    WHERE u.id_user = change_user_password.id_user AND u.deleted_at IS NULL AND quire.verify_password(old_password, u.user_password);
    IF NOT FOUND THEN
        RAISE 'the present password is another' USING ERRCODE = '28000';
    END IF;
END $$;
COMMENT ON FUNCTION change_user_password(int4, text, text) IS 'Another password, chosen by the user, who need not change it any more.';

-- Tokens ----------------------------------------------------------------------------------------------------------

CREATE FUNCTION take_token() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    NEW.participant_token := NULL;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION take_token() IS 'Trigger: without leave to have a token there is none.';
CREATE TRIGGER take_token BEFORE UPDATE OF participant_token_enabled, participant_token ON t_participants FOR EACH ROW
    WHEN (NOT NEW.participant_token_enabled) EXECUTE FUNCTION take_token();

CREATE FUNCTION new_participant_token(id_participant int4) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    token text := quire.new_token();
BEGIN
    UPDATE t_participants AS p SET participant_token_enabled = true, participant_token = quire.token_digest(token)
    WHERE p.id_participant = new_participant_token.id_participant AND p.participant_enabled AND p.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE 'there is no such participant who is enabled' USING ERRCODE = 'P0002';
    END IF;
    RETURN token;
END $$;
COMMENT ON FUNCTION new_participant_token(int4) IS
    'A token by which the participant comes in without a password, to be sent to the participant; the one before ends.';

CREATE FUNCTION new_device_token(id_device int4) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    token text := quire.new_token();
BEGIN
    UPDATE t_devices AS d SET device_token = quire.token_digest(token)
    WHERE d.id_device = new_device_token.id_device AND d.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE 'there is no such device' USING ERRCODE = 'P0002';
    END IF;
    RETURN token;
END $$;
COMMENT ON FUNCTION new_device_token(int4) IS 'A token for the device to come in by; the one before ends.';

CREATE FUNCTION token_participant(token text) RETURNS int4 LANGUAGE sql STABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT id_participant FROM t_participants
    WHERE participant_token = quire.token_digest(token) AND participant_enabled AND deleted_at IS NULL
$$;
COMMENT ON FUNCTION token_participant(text) IS 'Whose token is it? NULL when it is nobody''s who is enabled.';

CREATE FUNCTION token_device(token text) RETURNS int4 LANGUAGE sql STABLE STRICT SET search_path FROM CURRENT AS $$
    SELECT id_device FROM t_devices WHERE device_token = quire.token_digest(token) AND device_enabled AND deleted_at IS NULL
$$;
COMMENT ON FUNCTION token_device(text) IS 'Whose token is it? NULL when it is no device''s that is enabled.';

CREATE FUNCTION create_device(name text, id_device_type int4, id_device_subtype int4 DEFAULT NULL, enabled bool DEFAULT true,
    OUT id_device int4, OUT device_uuid uuid, OUT token text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    token := quire.new_token();
    INSERT INTO t_devices AS d (device_name, id_device_type, id_device_subtype, device_enabled, device_token)
    VALUES (name, create_device.id_device_type, nullif(create_device.id_device_subtype, 0), enabled, quire.token_digest(token))
    RETURNING d.id_device, d.device_uuid INTO create_device.id_device, create_device.device_uuid;
END $$;
COMMENT ON FUNCTION create_device(text, int4, int4, bool) IS 'A new device, with the token for it to come in by.';

CREATE FUNCTION register_device(register_key text, name text, type_key text, type_name text DEFAULT NULL, subtype_name text DEFAULT NULL,
    OUT id_device int4, OUT device_uuid uuid, OUT token text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    type int4;
    subtype int4;
BEGIN
    IF server_setting('DeviceRegisterKey') IS DISTINCT FROM register_key THEN
        RAISE 'the key is not that of this server' USING ERRCODE = '28000';
    END IF;
    INSERT INTO t_devices_types (device_type_name, device_type_key) VALUES (coalesce(type_name, type_key), type_key)
    ON CONFLICT (device_type_key) DO NOTHING;
    SELECT t.id_device_type INTO type FROM t_devices_types AS t WHERE t.device_type_key = type_key;
    IF subtype_name IS NOT NULL THEN
        INSERT INTO t_devices_subtypes (id_device_type, device_subtype_name) VALUES (type, subtype_name)
        ON CONFLICT (id_device_type, device_subtype_name) DO NOTHING;
        SELECT s.id_device_subtype INTO subtype FROM t_devices_subtypes AS s
        WHERE s.id_device_type = type AND s.device_subtype_name = subtype_name;
    END IF;
    SELECT * INTO id_device, device_uuid, token FROM create_device(name, type, subtype, enabled => false);
END $$;
COMMENT ON FUNCTION register_device(text, text, text, text, text) IS
    'A device announces itself, with a type that need not be known yet; it may come in once it has been enabled.';

-- The beginning ---------------------------------------------------------------------------------------------------

CREATE FUNCTION server_setting(name text) RETURNS text LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT server_settings_value FROM t_server_settings WHERE server_settings_name = name
$$;
COMMENT ON FUNCTION server_setting(text) IS 'The value of a setting of the server; NULL when there is none.';

CREATE FUNCTION set_server_setting(name text, value text) RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO t_server_settings (server_settings_name, server_settings_value) VALUES (name, value)
    ON CONFLICT (server_settings_name) DO UPDATE SET server_settings_value = excluded.server_settings_value
$$;
COMMENT ON FUNCTION set_server_setting(text, text) IS 'Gives a setting of the server its value.';

CREATE FUNCTION create_defaults(admin_password text DEFAULT NULL) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    password text := coalesce(admin_password, 'aA1!' || quire.new_token(16));
BEGIN
    INSERT INTO t_server_settings (server_settings_name, server_settings_value)
    VALUES ('ServerUUID', gen_random_uuid()), ('ServerVersions', '{}'), ('DeviceRegisterKey', left(quire.new_token(16), 10))
    ON CONFLICT (server_settings_name) DO NOTHING;
    IF EXISTS (SELECT FROM t_users) THEN
        RETURN NULL;
    END IF;
    INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password,
        user_enabled, user_superadmin, user_force_password_change)
    VALUES ('admin', 'Super', 'Admin', password, true, true, true);
    RETURN password;
END $$;
COMMENT ON FUNCTION create_defaults(text) IS
    'What a new server begins with: settings, and the superadmin admin, whose password must be changed; it, or NULL where there are users.';
-- down
DROP TRIGGER take_token ON t_participants;
DROP TRIGGER hash_password ON t_participants;
DROP TRIGGER hash_password ON t_users;
DROP FUNCTION create_defaults(text), set_server_setting(text, text), server_setting(text),
    register_device(text, text, text, text, text), create_device(text, int4, int4, bool), token_device(text), token_participant(text),
    new_device_token(int4), new_participant_token(int4), take_token(), change_user_password(int4, text, text),
    login_participant(text, text), login_user(text, text), forget_login_failures(), count_login(text), hash_participant_password(),
    hash_user_password(), is_password_hash(text), password_weaknesses(text);
DROP TABLE login_failures;
