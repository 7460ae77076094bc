import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { DeliveriesStore } from '../../../src/deliveries/deliveries.store.js';
import { Channels } from '../../../src/channels/registry.js';
import { channelTrash } from '../../../src/channels/trash.sql.js';
import { DEFAULTS } from '../../../src/config/defaults.js';
import { Database } from '../../../src/database/database.js';
import { DeliveriesService } from '../../../src/channels/webhook/deliveries.service.js';
import { DeliveryWorker } from '../../../src/deliveries/delivery.worker.js';
import { Notices, type Notice } from '../../../src/channels/notices.js';
import { EndpointTester } from '../../../src/channels/webhook/endpoint-tester.js';
import { EndpointsService } from '../../../src/channels/webhook/endpoints.service.js';
import { HttpSender } from '../../../src/outbound/http-sender.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  answer,
  FakeTarget,
  hang,
  type ReceivedRequest,
  type Respond,
} from '../../outbound/support/targets.js';
import { TestWebhooks } from './support/webhooks.js';

const USER = 'user-1';
// Retries at once: what is tested is what happens, not how long it takes.
const EAGER = { deliveries: { retrySchedule: [0, 0] } };
// For targets that hang. All others have this time as well, so it is not as short as it could be.
const IMPATIENT = { ...EAGER, webhooks: { timeoutMs: 3_000 } };

let database: TestDatabase;
let cleaner: pg.Client;
let webhooks: TestWebhooks;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  cleaner = new pg.Client({ connectionString: database.url });
  await cleaner.connect();
});
afterAll(async () => {
  await cleaner.end();
  await database.drop();
});

beforeEach(async () => {
  webhooks = await TestWebhooks.start(database.url, EAGER);
  cleanups.push(() => webhooks.close());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await cleaner.query(
    'TRUNCATE carillon.deliveries, carillon.delivery_attempts, carillon.events, carillon.webhook_endpoints',
  );
});

async function start(respond: Respond): Promise<FakeTarget> {
  const target = await FakeTarget.start(respond);
  cleanups.push(() => target.stop());
  return target;
}

/** Waits no longer than a test can. */
async function beImpatient(): Promise<void> {
  await webhooks.close();
  webhooks = await TestWebhooks.start(database.url, IMPATIENT);
}

/** Answers with each of these in turn, then with the last one for ever. */
function inTurn(...responses: Respond[]): Respond {
  let next = 0;
  return (request, response) => responses[Math.min(next++, responses.length - 1)]?.(request, response);
}

/** Attempts as they were recorded, oldest first. */
function attempts(): Promise<{ response_status: number | null; error: string | null }[]> {
  return webhooks.query(`
    SELECT response_status, error FROM (
      SELECT started_at, response_status, error FROM carillon.delivery_attempts
      UNION ALL SELECT attempted_at, response_status, error FROM carillon.deliveries WHERE attempted_at IS NOT NULL
    ) AS attempt ORDER BY started_at`);
}

async function onlyDelivery(endpoint: { id: string }) {
  const deliveries = await webhooks.get(DeliveriesService).list(USER, endpoint.id, { limit: 10 });
  expect(deliveries).toHaveLength(1);
  return deliveries[0];
}

const ref = (endpoint: { id: string }, userId = USER) => ({ userId, id: endpoint.id });

describe('an attempt', () => {
  it('arrives signed, with the content of the event', async () => {
    const target = await start(answer(204));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const eventId = await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();

    const [request] = target.received;
    const body = new Webhook(endpoint.secret ?? '').verify(
      request?.body ?? '',
      request?.headers as Record<string, string>,
    );
    // Nothing is in the inbox, so the event's id stands for the notification's.
    expect(body).toMatchObject({
      type: 'job.failed',
      data: { user_id: USER, notification: { id: eventId, title: 'Backup failed', data: { job: 7 } } },
    });
    const delivery = await onlyDelivery(endpoint);
    expect(delivery).toMatchObject({
      status: 'delivered',
      attempts: 1,
      responseStatus: 204,
      error: null,
      nextAttemptAt: null,
      deliveredAt: expect.any(Date),
    });
    expect(request?.headers['webhook-id']).toBe(delivery?.id);
    expect(await attempts()).toEqual([{ response_status: 204, error: null }]);
  });

  it('is repeated with the same id until it works', async () => {
    const target = await start(inTurn(answer(500), (_, response) => response.destroy(), answer(200)));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    expect(new Set(target.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await onlyDelivery(endpoint)).toMatchObject({ status: 'delivered', attempts: 3, error: null });
    expect(await attempts()).toEqual([
      { response_status: 500, error: 'answered 500' },
      { response_status: null, error: 'the connection was closed before an answer' },
      { response_status: 200, error: null },
    ]);
  });

  it('fails for good at the end of the schedule', async () => {
    await beImpatient();
    const target = await start(inTurn(answer(302, '', { location: '/elsewhere' }), hang, answer(503)));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    expect(await onlyDelivery(endpoint)).toMatchObject({
      status: 'failed',
      attempts: 3,
      responseStatus: 503,
      error: 'answered 503',
      deliveredAt: null,
      nextAttemptAt: null,
    });
    expect((await attempts()).map(({ error }) => error)).toEqual([
      'answered 302; redirects are not followed',
      'no answer within 3000 ms',
      'answered 503',
    ]);
    expect(target.received).toHaveLength(3);
  });

  it('waits as long as the receiver asks, and so does the whole endpoint', async () => {
    const target = await start(inTurn(answer(429, '', { 'retry-after': '3600' }), answer(200)));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.until(`EXISTS (SELECT FROM carillon.deliveries WHERE attempts = 1)`);
    const [row] = await webhooks.query<{ wait: number; pause: number }>(
      `SELECT extract(epoch FROM d.next_attempt_at - now())::float AS wait,
         extract(epoch FROM e.paused_until - now())::float AS pause
       FROM carillon.deliveries d JOIN carillon.webhook_endpoints e ON e.id = d.target_id`,
    );
    expect(row?.wait).toBeGreaterThan(3_500);
    expect(row?.pause).toBeGreaterThan(3_500);

    // Neither this process nor another one sends more in the meantime.
    const other = await TestWebhooks.start(database.url, EAGER);
    cleanups.push(() => other.close());
    await webhooks.queue([ref(endpoint)]);
    const canary = await start(answer(200));
    const healthy = await webhooks.addEndpoint(USER, canary.url);
    await webhooks.queue([ref(healthy)]);
    await canary.waitFor(1);
    expect(target.received).toHaveLength(1);

    // Enabling it anew lifts the pause, in the process that was asked for it as well.
    await other.close();
    await webhooks.get(EndpointsService).update(USER, endpoint.id, { enabled: true });
    await target.waitFor(2);
  });

  it('waits no longer when the endpoint gets another URL', async () => {
    const limited = await start(answer(429, '', { 'retry-after': '3600' }));
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, limited.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.until(`EXISTS (SELECT FROM carillon.deliveries WHERE attempts = 1)`);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.get(EndpointsService).update(USER, endpoint.id, { url: target.url });
    await target.waitFor(1);
    expect(limited.received).toHaveLength(1);
  });

  it('is repeated after an answer with a header twice', async () => {
    const twice: Respond = (_request, response) =>
      void response.writeHead(429, ['Retry-After', '0', 'Retry-After', '0']).end();
    const target = await start(inTurn(twice, answer(200)));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    expect(await onlyDelivery(endpoint)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it('is repeated after a failure that nobody thought of', async () => {
    const sender = webhooks.get(HttpSender);
    const send = jest.spyOn(sender, 'send').mockRejectedValueOnce(new TypeError('a surprise'));
    cleanups.push(() => send.mockRestore());
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    expect(await onlyDelivery(endpoint)).toMatchObject({ status: 'delivered', attempts: 2 });
    expect((await attempts())[0]).toEqual({
      response_status: null,
      error: 'the attempt failed on this side',
    });
  });

  it('says on the delivery that a target is refused', async () => {
    const strict = await TestWebhooks.start(
      database.url,
      { deliveries: { retrySchedule: [] }, webhooks: { allowNetworks: [] } },
      { runWorker: false },
    );
    cleanups.push(() => strict.close());
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.get(DeliveryWorker).stop();
    strict.get(DeliveryWorker).start();
    cleanups.push(() => strict.get(DeliveryWorker).stop());
    await strict.queue([ref(endpoint)]);
    await strict.untilFinished();
    expect(await onlyDelivery(endpoint)).toMatchObject({
      status: 'failed',
      error: 'refused: leads to a loopback address',
    });
    expect(target.received).toEqual([]);
  });
});

describe('what a receiver says for good', () => {
  it('410 disables the endpoint at once and tells its owner', async () => {
    const sent: Notice[] = [];
    webhooks.get(Notices).handleWith(async (_manager, notice) => sent.push(notice));
    const target = await start(answer(410));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.until(`EXISTS (SELECT FROM carillon.webhook_endpoints WHERE disabled_at IS NOT NULL)`);
    await webhooks.get(DeliveryWorker).stop();
    expect(await onlyDelivery(endpoint)).toMatchObject({
      status: 'failed',
      attempts: 1,
      responseStatus: 410,
    });
    expect(await webhooks.get(EndpointsService).get(USER, endpoint.id)).toMatchObject({
      enabled: false,
      disabled_reason: 'the target answered 410 Gone',
    });
    expect(sent).toEqual([
      {
        type: 'webhook_disabled',
        userId: USER,
        title: 'A webhook endpoint was disabled',
        body: '"test" (generic) gets no deliveries any more: the target answered 410 Gone.',
        entity: { type: 'webhook', id: endpoint.id },
      },
    ]);
  });

  it('is not disabled when its owner cannot be told', async () => {
    webhooks.get(Notices).handleWith(() => Promise.reject(new Error('no')));
    const target = await start(answer(410));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    await webhooks.get(DeliveryWorker).stop();
    expect(await webhooks.get(EndpointsService).get(USER, endpoint.id)).toMatchObject({ enabled: true });
  });

  it.each([
    ['discord', 404],
    ['slack', 400],
    ['ntfy', 403],
  ])('%s %s is not tried again', async (kind, status) => {
    const target = await start(answer(status));
    const endpoint = await webhooks.addEndpoint(USER, `${target.url}/topic`, { kind });
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    expect(await onlyDelivery(endpoint)).toMatchObject({ status: 'failed', attempts: 1 });
    expect(target.received).toHaveLength(1);
  });

  it('nothing but failures for five days disables it', async () => {
    const told: string[] = [];
    webhooks.get(Notices).handleWith(async (_manager, { entity }) => told.push(entity.id));
    const target = await start(answer(500));
    const failing = await webhooks.addEndpoint(USER, target.url);
    const young = await webhooks.addEndpoint(USER, target.url);
    await webhooks.query(
      `UPDATE carillon.webhook_endpoints SET failures = 100,
         failing_since = now() - CASE WHEN id = $1 THEN interval '5 days' ELSE interval '4 days 23 hours' END`,
      [failing.id],
    );
    await webhooks.queue([ref(failing), ref(young)]);
    await webhooks.untilFinished();
    await webhooks.until(`EXISTS (SELECT FROM carillon.webhook_endpoints WHERE disabled_at IS NOT NULL)`);
    expect(await webhooks.get(EndpointsService).get(USER, failing.id)).toMatchObject({
      enabled: false,
      disabled_reason: 'every attempt failed for 5 days',
    });
    expect(await webhooks.get(EndpointsService).get(USER, young.id)).toMatchObject({ enabled: true });
    expect(told).toEqual([failing.id]);
  });

  it('one success forgives all failures before', async () => {
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.query(
      `UPDATE carillon.webhook_endpoints SET failures = 100, failing_since = now() - interval '6 days'`,
    );
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    expect(await webhooks.query('SELECT failures, failing_since FROM carillon.webhook_endpoints')).toEqual([
      { failures: 0, failing_since: null },
    ]);
  });
});

describe('an endpoint that is no more', () => {
  it.each([
    ['deleted', 'the webhook was deleted'],
    ['disabled', 'the webhook is disabled: disabled by its owner'],
  ])('%s: its deliveries are closed without an attempt', async (what, error) => {
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const service = webhooks.get(EndpointsService);
    if (what === 'deleted') await service.remove(USER, endpoint.id);
    else await service.update(USER, endpoint.id, { enabled: false });
    await webhooks.queue([ref(endpoint)], { copies: 600 });
    await webhooks.untilFinished();
    expect(
      await webhooks.query(
        'SELECT status, error, attempts, count(*)::int AS n FROM carillon.deliveries GROUP BY 1, 2, 3',
      ),
    ).toEqual([{ status: 'failed', error, attempts: 0, n: 600 }]);
    expect(target.received).toEqual([]);
  });
});

describe('redeliver', () => {
  it('sends again with the same id, from the beginning of the schedule', async () => {
    const target = await start(inTurn(answer(500), answer(500), answer(500), answer(500), answer(200)));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    const failed = await onlyDelivery(endpoint);
    expect(failed).toMatchObject({ status: 'failed', attempts: 3 });

    const requeued = await webhooks.get(DeliveriesService).redeliver(USER, endpoint.id, failed?.id ?? '');
    expect(requeued).toMatchObject({ id: failed?.id, status: 'pending', attempts: 3 });
    await webhooks.untilFinished();
    expect(await onlyDelivery(endpoint)).toMatchObject({ status: 'delivered', attempts: 5 });
    expect(new Set(target.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it("refuses a disabled endpoint, and other people's deliveries", async () => {
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(endpoint)]);
    await webhooks.untilFinished();
    const id = (await onlyDelivery(endpoint))?.id ?? '';
    const service = webhooks.get(DeliveriesService);
    await expect(service.redeliver('thief', endpoint.id, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(service.redeliver(USER, endpoint.id, endpoint.id)).rejects.toMatchObject({
      code: 'not_found',
    });
    await webhooks.get(EndpointsService).update(USER, endpoint.id, { enabled: false });
    await expect(service.redeliver(USER, endpoint.id, id)).rejects.toMatchObject({
      code: 'endpoint_disabled',
    });
  });
});

describe('rotation', () => {
  it('signs with both secrets for a day', async () => {
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const { secret } = await webhooks.get(EndpointsService).rotateSecret(USER, endpoint.id);
    const verifies = (index: number, key = '') => {
      const { body, headers } = target.received[index] as ReceivedRequest;
      try {
        return Boolean(new Webhook(key).verify(body, headers as Record<string, string>));
      } catch {
        return false;
      }
    };
    await webhooks.queue([ref(endpoint)]);
    await target.waitFor(1);
    expect([verifies(0, secret), verifies(0, endpoint.secret)]).toEqual([true, true]);

    await webhooks.query(
      `UPDATE carillon.webhook_endpoints
       SET previous_secrets = jsonb_set(previous_secrets, '{0,until}', to_jsonb(now() - interval '1 s'))`,
    );
    await webhooks.queue([ref(endpoint)]);
    await target.waitFor(2);
    expect([verifies(1, secret), verifies(1, endpoint.secret)]).toEqual([true, false]);
  });

  it('twice in a day keeps the secret that the receiver uses, and has an end', async () => {
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const service = webhooks.get(EndpointsService);
    const secrets = [endpoint.secret ?? ''];
    for (let times = 0; times < 5; times += 1) {
      secrets.push((await service.rotateSecret(USER, endpoint.id)).secret ?? '');
    }
    await expect(service.rotateSecret(USER, endpoint.id)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfter: expect.any(Number),
    });
    await webhooks.queue([ref(endpoint)]);
    await target.waitFor(1);
    const { body, headers } = target.received[0] as ReceivedRequest;
    for (const secret of secrets) new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(headers['webhook-signature']?.toString().split(' ')).toHaveLength(6);

    // The oldest has had its day: there is room for another.
    await webhooks.query(
      `UPDATE carillon.webhook_endpoints
       SET previous_secrets = jsonb_set(previous_secrets, '{4,until}', to_jsonb(now() - interval '1 s'))`,
    );
    await service.rotateSecret(USER, endpoint.id);
  });
});

describe('a test attempt', () => {
  it('says what happened, and shows no more than a line of the answer', async () => {
    await beImpatient();
    const target = await start(
      inTurn(answer(200, 'fine\r\n\u0007thanks'), answer(500, 'secret '.repeat(1000)), hang),
    );
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const tester = webhooks.get(EndpointTester);
    expect(await tester.test(USER, endpoint.id)).toEqual({
      delivered: true,
      response_status: 200,
      error: null,
      duration_ms: expect.any(Number),
      excerpt: 'fine thanks',
    });
    const failed = await tester.test(USER, endpoint.id);
    expect(failed).toMatchObject({ delivered: false, response_status: 500, error: 'answered 500' });
    expect(failed.excerpt?.length).toBeLessThanOrEqual(200);
    expect(await tester.test(USER, endpoint.id)).toMatchObject({
      delivered: false,
      response_status: null,
      error: 'no answer within 3000 ms',
      excerpt: null,
    });
    await expect(tester.test('thief', endpoint.id)).rejects.toMatchObject({ code: 'not_found' });
    expect(target.received.map(({ body }) => JSON.parse(body).type)).toEqual(Array(3).fill('webhook.test'));
    expect(await webhooks.query('SELECT FROM carillon.deliveries')).toEqual([]);
  });

  it('keeps only two requests of a user waiting', async () => {
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const target = await start((_request, response) => void released.then(() => response.end()));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const tester = webhooks.get(EndpointTester);
    const tests = [1, 2, 3].map(() => tester.test(USER, endpoint.id));
    // Which of them comes last is the connection pool's affair.
    const results = Promise.allSettled(tests);
    await expect(Promise.race(tests)).rejects.toMatchObject({ code: 'rate_limited' });
    release();
    const statuses = (await results).map(({ status }) => status).sort();
    expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(await tester.test(USER, endpoint.id)).toMatchObject({ delivered: true });
  });
});

describe('clean-up', () => {
  it('keeps an endpoint in the trash for as long as its deliveries, which are found through it', async () => {
    const target = await start(answer(200));
    const used = await webhooks.addEndpoint(USER, target.url);
    await webhooks.addEndpoint(USER, target.url);
    await webhooks.queue([ref(used)]);
    await webhooks.untilFinished();
    await webhooks.query(`UPDATE carillon.webhook_endpoints SET deleted_at = now() - interval '91 days'`);
    const trash = channelTrash(new Channels(DEFAULTS).all);
    const endpoints = trash.find(({ name }) => name === 'webhook endpoints in the trash')!;
    const database = webhooks.get(Database);
    const { manager } = database;
    const before = new Date(Date.now() - 90 * 24 * 3600 * 1000);
    const left = () =>
      webhooks.query<{ id: string }>('SELECT id FROM carillon.webhook_endpoints ORDER BY id');
    expect(await left()).toHaveLength(2);
    expect(await database.executeCount(manager, endpoints.count, [before])).toBe(1);
    expect(await database.executeCount(manager, endpoints.remove, [before, 10])).toBe(1);
    expect(await left()).toEqual([{ id: used.id }]);
    await webhooks.query('DELETE FROM carillon.deliveries');
    expect(await database.executeCount(manager, endpoints.remove, [before, 10])).toBe(1);
    expect(await left()).toEqual([]);
  });

  it('deletes what finished before, with its attempts, in batches', async () => {
    const target = await start(answer(200));
    const endpoint = await webhooks.addEndpoint(USER, target.url);
    const day = 24 * 3600 * 1000;
    await webhooks.queue([ref(endpoint)], { copies: 6, createdAt: new Date(Date.now() - 31 * day) });
    await webhooks.untilFinished();
    await webhooks.get(DeliveryWorker).stop();
    // One of them had to be sent again, and finished now.
    await webhooks.query(
      `UPDATE carillon.deliveries SET finished_at = created_at
       WHERE id <> (SELECT id FROM carillon.deliveries ORDER BY id LIMIT 1)`,
    );
    await webhooks.queue([ref(endpoint)]);
    // Each was attempted once before.
    await webhooks.query(
      `INSERT INTO carillon.delivery_attempts (user_id, delivery_id, started_at, duration_ms)
       SELECT user_id, id, created_at, 1 FROM carillon.deliveries WHERE attempted_at IS NOT NULL`,
    );
    const former = () => webhooks.query('SELECT FROM carillon.delivery_attempts');
    const store = webhooks.get(DeliveriesStore);
    const { manager } = webhooks.dataSource;
    const before = new Date(Date.now() - 30 * day);
    const targets = await store.nextTargets(undefined, before, 10);
    expect(targets).toEqual([{ userId: USER, targetId: endpoint.id, old: true }]);
    expect(await store.nextTargets(targets[0], before, 10)).toEqual([]);
    expect(await store.countOld(before)).toBe(5);
    expect(await store.deleteOld(manager, targets, before, 3)).toBe(3);
    expect(await former()).toHaveLength(3);
    expect(await store.deleteOld(manager, targets, before, 3)).toBe(2);
    expect(await store.deleteOld(manager, targets, before, 3)).toBe(0);
    expect(await former()).toHaveLength(1);
    expect(await webhooks.query('SELECT status FROM carillon.deliveries ORDER BY id')).toEqual([
      { status: 'delivered' },
      { status: 'pending' },
    ]);
  });
});
