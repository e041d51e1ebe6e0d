-- Types of attributes, values that have them, and data sets that match.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(124);

-- Types that are types.
SELECT lives_ok(format('SELECT quire.check_attribute_type(%L)', type), format('%s is a type', type)) FROM unnest(ARRAY[
    '{"type": "integer", "format": null}',
    '{"type": "integer", "format": "chemical-id"}',
    '{"type": "integer", "format": "date-time"}',
    '{"type": "string", "format": "date-time"}',
    '{"type": "number", "minimum": null, "maximum": null, "exclusiveMinimum": null, "exclusiveMaximum": null, "suffix": null, "format": null, "tolerance": null, "toleranceIsAbsolute": false}',
    '{"type": "number", "minimum": 1, "maximum": 1}',
    '{"type": "number", "suffix": "as you like"}',
    '{"type": "number", "suffix": "mm / s", "format": "standard-unit", "tolerance": 0.1, "toleranceIsAbsolute": true}',
    '{"type": "string", "enum": null}',
    '{"type": "string", "enum": []}',
    '{"type": "string", "enum": ["a", "a"]}',
    '{"type": "boolean", "description": "other keys do not matter"}',
    '{"type": "array", "item_type": "number", "minItems": 0, "maxItems": null}'
]) AS type;

-- And that are none.
SELECT is(test.fault(format('SELECT quire.check_attribute_type(%L)', type), 'state message'), ARRAY['22023', 'the attribute type ' || message], type)
FROM (VALUES
    ('[]', 'is not a JSON object'),
    ('"integer"', 'is not a JSON object'),
    ('{}', 'has no "type"'),
    ('{"type": 1}', 'has a "type" that is no string'),
    ('{"type": "float"}', 'has the unknown "type" "float"'),
    ('{"type": "integer", "format": "day"}', 'has the unknown "format" "day"'),
    ('{"type": "integer", "format": "-id"}', 'has the unknown "format" "-id"'),
    ('{"type": "number", "format": "date-time"}', 'has the unknown "format" "date-time"'),
    ('{"type": "boolean", "format": "x"}', 'has the unknown "format" "x"'),
    ('{"type": "integer", "minimum": 0}', 'has the key "minimum", which its kind does not have'),
    ('{"type": "number", "minimum": "0"}', 'has a "minimum" that is no number'),
    ('{"type": "number", "exclusiveMinimum": true}', 'has a "exclusiveMinimum" that is no number'),
    ('{"type": "number", "minimum": 2, "maximum": 1}', 'has a range that no number is in'),
    ('{"type": "number", "minimum": 1, "exclusiveMaximum": 1}', 'has a range that no number is in'),
    ('{"type": "number", "minimum": 1, "exclusiveMinimum": 1, "maximum": 1}', 'has a range that no number is in'),
    ('{"type": "number", "format": "standard-unit"}', 'has a unit ("suffix") that is empty'),
    ('{"type": "number", "suffix": "furlongish", "format": "standard-unit"}', 'has a unit ("suffix") that is not one that UDUNITS knows'),
    ('{"type": "number", "suffix": "days since 2000-01-01", "format": "standard-unit"}', 'has a unit ("suffix") that counts from a moment, which makes a calendar and no unit'),
    ('{"type": "number", "tolerance": -1}', 'has a "tolerance" that is less than zero, or beyond all measure'),
    ('{"type": "number", "toleranceIsAbsolute": 1}', 'has a "toleranceIsAbsolute" that is neither true nor false'),
    ('{"type": "string", "enum": "a"}', 'has a "enum" that is no array'),
    ('{"type": "string", "enum": [1]}', 'has a "enum" that is no array of strings'),
    ('{"type": "array"}', 'has no "item_type"'),
    ('{"type": "array", "item_type": "array"}', 'has the unknown "item_type" "array"'),
    ('{"type": "array", "item_type": "bool", "minItems": 2, "maxItems": 1}', 'has more "minItems" than "maxItems"'),
    ('{"type": "array", "item_type": "bool", "minItems": -1}', 'has a "minItems" that is no number of items'),
    ('{"type": "number", "minimun": 0}', 'has the unknown key "minimun"'),
    ('{"type": "number", "unit": "mm"}', 'has the unknown key "unit"')
) AS wrong (type, message);
SELECT is((test.fault($$ SELECT quire.check_attribute_type('{"type": "number", "minimun": 0}') $$))[4], 'Perhaps "minimum" was meant.',
    'a slip is not taken for a key that does not matter');

-- Values.
CREATE FUNCTION pg_temp.broken(type text, value text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce((SELECT rule || ': ' || message FROM quire.check_attributes(jsonb_build_object('a', type::jsonb), jsonb_build_object('a', value::jsonb))), 'fine')
$$;
CREATE FUNCTION pg_temp.ends_with(said text, wanted text) RETURNS bool LANGUAGE sql AS $$ SELECT right(said, length(wanted)) = wanted $$;
SELECT ok(pg_temp.ends_with(pg_temp.broken(type, value), wanted), format('%s of %s: %s', value, type, wanted)) FROM (VALUES
    ('{"type": "integer"}', '-7', 'fine'),
    ('{"type": "integer"}', '7.0', 'fine'),
    ('{"type": "integer"}', '9223372036854775807', 'fine'),
    ('{"type": "integer"}', '-9223372036854775808', 'fine'),
    ('{"type": "integer"}', '9223372036854775808', 'type: attribute "a" must be a whole number'),
    ('{"type": "integer"}', '7.5', 'type: attribute "a" must be a whole number'),
    ('{"type": "integer"}', '"7"', 'type: attribute "a" must be a whole number'),
    ('{"type": "integer"}', 'null', 'fine'),
    ('{"type": "integer", "format": "chemical-id"}', '3', 'fine'),
    ('{"type": "integer", "format": "chemical-id"}', '"lysozyme"', 'type: attribute "a" must be a number that refers to a row'),
    ('{"type": "string"}', '""', 'fine'),
    ('{"type": "string"}', '1', 'type: attribute "a" must be a string'),
    ('{"type": "boolean"}', 'false', 'fine'),
    ('{"type": "boolean"}', '0', 'type: attribute "a" must be true or false'),
    ('{"type": "string", "enum": ["x", "y"]}', '"y"', 'fine'),
    ('{"type": "string", "enum": ["x", "y"]}', '"Y"', 'choice: attribute "a" must be one of "x", "y"'),
    ('{"type": "string", "enum": []}', '"x"', 'choice: attribute "a" must be one of nothing: there are no choices'),
    ('{"type": "string", "enum": ["x"]}', '1', 'type: attribute "a" must be a string'),
    ('{"type": "number"}', '1e300', 'fine'),
    ('{"type": "number"}', '"NaN"', 'type: attribute "a" must be a number'),
    ('{"type": "number"}', 'true', 'type: attribute "a" must be a number'),
    ('{"type": "number", "minimum": 0, "exclusiveMaximum": 2, "suffix": "kg"}', '0', 'fine'),
    ('{"type": "number", "minimum": 0, "exclusiveMaximum": 2, "suffix": "kg"}', '2', 'range: attribute "a" must be a number in [0,2) kg'),
    ('{"type": "number", "minimum": 0, "exclusiveMaximum": 2, "suffix": "kg"}', '1.99999999999999999999999999', 'fine'),
    ('{"type": "number", "minimum": 0, "exclusiveMaximum": 2}', '-0.00000000000000000000000001', 'range: attribute "a" must be a number in [0,2)'),
    ('{"type": "number", "minimum": 5}', '-7', 'range: attribute "a" must be a number in [5,oo)'),
    ('{"type": "number", "minimum": 0, "exclusiveMinimum": 1}', '1', 'range: attribute "a" must be a number in (1,oo)'),
    ('{"type": "number", "minimum": 2, "exclusiveMinimum": 1}', '2', 'fine'),
    ('{"type": "number", "maximum": 0.1}', '0.1', 'fine'),
    ('{"type": "integer", "format": "date-time"}', '"2024-05-17T10:11:12Z"', 'fine'),
    ('{"type": "integer", "format": "date-time"}', '"2024-05-17T10:11:12.123456+02:00"', 'fine'),
    ('{"type": "integer", "format": "date-time"}', '"2024-05-17T10:11"', 'fine'),
    ('{"type": "integer", "format": "date-time"}', '"2024-02-30T10:11:12Z"', 'like "2024-05-17T10:11:12Z"'),
    ('{"type": "integer", "format": "date-time"}', '"2024-05-17"', 'like "2024-05-17T10:11:12Z"'),
    ('{"type": "integer", "format": "date-time"}', 'true', 'like "2024-05-17T10:11:12Z"'),
    ('{"type": "integer", "format": "date-time"}', '1715940672000', 'like "2024-05-17T10:11:12Z"'),
    ('{"type": "array", "item_type": "number"}', '[]', 'fine'),
    ('{"type": "array", "item_type": "number"}', '[1, 2.5]', 'fine'),
    ('{"type": "array", "item_type": "number"}', '[1, "2"]', 'item: attribute "a" must be a list of nothing but numbers'),
    ('{"type": "array", "item_type": "string"}', '[null]', 'item: attribute "a" must be a list of nothing but strings'),
    ('{"type": "array", "item_type": "bool"}', '[true, [false]]', 'item: attribute "a" must be a list of nothing but true and false'),
    ('{"type": "array", "item_type": "bool"}', 'true', 'type: attribute "a" must be a list'),
    ('{"type": "array", "item_type": "string", "minItems": 1}', '[]', 'length: attribute "a" must have at least 1 item'),
    ('{"type": "array", "item_type": "string", "maxItems": 2}', '["a", "b", "c"]', 'length: attribute "a" must have at most 2 items'),
    ('{"type": "array", "item_type": "string", "minItems": 1, "maxItems": 2}', '[]', 'length: attribute "a" must have from 1 to 2 items')
) AS given (type, value, wanted);

SELECT bag_eq($$ SELECT name, rule FROM quire.check_attributes('{"a": {"type": "integer"}, "bb": {"type": "boolean"}, "c": {"type": "string"}}',
    '{"a": "x", "bb": 1, "c": "fine", "d": null, "aa": 1}') $$,
    $$ VALUES ('a', 'type'), ('bb', 'type'), ('d', 'unknown'), ('aa', 'unknown') $$, 'every fault is told, not the first alone');
SELECT is_empty($$ SELECT quire.check_attributes('{"a": {"type": "integer"}}', '{}') $$, 'no row is no fault, in a SELECT list too');
SELECT is((SELECT count(*) FROM generate_series(1, 100) n, quire.check_attributes(CASE n % 2 WHEN 0 THEN '{"a": {"type": "integer"}}' ELSE '{"a": {"type": "string"}}' END::jsonb, '{"a": 1}')),
    50::bigint, 'definitions may be others from row to row');
SELECT ok(quire.attributes_valid('{"a": {"type": "integer"}}', '{"a": 1}'), 'attributes_valid says yes');
SELECT ok(NOT quire.attributes_valid('{"a": {"type": "integer"}}', '{"b": 1}'), 'and no');
SELECT is(test.fault($$ SELECT quire.check_attributes('{"a": {"type": "what"}}', '{}') $$, 'state message'),
    ARRAY['22023', 'the type of attribute "a" has the unknown "type" "what"'], 'a definition that is none is an error');
SELECT throws_ok($$ SELECT quire.check_attributes('[]', '{}') $$, '22023', 'the definitions are not a JSON object', 'so are definitions that are none');
SELECT throws_ok($$ SELECT quire.check_attributes('{}', '[]') $$, '22023', 'the values are not a JSON object', 'and values');
SELECT is((SELECT count(*) FROM quire.check_attributes(
        (SELECT jsonb_object_agg('attribute ' || n, '{"type": "number", "maximum": 500}'::jsonb) FROM generate_series(1, 1000) n),
        (SELECT jsonb_object_agg('attribute ' || n, n) FROM generate_series(1, 1000) n))), 500::bigint, 'a thousand attributes are each found');

-- As constraints.
CREATE TABLE kept (type jsonb CHECK (quire.check_attribute_type(type) IS NOT NULL), v jsonb CHECK (quire.attributes_valid('{"a": {"type": "integer"}}', v)));
SELECT lives_ok($$ INSERT INTO kept VALUES ('{"type": "integer"}', '{"a": 1}'), ('{"type": "integer"}', NULL) $$, 'both can be a constraint');
SELECT throws_ok($$ INSERT INTO kept VALUES ('{"type": "what"}', '{}') $$, '22023', NULL, 'for types');
SELECT throws_ok($$ INSERT INTO kept VALUES ('{"type": "integer"}', '{"b": 1}') $$, '23514', NULL, 'and values');

-- Matching.
SELECT is(quire.attributes_match(jsonb_build_object('a', type::jsonb), jsonb_build_object('a', wanted::jsonb), coalesce(jsonb_build_object('a', value::jsonb), '{}')), answer,
    format('%s wanted, %s there: %s', wanted, value, type)) FROM (VALUES
    ('{"type": "boolean"}', 'false', 'null', true), ('{"type": "boolean"}', 'false', 'true', false),
    ('{"type": "boolean"}', 'true', 'null', false), ('{"type": "boolean"}', 'true', 'true', true),
    ('{"type": "number"}', '1', '1.0000000001', true), ('{"type": "number"}', '1', '1.00000001', false),
    ('{"type": "number"}', 'null', 'null', true), ('{"type": "number"}', 'null', '0', false),
    ('{"type": "number", "tolerance": 0.1}', '100', '110', true), ('{"type": "number", "tolerance": 0.1}', '110', '100', true),
    ('{"type": "number", "tolerance": 0.1}', '100', '112', false), ('{"type": "number", "tolerance": 0.5}', '0', '0.0001', false),
    ('{"type": "number", "tolerance": 0.5, "toleranceIsAbsolute": true}', '0', '-0.5', true),
    ('{"type": "number", "tolerance": 0.5, "toleranceIsAbsolute": true}', '0', '0.75', false),
    ('{"type": "integer", "format": "date-time"}', '"2024-05-17T10:00:00Z"', '"2024-05-17T12:00:00+02:00"', true),
    ('{"type": "string"}', '"a"', '"A"', false)
) AS pair (type, wanted, value, answer);
SELECT ok(quire.attributes_match('{"a": {"type": "string"}, "b": {"type": "string"}}', '{}', '{"a": "x"}'), 'who wants nothing gets everything');
SELECT is(test.fault($$ SELECT quire.attributes_match('{"energy": {"type": "number"}}', '{"enrgy": 1}', '{}') $$, 'state message hint'),
    ARRAY['42704', 'there is no attribute "enrgy"', 'Perhaps "energy" was meant.'], 'what is wanted must be defined');

-- What types are called, and which are the same.
SELECT is(quire.attribute_type_name(type), name, name) FROM (VALUES ('{"type": "number", "minimum": 0, "exclusiveMaximum": 2, "suffix": "kg", "tolerance": 0.5}'::jsonb, 'kg in [0,2) (tolerance 0.5)'),
    ('{"type": "array", "item_type": "string"}', 'list of string'), ('{"type": "boolean"}', 'yes/no')) AS t (type, name);
SELECT is(quire.attribute_types_equivalent(a, b), wanted, format('%s and %s', a, b)) FROM (VALUES
    ('{"type": "number", "suffix": "mm/s", "format": "standard-unit", "tolerance": 1}'::jsonb, '{"type": "number", "suffix": "millimeter second^-1", "format": "standard-unit"}'::jsonb, true),
    ('{"type": "number", "suffix": "mm"}', '{"type": "number", "suffix": "m"}', false), ('{"type": "string", "enum": ["a", "b"]}', '{"type": "string", "enum": ["b", "a"]}', false)) AS t (a, b, wanted);
SELECT throws_ok($$ SELECT quire.attribute_types_equivalent('{"type": "string"}', '{"type": "text"}') $$, '22023', NULL, 'types are types');

SELECT * FROM finish();
ROLLBACK;
