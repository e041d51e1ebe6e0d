#!/usr/bin/env bash
# Each released version, with data in it, upgrades to exactly what a fresh install gives; its old SQL runs on the new
# library.
. "$(dirname "$0")/tap.sh"

private_server upgrade
scripts=$server/root$("$PG_CONFIG" --sharedir)/extension
current=$(version)

# All definitions, comments, privileges and column orders of the extension's members: pg_dump shows members only as
# pg_upgrade asks for them. OIDs, places in the log, numbers of transactions, and the random words around the script, say
# nothing.
definitions() {
    pg_dump --binary-upgrade --schema-only "$1" |
        sed -E "s/'[0-9]+'::pg_catalog\.oid/OID/g; s/'\{[0-9,]+\}', '\{\"/'{OID}', '{\"/; s/'\{[0-9A-F,\/]+\}'::pg_catalog\.pg_lsn/LSN/; s/relfrozenxid = '[0-9]+', relminmxid = '[0-9]+'/XID/; s/WHERE oid = '[0-9]+'/WHERE OID/; /^\\\\(un)?restrict /d"
}

# What a user has made with the extension, and an answer that depends on it.
populate() {
    run_psql -d "$1" <<'SQL'
CREATE TABLE people (id int PRIMARY KEY, email quire.email UNIQUE, state text, version_id bigint);
CREATE TRIGGER email BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION quire.check_email('email');
CREATE TRIGGER state BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION quire.check_state('state', '* -> open, open -> closed');
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION quire.version_id();
INSERT INTO people SELECT i, 'p' || i || '@x.org', 'open', i FROM generate_series(1, 100) i;
SQL
}
use() {
    query "$1" "SELECT id, email, state FROM people WHERE email = 'P7@x.org'; UPDATE people SET state = 'closed' WHERE id = 7 RETURNING state, version_id > 7; INSERT INTO people VALUES (200, 'P8@X.ORG', 'open'); INSERT INTO people VALUES (200, 'p200@x.org', 'closed')"
}

createdb fresh
run_psql -d fresh -c 'CREATE EXTENSION quire'
is "$(query fresh "SELECT extversion FROM pg_extension WHERE extname = 'quire'")" "$current" "version $current installs"
definitions fresh >"$server/fresh.sql"
ok "$(grep -q 'CREATE OPERATOR pg_catalog.=' "$server/fresh.sql"; echo $?)" "the comparison sees the members"
populate fresh
expected=$(use fresh)

# A released script stays as it was released; between releases the current version has none.
frozen=$root/upgrade/frozen/quire--$current.sql
[ ! -e "$frozen" ] || is "$(cat "$root/quire--$current.sql")" "$(cat "$frozen")" "the script of $current is the released one"

for script in "$root"/upgrade/frozen/quire--*.sql; do
    [ -e "$script" ] || continue
    old=$(basename "$script" .sql); old=${old#quire--}
    [ "$old" != "$current" ] || continue
    cp "$script" "$scripts/"
    createdb "old_$old"
    run_psql -d "old_$old" -c "CREATE EXTENSION quire VERSION '$old'"
    populate "old_$old"
    pg_dump "old_$old" >"$server/old_$old.dump"
    createdb "kept_$old" -T "old_$old"
    is "$(use "kept_$old")" "$expected" "SQL of $old runs on the library of $current"
    run_psql -d "old_$old" -c 'ALTER EXTENSION quire UPDATE'
    is "$(query "old_$old" "SELECT extversion FROM pg_extension WHERE extname = 'quire'")" "$current" "$old upgrades to $current"
    is "$(use "old_$old")" "$expected" "and works on its data"
    createdb "bare_$old"
    run_psql -d "bare_$old" -c "CREATE EXTENSION quire VERSION '$old'" -c 'ALTER EXTENSION quire UPDATE'
    is "$(definitions "bare_$old")" "$(cat "$server/fresh.sql")" "$old upgraded is what a fresh install of $current is"
    createdb "restored_$old"
    is "$(run_psql -d "restored_$old" -f "$server/old_$old.dump" 2>&1 >/dev/null)" "" "a dump of $old restores on $current"
    is "$(use "restored_$old")" "$expected" "and works"
done
finish
