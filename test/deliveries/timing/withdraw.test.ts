import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Database } from '../../../src/database/database.js';
import { QueueStore, type DeliveryKey } from '../../../src/deliveries/queue.store.js';
import type { SendResult } from '../../../src/deliveries/sending-channel.js';
import { TimingStore } from '../../../src/deliveries/timing/timing.store.js';
import { until } from '../../faults/support/wait.js';
import { pagedType, startPagerWorld, type PagerWorld } from './support/world.js';

/** Events of it are in no inbox: that nothing is sent of them is not because their copies are gone. */
const BARE = { in_app: false, pager: { default: true, digest: '1h' } };

let world: PagerWorld;
beforeAll(async () => {
  world = await startPagerWorld({
    types: [{ ...pagedType('bare', {}), channels: BARE }],
    deliveries: { retrySchedule: [3_600, 3_600] },
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.sent.length = 0;
});

const AT = { head: 0, part: 1 };
type Which = keyof typeof AT;
let users = 0;

/** Three events that wait for each other. */
async function gathered(): Promise<string[]> {
  const user = `user-${users++}`;
  const ids: string[] = [];
  for (const title of ['first', 'second', 'third']) ids.push(await world.notify('bare', [user], { title }));
  for (const id of ids) await world.until(id, 'waiting');
  return ids;
}

/** All of it is due at once. */
async function due(ids: readonly string[]): Promise<void> {
  await world.sql.rows('UPDATE carillon.deliveries SET due_at = now() WHERE event_id = ANY ($1)', [ids]);
}

/** The next attempt is due, and whatever lease there was is over. */
async function again(ids: readonly string[]): Promise<void> {
  await world.sql.rows(
    `UPDATE carillon.deliveries SET next_attempt_at = now(), lease_until = least(lease_until, now())
     WHERE event_id = ANY ($1) AND status = 'pending'`,
    [ids],
  );
}

/** @returns how many the pager had sent, or may have sent, by then */
async function callBack(id: string | undefined): Promise<number> {
  const { body } = await world.producer.delete(`/v1/events/${id}`).expect(200);
  return (body as { already_sent: { pager?: number } }).already_sent.pager ?? 0;
}

const told = () =>
  world.sent.map(({ digest, notification }) =>
    (digest?.items ?? [{ notification }]).map((item) => item.notification.title).join(),
  );

async function outcomes(ids: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const id of ids) {
    const { status, reason } = await world.until(id, 'delivered', 'skipped', 'failed', 'cancelled');
    all.push(reason === null ? status : `${status}: ${reason}`);
  }
  return all;
}

/** An attempt that goes on until it is answered. */
function held(): (result: SendResult) => void {
  let answer: (result: SendResult) => void = () => undefined;
  world.answers.push(new Promise<SendResult>((resolve) => (answer = resolve)));
  return (result) => answer(result);
}

/** Another process has gathered them, and is about to send them or will be. */
async function gatheredElsewhere(ids: readonly string[], lease: string | null): Promise<void> {
  await world.sql.rows(
    `UPDATE carillon.deliveries d SET status = CASE WHEN d.id = h.id THEN 'pending' ELSE 'waiting' END, due_at = NULL,
       next_attempt_at = CASE WHEN d.id = h.id THEN now() + interval '1 hour' END,
       part_of = CASE WHEN d.id <> h.id THEN h.id END,
       leased_by = CASE WHEN d.id = h.id AND $3::text IS NOT NULL THEN gen_random_uuid() END,
       lease_until = CASE WHEN d.id = h.id THEN now() + $3::interval END
     FROM carillon.deliveries h WHERE h.event_id = $2 AND d.event_id = ANY ($1)`,
    [ids, ids[0], lease],
  );
}

it.each<[Which, string[], string[]]>([
  ['head', ['third,second'], ['cancelled', 'delivered', 'delivered']],
  ['part', ['third,first'], ['delivered', 'cancelled', 'delivered']],
])('called back before it is gathered (%s), it was not sent, and is not', async (which, messages, ends) => {
  const ids = await gathered();
  expect(await callBack(ids[AT[which]])).toBe(0);
  await due(ids);
  expect(await outcomes(ids)).toEqual(ends);
  expect(told()).toEqual(messages);
});

it.each<[Which, string[], string[]]>([
  ['head', ['third,second'], ['skipped: withdrawn', 'delivered', 'delivered']],
  ['part', ['third,first'], ['delivered', 'cancelled', 'delivered']],
])('called back before it is claimed (%s), it was not sent, and is not', async (which, messages, ends) => {
  const ids = await gathered();
  await gatheredElsewhere(ids, null);
  expect(await callBack(ids[AT[which]])).toBe(0);
  await again(ids);
  expect(await outcomes(ids)).toEqual(ends);
  expect(told()).toEqual(messages);
});

it.each<[Which, number, string[], string[]]>([
  ['head', 1, ['third,second'], ['skipped: withdrawn', 'delivered', 'delivered']],
  // What is in the message is not read before the claim: of the part it is known that it was not.
  ['part', 0, ['third,first'], ['delivered', 'cancelled', 'delivered']],
])('called back where a process has claimed it and died (%s)', async (which, sent, messages, ends) => {
  const ids = await gathered();
  await gatheredElsewhere(ids, '1 hour');
  const [{ id = '' } = {}] = await world.sql.rows<{ id: string }>(
    'SELECT id FROM carillon.deliveries WHERE event_id = $1',
    [ids[0]],
  );
  expect(await callBack(ids[AT[which]])).toBe(sent);
  await again(ids);
  expect(await outcomes(ids)).toEqual(ends);
  expect(told()).toEqual(messages);
  expect(world.sent.map((message) => message.id)).toEqual([id]);
});

it.each<[Which]>([['head'], ['part']])(
  'called back while it is being sent (%s), it counts as sent, and is',
  async (which) => {
    const ids = await gathered();
    const answer = held();
    await due(ids);
    await until(() => world.sent.length === 1);
    expect(await callBack(ids[AT[which]])).toBe(1);
    answer({ status: 'delivered' });
    expect(await outcomes(ids)).toEqual(['delivered', 'delivered', 'delivered']);
    expect(told()).toEqual(['third,second,first']);
  },
);

it.each<[Which, string, string[]]>([
  ['head', 'third,second', ['skipped: withdrawn', 'delivered', 'delivered']],
  ['part', 'third,first', ['delivered', 'skipped: withdrawn', 'delivered']],
])(
  'called back while it is being sent in vain (%s), it is not told of again',
  async (which, message, ends) => {
    const ids = await gathered();
    const answer = held();
    await due(ids);
    await until(() => world.sent.length === 1);
    expect(await callBack(ids[AT[which]])).toBe(1);
    answer({ status: 'retry', error: 'busy' });
    await until(async () => (await world.delivery(ids[0] as string)).error === 'busy');
    await again(ids);
    expect(await outcomes(ids)).toEqual(ends);
    expect(told()).toEqual(['third,second,first', message]);
    // Whether or not it got the first, a receiver that remembers ids sees the others once.
    expect(world.sent[1]?.id).toBe(world.sent[0]?.id);
  },
);

it.each<[Which, string, string[]]>([
  ['head', 'third,second', ['skipped: withdrawn', 'delivered', 'delivered']],
  ['part', 'third,first', ['delivered', 'cancelled', 'delivered']],
])(
  'called back after a failure (%s), it was not sent, and is not told of again',
  async (which, message, ends) => {
    const ids = await gathered();
    world.answers.push({ status: 'retry', error: 'busy' });
    await due(ids);
    await until(async () => (await world.delivery(ids[0] as string)).error === 'busy');
    expect(await callBack(ids[AT[which]])).toBe(0);
    await again(ids);
    expect(await outcomes(ids)).toEqual(ends);
    expect(told()).toEqual(['third,second,first', message]);
    expect(world.sent[1]?.id).toBe(world.sent[0]?.id);
  },
);

it.each<[string, boolean, number]>([
  ['none of it was sent', false, 0],
  ['another process may have sent it before', true, 1],
])('what is given back with all its parts is free again: %s', async (_what, unsure, sent) => {
  const ids = await gathered();
  await gatheredElsewhere(ids, '1 hour');
  const { manager } = world.app.get(Database, { strict: false });
  const [head] = await world.sql.rows<DeliveryKey & { worker: string }>(
    `SELECT user_id AS "userId", target_id AS "targetId", id, leased_by AS worker
     FROM carillon.deliveries WHERE event_id = $1`,
    [ids[0]],
  );
  if (!head) throw new Error('there is none');
  await world.app.get(TimingStore, { strict: false }).takeItems(manager, [head]);
  const release = () =>
    world.app.get(QueueStore, { strict: false }).release(manager, [{ ...head, unsure }], head.worker);
  await release();
  for (const id of ids) expect(await callBack(id)).toBe(sent);
  await again(ids);
  await outcomes([ids[0] as string]);
  expect(told()).toEqual([]);
});

it('all of it called back, nothing is sent', async () => {
  const ids = await gathered();
  await gatheredElsewhere(ids, null);
  for (const id of ids) expect(await callBack(id)).toBe(0);
  await again(ids);
  expect(await outcomes(ids)).toEqual(['skipped: withdrawn', 'cancelled', 'cancelled']);
  expect(told()).toEqual([]);
});
