-- The platform's migration 41149fa64bd2: an estimator is known by the file that the simulator wrote, and has a name for people.
ALTER TABLE "Estimator" ADD COLUMN file_name varchar NOT NULL DEFAULT '';
UPDATE "Estimator" AS e SET file_name = e.name, name = coalesce(n.output, regexp_replace(e.name, '_$', ''))
FROM (
    SELECT e.id, s.outputs -> (row_number() OVER (PARTITION BY e.simulation_id ORDER BY e.id) - 1)::int4 ->> 'name' AS output
    FROM "Estimator" AS e LEFT JOIN (
        SELECT DISTINCT ON (s.id) s.id, quire.gunzip_json(i.compressed_data) #> '{input_json,scoringManager,outputs}' AS outputs
        FROM "Simulation" AS s JOIN "Input" AS i ON i.simulation_id = s.id
        WHERE s.sim_type = 'fluka' AND i.compressed_data IS NOT NULL ORDER BY s.id, i.id
    ) AS s ON s.id = e.simulation_id
) AS n
WHERE n.id = e.id;
-- down
UPDATE "Estimator" SET name = file_name WHERE file_name <> '';
ALTER TABLE "Estimator" DROP COLUMN file_name;
