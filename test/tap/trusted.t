#!/usr/bin/env bash
# Roles without privileges: who may create the extension, and who may use it.
. "$(dirname "$0")/tap.sh"

private_server trusted
run_psql -c 'CREATE ROLE maker LOGIN' -c 'CREATE ROLE worker LOGIN' -c 'CREATE ROLE stranger LOGIN' -c 'CREATE DATABASE work'
run_psql -d work -c 'GRANT CREATE ON DATABASE work TO maker' -c 'GRANT CREATE ON SCHEMA public TO worker'
as() { PGUSER=$1 query work "$2"; }

matches "$(as stranger 'CREATE EXTENSION quire')" 'permission denied' "not everybody may create the extension"
is "$(as maker 'CREATE EXTENSION quire')" "" "a role that may create in the database may"
is "$(as stranger "SELECT quire.is_email('jo@x.org'), 'Jo@x.org'::quire.email = 'jo@x.org'")" "t|t" "everybody may use it"
is "$(as worker "
    CREATE TABLE t (id int PRIMARY KEY, email text, state text, version_id bigint);
    CREATE TRIGGER email BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION quire.check_email('email');
    CREATE TRIGGER state BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION quire.check_state('state', '* -> a, a -> b');
    CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION quire.version_id();
    INSERT INTO t VALUES (1, 'jo@x.org', 'a');
    SELECT quire.next_states('t', 'state', 'a');")" "{b}" "on tables of one's own"
matches "$(as worker "INSERT INTO t VALUES (2, 'JO@x.org', 'a')")" 'already in use' "where its rules hold"
matches "$(as worker "CREATE FUNCTION quire.is_email(varchar) RETURNS bool LANGUAGE sql AS 'SELECT true'")" 'permission denied' \
    "nobody puts anything into its schema"
matches "$(as maker "CREATE FUNCTION quire.is_email(varchar) RETURNS bool LANGUAGE sql AS 'SELECT true'")" 'permission denied' \
    "not even its maker"

# Acting for somebody is for whom its maker says, and nobody else; policies and protection are for owners.
matches "$(as stranger "SELECT quire.become('x')")" 'permission denied' "not everybody may act for somebody"
is "$(as maker "SELECT quire.become('x'), quire.actor()")" "|x" "its maker may"
is "$(as maker "GRANT EXECUTE ON FUNCTION quire.become(text, bool) TO worker"; as worker "SELECT quire.become('y'), quire.actor()")" "|y" "and may let others"
is "$(as worker "
    CREATE TABLE held AS SELECT 'y' AS actor, 'r' AS role, 7 AS object;
    CREATE TABLE doc AS SELECT i AS object FROM generate_series(1, 9) i;
    SELECT quire.create_policy('public.access', 'TABLE held', 'VALUES (''r'', ''read'')');
    SELECT quire.protect('doc', 'public.access', 'object', 'read', 'read', 'read', 'read');
    BEGIN; SELECT quire.become('y'); SELECT object FROM doc; COMMIT" | grep .)" 7 "whose policies hold for their own tables, and for themselves"
matches "$(as stranger "SELECT quire.unprotect('doc')")" 'must be owner' "no stranger takes them away"
matches "$(as stranger "SELECT quire.drop_policy('public.access')")" 'must be owner' "neither way"
as worker "SELECT quire.unprotect('doc'); SELECT quire.drop_policy('public.access'); DROP TABLE doc, held" >/dev/null
as maker "REVOKE EXECUTE ON FUNCTION quire.become(text, bool) FROM worker" >/dev/null

# A schema of that name, made by somebody else, is not taken over.
run_psql -c 'CREATE DATABASE trap'
run_psql -d trap -c 'CREATE SCHEMA quire AUTHORIZATION stranger'
matches "$(query trap 'CREATE EXTENSION quire')" 'schema "quire" already exists' "a schema that is there is not taken over"

matches "$(as maker 'DROP EXTENSION quire')" 'other objects depend' "it is not dropped from under the tables that need it"
is "$(as worker 'DROP TABLE t'; as maker 'DROP EXTENSION quire'; as maker "SELECT count(*) FROM pg_namespace WHERE nspname = 'quire'")" "0" \
    "its maker may drop it, and nothing stays"
finish
