#!/usr/bin/env bash
# Models through dump and restore, upgrades from every step, updates of the extension, and on a replica.
. "$(dirname "$0")/tap.sh"

private_server models
createdb before
run_psql -d before <<'SQL' >/dev/null
CREATE EXTENSION quire;
CREATE ROLE keeper;
GRANT CREATE ON DATABASE before TO keeper;
GRANT INSERT ON quire.own_model_step TO keeper;
SELECT quire.create_model('challenge', 'Zero speech');
SELECT quire.load_example('Zero speech');
ALTER TABLE "Zero speech".challenges ADD COLUMN budget numeric DEFAULT 7;
UPDATE "Zero speech".challenges SET budget = 8;
CREATE TABLE "Zero speech".notes (id int PRIMARY KEY, challenge int REFERENCES "Zero speech".challenges);
INSERT INTO "Zero speech".notes VALUES (1, 1);
SET ROLE keeper;
SELECT quire.add_model_step('own', 1, 'first', 'CREATE TABLE a (id int)', 'DROP TABLE a');
SELECT quire.add_model_step('own', 2, 'second', 'CREATE TABLE b (id int)');
SELECT quire.create_model('own', 'mine', 1);
SQL
rows="SELECT md5(string_agg(query_to_xml(format('SELECT * FROM %s AS t ORDER BY t::text', c.oid::regclass), true, false, '')::text, ',' ORDER BY relname))
    FROM pg_class c WHERE relnamespace = '\"Zero speech\"'::regnamespace AND relkind = 'r'"
additions=$'column challenges.budget|f\ntable notes|f'
is "$(query before 'SELECT object, is_fault FROM quire.verify_model('"'Zero speech'"')')" "$additions" "what the site has added is told, and is no fault"

for format in plain custom; do
    createdb "$format"
    pg_dump -F "$format" before >"$server/$format.dump"
    if [ $format = plain ]; then said=$(run_psql -d plain -f "$server/plain.dump" 2>&1 >/dev/null)
    else said=$(pg_restore -d custom "$server/custom.dump" 2>&1); fi
    is "$said" "" "$format: the restore has nothing to say"
    is "$(query $format "$rows")" "$(query before "$rows")" "$format: every row of every table is as it was"
    is "$(query $format "SELECT object, is_fault FROM quire.verify_model('Zero speech') ")" "$additions" "$format: nothing has drifted"
    is "$(query $format 'SELECT schema, model, version, latest, drifted FROM quire.model_status()')" $'Zero speech|challenge|4|4|f\nmine|own|1|2|' "$format: versions are known, and the steps of one's own"
    is "$(query $format "SELECT count(*) FROM quire.model_step WHERE model = 'challenge'")" 4 "$format: steps of quire come with quire, once"
    query $format "GRANT CREATE ON DATABASE $format TO keeper" >/dev/null
    is "$(query $format "SET ROLE keeper; SELECT * FROM quire.verify_model('mine')")" "" "$format: nor what was made by them, as who runs them may ask"
    matches "$(query $format "INSERT INTO \"Zero speech\".challenge_submissions (user_id, track_id) VALUES (1, 1)")" 'quota' "$format: triggers are alive"
    is "$(query $format "SET ROLE keeper; SELECT quire.upgrade_model('mine')")" 2 "$format: its owner goes on upgrading"
    is "$(query $format "SELECT name, direction FROM quire.model_history('mine')")" $'first|up\nsecond|up' "$format: on top of its history"
done
is "$(pg_dump before --schema-only | grep -c 'COPY quire')" 0 "a dump of the definitions has no steps"
createdb bare
run_psql -d bare -c 'CREATE EXTENSION quire'
is "$(pg_dump -n '"Zero speech"' --schema-only before | run_psql -d bare 2>&1 >/dev/null)" "" "one schema's definitions are enough"
is "$(query bare 'SELECT schema, version, drifted FROM quire.model_status()')" "Zero speech|4|f" "to know the version again"
is "$(query bare "SELECT count(*) FROM quire.model_history('Zero speech')")" 0 "without the history, which is data"

# From each earlier version, with data in place, to the latest.
for version in 1 2 3; do
    createdb "from_$version"
    run_psql -d "from_$version" <<SQL >/dev/null
CREATE EXTENSION quire;
SELECT quire.create_model('challenge', 'raised', $version);
SELECT raised.create_user('ada', 'ada@example.org', 'secret', 'A', 'L', 'X');
SELECT quire.upgrade_model('raised');
SELECT quire.create_model('challenge', 'fresh');
SQL
    is "$(query "from_$version" "SELECT * FROM quire.verify_model('raised')")" "" "an upgrade from $version gives what a fresh install does"
    is "$(pg_dump -s -n raised "from_$version" | sed -E 's/\braised\b/S/g; s/(quire_access_[a-z]+_)[0-9a-f]{12}/\1/; /^\\/d' | sort)" "$(pg_dump -s -n fresh "from_$version" | sed -E 's/\bfresh\b/S/g; s/(quire_access_[a-z]+_)[0-9a-f]{12}/\1/; /^\\/d' | sort)" "to the letter of the dump"
    is "$(query "from_$version" 'SELECT username FROM raised.users_credentials')" ada "with the data in it"
done

# A new version of the extension brings its steps by itself.
cp "$root"/upgrade/frozen/quire--0.2.0.sql "$server/root$("$PG_CONFIG" --sharedir)/extension/"
createdb updated
run_psql -d updated -c "CREATE EXTENSION quire VERSION '0.2.0'" -c 'ALTER EXTENSION quire UPDATE'
is "$(query updated "SELECT count(*) FROM quire.model_step WHERE model = 'challenge'")" 4 "an updated extension has the steps of its version"
is "$(query updated "SELECT quire.ensure_model('challenge', 'z')")" 4 "and makes models"
run_psql -d updated -c "UPDATE pg_extension SET extversion = '0.2.9' WHERE extname = 'quire'"
is "$(query updated "SELECT quire.ensure_model('challenge', 'z')")" 4 "before the update, a service whose model is current starts"
matches "$(query updated "SELECT quire.create_model('challenge', 'y')")" 'ALTER EXTENSION quire UPDATE' "and what needs the update says so"
run_psql -d updated -c "UPDATE pg_extension SET extversion = '$(version)' WHERE extname = 'quire'"

matches "$(query before 'DROP EXTENSION quire')" 'function mine.quire_model\(\) depends on type quire.model_stamp' "the extension is not dropped from under a model"
query before 'DROP EXTENSION quire CASCADE' >/dev/null
is "$(query before 'SELECT count(*) FROM "Zero speech".users_credentials')" 3 "and takes no table along when it is"

# As on a replica: nothing can be written.
is "$(query plain "SET transaction_read_only = on; SELECT schema, drifted IS NULL FROM quire.model_status()")" $'Zero speech|t\nmine|t' "where nothing can be written, the status is there, without the drift"
is "$(query plain "SET transaction_read_only = on; SELECT quire.ensure_model('challenge', 'Zero speech'); SELECT length(quire.diagram('mine')) > 10")" $'4\nt' "services start, and diagrams are drawn"
finish
