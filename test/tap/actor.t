#!/usr/bin/env bash
# The actor across sessions: no way of connecting sets it, no pooler hands it to the next client.
. "$(dirname "$0")/tap.sh"

require_packages pgbouncer
private_server actor
run_psql -c 'CREATE EXTENSION quire' -c 'CREATE ROLE worker LOGIN' -c 'CREATE ROLE gateway LOGIN' \
    -c 'GRANT EXECUTE ON FUNCTION quire.become(text, bool) TO gateway' -c 'CREATE TABLE work (id int)' \
    -c 'INSERT INTO work SELECT generate_series(1, 100000)' -c 'GRANT SELECT ON work TO worker, gateway' -c 'ANALYZE work'
as() { local role=$1; shift; PGUSER=$role psql -X -q -A -t -d postgres "$@" 2>&1 || true; }
ask="SELECT coalesce(quire.actor(), 'nobody')"

# --- before the library is loaded, the setting's name means nothing yet -------------------------------------------------

matches "$(as worker -c "SET quire.actor = 'eve'" -c "$ask")" '^nobody$' "a setting of that name made before the library loads is dropped"
matches "$(as worker -c "SELECT set_config('quire.actor', 'eve', false)" -c "$ask")" '^nobody$' "so is one that set_config made"
matches "$(as worker -c "BEGIN; SET LOCAL quire.actor = 'eve'; SAVEPOINT a; SET LOCAL quire.actor = 'eva'; $ask; RELEASE a; $ask; COMMIT; $ask" |
    grep -v nobody)" 'permission denied' "so is a stack of them"
is "$(as worker -c "BEGIN; SET quire.actor = 'eve'; SAVEPOINT a; SET LOCAL quire.actor = 'eva'; $ask; ROLLBACK TO a; $ask; COMMIT; $ask" |
    grep -cE '^(eve|eva)$')" 0 "whatever is rolled back or committed"
matches "$(PGOPTIONS='-c quire.actor=eve' as worker -c "$ask")" '^nobody$' "PGOPTIONS sets nobody"
matches "$(PGOPTIONS='--quire.actor=eve' as worker -c "$ask")" '^nobody$' "in neither spelling"
is "$(as worker -d "user=worker dbname=postgres options='-c quire.actor=eve'" -c "$ask" | grep -c '^eve$')" 0 "nor does a connection string"
as worker -c "ALTER ROLE worker SET quire.actor = 'eve'" >/dev/null
is "$(as worker -c "$ask" | tail -1)" nobody "ALTER ROLE ... SET, before the library is loaded, sets nobody"
matches "$(as worker -c "CREATE FUNCTION pg_temp.eve() RETURNS text LANGUAGE sql SET quire.actor = 'eve' AS \$\$ $ask \$\$" -c "SELECT pg_temp.eve()")" \
    'permission denied|^nobody$' "a function made before the library loads sets nobody"
is "$(as worker -c "CREATE FUNCTION pg_temp.eve() RETURNS text LANGUAGE sql SET quire.actor = 'eve' AS \$\$ $ask \$\$" -c "SELECT pg_temp.eve()" | grep -c '^eve$')" \
    0 "at no call"
matches "$(as worker -c "$ask" -c "SET quire.actor = 'eve'")" 'permission denied' "once it is loaded, SET is refused"

# --- what a superuser says holds; a configuration that is read again changes no actor that was set ---------------------

run_psql -c "ALTER ROLE gateway SET quire.actor = 'robot'"
is "$(as gateway -c "$ask")" robot "a superuser may give a role an actor to start from"
is "$(as gateway -c "BEGIN; SELECT quire.become('ann'); $ask; COMMIT; $ask" | tr '\n' ' ')" " ann robot " "to which it comes back"
run_psql -c 'ALTER ROLE gateway RESET quire.actor'
run_psql -c "LOAD 'quire'" -c "ALTER SYSTEM SET quire.actor = 'ghost'"
is "$(as gateway -c "SELECT quire.become('ann', false)" -c "SELECT pg_sleep(0)" -c "$ask" | tail -1)" ann "an actor is set"
is "$({ echo "SELECT quire.become('ann', false);"; echo '\! psql -X -q -U postgres -c "SELECT pg_reload_conf()" >/dev/null; sleep 0.5'; echo "SELECT 1;"; echo "$ask;"; } |
    as gateway | tail -1)" ann "and stays when the configuration is read again"
run_psql -c "LOAD 'quire'" -c 'ALTER SYSTEM RESET quire.actor' -c 'SELECT pg_reload_conf()' >/dev/null

# --- ends of transactions ----------------------------------------------------------------------------------------------

is "$(as gateway -c "BEGIN; SELECT quire.become('ann'); COMMIT" -c "$ask" | tail -1)" nobody "COMMIT ends it"
is "$(as gateway -c "BEGIN; SELECT quire.become('ann'); ROLLBACK" -c "$ask" | tail -1)" nobody "so does ROLLBACK"
is "$(as gateway -c "BEGIN" -c "SELECT quire.become('ann', false)" -c "ROLLBACK" -c "$ask" | tail -1)" nobody "which also undoes one of the session"
is "$(as gateway -c "BEGIN" -c "SELECT quire.become('ann')" -c "SELECT 1/0" -c "ROLLBACK" -c "$ask" | tail -1)" nobody "so does an error"
is "$(as gateway -c "BEGIN" -c "SELECT quire.become('ann')" -c "PREPARE TRANSACTION 'two'" -c "$ask" -c "COMMIT PREPARED 'two'" -c "$ask" | tail -2 | tr '\n' ' ')" \
    "nobody nobody " "PREPARE TRANSACTION ends it, and COMMIT PREPARED does not bring it back"
is "$(as gateway -c "SELECT quire.become('ann', false)" -c "DISCARD ALL" -c "$ask" | tail -1)" nobody "DISCARD ALL ends one of the session"
is "$(as gateway -c "SELECT quire.become('ann')" -c "$ask" | tail -1)" nobody "a statement alone is a transaction"

# --- parallel workers ---------------------------------------------------------------------------------------------------

parallel="SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;"
matches "$(as gateway -c "$parallel EXPLAIN (COSTS off) SELECT count(*) FROM work WHERE quire.actor() = 'ann'")" 'Parallel' "workers are asked who the actor is"
is "$(as gateway -c "BEGIN; SELECT quire.become('ann'); $parallel SET LOCAL parallel_leader_participation = off;
    SELECT count(*) FROM work WHERE quire.actor() = 'ann'; COMMIT" | tail -1)" 100000 "and know"

# --- a transaction pool --------------------------------------------------------------------------------------------------

bouncer=$server/bouncer
install -d -m 755 "$bouncer"
[ "$(id -u)" != 0 ] || chown "$server_user" "$bouncer"
port=$((20000 + $$ % 20000))
cat >"$bouncer/users.txt" <<<$'"gateway" ""\n"worker" ""'
cat >"$bouncer/pgbouncer.ini" <<INI
[databases]
postgres = host=$sockets port=5432 dbname=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = trust
auth_file = $bouncer/users.txt
pool_mode = transaction
default_pool_size = 1
max_client_conn = 50
ignore_startup_parameters = extra_float_digits,options
pidfile = $bouncer/pid
logfile = $bouncer/log
INI
if [ "$(id -u)" = 0 ]; then
    runuser -u "$server_user" -- pgbouncer -d "$bouncer/pgbouncer.ini" >/dev/null 2>&1
else
    pgbouncer -d "$bouncer/pgbouncer.ini" >/dev/null 2>&1
fi
stop_bouncer() { [ ! -f "$bouncer/pid" ] || kill "$(cat "$bouncer/pid" 2>/dev/null)" 2>/dev/null || true; }
trap 'stop_bouncer; leave' EXIT
pooled() { PGHOST=127.0.0.1 PGPORT=$port PGUSER=gateway psql -X -q -A -t -d postgres "$@" 2>&1 || true; }
for _ in $(seq 50); do [ "$(pooled -c 'SELECT 1')" != 1 ] || break; sleep 0.1; done

is "$(pooled -c 'SELECT 1')" 1 "PgBouncer is there"
backend=$(pooled -c 'SELECT pg_backend_pid()')
is "$(pooled -c 'SELECT pg_backend_pid()')" "$backend" "and gives clients the same session one after the other"
is "$(pooled -c "BEGIN; SELECT quire.become('ann'); $ask; COMMIT" | tail -1)" ann "a client acts for an actor"
is "$(pooled -c "$ask")" nobody "the next one for nobody"
is "$(pooled -c "BEGIN" -c "SELECT quire.become('ann')" -c "SELECT 1/0" >/dev/null; pooled -c "$ask")" nobody "also after one that failed and left"

# Two clients in turns on one session: each transaction is its client's.
mkfifo "$bouncer/one" "$bouncer/two"
PGHOST=127.0.0.1 PGPORT=$port PGUSER=gateway psql -X -q -A -t -d postgres -f "$bouncer/one" >"$bouncer/one.out" 2>&1 &
PGHOST=127.0.0.1 PGPORT=$port PGUSER=gateway psql -X -q -A -t -d postgres -f "$bouncer/two" >"$bouncer/two.out" 2>&1 &
exec 8>"$bouncer/one" 9>"$bouncer/two"
for i in $(seq 20); do
    echo "BEGIN; SELECT quire.become('ann'); $ask; COMMIT; $ask;" >&8
    echo "$ask; BEGIN; SELECT quire.become('bob'); $ask; ROLLBACK; $ask;" >&9
done
exec 8>&- 9>&-
wait $(jobs -p)
is "$(grep -v '^$' "$bouncer/one.out" | sort | uniq -c | tr -s ' \n' ' ')" " 20 ann 20 nobody " "of two clients in turns, one is always itself or nobody"
is "$(grep -v '^$' "$bouncer/two.out" | sort | uniq -c | tr -s ' \n' ' ')" " 20 bob 40 nobody " "and so is the other"

# Many at once, each with an actor of its own; the table says who was seen where it must not be.
cat >"$bouncer/mixed.sql" <<'SQL'
\set n random(1, 1000)
BEGIN;
SELECT quire.become('actor ' || :n);
SELECT 1 / (quire.actor() = 'actor ' || :n)::int;
END;
SELECT 1 / (quire.actor() IS NULL)::int;
SQL
output=$(pgbench -h 127.0.0.1 -p "$port" -U gateway -n -c 8 -t 100 -f "$bouncer/mixed.sql" postgres 2>&1 || true)
matches "$output" 'actually processed: 800/800' "of many at once none is ever taken for another"
stop_bouncer
finish
