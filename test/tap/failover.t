#!/usr/bin/env bash
# A feed on a standby, and after that has taken the primary's place.
. "$(dirname "$0")/tap.sh"

private_server failover
as_server tee -a "$server/data/postgresql.conf" >/dev/null <<CONF
shared_preload_libraries = 'quire'
CONF
stop_server
start_server
run_psql >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes', payload => 'row'), quire.subscribe('public.changes', 'one');
INSERT INTO jobs SELECT generate_series(1, 12000);
SELECT quire.ack('public.changes', 'one', '11000'), quire.trim_feed('public.changes');
INSERT INTO jobs VALUES (12001);
SQL
pg_basebackup -D "$server/standby" -R -c fast
[ "$(id -u)" != 0 ] || chown -R "$server_user" "$server/standby"
trap 'as_server pg_ctl -D "$server/standby" -m immediate -s stop >/dev/null 2>&1; leave' EXIT
as_server pg_ctl -D "$server/standby" -o '-p 5433' -l "$server/log/standby.log" -w -s start >/dev/null
there() { PGPORT=5433 query postgres "$1"; }
# Until the standby has all that the primary has written.
follow() {
    local place
    query postgres "SELECT pg_logical_emit_message(true, 'quire', 'flushes what is before it')" >/dev/null
    place=$(query postgres 'SELECT pg_current_wal_lsn()')
    until [ "$(there "SELECT pg_last_wal_replay_lsn() >= '$place'")" = t ]; do sleep 0.1; done
}
ids="SELECT string_agg(new->>'id', ' ') FROM quire.read_feed('public.changes', (SELECT max(seq)::text FROM changes WHERE new->>'id' = '12000'))"
events="SELECT md5(string_agg(r::text, ' ')) FROM quire.read_feed('public.changes', max => 100000) r"

follow
is "$(there "$events")" "$(query postgres "$events")" "a standby reads the feed"

# A number is drawn and not committed; the next is, with a fence beyond all transactions that the standby has heard of.
psql -X -q -c BEGIN -c "INSERT INTO jobs VALUES (12002)" -c "SELECT pg_sleep(5)" -c COMMIT >/dev/null &
one=$!
sleep 0.5
psql -X -q -c BEGIN -c "SELECT pg_current_xact_id()" -c "SELECT pg_sleep(1.5)" -c "INSERT INTO jobs VALUES (12003)" -c COMMIT >/dev/null &
two=$!
sleep 0.7
psql -X -q -c BEGIN -c "SELECT pg_current_xact_id()" -c "SELECT pg_sleep(4)" -c ROLLBACK >/dev/null &
three=$!
wait $two
follow
is "$(there "SELECT count(*) FROM jobs WHERE id = 12003"; there "$ids")" $'1\n12001' "it steps over no event that is still to come"
wait $one $three
follow
is "$(there "$ids")" "12001 12002 12003" "and gives it out once it has come"

query postgres "INSERT INTO jobs VALUES (12004)" >/dev/null
psql -X -q -c BEGIN -c "INSERT INTO jobs VALUES (0)" -c "SELECT pg_sleep(60)" >/dev/null 2>&1 &
sleep 0.5
follow
as_server pg_ctl -D "$server/data" -m immediate -s stop
as_server pg_ctl -D "$server/standby" -w -s promote >/dev/null
export PGPORT=5433
is "$(query postgres "$ids")" "12001 12002 12003 12004" "promoted, it has every event that was committed"
psql -X -q -c 'LISTEN "public.changes"' -c "SELECT pg_sleep(2)" -c "SELECT" >"$server/heard" 2>&1 &
listener=$!
sleep 0.7
query postgres "INSERT INTO jobs VALUES (12005)" >/dev/null
wait $listener
matches "$(cat "$server/heard")" 'notification "public.changes"' "its own notifier tells of the next"
is "$(query postgres "$ids")" "12001 12002 12003 12004 12005" "which comes after them"
is "$(query postgres "SELECT quire.ack('public.changes', 'one', max(seq)::text) IS NOT NULL FROM changes"; query postgres "SELECT quire.trim_feed('public.changes') > 1000"; query postgres "SELECT count(*) FROM changes")" \
    $'t\nt\n0' "and it can be trimmed"
finish
