-- A short tour of quire, in psql. scripts/demo runs it, in the folder that holds examples/.

\echo
\echo '-- An XForm goes in, and three submissions.'
\echo
\set form `cat examples/household.xml`
CREATE TABLE forms (form quire.xform);
\set ECHO none
INSERT INTO forms VALUES (:'form');
\set ECHO queries
CREATE TABLE submissions (id int PRIMARY KEY, xml text);
INSERT INTO submissions VALUES
(1, '<data id="household" version="1"><name>Okoro</name><visited>2024-05-17T10:11:12.000+01:00</visited><water>well</water>
     <owns>bike radio</owns><member><who>Ada</who><age>34</age></member><member><who>Obi</who><age>7</age></member>
     <meta><instanceID>uuid:1</instanceID></meta></data>'),
(2, '<data id="household" version="1"><name>Smith</name><water>tap</water>
     <member><who>Jo</who><age>61</age></member><meta><instanceID>uuid:2</instanceID></meta></data>'),
(3, '<data id="household" version="1"><name>Roy</name><water>well</water><meta><instanceID>uuid:3</instanceID></meta></data>');

\echo
\echo '-- Typed views come out, with labels beside codes, and the repeat joins to its parent.'
\echo
SELECT quire.create_views(form, 'submissions', 'xml', 'public', 'household_') FROM forms;
SELECT source_id, name, visited, water, water_label, owns FROM household_submissions ORDER BY source_id;
SELECT h.name, m.who, m.age FROM household_submissions h LEFT JOIN household_member m ON m.__parent_id = h.__id
ORDER BY h.source_id, m.__position;

\echo
\echo '-- Or one call, with the columns that you list; or all of it as JSON.'
\echo
SELECT r.* FROM forms, submissions, quire.record(form, xml) AS r(name text, owns text[]);
SELECT quire.extract(form, xml) FROM forms, submissions WHERE id = 2;

\echo
\echo '-- The rules of a form are asked again in the database, and answer in the form''s own words.'
\echo
\set vaccination `cat examples/vaccination.xml`
SELECT v.path, position, rule, message
FROM quire.validate(:'vaccination', '<data><region>north</region><district>cela</district><born>2020-05-01</born><visited/><children>1</children>
<child><name>Ana</name><age>130</age><consent>yes</consent><vaccine>MR</vaccine></child><total_age>130</total_age></data>') AS v;

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

\echo
\echo '-- Changes are told to whoever listens, and kept for those who come back.'
\echo
CREATE TABLE jobs (id int PRIMARY KEY, state text);
SELECT quire.watch('jobs', payload => 'diff'), quire.create_feed('public.changes'), quire.watch('jobs', feed => 'public.changes');
LISTEN jobs;
INSERT INTO jobs VALUES (1, 'open'), (2, 'open');
UPDATE jobs SET state = 'closed' WHERE id = 1;
SELECT cursor, type, key, changed FROM quire.read_feed('public.changes');
