-- bench/forms.sql: submissions read by quire, by the server's XML functions, from jsonb, and by a bare parser.
-- :rows / 25 is how many submissions there are; 500000 is what the goals are for.

CREATE FUNCTION bench.detoast(text) RETURNS int LANGUAGE c STRICT AS :'anchors', 'bench_detoast';
CREATE FUNCTION bench.count_elements(text) RETURNS int LANGUAGE c STRICT AS :'anchors', 'bench_count_elements';

-- A form of groups of ten questions and a repeat; question n has the n-th of six types in turn.
CREATE FUNCTION bench.type_of(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['int', 'decimal', 'date', 'dateTime', 'string', 'select1'])[n % 6 + 1]
$$;
CREATE FUNCTION bench.column_type(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['int', 'numeric', 'date', 'timestamptz', 'text', 'text'])[n % 6 + 1]
$$;
CREATE FUNCTION bench.form(questions int, padding int) RETURNS text LANGUAGE sql AS $$
    SELECT '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Bench</h:title><model>'
        '<instance><data id="bench" version="1">' || string_agg('<group_' || g || '>' || leaves || '</group_' || g || '>', '' ORDER BY g)
        || '<member><name/><age/><sex/></member><meta><instanceID/></meta></data></instance>' || string_agg(binds, '' ORDER BY g)
        || '<bind nodeset="/data/member/name" type="string"/><bind nodeset="/data/member/age" type="int"/></model></h:head><h:body>'
        || string_agg(controls, '' ORDER BY g) || '<group ref="/data/member"><repeat nodeset="/data/member"/></group></h:body></h:html>'
    FROM (
        SELECT n / 10 AS g, string_agg(format('<question_%s/>', n), '' ORDER BY n) AS leaves,
               string_agg(format('<bind nodeset="/data/group_%s/question_%s" type="%s"/>', n / 10, n, bench.type_of(n)), '' ORDER BY n) AS binds,
               string_agg(format('<input ref="/data/group_%s/question_%s"><label>Question %s %s</label></input>', n / 10, n, n, repeat('?', padding)), '' ORDER BY n) AS controls
        FROM generate_series(0, questions - 1) n GROUP BY n / 10) AS groups
$$;

-- Answers that differ from row to row, and compress as answers do.
CREATE FUNCTION bench.answer(row_number bigint, n int, words int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE n % 6
        WHEN 0 THEN (h % 10000)::text
        WHEN 1 THEN (h % 1000)::text || '.' || (h / 7 % 100)::text
        WHEN 2 THEN (date '2010-01-01' + (h % 5000)::int)::text
        WHEN 3 THEN to_char(timestamp '2010-01-01' + (h % 100000000) * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS') || '.' || (h % 900 + 100) || '+02:00'
        WHEN 4 THEN (SELECT string_agg(substr(md5((h + i)::text), 1, 3 + (h + i)::int % 5), ' ') FROM generate_series(1, words) i)
        ELSE (ARRAY['yes', 'no', 'well', 'tap', 'river'])[h % 5 + 1] END
    FROM (SELECT abs(hashint8extended(row_number * 100 + n, 0)) % 1000000007 AS h) AS hashed
$$;
CREATE FUNCTION bench.submission(row_number bigint, questions int, members int, words int) RETURNS text LANGUAGE sql AS $$
    SELECT '<data id="bench" version="1">' || (
            SELECT string_agg('<group_' || g || '>' || leaves || '</group_' || g || '>', '' ORDER BY g)
            FROM (SELECT n / 10 AS g, string_agg(format('<question_%s>%s</question_%1$s>', n, bench.answer(row_number, n, words)), '' ORDER BY n) AS leaves
                  FROM generate_series(0, questions - 1) n GROUP BY n / 10) AS groups)
        || coalesce((SELECT string_agg(format('<member><name>%s</name><age>%s</age><sex>%s</sex></member>',
                bench.answer(row_number + i, 4, 2), i % 90, (ARRAY['f', 'm'])[i % 2 + 1]), '') FROM generate_series(1, members) i), '')
        || '<meta><instanceID>uuid:' || md5(row_number::text)::uuid || '</instanceID></meta></data>'
$$;

CREATE TABLE bench.form AS SELECT bench.form(60, 0)::quire.xform AS form, bench.form(1000, 280)::quire.xform AS large_form;
\set submissions '(' :rows ' / 25)'
CREATE TABLE bench.kb4 AS SELECT n AS id, bench.submission(n, 60, 10, 18) AS xml FROM generate_series(1::bigint, :submissions) n;
CREATE TABLE bench.kb1 AS SELECT n AS id, bench.submission(n, 20, 1, 3) AS xml FROM generate_series(1::bigint, :submissions) n;
CREATE TABLE bench.kb30 AS SELECT n AS id, bench.submission(n, 60, 300, 100) AS xml FROM generate_series(1::bigint, :submissions / 10) n;
CREATE TABLE bench.document AS
    SELECT id, (SELECT jsonb_object_agg(split_part(path, '/', 3), value)
                FROM bench.form, quire."values"(form, xml) WHERE path LIKE '/group%') AS doc
    FROM bench.kb4;
ALTER TABLE bench.kb4 ADD PRIMARY KEY (id);
ALTER TABLE bench.kb1 ADD PRIMARY KEY (id);
ALTER TABLE bench.kb30 ADD PRIMARY KEY (id);
ALTER TABLE bench.document ADD PRIMARY KEY (id);
VACUUM ANALYZE;
SELECT 'form of 1,000 questions' AS what, octet_length(large_form::text) AS bytes, pg_column_size(large_form) AS stored FROM bench.form
UNION ALL SELECT 'kb1', avg(length(xml))::int, avg(pg_column_size(xml))::int FROM bench.kb1
UNION ALL SELECT 'kb4', avg(length(xml))::int, avg(pg_column_size(xml))::int FROM bench.kb4
UNION ALL SELECT 'kb30', avg(length(xml))::int, avg(pg_column_size(xml))::int FROM bench.kb30
UNION ALL SELECT 'kb4 as jsonb', avg(length(doc::text))::int, avg(pg_column_size(doc))::int FROM bench.document;

-- Lists of columns: for record() and jsonb_to_record(), and for XMLTABLE.
SELECT string_agg(format('question_%s %s', n, bench.column_type(n)), ', ' ORDER BY n) AS columns,
       string_agg(format('question_%s text', n), ', ' ORDER BY n) FILTER (WHERE n < 20) AS texts,
       string_agg(format('question_%s %s PATH ''group_%s/question_%1$s''', n, bench.column_type(n), n / 10), ', ' ORDER BY n) AS paths,
       string_agg(format('count((xpath(''/data/group_%s/question_%s/text()'', xml::xml))[1]::text)', n / 10, n), ', ' ORDER BY n)
           FILTER (WHERE n < 20) AS xpaths,
       -- The last column is reached through all others.
       'count(question_59)' AS counts, 'count(question_19)' AS few_counts
FROM generate_series(0, 59) n \gset

INSERT INTO bench.subject (name, rows, parts) VALUES
    ('4 KB', :submissions, 4), ('1 KB', :submissions, 4), ('30 KB', :submissions / 10, 4), ('one answer', :submissions, 4),
    ('beside XMLTABLE', :submissions / 10, 4), ('beside xpath()', :submissions / 20, 4), ('a form of 1,000 questions', :submissions, 4);

-- A variant that reads a table part by part.
CREATE PROCEDURE bench.add(subject text, name text, source text, counted text, read text DEFAULT '') LANGUAGE sql AS $$
    INSERT INTO bench.variant (subject, name, measured)
    VALUES (subject, name, format('SELECT %s FROM bench.form, bench.%s %s WHERE id BETWEEN $1 AND $2', counted, source, read))
$$;

CALL bench.add('4 KB', 'pugixml, counting elements', 'kb4', 'sum(bench.count_elements(xml))');
CALL bench.add('4 KB', 'record, 60 typed columns', 'kb4', :'counts', format(', quire.record(form, xml) AS r(%s)', :'columns'));
CALL bench.add('4 KB', 'jsonb_to_record, same columns', 'document', :'counts', format(', jsonb_to_record(doc) AS r(%s)', :'columns'));
CALL bench.add('4 KB', 'extract', 'kb4', 'count(quire.extract(form, xml))');
CALL bench.add('4 KB', 'rows', 'kb4', 'count(r)', ', quire.rows(form, xml) AS r');
CALL bench.add('4 KB', 'csv_row', 'kb4', 'count(r)', ', quire.csv_row(form, xml) AS r');
CALL bench.add('4 KB', 'values', 'kb4', 'count(v)', ', quire."values"(form, xml) AS v');
CALL bench.add('1 KB', 'pugixml, counting elements', 'kb1', 'sum(bench.count_elements(xml))');
CALL bench.add('1 KB', 'record, 60 typed columns', 'kb1', :'counts', format(', quire.record(form, xml) AS r(%s)', :'columns'));
CALL bench.add('1 KB', 'extract', 'kb1', 'count(quire.extract(form, xml))');
CALL bench.add('30 KB', 'pugixml, counting elements', 'kb30', 'sum(bench.count_elements(xml))');
CALL bench.add('30 KB', 'record, 60 typed columns', 'kb30', :'counts', format(', quire.record(form, xml) AS r(%s)', :'columns'));
CALL bench.add('30 KB', 'extract', 'kb30', 'count(quire.extract(form, xml))');
-- Who reads the table first waits for memory; so others do at either end, for variants take turns there and back.
CALL bench.add('one answer', 'detoast, at first', 'kb4', 'sum(bench.detoast(xml))');
CALL bench.add('one answer', 'detoast', 'kb4', 'sum(bench.detoast(xml))');
CALL bench.add('one answer', 'value', 'kb4', $$count(quire.value(form, xml, '/group_0/question_4'))$$);
CALL bench.add('one answer', 'detoast, at last', 'kb4', 'sum(bench.detoast(xml))');
CALL bench.add('beside XMLTABLE', 'record, 60 typed columns', 'kb4', :'counts', format(', quire.record(form, xml) AS r(%s)', :'columns'));
CALL bench.add('beside XMLTABLE', 'XMLTABLE, same columns', 'kb4', :'counts', format($$, XMLTABLE('/data' PASSING (xml::xml) COLUMNS %s) AS r$$, :'paths'));
CALL bench.add('beside XMLTABLE', 'record, repeat', 'kb4', 'count(name), count(age)', $$, quire.record(form, xml, 'member') AS r(name text, age int, sex text)$$);
CALL bench.add('beside XMLTABLE', 'XMLTABLE, repeat', 'kb4', 'count(name), count(age)',
    $$, XMLTABLE('/data/member' PASSING (xml::xml) COLUMNS name text, age int, sex text) AS r$$);
CALL bench.add('beside xpath()', 'value', 'kb4', $$count(quire.value(form, xml, '/group_0/question_4'))$$);
CALL bench.add('beside xpath()', 'xpath()', 'kb4', $$count((xpath('/data/group_0/question_4/text()', xml::xml))[1]::text)$$);
CALL bench.add('beside xpath()', 'record, 20 texts', 'kb4', :'few_counts', format(', quire.record(form, xml) AS r(%s)', :'texts'));
CALL bench.add('beside xpath()', '20 xpath()', 'kb4', :'xpaths');
INSERT INTO bench.variant (subject, name, measured)
SELECT 'a form of 1,000 questions', name, format('SELECT count(r.question_4) FROM %s, quire.record(%s, xml) AS r(question_4 text) WHERE id BETWEEN $1 AND $2', source, form)
FROM (VALUES ('once, for all rows', 'bench.kb4', '(SELECT large_form FROM bench.form)'), ('from a join, for each row', 'bench.form, bench.kb4', 'large_form')) AS v(name, source, form);

INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('4 KB', 'whole', 'record, 60 typed columns', 'pugixml, counting elements', 1.35),
    ('4 KB', 'whole', 'record, 60 typed columns', 'jsonb_to_record, same columns', 0.85),
    ('4 KB', 'whole', 'extract', 'pugixml, counting elements', 2.5),
    ('1 KB', 'whole', 'record, 60 typed columns', 'pugixml, counting elements', 1.35),
    ('30 KB', 'whole', 'record, 60 typed columns', 'pugixml, counting elements', 1.35),
    ('30 KB', 'whole', 'extract', 'pugixml, counting elements', 2.5),
    ('one answer', 'whole', 'value', 'detoast', 1.35),
    ('beside XMLTABLE', 'whole', 'record, 60 typed columns', 'XMLTABLE, same columns', 1 / 8.0),
    ('beside XMLTABLE', 'whole', 'record, repeat', 'XMLTABLE, repeat', 1 / 5.0),
    ('beside xpath()', 'whole', 'value', 'xpath()', 1 / 6.0),
    ('beside xpath()', 'whole', 'record, 20 texts', '20 xpath()', 1 / 45.0),
    ('a form of 1,000 questions', 'whole', 'from a join, for each row', 'once, for all rows', 1.5);

-- Wall time with four workers, which XMLTABLE does not get: PostgreSQL keeps it in the leader.
CREATE FUNCTION bench.wall_time(statement text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE started timestamptz;
BEGIN
    EXECUTE statement;
    started := clock_timestamp();
    EXECUTE statement;
    RETURN extract(epoch FROM clock_timestamp() - started) * 1e6;
END $$;
SET max_parallel_workers_per_gather = 4;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
WITH measured AS MATERIALIZED (
    SELECT bench.wall_time(format('SELECT %s FROM bench.kb4, quire.record((SELECT form FROM bench.form), xml) AS r(%s)', :'counts', :'columns')) / :submissions AS record,
           bench.wall_time(format($$SELECT %s FROM bench.kb4, XMLTABLE('/data' PASSING (xml::xml) COLUMNS %s) AS r WHERE id <= %s$$, :'counts', :'paths', :submissions / 10)) / (:submissions / 10) AS xmltable)
SELECT 'record / XMLTABLE, 60 typed columns, wall time, 4 workers' AS goal, round(1 / 15.0, 3) AS "at most",
       round((record / xmltable)::numeric, 3) AS ratio, round(record::numeric, 2) AS "us/row", round(xmltable::numeric, 2) AS "peer us/row",
       CASE WHEN record / xmltable <= 1 / 15.0 THEN 'ok' ELSE 'MISS' END AS verdict
FROM measured;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- create_tables beside COPY of the very rows that it makes, into tables with the same keys and indexes.
CREATE SCHEMA flat;
CREATE FUNCTION bench.cpu_of(statement text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE started float8 := bench.cpu_time();
BEGIN
    EXECUTE statement;
    RETURN bench.cpu_time() - started;
END $$;
CREATE FUNCTION bench.copied() RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    name text;
    file text := current_setting('data_directory') || '/bench.copy';
    spent float8 := 0;
BEGIN
    FOREACH name IN ARRAY ARRAY['submissions', 'member'] LOOP
        EXECUTE format('CREATE TABLE bench.%I (LIKE flat.%1$I INCLUDING ALL)', name);
        EXECUTE format('COPY flat.%I TO %L', name, file);
        spent := spent + bench.cpu_of(format('COPY bench.%I FROM %L', name, file));
    END LOOP;
    RETURN spent;
END $$;
WITH made AS MATERIALIZED (
    SELECT bench.cpu_of($$SELECT quire.create_tables(form, 'bench.kb4', 'xml', 'flat') FROM bench.form$$) / :submissions AS own),
copied AS MATERIALIZED (SELECT own, bench.copied() / :submissions AS peer FROM made)
SELECT 'create_tables / COPY of the rows' AS goal, 2.0 AS "at most", round((own / peer)::numeric, 3) AS ratio,
       round(own::numeric, 2) AS "us/row", round(peer::numeric, 2) AS "peer us/row", CASE WHEN own / peer <= 2 THEN 'ok' ELSE 'MISS' END AS verdict
FROM copied;
