-- The trigger check_state, next_states and state_diagram.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(46);

CREATE TABLE forms (id int PRIMARY KEY, state text DEFAULT 'open', note text);
CREATE TRIGGER flow BEFORE INSERT OR UPDATE ON forms FOR EACH ROW
    EXECUTE FUNCTION quire.check_state('state', '* -> open, open -> closing, closing -> open | closed');

SELECT lives_ok('INSERT INTO forms (id) VALUES (1)', 'a row starts in its initial state');
SELECT is(test.fault($$ INSERT INTO forms VALUES (2, 'closed') $$, 'state message detail column constraint'),
    ARRAY['23514', 'state "closed" is not one to start from in column "state" of table "forms"',
          'A new row may start as: "open".', 'state', 'flow'], 'and in no other');
SELECT is(test.fault($$ UPDATE forms SET state = 'closed' $$, 'state message detail column constraint'),
    ARRAY['23514', 'state cannot go from "open" to "closed" in column "state" of table "forms"',
          'From "open" it may go to: "closing".', 'state', 'flow'], 'an open form cannot be closed without closing first');
SELECT lives_ok($$ UPDATE forms SET state = 'open', note = 'same' $$, 'staying is allowed');
SELECT lives_ok($$ UPDATE forms SET state = 'closing' $$, 'a stated transition is allowed');
SELECT lives_ok($$ UPDATE forms SET state = 'open' $$, 'back as well');
SELECT lives_ok($$ UPDATE forms SET state = 'closing'; UPDATE forms SET state = 'closed' $$, 'and on to the end');
SELECT is((test.fault($$ UPDATE forms SET state = 'open' $$))[3], 'From "closed" it may go to: nothing.', 'which is final');
SELECT is((test.fault($$ UPDATE forms SET state = 'secret of Jo' $$))[2:3],
    ARRAY['unknown state in column "state" of table "forms"', 'The states are: "open", "closing", "closed".'],
    'an unknown state is refused, and not repeated in the message');
SELECT is((test.fault($$ UPDATE forms SET state = NULL $$))[1:2],
    ARRAY['23514', 'state missing in column "state" of table "forms"'], 'NULL is no state unless the transitions name it');
SELECT throws_ok($$ UPDATE forms SET state = 'CLOSED' $$, '23514', NULL, 'case matters');
SELECT throws_ok($$ INSERT INTO forms VALUES (3, 'open'), (4, 'closing') $$, '23514', NULL, 'each row of a statement is checked');

-- Rows from before the trigger.
ALTER TABLE forms DISABLE TRIGGER flow;
INSERT INTO forms VALUES (5, 'ancient'), (6, NULL);
ALTER TABLE forms ENABLE TRIGGER flow;
SELECT lives_ok($$ UPDATE forms SET note = 'x' WHERE id >= 5 $$, 'a row with an unknown state can still be edited');
SELECT lives_ok($$ UPDATE forms SET state = 'open' WHERE id >= 5 $$, 'and be given a known one');

-- NULL as a state, several states at the left, names that need quotes.
CREATE TABLE reviews (id int PRIMARY KEY, state varchar(20));
CREATE TRIGGER flow BEFORE INSERT OR UPDATE ON reviews FOR EACH ROW EXECUTE FUNCTION quire.check_state('state',
    '* -> null|"has ""big"" issues", null | "has ""big"" issues" -> approved | "null", approved->rejected');
SELECT lives_ok($$ INSERT INTO reviews VALUES (1, NULL), (2, 'has "big" issues') $$, 'NULL can be a state');
SELECT lives_ok($$ UPDATE reviews SET state = 'approved' $$, 'several states may lead to one');
SELECT throws_ok($$ UPDATE reviews SET state = NULL $$, '23514', 'state cannot go from "approved" to null in column "state" of table "reviews"',
    'nothing leads back to NULL');
SELECT throws_ok($$ INSERT INTO reviews VALUES (3, 'null') $$, '23514', NULL, 'the word in quotes is another state than NULL');

-- Other types.
CREATE TYPE phase AS ENUM ('a', 'b');
CREATE TABLE typed (e phase, n int);
CREATE TRIGGER e BEFORE INSERT OR UPDATE ON typed FOR EACH ROW EXECUTE FUNCTION quire.check_state('e', '* -> a, a -> b');
CREATE TRIGGER n BEFORE INSERT OR UPDATE ON typed FOR EACH ROW EXECUTE FUNCTION quire.check_state('n', '* -> 0, 0 -> 1, 1 -> 2 | -1');
SELECT lives_ok($$ INSERT INTO typed VALUES ('a', 0); UPDATE typed SET e = 'b', n = 1; UPDATE typed SET n = -1 $$, 'enums and numbers have states too');
SELECT throws_ok($$ UPDATE typed SET e = 'a' $$, '23514', NULL, 'an enum goes only forward');

-- Partitions: a row that moves is no new row.
CREATE TABLE parts (id int, state text, made timestamptz) PARTITION BY LIST (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2);
CREATE TRIGGER flow BEFORE INSERT OR UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION quire.check_state('state', '* -> open, open -> closed');
CREATE TRIGGER made BEFORE INSERT OR UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION quire.touch('made');
INSERT INTO parts VALUES (1, 'open'), (1, 'open');
UPDATE parts SET state = 'closed';
CREATE TEMP TABLE made_first AS SELECT DISTINCT made FROM parts;
SELECT lives_ok('UPDATE parts SET id = 2', 'a closed row may move to another partition');
SELECT set_eq('SELECT made FROM parts_2', 'SELECT made FROM made_first', 'and was made when it was made');
SELECT throws_ok($$ INSERT INTO parts VALUES (1, 'closed') $$, '23514', NULL, 'a new one may not be closed');
SELECT throws_ok($$ MERGE INTO parts USING (VALUES (2), (3)) n(id) ON parts.id = n.id
    WHEN MATCHED THEN UPDATE SET id = 1
    WHEN NOT MATCHED THEN INSERT VALUES (1, 'closed') $$, '23514', NULL, 'nor in a statement that moves others');

-- Functions about it.
SELECT is(quire.next_states('forms', 'state', 'closing'), ARRAY['open', 'closed'], 'next_states lists what may follow');
SELECT is(quire.next_states('forms', 'state', 'closed'), '{}'::text[], 'nothing after the end');
SELECT is(quire.next_states('forms', 'state', '*'), ARRAY['open'], '* is where a new row starts');
SELECT is(quire.next_states('forms', 'state', NULL), ARRAY['open'], 'so is NULL, where it is no state');
SELECT is(quire.next_states('reviews', 'state', NULL), ARRAY['approved', 'null'], 'where it is one, what follows it');
SELECT is(quire.next_states('reviews', 'state', '*'), ARRAY[NULL, 'has "big" issues'], 'a NULL state is NULL');
SELECT is(quire.next_states("table" => 'forms', "column" => 'state', state => 'open'), ARRAY['closing'], 'arguments can be named');
SELECT throws_ok($$ SELECT quire.next_states('forms', 'state', 'what') $$, '22023', 'unknown state', 'an unknown state is an error');
SELECT throws_ok($$ SELECT quire.next_states('forms', 'note', 'open') $$, '42704',
    'no check_state trigger guards column "note" of table "forms"', 'so is a column without the trigger');
SELECT is(quire.state_diagram('forms', 'state'),
    E'stateDiagram-v2\n    [*] --> open\n    open --> closing\n    closing --> open\n    closing --> closed\n    closed --> [*]\n',
    'the diagram is Mermaid');
SELECT matches(quire.state_diagram('reviews', 'state'), 'state "has #quot;big#quot; issues" as ', 'names that need it are given an alias');

-- Specifications that cannot be read.
CREATE TABLE wrong (s text);
CREATE FUNCTION pg_temp.attach(spec text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE fields text[];
BEGIN
    EXECUTE format('CREATE TRIGGER t BEFORE INSERT ON wrong FOR EACH ROW EXECUTE FUNCTION quire.check_state(%L, %L)', 's', spec);
    fields := test.fault($q$ INSERT INTO wrong VALUES ('a') $q$);
    DROP TRIGGER t ON wrong;
    RETURN fields[1] || ' ' || fields[3];
END $$;
SELECT is(pg_temp.attach(spec), expected, format('"%s" is refused', spec)) FROM (VALUES
    ('', '42601 At character 1 of "": expected the name of a state.'),
    ('* -> a, a b', '42601 At character 11 of "* -> a, a b": expected "->".'),
    ('* -> a,', '42601 At character 8 of "* -> a,": expected the name of a state.'),
    ('a -> b', '42601 At character 7 of "a -> b": expected a rule for the initial state, like "* -> open".'),
    ('* -> "a', '42601 At character 8 of "* -> "a": expected a closing double quote.'),
    ('* -> a; a -> b', '42601 At character 7 of "* -> a; a -> b": expected "," or the end.')
) AS cases(spec, expected);

-- Attached in a wrong way.
SELECT is(test.fault(format('CREATE TRIGGER t %s EXECUTE FUNCTION quire.check_state(%s); INSERT INTO wrong VALUES (''a'')', attachment, arguments),
        'state detail hint'),
    ARRAY['39P01', 'Trigger "t" ' || problem, 'CREATE TRIGGER ... BEFORE INSERT OR UPDATE ON wrong FOR EACH ROW EXECUTE FUNCTION '
    'quire.check_state(''state'', ''* -> open, open -> closed'');'], 'says how to attach it: ' || problem)
FROM (VALUES
    ('AFTER INSERT ON wrong FOR EACH ROW', '''s'', ''* -> a''', 'does not fire before the change.'),
    ('BEFORE INSERT ON wrong FOR EACH STATEMENT', '''s'', ''* -> a''', 'fires for each statement, not for each row.'),
    ('BEFORE INSERT ON wrong FOR EACH ROW', '''s''', 'has 1 arguments.'),
    ('BEFORE INSERT ON wrong FOR EACH ROW', '''s'', ''* -> a'', ''x''', 'has 3 arguments.')
) AS cases(attachment, arguments, problem);
CREATE TRIGGER t BEFORE DELETE ON wrong FOR EACH ROW EXECUTE FUNCTION quire.check_state('s', '* -> a');
INSERT INTO wrong VALUES ('a');
SELECT throws_ok('DELETE FROM wrong', '39P01', NULL, 'a DELETE is none of its events');

SELECT * FROM finish();
ROLLBACK;
