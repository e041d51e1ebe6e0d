-- What services are configured with, and what client applications keep for a user.

CREATE FUNCTION service_config(id_service int4, id_user int4 DEFAULT NULL, id_participant int4 DEFAULT NULL, id_device int4 DEFAULT NULL,
    specific_id text DEFAULT NULL)
RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(c.service_config_config, v.service_default_config, '{}') || coalesce(s.service_config_specific_config, '{}')
    FROM t_services AS v
        LEFT JOIN t_services_configs AS c ON c.id_service = v.id_service AND c.deleted_at IS NULL
            AND (c.id_user = service_config.id_user OR c.id_participant = service_config.id_participant
                OR c.id_device = service_config.id_device)
        LEFT JOIN t_services_configs_specifics AS s ON s.id_service_config = c.id_service_config AND s.deleted_at IS NULL
            AND s.service_config_specific_id = service_config.specific_id
    WHERE v.id_service = service_config.id_service AND v.deleted_at IS NULL
$$;
COMMENT ON FUNCTION service_config(int4, int4, int4, int4, text) IS
    'How a service is configured for a user, participant or device: in general, or as the service is by default; overlaid, key by key, '
    'by what differs on one machine.';

CREATE FUNCTION set_service_config(config jsonb, id_service int4, id_user int4 DEFAULT NULL, id_participant int4 DEFAULT NULL,
    id_device int4 DEFAULT NULL,
    specific_id text DEFAULT NULL) RETURNS int4 LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    general int4;
BEGIN
    IF NOT (SELECT service_editable_config FROM t_services AS v WHERE v.id_service = set_service_config.id_service) THEN
        RAISE 'the service has no configuration that can be edited' USING ERRCODE = '55000';
    END IF;
    INSERT INTO t_services_configs AS c (id_service, id_user, id_participant, id_device, service_config_config)
    SELECT v.id_service, set_service_config.id_user, set_service_config.id_participant, set_service_config.id_device,
        CASE WHEN set_service_config.specific_id IS NULL THEN config ELSE coalesce(v.service_default_config, '{}') END
    FROM t_services AS v WHERE v.id_service = set_service_config.id_service AND v.deleted_at IS NULL
    ON CONFLICT (id_service, coalesce(id_user, 0), coalesce(id_participant, 0), coalesce(id_device, 0)) WHERE deleted_at IS NULL
        DO UPDATE SET service_config_config = CASE WHEN specific_id IS NULL THEN config ELSE c.service_config_config END
    RETURNING id_service_config INTO general;
    IF general IS NULL THEN
        RAISE 'there is no such service' USING ERRCODE = 'P0002';
    ELSIF specific_id IS NOT NULL THEN
        INSERT INTO t_services_configs_specifics (id_service_config, service_config_specific_id, service_config_specific_config)
        VALUES (general, specific_id, config)
        ON CONFLICT (id_service_config, service_config_specific_id) WHERE deleted_at IS NULL
            DO UPDATE SET service_config_specific_config = excluded.service_config_specific_config;
    END IF;
    RETURN general;
END $$;
COMMENT ON FUNCTION set_service_config(jsonb, int4, int4, int4, int4, text) IS
    'Configures a service for a user, participant or device; with specific_id, only what differs on that machine.';

CREATE FUNCTION user_preference(id_user int4, app_tag text) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT p.user_preference_preference FROM t_users_preferences AS p
    WHERE p.id_user = user_preference.id_user AND p.user_preference_app_tag = app_tag
$$;
COMMENT ON FUNCTION user_preference(int4, text) IS 'What an application keeps for a user; NULL when nothing.';

CREATE FUNCTION set_user_preference(id_user int4, app_tag text, preference jsonb) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    IF coalesce(preference, 'null') IN ('null', '""') THEN
        DELETE FROM t_users_preferences AS p WHERE p.id_user = set_user_preference.id_user AND p.user_preference_app_tag = app_tag;
    ELSE
        INSERT INTO t_users_preferences (id_user, user_preference_app_tag, user_preference_preference)
            VALUES (set_user_preference.id_user, app_tag, preference)
        ON CONFLICT ON CONSTRAINT t_users_preferences_id_user_user_preference_app_tag_key
            DO UPDATE SET user_preference_preference = excluded.user_preference_preference;
    END IF;
END $$;
COMMENT ON FUNCTION set_user_preference(int4, text, jsonb) IS
    'Keeps a preference for a user and an application; NULL, or an empty text, deletes it.';
-- down
DROP FUNCTION set_user_preference(int4, text, jsonb), user_preference(int4, text), set_service_config(jsonb, int4, int4, int4, int4, text),
    service_config(int4, int4, int4, int4, text);
