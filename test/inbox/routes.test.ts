import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeTypeId } from '../../src/common/typeid.js';
import { describeRefusals, expectProblem, UNKNOWN_ID } from '../contracts/refusals.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect } from '../support/sql.js';

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

interface Item {
  id: string;
  title: string;
  read_at: string | null;
}

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

describeRefusals(
  () => t,
  [
    { method: 'get', path: '/v1/notifications' },
    { method: 'get', path: '/v1/notifications/unread-count' },
    { method: 'post', path: '/v1/notifications/mark-all-read' },
    { method: 'post', path: '/v1/notifications/delete-read' },
    { method: 'post', path: '/v1/notifications/archive-read' },
    { method: 'get', path: '/v1/notifications/{id}' },
    { method: 'patch', path: '/v1/notifications/{id}' },
    { method: 'delete', path: '/v1/notifications/{id}' },
    { method: 'post', path: '/v1/notifications/{id}/restore' },
    { method: 'delete', path: '/v1/notifications/{id}/purge' },
  ],
);

/** Notifications of a user of its own, the first one first. */
async function given(user: string, ...events: object[]): Promise<Item[]> {
  for (const event of events) {
    await t.post({ type: 'job_failed', title: 'T', user_ids: [user], ...event });
  }
  return (await list(user)).toReversed();
}

async function list(user: string, query = ''): Promise<Item[]> {
  const { body } = await t.as(user).get(`/v1/notifications${query}`).expect(200);
  return (body as { notifications: Item[] }).notifications;
}

async function unread(user: string, query = ''): Promise<number> {
  const { body } = await t.as(user).get(`/v1/notifications/unread-count${query}`).expect(200);
  return (body as { count: number }).count;
}

const ids = (items: Item[]) => items.map(({ id }) => id);

describe('GET /v1/notifications/:id', () => {
  it('carries the data, in every form of the id', async () => {
    const data = { nested: { list: [1, 'zwei', null] } };
    const [item] = await given('getter', { data, entity: { type: 'job', id: '7' } });
    const { body } = await t.as('getter').get(`/v1/notifications/${item!.id}`).expect(200);
    expect(body.notification).toEqual({
      ...item,
      level: 'error',
      data,
      entity: { type: 'job', id: '7' },
      event_id: expect.any(String),
      count: 1,
      actions: [],
      image: null,
      actor: null,
      expires_at: null,
      snoozed_until: null,
      archived_at: null,
      first_created_at: (item as { created_at?: string }).created_at,
    });
    for (const form of [item!.id.toUpperCase(), encodeTypeId('ntf', item!.id)]) {
      expect((await t.as('getter').get(`/v1/notifications/${form}`).expect(200)).body).toEqual(body);
    }
  });
});

describe('odd ids', () => {
  it.each([
    ['256 characters', 'x'.repeat(256)],
    ['3,000 characters', 'x'.repeat(3_000)],
    ['a NUL', '%00'],
    ['a UUID and a NUL', `${UNKNOWN_ID}%00`],
    ['an emoji', '%F0%9F%98%80'],
    ['a quote', "'%20OR%201=1--"],
    ['braces', `%7B${UNKNOWN_ID}%7D`],
    ['a UUID without hyphens', UNKNOWN_ID.replaceAll('-', '')],
    ['the greatest UUID', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['the least UUID', '00000000-0000-0000-0000-000000000000'],
    ['a TypeID of something else', encodeTypeId('usr', UNKNOWN_ID)],
    ['a TypeID that is too large', 'ntf_8zzzzzzzzzzzzzzzzzzzzzzzzz'],
  ])('%s is a 404', async (_, id) => {
    const user = t.as('odd');
    for (const answer of await Promise.all([
      user.get(`/v1/notifications/${id}`),
      user.patch(`/v1/notifications/${id}`).send({ read: true }),
      user.delete(`/v1/notifications/${id}`),
      user.post(`/v1/notifications/${id}/restore`),
      user.delete(`/v1/notifications/${id}/purge`),
    ])) {
      expectProblem(answer, 404, 'not_found');
    }
  });

  it('broken percent-encoding is a 404', async () => {
    for (const id of ['%', '%zz', '%C3%28', '%FF']) {
      expectProblem(await t.as('odd').get(`/v1/notifications/${id}`), 404, 'not_found');
    }
  });
});

describe('PATCH /v1/notifications/:id', () => {
  it('marks read by default, keeps the first time, and marks unread', async () => {
    const [item] = await given('patcher', {});
    const patch = async (body?: object) => {
      const answer = await t.as('patcher').patch(`/v1/notifications/${item!.id}`).send(body).expect(200);
      return (answer.body as { notification: Item }).notification;
    };
    const first = await patch();
    expect(first).toEqual({ ...item, read_at: ISO });
    expect(await unread('patcher')).toBe(0);
    expect(await patch({ read: true })).toEqual(first);
    expect(await patch({})).toEqual(first);
    expect(await list('patcher')).toEqual([first]);

    expect(await patch({ read: false })).toEqual(item);
    expect(await unread('patcher')).toBe(1);
    expect(await patch({ read: false })).toEqual(item);
    expect(await unread('patcher')).toBe(1);
  });

  it('keeps one time for twenty that mark it read at once', async () => {
    const [item] = await given('racer', {});
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        t.as('racer').patch(`/v1/notifications/${item!.id}`).send({ read: true }),
      ),
    );
    const times = new Set(answers.map(({ body }) => (body as { notification: Item }).notification.read_at));
    expect([...times]).toEqual([(await list('racer'))[0]!.read_at]);
    expect(await unread('racer')).toBe(0);
  });

  it.each([
    ['a text', { read: 'true' }],
    ['a number', { read: 1 }],
    ['null', { read: null }],
    ['a list', { read: [true] }],
    ['an object', { read: {} }],
  ])('refuses %s', async (_, body) => {
    const answer = await t.as('patcher').patch(`/v1/notifications/${UNKNOWN_ID}`).send(body);
    expectProblem(answer, 400, 'invalid_input');
    expect(answer.body).toMatchObject({ errors: [{ path: 'read', message: 'must be true or false' }] });
  });

  it.each([
    ['a list', '[]', 400],
    ['a text', '"read"', 400],
    ['half an object', '{"read":', 400],
    ['nothing but spaces', '  ', 400],
    ['a prototype', '{"__proto__":{"read":true}}', 400],
    ['lists in lists', `{"read":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
    ['objects in objects', `${'{"read":'.repeat(20_000)}1${'}'.repeat(20_000)}`, 400],
    ['too much', `{"read":"${'x'.repeat(300_000)}"}`, 413],
  ])('refuses a body that is %s', async (_, body, status) => {
    const answer = await t
      .as('patcher')
      .patch(`/v1/notifications/${UNKNOWN_ID}`)
      .set('Content-Type', 'application/json')
      .send(body);
    expectProblem(answer, status, status === 413 ? 'payload_too_large' : 'invalid_input');
  });

  it('refuses a body that is not JSON', async () => {
    const patch = t.as('patcher').patch(`/v1/notifications/${UNKNOWN_ID}`);
    expectProblem(await patch.set('Content-Type', 'text/plain').send('read'), 415, 'unsupported_media_type');
  });
});

describe('POST /v1/notifications/mark-all-read', () => {
  it('marks the unread ones, says how many, and leaves the others their time', async () => {
    const [first] = await given('all', {}, {}, {});
    await t.as('all').patch(`/v1/notifications/${first!.id}`).send({ read: true });
    const readAt = (await list('all', '?read_state=read'))[0]!.read_at;
    const mark = (body?: object) =>
      t.as('all').post('/v1/notifications/mark-all-read').send(body).expect(200);
    expect((await mark()).body).toEqual({ marked: 2 });
    expect(await unread('all')).toBe(0);
    expect((await list('all')).find(({ id }) => id === first!.id)?.read_at).toBe(readAt);
    expect((await mark({})).body).toEqual({ marked: 0 });
  });

  it('is for one type or one team when they are given, and ignores a type that it does not know', async () => {
    await given('scoped', { type: 'job_failed', team_id: 'a' }, { type: 'issue.digest', team_id: 'a' });
    await given('scoped', { type: 'issue.digest', team_id: 'b' }, { type: 'issue.digest' });
    const mark = async (body: object) =>
      (await t.as('scoped').post('/v1/notifications/mark-all-read').send(body).expect(200)).body as unknown;
    expect(await mark({ type: 'issue.digest', team_id: 'a' })).toEqual({ marked: 1 });
    expect([await unread('scoped', '?team_id=a'), await unread('scoped')]).toEqual([1, 3]);
    expect(await mark({ team_id: 'b' })).toEqual({ marked: 1 });
    expect(await mark({ type: 'issue.digest' })).toEqual({ marked: 1 });
    expect(await unread('scoped')).toBe(1);
    expect(await mark({ type: 'no such type' })).toEqual({ marked: 1 });
    expect(await unread('scoped')).toBe(0);
  });

  it('leaves the trash and other users alone', async () => {
    const [trashed] = await given('mine', {}, {});
    await given('not mine', {});
    await t.as('mine').delete(`/v1/notifications/${trashed!.id}`).expect(200);
    const { body } = await t.as('mine').post('/v1/notifications/mark-all-read').expect(200);
    expect(body).toEqual({ marked: 1 });
    expect(await unread('not mine')).toBe(1);
    await t.as('mine').post(`/v1/notifications/${trashed!.id}/restore`).expect(200);
    expect(await unread('mine')).toBe(1);
  });

  it.each([{ type: 1 }, { type: null }, { team_id: '' }, { team_id: 'x'.repeat(129) }, { team_id: 'a\0' }])(
    'refuses %j',
    async (body) => {
      for (const route of ['mark-all-read', 'delete-read']) {
        const answer = await t.as('all').post(`/v1/notifications/${route}`).send(body);
        expectProblem(answer, 400, 'invalid_input');
        expect(answer.body).toMatchObject({ errors: [{ path: Object.keys(body)[0] }] });
      }
    },
  );
});

describe('the trash', () => {
  it('hides a deleted one everywhere at once, once', async () => {
    const [gone, kept] = await given('trash', {}, {});
    const { body } = await t.as('trash').delete(`/v1/notifications/${gone!.id}`).expect(200);
    expect(body).toEqual({ id: gone!.id });
    expect(ids(await list('trash'))).toEqual([kept!.id]);
    expect(await unread('trash')).toBe(1);
    const user = t.as('trash');
    expectProblem(await user.get(`/v1/notifications/${gone!.id}`), 404, 'not_found');
    expectProblem(await user.patch(`/v1/notifications/${gone!.id}`), 404, 'not_found');
    expectProblem(await user.delete(`/v1/notifications/${gone!.id}`), 404, 'not_found');
    expect(ids(await list('trash', '?deleted=only'))).toEqual([gone!.id]);
  });

  it('gives one back as it was, and a live one unchanged', async () => {
    const [item] = await given('restore', {});
    await t.as('restore').patch(`/v1/notifications/${item!.id}`).send({ read: true });
    const [read] = await list('restore');
    await t
      .as('restore')
      .delete(`/v1/notifications/${encodeTypeId('ntf', item!.id)}`)
      .expect(200);
    for (let times = 0; times < 2; times += 1) {
      const { body } = await t.as('restore').post(`/v1/notifications/${item!.id}/restore`).expect(200);
      expect(body).toEqual({ notification: read });
    }
    expect(await list('restore')).toEqual([read]);
    expect(await unread('restore')).toBe(0);
    expect(await list('restore', '?deleted=only')).toEqual([]);
  });

  it('deletes for good only what is in it', async () => {
    const [item] = await given('purge', {});
    const user = t.as('purge');
    expectProblem(await user.delete(`/v1/notifications/${item!.id}/purge`), 409, 'not_in_trash');
    await user.delete(`/v1/notifications/${item!.id}`).expect(200);
    const { body } = await user.delete(`/v1/notifications/${item!.id}/purge`).expect(200);
    expect(body).toEqual({ id: item!.id });
    expectProblem(await user.delete(`/v1/notifications/${item!.id}/purge`), 404, 'not_found');
    expectProblem(await user.post(`/v1/notifications/${item!.id}/restore`), 404, 'not_found');
    expect(await list('purge', '?deleted=only')).toEqual([]);
  });

  it('takes all read ones at once, of a type or a team when given', async () => {
    await given('tidy', { team_id: 'a' }, { team_id: 'b' }, { type: 'issue.digest' });
    await t.as('tidy').post('/v1/notifications/mark-all-read').expect(200);
    await given('tidy', { title: 'unread' });
    const tidy = async (body?: object) =>
      (await t.as('tidy').post('/v1/notifications/delete-read').send(body).expect(200)).body as unknown;
    expect(await tidy({ team_id: 'a' })).toEqual({ deleted: 1 });
    expect(await tidy({ type: 'issue.digest' })).toEqual({ deleted: 1 });
    expect(await tidy()).toEqual({ deleted: 1 });
    expect(await tidy()).toEqual({ deleted: 0 });
    expect((await list('tidy')).map(({ title }) => title)).toEqual(['unread']);
    expect(await list('tidy', '?deleted=only')).toHaveLength(3);
  });

  it.each(['issue.digset', 'ISSUE.DIGEST', ' issue.digest', 'issue', '*', '', '__proto__'])(
    'takes nothing at the type %j, which no document says to ignore',
    async (type) => {
      const user = t.as(`mistyped ${type}`);
      const [item] = await given(`mistyped ${type}`, { type: 'issue.digest' });
      await user.post('/v1/notifications/mark-all-read').expect(200);
      const answer = await user.post('/v1/notifications/delete-read').send({ type });
      expectProblem(answer, 400, 'unknown_type');
      expect(answer.body).toMatchObject({ errors: [{ path: 'type' }] });
      expect((answer.body as { detail: string }).detail).toMatch(
        /is not a notification type; the closest is "/,
      );
      expect(ids(await list(`mistyped ${type}`))).toEqual([item!.id]);
    },
  );

  it.each([
    ['the list', 'get', '?type=issue.digset', 2],
    ['mark-all-read', 'post', '/mark-all-read', { marked: 2 }],
  ] as const)(
    '%s ignores a type that is not in the catalogue, as documented',
    async (name, method, path, expected) => {
      await given(`ignored ${name}`, { type: 'issue.digest' }, {});
      const body = { type: 'issue.digset' };
      const request = t.as(`ignored ${name}`)[method](`/v1/notifications${path}`);
      const answer = (await (method === 'post' ? request.send(body) : request).expect(200)).body as {
        notifications?: unknown[];
      };
      expect(answer.notifications?.length ?? answer).toEqual(expected);
    },
  );

  it('knows the types that existing clients send', async () => {
    const types = [
      ...['issue.digest', 'issue.new', 'feedback.new', 'questionnaire.response_new', 'team.invitation'],
      ...['app.rating_changed', 'app.review_new', 'job.completed', 'changes_requested'],
    ];
    for (const type of types) await given('types', { type });
    for (const type of types) expect(await list('types', `?type=${type}`)).toMatchObject([{ type }]);
  });
});

describe('the unread count', () => {
  it('is for one team when it is given, and 0 for those of whom nothing is known', async () => {
    await given('counted', { team_id: 'a' }, { team_id: 'b' }, {});
    expect(await unread('counted')).toBe(3);
    expect(await unread('counted', '?team_id=a')).toBe(1);
    expect(await unread('counted', '?team_id=c')).toBe(0);
    expect(await unread('nobody')).toBe(0);
  });

  it.each([
    'team_id=',
    `team_id=${'x'.repeat(129)}`,
    'team_id=%00',
    'team_id=a&team_id=b',
    'type=job_failed',
  ])('refuses %s', async (query) => {
    expectProblem(await t.as('u').get(`/v1/notifications/unread-count?${query}`), 400, 'invalid_input');
  });
});

it('a mark that waited for another one answers with what that left', async () => {
  const [{ id }] = (await given('waiting', {})) as [Item];
  const sql = await connect(t.databaseUrl);
  const other = await connect(t.databaseUrl);
  await other.rows('BEGIN');
  await other.rows(`UPDATE carillon.notifications SET read_at = '2026-01-02T03:04:05Z' WHERE id = $1`, [id]);
  const answer = t
    .as('waiting')
    .patch(`/v1/notifications/${id}`)
    .send({ read: true })
    .then(({ body }) => body as { notification: { read_at: string } });
  const waiting = `SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await sql.number(waiting)) === 0);
  await other.rows('COMMIT');
  await Promise.all([sql.end(), other.end()]);
  expect((await answer).notification.read_at).toBe('2026-01-02T03:04:05.000Z');
});

it('takes every user id that a token can carry', async () => {
  for (const user of ['user_2x9', 'a|b', 'auth0|5f7c', '😀'.repeat(128), "o'brien", '../x', ' ', '%']) {
    await given(user, { title: `for ${user}`.slice(0, 100) });
    expect(await list(user)).toHaveLength(1);
  }
});

it('answers the cookie like the header', async () => {
  await given('crumb', {});
  const { body } = await t.http
    .get('/v1/notifications')
    .set('Cookie', `token=${tokenOf('crumb')}`)
    .expect(200);
  expect((body as { notifications: Item[] }).notifications).toHaveLength(1);
});

it('keeps somebody’s inbox out of shared caches', async () => {
  const { headers } = await t.as('u').get('/v1/notifications');
  expect(headers).toMatchObject({
    'cache-control': expect.stringContaining('private'),
    'x-content-type-options': 'nosniff',
  });
});
