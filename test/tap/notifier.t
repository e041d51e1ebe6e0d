#!/usr/bin/env bash
# The background notifier: writers leave waking to it, and nothing that can happen to it loses a wake-up for good.
. "$(dirname "$0")/tap.sh"

private_server notifier
as_server tee -a "$server/data/postgresql.conf" >/dev/null <<CONF
shared_preload_libraries = 'quire'
max_connections = 60
max_locks_per_transaction = 256
CONF
stop_server
start_server
export PGOPTIONS='-c lock_timeout=10s'
createdb work
run_psql -d work >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes'), quire.subscribe('public.changes', 'one');
SQL
workers() { query postgres "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'quire notifier'"; }
# heard_while COMMAND...: the cursors that a listener hears while the command runs, and a second longer.
heard_while() {
    psql -X -q -d work -c 'LISTEN "public.changes"' -c "SELECT pg_sleep(1.5)" -c "SELECT pg_sleep(${listening:-1.5})" -c "SELECT" >"$server/heard" 2>&1 &
    local listener=$!
    sleep 0.7
    "$@" >/dev/null
    wait $listener
    sed -n 's/^Asynchronous notification "public.changes" with payload "\([0-9]*\)".*/\1/p' "$server/heard"
}
last() { query work "SELECT max(seq) FROM changes"; }

is "$(workers)" 0 "without changes there is no worker"
is "$(heard_while query work "INSERT INTO jobs VALUES (DEFAULT)")" "$(last)" "a change is told"
is "$(heard_while query work "BEGIN; INSERT INTO jobs VALUES (DEFAULT); ROLLBACK")" "" "one that is rolled back is not"
query work "INSERT INTO jobs VALUES (DEFAULT)" >/dev/null
sleep 0.3
is "$(workers)" 1 "a worker does it"

echo "INSERT INTO jobs (n) VALUES (1);" >"$server/writer.sql"
heard=$(listening=2.5 heard_while pgbench -n -M prepared -c 32 -j 2 -T 2 -f "$server/writer.sql" work)
transactions=$(query work "SELECT count(DISTINCT txid) FROM changes")
is "$(sort -n <<<"$heard" | tail -1)" "$(last)" "after many transactions the last is told of"
ok $(($(wc -l <<<"$heard") * 5 > transactions)) "$(wc -l <<<"$heard") notifications for $transactions transactions"

as_root kill -9 "$(query work "SELECT pg_backend_pid() FROM pg_sleep(0)" >/dev/null; psql -X -q -A -t -d work -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'quire notifier'")" || true
sleep 1
until [ "$(query work 'SELECT 1')" = 1 ]; do sleep 0.1; done
is "$(heard_while query work "INSERT INTO jobs VALUES (DEFAULT)")" "$(last)" "after the worker was killed, and the server with it, changes are told again"
query work "INSERT INTO jobs VALUES (DEFAULT)" >/dev/null
sleep 0.2
query postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'quire notifier'" >/dev/null
is "$(heard_while query work "INSERT INTO jobs VALUES (DEFAULT)")" "$(last)" "after it was terminated, too"
createdb other -T template0
run_psql -d other >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes'), quire.subscribe('public.changes', 'one');
SQL
both() {
    query work "INSERT INTO jobs VALUES (DEFAULT)"
    query other "INSERT INTO jobs VALUES (1)"
    sleep 0.5
    workers >"$server/workers"
}
is "$(heard_while both)" "$(last)" "another database's changes are not told here"
is "$(cat "$server/workers")" 2 "each has its worker"
query postgres "DROP DATABASE other" >/dev/null

# A database goes, with more feeds still to be told of than there are places.
createdb gone -T template0
run_psql -d gone >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int);
DO $$
BEGIN
    FOR n IN 1..520 LOOP
        EXECUTE format('CREATE TABLE f%1$s (seq int8 PRIMARY KEY, fence xid8, txid xid8, type text, "table" text, key jsonb, version int8, changed text[],
            old jsonb, new jsonb, actor text, scope text[], at timestamptz); CREATE TABLE f%1$s_consumers (consumer text PRIMARY KEY, cursor int8);
            CREATE SEQUENCE f%1$s_seq OWNED BY f%1$s.seq; INSERT INTO f%1$s_consumers VALUES (%2$L, 0);
            CREATE TRIGGER t%1$s AFTER INSERT ON jobs REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION quire.notify_change(%3$L, %4$L)',
            n, 'one', '', format('{"feed": "f%s"}', n));
    END LOOP;
END $$;
SQL
psql -X -q -d gone >/dev/null <<'SQL'
SELECT 1;
\! psql -X -q -d postgres -c 'ALTER DATABASE gone ALLOW_CONNECTIONS false'
INSERT INTO jobs VALUES (1);
SQL
query postgres "DROP DATABASE gone" >/dev/null
sleep 11
is "$(workers)" 0 "its worker never came"
query work "INSERT INTO jobs VALUES (DEFAULT)" >/dev/null
sleep 0.5
is "$(workers)" 1 "others have its places"
query work "INSERT INTO jobs VALUES (DEFAULT)" >/dev/null
is "$(query postgres "DROP DATABASE work")" "" "its database can be dropped"
is "$(workers)" 0 "with which it ends"

createdb work
run_psql -c "ALTER SYSTEM SET max_worker_processes = 0" >/dev/null
stop_server
start_server
run_psql -d work >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes'), quire.subscribe('public.changes', 'one');
SQL
is "$(heard_while query work "INSERT INTO jobs VALUES (1)")" 1 "where no worker is to be had, the writer tells by itself"
finish
