-- Ten thousand random graphs, with cycles, diamonds, groups of groups and grants on everything, judged as a recursive
-- query judges them. All graphs lie in the same tables, each under names of its own, so that one policy serves them all.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(6);

CREATE SCHEMA graphs;
CREATE TABLE graphs.held (actor text, role text, object text);
CREATE TABLE graphs.role (role text, verb text);
CREATE TABLE graphs.inside (object text, parent text);
CREATE TABLE graphs.team (member text, team text);
SELECT setseed(0.5);
CREATE FUNCTION graphs.some(graph int, kind text, of int) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT graph || kind || floor(random() * of) $$;
INSERT INTO graphs.role SELECT graphs.some(g, 'r', 3), graphs.some(g, 'v', 2) FROM generate_series(1, 10000) g, generate_series(1, 3);
INSERT INTO graphs.team SELECT graphs.some(g, 'a', 4), graphs.some(g, 'a', 4) FROM generate_series(1, 10000) g, generate_series(1, 3);
INSERT INTO graphs.inside SELECT graphs.some(g, 'o', 6), graphs.some(g, 'o', 6) FROM generate_series(1, 10000) g, generate_series(1, 6);
INSERT INTO graphs.held SELECT graphs.some(g, 'a', 4), graphs.some(g, 'r', 3), CASE WHEN random() < 0.05 THEN '*' ELSE graphs.some(g, 'o', 6) END
    FROM generate_series(1, 10000) g, generate_series(1, 3);
CREATE INDEX ON graphs.held (actor);
CREATE INDEX ON graphs.role (verb);
CREATE INDEX ON graphs.role (role);
CREATE INDEX ON graphs.inside (object);
CREATE INDEX ON graphs.inside (parent);
CREATE INDEX ON graphs.team (member);
ANALYZE graphs.held, graphs.role, graphs.inside, graphs.team;

-- The reference: all that every actor may do, by recursion over both relations.
CREATE TABLE graphs.expected AS
WITH RECURSIVE actor AS (SELECT g || 'a' || i AS actor FROM generate_series(1, 10000) g, generate_series(0, 3) i),
belongs AS (
    SELECT actor, actor AS team FROM actor
    UNION SELECT b.actor, t.team FROM belongs b JOIN graphs.team t ON t.member = b.team),
may AS (
    SELECT DISTINCT b.actor, r.verb, h.object FROM belongs b JOIN graphs.held h ON h.actor = b.team JOIN graphs.role r ON r.role = h.role),
reached AS (
    SELECT actor, verb, object FROM may
    UNION SELECT m.actor, m.verb, i.object FROM reached m JOIN graphs.inside i ON i.parent = m.object)
SELECT actor, verb, array_agg(object ORDER BY object COLLATE "C") AS objects FROM reached GROUP BY actor, verb;
CREATE INDEX ON graphs.expected (actor);

ANALYZE graphs.expected;
SELECT quire.create_policy('graphs.access', 'TABLE graphs.held', 'TABLE graphs.role', 'TABLE graphs.inside', 'TABLE graphs.team');

CREATE TABLE graphs.asked AS SELECT g || 'a' || i AS actor, g || 'v' || v AS verb, g FROM generate_series(1, 10000) g, generate_series(0, 3) i, generate_series(0, 1) v;
SELECT cmp_ok((SELECT count(*) FROM graphs.expected), '>', 20000::bigint, 'many actors may do something');
-- Everything is not enumerated: where it is held, what lies in the rest does not count.
SELECT is_empty($$
    SELECT a.actor, a.verb, got, e.objects FROM graphs.asked a LEFT JOIN graphs.expected e USING (actor, verb),
        LATERAL (SELECT coalesce(array_agg(o ORDER BY o COLLATE "C"), '{}') AS got FROM unnest(quire.permitted('graphs.access', a.verb, a.actor)) o) p
    WHERE a.g % 5 = 0 AND CASE WHEN '*' = ANY (e.objects) THEN NOT '*' = ANY (got) ELSE got <> coalesce(e.objects, '{}') END
$$, 'permitted lists what the reference lists');
SELECT is_empty($$
    SELECT a.actor, a.verb, o FROM graphs.asked a LEFT JOIN graphs.expected e USING (actor, verb), generate_series(0, 5) i, LATERAL (SELECT a.g || 'o' || i AS o) x
    WHERE a.g % 5 = 1 AND quire.can('graphs.access', a.verb, o, a.actor) IS DISTINCT FROM coalesce(o = ANY (e.objects) OR '*' = ANY (e.objects), false)
$$, 'can, object by object, says the same');
SELECT is_empty($$
    SELECT a.actor, o FROM (SELECT DISTINCT actor, g FROM graphs.asked WHERE g % 5 = 2) a, generate_series(0, 5) i, LATERAL (SELECT a.g || 'o' || i AS o) x
    WHERE quire.verbs('graphs.access', o, a.actor) <> ARRAY(
        SELECT e.verb FROM graphs.expected e WHERE e.actor = a.actor AND (o = ANY (e.objects) OR '*' = ANY (e.objects)) ORDER BY 1)
$$, 'so does verbs');
SELECT is_empty($$
    SELECT a.actor, a.verb, o FROM graphs.asked a LEFT JOIN graphs.expected e USING (actor, verb), generate_series(0, 5) i, LATERAL (SELECT a.g || 'o' || i AS o) x
    WHERE a.g % 5 = 3 AND (SELECT bool_and(link <> 'denied') FROM quire.explain_access('graphs.access', a.verb, o, a.actor))
        IS DISTINCT FROM coalesce(o = ANY (e.objects) OR '*' = ANY (e.objects), false)
$$, 'so does explain_access');
CREATE FUNCTION graphs.allowed_differs(graph int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE wrong bigint := 0; name text;
BEGIN
    FOREACH name IN ARRAY ARRAY[graph || 'a0', graph || 'a1', graph || 'a2', graph || 'a3'] LOOP
        PERFORM quire.become(name);
        wrong := wrong + (SELECT count(*) FROM unnest(ARRAY[graph || 'v0', graph || 'v1']) v, generate_series(0, 5) i
            LEFT JOIN LATERAL (SELECT graph || 'o' || i AS o) x ON true
            WHERE quire.allowed('graphs.access', v, o) IS DISTINCT FROM EXISTS (
                SELECT FROM graphs.expected e WHERE e.actor = name AND e.verb = v AND (o = ANY (e.objects) OR '*' = ANY (e.objects))));
    END LOOP;
    RETURN wrong;
END $$;
SELECT is((SELECT sum(graphs.allowed_differs(g)) FROM generate_series(4, 10000, 5) g), 0::numeric, 'so does the predicate of protected tables');

SELECT * FROM finish();
ROLLBACK;
