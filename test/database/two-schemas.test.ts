import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { Database } from '../../src/database/database.js';
import { tryWithLock } from '../../src/database/lock.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

let database: TestDatabase;
let sql: Sql;
let target: Server;
let received: string[] = [];
let first: TestApp;
/** Its name is a reserved word, which must be quoted wherever it stands. */
let second: TestApp;

beforeAll(async () => {
  database = await createEmptyDatabase();
  sql = await connect(database.url);
  target = createServer((request, response) => {
    received.push(String(request.url));
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  const webhooks = { allowNetworks: ['127.0.0.0/8'] };
  first = await startApp({ webhooks, database: { url: database.url } });
  second = await startApp({ webhooks, database: { url: database.url, schema: 'user' } });
}, 60_000);

afterAll(async () => {
  await second.close();
  await first.close();
  await sql.end();
  target.close();
  await database.drop();
});

const unread = async (app: TestApp) =>
  ((await app.as('anna').get('/v1/notifications/unread-count').expect(200)).body as { count: number }).count;

describe('two Carillons with schemas of their own in one database', () => {
  it('have the same tables each, and nothing elsewhere', async () => {
    const tables = await sql.rows<{ schema: string; name: string }>(
      `SELECT schemaname AS schema, tablename AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2`,
    );
    const of = (schema: string) => tables.filter((table) => table.schema === schema).map(({ name }) => name);
    expect(of('user')).toEqual(of('carillon'));
    expect(of('user')).toContain('migrations');
    expect(tables).toHaveLength(2 * of('user').length);
  });

  it('see neither users, nor streams, nor webhooks of each other', async () => {
    const { port } = target.address() as AddressInfo;
    for (const [app, name] of [
      [first, 'first'],
      [second, 'second'],
    ] as const) {
      await app
        .as('anna')
        .post('/v1/webhooks')
        .send({ name, kind: 'generic', url: `http://127.0.0.1:${port}/${name}`, events: ['*'] })
        .expect(201);
    }
    const readers = await Promise.all(
      [first, second].map((app) =>
        StreamReader.open(`${app.url}/v1/notifications/stream`, {
          Authorization: `Bearer ${tokenOf('anna')}`,
        }),
      ),
    );
    const [ofFirst, ofSecond] = readers as [StreamReader, StreamReader];
    try {
      await first.post({ type: 'job_failed', user_ids: ['anna'], title: 'of the first' });
      await ofFirst.until(() => ofFirst.of('notification').length === 1);
      await second.post({ type: 'job_failed', user_ids: ['anna'], title: 'of the second' });
      // Its own has come, and what the first had sent before it has not.
      await ofSecond.until(() => ofSecond.of('notification').length > 0);
      expect(ofSecond.of('notification').map(({ data }) => data['notification'])).toEqual([
        expect.objectContaining({ title: 'of the second' }),
      ]);
      expect([await unread(first), await unread(second)]).toEqual([1, 1]);
      for (const schema of ['carillon', '"user"']) {
        await delivered(schema);
      }
      expect(received.toSorted()).toEqual(['/first', '/second']);
    } finally {
      for (const reader of readers) reader.close();
    }
  });

  it('take no key of each other', async () => {
    const event = { type: 'job_failed', user_ids: ['anna'], title: 'T' };
    await second.http.post('/v1/events').set('X-API-Key', first.apiKey).send(event).expect(401);
    await second.http.post('/v1/events').set('X-API-Key', second.apiKey).send(event).expect(201);
  });

  it('wait for no lock of each other, and for those of their own schema they do', async () => {
    const [one, other] = [first, second].map((app) => app.app.get(Database, { strict: false })) as [
      Database,
      Database,
    ];
    const inner = await tryWithLock(one, 'cleanup', async () => ({
      same: await first.app.get(CleanupService, { strict: false }).run(),
      other: await tryWithLock(other, 'cleanup', () => Promise.resolve('free')),
    }));
    expect(inner).toEqual({ same: undefined, other: 'free' });
    expect(one.channel('inbox')).not.toBe(other.channel('inbox'));
  });
});

async function delivered(schema: string): Promise<void> {
  while ((await sql.number(`SELECT count(*) FROM ${schema}.deliveries WHERE status = 'delivered'`)) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
