-- bench/access.sql: row security and point checks beside what people write for them. :rows * 2 is the size of the
-- protected tables; 500000 is what the goals are for: 50,000 actors, 200,000 objects, 1,000,000 grants.

CREATE FUNCTION bench.always(text, text, int) RETURNS bool LANGUAGE c STABLE STRICT PARALLEL SAFE AS :'anchors', 'bench_true';

\set docs '(' :rows ' * 2)'
\set objects '(' :rows ' / 5 * 2)'
CREATE TABLE bench.role AS
    SELECT r AS id, (SELECT jsonb_agg('verb' || v) FROM generate_series(r, r + 13) v) || '["read"]' AS verbs FROM generate_series(1, 10) r;
ALTER TABLE bench.role ADD PRIMARY KEY (id);
CREATE INDEX ON bench.role USING gin (verbs);
-- A tree three deep: projects, forms, and what lies in forms.
CREATE TABLE bench.object AS
    SELECT i AS id, CASE WHEN i <= 500 THEN NULL WHEN i <= 5000 THEN i % 500 + 1 ELSE 501 + i % 4500 END AS parent FROM generate_series(1, :objects) i;
ALTER TABLE bench.object ADD PRIMARY KEY (id);
CREATE INDEX ON bench.object (parent);
-- Actors 1 to 4 hold a role on 20, 2,000, 20,000 and most objects directly; the others on some twenty, of any kind.
CREATE TABLE bench.grants (actor int, role int, object int);
CREATE FUNCTION bench.any_of(n bigint, size int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8(n) & 2147483647) % size $$;
INSERT INTO bench.grants
    SELECT DISTINCT 10 + bench.any_of(n, 50000), 1 + n % 10, 1 + bench.any_of(n + 100000000, :objects) FROM generate_series(1, :rows * 2) n
    UNION SELECT a, 1, 5001 + (i * 31::bigint % (:objects - 5000))::int
        FROM (VALUES (1, 20), (2, 2000), (3, 20000), (4, :objects * 9 / 10)) s (a, n), generate_series(1, n) i;
ALTER TABLE bench.grants ADD PRIMARY KEY (actor, role, object);
CREATE INDEX ON bench.grants (object);

-- Two policies over the same tables: of what is granted, and of what lies in it as well.
SELECT quire.create_policy('bench.flat', 'TABLE bench.grants', 'SELECT id, jsonb_array_elements_text(verbs) FROM bench.role');
SELECT quire.create_policy('bench.deep', 'TABLE bench.grants', 'SELECT id, jsonb_array_elements_text(verbs) FROM bench.role',
    'SELECT id, parent FROM bench.object');

-- The protected tables: one a variant, all alike.
CREATE TABLE bench.docs AS
    SELECT n AS id, 5001 + (hashint8(n) & 2147483647) % (:objects - 5000) AS object, repeat('x', 40) AS note FROM generate_series(1, :docs) n;
ALTER TABLE bench.docs ADD PRIMARY KEY (id);
CREATE FUNCTION bench.copy_docs(name text, indexed bool) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('CREATE TABLE bench.%I AS SELECT * FROM bench.docs ORDER BY id', name);
    EXECUTE format('ALTER TABLE bench.%I ADD PRIMARY KEY (id)', name);
    IF indexed THEN EXECUTE format('CREATE INDEX ON bench.%I (object)', name); END IF;
    EXECUTE format('ALTER TABLE bench.%I ENABLE ROW LEVEL SECURITY', name);
END $$;
SELECT bench.copy_docs(name, name LIKE '%indexed') FROM unnest(ARRAY['plain', 'always', 'quire', 'hashed', 'quire_indexed', 'plain_indexed']) name;
ALTER TABLE bench.plain DISABLE ROW LEVEL SECURITY;
ALTER TABLE bench.plain_indexed DISABLE ROW LEVEL SECURITY;

CREATE VIEW bench.mine AS SELECT object FROM bench.grants WHERE actor = current_setting('bench.actor')::int AND role IN (SELECT id FROM bench.role WHERE verbs ? 'read');
CREATE FUNCTION bench.may_read(wanted int) RETURNS bool LANGUAGE plpgsql STABLE AS $$ BEGIN
    RETURN EXISTS (SELECT FROM bench.grants g JOIN bench.role r ON r.id = g.role
        WHERE g.actor = current_setting('bench.actor')::int AND g.object = wanted AND r.verbs ? 'read');
END $$;
CREATE POLICY p ON bench.always USING (bench.always('bench.flat', 'read', object));
CREATE POLICY p ON bench.hashed USING (object IN (SELECT m.object FROM bench.mine m));
SELECT quire.protect('bench.quire', 'bench.flat', 'object', 'read', 'read', 'read', 'read');
SELECT quire.protect('bench.quire_indexed', 'bench.flat', 'object', 'read', 'read', 'read', 'read');
CREATE ROLE bench_reader;
GRANT USAGE ON SCHEMA bench TO bench_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA bench TO bench_reader;
-- Both are left as they are found: who measures is a superuser.
CREATE FUNCTION bench.count_as_reader(query text, first bigint, last bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE counted bigint;
BEGIN
    SET LOCAL ROLE bench_reader;
    EXECUTE query INTO counted USING first, last;
    RESET ROLE;
    RETURN counted;
END $$;

-- Row by row, without an index on the object -------------------------------------------------------------------------
-- Set by each part, for become() and the peers alike, before it is measured: the second statement is what is compared.

CREATE FUNCTION bench.act_as(actor int) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT quire.become(%L, false), set_config(''bench.actor'', %1$L, false), quire.can(''bench.flat'', ''read'', ''1''), cardinality(quire.permitted(''bench.flat'', ''read''))', actor)
$$;
CREATE FUNCTION bench.add_scans(subject text, actor int, size bigint, parts int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bench.subject (name, rows, parts) VALUES (subject, size, parts);
    INSERT INTO bench.variant (subject, name, prepare, measured)
        SELECT subject, name, bench.act_as(actor), format('SELECT bench.count_as_reader(%L, $1, $2)', format('SELECT count(note) FROM bench.%I WHERE id BETWEEN $1 AND $2', source))
        FROM (VALUES (1, 'no RLS', 'plain'), (2, 'C function, always true', 'always'), (3, 'quire', 'quire'),
            (4, 'IN (SELECT …), hashed', 'hashed')) v (number, name, source) ORDER BY number;
$$;
SELECT bench.add_scans('scan, 20 permitted', 1, :docs, 5);
SELECT bench.add_scans('scan, 2000 permitted', 2, :docs, 5);
SELECT bench.add_scans('scan, 20000 permitted', 3, :docs, 5);
INSERT INTO bench.goal (subject, measure, name, peer, at_most)
    SELECT 'scan, ' || n || ' permitted', 'added', 'quire', peer, at_most
    FROM unnest(ARRAY['20', '2000', '20000']) n, (VALUES ('IN (SELECT …), hashed', 0.7)) g (peer, at_most);
-- Rows that are not permitted are not counted either, which is less work than the function that lets all of them through
-- leaves to do, and flatters. So it is measured once more as a condition on a table all of whose rows are permitted.
CREATE TABLE bench.mine_only AS
    SELECT n AS id, 5001 + ((hashint8(n) & 2147483647) % 20 + 1) * 31::bigint % (:objects - 5000) AS o20,
           5001 + ((hashint8(n) & 2147483647) % 2000 + 1) * 31::bigint % (:objects - 5000) AS o2000,
           5001 + ((hashint8(n) & 2147483647) % 20000 + 1) * 31::bigint % (:objects - 5000) AS o20000
    FROM generate_series(1, :docs) n;
ALTER TABLE bench.mine_only ALTER o20 TYPE int, ALTER o2000 TYPE int, ALTER o20000 TYPE int, ADD PRIMARY KEY (id);
-- The slices are for peers that take too long for the whole.
CREATE FUNCTION bench.add_passing(subject text, actor int, permitted int, size bigint, parts int, variants text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bench.subject (name, rows, parts) VALUES (subject, size, parts);
    INSERT INTO bench.variant (subject, name, prepare, measured)
        SELECT subject, name, bench.act_as(actor), format('SELECT count(*) FROM bench.mine_only WHERE id BETWEEN $1 AND $2' || condition, 'o' || permitted)
        FROM (VALUES (1, 'no condition', ''), (2, 'C function, always true', ' AND bench.always(''bench.flat'', ''read'', %I)'),
            (3, 'quire', ' AND quire.allowed(''bench.flat'', ''read'', %I)'), (4, 'PL/pgSQL', ' AND bench.may_read(%I)'),
            (5, '= ANY (ARRAY(SELECT …))', ' AND %I = ANY (ARRAY(SELECT m.object FROM bench.mine m))')) v (number, name, condition)
        WHERE number <= 3 OR name = ANY (variants) ORDER BY number;
$$;
SELECT bench.add_passing('all rows pass, ' || n, actor, n, :docs, 5, '{}') FROM (VALUES (1, 20), (2, 2000), (3, 20000)) s (actor, n);
SELECT bench.add_passing('slice, 20 permitted', 1, 20, :rows / 25, 1, '{PL/pgSQL}');
SELECT bench.add_passing('slice, 20000 permitted', 3, 20000, :rows / 50, 1, '{"= ANY (ARRAY(SELECT …))"}');
INSERT INTO bench.goal (subject, measure, name, peer, at_most)
    SELECT 'all rows pass, ' || n, 'added', 'quire', 'C function, always true', 1.5 FROM unnest(ARRAY['20', '2000', '20000']) n;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('slice, 20 permitted', 'added', 'quire', 'PL/pgSQL', 1 / 60.0),
    ('slice, 20000 permitted', 'added', 'quire', '= ANY (ARRAY(SELECT …))', 1 / 100.0);

-- The set is built when the grants have changed: for the statement that sees its own change, for the first after the
-- commit, which tells all sessions to forget, and not for the next. The floor is measured first and last by turns, so the
-- first after the commit stands between.
CREATE FUNCTION bench.count_after_change(first bigint, last bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM bench.grants WHERE false;
    RETURN (SELECT count(*) FROM bench.mine_only WHERE id BETWEEN first AND last AND quire.allowed('bench.flat', 'read', o20000));
END $$;
SELECT bench.add_passing('statement after statement, 20000 permitted', 3, 20000, :rows / 50, 1, '{}');
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT 'statement after statement, 20000 permitted', name, bench.act_as(3), measured
    FROM (VALUES (1, 'quire, after the commit', 'SELECT count(*) FROM bench.mine_only WHERE id BETWEEN $1 AND $2 AND quire.allowed(''bench.flat'', ''read'', o20000)'),
        (2, 'quire, after a change', 'SELECT bench.count_after_change($1, $2)')) v (number, name, measured) ORDER BY number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('statement after statement, 20000 permitted', 'added', 'quire', 'C function, always true', 2),
    ('statement after statement, 20000 permitted', 'added', 'quire', 'quire, after a change', 1 / 10.0);

-- With an index --------------------------------------------------------------------------------------------------------

CREATE FUNCTION bench.add_indexed(subject text, actor int, goal float8) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bench.subject (name, rows, parts) VALUES (subject, 1000, 1);
    INSERT INTO bench.variant (subject, name, prepare, measured)
        SELECT subject, name, bench.act_as(actor), format('SELECT bench.count_as_reader(%L, $1, $2)', query)
        FROM (VALUES (1, 'nothing', 'SELECT $1 + $2'),
            (2, 'plain join', 'SELECT count(d.note) FROM bench.plain_indexed d JOIN bench.mine m ON m.object = d.object WHERE $1 < $2'),
            (3, 'quire', 'SELECT count(note) FROM bench.quire_indexed WHERE $1 < $2')) v (number, name, query) ORDER BY number;
    INSERT INTO bench.goal (subject, measure, name, peer, at_most) SELECT subject, 'added', 'quire', 'plain join', goal WHERE goal IS NOT NULL;
$$;
SELECT bench.add_indexed('index, 20 permitted', 1, 1.5);
SELECT bench.add_indexed('index, 2000 permitted', 2, 1.5);
SELECT bench.add_indexed('index, 20000 permitted', 3, NULL);
-- Nearly everything is permitted: an index that is there is left alone.
INSERT INTO bench.subject (name, rows, parts) VALUES ('index, nearly all permitted', :docs, 1);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT 'index, nearly all permitted', name, bench.act_as(4), format('SELECT bench.count_as_reader(%L, $1, $2)', query)
    FROM (VALUES (1, 'nothing', 'SELECT $1 + $2'),
        (2, 'plain join', 'SELECT count(d.note) FROM bench.plain_indexed d JOIN bench.mine m ON m.object = d.object WHERE $1 < $2'),
        (3, 'quire, without an index', 'SELECT count(note) FROM bench.quire WHERE $1 < $2'),
        (4, 'quire', 'SELECT count(note) FROM bench.quire_indexed WHERE $1 < $2')) v (number, name, query) ORDER BY number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('index, nearly all permitted', 'added', 'quire', 'quire, without an index', 1.2), ('index, nearly all permitted', 'added', 'quire', 'plain join', 1);

-- Point checks ---------------------------------------------------------------------------------------------------------
-- The peer is the check of ODK Central over tables like its own: an object is named by a UUID in a varchar, and lies in
-- its parent and in its species, as those lie in theirs. The same graph once more as somebody would write it who begins
-- anew, with integers and parents alone, is there for comparison. Each is prepared, in a loop of its own, so that there
-- is no round trip to take off; the floor is the loop.

CREATE FUNCTION bench.actee(object bigint) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$ SELECT md5(object::text)::uuid::varchar $$;
CREATE TABLE bench.actees (id varchar(36) PRIMARY KEY, species varchar(36), parent varchar(36));
INSERT INTO bench.actees SELECT s, '*' FROM unnest(ARRAY['*', 'project', 'form', 'field_key', 'dataset']) s;
INSERT INTO bench.actees
    SELECT bench.actee(id), CASE WHEN parent IS NULL THEN 'project' WHEN id <= 5000 THEN 'form' ELSE 'public_link' END, bench.actee(parent) FROM bench.object;
CREATE INDEX ON bench.actees (parent);
CREATE TABLE bench.assignments ("actorId" int, "roleId" int, "acteeId" varchar(36), PRIMARY KEY ("actorId", "roleId", "acteeId"));
INSERT INTO bench.assignments SELECT actor, role, bench.actee(object) FROM bench.grants WHERE actor >= 10 ORDER BY actor;
CREATE INDEX ON bench.assignments ("actorId");
CREATE INDEX ON bench.assignments ("roleId");
CREATE INDEX ON bench.assignments ("acteeId");
SELECT quire.create_policy('bench.central', 'TABLE bench.assignments', 'SELECT id, jsonb_array_elements_text(verbs) FROM bench.role',
    'SELECT id, parent FROM bench.actees UNION ALL SELECT id, species FROM bench.actees');

-- What is asked: of half the objects something that they lie in is granted to the actor, or they are.
CREATE TABLE bench.question AS
    SELECT n, actor, object, bench.actee(object) AS actee, 10 + n % 20 AS one_of_twenty, bench.actee(place) AS place_actee, among,
        bench.actee(among) AS among_actee
    FROM (SELECT n, actor, CASE WHEN n % 2 = 0 THEN below ELSE 1 + bench.any_of(n + 200000000, :objects) END AS object,
            1 + bench.any_of(n + 300000000, 5000) AS place, 1 + bench.any_of(n + 400000000, :objects) AS among
        FROM (SELECT n, 10 + bench.any_of(n, 50000) AS actor FROM generate_series(1, :rows / 10) n) a
            LEFT JOIN LATERAL (SELECT coalesce(o.id, g.object) FROM bench.grants g LEFT JOIN bench.object o ON o.parent = g.object
                WHERE g.actor = a.actor LIMIT 1) g (below) ON true) q;
ALTER TABLE bench.question ADD PRIMARY KEY (n);

CREATE FUNCTION bench.central_by_query(actor int, actee varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    RETURN (
        WITH RECURSIVE implied (id) AS (
            SELECT actee UNION SELECT unnest(ARRAY[a.parent, a.species]) FROM bench.actees a JOIN implied i ON i.id = a.id)
        SELECT count(*) > 0 FROM bench.assignments s JOIN implied i ON i.id = s."acteeId" JOIN bench.role r ON r.id = s."roleId"
        WHERE s."actorId" = actor AND r.verbs ? 'read');
END $$;
CREATE FUNCTION bench.central_by_quire(actor int, actee varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    RETURN quire.can('bench.central', 'read', actee, actor::text);
END $$;
CREATE FUNCTION bench.central_by_nothing(actor int, actee varchar) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    RETURN actor::text < actee::text;
END $$;
CREATE FUNCTION bench.lean_by_query(actor int, object int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    RETURN EXISTS (
        WITH RECURSIVE above AS (SELECT lean_by_query.object AS id UNION SELECT o.parent FROM above a JOIN bench.object o ON o.id = a.id WHERE o.parent IS NOT NULL)
        SELECT FROM bench.grants g JOIN above a ON a.id = g.object JOIN bench.role r ON r.id = g.role
        WHERE g.actor = lean_by_query.actor AND r.verbs ? 'read');
END $$;
CREATE FUNCTION bench.lean_by_quire(actor int, object int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    RETURN quire.can('bench.deep', 'read', object::text, actor::text);
END $$;
CREATE FUNCTION bench.lean_by_nothing(actor int, object int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
    RETURN actor::text < object::text;
END $$;
DO $$ BEGIN
    ASSERT (SELECT bool_and(bench.central_by_query(actor, actee) = bench.central_by_quire(actor, actee)
        AND bench.lean_by_query(actor, object) = bench.lean_by_quire(actor, object)) FROM bench.question WHERE n <= 2000), 'the same answers';
END $$;

-- All has been asked about once, and then a change of grants has all forgotten that is known of them, while what lies in
-- what stays known; but for "nothing known", where that has changed too, and "again", where nothing has.
CREATE FUNCTION bench.add_checks(subject text, kind text, arguments text, size bigint, change text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO bench.subject (name, rows, parts) VALUES (subject, size, 5);
    INSERT INTO bench.variant (subject, name, prepare, measured)
        SELECT subject, name, format('SELECT count(bench.%s_by_quire(%s)) FROM bench.question WHERE n <= %s; %s', kind, arguments, size, change),
            format('SELECT count(*) FILTER (WHERE bench.%s_by_%s(%s)) FROM bench.question WHERE n BETWEEN $1 AND $2', kind, function, arguments)
        FROM (VALUES (1, 'nothing', 'nothing'), (2, 'recursive query, prepared', 'query'), (3, 'quire', 'quire')) v (number, name, function) ORDER BY number;
$$;
SELECT bench.add_checks('can, ' || name, 'central', arguments, :rows / 20, 'DELETE FROM bench.assignments WHERE false')
    FROM (VALUES ('any actor, any object', 'actor, actee'), ('any actor, projects and forms', 'actor, place_actee'),
        ('twenty actors, any object', 'one_of_twenty, among_actee')) s (name, arguments);
SELECT bench.add_checks('can, nothing known', 'central', 'actor, actee', :rows / 20,
    'DELETE FROM bench.assignments WHERE false; DELETE FROM bench.actees WHERE false');
SELECT bench.add_checks('can, again', 'central', '(10 + n % 20)::int, bench.actee(1 + n % 10 * 15485)', :rows / 50, 'SELECT');
SELECT bench.add_checks('lean, ' || name, 'lean', arguments, :rows / 20, 'DELETE FROM bench.grants WHERE false')
    FROM (VALUES ('any actor, any object', 'actor, object'), ('twenty actors, any object', 'one_of_twenty, among')) s (name, arguments);
INSERT INTO bench.goal (subject, measure, name, peer, at_most)
    SELECT name, 'added', 'quire', 'recursive query, prepared', CASE WHEN name = 'can, again' THEN 0.05 WHEN name LIKE 'lean%' OR name = 'can, nothing known' THEN 0.5 ELSE 0.2 END
    FROM bench.subject WHERE name LIKE 'can, %' OR name LIKE 'lean, %' ORDER BY number;

-- A deep tree: ten levels, four nodes below each. The answer below a node is read once, which is what is measured; then
-- all is forgotten.

CREATE TABLE bench.node AS SELECT i AS id, CASE WHEN i > 1 THEN CASE WHEN i < 4 THEN 1 ELSE i / 4 END END AS parent FROM generate_series(1, :docs) i;
ALTER TABLE bench.node ADD PRIMARY KEY (id);
CREATE INDEX ON bench.node (parent);
CREATE TABLE bench.node_grant (actor text, role text, object int);
-- A node 4^k has some (3/4^(k+1)) of the tree below it.
INSERT INTO bench.node_grant SELECT 'level ' || k, 'r', 4 ^ k FROM generate_series(0, 9) k;
CREATE INDEX ON bench.node_grant (actor);
SELECT quire.create_policy('bench.tree', 'TABLE bench.node_grant', 'VALUES (''r'', ''read'')', 'SELECT id, parent FROM bench.node');
INSERT INTO bench.subject (name, rows, parts) VALUES ('tree, below one node in 1,000', :docs / 1000, 1), ('tree, below one in 60', :docs / 60, 1);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT subject, name, 'DELETE FROM bench.node_grant WHERE false', format(query, actor)
    FROM (VALUES ('tree, below one node in 1,000', 'level 5'), ('tree, below one in 60', 'level 3')) s (subject, actor),
        (VALUES (1, 'nothing', 'SELECT $1 + $2'),
            (2, 'recursive query', 'WITH RECURSIVE below AS (SELECT object FROM bench.node_grant WHERE actor = %L UNION SELECT n.id FROM below b JOIN bench.node n ON n.parent = b.object) SELECT array_agg(object::text) FROM below WHERE $1 <= $2'),
            (3, 'quire', 'SELECT quire.permitted(''bench.tree'', ''read'', %L) WHERE $1 <= $2')) v (number, name, query)
    ORDER BY subject, number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES
    ('tree, below one node in 1,000', 'added', 'quire', 'recursive query', 1.5), ('tree, below one in 60', 'added', 'quire', 'recursive query', 1.5);
-- By the whole tree, of which both are a part: a sixteenth of the answer, a sixteenth of the cost.
CREATE FUNCTION bench.permitted_anew(who text, first bigint, last bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    RETURN cardinality(quire.permitted('bench.tree', 'read', who));
END $$;
INSERT INTO bench.subject (name, rows, parts) VALUES ('tree, a sixteenth of the answer', 1, 1);
INSERT INTO bench.variant (subject, name, prepare, measured)
    SELECT 'tree, a sixteenth of the answer', name, 'DELETE FROM bench.node_grant WHERE false', format(query, actor)
    FROM (VALUES (1, 'nothing', '', 'SELECT $1 + $2'), (2, 'large answer', 'level 3', 'SELECT bench.permitted_anew(%L, $1, $2)'),
        (3, 'small answer', 'level 5', 'SELECT bench.permitted_anew(%L, $1, $2)')) v (number, name, actor, query)
    ORDER BY number;
INSERT INTO bench.goal (subject, measure, name, peer, at_most) VALUES ('tree, a sixteenth of the answer', 'added', 'small answer', 'large answer', 2.5 / 16);

VACUUM (FREEZE, ANALYZE);
