-- validate_submission: the trigger that judges what is stored.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(21);

CREATE SCHEMA study;
SET LOCAL search_path TO study, public;
CREATE TABLE forms (id int PRIMARY KEY, form quire.xform);
INSERT INTO forms VALUES (1, test.form_xml('<age/>', '', '<input ref="/data/age"/>', '<bind nodeset="/data/age" type="int" constraint=". &lt; 120" jr:constraintMsg="Too old"/>')::quire.xform);
CREATE TABLE submissions (id int PRIMARY KEY, form_id int, xml text, note text);
CREATE TABLE faults (id int REFERENCES submissions ON DELETE CASCADE, path text, position int[], rule text, message jsonb, expression text, disputed bool);
SET LOCAL search_path TO public;

-- record: the row is kept.
CREATE TRIGGER judge AFTER INSERT OR UPDATE ON study.submissions FOR EACH ROW
    EXECUTE FUNCTION quire.validate_submission('xml', '(SELECT form FROM forms WHERE forms.id = r.form_id)', 'record', 'faults');
INSERT INTO study.submissions VALUES (1, 1, '<data><age>130</age></data>'), (2, 1, '<data><age>5</age></data>'), (3, 1, '<data>'), (4, 9, '<data/>'), (5, 1, NULL);
SELECT results_eq('SELECT id, path, position, rule, message, expression, disputed FROM study.faults ORDER BY id', $$VALUES
    (1, '/age', '{}'::int[], 'constraint', '{"default": "Too old"}'::jsonb, '. < 120', false),
    (3, '', '{}', 'structure', NULL, NULL, false), (4, '', '{}', 'structure', NULL, NULL, false)$$,
    'violations go to the table; an ill-formed submission and one without a form are violations, too');
SELECT is((SELECT count(*) FROM study.submissions), 5::bigint, 'and every row is kept');
UPDATE study.submissions SET xml = '<data><age>140</age></data>' WHERE id = 2;
SELECT is((SELECT rule FROM study.faults WHERE id = 2), 'constraint', 'an update is judged');
UPDATE study.submissions SET xml = '<data><age>50</age></data>' WHERE id IN (1, 2);
SELECT is((SELECT count(*) FROM study.faults WHERE id IN (1, 2)), 0::bigint, 'and takes the place of what was found before');
UPDATE study.submissions SET id = 33, xml = '<data><age>500</age></data>' WHERE id = 2;
SELECT is((SELECT id FROM study.faults WHERE rule = 'constraint'), 33, 'a row with another key is the same row');

-- The names are those of the table's schema, whatever the caller's search_path.
CREATE TABLE pg_temp.forms (id int, form quire.xform);
INSERT INTO study.submissions VALUES (6, 1, '<data><age>130</age></data>');
SELECT is((SELECT rule FROM study.faults WHERE id = 6), 'constraint', 'a temporary table does not get in between');

-- reject: it is not.
ALTER TABLE study.submissions DISABLE TRIGGER judge;
CREATE TRIGGER judge_strictly AFTER INSERT OR UPDATE OF xml ON study.submissions FOR EACH ROW
    EXECUTE FUNCTION quire.validate_submission('xml', '(SELECT form FROM forms WHERE forms.id = r.form_id)', 'reject');
SELECT is(test.fault($$INSERT INTO study.submissions VALUES (7, 1, '<data><age>130</age></data>')$$, 'state message table column constraint'),
    ARRAY['23514', 'the submission breaks rules of its form', 'submissions', 'xml', 'judge_strictly'], 'a submission that breaks a rule is turned away');
SELECT is((test.fault($$INSERT INTO study.submissions VALUES (7, 1, '<data><age>130</age></data>')$$, 'detail'))[1]::jsonb,
    '[{"path": "/age", "position": [], "rule": "constraint", "message": {"default": "Too old"}, "expression": ". < 120", "disputed": false}]', 'the detail lists its violations');
SELECT is((test.fault($$INSERT INTO study.submissions VALUES (7, 1, '<data>')$$, 'state'))[1], '2200N', 'so is an ill-formed one');
SELECT is((test.fault($$INSERT INTO study.submissions VALUES (7, 9, '<data/>')$$, 'state'))[1], '23514', 'and one without a form');
SELECT lives_ok($$INSERT INTO study.submissions VALUES (7, 1, '<data><age>13</age></data>')$$, 'a valid one is taken');
SELECT is((test.fault($$UPDATE study.submissions SET xml = '<data><age>x</age></data>' WHERE id = 7$$, 'state'))[1], '23514', 'until it is no more');
SELECT lives_ok($$UPDATE study.submissions SET note = 'x' WHERE id = 7$$, 'other columns are nobody''s business');
INSERT INTO study.forms VALUES (2, test.form_xml('<c/>', '', '<input ref="/data/c"/>', '<bind nodeset="/data/c" constraint="regex(., ''[0-9]+'')"/>')::quire.xform);
SELECT lives_ok($$INSERT INTO study.submissions VALUES (8, 2, '<data><c>a1</c></data>')$$, 'what is disputed turns nobody away');

-- Options, and columns of forms.
DROP TRIGGER judge_strictly ON study.submissions;
ALTER TABLE study.submissions ADD form quire.xform;
CREATE TRIGGER judge_strictly AFTER INSERT ON study.submissions FOR EACH ROW
    EXECUTE FUNCTION quire.validate_submission('xml', 'r.form', 'reject', '', '{"dialect": "javarosa"}');
SELECT is((test.fault($$INSERT INTO study.submissions SELECT 9, 2, '<data><c>a1</c></data>', NULL, form FROM study.forms WHERE id = 2$$, 'state'))[1], '23514', 'options of validate');
DROP TRIGGER judge_strictly ON study.submissions;

-- Faults of the trigger.
CREATE FUNCTION pg_temp.with_arguments(arguments text, timing text DEFAULT 'AFTER INSERT') RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER t %s ON study.submissions FOR EACH ROW EXECUTE FUNCTION quire.validate_submission(%s)', timing, arguments);
    RETURN test.fault('INSERT INTO study.submissions VALUES (99, 1, ''<data/>'')', 'state message');
END $$;
SELECT is(pg_temp.with_arguments($$'xml', 'r.form', 'wait'$$), ARRAY['22023', 'trigger function quire.validate_submission has no such mode'], 'a mode that there is not');
DROP TRIGGER t ON study.submissions;
SELECT is((pg_temp.with_arguments($$'nothing', 'r.form', 'reject'$$))[1], '42703', 'a column that there is not');
DROP TRIGGER t ON study.submissions;
SELECT is((pg_temp.with_arguments($$'xml', 'r.form'$$))[1], '42P01', 'without a table, there must be one called TABLE_violations');
DROP TRIGGER t ON study.submissions;
CREATE TABLE study.keyless (path text, position int[], rule text, message jsonb, expression text, disputed bool);
SELECT is(pg_temp.with_arguments($$'xml', 'r.form', 'record', 'keyless'$$), ARRAY['42703', 'table keyless cannot tell whose violations it holds'], 'it must tell whose they are');
DROP TRIGGER t ON study.submissions;
SELECT is(pg_temp.with_arguments($$'xml', 'r.form', 'reject'$$, 'BEFORE INSERT'), ARRAY['39P01', 'trigger function quire.validate_submission is not attached as it must be'], 'it fires after the change');
DROP TRIGGER t ON study.submissions;
SELECT is((test.fault($$SELECT quire.validate_submission()$$, 'state'))[1], '39P01', 'and is no function to call');

SELECT * FROM finish();
ROLLBACK;
