-- Accounts: who may log in, and the sessions of those who did.
-- Every function is the schema's own and keeps the search_path that it was made under.

CREATE TABLE settings (
    only_row bool PRIMARY KEY DEFAULT true CHECK (only_row),
    session_expiry_delay interval NOT NULL DEFAULT '7 days',
    password_reset_expiry_delay interval NOT NULL DEFAULT '45 minutes',
    free_login_attempts int4 NOT NULL DEFAULT 5 CHECK (free_login_attempts > 0),
    longest_login_wait interval NOT NULL DEFAULT '15 minutes'
);
COMMENT ON TABLE settings IS 'What the platform reads from its environment; one row.';
INSERT INTO settings DEFAULT VALUES;

CREATE TABLE users_credentials (
    id serial PRIMARY KEY,
    username text NOT NULL CHECK (username ~ '^[^@[:space:][:cntrl:]]{1,100}$'),
    email text NOT NULL,
    active bool NOT NULL DEFAULT true,
    verified text NOT NULL DEFAULT quire.new_token(16),
    hashed_pswd bytea,
    salt bytea,
    created_at timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    password_hash text,
    rehashed_at timestamptz(3),
    CONSTRAINT one_password_hash CHECK ((password_hash IS NULL) = (hashed_pswd IS NOT NULL AND salt IS NOT NULL))
);
COMMENT ON TABLE users_credentials IS 'All users and what they log in with.';
COMMENT ON COLUMN users_credentials.username IS 'Without an @, so that no username is another one''s address.';
COMMENT ON COLUMN users_credentials.verified IS 'True, or the code that the user is still to send back.';
COMMENT ON COLUMN users_credentials.hashed_pswd IS 'Of a user taken over from the platform: PBKDF2-HMAC-SHA256, 100,000 iterations; gone after the next login.';
COMMENT ON COLUMN users_credentials.password_hash IS 'By quire.hash_password().';
COMMENT ON COLUMN users_credentials.rehashed_at IS 'When the same password was last hashed anew.';
CREATE UNIQUE INDEX users_credentials_username ON users_credentials (lower(username));
CREATE INDEX users_credentials_email ON users_credentials (lower(email));
CREATE TRIGGER check_email BEFORE INSERT OR UPDATE ON users_credentials
    FOR EACH ROW EXECUTE FUNCTION quire.check_email('email');

CREATE TABLE user_data (
    user_id int4 PRIMARY KEY REFERENCES users_credentials ON DELETE CASCADE,
    data jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(data) = 'object')
);
COMMENT ON TABLE user_data IS 'The profile of each user: first_name, last_name, affiliation, and what else there is; once a file per user.';

CREATE TABLE logged_users (
    token bytea NOT NULL CHECK (octet_length(token) = 32),
    user_id int4 NOT NULL REFERENCES users_credentials ON DELETE CASCADE,
    expiration_date timestamptz(3) NOT NULL,
    PRIMARY KEY (token, user_id)
);
COMMENT ON TABLE logged_users IS 'All sessions.';
COMMENT ON COLUMN logged_users.token IS 'Its digest; the token itself is with the user alone.';
CREATE INDEX logged_users_user_id ON logged_users (user_id);

CREATE TABLE password_reset_users (
    token bytea NOT NULL CHECK (octet_length(token) = 32),
    user_id int4 NOT NULL REFERENCES users_credentials ON DELETE CASCADE,
    expiration_date timestamptz(3) NOT NULL,
    PRIMARY KEY (token, user_id)
);
COMMENT ON TABLE password_reset_users IS 'All password resets that wait for their user.';
COMMENT ON COLUMN password_reset_users.token IS 'Its digest; the token itself was mailed.';
CREATE INDEX password_reset_users_user_id ON password_reset_users (user_id);

CREATE TABLE login_failures (
    login text PRIMARY KEY,
    failures int4 NOT NULL DEFAULT 1,
    blocked_until timestamptz(3) NOT NULL DEFAULT '-infinity',
    last_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE login_failures IS 'How often in a row a login has failed, and until when it need not be tried again.';

CREATE FUNCTION end_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM logged_users WHERE user_id = NEW.id;
    DELETE FROM password_reset_users WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION end_sessions() IS 'Trigger: another password, and who came in by the old one is out.';
CREATE TRIGGER end_sessions AFTER UPDATE OF password_hash, hashed_pswd, salt ON users_credentials FOR EACH ROW
    WHEN ((OLD.password_hash, OLD.hashed_pswd, OLD.salt) IS DISTINCT FROM (NEW.password_hash, NEW.hashed_pswd, NEW.salt)
        AND OLD.rehashed_at IS NOT DISTINCT FROM NEW.rehashed_at)
    EXECUTE FUNCTION end_sessions();

CREATE FUNCTION create_user(
    username text, email text, password text, first_name text, last_name text, affiliation text,
    OUT user_id int4, OUT code text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[username, email, password, first_name, last_name, affiliation] LOOP
        IF coalesce(wanted, '') = '' THEN
            RAISE 'username, email, password, first_name, last_name and affiliation must not be empty' USING ERRCODE = '23502';
        END IF;
    END LOOP;
    INSERT INTO users_credentials AS u (username, email, password_hash)
    VALUES (create_user.username, create_user.email, quire.hash_password(password))
    RETURNING u.id, u.verified INTO user_id, code;
    INSERT INTO user_data VALUES (user_id, jsonb_build_object('first_name', first_name, 'last_name', last_name, 'affiliation', affiliation));
EXCEPTION WHEN unique_violation THEN
    GET STACKED DIAGNOSTICS wanted = CONSTRAINT_NAME;
    RAISE '% exists already', CASE wanted WHEN 'check_email' THEN 'email' ELSE 'username' END
        USING ERRCODE = '23505', COLUMN = CASE wanted WHEN 'check_email' THEN 'email' ELSE 'username' END, CONSTRAINT = wanted;
END $$;
COMMENT ON FUNCTION create_user(text, text, text, text, text, text) IS
    'A new user with a profile; the code is what verify_user() wants to see.';

CREATE FUNCTION verify_user(username text, code text DEFAULT NULL, by_admin bool DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    pending text;
BEGIN
    SELECT verified INTO pending FROM users_credentials AS u WHERE lower(u.username) = lower(verify_user.username) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    ELSIF pending = 'True' THEN
        RAISE 'the user is verified already' USING ERRCODE = '55000';
    ELSIF NOT by_admin AND code IS DISTINCT FROM pending THEN
        RAISE 'the validation code is not correct' USING ERRCODE = '28000';
    END IF;
    UPDATE users_credentials AS u SET verified = 'True' WHERE lower(u.username) = lower(verify_user.username);
END $$;
COMMENT ON FUNCTION verify_user(text, text, bool) IS 'Takes the code that was mailed; an administrator needs none.';

CREATE FUNCTION profile(user_id int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(d.data, '{}') || jsonb_build_object('username', u.username, 'email', u.email, 'verified', u.verified = 'True', 'created', u.created_at)
    FROM users_credentials AS u LEFT JOIN user_data AS d ON d.user_id = u.id WHERE u.id = profile.user_id
$$;
COMMENT ON FUNCTION profile(int4) IS 'What a user''s page shows: the profile, and what the credentials know.';

CREATE FUNCTION is_password(account users_credentials, password text) RETURNS bool
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN account.password_hash IS NOT NULL THEN quire.verify_password(password, account.password_hash)
        ELSE quire.verify_password(password, account.hashed_pswd, account.salt, 'pbkdf2:sha256:100000') END
$$;
COMMENT ON FUNCTION is_password(users_credentials, text) IS 'Is this the password of the account, however it is hashed?';

CREATE FUNCTION login(login text, password text) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    attempt login_failures;
    account users_credentials;
    token text;
BEGIN
    -- Counted before the password is looked at, and forgotten after a good one: the row makes attempts take turns.
    INSERT INTO login_failures AS f (login) VALUES (lower(login.login))
    ON CONFLICT ON CONSTRAINT login_failures_pkey DO UPDATE
        SET failures = f.failures + CASE WHEN f.blocked_until > clock_timestamp() THEN 0 ELSE 1 END, last_at = clock_timestamp()
    RETURNING * INTO attempt;
    IF attempt.blocked_until > clock_timestamp() THEN
        RAISE 'too many logins have failed' USING ERRCODE = '28000',
            HINT = format('Try again in %s seconds.', ceil(extract(epoch FROM attempt.blocked_until - clock_timestamp())));
    END IF;

    SELECT * INTO account FROM users_credentials AS u
    WHERE CASE WHEN quire.is_email(login.login) THEN lower(u.email) = lower(login.login) ELSE lower(u.username) = lower(login.login) END;
    IF NOT FOUND THEN
        PERFORM quire.hash_password(password);  -- as long as for those that there are
    ELSIF is_password(account, password) AND account.active AND account.verified = 'True' THEN
        DELETE FROM login_failures AS f WHERE f.login = attempt.login;
        IF account.password_hash IS NULL OR quire.needs_rehash(account.password_hash) THEN
            UPDATE users_credentials SET password_hash = quire.hash_password(password), hashed_pswd = NULL, salt = NULL,
                rehashed_at = clock_timestamp()
            WHERE id = account.id;
        END IF;
        token := quire.new_token(64);
        INSERT INTO logged_users SELECT quire.token_digest(token), account.id, clock_timestamp() + session_expiry_delay FROM settings;
        RETURN token;
    END IF;
    UPDATE login_failures AS f
    SET blocked_until = clock_timestamp() + least(s.longest_login_wait, interval '1 second' * 2 ^ least(f.failures - s.free_login_attempts, 30))
    FROM settings AS s WHERE f.login = attempt.login AND f.failures >= s.free_login_attempts;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION login(text, text) IS
    'By username or address: the token of a new session, or NULL, whatever was wrong. Its transaction must be committed either way, for failures to be counted.';

CREATE FUNCTION session_user_id(token text) RETURNS int4 LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    session record;
BEGIN
    SELECT u.id, u.active, u.verified, l.expiration_date INTO session
    FROM logged_users AS l JOIN users_credentials AS u ON u.id = l.user_id
    WHERE l.token = quire.token_digest(session_user_id.token);
    IF NOT FOUND THEN
        RAISE 'the session is not valid' USING ERRCODE = '28000', HINT = 'Log in.';
    ELSIF session.expiration_date <= clock_timestamp() THEN
        RAISE 'the session has expired' USING ERRCODE = '28000', HINT = 'Log in again.';
    ELSIF session.verified <> 'True' THEN
        RAISE 'the user is not verified' USING ERRCODE = '28000', HINT = 'Send back the code of the mail.';
    ELSIF NOT session.active THEN
        RAISE 'the user is inactive' USING ERRCODE = '28000';
    END IF;
    RETURN session.id;
END $$;
COMMENT ON FUNCTION session_user_id(text) IS 'Whose session is it? An error when it is nobody''s, has expired, or its user may not use it.';

CREATE FUNCTION logout(token text) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    ended int4;
BEGIN
    DELETE FROM logged_users AS l WHERE l.token = quire.token_digest(logout.token);
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;
COMMENT ON FUNCTION logout(text) IS 'Ends a session; 1, or 0 when there was none.';

CREATE FUNCTION clear_expired() RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    sessions int4;
    resets int4;
BEGIN
    DELETE FROM logged_users WHERE expiration_date <= clock_timestamp();
    GET DIAGNOSTICS sessions = ROW_COUNT;
    DELETE FROM password_reset_users WHERE expiration_date <= clock_timestamp();
    GET DIAGNOSTICS resets = ROW_COUNT;
    DELETE FROM login_failures WHERE last_at < clock_timestamp() - (SELECT 2 * longest_login_wait FROM settings);
    RETURN sessions + resets;
END $$;
COMMENT ON FUNCTION clear_expired() IS 'Removes the sessions and resets that are over, and failed logins long ago.';

CREATE FUNCTION change_password(user_id int4, password text, confirmation text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF password IS DISTINCT FROM confirmation THEN
        RAISE 'the passwords do not match' USING ERRCODE = '22023';
    ELSIF coalesce(password, '') = '' THEN
        RAISE 'the password is empty' USING ERRCODE = '22023';
    END IF;
    UPDATE users_credentials SET password_hash = quire.hash_password(password), hashed_pswd = NULL, salt = NULL WHERE id = user_id;
    IF NOT FOUND THEN
        RAISE 'there is no such user' USING ERRCODE = 'P0002';
    END IF;
END $$;
COMMENT ON FUNCTION change_password(int4, text, text) IS 'Another password; all sessions and resets of the user end.';

CREATE FUNCTION create_password_reset(username text, email text) RETURNS text LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    token text := quire.new_token(64);
BEGIN
    INSERT INTO password_reset_users
    SELECT quire.token_digest(token), u.id, clock_timestamp() + s.password_reset_expiry_delay
    FROM users_credentials AS u, settings AS s
    WHERE lower(u.username) = lower(create_password_reset.username) AND lower(u.email) = lower(create_password_reset.email);
    IF NOT FOUND THEN
        RAISE 'there is no user of this name and address' USING ERRCODE = 'P0002';
    END IF;
    RETURN token;
END $$;
COMMENT ON FUNCTION create_password_reset(text, text) IS 'The token to mail to the user''s own address.';

CREATE FUNCTION reset_password(token text, password text, confirmation text) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    reset password_reset_users;
BEGIN
    -- Of two that come with one token, the second finds it gone.
    DELETE FROM password_reset_users AS r WHERE r.token = quire.token_digest(reset_password.token) RETURNING * INTO reset;
    IF NOT FOUND THEN
        RAISE 'there is no such password reset' USING ERRCODE = 'P0002';
    ELSIF reset.expiration_date <= clock_timestamp() THEN
        RAISE 'the password reset has expired' USING ERRCODE = '28000';
    END IF;
    PERFORM change_password(reset.user_id, password, confirmation);
    RETURN reset.user_id;
END $$;
COMMENT ON FUNCTION reset_password(text, text, text) IS 'Another password by a mailed token, which works once; the user.';
-- down
DROP FUNCTION reset_password(text, text, text), create_password_reset(text, text), change_password(int4, text, text),
    clear_expired(), logout(text), session_user_id(text), login(text, text), is_password(users_credentials, text),
    profile(int4), verify_user(text, text, bool), create_user(text, text, text, text, text, text);
DROP TABLE login_failures, password_reset_users, logged_users, user_data, users_credentials, settings;
DROP FUNCTION end_sessions();
