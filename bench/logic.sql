-- bench/logic.sql: submissions held against the rules of their form, beside reading them.
-- :rows / 25 is how many submissions there are; 500000 is what the goals are for.

-- Sixty questions of six types in groups of ten, with 30 constraints, 10 relevants, 10 required and 10 calculates.
CREATE FUNCTION bench.type_of(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT (ARRAY['int', 'decimal', 'date', 'dateTime', 'string', 'string'])[n % 6 + 1]
$$;
CREATE FUNCTION bench.rules_of(n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN n % 2 = 1 THEN '' ELSE format(' constraint="%s"', CASE n % 6
               WHEN 0 THEN '. &gt;= 0 and . &lt; 10000'
               WHEN 2 THEN '. &gt; date(''2000-01-01'') and . &lt; date(''2100-01-01'')'
               ELSE 'string-length(.) &lt; 500' END) END
        || CASE WHEN n % 6 = 5 THEN format(' relevant="../question_%s &gt;= 0"', n - 5) ELSE '' END
        || CASE WHEN n % 6 = 3 THEN ' required="true()"' ELSE '' END
        || CASE WHEN n % 6 = 1 THEN format(' calculate="../question_%s * 2 + 1"', n - 1) ELSE '' END
$$;
CREATE FUNCTION bench.form() RETURNS text LANGUAGE sql AS $$
    SELECT '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>Bench</h:title><model>'
        '<instance><data id="bench" version="1">' || string_agg(format('<question_%s/>', n), '' ORDER BY n)
        || '<meta><instanceID/></meta></data></instance>'
        || string_agg(format('<bind nodeset="/data/question_%s" type="%s"%s/>', n, bench.type_of(n), bench.rules_of(n)), '' ORDER BY n)
        || '</model></h:head><h:body>'
        || string_agg(format('<input ref="/data/question_%s"><label>Question %1$s</label></input>', n), '' ORDER BY n) || '</h:body></h:html>'
    FROM generate_series(0, 59) n
$$;

-- Answers that keep to the rules.
CREATE FUNCTION bench.answer(row_number bigint, n int) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE n % 6
        WHEN 0 THEN (h % 10000)::text
        WHEN 1 THEN (abs(hashint8extended(row_number * 100 + n - 1, 0)) % 1000000007 % 10000 * 2 + 1)::text
        WHEN 2 THEN (date '2010-01-01' + (h % 5000)::int)::text
        WHEN 3 THEN to_char(timestamp '2010-01-01' + (h % 100000000) * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS') || '.' || (h % 900 + 100) || '+02:00'
        WHEN 4 THEN (SELECT string_agg(substr(md5((h + i)::text), 1, 3 + (h + i)::int % 5), ' ') FROM generate_series(1, 18) i)
        ELSE (ARRAY['yes', 'no', 'well', 'tap', 'river'])[h % 5 + 1] END
    FROM (SELECT abs(hashint8extended(row_number * 100 + n, 0)) % 1000000007 AS h) AS hashed
$$;
CREATE TABLE bench.form AS SELECT bench.form()::quire.xform AS form;
\set submissions '(' :rows ' / 25)'
CREATE TABLE bench.submission AS
    SELECT row_number AS id, '<data id="bench" version="1">'
           || (SELECT string_agg(format('<question_%s>%s</question_%1$s>', n, bench.answer(row_number, n)), '' ORDER BY n) FROM generate_series(0, 59) n)
           || '<meta><instanceID>uuid:' || md5(row_number::text)::uuid || '</instanceID></meta></data>' AS xml
    FROM generate_series(1::bigint, :submissions) row_number;
ALTER TABLE bench.submission ADD PRIMARY KEY (id);
VACUUM ANALYZE;
-- All is in order: warnings, and submissions that break a rule.
SELECT jsonb_array_length(quire.form_info(form) -> 'warnings') AS warnings,
       (SELECT count(*) FROM bench.submission WHERE NOT quire.is_valid(form, xml)) AS broken,
       (SELECT avg(length(xml))::int FROM bench.submission) AS bytes
FROM bench.form;

INSERT INTO bench.subject (name, rows, parts) VALUES ('60 questions', :submissions, 20);
INSERT INTO bench.variant (subject, name, measured) VALUES
    ('60 questions', 'extract', $$SELECT count(quire.extract(form, xml)) FROM bench.form, bench.submission WHERE id BETWEEN $1 AND $2$$),
    ('60 questions', 'is_valid', $$SELECT count(quire.is_valid(form, xml)) FROM bench.form, bench.submission WHERE id BETWEEN $1 AND $2$$),
    ('60 questions', 'is_valid, one dialect', $$SELECT count(quire.is_valid(form, xml, '{"dialect": "webforms"}')) FROM bench.form, bench.submission WHERE id BETWEEN $1 AND $2$$),
    ('60 questions', 'validate', $$SELECT count(v.rule) FROM bench.form, bench.submission, quire.validate(form, xml) v WHERE id BETWEEN $1 AND $2$$),
    ('60 questions', 'recalculate', $$SELECT count(quire.recalculate(form, xml)) FROM bench.form, bench.submission WHERE id BETWEEN $1 AND $2$$);
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('60 questions', 'whole', 'validate', 'extract', 3.0),
    ('60 questions', 'whole', 'is_valid', 'extract', 3.0);

-- Wall time over all submissions, alone and with three workers beside the leader.
CREATE FUNCTION bench.wall_time(statement text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE started timestamptz;
BEGIN
    EXECUTE statement;
    started := clock_timestamp();
    EXECUTE statement;
    RETURN extract(epoch FROM clock_timestamp() - started) * 1e6;
END $$;
CREATE FUNCTION bench.with_workers(workers int, statement text) RETURNS float8 LANGUAGE plpgsql
    SET parallel_setup_cost = 0 SET parallel_tuple_cost = 0 SET min_parallel_table_scan_size = 0 AS $$
BEGIN
    PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
    RETURN bench.wall_time(statement);
END $$;
\set parallel_rows '(2 * ' :rows ')'
CREATE TABLE bench.many AS SELECT xml FROM bench.submission, generate_series(1, :parallel_rows / :submissions);
VACUUM ANALYZE bench.many;
WITH measured AS MATERIALIZED (
    SELECT bench.with_workers(0, 'SELECT count(*) FROM bench.many WHERE quire.is_valid((SELECT form FROM bench.form), xml)') AS alone,
           bench.with_workers(3, 'SELECT count(*) FROM bench.many WHERE quire.is_valid((SELECT form FROM bench.form), xml)') AS together)
SELECT 'is_valid, wall time, 4 processes / 1' AS goal, round(1 / 3.0, 3) AS "at most", round((together / alone)::numeric, 3) AS ratio,
       round((together / :parallel_rows)::numeric, 2) AS "us/row", round((alone / :parallel_rows)::numeric, 2) AS "peer us/row",
       CASE WHEN together / alone <= 1 / 3.0 THEN 'ok' ELSE 'MISS' END AS verdict
FROM measured;
