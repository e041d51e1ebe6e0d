-- What else is told of a submission: envelope, CSV, differences, entities, audit.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(25);

-- submission_meta -------------------------------------------------------------------------------------------------

SELECT is(quire.submission_meta('<data id="a&amp;b" version="2"><orx:meta xmlns:orx="x"><orx:instanceID>uuid:2</orx:instanceID>'
    '<deprecatedID>uuid:1</deprecatedID><instanceName>Ann &amp; Bo</instanceName><deviceID/></orx:meta></data>')::text,
    '(a&b,2,uuid:2,uuid:1,"Ann & Bo",,f,,,)', 'the envelope, whatever the form');
SELECT is((m).instance_id, 'uuid:9', 'without a meta block, from the root') FROM (SELECT quire.submission_meta('<x><instanceID>uuid:9</instanceID></x>') AS m) s;
SELECT is(quire.submission_meta('<x encrypted="yes"><base64EncryptedKey>k</base64EncryptedKey><encryptedXmlFile>s.enc</encryptedXmlFile></x>')::text,
    '(,,,,,,t,k,s.enc,)', 'what is encrypted says so');
SELECT is((SELECT count(*) FROM (VALUES (test.visit())) AS v(xml) WHERE (quire.submission_meta(xml)).instance_id = 'uuid:1'), 1::bigint,
    'it may stand in WHERE');

-- CSV -------------------------------------------------------------------------------------------------------------

SELECT is(quire.csv_header(test.household()), 'SubmissionDate,name,size,income,since,visited,at,likes,spot-Latitude,spot-Longitude,'
    'spot-Altitude,spot-Accuracy,photo,group-note,meta-instanceID,meta-instanceName,KEY,SubmitterID,SubmitterName,AttachmentsPresent,'
    'AttachmentsExpected,Status,ReviewState,DeviceID,Edits,FormVersion', 'the header of the root');
SELECT is(quire.csv_header(test.household(), 'member', '{"group_paths": false}'), 'who,age,PARENT_KEY,KEY', 'of a repeat');
SELECT results_eq($$ SELECT quire.csv_row(test.household(), test.visit(), 'Submissions.member') $$,
    $$ VALUES ('Ann,40,uuid:1,uuid:1/member[1]'), ('Bo,,uuid:1,uuid:1/member[2]') $$, 'rows with the keys of Briefcase');
SELECT results_eq($$ SELECT quire.csv_row(test.household(), test.visit(), 'member/pet') $$,
    $$ VALUES ('cat,uuid:1/member[1],uuid:1/member[1]/pet[1]'), ('dog,uuid:1/member[1],uuid:1/member[1]/pet[2]'),
              ('emu,uuid:1/member[2],uuid:1/member[2]/pet[1]') $$, 'at any depth');
SELECT is(quire.csv_row(test.household(), '<data><name>a,"b"</name><likes>tea</likes></data>', options =>
    '{"select_values": {"/likes": ["coffee", "tea"]}, "instance_id": "x", "system": {"submissionDate": "2024", "submitterId": 5, "edits": 0}}'),
    '2024,"a,""b""",,,,,,tea,0,1,,,,,,,,,x,5,,,,,,,0,', 'options split choices and fill what the server knows');

-- submission_diff -------------------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT path, old, new FROM quire.submission_diff(test.household(), test.visit(), replace(test.visit('uuid:2'), '<age/>', '<age>7</age>')) $$,
    $$ VALUES ('[["member", 1], "age"]'::jsonb, '""'::jsonb, '"7"'::jsonb), ('["meta", "instanceID"]', '"uuid:1"', '"uuid:2"') $$, 'what changed, and where');
SELECT results_eq($$ SELECT path, old, new FROM quire.submission_diff(test.household(), '<data><name>x</name></data>', '<data><size>1</size></data>') $$,
    $$ VALUES ('["name"]'::jsonb, '"x"'::jsonb, NULL::jsonb), ('["size"]', NULL, '"1"') $$, 'absent is NULL');
SELECT results_eq($$ SELECT path, old, new FROM quire.submission_diff(test.household(),
        '<data><member><who>b</who></member></data>', '<data><member><who>a</who></member><member><who>b</who></member></data>') $$,
    $$ VALUES ('[["member", 0]]'::jsonb, NULL::jsonb, '{"who": "a"}'::jsonb) $$, 'an instance put before others is all that is new');
SELECT is_empty($$ SELECT * FROM quire.submission_diff(test.household(), test.visit(), test.visit()) $$, 'nothing differs from itself');

-- submission_entities ---------------------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.people() RETURNS quire.xform LANGUAGE sql AS $$
    SELECT test.form_xml('<name/><meta><entity dataset="people" create="1" update="1" id="" baseVersion=""><label/></entity></meta>', '', '',
        '<bind nodeset="/data/name" type="string" entities:saveto="full_name"/>')::quire.xform
$$;
CREATE FUNCTION pg_temp.person(attributes text, label text DEFAULT 'Ann') RETURNS text LANGUAGE sql AS $$
    SELECT '<data><name>Ann B</name><meta><entity dataset="people" ' || attributes || '><label>' || label || '</label></entity></meta></data>'
$$;
SELECT results_eq($$ SELECT * FROM quire.submission_entities(pg_temp.people(), pg_temp.person('create="1" id="uuid:12345678-1234-4123-8234-123456789ABC"')) $$,
    $$ VALUES ('people', '12345678-1234-4123-8234-123456789abc'::uuid, 'Ann', 'create', NULL::int, NULL::int, NULL::uuid, '{"full_name": "Ann B"}'::jsonb, NULL::text) $$,
    'an entity to create');
SELECT results_eq($$ SELECT id IS NOT NULL, action, base_version, error FROM quire.submission_entities(pg_temp.people(),
        pg_temp.person('update="true" baseVersion="3" id="12345678-1234-4123-8234-123456789abc"')) $$,
    $$ VALUES (true, 'update', 3, NULL::text) $$, 'or to update');
SELECT results_eq($$ SELECT action FROM quire.submission_entities(pg_temp.people(),
        pg_temp.person('create="1" update="1" baseVersion="3" id="12345678-1234-4123-8234-123456789abc"')) $$, $$ VALUES ('upsert') $$, 'or either');
SELECT is_empty($$ SELECT * FROM quire.submission_entities(pg_temp.people(), pg_temp.person('create="0" id="x"')) $$, 'none where none is asked for');
SELECT ok(error IS NOT NULL AND error NOT LIKE '%secret%', format('faulty, and no exception: %s', error))
FROM unnest(ARRAY['create="1" id="secret"', 'create="1"', 'update="1" id="12345678-1234-4123-8234-123456789abc"',
    'update="1" baseVersion="secret" id="12345678-1234-4123-8234-123456789abc"']) AS attributes,
    quire.submission_entities(pg_temp.people(), pg_temp.person(attributes));
SELECT is((SELECT error IS NOT NULL FROM quire.submission_entities(pg_temp.people(), pg_temp.person('create="1" id="12345678-1234-4123-8234-123456789abc"', ' '))),
    true, 'a label is needed to create');

-- client_audit ----------------------------------------------------------------------------------------------------

SELECT results_eq($$ SELECT event, node, "start", "old-value", remainder FROM quire.client_audit(E'event,node,start,end,old-value,extra\nquestion,/data/a,1,2,"x\ny",E\nform exit\n') $$,
    $$ VALUES ('question', '/data/a', '1', E'x\ny', '{"extra": "E"}'::jsonb), ('form exit', NULL, NULL, NULL, '{}') $$, 'an audit, with what it does not know aside');
SELECT is_empty($$ SELECT * FROM quire.client_audit('') $$, 'an empty one');
SELECT is((test.fault($$ SELECT * FROM quire.client_audit(E'event,node\n"open,b\n') $$, 'state detail'))[1], '22P04', 'a quote that stays open is an error');

SELECT * FROM finish();
ROLLBACK;
