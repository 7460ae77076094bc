import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

let t: TestApp;
/** On the same database: either of them may merge. */
let other: TestApp;
let sql: Sql;
beforeAll(async () => {
  t = await startApp();
  other = await startApp({ database: { url: t.databaseUrl } });
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await other.close();
  await t.close();
});

interface Full {
  id: string;
  title: string;
  count: number;
  created_at: string;
  first_created_at: string;
}

async function send(user: string, title: string, more: object = {}, by = t): Promise<string> {
  const event = { type: 'job_failed', user_ids: [user], title, collapse_key: 'thread', ...more };
  return (await by.post(event)).id;
}

async function settled(): Promise<void> {
  while ((await sql.number('SELECT count(*) FROM carillon.inbox_changes')) > 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

async function list(user: string, query = ''): Promise<Full[]> {
  await settled();
  const { body } = await t.as(user).get(`/v1/notifications?view=full${query}`).expect(200);
  return (body as { notifications: Full[] }).notifications;
}

async function unread(user: string): Promise<number> {
  const { body } = await t.as(user).get('/v1/notifications/unread-count').expect(200);
  return (body as { count: number }).count;
}

describe('while one with the same key is unread', () => {
  it('the new one takes its place, on top, with the new texts and the count of both', async () => {
    await send('anna', 'one');
    const [first] = await list('anna');
    await send('anna', 'between', { collapse_key: null });
    await send('anna', 'two');
    await send('anna', 'three');
    const rows = await list('anna');
    expect(rows).toMatchObject([
      { title: 'three', count: 3, first_created_at: first!.created_at },
      { title: 'between', count: 1 },
    ]);
    expect(rows[0]!.id).not.toBe(first!.id);
    expect(await unread('anna')).toBe(2);
  });

  it('it is found by every id that it had, and what is done to these is done to it', async () => {
    const ids: string[] = [];
    for (const title of ['one', 'two', 'three', 'four']) {
      await send('ben', title);
      ids.push((await list('ben'))[0]!.id);
    }
    const current = ids.at(-1);
    const user = t.as('ben');
    for (const id of ids) {
      const { body } = await user.get(`/v1/notifications/${id}`).expect(200);
      expect(body).toMatchObject({ notification: { id: current, title: 'four' } });
    }
    const { body } = await user.patch(`/v1/notifications/${ids[1]}`).send({ read: true }).expect(200);
    expect(body).toMatchObject({ notification: { id: current } });
    expect((body as { notification: { read_at: string | null } }).notification.read_at).not.toBeNull();
    await user.delete(`/v1/notifications/${ids[0]}`).expect(200);
    expect(await list('ben')).toEqual([]);
    await t.as('carl').get(`/v1/notifications/${ids[0]}`).expect(404);
  });

  it('and the report of every event that it stands for has its id', async () => {
    const events = [];
    for (const title of ['one', 'two', 'three']) {
      events.push(await send('dora', title));
      await settled();
    }
    const [row] = await list('dora');
    for (const id of events) {
      const { body } = await t.producer.get(`/v1/events/${id}`).expect(200);
      expect(body).toMatchObject({ recipients: [{ in_app: { notification_id: row!.id } }] });
    }
  });
});

describe('one that has been dealt with stays as it is', () => {
  it.each<[string, (id: string) => Promise<unknown>, string]>([
    ['read', (id) => patch(id, { read: true }), ''],
    ['archived', (id) => patch(id, { archived: true }), '&state=archived'],
    ['snoozed', (id) => patch(id, { snoozed_until: new Date(Date.now() + 3_600_000) }), '&state=snoozed'],
    ['deleted', (id) => t.as('emil').delete(`/v1/notifications/${id}`).expect(200), '&deleted=only'],
  ])('when it is %s', async (state, act, query) => {
    const key = { collapse_key: state };
    await send('emil', 'before', key);
    await act((await list('emil'))[0]!.id);
    await send('emil', 'after', key);
    await send('emil', 'then', key);
    expect((await list('emil'))[0]).toMatchObject({ title: 'then', count: 2 });
    const kept = (await list('emil', query)).find(({ title }) => title === 'before');
    expect(kept).toMatchObject({ count: 1 });
  });

  const patch = (id: string, body: object) =>
    t.as('emil').patch(`/v1/notifications/${id}`).send(body).expect(200);
});

it('only what has the same key, the same tenant and the same user is merged', async () => {
  await send('fay', 'a');
  await send('fay', 'b', { collapse_key: 'thread 2' });
  await send('fay', 'c', { team_id: 'one' });
  await send('fay', 'd', { team_id: 'two' });
  await send('gus', 'e');
  await send('fay', 'f', { team_id: 'one' });
  expect((await list('fay')).map(({ title, count }) => [title, count])).toEqual([
    ['f', 2],
    ['d', 1],
    ['b', 1],
    ['a', 1],
  ]);
  expect(await list('gus')).toMatchObject([{ title: 'e', count: 1 }]);
});

it('of several that became unread again, all become one', async () => {
  const user = t.as('hal');
  for (const title of ['one', 'two']) {
    await send('hal', title);
    await user.post('/v1/notifications/mark-all-read').send({}).expect(200);
  }
  for (const { id } of await list('hal')) await user.patch(`/v1/notifications/${id}`).send({ read: false });
  expect(await unread('hal')).toBe(2);
  await send('hal', 'three');
  expect(await list('hal')).toMatchObject([{ title: 'three', count: 3 }]);
  expect(await unread('hal')).toBe(1);
});

it('pages are told which one the new one replaces, and one toast comes of each', async () => {
  const reader = await StreamReader.open(`${other.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf('ida')}`,
  });
  await t
    .as('ida')
    .patch('/v1/preferences')
    .send({ types: { job_failed: { toast: true } } })
    .expect(200);
  try {
    const ids: string[] = [];
    for (const title of ['one', 'two', 'three']) {
      await send('ida', title);
      ids.push((await list('ida'))[0]!.id);
      // It may be told of what is there, and the next one takes its place.
      await reader.until((one) => one.of('notification').length === ids.length);
    }
    const told = reader.of('notification').map(({ data }) => data);
    expect(told).toMatchObject([
      { notification: { id: ids[0] }, toast: true },
      { notification: { id: ids[1], title: 'two' }, toast: true, replaces: ids[0], count: 2 },
      { notification: { id: ids[2], title: 'three' }, toast: true, replaces: ids[1], count: 3 },
    ]);
    expect(told[0]).not.toHaveProperty('count');
    await t.as('ida').patch(`/v1/notifications/${ids[2]}`).send({ archived: true }).expect(200);
    await reader.until((one) => one.of('moved').length === 1);
    expect(reader.of('moved')[0]?.data).toMatchObject({ state: 'archived', count: 3 });
    await reader.until((one) => JSON.stringify(one.of('unread').at(-1)?.data) === '{"count":0}');
  } finally {
    reader.close();
  }
});

it('twenty at once, over two processes, end as one, and at every moment the count is that of the rows', async () => {
  const users = ['jon', 'kim', 'lea'];
  const reader = await StreamReader.open(`${other.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf('jon')}`,
  });
  let running = true;
  const watcher = (async () => {
    let looks = 0;
    for (; running; looks += 1) {
      const wrong = await sql.rows(
        `SELECT u FROM unnest($1::text[]) u WHERE (SELECT count(*) FROM carillon.notifications
           WHERE user_id = u AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL) <> (
             SELECT coalesce((SELECT sum(unread) FROM carillon.inbox_totals WHERE user_id = u), 0)
               + coalesce((SELECT sum(unread_delta) FROM carillon.inbox_changes WHERE user_id = u), 0))`,
        [users],
      );
      expect(wrong).toEqual([]);
    }
    return looks;
  })();
  try {
    const events = Array.from({ length: 20 }, (_, at) =>
      (at % 2 === 0 ? t : other).post({
        ...{ type: 'job_failed', user_ids: users, title: `${at}`, collapse_key: 'at once' },
      }),
    );
    await Promise.all(events);
    await settled();
    for (const user of users) {
      expect(await list(user)).toMatchObject([{ count: 20 }]);
      expect(await unread(user)).toBe(1);
      expect(await other.as(user).get('/v1/notifications/unread-count')).toMatchObject({
        body: { count: 1 },
      });
    }
    const [row] = await list('jon');
    const shown = () => {
      const ids = new Set<string>();
      for (const { event, data } of reader.events) {
        const {
          notification,
          replaces,
          ids: gone = [],
        } = data as {
          notification?: { id: string };
          replaces?: string;
          ids?: string[];
        };
        if (event === 'notification') ids.delete(replaces ?? '');
        if (event === 'notification') ids.add(notification!.id);
        if (event === 'deleted') for (const id of gone) ids.delete(id);
      }
      return [...ids];
    };
    await reader.until(() => shown().length === 1 && shown()[0] === row!.id);
  } finally {
    running = false;
    reader.close();
    expect(await watcher).toBeGreaterThan(0);
  }
});

it('nothing waits for a transaction that holds one of them: it is merged by the next', async () => {
  await send('mia', 'one');
  await settled();
  const holder = await connect(t.databaseUrl);
  await holder.rows('BEGIN');
  try {
    // Another transaction holds the row that is there.
    await holder.rows(`SELECT FROM carillon.notifications WHERE user_id = 'mia' FOR UPDATE`);
    await send('mia', 'two');
    // The relay does not wait for it either.
    await settled();
    await send('nick', 'another user');
    await settled();
  } finally {
    await holder.end();
  }
  expect((await list('mia')).map(({ title, count }) => [title, count])).toEqual([
    ['two', 1],
    ['one', 1],
  ]);
  await send('mia', 'three');
  expect(await list('mia')).toMatchObject([{ title: 'three', count: 3 }]);
});
