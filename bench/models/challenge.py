# bench/models/challenge.py: a submission from its upload to the leaderboard, beside the platform's own way.
"""The peer has plain tables, as the platform declares them, and keeps in files what the platform keeps in files: the manifest of an
upload, its parts, the scores of each submission, the leaderboard. Each request checks the session, reads what it needs, and commits as the
platform's server does; when an evaluation ends, the leaderboard is built from the files of all submissions, as there."""
import hashlib
import json
import os
import secrets
import shutil
import tempfile
import uuid

from harness import compare, heading, missed, run

ENTRIES, PARTS, USERS = 600, 4, 64
PART = secrets.token_bytes(2000)
MD5 = hashlib.md5(PART).hexdigest()
NAMES = [f"part.{n}" for n in range(PARTS)]
INDEX = [{"file_name": name, "file_size": len(PART), "file_hash": MD5} for name in NAMES]
FOLDER = tempfile.mkdtemp(prefix="quire_bench_")


def token(client):
    return f"token of {client % USERS}"


def quire_submission(cursor, client, first, count):
    for _ in range(count):
        cursor.execute("SELECT submit(session_user_id(%s), 1)", (token(client),))
        submission = cursor.fetchone()[0]
        cursor.execute("SELECT announce_parts(%s, session_user_id(%s), %s)", (submission, token(client), json.dumps(INDEX)))
        for name in NAMES:
            cursor.execute("SELECT receive_part(%s, session_user_id(%s), %s, %s)", (submission, token(client), name, PART))
        cursor.execute("SELECT id FROM next_evaluation(%s)", (f"worker {client}",))
        taken = cursor.fetchone()[0]
        cursor.execute("SELECT finish_evaluation(%s, %s, 'evaluation_complete', %s)",
                       (taken, f"worker {client}", json.dumps({"abx.json": {"score": secrets.randbelow(1000), "author_label": "x"}})))
        cursor.execute("SELECT leaderboard('phonetic')::text")
        assert '"index"' in cursor.fetchone()[0]


def folder(submission):
    return os.path.join(FOLDER, submission)


def store(path, content):
    # Replaced at once, which the platform does not: of two builders at once it leaves half a file.
    with tempfile.NamedTemporaryFile(dir=FOLDER, delete=False) as file:
        file.write(content if isinstance(content, bytes) else json.dumps(content).encode())
    os.replace(file.name, path)


def load(path):
    with open(path, "rb") as file:
        return json.loads(file.read())


def ask(cursor, statement, *parameters):
    cursor.execute(statement, parameters)
    return cursor.fetchone() if cursor.description else None


def peer_session(cursor, client):
    """What every request begins with: the session, then its user."""
    user, = ask(cursor, "SELECT user_id FROM logged_users WHERE token = %s AND expiration_date > now()", token(client))
    assert ask(cursor, "SELECT * FROM users_credentials WHERE id = %s", user)[4] == "True"
    return user


def peer_status(cursor, submission, status):
    ask(cursor, "UPDATE challenge_submissions SET status = %s WHERE id = %s", status, submission)


def peer_board(cursor, challenge):
    for board, label, entry_file, key in ask_all(cursor, "SELECT id, label, entry_file, sorting_key FROM leaderboards WHERE challenge_id = %s", challenge):
        entries = []
        for submission, author in ask_all(cursor, "SELECT id, author_label FROM challenge_submissions WHERE track_id = %s AND status = 'completed'", challenge):
            entry = load(os.path.join(folder(submission), entry_file))
            entries.append({**entry, "author_label": author} if author else entry)
        entries.sort(key=lambda entry: entry[key])
        store(os.path.join(FOLDER, label + ".json"), {"data": [{"index": n, **entry} for n, entry in enumerate(entries, 1)]})


def ask_all(cursor, statement, *parameters):
    cursor.execute(statement, parameters)
    return cursor.fetchall()


def peer_submission(cursor, client, first, count):
    for _ in range(count):
        user = peer_session(cursor, client)
        challenge = ask(cursor, "SELECT * FROM challenges WHERE id = 1 AND active AND start_date <= now()")
        submission = str(uuid.uuid4())
        ask(cursor, """INSERT INTO challenge_submissions (id, user_id, track_id, submit_date, status, auto_eval, evaluator_id)
            VALUES (%s, %s, 1, now(), 'uploading', true, %s)""", submission, user, challenge[6])
        os.mkdir(folder(submission))
        peer_session(cursor, client)
        manifest = os.path.join(folder(submission), "upload.json")
        store(manifest, {"index": INDEX, "received": []})
        for name in NAMES:
            peer_session(cursor, client)
            ask(cursor, "SELECT * FROM challenge_submissions WHERE id = %s", submission)
            store(os.path.join(folder(submission), name), PART)
            assert hashlib.md5(PART).hexdigest() == MD5
            received = load(manifest)
            received["received"].append(name)
            store(manifest, received)
        parts = b"".join(open(os.path.join(folder(submission), name), "rb").read() for name in NAMES)
        store(os.path.join(folder(submission), "input.zip"), parts)
        peer_status(cursor, submission, "uploaded")
        ask(cursor, "SELECT * FROM challenge_submissions WHERE id = %s", submission)
        ask(cursor, "SELECT * FROM evaluators WHERE id = %s", challenge[6])
        peer_status(cursor, submission, "evaluating")
        store(os.path.join(folder(submission), "abx.json"), {"score": secrets.randbelow(1000), "author_label": "x"})
        peer_status(cursor, submission, "completed")
        ask(cursor, "SELECT track_id FROM challenge_submissions WHERE id = %s", submission)
        peer_board(cursor, 1)
        ask(cursor, "SELECT * FROM leaderboards WHERE label = 'phonetic'")
        assert load(os.path.join(FOLDER, "phonetic.json"))["data"]


def at(schema, way):
    def located(cursor, *numbers):
        cursor.execute(f"SET search_path = {schema}")
        way(cursor, *numbers)
    return located


run("SELECT quire.create_model('challenge', 'ours')")
run("""SET search_path = ours; BEGIN;
    UPDATE settings SET submission_quota = NULL;
    INSERT INTO users_credentials (username, email, verified, password_hash) SELECT 'user' || n, n || '@example.org', 'True', 'x' FROM generate_series(0, 63) n;
    INSERT INTO logged_users SELECT quire.token_digest('token of ' || id - 1), id, 'infinity' FROM users_credentials;
    INSERT INTO evaluators (label, executor, script_path) VALUES ('abx', 'python', 'abx.py');
    INSERT INTO challenges (label, start_date, active, url, evaluator) VALUES ('phonetic', '2021-01-01', true, 'https://example.org', 1);
    INSERT INTO leaderboards (challenge_id, label, entry_file, sorting_key) VALUES (1, 'phonetic', 'abx.json', 'score'); COMMIT""")
run("""CREATE SCHEMA platform; SET search_path = platform;
    CREATE TABLE users_credentials (id int PRIMARY KEY, username text UNIQUE, email text UNIQUE, active bool, verified text);
    CREATE TABLE logged_users (token text, user_id int, expiration_date timestamptz, PRIMARY KEY (token, user_id));
    CREATE TABLE evaluators (id int PRIMARY KEY, label text UNIQUE);
    CREATE TABLE challenges (id int PRIMARY KEY, label text UNIQUE, start_date date, end_date date, active bool, url text, evaluator int);
    CREATE TABLE leaderboards (id int PRIMARY KEY, challenge_id int, label text UNIQUE, entry_file text, sorting_key text);
    CREATE TABLE challenge_submissions (id text PRIMARY KEY, user_id int, track_id int, submit_date timestamptz, status text, auto_eval bool,
        evaluator_id int, author_label text);
    INSERT INTO users_credentials SELECT n, 'user' || n, n || '@example.org', true, 'True' FROM generate_series(0, 63) n;
    INSERT INTO logged_users SELECT 'token of ' || id, id, 'infinity' FROM users_credentials;
    INSERT INTO evaluators VALUES (1, 'abx'); INSERT INTO challenges VALUES (1, 'phonetic', '2021-01-01', NULL, true, 'https://example.org', 1);
    INSERT INTO leaderboards VALUES (1, 1, 'phonetic', 'abx.json', 'score')""")
run("""SET search_path = ours; ALTER TABLE challenge_submissions DISABLE TRIGGER check_status;
    INSERT INTO challenge_submissions (id, user_id, track_id, status) SELECT 'old ' || n, n %% 64 + 1, 1, 'completed' FROM generate_series(1, %s) n;
    INSERT INTO submission_scores SELECT id, 'abx.json', jsonb_build_object('score', hashtext(id), 'author_label', 'x') FROM challenge_submissions;
    ALTER TABLE challenge_submissions ENABLE TRIGGER check_status; ANALYZE""", ENTRIES)
run("""INSERT INTO platform.challenge_submissions SELECT 'old ' || n, n %% 64, 1, now(), 'completed', true, 1, NULL FROM generate_series(1, %s) n""", ENTRIES)
for number in range(1, ENTRIES + 1):
    os.mkdir(folder(f"old {number}"))
    store(os.path.join(folder(f"old {number}"), "abx.json"), {"score": secrets.randbelow(1000), "author_label": "x"})
heading()
try:
    compare("submission: upload, evaluation, board, 8 users", 5, at("ours", quire_submission), at("platform", peer_submission), clients=8, count=10)
    # Alone, over a socket, a round trip costs next to nothing: a floor.
    compare("the same, one user", 2, at("ours", quire_submission), at("platform", peer_submission), count=20)
finally:
    shutil.rmtree(FOLDER)
raise SystemExit(1 if missed else 0)
