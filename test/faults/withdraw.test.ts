import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownTarget } from '../../src/channels/channel.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { expectExactCounts } from '../support/inbox-counts.js';
import { connect, type Sql } from '../support/sql.js';
import { callBack } from './support/api.js';
import { Proxy } from './support/proxy.js';
import { report } from './support/report.js';
import { createApiKey, Server } from './support/server.js';
import { until } from './support/wait.js';

const CHUNK = 10_000;
const CHUNKS = 3;
const ALL = CHUNK * CHUNKS;
const EMAIL = ownTarget(new Channels(DEFAULTS).all.find(({ key }) => key === 'email')!);

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
/** Always there; the other is killed. */
let survivor: Server & { url: string };
let proxy: Proxy;
let victim: Server & { url: string };

beforeAll(async () => {
  database = await createEmptyDatabase();
  survivor = await Server.start({ DATABASE_URL: database.url });
  sql = await connect(database.url);
  apiKey = await createApiKey(database.url);
});
afterAll(async () => {
  await survivor.kill();
  await sql.end();
  await database.drop();
});
beforeEach(async () => {
  proxy = await Proxy.start(database.url);
  victim = await Server.start({ DATABASE_URL: proxy.url });
});
afterEach(async () => {
  await victim.kill();
  await proxy.stop();
  await expectExactCounts(sql);
});

/**
 * Events with 30,000 recipients together, each with an unread copy and a mail that waits for its next attempt.
 * @param chunks of each event
 * @returns the ids of the events
 */
async function makeEvents(events: number, chunks: number, entity: string): Promise<string[]> {
  // The relay's own commits are not to be taken for those of a batch.
  await until(async () => (await sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0);
  const rows = await sql.rows<{ id: string }>(
    `WITH made AS (
       INSERT INTO carillon.events (id, type, level, source, title, entity_type, entity_id, recipients, created_at)
       SELECT carillon.uuid_v7(now()), 'job_failed', 'error', 'test', 'wrong', 'thing', $4, $2::int * $3::int, now()
       FROM generate_series(1, $1::int) RETURNING id, created_at, title
     ), listed AS (
       INSERT INTO carillon.event_recipients
       SELECT id, chunk, array_agg('user ' || (chunk * $3::int + n) ORDER BY n), array_agg(0::bigint)
       FROM made, generate_series(0, $2::int - 1) AS chunk, generate_series(1, $3::int) AS n GROUP BY id, chunk
     ), recipient AS (
       SELECT made.*, 'user ' || n AS user_id FROM made, generate_series(1, $2::int * $3::int) AS n
     ), copies AS (
       INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at)
       SELECT user_id, carillon.uuid_v7(created_at), id, 'job_failed', 'error', title, created_at FROM recipient
     ), totals AS (
       INSERT INTO carillon.inbox_totals AS t (user_id, team_id, unread, live)
       SELECT user_id, '', count(*), count(*) FROM recipient GROUP BY user_id
       ON CONFLICT (user_id, team_id) DO UPDATE SET unread = t.unread + excluded.unread, live = t.live + excluded.live
     ), deliveries AS (
       INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, created_at, next_attempt_at)
       SELECT user_id, carillon.uuid_v7(created_at), 'email', $5::uuid, id, 'x', created_at, now() + interval '1 day' FROM recipient
     )
     SELECT id FROM made`,
    [events, chunks, CHUNK, entity, EMAIL],
  );
  return rows.map(({ id }) => id);
}

/** How much of what the events left behind is still there: all of one user's, or nothing. */
async function left(ids: string[]): Promise<{ copies: number; deliveries: number }> {
  const [row] = await sql.rows<{ copies: number; deliveries: number }>(
    `SELECT (SELECT count(*)::int FROM carillon.notifications WHERE event_id = ANY ($1)) AS copies,
       (SELECT count(*)::int FROM carillon.deliveries WHERE event_id = ANY ($1) AND status = 'pending') AS deliveries`,
    [ids],
  );
  return row!;
}

const withdrawn = (id: string | undefined) => ({
  event: { id, status: 'withdrawn' },
  withdrawn: ALL,
  already_sent: {},
});

describe.each([
  ['before the commit of the first batch', 'silent', ALL],
  ['after it, before the next', 'hold answers', ALL - CHUNK],
] as const)('kill -9 in the middle of 30,000 recipients, %s', (_, fault, rest) => {
  /** The victim is killed at the end of its first batch. */
  async function kill(ids: string[], ask: () => Promise<unknown>): Promise<void> {
    proxy.breakOn('COMMIT', fault);
    const asked = expect(ask()).rejects.toThrow();
    await proxy.broken(1);
    await victim.kill();
    proxy.cut();
    await asked;
    // What PostgreSQL has been asked it does, and what it was not is rolled back.
    await until(async () => (await left(ids)).copies === rest);
    expect(await left(ids)).toEqual({ copies: rest, deliveries: rest });
    await expectExactCounts(sql);
  }

  it('of one event: asked again, the rest is withdrawn, and the answer is of all', async () => {
    const ids = await makeEvents(1, CHUNKS, 'one');
    await kill(ids, () => callBack(victim.url, apiKey, ids[0] as string));
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await callBack(survivor.url, apiKey, ids[0] as string);
      expect([status, body]).toEqual([200, withdrawn(ids[0])]);
    }
    expect(await left(ids)).toEqual({ copies: 0, deliveries: 0 });
  });

  it('of several about one thing: asked again, the rest is withdrawn', async () => {
    const entity = { type: 'thing', id: `several ${fault}` };
    const ids = await makeEvents(CHUNKS, 1, entity.id);
    await kill(ids, () => callBack(victim.url, apiKey, { entity }));
    const { status, body } = await callBack(survivor.url, apiKey, { entity });
    expect([status, body]).toEqual([200, { withdrawn: rest, already_sent: {} }]);
    expect(await left(ids)).toEqual({ copies: 0, deliveries: 0 });
  });
});

describe('two processes at once', () => {
  it('withdraw each recipient once, and answer the same', async () => {
    const ids = await makeEvents(1, CHUNKS, 'two');
    const began = performance.now();
    const answers = await Promise.all(
      [survivor, victim, survivor, victim].map(({ url }) => callBack(url, apiKey, ids[0] as string)),
    );
    report('30,000 recipients withdrawn, two processes', {
      'took, asked four times at once': `${Math.round(performance.now() - began)} ms`,
    });
    for (const { status, body } of answers) expect([status, body]).toEqual([200, withdrawn(ids[0])]);
    expect(await left(ids)).toEqual({ copies: 0, deliveries: 0 });
  });

  it('share what is about a thing', async () => {
    const entity = { type: 'thing', id: 'shared' };
    const ids = await makeEvents(CHUNKS, 1, entity.id);
    const answers = await Promise.all([survivor, victim].map(({ url }) => callBack(url, apiKey, { entity })));
    expect(answers.map(({ body }) => body['withdrawn'] as number).reduce((sum, n) => sum + n, 0)).toBe(ALL);
    expect(await left(ids)).toEqual({ copies: 0, deliveries: 0 });
  });
});
