-- The model forms: entities by submissions and by the API, their versions, conflicts, and the backlog.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(66);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
INSERT INTO actors ("displayName") VALUES ('Ada') RETURNING id AS ada \gset
SELECT quire.become(:'ada');
INSERT INTO projects (name) VALUES ('One');
\set registration `cat examples/tree_registration.xml`
\set visit `cat examples/tree_visit.xml`
SELECT create_form(1, :'registration', true) AS form, create_form(1, replace(:'visit', 'update="1"', 'update="1" create="1"'), true) AS visit \gset

CREATE FUNCTION pg_temp.id(n int) RETURNS uuid LANGUAGE sql AS $$ SELECT format('5a2f8f5e-2a6f-4c39-9f6b-%s', lpad(n::text, 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.branch(n int) RETURNS uuid LANGUAGE sql AS $$ SELECT format('aaaaaaaa-2a6f-4c39-9f6b-%s', lpad(n::text, 12, '0'))::uuid $$;
-- Registers tree n.
CREATE FUNCTION pg_temp.register(n int, instance text, label text DEFAULT 'a tree', dataset text DEFAULT 'trees', meta text DEFAULT '') RETURNS int LANGUAGE sql AS $$
    INSERT INTO submission_defs (xml) VALUES (format('<data id="tree_registration" version="1"><species>oak</species><height>5</height>
        <meta><instanceID>%s</instanceID>%s<entity dataset="%s" id="uuid:%s" create="1"><label>%s</label></entity></meta></data>',
        instance, meta, dataset, upper(pg_temp.id(n)::text), label)) RETURNING id
$$;
-- Visits it: with these attributes of the entity.
CREATE FUNCTION pg_temp.visit(n int, instance text, height text, attributes text, label text DEFAULT '') RETURNS int LANGUAGE sql AS $$
    INSERT INTO submission_defs (xml) VALUES (format('<data id="tree_visit" version="1">%s<meta><instanceID>%s</instanceID>
        <entity dataset="trees" id="%s" %s><label>%s</label></entity></meta></data>', '<height>' || height || '</height>', instance, pg_temp.id(n), attributes, label))
    RETURNING id
$$;
CREATE FUNCTION pg_temp.error() RETURNS text LANGUAGE sql AS $$
    SELECT details ->> 'errorMessage' FROM audits WHERE action = 'entity.error' ORDER BY id DESC LIMIT 1
$$;

-- Creating.
SELECT pg_temp.register(1, 'one');
SELECT results_eq($$ SELECT e.uuid, d.name, "creatorId", "updatedAt", conflict FROM entities e JOIN datasets d ON d.id = "datasetId" $$,
    format($$ VALUES (pg_temp.id(1), 'trees', %s, NULL::timestamptz(3), NULL::"conflictType") $$, :ada), 'a submission makes an entity');
SELECT results_eq($$ SELECT version, current, root, label, data, "dataReceived", "baseVersion" FROM entity_defs $$,
    $$ VALUES (1, true, true, 'a tree', '{"species": "oak", "height": "5"}'::jsonb, '{"species": "oak", "height": "5", "label": "a tree"}'::jsonb, NULL::int) $$, 'and its first version');
SELECT results_eq($$ SELECT type, details, "submissionDefId" IS NOT NULL, "forceProcessed", "auditId" IS NOT NULL FROM entity_def_sources $$,
    $$ VALUES ('submission'::varchar, '{"submission": {"instanceId": "one"}}'::jsonb, true, false, true) $$, 'whose source it is');
SELECT pg_temp.register(1, 'again');
SELECT is(pg_temp.error(), 'there is an entity with this UUID already, or there was one', 'a UUID is used once; the submission is kept');
SELECT is((SELECT count(*) FROM submissions), 2::bigint, 'both are there');
SELECT pg_temp.register(2, 'blank', ' ');
SELECT is(pg_temp.error(), 'the label is missing or empty', 'an entity has a label');
SELECT pg_temp.register(2, 'nowhere', 'x', 'bushes');
SELECT is(pg_temp.error(), 'there is no dataset "bushes"', 'and a dataset');
SELECT is((SELECT count(*) FROM entities), 1::bigint, 'what failed has left nothing');
SELECT pg_temp.register(2, 'nowhere-2', meta => '<deprecatedID>nowhere</deprecatedID>');
SELECT is((SELECT count(*) FROM entities), 2::bigint, 'a corrected version may make it');
SELECT pg_temp.register(3, 'nowhere-3', meta => '<deprecatedID>nowhere-2</deprecatedID>');
SELECT is((SELECT count(*) FROM entities), 2::bigint, 'once it has, the next one does not');

-- Updating.
SELECT pg_temp.visit(1, 'v1', '6', 'update="1" baseVersion="1"');
SELECT results_eq($$ SELECT version, "baseVersion", label, data FROM entity_defs WHERE current AND "entityId" = 1 $$,
    $$ VALUES (2, 1, 'a tree', '{"species": "oak", "height": "6"}'::jsonb) $$, 'an update overlays what there is');
SELECT pg_temp.visit(1, 'v2', '6', 'update="1" baseVersion="1"', 'the same, renamed');
SELECT results_eq($$ SELECT conflict, "conflictingProperties" FROM entities e JOIN entity_defs d ON "entityId" = e.id AND current WHERE e.id = 1 $$,
    $$ VALUES ('soft'::"conflictType", '[]'::jsonb) $$, 'of an old version with the same outcome: a soft conflict');
SELECT pg_temp.visit(1, 'v3', '7', 'update="1" baseVersion="1"');
SELECT results_eq($$ SELECT conflict, "conflictingProperties", data ->> 'height' FROM entities e JOIN entity_defs d ON "entityId" = e.id AND current WHERE e.id = 1 $$,
    $$ VALUES ('hard'::"conflictType", '["height"]'::jsonb, '7') $$, 'with another: a hard one');
SELECT pg_temp.visit(1, 'v4', '8', 'update="1" baseVersion="4"');
SELECT is((SELECT conflict::text FROM entities WHERE id = 1), 'hard', 'which stays');
SELECT results_eq($$ SELECT version, conflict::text, resolved, "baseDiff", "serverDiff", "lastGoodVersion" FROM entity_versions(pg_temp.id(1)) $$,
    $$ VALUES (1, NULL, false, '[]'::jsonb, '[]'::jsonb, false), (2, NULL, false, '["height"]', '["height"]', true), (3, 'soft', false, '["height", "label"]', '["label"]', false),
        (4, 'hard', false, '["height"]', '["height"]', false), (5, NULL, false, '["height"]', '["height"]', false) $$, 'the history tells');
SELECT throws_ok($$ SELECT resolve_conflict(pg_temp.id(1), 4) $$, '40001', NULL, 'whoever resolves has seen the current version');
SELECT resolve_conflict(pg_temp.id(1), 5);
SELECT is((SELECT conflict FROM entities WHERE id = 1), NULL, 'until somebody resolves it');
SELECT results_eq($$ SELECT version FROM entity_versions(pg_temp.id(1)) WHERE resolved OR "lastGoodVersion" $$, $$ VALUES (3), (4), (5) $$, 'as the history tells then');
SELECT pg_temp.visit(9, 'v5', '8', 'update="1" baseVersion="1"');
SELECT is(pg_temp.error(), 'there is no such entity', 'an entity that there is');
SELECT pg_temp.visit(1, 'v6', '8', 'update="1" baseVersion="99"');
SELECT is(pg_temp.error(), 'the entity has no version 99', 'and a version');
SELECT pg_temp.visit(1, 'v7', '8', 'update="1"');
SELECT matches(pg_temp.error(), 'baseVersion', 'which is told');
SELECT pg_temp.visit(5, 'up1', '1', 'update="1" create="1" baseVersion="1"', 'upserted');
SELECT is((SELECT label FROM entities e JOIN entity_defs ON "entityId" = e.id WHERE uuid = pg_temp.id(5)), 'upserted', 'an upsert creates');
SELECT pg_temp.visit(5, 'up2', '2', 'update="true" create="true" baseVersion="1"');
SELECT is((SELECT max(version) FROM entities e JOIN entity_defs ON "entityId" = e.id WHERE uuid = pg_temp.id(5)), 2, 'or updates');
SELECT pg_temp.visit(6, 'off', '2', 'update="0" create="yes"');
SELECT is((SELECT count(*) FROM entities WHERE uuid = pg_temp.id(6)), 0::bigint, 'and neither unless it is asked for');

-- Offline branches.
SELECT pg_temp.visit(2, 'b2', '12', format('update="1" baseVersion="2" trunkVersion="1" branchId="%s"', pg_temp.branch(1)));
SELECT results_eq($$ SELECT "branchId", "branchBaseVersion", "entityUuid", "auditId" IS NOT NULL FROM entity_submission_backlog $$,
    $$ VALUES (pg_temp.branch(1), 2, pg_temp.id(2), true) $$, 'an update whose predecessor has not arrived waits');
SELECT pg_temp.visit(2, 'b3', '13', format('update="1" baseVersion="3" trunkVersion="1" branchId="%s"', pg_temp.branch(1)));
SELECT pg_temp.visit(2, 'b1', '11', format('update="1" baseVersion="1" trunkVersion="1" branchId="%s"', pg_temp.branch(1)));
SELECT results_eq($$ SELECT version, "baseVersion", "trunkVersion", "branchBaseVersion", data ->> 'height' FROM entities e JOIN entity_defs ON "entityId" = e.id WHERE uuid = pg_temp.id(2) AND version > 1 ORDER BY version $$,
    $$ VALUES (2, 1, 1, 1, '11'), (3, 2, 1, 2, '12'), (4, 3, 1, 3, '13') $$, 'when it arrives, they follow in order');
SELECT is_empty('SELECT FROM entity_submission_backlog', 'and wait no more');
SELECT is((SELECT conflict FROM entities WHERE uuid = pg_temp.id(2)), NULL, 'nobody else has interfered');
SELECT update_entity(pg_temp.id(2), data => '{"species": "elm"}');
SELECT pg_temp.visit(2, 'b4', '14', format('update="1" baseVersion="4" trunkVersion="1" branchId="%s"', pg_temp.branch(1)));
SELECT is((SELECT conflict::text FROM entities WHERE uuid = pg_temp.id(2)), 'soft', 'when somebody has, it is a conflict');
SELECT pg_temp.visit(7, 'c1', '3', format('update="1" baseVersion="1" branchId="%s"', pg_temp.branch(2)));
SELECT is((SELECT count(*) FROM entity_submission_backlog), 1::bigint, 'so does an update of what was created offline');
SELECT pg_temp.register(7, 'c0');
SELECT results_eq($$ SELECT version, data ->> 'height' FROM entities e JOIN entity_defs ON "entityId" = e.id WHERE uuid = pg_temp.id(7) ORDER BY version $$, $$ VALUES (1, '5'), (2, '3') $$, 'until that is');
SELECT pg_temp.visit(8, 'f1', '4', format('update="1" baseVersion="1" branchId="%s"', pg_temp.branch(3)));
SELECT is(process_backlog('5 days'), 0, 'what has waited for a moment goes on waiting');
SELECT is(process_backlog('0'), 1, 'what has waited too long');
SELECT results_eq($$ SELECT label, "forceProcessed" FROM entities e JOIN entity_defs ON "entityId" = e.id JOIN entity_def_sources s ON s.id = "sourceId" WHERE uuid = pg_temp.id(8) $$, $$ VALUES ('auto generated', true) $$, 'is applied to an entity that is made for it');
SELECT pg_temp.register(8, 'f0', 'at last');
SELECT results_eq($$ SELECT label, conflict::text, version FROM entities e JOIN entity_defs ON "entityId" = e.id AND current WHERE uuid = pg_temp.id(8) $$, $$ VALUES ('at last', 'hard', 2) $$, 'which is told its creation when that arrives');
SELECT pg_temp.visit(2, 'g1', '99', format('update="1" baseVersion="7" trunkVersion="5" branchId="%s"', pg_temp.branch(4)));
SELECT is(process_backlog('0'), 1, 'what has waited for another version');
SELECT is((SELECT data ->> 'height' FROM entities e JOIN entity_defs ON "entityId" = e.id AND current WHERE uuid = pg_temp.id(2)), '99', 'is applied to the latest one');
SELECT pg_temp.visit(2, 'g2', '1', format('update="1" baseVersion="90" trunkVersion="90" branchId="%s"', pg_temp.branch(5)));
SELECT is(pg_temp.error(), 'the entity has no version 90', 'a trunk is a version that there is');

-- Approval.
UPDATE datasets SET "approvalRequired" = true;
SELECT pg_temp.register(20, 'wait-1'), pg_temp.register(21, 'wait-2');
SELECT is((SELECT count(*) FROM entities WHERE uuid IN (pg_temp.id(20), pg_temp.id(21))), 0::bigint, 'creation waits for an approval');
SELECT review("submissionId", 'approved') FROM submission_defs WHERE "instanceId" = 'wait-1';
SELECT is((SELECT count(*) FROM entities WHERE uuid = pg_temp.id(20)), 1::bigint, 'and is done with it');
SELECT review("submissionId", 'hasIssues'), review("submissionId", 'approved') FROM submission_defs WHERE "instanceId" = 'wait-1';
SELECT is((SELECT count(*) FROM entity_defs JOIN entities e ON e.id = "entityId" WHERE uuid = pg_temp.id(20)), 1::bigint, 'once');
UPDATE datasets SET "approvalRequired" = false;
SELECT is(convert_pending(1), 1, 'what waits is done when none is required');

-- By the API.
SELECT is(create_entity(1, 'made', '{"height": "1"}', pg_temp.id(30)), pg_temp.id(30), 'an entity is created');
SELECT results_eq($$ SELECT type, "submissionDefId" FROM entity_def_sources ORDER BY id DESC LIMIT 1 $$, $$ VALUES ('api'::varchar, NULL::int) $$, 'by the API');
SELECT throws_ok($$ SELECT create_entity(1, 'made', '{"width": "1"}') $$, '22023', 'the dataset has no property "width", or its value is no string', 'properties are those of the dataset');
SELECT throws_ok($$ SELECT create_entity(1, 'made', '{"height": 1}') $$, '22023', NULL, 'and strings');
SELECT throws_ok($$ SELECT create_entity(1, ' ') $$, '23514', NULL, 'a label says something');
SELECT throws_ok($$ SELECT create_entity(9, 'x') $$, 'P0002', NULL, 'the dataset is one');
SELECT is(update_entity(pg_temp.id(30), 'renamed', base_version => 1), 2, 'it is updated');
SELECT throws_ok($$ SELECT update_entity(pg_temp.id(30), 'renamed again', base_version => 1) $$, '40001', NULL, 'by who knows the current version');
SELECT is(create_entities(1, '[{"label": "a"}, {"label": "b", "data": {"height": "2"}}]', '{"name": "trees.csv", "size": 10}'), 2, 'many at once');
SELECT results_eq($$ SELECT details FROM entity_def_sources ORDER BY id DESC LIMIT 1 $$, $$ VALUES ('{"name": "trees.csv", "size": 10, "count": 2}'::jsonb) $$, 'are of one source');
SELECT throws_ok($$ SELECT create_entities(1, '[{"label": "a", "color": "red"}]', '{}') $$, '22023', NULL, 'unknown keys are refused');
SELECT is((SELECT line FROM entities_csv(1, for_form => true) WITH ORDINALITY AS c(line, n) WHERE n = 1), 'name,label,__version,species,height', 'the file for forms');
SELECT pg_temp.visit(50, 'failed', '50', 'update="1" baseVersion="1"');
SELECT create_entity(1, 'made later', '{"height": "1"}', pg_temp.id(50));
SELECT is(convert_pending(1), 0, 'what is pending creates');
SELECT is((SELECT max(version) FROM entity_defs JOIN entities e ON e.id = "entityId" WHERE uuid = pg_temp.id(50)), 1, 'and brings no old update back');
SELECT pg_temp.visit(51, 'doomed', '51', format('update="1" baseVersion="1" branchId="%s"', pg_temp.branch(51)));
DELETE FROM submissions WHERE "instanceId" = 'doomed';
SELECT pg_temp.register(51, 'doomed-0');
SELECT is((SELECT max(version) FROM entity_defs JOIN entities e ON e.id = "entityId" WHERE uuid = pg_temp.id(51)), 1, 'what was deleted while it waited is not done');
SELECT lives_ok($$ SELECT pg_temp.register(52, 'huge', (SELECT string_agg('w' || i, ' ') FROM generate_series(1, 200000) AS i)) $$, 'an entity that cannot be indexed');
SELECT matches(pg_temp.error(), 'too long for tsvector', 'is an error that keeps its submission');
UPDATE ds_properties SET "deletedAt" = now() WHERE name = 'height';
SELECT is(update_entity(pg_temp.id(30), 'with less'), 3, 'what has a property that was deleted is updated nevertheless');
SELECT throws_ok($$ SELECT update_entity(pg_temp.id(30), data => '{"height": "2"}') $$, '22023', NULL, 'but for that');
SELECT pg_temp.register(53, 'less');
SELECT is((SELECT data FROM entity_defs JOIN entities e ON e.id = "entityId" WHERE uuid = pg_temp.id(53)), '{"species": "oak"}', 'and forms that fill it go on without it');
UPDATE ds_properties SET "deletedAt" = NULL;
SELECT throws_ok($$ UPDATE entities SET uuid = gen_random_uuid() $$, '55000', NULL, 'an entity stays the one that it is');
INSERT INTO purged_entities ("entityUuid", "acteeId") VALUES (pg_temp.id(40), 'x');
SELECT throws_ok($$ SELECT create_entity(1, 'again', uuid => pg_temp.id(40)) $$, '23505', NULL, 'the UUID of what was purged is not used again');
SELECT throws_ok($$ UPDATE entity_defs SET data = '{}' $$, '55000', NULL, 'versions are not changed');
SELECT results_eq($$ SELECT count(*) FROM entities $$, $$ SELECT count(*) FROM entity_defs WHERE current $$, 'each entity has one current version');
SELECT * FROM finish();
ROLLBACK;
