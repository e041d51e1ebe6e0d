-- A property: whatever the filter and the row, matches() says what the SQL of filter_sql() says.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(4);
SELECT setseed(0.42);

CREATE FUNCTION pg_temp.one_of(VARIADIC words text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT words[1 + floor(random() * cardinality(words))::int]
$$;
-- Few names and values, so that they meet often.
CREATE FUNCTION pg_temp.atom(depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF random() < 0.2 AND depth < 2 THEN
        RETURN '[' || coalesce((SELECT string_agg(pg_temp.atom(depth + 1), ', ') FROM generate_series(1, floor(random() * 3)::int)), '') || ']';
    END IF;
    RETURN pg_temp.one_of('None', 'True', 'False', '0', '1', '-1', '0.5', '1.0', '2', '1e2', '-0.5', '""', '"a"', '"ab"', '"b"', '"A"', '"1"', '"a\"b"', '"é"', '"''"');
END $$;
CREATE FUNCTION pg_temp.expression(depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    said text;
    op text;
    literal text;
BEGIN
    IF depth > 0 AND random() < 0.6 THEN
        said := pg_temp.expression(depth - 1);
        FOR i IN 1..floor(random() * 3)::int LOOP
            said := said || pg_temp.one_of(' and ', ' or ', 'and ') || pg_temp.expression(depth - 1);
        END LOOP;
        RETURN CASE WHEN random() < 0.3 THEN 'not ' ELSE '' END || '(' || said || ')';
    END IF;
    op := pg_temp.one_of('==', '!=', '<', '<=', '>', '>=', '?');
    LOOP
        literal := pg_temp.atom(0);
        EXIT WHEN literal NOT LIKE '[%' OR op IN ('==', '!=', '?');
    END LOOP;
    RETURN CASE WHEN random() < 0.1 THEN 'not ' ELSE '' END || pg_temp.one_of('a', 'b', '"c d"', 'd', 'missing') || pg_temp.one_of('', ' ') || op || pg_temp.one_of('', ' ') || literal;
END $$;
CREATE FUNCTION pg_temp.value(depth int) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF random() < 0.2 AND depth < 2 THEN
        RETURN coalesce((SELECT jsonb_agg(pg_temp.value(depth + 1)) FROM generate_series(1, floor(random() * 3)::int)), '[]');
    END IF;
    RETURN pg_temp.one_of('null', 'true', 'false', '0', '1', '-1', '0.5', '1.00', '2', '100', '-0.5', '""', '"a"', '"ab"', '"b"', '"A"', '"1"', '"a\\\"b"', '"é"', '"''"', '{}', '{"a": 1}', '1e20');
END $$;
CREATE FUNCTION pg_temp.document() RETURNS jsonb LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(jsonb_object_agg(name, pg_temp.value(0)) FILTER (WHERE random() < 0.8), '{}') FROM unnest(ARRAY['a', 'b', 'c d', 'd']) name
$$;

CREATE TEMP TABLE tried (filter text, v jsonb, evaluated bool, compiled bool);
DO $$
DECLARE
    filter text;
    v jsonb;
    compiled bool;
BEGIN
    FOR i IN 1..10000 LOOP
        filter := pg_temp.expression(2);
        v := pg_temp.document();
        EXECUTE format('SELECT %s FROM (SELECT $1) AS t (v)', quire.filter_sql(filter, 'v')) INTO compiled USING v;
        INSERT INTO tried VALUES (filter, v, quire.matches(filter, v), compiled);
    END LOOP;
END $$;
SELECT is_empty('SELECT * FROM tried WHERE evaluated IS DISTINCT FROM compiled', '10,000 filters: evaluated and compiled, the same');
SELECT is_empty('SELECT * FROM tried WHERE compiled IS NULL', 'and never NULL');
SELECT cmp_ok((SELECT count(*) FROM tried WHERE evaluated), '>', 2000::bigint, 'many were true');
SELECT cmp_ok((SELECT count(*) FROM tried WHERE NOT evaluated), '>', 2000::bigint, 'and many false');

SELECT * FROM finish();
ROLLBACK;
