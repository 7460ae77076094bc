import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeliveriesService } from '../../src/channels/webhook/deliveries.service.js';
import { Lane } from '../../src/deliveries/lanes/lane.js';
import { withoutAttempt } from '../../src/deliveries/outcome.js';
import { QueueStore, type Claimed, type Outcome } from '../../src/deliveries/queue.store.js';
import { DeliveryWorker } from '../../src/deliveries/delivery.worker.js';
import { Recorder } from '../../src/deliveries/recorder.js';
import { mintId } from '../../src/common/ids.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { answer, FakeTarget, type Respond } from '../outbound/support/targets.js';
import { TestWebhooks } from '../channels/webhook/support/webhooks.js';
import { LIMITS, sharedChannel } from './support/lanes.js';

const USER = 'user-1';

let database: TestDatabase;
let webhooks: TestWebhooks;
const targets: FakeTarget[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  webhooks = await TestWebhooks.start(database.url, { deliveries: { retrySchedule: [0] } });
});
afterEach(async () => {
  await webhooks.close();
  for (const target of targets.splice(0)) await target.stop();
  await database.drop();
});

async function addEndpoint(respond: Respond): Promise<{ userId: string; id: string }> {
  const target = await FakeTarget.start(respond);
  targets.push(target);
  return { userId: USER, id: (await webhooks.addEndpoint(USER, target.url)).id };
}

describe('outcomes that are written down together', () => {
  it('do not wait for one that the database refuses, which is closed', async () => {
    await webhooks.query(
      'ALTER TABLE carillon.deliveries ADD CONSTRAINT no_teapots CHECK (response_status <> 418)',
    );
    const teapot = await addEndpoint(answer(418));
    const kettles = await Promise.all([1, 2, 3].map(() => addEndpoint(answer(200))));
    await webhooks.queue([teapot, ...kettles]);
    await webhooks.untilFinished();
    expect(
      await webhooks.query(
        'SELECT target_id = $1 AS teapot, status, error, count(*)::int AS n FROM carillon.deliveries GROUP BY 1, 2, 3 ORDER BY 1',
        [teapot.id],
      ),
    ).toEqual([
      { teapot: false, status: 'delivered', error: null, n: 3 },
      {
        teapot: true,
        status: 'failed',
        error: 'the outcome of the attempt could not be written down',
        n: 1,
      },
    ]);
    expect(targets[0]?.received).toHaveLength(1);
  });

  it('are halved where one is refused, instead of being tried one by one', async () => {
    const queue = webhooks.get(QueueStore);
    const record = jest.spyOn(queue, 'record');
    const outcomes = Array.from({ length: 64 }, (_, number) =>
      withoutAttempt(
        { userId: USER, targetId: mintId(Date.now()), id: mintId(Date.now()) },
        // PostgreSQL has no text with a zero in it.
        { verdict: 'failed', error: number === 40 ? '\0' : 'the webhook was deleted' },
      ),
    );
    const lane = new Lane('lane', sharedChannel, LIMITS, false, 0);
    const written: string[] = [];
    const recorder = webhooks.get(Recorder);
    recorder.add(
      outcomes.map((outcome) => ({ lane, outcome, result: { status: 'retry' } })),
      (batch) => written.push(...batch.map(({ outcome }) => outcome.id)),
    );
    await recorder.idle();
    expect(written).toEqual(outcomes.map(({ id }) => id));
    // All, the halves of six sizes that it is in, and what is written in its place.
    expect(record).toHaveBeenCalledTimes(1 + 2 * 6 + 1);
  });

  it('count once, although the answer to the first try was lost', async () => {
    const queue = webhooks.get(QueueStore);
    const record = queue.record.bind(queue);
    jest.spyOn(queue, 'record').mockImplementationOnce(async (...values) => {
      await record(...values);
      throw new Error('the connection was closed');
    });
    await webhooks.queue([await addEndpoint(answer(410))]);
    await webhooks.until('EXISTS (SELECT FROM carillon.webhook_endpoints WHERE disabled_at IS NOT NULL)');
    expect(await webhooks.query('SELECT failures FROM carillon.webhook_endpoints')).toEqual([
      { failures: 1 },
    ]);
    expect(await webhooks.query('SELECT response_status, attempts FROM carillon.deliveries')).toEqual([
      { response_status: 410, attempts: 1 },
    ]);
    expect(await webhooks.query('SELECT FROM carillon.delivery_attempts')).toEqual([]);
  });
});

describe('of several attempts', () => {
  const attempt = {
    dueAt: null,
    gather: null,
    reason: null,
    durationMs: 7,
    waitMs: null,
    responseStatus: 500,
    error: 'answered 500',
  };
  const lease = { worker: mintId(Date.now()), leaseMs: 60_000 };

  /** What is kept of attempts: the last in the delivery's row, those before it in a table of their own. */
  async function kept() {
    const [last] = await webhooks.query<object>(
      `SELECT status, attempts, extract(epoch FROM attempted_at)::int AS at, duration_ms, error FROM carillon.deliveries`,
    );
    const former = await webhooks.query<object>(
      `SELECT extract(epoch FROM started_at)::int AS at, duration_ms, response_status, error
       FROM carillon.delivery_attempts ORDER BY id`,
    );
    return { last, former };
  }

  async function claim(worker = lease.worker): Promise<Claimed> {
    const { manager } = webhooks.dataSource;
    // Not now(): to the millisecond, that may be the next one.
    await webhooks.query(`UPDATE carillon.deliveries SET next_attempt_at = now() - interval '1 second'`);
    const [endpoint] = await webhooks.query<{ id: string }>('SELECT id FROM carillon.webhook_endpoints');
    const lanes = [{ targetId: endpoint?.id ?? '', room: 1 }];
    const [claimed] = await webhooks.get(QueueStore).claim(manager, lanes, worker, lease.leaseMs);
    return claimed as Claimed;
  }

  async function record(delivery: Claimed, outcome: Partial<Outcome>, worker = lease.worker) {
    const { userId, targetId, id } = delivery;
    const written = { userId, targetId, id, ...attempt, startedAt: null, status: 'failed' as const };
    await webhooks.get(QueueStore).record(webhooks.dataSource.manager, [{ ...written, ...outcome }], worker);
  }

  beforeEach(async () => {
    await webhooks.get(DeliveryWorker).stop();
    await webhooks.queue([await addEndpoint(answer(200))]);
  });

  it('the last is kept in its delivery, and those before it beside that', async () => {
    const again = { status: 'pending', waitMs: 0 } as const;
    await record(await claim(), { ...again, startedAt: new Date(1_000) });
    expect(await kept()).toEqual({
      last: { status: 'pending', attempts: 1, at: 1, duration_ms: 7, error: 'answered 500' },
      former: [],
    });
    await record(await claim(), {
      ...again,
      startedAt: new Date(2_000),
      responseStatus: 503,
      error: 'answered 503',
    });
    const done = { status: 'delivered', responseStatus: 200, error: null, durationMs: 9 } as const;
    await record(await claim(), { ...done, startedAt: new Date(3_000) });
    expect(await kept()).toEqual({
      last: { status: 'delivered', attempts: 3, at: 3, duration_ms: 9, error: null },
      former: [
        { at: 1, duration_ms: 7, response_status: 500, error: 'answered 500' },
        { at: 2, duration_ms: 7, response_status: 503, error: 'answered 503' },
      ],
    });
  });

  it('none is taken for another’s when the delivery is closed without one', async () => {
    await record(await claim(), { status: 'pending', waitMs: 0, startedAt: new Date(1_000) });
    const nothing = { startedAt: null, durationMs: null, responseStatus: null };
    await record(await claim(), { ...nothing, error: 'the webhook was deleted' });
    expect(await kept()).toEqual({
      last: { status: 'failed', attempts: 1, at: null, duration_ms: null, error: 'the webhook was deleted' },
      former: [{ at: 1, duration_ms: 7, response_status: 500, error: 'answered 500' }],
    });
  });

  it('one is kept whose lease has ended, and counts if it worked', async () => {
    const late = await claim();
    await webhooks.query('UPDATE carillon.deliveries SET lease_until = now()');
    const other = mintId(Date.now());
    const taken = await claim(other);
    await record(late, { startedAt: new Date(1_000) });
    expect(await kept()).toEqual({
      last: { status: 'pending', attempts: 0, at: null, duration_ms: null, error: null },
      former: [{ at: 1, duration_ms: 7, response_status: 500, error: 'answered 500' }],
    });
    const done = { status: 'delivered', responseStatus: 200, error: null } as const;
    await record(late, { ...done, startedAt: new Date(2_000) });
    await record(taken, { startedAt: new Date(3_000), responseStatus: 404, error: 'answered 404' }, other);
    expect(await kept()).toEqual({
      last: { status: 'delivered', attempts: 1, at: 2, duration_ms: 7, error: null },
      former: [
        { at: 1, duration_ms: 7, response_status: 500, error: 'answered 500' },
        { at: 3, duration_ms: 7, response_status: 404, error: 'answered 404' },
      ],
    });
  });

  it('one is kept that was written down before a late one that worked', async () => {
    const late = await claim();
    await webhooks.query('UPDATE carillon.deliveries SET lease_until = now()');
    const other = mintId(Date.now());
    await record(
      await claim(other),
      {
        status: 'pending',
        waitMs: 0,
        startedAt: new Date(2_000),
        responseStatus: 503,
        error: 'answered 503',
      },
      other,
    );
    const done = { status: 'delivered', responseStatus: 200, error: null } as const;
    await record(late, { ...done, startedAt: new Date(1_000) });
    expect(await kept()).toEqual({
      last: { status: 'delivered', attempts: 2, at: 1, duration_ms: 7, error: null },
      former: [{ at: 2, duration_ms: 7, response_status: 503, error: 'answered 503' }],
    });
  });

  it('each is known to be written down, wherever it is kept', async () => {
    await record(await claim(), { status: 'pending', waitMs: 0, startedAt: new Date(1_000) });
    const delivery = await claim();
    await record(delivery, { startedAt: new Date(2_000) });
    const { userId, targetId, id } = delivery;
    const isRecorded = (at: number) =>
      webhooks
        .get(QueueStore)
        .isRecorded(webhooks.dataSource.manager, [
          { userId, targetId, id, ...attempt, status: 'failed', startedAt: new Date(at) },
        ]);
    expect(await Promise.all([1_000, 2_000, 3_000].map(isRecorded))).toEqual([true, true, false]);
  });

  it('none is lost that was made before the last one stood in its delivery', async () => {
    await webhooks.query('UPDATE carillon.deliveries SET attempts = 1, response_status = 500');
    await record(await claim(), { startedAt: new Date(2_000) });
    expect(await kept()).toEqual({
      last: { status: 'failed', attempts: 2, at: 2, duration_ms: 7, error: 'answered 500' },
      former: [],
    });
  });
});

describe('a look for work', () => {
  it('does not ask again about endpoints that are being served', async () => {
    await webhooks.get(DeliveryWorker).stop();
    const endpoints = await Promise.all([1, 2].map(() => addEndpoint(answer(200))));
    await webhooks.queue(endpoints);
    const [served, other] = endpoints.map(({ id }) => id) as [string, string];
    const lanes = await webhooks
      .get(QueueStore)
      .scan(webhooks.dataSource.manager, '00000000-0000-0000-0000-000000000000', 10, [served]);
    const due = new Map(lanes.map((lane) => [lane.targetId, lane.userId !== null]));
    expect(due).toEqual(
      new Map([
        [served, false],
        [other, true],
      ]),
    );
  });
});

describe('a backlog', () => {
  it('is leased without moving its rows, which would write an entry into every index', async () => {
    const endpoints = await Promise.all([1, 2, 3, 4].map(() => addEndpoint(answer(200))));
    const each = 300;
    await webhooks.queue(endpoints.flatMap((endpoint) => Array.from({ length: each }, () => endpoint)));
    await webhooks.untilFinished();
    const leased = each * endpoints.length;
    // Each is updated twice; the second time its place in the indexes changes. Statistics come a moment later.
    await webhooks.until(
      `(SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'deliveries') >= ${2 * leased}`,
    );
    const [stayed] = await webhooks.query(
      `SELECT n_tup_hot_upd::int AS n FROM pg_stat_user_tables WHERE relname = 'deliveries'`,
    );
    expect((stayed as { n: number }).n).toBeGreaterThan(0.7 * leased);
  });
});

describe('a delivery that is sent again and again', () => {
  it('goes on counting', async () => {
    const endpoint = await addEndpoint(answer(200));
    await webhooks.queue([endpoint]);
    await webhooks.untilFinished();
    await webhooks.query('UPDATE carillon.deliveries SET attempts = 32767');
    const service = webhooks.get(DeliveriesService);
    const [delivery] = await service.list(USER, endpoint.id, { limit: 1 });
    for (const attempts of [32_768, 32_769]) {
      await service.redeliver(USER, endpoint.id, delivery?.id ?? '');
      await webhooks.untilFinished();
      expect(await service.list(USER, endpoint.id, { limit: 2 })).toMatchObject([
        { status: 'delivered', attempts },
      ]);
    }
  });

  it('is so at the pace of a person in the end', async () => {
    const endpoint = await addEndpoint(answer(200));
    await webhooks.queue([endpoint]);
    await webhooks.untilFinished();
    const service = webhooks.get(DeliveriesService);
    const [delivery] = await service.list(USER, endpoint.id, { limit: 1 });
    const again = () => service.redeliver(USER, endpoint.id, delivery?.id ?? '');
    const results = await Promise.allSettled(Array.from({ length: 120 }, again));
    // Asked once more, it may be allowed again: on a slow machine all of these take longer than a second.
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'rate_limited', retryAfter: expect.any(Number) },
    });
    await expect(service.redeliver('other', endpoint.id, delivery?.id ?? '')).rejects.toMatchObject({
      code: 'not_found',
    });
    await webhooks.untilFinished();
    expect(await service.list(USER, endpoint.id, { limit: 2 })).toHaveLength(1);
  });
});
