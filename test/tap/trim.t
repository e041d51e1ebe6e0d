#!/usr/bin/env bash
# What trimming takes from a feed: few events one by one, many by whole partitions, and nothing that anybody has yet to read.
. "$(dirname "$0")/tap.sh"

private_server trim
export PGOPTIONS='-c lock_timeout=20s'
run_psql >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes', payload => 'row');
SELECT quire.subscribe('public.changes', 'one');
SQL
write() { query postgres "INSERT INTO jobs SELECT generate_series($1, $2)" >/dev/null; }
trim() { query postgres "SELECT quire.trim_feed('public.changes'${1:+, $1})"; }
ack() { query postgres "SELECT quire.ack('public.changes', 'one', (SELECT max(seq)::text FROM changes WHERE new->>'id' = '$1'))" >/dev/null; }
# How many events each partition has, and how many are before the consumer.
kept() { query postgres "SELECT string_agg((SELECT count(*) FROM changes WHERE tableoid = ('changes_' || i)::regclass)::text, ' ' ORDER BY i) FROM generate_series(0, 5) i"; }
ahead() { query postgres "SELECT count(*) || ' ' || min((new->>'id')::int) || ' ' || max((new->>'id')::int) FROM quire.next_events('public.changes', 'one', 1000000)"; }

write 1 100
ack 30
is "$(trim) $(kept)" "30 70 0 0 0 0 0" "a small feed keeps what was not acknowledged, and nothing else"
write 101 40000
ack 25000
is "$(trim) $(kept)" "10000 29970 0 0 0 0 0" "of a large one that is not done with, a part goes one by one"
write 40001 50000
is "$(kept)" "29970 10000 0 0 0 0" "and what comes then goes to the next partition"
is "$(ahead)" "25000 25001 50000" "which readers do not notice"
ack 40000
is "$(trim)" 29970 "a partition goes as a whole once all of it is acknowledged"
is "$(query postgres "SELECT pg_relation_size('changes_0') || ' ' || sum(n_tup_del) FROM pg_stat_user_tables WHERE relname LIKE 'changes__'")" "0 10030" \
    "without its rows being deleted"
is "$(ahead)" "10000 40001 50000" "what comes after it stays"
for from in 50001 61001 72001 83001 94001 105001 116001; do write $from $((from + 10999)); trim >/dev/null; done
is "$(kept)" "22000 21000 11000 11000 11000 11000" "with nowhere to go on to, events go where they went; none is refused"
is "$(ahead)" "87000 40001 127000" "nor lost"
ack 127000
is "$(trim) $(kept)" "87000 0 0 0 0 0 0" "and all partitions can be had again"

# Who reads holds up partitions, not those who write or trim.
write 1 20000
ack 20000
psql -X -q >/dev/null <<'SQL' &
BEGIN;
SELECT count(*) FROM quire.read_feed('public.changes');
SELECT pg_sleep(4);
COMMIT;
SQL
sleep 1
is "$(trim)" 10000 "while a reader's transaction is open, events are deleted"
is "$(PGOPTIONS='-c statement_timeout=500' query postgres 'INSERT INTO jobs VALUES (20001)')" "" "and writers do not wait"
wait $!
is "$(trim) $(kept | tr ' ' '\n' | sort -n | tail -1)" "10000 1" "after it, the partition goes"
write 1 12000
ack 12000
is "$(psql -X -q -A -t -c BEGIN -c "DECLARE c CURSOR FOR SELECT FROM changes; FETCH 1 FROM c" -c "SELECT quire.trim_feed('public.changes')" -c COMMIT 2>&1 | tail -1)" 10000 \
    "nor do cursors of the same session"
trim >/dev/null
write 13000 13000
is "$(psql -X -q -A -t -c "BEGIN ISOLATION LEVEL REPEATABLE READ" -c "SELECT quire.trim_feed('public.changes', force => true)" -c COMMIT)" 1 "in a transaction that sees one state only, events are deleted"

# By age.
write 1 12000
trim "interval '4 days'" >/dev/null
is "$(query postgres "SELECT count(DISTINCT tableoid) FROM changes"; write 12001 12010; query postgres "SELECT count(DISTINCT tableoid) FROM changes")" $'1\n1' "young events stay together"
query postgres "UPDATE changes SET at = at - interval '25 hours'" >/dev/null
is "$(trim "interval '4 days', true")" 0 "those of a quarter of the age are kept"
write 12011 12020
is "$(query postgres "SELECT count(DISTINCT tableoid) FROM changes")" 2 "but no longer added to"
query postgres "UPDATE changes SET at = at - interval '4 days' WHERE new->>'id' <> '12020'" >/dev/null
is "$(trim "interval '4 days', true")" 12019 "those that are older go, in whole partitions and one by one"
is "$(trim "interval '1 second'")" 0 "but not before they are acknowledged"

# Other roles.
query postgres "CREATE ROLE cleaner; GRANT SELECT, DELETE ON changes, changes_consumers TO cleaner; GRANT USAGE ON SCHEMA quire TO cleaner" >/dev/null
write 1 12000
is "$(psql -X -q -A -t -c "SET ROLE cleaner" -c "SELECT quire.trim_feed('public.changes', force => true)" 2>&1)" 10000 "who may only delete does that"

# As 0.3.0 made it.
run_psql >/dev/null <<'SQL'
CREATE TABLE old (seq int8 PRIMARY KEY, fence xid8 NOT NULL, txid xid8 NOT NULL, type text NOT NULL, "table" text NOT NULL, key jsonb,
    version int8, changed text[], old jsonb, new jsonb, actor text, scope text[], at timestamptz NOT NULL);
CREATE TABLE old_consumers (consumer text PRIMARY KEY, cursor int8 NOT NULL, subscribed_at timestamptz NOT NULL DEFAULT now(), acknowledged_at timestamptz);
CREATE SEQUENCE old_seq OWNED BY old.seq;
SELECT quire.watch('jobs', feed => 'public.old', payload => 'row'), quire.subscribe('public.old', 'one');
INSERT INTO jobs SELECT generate_series(1, 15000);
SQL
is "$(query postgres "SELECT count(*), max(quire.ack('public.old', 'one', '14000')) FROM quire.next_events('public.old', 'one', 20000)")" "15000|14000" "a feed of 0.3.0 is written and read"
is "$(query postgres "SELECT quire.trim_feed('public.old'), quire.trim_feed('public.old')"; query postgres "SELECT count(*) FROM old")" $'14000|0\n1000' "and trimmed, one by one"
query postgres "SELECT quire.unwatch('jobs', feed => 'public.old'), quire.drop_feed('public.old')" >/dev/null

# Dump and restore.
trim "force => true" >/dev/null
write 1 100
createdb restored
is "$(pg_dump postgres | psql -X -q -v ON_ERROR_STOP=1 -d restored 2>&1 >/dev/null)" "" "a dump restores without a word"
events="SELECT string_agg(r::text, ' ') FROM quire.read_feed('public.changes', max => 1000000) r"
is "$(query restored "$events")" "$(query postgres "$events")" "with all events"
query restored "INSERT INTO jobs VALUES (101)" >/dev/null
is "$(query restored "SELECT count(*) || ' ' || (array_agg(new->>'id' ORDER BY cursor::int8 DESC))[1] FROM quire.read_feed('public.changes', max => 1000000)")" \
    "$(query postgres "SELECT count(*) + 1 || ' 101' FROM changes")" "and further ones behind them"
finish
