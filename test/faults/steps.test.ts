import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { answer, FakeTarget, type Respond } from '../outbound/support/targets.js';
import { postEvent, subscribe } from './support/api.js';
import { Proxy } from './support/proxy.js';
import { report } from './support/report.js';
import { Server } from './support/server.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
/** Always there; the others are killed. */
let survivor: Server & { url: string };

beforeAll(async () => {
  ({ database, sql, apiKey, survivor } = await startWorld());
});
afterAll(async () => {
  await endWorld({ database, sql, survivor });
});

describe('kill -9 of the server at a certain step', () => {
  let proxy: Proxy;
  let victim: Server & { url: string };
  beforeEach(async () => {
    proxy = await Proxy.start(database.url);
    victim = await Server.start({ DATABASE_URL: proxy.url });
  });
  afterEach(async () => {
    await victim.kill();
    await proxy.stop();
  });

  /** Sends an event to a server that is killed before it answers. */
  async function sendInVain(title: string, key?: string): Promise<void> {
    await expect(postEvent(victim.url, apiKey, title, ['a', 'b'], key)).rejects.toThrow();
  }

  function storedTitles(like: string): Promise<{ title: string; users: string; events: string }[]> {
    return sql.rows(
      `SELECT e.title, count(n.id) AS users, count(DISTINCT e.id) AS events
       FROM carillon.events e LEFT JOIN carillon.notifications n ON n.event_id = e.id
       WHERE e.title LIKE $1 GROUP BY e.title ORDER BY e.title`,
      [like],
    );
  }

  it('before the commit: nothing is stored, and sending it again stores it once', async () => {
    // In the transaction of the key, with everything written but the end.
    proxy.breakOn('COMMIT', 'silent');
    const sent = sendInVain('before the commit', 'before');
    await proxy.broken(1);
    expect(await storedTitles('before the commit')).toEqual([]);
    await victim.kill();
    await sent;
    proxy.cut();
    // The lock of the key ends with the connection of the killed process.
    await until(async () => {
      const { status } = await postEvent(survivor.url, apiKey, 'before the commit', ['a', 'b'], 'before');
      expect([201, 409]).toContain(status);
      return status === 201;
    });
    expect(await storedTitles('before the commit')).toEqual([
      { title: 'before the commit', users: '2', events: '1' },
    ]);
  });

  it('after the commit, before the answer: it is stored once, also when it is sent again', async () => {
    proxy.breakOn('COMMIT', 'hold answers');
    const sent = sendInVain('after the commit', 'after');
    await proxy.broken(1);
    await until(async () => (await storedTitles('after the commit')).length === 1);
    await victim.kill();
    await sent;
    const { status, headers } = await postEvent(
      survivor.url,
      apiKey,
      'after the commit',
      ['a', 'b'],
      'after',
    );
    expect([status, headers.get('Idempotency-Replayed')]).toEqual([200, 'true']);
    expect(await storedTitles('after the commit')).toEqual([
      { title: 'after the commit', users: '2', events: '1' },
    ]);
  });

  it('after the commit of an event without a key: it is stored whole', async () => {
    proxy.breakOn('notify.', 'hold answers');
    const sent = sendInVain('without a key');
    await proxy.broken(1);
    await until(async () => (await storedTitles('without a key')).length === 1);
    await victim.kill();
    await sent;
    expect(await storedTitles('without a key')).toEqual([
      { title: 'without a key', users: '2', events: '1' },
    ]);
  });

  it('in the middle of a webhook, and while its outcome is being written down: another process sends it again, with the same id', async () => {
    const arrivals: { path: string; id: unknown; at: number }[] = [];
    let killedAt = Infinity;
    const remember: Respond = (request, response) => {
      const first = !arrivals.some(({ path }) => path === request.path);
      arrivals.push({ path: request.path, id: request.headers['webhook-id'], at: performance.now() });
      // The first request to this one is never answered.
      if (request.path === '/held' && first) return;
      answer(204)(request, response);
    };
    const sink = await FakeTarget.start(remember);
    try {
      await subscribe(survivor.url, ['held'], `${sink.url}/held`);
      await subscribe(survivor.url, ['answered'], `${sink.url}/answered`);
      // The survivor would take the work at once, and it is the victim that has to have it.
      survivor.child.kill('SIGSTOP');
      // Half of the transaction that writes the outcome down has been done, and PostgreSQL hears no more of it: its locks
      // on the delivery must not outlast the lease.
      proxy.breakOn('webhooks.recordHealth', 'silent');
      const { status } = await postEvent(victim.url, apiKey, 'webhook', ['held', 'answered']);
      expect(status).toBe(201);
      await sink.waitFor(2);
      await proxy.broken(1);
      await victim.kill();
      killedAt = performance.now();
      survivor.child.kill('SIGCONT');

      await sink.waitFor(4);
      await until(
        async () =>
          (await sql.number(`SELECT count(*) FROM carillon.deliveries WHERE status = 'delivered'`)) === 2,
      );
      for (const path of ['/held', '/answered']) {
        const ids = arrivals.filter((arrival) => arrival.path === path).map(({ id }) => id);
        expect(ids).toHaveLength(2);
        expect(ids[0]).toBe(ids[1]);
      }
      const tookOverMs = Math.round((arrivals.at(-1)?.at ?? Infinity) - killedAt);
      report('a killed process and its webhooks', { 'taken over after': `${tookOverMs} ms` });
    } finally {
      survivor.child.kill('SIGCONT');
      await sink.stop();
    }
  });
});
