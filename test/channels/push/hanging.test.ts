import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SubscriptionVault } from '../../../src/channels/push/subscription-vault.js';
import { mintId } from '../../../src/common/ids.js';
import { SecretBox } from '../../../src/common/secret-box.js';
import { answer, FakeTarget } from '../../outbound/support/targets.js';
import { subscriptionAt, VAPID } from '../../support/push.js';
import { startMailServer, type MailServer } from '../email/support/mail-server.js';
import { ORDER_SHIPPED, startMailWorld, type MailWorld } from '../email/support/world.js';

const ENCRYPTION_KEY = 'an encryption key for this test, long enough';
const USERS = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);

let service: FakeTarget;
let target: FakeTarget;
let mailServer: MailServer;
let t: MailWorld;
beforeAll(async () => {
  service = await FakeTarget.start(() => undefined);
  target = await FakeTarget.start(answer(200));
  mailServer = await startMailServer();
  t = await startMailWorld(mailServer.url, {
    encryption: { key: ENCRYPTION_KEY },
    push: VAPID,
    // Whatever waited for the time-out of a push would not be done in time.
    webhooks: { allowNetworks: ['127.0.0.0/8'], timeoutMs: 60_000 },
    types: [
      { ...ORDER_SHIPPED, key: 'mention', channels: { push: true } },
      { ...ORDER_SHIPPED, key: 'order.paid', webhookEvent: 'order.paid' },
    ],
  });
});
afterAll(async () => {
  await t.close();
  await Promise.all([service.stop(), target.stop(), mailServer.stop()]);
});

/** Gives each of the users a browser, as the API would store it. */
async function subscribe(users: readonly string[]): Promise<void> {
  const vault = new SubscriptionVault(new SecretBox(ENCRYPTION_KEY));
  const { p256dh, auth } = subscriptionAt('').keys;
  const rows = users.map((userId) => {
    const place = { userId, id: mintId(Date.now()) };
    return { ...place, ...vault.seal(place, { endpoint: `${service.url}/${userId}`, auth }) };
  });
  await t.sql.rows(
    `INSERT INTO carillon.push_subscriptions (user_id, id, endpoint_hash, endpoint_box, auth_box, p256dh, created_at, updated_at)
     SELECT user_id, id, hash, endpoint, auth, $6, now(), now()
     FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::text[], $5::text[]) AS s(user_id, id, hash, endpoint, auth)`,
    [
      rows.map(({ userId }) => userId),
      rows.map(({ id }) => id),
      rows.map(({ endpointHash }) => endpointHash),
      rows.map(({ endpointBox }) => endpointBox),
      rows.map(({ authBox }) => authBox),
      p256dh,
    ],
  );
}

it('a push service that hangs with ten thousand pushes due delays no webhook and no mail', async () => {
  await subscribe(USERS);
  await t.contact('anna', 'anna@example.com');
  const webhook = { name: 'mine', kind: 'generic', url: target.url, events: '*' };
  await t.as('anna').post('/v1/webhooks').send(webhook).expect(201);
  await t.post({ type: 'mention', user_ids: USERS, title: 'All' });
  await service.waitFor(100);
  for (let sent = 1; sent <= 5; sent += 1) {
    await t.post({ type: 'order.paid', user_ids: ['anna'], title: 'Paid' });
    await target.waitFor(sent);
    await mailServer.received(sent);
  }
  const [open] = await t.sql.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM carillon.deliveries WHERE channel = 'push' AND status IN ('pending', 'waiting')`,
  );
  expect(open).toEqual({ count: USERS.length });
  // Devices that are left alone are not in the way of the scan: most of them, between two rounds of asking.
  const pending = `SELECT count(*) FROM carillon.deliveries WHERE status = 'pending'`;
  while ((await t.sql.number(pending)) > USERS.length / 4)
    await new Promise((resolve) => setTimeout(resolve, 20));
}, 180_000);
