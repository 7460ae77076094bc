import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startApp, tokenOf, type TestApp } from '../../support/app.js';
import { StreamReader } from '../../support/sse.js';
import { pagedType, startPagerWorld, type PagerWorld } from './support/world.js';

const THROTTLE = { throttle: { max: 2, per: '1h' } };

function type(key: string, more: object = THROTTLE) {
  const paged = pagedType(key, {}, { webhookEvent: key, ...more });
  return { ...paged, channels: { ...paged.channels, toast: true } };
}

const TYPES = [
  type('often'),
  type('other'),
  type('urgent', { ...THROTTLE, critical: true, mutable: false }),
  type('free', {}),
  pagedType('later', { delay: '1s' }, THROTTLE),
];

let world: PagerWorld;
beforeAll(async () => {
  world = await startPagerWorld({ types: TYPES, deliveries: { retrySchedule: [0, 0, 0, 0] } });
});
afterAll(() => world.close());

interface Channels {
  in_app: { status: string };
  toast: { status: string };
  webhook: { status: string };
  pager: { status: string; deliveries: { status: string; reason: string | null }[] };
}

async function reportOf(t: TestApp, eventId: string): Promise<Channels> {
  const { body } = await t.producer.get(`/v1/events/${eventId}`).expect(200);
  return (body as { recipients: Channels[] }).recipients[0] as Channels;
}

/** What the event came to, once the pager's part is over and the relay has announced it. */
async function outcomeOf(eventId: string): Promise<Channels> {
  await world.until(eventId, 'delivered', 'skipped');
  await announced(eventId);
  return reportOf(world, eventId);
}

async function announced(eventId: string): Promise<void> {
  for (;;) {
    const waiting = await world.sql.number(
      'SELECT count(*) FROM carillon.inbox_changes WHERE event_id = $1',
      [eventId],
    );
    if (waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function outcomes(key: string, user: string, count: number): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const { toast, pager } = await outcomeOf(await world.notify(key, [user]));
    // Of one event the channels agree.
    expect([toast.status, pager.status]).toEqual(
      pager.status === 'throttled' ? ['throttled', 'throttled'] : ['announced', 'sent'],
    );
    found.push(pager.status);
  }
  return found;
}

it('interrupts a user so often and no more, and keeps everything in the inbox', async () => {
  expect(await outcomes('often', 'anna', 3)).toEqual(['sent', 'sent', 'throttled']);
  const refused = await outcomeOf(await world.notify('often', ['anna']));
  expect(refused).toMatchObject({
    in_app: { status: 'stored' },
    toast: { status: 'throttled' },
    webhook: { status: 'no_endpoint' },
    pager: { status: 'throttled', deliveries: [{ status: 'skipped', reason: 'throttled' }] },
  });
  expect(world.sent.filter(({ userId }) => userId === 'anna')).toHaveLength(2);
  const { body } = await world.as('anna').get('/v1/notifications/unread-count').expect(200);
  expect(body).toEqual({ count: 4 });
});

it('counts each user and each type by itself', async () => {
  for (const [key, user] of [
    ['often', 'ben'],
    ['often', 'carl'],
    ['other', 'ben'],
  ] as const) {
    expect(await outcomes(key, user, 3)).toEqual(['sent', 'sent', 'throttled']);
  }
});

it('holds back nothing that is critical, or of a type without a throttle', async () => {
  expect(await outcomes('urgent', 'dora', 4)).toEqual(Array(4).fill('sent'));
  expect(await outcomes('free', 'dora', 4)).toEqual(Array(4).fill('sent'));
});

it('counts the hour before each event, wherever it begins', async () => {
  expect(await outcomes('often', 'emil', 3)).toEqual(['sent', 'sent', 'throttled']);
  const age = (rank: number, minutes: number) =>
    world.sql.rows(
      `UPDATE carillon.throttle_decisions SET decided_at = now() - $2 * interval '1 minute' WHERE event_id = (
         SELECT event_id FROM carillon.throttle_decisions WHERE user_id = 'emil' AND allowed
         ORDER BY decided_at, event_id OFFSET $1 LIMIT 1)`,
      [rank, minutes],
    );
  await age(0, 59);
  expect(await outcomes('often', 'emil', 1)).toEqual(['throttled']);
  await age(0, 61);
  expect(await outcomes('often', 'emil', 2)).toEqual(['sent', 'throttled']);
});

it('does not count what interrupts nobody', async () => {
  const set = (on: boolean | null) =>
    world
      .as('fay')
      .patch('/v1/preferences')
      .send({ types: { often: { toast: on, pager: on } } })
      .expect(200);
  await set(false);
  for (let at = 0; at < 3; at += 1) await announced(await world.notify('often', ['fay']));
  await set(null);
  expect(await outcomes('often', 'fay', 3)).toEqual(['sent', 'sent', 'throttled']);
});

it('decides once: what is tried again, or has waited, does not count twice', async () => {
  world.answers.push({ status: 'retry', error: 'busy' }, { status: 'retry', error: 'busy' });
  expect(await outcomes('often', 'gus', 3)).toEqual(['sent', 'sent', 'throttled']);
  const ids = [];
  for (let at = 0; at < 3; at += 1) ids.push(await world.notify('later', ['gus']));
  const ended = await Promise.all(ids.map((id) => world.until(id, 'delivered', 'skipped')));
  expect(ended.map(({ status }) => status).toSorted()).toEqual(['delivered', 'delivered', 'skipped']);
});

it('shows no toast of what it holds back, on no page', async () => {
  const stream = await StreamReader.open(`${world.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf('hal')}`,
  });
  try {
    await outcomes('often', 'hal', 4);
    await world
      .as('hal')
      .patch('/v1/preferences')
      .send({ types: { often: { in_app: false } } })
      .expect(200);
    await outcomes('often', 'hal', 1);
    await outcomes('free', 'hal', 1);
    await stream.until((reader) => reader.of('notification').length === 5);
    const toasts = stream.of('notification').map(({ data }) => data['toast']);
    expect(toasts).toEqual([true, true, false, false, true]);
    expect(stream.of('toast')).toEqual([]);
  } finally {
    stream.close();
  }
});

it('interrupts exactly so often when sixty-four events come at once, over two processes', async () => {
  const other = await startApp({
    types: TYPES.map((one) => ({ ...one, channels: { toast: true } })),
    shippedTypes: false,
    database: { url: world.databaseUrl },
  });
  try {
    const users = ['ida', 'jon', 'kim'];
    const sent = await Promise.all(
      Array.from({ length: 64 }, (_, at) =>
        (at % 2 === 0 ? world : other).post({ type: 'often', user_ids: users, title: `${at}` }),
      ),
    );
    for (const { id } of sent) await announced(id);
    const due = () =>
      world.sql.number(
        `SELECT count(*) FROM carillon.deliveries WHERE user_id = ANY ($1) AND status = 'pending'`,
        [users],
      );
    while ((await due()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const user of users) {
      const toasts = await world.sql.rows<{ id: string }>(
        'SELECT event_id AS id FROM carillon.inbox_log WHERE user_id = $1 AND toast ORDER BY 1',
        [user],
      );
      const pages = await world.sql.rows<{ id: string }>(
        `SELECT event_id AS id FROM carillon.deliveries WHERE user_id = $1 AND status = 'delivered' ORDER BY 1`,
        [user],
      );
      expect(toasts).toHaveLength(2);
      // Half of the events come from the process without a pager.
      expect(toasts).toEqual(expect.arrayContaining(pages));
      const { body } = await world.as(user).get('/v1/notifications/unread-count').expect(200);
      expect(body).toEqual({ count: 64 });
    }
  } finally {
    await other.close();
  }
});
