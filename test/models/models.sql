-- The machinery of models, on a model of one's own.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(78);

-- Steps.
SELECT lives_ok($$ SELECT quire.add_model_step('herbarium', 1, 'sheets', 'CREATE TABLE sheets (id int PRIMARY KEY, taxon text NOT NULL);
    CREATE FUNCTION count_sheets() RETURNS bigint LANGUAGE sql SET search_path FROM CURRENT AS ''SELECT count(*) FROM sheets'';
    COMMENT ON TABLE sheets IS ''Pressed plants.''', 'DROP FUNCTION count_sheets(); DROP TABLE sheets') $$, 'a model begins with a step');
SELECT lives_ok($$ SELECT quire.add_model_step('herbarium', 2, 'boxes', 'CREATE TABLE boxes (id int PRIMARY KEY);
    ALTER TABLE sheets ADD COLUMN box int REFERENCES boxes; CREATE INDEX sheets_box ON sheets (box)', 'ALTER TABLE sheets DROP COLUMN box; DROP TABLE boxes') $$,
    'and goes on with another');
SELECT lives_ok($$ SELECT quire.add_model_step('herbarium', 3, 'checked', 'ALTER TABLE sheets ADD CHECK (taxon <> '''')') $$, 'which may have no way back');
SELECT results_eq($$ SELECT version, name, down IS NULL FROM quire.model_step WHERE model = 'herbarium' ORDER BY version $$,
    $$ VALUES (1, 'sheets', false), (2, 'boxes', false), (3, 'checked', true) $$, 'they stand in model_step');
SELECT lives_ok($$ SELECT quire.add_model_step('herbarium', 3, 'checked', 'ALTER TABLE sheets ADD CHECK (taxon <> '''')') $$,
    'the same step again is nothing new: services may add theirs at every start');
SELECT throws_ok($$ SELECT quire.add_model_step('herbarium', 3, 'checked', 'SELECT 1') $$, '55000', 'step 3 of model "herbarium" is another already',
    'another step in its place is refused');
SELECT throws_ok($$ SELECT quire.add_model_step('herbarium', 5, 'later', 'SELECT 1') $$, '22023', 'the next step of model "herbarium" is 4, not 5', 'no step is left out');
SELECT throws_ok($$ SELECT quire.add_model_step('herbarium', 0, 'never', 'SELECT 1') $$, '22023', NULL, 'steps count from 1');
SELECT matches(array_to_string(test.fault($$ SELECT quire.add_model_step('herbarium', 4, 'typing', 'SELECT 1; CREATE TABL x ()') $$, 'state context'), ' '),
    '^42601 step 4 "typing" of model "herbarium"', 'what the parser refuses is no step');
SELECT throws_ok($$ SELECT quire.add_model_step('challenge', 99, 'mine', 'SELECT 1') $$, '42939', 'model "challenge" comes with quire', 'models of quire take no steps of others');
SELECT throws_ok($$ SELECT quire.add_model_step('Herb', 1, 'x', 'SELECT 1') $$, '42602', NULL, 'models have plain names');
SELECT throws_ok($$ SELECT quire.add_model_step('herb', 1, '', 'SELECT 1') $$, '42602', NULL, 'steps have a name');
SELECT throws_ok($$ SELECT quire.add_model_step('herb', 1, NULL, 'SELECT 1') $$, '22004', NULL, 'and one that is not NULL');

-- Creating, in schemas of any name.
SELECT is(quire.create_model('herbarium', schema => 'kew'), 3, 'a model is created at its latest version');
SELECT is(quire.create_model('herbarium', 'Jardin "d''été" 2', 2), 2, 'or at the one told, in a schema of any name');
SELECT is(quire.create_model('herbarium', repeat('x', 63)::name, 1), 1, 'however long it is');
SELECT has_table('kew'::name, 'boxes'::name, 'its tables are there');
SELECT columns_are('Jardin "d''été" 2', 'sheets', ARRAY['id', 'taxon', 'box'], 'in each schema');
SELECT is(current_setting('search_path'), '"$user", public', 'the search_path is as it was');
INSERT INTO kew.sheets VALUES (1, 'Bellis');
SELECT is("Jardin ""d'été"" 2".count_sheets(), 0::bigint, 'two instances do not see each other');
SELECT is((SELECT (kew.quire_model()).version), 3, 'the schema says what it holds');
SELECT throws_ok($$ SELECT quire.create_model('herbarium', 'kew') $$, '42710', 'schema "kew" holds a model already', 'one model to a schema');
SELECT throws_ok($$ SELECT quire.create_model('herbal', 'other') $$, '42704', 'there is no model "herbal"', 'only models that there are');
SELECT throws_ok($$ SELECT quire.create_model('herbarium', 'other', 4) $$, '22023', NULL, 'at versions that there are');
SELECT throws_ok($$ SELECT quire.create_model('herbarium', 'other', 0) $$, '22023', NULL, 'from 1');
SELECT throws_ok($$ SELECT quire.create_model('herbarium', NULL) $$, '22004', NULL, 'in a schema');
SELECT throws_ok($$ SELECT quire.create_model('herbarium', '') $$, '3F000', NULL, 'that has a name');
SELECT hasnt_schema('other', 'a model that is refused leaves no schema');
CREATE SCHEMA used;
CREATE TABLE used.mine (id int);
SELECT is(quire.create_model('herbarium', 'used'), 3, 'a schema with other tables in it is fine');

SET LOCAL standard_conforming_strings = off;
SELECT is(quire.create_model('challenge', 'loose'), 4, 'a step means the same whatever the settings of its caller');
SELECT is(current_setting('standard_conforming_strings'), 'off', 'which stay as they are');
SET LOCAL standard_conforming_strings = on;

-- Up and down.
SELECT is(quire.upgrade_model('Jardin "d''été" 2'), 3, 'upgrades to the latest version');
SELECT is(quire.upgrade_model('Jardin "d''été" 2'), 3, 'or do nothing');
SELECT throws_ok($$ SELECT quire.upgrade_model('kew', 2) $$, '22023', NULL, 'upgrades do not lead back');
SELECT throws_ok($$ SELECT quire.downgrade_model('kew', 2) $$, '0A000', 'step 3 "checked" of model "herbarium" has no way back', 'a step without a way back is named');
SELECT is(quire.upgrade_model(repeat('x', 63)::name, 2), 2, 'upgrades go as far as told');
SELECT throws_ok($$ SELECT quire.downgrade_model(repeat('x', 63)::name, 3) $$, '22023', NULL, 'downgrades do not lead on');
SELECT is(quire.downgrade_model(repeat('x', 63)::name, 1), 1, 'downgrades go back');
SELECT columns_are(repeat('x', 63)::name, 'sheets', ARRAY['id', 'taxon'], 'what a step added is gone');
SELECT results_eq(format('SELECT version, name, direction FROM quire.model_history(%L)', repeat('x', 63)),
    $$ VALUES (1, 'sheets', 'up'), (2, 'boxes', 'up'), (2, 'boxes', 'down') $$, 'the history tells it all');
SELECT is(quire.downgrade_model(repeat('x', 63)::name, 0), 0, 'version 0 is before the first step');
SELECT is_empty(format('SELECT relname FROM pg_class WHERE relnamespace = %L::regnamespace', repeat('x', 63)), 'and leaves nothing');
SELECT throws_ok($$ SELECT quire.upgrade_model('public') $$, '42704', 'schema "public" holds no model', 'there must be a model');
SELECT throws_ok($$ SELECT quire.upgrade_model('nowhere') $$, '42704', NULL, 'in a schema that there is');

-- ensure_model, for the start of a service.
SELECT is(quire.ensure_model('herbarium', 'leiden'), 3, 'ensure_model creates what is not there');
SELECT is(quire.ensure_model('herbarium', 'leiden'), 3, 'does nothing when all is well');
SELECT is((SELECT count(*) FROM quire.model_history('leiden')), 3::bigint, 'nothing at all');
SELECT quire.add_model_step('herbarium', 4, 'loans', 'CREATE TABLE loans (sheet int REFERENCES sheets)', 'DROP TABLE loans');
SELECT is(quire.ensure_model('herbarium', 'leiden'), 4, 'and upgrades what is behind');
SELECT throws_ok($$ SELECT quire.ensure_model('challenge', 'leiden') $$, '42710', 'schema "leiden" holds another model', 'never one model over another');

-- A step that fails.
SELECT quire.add_model_step('herbarium', 5, 'broken', E'CREATE TABLE fine ();\n\nCREATE TABLE poor (taxon nosuch)');
SELECT is(test.fault($$ SELECT quire.upgrade_model('kew') $$, 'state message'), ARRAY['42704', 'type "nosuch" does not exist'], 'the error is the server''s');
SELECT matches((test.fault($$ SELECT quire.upgrade_model('kew') $$, 'context'))[1],
    'statement 2 at line 3\nstep 5 "broken" of model "herbarium" in schema "kew"', 'with the step and the statement');
SELECT hasnt_table('kew'::name, 'loans'::name, 'the whole upgrade is rolled back, steps before it too');
SELECT is((kew.quire_model()).version, 3, 'and the schema says so');
SELECT quire.upgrade_model('kew', 4);
DELETE FROM quire.own_model_step WHERE model = 'herbarium' AND version = 5;
SELECT quire.add_model_step('herbarium', 5, 'transaction', 'SELECT 1; COMMIT');
SELECT throws_ok($$ SELECT quire.upgrade_model('kew') $$, '0A000', NULL, 'steps do not end the transaction of their caller');
DELETE FROM quire.own_model_step WHERE model = 'herbarium' AND version = 5;

-- A released step stays as it is.
UPDATE quire.own_model_step SET up = up || ' ' WHERE model = 'herbarium' AND version = 2;
SELECT throws_ok($$ SELECT quire.upgrade_model('kew') $$, '55000', 'step 2 "boxes" of model "herbarium" is not what was run', 'an edited step is found by upgrades');
SELECT throws_ok($$ SELECT quire.ensure_model('herbarium', 'kew') $$, '55000', NULL, 'and by services that start');
SELECT results_eq($$ SELECT object, is_fault FROM quire.verify_model('kew') $$, $$ VALUES ('step 2 boxes', true) $$, 'and by verify_model');
SELECT lives_ok($$ SELECT quire.stamp_model('kew', 'herbarium', 4) $$, 'who knows better may say so');
SELECT is(quire.upgrade_model('kew'), 4, 'and go on');

-- stamp_model: tables of another tool.
CREATE SCHEMA adopted;
CREATE TABLE adopted.sheets (id int PRIMARY KEY, taxon text NOT NULL);
COMMENT ON TABLE adopted.sheets IS 'Pressed plants.';
SELECT quire.stamp_model('adopted', 'herbarium', 1);
SELECT results_eq($$ SELECT object, problem FROM quire.verify_model('adopted') $$, $$ VALUES ('function count_sheets()', 'is missing') $$,
    'what was adopted is compared like any other');
SELECT throws_ok($$ SELECT quire.stamp_model('nowhere', 'herbarium', 1) $$, '3F000', NULL, 'a schema is adopted, not made');

-- model_status finds them without running what is in them.
CREATE SCHEMA strange;
CREATE FUNCTION strange.quire_model() RETURNS int LANGUAGE sql AS 'SELECT 1/0';
SELECT results_eq($$ SELECT schema, version, latest, drifted FROM quire.model_status() WHERE model = 'herbarium' AND schema IN ('kew', 'leiden', 'adopted') ORDER BY 1 $$,
    $$ VALUES ('adopted'::name, 1, 4, true), ('kew', 4, 4, false), ('leiden', 4, 4, true) $$, 'model_status lists versions and drift');
SELECT is_empty($$ SELECT FROM quire.model_status() WHERE schema = 'strange' $$, 'what only looks like a stamp is none');

-- The text of the steps.
SELECT is(quire.model_sql('herbarium', 3, 4), E'-- herbarium, step 4, loans\nCREATE TABLE loans (sheet int REFERENCES sheets)\n', 'model_sql shows the way up');
SELECT is(quire.model_sql('herbarium', 2, 0), E'-- herbarium, step 2, boxes, back\nALTER TABLE sheets DROP COLUMN box; DROP TABLE boxes\n\n-- herbarium, step 1, sheets, back\nDROP FUNCTION count_sheets(); DROP TABLE sheets\n', 'and down');
SELECT throws_ok($$ SELECT quire.model_sql('herbarium', 4, 0) $$, '0A000', NULL, 'where there is one');
SELECT throws_ok($$ SELECT quire.load_example('kew') $$, '42704', 'model "herbarium" comes with no example', 'not every model has an example');

-- The extension stays while models need it.
SELECT throws_ok('DROP EXTENSION quire', '2BP01', NULL, 'DROP EXTENSION refuses while models are there');

-- Roles: the caller owns everything, and needs CREATE on the database alone.
CREATE ROLE quire_test_botanist;
CREATE ROLE quire_test_other;
SELECT lives_ok(format('GRANT CREATE ON DATABASE %I TO quire_test_botanist', current_database()));
SET LOCAL ROLE quire_test_botanist;
SELECT is(quire.create_model('herbarium', 'botanist', 1), 1, 'no superuser is needed');
SELECT is_empty($$ SELECT relname FROM pg_class WHERE relnamespace = 'botanist'::regnamespace AND relowner <> 'quire_test_botanist'::regrole
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'botanist'::regnamespace AND proowner <> 'quire_test_botanist'::regrole $$, 'all is the caller''s');
SELECT is_empty($$ SELECT FROM quire.verify_model('botanist') $$, 'who can verify it');
SELECT throws_ok($$ SELECT quire.add_model_step('botany', 1, 'x', 'SELECT 1') $$, '42501', NULL, 'what others run is not for everybody to write');
RESET ROLE;
SELECT throws_ok($$ SELECT quire.upgrade_model('botanist') $$, '42501', 'the model in schema "botanist" belongs to role "quire_test_botanist"',
    'a superuser takes that role first: what is in the schema is not to run with a superuser''s rights');
SELECT throws_ok($$ SELECT * FROM quire.verify_model('botanist') $$, '42501', NULL, 'nor are steps of others, for a look at what they made');
SELECT is((SELECT drifted FROM quire.model_status() WHERE schema = 'botanist'), NULL, 'so that drift is not known');
SET LOCAL ROLE quire_test_other;
SELECT throws_ok($$ SELECT quire.create_model('herbarium', 'mine') $$, '42501', NULL, 'others may not make schemas');
SELECT is((SELECT drifted FROM quire.model_status() WHERE schema = 'kew'), NULL, 'and cannot tell drift');
RESET ROLE;

SELECT * FROM finish();
ROLLBACK;
