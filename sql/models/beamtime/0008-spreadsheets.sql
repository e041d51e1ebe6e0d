-- Runs from a spreadsheet: an array of rows, each an array of cells, the first with the headers.

CREATE FUNCTION cell_name(row_number int4, column_number int4) RETURNS text LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN column_number > 26 THEN chr(64 + (column_number - 1) / 26) ELSE '' END
        || chr(65 + (column_number - 1) % 26) || row_number
$$;
COMMENT ON FUNCTION cell_name(int4, int4) IS 'A cell as spreadsheets name it: B7.';

CREATE FUNCTION cell_value(attributo "Attributo", cell text) RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    type jsonb := attributo.json_schema;
    chemical_id int4;
BEGIN
    IF btrim(coalesce(cell, '')) = '' AND type ->> 'type' <> 'boolean' THEN
        RETURN NULL;
    END IF;
    CASE coalesce(type ->> 'format', type ->> 'type')
        WHEN 'boolean' THEN
            RETURN to_jsonb(lower(btrim(coalesce(cell, ''))) = 'yes');
        WHEN 'chemical-id' THEN
            SELECT id INTO chemical_id FROM "Chemical" WHERE beamtime_id = attributo.beamtime_id AND name = btrim(cell);
            IF NOT FOUND THEN
                RAISE 'there is no such chemical' USING ERRCODE = '22023';
            END IF;
            RETURN to_jsonb(chemical_id);
        WHEN 'date-time', 'array' THEN
            RAISE 'values of the type % are not read from spreadsheets', quire.attribute_type_name(type) USING ERRCODE = '0A000';
        WHEN 'string' THEN
            RETURN quire.convert_attribute(to_jsonb(CASE WHEN type -> 'enum' IS NULL OR type -> 'enum' = 'null' THEN cell
                ELSE btrim(cell) END),
                '{"type": "string"}', type);
        ELSE
            RETURN quire.convert_attribute(to_jsonb(cell), '{"type": "string"}', type || '{"format": null, "suffix": null}');
    END CASE;
END $$;
COMMENT ON FUNCTION cell_value("Attributo", text) IS
    'What a cell says of an attributo: numbers, texts, choices, yes, a chemical by name; NULL when it is empty.';

CREATE FUNCTION check_headers(beamtime_id int4, headers jsonb, OUT cell text, OUT message text) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT cell_name(1, n::int4), CASE
        WHEN w.name IS NOT NULL THEN format('expected the header "%s"', w.name)
        WHEN h.name IS NULL THEN 'expected a header'
        WHEN twice THEN 'the header is there twice' ELSE format('there is no attributo "%s" of runs', h.name) END
    FROM (SELECT name, n, count(*) OVER (PARTITION BY name) > 1 AS twice
        FROM jsonb_array_elements_text(headers) WITH ORDINALITY AS h (name, n)) AS h
    FULL JOIN unnest('{run id,experiment type,started,stopped,files}'::text[]) WITH ORDINALITY AS w (name, n) USING (n)
    WHERE CASE WHEN n <= 5 THEN h.name IS DISTINCT FROM w.name ELSE twice OR h.name IS NULL OR NOT EXISTS (
        SELECT FROM "Attributo" AS a WHERE a.beamtime_id = check_headers.beamtime_id AND a.associated_table = 'RUN' AND a.name = h.name) END
    ORDER BY n
$$;
COMMENT ON FUNCTION check_headers(int4, jsonb) IS
    'What is wrong with the first row: run id, experiment type, started, stopped, files, then attributi of runs.';

CREATE FUNCTION cell_moment(cell text) RETURNS timestamp LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    -- Nothing that depends on a session's DateStyle, and no zone, which would be ignored.
    IF btrim(cell) !~ '^(\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?)?$' THEN
        RAISE 'expected a date and time like 2024-05-17 10:30' USING ERRCODE = '22007';
    END IF;
    RETURN (SELECT nullif(btrim(cell), '')::timestamp AT TIME ZONE time_zone AT TIME ZONE 'UTC' FROM settings);
END $$;
COMMENT ON FUNCTION cell_moment(text) IS 'The moment in UTC of a date and time by the clock on the wall.';

CREATE FUNCTION read_sheet_row(beamtime_id int4, headers jsonb, cells jsonb, row_number int4, OUT run "Run", OUT files jsonb,
    OUT faults jsonb)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    attributo "Attributo";
    texts text[] := ARRAY(SELECT jsonb_array_elements_text(cells));
    value jsonb;
BEGIN
    run.beamtime_id := beamtime_id;
    run.attributi := '{}';
    faults := '{}';
    FOR i IN 1 .. jsonb_array_length(headers) LOOP
        BEGIN
            CASE i
                WHEN 1 THEN
                    run.external_id := texts[1];
                WHEN 2 THEN
                    SELECT e.id INTO STRICT run.experiment_type_id FROM "ExperimentType" AS e
                    WHERE e.beamtime_id = read_sheet_row.beamtime_id AND e.name = texts[2];
                WHEN 3 THEN
                    run.started := cell_moment(texts[3]);
                WHEN 4 THEN
                    run.stopped := cell_moment(texts[4]);
                WHEN 5 THEN
                    SELECT coalesce(jsonb_agg(jsonb_build_object('glob', btrim(f))), '[]') INTO files
                    FROM regexp_split_to_table(texts[5], ',') AS f WHERE btrim(f) <> '';
                ELSE
                    SELECT * INTO attributo FROM "Attributo" AS a WHERE a.beamtime_id = read_sheet_row.beamtime_id
                        AND a.name = headers ->> i - 1;
                    value := cell_value(attributo, texts[i]);
                    IF value IS NOT NULL THEN
                        run.attributi := run.attributi || jsonb_build_object(attributo.name, value);
                    END IF;
            END CASE;
        EXCEPTION WHEN no_data_found THEN
            faults := faults || jsonb_build_object(cell_name(row_number, i), 'there is no such experiment type');
        WHEN data_exception OR check_violation OR feature_not_supported THEN
            faults := faults || jsonb_build_object(cell_name(row_number, i), SQLERRM);
        END;
    END LOOP;
    IF run.external_id IS NULL AND NOT faults ? cell_name(row_number, 1) THEN
        faults := faults || jsonb_build_object(cell_name(row_number, 1), 'expected the number of a run');
    END IF;
    IF run.started IS NULL AND NOT faults ? cell_name(row_number, 3) THEN
        faults := faults || jsonb_build_object(cell_name(row_number, 3), 'expected a date and time');
    ELSIF run.stopped < run.started THEN
        faults := faults || jsonb_build_object(cell_name(row_number, 4), 'the run stops before it starts');
    END IF;
END $$;
COMMENT ON FUNCTION read_sheet_row(int4, jsonb, jsonb, int4) IS
    'The run that a row of a spreadsheet tells of, its files, and what is wrong {cell: message}.';

CREATE FUNCTION check_sheet_rows(beamtime_id int4, lines jsonb, OUT cell text, OUT level text, OUT message text) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    WITH line AS (
        SELECT (l ->> 'n')::int4 AS n, (l -> 'run' ->> 'external_id')::int4 AS external_id, l -> 'files' AS files, l -> 'faults' AS faults
        FROM jsonb_array_elements(lines) AS l)
    SELECT f.key, 'error', f.value #>> '{}' FROM line, jsonb_each(line.faults) AS f
    UNION ALL
    SELECT cell_name(n, 1), 'error', format('run %s is there already', external_id) FROM line
    WHERE EXISTS (SELECT FROM "Run" AS r WHERE r.beamtime_id = check_sheet_rows.beamtime_id AND r.external_id = line.external_id)
    UNION ALL
    SELECT cell_name(max(n), 1), 'error', format('run %s is in rows %s', external_id, string_agg(n::text, ', ' ORDER BY n)) FROM line
    WHERE external_id IS NOT NULL GROUP BY external_id HAVING count(*) > 1
    UNION ALL
    SELECT cell_name(max(n), 5), 'warning', format('the file %s is in rows %s', f ->> 'glob', string_agg(n::text, ', ' ORDER BY n))
    FROM line, jsonb_array_elements(line.files) AS f GROUP BY f HAVING count(*) > 1
    UNION ALL
    SELECT cell_name(n, 1), 'warning', format('no run is between %s and %s', before, external_id)
    FROM (SELECT n, external_id, lag(external_id) OVER (ORDER BY external_id) AS before FROM line) AS g WHERE external_id > before + 1
$$;
COMMENT ON FUNCTION check_sheet_rows(int4, jsonb) IS 'What is wrong with the rows that read_sheet_row() has read, and what may be.';

CREATE FUNCTION import_runs(beamtime_id int4, sheet jsonb, simulate bool DEFAULT false, create_data_sets bool DEFAULT false,
    OUT cell text, OUT level text, OUT message text) RETURNS SETOF record LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    lines jsonb;
    line jsonb;
    run_id int4;
BEGIN
    LOCK TABLE "Run" IN ROW EXCLUSIVE MODE;
    PERFORM lock_beamtime(beamtime_id);
    RETURN QUERY SELECT h.cell, 'error', h.message FROM check_headers(import_runs.beamtime_id, sheet -> 0) AS h;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT coalesce(jsonb_agg(jsonb_build_object('n', s.n, 'run', r.run, 'files', r.files, 'faults', r.faults) ORDER BY s.n), '[]')
        INTO lines
    FROM jsonb_array_elements(sheet) WITH ORDINALITY AS s (cells, n),
        read_sheet_row(import_runs.beamtime_id, sheet -> 0, s.cells, s.n::int4) AS r WHERE s.n > 1;
    RETURN QUERY SELECT c.* FROM check_sheet_rows(import_runs.beamtime_id, lines) AS c
        ORDER BY c.level, substring(c.cell, '\d+')::int4, c.cell;
    IF simulate OR EXISTS (SELECT FROM check_sheet_rows(import_runs.beamtime_id, lines) AS c WHERE c.level = 'error') THEN
        RETURN;
    END IF;
    FOR line IN SELECT jsonb_array_elements(lines) LOOP
        INSERT INTO "Run" AS r (beamtime_id, external_id, experiment_type_id, started, stopped, attributi)
        SELECT g.beamtime_id, g.external_id, g.experiment_type_id, g.started, g.stopped, g.attributi
        FROM jsonb_populate_record(NULL::"Run", line -> 'run') AS g RETURNING r.id INTO run_id;
        PERFORM add_run_files(run_id, line -> 'files');
        IF create_data_sets THEN
            PERFORM data_set_from_run(run_id);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION import_runs(int4, jsonb, bool, bool) IS
    'Imports runs from a sheet [[header, ...], [cell, ...], ...], all or, when there is an error, none; every error and warning, by cell. '
    'Times are local.';
-- down
DROP FUNCTION import_runs(int4, jsonb, bool, bool), check_sheet_rows(int4, jsonb), read_sheet_row(int4, jsonb, jsonb, int4),
    cell_moment(text),
    check_headers(int4, jsonb), cell_value("Attributo", text), cell_name(int4, int4);
