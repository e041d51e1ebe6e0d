-- bench/harness.sql: variants of a piece of work, measured in turns in one backend, and goals for their costs.
--
-- A noun's file fills bench.subject, bench.variant and bench.goal; bench/run then calls bench.measure and shows
-- bench.cost and bench.verdict. psql's variables: anchors (the library), rows (the size that a noun scales its tables
-- by), rounds.

CREATE SCHEMA bench;
CREATE EXTENSION quire;

CREATE FUNCTION bench.cpu_time() RETURNS float8 LANGUAGE c AS :'anchors', 'bench_cpu_time';
CREATE FUNCTION bench.empty_trigger() RETURNS trigger LANGUAGE c AS :'anchors', 'bench_empty_trigger';

-- A piece of work. Its variants take turns part by part, not only round by round: on a busy machine neighbours in time
-- can be compared, and runs that are seconds apart cannot.
CREATE TABLE bench.subject (
    number int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name   text NOT NULL UNIQUE,
    rows   bigint NOT NULL,         -- that a round goes through
    parts int NOT NULL DEFAULT 1,
    commits bool NOT NULL DEFAULT false  -- the commit counts, for work that is done there
);

-- The first variant of a subject is its floor: what the work costs without the matter that is compared.
CREATE TABLE bench.variant (
    number   int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject  text NOT NULL REFERENCES bench.subject (name),
    name     text NOT NULL,
    prepare  text NOT NULL DEFAULT 'SELECT',  -- run before each round, not measured
    measured text NOT NULL,                   -- $1 and $2 are the first and the last row of the part, from 1
    UNIQUE (subject, name)
);

CREATE TABLE bench.sample (
    variant      int NOT NULL REFERENCES bench.variant,
    round        int NOT NULL,
    part        int NOT NULL,
    microseconds float8 NOT NULL,
    PRIMARY KEY (variant, round, part)
);

-- The cost of a variant is to be at most so many times the cost of its peer; `added` is the cost above the floor.
CREATE TABLE bench.goal (
    number  int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject text NOT NULL,
    measure text NOT NULL CHECK (measure IN ('added', 'whole')),
    name    text NOT NULL,
    peer    text NOT NULL,
    at_most float8 NOT NULL,
    FOREIGN KEY (subject, name) REFERENCES bench.variant (subject, name),
    FOREIGN KEY (subject, peer) REFERENCES bench.variant (subject, name)
);

CREATE PROCEDURE bench.measure(rounds int) LANGUAGE plpgsql AS $$
DECLARE
    subject bench.subject;
    variant bench.variant;
    size bigint;
    started float8;
    spent float8;
BEGIN
    FOR round IN 0..rounds LOOP
        FOR subject IN SELECT s.* FROM bench.subject s ORDER BY s.number LOOP
            size := subject.rows / subject.parts;
            -- The first change of a page after a checkpoint costs more, so none may fall into what is measured.
            CHECKPOINT;
            FOR variant IN SELECT v.* FROM bench.variant v WHERE v.subject = subject.name LOOP
                EXECUTE variant.prepare;
            END LOOP;
            COMMIT;
            FOR part IN 1..subject.parts LOOP
                -- There and back again by turns, so that no variant always follows the same other.
                FOR variant IN
                    SELECT v.* FROM bench.variant v WHERE v.subject = subject.name
                    ORDER BY v.number * CASE (round + part) % 2 WHEN 0 THEN 1 ELSE -1 END
                LOOP
                    started := bench.cpu_time();
                    EXECUTE variant.measured USING (part - 1) * size + 1, part * size;
                    IF subject.commits THEN COMMIT; END IF;
                    spent := bench.cpu_time() - started;
                    INSERT INTO bench.sample VALUES (variant.number, round, part, spent);
                    COMMIT;
                END LOOP;
            END LOOP;
        END LOOP;
    END LOOP;
    -- It warmed caches, compiled functions and sized memory.
    DELETE FROM bench.sample WHERE sample.round = 0;
END $$;

-- Microseconds per row of each sample, beside the floor's of the same part.
CREATE VIEW bench.paired AS
    SELECT v.subject, v.name, v.number, s.round, s.microseconds * u.parts / u.rows AS own,
           first_value(s.microseconds) OVER (PARTITION BY v.subject, s.round, s.part ORDER BY v.number) * u.parts / u.rows AS floor
    FROM bench.sample s JOIN bench.variant v ON v.number = s.variant JOIN bench.subject u ON u.name = v.subject;

CREATE VIEW bench.cost AS
    SELECT CASE WHEN row_number() OVER (PARTITION BY subject ORDER BY p.number) = 1 THEN subject END AS subject,
           p.name AS variant, u.rows, round(own::numeric, 3) AS "us/row", round(added::numeric, 3) AS added,
           round((own / floor)::numeric, 2) AS "x floor"
    FROM (
        SELECT subject, name, number, percentile_cont(0.5) WITHIN GROUP (ORDER BY own) AS own,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY floor) AS floor,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY own - floor) AS added
        FROM bench.paired GROUP BY subject, name, number
    ) p JOIN bench.subject u ON u.name = p.subject
    ORDER BY u.number, p.number;

-- Over all rounds (round NULL), and for each.
CREATE VIEW bench.median AS
    SELECT subject, name, round, measure, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS value
    FROM bench.paired, LATERAL (VALUES ('whole', own), ('added', own - floor)) v (measure, value)
    GROUP BY GROUPING SETS ((subject, name, measure), (subject, name, measure, round));

-- `from` and `to` are the extremes of single rounds, which show how sure the ratio is.
CREATE VIEW bench.verdict AS
    SELECT g.subject, g.name || ' / ' || g.peer || ', ' || g.measure AS goal, round(g.at_most::numeric, 3) AS "at most",
           round((sum(own.value / peer.value) FILTER (WHERE own.round IS NULL))::numeric, 3) AS ratio,
           round((min(own.value / peer.value) FILTER (WHERE own.round IS NOT NULL))::numeric, 3) AS "from",
           round((max(own.value / peer.value) FILTER (WHERE own.round IS NOT NULL))::numeric, 3) AS "to",
           CASE WHEN sum(own.value / peer.value) FILTER (WHERE own.round IS NULL) <= g.at_most THEN 'ok' ELSE 'MISS' END AS verdict
    FROM bench.goal g
    JOIN bench.median own USING (subject, name, measure)
    JOIN bench.median peer ON (peer.subject, peer.name, peer.measure) = (g.subject, g.peer, g.measure)
        AND peer.round IS NOT DISTINCT FROM own.round
    GROUP BY g.number ORDER BY g.number;
