import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem, UNKNOWN_ID } from '../contracts/refusals.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { StreamReader } from '../support/sse.js';

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const DAY_MS = 86_400_000;

interface Row {
  id: string;
  title: string;
  read_at: string | null;
  created_at: string;
  [field: string]: unknown;
}

let t: TestApp;
let sql: Sql;
const readers: StreamReader[] = [];
let users = 0;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});
afterEach(() => readers.splice(0).forEach((reader) => reader.close()));
afterAll(async () => {
  await sql.end();
  await t.close();
});

/** A user whom no other test has met. */
const newUser = () => `places-${(users += 1)}`;
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const tomorrow = () => inMs(DAY_MS);

/** Notifications with these titles, the first one first. */
async function given(user: string, titles: string[], more: object = {}): Promise<Row[]> {
  for (const title of titles) await t.post({ type: 'job_failed', title, user_ids: [user], ...more });
  return (await list(user)).toReversed();
}

async function list(user: string, query = ''): Promise<Row[]> {
  const { body } = await t.as(user).get(`/v1/notifications${query}`).expect(200);
  return (body as { notifications: Row[] }).notifications;
}

const titles = (rows: Row[]) => rows.map(({ title }) => title);
const titlesOf = async (user: string, query = '') => titles(await list(user, query));

async function unread(user: string): Promise<number> {
  const { body } = await t.as(user).get('/v1/notifications/unread-count').expect(200);
  return (body as { count: number }).count;
}

async function patch(user: string, id: string, body: object): Promise<Row> {
  const answer = await t.as(user).patch(`/v1/notifications/${id}`).send(body).expect(200);
  return (answer.body as { notification: Row }).notification;
}

async function get(user: string, id: string): Promise<Row> {
  return ((await t.as(user).get(`/v1/notifications/${id}`).expect(200)).body as { notification: Row })
    .notification;
}

/** Makes the time come at which snoozed ones come back, or for which expiring ones were kept. */
const letComeTrue = (column: 'snoozed_until' | 'expires_at', id: string) =>
  sql.rows(`UPDATE carillon.notifications SET ${column} = now() WHERE id = $1`, [id]);

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function wake(user: string, id: string): Promise<Row> {
  await letComeTrue('snoozed_until', id);
  await until(async () => (await titlesOf(user, '?state=snoozed')).length === 0);
  return (await list(user))[0]!;
}

async function follow(user: string, lastEventId?: string): Promise<StreamReader> {
  const reader = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
    Authorization: `Bearer ${tokenOf(user)}`,
    ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
  });
  readers.push(reader);
  await reader.until(({ events }) => events.length > 0);
  return reader;
}

describe('the archive', () => {
  it('takes a notification out of the inbox and its count, read, and gives it back at its place', async () => {
    const user = newUser();
    const [, middle] = await given(user, ['old', 'middle', 'new']);
    const archived = await patch(user, middle!.id, { archived: true });
    expect(archived).toEqual({ ...middle, read_at: ISO });
    expect(await titlesOf(user)).toEqual(['new', 'old']);
    expect(await titlesOf(user, '?state=archived')).toEqual(['middle']);
    expect(await unread(user)).toBe(2);
    expect(await get(user, middle!.id)).toMatchObject({ archived_at: ISO, read_at: archived.read_at });
    // A second time changes nothing.
    const { archived_at: at } = await get(user, middle!.id);
    await patch(user, middle!.id, { archived: true });
    expect((await get(user, middle!.id))['archived_at']).toBe(at);

    expect(await patch(user, middle!.id, { archived: false })).toEqual(archived);
    expect(await titlesOf(user)).toEqual(['new', 'middle', 'old']);
    expect(await titlesOf(user, '?state=archived')).toEqual([]);
    expect(await unread(user)).toBe(2);
    expect(await get(user, middle!.id)).toMatchObject({ archived_at: null });
  });

  it('says who is read there, and counts none of it', async () => {
    const user = newUser();
    const [one, other] = await given(user, ['one', 'other']);
    expect(await patch(user, one!.id, { archived: true, read: false })).toMatchObject({ read_at: null });
    expect(await unread(user)).toBe(1);
    expect(await patch(user, one!.id, { read: true })).toMatchObject({ read_at: ISO });
    expect(await patch(user, one!.id, { read: false })).toMatchObject({ read_at: null });
    expect(await patch(user, one!.id, {})).toMatchObject({ read_at: ISO });
    expect(await unread(user)).toBe(1);
    await patch(user, one!.id, { read: false });
    expect(await titlesOf(user, '?state=archived&read_state=unread')).toEqual(['one']);
    // Back in the inbox it counts.
    await patch(user, one!.id, { archived: false });
    expect(await unread(user)).toBe(2);
    expect(await patch(user, other!.id, { archived: false, read: true })).toMatchObject({ read_at: ISO });
    expect(await unread(user)).toBe(1);
  });

  it('is not touched by what is done to all that are read, or unread, of the inbox', async () => {
    const user = newUser();
    const [kept, read] = await given(user, ['kept', 'read', 'unread']);
    await patch(user, kept!.id, { archived: true, read: false });
    await patch(user, read!.id, { read: true });
    const post = async (path: string) =>
      (await t.as(user).post(`/v1/notifications/${path}`).send({}).expect(200)).body as object;
    expect(await post('archive-read')).toEqual({ archived: 1 });
    expect(await titlesOf(user, '?state=archived')).toEqual(['read', 'kept']);
    expect(await post('archive-read')).toEqual({ archived: 0 });
    expect(await post('mark-all-read')).toEqual({ marked: 1 });
    expect(await post('delete-read')).toEqual({ deleted: 1 });
    expect(await titlesOf(user, '?state=archived')).toEqual(['read', 'kept']);
    expect(await get(user, kept!.id)).toMatchObject({ read_at: null });
    await t.as(user).delete('/account/api/notifications').expect(200);
    await t.as(user).put('/api/notifications/read-all').expect(200);
    expect(await titlesOf(user, '?state=archived')).toEqual(['read', 'kept']);
  });

  it('archives the read ones of a type and a team, and names a type that is unknown', async () => {
    const user = newUser();
    await given(user, ['a'], { team_id: 'A' });
    await given(user, ['b'], { team_id: 'B' });
    await t.as(user).post('/v1/notifications/mark-all-read').send({}).expect(200);
    const archive = (body: object) => t.as(user).post('/v1/notifications/archive-read').send(body);
    expect((await archive({ type: 'weekly_report' }).expect(200)).body).toEqual({ archived: 0 });
    expect((await archive({ type: 'job_failed', team_id: 'A' }).expect(200)).body).toEqual({ archived: 1 });
    expect(await titlesOf(user, '?state=archived')).toEqual(['a']);
    expect(await titlesOf(user, '?state=archived&team_id=B')).toEqual([]);
    expectProblem(await archive({ type: 'job_fialed' }), 400, 'unknown_type');
  });

  it('lets its rows go to the trash, and gets them back from there', async () => {
    const user = newUser();
    const [row] = await given(user, ['row']);
    await patch(user, row!.id, { archived: true });
    await t.as(user).delete(`/v1/notifications/${row!.id}`).expect(200);
    expect(await titlesOf(user, '?state=archived')).toEqual([]);
    expect(await titlesOf(user, '?deleted=only')).toEqual(['row']);
    await t.as(user).patch(`/v1/notifications/${row!.id}`).send({ archived: false }).expect(404);
    await t.as(user).post(`/v1/notifications/${row!.id}/restore`).expect(200);
    expect(await titlesOf(user, '?state=archived')).toEqual(['row']);
    expect(await titlesOf(user)).toEqual([]);
    expect(await unread(user)).toBe(0);
  });
});

describe('a snooze', () => {
  it('takes a notification out of the inbox until its time; then it is on top, unread, under a new id', async () => {
    const user = newUser();
    const [old] = await given(user, ['old', 'new']);
    await patch(user, old!.id, { read: true });
    const snoozedUntil = tomorrow();
    // Wherever the user is, it is the same instant.
    const elsewhere = snoozedUntil.replace('Z', '+00:00');
    expect(await patch(user, old!.id, { snoozed_until: elsewhere })).toMatchObject({ read_at: ISO });
    expect(await titlesOf(user)).toEqual(['new']);
    expect(await titlesOf(user, '?state=snoozed')).toEqual(['old']);
    expect(await get(user, old!.id)).toMatchObject({ snoozed_until: snoozedUntil, archived_at: null });
    expect(await unread(user)).toBe(1);

    const woken = await wake(user, old!.id);
    expect(woken).toMatchObject({ title: 'old', read_at: null });
    expect(woken.id).not.toBe(old!.id);
    expect(Date.parse(woken.created_at)).toBeGreaterThan(Date.parse(old!.created_at));
    expect(await titlesOf(user)).toEqual(['old', 'new']);
    expect(await unread(user)).toBe(2);
    expect((await list(user, '?view=full'))[0]).toMatchObject({
      id: woken.id,
      created_at: woken.created_at,
      first_created_at: old!.created_at,
      snoozed_until: null,
    });
  });

  it('ends with null, where it was and as it was, or in the archive', async () => {
    const user = newUser();
    const [one] = await given(user, ['one', 'other']);
    await patch(user, one!.id, { snoozed_until: tomorrow() });
    expect(await unread(user)).toBe(1);
    await patch(user, one!.id, { snoozed_until: null });
    expect(await titlesOf(user)).toEqual(['other', 'one']);
    expect(await unread(user)).toBe(2);
    await patch(user, one!.id, { snoozed_until: tomorrow() });
    await patch(user, one!.id, { archived: true });
    expect(await get(user, one!.id)).toMatchObject({ snoozed_until: null, archived_at: ISO });
    // An archived one is not snoozed, so that ending its snooze changes nothing.
    await patch(user, one!.id, { snoozed_until: null });
    expect(await titlesOf(user, '?state=archived')).toEqual(['one']);
    await patch(user, one!.id, { snoozed_until: tomorrow(), archived: false });
    expect(await get(user, one!.id)).toMatchObject({ snoozed_until: ISO, archived_at: null });
    expect(await titlesOf(user, '?state=archived')).toEqual([]);
    expect(await titlesOf(user, '?state=snoozed')).toEqual(['one']);
    // Another time takes the place of the first.
    const later = inMs(2 * DAY_MS);
    await patch(user, one!.id, { snoozed_until: later });
    expect(await get(user, one!.id)).toMatchObject({ snoozed_until: later });
  });

  it('waits in the trash, and is over when its row comes back after its time', async () => {
    const user = newUser();
    const [row] = await given(user, ['row']);
    await patch(user, row!.id, { snoozed_until: tomorrow() });
    await t.as(user).delete(`/v1/notifications/${row!.id}`).expect(200);
    await letComeTrue('snoozed_until', row!.id);
    const [other] = await given(user, ['other']);
    await patch(user, other!.id, { snoozed_until: tomorrow() });
    // The sweeper has been there, and has left it alone.
    await wake(user, other!.id);
    expect(await titlesOf(user, '?deleted=only')).toEqual(['row']);
    await t.as(user).post(`/v1/notifications/${row!.id}/restore`).expect(200);
    await until(async () => (await titlesOf(user)).length === 2);
    expect(await unread(user)).toBe(2);
  });

  it('leaves a row to be found by every id that it had', async () => {
    const user = newUser();
    const [row] = await given(user, ['row']);
    const ids = [row!.id];
    for (let times = 0; times < 3; times += 1) {
      await patch(user, ids.at(-1)!, { snoozed_until: tomorrow() });
      ids.push((await wake(user, ids.at(-1)!)).id);
    }
    expect(new Set(ids).size).toBe(4);
    const current = ids.at(-1);
    for (const id of ids)
      expect(await get(user, id)).toMatchObject({ id: current, first_created_at: row!.created_at });
    expect(await patch(user, ids[1]!, { read: true })).toMatchObject({ id: current, read_at: ISO });
    expect(await patch(user, ids[0]!, { archived: true })).toMatchObject({ id: current });
    const [first, second] = ids as [string, string];
    const one = (id: string) => `/v1/notifications/${id}`;
    expect((await t.as(user).delete(one(second)).expect(200)).body).toEqual({ id: current });
    await t.as(user).get(one(first)).expect(404);
    await t
      .as(user)
      .post(`${one(first)}/restore`)
      .expect(200);
    await t.as(user).patch(`/account/api/notifications/${second}/read`).expect(200);
    await t
      .as(user)
      .delete(`${one(first)}/purge`)
      .expect(409);
    await t.as(user).delete(one(first)).expect(200);
    expect(
      (
        await t
          .as(user)
          .delete(`${one(second)}/purge`)
          .expect(200)
      ).body,
    ).toEqual({ id: current });
    for (const id of [...ids, UNKNOWN_ID]) await t.as(user).get(one(id)).expect(404);
    // Another user finds nothing by them.
    await t.as(newUser()).get(one(first)).expect(404);
  });

  it('is told of by the report of its event under the id of now', async () => {
    const user = newUser();
    const event = await t.post({ type: 'job_failed', title: 'T', user_ids: [user] });
    const [row] = await list(user);
    await patch(user, row!.id, { snoozed_until: tomorrow() });
    const woken = await wake(user, row!.id);
    const { body } = await t.producer.get(`/v1/events/${event.id}`).expect(200);
    expect(body).toMatchObject({ recipients: [{ user_id: user, in_app: { notification_id: woken.id } }] });
  });
});

describe('streams', () => {
  it('say where a notification went, and of one that comes back what it replaces', async () => {
    const user = newUser();
    const [row] = await given(user, ['row']);
    const reader = await follow(user);
    await patch(user, row!.id, { archived: true });
    await patch(user, row!.id, { archived: false });
    const snoozedUntil = tomorrow();
    await patch(user, row!.id, { snoozed_until: snoozedUntil });
    await reader.until((one) => one.of('moved').length === 2);
    const moved = reader.of('moved').map(({ data }) => data);
    expect(moved).toEqual([
      { state: 'archived', notification: expect.objectContaining({ id: row!.id, read_at: ISO }) },
      {
        state: 'snoozed',
        snoozed_until: snoozedUntil,
        notification: expect.objectContaining({ id: row!.id }),
      },
    ]);
    expect(reader.of('notification').at(-1)?.data).toMatchObject({
      notification: { id: row!.id },
      toast: false,
    });
    const woken = await wake(user, row!.id);
    await reader.until((one) => one.of('notification').at(-1)?.data['replaces'] !== undefined);
    expect(reader.of('notification').at(-1)?.data).toEqual({
      notification: { ...woken, level: 'error' },
      toast: true,
      replaces: row!.id,
    });
    await reader.until((one) => one.of('unread').at(-1)?.data['count'] === 1);
  });

  it('say once that all read ones were archived', async () => {
    const user = newUser();
    await given(user, ['a', 'b']);
    await t.as(user).post('/v1/notifications/mark-all-read').send({}).expect(200);
    const reader = await follow(user);
    await t.as(user).post('/v1/notifications/archive-read').send({ type: 'job_failed' }).expect(200);
    await reader.until((one) => one.of('moved').length > 0);
    expect(reader.of('moved').map(({ data }) => data)).toEqual([
      { all: true, state: 'archived', type: 'job_failed' },
    ]);
  });
});

describe('an event that expires', () => {
  const event = (user: string, expiresAt: unknown, more: object = {}) => ({
    type: 'job_failed',
    title: 'short',
    user_ids: [user],
    expires_at: expiresAt,
    ...more,
  });

  it.each(['inbox', 'archived', 'snoozed', 'trash'])(
    'is gone from the %s, its count and streams',
    async (place) => {
      const user = newUser();
      await given(user, ['stays']);
      const expiresAt = tomorrow();
      await t.post(event(user, expiresAt));
      const [row] = await list(user, '?view=full');
      expect(row).toMatchObject({ title: 'short', expires_at: expiresAt });
      if (place === 'archived') await patch(user, row!.id, { archived: true });
      if (place === 'snoozed') await patch(user, row!.id, { snoozed_until: tomorrow() });
      if (place === 'trash') await t.as(user).delete(`/v1/notifications/${row!.id}`).expect(200);
      const reader = await follow(user);
      await letComeTrue('expires_at', row!.id);
      await reader.until((one) =>
        one.of('deleted').some(({ data }) => (data['ids'] as string[]).includes(row!.id)),
      );
      await until(async () => (await titlesOf(user, '?deleted=only')).length === 0);
      for (const query of ['', '?state=archived', '?state=snoozed', '?deleted=only']) {
        expect(await titlesOf(user, query)).toEqual(query === '' ? ['stays'] : []);
      }
      expect(await unread(user)).toBe(1);
      await t.as(user).get(`/v1/notifications/${row!.id}`).expect(404);
    },
  );

  it('says so in its report, and names a time that is over, too far, before its sending, or none', async () => {
    const user = newUser();
    const expiresAt = inMs(2 * DAY_MS);
    const { id } = await t.post(event(user, expiresAt));
    const report = (await t.producer.get(`/v1/events/${id}`).expect(200)).body as { event: object };
    expect(report.event).toMatchObject({ expires_at: expiresAt });
    const wrong: [unknown, string][] = [
      [inMs(-1_000), 'must be in the future'],
      [inMs(4_000 * DAY_MS), 'must be at most 3660 days ahead'],
      ['soon', 'must be an ISO 8601 time with its offset, such as 2026-12-24T18:00:00+01:00'],
      [17, 'must be an ISO 8601 time with its offset, such as 2026-12-24T18:00:00+01:00'],
      [inMs(DAY_MS), 'must be after send_at'],
    ];
    for (const [given, message] of wrong) {
      const answer = await t.producer.post('/v1/events').send(event(user, given, { send_at: expiresAt }));
      expectProblem(answer, 400, 'invalid_input');
      expect((answer.body as { errors: object[] }).errors).toEqual([{ path: 'expires_at', message }]);
    }
  });
});

it.each<[object, { path: string; message: string }]>([
  [{ snoozed_until: '2020-01-01T00:00:00Z' }, { path: 'snoozed_until', message: 'must be in the future' }],
  [
    { snoozed_until: inMs(400 * DAY_MS) },
    { path: 'snoozed_until', message: 'must be at most 366 days ahead' },
  ],
  [
    { snoozed_until: '2030-01-01 08:00' },
    {
      path: 'snoozed_until',
      message: 'must be an ISO 8601 time with its offset, such as 2026-12-24T18:00:00+01:00',
    },
  ],
  [
    { archived: true, snoozed_until: inMs(DAY_MS) },
    { path: 'snoozed_until', message: 'cannot be combined with archived' },
  ],
  [{ archived: null }, { path: 'archived', message: 'must be true or false' }],
  [{ archive: true }, { path: 'archive', message: expect.stringContaining('archived') as unknown as string }],
])('a patch with %j is refused, naming what is wrong', async (body, issue) => {
  const user = newUser();
  const [row] = await given(user, ['row']);
  const answer = await t.as(user).patch(`/v1/notifications/${row!.id}`).send(body);
  expectProblem(answer, 400, 'invalid_input');
  expect((answer.body as { errors: object[] }).errors).toEqual([issue]);
  expect(await list(user)).toEqual([row]);
});

it.each([
  ['state=done', { path: 'state', message: 'must be one of inbox, snoozed, archived' }],
  ['view=whole', { path: 'view', message: 'must be "full"' }],
  ['deleted=only&state=archived', { path: 'deleted', message: 'cannot be combined with state' }],
])('a list with %s is refused, naming what is wrong', async (query, issue) => {
  const answer = await t.as(newUser()).get(`/v1/notifications?${query}`);
  expectProblem(answer, 400, 'invalid_input');
  expect((answer.body as { errors: object[] }).errors).toEqual([issue]);
});

it('lists of all states go on by their cursors, and show the full view where it is asked for', async () => {
  const user = newUser();
  const rows = await given(user, ['a', 'b', 'c', 'd', 'e', 'f']);
  for (const { id } of rows.slice(0, 3)) await patch(user, id, { archived: true });
  for (const { id } of rows.slice(3)) await patch(user, id, { snoozed_until: tomorrow() });
  for (const [state, wanted] of [
    ['archived', ['c', 'b', 'a']],
    ['snoozed', ['f', 'e', 'd']],
  ] as const) {
    const found: Row[] = [];
    let cursor = '';
    do {
      const query = `?limit=2&view=full&state=${state}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const { body } = await t.as(user).get(`/v1/notifications${query}`).expect(200);
      const page = body as { notifications: Row[]; cursor: string | null };
      found.push(...page.notifications);
      cursor = page.cursor ?? '';
    } while (cursor);
    expect(titles(found)).toEqual(wanted);
    for (const row of found) {
      const { level, count, actions, image, actor, entity, expires_at, first_created_at, created_at } = row;
      expect({ level, count, actions, image, actor, entity, expires_at, first_created_at }).toEqual({
        ...{
          level: 'error',
          count: 1,
          actions: [],
          image: null,
          actor: null,
          entity: null,
          expires_at: null,
        },
        first_created_at: created_at,
      });
      expect([row['archived_at'], row['snoozed_until']].map((at) => at !== null)).toEqual(
        state === 'archived' ? [true, false] : [false, true],
      );
    }
  }
});

describe('the four contracts', () => {
  it('list, count and find the inbox alone, with the keys of their documents', async () => {
    const user = newUser();
    const [gone, late, here] = await given(user, ['gone', 'late', 'here'], { team_id: 'site' });
    await patch(user, gone!.id, { archived: true });
    await patch(user, late!.id, { snoozed_until: tomorrow() });
    const ask = async (path: string) =>
      (await t.as(user).get(path).expect(200)).body as Record<string, unknown>;
    const account = await ask('/account/api/notifications');
    expect(account).toMatchObject({ unreadCount: 1, notifications: [{ id: here!.id }] });
    const sites = await ask('/api/v1/sites/site/notifications');
    expect(sites).toMatchObject({ meta: { total: 1 }, data: [{ id: here!.id }] });
    const workspace = await ask('/api/notifications');
    expect(workspace).toMatchObject({ pageInfo: { total: 1 }, data: [{ title: 'here' }] });
    const inbox = await ask('/v1/notifications');
    const keys = [account['notifications'], sites['data'], workspace['data'], inbox['notifications']].map(
      (rows) =>
        Object.keys((rows as object[])[0]!)
          .sort()
          .join(' '),
    );
    expect(keys).toEqual([
      'body created_at data id is_read title type user_id',
      'created_at entity_id entity_type id is_read message notification_type recipient_clerk_id site_id title',
      'body createdAt data id read readAt title type userId workspaceId',
      'body created_at id link read_at team_id title type',
    ]);
  });

  it('find what was set aside where a filter speaks of it', async () => {
    const user = newUser();
    const [gone, late] = await given(user, ['gone', 'late', 'here']);
    await patch(user, gone!.id, { archived: true });
    await patch(user, late!.id, { snoozed_until: tomorrow() });
    const workspace = async (filter: object, more = '') => {
      const query = `?filter=${encodeURIComponent(JSON.stringify(filter))}${more}`;
      const { body } = await t.as(user).get(`/api/notifications${query}`).expect(200);
      const { data, pageInfo } = body as { data: Row[]; pageInfo: { total: number } };
      expect(pageInfo.total).toBe(data.length);
      return titles(data);
    };
    expect(await workspace({ archivedAt: { isNull: false } })).toEqual(['gone']);
    expect(await workspace({ snoozedUntil: { isNull: false } })).toEqual(['late']);
    expect(await workspace({ NOT: { archivedAt: null } })).toEqual(['gone']);
    expect(await workspace({ AND: [{ archivedAt: null }, { snoozedUntil: null }] })).toEqual(['here']);
    expect(await workspace({ OR: [{ title: 'here' }, { snoozedUntil: { lt: inMs(2 * DAY_MS) } }] })).toEqual([
      'here',
      'late',
    ]);
    expect(await workspace({ title: { startsWith: '' } })).toEqual(['here']);
    expect(await workspace({ title: { startsWith: '' } }, '&include_deleted=true')).toHaveLength(3);
    const { body } = await t
      .as(user)
      .post('/v1/notifications/search')
      .send({ filter: { archived_at: { isNull: false } }, order_by: [{ archived_at: 'desc' }] })
      .expect(200);
    expect(titles((body as { notifications: Row[] }).notifications)).toEqual(['gone']);
  });
});
