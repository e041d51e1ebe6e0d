#!/usr/bin/env bash
# What sessions remember of policies, where it takes more than one session or a server of its own: prepared transactions,
# replication roles, changes of definitions, dump and restore, parallel workers, memory.
. "$(dirname "$0")/tap.sh"

private_server access
run_psql <<'SQL'
CREATE EXTENSION quire;
CREATE SCHEMA app;
CREATE TABLE app.held (actor text, role text, object text);
CREATE TABLE app.docs (id int, object int);
INSERT INTO app.held VALUES ('ann', 'r', '1');
INSERT INTO app.docs SELECT i, i % 100 FROM generate_series(1, 100000) i;
ANALYZE app.docs;
SELECT quire.create_policy('app.access', 'TABLE app.held', $$VALUES ('r', 'read')$$);
SELECT quire.protect('app.docs', 'app.access', 'object', 'read', 'read', 'read', 'read');
CREATE ROLE reader;
GRANT USAGE ON SCHEMA app TO reader;
GRANT SELECT ON app.docs TO reader;
SQL
list="SELECT array_to_string(quire.permitted('app.access', 'read', 'ann'), ' ') AS list"

# A session that goes on while others change things: what is written to it is answered in order.
coproc SESSION { psql -X -q -A -t -d postgres 2>&1; }
ask() {
    local line answer=
    echo "$1; \\echo ---" >&"${SESSION[1]}"
    while IFS= read -r -t 20 line <&"${SESSION[0]}" && [ "$line" != --- ]; do answer+="$line "; done
    echo "${answer% }"
}
is "$(ask "$list")" 1 "a session has read the policy"

# --- prepared transactions ---------------------------------------------------------------------------------------------

is "$(ask "BEGIN; INSERT INTO app.held VALUES ('ann', 'r', '2'); $list; PREPARE TRANSACTION 'grant'; $list")" "1 2 1" \
    "a transaction that is prepared counts no more for its own session"
query postgres "COMMIT PREPARED 'grant'" >/dev/null
is "$(ask "$list")" "1 2" "until another commits it"
is "$(ask "BEGIN; DELETE FROM app.held WHERE object = '2'; PREPARE TRANSACTION 'revoke'; ROLLBACK PREPARED 'revoke'; $list")" "1 2" \
    "or for good, when it is rolled back"

# --- triggers that are not there ---------------------------------------------------------------------------------------

query postgres "SET session_replication_role = replica; INSERT INTO app.held VALUES ('ann', 'r', '3')" >/dev/null
is "$(ask "$list")" "1 2 3" "a change counts whatever the replication role"
query postgres "ALTER TABLE app.held DISABLE TRIGGER USER; INSERT INTO app.held VALUES ('ann', 'r', '4')" >/dev/null
is "$(ask "$list")" "1 2 3 4" "and with the triggers disabled"
query postgres "DELETE FROM app.held WHERE object = '4'" >/dev/null
is "$(ask "$list")" "1 2 3" "when nothing is remembered any more"
query postgres "SELECT quire.drop_policy('app.access'); SELECT quire.create_policy('app.access', 'TABLE app.held', 'VALUES (''r'', ''read'')')" >/dev/null
is "$(ask "$list")" "1 2 3" "a policy that is made anew is read anew"

# --- definitions that change under a session -----------------------------------------------------------------------------

query postgres "CREATE OR REPLACE VIEW app.access_roles (role, verb) AS VALUES ('r'::text, 'look'::text)" >/dev/null
is "$(ask "$list")" "" "a view that is replaced counts"
query postgres "CREATE OR REPLACE VIEW app.access_roles (role, verb) AS VALUES ('r'::text, 'read'::text)" >/dev/null
is "$(ask "$list")" "1 2 3" "at once"
query postgres "ALTER VIEW app.access_members OWNER TO reader" >/dev/null
matches "$(ask "$list")" 'another owner' "views of several owners are no policy"
query postgres "ALTER VIEW app.access_members OWNER TO postgres; ALTER SCHEMA app RENAME TO app2" >/dev/null
matches "$(ask "$list")" 'does not exist' "a schema that is renamed takes the policy along"
query postgres "ALTER SCHEMA app2 RENAME TO app" >/dev/null
is "$(ask "$list")" "1 2 3" "and brings it back"
query postgres "CREATE FUNCTION app.keep(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held WHERE app.keep(object)" >/dev/null
is "$(ask "$list")" "1 2 3" "a function in a query is called"
query postgres "CREATE OR REPLACE FUNCTION app.keep(text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT \$1 > ''1'''" >/dev/null
is "$(ask "$list")" "2 3" "and called anew when it is replaced"
query postgres "CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held" >/dev/null

# A function that a query calls finds nothing of the caller's, and has no rights of the caller's to lend.
query postgres "CREATE FUNCTION app.trusting(text) RETURNS bool LANGUAGE plpgsql STABLE AS 'BEGIN RETURN harmless(); END'; CREATE FUNCTION app.harmless() RETURNS bool LANGUAGE sql AS 'SELECT true';
    CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held WHERE app.trusting(object)" >/dev/null
is "$(query postgres "SET ROLE reader; CREATE FUNCTION pg_temp.harmless() RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''taken over as %'', current_user; END';
    SET search_path = pg_temp, public; $list")" "1 2 3" "a function of a query does not look into the caller's search_path"
query postgres "CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held" >/dev/null

# Queries that compare with the time, or with what no trigger tells of.
query postgres "ALTER TABLE app.held ADD until timestamptz; CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held WHERE until > now() IS NOT FALSE;
    INSERT INTO app.held VALUES ('ann', 'r', '5', clock_timestamp() + interval '1.5 s')" >/dev/null
is "$(ask "$list")" "1 2 3 5" "a grant counts while it lasts"
sleep 1.6
is "$(ask "$list")" "1 2 3" "and no longer"
query postgres "CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held UNION ALL SELECT 'ann', 'r', rolname::text COLLATE \"default\" FROM pg_roles WHERE rolname LIKE 'new%'" >/dev/null
is "$(ask "$list")" "1 2 3 5" "a policy may read catalogs"
query postgres "CREATE ROLE newcomer" >/dev/null
is "$(ask "$list")" "1 2 3 5 newcomer" "whose changes count, too"
query postgres "CREATE OR REPLACE VIEW app.access_grants AS SELECT actor, role, object FROM app.held; DROP ROLE newcomer; DELETE FROM app.held WHERE object = '5'" >/dev/null

# A partition that comes later has no triggers yet.
run_psql -c "CREATE TABLE app.parted (actor text, role text, object text) PARTITION BY LIST (actor)" -c "CREATE TABLE app.parted_ann PARTITION OF app.parted FOR VALUES IN ('ann')" \
    -c "SELECT quire.create_policy('app.parted_access', 'TABLE app.parted', 'VALUES (''r'', ''read'')')" >/dev/null
parted="SELECT array_to_string(quire.permitted('app.parted_access', 'read', 'bob'), ' ')"
is "$(ask "$parted")" "" "a policy over partitions"
query postgres "CREATE TABLE app.parted_bob PARTITION OF app.parted FOR VALUES IN ('bob'); INSERT INTO app.parted_bob VALUES ('bob', 'r', '1')" >/dev/null
is "$(ask "$parted")" "1" "hears of a partition that comes later"
query postgres "INSERT INTO app.parted_bob VALUES ('bob', 'r', '2')" >/dev/null
is "$(ask "$parted")" "1 2" "and of what is written to it directly"

# --- the extension itself ------------------------------------------------------------------------------------------------

matches "$(query postgres 'DROP EXTENSION quire')" 'other objects depend' "the extension is not dropped from under policies"
query postgres "CREATE DATABASE again" >/dev/null
is "$(psql -X -q -A -t -d again 2>&1 <<'SQL' | grep -v '^$' | tr '\n' ' '
SET client_min_messages = error;
CREATE EXTENSION quire;
CREATE TABLE held AS SELECT 'ann' AS actor, 'r' AS role, 'x' AS object;
SELECT quire.create_policy('public.a', 'TABLE held', 'VALUES (''r'', ''read'')');
SELECT quire.can('public.a', 'read', 'x', 'ann');
SELECT quire.drop_policy('public.a');
DROP EXTENSION quire;
CREATE EXTENSION quire;
SELECT quire.create_policy('public.a', 'TABLE held', 'VALUES (''r'', ''read'')');
SELECT quire.can('public.a', 'read', 'x', 'ann'), quire.can('public.a', 'read', 'x', 'ann'), quire.can('public.a', 'read', 'x', 'ann');
DELETE FROM held;
SELECT quire.can('public.a', 'read', 'x', 'ann');
SQL
)" "t t|t|t f " "one session may drop and create it"

# --- dump and restore ------------------------------------------------------------------------------------------------------

createdb restored
is "$(pg_dump -d postgres | run_psql -d restored 2>&1 >/dev/null)" "" "a dump restores"
is "$(query restored "$list")" "1 2 3" "with its policy"
is "$(query restored "BEGIN; SELECT quire.become('ann'); SET LOCAL ROLE reader; SELECT count(*) FROM app.docs; COMMIT" | tail -1)" 3000 "and its protected table"
is "$(query restored "$list; INSERT INTO app.held VALUES ('ann', 'r', '9'); $list" | tail -1)" "1 2 3 9" "whose changes are heard of"
is "$(query restored "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'quire_access%' AND tgenabled <> 'A'")" 0 "by triggers that fire always"

# --- parallel workers -------------------------------------------------------------------------------------------------------

parallel="SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2; SET parallel_leader_participation = off"
as_ann="BEGIN; SELECT quire.become('ann'); SET LOCAL ROLE reader"
matches "$(query postgres "$parallel; $as_ann; EXPLAIN (COSTS off) SELECT count(*) FROM app.docs")" 'Parallel Seq Scan' "workers scan a protected table"
is "$(query postgres "$parallel; $as_ann; SELECT count(*) FROM app.docs" | tail -1)" 3000 "and see what the actor sees"
is "$(query postgres "$parallel; $as_ann; RESET ROLE; INSERT INTO app.held VALUES ('ann', 'r', '7'); SET LOCAL ROLE reader; SELECT count(*) FROM app.docs" | tail -1)" 4000 \
    "also what the transaction itself has granted"

# --- memory ---------------------------------------------------------------------------------------------------------------------

run_psql -c "CREATE TABLE app.many AS SELECT 'actor ' || a AS actor, 'r' AS role, 'object number ' || o AS object FROM generate_series(1, 300) a, generate_series(1, 2000) o" \
    -c "CREATE INDEX ON app.many (actor)" -c "SELECT quire.create_policy('app.much', 'TABLE app.many', 'VALUES (''r'', ''read'')')" >/dev/null
resident="SELECT pg_read_file('/proc/' || pg_backend_pid() || '/statm')"
grown() {
    psql -X -q -A -t -d postgres 2>&1 <<SQL | awk 'NF && !before { before = $2 - $3 } NF { after = $2 - $3 } END { print (after - before) * 4 < 9000 ? "bounded" : (after - before) * 4 " kB" }'
SET quire.access_cache_size = '$1';
SELECT count(quire.permitted('app.much', 'read', 'actor ' || a)) FROM generate_series(1, 20) a \gset
$resident;
SELECT sum(cardinality(quire.permitted('app.much', 'read', 'actor ' || a))) AS n FROM generate_series(1, 300) a \gset
$resident;
SQL
}
is "$(grown '4MB')" bounded "what is remembered is bounded by quire.access_cache_size"
is "$(query postgres "SET quire.access_cache_size = 0; SELECT quire.can('app.access', 'read', '1', 'ann') FROM generate_series(1, 5)" | sort -u)" t "which may be nothing"
matches "$(grown '1GB')" 'kB' "and is something"

exec {SESSION[1]}>&-
finish
