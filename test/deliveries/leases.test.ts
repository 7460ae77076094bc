import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Claims } from '../../src/deliveries/claims.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TestWebhooks } from '../channels/webhook/support/webhooks.js';

/** Between two renewals. */
const RENEW_MS = 15_000;

let database: TestDatabase;
let webhooks: TestWebhooks;
let leases: Claims;
beforeEach(async () => {
  database = await createTestDatabase();
  webhooks = await TestWebhooks.start(database.url, {}, { runWorker: false });
  const tick = setInterval;
  // Only what repeats is under the test's control: the database's own timers run as ever.
  const intervals = jest.spyOn(globalThis, 'setInterval');
  intervals.mockImplementation(((call: () => void, ms: number) => {
    if (ms === RENEW_MS) renew = call;
    return tick(call, ms);
  }) as typeof setInterval);
  leases = webhooks.get(Claims);
  leases.start();
  intervals.mockRestore();
});
afterEach(async () => {
  await leases.stop();
  await webhooks.close();
  await database.drop();
});

/** What happens every fifteen seconds. */
let renew: () => void;

async function until(): Promise<number> {
  const [row] = await webhooks.query<{ lease_until: Date }>('SELECT lease_until FROM carillon.deliveries');
  return row?.lease_until.getTime() ?? 0;
}

describe('the leases of deliveries that take long', () => {
  it.each([0, 1, 3])('are renewed again and again, after %i times without any', async (idle) => {
    for (let time = 0; time < idle; time += 1) {
      renew();
      await Promise.resolve();
    }
    const { id } = await webhooks.addEndpoint('anna', 'http://127.0.0.1:9/');
    await webhooks.queue([{ userId: 'anna', id }]);
    expect(await leases.claim([{ targetId: id, room: 1 }])).toHaveLength(1);
    for (let time = 0; time < 3; time += 1) {
      const before = await until();
      do renew();
      while ((await until()) <= before);
    }
  });
});
