-- The type quire.xform, and what a form says of itself.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(37);

CREATE TEMP TABLE forms (id int, form quire.xform);
INSERT INTO forms VALUES (1, test.household()), (2, (E'\n' || test.form_xml('<a/>', 'a int'))::quire.xform);

SELECT is(form::text, E'\n' || test.form_xml('<a/>', 'a int'), 'a form comes out byte for byte as it went in') FROM forms WHERE id = 2;
SELECT is(quire.xform_send(form), convert_to(form::text, 'UTF8'), 'its binary form is its XML') FROM forms;
SELECT ok(form = form::text::quire.xform AND NOT form <> form::text::quire.xform, 'the same XML is the same form') FROM forms;
SELECT ok(a.form <> b.form, 'other XML is another') FROM forms a, forms b WHERE a.id = 1 AND b.id = 2;
SELECT ok(NULL::quire.xform IS NULL AND quire.form_id(NULL) IS NULL, 'NULL stays NULL');

-- Refused, with the line and the rule ------------------------------------------------------------------------------

SELECT is(test.fault(format('SELECT %L::quire.xform', xml), 'state detail'), ARRAY[state, detail], detail)
FROM (VALUES
    ('', '2200N', 'Line 1: the XML is not well-formed: the document is empty.'),
    (E'<!DOCTYPE x>\n<x/>', '2200N', 'Line 1: a document type declaration is not accepted.'),
    (E'\n<data/>', '22P02', 'Line 2: the root element of a form is html.'),
    ('<html/>', '22P02', 'Line 1: the form has no head.'),
    (E'<html>\n<head/></html>', '22P02', 'Line 2: the form has no model.'),
    (E'<html><head>\n<model/></head></html>', '22P02', 'Line 2: the model has no instance.'),
    (E'<html><head><model>\n<instance/></model></head></html>', '22P02', 'Line 2: the primary instance is empty.'),
    (test.form_xml(E'<a/>\n<a/>'), '22P02', 'Line 2: two nodes have the path /a, which is no repeat.'),
    (test.form_xml(E'<g><a/>\n\n<orx:a/></g>'), '22P02', 'Line 3: two nodes have the path /g/a, which is no repeat.')
) AS bad(xml, state, detail);
SELECT is((test.fault($$ SELECT '<a><b></a>'::quire.xform $$, 'state message'))::text[],
    ARRAY['2200N', 'invalid XForm: not a well-formed XML document'], 'ill-formed XML is no form');
SELECT is((test.fault($$ SELECT quire.xform('<a>&nbsp;</a>') $$, 'state'))[1], '2200N', 'nor are entities known');
SELECT isnt((test.fault($$ SELECT '<html/>'::quire.xform $$, 'hint'))[1], '', 'a hint says what a form is');

SET LOCAL quire.max_form_size = '1kB';
SELECT is((test.fault($$ SELECT (test.household()::text || ' ')::quire.xform $$, 'state'))[1], '54000', 'a form may not be larger than quire.max_form_size');
RESET quire.max_form_size;

-- What it says -----------------------------------------------------------------------------------------------------

SELECT is(quire.form_id(form), 'test', 'the id') FROM forms WHERE id = 1;
SELECT is(quire.form_version(form), '1', 'the version') FROM forms WHERE id = 1;
SELECT is(quire.form_title(form), 'Test', 'the title') FROM forms WHERE id = 1;
SELECT is(quire.form_hash(form), md5(form::text), 'the hash') FROM forms;
SELECT is(quire.form_public_key(form), NULL, 'no key where submissions are not encrypted') FROM forms WHERE id = 1;
SELECT is(quire.form_public_key(test.form_xml('<a/>', '', '', '<submission base64RsaPublicKey="k"/>')::quire.xform), 'k', 'or the key');
SELECT is(quire.form_info(form) - 'warnings', '{"id": "test", "version": "1", "title": "Test", "encrypted": false, "public_key": null,
    "submission": {}, "languages": ["default"], "default_language": "default", "entities_version": "2025.1.0", "xforms_version": null,
    "tables": ["Submissions", "Submissions.member", "Submissions.member.pet"]}'::jsonb, 'all of it') FROM forms WHERE id = 1;
SELECT is(quire.form_id(bare), NULL, 'what is missing is NULL')
FROM (SELECT '<html><head><model><instance><data/></instance></model></head></html>'::quire.xform) AS f(bare);
SELECT is(quire.form_info(test.form_xml('<a/>', '', '', '<submission base64RsaPublicKey="k" method="post"/>')::quire.xform) #>> '{submission}',
    '{"method": "post", "base64RsaPublicKey": "k"}', 'the submission element too');

SELECT results_eq($$ SELECT path, type, "order", is_binary, select_multiple, is_repeat, depth FROM quire.fields(test.household()) WHERE "order" > 5 $$, $$ VALUES
    ('/likes', 'string', 6, false, true, false, 0), ('/spot', 'geopoint', 7, false, false, false, 0), ('/photo', 'binary', 8, true, false, false, 0),
    ('/group', 'structure', 9, false, false, false, 0), ('/group/note', 'string', 10, false, false, false, 1),
    ('/member', 'repeat', 11, false, false, true, 0), ('/member/who', 'string', 12, false, false, false, 1),
    ('/member/age', 'int', 13, false, false, false, 1), ('/member/pet', 'repeat', 14, false, false, true, 1),
    ('/member/pet/kind', 'string', 15, false, false, false, 2), ('/meta', 'structure', 16, false, false, false, 0),
    ('/meta/instanceID', 'string', 17, false, false, false, 1), ('/meta/instanceName', 'unknown', 18, false, false, false, 1) $$,
    'fields come depth first, with paths that have no prefixes');
SELECT results_eq($$ SELECT label, control FROM quire.fields(test.household()) WHERE path IN ('/name', '/size') $$,
    $$ VALUES ('{"default": "Name?"}'::jsonb, 'input'), (NULL, NULL) $$, 'with the words of the body');
SELECT results_eq($$ SELECT path, name, value, label, ord FROM quire.choices(test.household()) $$,
    $$ VALUES ('/likes', 'likes', 'tea', '{"default": "Tea"}'::jsonb, 1), ('/likes', 'likes', 'coffee', '{"default": "Coffee"}', 2) $$, 'and its choices');
SELECT results_eq($$ SELECT name, type FROM quire.form_attachments(test.form_xml('<a/>', '', '', '<instance id="x" src="jr://file-csv/x.csv"/>')::quire.xform) $$,
    $$ VALUES ('x.csv', 'file') $$, 'and the files it expects');
SELECT is(quire.form_datasets(form), '[{"dataset": "people", "path": "/", "repeat": false, "actions": ["create"],
    "properties": [{"name": "full_name", "path": "/name"}]}]'::jsonb, 'and the entities it declares')
FROM (SELECT test.form_xml('<name/><meta><entity dataset="people" create="1" id=""><label/></entity></meta>', '', '',
    '<bind nodeset="/data/name" type="string" entities:saveto="full_name"/>')::quire.xform) AS f(form);
SELECT is(test.fault($$ SELECT quire.form_datasets(test.form_xml('<meta><entity dataset="a.b" create="1"/></meta>')::quire.xform) $$, 'state'),
    ARRAY['22023'], 'entities that are declared wrongly are an error there, and there alone');
SELECT matches(quire.odata_metadata(test.household()), 'EntityType Name="Submissions.member.pet"', 'and what OData clients want to know');

SELECT * FROM finish();
ROLLBACK;
