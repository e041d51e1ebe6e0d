-- A short tour of quire: rules that hold for every client, in psql. scripts/demo runs it.

\echo
\echo '-- A table of your own, and four triggers of quire on it.'
\echo
CREATE TABLE projects (
    id int PRIMARY KEY,
    owner quire.email,
    state text DEFAULT 'open',
    deleted_at timestamptz,
    version_id bigint,
    created_at timestamptz(3),
    updated_at timestamptz(3)
);
CREATE TRIGGER owner BEFORE INSERT OR UPDATE ON projects
    FOR EACH ROW EXECUTE FUNCTION quire.check_email('owner', 'r.deleted_at IS NULL');
CREATE TRIGGER state BEFORE INSERT OR UPDATE ON projects
    FOR EACH ROW EXECUTE FUNCTION quire.check_state('state', '* -> open, open -> closing, closing -> open | closed');
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON projects
    FOR EACH ROW EXECUTE FUNCTION quire.version_id('version_id', 'enforce', 'created_at', 'updated_at');

\echo
\echo '-- One live row per address, whatever its case, also when two sessions insert at once.'
\echo
INSERT INTO projects (id, owner) VALUES (1, 'Jo@Example.org');
INSERT INTO projects (id, owner) VALUES (2, 'jo@example.ORG');

\echo
\echo '-- States change only along their transitions.'
\echo
UPDATE projects SET state = 'closed' WHERE id = 1;
UPDATE projects SET state = 'closing' WHERE id = 1;
SELECT quire.next_states('projects', 'state', 'closing');

\echo
\echo '-- No lost update: a writer that had read an older version is refused.'
\echo
UPDATE projects SET state = 'open', version_id = version_id - 1 WHERE id = 1;
SELECT id, owner, state, version_id, updated_at > created_at AS changed FROM projects;
