import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pagedType, startPagerWorld, type PagerWorld } from './support/world.js';

const WEBHOOK = {
  key: 'hooked',
  description: 'A type with a webhook that waits',
  level: 'info' as const,
  channels: { pager: false, webhook: { delay: '1h', unless: 'read' as const } },
  webhookEvent: 'hooked',
  mutable: true,
};

let world: PagerWorld;
let receiver: Server;
const received: string[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    received.push(request.headers['webhook-id'] as string);
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  world = await startPagerWorld({
    types: [
      pagedType('late', { delay: '1h' }),
      pagedType('unread', { delay: '1h', unless: 'read' }),
      pagedType('unseen', { delay: '1h', unless: 'seen' }),
      pagedType('bare', { delay: '1h', unless: 'read' }, { mutable: false }),
      pagedType('soon', { delay: '1s' }),
      WEBHOOK,
    ],
    webhooks: { allowNetworks: ['127.0.0.0/8'] },
    deliveries: { retrySchedule: [0, 0] },
  });
});
afterAll(async () => {
  await world.close();
  receiver.close();
});
beforeEach(() => {
  world.sent.length = 0;
});

it('waits for as long as the type says, and says so', async () => {
  const id = await world.notify('late', ['anna']);
  expect(await world.until(id, 'waiting')).toMatchObject({ status: 'waiting', reason: 'delay' });
  const [row] = await world.sql.rows<{ wait: string }>(
    `SELECT (d.due_at - e.created_at)::text AS wait FROM carillon.deliveries d JOIN carillon.events e ON e.id = d.event_id
     WHERE d.event_id = $1`,
    [id],
  );
  expect(row?.wait).toBe('01:00:00');
  expect(world.sent).toEqual([]);
  await world.due(id);
  expect(await world.until(id, 'delivered')).toMatchObject({ reason: null, error: null });
  expect(world.sent).toHaveLength(1);
});

it('is sent by itself when its time has come', async () => {
  const before = Date.now();
  await world.until(await world.notify('soon', ['aron']), 'delivered');
  expect(Date.now() - before).toBeGreaterThanOrEqual(1_000);
});

it.each<[string, string, (copy: string) => Promise<unknown>]>([
  ['read', 'unread', (copy) => world.as('ben').patch(`/v1/notifications/${copy}`).expect(200)],
  ['deleted', 'unread', (copy) => world.as('ben').delete(`/v1/notifications/${copy}`).expect(200)],
  ['read', 'unseen', (copy) => world.as('ben').patch(`/v1/notifications/${copy}`).expect(200)],
  ['seen', 'unseen', () => world.as('ben').post('/v1/notifications/mark-seen').expect(200)],
  ['snoozed', 'unread', (copy) => place(copy, 'snoozed')],
  ['archived', 'unread', (copy) => place(copy, 'archived')],
  [
    'expired',
    'unread',
    (copy) =>
      world.sql.rows(
        `UPDATE carillon.events SET expires_at = now()
         WHERE id = (SELECT event_id FROM carillon.notifications WHERE id = $1)`,
        [copy],
      ),
  ],
  ['deleted', 'unread', (copy) => world.sql.rows('DELETE FROM carillon.notifications WHERE id = $1', [copy])],
])('is not sent when the copy is %s by then (%s)', async (reason, type, act) => {
  const id = await world.notify(type, ['ben']);
  await world.until(id, 'waiting');
  await act(await world.copyOf('ben'));
  await world.due(id);
  expect(await world.until(id, 'skipped', 'delivered')).toMatchObject({ status: 'skipped', reason });
  expect(world.sent).toEqual([]);
});

async function place(copy: string, to: string): Promise<void> {
  await world.sql.rows('UPDATE carillon.notifications SET place = $2 WHERE id = $1', [copy, to]);
}

it.each<[string, string, () => Promise<unknown>]>([
  ['has not been looked at since', 'unseen', async () => undefined],
  [
    'was seen, and must be read',
    'unread',
    () => world.as('bo').post('/v1/notifications/mark-seen').expect(200),
  ],
])('is sent when the copy %s', async (_, type, act) => {
  await world.as('bo').post('/v1/notifications/mark-seen').expect(200);
  const id = await world.notify(type, ['bo']);
  await world.until(id, 'waiting');
  await act();
  await world.due(id);
  expect(await world.until(id, 'skipped', 'delivered')).toMatchObject({ status: 'delivered' });
});

it('is sent when the copy was snoozed, and is back by then', async () => {
  const id = await world.notify('unread', ['cleo']);
  await world.until(id, 'waiting');
  const copy = await world.copyOf('cleo');
  const inASecond = new Date(Date.now() + 1_000).toISOString();
  await world.as('cleo').patch(`/v1/notifications/${copy}`).send({ snoozed_until: inASecond }).expect(200);
  const inTheInbox = async () => {
    const { body } = await world.as('cleo').get('/v1/notifications').expect(200);
    return (body as { notifications: object[] }).notifications;
  };
  expect(await inTheInbox()).toEqual([]);
  while ((await inTheInbox()).length === 0);
  expect(await world.copyOf('cleo')).not.toBe(copy);
  await world.due(id);
  await world.until(id, 'delivered');
  expect(world.sent).toHaveLength(1);
});

it('is sent to those who have not read it, or have no copy to read', async () => {
  await world
    .as('cora')
    .patch('/v1/preferences')
    .send({ types: { unread: { in_app: false } } })
    .expect(200);
  const id = await world.notify('unread', ['carl', 'cora']);
  await world.until(id, 'waiting');
  await world.due(id);
  await world.until(id, 'delivered');
  while (world.sent.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.sent.map(({ userId }) => userId).toSorted()).toEqual(['carl', 'cora']);
});

it('is not sent to a user who has turned the channel off meanwhile', async () => {
  const ids = [await world.notify('late', ['dora']), await world.notify('bare', ['dora'])];
  for (const id of ids) await world.until(id, 'waiting');
  await world
    .as('dora')
    .patch('/v1/preferences')
    .send({ channels: { pager: false } })
    .expect(200);
  for (const id of ids) await world.due(id);
  expect(await world.until(ids[0] as string, 'skipped')).toMatchObject({ reason: 'muted' });
  // What cannot be muted is sent, whatever was set.
  await world.until(ids[1] as string, 'delivered');
});

it('looks again before each attempt', async () => {
  world.answers.push({ status: 'retry', error: 'busy', retryAfterMs: 3_600_000 });
  const id = await world.notify('unread', ['emil']);
  await world.until(id, 'waiting');
  await world.due(id);
  while ((await world.delivery(id)).error !== 'busy') await new Promise((resolve) => setTimeout(resolve, 20));
  await world.as('emil').post('/v1/notifications/mark-all-read').expect(200);
  await world.sql.rows('UPDATE carillon.deliveries SET next_attempt_at = now() WHERE event_id = $1', [id]);
  expect(await world.until(id, 'skipped')).toMatchObject({ reason: 'read' });
  expect(world.sent).toHaveLength(1);
});

it('holds for webhooks too, and what their owner sends once more waits for nothing', async () => {
  const { port } = receiver.address() as AddressInfo;
  const user = world.as('fay');
  const { body } = await user
    .post('/v1/webhooks')
    .send({ name: 'hook', kind: 'generic', url: `http://127.0.0.1:${port}`, events: '*' })
    .expect(201);
  const endpoint = (body as { webhook: { id: string } }).webhook.id;
  await world.notify('hooked', ['fay']);
  const list = async () =>
    (
      (await user.get(`/v1/webhooks/${endpoint}/deliveries`).expect(200)).body as {
        deliveries: { id: string; status: string }[];
      }
    ).deliveries[0];
  const stored = async () =>
    (
      await world.sql.rows<{ status: string; reason: string | null }>(
        `SELECT status, reason FROM carillon.deliveries WHERE channel = 'webhook'`,
      )
    )[0];
  while ((await stored())?.status !== 'waiting') await new Promise((resolve) => setTimeout(resolve, 20));
  await user.post('/v1/notifications/mark-all-read').expect(200);
  await world.sql.rows(`UPDATE carillon.deliveries SET due_at = now() WHERE channel = 'webhook'`);
  while ((await stored())?.status !== 'skipped') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(received).toEqual([]);
  const id = (await list())?.id as string;
  await user.post(`/v1/webhooks/${endpoint}/deliveries/${id}/redeliver`).expect(202);
  while ((await stored())?.status !== 'delivered') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(received).toEqual([id]);
  expect(await stored()).toMatchObject({ reason: null });
});
