# bench/models/harness.py: work done by quire and the same work done from a client, in one table with ratios and goals.
"""Run by bench/run MODEL, which starts the server. A way of working is a function way(cursor, client, first, count): it does
units first … first + count - 1 of client number `client`, and commits as its application would (the connection is in
autocommit). The two ways take turns, round by round, each with its own tables; what counts is the median of the rounds."""
import functools
import multiprocessing
import os
import statistics
import sys
import threading
import time

import psycopg2

ROUNDS = int(os.environ.get("QUIRE_BENCH_ROUNDS", 5))
LINE = "{:<52} {:>7} {:>12} {:>12} {:>8} {:>6}  {}"
missed = []


def connect():
    connection = psycopg2.connect("")
    connection.autocommit = True
    return connection


def run(statement, *parameters):
    """One statement on a connection of its own; the first column of the first row, if there is one."""
    connection = connect()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        answer = cursor.fetchone() if cursor.description else None
    connection.close()
    return answer and answer[0]


class Prepared:
    """A cursor whose statements the server plans once, as drivers of today see to by themselves (psycopg 3 from the fifth time on)."""

    def __init__(self, cursor):
        self._cursor = cursor
        self._names = {}

    def execute(self, statement, parameters=()):
        if statement in ("BEGIN", "COMMIT"):
            return self._cursor.execute(statement)
        if statement not in self._names:
            self._names[statement] = f"prepared_{len(self._names)}"
            slots = [f"${n + 1}" for n in range(len(parameters))]
            self._cursor.execute(f"PREPARE {self._names[statement]} AS " + statement.replace("%s", "{}").format(*slots))
        values = "(" + ", ".join(["%s"] * len(parameters)) + ")" if parameters else ""
        return self._cursor.execute(f"EXECUTE {self._names[statement]}{values}", parameters)

    def __getattr__(self, name):
        return getattr(self._cursor, name)


@functools.cache
def prepared(cursor):
    return Prepared(cursor)


def _work(way, client, first, count, warm, ready, finished):
    connection = connect()
    cursor = connection.cursor()
    try:
        if warm:
            way(cursor, client, first, warm)
        ready.wait()
        way(cursor, client, first + warm, count - warm)
        finished.wait()
    except threading.BrokenBarrierError:
        pass
    except BaseException:
        finished.abort()
        raise
    connection.close()


def rate(way, clients=1, first=0, count=100, warm=0):
    """Units a second of all clients together, from when all are connected, and have done `warm` of their units, to when the last
    is done."""
    ready, finished = multiprocessing.Barrier(clients + 1), multiprocessing.Barrier(clients + 1)
    workers = [
        multiprocessing.Process(target=_work, args=(way, client, first, count, warm, ready, finished), daemon=True)
        for client in range(clients)
    ]
    for worker in workers:
        worker.start()
    try:
        ready.wait()
        began = time.perf_counter()
        finished.wait()
        seconds = time.perf_counter() - began
    except threading.BrokenBarrierError:
        seconds = None
    for worker in workers:
        worker.join()
    if seconds is None:
        raise SystemExit("bench: a client failed")
    return clients * (count - warm) / seconds


def heading():
    print(LINE.format("what", "clients", "quire/s", "peer/s", "ratio", "goal", ""))


def line(what, clients, ours, theirs, goal, at_least=True):
    """One line of the table, from two rates; the ratio is ours / theirs."""
    ratio = ours / theirs
    met = ratio >= goal if at_least else ratio <= goal
    if not met:
        missed.append(what)
    print(LINE.format(what, clients, f"{ours:,.0f}", f"{theirs:,.0f}", f"{ratio:.2f}", f"{goal:g}", "" if met else "MISSED"))
    sys.stdout.flush()
    return ratio


def compare(what, goal, quire, peer, clients=1, count=100, peer_count=None, rounds=ROUNDS, warm=0):
    """Both ways in turns, one round to warm up; prints their line, and returns the ratio. With `warm`, each client has done as many
    units before the clock starts, as one whose connection comes from a pool."""
    peer_count = peer_count or count
    ours, theirs = [], []
    for number in range(rounds + 1):
        ours.append(rate(quire, clients, number * count, count, warm))
        theirs.append(rate(peer, clients, number * peer_count, peer_count, min(warm, peer_count - 1)))
    return line(what, clients, statistics.median(ours[1:]), statistics.median(theirs[1:]), goal)
