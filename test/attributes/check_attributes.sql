-- The trigger check_attributes, and changes of the definitions that it goes by.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(62);

CREATE SCHEMA lab;
CREATE TABLE lab.attributo (name text PRIMARY KEY, type jsonb NOT NULL, description text NOT NULL DEFAULT '');
INSERT INTO lab.attributo VALUES ('energy', '{"type": "number", "minimum": 0, "suffix": "keV", "format": "standard-unit"}'), ('ok', '{"type": "boolean"}'), ('note', '{"type": "string"}');
CREATE TABLE lab.run (id int PRIMARY KEY, attributes jsonb, comment text);
CREATE TRIGGER attributes BEFORE INSERT OR UPDATE ON lab.run FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'attributo');

SELECT lives_ok($$ INSERT INTO lab.run VALUES (1, '{"energy": 12.5, "ok": true}'), (2, '{"energy": 3, "note": "7"}'), (3, '{}'), (4, NULL) $$, 'values that keep the rules are taken');
SELECT is(test.fault($$ INSERT INTO lab.run VALUES (5, '{"energy": -1}') $$, 'state message detail hint schema table column constraint'),
    ARRAY['23514', 'an attribute breaks its rule in column "attributes" of table "run"', 'Attribute "energy" must be a number in [0,oo) keV.',
          'The rules are in "attributo".', 'lab', 'run', 'attributes', 'attributes'], 'others are refused, by name, rule and range');
SELECT is((test.fault($$ INSERT INTO lab.run VALUES (5, '{"energy": "secret", "ok": 1, "enrgy": 2, "note": "fine"}') $$))[2:3],
    ARRAY['3 attributes break their rules in column "attributes" of table "run"',
          'Attribute "ok" must be true or false; attribute "enrgy" is not defined; attribute "energy" must be a number.'], 'all faults at once, and no value');
SELECT is((test.fault($$ UPDATE lab.run SET attributes = attributes || '{"ok": "yes"}' WHERE id = 1 $$))[1], '23514', 'an update is checked');
SELECT throws_ok($$ INSERT INTO lab.run VALUES (6, '[]') $$, '22023', NULL, 'a list holds no attributes');
UPDATE lab.attributo SET type = '{"type": "number", "minimum": 5}' WHERE name = 'energy';
SELECT lives_ok($$ UPDATE lab.run SET comment = 'kept' $$, 'what was there before its rule stays while it is not touched');
SELECT throws_ok($$ UPDATE lab.run SET attributes = attributes || '{"ok": true}' WHERE id = 2 $$, '23514', NULL, 'and no longer');
UPDATE lab.attributo SET type = '{"type": "number", "minimum": 0, "suffix": "keV", "format": "standard-unit"}' WHERE name = 'energy';
SELECT lives_ok($$ UPDATE lab.run SET attributes = attributes || '{"ok": true}' WHERE id = 2 $$, 'the next statement goes by the definitions that are there then');
UPDATE lab.run SET attributes = attributes - 'ok' WHERE id = 2;

-- Who writes rows need not read definitions.
CREATE ROLE quire_test_writer;
GRANT USAGE ON SCHEMA lab TO quire_test_writer;
GRANT INSERT ON lab.run TO quire_test_writer;
SET LOCAL ROLE quire_test_writer;
SELECT lives_ok($$ INSERT INTO lab.run VALUES (7, '{"energy": 1}') $$, 'a role that cannot read the definitions can write what keeps them');
SELECT throws_ok($$ INSERT INTO lab.run VALUES (8, '{"energy": -1}') $$, '23514', NULL, 'and nothing else');
RESET ROLE;
DELETE FROM lab.run WHERE id = 7;

-- Altering.
CREATE FUNCTION pg_temp.failing(call text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE found text[];
BEGIN
    EXECUTE format('SELECT array_agg(concat_ws('' '', relation, key, rule || '':'', message) ORDER BY key) FROM quire.%s', call) INTO found;
    RETURN found;
END $$;
CREATE TEMP TABLE before AS SELECT * FROM lab.run;
SELECT is(pg_temp.failing($$ alter_attribute('lab.attributo', 'energy', '{"type": "number", "minimum": 5000, "suffix": "eV", "format": "standard-unit"}', dry_run => true) $$),
    ARRAY['lab.run {"id": 2} rule: the value is not in [5000,oo) eV'], 'a dry run lists the rows that would fail');
SELECT is(pg_temp.failing($$ alter_attribute('lab.attributo', 'energy', '{"type": "boolean"}', dry_run => true) $$), NULL, 'or none');
SELECT is(pg_temp.failing($$ alter_attribute('lab.attributo', 'energy', '{"type": "string", "enum": ["a"]}', dry_run => true) $$),
    ARRAY['lab.run {"id": 1} conversion: the value cannot go from keV in [0,oo) to one of a', 'lab.run {"id": 2} conversion: the value cannot go from keV in [0,oo) to one of a'],
    'a way that does not exist fails for each');
SELECT is(test.fault($$ SELECT quire.alter_attribute('lab.attributo', 'energy', '{"type": "number", "minimum": 5000, "suffix": "eV", "format": "standard-unit"}') $$, 'state message detail hint'),
    ARRAY['23514', 'attribute "energy" cannot become eV in [5000,oo)', '1 value stands in the way.', 'List them by alter_attribute(..., dry_run => true).'], 'the change itself is refused');
SELECT set_eq('SELECT * FROM lab.run', 'SELECT * FROM before', 'and changes nothing');
SELECT is((SELECT type ->> 'suffix' FROM lab.attributo WHERE name = 'energy'), 'keV', 'nor the definition');
SELECT is_empty($$ SELECT quire.alter_attribute('lab.attributo', 'energy', '{"type": "number", "suffix": "eV", "format": "standard-unit"}') $$, 'a change that fits goes through');
SELECT set_eq($$ SELECT id, attributes FROM lab.run $$, $$ VALUES (1, '{"ok": true, "energy": 12500}'::jsonb), (2, '{"note": "7", "energy": 3000}'), (3, '{}'), (4, NULL) $$, 'the values are converted');
SELECT is((SELECT type FROM lab.attributo WHERE name = 'energy'), '{"type": "number", "suffix": "eV", "format": "standard-unit"}'::jsonb, 'the definition is changed');
SELECT is_empty($$ SELECT quire.alter_attribute('lab.attributo', 'energy', new_name => 'photon energy') $$, 'an attribute can be renamed');
SELECT set_eq($$ SELECT attributes FROM lab.run WHERE id < 3 $$, $$ VALUES ('{"ok": true, "photon energy": 12500}'::jsonb), ('{"note": "7", "photon energy": 3000}') $$, 'with its values');
SELECT is_empty($$ SELECT quire.alter_attribute('lab.attributo', 'photon energy', '{"type": "number", "suffix": "mm", "format": "standard-unit"}', 'energy', '{"ignore_units": true}') $$, 'both at once, whatever the unit');
SELECT set_eq($$ SELECT attributes FROM lab.run WHERE id < 3 $$, $$ VALUES ('{"ok": true, "energy": 12500}'::jsonb), ('{"note": "7", "energy": 3000}') $$, 'when that is asked for');
SELECT is(test.fault($$ SELECT quire.alter_attribute('lab.attributo', 'energy', new_name => 'ok') $$, 'state message'), ARRAY['42710', 'there is an attribute "ok" already'], 'a name is taken once');
SELECT is(test.fault($$ SELECT quire.alter_attribute('lab.attributo', 'enrgy', new_name => 'x') $$, 'state message hint'),
    ARRAY['42704', 'there is no attribute "enrgy"', 'Perhaps "energy" was meant.'], 'an attribute must be there');
SELECT throws_ok($$ SELECT quire.alter_attribute('lab.attributo', 'energy', '{"type": "what"}') $$, '22023', NULL, 'a type must be one');
SELECT throws_ok($$ SELECT quire.alter_attribute('lab.attributo', 'energy', '{"type": "number"}', options => '{"ignore": true}') $$, '22023', NULL, 'so must an option');

-- The trigger looks at the whole of a row that is written again.
ALTER TABLE lab.run DISABLE TRIGGER attributes;
INSERT INTO lab.run VALUES (10, '{"energy": 1, "old": 2}'), (11, '{"old": 2, "ok": 7}');
ALTER TABLE lab.run ENABLE TRIGGER attributes;
SELECT is(pg_temp.failing($$ alter_attribute('lab.attributo', 'energy', '{"type": "number"}', dry_run => true) $$),
    ARRAY['lab.run {"id": 10} unknown: attribute "old" is not defined'], 'a dry run tells of other attributes that would be in the way');
SELECT is(pg_temp.failing($$ add_attribute('lab.attributo', 'old', '{"type": "string"}', dry_run => true) $$),
    ARRAY['lab.run {"id": 10} type: attribute "old" must be a string', 'lab.run {"id": 11} type: attribute "old" must be a string'], 'values without a definition are met when there is to be one');
SELECT throws_ok($$ SELECT quire.add_attribute('lab.attributo', 'old', '{"type": "string"}') $$, '23514', NULL, 'which they must fit');
SELECT is_empty($$ SELECT quire.add_attribute('lab.attributo', 'old', '{"type": "integer"}', '{"description": "from before"}') $$, 'and then do');
SELECT is((SELECT description FROM lab.attributo WHERE name = 'old'), 'from before', 'other columns of the table are filled');
SELECT throws_ok($$ SELECT quire.add_attribute('lab.attributo', 'old', '{"type": "integer"}') $$, '42710', NULL, 'an attribute is added once');
SELECT throws_ok($$ SELECT quire.add_attribute('lab.attributo', 'new', '{"type": "integer"}', '{"name": "other"}') $$, '22023', NULL, 'and under one name');

-- Dropping.
SELECT is(pg_temp.failing($$ drop_attribute('lab.attributo', 'energy', dry_run => true) $$)::text[],
    ARRAY['lab.run {"id": 1} value: the value would be lost', 'lab.run {"id": 2} value: the value would be lost', 'lab.run {"id": 10} value: the value would be lost'], 'a dry run lists what would be lost');
SELECT is((SELECT count(*) FROM lab.attributo), 4::bigint, 'and drops nothing');
SELECT is_empty($$ SELECT quire.drop_attribute('lab.attributo', 'energy') $$, 'an attribute is dropped');
SELECT is_empty($$ SELECT FROM lab.run WHERE attributes ? 'energy' $$, 'with all its values');
SELECT throws_ok($$ INSERT INTO lab.run VALUES (20, '{"energy": 1}') $$, '23514', NULL, 'and is not taken again');
SELECT throws_ok($$ SELECT quire.drop_attribute('lab.attributo', 'energy') $$, '42704', NULL, 'nor dropped again');

-- Scopes: each project has definitions of its own. Names and types in other columns, of other types.
CREATE TABLE lab.definition (project int, title varchar(40), schema json, PRIMARY KEY (project, title));
CREATE TABLE lab.sample (project_id int, number int, "the values" jsonb, PRIMARY KEY (project_id, number));
CREATE TRIGGER attributes BEFORE INSERT OR UPDATE ON lab.sample FOR EACH ROW
    EXECUTE FUNCTION quire.check_attributes('the values', 'lab.definition', 'title', 'schema', 'project = project_id');
INSERT INTO lab.definition VALUES (1, 'size', '{"type": "integer"}'), (2, 'size', '{"type": "string"}');
SELECT lives_ok($$ INSERT INTO lab.sample VALUES (1, 1, '{"size": 1}'), (2, 1, '{"size": "1"}'), (1, 2, '{"size": 2}') $$, 'rows of several scopes in one statement');
SELECT throws_ok($$ INSERT INTO lab.sample VALUES (1, 3, '{"size": "1"}') $$, '23514', NULL, 'each goes by its own');
SELECT throws_ok($$ INSERT INTO lab.sample VALUES (3, 3, '{"size": "1"}') $$, '23514', NULL, 'a scope without definitions has no attributes');
SELECT throws_ok($$ UPDATE lab.sample SET project_id = 2 WHERE number = 2 $$, '23514', NULL, 'a row that moves to another scope is looked at');
SELECT is(test.fault($$ SELECT quire.alter_attribute('lab.definition', 'size', '{"type": "string"}') $$, 'state message'),
    ARRAY['22023', 'the scope of the attribute is missing'], 'a scope must be given where there are some');
SELECT is(test.fault($$ SELECT quire.drop_attribute('lab.attributo', 'ok', scope => '1') $$, 'state message'), ARRAY['22023', 'these definitions have no scope'], 'and not where there are none');
SELECT is_empty($$ SELECT quire.alter_attribute('lab.definition', 'size', '{"type": "string"}', 'length', scope => '1') $$, 'one scope can be altered');
SELECT set_eq('SELECT project_id, number, "the values" FROM lab.sample', $$ VALUES (1, 1, '{"length": "1"}'::jsonb), (2, 1, '{"size": "1"}'), (1, 2, '{"length": "2"}') $$, 'and the others stay');
SELECT is_empty($$ SELECT quire.add_attribute('lab.definition', 'x', '{"type": "boolean"}', scope => '2') $$, 'or added to');
SELECT set_eq('SELECT project, title FROM lab.definition', $$ VALUES (1, 'length'), (2, 'size'), (2, 'x') $$, 'alone');

-- Row-level security must not make a change pass rows by.
ALTER TABLE lab.sample ENABLE ROW LEVEL SECURITY;
GRANT ALL ON ALL TABLES IN SCHEMA lab TO quire_test_writer;
SET LOCAL ROLE quire_test_writer;
SELECT throws_ok($$ SELECT quire.alter_attribute('lab.definition', 'size', '{"type": "integer"}', scope => '2') $$, '42501', NULL, 'a role that does not see all rows changes none');
RESET ROLE;

-- Tables of other roles are theirs: a trigger on one must not be run by who changes a definition.
RESET ROLE;
GRANT CREATE ON SCHEMA lab TO quire_test_writer;
SET LOCAL ROLE quire_test_writer;
CREATE TABLE lab.trap (id int PRIMARY KEY, attributes jsonb);
CREATE TRIGGER attributes BEFORE INSERT ON lab.trap FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'attributo');
CREATE TRIGGER broken BEFORE UPDATE ON lab.trap FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'a..b."');
CREATE FUNCTION lab.take_over() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''run as %'', current_user; END';
CREATE TRIGGER take_over BEFORE UPDATE ON lab.trap FOR EACH ROW EXECUTE FUNCTION lab.take_over();
INSERT INTO lab.trap VALUES (1, '{"note": "7"}');
RESET ROLE;
SELECT is_empty($$ SELECT quire.alter_attribute('lab.attributo', 'note', '{"type": "integer"}') $$, 'an attribute is changed');
SELECT is((SELECT attributes FROM lab.trap), '{"note": "7"}'::jsonb, 'but not in tables of other roles');
SELECT is((SELECT attributes ->> 'note' FROM lab.run WHERE id = 2), '7', 'in those of one''s own it is');
DROP TABLE lab.trap;

-- A table of definitions may have triggers of its own, those after a change among them.
CREATE TABLE lab.changes (old text, new text);
CREATE FUNCTION lab.remember() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO lab.changes VALUES (OLD.name, NEW.name); RETURN NULL; END';
CREATE TRIGGER remember AFTER UPDATE ON lab.attributo FOR EACH ROW EXECUTE FUNCTION lab.remember();
SELECT is_empty($$ SELECT quire.alter_attribute('lab.attributo', 'note', new_name => 'remark') $$, 'an attribute whose definition has a trigger gets another name');
SELECT results_eq('SELECT * FROM lab.changes', $$ VALUES ('note', 'remark') $$, 'and the trigger fires');

-- Tables whose scopes are of different types go by the same definitions.
CREATE TABLE lab.kind (project int, name text, type jsonb);
INSERT INTO lab.kind VALUES (1, 'size', '{"type": "integer"}');
CREATE TABLE lab.by_int (project int, attributes jsonb);
CREATE TABLE lab.by_numeric (project numeric, attributes jsonb);
CREATE TRIGGER attributes BEFORE INSERT ON lab.by_int FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'lab.kind', 'name', 'type', 'project');
CREATE TRIGGER attributes BEFORE INSERT ON lab.by_numeric FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'lab.kind', 'name', 'type', 'project');
SELECT lives_ok(format('INSERT INTO lab.%I VALUES (1, %L)', t, '{"size": 1}'), t) FROM unnest('{by_int,by_numeric}'::text[]) AS t;

-- Triggers attached wrongly.
SELECT is(test.fault(format('CREATE TRIGGER wrong BEFORE INSERT ON lab.sample FOR EACH ROW EXECUTE FUNCTION quire.check_attributes(%s); INSERT INTO lab.sample VALUES (9, %s, NULL)', arguments, n), 'state'), ARRAY[state], arguments)
FROM (VALUES (1, '''the values''', '39P01'), (2, '''nothing'', ''attributo''', '42703'), (3, '''number'', ''attributo''', '42804'), (4, '''the values'', ''nowhere''', '42P01')) AS wrong (n, arguments, state);

SELECT * FROM finish();
ROLLBACK;
