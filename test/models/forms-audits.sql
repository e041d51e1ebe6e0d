-- The model forms: everything that is done leaves its audit, whoever does it and in whatever way.
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL quire.argon2_memory = 1024;
SELECT plan(62);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;

-- What has been audited since the last time somebody asked, one a line.
CREATE TEMP TABLE seen (id int);
INSERT INTO seen VALUES (0);
CREATE FUNCTION pg_temp.audited() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    SELECT string_agg(a.action || coalesce(' ' || nullif(a.details, 'null')::text, ''), E'\n' ORDER BY a.id) INTO said FROM audits AS a WHERE a.id > (SELECT max(id) FROM seen);
    INSERT INTO seen SELECT max(id) FROM audits;
    RETURN coalesce(said, 'nothing');
END $$;
CREATE FUNCTION pg_temp.form(version text, more text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT format('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:e="http://www.opendatakit.org/xforms/entities">
        <h:head><h:title>Trees</h:title><model e:entities-version="2024.1.0"><instance><data id="trees" version="%s"><kind/><photo/>%s
        <meta><instanceID/><audit/><entity dataset="trees" id="" create="1"><label/></entity></meta></data></instance>
        <bind nodeset="/data/kind" type="string" e:saveto="kind"/><bind nodeset="/data/photo" type="binary"/>%s</model></h:head><h:body><upload ref="/data/photo" mediatype="image/*"/></h:body></h:html>',
        version, CASE WHEN more <> '' THEN '<' || more || '/>' ELSE '' END,
        CASE WHEN more <> '' THEN format('<bind nodeset="/data/%s" type="string" e:saveto="%1$s"/>', more) ELSE '' END)
$$;
CREATE FUNCTION pg_temp.submission(id text, entity text, deprecated text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT format('<data id="trees" version="1"><kind>oak</kind><photo>a.jpg</photo><meta><instanceID>%s</instanceID>%s<audit/><entity dataset="trees" id="%s" create="1"><label>An oak</label></entity></meta></data>',
        id, coalesce('<deprecatedID>' || deprecated || '</deprecatedID>', ''), entity)
$$;

-- Accounts.
SELECT create_user('root@example.org', 'the example of root', 'Root');
SELECT is(pg_temp.audited(), 'user.create {"data": {"email": "root@example.org", "actorId": 1}}', 'a user is created');
SELECT is((SELECT "actorId" FROM audits), NULL, 'by nobody that is known');
INSERT INTO assignments VALUES (1, 1, '*');
SELECT is(pg_temp.audited(), 'user.assignment.create {"roleId": 1, "grantedActeeId": "*"}', 'and assigned a role');
SELECT quire.become('1');
INSERT INTO users (email) VALUES ('ann@example.org');
SELECT is(pg_temp.audited(), 'user.create {"data": {"email": "ann@example.org", "actorId": 2}}', 'a plain INSERT is audited');
SELECT results_eq($$ SELECT a."actorId", a."acteeId", processed IS NOT NULL, failures FROM audits AS a ORDER BY id DESC LIMIT 1 $$, $$ SELECT 1, "acteeId", true, 0 FROM actors WHERE id = 2 $$,
    'with the actor of the session and the actee, and waits for nobody');
UPDATE users SET email = 'anna@example.org' WHERE "actorId" = 2;
UPDATE users SET password = quire.hash_password('the example of ann') WHERE "actorId" = 2;
UPDATE actors SET "displayName" = 'Anna' WHERE id = 2;
SELECT is(pg_temp.audited(), E'user.update {"data": {"email": "anna@example.org"}}\nuser.update {"data": {"password": true}}\nuser.update {"data": {"displayName": "Anna"}}', 'so are changes, without a password');
SELECT token IS NOT NULL FROM login('anna@example.org', 'the example of ann');
SELECT is(pg_temp.audited(), 'user.session.create', 'a login');
SELECT logout(token) FROM login('anna@example.org', 'the example of ann');
SELECT is(pg_temp.audited(), 'user.session.create', 'but no logout');
SELECT set_preference(2, 'theme', '"dark"'), set_preference(2, 'theme', NULL);
SELECT is(pg_temp.audited(), E'user.preference.update {"propertyName": "theme", "propertyValue": "dark"}\nuser.preference.delete {"propertyName": "theme"}', 'preferences');
SELECT configure('analytics', '{"key": "secret"}');
SELECT is(pg_temp.audited(), 'config.set {"key": "analytics"}', 'settings, without what might be secret');
SELECT create_project('North');
SELECT set_preference(2, 'view', '1', 1);
SELECT is(pg_temp.audited(), E'project.create {"data": {"name": "North", "description": null}}\nuser.preference.update {"projectId": 1, "propertyName": "view", "propertyValue": 1}', 'projects');
UPDATE projects SET description = 'cold', archived = true;
UPDATE projects SET "deletedAt" = now();
UPDATE projects SET "deletedAt" = NULL, archived = false;
SELECT is(pg_temp.audited(), E'project.update {"data": {"archived": true, "description": "cold"}}\nproject.delete\nproject.update {"data": {"archived": false, "deletedAt": null}}', 'are changed, deleted, and brought back');
SELECT actor_id FROM create_field_key(1, 'Tablet');
SELECT set_actor_property(3, 'team', 'a');
SELECT is(pg_temp.audited(), E'field_key.create {"projectId": 1}\nactor_property.create {"name": "team"}\nfield_key.property.set {"name": "team", "value": "a"}', 'app users and their properties');
SELECT assign(3, 'app-user', '*'), unassign(3, 'app-user', '*'), end_sessions(3);
SELECT is(pg_temp.audited(), E'field_key.assignment.create {"roleId": 2, "grantedActeeId": "*"}\nfield_key.assignment.delete {"roleId": 2, "revokedActeeId": "*"}\nfield_key.session.end', 'their roles and sessions');
SELECT assign(3, 'app-user', '*');
UPDATE actors SET "deletedAt" = now() WHERE id = 3;
SELECT is(pg_temp.audited(), E'field_key.assignment.create {"roleId": 2, "grantedActeeId": "*"}\nfield_key.delete', 'their end, which takes along what they have');
SELECT request_password_reset('anna@example.org') IS NOT NULL;
SELECT is(pg_temp.audited(), 'nothing', 'what helps to reset a password is nobody');

-- Forms.
SET LOCAL forms.action_notes = 'for the spring';
SELECT create_form(1, pg_temp.form('1'));
SELECT is(pg_temp.audited(), 'form.create {"data": {"xmlFormId": "trees"}}', 'a form with a draft');
SELECT is((SELECT notes FROM audits ORDER BY id DESC LIMIT 1), 'for the spring', 'with the notes of the request');
SET LOCAL forms.action_notes = '';
SELECT publish_form(1);
SELECT is(pg_temp.audited(), E'dataset.create {"properties": ["kind"]}\nform.update.publish {"newDefId": 1, "oldDefId": null}', 'which is published, and its dataset with it');
SELECT create_draft(1, pg_temp.form('2', 'height'));
SELECT create_draft(1, pg_temp.form('3', 'height'));
SELECT delete_draft(1);
SELECT is(pg_temp.audited(), E'form.update.draft.set {"newDraftDefId": 2, "oldDraftDefId": null}\nform.update.draft.set {"newDraftDefId": 3, "oldDraftDefId": 2}\nform.update.draft.delete {"newDraftDefId": null, "oldDraftDefId": 3}', 'drafts');
SELECT create_draft(1, pg_temp.form('4', 'height'));
SELECT publish_form(1);
SELECT is(pg_temp.audited(), E'form.update.draft.set {"newDraftDefId": 4, "oldDraftDefId": null}\ndataset.update {"properties": ["height"]}\nform.update.publish {"newDefId": 4, "oldDefId": 1}', 'another version, which adds a property');
SELECT set_form_state(1, 'closing'), set_form_state(1, 'open');
SELECT is(pg_temp.audited(), E'form.update {"data": {"state": "closing"}}\nform.update {"data": {"state": "open"}}', 'states');
SELECT actor_id FROM create_public_link(1, 'Poster');
SELECT is(pg_temp.audited(), E'public_link.create {"formId": 1}\npublic_link.assignment.create {"roleId": 9, "grantedActeeId": "' || (SELECT "acteeId" FROM forms) || '"}', 'public links');
SELECT log_export(1);
SELECT is(pg_temp.audited(), 'form.submission.export', 'exports, when they are told');
UPDATE forms SET "deletedAt" = now();
UPDATE forms SET "deletedAt" = NULL;
SELECT is(pg_temp.audited(), E'form.delete\nform.restore', 'deleted and restored');
UPDATE datasets SET "approvalRequired" = true;
UPDATE datasets SET "approvalRequired" = false;
SELECT is(pg_temp.audited(), E'dataset.update {"data": {"approvalRequired": true}}\ndataset.update {"data": {"approvalRequired": false}}', 'datasets are changed');
INSERT INTO dataset_access_filters SELECT 1, p.id, a.id FROM ds_properties AS p, actor_properties AS a WHERE p.name = 'kind';
DELETE FROM dataset_access_filters;
SELECT is(pg_temp.audited(), E'dataset.update {"data": {"accessFilters": [{"actorPropertyId": 1, "datasetPropertyId": 1}]}}\ndataset.update {"data": {"accessFilters": []}}', 'in who sees them as well');
UPDATE ds_properties SET "deletedAt" = now() WHERE name = 'height';
SELECT is(pg_temp.audited(), 'dataset.update.property.delete {"name": "height"}', 'and lose a property');

-- Submissions and what they lead to.
INSERT INTO submission_defs (xml, "formDefId") VALUES (pg_temp.submission('uuid:1', '11111111-1111-4111-8111-111111111111'), 1);
SELECT is(pg_temp.audited(), E'submission.create {"instanceId": "uuid:1", "submissionId": 1, "submissionDefId": 1}\n'
    'entity.create {"entity": {"uuid": "11111111-1111-4111-8111-111111111111", "dataset": "trees"}, "entityId": 1, "entityDefId": 1, "submissionId": 1, "submissionDefId": 1}', 'a submission, and its entity');
SELECT is((SELECT a.action FROM entity_def_sources AS s JOIN audits AS a ON a.id = s."auditId"), 'submission.create', 'whose source tells the audit that led to it');
SELECT edit_submission(1, pg_temp.submission('uuid:2', '11111111-1111-4111-8111-111111111111', 'uuid:1'));
SELECT is(pg_temp.audited(), 'submission.update.version {"instanceId": "uuid:2", "submissionId": 1, "submissionDefId": 2}', 'an edit is told once');
SELECT review(1, 'approved');
SELECT is(pg_temp.audited(), 'submission.update {"instanceId": "uuid:1", "reviewState": "approved", "submissionId": 1, "submissionDefId": 2}', 'a review');
SELECT attach(2, 'a.jpg', 'jpeg', 'image/jpeg');
SELECT is(pg_temp.audited(), 'submission.attachment.update {"name": "a.jpg", "newBlobId": 1, "instanceId": "uuid:2", "submissionId": 1, "submissionDefId": 2}', 'a file that arrives');
UPDATE submission_attachments SET "blobId" = NULL;
SELECT is(pg_temp.audited(), 'submission.attachment.update {"name": "a.jpg", "oldBlobId": 1, "instanceId": "uuid:2", "submissionId": 1, "submissionDefId": 2}', 'and one that is taken away');
UPDATE submissions SET "deletedAt" = now();
UPDATE submissions SET "deletedAt" = NULL;
SELECT is(pg_temp.audited(), E'submission.delete {"instanceId": "uuid:1", "submissionId": 1}\nsubmission.restore {"instanceId": "uuid:1", "submissionId": 1}', 'deleted and restored');
INSERT INTO submission_defs (xml, "formDefId") VALUES (pg_temp.submission('uuid:3', '11111111-1111-4111-8111-111111111111'), 1);
SELECT matches(pg_temp.audited(), E'^submission.create .*\nentity.error .*"errorMessage"', 'an entity that cannot be is an error, and the submission stays');

-- Entities by people and programs.
SELECT create_entity(1, 'A beech', '{"kind": "beech"}', '22222222-2222-4222-8222-222222222222');
SELECT is(pg_temp.audited(), 'entity.create {"entity": {"uuid": "22222222-2222-4222-8222-222222222222", "dataset": "trees"}, "entityId": 3, "entityDefId": 2}', 'an entity without a submission');
SELECT update_entity('22222222-2222-4222-8222-222222222222', data => '{"kind": "elm"}');
SELECT is(pg_temp.audited(), 'entity.update.version {"entity": {"uuid": "22222222-2222-4222-8222-222222222222", "dataset": "trees"}, "entityId": 3, "entityDefId": 3}', 'is updated');
UPDATE entities SET conflict = 'soft' WHERE id = 3;
SELECT resolve_conflict('22222222-2222-4222-8222-222222222222');
SELECT is(pg_temp.audited(), 'entity.update.resolve {"entity": {"uuid": "22222222-2222-4222-8222-222222222222", "dataset": "trees"}, "entityId": 3}', 'its conflict resolved');
SELECT create_entities(1, '[{"label": "a"}, {"label": "b"}, {"label": "c"}]', '{"name": "a.csv", "size": 3}');
SELECT matches(pg_temp.audited(), '^entity.bulk.create {"sourceId": [0-9]+}$', 'many are one');
UPDATE entities SET "deletedAt" = now() WHERE id = 1;
UPDATE entities SET "deletedAt" = NULL WHERE id = 1;
SELECT is(regexp_replace(pg_temp.audited(), ' {[^\n]*}', '', 'g'), E'entity.delete\nentity.restore', 'deleted and restored');
UPDATE entities SET "deletedAt" = now() WHERE id IN (1, 3);
UPDATE entities SET "deletedAt" = NULL WHERE id IN (1, 3);
SELECT is(pg_temp.audited(), replace(E'entity.bulk.delete *\nentity.bulk.restore *', '*', '{"entityUuids": ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"]}'), 'in bulk as well');
UPDATE blobs SET s3_status = 'failed';
UPDATE blobs SET s3_status = 'pending';
SELECT is(pg_temp.audited(), 'blobs.s3.failed-to-pending {"updated": 1}', 'uploads that are tried again');

-- Reading them.
SELECT results_eq($$ SELECT action FROM unnest('{user.create,user.preference.update,entity.create,entity.purge,submission.create,submission.purge,form.submission.export,backup,config.set}'::text[]) AS action WHERE is_in_audit_group(action, 'nonverbose') $$,
    $$ VALUES ('user.create'), ('submission.purge'), ('form.submission.export'), ('config.set') $$, 'nonverbose is what the platform takes for it') ;
SELECT is((SELECT count(*) FROM find_audits('project')), 4::bigint, 'a group of actions');
SELECT is((SELECT count(*) FROM find_audits('project.delete')), 1::bigint, 'an action');
SELECT is((SELECT array_agg(action) FROM find_audits('form', (SELECT "acteeId" FROM forms), most => 2)), '{form.restore,form.delete}', 'of an actee, the latest first');

-- The queue.
SELECT is((SELECT array_agg(DISTINCT action ORDER BY action) FROM audits WHERE processed IS NULL), '{form.create,form.update.draft.set,form.update.publish,user.preference.update}', 'what the database cannot do waits');
SELECT is((SELECT action FROM claim_audit()), 'user.preference.update', 'a worker takes the oldest');
SELECT is((SELECT action FROM claim_audit()), 'user.preference.update', 'the next one the next');
SELECT is((SELECT details ->> 'propertyName' FROM audits WHERE claimed IS NOT NULL ORDER BY id DESC LIMIT 1), 'view', 'which is another');
SELECT is((SELECT action FROM claim_audit('{form.create}')), 'form.create', 'or one of those that it can do');
SELECT is((SELECT count(*) FROM claim_audit('{form.create}')), 0::bigint, 'if there is one');
SELECT finish_audit(id, failed => action = 'form.create') FROM audits WHERE claimed IS NOT NULL;
SELECT is((SELECT count(*) FROM claim_audit('{form.create}')), 0::bigint, 'what has failed waits for a while');
UPDATE audits SET "lastFailure" = now() - interval '11 minutes' WHERE action = 'form.create';
SELECT is((SELECT failures FROM claim_audit('{form.create}')), 1, 'and is tried again');
UPDATE audits SET failures = 5, claimed = NULL WHERE action = 'form.create';
SELECT is((SELECT count(*) FROM claim_audit('{form.create}')), 0::bigint, 'five times');

-- They stay.
SELECT throws_ok($$ UPDATE audits SET action = 'user.update' WHERE id = 1 $$, '55000', 'audits are not changed', 'what was done stays done');
SELECT throws_ok($$ UPDATE audits SET "actorId" = 2 WHERE id = 3 $$, '55000', NULL, 'by whom it was');
SELECT throws_ok($$ UPDATE audits SET details = details || '{"more": 1}' WHERE id = 1 $$, '55000', NULL, 'and how');
SELECT throws_ok($$ DELETE FROM audits WHERE id = 1 $$, '55000', NULL, 'and is not forgotten');
SELECT throws_ok($$ TRUNCATE audits CASCADE $$, '55000', NULL, 'at once either');
SELECT lives_ok($$ UPDATE audits SET details = details - 'data', notes = NULL WHERE id = 1 $$, 'but may tell less');

SELECT * FROM finish();
ROLLBACK;
