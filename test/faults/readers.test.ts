import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { connect as open, type Socket } from 'node:net';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { asUser } from './support/api.js';
import { checkMemory } from './support/check.js';
import { megabytes, report } from './support/report.js';
import { createApiKey, Server, tokenOf } from './support/server.js';
import { until } from './support/wait.js';

/** Their lists together are six times what may wait for readers, and those of all their requests fifty times. */
const CONNECTIONS = 200;
/** What one of them asks for at once, without taking anything. */
const REQUESTS = 8;
/** Without a bound their requests' answers are 3,200 MB; what may wait is 64 MB, and 356 MB was seen. */
const MOST_MEMORY = 640 * 1024 * 1024;

let database: TestDatabase;
let server: Server & { url: string };
beforeAll(async () => {
  database = await createEmptyDatabase();
  server = await Server.start({ DATABASE_URL: database.url });
  // The largest list: a hundred notifications with 20 KB of data each.
  const headers = { 'X-API-Key': await createApiKey(database.url), 'Content-Type': 'application/json' };
  const data = { text: 'x'.repeat(20_000) };
  for (let number = 0; number < 100; number += 1) {
    const body = JSON.stringify({ type: 'job_failed', user_ids: ['anna'], title: 'T', data });
    expect((await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body })).status).toBe(201);
  }
});
afterAll(async () => {
  await server.kill();
  await database.drop();
});

/** Connections and files that the server has open. */
const openFiles = (): number => readdirSync(`/proc/${server.child.pid}/fd`).length;

describe('connections that do not take their answers', () => {
  it('cost a bounded amount of memory and are ended, while a stream that reads goes on', async () => {
    const reading = new AbortController();
    const stream = await fetch(`${server.url}/v1/notifications/stream`, {
      headers: { Authorization: `Bearer ${tokenOf('anna')}` },
      signal: reading.signal,
    });
    let heartbeats = 0;
    let over = false;
    const read = async (): Promise<void> => {
      for await (const chunk of stream.body as AsyncIterable<Uint8Array>)
        heartbeats += Buffer.from(chunk).toString().split(': still here').length - 1;
    };
    const ended = read().then(
      () => (over = true),
      () => (over = true),
    );
    const { used, rss } = await server.memory();
    const before = openFiles();

    const lists =
      `GET /api/notifications?limit=100 HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${tokenOf('anna')}\r\n\r\n`.repeat(
        REQUESTS,
      );
    const sockets: Socket[] = [];
    let highest = rss;
    for (let number = 0; number < CONNECTIONS; number += 1) {
      const socket = open(Number(new URL(server.url).port), '127.0.0.1');
      socket.on('error', () => undefined).pause();
      socket.write(lists);
      sockets.push(socket);
    }
    await until(async () => {
      highest = Math.max(highest, (await server.memory()).rss);
      return /ended \d+ connections that did not take their answers/.test(server.output);
    });
    const still = openFiles() - before;
    expect((await asUser(server.url, 'anna', 'GET', '/v1/notifications/unread-count')).status).toBe(200);
    // The others as well, when they have taken nothing for a minute.
    await until(async () => {
      highest = Math.max(highest, (await server.memory()).rss);
      return openFiles() <= before + 2;
    }, 500);
    expect(highest - rss).toBeLessThan(MOST_MEMORY);
    expect(over).toBe(false);
    expect(heartbeats).toBeGreaterThan(1);
    const memory = await checkMemory(server, used);
    report('connections that do not read', {
      connections: CONNECTIONS,
      'left after the bound of all together': still,
      'resident before': megabytes(rss),
      'at most': megabytes(highest),
      ...memory,
    });
    for (const socket of sockets) socket.destroy();
    reading.abort();
    await ended;
  });
});
