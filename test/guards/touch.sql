-- The trigger touch.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(12);

CREATE TABLE t (id int, created_at timestamptz(3), updated_at timestamptz(3));
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION quire.touch('created_at', 'updated_at');
INSERT INTO t VALUES (1, '1999-01-01', '1999-01-01');
SELECT ok((SELECT created_at = updated_at AND created_at > '2020-01-01' FROM t), 'an insert is stamped, whatever the client says');
SELECT is((SELECT created_at FROM t), (SELECT date_trunc('milliseconds', created_at) FROM t), 'to the millisecond');
SELECT pg_sleep(0.003);
UPDATE t SET created_at = '1999-01-01', updated_at = '1999-01-01';
SELECT ok((SELECT updated_at > created_at AND created_at > '2020-01-01' FROM t), 'an update keeps the first stamp and sets the second');
UPDATE t SET created_at = NULL, updated_at = NULL;
SELECT ok((SELECT created_at IS NOT NULL AND updated_at IS NOT NULL FROM t), 'neither can be emptied');

ALTER TABLE t DISABLE TRIGGER touch;
UPDATE t SET created_at = NULL;
ALTER TABLE t ENABLE TRIGGER touch;
UPDATE t SET id = 2;
SELECT ok((SELECT created_at IS NULL FROM t), 'a creation that nobody knows is not invented');

CREATE TABLE one (id int, made timestamptz);
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON one FOR EACH ROW EXECUTE FUNCTION quire.touch('made');
INSERT INTO one VALUES (1);
CREATE TEMP TABLE first AS SELECT made FROM one;
UPDATE one SET made = now() + interval '1 day';
SELECT is((SELECT made FROM one), (SELECT made FROM first), 'the first stamp may stand alone');

CREATE TABLE other (id int, changed timestamptz(0));
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON other FOR EACH ROW EXECUTE FUNCTION quire.touch('', 'changed');
INSERT INTO other VALUES (1);
SELECT is((SELECT changed FROM other), (SELECT date_trunc('second', changed) FROM other), 'so may the second; a coarser column gets a coarser stamp');

CREATE TABLE wrong (id int, made timestamptz);
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OR DELETE ON wrong FOR EACH ROW EXECUTE FUNCTION quire.touch('made', 'id');
SELECT throws_ok('INSERT INTO wrong VALUES (1)', '42804', 'column "id" of table "wrong" cannot hold a time stamp', 'a column of another type is refused');
DROP TRIGGER touch ON wrong;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OR DELETE ON wrong FOR EACH ROW EXECUTE FUNCTION quire.touch('made', 'never');
SELECT throws_ok('INSERT INTO wrong VALUES (1)', '42703', 'table "wrong" has no column "never"', 'so is a missing one');
DROP TRIGGER touch ON wrong;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OR DELETE ON wrong FOR EACH ROW EXECUTE FUNCTION quire.touch();
SELECT throws_ok('INSERT INTO wrong VALUES (1)', '39P01', NULL, 'and no column at all');
DROP TRIGGER touch ON wrong;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE OR DELETE ON wrong FOR EACH ROW EXECUTE FUNCTION quire.touch('made');
SELECT lives_ok('INSERT INTO wrong VALUES (1)', 'attached for DELETE as well, it works for the others');
SELECT throws_ok('DELETE FROM wrong', '39P01', NULL, 'and says at a DELETE that it is none of its events');

SELECT * FROM finish();
ROLLBACK;
