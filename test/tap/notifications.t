#!/usr/bin/env bash
# What listeners hear of changes.
. "$(dirname "$0")/tap.sh"

private_server notifications
export PGOPTIONS='-c lock_timeout=10s'
run_psql >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int PRIMARY KEY, state text, note text, version int);
CREATE TABLE keyless (a int);
SELECT quire.watch('jobs'), quire.watch('keyless');
SQL

# heard SQL: the payloads that a session hears of what it does, without what differs from run to run.
heard() {
    psql -X -A -t -q -c "LISTEN jobs; LISTEN keyless; LISTEN \"public.changes\"" -c "$1" -c "SELECT" 2>&1 |
        sed -n 's/^Asynchronous notification "[^"]*" with payload "\(.*\)" received from server process.*/\1/p' |
        sed -E 's/,"at":"[^"]*","txid":"[0-9]+"//'
}
is "$(heard "INSERT INTO jobs VALUES (1, 'open', 'x', 3)")" \
    '{"type":"create","table":"public.jobs","key":{"id":1},"version":3,"actor":null}' "an insert"
is "$(heard "UPDATE jobs SET state = 'closed', version = 4")" \
    '{"type":"update","table":"public.jobs","key":{"id":1},"version":4,"changed":["state","version"],"actor":null}' "an update"
is "$(heard "UPDATE jobs SET id = 11"; query postgres "UPDATE jobs SET id = 1" >/dev/null)" \
    '{"type":"update","table":"public.jobs","key":{"id":11},"version":4,"changed":["id"],"old":{"id":1},"actor":null}' "another key"
is "$(heard "INSERT INTO jobs VALUES (2), (3)")" \
    '{"type":"create","table":"public.jobs","rows":2,"keys":[{"id":2},{"id":3}],"actor":null}' "two rows in one message"
is "$(heard "INSERT INTO jobs SELECT generate_series(1000, 9000)")" \
    '{"type":"create","table":"public.jobs","rows":8001,"actor":null,"truncated":true}' "very many, whose keys do not fit"
is "$(heard "DELETE FROM jobs WHERE id = 3")" '{"type":"delete","table":"public.jobs","key":{"id":3},"actor":null}' "a delete"
is "$(heard "TRUNCATE jobs")" '{"type":"truncate","table":"public.jobs","actor":null}' "a truncate"
is "$(heard "INSERT INTO keyless VALUES (1)")" '{"type":"create","table":"public.keyless","key":null,"actor":null}' "a row without a key"
is "$(heard "BEGIN; INSERT INTO jobs VALUES (9); ROLLBACK")" "" "nothing is sent on rollback"
is "$(heard "UPDATE jobs SET state = 'none' WHERE id = 77")" "" "nor of no row"
is "$(heard "SET quire.notify = off; INSERT INTO jobs VALUES (10)")" "" "nor when it is switched off"
is "$(query postgres "BEGIN; SET LOCAL quire.notify = off; INSERT INTO jobs VALUES (11); PREPARE TRANSACTION 'p'"; query postgres "COMMIT PREPARED 'p'")" "" "so that a transaction can be prepared"

query postgres "SELECT quire.watch('jobs', payload => 'row'); TRUNCATE jobs" >/dev/null
is "$(heard "INSERT INTO jobs VALUES (1, 'open', 'a \"b\" \\ é')")" \
    '{"type":"create","table":"public.jobs","key":{"id":1},"new":{"id":1,"state":"open","note":"a \"b\" \\ é","version":null},"actor":null}' "the whole row"
is "$(heard "UPDATE jobs SET note = repeat('x', 9000)")" \
    '{"type":"update","table":"public.jobs","key":{"id":1},"changed":["note"],"actor":null,"truncated":true}' "a row too large for a message does not stop the write"
query postgres "SELECT quire.watch('jobs', payload => 'diff', columns => '{state}')" >/dev/null
is "$(heard "UPDATE jobs SET state = 'closed', version = 2")" \
    '{"type":"update","table":"public.jobs","key":{"id":1},"version":2,"changed":["state","version"],"old":{"state":"open","version":null},"new":{"state":"closed","version":2},"actor":null}' "what differs"
is "$(heard "UPDATE jobs SET note = 'y'")" "" "not of columns that do not count"

query postgres "SELECT quire.unwatch('jobs'), quire.create_feed('public.changes'), quire.watch('jobs', feed => 'public.changes')" >/dev/null
is "$(heard "UPDATE jobs SET note = 'z'")" "" "a feed that nobody subscribes to wakes nobody"
query postgres "SELECT quire.subscribe('public.changes', 'me')" >/dev/null
is "$(heard "BEGIN; UPDATE jobs SET note = 'z'; UPDATE jobs SET note = 'z'; INSERT INTO jobs VALUES (5), (6); COMMIT")" 5 \
    "else once a transaction, with the last cursor"
is "$(heard "BEGIN; INSERT INTO jobs VALUES (7); ROLLBACK")" "" "not on rollback"
is "$(query postgres "BEGIN; INSERT INTO jobs VALUES (8); PREPARE TRANSACTION 'p'" ; query postgres "SELECT count(*) FROM quire.read_feed('public.changes')"; query postgres "COMMIT PREPARED 'p'"; query postgres "SELECT count(*) FROM quire.read_feed('public.changes')")" \
    $'5\n6' "a prepared transaction's events come when it is committed"
query postgres "UPDATE changes SET fence = '99999999999'" >/dev/null
is "$(query postgres "SELECT count(*) FROM quire.read_feed('public.changes')"; query postgres "SELECT quire.trim_feed('public.changes', force => true)")" \
    $'6\n6' "events that came from another cluster, whose transactions counted further, are not waited for"
finish
