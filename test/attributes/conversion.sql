-- Values that go from one type to another, and units.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(126);

CREATE FUNCTION pg_temp.type(short text) RETURNS jsonb LANGUAGE sql AS $$
    SELECT CASE
        WHEN short = 'int' THEN '{"type": "integer"}'
        WHEN short = 'bool' THEN '{"type": "boolean"}'
        WHEN short = 'string' THEN '{"type": "string"}'
        WHEN short = 'chemical' THEN '{"type": "integer", "format": "chemical-id"}'
        WHEN short = 'choice' THEN '{"type": "string", "enum": ["a", "b"]}'
        WHEN short = 'decimal' THEN '{"type": "number"}'
        WHEN short = 'datetime' THEN '{"type": "integer", "format": "date-time"}'
        WHEN short LIKE 'list %' THEN jsonb_build_object('type', 'array', 'item_type', substr(short, 6))
        WHEN short LIKE 'in %' THEN jsonb_build_object('type', 'number', 'suffix', substr(short, 4), 'format', 'standard-unit')
        ELSE short::jsonb END
$$;
CREATE FUNCTION pg_temp.converted(value text, "from" text, "to" text, options jsonb DEFAULT '{}') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN quire.convert_attribute(value::jsonb, pg_temp.type("from"), pg_temp.type("to"), options);
EXCEPTION WHEN others THEN RETURN sqlstate;
END $$;

SELECT is(pg_temp.converted(value, "from", "to"), wanted, format('%s from %s to %s', value, "from", "to")) FROM (VALUES
    ('7', 'int', 'int', '7'), ('7', 'int', 'bool', 'true'), ('0', 'int', 'bool', 'false'), ('-7', 'int', 'string', '"-7"'),
    ('7', 'int', 'decimal', '7'), ('7', 'int', 'list number', '[7]'), ('7', 'int', 'list string', '42846'),
    ('7', 'int', 'choice', '42846'), ('7', 'int', 'chemical', '42846'), ('7', 'int', 'datetime', '42846'),
    ('7', 'int', '{"type": "number", "maximum": 6}', '23514'),
    ('true', 'bool', 'int', '1'), ('false', 'bool', 'decimal', '0'), ('true', 'bool', 'string', '"True"'), ('false', 'bool', 'string', '"False"'),
    ('true', 'bool', 'bool', 'true'), ('true', 'bool', 'list bool', '42846'),
    ('" +1_000 "', 'string', 'int', '1000'), ('"3.0"', 'string', 'int', '22P02'), ('"1__0"', 'string', 'int', '22P02'), ('"_1"', 'string', 'int', '22P02'),
    ('""', 'string', 'int', '22P02'), ('"99999999999999999999"', 'string', 'int', '23514'),
    ('" YES "', 'string', 'bool', 'true'), ('"1"', 'string', 'bool', 'true'), ('"No"', 'string', 'bool', 'false'), ('"on"', 'string', 'bool', '22P02'),
    ('"a"', 'string', 'choice', '"a"'), ('"c"', 'string', 'choice', '23514'),
    ('"1e3"', 'string', 'decimal', '1000'), ('".5"', 'string', 'decimal', '0.5'), ('"5."', 'string', 'decimal', '5'),
    ('"-2.50"', 'string', 'decimal', '-2.5'), ('"nan"', 'string', 'decimal', '22P02'), ('"inf"', 'string', 'decimal', '22P02'),
    ('"3"', 'string', '{"type": "number", "maximum": 2, "suffix": "mm", "format": "standard-unit"}', '23514'),
    ('"2024-05-17T10:11:12Z"', 'string', 'datetime', '"2024-05-17T10:11:12Z"'), ('"2024-05-17 10:11:12"', 'string', 'datetime', '22P02'),
    ('"2024-05-17T10:11:12+00:00"', 'string', 'datetime', '22P02'), ('"2023-02-29T00:00:00Z"', 'string', 'datetime', '22P02'),
    ('"x"', 'string', 'list string', '["x"]'), ('"x"', 'string', 'list number', '42846'), ('"x"', 'string', 'chemical', '42846'),
    ('"x"', 'string', '{"type": "array", "item_type": "string", "minItems": 2}', '23514'),
    ('3', 'chemical', 'chemical', '3'), ('3', 'chemical', 'int', '42846'), ('3', 'chemical', '{"type": "integer", "format": "person-id"}', '42846'),
    ('"a"', 'choice', 'string', '"a"'), ('"a"', 'choice', '{"type": "string", "enum": ["b"]}', '23514'), ('""', 'choice', '{"type": "string", "enum": ["b"]}', '""'),
    ('"a"', 'choice', 'int', '42846'),
    ('2.9', 'decimal', 'int', '2'), ('-2.9', 'decimal', 'int', '-2'), ('1e30', 'decimal', 'int', '23514'), ('0.0', 'decimal', 'bool', 'false'), ('0.1', 'decimal', 'bool', 'true'),
    ('2.50', 'decimal', 'string', '"2.5"'), ('1e3', 'decimal', 'string', '"1000"'), ('2.5', 'decimal', 'list number', '[2.5]'), ('2.0', 'decimal', 'list number', '[2]'),
    ('2.5', 'decimal', 'list bool', '42846'), ('2.5', 'decimal', 'choice', '42846'),
    ('12', 'in mm', 'in cm', '1.2'), ('12', 'in mm', 'decimal', '12'), ('12', 'decimal', 'in mm', '12'), ('12', 'in mm', 'in s', '42846'),
    ('20', 'in degC', 'in K', '293.15'), ('1', 'in m', 'in mm', '1000'), ('0.1', 'in m', 'in mm', '100'), ('12', 'in mm', 'in millimeter', '12'),
    ('5', 'decimal', '{"type": "number", "exclusiveMaximum": 5}', '23514'),
    ('12', 'in mm', '{"type": "number", "maximum": 1, "suffix": "cm", "format": "standard-unit"}', '23514'),
    ('"2024-05-17T12:11:12.999+02:00"', 'datetime', 'string', '"2024-05-17T10:11:12Z"'), ('"2024-05-17T10:11Z"', 'datetime', 'datetime', '"2024-05-17T10:11Z"'),
    ('"2024-05-17T10:11Z"', 'datetime', 'int', '42846'),
    ('[1, 2]', 'list number', 'list number', '[1, 2]'), ('["1", " 2.5"]', 'list string', 'list number', '[1, 2.5]'), ('["1", "x"]', 'list string', 'list number', '22P02'),
    ('["True", "False"]', 'list string', 'list bool', '[true, false]'), ('["", "x"]', 'list string', 'list bool', '22P02'),
    ('[1, 2.5]', 'list number', 'list string', '["1", "2.5"]'), ('[true]', 'list bool', 'list string', '["True"]'),
    ('[]', 'list bool', 'list number', '42846'), ('[]', 'list number', 'list bool', '42846'),
    ('[1, 2]', 'list number', '{"type": "array", "item_type": "number", "maxItems": 1}', '23514'),
    ('[1]', 'list number', 'decimal', '42846'),
    ('null', 'int', 'string', 'null'), ('null', 'list bool', 'list string', 'null'), ('null', 'int', 'choice', '42846'),
    ('"x"', 'int', 'string', '42804'), ('[1, "x"]', 'list number', 'list string', '42804')
) AS given (value, "from", "to", wanted);
SELECT is(pg_temp.converted('12', 'in mm', 'in s', '{"ignore_units": true}'), '12', 'units can be ignored');
SELECT is(pg_temp.converted('12', 'in mm', 'in s', '{"ignore": true}'), '22023', 'an unknown option is an error');
SELECT is((test.fault($$ SELECT quire.convert_attribute('"secret"', '{"type": "string"}', '{"type": "integer"}') $$))[2],
    'the value does not read as an integer', 'a message does not repeat the value');
SELECT is((test.fault($$ SELECT quire.convert_attribute('1', '{"type": "integer"}', '{"type": "string", "enum": ["a", "b"]}') $$))[2],
    'the value cannot go from integer to one of a, b', 'but names both types');
SELECT is((test.fault($$ SELECT quire.convert_attribute('1', '{"type": "number"}', '{"type": "number", "minimum": 2, "tolerance": 0.5, "toleranceIsAbsolute": true}') $$))[2],
    'the value is not in [2,oo)', 'and the range');

-- Whatever can be written as text can be read again.
SELECT is(quire.convert_attribute(quire.convert_attribute(value, type, '{"type": "string"}'), '{"type": "string"}', type), value, format('%s of %s there and back', value, type)) FROM (VALUES
    ('123456789012345678'::jsonb, '{"type": "integer"}'::jsonb), ('-0.000000000000000000001', '{"type": "number"}'), ('1e100', '{"type": "number"}'),
    ('123456789.987654321', '{"type": "number"}'), ('true', '{"type": "boolean"}'), ('"1969-12-31T23:59:59Z"', '{"type": "integer", "format": "date-time"}'),
    ('"0001-01-01T00:00:00Z"', '{"type": "integer", "format": "date-time"}'), ('"9999-12-31T23:59:59Z"', '{"type": "integer", "format": "date-time"}')
) AS given (value, type);

-- Units.
SELECT is(quire.convert_unit(12::numeric, 'mm', 'cm'), 1.2, 'numbers are converted');
SELECT is(quire.convert_unit(0.1::float8, 'm', 'mm'), 100::float8, 'without noise');
SELECT is(quire.convert_unit(100, 'degC', 'degF'), 212::float8, 'units with an offset too');
SELECT is(quire.convert_unit(magnitude => 1::numeric, "from" => 'keV', "to" => 'eV'), 1000::numeric, 'arguments can be named');
SELECT is(quire.convert_unit(12345678901234567890.123456789, 'mm', 'millimeter'), 12345678901234567890.123456789, 'the same unit changes no digit');
SELECT is(quire.convert_unit('NaN'::numeric, 'mm', 'm'), 'NaN'::numeric, 'NaN stays');
SELECT is(quire.convert_unit('Infinity'::float8, 'mm', 'm'), 'Infinity'::float8, 'so does infinity');
SELECT throws_ok($$ SELECT quire.convert_unit(1e308::float8, 'km', 'nm') $$, '22003', NULL, 'a number that grows beyond all measure is an error');
SELECT is((test.fault($$ SELECT quire.convert_unit(1, 'mm', 's') $$))[1:3],
    ARRAY['42846', 'units cannot be converted that measure different things', 'One comes down to "0.001 meter", the other to "second".'], 'length is no time');
SELECT is(test.fault(format('SELECT quire.normalize_unit(%L)', unit), 'state message'), ARRAY['22023', message], format('"%s" is no unit', left(unit, 30))) FROM (VALUES
    ('', 'the unit is empty'), ('  ', 'the unit is empty'), ('banana', 'the unit "banana" is not one that UDUNITS knows'),
    (repeat('m ', 100), 'the unit is longer than 128 bytes'), ('s since 1970-01-01', 'the unit counts from a moment, which makes a calendar and no unit'),
    ('m^', 'the unit "m^" is not one that UDUNITS knows'), ('1e999 m', 'the unit "1e999 m" is not one that UDUNITS knows'), (')(', 'the unit ")(" is not one that UDUNITS knows')
) AS wrong (unit, message);
SELECT is(quire.normalize_unit(unit), normal, format('"%s" is %s', unit, normal)) FROM (VALUES
    ('mm/s', '0.001 meter-second^-1'), (' mm / s ', '0.001 meter-second^-1'), ('millimeter second^-1', '0.001 meter-second^-1'), ('MHz', '1000000 hertz'), ('%', '0.01 1')
) AS spelling (unit, normal);

SELECT * FROM finish();
ROLLBACK;
