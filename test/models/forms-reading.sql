-- The model forms: what readers ask: hashes, fields that are geometries, CSV, tags of exports.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(16);
SELECT quire.create_model('forms', 'odk');
SET LOCAL search_path = public, odk;
INSERT INTO actors ("displayName") VALUES ('Ada') RETURNING id AS ada \gset
SELECT quire.become(:'ada');
INSERT INTO projects (name) VALUES ('One');
\set household `cat examples/household.xml`
\set registration `cat examples/tree_registration.xml`
SELECT create_form(1, :'household', true) AS form, create_form(1, :'registration', true) AS trees \gset

SELECT is(hash_text('a', NULL, 'b'), md5(md5('a') || ' X ' || md5('b')), 'texts are hashed one by one');
SELECT is(hash_text_to_bigint('a'), ('x' || left(md5(md5('a')), 16))::bit(64)::bigint, 'half of it is a number');
SELECT is(md5_hash_agg(v ORDER BY v), md5(md5(repeat('0', 32) || md5('1')) || '----'), 'values are hashed in their order') FROM (VALUES (1), (NULL)) AS t(v);
SELECT results_eq($$ SELECT path, repeats FROM form_field_repeatmembership WHERE path IN ('/member/age', '/member', '/name') ORDER BY path $$,
    $$ VALUES ('/member', '{}'::text[]), ('/member/age', '{/member}'), ('/name', '{}') $$, 'which repeats a field is in');
SELECT results_eq($$ SELECT path, type, is_default, repeatgroup_cardinality, fieldhash = hash_text_to_bigint(type, path, 'false') FROM form_field_geo $$,
    $$ VALUES ('/place/spot', 'geopoint'::varchar, true, 0, true) $$, 'which fields are geometries');

SELECT submissions_etag(:form) AS tag \gset
SELECT matches(:'tag'::text, '^eventhash:', 'an export has a tag');
SELECT submit(1, '<data id="household" version="1"><name>x</name><meta><instanceID>one</instanceID></meta></data>');
SELECT isnt(submissions_etag(:form), :'tag'::text, 'another one with another submission');
SELECT submissions_etag(:form) AS tag \gset
SELECT is(submissions_etag(:form), :'tag'::text, 'the same while nothing changes');
SELECT review(1, 'approved');
SELECT isnt(submissions_etag(:form), :'tag'::text, 'and another one when something does');

SELECT create_entity(1, 'a, "quoted" label', '{"species": "oak"}', '5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001');
SELECT results_eq($$ SELECT entities_csv(1, true) $$,
    $$ VALUES ('name,label,__version,species,height'), ('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001,"a, ""quoted"" label",1,oak,') $$, 'a dataset as forms get it');
SELECT matches((SELECT line FROM entities_csv(1) WITH ORDINALITY AS c(line, n) WHERE n = 2),
    format('^5a2f8f5e-[^,]*,"a, ""quoted"" label",oak,,\d{4}-\d\d-\d\dT[0-9:.]+Z,%s,Ada,0,,1$', :ada), 'and as it is exported');
UPDATE datasets SET "ownerOnly" = true;
INSERT INTO actors (type, "displayName") VALUES ('field_key', 'phone') RETURNING id AS phone \gset
SELECT is((SELECT count(*) FROM entities_csv(1, true, :phone)), 1::bigint, 'who sees no entities gets the header');
SELECT is((SELECT count(*) FROM entities_csv(1, true, :ada)), 2::bigint, 'whose they are gets them');
SELECT is((SELECT count(*) FROM entity_versions('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001') WHERE "lastGoodVersion" AND source ->> 'type' = 'api'), 1::bigint, 'an entity has a history');
-- Three updates that were made one after the other on a device, of which the second arrived first, by force.
INSERT INTO entity_defs ("entityId", data, "dataReceived", "baseVersion", "conflictingProperties", "branchId", "trunkVersion", "branchBaseVersion")
SELECT 1, d, d, base, properties, '5a2f8f5e-2a6f-4c39-9f6b-00000000000a', 1, turn
FROM (VALUES (1, '{"species": "elm"}'::jsonb, 1, NULL::jsonb, 2), (2, '{"species": "ash"}', 1, '["species"]', 1), (3, '{"species": "fir"}', 3, NULL, 3)) AS v(n, d, base, properties, turn) ORDER BY n;
SELECT results_eq($$ SELECT version, conflict::text, "lastGoodVersion", "relevantToConflict" FROM entity_versions('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001') $$,
    $$ VALUES (1, NULL, false, true), (2, NULL, true, true), (3, 'hard', false, true), (4, 'soft', false, true) $$, 'what follows a conflict on its branch is one, too');
UPDATE entities SET conflict = 'hard' WHERE id = 1;
SELECT resolve_conflict('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001');
SELECT results_eq($$ SELECT version, resolved, "lastGoodVersion", "relevantToConflict" FROM entity_versions('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001') $$,
    $$ VALUES (1, false, false, false), (2, false, false, false), (3, true, false, false), (4, true, true, false) $$, 'until it is resolved');
SELECT * FROM finish();
ROLLBACK;
