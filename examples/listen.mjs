#!/usr/bin/env node
// Prints what happens in a feed, from where it stopped the last time, through restarts of the server.
//
//     listen.mjs FEED CONSUMER [SECONDS]
//
// npm's package pg, or Debian's node-pg. The connection is psql's: PGHOST, PGDATABASE and so on. An event is printed before
// it is acknowledged, so after a crash some come again, and none is lost. It ends after so many seconds without an event,
// if told.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

// import finds no packages of Debian's; require does.
const { Client } = createRequire(import.meta.url)('pg');

// Reads until nothing has happened for as long as patience.
async function work(client, feed, consumer, patience) {
    await client.query('SELECT quire.subscribe($1, $2)', [feed, consumer]);
    let heard = false;
    let wake = () => {};
    client.on('notification', () => {
        heard = true;
        wake();
    });
    // Listen first and look then: what happens in between is seen at least once.
    await client.query(`LISTEN ${client.escapeIdentifier(feed)}`);
    let last = Date.now();
    while (Date.now() - last < patience * 1000) {
        heard = false;
        const { rows } = await client.query(
            'SELECT cursor, type, "table", key, new FROM quire.next_events($1, $2, 500)', [feed, consumer]);
        for (const { cursor, type, table, key, new: row } of rows)
            console.log(cursor, type, table, JSON.stringify(key), JSON.stringify(row));
        if (rows.length > 0) {
            await client.query('SELECT quire.ack($1, $2, $3)', [feed, consumer, rows.at(-1).cursor]);
            last = Date.now();
            continue;
        }
        // A notification says that there is something. One that is early, since another transaction still runs, or that
        // got lost with a connection, is made up for by looking once a second.
        if (!heard) await Promise.race([sleep(1000), new Promise((resolve) => { wake = resolve; })]);
    }
}

// What the server says of a statement is final; what it says of itself, or the connection, is not.
const isLost = (error) => !error.severity || /^(08|53|57)/.test(error.code);

const [feed, consumer, patience = 'Infinity'] = process.argv.slice(2);
for (let isDone = false; !isDone;) {
    const client = new Client();
    // A connection that breaks while nothing is asked says so here; the next question fails.
    client.on('error', () => {});
    try {
        await client.connect();
        await work(client, feed, consumer, Number(patience));
        isDone = true;
    } catch (error) {
        if (!isLost(error)) throw error;
        console.error('reconnecting:', error.message);
        await sleep(500);
    } finally {
        // Not waited for: of a connection that was never made, older versions of pg do not tell the end.
        client.end().catch(() => {});
    }
}
