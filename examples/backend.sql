-- What a web backend sends: one database role, a transaction pool, an actor for each request. Two users see different
-- rows of the same table, by the same query. Run it with psql as a superuser, in a database that has quire.

\echo
\echo '-- Once: the tables, who may do what, and a role for the backend.'
\echo
CREATE SCHEMA shop;
CREATE TABLE shop.membership (person text, project int, role text, PRIMARY KEY (person, project, role));
CREATE TABLE shop.orders (id int PRIMARY KEY, project int, item text);
INSERT INTO shop.membership VALUES ('ann', 1, 'clerk'), ('ann', 2, 'reader'), ('bob', 2, 'clerk');
INSERT INTO shop.orders VALUES (1, 1, 'tents'), (2, 1, 'ropes'), (3, 2, 'lamps');
CREATE INDEX ON shop.orders (project);

SELECT quire.create_policy('shop.access',
    grants => 'SELECT person, role, project FROM shop.membership',
    roles  => $$VALUES ('reader', 'read'), ('clerk', 'read'), ('clerk', 'write')$$);
SELECT quire.protect('shop.orders', 'shop.access', 'project', 'read', 'write', 'write', 'write');

CREATE ROLE shop_backend;
GRANT USAGE ON SCHEMA shop TO shop_backend;
GRANT SELECT, INSERT, UPDATE, DELETE ON shop.orders TO shop_backend;
GRANT EXECUTE ON FUNCTION quire.become(text, bool) TO shop_backend;

\echo
\echo '-- Every request is a transaction that begins with the user that the backend has authenticated. From Python:'
\echo '--     with pool.connection() as c, c.transaction():'
\echo '--         c.execute("SELECT quire.become(%s)", [user])'
\echo '--         return c.execute("SELECT id, item FROM shop.orders ORDER BY id").fetchall()'
\echo
SET ROLE shop_backend;

BEGIN;
SELECT quire.become('ann');
SELECT id, project, item FROM shop.orders ORDER BY id;
UPDATE shop.orders SET item = 'long ropes' WHERE id = 2;
COMMIT;

BEGIN;
SELECT quire.become('bob');
SELECT id, project, item FROM shop.orders ORDER BY id;
UPDATE shop.orders SET item = 'mine now' WHERE id = 1;
COMMIT;

\echo
\echo '-- A request that forgets to say for whom gets nothing, and is told why.'
\echo
SELECT id, project, item FROM shop.orders;
RESET ROLE;
