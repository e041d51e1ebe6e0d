#!/usr/bin/env bash
# No secret gets into the server's log, or into an error, whatever fails in the functions of secrets.
. "$(dirname "$0")/tap.sh"

private_server secrets-log
createdb -T template0 -E UTF8 --locale=C work
createdb -T template0 -E SQL_ASCII --locale=C ascii
createdb -T template0 -E EUC_JP --locale=C japanese
for database in work ascii japanese; do run_psql -d $database -c 'CREATE EXTENSION quire'; done
run_psql -c "ALTER SYSTEM SET log_parameter_max_length_on_error = -1" -c "SELECT pg_reload_conf()" >/dev/null
log=$server/log/server.log
salt=StfnklvXKzSn3gOP
slow="pbkdf2:sha256:9999999\$$salt\$e86b2641c64208569ca7d441edf996ceefae7b8a114685d829bd7239ee93867e"
greedy="\$argon2id\$v=19\$m=4000000,t=2,p=2\$$salt\$F68yWQIbxjbsUyrSXr5yQA"

# What is to be seen in the log when nobody hides it.
query work "SELECT 'hunter2', 1/0" >/dev/null
is "$(grep -c "STATEMENT:.*hunter2" "$log")" 1 "other statements that fail are logged with what they hold"

# silent NAME SQLSTATE DATABASE SQL: fails so, and shows neither password nor hash to anybody.
silent() {
    local before said new
    before=$(wc -l <"$log")
    said=$(psql -X -q -A -t -v VERBOSITY=verbose -v SHOW_CONTEXT=never -d "$3" -c "$4" 2>&1 || true)
    new=$(tail -n +$((before + 1)) "$log")
    matches "$said" "ERROR:  $2:" "$1: is an error"
    matches "$new" "ERROR:  " "$1: which is logged"
    is "$(grep -cE "hunter2|$salt|STATEMENT|CONTEXT|0x[0-9a-f]{2}" <<<"$said$new" || true)" 0 "$1: with no secret"
}

silent "a text that is no hash" 22023 work "SELECT quire.verify_password('hunter2', '$salt')"
silent "a malformed hash" 22023 work "SELECT quire.verify_password('hunter2', 'pbkdf2:sha256:1000\$$salt\$zz')"
silent "one asked about alone" 22023 work "SELECT 'hunter2', quire.needs_rehash('\$2b\$$salt')"
silent "columns of bytes" 22023 work "SELECT quire.verify_password('hunter2', '\\x00'::bytea, '$salt', 'pbkdf2:sha256:1000')"
silent "a greedy hash" 54000 work "SELECT quire.verify_password('hunter2', '$greedy')"
silent "a long password" 54000 work "SELECT quire.hash_password(repeat('hunter2', 1000))"
silent "a long token" 54000 work "SELECT quire.token_digest(repeat('hunter2', 10000))"
silent "a timeout" 57014 work "SET statement_timeout = 100; SELECT quire.verify_password('hunter2', '$slow')"
silent "dynamic SQL" 22023 work "DO \$\$ BEGIN EXECUTE format('SELECT quire.verify_password(%L, %L)', 'hunter2', '$salt'); END \$\$"
silent "parameters" 22023 work "PREPARE login AS SELECT quire.verify_password(\$1, \$2); EXECUTE login('hunter2', '$salt')"
silent "bytes that are no UTF-8" 22021 ascii "SELECT quire.hash_password('hunter2' || E'\\xe9\\xe9')"
silent "a character without a counterpart" 22021 japanese "SELECT quire.hash_password('hunter2' || convert_from('\\xfdfd', 'EUC_JP'))"

# An error of a parallel worker would be logged by its leader, which does not know that it is to keep silent.
if [ "$PG_MAJOR" -ge 16 ]; then parallel=debug_parallel_query; else parallel=force_parallel_mode; fi
silent "a parallel query" 22023 work "SET $parallel = on; SELECT quire.verify_password('hunter2', '$salt') FROM pg_class"
silent "a digest in one" 54000 work "SET $parallel = on; SELECT quire.token_digest(repeat(relname, 10000) || 'hunter2') FROM pg_class"
is "$(grep -c hunter2 "$log")" 1 "the password is in the log but once"
finish
