import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { checkDiscord, checkNtfy, checkSlack, strict } from './support/providers.js';
import { answer, FakeTarget, type Respond } from '../../outbound/support/targets.js';
import { TestWebhooks } from './support/webhooks.js';

let database: TestDatabase;
let webhooks: TestWebhooks;
const targets: FakeTarget[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  webhooks = await TestWebhooks.start(database.url, { deliveries: { retrySchedule: [0, 0, 0] } });
});
afterAll(async () => {
  await webhooks.close();
  for (const target of targets) await target.stop();
  await database.drop();
});

/** The largest event that the server takes, and the nastiest for each of the receivers. */
const EXTREMES = [
  { title: 'x', body: null },
  { title: '👩‍👩‍👧‍👦'.repeat(23), body: '👩‍👩‍👧‍👦'.repeat(900) },
  { title: '"\\'.repeat(127), body: '"\\\n\u0001'.repeat(2_500) },
  { title: '<!channel>&'.repeat(23), body: '<!here> <@U1> & '.repeat(625) },
  { title: 'ü'.repeat(255), body: '漢'.repeat(10_000) },
];

/** Delivers every extreme event, and says how each delivery ended. */
async function deliverAll(kind: string, respond: Respond) {
  const target = await FakeTarget.start(respond);
  targets.push(target);
  const endpoint = await webhooks.addEndpoint(kind, `${target.url}/alerts`, { kind });
  for (const { title, body } of EXTREMES) {
    const eventId = await webhooks.queue([], { title });
    await webhooks.query(`UPDATE carillon.events SET body = $2, link = $3 WHERE id = $1`, [
      eventId,
      body,
      `https://example.com/${'a'.repeat(2_000)}`,
    ]);
    await webhooks.query(
      `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, created_at, next_attempt_at)
       VALUES ($1, gen_random_uuid(), 'webhook', $2, $3, 'job.failed', now(), now())`,
      [kind, endpoint.id, eventId],
    );
  }
  await webhooks.until(
    `NOT EXISTS (SELECT FROM carillon.deliveries WHERE target_id = '${endpoint.id}' AND status = 'pending')`,
  );
  return webhooks.query<{ status: string; attempts: number }>(
    'SELECT status, attempts FROM carillon.deliveries WHERE target_id = $1 ORDER BY attempts DESC',
    [endpoint.id],
  );
}

describe('a receiver that enforces its limits', () => {
  it.each<[string, Respond]>([
    ['discord', strict(checkDiscord, answer(204))],
    ['slack', strict(checkSlack, answer(200, 'ok'))],
    ['ntfy', strict(checkNtfy, answer(200, '{}'))],
  ])('%s takes everything', async (kind, respond) => {
    expect(await deliverAll(kind, respond)).toEqual(
      EXTREMES.map(() => ({ status: 'delivered', attempts: 1 })),
    );
  });

  it.each<[string, Respond]>([
    ['discord', strict(checkDiscord, answer(204), 2)],
    ['slack', strict(checkSlack, answer(200, 'ok'), 2, '1')],
    ['ntfy', strict(checkNtfy, answer(200, '{}'), 2)],
  ])('%s gets everything later when it limits the rate', async (kind, respond) => {
    const deliveries = await deliverAll(kind, respond);
    expect(deliveries.map(({ status }) => status)).toEqual(EXTREMES.map(() => 'delivered'));
    expect(deliveries.reduce((total, { attempts }) => total + attempts, 0)).toBe(EXTREMES.length + 2);
  });
});
