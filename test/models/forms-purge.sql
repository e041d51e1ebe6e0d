-- The model forms: what is deleted can come back, what is purged takes along all that only it needed.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(59);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
CREATE FUNCTION pg_temp.form(id text, version text) RETURNS text LANGUAGE sql AS $$
    SELECT format('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:e="http://www.opendatakit.org/xforms/entities">
        <h:head><h:title>Trees</h:title><model e:entities-version="2024.1.0"><instance><data id="%s" version="%s"><kind/><photo/><seen/>
        <meta><instanceID/><audit/><entity dataset="trees" id="" create="1"><label/></entity></meta></data></instance>
        <bind nodeset="/data/kind" type="string" e:saveto="kind"/><bind nodeset="/data/photo" type="binary"/></model></h:head>
        <h:body><upload ref="/data/photo" mediatype="image/*"/><select ref="/data/seen"><item><label>a</label><value>a</value></item></select></h:body></h:html>', id, version)
$$;
CREATE FUNCTION pg_temp.submission(id text, entity text) RETURNS text LANGUAGE sql AS $$
    SELECT format('<data id="trees" version="1"><kind>oak</kind><photo>a.jpg</photo><seen>a b</seen><meta><instanceID>%s</instanceID><audit>audit.csv</audit>
        <entity dataset="trees" id="%s" create="1"><label>An oak</label></entity></meta></data>', id, entity)
$$;
-- How many rows there are in each of these tables.
CREATE FUNCTION pg_temp.left_in(VARIADIC tables text[]) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    counts int[];
    name text;
    n int;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('SELECT count(*) FROM odk.%I', name) INTO n;
        counts := counts || n;
    END LOOP;
    RETURN counts;
END $$;
SELECT create_user('ann@example.org'), create_user('bob@example.org'), create_project('North');
SELECT assign(1, 'admin', '*');
SELECT quire.become('1');
SELECT create_form(1, pg_temp.form('trees', '1'), true), create_form(1, pg_temp.form('bushes', '1'), true);
SELECT actor_id FROM create_public_link(1, 'Poster');
SELECT submit(1, pg_temp.submission('uuid:' || i, format('%s1111111-1111-4111-8111-111111111111', i))) IS NOT NULL FROM generate_series(1, 3) AS i;
SELECT attach(d.id, 'a.jpg', 'jpeg', 'image/jpeg'), attach(d.id, 'audit.csv', convert_to(E'event,node,start,end\nquestion,/data/kind,1,' || d.id, 'UTF8'), 'text/csv'), comment_on(d."submissionId", 'Ann was here')
FROM submission_defs AS d;
SELECT is(pg_temp.left_in('submissions', 'submission_defs', 'form_field_values', 'submission_attachments', 'comments', 'client_audits', 'blobs', 'entities', 'entity_defs'),
    '{3,3,6,6,3,3,4,3,3}', 'there is something to purge');

-- Deleted, and back.
DELETE FROM submissions WHERE "instanceId" = 'uuid:1';
SELECT isnt((SELECT "deletedAt" FROM submissions WHERE id = 1), NULL, 'DELETE marks a row');
SELECT is(delete_submission(1), false, 'once');
SELECT is(restore_submission(1), true, 'and it comes back');
SELECT is(restore_submission(1), false, 'once');
SELECT throws_ok($$ SELECT delete_submission(99) $$, '42501', NULL, 'what is not there nobody may delete');
SELECT is(delete_form(1), true, 'a form is deleted');
SELECT throws_ok($$ SELECT submit(1, pg_temp.submission('uuid:9', '91111111-1111-4111-8111-111111111111')) $$, 'P0002', NULL, 'and takes no submissions');
SELECT lives_ok($$ SELECT create_form(1, pg_temp.form('trees', '9')) $$, 'its id is free');
SELECT throws_ok($$ SELECT restore_form(1) $$, '23505', NULL, 'so that it cannot come back');
SELECT delete_form(3);
SELECT is(restore_form(1), true, 'before the other has gone');
SELECT is(delete_entity('11111111-1111-4111-8111-111111111111'), true, 'entities are deleted');
SELECT is(restore_entity('11111111-1111-4111-8111-111111111111'), true, 'and come back');
SELECT is(delete_dataset(1), true, 'so do datasets');
SELECT is(restore_dataset(1), true, 'again');
SELECT is(delete_project(1), true, 'and projects');
SELECT is(restore_project(1), true, 'with all that is in them');
SELECT is(delete_actor(2), true, 'who is deleted');
SELECT is((SELECT "deletedAt" IS NULL FROM actors WHERE id = 2), false, 'is marked as well');
DELETE FROM ds_properties;
SELECT is((SELECT count(*) FROM ds_properties WHERE "deletedAt" IS NULL), 0::bigint, 'and so are properties');
UPDATE ds_properties SET "deletedAt" = NULL;
SELECT quire.become('2');
SELECT throws_ok($$ SELECT delete_submission(1) $$, '42501', NULL, 'whoever deletes must be one who may');
SELECT throws_ok($$ SELECT delete_form(1) $$, '42501', NULL, 'whatever it is');
SELECT throws_ok($$ SELECT * FROM purge() $$, '42501', NULL, 'and more so who purges');
SELECT quire.become('1');

SELECT throws_ok($$ DELETE FROM submission_defs WHERE id = 1 $$, '55000', NULL, 'a version of a submission is not deleted by itself');
SELECT throws_ok($$ DELETE FROM entity_defs WHERE id = 1 $$, '55000', NULL, 'nor of an entity');
SELECT create_draft(1, pg_temp.form('trees', '2')) > 0 AND publish_form(1) > 0 AS published;
SELECT throws_ok($$ DELETE FROM form_defs WHERE id = 1 $$, '55000', NULL, 'nor of a form, with what was submitted by it');
SELECT throws_ok($$ UPDATE forms SET "currentDefId" = NULL WHERE id = 1 $$, '55000', NULL, 'what was published stays so');
SELECT lives_ok($$ SELECT create_draft(1), delete_draft(1) $$, 'drafts go');
CREATE FUNCTION pg_temp.archive() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM odk.submissions WHERE id = 3; RETURN NULL; END $$;
CREATE TRIGGER archive AFTER UPDATE OF archived ON projects FOR EACH ROW EXECUTE FUNCTION pg_temp.archive();
UPDATE projects SET archived = true;
SELECT is((SELECT count(*) FROM submissions WHERE "deletedAt" IS NOT NULL), 1::bigint, 'what a trigger of the site''s own deletes is marked, too');
SELECT is((SELECT count(*) FROM audits WHERE action = 'submission.delete' AND details ->> 'instanceId' = 'uuid:3'), 1::bigint, 'and audited');
UPDATE submissions SET "deletedAt" = NULL;
DROP TRIGGER archive ON projects;

-- Submissions.
SELECT delete_submission(1);
SELECT is(purge_submissions(), 0, 'what was deleted just now is not purged');
SELECT lives_ok($$ DELETE FROM submissions WHERE id = 1 $$, 'nor by deleting it again');
SELECT is((SELECT count(*) FROM submissions WHERE id = 1), 1::bigint, 'which does nothing');
SELECT is(purge_submissions('0'), 1, 'a purge of all of it is');
SELECT is(pg_temp.left_in('submissions', 'submission_defs', 'form_field_values', 'submission_attachments', 'comments', 'client_audits', 'blobs', 'entities', 'entity_defs'),
    '{2,2,4,4,2,3,4,3,3}', 'with its versions, values, files and comments; entities stay');
SELECT is(purge_blobs(), 1, 'files that others have stay');
SELECT is(pg_temp.left_in('client_audits', 'blobs'), '{2,3}', 'and the others go, with what was read from them');
SELECT is((SELECT "submissionDefId" FROM entity_def_sources ORDER BY id LIMIT 1), NULL, 'a source forgets its submission');
SELECT is((SELECT array_agg(action || ' ' || details::text ORDER BY id) FROM audits WHERE (details -> 'submissionId')::int = 1 AND details ? 'submissionId' AND action LIKE 'submission._e%'),
    '{"submission.delete {\"submissionId\": 1}","submission.restore {\"submissionId\": 1}","submission.delete {\"submissionId\": 1}"}', 'audits keep numbers alone');
SELECT is((SELECT details FROM audits WHERE action = 'submission.purge'), '{"submissions_deleted": 1}', 'and the purge is one');

-- Entities and datasets.
SET LOCAL forms.action_notes = 'Ann asked for it';
SELECT delete_entity('11111111-1111-4111-8111-111111111111');
SET LOCAL forms.action_notes = '';
SELECT is(purge_entities('0'), 1, 'an entity is purged');
SELECT is(pg_temp.left_in('entities', 'entity_defs', 'entity_def_sources', 'purged_entities'), '{2,2,2,1}', 'with versions and sources');
SELECT results_eq($$ SELECT a.action, a.details -> 'entityUuids' -> 0 #>> '{}' = p."entityUuid"::text FROM purged_entities AS p JOIN audits AS a ON a.id = p."auditId" $$, $$ VALUES ('entity.purge', true) $$, 'which is audited');
SELECT throws_ok($$ SELECT create_entity(1, 'Again', uuid => '11111111-1111-4111-8111-111111111111') $$, '23505', NULL, 'its UUID is not used again');
SELECT delete_dataset(1);
SELECT is(purge_datasets('0'), 1, 'a dataset is purged');
SELECT is(pg_temp.left_in('datasets', 'ds_properties', 'dataset_form_defs', 'entities', 'purged_entities'), '{0,0,0,0,3}', 'with properties and entities');
SELECT results_eq($$ SELECT "purgedName", details FROM actees WHERE species = 'dataset' $$, $$ VALUES ('trees', '{"name": "trees", "datasetId": 1, "projectId": 1}'::jsonb) $$, 'its actee remembers the name');
SELECT is((SELECT count(*) FROM audits WHERE action = 'dataset.purge'), 1::bigint, 'and audits that it was');

SELECT is((SELECT count(*) FROM audits WHERE notes IS NOT NULL), 0::bigint, 'without what was noted');

-- Forms, and all at once.
INSERT INTO audits (action, "acteeId", details, notes) SELECT 'form.update', "acteeId", '{"data": {"state": "open"}}', 'Ann asked for it' FROM forms WHERE id = 1;
SELECT delete_form(1);
SELECT results_eq($$ SELECT * FROM purge() $$, $$ VALUES (0, 0, 0, 0, 0) $$, 'nothing is old enough');
SELECT configure('purgeDays', '0');
SELECT results_eq($$ SELECT * FROM purge() $$, $$ VALUES (2, 0, 0, 0, 3) $$, 'but as the site has set');
SELECT is(pg_temp.left_in('forms', 'form_defs', 'form_schemas', 'form_fields', 'submissions', 'form_field_values', 'public_links', 'blobs', 'client_audits'), '{1,1,1,8,0,0,0,0,0}', 'forms go with all that they had');
SELECT results_eq($$ SELECT DISTINCT "purgedName", details ->> 'xmlFormId' FROM actees WHERE species = 'form' AND "purgedAt" IS NOT NULL $$, $$ VALUES ('Trees', 'trees') $$, 'but for their names');
SELECT is((SELECT count(*) FROM audits WHERE notes IS NOT NULL), 0::bigint, 'notes are gone');
SELECT is((SELECT count(*) FROM audits WHERE details::text ~ 'uuid:|a.jpg'), 0::bigint, 'and names');
SELECT is((SELECT "deletedAt" IS NOT NULL FROM actors WHERE type = 'public_link'), true, 'public links end');
SELECT is((SELECT count(*) FROM assignments WHERE "actorId" <> 1), 0::bigint, 'with their roles');
SELECT is(current_setting('forms.purge'), 'off', 'and nothing purges any more');
SELECT is(usage_report() - '{blobs,last_day}'::text[], '{"forms": 1, "users": 1, "datasets": 0, "entities": 0, "projects": 1, "app_users": 0, "submissions": 0, "public_links": 0}', 'what is left can be counted');

SELECT * FROM finish();
ROLLBACK;
