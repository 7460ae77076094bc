import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { pagedType, startPagerWorld, type PagerWorld } from './support/world.js';

let world: PagerWorld;

beforeAll(async () => {
  world = await startPagerWorld({
    types: [
      pagedType('plain', {}),
      pagedType('news', { digest: 'daily' }),
      pagedType('comment', { digest: '1h' }),
      pagedType('late', { delay: '1h' }),
    ],
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.sent.length = 0;
});

const me = (user: string, body: object) => world.as(user).patch('/v1/me').send(body).expect(200);

/** By the clock on the wall, in UTC. */
const wall = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);

/** Sends events to a user, each of which waits then. */
async function waiting(user: string, ...types: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const type of types) ids.push(await world.notify(type, [user]));
  for (const id of ids) await world.until(id, 'waiting');
  return ids;
}

async function allDelivered(ids: readonly string[]): Promise<void> {
  for (const id of ids) await world.until(id, 'delivered');
}

const totals = () => world.sent.map(({ digest }) => digest?.total ?? 1);

async function dueAt(id: string): Promise<Date> {
  const text = 'SELECT due_at FROM carillon.deliveries WHERE event_id = $1';
  return (await world.sql.rows<{ due_at: Date }>(text, [id]))[0]?.due_at as Date;
}

/** A time to come at which an event's delivery is due that was due at another. */
async function movedFrom(id: string, former: Date): Promise<Date> {
  for (;;) {
    const due = await dueAt(id);
    if (due > new Date() && due.getTime() !== former.getTime()) return due;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('the zone that a producer syncs ends quiet hours, and what they held is sent as one', async () => {
  const put = (zone: string) => world.producer.put('/v1/users/ann').send({ time_zone: zone }).expect(200);
  await put('UTC');
  await me('ann', { quiet_hours: { from: wall(-2), to: wall(2) } });
  const ids = await waiting('ann', 'plain', 'plain');
  await put('UTC');
  const report = await world.pager(ids[0] as string);
  expect(report).toMatchObject({ status: 'waiting', reason: 'quiet', deliveries: [{ reason: 'quiet' }] });
  await put('Asia/Kathmandu');
  await allDelivered(ids);
  expect(await world.pager(ids[0] as string)).toMatchObject({ status: 'sent', reason: null });
  expect(totals()).toEqual([2]);
});

it('a pause that ends sooner is waited for until then, and one that is over lets quiet hours hold it', async () => {
  await me('ben', { paused_until: new Date(Date.now() + 7_200_000) });
  const [id] = (await waiting('ben', 'plain')) as [string];
  const sooner = new Date(Date.now() + 3_600_000);
  await me('ben', { paused_until: sooner });
  expect(await movedFrom(id, await dueAt(id))).toEqual(sooner);
  await me('ben', { paused_until: null, quiet_hours: { from: wall(-2), to: wall(2) } });
  while ((await world.delivery(id)).reason !== 'quiet')
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.sent).toEqual([]);
});

it('a digest comes at the time and on the day that are set meanwhile', async () => {
  await me('cora', { digest_at: wall(3) });
  const [id] = (await waiting('cora', 'news')) as [string];
  const former = await dueAt(id);
  await me('cora', { digest_at: wall(5) });
  const moved = await movedFrom(id, former);
  expect(moved.getTime() - former.getTime()).toBe(7_200_000);
  await me('cora', { time_zone: 'Asia/Kathmandu' });
  const there = await movedFrom(id, moved);
  expect((there.getTime() - moved.getTime()) / 60_000).toBe(there > moved ? 24 * 60 - 345 : -345);
});

it('what waits for something else stays as it is', async () => {
  const ids = await waiting('dora', 'late', 'comment', 'news');
  const dues = await Promise.all(ids.map(dueAt));
  await me('dora', { quiet_hours: null, paused_until: null, locale: 'de' });
  await world.lookedAnew('dora');
  expect(await Promise.all(ids.map(dueAt))).toEqual(dues);
  await me('dora', { locale: 'fr' });
  await world.producer.put('/v1/users/dora').send({ name: 'Dora' }).expect(200);
  await world
    .as('dora')
    .patch('/v1/preferences')
    .send({ channels: { pager: true } })
    .expect(200);
  const rows = await world.sql.rows(`SELECT FROM carillon.changed_times WHERE user_id = 'dora' AND again`);
  expect(rows).toEqual([]);
  expect((await world.delivery(ids[0] as string)).reason).toBe('delay');
});

it('more than one look takes is released in parts, each delivery once', async () => {
  await me('emma', { paused_until: new Date(Date.now() + 7_200_000) });
  const [first] = (await waiting('emma', 'plain')) as [string];
  await world.sql.rows(
    `INSERT INTO carillon.deliveries
       (user_id, id, channel, target_id, event_id, event, status, created_at, due_at, reason, gather)
     SELECT user_id, carillon.uuid_v7(now()), channel, target_id, event_id, event, status, created_at, due_at, reason, gather
     FROM carillon.deliveries CROSS JOIN generate_series(1, 1200) WHERE event_id = $1`,
    [first],
  );
  await me('emma', { paused_until: null });
  const open = `SELECT FROM carillon.deliveries WHERE user_id = 'emma' AND finished_at IS NULL`;
  while ((await world.sql.rows(open)).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(totals().reduce((sum, total) => sum + total)).toBe(1_201);
});

it('what was decided by the former times as they changed is looked at once more', async () => {
  await me('finn', { paused_until: new Date(Date.now() + 7_200_000) });
  const [id] = (await waiting('finn', 'plain')) as [string];
  // As by a process that has read the settings from before the change and writes down what it decided after the look at it.
  const hide = (gather: string | null) =>
    world.sql.rows('UPDATE carillon.deliveries SET gather = $2 WHERE event_id = $1', [id, gather]);
  await hide(null);
  await me('finn', { paused_until: null });
  await world.lookedAnew('finn');
  await hide('');
  expect(await world.delivery(id)).toMatchObject({ status: 'waiting', reason: 'paused' });
  await world.sql.rows(`UPDATE carillon.changed_times SET due_at = now() WHERE user_id = 'finn'`);
  await allDelivered([id]);
  expect(await world.sql.rows(`SELECT FROM carillon.changed_times WHERE user_id = 'finn'`)).toEqual([]);
});
