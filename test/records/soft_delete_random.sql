-- Random deletions and restorations: no live row ever refers to a deleted one, a deletion that is taken back leaves
-- nothing changed, and all comes back in the end.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(6);

CREATE TABLE a (id int PRIMARY KEY, up int REFERENCES a ON DELETE CASCADE, deleted_at timestamptz);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE, up int REFERENCES b, deleted_at timestamptz);
CREATE TABLE c (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE, b int REFERENCES b ON DELETE CASCADE, deleted_at timestamptz);
CREATE TABLE d (id int PRIMARY KEY, c int REFERENCES c ON DELETE RESTRICT, b int REFERENCES b ON DELETE SET NULL, deleted_at timestamptz);
CREATE TEMP VIEW everything AS
    SELECT 'a' AS tab, id, deleted_at FROM a UNION ALL SELECT 'b', id, deleted_at FROM b UNION ALL SELECT 'c', id, deleted_at FROM c UNION ALL SELECT 'd', id, deleted_at FROM d;
-- Rows whose parent, along each foreign key, is deleted; a reference that would be set to NULL may stay.
CREATE TEMP VIEW orphans AS
    SELECT 'a' AS tab, x.id FROM a x JOIN a p ON p.id = x.up WHERE x.deleted_at IS NULL AND p.deleted_at IS NOT NULL
    UNION ALL SELECT 'b', x.id FROM b x JOIN a p ON p.id = x.a WHERE x.deleted_at IS NULL AND p.deleted_at IS NOT NULL
    UNION ALL SELECT 'b', x.id FROM b x JOIN b p ON p.id = x.up WHERE x.deleted_at IS NULL AND p.deleted_at IS NOT NULL
    UNION ALL SELECT 'c', x.id FROM c x JOIN a p ON p.id = x.a WHERE x.deleted_at IS NULL AND p.deleted_at IS NOT NULL
    UNION ALL SELECT 'c', x.id FROM c x JOIN b p ON p.id = x.b WHERE x.deleted_at IS NULL AND p.deleted_at IS NOT NULL
    UNION ALL SELECT 'd', x.id FROM d x JOIN c p ON p.id = x.c WHERE x.deleted_at IS NULL AND p.deleted_at IS NOT NULL;

INSERT INTO a VALUES (1);
INSERT INTO a SELECT i, CASE WHEN i % 3 = 0 THEN i / 2 END FROM generate_series(2, 20) i;
INSERT INTO b SELECT i, i * 7 % 20 + 1, CASE WHEN i % 5 = 0 THEN i - 3 END FROM generate_series(1, 60) i;
INSERT INTO c SELECT i, i * 11 % 20 + 1, i * 13 % 60 + 1 FROM generate_series(1, 120) i;
INSERT INTO d SELECT i, i * 17 % 120 + 1, i * 19 % 60 + 1 FROM generate_series(1, 12) i;
DO $$ BEGIN
    FOR i IN 1..4 LOOP
        EXECUTE format('CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION quire.soft_delete()', (ARRAY['a', 'b', 'c', 'd'])[i]);
    END LOOP;
END $$;

CREATE TEMP TABLE outcome (step text, result text);
CREATE FUNCTION pg_temp.state() RETURNS text LANGUAGE sql AS 'SELECT md5(string_agg(e::text, '','' ORDER BY tab, id)) FROM everything e';
CREATE FUNCTION pg_temp.step() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    tab text := (ARRAY['a', 'b', 'b', 'c', 'c', 'd'])[1 + floor(random() * 6)];
    row int := 1 + floor(random() * CASE tab WHEN 'a' THEN 20 WHEN 'b' THEN 60 WHEN 'c' THEN 120 ELSE 12 END);
    before text := pg_temp.state();
    what text := (ARRAY['delete', 'undelete', 'undelete', 'several', 'there and back'])[1 + floor(random() * 5)];
    result text; went int; came int;
BEGIN
    BEGIN
        CASE what
            WHEN 'delete' THEN PERFORM quire.delete(tab::regclass, to_jsonb(row));
            WHEN 'undelete' THEN PERFORM quire.undelete(tab::regclass, to_jsonb(row));
            WHEN 'several' THEN EXECUTE format('DELETE FROM %I WHERE id %% 7 = %s', tab, row % 7);
            ELSE
                went := quire.delete(tab::regclass, to_jsonb(row));
                came := CASE WHEN went > 0 THEN quire.undelete(tab::regclass, to_jsonb(row)) ELSE 0 END;
                IF went <> came OR pg_temp.state() <> before THEN what := format('%s %s went, %s came', tab, went, came); END IF;
        END CASE;
        result := 'done';
    EXCEPTION WHEN foreign_key_violation THEN
        result := CASE WHEN pg_temp.state() = before THEN 'refused' ELSE 'refused by half' END;
    END;
    IF EXISTS (SELECT FROM orphans) THEN result := result || ' with orphans'; END IF;
    INSERT INTO outcome VALUES (what, result);
END $$;
SELECT setseed(0.42) \g /dev/null
SELECT count(pg_temp.step()) FROM generate_series(1, 1500) \g /dev/null

SELECT is_empty('SELECT * FROM outcome WHERE result NOT IN (''done'', ''refused'')', 'no step leaves an orphan, or half of its work');
SELECT is_empty('SELECT * FROM outcome WHERE step NOT IN (''delete'', ''undelete'', ''several'', ''there and back'')', 'what goes comes back');
SELECT cmp_ok((SELECT count(*) FROM outcome WHERE result = 'refused'), '>', 100::bigint, 'some steps are refused');
SELECT cmp_ok((SELECT count(*) FROM outcome WHERE result = 'done'), '>', 500::bigint, 'many are not');
SELECT cmp_ok((SELECT count(*) FROM everything WHERE deleted_at IS NOT NULL), '>', 20::bigint, 'and in the end something is deleted');

-- Whatever was deleted with what, from parents down all can be restored.
CREATE FUNCTION pg_temp.restore_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE r record; left_before bigint := -1; left_now bigint := 0;
BEGIN
    WHILE left_now <> left_before LOOP
        left_before := left_now;
        FOR r IN SELECT * FROM everything WHERE deleted_at IS NOT NULL ORDER BY tab, id LOOP
            BEGIN
                PERFORM quire.undelete(r.tab::regclass, to_jsonb(r.id));
            EXCEPTION WHEN foreign_key_violation THEN NULL;
            END;
        END LOOP;
        left_now := (SELECT count(*) FROM everything WHERE deleted_at IS NOT NULL);
    END LOOP;
END $$;
SELECT pg_temp.restore_all();
SELECT is_empty('SELECT * FROM everything WHERE deleted_at IS NOT NULL', 'all comes back in the end');

SELECT * FROM finish();
ROLLBACK;
