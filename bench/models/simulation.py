# bench/models/simulation.py: reports of tasks, and jobs from submission to results, beside the platform's own way.
"""The peer has the platform's tables, which are the model's at version 5, and does what the platform's server does for each request,
in the same order, each a transaction: check the key, read the job and the task with their other halves, change what differs, write,
commit. The key is checked as the platform that the seed document describes did it, by the hash of a password in update_key_hash, and as
it does since: by a signature, of a key that nobody can take back. All statements are prepared, as the platform's driver prepares them.
What its ORM costs is left out, which is most of it: SQLAlchemy took 1.1 ms a report where the peer's client takes 0.1."""
import base64
import gzip
import hashlib
import hmac
import json
import time
import random
import uuid

from harness import compare, heading, missed, prepared, run

JOBS, TASKS, PARTS, REPORTS, ESTIMATORS, PAGES = 8, 512, 16, 5, 3, 4
SIMULATION = """SELECT * FROM "Simulation" s LEFT JOIN "CelerySimulation" c ON c.id = s.id LEFT JOIN "BatchSimulation" b ON b.id = s.id WHERE s.{} = %s"""
TASK = """SELECT t.*, c.celery_id FROM "Task" t LEFT JOIN "CeleryTask" c ON c.id = t.id LEFT JOIN "BatchTask" b ON b.id = t.id WHERE t.simulation_id = %s"""
ESTIMATES = json.dumps({"unit": "MeV/g", "values": [random.Random(n).random() for n in range(60)]})
RESULTS = [
    {"name": f"out_{e}_", "metadata": {"primaries": 1000}, "pages": [
        {"dimensions": 1, "metadata": {"page_number": p, "name": f"page {p}"}, "data": json.loads(ESTIMATES)} for p in range(PAGES)]}
    for e in range(ESTIMATORS)]
INPUT = {"number_of_all_primaries": 100000, "input_type": "editor", "input_json": {
    "scoringManager": {"outputs": [{"name": f"out_{e}"} for e in range(ESTIMATORS)]}, "text": ESTIMATES}}
OVER = ("COMPLETED", "FAILED", "CANCELED")


def compressed(data):
    return gzip.compress(json.dumps(data).encode())


def data(blob):
    return json.loads(gzip.decompress(blob))


SALT, SECRET = b"8ZmJnPq2RtUvWxYz", b"s" * 256


def hashed(key):
    return hashlib.scrypt(key, salt=SALT, n=32768, r=8, p=1, maxmem=1 << 26, dklen=64)


def signed(claims):
    body = base64.urlsafe_b64encode(b'{"alg": "HS256"}') + b"." + base64.urlsafe_b64encode(json.dumps(claims).encode())
    return body + b"." + base64.urlsafe_b64encode(hmac.digest(SECRET, body, "sha256"))


KEY_HASH, KEY = hashed(b"key"), signed({"exp": time.time() + 604800, "simulation_id": "1"})


def check_hash():
    assert hmac.compare_digest(hashed(b"key"), KEY_HASH)


def check_signature():
    header, claims, signature = KEY.split(b".")
    assert hmac.compare_digest(hmac.digest(SECRET, header + b"." + claims, "sha256"), base64.urlsafe_b64decode(signature))
    assert json.loads(base64.urlsafe_b64decode(header))["alg"] == "HS256"
    assert json.loads(base64.urlsafe_b64decode(claims))["exp"] > time.time()


# Reports of tasks: a job of many tasks for each eight clients; each client reports tasks of its own, as workers do.
def numbers(client, n):
    return client % JOBS + 1, (client // JOBS * 64 + n % 64) % TASKS, n % 1000


def quire_report(cursor, client, first, count):
    for n in range(first, first + count):
        job, task, done = numbers(client, n)
        cursor.execute("SELECT report_task(%s, %s, 'key', %s)", (job, task, json.dumps(
            {"task_state": "RUNNING", "simulated_primaries": done, "estimated_time": 1000 - done})))


def peer_task(cursor, job, task, changes):
    cursor.execute("BEGIN")
    cursor.execute(SIMULATION.format("id"), (job,))
    cursor.fetchone()
    cursor.execute(TASK + " AND t.task_id = %s", (job, task))
    names = [column.name for column in cursor.description]
    row = dict(zip(names, cursor.fetchone()))
    if row["task_state"] not in OVER:
        if changes.get("task_state") == "COMPLETED":
            changes["simulated_primaries"] = row["requested_primaries"]
        changed = {name: value for name, value in changes.items() if row[name] != value}
        sets = "".join(f"{name} = %s, " for name in changed)
        cursor.execute(f'UPDATE "Task" SET {sets}last_update_time = now() WHERE id = %s', (*changed.values(), row["id"]))
    cursor.execute("COMMIT")


def peer_report(cursor, client, first, count, check=check_signature):
    for n in range(first, first + count):
        check()
        job, task, done = numbers(client, n)
        peer_task(cursor, job, task, {"task_state": "RUNNING", "simulated_primaries": done, "estimated_time": 1000 - done})


def seed_report(cursor, client, first, count):
    peer_report(cursor, client, first, count, check_hash)


# A job: submitted, reported by its tasks, looked at by its owner meanwhile, its results taken, listed and read. Answers are JSON.
def quire_job(cursor, client, first, count):
    for _ in range(count):
        cursor.execute("SELECT simulation_id, job_id FROM submit_job(1, 'shieldhit', %s, 'editor', %s)", (PARTS, json.dumps(INPUT)))
        job, job_id = cursor.fetchone()
        cursor.execute("SELECT new_update_key(%s)", (job,))
        key = cursor.fetchone()[0]
        for step in range(REPORTS):
            for task in range(PARTS):
                cursor.execute("SELECT report_task(%s, %s, %s, %s)", (job, task, key, json.dumps(
                    {"task_state": "COMPLETED"} if step == REPORTS - 1 else {"task_state": "RUNNING", "simulated_primaries": step * 100})))
            cursor.execute("SELECT job_status(%s, 1)::text", (job_id,))
            cursor.fetchone()
        cursor.execute("SELECT upload_results(%s, %s, %s)", (job, key, json.dumps(RESULTS)))
        cursor.execute("SELECT user_simulations(1)::text")
        cursor.fetchone()
        cursor.execute("SELECT pages_metadata::text FROM job_estimators(%s, 1)", (job_id,))
        cursor.fetchall()
        cursor.execute("SELECT job_results(%s, 1, 'out_1', '0-1')::text", (job_id,))
        assert len(cursor.fetchone()[0]) > 1000


def in_transaction(cursor, statement, *parameters):
    cursor.execute("BEGIN")
    cursor.execute(statement, parameters)
    row = cursor.fetchone() if cursor.description else None
    cursor.execute("COMMIT")
    return row and row[0]


def peer_submit(cursor):
    job_id = f"20240101-000000-{uuid.uuid4()}DIRECT"
    cursor.execute("BEGIN")
    cursor.execute("""INSERT INTO "Simulation" (job_id, user_id, start_time, title, platform, input_type, sim_type, job_state)
        VALUES (%s, 1, now(), '', 'DIRECT', 'EDITOR', 'shieldhit', 'UNKNOWN') RETURNING id""", (job_id,))
    job = cursor.fetchone()[0]
    cursor.execute('INSERT INTO "CelerySimulation" (id) VALUES (%s)', (job,))
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
    for task in range(PARTS):
        cursor.execute("""INSERT INTO "Task" (simulation_id, task_id, requested_primaries, simulated_primaries, task_state, platform, last_update_time)
            VALUES (%s, %s, 25000, 0, 'PENDING', 'DIRECT', now()) RETURNING id""", (job, task))
        cursor.execute('INSERT INTO "CeleryTask" (id, celery_id) VALUES (%s, %s)', (cursor.fetchone()[0], str(uuid.uuid4())))
    cursor.execute("COMMIT")
    in_transaction(cursor, 'INSERT INTO "Input" (simulation_id, compressed_data) VALUES (%s, %s)', job, compressed(INPUT))
    in_transaction(cursor, """UPDATE "Simulation" SET job_state = 'PENDING' WHERE id = %s""", job)
    return job, job_id


def peer_status(cursor, job_id):
    cursor.execute("BEGIN")
    cursor.execute(SIMULATION.format("job_id"), (job_id,))
    cursor.fetchone()
    cursor.execute(SIMULATION.format("job_id"), (job_id,))
    row = cursor.fetchone()
    job, state = row[0], row[9]
    cursor.execute(TASK, (job,))
    tasks = cursor.fetchall()
    states = {task[5] for task in tasks}
    json.dumps([{"task_state": task[5], "requested_primaries": task[3], "simulated_primaries": task[4], "task_id": task[0],
                 "last_update_time": str(task[10])} for task in tasks])
    derived = "PENDING" if states == {"PENDING"} else "FAILED" if states == {"FAILED"} else "RUNNING" if "RUNNING" in states else state
    if state not in OVER and derived != state:
        cursor.execute('UPDATE "Simulation" SET job_state = %s WHERE id = %s', (derived, job))
    cursor.execute("COMMIT")


def peer_upload(cursor, job):
    cursor.execute("BEGIN")
    cursor.execute(SIMULATION.format("id"), (job,))
    cursor.fetchone()
    cursor.execute('SELECT compressed_data FROM "Input" WHERE simulation_id = %s', (job,))
    names = sorted(output["name"] for output in data(cursor.fetchone()[0])["input_json"]["scoringManager"]["outputs"])
    ids = []
    for name, estimator in zip(names, RESULTS):
        cursor.execute('SELECT id FROM "Estimator" WHERE simulation_id = %s AND file_name = %s', (job, estimator["name"]))
        assert cursor.fetchone() is None
        cursor.execute('INSERT INTO "Estimator" (simulation_id, name, file_name, compressed_data) VALUES (%s, %s, %s, %s) RETURNING id',
                       (job, name, estimator["name"], compressed(estimator["metadata"])))
        ids.append(cursor.fetchone()[0])
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
    for estimator_id, estimator in zip(ids, RESULTS):
        cursor.execute('SELECT id FROM "Estimator" WHERE simulation_id = %s AND file_name = %s', (job, estimator["name"]))
        cursor.fetchone()
        for page in estimator["pages"]:
            cursor.execute('SELECT id FROM "Page" WHERE estimator_id = %s AND page_number = %s', (estimator_id, page["metadata"]["page_number"]))
            assert cursor.fetchone() is None
            cursor.execute("""INSERT INTO "Page" (estimator_id, page_number, page_name, page_dimension, compressed_data)
                VALUES (%s, %s, %s, %s, %s)""", (estimator_id, page["metadata"]["page_number"], page["metadata"]["name"], page["dimensions"], compressed(page)))
    cursor.execute("COMMIT")
    in_transaction(cursor, """UPDATE "Simulation" SET job_state = 'COMPLETED', end_time = now() WHERE id = %s""", job)


def peer_reads(cursor, job_id):
    cursor.execute("BEGIN")
    cursor.execute("""SELECT s.*, c.merge_id, b.cluster_id FROM "Simulation" s LEFT JOIN "CelerySimulation" c ON c.id = s.id LEFT JOIN "BatchSimulation" b ON b.id = s.id
        WHERE s.user_id = 1 ORDER BY s.start_time DESC LIMIT 6""")
    json.dumps([[str(value) for value in row] for row in cursor.fetchall()])
    cursor.execute('SELECT count(*) FROM "Simulation" WHERE user_id = 1')
    cursor.fetchone()
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
    cursor.execute(SIMULATION.format("job_id"), (job_id,))
    job = cursor.fetchone()[0]
    cursor.execute('SELECT id FROM "Estimator" WHERE simulation_id = %s ORDER BY id', (job,))
    for (estimator,) in cursor.fetchall():
        cursor.execute('SELECT page_number, page_name, page_dimension FROM "Page" WHERE estimator_id = %s ORDER BY page_number', (estimator,))
        cursor.fetchall()
    cursor.execute("COMMIT")
    cursor.execute("BEGIN")
    cursor.execute(SIMULATION.format("job_id"), (job_id,))
    cursor.fetchone()
    cursor.execute("""SELECT id, compressed_data FROM "Estimator" WHERE simulation_id = %s AND name = 'out_1'""", (job,))
    estimator, metadata = cursor.fetchone()
    json.dumps(data(metadata))
    cursor.execute('SELECT compressed_data FROM "Page" WHERE estimator_id = %s AND page_number IN (0, 1)', (estimator,))
    assert len(json.dumps([data(page) for (page,) in cursor.fetchall()])) > 1000
    cursor.execute("COMMIT")


def peer_job(cursor, client, first, count, check=check_signature):
    for _ in range(count):
        job, job_id = peer_submit(cursor)
        for step in range(REPORTS):
            for task in range(PARTS):
                check()
                peer_task(cursor, job, task, {"task_state": "COMPLETED"} if step == REPORTS - 1
                          else {"task_state": "RUNNING", "simulated_primaries": step * 100})
            peer_status(cursor, job_id)
        peer_upload(cursor, job)
        peer_reads(cursor, job_id)


def seed_job(cursor, client, first, count):
    peer_job(cursor, client, first, count, check_hash)


def at(schema, way):
    def located(cursor, *numbers):
        cursor.execute(f"SET search_path = {schema}")
        way(prepared(cursor), *numbers)
    return located


for schema, version in (("ours", None), ("platform", 5)):
    run("SELECT quire.create_model('simulation', %s, coalesce(%s, (SELECT max(version) FROM quire.model_step WHERE model = 'simulation')))", schema, version)
    run(f"""SET search_path = {schema}; BEGIN;
        INSERT INTO "User" VALUES (1, 'ada', 'YaptideUser'); INSERT INTO "YaptideUser" (id, password_hash) VALUES (1, 'x');
        INSERT INTO "Simulation" (id, job_id, user_id, start_time, title, platform, input_type, sim_type, job_state)
            SELECT n, n || 'DIRECT', 1, now(), '', 'DIRECT', 'FILES', 'dummy', 'RUNNING' FROM generate_series(1, {JOBS}) n;
        INSERT INTO "CelerySimulation" (id) SELECT id FROM "Simulation";
        INSERT INTO "Task" (simulation_id, task_id, requested_primaries, simulated_primaries, task_state, platform, last_update_time)
            SELECT n, t, 1000000, 0, 'PENDING', 'DIRECT', now() FROM generate_series(1, {JOBS}) n, generate_series(0, {TASKS - 1}) t;
        INSERT INTO "CeleryTask" (id, celery_id) SELECT id, '' FROM "Task";
        SELECT setval('"Simulation_id_seq"', 1000); COMMIT; ANALYZE""")
# The platform's query for the user's list has no index; the peer is given one.
run('CREATE INDEX ON platform."Simulation" (user_id, start_time)')
run("""UPDATE ours."Simulation" SET update_key_hash = encode(quire.token_digest('key'), 'hex'), update_key_expires = 'infinity'""")
heading()
# The goals are for the platform of the seed document. Against raw statements with signed keys, over a socket, what a round
# trip costs is all there is to win; those goals are floors.
compare("report of a task, key hashed", 3, at("ours", quire_report), at("platform", seed_report), clients=64, count=100, peer_count=2, rounds=2)
compare("report of a task, key signed", 2, at("ours", quire_report), at("platform", peer_report), clients=64, count=250, warm=50)
compare("job of 16 tasks, 80 reports, results, key hashed", 5, at("ours", quire_job), at("platform", seed_job), clients=4, count=10, peer_count=1, rounds=2)
compare("job of 16 tasks, 80 reports, results, key signed", 1.5, at("ours", quire_job), at("platform", peer_job), clients=4, count=20, warm=8)
lost = run("""SELECT count(*) FROM ours.task_counts AS c WHERE (c.tasks, c.completed, c.failed, c.canceled) IS DISTINCT FROM (
    SELECT (count(*)::int, (count(*) FILTER (WHERE task_state = 'COMPLETED'))::int, (count(*) FILTER (WHERE task_state = 'FAILED'))::int,
        (count(*) FILTER (WHERE task_state = 'CANCELED'))::int) FROM ours."Task" AS t WHERE t.simulation_id = c.simulation_id)""")
print(f"jobs whose tasks are miscounted: {lost}")
raise SystemExit(1 if missed or lost else 0)
