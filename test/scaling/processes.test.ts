import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { hashOf, hintOf, makeApiKey } from '../../src/auth/api-key.js';
import { TEST_JWT_SECRET, tokenOf } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { build, Program, temporaryFolder } from '../support/program.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

/** Events that each process is sent. */
const EVENTS = 20;
const USER = 'reader';

/** Several servers as they are shipped, each a process of its own, on one database. */
interface Cluster {
  urls: string[];
  apiKey: string;
  sql: Sql;
  /** Revokes the key by the command, as an operator does. @returns its exit code */
  revoke(): Promise<number | null>;
}

const endings: (() => unknown)[] = [];
beforeAll(() => build(), 120_000);
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
}, 60_000);

async function startCluster(count: number): Promise<Cluster> {
  const database = await createTestDatabase();
  endings.push(() => database.drop());
  const sql = await connect(database.url);
  endings.push(() => sql.end());
  const folder = temporaryFolder();
  endings.push(folder.remove);
  const programs = Array.from({ length: count }, () =>
    Program.start('main.js', [], folder.path, {
      NODE_ENV: 'production',
      PORT: '0',
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: '5',
      JWT_SECRET: TEST_JWT_SECRET,
      ENCRYPTION_KEY: 'an encryption key for tests, long enough',
    }),
  );
  for (const program of programs) endings.push(() => program.end('SIGTERM'));
  const urls: string[] = [];
  for (const program of programs) urls.push((await program.said(/listens on (\S+)/))[1] as string);
  const apiKey = makeApiKey();
  await sql.rows(
    `INSERT INTO carillon.api_keys (id, name, hint, hash, created_at) VALUES ($1, 'test', $2, $3, now())`,
    [randomUUID(), hintOf(apiKey), hashOf(apiKey)],
  );
  const revoke = () =>
    Program.start('cli/main.js', ['api-key', 'revoke', 'test'], folder.path, { DATABASE_URL: database.url })
      .exited;
  return { urls, apiKey, sql, revoke };
}

const as = (url: string) => supertest.agent(url).set('Authorization', `Bearer ${tokenOf(USER)}`);

function post({ apiKey }: Cluster, url: string, title: string, key?: string) {
  const request = supertest(url).post('/v1/events').set('X-API-Key', apiKey);
  if (key !== undefined) void request.set('Idempotency-Key', key);
  return request.send({ type: 'job_failed', user_ids: [USER], title });
}

async function follow(url: string, lastEventId?: string): Promise<StreamReader> {
  const reader = await StreamReader.open(`${url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf(USER)}`,
    ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
  });
  endings.push(() => reader.close());
  return reader;
}

async function listed(url: string): Promise<{ id: string; title: string }[]> {
  const { body } = await as(url).get('/v1/notifications?limit=200').expect(200);
  return (body as { notifications: { id: string; title: string }[] }).notifications;
}

async function unread(url: string): Promise<number> {
  const { body } = await as(url).get('/v1/notifications/unread-count').expect(200);
  return (body as { count: number }).count;
}

/** What a stream was told of, in its order. */
const announced = (reader: StreamReader) =>
  reader.of('notification').map(({ id, data }) => ({
    seq: Number(id),
    id: (data['notification'] as { id: string }).id,
  }));

describe.each([2, 4])('%i server processes on one database', (count) => {
  it('agree about lists, counts, streams, keys and repeated requests', async () => {
    const cluster = await startCluster(count);
    const { urls, sql } = cluster;
    const readers = await Promise.all(urls.map((url) => follow(url)));

    // All at once, and everything through every process.
    const sent = urls.flatMap((url, at) =>
      Array.from({ length: EVENTS }, (_, no) => ({ url, title: `${at}.${no}` })),
    );
    await Promise.all(sent.map(({ url, title }) => post(cluster, url, title).expect(201)));
    const lists = await Promise.all(urls.map(listed));
    expect(lists[0]?.map(({ title }) => title).sort()).toEqual(sent.map(({ title }) => title).sort());
    for (const list of lists) expect(list).toEqual(lists[0]);
    for (const url of urls) expect(await unread(url)).toBe(sent.length);

    // Every stream tells of each once, and all of them in the same order under the same numbers.
    for (const reader of readers) await reader.until(() => reader.of('notification').length >= sent.length);
    const [order] = readers.map(announced);
    expect(new Set(order?.map(({ id }) => id)).size).toBe(sent.length);
    expect(order?.map(({ seq }) => seq)).toEqual(order?.map(({ seq }) => seq).toSorted((a, b) => a - b));
    for (const reader of readers) expect(announced(reader)).toEqual(order);

    // Marked through one process after another, some twice at once: counted once.
    const some = (lists[0] ?? []).slice(0, 10);
    await Promise.all(
      some.flatMap(({ id }, at) =>
        [urls[at % count], urls[(at + 1) % count]].map((url) =>
          as(url as string)
            .patch(`/v1/notifications/${id}`)
            .send({ read: true })
            .expect(200),
        ),
      ),
    );
    for (const url of urls) expect(await unread(url)).toBe(sent.length - some.length);
    for (const reader of readers) {
      await reader.until(() => reader.of('unread').at(-1)?.data['count'] === sent.length - some.length);
    }
    expect(await sql.number(`SELECT count(*) FROM carillon.notifications WHERE read_at IS NULL`)).toBe(
      sent.length - some.length,
    );

    // Who lost one process comes back at another, and is told of exactly what it missed.
    const middle = order?.[sent.length >> 1] as { seq: number };
    const resumed = await follow(urls.at(-1) as string, String(middle.seq));
    const missed = (order ?? []).filter(({ seq }) => seq > middle.seq);
    await resumed.until(() => resumed.of('notification').length >= missed.length);
    expect(announced(resumed)).toEqual(missed);

    // One idempotency key at every process at once: one event.
    const answers = await Promise.all(urls.map((url) => post(cluster, url, 'once', 'the same key')));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
    expect(await sql.number(`SELECT count(*) FROM carillon.events WHERE title = 'once'`)).toBe(1);

    // Revoked: refused by all of them, those that remember the key included.
    expect(await cluster.revoke()).toBe(0);
    const revoked = performance.now();
    for (const url of urls) {
      let { status } = await post(cluster, url, 'too late');
      while (status === 201) ({ status } = await post(cluster, url, 'too late'));
      expect(status).toBe(401);
    }
    // They were told: by themselves they would have looked at the key again after a minute.
    expect(performance.now() - revoked).toBeLessThan(30_000);
    // Four servers start at once.
  }, 180_000);
});
