import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeTypeId } from '../../src/common/typeid.js';
import { startApp, type TestApp } from '../support/app.js';
import { describeRefusals, expectProblem, UNKNOWN_ID } from './refusals.js';

const BASE = '/account/api/notifications';
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

interface Item {
  id: string;
  title: string;
  is_read: boolean;
}

/** As the document has them. */
const DEFAULTS = {
  weekly_report: true,
  job_completed: true,
  job_failed: true,
  rule_executed: false,
  quota_warning: true,
  integrity_alert: true,
  weekly_report_toast: false,
  job_completed_toast: true,
  job_failed_toast: true,
  rule_executed_toast: false,
  quota_warning_toast: false,
  integrity_alert_toast: false,
};

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

describeRefusals(
  () => t,
  [
    { method: 'get', path: BASE },
    { method: 'delete', path: BASE },
    { method: 'patch', path: `${BASE}/{id}/read` },
    { method: 'post', path: `${BASE}/read-all` },
    { method: 'patch', path: `${BASE}/read-all` },
    { method: 'put', path: `${BASE}/read-all` },
    { method: 'delete', path: `${BASE}/{id}` },
    { method: 'get', path: `${BASE}/preferences` },
    { method: 'put', path: `${BASE}/preferences` },
  ],
);

async function fill(user: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await t.post({ type: 'job_failed', user_ids: [user], title: `no. ${number}` });
  }
}

async function list(user: string, query = '') {
  const { body } = await t.as(user).get(`${BASE}${query}`).expect(200);
  return body as { notifications: Item[]; unreadCount: number; page: number; limit: number };
}

const titles = ({ notifications }: { notifications: Item[] }) => notifications.map(({ title }) => title);
const numbers = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, at) => `no. ${from - at}`);

describe('the exchanges of the document', () => {
  const user = 'emma';

  it('GET notifications', async () => {
    await t.post({
      type: 'weekly_report',
      user_ids: [user],
      title: 'Rapport hebdomadaire',
      body: '142 mails reçus, 38 archivés cette semaine',
      data: { period: '2026-W13' },
    });
    const answer = await t.as(user).get(BASE);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      notifications: [
        {
          id: UUID,
          user_id: user,
          type: 'weekly_report',
          title: 'Rapport hebdomadaire',
          body: '142 mails reçus, 38 archivés cette semaine',
          data: { period: '2026-W13' },
          is_read: false,
          created_at: ISO,
        },
      ],
      unreadCount: 1,
      page: 1,
      limit: 20,
    });
  });

  it('PATCH notifications/:notificationId/read', async () => {
    const [item] = (await list(user)).notifications as [Item];
    for (const id of [item.id, item.id.toUpperCase(), encodeTypeId('ntf', item.id)]) {
      expect((await t.as(user).patch(`${BASE}/${id}/read`).expect(200)).body).toEqual({ success: true });
    }
    expect(await list(user)).toMatchObject({ notifications: [{ ...item, is_read: true }], unreadCount: 0 });
  });

  it.each(['post', 'patch', 'put'] as const)('%s notifications/read-all', async (method) => {
    await fill(user, 5);
    const readAll = () => t.as(user)[method](`${BASE}/read-all`).expect(200);
    expect((await readAll()).body).toEqual({ updated: 5 });
    expect((await readAll()).body).toEqual({ updated: 0 });
  });

  it('DELETE notifications/:notificationId', async () => {
    const [item] = (await list(user)).notifications as [Item];
    expect((await t.as(user).delete(`${BASE}/${item.id}`).expect(200)).body).toEqual({ ok: true });
    expect((await list(user)).notifications.map(({ id }) => id)).not.toContain(item.id);
    const { body } = await t.as(user).get('/v1/notifications?deleted=only').expect(200);
    expect(body).toMatchObject({ notifications: [{ id: item.id }] });
  });

  it('DELETE notifications', async () => {
    await t.post({ type: 'job_failed', user_ids: [user], title: 'still unread' });
    expect((await t.as(user).delete(BASE).expect(200)).body).toEqual({ ok: true });
    expect(await list(user)).toMatchObject({ notifications: [{ title: 'still unread' }], unreadCount: 1 });
  });

  it('GET and PUT notifications/preferences', async () => {
    const { body } = await t.as(user).get(`${BASE}/preferences`).expect(200);
    expect(body).toEqual(DEFAULTS);
    expect(Object.keys(body as object)).toEqual(Object.keys(DEFAULTS));
    const changes = { weekly_report: false, job_completed_toast: false };
    const { body: answer } = await t.as(user).put(`${BASE}/preferences`).send(changes).expect(200);
    expect(answer).toEqual({ ok: true });
    expect((await t.as(user).get(`${BASE}/preferences`)).body).toEqual({ ...DEFAULTS, ...changes });
    expect((await t.as('nobody').get(`${BASE}/preferences`)).body).toEqual(DEFAULTS);
  });
});

describe('what is in the trash already', () => {
  const trash = async (user: string) =>
    (await t.as(user).get('/v1/notifications?deleted=only').expect(200)).body as { notifications: Item[] };
  const read = (user: string, id: string) => t.as(user).patch(`${BASE}/${id}/read`);
  const remove = (user: string, id: string) => t.as(user).delete(`${BASE}/${id}`);
  const counts = async (user: string) => ({
    account: (await list(user)).unreadCount,
    inbox: ((await t.as(user).get('/v1/notifications/unread-count')).body as { count: number }).count,
  });

  it('is deleted and marked again as if it had just been done, and counts once', async () => {
    await fill('two tabs', 3);
    const [gone] = (await list('two tabs')).notifications as [Item];
    await remove('two tabs', gone.id).expect(200, { ok: true });
    const { notifications } = await trash('two tabs');
    for (let times = 0; times < 2; times += 1) {
      await remove('two tabs', gone.id).expect(200, { ok: true });
      expect(await trash('two tabs')).toEqual({ ...(await trash('two tabs')), notifications });
      expect(await counts('two tabs')).toEqual({ account: 2, inbox: 2 });
    }
    for (let times = 0; times < 2; times += 1) {
      await read('two tabs', gone.id).expect(200, { success: true });
      expect(await counts('two tabs')).toEqual({ account: 2, inbox: 2 });
    }
    // It was marked, and not only said to be.
    await t.as('two tabs').post(`/v1/notifications/${gone.id}/restore`).expect(200);
    expect((await list('two tabs')).notifications[0]).toMatchObject({ id: gone.id, is_read: true });
    expect(await counts('two tabs')).toEqual({ account: 2, inbox: 2 });
  });

  it('is answered so to both of two tabs at the same moment', async () => {
    await fill('at once', 4);
    for (const { id } of (await list('at once')).notifications) {
      const answers = await Promise.all([remove('at once', id), read('at once', id), remove('at once', id)]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    }
    expect(await counts('at once')).toEqual({ account: 0, inbox: 0 });
    expect((await trash('at once')).notifications).toHaveLength(4);
  });

  it('stays 404 when it is another user’s, unknown, or deleted for good', async () => {
    await fill('owner', 1);
    const [item] = (await list('owner')).notifications as [Item];
    await remove('owner', item.id).expect(200);
    for (const answer of [
      await remove('stranger', item.id),
      await read('stranger', item.id),
      await remove('owner', UNKNOWN_ID),
      await read('owner', UNKNOWN_ID),
    ]) {
      expectProblem(answer, 404, 'not_found');
    }
    expect((await trash('owner')).notifications).toMatchObject([{ id: item.id, read_at: null }]);
    await t.as('owner').delete(`/v1/notifications/${item.id}/purge`).expect(200);
    expectProblem(await remove('owner', item.id), 404, 'not_found');
    expectProblem(await read('owner', item.id), 404, 'not_found');
  });

  it('stays 404 in the contracts whose documents say so', async () => {
    await fill('elsewhere', 1);
    const [item] = (await list('elsewhere')).notifications as [Item];
    await remove('elsewhere', item.id).expect(200);
    const user = t.as('elsewhere');
    for (const answer of [
      await user.delete(`/v1/notifications/${item.id}`),
      await user.patch(`/v1/notifications/${item.id}`),
      await user.delete(`/api/notifications/${item.id}`),
      await user.put(`/api/notifications/${item.id}/read`),
      await user.put(`/api/v1/notifications/${item.id}/read`),
    ]) {
      expectProblem(answer, 404, 'not_found');
    }
  });
});

describe('a list', () => {
  beforeAll(async () => {
    await fill('bob', 23);
    const { notifications } = await list('bob', '?limit=3');
    for (const { id } of notifications) await t.as('bob').patch(`${BASE}/${id}/read`).expect(200);
  });

  it.each<[string, string, string[], { page: number; limit: number }]>([
    ['20 by default', '', numbers(23, 4), { page: 1, limit: 20 }],
    ['the second page', '?page=2', numbers(3, 1), { page: 2, limit: 20 }],
    ['as many as asked for', '?limit=5&page=2', numbers(18, 14), { page: 2, limit: 5 }],
    ['at most 100', '?limit=101', numbers(23, 1), { page: 1, limit: 100 }],
    ['only unread ones with 1', '?unread_only=1', numbers(20, 1), { page: 1, limit: 20 }],
    [
      'only unread ones with true',
      '?unread_only=true&limit=2&page=2',
      numbers(18, 17),
      { page: 2, limit: 2 },
    ],
    ['all with 0', '?unread_only=0&limit=2', numbers(23, 22), { page: 1, limit: 2 }],
    ['all with false', '?unread_only=false&limit=2', numbers(23, 22), { page: 1, limit: 2 }],
    ['nothing past the end', '?page=3', [], { page: 3, limit: 20 }],
    ['nothing far past the end', '?page=999999999&limit=100', [], { page: 999999999, limit: 100 }],
    [
      'nothing on the last page that has a number',
      '?page=9007199254740991&limit=100',
      [],
      { page: 9007199254740991, limit: 100 },
    ],
  ])('has %s, and always the whole unread count', async (_, query, expected, rest) => {
    const page = await list('bob', query);
    expect(titles(page)).toEqual(expected);
    expect(page).toMatchObject({ ...rest, unreadCount: 20 });
  });

  it.each([
    'page=0',
    'page=-1',
    'page=x',
    'page=9007199254740992',
    'page=9223372036854775807',
    'limit=0',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'unread_only=yes',
    'unread_only=',
    'unread_only=1&unread_only=1',
  ])('?%s is 400', async (query) => {
    const answer = await t.as('bob').get(`${BASE}?${query}`);
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual([query.split('=')[0]]);
  });

  it.each([
    ['page=x', 'page: must be a whole number'],
    ['page=', 'page: must be a whole number'],
    ['page=1.5', 'page: must be a whole number'],
    ['page=1e3', 'page: must be a whole number'],
    ['page=0', 'page: must be at least 1'],
    ['page=-9007199254740993', 'page: must be at least 1'],
    ['page=9007199254740992', 'page: must be at most 9007199254740991'],
    ['limit=x', 'limit: must be a whole number'],
    ['limit=0', 'limit: must be at least 1'],
  ])('?%s says one thing: %s', async (query, detail) => {
    expect((await t.as('bob').get(`${BASE}?${query}`)).body).toMatchObject({ detail });
  });

  it('of nobody is empty', async () => {
    expect(await list('nobody')).toEqual({ notifications: [], unreadCount: 0, page: 1, limit: 20 });
    expect((await t.as('nobody').post(`${BASE}/read-all`)).body).toEqual({ updated: 0 });
    expect((await t.as('nobody').delete(BASE)).body).toEqual({ ok: true });
  });

  it('shows fields without a value as null', async () => {
    await fill('dave', 1);
    expect(await list('dave')).toMatchObject({ notifications: [{ body: null, data: null }] });
  });
});

describe('preferences', () => {
  const put = (user: string, body: string | object) =>
    t.as(user).put(`${BASE}/preferences`).set('Content-Type', 'application/json').send(body);
  const get = async (user: string) =>
    (await t.as(user).get(`${BASE}/preferences`).expect(200)).body as object;

  it.each<[string, object | string, string]>([
    ['an unknown key', { weekly_report: false, weekly_reprot: true }, 'weekly_reprot'],
    ['a type without preferences here', { content_submitted: false }, 'content_submitted'],
    ['a text', { weekly_report: false, job_failed: 'false' }, 'job_failed'],
    ['a number', { weekly_report: false, job_failed_toast: 0 }, 'job_failed_toast'],
    ['null', { weekly_report: false, quota_warning: null }, 'quota_warning'],
    ['an object', { weekly_report: { in_app: false } }, 'weekly_report'],
    ['the prototype', '{"weekly_report":false,"toString":true}', 'toString'],
    ['a list', '[]', ''],
    ['a bare text', '"weekly_report"', ''],
    ['a bare number', '1', ''],
  ])('refuse %s, and change nothing', async (_, body, path) => {
    const answer = await put('ann', body);
    expectProblem(answer, 400, 'invalid_input');
    expect(answer.body).toMatchObject({ errors: [{ path }] });
    expect(await get('ann')).toEqual(DEFAULTS);
  });

  it('name everything that is wrong with them at once', async () => {
    const answer = await put('ann', { job_completed: false, job_failed: 'x', zz: 1, toString: 1 });
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual(['zz', 'toString', 'job_failed']);
    expect(await get('ann')).toEqual(DEFAULTS);
  });

  it('refuse what is no JSON', async () => {
    expectProblem(await put('ann', '{"weekly_report":'), 400, 'invalid_input');
    const __proto__ = await put('ann', '{"__proto__":{"weekly_report":false}}');
    expectProblem(__proto__, 400, 'invalid_input');
  });

  it.each<[string, object | string]>([
    ['an empty object', {}],
    ['nothing', ''],
  ])('take %s', async (_, body) => {
    expect((await put('ann', body).expect(200)).body).toEqual({ ok: true });
    expect(await get('ann')).toEqual(DEFAULTS);
  });

  it('take every one of the twelve keys, each by itself', async () => {
    let expected: Record<string, boolean> = { ...DEFAULTS };
    for (const [key, value] of Object.entries(DEFAULTS)) {
      expected = { ...expected, [key]: !value };
      await put('kim', { [key]: !value }).expect(200);
      expect(await get('kim')).toEqual(expected);
    }
  });

  it('of a user without any are written by many at once', async () => {
    const answers = await Promise.all(
      Object.entries(DEFAULTS).flatMap(([key, value]) => [
        put('lee', { [key]: !value }),
        put('lee', { [key]: !value, weekly_report: false }),
      ]),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(24).fill(200));
    expect(await get('lee')).toEqual(
      Object.fromEntries(Object.entries(DEFAULTS).map(([key, value]) => [key, !value])),
    );
  });

  it('are those of /v1, and those of the dispatcher', async () => {
    await put('mia', { job_failed: false, rule_executed: true }).expect(200);
    const { body } = await t.as('mia').get('/v1/preferences').expect(200);
    expect(body).toMatchObject({
      types: { job_failed: { in_app: false, toast: true }, rule_executed: { in_app: true, toast: false } },
    });
    await t
      .as('mia')
      .patch('/v1/preferences')
      .send({ types: { weekly_report: { toast: true } } })
      .expect(200);
    expect(await get('mia')).toMatchObject({ weekly_report_toast: true, weekly_report: true });
    await t.post({ type: 'job_failed', user_ids: ['mia'], title: 'muted' });
    await t.post({ type: 'rule_executed', user_ids: ['mia'], title: 'wanted' });
    expect(titles(await list('mia'))).toEqual(['wanted']);
    expect(await list('mia')).toMatchObject({ unreadCount: 1 });
  });

  it('are not a notification', async () => {
    for (const id of ['preferences', 'read-all', UNKNOWN_ID]) {
      expectProblem(await t.as('ann').delete(`${BASE}/${id}`), 404, 'not_found');
      expectProblem(await t.as('ann').patch(`${BASE}/${id}/read`), 404, 'not_found');
    }
  });
});
