-- The model care: forms, tests with answers, and invitations to tests.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT * FROM no_plan();
SELECT quire.create_model('care', 'z');
SET LOCAL search_path = public, z;
INSERT INTO t_sites (site_name) VALUES ('s');
INSERT INTO t_projects (id_site, project_name) VALUES (1, 'p'), (1, 'q');
INSERT INTO t_participants (participant_name, id_project) VALUES ('ada', 1), ('ben', 2);
INSERT INTO t_sessions_types (session_type_name, session_type_online, session_type_color, session_type_category) VALUES ('t', false, '#000000', 2);
INSERT INTO t_sessions (id_session_type, session_name, id_creator_participant) VALUES (1, 's', 1);

-- Structures.
CREATE TEMP TABLE form AS SELECT '{"objecttype": "well-being", "sections": [
    {"id": "a", "label": "About you", "_order": 1, "items": [
        {"id": "name", "label": "Name", "type": "text", "required": true, "_order": 1},
        {"id": "age", "label": "Age", "type": "numeric", "_order": 2, "default": 40},
        {"id": "pain", "label": "Pain?", "type": "boolean", "required": true, "_order": 3},
        {"id": "where", "label": "Where?", "type": "checklist", "required": true, "_order": 4, "values": [{"id": "k", "value": "knee"}, {"id": "h", "value": "hip"}],
            "condition": {"item": "pain", "op": "=", "condition": "true"}}]},
    {"id": "b", "label": "Today", "_order": 2, "items": [
        {"id": "mood", "label": "Mood", "type": "array", "_order": 1, "values": ["low", "high"]},
        {"id": "why", "label": "Why?", "type": "longtext", "required": true, "_order": 2, "condition": {"item": "mood", "op": "NOT NULL"}},
        {"id": "since", "label": "Since", "type": "datetime", "_order": 3},
        {"id": "hue", "label": "Colour", "type": "color", "_order": 4},
        {"id": "hint", "label": "Take your time.", "type": "label", "_order": 5},
        {"id": "how_long", "label": "How long?", "type": "duration", "_order": 6},
        {"id": "knee", "label": "Which knee?", "type": "text", "required": true, "_order": 7, "condition": {"item": "where", "op": "CONTAINS", "condition": "k"}}]}]}'::jsonb AS form;
SELECT is_empty('SELECT form_faults(form) FROM form', 'a form as the platform makes them has no faults');
SELECT is((SELECT string_agg(id, ' ' ORDER BY place) FROM form, form_items(form)), 'name age pain where mood why since hue hint how_long knee', 'its items have an order');
SELECT results_eq($$ SELECT id, value FROM form_values('{"values": ["low", "high"]}') $$, $$ VALUES ('0', '"low"'::jsonb), ('1', '"high"') $$, 'plain values are numbered');
CREATE FUNCTION pg_temp.faults(path text[], value jsonb) RETURNS text[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT f.path || ' ' || rule FROM form, form_faults(CASE WHEN value IS NULL THEN form #- faults.path ELSE jsonb_set(form, faults.path, value) END) AS f)
$$;
SELECT is(pg_temp.faults(path::text[], value), faults::text[], what) FROM (VALUES
    ('{sections}', '3'::jsonb, '{" object"}', 'a form has sections'),
    ('{sections,0,id}', '""', '{"sections[0].id text"}', 'sections have an id'),
    ('{sections,0,label}', NULL, '{"sections[0].label text"}', 'and a label'),
    ('{sections,0,_order}', '0', '{"sections[0]._order order"}', 'and an order from 1 on'),
    ('{sections,1,items}', NULL, '{"sections[1].items array"}', 'and items'),
    ('{sections,1,items,5}', '7', '{"sections[1].items[5] object"}', 'that are objects'),
    ('{sections,0,items,0,type}', '"essay"', '{"sections[0].items[0].type type"}', 'of a known type'),
    ('{sections,0,items,0,type}', NULL, '{"sections[0].items[0].type type"}', 'which they must have'),
    ('{sections,0,items,0,_order}', '1.5', '{"sections[0].items[0]._order order"}', 'orders are whole numbers'),
    ('{sections,0,items,0,required}', 'false', '{"sections[0].items[0].required required"}', 'required is true or not there'),
    ('{sections,0,items,1,id}', '"name"', '{"sections[0].items[1].id unique"}', 'ids are unique'),
    ('{sections,0,items,3,values}', NULL, '{"sections[0].items[3].values values"}', 'lists have values'),
    ('{sections,0,items,3,values}', '[{"id": "k"}]', '{"sections[0].items[3].values values"}', 'that are pairs'),
    ('{sections,0,items,3,values,1,id}', '"k"', '{"sections[0].items[3].values unique"}', 'with ids of their own'),
    ('{sections,0,items,3,condition,item}', '"nobody"', '{"sections[0].items[3].condition.item reference"}', 'conditions are about items'),
    ('{sections,0,items,3,condition,op}', '"<"', '{"sections[0].items[3].condition.op condition"}', 'by known operators'),
    ('{sections,0,items,3,condition,condition}', NULL, '{"sections[0].items[3].condition.condition condition"}', 'with something'),
    ('{sections,0,items,1,default}', '"old"', '{"sections[0].items[1].default default"}', 'defaults are answers'),
    ('{sections,0,items,1,readonly}', '"yes"', '{"sections[0].items[1].readonly readonly"}', 'options have their types'),
    ('{objecttype}', '1', '{"objecttype text"}', 'the type of object is a text')) AS cases (path, value, faults, what);

-- Answers.
CREATE FUNCTION pg_temp.answers(answers jsonb, complete bool DEFAULT true) RETURNS text[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT item || ' ' || rule FROM form, answer_faults(form, answers, complete) ORDER BY 1)
$$;
SELECT is(pg_temp.answers(answers::jsonb, complete), faults::text[], what) FROM (VALUES
    ('{"name": "Ada", "pain": false}', true, '{}', 'what is required is there'),
    ('{"pain": false}', true, '{name required}', 'or missing'),
    ('{"name": "", "pain": false}', true, '{name required}', 'or empty'),
    ('{}', false, '{}', 'which is no fault before the end'),
    ('{"name": "Ada", "pain": true}', true, '{where required}', 'required by its condition'),
    ('{"name": "Ada", "pain": true, "where": ["h"]}', true, '{}', 'and answered'),
    ('{"name": "Ada", "pain": true, "where": ["h", "k"]}', true, '{knee required}', 'which asks another question'),
    ('{"name": "Ada", "pain": true, "where": ["x"]}', true, '{where type}', 'by what is in the list'),
    ('{"name": "Ada", "pain": true, "where": "h"}', true, '{where type}', 'of which there may be several'),
    ('{"name": "Ada", "pain": false, "mood": "1"}', true, '{why required}', 'any answer asks on'),
    ('{"name": "Ada", "pain": false, "mood": 1, "why": "so"}', true, '{}', 'ids may be numbers'),
    ('{"name": "Ada", "pain": false, "mood": "2", "why": "so"}', true, '{mood type}', 'of the list'),
    ('{"name": 3, "pain": "no", "age": "x"}', false, '{age type, name type, pain type}', 'types hold before the end, too'),
    ('{"since": "2026-02-30x", "hue": "red", "how_long": -1}', false, '{how_long type, hue type, since type}', 'those of dates, colours, durations'),
    ('{"since": "2026-02-28T10:00:00.5+01:00", "hue": "#FF00ff", "how_long": 90, "age": null}', false, '{}', 'and none is no fault'),
    ('{"hint": "x", "other": 1}', false, '{hint type, other item}', 'what is not asked has no answer'),
    ('[]', true, '{" object"}', 'answers are an object')) AS cases (answers, complete, faults, what);

INSERT INTO t_tests_types (id_service, test_type_name, test_type_has_json_format, test_type_form) SELECT 1, 'well-being', true, form FROM form;
INSERT INTO t_tests_types (id_service, test_type_name) VALUES (1, 'elsewhere');
SELECT throws_ok($$ INSERT INTO t_tests_types (id_service, test_type_name, test_type_form) SELECT 1, 'x', form FROM form $$, '23514', NULL, 'a form is JSON format');
SELECT throws_ok($$ INSERT INTO t_tests_types (id_service, test_type_name, test_type_has_json_format, test_type_form) SELECT 1, 'x', true, form #- '{sections,0,id}' FROM form $$,
    '23514', 'the form has 1 faults', 'a form with faults is refused');
SELECT lives_ok($$ INSERT INTO t_tests (id_test_type, id_session, test_name, test_answers) VALUES (1, 1, 'first', '{"age": 3}') $$, 'a test is begun');
SELECT throws_ok($$ UPDATE t_tests SET test_status = 2 $$, '23514', 'the answers have 2 faults', 'not completed while something is missing');
SELECT throws_ok($$ UPDATE t_tests SET test_answers = '{"age": "old"}' $$, '23514', 'the answers have 1 faults', 'nor filled with nonsense');
SELECT lives_ok($$ UPDATE t_tests SET test_status = 2, test_answers = '{"name": "Ada", "pain": false}' $$, 'but completed in the end');
SELECT throws_ok($$ UPDATE t_tests_types SET test_type_form = jsonb_set(test_type_form, '{sections,0,items,1,required}', 'true') WHERE id_test_type = 1 $$, '23514',
    'completed tests do not fit the form', 'a form that completed tests do not fit is refused');
SELECT lives_ok($$ UPDATE t_tests_types SET test_type_form = jsonb_set(test_type_form, '{sections,0,label}', '"You"') WHERE id_test_type = 1 $$, 'another is not');
SELECT lives_ok($$ INSERT INTO t_tests (id_test_type, id_session, test_name, test_status, test_summary) VALUES (2, 1, 'x', 2, '{"score": 1}') $$, 'without a form the service has the answers');
SELECT throws_ok($$ INSERT INTO t_tests (id_test_type, id_session, test_name, test_answers) VALUES (2, 1, 'x', '{}') $$, '23514', 'the test type has no form', 'and nobody else');

-- Invitations.
CREATE TEMP TABLE kept AS SELECT invite_to_test(1, 1, now() + interval '1 day', id_participant => 1, id_session => 1, max_count => 2) AS key;
SELECT matches((SELECT key FROM kept), '^[A-Za-z0-9_-]{16}$', 'an invitation has a random key of 16 characters');
SELECT isnt(invite_to_test(1, 1, now() + interval '1 day', id_participant => 1), (SELECT key FROM kept), 'of its own');
SELECT throws_ok($$ SELECT invite_to_test(1, 1, now() + interval '1 day') $$, '23514', NULL, 'it is for somebody');
SELECT throws_ok($$ SELECT invite_to_test(1, 1, now() + interval '1 day', id_participant => 1, id_device => 1) $$, '23514', NULL, 'for one alone');
SELECT throws_ok($$ SELECT invite_to_test(1, 1, now() + interval '1 day', id_participant => 2) $$, '23514', 'the participant is not in the project', 'who is in the project');
SELECT throws_ok($$ SELECT invite_to_test(1, 1, NULL, id_participant => 1) $$, '23502', NULL, 'and has an end');
SELECT is((use_test_invitation(key)).test_invitation_count, 1, 'it is used') FROM kept;
SELECT throws_ok(format($$ SELECT answer_test_invitation(%L, '{}') $$, key), '23514', NULL, 'answers that are refused') FROM kept;
SELECT is(test_invitation_count, 1, 'do not use it up') FROM t_tests_invitations WHERE id_session = 1;
SELECT lives_ok(format($$ SELECT answer_test_invitation(%L, '{"name": "Ada", "pain": false}') $$, key), 'those that are taken') FROM kept;
SELECT results_eq($$ SELECT id_participant, test_status, test_name FROM t_tests ORDER BY id_test DESC LIMIT 1 $$, $$ VALUES (1, 2, 'well-being') $$, 'make a test of who was invited');
SELECT throws_ok(format('SELECT use_test_invitation(%L)', key), '28000', 'the invitation is used up', 'and then it is used up') FROM kept;
SELECT throws_ok($$ SELECT use_test_invitation('nonsense') $$, 'P0002', 'there is no such invitation', 'a key must be one');
SELECT throws_ok($$ UPDATE t_tests_invitations SET test_invitation_count = 3 WHERE id_session = 1 $$, '23514', NULL, 'the count has its limit for every writer');
SELECT throws_ok($$ UPDATE t_tests_invitations SET test_invitation_key = 'abcdefghijklmnop' $$, '428C9', NULL, 'keys stay');
SELECT throws_ok($$ UPDATE t_tests_invitations SET id_test_type = 2 $$, '428C9', NULL, 'so does what they are for');
SELECT is(quire.insert('t_tests_invitations', jsonb_build_object('id_test_type', 1, 'id_project', 1, 'id_participant', 1, 'test_invitation_count', 1,
    'test_invitation_expiration_date', now() - interval '1 day')) ->> 'test_invitation_count', '0', 'a new one is unused, whatever its maker says');
SELECT throws_ok(format('SELECT use_test_invitation(%L)', test_invitation_key), '28000', 'the invitation has expired', 'it expires')
FROM t_tests_invitations WHERE test_invitation_expiration_date < now();
SELECT throws_ok(format($$ SELECT answer_test_invitation(%L, '{}') $$, test_invitation_key), '55000', NULL, 'without a session there is no place for a test')
FROM t_tests_invitations WHERE id_session IS NULL AND test_invitation_expiration_date > now();
DELETE FROM t_tests_invitations WHERE test_invitation_expiration_date < now();
SELECT is((SELECT count(*) FROM t_tests_invitations WHERE deleted_at IS NOT NULL), 1::bigint, 'invitations can be taken back');

-- Configurations.
INSERT INTO t_users (user_username, user_firstname, user_lastname, user_password) VALUES ('ann', 'A', 'N', '$argon2id$' || repeat('x', 60));
INSERT INTO t_services (service_name, service_key, service_hostname, service_port, service_endpoint, service_clientendpoint, service_editable_config, service_default_config)
VALUES ('video', 'Video', 'localhost', 1, '/', '/', true, '{"camera": "any", "volume": 5, "deep": {"a": 1, "b": 2}}');
SELECT is(service_config(2, id_user => 1), '{"camera": "any", "volume": 5, "deep": {"a": 1, "b": 2}}', 'a service is configured by default');
SELECT lives_ok($$ SELECT set_service_config('{"camera": "front", "deep": {"a": 1, "b": 2}}', 2, id_user => 1) $$, 'or for a user');
SELECT lives_ok($$ SELECT set_service_config('{"camera": "usb", "deep": {"a": 3}}', 2, id_user => 1, specific_id => 'pc-1') $$, 'and a machine');
SELECT is(service_config(2, id_user => 1), '{"camera": "front", "deep": {"a": 1, "b": 2}}', 'in general');
SELECT is(service_config(2, id_user => 1, specific_id => 'pc-1'), '{"camera": "usb", "deep": {"a": 3}}', 'the machine''s keys overlay the general ones');
SELECT is(service_config(2, id_user => 1, specific_id => 'pc-2'), '{"camera": "front", "deep": {"a": 1, "b": 2}}', 'another machine''s do not');
SELECT lives_ok($$ SELECT set_service_config('{"camera": "back"}', 2, id_user => 1, specific_id => 'pc-1') $$, 'they can be set again');
SELECT is(service_config(2, id_user => 1, specific_id => 'pc-1') ->> 'camera', 'back', 'and are others then');
SELECT is((SELECT count(*) FROM t_services_configs_specifics), 1::bigint, 'in one row');
SELECT lives_ok($$ SELECT set_service_config('{"x": 1}', 2, id_participant => 1, specific_id => 'pad') $$, 'a machine''s may come first');
SELECT is(service_config(2, id_participant => 1, specific_id => 'pad') - 'deep', '{"camera": "any", "volume": 5, "x": 1}', 'over what is by default');
SELECT throws_ok($$ SELECT set_service_config('[]', 2, id_user => 1) $$, '23514', NULL, 'configurations are objects');
SELECT throws_ok($$ SELECT set_service_config('{}', 2) $$, '23514', NULL, 'for somebody');
SELECT throws_ok($$ SELECT set_service_config('{}', 1, id_user => 1) $$, '55000', NULL, 'of services that have some');
SELECT throws_ok($$ INSERT INTO t_services_configs (id_service, id_user) VALUES (2, 1) $$, '23505', NULL, 'one for each');
SELECT is(user_preference(1, 'app'), NULL, 'there is no preference');
SELECT lives_ok($$ SELECT set_user_preference(1, 'app', '{"language": "fr"}'), set_user_preference(1, 'web', '{"language": "en"}'),
    set_user_preference(1, 'app', '{"language": "de"}') $$, 'until it is set');
SELECT is(user_preference(1, 'app'), '{"language": "de"}', 'the last one counts');
SELECT is(user_preference(1, 'web'), '{"language": "en"}', 'each application has its own');
SELECT lives_ok($$ SELECT set_user_preference(1, 'app', NULL), set_user_preference(1, 'new', 'null') $$, 'none takes it away');
SELECT is((SELECT count(*) FROM t_users_preferences), 1::bigint, 'for good');
SELECT * FROM finish();
ROLLBACK;
