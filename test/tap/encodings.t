#!/usr/bin/env bash
# Databases in other encodings than UTF-8.
. "$(dirname "$0")/tap.sh"

make -s -C "$root" probe.so
private_server encodings
cp "$root/probe.so" "$server/"
export PGCLIENTENCODING=UTF8
for encoding in UTF8 LATIN1 SQL_ASCII EUC_JP; do
    createdb -T template0 -E $encoding --locale=C "$encoding"
    run_psql -d $encoding -c 'CREATE EXTENSION quire'
    run_psql -d $encoding -v probe="$server/probe.so" -f "$root/test/probe/probe.sql"
    is "$(query $encoding "SELECT quire.verify_password('pässwörd', '\$pbkdf2-sha256\$1000\$c29tZXNhbHQ\$AWJ061SXttR4WvHRbXc5Bknq5W835UaLfY/x6ktCuNI')")" t "$encoding: a password is what it is in UTF-8"
    is "$(query $encoding "SELECT quire.create_model('challenge', 'Bücher'), quire.load_example('Bücher') > 0; SELECT schema, drifted FROM quire.model_status()")" $'4|t\nBücher|f' "$encoding: a model, in a schema of any name"
    is "$(query $encoding "SELECT 'Jo@x.org'::quire.email = 'jo@x.org', quire.is_email('é@x.org')")" "t|f" "$encoding: addresses"
done

is "$(query LATIN1 "SELECT probe.xml_root('<é>ü</é>')")" 'é' "LATIN1: a document is converted on the way in and out"
matches "$(query LATIN1 "SELECT probe.xml_root('<a>€</a>')")" 'has no equivalent' "LATIN1: what it cannot hold is refused by the server"
matches "$(query LATIN1 "SELECT probe.xml_root('<a b=\"&#x20AC;\"/>')")" '^a$' "LATIN1: but may be in a document"
matches "$(query LATIN1 "SELECT probe.xml_root(convert_from('\\x3c612fe9', 'LATIN1'))")" 'not read' "LATIN1: no byte gets in unconverted"
is "$(query EUC_JP "SELECT probe.xml_root('<日本/>')")" '日本' "EUC_JP: a name of several bytes a character"
is "$(PGCLIENTENCODING=SQL_ASCII query SQL_ASCII "SELECT probe.xml_root('<é/>')")" 'é' "SQL_ASCII: valid UTF-8 passes"
matches "$(PGCLIENTENCODING=SQL_ASCII query SQL_ASCII "SELECT probe.xml_root(E'<\\xe9/>')")" 'invalid byte sequence' "SQL_ASCII: anything else is refused"
matches "$(query LATIN1 "SELECT probe.throw('foreign')")" 'not in this encoding: ' "LATIN1: a message in UTF-8 is sent all the same"

run_psql -d LATIN1 <<'SQL'
CREATE TABLE t (zustand text);
CREATE TRIGGER flow BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION quire.check_state('zustand', '* -> geöffnet, geöffnet -> geschlossen');
INSERT INTO t VALUES ('geöffnet');
SQL
matches "$(query LATIN1 "INSERT INTO t VALUES ('geschlossen')")" 'A new row may start as: "geöffnet"' "LATIN1: names of states keep their letters"
is "$(query LATIN1 "SELECT quire.next_states('t', 'zustand', '*')")" '{geöffnet}' "LATIN1: also in answers"

run_psql -d LATIN1 <<'SQL' >/dev/null
SELECT quire.add_model_step('eigen', 1, 'größe', 'CREATE TABLE maße ("größe" int)');
SELECT quire.create_model('eigen', 'eigen');
SQL
is "$(query LATIN1 "SELECT name FROM quire.model_history('eigen'); SELECT quire.diagram('eigen')")" $'größe\nerDiagram\n    "maße" {\n        int4 gr__e\n    }' "LATIN1: steps keep their letters"

run_psql -d LATIN1 -c 'CREATE TABLE rows ("größe" text, id int PRIMARY KEY)'
is "$(query LATIN1 "SELECT quire.insert('rows', '{\"größe\": \"Ä\", \"id\": 1}')")" '{"id": 1, "größe": "Ä"}' "LATIN1: a row by JSON keeps its letters"
is "$(query LATIN1 "SELECT quire.to_json_text(r), quire.to_json_text(r, '{größe}'), quire.get_count('rows', quire.to_json(r)) FROM rows r")" '{"größe":"Ä","id":1}|{"id":1}|1' "LATIN1: also out of the table"
is "$(query LATIN1 "SELECT quire.gunzip(quire.gzip('ä')), quire.gunzip_text(quire.gzip('ä')), quire.gunzip_json(quire.gzip('{\"ä\": 1}'::jsonb))")" '\xc3a4|ä|{"ä": 1}' "LATIN1: what is compressed is UTF-8"
matches "$(query LATIN1 "SELECT quire.gunzip_text(quire.gzip('\xe282ac'::bytea))")" 'has no equivalent' "LATIN1: what it cannot hold is refused"
run_psql -d LATIN1 <<'SQL'
CREATE TABLE merkmal (name text, type jsonb);
CREATE TABLE probe_1 (id int, werte jsonb);
CREATE TRIGGER t BEFORE INSERT OR UPDATE ON probe_1 FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('werte', 'merkmal');
INSERT INTO merkmal VALUES ('Größe', '{"type": "number", "suffix": "µm", "format": "standard-unit"}'), ('Art', '{"type": "string", "enum": ["süß"]}');
INSERT INTO probe_1 VALUES (1, '{"Größe": 7, "Art": "süß"}');
SQL
matches "$(query LATIN1 "INSERT INTO probe_1 VALUES (2, '{\"Art\": \"sauer\", \"Länge\": 1}')")" 'Attribute "Art" must be one of "süß"; attribute "Länge" is not defined' "LATIN1: names and choices keep their letters"
query LATIN1 "SELECT quire.alter_attribute('merkmal', 'Größe', '{\"type\": \"number\", \"suffix\": \"mm\", \"format\": \"standard-unit\"}', 'Höhe')" >/dev/null
is "$(query LATIN1 "SELECT werte FROM probe_1 WHERE quire.matches('\"Höhe\" < 1 and Art ? \"ß\"', werte)")" '{"Art": "süß", "Höhe": 0.007}' "LATIN1: units, conversion and filters too"
is "$(query LATIN1 "SELECT quire.filter_sql('\"Höhe\" == \"süß\"', 'v')")" "coalesce(v -> 'Höhe', 'null'::jsonb) = '\"süß\"'::jsonb" "LATIN1: and SQL"
finish
