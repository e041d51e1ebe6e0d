#!/usr/bin/env python3
"""Prints what happens in a feed, from where it stopped the last time, through restarts of the server.

    listen.py FEED CONSUMER [SECONDS]

Debian package python3-psycopg2. The connection is psql's: PGHOST, PGDATABASE and so on. An event is printed before it is
acknowledged, so after a crash some come again, and none is lost. It ends after so many seconds without an event, if told.
"""
import json
import select
import sys
import time

import psycopg2


def work(feed, consumer, patience):
    """Reads until nothing has happened for as long as patience."""
    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SELECT quire.subscribe(%s, %s)", (feed, consumer))
    # Listen first and look then: what happens in between is seen at least once.
    cursor.execute('LISTEN "%s"' % feed.replace('"', '""'))
    heard = time.monotonic()
    while patience is None or time.monotonic() - heard < patience:
        cursor.execute(
            'SELECT cursor, type, "table", key, new FROM quire.next_events(%s, %s, 500)',
            (feed, consumer),
        )
        events = cursor.fetchall()
        for place, kind, table, key, new in events:
            print(place, kind, table, json.dumps(key), json.dumps(new), flush=True)
        if events:
            cursor.execute("SELECT quire.ack(%s, %s, %s)", (feed, consumer, events[-1][0]))
            heard = time.monotonic()
            continue
        # A notification says that there is something. One that is early, since another transaction still runs, or that
        # got lost with a connection, is made up for by looking once a second.
        select.select([connection], [], [], 1)
        connection.poll()
        connection.notifies.clear()


def main():
    feed, consumer = sys.argv[1:3]
    patience = float(sys.argv[3]) if len(sys.argv) > 3 else None
    while True:
        try:
            return work(feed, consumer, patience)
        except psycopg2.OperationalError as error:
            print("reconnecting:", str(error).strip().split("\n")[0], file=sys.stderr, flush=True)
            time.sleep(0.5)


if __name__ == "__main__":
    main()
