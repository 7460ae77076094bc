import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectProblem } from '../contracts/refusals.js';
import { startApp, type TestApp } from '../support/app.js';

const SEARCH = '/v1/notifications/search';

interface Page {
  notifications: { id: string; title: string }[];
  total: number;
  has_next: boolean;
  has_previous: boolean;
  start_cursor: string | null;
  end_cursor: string | null;
}

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

async function search(user: string, body: object = {}): Promise<Page> {
  const answer = await t.as(user).post(SEARCH).send(body);
  expect({ status: answer.status, body: answer.body as unknown }).toMatchObject({ status: 200 });
  return answer.body as Page;
}

const titles = ({ notifications }: Page) => notifications.map(({ title }) => title).join(' ');

describe('a search', () => {
  const user = 'ann';
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const events = [
      { type: 'job_failed', title: 'a', team_id: 't1', body: 'x' },
      { type: 'job_completed', title: 'b', team_id: 't2', entity: { type: 'blog', id: '7' } },
      { type: 'content_submitted', title: 'c', team_id: 't1' },
      { type: 'job_failed', title: 'd' },
      { type: 'job_failed', title: 'trashed', team_id: 't1' },
    ];
    for (const event of events) await t.post({ ...event, user_ids: [user, 'carol'] });
    for (const { id, title } of (await search(user)).notifications) ids[title] = id;
    await t.as(user).delete(`/v1/notifications/${ids['trashed']}`).expect(200);
    await t.as(user).patch(`/v1/notifications/${ids['b']}`).send({ read: true }).expect(200);
  });

  it.each<[string, object, string]>([
    ['without anything is newest first', {}, 'd c b a'],
    ['by type', { filter: { type: 'job_failed' } }, 'd a'],
    ['by level', { filter: { level: { in: ['success', 'info'] } } }, 'c b'],
    ['by team', { filter: { team_id: 't1' } }, 'c a'],
    ['by no team', { filter: { team_id: null } }, 'd'],
    ['by state', { filter: { read: true } }, 'b'],
    ['by time of reading', { filter: { read_at: { isNull: true } } }, 'd c a'],
    ['by time', { filter: { created_at: { gt: '2000-01-01' } } }, 'd c b a'],
    ['by entity', { filter: { entity_type: 'blog', entity_id: '7' } }, 'b'],
    ['by event', { filter: { event: { type: 'job_completed', created_at: { gt: '2000-01-01' } } } }, 'b'],
    ['by deliveries', { filter: { deliveries: { some: { created_at: { gt: '2000-01-01' } } } } }, ''],
    ['in the trash', { deleted: 'only' }, 'trashed'],
    ['with the trash', { deleted: 'all' }, 'trashed d c b a'],
    ['in an order', { order_by: [{ team_id: 'asc_nulls_first' }, { title: 'desc' }] }, 'd c a b'],
    ['of a size', { limit: 2 }, 'd c'],
    ['of a size beyond the greatest', { limit: 100_000 }, 'd c b a'],
  ])('%s', async (_what, body, expected) => {
    expect(titles(await search(user, body))).toBe(expected);
  });

  it('finds rows by their ids, in either form', async () => {
    expect(titles(await search(user, { filter: { id: { in: [ids['a'], ids['c']] } } }))).toBe('c a');
  });

  it('shows what a list shows', async () => {
    const { body: list } = await t.as(user).get('/v1/notifications').expect(200);
    expect((await search(user)).notifications).toEqual((list as Page).notifications);
  });

  it('pages forward and back, with the facts of the whole', async () => {
    const query = { order_by: [{ title: 'asc' }], limit: 2 };
    const first = await search(user, query);
    expect([titles(first), first.total, first.has_next, first.has_previous]).toEqual(['a b', 4, true, false]);
    const second = await search(user, { ...query, after: first.end_cursor });
    expect([titles(second), second.total, second.has_next, second.has_previous]).toEqual([
      'c d',
      4,
      false,
      true,
    ]);
    const back = await search(user, { ...query, before: second.start_cursor });
    expect(back).toEqual(first);
    const none = await search(user, { filter: { title: 'z' } });
    expect(none).toEqual({
      ...{ notifications: [], total: 0, has_next: false, has_previous: false },
      ...{ start_cursor: null, end_cursor: null },
    });
  });

  it('never leaves the caller’s own rows', async () => {
    const carols = await search('carol');
    expect(carols.total).toBe(5);
    const found = await search(user, { filter: { id: { in: carols.notifications.map(({ id }) => id) } } });
    expect(found.total).toBe(0);
    const order = { order_by: [{ title: 'asc' }], limit: 1 };
    const theirs = await search('carol', order);
    expect(titles(await search(user, { ...order, after: theirs.end_cursor }))).toBe('b');
  });

  it.each<[string, object, string]>([
    ['an unknown key', { filters: {} }, 'filters'],
    ['an unknown field', { filter: { teamId: 't1' } }, 'filter.teamId'],
    ['a field of the prototype', { filter: { constructor: 1 } }, 'filter.constructor'],
    ['an unknown operator', { filter: { OR: [{ title: { eqq: 'x' } }] } }, 'filter.OR[0].title.eqq'],
    ['a filter that is none', { filter: 'x' }, 'filter'],
    ['a filter of null', { filter: null }, 'filter'],
    ['an order that is none', { order_by: {} }, 'order_by'],
    ['an unknown direction', { order_by: [{ title: 'up' }] }, 'order_by[0].title'],
    ['both directions', { after: 'x', before: 'y' }, 'before'],
    ['no size', { limit: 0 }, 'limit'],
    ['half a row', { limit: 1.5 }, 'limit'],
    ['a text for a size', { limit: 'x' }, 'limit'],
    ['an unknown trash', { deleted: 'true' }, 'deleted'],
  ])('refuses %s, naming it', async (_what, body, path) => {
    const answer = await t.as(user).post(SEARCH).send(body);
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string }[] };
    expect([...new Set(errors.map((error) => error.path))]).toEqual([path]);
  });

  it.each<[string, object, string, string?]>([
    ['given as a value', { type: 'job_faild' }, 'filter.type', 'job_failed'],
    ['in another case', { type: 'JOB_FAILED' }, 'filter.type', 'job_failed'],
    ['that is not to be', { type: { neq: 'job_faild' } }, 'filter.type.neq', 'job_failed'],
    ['of several', { OR: [{ type: { in: ['job_failed', 'nope'] } }] }, 'filter.OR[0].type.in'],
    ['not among several', { NOT: { type: { notIn: ['nope', 'job_failed'] } } }, 'filter.NOT.type.notIn'],
  ])('refuses an unknown type %s', async (_what, filter, path, closest = '') => {
    const answer = await t.as(user).post(SEARCH).send({ filter });
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string; message: string }[] };
    expect(errors.map((error) => error.path)).toEqual([path]);
    expect(errors[0]!.message).toContain(`is not a notification type; the closest is "${closest}`);
  });

  it('finds types that are not in the catalogue any more by their beginning or a pattern', async () => {
    for (const type of [{ startsWith: 'gone' }, { like: 'gone%' }, { gte: 'gone' }, { isNull: true }]) {
      await search(user, { filter: { type } });
    }
  });

  it('refuses a cursor of another order', async () => {
    const { end_cursor: after } = await search(user, { order_by: [{ title: 'asc' }] });
    expectProblem(await t.as(user).post(SEARCH).send({ after }), 400, 'invalid_cursor');
  });
});
