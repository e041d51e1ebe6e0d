#!/usr/bin/env bash
# Every entry point survives the failure of each of its allocations: an error or the right answer, nothing else.
. "$(dirname "$0")/tap.sh"

# PostgreSQL 18 does not survive it itself: lookup_type_cache() reallocates what a failed first call never allocated.
if [ "$PG_MAJOR" -ge 18 ]; then
    echo "1..0 # SKIP the server itself crashes"
    exit
fi

make -s -C "$root" probe.so failing_malloc.so
private_server out-of-memory
cp "$root/probe.so" "$root/failing_malloc.so" "$server/"
stop_server
server_preload=$server/failing_malloc.so start_server
run_psql -c 'CREATE EXTENSION quire'
run_psql -v probe="$server/probe.so" -f "$root/test/probe/probe.sql" -f "$root/test/helpers.sql"
is "$(query postgres 'SELECT probe.fail_allocation(0, 0)')" f "the failing malloc is preloaded"

run_psql -c "LOAD 'quire'" -c "ALTER SYSTEM SET quire.argon2_memory = '64kB'" -c 'SELECT pg_reload_conf()' >/dev/null
run_psql <<'SQL'
CREATE TABLE given AS SELECT test.household() AS form, test.visit() AS visit, test.visit('uuid:2') AS other;
CREATE TABLE guarded (id int PRIMARY KEY, email text, state text, version_id bigint, made timestamptz, changed timestamptz);
CREATE TRIGGER email BEFORE INSERT OR UPDATE ON guarded FOR EACH ROW EXECUTE FUNCTION quire.check_email('email', 'r.id > 0');
CREATE TRIGGER state BEFORE INSERT OR UPDATE ON guarded FOR EACH ROW EXECUTE FUNCTION quire.check_state('state', '* -> a, a -> b | "c c", b -> a');
CREATE TRIGGER version BEFORE INSERT OR UPDATE OR DELETE ON guarded FOR EACH ROW EXECUTE FUNCTION quire.version_id('version_id', 'enforce', 'made', 'changed');
INSERT INTO guarded VALUES (1, 'one@x.org', 'a');
CREATE TABLE jobs (id int PRIMARY KEY, name text);
INSERT INTO jobs VALUES (1, 'x'), (2, 'x');
SELECT quire.create_feed('public.f'), quire.watch('jobs', 'c', payload => 'diff'), quire.watch('jobs', feed => 'public.f', payload => 'diff', scope => 'ARRAY[new.name]'), quire.subscribe('public.f', 'x') \g /dev/null
CREATE TABLE many (id int);
SELECT quire.create_feed('public.g'), quire.watch('many', feed => 'public.g') \g /dev/null
INSERT INTO many SELECT generate_series(1, 21000);
CREATE TABLE parents (id int PRIMARY KEY, name text, made date DEFAULT '2024-01-01', tags text[], deleted_at timestamptz);
CREATE TABLE children (id int PRIMARY KEY, parent int REFERENCES parents ON DELETE CASCADE, deleted_at timestamptz);
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON parents FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
CREATE TRIGGER soft BEFORE INSERT OR UPDATE OR DELETE ON children FOR EACH ROW EXECUTE FUNCTION quire.soft_delete();
INSERT INTO parents VALUES (1, 'one');
INSERT INTO children VALUES (1, 1), (2, 1);
CREATE SCHEMA app;
CREATE TABLE app.held AS SELECT 'ann' AS actor, 'r' AS role, i::text AS object FROM generate_series(1, 50) i;
CREATE TABLE app.inside AS SELECT 'in ' || i AS object, i::text AS parent FROM generate_series(1, 50) i;
CREATE TABLE app.docs AS SELECT i AS id, i % 60 AS object FROM generate_series(1, 200) i;
SELECT quire.create_policy('app.access', 'TABLE app.held', 'VALUES (''r'', ''read'')', 'TABLE app.inside');
SELECT quire.protect('app.docs', 'app.access', 'object', 'read', 'read', 'read', 'read');
SELECT quire.add_model_step('tiny', 1, 'one', 'CREATE TABLE one (id int)', 'DROP TABLE one') \g /dev/null

-- Runs a statement again and again, letting a later allocation fail each time, until it gets by without meeting one.
CREATE FUNCTION probe.exhaust(statement text, run int, OUT failures int, OUT strange text) LANGUAGE plpgsql AS $$
DECLARE pending bool;
BEGIN
    failures := 0;
    -- The first two rounds only make the plans of both handlers, which must not need memory once some fails.
    FOR wait IN -2..20000 LOOP
        BEGIN
            IF wait = -2 THEN RAISE out_of_memory; END IF;
            IF wait = -1 THEN RAISE division_by_zero; END IF;
            PERFORM probe.fail_allocation(wait, run);
            EXECUTE statement;
            pending := probe.fail_allocation(0, 0);
            IF pending THEN RETURN; END IF;
            failures := failures + 1;
        EXCEPTION
            -- libxml2 2.9 calls one of its failures an encoding error.
            WHEN out_of_memory OR invalid_xml_document THEN
                PERFORM probe.fail_allocation(0, 0);
                failures := failures + 1;
            WHEN others THEN
                PERFORM probe.fail_allocation(0, 0);
                failures := failures + 1;
                CONTINUE WHEN wait < 0;
                strange := concat_ws(E'\n', strange, sqlstate || ' ' || sqlerrm);
        END;
    END LOOP;
    strange := 'no end';
END $$;

CREATE TABLE definition (name text PRIMARY KEY, type jsonb);
CREATE TABLE thing (id int PRIMARY KEY, attributes jsonb);
CREATE TRIGGER attributes BEFORE INSERT OR UPDATE ON thing FOR EACH ROW EXECUTE FUNCTION quire.check_attributes('attributes', 'definition');
INSERT INTO definition VALUES ('size', '{"type": "number", "minimum": 0, "suffix": "mm", "format": "standard-unit"}'), ('tags', '{"type": "array", "item_type": "string"}');
INSERT INTO thing VALUES (1, '{"size": 1, "tags": ["a"]}'), (2, '{"size": 2.5}');
SQL

statements=(
    "SELECT 'jo@example.org'::quire.email"
    "DO \$\$ BEGIN PERFORM 'none'::quire.email; EXCEPTION WHEN invalid_text_representation THEN END \$\$"
    "SELECT 'a@b'::quire.email = 'A@b', quire.is_email('x'), quire.email_send('a@b')"
    "INSERT INTO guarded SELECT 2, 'two@x.org', 'a'; DELETE FROM guarded WHERE id = 2"
    "UPDATE guarded SET email = 'ONE@x.org', state = CASE state WHEN 'a' THEN 'b' ELSE 'a' END WHERE id = 1"
    "DO \$\$ BEGIN INSERT INTO guarded VALUES (3, 'One@x.org', 'a'); EXCEPTION WHEN unique_violation THEN END \$\$"
    "DO \$\$ BEGIN UPDATE guarded SET state = 'x'; EXCEPTION WHEN check_violation THEN END \$\$"
    "DO \$\$ BEGIN UPDATE guarded SET version_id = 1; EXCEPTION WHEN serialization_failure THEN END \$\$"
    "SELECT quire.expect_version(1), quire.expect_version(NULL)"
    "SELECT quire.next_states('guarded', 'state', 'a'), quire.state_diagram('guarded', 'state')"
    "SELECT quire.form_info(form), count(f) FROM given, quire.fields(form) f GROUP BY 1"
    "SELECT quire.extract(form, visit), quire.value(form, visit, '/name') FROM given"
    "SELECT count(r) FROM given, quire.record(form, visit, 'member') AS r(who text, age numeric, __id text, __position int[])"
    "SELECT count(r) FROM given, quire.rows(form, visit) r"
    "SELECT count(r) FROM given, quire.csv_row(form, visit) r"
    "SELECT count(d) FROM given, quire.submission_diff(form, visit, other) d, quire.submission_meta(visit) m"
    "SELECT count(v) FROM given, quire.validate(form, visit) v"
    "SELECT quire.is_valid(form, visit), quire.recalculate(form, visit) FROM given"
    "SELECT quire.xpath_eval('<a><b>1</b></a>', 'concat(/a/b[. = 1], regex(/a/b, ''[0-9]''), digest(''x'', ''MD5''))', '/', '{\"instances\": {\"c\": \"a,b\"}}')"
    "SELECT quire.verify_password('x', quire.hash_password('x')), quire.needs_rehash(quire.hash_password('x'))"
    "SELECT quire.verify_password('x', '\$2a\$04\$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')"
    "SELECT quire.verify_password('x', '\$scrypt\$ln=4,r=4,p=3\$2huj1Lr3HgNAqHWOUSqltA\$03V39mv9eBIuwFV+yBULAPcI15Qm3uNusKINXhDQbjA')"
    "SELECT quire.verify_password('x', '\\x000102030405060708090a0b0c0d0e0f'::bytea, 'salt', 'pbkdf2:sha256:5')"
    "SELECT quire.token_digest(quire.new_token())"
    "SELECT quire.gunzip(quire.gzip('\\x00ff')), quire.gunzip(quire.zlib('\\x00ff')), quire.gunzip_text(quire.gzip(repeat('text', 1000))), quire.gunzip_json(quire.gzip('{}'::jsonb))"
    "SELECT quire.to_json(p, '{name}'), quire.to_json_text(p), quire.from_json(p, '{\"id\": 2, \"tags\": [\"a\"]}') FROM parents p"
    "SELECT quire.insert('parents', '{\"id\": 5, \"tags\": [\"a\"]}'), quire.delete('parents', '5', true)"
    "SELECT quire.update('parents', '{\"id\": 1, \"name\": \"x\"}'), quire.get_count('parents', '{\"name\": \"x\"}', true), quire.clean_values('parents', '{\"x\": 1}')"
    "UPDATE jobs SET name = name || 'y'"
    "SELECT quire.next_events('public.f', 'x'), quire.ack('public.f', 'x', '0'), quire.trim_feed('public.f')"
    "SELECT quire.trim_feed('public.g', force => true)"
    "SELECT quire.watch('jobs', 'd', columns => '{name}'), quire.unwatch('jobs', 'd'), quire.feed_lag('public.f')"
    "DELETE FROM parents WHERE id = 1; SELECT quire.undelete('parents', '1')"
    "DO \$\$ BEGIN PERFORM quire.insert('parents', '{\"x\": 1}'); EXCEPTION WHEN undefined_column THEN END \$\$"
    "SELECT quire.become('ann', false), quire.actor(), quire.require_actor()"
    "SELECT quire.can('app.access', 'read', 'in 7', 'ann'), quire.verbs('app.access', 'in 7', 'ann')"
    "DELETE FROM app.held WHERE false; SELECT quire.can('app.access', 'read', 'in 7', 'ann')"
    "DELETE FROM app.held WHERE false; SELECT quire.permitted('app.access', 'read', 'ann')"
    "SELECT count(e) FROM quire.explain_access('app.access', 'read', 'in 7', 'ann') e"
    "DELETE FROM app.held WHERE false; SELECT quire.become('ann'); SELECT count(*) FROM app.docs WHERE quire.allowed('app.access', 'read', object)"
    "SELECT quire.create_policy('app.other', 'TABLE app.held', 'VALUES (''r'', ''read'')'); SELECT quire.drop_policy('app.other')"
    "SELECT quire.protect('app.docs', 'app.access', 'object', 'read', 'read', 'read', 'read')"
    "SELECT count(c), bool_or(quire.attributes_valid(type, '{\"a\": 1}')) FROM (VALUES ('{\"a\": {\"type\": \"array\", \"item_type\": \"bool\"}}'::jsonb)) t (type), quire.check_attributes(type, '{\"a\": [1], \"b\": 2}') c"
    "SELECT quire.matches('a > 1 and not (b == \"x\" or c ? [1, 2])', '{\"a\": 2}'), quire.filter_sql('a > 1 and b == \"x\"', 'v', '{\"a\": {\"type\": \"number\"}, \"b\": {\"type\": \"string\"}}')"
    "SELECT quire.filter_sql('s == \"x\"', 'v', '{\"s\": {\"type\": \"integer\", \"format\": \"chemical-id\", \"names\": {\"x\": 1}}}')"
    "SELECT quire.attribute_type_name('{\"type\": \"boolean\"}'), quire.attribute_types_equivalent('{\"type\": \"boolean\"}', '{\"type\": \"string\"}')"
    "SELECT quire.convert_unit(1::numeric, 'mm', 'inch'), quire.normalize_unit('mm/s')"
    "SELECT quire.convert_attribute('[1, 2]', '{\"type\": \"array\", \"item_type\": \"number\"}', '{\"type\": \"array\", \"item_type\": \"string\"}')"
    "INSERT INTO thing VALUES (3, '{\"size\": 3}'); DELETE FROM thing WHERE id = 3"
    "DO \$\$ BEGIN INSERT INTO thing VALUES (4, '{\"size\": -3, \"no\": 1}'); EXCEPTION WHEN check_violation THEN END \$\$"
    # Only a dry run: the server's lock manager does not survive it when the memory for a lock's owner is refused.
    "SELECT quire.alter_attribute('definition', 'size', '{\"type\": \"number\", \"suffix\": \"mm\", \"format\": \"standard-unit\"}', dry_run => true)"
    # Creating models is left out: after CREATE TABLE has run out of memory at a lock, PostgreSQL 15 itself crashes when
    # the session takes that lock again (LockAcquireExtended, lockOwners).
    "SELECT quire.diagram('public'), count(m) FROM quire.model_status() m"
    "DO \$\$ BEGIN PERFORM quire.create_model('none', 'x'); EXCEPTION WHEN undefined_object THEN END \$\$"
    "SELECT quire.model_sql('tiny'), count(*) FROM quire.shipped_model_steps()"
    "SELECT probe.xml_root('<a><b>text</b></a>'), probe.jsonb('x'), probe.texts('{a,b}')"
    "SELECT count(*) FROM probe.rows(100)"
    "DO \$\$ BEGIN PERFORM probe.sql('SELECT 1/0'); EXCEPTION WHEN division_by_zero THEN END \$\$"
    "DO \$\$ BEGIN PERFORM probe.throw('exception'); EXCEPTION WHEN internal_error THEN END \$\$"
)
for run in 1 3; do
    for statement in "${statements[@]}"; do
        # A fresh backend each time: what a first call allocates for good is allocated again. But the library is loaded
        # before: glibc forgets what it has half loaded, and then finds no handlers for exceptions there.
        answer=$(psql -X -q -A -t 2>&1 <<SQL || true
LOAD 'quire';
SELECT CASE WHEN failures > 0 THEN coalesce(strange, 'fine') ELSE 'met no allocation' END FROM probe.exhaust(\$statement\$$statement\$statement\$, $run);
SELECT probe.live();
SQL
        )
        is "$answer" $'fine\n0' "$run failing: $statement"
    done
done
is "$(query postgres 'SELECT id, email FROM guarded')" "1|ONE@x.org" "the data is what it was"
is "$(grep -cE 'PANIC|terminated by signal|server process' "$server/log/server.log" || true)" 0 "no backend crashed"
finish
