-- Filters beside the definitions of what they filter, in names and literals that SQL could take for its own.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(42);

CREATE TEMP TABLE known AS SELECT '{"energy": {"type": "number", "suffix": "keV"}, "state": {"type": "string", "enum": ["on", "off"]},
    "tags": {"type": "array", "item_type": "string"}, "started": {"type": "integer", "format": "date-time"},
    "ok": {"type": "boolean"}, "sample": {"type": "integer", "format": "chemical-id"}}'::jsonb AS d;
SELECT ok(quire.matches(filter, '{}', d) IS NOT NULL AND quire.filter_sql(filter, 'v', d) IS NOT NULL, format('"%s" fits', filter)) FROM known, (VALUES
    ('energy > 1 and energy != None'), ('state == "on" or state ? "o"'), ('tags ? "x" and tags == []'), ('started > "2024-05-17T10:11:12Z"'), ('ok == 1 and ok == True'), ('sample == 3'), ('')
) AS f (filter);
SELECT is(test.fault(format('SELECT quire.%s FROM known', call), 'state detail hint'), ARRAY[state, 'At character ' || detail || '.', hint], call) FROM (VALUES
    ('matches(''energy > 1 and enrgy > 2'', ''{}'', d)', '42704', '16 of the filter: there is no attribute "enrgy"', 'Perhaps "energy" was meant.'),
    ('filter_sql(''stat == "on"'', ''v'', d)', '42704', '1 of the filter: there is no attribute "stat"', 'Perhaps "state" was meant.'),
    ('filter_sql(''xyz == "on"'', ''v'', d)', '42704', '1 of the filter: there is no attribute "xyz"', ''),
    ('filter_sql(''energy > "1"'', ''v'', d)', '42804', '10 of the filter: expected a value that the attribute can be compared with', 'Attribute "energy" is keV.'),
    ('filter_sql(''state < 1'', ''v'', d)', '42804', '9 of the filter: expected a value that the attribute can be compared with', 'Attribute "state" is one of on, off.'),
    ('filter_sql(''energy ? 1'', ''v'', d)', '42804', '1 of the filter: expected a list or a text before ?', 'Attribute "energy" is keV.'),
    ('filter_sql(''state ? 1'', ''v'', d)', '42804', '9 of the filter: expected a text after ?', 'Attribute "state" is one of on, off.'),
    ('filter_sql(''started > "yesterday"'', ''v'', d)', '42804', '11 of the filter: expected a date and time in ISO 8601', 'It looks like "2024-05-17T10:11:12Z".')
) AS f (call, state, detail, hint);

-- SQL in names and texts stays text.
CREATE TEMP TABLE "odd; table" ("v"" --" jsonb);
CREATE FUNCTION pg_temp.finds(name text, value text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE found int;
BEGIN
    DELETE FROM "odd; table";
    INSERT INTO "odd; table" VALUES (jsonb_build_object(name, value)), (jsonb_build_object(name, value || 'x')), ('{}');
    EXECUTE format('SELECT count(*) FROM "odd; table" WHERE %s', quire.filter_sql(format('"%s" == "%s"', name, value), 'v" --')) INTO found;
    RETURN found = 1 AND (SELECT count(*) FROM "odd; table" WHERE quire.matches(format('"%s" == "%s"', name, value), "v"" --")) = 1;
END $$;
SELECT ok(pg_temp.finds(name, value), format('%s is found under %s', value, name)) FROM (VALUES
    ('a', ''' OR true --'), ('''; DROP TABLE given; --', 'x'), ('a', 'back\\slash'), ('a\\''b', '\\'''), ('a', E'line\nend'), ('a', E'\u00e4\U0001F600'), ('', ''),
    ('a', '$$'), ('a', '%s %I'), ('a b', '{x: 1}')
) AS odd (name, value);
SET LOCAL standard_conforming_strings = off;
SET LOCAL escape_string_warning = off;
SELECT ok(pg_temp.finds('a', E'back\\\\slash'), 'also where backslashes mean something to SQL');
RESET standard_conforming_strings;
CREATE FUNCTION pg_temp.plan_of(condition text) RETURNS text LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    EXECUTE 'EXPLAIN SELECT 1 FROM pg_temp."odd; table" WHERE ' || condition;
    RETURN 'planned';
END $$;
SELECT is(pg_temp.plan_of(quire.filter_sql('a > 1 and b == "x" and c ? "y" and d ? [1] and e < "z" and f <= 1', 'v" --')), 'planned', 'the SQL needs no search_path');

-- Types decide what ? asks for, in both ways alike.
SELECT is(ARRAY[quire.matches(filter, v), quire.matches(filter, v, d)], wanted, format('%s of %s', filter, v)) FROM known, (VALUES
    ('tags ? "x"', '{"tags": ["x"]}'::jsonb, ARRAY[true, true]), ('tags ? "x"', '{"tags": "x"}', ARRAY[true, false]), ('state ? "x"', '{"state": ["x"]}', ARRAY[true, false]), ('state ? "x"', '{"state": "wxy"}', ARRAY[true, true])
) AS f (filter, v, wanted);
SELECT is(quire.filter_sql('tags ? "x"', 'v', d), $$coalesce(v -> 'tags', 'null'::jsonb) @> '["x"]'::jsonb$$, 'an index can serve a list') FROM known;

-- A reference that knows what there is takes names, and refuses what is not there.
CREATE TEMP TABLE named AS SELECT '{"sample": {"type": "integer", "format": "chemical-id", "names": {"lysozyme": 7, "water": 9}}}'::jsonb AS d;
SELECT is(quire.matches(filter, v, d), wanted, format('%s of %s', filter, v)) FROM named, (VALUES
    ('sample == "lysozyme"', '{"sample": 7}'::jsonb, true), ('sample == "water"', '{"sample": 7}', false), ('sample != "water"', '{}', true), ('sample == 9', '{"sample": 9}', true),
    ('sample == None', '{}', true)) AS f (filter, v, wanted);
SELECT is(quire.filter_sql('sample == "lysozyme"', 'v', d), quire.filter_sql('sample == 7', 'v'), 'in SQL it is the number') FROM named;
SELECT is(test.fault(format('SELECT quire.matches(%L, %L, %L)', filter, '{}', d), 'state detail hint'), fault, filter) FROM named, (VALUES
    ('sample == "lysozime"', ARRAY['42704', 'At character 11 of the filter: there is no chemical "lysozime".', 'Perhaps "lysozyme" was meant.']),
    ('sample == 8', ARRAY['42704', 'At character 11 of the filter: there is no chemical of this number.', '']),
    ('sample ? "water"', ARRAY['42804', 'At character 1 of the filter: expected a list or a text before ?.', 'Attribute "sample" is chemical ID.'])) AS f (filter, fault);
SELECT throws_ok($$ SELECT quire.check_attribute_type('{"type": "integer", "format": "chemical-id", "names": {"a": "b"}}') $$, '22023', 'the attribute type has a "names" that is no object of numbers', 'names are of numbers');

SELECT * FROM finish();
ROLLBACK;
