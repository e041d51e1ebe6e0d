#!/usr/bin/env bash
# What consumers get of a feed while many write, transactions fail, consumers forget to acknowledge, the feed is trimmed and
# the server is killed: every committed change at least once, nothing else, each row's changes in their order.
# QUIRE_STRESS_SECONDS (8 unless told) makes it longer.
. "$(dirname "$0")/tap.sh"

private_server feeds
seconds=${QUIRE_STRESS_SECONDS:-8}
run_psql -c "ALTER SYSTEM SET max_connections = 60" -c "ALTER SYSTEM SET log_min_messages = panic" >/dev/null
stop_server
start_server
run_psql >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, writer int);
CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL);
INSERT INTO counters SELECT i, 0 FROM generate_series(1, 60) i;
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes'), quire.watch('counters', feed => 'public.changes', payload => 'row');
SELECT quire.subscribe('public.changes', 'careless'), quire.subscribe('public.changes', 'careful');
CREATE TABLE careful (position bigint GENERATED ALWAYS AS IDENTITY, cursor text, "table" text, key jsonb, n int);
CREATE TABLE careless (LIKE careful INCLUDING ALL);
SQL

cat >"$server/writer.sql" <<'SQL'
\set counter random(1, 60)
\set pause random(0, 4000)
\set fate random(1, 10)
BEGIN;
INSERT INTO jobs (writer) SELECT :client_id FROM generate_series(1, :fate);
\sleep :pause us
SAVEPOINT later;
UPDATE counters SET n = n + 1 WHERE id = :counter;
\if :fate = 1
ROLLBACK TO later;
\endif
\sleep :pause us
\if :fate = 2
ROLLBACK;
\else
COMMIT;
\endif
SQL

# Both stop once they find nothing after the file "done" is there.
careful() {
    local got
    while true; do
        got=$(query postgres "WITH batch AS (INSERT INTO careful (cursor, \"table\", key, n)
                SELECT cursor, \"table\", key, (new->>'n')::int FROM quire.next_events('public.changes', 'careful', $((RANDOM % 6000 + 1))) RETURNING cursor)
            SELECT quire.ack('public.changes', 'careful', max(cursor::bigint)::text) FROM batch")
        [ -n "$got" ] || { [ ! -f "$server/done" ] || break; sleep 0.02; }
    done
}
# It works in one transaction and acknowledges in another, and every third time it is gone before that.
careless() {
    local got last
    while true; do
        got=$(psql -X -q -A -t -F $'\t' -c "SELECT cursor, \"table\", key, new->>'n' FROM quire.next_events('public.changes', 'careless', $((RANDOM % 6000 + 1)))" 2>/dev/null) || got=
        if [ -z "$got" ]; then [ ! -f "$server/done" ] || break; sleep 0.02; continue; fi
        echo "$got" >>"$server/careless"
        last=$(tail -1 <<<"$got" | cut -f1)
        [ $((RANDOM % 3)) = 0 ] || query postgres "SELECT quire.ack('public.changes', 'careless', '$last')" >/dev/null
    done
}
# What is trimmed, by whole partitions too, is nothing that a consumer has yet to get.
trim() {
    while [ ! -f "$server/done" ]; do
        query postgres "SELECT quire.trim_feed('public.changes')" | grep -xE '[0-9]+' >>"$server/trimmed" || true
        sleep 0.5
    done
}
write_until() {
    while [ ! -f "$server/enough" ]; do
        pgbench -n -M prepared -c 32 -j 2 -T 2 -f "$server/writer.sql" postgres >/dev/null 2>&1 || sleep 0.2
    done
}
write_until & writers=$!
careful & one=$!
careless & two=$!
trim & three=$!
kills=0
for ((second = 0; second < seconds; second += 4)); do
    sleep 3
    # One backend that dies so takes all others along, and the server recovers.
    victim=$(query postgres "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench' LIMIT 1")
    [[ $victim =~ ^[0-9]+$ ]] && { as_root kill -9 "$victim" && kills=$((kills + 1)) || true; }
    sleep 1
done
touch "$server/enough"
wait $writers
until [ "$(query postgres 'SELECT 1')" = 1 ]; do sleep 0.1; done
touch "$server/done"
wait $one $two $three

run_psql -c "COPY careless (cursor, \"table\", key, n) FROM STDIN (FORMAT text, NULL '')" <"$server/careless"
ok $((kills == 0)) "the server was killed $kills times"
facts=$(query postgres "SELECT (SELECT count(*) FROM jobs) || ' rows inserted, ' || (SELECT sum(n) FROM counters) || ' updates, '
    || (SELECT count(*) FROM careless) - (SELECT count(DISTINCT cursor) FROM careless) || ' events given out again'")
ok $(("$(query postgres 'SELECT count(*) FROM jobs')" < 100)) "$facts"
trimmed=$(awk '{ sum += $1 } END { print sum + 0 }' "$server/trimmed")
turns=$(query postgres 'SELECT last_value >> 32 FROM changes_seq')
whole=$(awk '$1 > 10000' "$server/trimmed" | wc -l)
ok $((trimmed == 0)) "$trimmed numbers were trimmed, $whole times by whole partitions, of which $turns were taken in turn"
for consumer in careful careless; do
    is "$(query postgres "SELECT (SELECT count(*) FROM jobs j WHERE NOT EXISTS (SELECT FROM $consumer c WHERE c.\"table\" = 'public.jobs' AND c.key = jsonb_build_object('id', j.id)))
        || ' ' || (SELECT count(*) FROM counters, generate_series(1, counters.n) i WHERE NOT EXISTS
            (SELECT FROM $consumer c WHERE c.\"table\" = 'public.counters' AND c.key = jsonb_build_object('id', id) AND c.n = i))")" "0 0" "$consumer: no change is missing"
    is "$(query postgres "SELECT (SELECT count(*) FROM $consumer c WHERE \"table\" = 'public.jobs' AND NOT EXISTS (SELECT FROM jobs WHERE key = jsonb_build_object('id', id)))
        || ' ' || (SELECT count(*) FROM $consumer c WHERE \"table\" = 'public.counters' AND NOT EXISTS (SELECT FROM counters WHERE key = jsonb_build_object('id', id) AND c.n BETWEEN 1 AND counters.n))")" "0 0" "$consumer: none is invented"
    is "$(query postgres "SELECT count(*) FROM (SELECT n, lag(n) OVER (PARTITION BY key ORDER BY position) AS before FROM
            (SELECT DISTINCT ON (cursor) * FROM $consumer WHERE \"table\" = 'public.counters' ORDER BY cursor, position) once) s WHERE n <> coalesce(before, 0) + 1")" 0 "$consumer: each row's changes come in their order"
done
is "$(query postgres "SELECT count(*) - count(DISTINCT cursor) FROM careful")" 0 "careful: which acknowledges where it works, nothing comes twice"
finish
