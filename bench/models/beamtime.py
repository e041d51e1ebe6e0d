# bench/models/beamtime.py: a beamtime of 10,000 runs with 20 attributi and 60 data sets: quire beside AMARCORD's way.
"""The peer does what AMARCORD's server does, with its tables of values, a row for each: it loads runs and values and compares,
filters and copies in Python. Its tables have the indexes that InnoDB makes of foreign keys. SQLAlchemy's own time is not
counted: the peer is plain psycopg2."""
import math

import harness

RUNS, ATTRIBUTI, TYPES = 10_000, 20, 5
VALUES = "attributo_id, integer_value, float_value, string_value, bool_value, datetime_value, list_value, chemical_value"

harness.run("SELECT quire.create_model('beamtime', 'b')")
harness.run(
    f"""
    SET search_path = b;
    INSERT INTO "Beamtime" (external_id, proposal, beamline, title, start, "end") VALUES ('1', 'p', 'P11', 't', '2024-01-01', '2024-01-09');
    INSERT INTO "Chemical" (beamtime_id, name) SELECT 1, 'chemical ' || n FROM generate_series(1, 10) AS n;
    INSERT INTO "Attributo" (beamtime_id, name, "group", associated_table, json_schema)
    SELECT 1, 'attributo ' || n, CASE n % 2 WHEN 0 THEN 'manual' ELSE 'automatic' END, 'RUN', (ARRAY[
        '{{"type": "number", "tolerance": 0.01}}', '{{"type": "integer", "format": "chemical-id"}}', '{{"type": "boolean"}}', '{{"type": "string"}}',
        '{{"type": "integer"}}'])[1 + n % 5]::json FROM generate_series(0, {ATTRIBUTI} - 1) AS n;
    SELECT create_experiment_type(1, 'type ' || t, (SELECT jsonb_object_agg('attributo ' || a, 'crystal') FROM generate_series(0, 4) AS a))
    FROM generate_series(1, {TYPES}) AS t;
    SELECT set_user_configuration(1, 'auto-pilot', 'true'), set_user_configuration(1, 'current-experiment-type-id', '1');
    INSERT INTO "Run" (beamtime_id, external_id, started, stopped, experiment_type_id, attributi)
    SELECT 1, n, timestamp '2024-01-01' + n * interval '1 minute', timestamp '2024-01-01' + n * interval '1 minute', 1 + n % {TYPES},
        (SELECT jsonb_object_agg('attributo ' || a, CASE a % 5 WHEN 0 THEN to_jsonb(5.0 + (n * 7 + a) % 12 + (n % 11) / 1000.0) WHEN 1 THEN to_jsonb(1 + (n + a) % 10)
            WHEN 2 THEN to_jsonb(n % 2 = 0) WHEN 3 THEN to_jsonb('text ' || n % 3) ELSE to_jsonb(n % 4) END) FROM generate_series(0, {ATTRIBUTI} - 1) AS a)
    FROM generate_series(1, {RUNS}) AS n;
    INSERT INTO "DataSet" (experiment_type_id, attributi)
    SELECT 1 + n % {TYPES}, jsonb_build_object('attributo 0', 5 + n * 7 % 12, 'attributo 1', 1 + (n + 1) % 10, 'attributo 2', n % 2 = 0, 'attributo 3', 'text ' || n % 3,
        'attributo 4', n % 4) FROM generate_series(1, 60) AS n;
    CREATE SCHEMA peer;
    CREATE TABLE peer."UserConfiguration" AS TABLE "UserConfiguration";
    CREATE TABLE peer."Attributo" AS TABLE "Attributo";
    CREATE TABLE peer."Chemical" AS SELECT id, beamtime_id, name FROM "Chemical";
    CREATE TABLE peer."Run" (id serial PRIMARY KEY, external_id int, beamtime_id int, modified timestamp, started timestamp, stopped timestamp, experiment_type_id int);
    INSERT INTO peer."Run" SELECT id, external_id, beamtime_id, modified, started, stopped, experiment_type_id FROM "Run";
    SELECT setval('peer."Run_id_seq"', max(id)) FROM peer."Run";
    CREATE TABLE peer."RunHasAttributoValue" AS TABLE "RunHasAttributoValue";
    ALTER TABLE peer."RunHasAttributoValue" ADD PRIMARY KEY (run_id, attributo_id);
    CREATE TABLE peer."DataSet" AS SELECT id, experiment_type_id FROM "DataSet";
    CREATE TABLE peer."DataSetHasAttributoValue" AS TABLE "DataSetHasAttributoValue";
    CREATE INDEX ON peer."Run" (beamtime_id);
    CREATE INDEX ON peer."Run" (experiment_type_id);
    CREATE INDEX ON peer."RunHasAttributoValue" (attributo_id);
    ANALYZE
    """
)


def rows(cursor, statement, *parameters):
    cursor.execute(statement, parameters)
    return cursor.fetchall()


def types(cursor):
    return {row[0]: row[1:] for row in rows(cursor, 'SELECT id, name, "group", json_schema FROM peer."Attributo" WHERE beamtime_id = 1')}


def value(row):
    """The first that is not null, as the platform reads its rows."""
    integer, number, text, boolean, moment, items, chemical = row
    for candidate in (boolean, text, integer, number, moment, items, chemical):
        if candidate is not None:
            return candidate
    return None


def values(cursor, table, key, condition="true", *parameters):
    owners = {}
    for owner, attributo, *columns in rows(cursor, f'SELECT {key}, {VALUES} FROM peer."{table}" WHERE {condition}', *parameters):
        owners.setdefault(owner, {})[attributo] = value(columns)
    return owners


def matches(known, wanted, present):
    for attributo, expected in wanted.items():
        schema = known[attributo][2]
        actual = present.get(attributo)
        if schema["type"] == "boolean":
            if bool(expected) != bool(actual):
                return False
        elif schema["type"] == "number":
            if actual is None or expected is None:
                if actual is not expected:
                    return False
            elif not math.isclose(expected, actual, rel_tol=schema.get("tolerance") or 1e-9):
                return False
        elif expected != actual:
            return False
    return True


def runs_of_beamtime(cursor):
    runs = rows(cursor, 'SELECT id, external_id, started, stopped, experiment_type_id FROM peer."Run" WHERE beamtime_id = 1 ORDER BY started DESC')
    return runs, values(cursor, "RunHasAttributoValue", "run_id")


def peer_match(cursor, client, first, count):
    for _ in range(count):
        known = types(cursor)
        runs, present = runs_of_beamtime(cursor)
        data_sets = rows(cursor, 'SELECT id, experiment_type_id FROM peer."DataSet"')
        wanted = values(cursor, "DataSetHasAttributoValue", "data_set_id")
        found = [(d, run[0]) for run in runs for d, kind in data_sets if kind == run[4] and matches(known, wanted[d], present.get(run[0], {}))]
        assert len(found) > 0


def quire_match(cursor, client, first, count):
    for _ in range(count):
        assert rows(cursor, "SELECT data_set_id, run_id FROM b.data_set_runs WHERE beamtime_id = 1")


def peer_filter(cursor, client, first, count):
    for _ in range(count):
        names = {name: key for key, (name, *_) in types(cursor).items()}
        chemicals = {name: key for key, name in rows(cursor, 'SELECT id, name FROM peer."Chemical" WHERE beamtime_id = 1')}
        energy, sample, wanted = names["attributo 5"], names["attributo 1"], chemicals["chemical 3"]
        runs, present = runs_of_beamtime(cursor)
        found = [run for run in runs if present[run[0]].get(energy, 0) > 12 and present[run[0]].get(sample) == wanted]
        assert len(found) > 0


def quire_filter(cursor, client, first, count):
    for _ in range(count):
        assert rows(cursor, """SELECT * FROM b.filter_runs(1, '"attributo 5" > 12 and "attributo 1" == "chemical 3"')""")


def begin(cursor):
    cursor.execute("BEGIN")


def peer_run(cursor, client, first, count):
    for number in range(RUNS + 1 + first, RUNS + 1 + first + count):
        begin(cursor)
        auto_pilot, kind = rows(
            cursor, 'SELECT auto_pilot, current_experiment_type_id FROM peer."UserConfiguration" WHERE beamtime_id = 1 ORDER BY id DESC LIMIT 1'
        )[0]
        known = types(cursor)
        latest = rows(cursor, 'SELECT id FROM peer."Run" WHERE beamtime_id = 1 ORDER BY started DESC LIMIT 1')[0][0]
        copied = [row for row in rows(cursor, f'SELECT {VALUES} FROM peer."RunHasAttributoValue" WHERE run_id = %s', latest) if known[row[0]][1] == "manual"]
        assert auto_pilot
        run = rows(
            cursor,
            """INSERT INTO peer."Run" (external_id, beamtime_id, modified, started, experiment_type_id)
            VALUES (%s, 1, now() AT TIME ZONE 'UTC', clock_timestamp() AT TIME ZONE 'UTC', %s) RETURNING id""", number, kind
        )[0][0]
        marks = ", ".join(["(" + ", ".join(["%s"] * 9) + ")"] * len(copied))
        cursor.execute(f'INSERT INTO peer."RunHasAttributoValue" (run_id, {VALUES}) VALUES {marks}', [cell for row in copied for cell in (run, *row)])
        cursor.execute("COMMIT")
        begin(cursor)
        latest = rows(cursor, 'SELECT id FROM peer."Run" WHERE beamtime_id = 1 ORDER BY started DESC LIMIT 1')[0][0]
        cursor.execute("""UPDATE peer."Run" SET stopped = now() AT TIME ZONE 'UTC' WHERE id = %s""", (latest,))
        cursor.execute("COMMIT")


def quire_run(cursor, client, first, count):
    for _ in range(count):
        cursor.execute("SELECT b.start_run(1)")
        cursor.execute("SELECT b.stop_latest_run(1)")


harness.heading()
harness.compare("data sets of 10,000 runs", 5, quire_match, peer_match, count=4, peer_count=1)
harness.compare("a filter over 10,000 runs", 5, quire_filter, peer_filter, count=10, peer_count=1)
# Many to a round: connections of a server are kept, and plans with them.
harness.compare("a run begins and ends", 5, quire_run, peer_run, count=1000, peer_count=200)
raise SystemExit(len(harness.missed))
