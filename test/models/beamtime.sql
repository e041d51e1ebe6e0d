-- The model beamtime: beamtimes, files, live-stream images, events, attributi, chemicals, the schedule.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(125);
SELECT quire.create_model('beamtime', 'b');
SET LOCAL search_path = public, b;

-- Moments.
SELECT is(to_millis('2024-05-17 10:11:12.345'), 1715940672345, 'moments are told in milliseconds of UTC');
SELECT is(from_millis(1715940672345), '2024-05-17 10:11:12.345'::timestamp, 'and back');
SELECT is(to_local_millis('2024-05-17 10:00') - to_millis('2024-05-17 10:00'), 7200000::bigint, 'local ones are the clock on the wall');
SELECT is_empty($$ SELECT n FROM generate_series(1711846000001, 1711855000000, 999983) AS n WHERE from_local_millis(to_local_millis(from_millis(n))) <> from_millis(n) $$,
    'local moments come back when clocks are put forward');
SELECT is(from_local_millis(to_millis('2024-10-27 02:30')), '2024-10-27 00:30'::timestamp, 'of a time that comes twice it is the first');
SELECT is(from_local_millis(to_millis('2024-10-27 03:30')), '2024-10-27 02:30'::timestamp, 'and after that hour there is one again');
SELECT throws_ok($$ UPDATE settings SET time_zone = 'Mars/Olympus' $$, '22023', NULL, 'the zone of the facility must be one');

-- Beamtimes.
INSERT INTO "Beamtime" (external_id, proposal, beamline, title, start, "end", analysis_output_path)
VALUES ('11', 'p', 'P11', 'One', '2024-01-01', '2024-01-02', '/gpfs/{beamtime.beamline_lowercase}/{beamtime.year}/{beamtime.external_id}'),
    ('12', 'p', 'P11', 'Two', '2025-01-01', '2025-01-02', '/x');
SELECT throws_ok($$ INSERT INTO "Beamtime" (external_id, proposal, beamline, title, start, "end") VALUES ('1', 'p', 'P11', 't', '2024-02-01', '2024-01-01') $$, '23514', NULL,
    'a beamtime ends after its start');
SELECT is(analysis_path(1), '/gpfs/p11/2024/11', 'paths of results have placeholders');
SELECT is(analysis_path(9), NULL, 'of beamtimes that are there');

-- Files.
CREATE FUNCTION pg_temp.file(wanted int) RETURNS SETOF "File" LANGUAGE sql AS 'SELECT * FROM "File" WHERE id = wanted';
INSERT INTO "File" (file_name, contents) VALUES ('a.txt', 'hello');
SELECT results_eq($$ SELECT type::text, size_in_bytes, size_in_bytes_compressed, sha256::text FROM "File" $$,
    $$ VALUES ('text/plain', 5, NULL::int, '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824') $$, 'one INSERT finds type, size and digest');
SELECT throws_ok($$ INSERT INTO "File" (file_name, contents, sha256) VALUES ('a', 'hello', repeat('0', 64)) $$, '22000', 'the file is not what its digest says', 'a digest that is given is checked');
SELECT is(create_file('a.txt', 'hello', deduplicate => true), 1, 'the same file is found by name and contents');
SELECT isnt(create_file('a.txt', 'hello'), 1, 'when asked for');
SELECT isnt(create_file('b.txt', 'hello', deduplicate => true), 1, 'another name is another file');
SELECT is((SELECT count(*) FROM "File" WHERE size_in_bytes_compressed IS NOT NULL), 0::bigint, 'what is short is not compressed');
SELECT is((SELECT (size_in_bytes, size_in_bytes_compressed < 100, length(contents) = size_in_bytes_compressed, file_contents(f) = convert_to(repeat('x', 1000), 'UTF8'))::text
    FROM pg_temp.file(create_file('long', convert_to(repeat('x', 1000), 'UTF8'))) AS f), '(1000,t,t,t)', 'what is long is, and is read as it was');
SELECT is((SELECT sha256::text FROM "File" WHERE file_name = 'long'), encode(sha256(convert_to(repeat('x', 1000), 'UTF8')), 'hex'), 'its digest is that of the original');
SELECT is((SELECT substr(contents, 1, 1) FROM "File" WHERE file_name = 'long'), '\x78'::bytea, 'it is zlib, which the platform reads');
SELECT is((SELECT size_in_bytes_compressed FROM pg_temp.file(create_file('off', convert_to(repeat('x', 1000), 'UTF8'), compress => 'off'))), NULL, 'compression can be off');
SELECT isnt((SELECT size_in_bytes_compressed FROM pg_temp.file(create_file('on', 'x', compress => 'on'))), NULL, 'or on');
SELECT throws_ok($$ SELECT create_file('x', 'x', compress => 'maybe') $$, '22023', NULL, 'and nothing else');
SELECT throws_ok($$ INSERT INTO "File" (file_name, contents, size_in_bytes_compressed) VALUES ('x', 'hello', 5) $$, '22P03', NULL, 'what is called compressed is');
SELECT is(media_type(m), t, t) FROM (VALUES ('\x89504e470d0a1a0a00'::bytea, 'image/png'), ('\xffd8ffe0', 'image/jpeg'), ('%PDF-1.5', 'application/pdf'),
    ('\x0001', 'application/octet-stream'), (convert_to(U&'gr\00FC\00DFe', 'UTF8'), 'text/plain')) AS s (m, t);
SELECT is(content_disposition(jsonb_populate_record(NULL::"File", jsonb_build_object('type', t, 'file_name', n))), d, t || ' ' || n)
FROM (VALUES ('image/png', 'a', 'inline'), ('application/pdf', 'a.pdf', 'inline'), ('text/plain', 'a.txt', 'inline'), ('text/plain', 'a.cif', 'attachment'),
    ('application/octet-stream', 'a', 'attachment')) AS s (t, n, d);

-- The live-stream image.
SELECT throws_ok($$ SELECT update_live_stream(99, 'x') $$, '23503', NULL, 'a live stream is that of a beamtime');
CREATE TEMP TABLE kept AS SELECT update_live_stream(1, '\x89504e470d0a1a0a01') AS image;
SELECT is((SELECT file_name::text FROM "File", kept WHERE id = image), 'live-stream-image-1', 'its name says so');
SELECT is((SELECT description::text FROM "File", kept WHERE id = image), 'Live stream image', 'as does its description');
SELECT is(create_event(1, 'P11', 'before', with_live_stream => true), 1, 'an event may keep the image of its moment');
SELECT is(update_live_stream(1, '\xffd8ff02'), image, 'a new image takes the place of the old') FROM kept;
SELECT results_eq($$ SELECT type::text, size_in_bytes, sha256::text = encode(sha256('\xffd8ff02'), 'hex') FROM "File", kept WHERE id = image $$, $$ VALUES ('image/jpeg', 4, true) $$, 'with all that is told of it');
SELECT results_eq($$ SELECT f.file_name::text, f.contents FROM "EventHasFile" AS e JOIN "File" AS f ON f.id = e.file_id $$,
    $$ VALUES ('live-stream-image-1-copy', '\x89504e470d0a1a0a01'::bytea) $$, 'the copy of the event stays as it was');
SELECT throws_ok($$ INSERT INTO "File" (file_name, contents) VALUES ('live-stream-image-1', 'x') $$, '23505', NULL, 'a beamtime has one image');
SELECT lives_ok($$ SELECT copy_live_stream(1), copy_live_stream(1) $$, 'and any number of copies');
SELECT is(copy_live_stream(2), NULL, 'without an image there is no copy');
SELECT is(create_event(2, 'P11', 'dark', with_live_stream => true), 2, 'and an event has none');

-- Events.
SELECT is(create_event(1, 'Ada', 'seen', 'user', ARRAY[1, 1, image]), 3, 'events have files') FROM kept;
SELECT is((SELECT count(*) FROM "EventHasFile" WHERE event_id = 3), 2::bigint, 'each once');
SELECT is((SELECT level::text FROM "EventLog" WHERE id = 3), 'USER', 'users write events');
SELECT throws_ok($$ SELECT create_event(1, 'x', 'x', 'loud') $$, '23514', NULL, 'levels are known');
SELECT throws_ok($$ SELECT create_event(1, 'x', 'x', file_ids => '{999}') $$, '23503', NULL, 'files must be there');
DELETE FROM "EventLog" WHERE id = 1;
SELECT cmp_ok(delete_unused_files('-1 hour'), '>=', 3, 'files that nothing has can be removed');
SELECT results_eq($$ SELECT id FROM "File" ORDER BY id $$, $$ SELECT file_id FROM "EventHasFile" UNION SELECT image FROM kept ORDER BY 1 $$, 'and no others');

-- Attributi.
INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES
    (1, 'size', 'CHEMICAL', '{"type": "number", "minimum": 0, "suffix": "mm", "format": "standard-unit"}'), (1, 'made', 'CHEMICAL', '{"type": "integer", "format": "date-time"}'),
    (1, 'kind', 'CHEMICAL', '{"type": "string", "enum": ["a", "b"]}'), (1, 'tags', 'CHEMICAL', '{"type": "array", "item_type": "string", "maxItems": 2}'),
    (1, 'good', 'CHEMICAL', '{"type": "boolean"}'), (1, 'count', 'CHEMICAL', '{"type": "integer"}'), (1, 'energy', 'RUN', '{"type": "number"}'),
    (2, 'size', 'CHEMICAL', '{"type": "number", "suffix": "m", "format": "standard-unit"}');
SELECT throws_ok(format('INSERT INTO "Attributo" (beamtime_id, name, associated_table, json_schema) VALUES (1, %L, %L, %L)', n, t, s), e, NULL, why)
FROM (VALUES ('size', 'RUN', '{"type": "string"}', '23505', 'names are unique in a beamtime'), ('x', 'EVENT', '{"type": "string"}', '23514', 'runs and chemicals have attributi'),
    ('x', 'RUN', '{"type": "number", "minimum": 2, "maximum": 1}', '22023', 'ranges have numbers in them'),
    ('x', 'RUN', '{"type": "number", "suffix": "furlongish", "format": "standard-unit"}', '22023', 'units are units'),
    ('x', 'RUN', '{"type": "array", "item_type": "string", "minItems": 3, "maxItems": 1}', '22023', 'lists can be long enough'),
    ('x', 'RUN', '{"type": "integer", "format": "event-id"}', '23514', 'only chemicals are referred to'),
    ('x', 'CHEMICAL', '{"type": "integer", "format": "chemical-id"}', '23514', 'by runs'),
    ('id', 'RUN', '{"type": "integer"}', '23514', 'and no attributo hides the number of a run')) AS s (n, t, s, e, why);
INSERT INTO "Chemical" (beamtime_id, name, attributi) VALUES (1, 'lysozyme', '{"size": 3, "good": true, "kind": null}');
SELECT is((SELECT attributi FROM "Chemical"), '{"size": 3, "good": true}', 'null is no value');
SELECT throws_ok($$ INSERT INTO "Chemical" (beamtime_id, name) VALUES (1, 'lysozyme') $$, '23505', NULL, 'chemicals have their own names');
SELECT throws_ok(format('UPDATE "Chemical" SET attributi = attributi || %L', v), '23514', NULL, why)
FROM (VALUES ('{"size": -1}', 'out of range'), ('{"size": "1"}', 'of another type'), ('{"kind": "c"}', 'no choice'), ('{"tags": ["a", "b", "c"]}', 'a list too long'), ('{"tags": [1]}', 'of other items'),
    ('{"nothing": 1}', 'not defined'), ('{"energy": 1}', 'of runs'), ('{"made": true}', 'a yes for a moment')) AS s (v, why);
SELECT throws_ok($$ UPDATE "Chemical" SET beamtime_id = 2 $$, '23514', NULL, 'a chemical stays in its beamtime');
UPDATE "Chemical" SET modified = '2000-01-01';
SELECT cmp_ok((SELECT modified FROM "Chemical"), '>', '2020-01-01'::timestamp, 'modified is when it was');

-- The platform's table of values.
SELECT results_eq($$ SELECT attributo_id, float_value, bool_value FROM "ChemicalHasAttributoValue" ORDER BY 1 $$, $$ VALUES (1, 3::float8, NULL::bool), (5, NULL, true) $$, 'each value has a row');
INSERT INTO "ChemicalHasAttributoValue" (chemical_id, attributo_id, datetime_value) VALUES (1, 2, '2024-05-17 10:11:12.5');
INSERT INTO "ChemicalHasAttributoValue" (chemical_id, attributo_id, string_value) VALUES (1, 3, 'b');
INSERT INTO "ChemicalHasAttributoValue" (chemical_id, attributo_id, list_value) VALUES (1, 4, '["x", "y"]');
INSERT INTO "ChemicalHasAttributoValue" (chemical_id, attributo_id, integer_value) VALUES (1, 6, 7);
UPDATE "ChemicalHasAttributoValue" SET float_value = NULL, integer_value = 4 WHERE attributo_id = 1;
DELETE FROM "ChemicalHasAttributoValue" WHERE attributo_id = 5;
SELECT is((SELECT attributi FROM "Chemical"), '{"kind": "b", "made": "2024-05-17T10:11:12.5Z", "size": 4, "tags": ["x", "y"], "count": 7}', 'and can be written, changed and removed by it');
SELECT is((SELECT datetime_value FROM "ChemicalHasAttributoValue" WHERE attributo_id = 2), '2024-05-17 10:11:12.5'::timestamp, 'moments are in UTC');
SELECT is((SELECT float_value FROM "ChemicalHasAttributoValue" WHERE attributo_id = 1), 4::float8, 'a whole number is a number');
SELECT throws_ok(format('INSERT INTO "ChemicalHasAttributoValue" (chemical_id, attributo_id, %s) VALUES (1, %s)', c, v), e, NULL, why)
FROM (VALUES ('float_value', '1, 5', '23505', 'a value is there once'), ('bool_value', '5, NULL', '22023', 'a row has a value'), ('string_value, bool_value', '5, ''x'', true', '22023', 'and one only'),
    ('float_value', '7, 1', '23514', 'of attributi of chemicals'), ('integer_value', '5, 1', '22023', 'of its type'), ('float_value', '8, 1', '23503', 'and its beamtime')) AS s (c, v, e, why);
SELECT is(attributi_of_api(1, '[{"attributo_id": 1, "attributo_value_float": 2.5, "attributo_value_str": null}, {"attributo_id": 2, "datetime": 1715940672345}, {"attributo_id": 4, "list_str": []}]', 'chemical'),
    '{"size": 2.5, "made": "2024-05-17T10:11:12.345Z", "tags": []}', 'values come as the API sends them');
SELECT is(attributi_of_api(1, '[{"attributo_id": 2, "attributo_value_datetime": 0, "attributo_value_datetime_local": 1715940672345}]', 'chemical'), '{"made": "2024-05-17T08:11:12.345Z"}',
    'of a moment that is told twice the local one holds');
SELECT is(attributi_to_api(1, '{"size": 2.5, "made": "2024-05-17T10:11:12Z", "kind": "a", "tags": ["x"], "good": false, "count": 7}'),
    '[{"attributo_id": 1, "attributo_value_float": 2.5}, {"attributo_id": 2, "attributo_value_datetime": 1715940672000, "attributo_value_datetime_local": 1715947872000}, {"attributo_id": 3, "attributo_value_str": "a"},
      {"attributo_id": 4, "attributo_value_list_str": ["x"]}, {"attributo_id": 5, "attributo_value_bool": false}, {"attributo_id": 6, "attributo_value_int": 7}]', 'values go as they come');
SELECT is(attributi_of_api(1, attributi_to_api(1, v), 'chemical'), v, 'and come as they go, also in the hour that is there twice')
FROM (VALUES ('{"size": 2.5, "made": "2024-10-27T01:30:00.5Z", "tags": [], "good": true}'::jsonb)) AS s (v);
SELECT throws_ok(format('SELECT attributi_of_api(1, %L, %L)', v, 'chemical'), e, NULL, why)
FROM (VALUES ('[{"attributo_id": 1, "double": 1}]', '22023', 'what is no value is none'), ('[{"attributo_id": 2, "bool": true}]', '22023', 'a moment is no yes'), ('[{"attributo_id": 1}]', '22023', 'nothing is no value'),
    ('[{"attributo_id": 4, "list_str": [], "list_bool": []}]', '22023', 'two are none'), ('[{"attributo_id": 7, "float": 1}]', '42704', 'attributi of runs are others')) AS s (v, e, why);

-- Changing attributi.
SELECT results_eq($$ SELECT key, rule FROM alter_attributo(1, 'length', '{"type": "number", "maximum": 0.001, "suffix": "m", "format": "standard-unit"}', dry_run => true) $$,
    $$ VALUES ('{"id": 1}'::jsonb, 'rule') $$, 'a dry run tells which values are in the way');
SELECT throws_ok($$ SELECT alter_attributo(1, 'length', '{"type": "number", "maximum": 0.001, "suffix": "m", "format": "standard-unit"}') $$, '23514', NULL, 'which make the change fail');
SELECT lives_ok($$ SELECT alter_attributo(1, 'length', '{"type": "number", "suffix": "m", "format": "standard-unit"}', 'longest side', 'automatic') $$, 'an attributo is changed, all at once');
SELECT is((SELECT attributi -> 'length' FROM "Chemical"), '0.004', 'with its values, in the new unit');
SELECT is((SELECT (name, description, "group", associated_table)::text FROM "Attributo" WHERE id = 1), '(length,"longest side",automatic,CHEMICAL)', 'and what else there is to it');
SELECT is_empty($$ SELECT alter_attributo(1, json_schema => '{"type": "number", "suffix": "km", "format": "standard-unit"}', ignore_units => true) $$, 'units can be ignored');
SELECT is((SELECT attributi -> 'length' FROM "Chemical"), '0.004', 'values are then as they were');
SELECT lives_ok($$ SELECT alter_attributo(2, json_schema => '{"type": "string"}') $$, 'moments become texts');
SELECT lives_ok($$ SELECT alter_attributo(2, json_schema => '{"type": "integer", "format": "date-time"}') $$, 'and texts moments');
SELECT results_eq($$ SELECT relation::text, rule FROM alter_attributo(1, associated_table => 'run', dry_run => true) $$, $$ VALUES ('"Chemical"', 'table') $$, 'values keep an attributo at its table');
SELECT throws_ok($$ SELECT alter_attributo(1, associated_table => 'run') $$, '23514', NULL, 'so they are not left behind');
SELECT lives_ok($$ SELECT alter_attributo(5, associated_table => 'run') $$, 'without values it moves');
SELECT throws_ok($$ SELECT alter_attributo(99) $$, 'P0002', NULL, 'what is not there is not changed');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT throws_ok($$ UPDATE "Attributo" SET name = 'x' WHERE id = 1 $$, '23514', 'attributo "length" has been changed without its values', 'a name is not changed behind the back of its values');
SELECT throws_ok($$ UPDATE "Attributo" SET json_schema = '{"type": "boolean"}' WHERE id = 1 $$, '23514', NULL, 'nor is a type');
SELECT lives_ok($$ UPDATE "Attributo" SET json_schema = '{"type": "number"}' WHERE id = 1 $$, 'one that all values have may be');
SET CONSTRAINTS ALL DEFERRED;
SELECT results_eq($$ SELECT key, rule FROM delete_attributo(3, dry_run => true) $$, $$ VALUES ('{"id": 1}'::jsonb, 'value') $$, 'a dry run tells what would be lost');
SELECT delete_attributo(3);
DELETE FROM "Attributo" WHERE id = 4;
SELECT is((SELECT attributi FROM "Chemical"), '{"made": "2024-05-17T10:11:12Z", "count": 7, "length": 0.004}', 'with an attributo go its values');
SELECT is(ingest_attributi(1, '[{"name": "energy", "description": "x", "schema": {"type": "number"}}, {"name": "new", "description": null, "schema": {"type": "string"}}]'), 1, 'programs bring attributi');
SELECT is((SELECT (description, "group", associated_table)::text FROM "Attributo" WHERE name = 'new'), '("",automatic,RUN)', 'as automatic ones of runs');
SELECT throws_ok($$ SELECT ingest_attributi(1, '[{"name": "newer", "schema": {"type": "string"}}, {"name": "energy", "schema": {"type": "string"}}]') $$, '42710', NULL, 'of the types that are there, or none');
CREATE FUNCTION pg_temp.attributi(wanted int) RETURNS jsonb LANGUAGE sql AS 'SELECT attributi FROM "Chemical" WHERE id = wanted';
INSERT INTO "ChemicalHasFile" SELECT 1, min(id) FROM "File";
SELECT is(pg_temp.attributi(copy_chemical(1, 2)), '{}', 'a copy has the attributi that are there');
UPDATE "Chemical" SET name = 'other' WHERE beamtime_id = 2;
SELECT is(pg_temp.attributi(copy_chemical(1, 2, create_attributi => true)), '{"made": "2024-05-17T10:11:12Z", "count": 7, "length": 0.004}', 'or all');
SELECT is((SELECT count(*) FROM "ChemicalHasFile"), 3::bigint, 'and the files');

-- The schedule.
SELECT is(replace_schedule(1, '[{"users": "x", "shift": "00:00-01:00", "date": "2023-01-01"}]'), 1, 'a schedule is written');
SELECT is(replace_schedule(1, '[{"users": "day", "shift": "08:00-20:00", "date": "2024-05-17", "chemicals": [1, 1]}, {"users": "night", "shift": "20:00-08:00", "date": "2024-05-17"}]'), 2, 'and replaced');
SELECT is((SELECT users::text FROM current_shift(1, at)), who, at || ': ' || coalesce(who, 'nobody'))
FROM (VALUES ('2024-05-17 05:59'::timestamp, NULL), ('2024-05-17 06:00', 'day'), ('2024-05-17 18:00:59', 'night'), ('2024-05-18 06:00', 'night'), ('2024-05-18 06:01', NULL)) AS s (at, who);
SELECT throws_ok(format('SELECT replace_schedule(1, %L)', s), e, NULL, s) FROM (VALUES ('[{"users": "x", "shift": "8-20", "date": "2024-05-17"}]', '23514'), ('[{"users": "x", "shift": "08:00-20:00", "date": "2024-02-30"}]', '22008')) AS v (s, e);
SELECT is((SELECT count(*) FROM "BeamtimeSchedule"), 2::bigint, 'what fails leaves the schedule as it was');

DELETE FROM "Beamtime" WHERE id = 1;
SELECT is_empty($$ SELECT FROM "File" WHERE file_name = 'live-stream-image-1' UNION ALL SELECT FROM "Attributo" WHERE beamtime_id = 1 UNION ALL SELECT FROM "Chemical" WHERE beamtime_id = 1 $$,
    'with a beamtime goes everything that is its');
SELECT * FROM finish();
ROLLBACK;
