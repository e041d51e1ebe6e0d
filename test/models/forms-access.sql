-- The model forms: who may do what, and what a database role sees that acts for somebody.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(110);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
CREATE FUNCTION pg_temp.form(id text, version text) RETURNS text LANGUAGE sql AS $$
    SELECT format('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:e="http://www.opendatakit.org/xforms/entities">
        <h:head><h:title>%1$s</h:title><model e:entities-version="2024.1.0"><instance><data id="%1$s" version="%2$s"><kind/><photo/><meta><instanceID/><entity dataset="%1$s" id="" create="1"><label/></entity></meta></data></instance>
        <bind nodeset="/data/kind" type="string" e:saveto="kind"/><bind nodeset="/data/photo" type="binary"/></model></h:head><h:body><upload ref="/data/photo" mediatype="image/*"/></h:body></h:html>', id, version)
$$;
CREATE FUNCTION pg_temp.actee(form text) RETURNS text LANGUAGE sql AS $$ SELECT "acteeId" FROM odk.forms WHERE "xmlFormId" = form $$;
-- Its entity has a UUID of version 4, made of the id.
CREATE FUNCTION pg_temp.submission(form text, id text, kind text) RETURNS text LANGUAGE sql AS $$
    SELECT format('<data id="%s" version="1"><kind>%s</kind><photo>a.jpg</photo><meta><instanceID>%s</instanceID><entity dataset="%1$s" id="%4$s" create="1"><label>A %2$s</label></entity></meta></data>',
        form, kind, id, overlay(overlay(md5(id) PLACING '4' FROM 13) PLACING 'a' FROM 17)::uuid)
$$;

-- 1 is the administrator, 2 manages North, 3 looks at it, 4 collects data in it; 5 is nobody.
SELECT create_user(name || '@example.org', 'the example of ' || name, name) FROM unnest('{root,mia,vic,dan,eve}'::text[]) AS name;
SELECT create_project('North'), create_project('South');
SELECT create_form(1, pg_temp.form('trees', '1'), true), create_form(1, pg_temp.form('closed', '1'), true), create_form(2, pg_temp.form('fish', '1'), true), create_form(1, pg_temp.form('drafted', '1'));
SELECT assign(1, 'admin', '*'), assign(2, 'manager', "acteeId"), assign(3, 'viewer', "acteeId"), assign(4, 'formfill', "acteeId") FROM projects WHERE name = 'North';
SELECT actor_id FROM create_field_key(1, 'Tablet', 2);
SELECT actor_id FROM create_public_link(3, 'Poster', created_by => 1);
SELECT assign(6, 'app-user', pg_temp.actee('trees'));
INSERT INTO submission_defs (xml, "submitterId") SELECT pg_temp.submission(form, 'uuid:' || form || i, (ARRAY['oak', 'elm'])[i]), 4 FROM unnest('{trees,fish,closed}'::text[]) AS form, generate_series(1, 2) AS i;
SELECT set_form_state(id, 'closing'), set_form_state(id, 'closed') FROM forms WHERE "xmlFormId" = 'closed';
SELECT quire.become('1');
SELECT comment_on(1, 'Look at this'), attach(1, 'a.jpg', 'jpeg', 'image/jpeg'), attach(2, 'a.jpg', 'another', 'image/jpeg');
RESET quire.actor;

-- The questions.
SELECT is(can(1, 'form.delete', pg_temp.actee('fish')), true, 'an administrator may do everything everywhere');
SELECT is(can(2, 'form.delete', pg_temp.actee('trees')), true, 'a manager, in the project');
SELECT is(can(2, 'form.read', pg_temp.actee('fish')), false, 'and not in another');
SELECT is(can(3, ARRAY['submission.update', 'submission.read'], pg_temp.actee('trees')), true, 'one of several verbs is enough');
SELECT is(can(3, ARRAY['submission.update', 'form.update'], pg_temp.actee('trees')), false, 'but it takes one');
SELECT is(can(5, 'user.read', "acteeId"), true, 'everybody may read themselves') FROM actors WHERE id = 5;
SELECT is(can(5, 'user.delete', "acteeId"), false, 'which is not everything') FROM actors WHERE id = 5;
SELECT is(can(6, 'session.end', "acteeId"), false, 'an app user does not end its own session') FROM actors WHERE id = 6;
SELECT is(can(7, 'session.end', "acteeId"), true, 'as others do') FROM actors WHERE id = 7;
SELECT is(can(1, 'form.read', 'nowhere'), false, 'what is unknown, nobody may');
SELECT is(can_assign_role(2, 'viewer', "acteeId"), true, 'a manager grants what a viewer has') FROM projects WHERE id = 1;
SELECT is(can_assign_role(2, 'formfill', "acteeId"), true, 'open_form.read is less than form.read') FROM projects WHERE id = 1;
SELECT is(can_assign_role(2, 'admin', "acteeId"), false, 'but not what is more') FROM projects WHERE id = 1;
SELECT is(can_assign_role(2, 'viewer', "acteeId"), false, 'nor elsewhere') FROM projects WHERE id = 2;
SELECT throws_ok($$ SELECT assign(5, 'owner', '*') $$, 'P0002', 'there is no role "owner"', 'a role is one that there is');
SELECT throws_ok($$ SELECT assign(5, 'viewer', 'nowhere') $$, '23503', NULL, 'an actee as well');
SELECT is(assign(5, '6', pg_temp.actee('fish')), true, 'a role may be told by its id');
SELECT is(assign(5, 'viewer', pg_temp.actee('fish')), false, 'and is granted once');
SELECT is(unassign(5, 'viewer', pg_temp.actee('fish')), true, 'until it is taken back');
SELECT is(unassign(5, 'viewer', pg_temp.actee('fish')), false, 'once');

-- A backend that acts for somebody: its functions ask.
SELECT quire.become('2');
SELECT lives_ok($$ SELECT assign(5, 'viewer', pg_temp.actee('trees')) $$, 'a manager grants');
SELECT throws_ok($$ SELECT assign(5, 'admin', pg_temp.actee('trees')) $$, '42501', NULL, 'not what is more than theirs');
SELECT throws_ok($$ SELECT assign(5, 'viewer', pg_temp.actee('fish')) $$, '42501', NULL, 'nor where they do not manage');
SELECT throws_ok($$ SELECT create_project('West') $$, '42501', NULL, 'makes no project');
SELECT throws_ok($$ SELECT create_user('zoe@example.org') $$, '42501', NULL, 'nor a user');
SELECT throws_ok($$ SELECT configure('analytics', 'true') $$, '42501', NULL, 'and sets nothing');
SELECT throws_ok($$ SELECT * FROM create_field_key(2, 'Tablet') $$, '42501', NULL, 'has app users in the own project');
SELECT lives_ok($$ SELECT * FROM create_field_key(1, 'Tablet 2') $$, 'alone');
SELECT is((SELECT "createdBy" FROM field_keys WHERE "actorId" > 7), 2, 'who made it is known');
SELECT throws_ok($$ SELECT * FROM create_public_link(3, 'Flyer') $$, '42501', NULL, 'and links there only');
SELECT quire.become('99');
SELECT throws_ok($$ SELECT create_project('West') $$, '42501', NULL, 'an actor that there is not may nothing');
RESET quire.actor;
SELECT unassign(5, 'viewer', pg_temp.actee('trees'));

-- A role that reads.
CREATE ROLE forms_reader;
SELECT grant_reading('forms_reader');
GRANT USAGE ON SCHEMA public TO forms_reader;
CREATE FUNCTION pg_temp.sees(who int, what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    seen text;
BEGIN
    PERFORM quire.become(who::text);
    SET LOCAL ROLE forms_reader;
    EXECUTE what INTO seen;
    RESET ROLE;
    RESET quire.actor;
    RETURN seen;
EXCEPTION WHEN insufficient_privilege OR object_not_in_prerequisite_state THEN
    RETURN 'error ' || sqlstate;
END $$;
CREATE FUNCTION pg_temp.each_sees(what text) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(coalesce(pg_temp.sees(who, what), '-') ORDER BY who) FROM generate_series(1, 6) AS who
$$;
SELECT is(pg_temp.each_sees('SELECT string_agg(name, '','' ORDER BY id) FROM projects'), '{"North,South",North,North,North,-,-}', 'projects');
SELECT is(pg_temp.each_sees('SELECT string_agg("xmlFormId", '','' ORDER BY id) FROM forms'),
    '{"trees,closed,fish,drafted","trees,closed,drafted","trees,closed,drafted",trees,-,trees}', 'forms; who fills them in sees those that are open');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM form_defs'), '{4,3,3,1,0,1}', 'their versions');
SELECT is(pg_temp.each_sees('SELECT count(DISTINCT "formId") FROM form_fields'), '{4,3,3,1,0,1}', 'and fields');
SELECT is(pg_temp.each_sees('SELECT string_agg("instanceId", '','' ORDER BY id) FROM submissions'),
    '{"uuid:trees1,uuid:fish1,uuid:closed1,uuid:trees2,uuid:fish2,uuid:closed2","uuid:trees1,uuid:closed1,uuid:trees2,uuid:closed2","uuid:trees1,uuid:closed1,uuid:trees2,uuid:closed2",-,-,-}',
    'submissions, which who fills in does not see');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM submission_defs'), '{6,4,4,0,0,0}', 'their XML');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM submission_attachments'), '{6,4,4,0,0,0}', 'their files'' names');
SELECT is(pg_temp.each_sees('SELECT string_agg(convert_from(content, ''UTF8''), '','' ORDER BY id) FROM blobs'), '{"jpeg,another",jpeg,jpeg,-,-,-}', 'their files');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM comments'), '{1,1,1,0,0,0}', 'comments');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM entities'), '{6,4,4,0,0,0}', 'entities');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM entity_defs'), '{6,4,4,0,0,0}', 'and their versions');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM entity_def_sources'), '{6,4,4,0,0,0}', 'and sources');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM datasets'), '{4,3,3,0,0,0}', 'datasets, with those that are not published yet');
SELECT is(pg_temp.each_sees('SELECT string_agg("displayName", '','' ORDER BY id) FROM actors'),
    '{"root,mia,vic,dan,eve,Tablet,Poster,Tablet 2","mia,Tablet,Tablet 2",vic,dan,eve,Tablet}', 'people, oneself at least');
SELECT is(pg_temp.each_sees('SELECT string_agg(email, '','' ORDER BY email) FROM users'),
    '{"dan@example.org,eve@example.org,mia@example.org,root@example.org,vic@example.org",mia@example.org,vic@example.org,dan@example.org,eve@example.org,-}', 'and addresses');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM assignments'), '{6,4,1,1,0,1}', 'who may do what');
SELECT is(pg_temp.each_sees('SELECT count(*) > 0 FROM audits'), '{true,false,false,false,false,false}', 'what was done is for administrators');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM config'), '{0,0,0,0,0,0}', 'settings too');
SELECT is(pg_temp.sees(1, 'SELECT password FROM users LIMIT 1'), 'error 42501', 'a password is for nobody');
SELECT is(pg_temp.sees(1, 'SELECT token FROM sessions'), 'error 42501', 'nor is a token');
SELECT is(pg_temp.sees(1, 'SELECT private FROM keys'), 'error 42501', 'nor a key');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'odk'::regnamespace AND relkind = 'v' AND 'security_invoker=true' = ANY (reloptions)
    AND pg_temp.sees(1, format('SELECT count(*) FROM odk.%I', relname)) LIKE 'error%' $$, 'views show what the tables do');
DELETE FROM submissions WHERE "instanceId" = 'uuid:trees2';
SELECT is(pg_temp.each_sees('SELECT count(*) FROM submissions'), '{5,3,3,0,0,0}', 'what is deleted is gone');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM submission_violations'), pg_temp.each_sees('SELECT count(*) FROM submission_violations AS v JOIN submission_defs AS d ON d.id = v."submissionDefId"'), 'what is wrong goes with its submission');
SELECT delete_form(2);
SELECT is(pg_temp.each_sees('SELECT count(*) FROM submissions'), '{5,1,1,0,0,0}', 'with a form its submissions, but for who may see everything');
SELECT restore_form(2);

-- A role that writes: what follows from a write needs no right of its own.
GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA odk TO forms_reader;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA odk TO forms_reader;
CREATE FUNCTION pg_temp.does(who int, what text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM quire.become(who::text);
    SET LOCAL ROLE forms_reader;
    EXECUTE what;
    RESET ROLE;
    RESET quire.actor;
    RETURN 'done';
EXCEPTION WHEN insufficient_privilege OR no_data_found OR object_not_in_prerequisite_state OR integrity_constraint_violation THEN
    RETURN sqlerrm;
END $$;
SELECT is(pg_temp.does(6, format('INSERT INTO submission_defs (xml, "formDefId") VALUES (%L, 1)', pg_temp.submission('trees', 'uuid:new', 'ash'))), 'done', 'an app user submits');
SELECT results_eq($$ SELECT "submitterId", (SELECT count(*) FROM entities WHERE "creatorId" = 6), (SELECT count(*) FROM audits WHERE "actorId" = 6) FROM submissions WHERE "instanceId" = 'uuid:new' $$, $$ VALUES (6, 1::bigint, 2::bigint) $$,
    'which makes an entity and its audits, though it may write neither');
SELECT is(pg_temp.does(6, format('INSERT INTO submission_defs (xml, "formDefId") VALUES (%L, 3)', pg_temp.submission('fish', 'uuid:new2', 'cod'))), 'new row violates row-level security policy for table "submission_defs"', 'not elsewhere');
SELECT is((SELECT count(*) FROM submissions WHERE "instanceId" = 'uuid:new2'), 0::bigint, 'where nothing is left of it');
SELECT is(pg_temp.does(6, format('INSERT INTO submission_defs (xml, "formDefId") VALUES (%L, 1)', replace(pg_temp.submission('trees', 'uuid:edited', 'ash'), '<meta>', '<meta><deprecatedID>uuid:trees1</deprecatedID>'))),
    'new row violates row-level security policy "edits" for table "submission_defs"', 'nor does it change what others have submitted');
SELECT is(pg_temp.does(2, format('INSERT INTO submission_defs (xml, "formDefId") VALUES (%L, 1)', replace(pg_temp.submission('trees', 'uuid:edited', 'ash'), '<meta>', '<meta><deprecatedID>uuid:trees1</deprecatedID>'))), 'done', 'as a manager does');
SELECT is(pg_temp.does(2, $$ UPDATE submissions SET "reviewState" = 'approved' WHERE id = 1 $$), 'done', 'who reviews, too');
SELECT is(pg_temp.does(3, $$ UPDATE submissions SET "reviewState" = 'rejected' WHERE id = 1 $$), 'done', 'a viewer''s review');
SELECT is((SELECT "reviewState" FROM submissions WHERE id = 1), 'approved', 'finds no row');
SELECT is(pg_temp.does(3, $$ INSERT INTO comments ("submissionId", "actorId", body) VALUES (1, 3, 'Well done') $$), 'done', 'a viewer comments');
SELECT is(pg_temp.does(3, $$ INSERT INTO comments ("submissionId", "actorId", body) VALUES (1, 2, 'Said Mia') $$), 'new row violates row-level security policy for table "comments"', 'in the own name');
SELECT is(pg_temp.does(4, $$ INSERT INTO comments ("submissionId", "actorId", body) VALUES (1, 4, 'Mine') $$), 'new row violates row-level security policy for table "comments"', 'on what can be seen');
SELECT is(pg_temp.does(2, format('INSERT INTO assignments VALUES (5, 6, %L)', pg_temp.actee('trees'))), 'done', 'a manager grants by plain SQL');
SELECT is(pg_temp.does(2, format('INSERT INTO assignments VALUES (5, 1, %L)', pg_temp.actee('trees'))), 'new row violates row-level security policy "of_own_verbs" for table "assignments"', 'not what is more than theirs');
SELECT is(pg_temp.does(3, format('INSERT INTO assignments VALUES (5, 6, %L)', pg_temp.actee('trees'))), 'new row violates row-level security policy for table "assignments"', 'and others do not');
SELECT is(pg_temp.does(2, $$ CREATE TEMP TABLE mine (id int, "displayName" text, "acteeId" text); CREATE TRIGGER t BEFORE INSERT ON mine FOR EACH ROW EXECUTE FUNCTION odk.give_actee('user') $$),
    'permission denied for function odk.give_actee', 'nobody borrows the owner''s triggers');
SELECT is(pg_temp.each_sees('SELECT count(*) FROM submissions WHERE "formId" = 1'), '{2,2,2,0,2,0}', 'what is granted counts at once');

-- No other door.
SELECT is(pg_temp.does(6, format('INSERT INTO submission_defs (xml, "formDefId", "submitterId") VALUES (%L, 1, 1)', pg_temp.submission('trees', 'uuid:forged', 'ash'))),
    'new row violates row-level security policy "of_own_name" for table "submission_defs"', 'who submits does so in the own name');
SELECT is(pg_temp.does(6, $$ INSERT INTO submissions ("formId", "instanceId", draft, "reviewState") VALUES (1, 'raw', false, 'approved') $$),
    'new row violates row-level security policy for table "submissions"', 'and makes no submission that has no version');
SELECT is(pg_temp.does(2, 'INSERT INTO entities ("datasetId", "creatorId") VALUES (1, 1)'),
    'new row violates row-level security policy for table "entities"', 'nor an entity');
INSERT INTO roles (name, system, verbs) VALUES ('Reviewer', 'reviewer', '["submission.read", "submission.update", "form.read", "form.update", "entity.update"]');
SELECT assign(5, 'reviewer', pg_temp.actee('trees'));
SELECT is(pg_temp.does(5, 'UPDATE submissions SET "deletedAt" = now()'), 'new row violates row-level security policy "live" for table "submissions"', 'who may update does not delete by that');
SELECT is(pg_temp.does(5, 'UPDATE forms SET "deletedAt" = now()'), 'new row violates row-level security policy "live" for table "forms"', 'a form either');
SELECT is(pg_temp.does(5, 'UPDATE submissions SET "deletedAt" = NULL'), 'done', 'nor brings back what is deleted,');
SELECT isnt((SELECT "deletedAt" FROM submissions WHERE "instanceId" = 'uuid:trees2'), NULL, 'which it does not reach');
SELECT is(pg_temp.sees(3, $$ SELECT count(*) FROM submission_defs WHERE "instanceId" = 'uuid:trees2' $$), '0', 'nor is its XML shown');
SELECT is(pg_temp.sees(3, $$ SELECT count(*) FROM submission_attachments WHERE "submissionDefId" = 2 $$), '0', 'or its files');
SET LOCAL forms.purge = 'on';
SELECT is(pg_temp.does(2, 'DELETE FROM submissions'), 'done', 'who deletes');
SELECT is((SELECT count(*) FROM submissions WHERE "formId" = 1), 3::bigint, 'does not purge, whatever is set,');
SELECT is(pg_temp.does(2, 'DELETE FROM submissions'), 'done', 'nor does who deletes');
SELECT is((SELECT count(*) FROM submissions WHERE "formId" = 1), 3::bigint, 'once more');
UPDATE submissions SET "deletedAt" = NULL WHERE "instanceId" <> 'uuid:trees2';
SELECT is(pg_temp.does(2, $$ CREATE TEMP TABLE another (id int); CREATE FUNCTION pg_temp.go() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN DELETE FROM odk.submissions WHERE id = NEW.id; UPDATE odk.submissions SET "reviewState" = ''rejected'' WHERE "instanceId" = ''uuid:closed1'';
    DELETE FROM odk.assignments WHERE "actorId" = 5; RETURN NULL; END';
    CREATE TRIGGER go BEFORE INSERT ON another FOR EACH ROW EXECUTE FUNCTION pg_temp.go(); INSERT INTO another SELECT id FROM odk.submissions ORDER BY id LIMIT 1 $$), 'done', 'who does it in a trigger of their own');
SELECT is((SELECT count(*) FROM submissions WHERE "formId" = 1), 3::bigint, 'does not either');
SELECT set_has($$ SELECT action FROM audits WHERE "actorId" = 2 AND (action ~ 'submission.delete$|user.assignment.delete' OR details ->> 'reviewState' = 'rejected') $$,
    $$ VALUES ('submission.delete'), ('submission.update'), ('user.assignment.delete') $$, 'and it is audited');
SET LOCAL forms.purge = 'off';
UPDATE submissions SET "deletedAt" = NULL WHERE "instanceId" <> 'uuid:trees2';
SELECT is(pg_temp.does(2, 'UPDATE forms SET "projectId" = 2 WHERE id = 1'), 'a row of "forms" stays what it is, and where it is', 'a form is not moved to where one has no rights');
SELECT is(pg_temp.does(2, format('INSERT INTO forms ("projectId", "xmlFormId", "acteeId") VALUES (2, %L, %L)', 'trap', (SELECT "acteeId" FROM projects WHERE id = 1))),
    'duplicate key value violates unique constraint "actees_pkey"', 'nor made there, as if it were something else');
SELECT is(pg_temp.does(2, 'UPDATE forms SET "draftDefId" = 3 WHERE id = 1'),
    'insert or update on table "forms" violates foreign key constraint "forms_id_draftDefId_fkey"', 'a version of another form is none of this one');
SELECT is(pg_temp.does(2, 'UPDATE submissions SET "submitterId" = 1'), 'a row of "submissions" stays what it is, and where it is', 'a submission stays that of who has sent it');
SELECT is(pg_temp.does(2, $$ UPDATE form_defs SET "keyId" = NULL, hash = 'x' WHERE id = 1 $$), 'a version of a form is not changed', 'a version stays what was read of it');
SELECT quire.become('5');
SELECT throws_ok($$ SELECT set_preference(1, 'theme', '"dark"') $$, '42501', NULL, 'preferences are one''s own');
SELECT throws_ok($$ SELECT purge_submissions('0') $$, '42501', NULL, 'and parts of a purge for who may purge');
RESET quire.actor;

-- The entities that app users get.
UPDATE datasets SET "ownerOnly" = true WHERE name = 'trees';
SELECT is((SELECT count(*) FROM visible_entities(1, 6)), 1::bigint, 'an app user sees the own entities of a dataset that is so');
SELECT is((SELECT count(*) FROM visible_entities(1, 2)), 3::bigint, 'who may list them, all');
UPDATE datasets SET "ownerOnly" = false WHERE name = 'trees';
SELECT is((SELECT count(*) FROM visible_entities(1, 6)), 3::bigint, 'as everybody else does');
SELECT set_actor_property(6, 'species', 'elm'), set_actor_property(6, 'other', 'ash');
INSERT INTO dataset_access_filters SELECT 1, p.id, a.id FROM ds_properties AS p, actor_properties AS a WHERE p.name = 'kind' AND p."datasetId" = 1 AND a.name = 'species';
SELECT results_eq($$ SELECT filter FROM actor_dataset_filter $$, $$ VALUES ('{"kind": "elm"}'::jsonb) $$, 'a filter compares');
SELECT is((SELECT count(*) FROM visible_entities(1, 6)), 1::bigint, 'what an entity has with what the app user has');
INSERT INTO dataset_access_filters SELECT 1, p.id, a.id FROM ds_properties AS p, actor_properties AS a WHERE p.name = 'kind' AND p."datasetId" = 1 AND a.name = 'other';
SELECT is((SELECT count(*) FROM visible_entities(1, 6)), 2::bigint, 'one filter of several is enough');
SELECT set_actor_property(6, 'species', NULL), set_actor_property(6, 'other', NULL);
SELECT is((SELECT count(*) FROM visible_entities(1, 6)), 0::bigint, 'without a value nothing matches');
SELECT is((SELECT count(*) FROM visible_entities(1, 4)), 0::bigint, 'for anybody who cannot list');

-- Another instance knows nothing of this one.
SELECT quire.create_model('forms', 'other odk');
SELECT is((SELECT count(*) FROM "other odk".actors), 0::bigint, 'another instance has no actors');
SELECT is(quire.can('"other odk".access', 'project.read', '*', '1'), false, 'nor does an administrator of this one administrate it');
SELECT is("other odk".create_user('root@example.org'), 1, 'whose address is free there');
SELECT is((SELECT count(*) FROM "other odk".audits), 1::bigint, 'and it has audits of its own');

-- No table is left out.
SELECT is((SELECT count(*) FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid WHERE c.relnamespace = 'odk'::regnamespace AND NOT c.relrowsecurity), 0::bigint, 'every policy is in force');
SELECT is((SELECT string_agg(relname, ',') FROM pg_class AS c WHERE relnamespace = 'odk'::regnamespace AND relkind = 'r' AND NOT relrowsecurity AND relname NOT LIKE 'quire%'), NULL, 'on every table');

SELECT * FROM finish();
ROLLBACK;
