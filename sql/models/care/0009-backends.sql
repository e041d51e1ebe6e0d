-- Backends: whom they act for, and what they need.

-- As the owner: whoever has the token has nothing else yet.
CREATE FUNCTION act_by_token(token text, local bool DEFAULT true) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    id int4;
BEGIN
    id := token_participant(token);
    IF id IS NOT NULL THEN
        RETURN act_as('participant', (SELECT participant_uuid FROM t_participants WHERE id_participant = id), local);
    END IF;
    id := token_device(token);
    IF id IS NULL THEN
        RAISE 'the token is nobody''s' USING ERRCODE = '28000';
    END IF;
    RETURN act_as('device', (SELECT device_uuid FROM t_devices WHERE id_device = id), local);
END $$;
COMMENT ON FUNCTION act_by_token(text, bool) IS
    'Acts for the participant or device whose token it is, to the end of the transaction, or of the session. As the owner, like act_as().';
REVOKE EXECUTE ON FUNCTION act_by_token(text, bool) FROM PUBLIC;

CREATE FUNCTION admit(backend name) RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    this oid;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), backend);
    FOR this IN SELECT oid FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace AND c.relrowsecurity
        AND starts_with(c.relname, 't_') LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %I', this::regclass, backend);
    END LOOP;
    FOR this IN SELECT oid FROM pg_class AS c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'v'
        AND NOT starts_with(c.relname, 'access_') LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', this::regclass, backend);
    END LOOP;
    EXECUTE format('GRANT SELECT ON database_events TO %I', backend);
    -- Whatever runs as the owner and is no trigger is for backends, and nobody else.
    FOR this IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef
        AND prorettype <> 'trigger'::regtype LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', this::regprocedure, backend);
    END LOOP;
END $$;
COMMENT ON FUNCTION admit(name) IS
    'Gives a role what a backend needs: to log actors in, to act for them, and to read and write what they may.';

-- down
DROP FUNCTION admit(name), act_by_token(text, bool);
