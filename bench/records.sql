-- bench/records.sql: rows as JSON and back, beside what the server has for it: 20000 rows of 60 columns, of the types
-- and sizes that submissions have. :rows is what soft deletion is measured with.

CREATE FUNCTION bench.columns(template text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format(template, n, kind), ', ' ORDER BY n)
    FROM (SELECT n, (ARRAY['int', 'text', 'numeric', 'text', 'date', 'text', 'bigint', 'timestamptz', 'text', 'bool'])[n % 10 + 1] AS kind
          FROM generate_series(1, 60) n) c
$$;

-- A value of a type, and NULL now and then.
CREATE FUNCTION bench.some(kind text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN h % 20 = 0 THEN NULL ELSE CASE kind
        WHEN 'int' THEN (h % 100000)::text
        WHEN 'text' THEN substr(md5(n::text) || ' grün & so', (1 + h % 10)::int, (6 + h % 36)::int)
        WHEN 'numeric' THEN (h % 1000000 / 100.0)::numeric(12, 2)::text
        WHEN 'date' THEN (date '1990-01-01' + (h % 15000)::int)::text
        WHEN 'bigint' THEN (n * 7919)::text
        WHEN 'timestamptz' THEN (timestamptz '2020-01-01' + (h % 100000000) * interval '1.5 second')::text
        WHEN 'bool' THEN (h % 2 = 0)::text END END
    FROM abs(hashint8(n)::bigint) h
$$;
CREATE TABLE bench.wide (number bigint PRIMARY KEY);
DO $$ BEGIN
    EXECUTE 'ALTER TABLE bench.wide ' || bench.columns('ADD field_%1$s %2$s');
    EXECUTE 'INSERT INTO bench.wide SELECT i, ' || bench.columns('bench.some(''%2$s'', i * 60 + %1$s)::%2$s') || ' FROM generate_series(1, 20000) i';
END $$;
CREATE TABLE bench.document (number bigint PRIMARY KEY, content jsonb, body text);
INSERT INTO bench.document SELECT number, to_jsonb(w), to_json(w) FROM bench.wide w;
VACUUM (FREEZE, ANALYZE) bench.wide, bench.document;

\set eleven '''{number,field_1,field_7,field_13,field_19,field_25,field_31,field_37,field_43,field_49,field_55}'''

-- Bytes are summed up: to count characters would cost more than to write them.
INSERT INTO bench.subject (name, rows, parts) VALUES ('row to JSON', 20000, 10);
INSERT INTO bench.variant (subject, name, measured)
    SELECT 'row to JSON', name, format('SELECT sum(octet_length(%s)) FROM bench.wide w WHERE number BETWEEN $1 AND $2', expression)
    FROM (VALUES
        (1, 'read the last column', '(field_60::text)'),
        (2, 'to_json_text', 'quire.to_json_text(w)'),
        (3, 'to_json_text, without 11', format('quire.to_json_text(w, %L)', :eleven)),
        (4, 'row_to_json', 'row_to_json(w)::text'),
        (5, '(to_jsonb - 11 keys)::text', format('(to_jsonb(w) - %L::text[])::text', :eleven)),
        (6, 'to_json::text, without 11', format('quire.to_json(w, %L)::text', :eleven))
    ) AS variant (number, name, expression)
    ORDER BY number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('row to JSON', 'whole', 'to_json_text', 'row_to_json', 1 / 2.5),
    ('row to JSON', 'whole', 'to_json_text, without 11', '(to_jsonb - 11 keys)::text', 1 / 5.0),
    ('row to JSON', 'whole', 'to_json::text, without 11', '(to_jsonb - 11 keys)::text', 1);

-- The sum of a column of the row that was read, so that all of it is.
INSERT INTO bench.subject (name, rows, parts) VALUES ('JSON to row', 20000, 10);
INSERT INTO bench.variant (subject, name, measured)
    SELECT 'JSON to row', name, format('SELECT count(%s) FROM bench.document d WHERE number BETWEEN $1 AND $2', expression)
    FROM (VALUES
        (1, 'read the jsonb', 'content - ''none'''),
        (2, 'from_json', 'quire.from_json(NULL::bench.wide, content)'),
        (3, 'jsonb_populate_record', 'jsonb_populate_record(NULL::bench.wide, content)'),
        (4, 'from_json of text', 'quire.from_json(NULL::bench.wide, body::jsonb)'),
        (5, 'json_populate_record of text', 'json_populate_record(NULL::bench.wide, body::json)'),
        (6, 'jsonb_populate_record of text', 'jsonb_populate_record(NULL::bench.wide, body::jsonb)')
    ) AS variant (number, name, expression)
    ORDER BY number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('JSON to row', 'whole', 'from_json', 'jsonb_populate_record', 0.6),
    ('JSON to row', 'whole', 'from_json of text', 'json_populate_record of text', 1),
    ('JSON to row', 'whole', 'from_json of text', 'jsonb_populate_record of text', 1);

-- Soft deletion: parents with two children each, beside the trigger that people write, which leaves all races open. The
-- floor is what has to be written in any case.
CREATE FUNCTION bench.soft_parent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bench.parent_3 SET deleted_at = now() WHERE id = OLD.id AND deleted_at IS NULL;
    UPDATE bench.child_3 SET deleted_at = now() WHERE parent = OLD.id AND deleted_at IS NULL;
    RETURN NULL;
END $$;
DO $$ BEGIN
    FOR i IN 1..3 LOOP
        EXECUTE format('CREATE TABLE bench.parent_%1$s (id bigint PRIMARY KEY, name text, deleted_at timestamptz);
            CREATE TABLE bench.child_%1$s (id bigint PRIMARY KEY, parent bigint REFERENCES bench.parent_%1$s ON DELETE CASCADE, name text, deleted_at timestamptz);
            CREATE INDEX ON bench.child_%1$s (parent);
            CREATE FUNCTION bench.one_by_one_%1$s(first bigint, last bigint) RETURNS void LANGUAGE plpgsql AS %2$L', i,
            format('BEGIN FOR i IN first..last LOOP %s END LOOP; END', CASE i
                WHEN 1 THEN 'UPDATE bench.parent_1 SET deleted_at = now() WHERE id = i; UPDATE bench.child_1 SET deleted_at = now() WHERE parent = i;'
                ELSE format('DELETE FROM bench.parent_%s WHERE id = i;', i) END));
    END LOOP;
END $$;
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON bench.parent_2 FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON bench.child_2 FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
CREATE TRIGGER soft BEFORE DELETE ON bench.parent_3 FOR EACH ROW EXECUTE FUNCTION bench.soft_parent();

CREATE FUNCTION bench.refill(number int, rows bigint) RETURNS text LANGUAGE sql AS $$
    SELECT format('TRUNCATE bench.parent_%1$s, bench.child_%1$s; INSERT INTO bench.parent_%1$s SELECT i, ''name '' || i FROM generate_series(1, %2$s) i;
        INSERT INTO bench.child_%1$s SELECT i, (i + 1) / 2, ''name '' || i FROM generate_series(1, %2$s * 2) i; ANALYZE bench.parent_%1$s, bench.child_%1$s', number, rows)
$$;
INSERT INTO bench.subject (name, rows, parts) VALUES ('soft delete, many at once', :rows / 25, 5), ('soft delete, one by one', :rows / 50, 5);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT u.name, v.name, bench.refill(v.number, u.rows), CASE WHEN u.name LIKE '%one by one' THEN format('SELECT bench.one_by_one_%s($1, $2)', v.number) ELSE statement END
    FROM bench.subject u, (VALUES
        (1, 'two UPDATEs', 'UPDATE bench.parent_1 SET deleted_at = now() WHERE id BETWEEN $1 AND $2; UPDATE bench.child_1 SET deleted_at = now() WHERE parent BETWEEN $1 AND $2'),
        (2, 'quire', 'DELETE FROM bench.parent_2 WHERE id BETWEEN $1 AND $2'),
        (3, 'PL/pgSQL trigger', 'DELETE FROM bench.parent_3 WHERE id BETWEEN $1 AND $2')
    ) AS v (number, name, statement)
    WHERE u.name LIKE 'soft%'
    ORDER BY u.number, v.number;

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('soft delete, many at once', 'whole', 'quire', 'PL/pgSQL trigger', 1);
