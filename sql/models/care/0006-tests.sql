-- Forms, tests with their answers, and invitations to tests.

-- Form structures -------------------------------------------------------------------------------------------------
-- {"objecttype": ..., "sections": [{"id", "label", "_order", "items": [{"id", "label", "type", "_order", and perhaps "required",
-- "values", "default", "condition", and options such as "readonly"}]}]}

CREATE FUNCTION form_item_types() RETURNS text[] LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT '{array, audioinputs, boolean, checklist, color, datetime, duration, hidden, label, longtext, numeric, password, text, '
        'videoinputs}'::text[]
$$;
COMMENT ON FUNCTION form_item_types() IS 'The types that items of a form may have.';

CREATE FUNCTION form_items(form jsonb) RETURNS TABLE (path text, id text, item jsonb, place int8)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT format('sections[%s].items[%s]', s.place - 1, i.place - 1), i.item ->> 'id', i.item, row_number() OVER (ORDER BY s.place,
        i.place)
    FROM jsonb_path_query(form, 'strict $.sections[*]') WITH ORDINALITY AS s (section, place),
        jsonb_path_query(s.section, 'strict $.items[*]') WITH ORDINALITY AS i (item, place)
$$;
COMMENT ON FUNCTION form_items(jsonb) IS 'The items of a form whose structure has no faults, in their order.';

CREATE FUNCTION named_part_faults(path text, part jsonb) RETURNS TABLE (at text, rule text, message text)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT path || coalesce('.' || f.key, ''), f.rule, f.message FROM (VALUES
        (NULL, 'object', 'is not an object', jsonb_typeof(part) = 'object'),
        ('id', 'text', 'is not a text, or empty', jsonb_typeof(part -> 'id') = 'string' AND part ->> 'id' <> ''),
        ('label', 'text', 'is not a text', jsonb_typeof(part -> 'label') = 'string'),
        ('_order', 'order', 'is not a whole number from 1 on', jsonb_typeof(part -> '_order') = 'number'
            AND part ->> '_order' ~ '^[1-9][0-9]*$')) AS f (key, rule, message, holds)
    WHERE f.holds IS NOT TRUE AND (jsonb_typeof(part) = 'object') = (f.key IS NOT NULL)
$$;
COMMENT ON FUNCTION named_part_faults(text, jsonb) IS 'What is wrong with id, label and order of a section or item.';

CREATE FUNCTION form_values(item jsonb) RETURNS TABLE (id text, value jsonb) LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE jsonb_typeof(v) WHEN 'object' THEN v ->> 'id' ELSE (place - 1)::text END, CASE jsonb_typeof(v) WHEN 'object'
        THEN v -> 'value' ELSE v END
    FROM jsonb_array_elements(CASE jsonb_typeof(item -> 'values') WHEN 'array' THEN item -> 'values' ELSE '[]' END) WITH
        ORDINALITY AS list (v, place)
$$;
COMMENT ON FUNCTION form_values(jsonb) IS 'The values of an item with their ids; plain texts are numbered from 0.';

CREATE FUNCTION answer_fault(item jsonb, answer jsonb) RETURNS text LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN coalesce(answer, 'null') = 'null' THEN NULL ELSE CASE item ->> 'type'
        WHEN 'boolean' THEN CASE WHEN jsonb_typeof(answer) <> 'boolean' THEN 'is not true or false' END
        WHEN 'numeric' THEN CASE WHEN jsonb_typeof(answer) <> 'number' THEN 'is not a number' END
        WHEN 'duration' THEN CASE WHEN jsonb_typeof(answer) <> 'number' OR answer::text ~ '^-' THEN 'is no length of time in seconds' END
        WHEN 'color' THEN CASE WHEN jsonb_typeof(answer) <> 'string' OR answer ->> 0 !~ '^#[0-9A-Fa-f]{6}$'
            THEN 'is no color such as #00aacc' END
        WHEN 'datetime' THEN CASE WHEN jsonb_typeof(answer) <> 'string' OR answer #>> '{}' !~
            '^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$'
                THEN 'is no date and time' END
        WHEN 'array' THEN CASE WHEN NOT EXISTS (SELECT FROM form_values(item) AS v WHERE v.id = answer #>> '{}')
            THEN 'is none of the values' END
        WHEN 'checklist' THEN CASE WHEN jsonb_typeof(answer) <> 'array' THEN 'is not an array of values'
            WHEN EXISTS (SELECT FROM jsonb_array_elements_text(answer) AS a WHERE a NOT IN (SELECT v.id FROM form_values(item) AS v))
                THEN 'has what is none of the values' END
        WHEN 'label' THEN 'is asked by nobody'
        WHEN 'hidden' THEN NULL
        ELSE CASE WHEN jsonb_typeof(answer) <> 'string' THEN 'is not a text' END END END
$$;
COMMENT ON FUNCTION answer_fault(jsonb, jsonb) IS 'What is wrong with an answer to an item of a form; NULL when nothing is.';

CREATE FUNCTION form_item_faults(path text, item jsonb) RETURNS TABLE (at text, rule text, message text)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT path || '.' || f.key, f.rule, f.message FROM (VALUES
        ('type', 'type', 'is none of ' || array_to_string(form_item_types(), ', '), jsonb_typeof(item -> 'type') = 'string'
            AND item ->> 'type' = ANY (form_item_types())),
        ('required', 'required', 'is there, and not true', NOT item ? 'required' OR item -> 'required' = 'true'),
        ('readonly', 'readonly', 'is not true or false', NOT item ? 'readonly' OR jsonb_typeof(item -> 'readonly') = 'boolean'),
        ('values', 'values', 'is missing', item ? 'values' OR coalesce(item ->> 'type', '') NOT IN ('array', 'checklist')),
        ('values', 'values', 'is not an array of texts, or of an id and a value each', CASE WHEN NOT item ? 'values' THEN true
            WHEN jsonb_typeof(item -> 'values') <> 'array' THEN false
            ELSE NOT EXISTS (SELECT FROM jsonb_array_elements(item -> 'values') AS v WHERE jsonb_typeof(v) <> 'string'
                AND (jsonb_typeof(v) <> 'object' OR NOT v ?& '{id, value}'::text[] OR jsonb_typeof(v -> 'id') NOT IN ('string',
                    'number'))) END),
        ('values', 'unique', 'has an id twice', CASE WHEN jsonb_typeof(item -> 'values') = 'array' THEN
            (SELECT count(DISTINCT v.id) = count(*) FROM form_values(item) AS v) ELSE true END),
        ('condition', 'condition', 'is not an object with item and op', NOT item ? 'condition'
            OR (jsonb_typeof(item -> 'condition') = 'object' AND jsonb_typeof(item -> 'condition' -> 'item') = 'string')),
        ('condition.op', 'condition', 'is none of =, <>, NOT NULL, CONTAINS', NOT item ? 'condition'
            OR item -> 'condition' ->> 'op' IN ('=', '<>', 'NOT NULL', 'CONTAINS')),
        ('condition.condition', 'condition', 'is missing', NOT item ? 'condition' OR item -> 'condition' ? 'condition'
            OR item -> 'condition' ->> 'op' = 'NOT NULL'),
        ('default', 'default', 'is no answer of the type', NOT item ? 'default' OR answer_fault(item,
            item -> 'default') IS NULL)) AS f (key, rule, message, holds)
    WHERE f.holds IS NOT TRUE
$$;
COMMENT ON FUNCTION form_item_faults(text, jsonb) IS 'What is wrong with what only items have.';

CREATE FUNCTION form_faults(form jsonb) RETURNS TABLE (path text, rule text, message text)
LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    seen text[] := '{}';
    places jsonb;
    section jsonb;
    item jsonb;
    section_path text;
    item_path text;
BEGIN
    IF jsonb_typeof(form) IS DISTINCT FROM 'object' OR jsonb_typeof(form -> 'sections') IS DISTINCT FROM 'array' THEN
        RETURN QUERY SELECT '', 'object', 'is not an object with an array of sections';
        RETURN;
    END IF;
    RETURN QUERY SELECT 'objecttype', 'text', 'is not a text' WHERE form ? 'objecttype' AND jsonb_typeof(form -> 'objecttype') <> 'string';
    FOR s IN 0 .. jsonb_array_length(form -> 'sections') - 1 LOOP
        section := form -> 'sections' -> s;
        section_path := format('sections[%s]', s);
        RETURN QUERY SELECT * FROM named_part_faults(section_path, section);
        CONTINUE WHEN jsonb_typeof(section) <> 'object';
        IF jsonb_typeof(section -> 'items') IS DISTINCT FROM 'array' THEN
            RETURN QUERY SELECT section_path || '.items', 'array', 'is not an array';
            CONTINUE;
        END IF;
        FOR i IN 0 .. jsonb_array_length(section -> 'items') - 1 LOOP
            item := section -> 'items' -> i;
            item_path := format('%s.items[%s]', section_path, i);
            RETURN QUERY SELECT * FROM named_part_faults(item_path, item);
            CONTINUE WHEN jsonb_typeof(item) <> 'object';
            RETURN QUERY SELECT item_path || '.id', 'unique', 'is the id of another item, too' WHERE item ->> 'id' = ANY (seen);
            RETURN QUERY SELECT * FROM form_item_faults(item_path, item);
            seen := seen || (item ->> 'id');
        END LOOP;
    END LOOP;
    RETURN QUERY SELECT i.item_path || '.condition.item', 'reference', 'is the id of no item'
        FROM (SELECT format('sections[%s].items[%s]', s.n - 1, i.n - 1), i.v -> 'condition' ->> 'item'
            FROM jsonb_array_elements(form -> 'sections') WITH ORDINALITY AS s (v, n),
                jsonb_array_elements(CASE jsonb_typeof(s.v -> 'items') WHEN 'array' THEN s.v -> 'items' ELSE '[]' END) WITH
                    ORDINALITY AS i (v, n)) AS i (item_path, wanted)
        WHERE i.wanted <> ALL (seen);
END $$;
COMMENT ON FUNCTION form_faults(jsonb) IS 'What is wrong with the structure of a form; no row when nothing is.';

CREATE FUNCTION item_is_shown(item jsonb, answers jsonb) RETURNS bool LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce(CASE item -> 'condition' ->> 'op'
        WHEN '=' THEN answers ->> (item -> 'condition' ->> 'item') = item -> 'condition' ->> 'condition'
        WHEN '<>' THEN answers ->> (item -> 'condition' ->> 'item') IS DISTINCT FROM item -> 'condition' ->> 'condition'
        WHEN 'NOT NULL' THEN coalesce(answers ->> (item -> 'condition' ->> 'item'), '') <> ''
        WHEN 'CONTAINS' THEN CASE jsonb_typeof(answers -> (item -> 'condition' ->> 'item'))
            WHEN 'array' THEN answers -> (item -> 'condition' ->> 'item') ? (item -> 'condition' ->> 'condition')
            ELSE strpos(answers ->> (item -> 'condition' ->> 'item'), item -> 'condition' ->> 'condition') > 0 END
        ELSE true END, false) OR item -> 'condition' ->> 'condition' = 'changed'
$$;
COMMENT ON FUNCTION item_is_shown(jsonb, jsonb) IS
    'Do the answers fulfil the condition of an item? Where it is that another one has changed, the client decides.';

CREATE FUNCTION answer_faults(form jsonb, answers jsonb, complete bool DEFAULT true) RETURNS TABLE (item text, rule text, message text)
LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT '', 'object', 'is not an object' WHERE jsonb_typeof(answers) IS DISTINCT FROM 'object'
    UNION ALL
    SELECT i.id, 'type', answer_fault(i.item, answers -> i.id) FROM form_items(form) AS i WHERE answer_fault(i.item,
        answers -> i.id) IS NOT NULL
    UNION ALL
    SELECT i.id, 'required', 'is missing' FROM form_items(form) AS i
    WHERE complete AND jsonb_typeof(answers) = 'object' AND i.item -> 'required' = 'true' AND i.item ->> 'type' <> 'label'
        AND coalesce(answers -> i.id, 'null') IN ('null', '""', '[]') AND item_is_shown(i.item, answers)
    UNION ALL
    SELECT k, 'item', 'is the answer to no item' FROM jsonb_object_keys(CASE jsonb_typeof(answers) WHEN 'object' THEN answers
        ELSE '{}' END) AS k
    WHERE k NOT IN (SELECT i.id FROM form_items(form) AS i)
$$;
COMMENT ON FUNCTION answer_faults(jsonb, jsonb, bool) IS
    'What is wrong with answers to a form; while they are not complete, what is required may be missing.';

-- Tests -----------------------------------------------------------------------------------------------------------

ALTER TABLE t_tests_types ADD test_type_form jsonb;
COMMENT ON COLUMN t_tests_types.test_type_form IS 'The form of a test type in JSON format, for clients to show; its answers are checked.';
ALTER TABLE t_tests_types ADD CONSTRAINT a_form_is_json_format CHECK (test_type_form IS NULL OR test_type_has_json_format);
ALTER TABLE t_tests ADD test_answers jsonb;
COMMENT ON COLUMN t_tests.test_answers IS 'The answers by the items'' ids, where the test type has a form; else they are with the service.';

-- As the owner: tests that the writer does not see must fit the form as well.
CREATE FUNCTION check_form() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    fault record;
BEGIN
    SELECT count(*) OVER () AS count, f.* INTO fault FROM form_faults(NEW.test_type_form) AS f LIMIT 1;
    IF FOUND THEN
        RAISE 'the form has % faults', fault.count USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'test_type_form',
            DETAIL = format('%s %s.', CASE fault.path WHEN '' THEN 'It' ELSE fault.path END, fault.message),
                HINT = 'form_faults() lists them all.';
    ELSIF TG_OP = 'UPDATE' AND EXISTS (SELECT FROM t_tests AS t WHERE t.id_test_type = NEW.id_test_type AND t.test_status = 2
        AND t.deleted_at IS NULL
        AND t.test_answers IS NOT NULL AND EXISTS (SELECT FROM answer_faults(NEW.test_type_form, t.test_answers))) THEN
        RAISE 'completed tests do not fit the form' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'test_type_form',
            HINT = 'Make another test type for another form.';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_form() IS
    'Trigger: a form must be one, and one that the completed tests fit. As the owner, for tests that the writer does not see.';
REVOKE EXECUTE ON FUNCTION check_form() FROM PUBLIC;
CREATE TRIGGER check_form BEFORE INSERT
    OR UPDATE OF test_type_form ON t_tests_types FOR EACH ROW WHEN (NEW.test_type_form IS NOT NULL) EXECUTE FUNCTION check_form();

-- As the owner: who fills in a test need not see its type.
CREATE FUNCTION check_answers() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    -- Who changes the form waits, and then finds this test.
    form jsonb := (SELECT t.test_type_form FROM t_tests_types AS t WHERE t.id_test_type = NEW.id_test_type FOR SHARE);
    fault record;
BEGIN
    IF form IS NULL AND NEW.test_answers IS NOT NULL THEN
        RAISE 'the test type has no form' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'test_answers',
            HINT = 'Its service keeps the answers.';
    ELSIF form IS NOT NULL AND (NEW.test_status = 2 OR NEW.test_answers IS NOT NULL) THEN
        SELECT count(*) OVER () AS count, f.* INTO fault FROM answer_faults(form, coalesce(NEW.test_answers, '{}'),
            NEW.test_status = 2) AS f LIMIT 1;
        IF FOUND THEN
            RAISE 'the answers have % faults', fault.count USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'test_answers',
                DETAIL = format('Item "%s" %s.', fault.item, fault.message), HINT = 'answer_faults() lists them all.';
        END IF;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION check_answers() IS
    'Trigger: answers fit the form of the test type, and are complete once the test is. As the owner, for who fills in a test need not '
    'see its type.';
REVOKE EXECUTE ON FUNCTION check_answers() FROM PUBLIC;
CREATE TRIGGER check_answers BEFORE INSERT OR UPDATE OF test_answers, test_status,
    id_test_type ON t_tests FOR EACH ROW EXECUTE FUNCTION check_answers();

-- Invitations -----------------------------------------------------------------------------------------------------

-- As the owner: the writer need not see the project of whom is invited.
CREATE FUNCTION keep_invitation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.test_invitation_count := 0;
        NEW.test_invitation_creation_date := clock_timestamp();
    ELSIF (NEW.test_invitation_key, NEW.id_test_type) IS DISTINCT FROM (OLD.test_invitation_key, OLD.id_test_type) THEN
        RAISE 'key and test type of an invitation are not changed' USING ERRCODE = '428C9', TABLE = TG_TABLE_NAME, HINT = 'Invite anew.';
    END IF;
    IF NEW.id_participant IS NOT NULL AND NOT EXISTS (SELECT FROM t_participants AS p WHERE p.id_participant = NEW.id_participant
        AND p.id_project = NEW.id_project) THEN
        RAISE 'the participant is not in the project' USING ERRCODE = '23514', TABLE = TG_TABLE_NAME, COLUMN = 'id_participant';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION keep_invitation() IS
    'Trigger: an invitation begins unused, and stays one to the same test. As the owner, for the project of somebody whom the writer '
    'does not see.';
REVOKE EXECUTE ON FUNCTION keep_invitation() FROM PUBLIC;
CREATE TRIGGER keep_invitation BEFORE INSERT OR UPDATE ON t_tests_invitations FOR EACH ROW EXECUTE FUNCTION keep_invitation();

-- As the owner: whoever has the key needs no other right.
CREATE FUNCTION use_test_invitation(key text) RETURNS t_tests_invitations
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    invitation t_tests_invitations;
BEGIN
    -- Of two that come at once, the second waits here and sees the count of the first.
    UPDATE t_tests_invitations AS i SET test_invitation_count = test_invitation_count + 1
    WHERE i.test_invitation_key = use_test_invitation.key AND i.deleted_at IS NULL
        AND i.test_invitation_count < i.test_invitation_max_count AND i.test_invitation_expiration_date > clock_timestamp()
    RETURNING * INTO invitation;
    IF NOT FOUND THEN
        SELECT * INTO invitation FROM t_tests_invitations AS i WHERE i.test_invitation_key = use_test_invitation.key
            AND i.deleted_at IS NULL;
        IF NOT FOUND THEN
            RAISE 'there is no such invitation' USING ERRCODE = 'P0002';
        ELSIF invitation.test_invitation_expiration_date <= clock_timestamp() THEN
            RAISE 'the invitation has expired' USING ERRCODE = '28000';
        END IF;
        RAISE 'the invitation is used up' USING ERRCODE = '28000';
    END IF;
    RETURN invitation;
END $$;
COMMENT ON FUNCTION use_test_invitation(text) IS
    'What the key of an invitation opens, once more; an error when it does not any longer. As the owner, for whoever has the key needs '
    'no other right.';
REVOKE EXECUTE ON FUNCTION use_test_invitation(text) FROM PUBLIC;

-- As the owner: whoever has the key needs no other right.
CREATE FUNCTION answer_test_invitation(key text, answers jsonb, test_name text DEFAULT NULL, summary jsonb DEFAULT NULL) RETURNS int4
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    invitation t_tests_invitations := use_test_invitation(key);
    made int4;
BEGIN
    IF invitation.id_session IS NULL THEN
        RAISE 'the invitation is to no session' USING ERRCODE = '55000', HINT = 'Give it the session that the test belongs to.';
    END IF;
    INSERT INTO t_tests AS t (id_test_type, id_session, id_user, id_participant, id_device, test_name, test_status, test_answers,
        test_summary)
    SELECT y.id_test_type, invitation.id_session, invitation.id_user, invitation.id_participant, invitation.id_device,
        coalesce(answer_test_invitation.test_name, y.test_type_name), 2, answers, summary
    FROM t_tests_types AS y WHERE y.id_test_type = invitation.id_test_type
    RETURNING t.id_test INTO made;
    RETURN made;
END $$;
COMMENT ON FUNCTION answer_test_invitation(text, jsonb, text, jsonb) IS
    'A completed test of who was invited; the invitation is used once, unless the answers are refused. As the owner, like '
    'use_test_invitation().';
REVOKE EXECUTE ON FUNCTION answer_test_invitation(text, jsonb, text, jsonb) FROM PUBLIC;

CREATE FUNCTION invite_to_test(id_test_type int4, id_project int4, expires timestamptz, id_participant int4 DEFAULT NULL,
    id_user int4 DEFAULT NULL,
    id_device int4 DEFAULT NULL, id_session int4 DEFAULT NULL, max_count int4 DEFAULT 1, message text DEFAULT NULL) RETURNS text
LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO t_tests_invitations (id_test_type, id_project, id_participant, id_user, id_device, id_session, test_invitation_max_count,
        test_invitation_expiration_date, test_invitation_message)
    VALUES (id_test_type, id_project, id_participant, id_user, id_device, id_session, max_count, expires, message)
        RETURNING test_invitation_key
$$;
COMMENT ON FUNCTION invite_to_test(int4, int4, timestamptz, int4, int4, int4, int4, int4, text) IS
    'The key by which a participant, a user or a device may fill in a test, so often and so long.';
-- down
DROP FUNCTION invite_to_test(int4, int4, timestamptz, int4, int4, int4, int4, int4, text), answer_test_invitation(text, jsonb, text,
    jsonb), use_test_invitation(text);
DROP TRIGGER keep_invitation ON t_tests_invitations;
DROP TRIGGER check_answers ON t_tests;
DROP TRIGGER check_form ON t_tests_types;
DROP FUNCTION keep_invitation(), check_answers(), check_form();
ALTER TABLE t_tests DROP test_answers;
ALTER TABLE t_tests_types DROP test_type_form;
DROP FUNCTION answer_faults(jsonb, jsonb, bool), item_is_shown(jsonb, jsonb), answer_fault(jsonb, jsonb), form_values(jsonb),
    form_item_faults(text, jsonb),
    form_faults(jsonb), named_part_faults(text, jsonb), form_items(jsonb), form_item_types();
