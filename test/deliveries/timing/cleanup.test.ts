import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { CleanupService } from '../../../src/cleanup/cleanup.service.js';
import type { SendResult } from '../../../src/deliveries/sending-channel.js';
import { until } from '../../faults/support/wait.js';
import { pagedType, startPagerWorld, type PagerWorld } from './support/world.js';

let world: PagerWorld;
beforeAll(async () => {
  world = await startPagerWorld({
    types: [pagedType('comment', { digest: '1h' })],
    deliveries: { retrySchedule: [0, 0] },
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.sent.length = 0;
});

const count = (table: string, user: string) =>
  world.sql.number(`SELECT count(*) FROM carillon.${table} WHERE user_id = $1`, [user]);

async function gather(user: string): Promise<string[]> {
  const ids: string[] = [];
  for (const title of ['first', 'second', 'third'])
    ids.push(await world.notify('comment', [user], { title }));
  for (const id of ids) await world.until(id, 'waiting');
  return ids;
}

const due = (ids: readonly string[]) =>
  world.sql.rows('UPDATE carillon.deliveries SET due_at = now() WHERE event_id = ANY ($1)', [ids]);

/** An attempt that goes on until it is answered. */
async function underWay(ids: readonly string[]): Promise<(result: SendResult) => void> {
  let answer: (result: SendResult) => void = () => undefined;
  world.answers.push(new Promise<SendResult>((resolve) => (answer = resolve)));
  await due(ids);
  await until(() => world.sent.length === 1);
  return (result) => answer(result);
}

/** All of it happened long before anything is kept. */
const age = (ids: readonly string[]) =>
  world.sql.rows(
    `UPDATE carillon.events SET created_at = created_at - interval '10 years', sent_at = sent_at - interval '10 years'
     WHERE id = ANY ($1)`,
    [ids],
  );

it.each<[string, (ids: string[]) => Promise<unknown>]>([
  ['waits', async () => undefined],
  ['is being sent', underWay],
])('the clean-up leaves the events of a digest that %s, however old they are', async (_what, before) => {
  const user = `kept-${_what}`.replaceAll(' ', '-');
  const ids = await gather(user);
  await age(ids);
  const answer = (await before(ids)) as ((result: SendResult) => void) | undefined;
  await world.app.get(CleanupService, { strict: false }).run();
  const kept = await world.sql.number('SELECT count(*) FROM carillon.events WHERE id = ANY ($1)', [ids]);
  expect([kept, await count('deliveries', user)]).toEqual([3, 3]);
  if (answer) answer({ status: 'retry' });
  else await due(ids);
  await until(async () => (await world.delivery(ids[2] as string)).status === 'delivered');
  expect(world.sent.at(-1)?.digest?.total).toBe(3);
  await world.app.get(CleanupService, { strict: false }).run();
  expect(await world.sql.number('SELECT count(*) FROM carillon.events WHERE id = ANY ($1)', [ids])).toBe(0);
});

it('an erased user gets nothing of what waited', async () => {
  const ids = await gather('erased');
  await world.producer.delete('/v1/users/erased').expect(200);
  await due(ids);
  const other = await gather('other');
  await due(other);
  await world.until(other[0] as string, 'delivered');
  expect(world.sent.map(({ userId }) => userId)).toEqual(['other']);
  expect(await count('deliveries', 'erased')).toBe(0);
});

it.each<SendResult>([{ status: 'delivered' }, { status: 'retry' }, { status: 'failed' }])(
  'of a user who is erased while a digest is being sent nothing is kept ($status)',
  async (result) => {
    const user = `erased-${result.status}`;
    const answer = await underWay(await gather(user));
    expect(await count('deliveries', user)).toBe(3);
    await world.producer.delete(`/v1/users/${user}`).expect(200);
    answer(result);
    // Written down together or one after the other: when this one is, the other has been.
    const other = await gather(`beside-${user}`);
    await due(other);
    await world.until(other[0] as string, 'delivered');
    for (const table of ['deliveries', 'delivery_attempts', 'notifications'])
      expect([table, await count(table, user)]).toEqual([table, 0]);
    expect(world.sent).toHaveLength(2);
  },
);

it('an export has what waits, and of what it is a part', async () => {
  const ids = await gather('exporter');
  const answer = await underWay(ids);
  const { text } = await world.producer.get('/v1/users/exporter/export').buffer().expect(200);
  const { deliveries } = JSON.parse(text) as {
    deliveries: { id: string; event_id: string; status: string; part_of: string | null }[];
  };
  const head = deliveries.find(({ event_id }) => event_id === ids[0]);
  const inOrder = ids.map((id) => deliveries.find(({ event_id }) => event_id === id));
  expect(inOrder).toMatchObject([
    { status: 'pending', part_of: null },
    { status: 'waiting', part_of: head?.id },
    { status: 'waiting', part_of: head?.id },
  ]);
  answer({ status: 'delivered' });
  await world.until(ids[0] as string, 'delivered');
});
