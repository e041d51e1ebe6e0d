#!/usr/bin/env bash
# The example clients miss nothing when the server is restarted under them.
. "$(dirname "$0")/tap.sh"
require_packages python3-psycopg2

private_server listen
run_psql >/dev/null <<'SQL'
CREATE EXTENSION quire;
CREATE TABLE jobs (id int PRIMARY KEY);
SELECT quire.create_feed('public.changes');
SELECT quire.watch('jobs', feed => 'public.changes', payload => 'row');
SELECT quire.subscribe('public.changes', 'python');
INSERT INTO jobs VALUES (0);
SQL
PGOPTIONS='' timeout 60 /usr/bin/python3 "$root/examples/listen.py" public.changes python 4 >"$server/heard" 2>"$server/reconnected" &
client=$!
for i in $(seq 1 40); do
    query postgres "INSERT INTO jobs VALUES ($i)" >/dev/null
    if [ $((i % 15)) = 0 ]; then
        stop_server
        start_server
    fi
done
wait $client
ok $? "listen.py ends well"
is "$(cut -d' ' -f4- "$server/heard" | grep -o '"id": [0-9]*}$' | grep -o '[0-9]*' | sort -nu | tr '\n' ' ')" \
    "$(query postgres 'SELECT id FROM jobs ORDER BY 1' | tr '\n' ' ')" "and has printed every change"
matches "$(cat "$server/reconnected")" 'reconnecting' "after it had lost its connection"
finish
