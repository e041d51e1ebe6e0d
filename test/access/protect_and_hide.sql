-- protect and hide_deleted on one table, in either order.
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT plan(8);
CREATE ROLE hidden_reader;
CREATE SCHEMA site;
CREATE TABLE site.held (actor text, role text, object text);
INSERT INTO site.held VALUES ('ann', 'reader', '1'), ('ann', 'reader', '2');
SELECT quire.create_policy('site.access', 'TABLE site.held', $$VALUES ('reader', 'read')$$);
GRANT USAGE ON SCHEMA site TO hidden_reader;
GRANT USAGE ON SCHEMA quire TO hidden_reader;
CREATE FUNCTION pg_temp.table_of_rows(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE site.%I (id int PRIMARY KEY, deleted_at timestamptz)', name);
    EXECUTE format('CREATE TRIGGER gone BEFORE INSERT OR UPDATE OR DELETE ON site.%I FOR EACH ROW EXECUTE FUNCTION quire.soft_delete()', name);
    EXECUTE format('INSERT INTO site.%I SELECT generate_series(1, 3)', name);
    EXECUTE format('GRANT SELECT ON site.%I TO hidden_reader', name);
    EXECUTE format('DELETE FROM site.%I WHERE id = 2', name);
END $$;
CREATE FUNCTION pg_temp.sees(name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE ids text;
BEGIN
    SET LOCAL ROLE hidden_reader;
    EXECUTE format('SELECT string_agg(id::text, '','' ORDER BY id) FROM site.%I', name) INTO ids;
    RESET ROLE;
    RETURN ids;
END $$;
SELECT quire.become('ann');

SELECT pg_temp.table_of_rows('first');
SELECT quire.hide_deleted('site.first');
SELECT is(pg_temp.sees('first'), '1,3', 'hidden: what is deleted is not seen');
SELECT quire.protect('site.first', 'site.access', 'id', 'read', NULL, NULL, NULL);
SELECT is(pg_temp.sees('first'), '1', 'then protected: nor what is not permitted');
SELECT quire.unprotect('site.first');
SELECT is(pg_temp.sees('first'), '1,3', 'no more protected, it is still hidden');
SELECT quire.unprotect('site.first');
SELECT is(pg_temp.sees('first'), '1,3', 'whatever is taken off twice');

SELECT pg_temp.table_of_rows('second');
SELECT quire.protect('site.second', 'site.access', 'id', 'read', NULL, NULL, NULL);
SELECT is(pg_temp.sees('second'), '1,2', 'protected: what is permitted, deleted or not');
SELECT quire.hide_deleted('site.second');
SELECT is(pg_temp.sees('second'), '1', 'then hidden');
SELECT quire.protect('site.second', 'site.access', 'id', 'read', NULL, NULL, NULL);
SELECT is(pg_temp.sees('second'), '1', 'protected again');
SELECT quire.unprotect('site.second');
SELECT is(pg_temp.sees('second'), '1,3', 'and no more');

SELECT * FROM finish();
ROLLBACK;
