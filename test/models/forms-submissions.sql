-- The model forms: submissions, their versions, files and reviews.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(75);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
INSERT INTO actors ("displayName") VALUES ('Ada') RETURNING id AS ada \gset
SELECT quire.become(:'ada');
INSERT INTO projects (name) VALUES ('One'), ('Two');
\set registration `cat examples/tree_registration.xml`
SELECT create_form(1, :'registration', true) AS form \gset
SELECT "currentDefId" AS def FROM forms WHERE id = :form \gset

-- A submission of that form with this in its meta group, and these answers.
CREATE FUNCTION pg_temp.sub(id text, answers text DEFAULT '<species>oak</species><height>5</height><uses/><photo/>', meta text DEFAULT '', version text DEFAULT '1')
RETURNS text LANGUAGE sql AS $$
    SELECT format('<data id="tree_registration" version="%s">%s<meta><instanceID>%s</instanceID>%s<entity dataset="trees" id="" create="0"><label/></entity></meta></data>',
        version, answers, id, meta || CASE WHEN meta LIKE '%audit%' THEN '' ELSE '<audit/>' END)
$$;

-- One INSERT.
INSERT INTO submission_defs (xml) VALUES (pg_temp.sub('one', '<species/><height>500</height><uses>shade  timber shade</uses><photo> a.jpg </photo>', '<instanceName>First</instanceName><audit>audit.csv</audit><deviceID>phone</deviceID>'));
SELECT results_eq($$ SELECT "formId", "instanceId", "submitterId", "deviceId", draft, "reviewState", "updatedAt" FROM submissions $$,
    format($$ VALUES (%s, 'one'::varchar, %s, 'phone'::varchar, false, NULL::text, NULL::timestamptz(3)) $$, :form, :ada), 'an INSERT of XML makes a submission, by the actor of the session');
SELECT results_eq($$ SELECT "formDefId", current, root, "instanceId", "instanceName", "createdAt" IS NOT NULL FROM submission_defs $$,
    format($$ VALUES (%s, true, true, 'one'::varchar, 'First', true) $$, :def), 'and its first version');
SELECT set_eq($$ SELECT path, value FROM form_field_values $$, $$ VALUES ('/uses', 'shade'), ('/uses', 'timber') $$, 'the values of select-multiples, each once');
SELECT set_eq($$ SELECT name, "blobId", "isClientAudit" FROM submission_attachments $$, $$ VALUES ('a.jpg', NULL::int, false), ('audit.csv', NULL, true) $$, 'the files that it names');
SELECT set_eq($$ SELECT path, rule FROM submission_violations $$, $$ VALUES ('/species', 'required'), ('/height', 'constraint') $$, 'and the rules that it breaks');
SELECT throws_ok($$ INSERT INTO submission_defs (xml) VALUES (pg_temp.sub('one')) $$, '23505', NULL, 'an instance id is used once');
SELECT throws_ok($$ INSERT INTO submission_defs (xml) VALUES (pg_temp.sub('x', version => '2')) $$, 'P0002', NULL, 'a version that there is');
SELECT throws_ok($$ INSERT INTO submission_defs (xml) VALUES ('<data><a/>') $$, '2200N', NULL, 'what cannot be read says no form');
SELECT lives_ok(format($$ INSERT INTO submission_defs ("formDefId", xml, "instanceId") VALUES (%s, '<data><a/>', 'broken') $$, :def), 'but is kept where its form is told');
SELECT results_eq($$ SELECT path, rule FROM submission_violations v JOIN submission_defs d ON d.id = "submissionDefId" WHERE "instanceId" = 'broken' $$, $$ VALUES ('', 'structure') $$, 'with its fault');
SELECT throws_ok(format($$ INSERT INTO submission_defs ("formDefId", xml) VALUES (%s, '<data id="other"/>') $$, :def), '22023', NULL, 'a submission is of the form that it says');
SELECT lives_ok($$ INSERT INTO submission_defs (xml) VALUES ('<data id="tree_registration" version="1"><species>x</species></data>') $$, 'without an instance id');
SELECT matches((SELECT "instanceId"::text FROM submissions ORDER BY id DESC LIMIT 1), '^[0-9a-f]{8}-', 'one is made');
SELECT lives_ok($$ INSERT INTO submission_defs (xml) SELECT pg_temp.sub('long', format('<species>x</species><photo>%s</photo>', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) AS i))) $$,
    'a file whose name is too long for anything');
SELECT results_eq($$ SELECT rule, (SELECT count(*) FROM submission_attachments WHERE "submissionDefId" = d.id) FROM submission_violations v JOIN submission_defs d ON d.id = "submissionDefId" WHERE "instanceId" = 'long' AND path IS NULL $$,
    $$ VALUES ('file_name', 0::bigint) $$, 'is told, and not expected');
SELECT throws_ok($$ INSERT INTO submission_defs (xml) SELECT pg_temp.sub(repeat('x', 65)) $$, '22001', NULL, 'an instance id has at most 64 characters');

-- Several projects.
SELECT create_form(2, :'registration', true) AS other \gset
SELECT throws_ok($$ INSERT INTO submission_defs (xml) VALUES (pg_temp.sub('two')) $$, '42702', NULL, 'when two projects have the form, it needs to be told which');
SELECT is((SELECT "formId" FROM submit(2, pg_temp.sub('two'))), :other, 'as submit() does');
SELECT is((SELECT "formId" FROM submit(1, pg_temp.sub('two'), 'device', 'agent')), :form, 'instance ids are those of a form');
SELECT results_eq($$ SELECT "deviceId", "userAgent" FROM submission_defs ORDER BY id DESC LIMIT 1 $$, $$ VALUES ('device'::varchar, 'agent'::varchar) $$, 'device and agent are told');
SELECT is((SELECT id FROM submit(1, pg_temp.sub('two'))), (SELECT max(id) FROM submission_defs), 'the same once more is the same');
SELECT throws_ok($$ SELECT submit(1, pg_temp.sub('two', '<species>elm</species>')) $$, '23505', NULL, 'another text is not');
SELECT throws_ok($$ SELECT submit(1, replace(pg_temp.sub('z'), 'tree_registration', 'nothing')) $$, 'P0002', NULL, 'a form that there is');

-- Files.
SELECT "submissionId" AS sub FROM submission_defs WHERE "instanceId" = 'one' \gset
SELECT d.id AS sub_def FROM submission_defs AS d WHERE "instanceId" = 'one' \gset
SELECT is(attach(:sub_def, 'a.jpg', '\xff', 'image/jpeg') > 0, true, 'a file comes in');
SELECT throws_ok(format('SELECT attach(%s, %L, %L)', :sub_def, 'b.jpg', 'x'), 'P0002', NULL, 'if it is expected');
\set audit 'event, node ,start,zoo\r\n"a ""quoted""",/data/x,1,y\r\n\r\nb,,2'
SELECT attach(:sub_def, 'audit.csv', convert_to(E'\ufeff' || :'audit', 'UTF8'), 'text/csv');
SELECT results_eq($$ SELECT event, node, start, remainder, "order" FROM client_audits ORDER BY "order" $$,
    $$ VALUES ('a "quoted"', '/data/x', '1', '{"zoo": "y"}'::jsonb, 1), ('b', '', '2', '{}', 2) $$, 'an audit becomes rows');
SELECT submit(1, pg_temp.sub('aud2', meta => '<audit>audit.csv</audit>'));
SELECT attach((SELECT max(id) FROM submission_defs), 'audit.csv', convert_to(E'\ufeff' || :'audit', 'UTF8'), 'text/csv');
SELECT is((SELECT count(*) FROM client_audits), 2::bigint, 'the same one from elsewhere is not stored again');
SELECT lives_ok($$ SELECT attach((SELECT max(id) FROM submission_defs), 'audit.csv', convert_to(E'event\n"a', 'UTF8'), 'text/csv') $$, 'what is no CSV is kept');
SELECT results_eq($$ SELECT rule FROM submission_violations WHERE path = '/meta/audit' $$, $$ VALUES ('client_audit') $$, 'and told');
SELECT lives_ok($$ SELECT attach(id, 'audit.csv', convert_to(E'event,start\na,' || (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) AS i), 'UTF8'), 'text/csv')
    FROM submission_defs WHERE "instanceId" = 'aud2' $$, 'so is an audit with a cell that no index takes');
SELECT is((SELECT count(*) FROM blobs), 4::bigint, 'content is stored once');

-- Versions.
SELECT lives_ok($$ INSERT INTO submission_defs ("formDefId", xml) SELECT "formDefId", pg_temp.sub('one-b', '<species>oak</species><height>50</height><uses>fruit</uses><photo>a.jpg</photo>', '<deprecatedID>one</deprecatedID>') FROM submission_defs WHERE "instanceId" = 'one' $$, 'a version deprecates another');
SELECT results_eq(format('SELECT "instanceId", current, root FROM submission_defs WHERE "submissionId" = %s ORDER BY id', :sub), $$ VALUES ('one'::varchar, false, true), ('one-b', true, NULL) $$, 'and is the current one');
SELECT results_eq(format('SELECT "instanceId", "reviewState", "updatedAt" IS NOT NULL FROM submissions WHERE id = %s', :sub), $$ VALUES ('one'::varchar, 'edited', true) $$, 'of a submission that is edited');
SELECT results_eq($$ SELECT name, "blobId" IS NOT NULL FROM submission_attachments JOIN submission_defs d ON d.id = "submissionDefId" WHERE "instanceId" = 'one-b' $$, $$ VALUES ('a.jpg', true) $$, 'files are carried over');
SELECT is_empty($$ SELECT FROM submission_violations JOIN submission_defs d ON d.id = "submissionDefId" WHERE "instanceId" = 'one-b' $$, 'faults are not');
SELECT throws_ok(format($$ INSERT INTO submission_defs ("formDefId", xml) VALUES (%s, pg_temp.sub('one-c', meta => '<deprecatedID>one</deprecatedID>')) $$, :def), '40001', NULL, 'who deprecates an old version has missed one');
SELECT throws_ok(format($$ INSERT INTO submission_defs ("formDefId", xml) VALUES (%s, pg_temp.sub('one-c', meta => '<deprecatedID>nothing</deprecatedID>')) $$, :def), 'P0002', NULL, 'who deprecates nothing');
SELECT throws_ok(format($$ INSERT INTO submission_defs ("formDefId", xml) VALUES (%s, pg_temp.sub('one', meta => '<deprecatedID>one-b</deprecatedID>')) $$, :def), '23505', NULL, 'a version has an id of its own');
SELECT throws_ok($$ SELECT submit(1, pg_temp.sub('one')) $$, '55000', NULL, 'an old version is not sent again');
SELECT is((SELECT "submissionId" FROM edit_submission(:sub, pg_temp.sub('one-d', meta => '<deprecatedID>one-b</deprecatedID>'))), :sub, 'edit_submission() does it, too');
SELECT is((SELECT id FROM submit(1, pg_temp.sub('one-d', meta => '<deprecatedID>one-b</deprecatedID>'))), (SELECT max(id) FROM submission_defs), 'sent again, it is the same');
SELECT set_eq(format($$ SELECT path, old, new FROM changes_of(%s) WHERE "instanceId" = 'one-b' AND path ->> 0 IN ('height', 'uses') $$, :sub),
    $$ VALUES ('["height"]'::jsonb, '"500"'::jsonb, '"50"'::jsonb), ('["uses"]', '"shade  timber shade"', '"fruit"') $$, 'what a version changed');
SELECT throws_ok($$ UPDATE submission_defs SET xml = '<x/>' $$, '55000', NULL, 'versions are not changed');
SELECT throws_ok($$ UPDATE submission_defs SET current = true $$, '23505', NULL, 'one is current');

-- Reviews, comments, events.
SELECT event AS before FROM submissions WHERE id = :sub \gset
SELECT lives_ok(format($$ SELECT review(%s, 'hasIssues', 'too tall') $$, :sub), 'a review');
SELECT results_eq($$ SELECT body, "actorId" FROM comments $$, format($$ VALUES ('too tall', %s) $$, :ada), 'with a comment');
SELECT is((SELECT event > :before FROM submissions WHERE id = :sub), true, 'a change has another number');
SELECT is((SELECT event FROM current_event), (SELECT max(event) FROM submissions), 'the last of which can be told');
SELECT throws_ok(format($$ SELECT review(%s, 'fine') $$, :sub), '23514', NULL, 'a review has one of four outcomes');
SELECT lives_ok(format($$ SELECT review(%s, NULL) $$, :sub), 'or none yet');
SELECT throws_ok($$ SELECT review(999, 'approved') $$, 'P0002', NULL, 'of a submission that there is');
SELECT throws_ok(format($$ SELECT comment_on(%s, '') $$, :sub), '23514', NULL, 'a comment says something');
UPDATE submissions SET "reviewState" = "reviewState";
SELECT is((SELECT event FROM current_event), (SELECT max(event) FROM submissions), 'what changes nothing has no number');

-- States of the form.
SELECT set_form_state(:form, 'closing');
SELECT lives_ok($$ SELECT submit(1, pg_temp.sub('late')) $$, 'a form that closes takes submissions');
SELECT set_form_state(:form, 'closed');
SELECT throws_ok($$ SELECT submit(1, pg_temp.sub('later')) $$, '55000', 'the form takes no submissions', 'one that is closed does not');
SELECT lives_ok($$ SELECT submit(1, pg_temp.sub('late')) $$, 'but for what was there');
SELECT set_form_state(:form, 'open');
UPDATE projects SET "deletedAt" = now() WHERE id = 1;
SELECT throws_ok(format($$ INSERT INTO submission_defs ("formDefId", xml) VALUES (%s, pg_temp.sub('none')) $$, :def), 'P0002', 'there is no such form', 'nor does one of a project that was deleted');
SELECT throws_ok(format($$ SELECT create_draft(%s) $$, :form), 'P0002', NULL, 'nor has it drafts');
UPDATE projects SET "deletedAt" = NULL WHERE id = 1;

-- Drafts.
SELECT throws_ok($$ SELECT submit(1, pg_temp.sub('try'), to_draft => true) $$, 'P0002', NULL, 'no draft, nothing to try');
SELECT create_draft(:form, replace(:'registration', 'version="1"', 'version="2"')) AS draft \gset
SELECT is((SELECT draft FROM submit(1, pg_temp.sub('one', version => '2'), to_draft => true)), true, 'what is sent to a draft is apart, ids included');
SELECT create_draft(:form, replace(:'registration', 'version="1"', 'version="3"')) AS draft \gset
SELECT is((SELECT count(*) FROM submissions WHERE draft), 1::bigint, 'another draft keeps it');
SELECT publish_form(:form);
SELECT is((SELECT count(*) FROM submissions WHERE draft), 0::bigint, 'a published one does not');
SELECT is((SELECT count(*) FROM form_defs WHERE "formId" = :form), 2::bigint, 'nor the draft that was replaced');
SELECT is((SELECT "formDefId" FROM submit(1, pg_temp.sub('v3', version => '3'))), :draft, 'the new version takes submissions');
SELECT is((SELECT "formDefId" FROM submit(1, pg_temp.sub('v1'))), :def, 'and so does the old one');

-- Encryption: of the XML, only what is around it is known.
SELECT submit(1, '<data id="tree_registration" version="1" encrypted="yes"><base64EncryptedKey>key</base64EncryptedKey><meta><instanceID>enc</instanceID></meta>
    <media><file>a.jpg.enc</file></media><media><file>audit.csv.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile>
    <base64EncryptedElementSignature>sig</base64EncryptedElementSignature></data>');
SELECT results_eq($$ SELECT "localKey", "encDataAttachmentName", signature FROM submission_defs WHERE "instanceId" = 'enc' $$, $$ VALUES ('key', 'submission.xml.enc'::varchar, 'sig') $$, 'an encrypted submission has its key');
SELECT results_eq($$ SELECT name, "index", "isClientAudit" FROM submission_attachments JOIN submission_defs d ON d.id = "submissionDefId" WHERE "instanceId" = 'enc' ORDER BY "index" $$,
    $$ VALUES ('a.jpg.enc', 0, false), ('audit.csv.enc', 1, true), ('submission.xml.enc', 2, false) $$, 'and its files, in order');
SELECT is_empty($$ SELECT FROM submission_violations JOIN submission_defs d ON d.id = "submissionDefId" WHERE "instanceId" = 'enc' $$, 'what cannot be read breaks no rule');
SELECT lives_ok($$ SELECT attach(id, 'audit.csv.enc', 'x') FROM submission_defs WHERE "instanceId" = 'enc' $$, 'nor is its audit read');
SELECT throws_ok($$ SELECT submit(1, '<data id="tree_registration" version="1"><base64EncryptedKey>k</base64EncryptedKey></data>') $$, '22023', NULL, 'it has an id');

-- Who acts is told beside who has sent it.
INSERT INTO actors ("displayName") VALUES ('Bea') RETURNING id AS bea \gset
INSERT INTO submission_defs ("formDefId", xml, "submitterId") VALUES (:def, pg_temp.sub('for bea'), :bea);
SELECT results_eq($$ SELECT d."submitterId", a."actorId" FROM submission_defs AS d JOIN audits AS a ON (a.details -> 'submissionDefId')::int = d.id WHERE d."instanceId" = 'for bea' AND a.action = 'submission.create' $$,
    format('VALUES (%s, %s)', :bea, :ada), 'what one sends for another is audited as done by who did it');
SELECT throws_ok($$ UPDATE submissions SET draft = true $$, '55000', NULL, 'a submission does not become a try');
SELECT is((SELECT count(*) FROM submission_defs WHERE current) , (SELECT count(*) FROM submissions), 'each submission has one current version');
SELECT results_eq($$ SELECT count(*) FROM audits WHERE action = 'submission.create' AND (details -> 'submissionId')::int IN (SELECT id FROM submissions) $$, $$ SELECT count(*) FROM submission_defs WHERE root $$, 'each was told');
SELECT * FROM finish();
ROLLBACK;
