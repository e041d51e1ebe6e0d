-- The model forms: definitions of forms, their versions, files and datasets.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(67);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
INSERT INTO actors ("displayName") VALUES ('Ada');
SELECT quire.become((SELECT max(id) FROM actors)::text);
INSERT INTO projects (name) VALUES ('One'), ('Two');

-- A form of these nodes and binds, with a group meta unless there is one or a comment says that there is none.
CREATE FUNCTION pg_temp.form(id text, version text, nodes text, binds text DEFAULT '', body text DEFAULT '', more text DEFAULT '',
    spec text DEFAULT '2024.1.0') RETURNS text LANGUAGE sql AS $$
    SELECT format('<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:entities="http://www.opendatakit.org/xforms/entities">
<h:head><h:title>%1$s</h:title><model entities:entities-version="%2$s"><instance><data id="%1$s" version="%3$s">%4$s</data></instance>%5$s%6$s</model></h:head>
<h:body>%7$s</h:body></h:html>', id, spec, version, nodes || CASE WHEN nodes ~ '<meta>|<!--' THEN '' ELSE '<meta><instanceID/></meta>' END, more, binds, body)
$$;
CREATE FUNCTION pg_temp.bind(path text, type text DEFAULT 'string', saveto text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
    SELECT format('<bind nodeset="/data/%s" type="%s"%s/>', path, type, ' entities:saveto="' || saveto || '"')
$$;
CREATE FUNCTION pg_temp.entity(dataset text, actions text DEFAULT 'create="1"') RETURNS text LANGUAGE sql AS $$
    SELECT format('<meta><instanceID/><entity dataset="%s" id="" %s><label/></entity></meta>', dataset, actions)
$$;

-- What a version says.
SELECT create_form(1, pg_temp.form('a', 'v1', '<x/><g><y/></g>', pg_temp.bind('x', 'int') || pg_temp.bind('g/y')));
SELECT results_eq($$ SELECT "xmlFormId", state, "currentDefId" IS NULL, "draftDefId" IS NOT NULL, "updatedAt" IS NULL FROM forms WHERE id = 1 $$,
    $$ VALUES ('a'::varchar, 'open', true, true, true) $$, 'a new form is open, and has a draft');
SELECT results_eq($$ SELECT species, parent FROM actees JOIN forms ON actees.id = "acteeId" WHERE forms.id = 1 $$,
    $$ SELECT 'form'::varchar, "acteeId" FROM projects WHERE id = 1 $$, 'it is an actee in that of its project');
SELECT results_eq($$ SELECT version, name, hash = md5(xml), sha256 = encode(sha256(convert_to(xml, 'UTF8')), 'hex'), length(sha), "publishedAt" IS NULL, "draftToken" ~ '^[A-Za-z0-9!$]{64}$' FROM form_defs $$,
    $$ VALUES ('v1', 'a', true, true, 40, true, true) $$, 'a version has what its XML says, digests, and a token for its draft');
SELECT results_eq($$ SELECT path, type, "order", "binary" FROM form_fields ORDER BY "order" $$,
    $$ VALUES ('/x', 'int'::varchar, 0, NULL::bool), ('/g', 'structure', 1, NULL), ('/g/y', 'string', 2, NULL), ('/meta', 'structure', 3, NULL), ('/meta/instanceID', 'unknown', 4, NULL) $$,
    'and its fields');
SELECT throws_ok($$ SELECT create_form(1, 'no form') $$, '2200N', NULL, 'what is no form is refused');
SELECT throws_ok($$ SELECT create_form(1, pg_temp.form('a', 'v1', '<x/>')) $$, '23505', NULL, 'one form of a project has an id');
SELECT is(create_form(2, pg_temp.form('a', 'v1', '<x/>')) > 0, true, 'and one of another project');
SELECT throws_ok($$ SELECT create_form(1, pg_temp.form('b', '1', '<x/><!-- no meta -->')) $$, '22023', 'the form has no group "meta"', 'a form needs meta');
SELECT throws_ok($$ INSERT INTO form_defs ("formId", xml) VALUES (1, pg_temp.form('b', '1', '<x/>')) $$, '23514', NULL, 'a version has the id of its form');
SELECT throws_ok($$ INSERT INTO form_defs ("formId", xml) VALUES (99, pg_temp.form('a', '1', '<x/>')) $$, 'P0002', NULL, 'and a form');
SELECT throws_ok($$ SELECT create_form(1, replace(pg_temp.form('a', '1', '<x/>'), ' id="a"', '')) $$, '22023', NULL, 'the form needs an id');

-- Publishing.
SELECT is(publish_form(1), (SELECT min(id) FROM form_defs), 'a draft is published');
SELECT results_eq($$ SELECT "currentDefId" IS NOT NULL, "draftDefId" IS NULL FROM forms WHERE id = 1 $$, $$ VALUES (true, true) $$, 'it is the current version then, and no draft');
SELECT results_eq($$ SELECT "draftToken" FROM form_defs WHERE "publishedAt" IS NOT NULL $$, $$ VALUES (NULL::varchar) $$, 'without a token');
SELECT throws_ok($$ SELECT publish_form(1) $$, 'P0002', 'the form has no draft', 'nothing else is to be published');
SELECT throws_ok($$ UPDATE form_defs SET "publishedAt" = NULL WHERE "publishedAt" IS NOT NULL $$, '55000', NULL, 'what was published stays so');
SELECT throws_ok($$ UPDATE form_defs SET xml = xml || ' ' $$, '55000', NULL, 'and as it was');
SELECT lives_ok($$ SELECT create_draft(1) $$, 'a draft can be a copy');
SELECT throws_ok($$ SELECT publish_form(1) $$, '23505', 'this version of the form was published before', 'which needs another version');
SELECT is((SELECT count(DISTINCT "schemaId") FROM form_defs WHERE "formId" = 1), 1::bigint, 'versions with the same fields share a schema');
SELECT create_draft(1, pg_temp.form('a', 'v2', '<x/><g><y/></g><z/>', pg_temp.bind('x', 'int') || pg_temp.bind('g/y') || pg_temp.bind('z', 'date'))) AS second \gset
SELECT is((SELECT count(*) FROM form_defs WHERE "formId" = 1), 2::bigint, 'the draft that another one replaces is gone');
SELECT isnt((SELECT "schemaId" FROM form_defs WHERE id = :second), (SELECT "schemaId" FROM form_defs JOIN forms ON "currentDefId" = form_defs.id WHERE forms.id = 1), 'another field makes another schema');
SELECT is((SELECT "draftToken" FROM form_defs WHERE id = :second) IS NOT NULL, true, 'with the token of drafts');
SELECT publish_form(1);
SELECT throws_ok($$ INSERT INTO form_defs ("formId", xml, "publishedAt") SELECT 1, xml, now() FROM form_defs WHERE id = 1 $$, '23505', NULL, 'an old version is not published again');

-- Types between versions.
SELECT throws_ok($$ SELECT create_draft(1, pg_temp.form('a', 'v3', '<x/>', pg_temp.bind('x', 'date'))) $$, '42804', 'the field "/x" had the type "int" in an earlier version', 'a field keeps its type');
SELECT lives_ok($$ SELECT create_draft(1, pg_temp.form('a', 'v3', '<x/><g><y/></g>', pg_temp.bind('x', 'string') || pg_temp.bind('g/y'))) $$, 'or becomes a string');
SELECT throws_ok($$ SELECT create_draft(1, pg_temp.form('a', 'v3', '<g/>', pg_temp.bind('g', 'string'))) $$, '42804', NULL, 'which a group does not');
SELECT publish_form(1);
SELECT throws_ok($$ SELECT create_draft(1, pg_temp.form('a', 'v4', '<z/>', pg_temp.bind('z', 'int'))) $$, '42804', NULL, 'a field that was dropped keeps its type too');
SELECT results_eq($$ SELECT path FROM all_fields(1) $$, $$ VALUES ('/x'), ('/g'), ('/g/y'), ('/meta'), ('/meta/instanceID'), ('/z') $$, 'all fields of all versions, those that were dropped after those around them');
SELECT results_eq($$ SELECT type, details FROM form_warnings(1, pg_temp.form('a', 'v4', '', '', '', '', '2022.1.0')) WHERE type <> 'rule' $$,
    $$ VALUES ('structureChanged', '["/x", "/g", "/g/y"]'::jsonb), ('oldEntityVersion', '{"version": "2022.1.0"}') $$, 'what an author should know');

-- Drafts.
SELECT create_draft(1, pg_temp.form('a', 'v5', '<q/>', pg_temp.bind('q')));
SELECT is((SELECT count(*) FROM form_schemas), 5::bigint, 'a draft has a schema');
SELECT delete_draft(1);
SELECT results_eq($$ SELECT "draftDefId", (SELECT count(*) FROM form_schemas) FROM forms WHERE id = 1 $$, $$ VALUES (NULL::int, 4::bigint) $$, 'which goes with it');
SELECT throws_ok($$ SELECT delete_draft(1) $$, 'P0002', NULL, 'no draft, no deletion');
SELECT throws_ok($$ SELECT delete_draft(form_named(2, 'a')) $$, '55000', NULL, 'a form without versions is none');

-- States.
SELECT lives_ok($$ SELECT set_form_state(1, 'closed') $$, 'a form is closed');
SELECT throws_ok($$ SELECT set_form_state(1, 'shut') $$, '23514', NULL, 'states are open, closing, closed');
SELECT lives_ok($$ SELECT set_form_state(1, 'open') $$, 'and opened');

-- Files.
\set media '<instance id="s" src="jr://file-csv/species.csv"/><instance id="t" src="jr://file-csv/trees.csv"/><itext><translation lang="en"><text id="q"><value form="image">jr://images/leaf.png</value></text></translation></itext>'
SELECT create_form(1, pg_temp.form('files', '1', '<x/>', more => :'media'), true) AS files \gset
SELECT set_eq(format('SELECT name, type FROM form_attachments WHERE "formId" = %s', :files), $$ VALUES ('species.csv', 'file'), ('trees.csv', 'file'), ('leaf.png', 'image') $$, 'a version expects the files that it names');
SELECT "currentDefId" AS def FROM forms WHERE id = :files \gset
SELECT is(attach_to_form(:def, 'species.csv', 'a,b', 'text/csv'), attach_to_form(:def, 'species.csv', 'a,b', 'text/csv'), 'the same content is one blob');
SELECT throws_ok(format('SELECT attach_to_form(%s, %L, %L)', :def, 'other.csv', 'x'), 'P0002', NULL, 'only files that are expected');
SELECT create_draft(:files, pg_temp.form('files', '2', '<x/>', more => :'media')) AS draft \gset
SELECT results_eq(format('SELECT "blobId" IS NOT NULL FROM form_attachments WHERE "formDefId" = %s ORDER BY name', :draft), $$ VALUES (false), (true), (false) $$, 'the next version keeps their content');
SELECT throws_ok(format('UPDATE form_attachments SET "datasetId" = 1 WHERE name = %L', 'leaf.png'), '23514', NULL, 'an image is no dataset');

-- Datasets.
SELECT create_form(1, pg_temp.form('reg', '1', '<s/><h/>' || pg_temp.entity('trees'), pg_temp.bind('s', 'string', 'species') || pg_temp.bind('h', 'int', 'height'))) AS reg \gset
SELECT results_eq($$ SELECT name, "publishedAt" IS NULL, "approvalRequired", "ownerOnly" FROM datasets $$, $$ VALUES ('trees', true, false, false) $$, 'a draft declares a dataset, which is not published');
SELECT results_eq($$ SELECT p.name, f.path, p."publishedAt" IS NULL FROM ds_properties p JOIN ds_property_fields f ON f."dsPropertyId" = p.id ORDER BY p.id $$, $$ VALUES ('species', '/s', true), ('height', '/h', true) $$, 'nor its properties');
SELECT results_eq($$ SELECT actions, path, "isRepeat" FROM dataset_form_defs $$, $$ VALUES ('["create"]'::jsonb, '/', false) $$, 'what it does with it');
SELECT publish_form(:reg);
SELECT results_eq($$ SELECT (SELECT bool_and("publishedAt" IS NOT NULL) FROM datasets), (SELECT bool_and("publishedAt" IS NOT NULL) FROM ds_properties) $$, $$ VALUES (true, true) $$, 'both are, with the version');
SELECT is((SELECT parent FROM actees JOIN datasets ON actees.id = "acteeId"), (SELECT "acteeId"::varchar FROM projects WHERE id = 1), 'a dataset is an actee');
SELECT is((SELECT count("datasetId") FROM form_attachments WHERE name = 'trees.csv'), 2::bigint, 'files that are named after it and have no content are linked');
SELECT attach_to_form(:draft, 'trees.csv', 'a,b');
SELECT is(link_to_form(:draft, 'trees.csv', 'trees'), 1, 'a file can be linked');
SELECT create_form(1, pg_temp.form('visit', '1', '<x/>', more => :'media'), true) AS visit \gset
SELECT is((SELECT "datasetId" FROM form_attachments WHERE "formId" = :visit AND name = 'trees.csv'), 1, 'a new form that names one gets it');
SELECT throws_ok(format('SELECT link_to_form(%s, %L, %L)', :draft, 'species.csv', 'nothing'), 'P0002', NULL, 'a dataset that there is');
SELECT throws_ok($$ SELECT create_form(1, pg_temp.form('r2', '1', '<s/>' || pg_temp.entity('Trees'))) $$, '23505', NULL, 'no dataset differs in case alone');
SELECT throws_ok($$ SELECT create_form(1, pg_temp.form('r2', '1', '<s/>' || pg_temp.entity('trees'), pg_temp.bind('s', 'string', 'Species'))) $$, '23505', NULL, 'nor a property');
SELECT lives_ok($$ SELECT create_form(2, pg_temp.form('r2', '1', '<s/>' || pg_temp.entity('Trees'))) $$, 'in another project it may');
SELECT throws_ok($$ SELECT create_form(1, pg_temp.form('r2', '1', '<s/>' || pg_temp.entity('a.b'))) $$, '22023', NULL, 'a dataset has a name that is one');
SELECT throws_ok($$ SELECT create_form(1, pg_temp.form('r2', '1', '<s/>' || pg_temp.entity('trees', ''))) $$, '22023', NULL, 'a declaration says what it does');
SELECT create_draft(:reg, pg_temp.form('reg', '2', '<s/><h/><w/>' || pg_temp.entity('trees'), pg_temp.bind('s', 'string', 'species') || pg_temp.bind('h', 'int', 'height') || pg_temp.bind('w', 'int', 'width')));
SELECT results_eq($$ SELECT "publishedAt" IS NULL FROM ds_properties WHERE name = 'width' $$, $$ VALUES (true) $$, 'a version adds a property');
SELECT delete_draft(:reg);
SELECT is_empty($$ SELECT FROM ds_properties WHERE name = 'width' $$, 'which is gone when it is not published');
SELECT is((SELECT count(*) FROM ds_properties WHERE "datasetId" = 1), 2::bigint, 'and the others are not');

-- What was drafted before another version was published, or the project had a key.
SELECT create_form(1, pg_temp.form('typed', '1', '<x/>'), true) AS typed \gset
SELECT create_draft(:typed, pg_temp.form('typed', '2', '<x/><y/>', pg_temp.bind('y', 'decimal', 'no')));
INSERT INTO form_defs ("formId", xml, "publishedAt") VALUES (:typed, pg_temp.form('typed', '3', '<x/><y/>', pg_temp.bind('y', 'int', 'no')), now());
SELECT throws_ok(format('SELECT publish_form(%s)', :typed), '42804', NULL, 'a draft whose types have come into conflict is not published');
SELECT create_form(2, pg_temp.form('unlocked', '1', '<x/>')) AS unlocked \gset

-- Encryption.
\set key '<submission base64RsaPublicKey="MIIBkey"/>'
SELECT create_form(1, pg_temp.form('enc', '1', '<x/>' || pg_temp.entity('secrets'), more => :'key'), true);
SELECT results_eq($$ SELECT k.public, (SELECT count(*) FROM datasets WHERE name = 'secrets') FROM form_defs d JOIN keys k ON k.id = d."keyId" $$, $$ VALUES ('MIIBkey', 0::bigint) $$, 'an encrypted form has its key, and no entities');
UPDATE projects SET "keyId" = (SELECT id FROM keys) WHERE id = 2;
SELECT throws_ok($$ SELECT create_form(2, pg_temp.form('open', '1', '<x/>')) $$, '55000', NULL, 'a project that encrypts takes no form that does not');
SELECT throws_ok(format('SELECT publish_form(%s)', :unlocked), '55000', NULL, 'nor a draft that was there before');

-- Structure.
SELECT is(same_structure(fields_of_schema(1), fields_of_schema(1)), true, 'a schema has its own structure');
SELECT is((SELECT count(*) FROM type_conflict('{}', fields_of_schema(1)) WHERE path IS NOT NULL), 0::bigint, 'what was not there has no other type');
SELECT is_empty($$ SELECT * FROM quire.verify_model('odk') $$, 'the model is as it should be');
SELECT has_index('odk', 'form_defs', 'check_form_version', 'versions are told apart by an index');
SELECT * FROM finish();
ROLLBACK;
