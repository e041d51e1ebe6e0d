-- What simulations are given and give: compressed as the platform does it, read and written as JSON.

CREATE FUNCTION python_json(document text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
BEGIN
    IF document !~ 'NaN|Infinity' THEN
        RETURN document;
    END IF;
    RETURN (
        SELECT string_agg(coalesce(part[1], part[3], 'null'), '' ORDER BY n)
        FROM regexp_matches(document, '((?:"(?:[^"\\]|\\.)*"|[^"NI-]|-(?!I))+)|(-?Infinity|NaN)|(.)', 'g') WITH ORDINALITY AS m(part, n));
END $$;
COMMENT ON FUNCTION python_json(text) IS 'What Python''s json writes: NaN and the infinities, which JSON has not, are null.';

-- row.data, as the platform's classes have it.
DO $$
DECLARE
    blob text;
BEGIN
    FOREACH blob IN ARRAY '{Input,Estimator,Page,Logfiles}'::text[] LOOP
        EXECUTE format('CREATE FUNCTION data(stored %1$I) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
            RETURN python_json(quire.gunzip_text((stored).compressed_data))', blob);
        EXECUTE format('COMMENT ON FUNCTION data(%I) IS ''The row''''s compressed_data as JSON; also written as a column, row.data.''', blob);
    END LOOP;
END $$;

CREATE FUNCTION set_data() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF quire.gunzip(NEW.compressed_data) IS NULL THEN
        NEW.compressed_data := OLD.compressed_data;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION set_data() IS 'Trigger: what is stored can be read; NULL leaves what was there.';
DO $$
DECLARE
    blob text;
BEGIN
    FOREACH blob IN ARRAY '{Input,Estimator,Page,Logfiles}'::text[] LOOP
        EXECUTE format('CREATE TRIGGER set_data BEFORE INSERT OR UPDATE OF compressed_data ON %I FOR EACH ROW EXECUTE FUNCTION set_data()', blob);
    END LOOP;
END $$;

-- Names for people, of estimators that are uploaded under the names of their files.
CREATE FUNCTION output_names(simulation_id int4, file_names text[]) RETURNS TABLE (file_name text, name text, rank int8)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY WITH outputs AS (
        SELECT o.output ->> 'name' AS name, o.n AS rank, row_number() OVER (ORDER BY o.output ->> 'name' COLLATE "C", o.n) AS place
        FROM "Simulation" AS s JOIN "Input" AS i ON i.simulation_id = s.id,
            jsonb_array_elements(i.data #> '{input_json,scoringManager,outputs}') WITH ORDINALITY AS o(output, n)
        WHERE s.id = output_names.simulation_id AND s.input_type = 'EDITOR'
    ), files AS (
        SELECT f.file_name, row_number() OVER (ORDER BY f.file_name COLLATE "C") AS place FROM unnest(file_names) AS f(file_name)
    )
    SELECT f.file_name, coalesce(same.name, paired.name, f.file_name), coalesce(same.rank, paired.rank)
    FROM files AS f
        LEFT JOIN (SELECT o.name, min(o.rank) AS rank FROM outputs AS o GROUP BY o.name HAVING count(*) = 1) AS same
            ON same.name = regexp_replace(f.file_name, '_$', '')
        -- Simulators that name files themselves name them in the order of the outputs' names.
        LEFT JOIN outputs AS paired ON same.name IS NULL AND paired.place = f.place
            AND (SELECT count(*) FROM outputs) = cardinality(file_names)
            AND NOT EXISTS (SELECT FROM outputs AS o JOIN files AS g ON o.name = regexp_replace(g.file_name, '_$', ''));
END $$;
COMMENT ON FUNCTION output_names(int4, text[]) IS
    'The names of a simulation''s outputs by file name: the same name, or else, where there are as many, the one at the same place in alphabetical order.';

CREATE FUNCTION upload_results(simulation_id int4, update_key text, estimators jsonb) RETURNS int4
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    files text[];
    stored int4;
BEGIN
    PERFORM check_update_key(simulation_id, update_key);
    SELECT array_agg(e ->> 'name') INTO files FROM jsonb_array_elements(estimators) AS e;
    IF files IS NULL OR array_position(files, NULL) IS NOT NULL OR EXISTS (
        SELECT FROM jsonb_array_elements(estimators) AS e, jsonb_array_elements(e -> 'pages') AS p
        WHERE p #>> '{metadata,page_number}' IS NULL OR p #>> '{metadata,name}' IS NULL OR p ->> 'dimensions' IS NULL)
    THEN
        RAISE 'the estimators are incomplete' USING ERRCODE = '22023',
            HINT = 'Each is {"name", "metadata", "pages": [{"dimensions", "metadata": {"page_number", "name"}, ...}]}.';
    END IF;
    -- Uploads to one job take turns.
    PERFORM FROM "Simulation" AS s WHERE s.id = upload_results.simulation_id FOR NO KEY UPDATE;
    INSERT INTO "Estimator" (simulation_id, name, file_name, compressed_data)
    SELECT upload_results.simulation_id, n.name, n.file_name, quire.gzip(e.estimator -> 'metadata', 9)
    FROM (
        SELECT DISTINCT ON (e ->> 'name') e AS estimator, n FROM jsonb_array_elements(estimators) WITH ORDINALITY AS a(e, n) ORDER BY e ->> 'name', n
    ) AS e
        JOIN output_names(upload_results.simulation_id, ARRAY(SELECT DISTINCT unnest(files))) AS n ON n.file_name = e.estimator ->> 'name'
    ORDER BY n.rank, e.n
    ON CONFLICT ON CONSTRAINT file_name_is_unique DO NOTHING;
    WITH uploaded AS (
        SELECT DISTINCT ON (s.id, (p.page #>> '{metadata,page_number}')::int4) s.id AS estimator_id,
            (p.page #>> '{metadata,page_number}')::int4 AS page_number, p.page #>> '{metadata,name}' AS page_name,
            (p.page ->> 'dimensions')::int4 AS page_dimension, quire.gzip(p.page, 9) AS compressed_data
        FROM jsonb_array_elements(estimators) AS e
            JOIN "Estimator" AS s ON s.simulation_id = upload_results.simulation_id AND s.file_name = e ->> 'name',
            jsonb_array_elements(e -> 'pages') WITH ORDINALITY AS p(page, n)
        ORDER BY s.id, (p.page #>> '{metadata,page_number}')::int4, p.n DESC
    )
    INSERT INTO "Page" AS p (estimator_id, page_number, page_name, page_dimension, compressed_data)
    SELECT estimator_id, page_number, page_name, page_dimension, compressed_data FROM uploaded
    ON CONFLICT ON CONSTRAINT page_number_is_unique DO UPDATE
        SET page_name = excluded.page_name, page_dimension = excluded.page_dimension, compressed_data = excluded.compressed_data
        WHERE p.compressed_data IS DISTINCT FROM excluded.compressed_data;
    GET DIAGNOSTICS stored = ROW_COUNT;
    UPDATE "Simulation" AS s SET job_state = 'COMPLETED' WHERE s.id = upload_results.simulation_id AND NOT is_over(s.job_state);
    RETURN stored;
END $$;
COMMENT ON FUNCTION upload_results(int4, text, jsonb) IS
    'Takes [{"name", "metadata", "pages"}, ...] and completes the job; sent again it changes nothing. How many pages were written.';

CREATE FUNCTION upload_logfiles(simulation_id int4, update_key text, logfiles jsonb) RETURNS bool
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM check_update_key(simulation_id, update_key);
    RETURN append_logfiles(simulation_id, logfiles);
END $$;
COMMENT ON FUNCTION upload_logfiles(int4, text, jsonb) IS 'Takes logs of a job; false when just these are there already.';

-- Reading, by the owner.
CREATE FUNCTION page_numbers(ranges text) RETURNS int4[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$
BEGIN
    IF ranges !~ '^\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*$' THEN
        RAISE 'these are no page numbers' USING ERRCODE = '22023', HINT = 'They are written like 1-3,5.';
    ELSIF (
        SELECT sum(1 + coalesce(nullif(split_part(part, '-', 2), '')::int8 - split_part(part, '-', 1)::int8, 0))
        FROM string_to_table(ranges, ',') AS part) > 100000
    THEN
        RAISE 'these are too many pages' USING ERRCODE = '54000';
    END IF;
    RETURN ARRAY(SELECT DISTINCT n FROM string_to_table(ranges, ',') AS part,
        generate_series(split_part(part, '-', 1)::int4, coalesce(nullif(split_part(part, '-', 2), ''), part)::int4) AS n ORDER BY n);
END $$;
COMMENT ON FUNCTION page_numbers(text) IS 'The numbers that "1-3,5" means.';

CREATE FUNCTION job_estimators(job_id text, user_id int4) RETURNS TABLE (name text, file_name text, pages_metadata jsonb)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY SELECT e.name::text, e.file_name::text, coalesce((
        SELECT jsonb_agg(jsonb_build_object('page_number', p.page_number, 'page_name', p.page_name, 'page_dimension', p.page_dimension)
            ORDER BY p.page_number)
        FROM "Page" AS p WHERE p.estimator_id = e.id), '[]')
    FROM own_job(job_estimators.job_id, job_estimators.user_id) AS s JOIN "Estimator" AS e ON e.simulation_id = s.id ORDER BY e.id;
END $$;
COMMENT ON FUNCTION job_estimators(text, int4) IS 'The estimators of a job and the list of their pages, without what is in them.';

CREATE FUNCTION job_results(job_id text, user_id int4, estimator_name text DEFAULT NULL, page_numbers text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    simulation "Simulation" := own_job(job_id, user_id);
    wanted int4[] := page_numbers(page_numbers);
    missing int4[];
    results jsonb;
BEGIN
    SELECT jsonb_agg(jsonb_build_object('name', e.name, 'metadata', e.data, 'pages', coalesce((
        SELECT jsonb_agg(p.data ORDER BY p.page_number) FROM "Page" AS p
        WHERE p.estimator_id = e.id AND (wanted IS NULL OR p.page_number = ANY (wanted))), '[]')) ORDER BY e.id)
    INTO results
    FROM "Estimator" AS e WHERE e.simulation_id = simulation.id AND (estimator_name IS NULL OR e.name = estimator_name);
    IF results IS NULL THEN
        RAISE 'the job has no such results' USING ERRCODE = 'P0002';
    END IF;
    SELECT array_agg(n) INTO missing FROM unnest(wanted) AS n, "Estimator" AS e
    WHERE e.simulation_id = simulation.id AND (estimator_name IS NULL OR e.name = estimator_name)
        AND NOT EXISTS (SELECT FROM "Page" AS p WHERE p.estimator_id = e.id AND p.page_number = n);
    IF missing IS NOT NULL THEN
        RAISE 'there are no such pages' USING ERRCODE = 'P0002', DETAIL = format('They are: %s.', array_to_string(missing, ', '));
    END IF;
    RETURN results;
END $$;
COMMENT ON FUNCTION job_results(text, int4, text, text) IS
    'The results of a job as they were uploaded: all of them, or those of one estimator, or of its pages "1-3,5".';

CREATE FUNCTION job_input(job_id text, user_id int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT i.data FROM own_job(job_input.job_id, job_input.user_id) AS s JOIN "Input" AS i ON i.simulation_id = s.id
$$;
COMMENT ON FUNCTION job_input(text, int4) IS 'What a job was given.';

CREATE FUNCTION job_logfiles(job_id text, user_id int4) RETURNS jsonb LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_object_agg(f.key, f.value ORDER BY l.id)
    FROM own_job(job_logfiles.job_id, job_logfiles.user_id) AS s JOIN "Logfiles" AS l ON l.simulation_id = s.id,
        jsonb_each(CASE jsonb_typeof(l.data) WHEN 'object' THEN l.data ELSE jsonb_build_object('log', l.data) END) AS f
$$;
COMMENT ON FUNCTION job_logfiles(text, int4) IS 'All that a job has logged, by file; of a file that came twice, what came last.';

CREATE FUNCTION user_simulations(
    user_id int4, page_size int4 DEFAULT 6, page_idx int4 DEFAULT 1, order_by text DEFAULT 'start_time', order_type text DEFAULT 'descend',
    job_state text DEFAULT NULL) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    states text[] := string_to_array(upper(replace(job_state, ' ', '')), ',');
    simulations_count int8;
    simulations jsonb;
BEGIN
    IF page_size < 1 OR page_idx < 1 OR order_by NOT IN ('start_time', 'end_time') OR order_type NOT IN ('ascend', 'descend')
        OR EXISTS (SELECT FROM unnest(states) AS state WHERE state_rank(state) IS NULL)
    THEN
        RAISE 'there is no such list' USING ERRCODE = '22023',
            HINT = 'page_size and page_idx are at least 1, order_by is start_time or end_time, order_type ascend or descend, '
                'job_state states with commas between.';
    END IF;
    SELECT count(*) INTO simulations_count FROM "Simulation" AS s
    WHERE s.user_id = user_simulations.user_id AND (states IS NULL OR s.job_state = ANY (states));
    EXECUTE format($query$
        SELECT coalesce(jsonb_agg(jsonb_build_object('title', s.title, 'job_id', s.job_id, 'start_time', s.start_time, 'end_time', s.end_time,
            'job_state', s.job_state, 'metadata', jsonb_build_object(
                'platform', s.platform, 'input_type', s.input_type, 'sim_type', s.sim_type))), '[]')
        FROM (
            SELECT * FROM "Simulation" AS s WHERE s.user_id = $1 AND ($2 IS NULL OR s.job_state = ANY ($2))
            ORDER BY %1$I %2$s, id %2$s LIMIT $3 OFFSET $4
        ) AS s $query$, order_by, CASE order_type WHEN 'ascend' THEN 'ASC' ELSE 'DESC' END)
    INTO simulations USING user_id, states, page_size, page_size::int8 * (page_idx - 1);
    RETURN jsonb_build_object('page_count', (simulations_count + page_size - 1) / page_size, 'simulations_count', simulations_count,
        'simulations', simulations);
END $$;
COMMENT ON FUNCTION user_simulations(int4, int4, int4, text, text, text) IS
    'A page of a user''s jobs, the latest first unless told otherwise, with how many there are; job_state lists states with commas between.';
-- down
DROP FUNCTION user_simulations(int4, int4, int4, text, text, text), job_logfiles(text, int4), job_input(text, int4),
    job_results(text, int4, text, text), job_estimators(text, int4), page_numbers(text), upload_logfiles(int4, text, jsonb),
    upload_results(int4, text, jsonb), output_names(int4, text[]);
DO $$
DECLARE
    blob text;
BEGIN
    FOREACH blob IN ARRAY '{Input,Estimator,Page,Logfiles}'::text[] LOOP
        EXECUTE format('DROP TRIGGER set_data ON %1$I; DROP FUNCTION data(%1$I)', blob);
    END LOOP;
END $$;
DROP FUNCTION set_data(), python_json(text);
