#!/usr/bin/env bash
# Dump and restore: the same rows, the same guards, with nothing said on the way.
. "$(dirname "$0")/tap.sh"

private_server dump
createdb before
run_psql -d before <<'SQL'
CREATE EXTENSION quire;
CREATE SCHEMA app;
CREATE TABLE app.actors (id int PRIMARY KEY, deleted_at timestamptz);
CREATE TABLE app.users (
    id int PRIMARY KEY REFERENCES app.actors,
    email quire.email NOT NULL,
    other text CHECK (quire.is_email(other)),
    domain text GENERATED ALWAYS AS (split_part(email::text, '@', 2)) STORED,
    state text,
    version_id bigint,
    made timestamptz(3),
    EXCLUDE USING hash (email WITH =) WHERE (id > 1000)
);
CREATE INDEX ON app.users (email);
CREATE INDEX ON app.users USING hash (email);
CREATE INDEX ON app.users (lower(other COLLATE "C")) WHERE quire.is_email(other);
CREATE TRIGGER email BEFORE INSERT OR UPDATE ON app.users FOR EACH ROW
    EXECUTE FUNCTION quire.check_email('email', 'EXISTS (SELECT FROM actors a WHERE a.id = r.id AND a.deleted_at IS NULL)');
CREATE TRIGGER state BEFORE INSERT OR UPDATE ON app.users FOR EACH ROW
    EXECUTE FUNCTION quire.check_state('state', '* -> open, open -> closed');
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON app.users FOR EACH ROW
    EXECUTE FUNCTION quire.version_id('version_id', 'enforce', 'made', '');
CREATE VIEW app.found AS SELECT * FROM app.users WHERE email = 'User7@x.org';
INSERT INTO app.actors SELECT i FROM generate_series(1, 500) i;
INSERT INTO app.users (id, email, other, state) SELECT i, 'User' || i || '@X.org', 'o' || i || '@x.org', 'open' FROM generate_series(1, 500) i;
UPDATE app.users SET state = 'closed' WHERE id % 2 = 0;
CREATE TABLE app.forms (form quire.xform);
CREATE TABLE app.visits (id int PRIMARY KEY, xml text);
CREATE TABLE app.run (id int PRIMARY KEY, attributes jsonb CHECK (quire.attributes_valid('{"energy": {"type": "number", "suffix": "keV", "format": "standard-unit"}, "note": {"type": "string"}}', attributes)));
CREATE TABLE app.run_attribute (name text PRIMARY KEY, type jsonb CHECK (quire.check_attribute_type(type) IS NOT NULL));
CREATE TRIGGER attributes BEFORE INSERT OR UPDATE ON app.run FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'run_attribute');
INSERT INTO app.run_attribute VALUES ('energy', '{"type": "number", "minimum": 0}');
INSERT INTO app.run SELECT i, jsonb_build_object('energy', i) FROM generate_series(1, 1000) i;
CREATE SCHEMA seen;
CREATE SCHEMA kept;
CREATE TABLE app.parents (id int PRIMARY KEY, payload bytea DEFAULT quire.gzip('x'), deleted_at timestamptz);
CREATE TABLE app.children (id int PRIMARY KEY, parent int REFERENCES app.parents ON DELETE CASCADE, deleted_at timestamptz);
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON app.parents FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON app.children FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
INSERT INTO app.parents VALUES (1), (2);
INSERT INTO app.children VALUES (1, 1), (2, 1), (3, 2);
DELETE FROM app.children WHERE id = 2;
DELETE FROM app.parents WHERE id = 1;
SELECT quire.hide_deleted('app.parents'), quire.create_live_index('app.children', '{parent}') \g /dev/null
SQL
run_psql -d before -v form="$(cat "$root/examples/household.xml")" <<'SQL' >/dev/null
INSERT INTO app.forms VALUES (:'form');
INSERT INTO app.visits SELECT i, format('<data id="household"><name>N%s</name><member><who>W</who><age>%1$s</age></member><meta><instanceID>uuid:%1$s</instanceID></meta></data>', i)
FROM generate_series(1, 100) i;
SELECT quire.create_attribute_index('app.run', 'attributes', 'energy');
SELECT quire.create_views(form, 'app.visits', 'xml', 'seen'), quire.create_tables(form, 'app.visits', 'xml', 'kept') FROM app.forms;
SQL
seen="SELECT md5(string_agg(s::text || m::text || k::text, ',' ORDER BY s.source_id)), count(*), count(DISTINCT quire.form_hash(form))
    FROM seen.submissions s JOIN seen.member m USING (source_id) JOIN kept.member k USING (source_id), app.forms"
rows="SELECT md5(string_agg(u::text, ',' ORDER BY id)), count(*) FROM app.users u"
energetic="SELECT id FROM app.run WHERE $(query before "SELECT quire.filter_sql('energy > 990', 'attributes')")"

for format in plain custom; do
    createdb "$format"
    pg_dump -F "$format" before >"$server/$format.dump"
    if [ $format = plain ]; then said=$(run_psql -d plain -f "$server/plain.dump" 2>&1 >/dev/null)
    else said=$(pg_restore -d custom "$server/custom.dump" 2>&1); fi
    is "$said" "" "$format: the restore has nothing to say"
    is "$(query $format "$rows")" "$(query before "$rows")" "$format: every row is as it was"
    is "$(query $format 'SELECT id FROM app.found')" 7 "$format: views find addresses whatever their case"
    matches "$(query $format "INSERT INTO app.actors VALUES (501); INSERT INTO app.users (id, email, state) VALUES (501, 'user7@x.org', 'open')")" \
        'already in use' "$format: addresses are still unique"
    matches "$(query $format "UPDATE app.users SET state = 'open' WHERE id = 2")" 'state cannot go' "$format: states still flow one way"
    matches "$(query $format "INSERT INTO app.run VALUES (0, '{\"energy\": -1}')")" 'an attribute breaks its rule' "$format: attributes keep their rules"
    query $format "ANALYZE app.run" >/dev/null
    matches "$(query $format "EXPLAIN $energetic")" 'run_energy_idx' "$format: and their index is found"
    is "$(query $format "$seen")" "$(query before "$seen")" "$format: forms, and the views and tables made of them, too"
    is "$(query $format "INSERT INTO app.visits VALUES (101, '<data><name>new</name></data>'); SELECT name FROM kept.submissions WHERE source_id = 101")" \
        new "$format: tables are still kept as the submissions are"
    is "$(query $format "SELECT quire.undelete('app.parents', '1'); SELECT quire.get_count('app.children')")" $'2\n2' "$format: what was deleted is restored as it went"
    is "$(pg_dump --schema-only $format | grep -v '^\\')" "$(pg_dump --schema-only before | grep -v '^\\')" "$format: a second dump is the same"
done
finish
