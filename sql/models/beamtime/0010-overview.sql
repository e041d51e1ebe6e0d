-- What the page of runs shows, in one question.

CREATE FUNCTION run_overview(beamtime_id int4, filter text DEFAULT '', on_date date DEFAULT NULL, ranges text DEFAULT NULL) RETURNS jsonb
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT jsonb_build_object(
        'live_stream_file_id', live_stream_file(b.id),
        'user_configuration', to_jsonb(current_configuration(b.id)),
        'latest_run_id', (SELECT l.id FROM latest_run(b.id) AS l),
        'run_dates', (SELECT coalesce(jsonb_agg(d.day ORDER BY d.day DESC), '[]')
            FROM (SELECT DISTINCT started::date AS day FROM "Run" AS r WHERE r.beamtime_id = b.id) AS d),
        'events', (SELECT coalesce(jsonb_agg(to_jsonb(e) || jsonb_build_object('file_ids',
                ARRAY(SELECT h.file_id FROM "EventHasFile" AS h WHERE h.event_id = e.id ORDER BY 1)) ORDER BY e.id DESC), '[]')
            FROM "EventLog" AS e WHERE e.beamtime_id = b.id AND e.level = 'USER'),
        'runs', (SELECT coalesce(jsonb_agg(to_jsonb(r) || jsonb_build_object('data_set_id', s.data_set_id, 'indexing', i.latest,
                'files', (SELECT coalesce(jsonb_agg(jsonb_build_object('glob', f.glob, 'source', f.source) ORDER BY f.id), '[]')
                    FROM "RunHasFiles" AS f WHERE f.run_id = r.id))
                ORDER BY r.started DESC, r.id DESC), '[]')
            FROM filter_runs(b.id, filter, on_date, ranges) AS r
            LEFT JOIN (SELECT d.run_id, min(d.data_set_id) AS data_set_id FROM data_set_runs AS d
                WHERE d.beamtime_id = run_overview.beamtime_id GROUP BY 1) AS s
                ON s.run_id = r.id
            LEFT JOIN LATERAL (
                SELECT jsonb_build_object('id', x.id, 'job_status', x.job_status, 'job_error', x.job_error, 'frames', x.frames, 'hits',
                    x.hits,
                    'indexed_frames', x.indexed_frames, 'hit_rate', q.hit_rate, 'indexing_rate', q.indexing_rate) AS latest
                FROM "IndexingResult" AS x, indexing_rates(ARRAY[x.id]) AS q WHERE x.run_id = r.id
                    ORDER BY x.id DESC LIMIT 1) AS i ON true))
    FROM "Beamtime" AS b WHERE b.id = run_overview.beamtime_id
$$;
COMMENT ON FUNCTION run_overview(int4, text, date, text) IS
    'The runs that filter_runs() gives, each with its data set, files and latest indexing; the file of the live-stream image, the '
    'configuration, what users have said.';
-- down
DROP FUNCTION run_overview(int4, text, date, text);
