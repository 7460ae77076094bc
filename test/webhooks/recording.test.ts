import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DeliveriesService } from '../../src/webhooks/deliveries.service.js';
import { DeliveryQueueStore } from '../../src/webhooks/delivery-queue.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { answer, FakeTarget, type Respond } from './support/targets.js';
import { TestWebhooks } from './support/webhooks.js';

const USER = 'user-1';

let database: TestDatabase;
let webhooks: TestWebhooks;
const targets: FakeTarget[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  webhooks = await TestWebhooks.start(database.url, { webhooks: { retrySchedule: [0] } });
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
      'ALTER TABLE carillon.delivery_attempts ADD CONSTRAINT no_teapots CHECK (response_status <> 418)',
    );
    const teapot = await addEndpoint(answer(418));
    const kettles = await Promise.all([1, 2, 3].map(() => addEndpoint(answer(200))));
    await webhooks.queue([teapot, ...kettles]);
    await webhooks.untilFinished();
    expect(
      await webhooks.query(
        'SELECT endpoint_id = $1 AS teapot, status, error, count(*)::int AS n FROM carillon.deliveries GROUP BY 1, 2, 3 ORDER BY 1',
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

  it('count once, although the answer to the first try was lost', async () => {
    const queue = webhooks.get(DeliveryQueueStore);
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
    expect(await webhooks.query('SELECT response_status FROM carillon.delivery_attempts')).toEqual([
      { response_status: 410 },
    ]);
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
    expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    await expect(again()).rejects.toMatchObject({ code: 'rate_limited', retryAfter: expect.any(Number) });
    await expect(service.redeliver('other', endpoint.id, delivery?.id ?? '')).rejects.toMatchObject({
      code: 'not_found',
    });
    await webhooks.untilFinished();
    expect(await service.list(USER, endpoint.id, { limit: 2 })).toHaveLength(1);
  });
});
