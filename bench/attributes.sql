-- bench/attributes.sql: checks and filters of attributes beside what people write without them. :rows is half the number
-- of rows; 500000 is what the goals are for.

-- Twenty definitions of all kinds, and rows that keep them.
CREATE TABLE bench.definitions AS SELECT '{
    "run_number": {"type": "integer"}, "frames": {"type": "integer"}, "sample": {"type": "integer", "format": "chemical-id"},
    "started": {"type": "integer", "format": "date-time"}, "stopped": {"type": "integer", "format": "date-time"},
    "energy": {"type": "number", "minimum": 0, "maximum": 30, "suffix": "keV", "format": "standard-unit"},
    "temperature": {"type": "number", "minimum": 0, "suffix": "K", "format": "standard-unit", "tolerance": 0.1},
    "distance": {"type": "number", "exclusiveMinimum": 0, "suffix": "mm", "format": "standard-unit"},
    "transmission": {"type": "number", "minimum": 0, "maximum": 1}, "pressure": {"type": "number", "minimum": 0, "maximum": 2000, "suffix": "mbar"},
    "flow_rate": {"type": "number", "minimum": 0}, "comment": {"type": "string"}, "operator": {"type": "string"}, "buffer": {"type": "string"},
    "state": {"type": "string", "enum": ["open", "running", "done", "failed"]}, "repetition": {"type": "string", "enum": ["1 Hz", "10 Hz", "100 Hz"]},
    "pump_laser": {"type": "boolean"}, "dark": {"type": "boolean"},
    "tags": {"type": "array", "item_type": "string", "maxItems": 5}, "motors": {"type": "array", "item_type": "number", "minItems": 2}
}'::jsonb AS definitions;

CREATE TABLE bench.run AS
    SELECT n AS id, jsonb_build_object(
        'run_number', n, 'frames', n * 7 % 100000, 'sample', n % 40, 'started', '2024-05-17T10:11:12Z', 'stopped', '2024-05-17T11:12:13Z',
        'energy', round((n % 300) / 10.0, 2), 'temperature', 293.15, 'distance', 150 + n % 100, 'transmission', round((n % 100) / 100.0, 2),
        'pressure', n % 2000, 'flow_rate', 2.5, 'comment', 'run number ' || n, 'operator', 'op' || n % 9, 'buffer', 'PBS',
        'state', (ARRAY['open', 'running', 'done', 'failed'])[n % 4 + 1], 'repetition', '10 Hz', 'pump_laser', n % 2 = 0, 'dark', n % 50 = 0,
        'tags', jsonb_build_array('a', 'b' || n % 10), 'motors', jsonb_build_array(n % 13, 2.5, 0)) AS v
    FROM generate_series(1, :rows::bigint * 2) n;
ALTER TABLE bench.run ADD PRIMARY KEY (id);
VACUUM ANALYZE bench.run;

-- The checks as one writes them in PL/pgSQL: what is cheap for it first.
CREATE FUNCTION bench.check_attributes(definitions jsonb, "values" jsonb, OUT name text, OUT rule text) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    value jsonb;
    type jsonb;
    kind text;
    format text;
    number numeric;
BEGIN
    FOR name, value IN SELECT e.key, e.value FROM jsonb_each("values") e LOOP
        rule := NULL;
        type := definitions -> name;
        kind := type ->> 'type';
        format := type ->> 'format';
        CASE
            WHEN type IS NULL THEN rule := 'unknown';
            WHEN jsonb_typeof(value) = 'null' THEN NULL;
            WHEN kind = 'integer' AND format = 'date-time' THEN
                IF jsonb_typeof(value) <> 'string' OR (value #>> '{}') !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?$' THEN rule := 'type'; END IF;
            WHEN kind = 'integer' THEN
                IF jsonb_typeof(value) <> 'number' OR value::numeric % 1 <> 0 THEN rule := 'type'; END IF;
            WHEN kind = 'number' THEN
                IF jsonb_typeof(value) <> 'number' THEN
                    rule := 'type';
                ELSE
                    number := value::numeric;
                    IF number < (type -> 'minimum')::numeric OR number > (type -> 'maximum')::numeric
                        OR number <= (type -> 'exclusiveMinimum')::numeric OR number >= (type -> 'exclusiveMaximum')::numeric
                    THEN rule := 'range'; END IF;
                END IF;
            WHEN kind = 'string' THEN
                IF jsonb_typeof(value) <> 'string' THEN rule := 'type';
                ELSIF type ? 'enum' AND NOT (type -> 'enum') ? (value #>> '{}') THEN rule := 'choice';
                END IF;
            WHEN kind = 'boolean' THEN
                IF jsonb_typeof(value) <> 'boolean' THEN rule := 'type'; END IF;
            WHEN kind = 'array' THEN
                IF jsonb_typeof(value) <> 'array' THEN
                    rule := 'type';
                ELSIF EXISTS (SELECT FROM jsonb_array_elements(value) item WHERE jsonb_typeof(item) <> CASE type ->> 'item_type' WHEN 'bool' THEN 'boolean' ELSE type ->> 'item_type' END) THEN
                    rule := 'item';
                ELSIF jsonb_array_length(value) < (type -> 'minItems')::int OR jsonb_array_length(value) > (type -> 'maxItems')::int THEN
                    rule := 'length';
                END IF;
        END CASE;
        IF rule IS NOT NULL THEN RETURN NEXT; END IF;
    END LOOP;
END $$;

-- A million values.
INSERT INTO bench.subject (name, rows, parts) VALUES ('check 20 attributes', :rows / 10, 10);
INSERT INTO bench.variant (subject, name, measured)
    SELECT 'check 20 attributes', name, format('SELECT count(%s) FROM bench.run%s WHERE id BETWEEN $1 AND $2', counted, checked)
    FROM (VALUES
        (1, 'count(v)', 'v', ''),
        (2, 'quire.check_attributes', 'c', ', LATERAL quire.check_attributes((SELECT definitions FROM bench.definitions), v) c'),
        (3, 'quire.attributes_valid', 'quire.attributes_valid((SELECT definitions FROM bench.definitions), v)', ''),
        (4, 'PL/pgSQL', 'c', ', LATERAL bench.check_attributes((SELECT definitions FROM bench.definitions), v) c')
    ) AS variant (number, name, counted, checked)
    ORDER BY number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('check 20 attributes', 'whole', 'quire.check_attributes', 'PL/pgSQL', 0.05),
    ('check 20 attributes', 'whole', 'quire.attributes_valid', 'PL/pgSQL', 0.05);

-- Filters, over all rows.
\set condition '(v ->> ''energy'')::numeric > 12 AND v ->> ''state'' = ''done'' OR v -> ''tags'' ? ''b3'''
\set filter 'energy > 12 and state == "done" or tags ? "b3"'
INSERT INTO bench.subject (name, rows, parts) VALUES ('filter', :rows * 2, 10);
INSERT INTO bench.variant (subject, name, measured)
    SELECT 'filter', name, format('SELECT count(*) FROM bench.run WHERE id BETWEEN $1 AND $2 AND (%s)', condition)
    FROM (VALUES
        (1, 'count(*)', 'v IS NOT NULL'),
        (2, 'quire.matches', format('quire.matches(%L, v)', :'filter')),
        (3, 'quire.filter_sql', quire.filter_sql(:'filter', 'v')),
        (4, 'filter_sql with definitions', quire.filter_sql(:'filter', 'v', (SELECT definitions FROM bench.definitions))),
        (5, 'by hand', :'condition')
    ) AS variant (number, name, condition)
    ORDER BY number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES ('filter', 'whole', 'quire.matches', 'by hand', 1.5);

INSERT INTO bench.subject (name, rows, parts) VALUES ('filter, one comparison', :rows * 2, 10);
INSERT INTO bench.variant (subject, name, measured)
    SELECT 'filter, one comparison', name, format('SELECT count(*) FROM bench.run WHERE id BETWEEN $1 AND $2 AND (%s)', condition)
    FROM (VALUES
        (1, 'count(*)', 'v IS NOT NULL'),
        (2, 'quire.matches', 'quire.matches(''energy > 12'', v)'),
        (3, 'quire.filter_sql', quire.filter_sql('energy > 12', 'v')),
        (4, 'by hand', '(v -> ''energy'')::numeric > 12')
    ) AS variant (number, name, condition)
    ORDER BY number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES ('filter, one comparison', 'whole', 'quire.matches', 'by hand', 1.5);
