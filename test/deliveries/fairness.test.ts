import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { v4 } from 'uuid';
import { QueueStore } from '../../src/deliveries/queue.store.js';
import { DeliveryWorker } from '../../src/deliveries/delivery.worker.js';
import { createTestDatabase, databaseUrl, type TestDatabase } from '../support/database.js';
import { answer, FakeTarget, hang, type Respond } from '../outbound/support/targets.js';
import { TestWebhooks } from '../channels/webhook/support/webhooks.js';

let database: TestDatabase;
let cleaner: pg.Client;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  cleaner = await connect();
});
afterAll(async () => {
  await cleaner.end();
  await database.drop();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await cleaner.query(
    'TRUNCATE carillon.deliveries, carillon.delivery_attempts, carillon.events, carillon.webhook_endpoints',
  );
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

async function target(respond: Respond): Promise<FakeTarget> {
  const started = await FakeTarget.start(respond);
  cleanups.push(() => started.stop());
  return started;
}

async function worker(runWorker = true, timeoutMs = 15_000): Promise<TestWebhooks> {
  const started = await TestWebhooks.start(
    database.url,
    { deliveries: { retrySchedule: [600] }, webhooks: { timeoutMs } },
    { runWorker },
  );
  if (runWorker) cleanups.push(() => started.close());
  else
    cleanups.push(async () => {
      await started.get(DeliveryWorker).stop();
      await started.close();
    });
  return started;
}

/** Many endpoints, each of a user of its own. */
function addEndpoints(webhooks: TestWebhooks, url: string, count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const userId = `user-${index}-${url}`;
      return { userId, id: (await webhooks.addEndpoint(userId, url)).id };
    }),
  );
}

describe('other endpoints', () => {
  it('are not delayed by one with a huge backlog', async () => {
    const webhooks = await worker(false);
    const sink = await target(answer(200));
    const quick = await target(answer(200));
    const busy = await addEndpoints(webhooks, sink.url, 1);
    const others = await addEndpoints(webhooks, quick.url, 5);
    await webhooks.queue(busy, { copies: 5_000 });
    await webhooks.queue(others);
    webhooks.get(DeliveryWorker).start();
    await quick.waitFor(5);
    // The others were later in every order, and came long before the end of the backlog.
    expect(sink.received.length).toBeLessThan(2_000);
  });

  it('are not delayed by many that hang', async () => {
    const webhooks = await worker(false, 50_000);
    const blackHole = await target(hang);
    const quick = await target(answer(200));
    const hanging = await addEndpoints(webhooks, blackHole.url, 300);
    const others = await addEndpoints(webhooks, quick.url, 5);
    await webhooks.queue(hanging, { copies: 20 });
    await webhooks.queue(others, { copies: 20 });
    webhooks.get(DeliveryWorker).start();
    // Nothing that hangs has ended before its time is over: these get through beside it.
    await quick.waitFor(100);
    const [row] = await webhooks.query<{ attempts: number }>(
      'SELECT count(*)::int AS attempts FROM carillon.deliveries WHERE attempts > 0 AND response_status IS NULL',
    );
    expect(row?.attempts).toBe(0);
    // And no endpoint that hangs has more than one attempt open.
    expect(blackHole.received.length).toBeLessThanOrEqual(300);
  });
});

describe('one endpoint', () => {
  it('gets no more at once than its kind allows', async () => {
    const webhooks = await worker();
    let open = 0;
    let most = 0;
    const slow = await target((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.end();
      }, 10);
    });
    const endpoints = await addEndpoints(webhooks, slow.url, 1);
    await webhooks.queue(endpoints, { copies: 200 });
    await webhooks.untilFinished();
    expect(most).toBeLessThanOrEqual(8);
    expect(most).toBeGreaterThan(4);
  });

  it('gets no more than the rate of its kind', async () => {
    const webhooks = await worker();
    const discord = await target(answer(204));
    const endpoint = await webhooks.addEndpoint('user', discord.url, { kind: 'discord' });
    const started = performance.now();
    await webhooks.queue([{ userId: 'user', id: endpoint.id }], { copies: 50 });
    await discord.waitFor(8);
    // Five at once and 2.5 a second after that, as Discord documents it.
    const seconds = (performance.now() - started) / 1000;
    expect(discord.received.length).toBeLessThanOrEqual(5 + Math.ceil(2.5 * seconds) + 1);
  });
});

describe('several processes', () => {
  it('share a backlog without doubling', async () => {
    const sink = await target(answer(200));
    const workers = [await worker(false), await worker(false)];
    const [first] = workers as [TestWebhooks];
    const endpoints = await addEndpoints(first, sink.url, 20);
    await first.queue(endpoints, { copies: 50 });
    for (const webhooks of workers) webhooks.get(DeliveryWorker).start();
    await first.untilFinished();
    const ids = sink.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(1_000);
    expect(new Set(ids).size).toBe(1_000);
    const holders = await first.query(`SELECT status, attempts, count(*)::int AS n
      FROM carillon.deliveries GROUP BY 1, 2`);
    expect(holders).toEqual([{ status: 'delivered', attempts: 1, n: 1_000 }]);
  });

  it('take over what a killed one held, when its leases end', async () => {
    const webhooks = await worker(false);
    const sink = await target(answer(200));
    const endpoints = await addEndpoints(webhooks, sink.url, 1);
    await webhooks.queue(endpoints, { copies: 10 });
    // What a process leaves behind that is killed between the claim and the record.
    await webhooks.query(
      `UPDATE carillon.deliveries SET leased_by = gen_random_uuid(), lease_until = now() + interval '1 hour'`,
    );
    webhooks.get(DeliveryWorker).start();
    const canary = await addEndpoints(webhooks, `${sink.url}/canary`, 1);
    await webhooks.queue(canary);
    await sink.waitFor(1);
    expect(sink.received.map(({ path }) => path)).toEqual(['/canary']);
    // Not yet recorded, its lease would end below as well.
    await webhooks.until(`EXISTS (SELECT FROM carillon.deliveries WHERE status = 'delivered')`);

    await webhooks.query(`UPDATE carillon.deliveries SET lease_until = now() WHERE status = 'pending'`);
    await webhooks.untilFinished();
    expect(sink.received).toHaveLength(11);
  });

  it('hold leases that end within a minute', async () => {
    const webhooks = await worker();
    const blackHole = await target(hang);
    const endpoints = await addEndpoints(webhooks, blackHole.url, 1);
    await webhooks.queue(endpoints, { copies: 10 });
    await blackHole.waitFor(1);
    const [row] = await webhooks.query<{ longest: number }>(
      'SELECT max(extract(epoch FROM lease_until - now()))::float AS longest FROM carillon.deliveries',
    );
    expect(row?.longest).toBeGreaterThan(15);
    expect(row?.longest).toBeLessThan(59);
  });

  it('renew the leases that they hold, and no others', async () => {
    const webhooks = await worker(false);
    const endpoints = await addEndpoints(webhooks, 'http://127.0.0.1:9', 2);
    await webhooks.queue(endpoints);
    const [mine, other] = [v4(), v4()];
    const queue = webhooks.get(QueueStore);
    const { manager } = webhooks.dataSource;
    const claim = (index: number, holder: string) =>
      queue.claim(manager, [{ targetId: endpoints[index]?.id ?? '', room: 1 }], holder, 1_000);
    const held = [...(await claim(0, mine)), ...(await claim(1, other))];
    await queue.renew(manager, held, mine, 45_000);
    const leases = await webhooks.query<{ leased_by: string; renewed: boolean }>(
      `SELECT leased_by, lease_until > now() + interval '10 s' AS renewed FROM carillon.deliveries`,
    );
    expect(Object.fromEntries(leases.map((row) => [row.leased_by, row.renewed]))).toEqual({
      [mine]: true,
      [other]: false,
    });
  });

  it('give back at their end what they did not start', async () => {
    const webhooks = await worker(false, 1_000);
    const blackHole = await target(hang);
    const endpoints = await addEndpoints(webhooks, blackHole.url, 3);
    await webhooks.queue(endpoints, { copies: 50 });
    webhooks.get(DeliveryWorker).start();
    await blackHole.waitFor(3);
    await webhooks.get(DeliveryWorker).stop();
    expect(await webhooks.query('SELECT FROM carillon.deliveries WHERE leased_by IS NOT NULL')).toEqual([]);
  });
});

describe('the database', () => {
  it('may go away: what was sent is recorded when it is back', async () => {
    const webhooks = await worker(false);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const slow = await target((_request, response) => void released.then(() => response.end()));
    const endpoints = await addEndpoints(webhooks, slow.url, 3);
    await webhooks.queue(endpoints);
    webhooks.get(DeliveryWorker).start();
    await slow.waitFor(3);
    const name = new URL(database.url).pathname.slice(1);
    const outside = new pg.Client({ connectionString: databaseUrl(database.url, 'postgres') });
    await outside.connect();
    // Every connection is cut, and new ones are refused for a while.
    cleaner.on('error', () => undefined);
    await outside.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await outside.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    const logged = jest.spyOn(Logger.prototype, 'error');
    cleanups.push(() => logged.mockRestore());
    const failed = () => logged.mock.calls.some(([line]) => /could not be recorded/.test(String(line)));
    release();
    while (!failed()) await new Promise((resolve) => setTimeout(resolve, 20));
    await outside.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await outside.end();
    cleaner = await connect();
    await webhooks.untilFinished();
    expect(slow.received).toHaveLength(3);
    expect(await webhooks.query('SELECT DISTINCT status, attempts FROM carillon.deliveries')).toEqual([
      { status: 'delivered', attempts: 1 },
    ]);
  });
});
