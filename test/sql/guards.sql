-- guards as psql shows them: texts of errors, and what only commits can show.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;

SELECT 'Jo@Example.org'::quire.email;
SELECT 'jo.example.org'::quire.email;
SELECT quire.is_email('jo@example.org'), quire.is_email('jo');

CREATE TABLE forms (id int PRIMARY KEY, owner text, state text, version_id bigint);
CREATE TRIGGER owner BEFORE INSERT OR UPDATE ON forms
    FOR EACH ROW EXECUTE FUNCTION quire.check_email('owner');
CREATE TRIGGER state BEFORE INSERT OR UPDATE ON forms
    FOR EACH ROW EXECUTE FUNCTION quire.check_state('state', '* -> open, open -> closing, closing -> open | closed');
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON forms
    FOR EACH ROW EXECUTE FUNCTION quire.version_id();

INSERT INTO forms VALUES (1, 'jo@example.org', 'open', 1000);
INSERT INTO forms VALUES (2, 'Jo@Example.org', 'open');
INSERT INTO forms VALUES (2, 'jo@@example.org', 'open');
INSERT INTO forms VALUES (2, 'jo2@example.org', 'closed');
UPDATE forms SET state = 'closed';
UPDATE forms SET state = 'done';
UPDATE forms SET version_id = 999;

-- An expectation belongs to its transaction, and must be met in it.
SELECT quire.expect_version(1000);
BEGIN;
SELECT quire.expect_version(999);
UPDATE forms SET state = 'closing';
ROLLBACK;
BEGIN;
SELECT quire.expect_version(1000);
UPDATE forms SET state = 'closing' WHERE id = 7;
COMMIT;
BEGIN;
SELECT quire.expect_version(1000);
UPDATE forms SET state = 'closing';
COMMIT;
SELECT id, owner, state, version_id > 1000 AS newer FROM forms;
BEGIN;
SELECT quire.expect_version(1000);
PREPARE TRANSACTION 'unmet';

-- Mode log says what enforce would refuse.
DROP TRIGGER version ON forms;
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON forms
    FOR EACH ROW EXECUTE FUNCTION quire.version_id('version_id', 'log');
ALTER TABLE forms DISABLE TRIGGER version;
UPDATE forms SET version_id = 1000;
ALTER TABLE forms ENABLE TRIGGER version;
UPDATE forms SET version_id = 999;

-- A trigger attached in a wrong way says how it wants to be.
CREATE TRIGGER late AFTER UPDATE ON forms FOR EACH ROW EXECUTE FUNCTION quire.touch('made');
UPDATE forms SET id = 3;
DROP TABLE forms;
