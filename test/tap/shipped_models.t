#!/usr/bin/env bash
# Every model that comes with quire, with its example in it: down to each version and up again, beside another instance,
# on a standby, and through a dump into another server.
. "$(dirname "$0")/tap.sh"

# rows DATABASE SCHEMA: a line for each table, with the number and a digest of its rows.
rows() {
    psql -X -q -A -t -d "$1" -v ON_ERROR_STOP=1 -v schema="$2" <<'SQL' 2>&1
SET client_min_messages = warning;
SET extra_float_digits = 3;
SELECT format('SELECT %L, count(*), md5(coalesce(string_agg(t::text, '' '' ORDER BY t::text), '''')) FROM %s AS t', relname, oid::regclass)
FROM pg_class WHERE relnamespace = quote_ident(:'schema')::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'quire_model_history' ORDER BY relname
\gexec
SQL
}

# definitions DATABASE SCHEMA: what pg_dump says of it, whatever the name of the schema is: triggers of a policy are named, and
# so sorted, by a digest of it.
definitions() { pg_dump -s -n "\"$2\"" "$1" | sed -E "s/\"$2\"|\b$2\b/S/g; s/(quire_access_[a-z]+_)[0-9a-f]{12}/\1/; /^\\\\(un)?restrict /d" | sort; }

private_server shipped_models
createdb site
run_psql -d site <<'SQL'
CREATE EXTENSION quire;
CREATE ROLE keeper;
GRANT CREATE ON DATABASE site TO keeper;
GRANT EXECUTE ON FUNCTION quire.become TO keeper;
SQL
models=$(query site "SELECT DISTINCT model FROM quire.model_step ORDER BY 1")
as_keeper() { query "$1" "SET ROLE keeper; SET client_min_messages = warning; $2"; }

for model in $models; do
    latest=$(query site "SELECT max(version) FROM quire.model_step WHERE model = '$model'")
    is "$(as_keeper site "SELECT quire.create_model('$model', '$model-1'), quire.create_model('$model', '$model-2')")" "$latest|$latest" \
        "$model: an ordinary role makes two of them"
    is "$(as_keeper site "SELECT quire.load_example('$model-1')" | grep -E '^(psql|ERROR|DETAIL|CONTEXT)')" "" "$model: and loads the example"
    filled=$(rows site "$model-1")
    is "$(grep -E '\|0\|' <<<"$filled" || true)" "" "$model: which has a row for every table"
    is "$(query site "SELECT * FROM quire.verify_model('$model-1')")" "" "$model: it is as it should be"
    untouched=$(rows site "$model-2")

    fresh=$(definitions site "$model-2")
    for version in $(seq $((latest - 1)) -1 0); do
        createdb -T site "from_$version"
        is "$(as_keeper "from_$version" "SELECT quire.downgrade_model('$model-1', $version)")" "$version" "$model: down to $version"
        before=$(rows "from_$version" "$model-1" | cut -d'|' -f1,2 | sort)
        is "$(as_keeper "from_$version" "SELECT quire.ensure_model('$model', '$model-1')")" "$latest" "$model: and up from $version"
        [ "$version" = 0 ] || is "$(comm -13 <(rows "from_$version" "$model-1" | cut -d'|' -f1,2 | sort) - <<<"$before")" "" "$model: with the rows that there were"
        is "$(query "from_$version" "SELECT * FROM quire.verify_model('$model-1')")" "" "$model: gives what a fresh install does"
        is "$(definitions "from_$version" "$model-1")" "$fresh" "$model: to the letter of the dump"
        is "$(rows "from_$version" "$model-2")" "$untouched" "$model: and leaves another instance alone"
        dropdb "from_$version"
    done
done

pg_basebackup -D "$server/standby" -R -c fast
[ "$(id -u)" != 0 ] || chown -R "$server_user" "$server/standby"
trap 'as_server pg_ctl -D "$server/standby" -m immediate -s stop >/dev/null 2>&1; leave' EXIT
as_server pg_ctl -D "$server/standby" -o '-p 5433' -l "$server/log/standby.log" -w -s start >/dev/null
for model in $models; do
    is "$(PGPORT=5433 rows site "$model-1")" "$(rows site "$model-1")" "$model: a standby reads the same rows"
    is "$(PGPORT=5433 query site "SELECT quire.ensure_model('$model', '$model-1') = max(version) FROM quire.model_step WHERE model = '$model'")" t \
        "$model: and a service starts there"
done
as_server pg_ctl -D "$server/standby" -m immediate -s stop >/dev/null

dumps=$(mktemp -d "${TMPDIR:-/tmp}/quire.XXXXXX")
pg_dumpall --roles-only | grep -v 'ROLE postgres' >"$dumps/roles.sql"
pg_dump site >"$dumps/site.sql"
for model in $models; do rows site "$model-1" >"$dumps/$model"; done
stop_server
private_server shipped_models_restored
trap 'rm -rf "$dumps"; leave' EXIT
run_psql -f "$dumps/roles.sql"
createdb site
is "$(run_psql -d site -f "$dumps/site.sql" 2>&1 >/dev/null)" "" "a dump of all restores in another server"
for model in $models; do
    is "$(rows site "$model-1")" "$(cat "$dumps/$model")" "$model: with every row as it was"
    is "$(query site "SELECT * FROM quire.verify_model('$model-1')")" "" "$model: and nothing has drifted"
    is "$(as_keeper site "SELECT quire.load_example('$model-2')" | grep -E '^(psql|ERROR|DETAIL|CONTEXT)')" "" "$model: triggers are alive: an example is loaded into the other"
done
finish
