#!/usr/bin/env bash
# The example clients miss nothing when the server is restarted under them.
. "$(dirname "$0")/tap.sh"
require_packages python3-psycopg2
require_node_client

private_server listen
run_psql >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int PRIMARY KEY);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes', payload => 'row');
SELECT quire.subscribe('public.changes', 'py'), quire.subscribe('public.changes', 'mjs');
INSERT INTO jobs VALUES (0);
SQL
declare -A clients
for language in py mjs; do
    program=(/usr/bin/python3)
    [ $language = py ] || program=(node)
    PGOPTIONS='' timeout 120 "${program[@]}" "$root/examples/listen.$language" public.changes $language 5 >"$server/$language" 2>"$server/$language.errors" &
    clients[$language]=$!
done
for i in $(seq 1 40); do
    query postgres "INSERT INTO jobs VALUES ($i)" >/dev/null
    case $i in
        15) stop_server; query postgres 'SELECT'; sleep 1; start_server ;;
        # A crash: the connections break without a word.
        30) as_server pg_ctl -D "$server/data" -m immediate -w -s stop; start_server ;;
    esac
done >/dev/null
for language in py mjs; do
    rc=0
    wait "${clients[$language]}" || rc=$?
    ok $rc "listen.$language ends well" "$(tail -3 "$server/$language.errors")"
    is "$(grep -oE '"id": ?[0-9]+}$' "$server/$language" | grep -o '[0-9]*' | sort -nu | tr '\n' ' ')" \
        "$(query postgres 'SELECT id FROM jobs ORDER BY 1' | tr '\n' ' ')" "and has printed every change"
    matches "$(cat "$server/$language.errors")" 'reconnecting' "after it had lost its connection"
done
finish
