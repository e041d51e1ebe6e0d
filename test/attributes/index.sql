-- create_attribute_index: the planner uses it for what filter_sql writes, and knows how many rows to expect.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(24);

CREATE TABLE things AS SELECT n AS id, jsonb_build_object('n', n, 'state', 's' || n % 200, 'text', 'some text ' || n,
    'tags', jsonb_build_array('t' || n % 300, 'x'), 'Größe', n / 10.0) || CASE WHEN n % 2 = 0 THEN '{"rare": 1}' ELSE '{}' END::jsonb AS "All"
FROM generate_series(1, 20000) n;
SELECT is(quire.create_attribute_index('things', 'All', 'n'), 'things_n_idx', 'the index has a name');
SELECT ok(quire.create_attribute_index('things', 'All', 'state', '{"type": "string", "enum": []}') IS NOT NULL
    AND quire.create_attribute_index('things', 'All', 'text', '{"type": "string"}') IS NOT NULL
    AND quire.create_attribute_index('things', 'All', 'tags', '{"type": "array", "item_type": "string"}') IS NOT NULL
    AND quire.create_attribute_index('things', 'All', 'Größe', '{"type": "number"}') IS NOT NULL
    AND quire.create_attribute_index("table" => 'things', "column" => 'All', attribute => 'rare', type => NULL) IS NOT NULL, 'for every kind of attribute');
SELECT is(quire.create_attribute_index('things', 'All', 'n'), 'things_n_idx1', 'a name that is taken is not taken again');
DROP INDEX things_n_idx1;

CREATE TEMP TABLE known AS SELECT '{"n": {"type": "integer"}, "state": {"type": "string"}, "text": {"type": "string"}, "Größe": {"type": "number"},
    "rare": {"type": "integer"}, "tags": {"type": "array", "item_type": "string"}}'::jsonb AS definitions;
CREATE FUNCTION pg_temp.plan_of(filter text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE found jsonb;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT id FROM things WHERE %s', quire.filter_sql(filter, 'All', (SELECT definitions FROM known))) INTO found;
    RETURN found #> '{0,Plan}';
END $$;
CREATE FUNCTION pg_temp.count_of(filter text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE found bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM things WHERE %s', quire.filter_sql(filter, 'All', (SELECT definitions FROM known))) INTO found;
    RETURN found;
END $$;
SELECT ok(pg_temp.plan_of(filter)::text ~ wanted AND pg_temp.plan_of(filter)::text !~ 'Seq Scan'
    AND pg_temp.count_of(filter) = (SELECT count(*) FROM things WHERE quire.matches(filter, "All")), format('"%s" uses %s', filter, wanted)) FROM (VALUES
    ('n == 7', 'things_n_idx'), ('n > 19990', 'things_n_idx'), ('n >= 100 and n < 110', 'things_n_idx'), ('n < 10', 'things_n_idx'), ('n == 3 or n == 19999', 'things_n_idx'), ('n == True', 'things_n_idx'),
    ('n == None', 'things_n_idx'), ('state == "s7"', 'things_state_idx'), ('text == "some text 77"', 'things_text_idx'), ('tags ? "t7"', 'things_tags_idx'), ('"Größe" > 1999.5', 'things_Größe_idx'),
    ('(n > 5 or state == "s1") and text == "some text 9"', 'things_text_idx')
) AS f (filter, wanted);
SELECT ok((pg_temp.plan_of(filter) ->> 'Plan Rows')::float8 BETWEEN pg_temp.count_of(filter) / 2.0 AND pg_temp.count_of(filter) * 2.0 + 2, format('the planner knows how many rows "%s" gives', filter)) FROM (VALUES
    ('n > 15000'), ('n < 5000'), ('state == "s7"'), ('rare == 1'), ('rare == None'), ('not rare == 1')
) AS f (filter);

SELECT is(test.fault(format('SELECT quire.create_attribute_index(%s)', arguments), 'state'), ARRAY[state], arguments) FROM (VALUES
    ('''things'', ''none'', ''a''', '42703'), ('''things'', ''id'', ''a''', '42804'), ('''things'', ''All'', NULL', '22004')
) AS wrong (arguments, state);

SELECT * FROM finish();
ROLLBACK;
