import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Database } from '../../../src/database/database.js';
import { DeliveriesStore } from '../../../src/deliveries/deliveries.store.js';
import { DeliveryWakeup } from '../../../src/deliveries/delivery-wakeup.js';
import { pagedType, startPagerWorld, type PagerWorld } from './support/world.js';

let world: PagerWorld;

beforeAll(async () => {
  world = await startPagerWorld({
    types: [
      pagedType('comment', { digest: '1h' }),
      pagedType('like', { digest: '1h' }),
      pagedType('plain', {}),
      pagedType('news', { digest: 'daily' }),
      pagedType('stats', { digest: 'weekly' }),
      pagedType('late', { delay: '10m', digest: '1h' }),
      pagedType('alarm', { digest: '1h' }, { critical: true, mutable: false }),
    ],
    deliveries: { retrySchedule: [0, 0] },
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.sent.length = 0;
});

/** Sends events of a type to a user, each of which waits then. */
async function gather(type: string, user: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1)
    ids.push(await world.notify(type, [user], { title: `${type} ${at}` }));
  for (const id of ids) await world.until(id, 'waiting');
  return ids;
}

const titles = (items: readonly { notification: { title: string } }[] = []) =>
  items.map(({ notification }) => notification.title);

async function outcomes(ids: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const id of ids) {
    const { status, reason } = await world.until(id, 'delivered', 'skipped', 'failed', 'cancelled');
    all.push(reason === null ? status : `${status}: ${reason}`);
  }
  return all;
}

it('what comes within the window of the first is one message, under the id of the first', async () => {
  const ids = await gather('comment', 'anna', 3);
  expect(await world.delivery(ids[2] as string)).toMatchObject({ status: 'waiting', reason: 'digest' });
  await world.due(ids[0] as string);
  expect(await outcomes(ids)).toEqual(['delivered', 'delivered', 'delivered']);
  expect(world.sent).toHaveLength(1);
  const [message] = world.sent;
  expect(message).toMatchObject({
    id: (await world.delivery(ids[0] as string)).id,
    event: 'comment',
    notification: { title: 'comment 2' },
    digest: { total: 3 },
  });
  expect(titles(message?.digest?.items)).toEqual(['comment 2', 'comment 1', 'comment 0']);
  expect(message?.digest?.items[0]).toEqual({
    notificationId: await world.copyOf('anna'),
    event: 'comment',
    notification: message?.notification,
  });
});

it('what comes after that is of the next one', async () => {
  const [first] = await gather('comment', 'ada', 1);
  await world.due(first as string);
  await world.until(first as string, 'delivered');
  const [next] = await gather('comment', 'ada', 1);
  await world.due(next as string);
  await world.until(next as string, 'delivered');
  expect(world.sent.map(({ digest }) => digest)).toEqual([undefined, undefined]);
});

it('types have windows of their own', async () => {
  const comments = await gather('comment', 'alma', 2);
  const likes = await gather('like', 'alma', 2);
  await world.due(likes[1] as string);
  await outcomes(likes);
  expect(world.sent.map(({ digest }) => titles(digest?.items))).toEqual([['like 1', 'like 0']]);
  expect(await world.delivery(comments[0] as string)).toMatchObject({ status: 'waiting' });
});

it('what the user has dealt with is left out; one that is left is an ordinary message', async () => {
  const ids = await gather('comment', 'ben', 4);
  const user = world.as('ben');
  const copies = await world.copiesOf('ben');
  await user.patch(`/v1/notifications/${copies[0]}`).send({ read: true }).expect(200);
  await user.delete(`/v1/notifications/${copies[1]}`).expect(200);
  await world.sql.rows('DELETE FROM carillon.notifications WHERE id = $1', [copies[2]]);
  await world.due(ids[3] as string);
  expect(await outcomes(ids)).toEqual(['delivered', 'skipped: deleted', 'skipped: deleted', 'skipped: read']);
  expect(world.sent).toMatchObject([{ notification: { title: 'comment 0' } }]);
  expect(world.sent[0]?.digest).toBeUndefined();
});

it('where the first is dealt with, the others go out without it', async () => {
  const ids = await gather('comment', 'bea', 3);
  const copies = await world.copiesOf('bea');
  await world.as('bea').patch(`/v1/notifications/${copies[2]}`).send({ read: true }).expect(200);
  await world.due(ids[0] as string);
  expect(await outcomes(ids)).toEqual(['skipped: read', 'delivered', 'delivered']);
  expect(world.sent.map(({ digest }) => titles(digest?.items))).toEqual([['comment 2', 'comment 1']]);
});

it('where none is left, nothing is sent', async () => {
  const ids = await gather('comment', 'bert', 3);
  await world.as('bert').post('/v1/notifications/mark-all-read').expect(200);
  await world.due(ids[0] as string);
  expect(await outcomes(ids)).toEqual(['skipped: read', 'skipped: read', 'skipped: read']);
  expect(world.sent).toEqual([]);
});

it('what the user has muted meanwhile is left out, what has no copy is not', async () => {
  const patch = (types: object) => world.as('cora').patch('/v1/preferences').send({ types }).expect(200);
  await patch({ news: { in_app: false } });
  const news = await gather('news', 'cora', 2);
  const stats = await gather('stats', 'cora', 1);
  await patch({ stats: { pager: false } });
  for (const id of [...news, ...stats]) await world.due(id);
  expect(await outcomes([...news, ...stats])).toEqual(['delivered', 'delivered', 'skipped: muted']);
  expect(world.sent.map(({ digest }) => digest?.total)).toEqual([2]);
});

it('a digest of fifty says how many there are', async () => {
  const ids = await gather('comment', 'dora', 53);
  await world.due(ids[0] as string);
  await outcomes(ids);
  expect(world.sent).toHaveLength(1);
  expect(world.sent[0]?.digest?.total).toBe(53);
  expect(titles(world.sent[0]?.digest?.items).slice(0, 2)).toEqual(['comment 52', 'comment 51']);
  expect(world.sent[0]?.digest?.items).toHaveLength(50);
});

it('is tried again under one id, and fails with everything in it', async () => {
  world.answers.push(
    { status: 'retry', error: 'busy' },
    { status: 'retry' },
    { status: 'retry', error: 'no' },
  );
  const ids = await gather('comment', 'emil', 2);
  await world.due(ids[0] as string);
  expect(await outcomes(ids)).toEqual(['failed', 'failed']);
  expect(await world.delivery(ids[1] as string)).toMatchObject({ error: 'no' });
  expect(world.sent.map(({ id, digest }) => [id === world.sent[0]?.id, digest?.total])).toEqual([
    [true, 2],
    [true, 2],
    [true, 2],
  ]);
});

it('does not tell again of what was called back while it was tried', async () => {
  const { news } = { news: { in_app: false } };
  await world.as('eva').patch('/v1/preferences').send({ types: { news } }).expect(200);
  world.answers.push({ status: 'retry', error: 'busy', retryAfterMs: 3_600_000 });
  const ids = await gather('news', 'eva', 3);
  for (const id of ids) await world.due(id);
  while ((await world.delivery(ids[0] as string)).error !== 'busy')
    await new Promise((resolve) => setTimeout(resolve, 20));
  const change = `UPDATE carillon.deliveries SET reason = 'withdrawn' WHERE event_id = $1`;
  await world.sql.rows(change, [ids[1]]);
  await world.sql.rows(`UPDATE carillon.deliveries SET next_attempt_at = now() WHERE event_id = $1`, [
    ids[0],
  ]);
  expect(await outcomes(ids)).toEqual(['delivered', 'skipped: withdrawn', 'delivered']);
  expect(world.sent.map(({ digest }) => titles(digest?.items))).toEqual([
    ['news 2', 'news 1', 'news 0'],
    ['news 2', 'news 0'],
  ]);
});

it('is sent whole once more when its owner asks for that, whatever was read', async () => {
  const ids = await gather('comment', 'ella', 2);
  await world.due(ids[0] as string);
  await outcomes(ids);
  await world.as('ella').post('/v1/notifications/mark-all-read').expect(200);
  const { manager } = world.app.get(Database, { strict: false });
  const store = world.app.get(DeliveriesStore, { strict: false });
  const { id, targetId } = world.sent[0] as { id: string; targetId: string };
  await store.requeue(manager, { userId: 'ella', targetId, id });
  world.app.get(DeliveryWakeup, { strict: false }).wake();
  while (world.sent.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.sent[1]).toMatchObject({ id, digest: { total: 2 } });
  expect(await outcomes(ids)).toEqual(['delivered', 'delivered']);
});

it('begins when the delay is over', async () => {
  const [id] = await gather('late', 'fay', 1);
  expect(await world.delivery(id as string)).toMatchObject({ reason: 'delay' });
  await world.due(id as string);
  const reason = async () => (await world.delivery(id as string)).reason;
  while ((await reason()) !== 'digest') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await world.delivery(id as string)).toMatchObject({ status: 'waiting' });
});

const due = async (id: string) =>
  (
    await world.sql.rows<{ due_at: Date }>('SELECT due_at FROM carillon.deliveries WHERE event_id = $1', [id])
  )[0]?.due_at;

it('daily and weekly ones are due at the time that the user wants, where the user is', async () => {
  const me = (body: object) => world.as('gus').patch('/v1/me').send(body).expect(200);
  await me({ time_zone: 'Asia/Kathmandu', digest_at: '06:30', digest_day: 'thu' });
  const [news] = await gather('news', 'gus', 1);
  const [stats] = await gather('stats', 'gus', 1);
  // Kathmandu is 5 hours and 45 minutes ahead.
  expect((await due(news as string))?.toISOString()).toMatch(/T00:45:00.000Z$/);
  const weekly = await due(stats as string);
  expect([weekly?.getUTCDay(), weekly?.toISOString().slice(11)]).toEqual([4, '00:45:00.000Z']);
  await world.producer.put('/v1/users/gerd').send({ time_zone: 'Asia/Kathmandu' }).expect(200);
  const [other] = await gather('news', 'gerd', 1);
  expect((await due(other as string))?.toISOString()).toMatch(/T02:15:00.000Z$/);
});

it('are one message over all types, of those whose time has come', async () => {
  const news = await gather('news', 'hal', 2);
  const stats = await gather('stats', 'hal', 2);
  await world.due(news[0] as string);
  await world.due(news[1] as string);
  await world.due(stats[1] as string);
  await outcomes([...news, stats[1] as string]);
  expect(world.sent.map(({ digest }) => titles(digest?.items))).toEqual([['stats 1', 'news 1', 'news 0']]);
  expect(await world.delivery(stats[0] as string)).toMatchObject({ status: 'waiting', reason: 'digest' });
});

/** Quiet hours that it is in the middle of, in UTC. */
function aroundNow(): { from: string; to: string } {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  return { from: at(-2), to: at(2) };
}

it.each([
  ['quiet', { quiet_hours: aroundNow() }, { quiet_hours: null }],
  ['paused', { paused_until: new Date(Date.now() + 3_600_000) }, { paused_until: null }],
])('what comes while it is %s is held, and sent as one when that ends', async (reason, begin, end) => {
  const user = `ida-${reason}`;
  const me = (body: object) => world.as(user).patch('/v1/me').send(body).expect(200);
  await me(begin);
  await world.lookedAnew(user);
  const ids = [...(await gather('plain', user, 2)), ...(await gather('comment', user, 1))];
  expect(await world.delivery(ids[0] as string)).toMatchObject({ status: 'waiting', reason });
  const alarm = await world.notify('alarm', [user]);
  await world.until(alarm, 'delivered');
  world.sent.length = 0;
  // A digest that becomes due meanwhile is held as well, with what is in it.
  const more = await gather('comment', user, 1);
  await world.due(more[0] as string);
  for (const id of [ids[2] as string, ...more])
    while ((await world.delivery(id)).reason !== reason)
      await new Promise((resolve) => setTimeout(resolve, 20));
  expect(world.sent).toEqual([]);
  await me(end);
  expect(await outcomes([...ids, ...more])).toEqual(Array(4).fill('delivered'));
  expect(world.sent.map(({ digest }) => digest?.total)).toEqual([4]);
});
