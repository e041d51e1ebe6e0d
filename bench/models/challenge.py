# bench/models/challenge.py: a submission from its upload to the leaderboard, beside the platform's own way.
"""The peer is the platform's own way, statement by statement and file by file, in plain tables as it declares them: each request checks the
session, its user and the challenge; the folder of a submission has info, manifest, parts, logs and locks; when an evaluation ends, every
leaderboard of the challenge is built from the files of all its submissions, and written to a file, which is served; with pathlib and json, as
there. Left out, in the peer's favour: its validation of rows, unzipping, SSH, and the message broker, in whose place quire has its queue.
The board has 600 entries at first and 1,700 in the end."""
import datetime
import hashlib
import json
import os
import secrets
import shutil
import tempfile
import uuid
from pathlib import Path

from harness import compare, heading, missed, run

ENTRIES, PARTS, USERS = 600, 4, 64
PART = secrets.token_bytes(2000)
MD5 = hashlib.md5(PART).hexdigest()
NAMES = [f"part.{n}" for n in range(PARTS)]
INDEX = [{"file_name": name, "file_size": len(PART), "file_hash": MD5} for name in NAMES]
FOLDER = Path(tempfile.mkdtemp(prefix="quire_bench_"))


def token(client):
    return f"token of {client % USERS}"


def quire_submission(cursor, client, first, count):
    for _ in range(count):
        submission = ask(cursor, """SELECT s.id, announce_parts(s.id, u.id, %s)
            FROM session_user_id(%s) AS u(id), submit(u.id, 1) AS s(id)""", json.dumps(INDEX), token(client))[0]
        for name in NAMES:
            ask(cursor, "SELECT receive_part(%s, session_user_id(%s), %s, %s)", submission, token(client), name, PART)
        taken = None
        while not taken:  # as workers ask: what waited may just have gone to another, who leaves what came since
            taken = ask(cursor, "SELECT id FROM next_evaluation(%s)", f"worker {client}")
        ask(cursor, "SELECT finish_evaluation(%s, %s, 'evaluation_complete', %s)",
            taken[0], f"worker {client}", json.dumps({"abx.json": score()}))
        page, = ask(cursor, "SELECT leaderboard_json('phonetic')::text")
        assert '"index"' in page


def score():
    return {"score": secrets.randbelow(1000), "author_label": "x"}


def ask(cursor, statement, *parameters):
    cursor.execute(statement, parameters)
    return cursor.fetchone() if cursor.description else None


def ask_all(cursor, statement, *parameters):
    cursor.execute(statement, parameters)
    return cursor.fetchall()


def write(path, content, mode="wb"):
    with path.open(mode) as file:
        file.write(content if isinstance(content, bytes) else json.dumps(content).encode())


def load(path):
    with path.open() as file:
        assert path.suffix == ".json"
        return json.load(file)


def log(submission, line):
    write(FOLDER / submission / "submission.log", line.encode() + b"\n", "ab")


def peer_user(cursor, client):
    """What every request of a user begins with: the session, then its user."""
    user, = ask(cursor, "SELECT user_id FROM logged_users WHERE token = %s AND expiration_date > now()", token(client))
    assert ask(cursor, "SELECT * FROM users_credentials WHERE id = %s", user)[4] == "True"
    return user


def peer_challenge(cursor):
    challenge = ask(cursor, "SELECT * FROM challenges WHERE id = 1")
    assert challenge[4]
    return challenge


def peer_status(cursor, submission, status):
    ask(cursor, "UPDATE challenge_submissions SET status = %s WHERE id = %s", status, submission)


def peer_create(cursor, client):
    user, challenge, submission = peer_user(cursor, client), peer_challenge(cursor), str(uuid.uuid4())
    ask(cursor, """INSERT INTO challenge_submissions (id, user_id, track_id, submit_date, status, auto_eval, evaluator_id)
        VALUES (%s, %s, 1, now(), 'uploading', true, %s)""", submission, user, challenge[6])
    folder = FOLDER / submission
    for name in ("", "scores", "input", "tmp"):
        (folder / name).mkdir()
    write(folder / "info.json", {"user": user, "track": challenge[1], "submission_id": submission})
    write(folder / "tmp" / "upload.json", {"index": INDEX, "received": []})
    log(submission, "created")
    (folder / "upload.lock").touch()
    return submission


def peer_part(cursor, client, submission, name):
    peer_user(cursor, client)
    peer_challenge(cursor)
    folder = FOLDER / submission
    assert folder.is_dir() and (folder / "upload.lock").is_file()
    log(submission, "part")
    manifest, part = folder / "tmp" / "upload.json", folder / "tmp" / name
    upload = load(manifest)
    write(part, PART)
    assert hashlib.md5(part.read_bytes()).hexdigest() == MD5
    upload["received"].append(name)
    write(manifest, upload)
    if len(upload["received"]) == len(upload["index"]):
        (folder / "upload.lock").unlink()
        write(folder / "input.zip", b"".join((folder / "tmp" / name).read_bytes() for name in NAMES))
        peer_status(cursor, submission, "uploaded")
        peer_evaluate(cursor, submission)


def peer_evaluate(cursor, submission):
    row = ask(cursor, "SELECT * FROM challenge_submissions WHERE id = %s", submission)
    ask(cursor, "SELECT * FROM evaluators WHERE id = %s", row[6])
    peer_challenge(cursor)
    peer_status(cursor, submission, "evaluating")
    (FOLDER / submission / "eval.lock").touch()


def peer_complete(cursor, submission):
    write(FOLDER / submission / "abx.json", score())
    peer_status(cursor, submission, "completed")
    (FOLDER / submission / "eval.lock").unlink()
    track = ask(cursor, "SELECT * FROM challenge_submissions WHERE id = %s", submission)[2]
    for board, in ask_all(cursor, "SELECT id FROM leaderboards WHERE challenge_id = %s", track):
        peer_board(cursor, board)
    log(submission, "completed")


def at_path(entry, path):
    for name in path.split("."):
        entry = entry[name]
    return entry


def peer_board(cursor, board):
    _, challenge, label, entry_file, key = ask(cursor, "SELECT * FROM leaderboards WHERE id = %s", board)
    entries = [load(path) for pattern in ("*.json", "*.yaml", "*.yml") for path in (FOLDER / "archive").rglob(pattern)]
    for submission, _, _, _, status, _, _, author in ask_all(cursor, "SELECT * FROM challenge_submissions WHERE track_id = %s", challenge):
        if status == "completed":
            entry = load(FOLDER / submission / entry_file) if (FOLDER / submission / entry_file).is_file() else {}
            if author:
                entry["author_label"] = author
            entries.append(entry)
    entries.sort(key=lambda entry: at_path(entry, key))
    for index, entry in enumerate(entries, 1):
        entry["index"] = index
    # Replaced at once, which the platform does not: of two who build at once, a reader gets half a file there.
    with tempfile.NamedTemporaryFile("w", dir=FOLDER, delete=False) as file:
        json.dump({"updatedOn": datetime.datetime.now().isoformat(), "data": entries}, file)
    os.replace(file.name, FOLDER / f"{label}.json")


def peer_submission(cursor, client, first, count):
    for _ in range(count):
        submission = peer_create(cursor, client)
        for name in NAMES:
            peer_part(cursor, client, submission, name)
        peer_complete(cursor, submission)
        label = ask(cursor, "SELECT * FROM leaderboards WHERE id = 1")[2]
        page = json.dumps(load(FOLDER / f"{label}.json"))
        assert '"index"' in page


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
    INSERT INTO submission_parts (submission_id, file_name, file_size, file_hash, content, received_at)
    SELECT id, 'part.' || n, 4, md5('part'), 'part', now() FROM challenge_submissions, generate_series(0, 3) AS n;
    INSERT INTO submission_logs (submission_id, line) SELECT id, 'completed' FROM challenge_submissions, generate_series(1, 4);
    ALTER TABLE challenge_submissions ENABLE TRIGGER check_status; ANALYZE""", ENTRIES)
run("""INSERT INTO platform.challenge_submissions SELECT 'old ' || n, n %% 64, 1, now(), 'completed', true, 1, NULL FROM generate_series(1, %s) n""", ENTRIES)
(FOLDER / "archive").mkdir()
for number in range(1, ENTRIES + 1):
    (FOLDER / f"old {number}").mkdir()
    write(FOLDER / f"old {number}" / "abx.json", score())
heading()
try:
    compare("submission: upload, evaluation, board, 8 users", 5, at("ours", quire_submission), at("platform", peer_submission), clients=8, count=20)
    # Alone, over a socket, a round trip costs next to nothing: a floor.
    compare("the same, one user", 3, at("ours", quire_submission), at("platform", peer_submission), count=20)
finally:
    shutil.rmtree(FOLDER)
raise SystemExit(1 if missed else 0)
