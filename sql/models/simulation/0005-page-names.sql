-- The platform's migration 5003b9acb1f4: the list of pages is told without reading what is in them.
ALTER TABLE "Page" ADD COLUMN page_name varchar NOT NULL DEFAULT '';
ALTER TABLE "Page" ADD COLUMN page_dimension int4 NOT NULL DEFAULT 0;
UPDATE "Page" AS p SET page_name = coalesce(d.content #>> '{metadata,name}', ''), page_dimension = coalesce((d.content ->> 'dimensions')::int4, 0)
FROM (
    -- Python writes NaN and Infinity, which JSON has not; the two fields do not need what they stand for.
    SELECT id, regexp_replace(quire.gunzip_text(compressed_data), '(?<=[[,:]\s*)-?(NaN|Infinity)(?=\s*[],}])', 'null', 'g')::jsonb AS content
    FROM "Page" WHERE compressed_data IS NOT NULL
) AS d
WHERE d.id = p.id;
-- down
ALTER TABLE "Page" DROP COLUMN page_dimension;
ALTER TABLE "Page" DROP COLUMN page_name;
