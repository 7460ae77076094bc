import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeTypeId, encodeTypeId } from '../../src/common/typeid.js';
import { IN_HOST, startApp, type TestApp } from '../support/app.js';
import { expectProblem, UNKNOWN_ID } from './refusals.js';
import { BASE, getList, listOf, titles, type Page, type Query } from './workspace-client.js';

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

const get = (user: string, query?: Query) => getList(t, user, query);
const list = (user: string, query?: Query) => listOf(t, user, query);

describe('a list', () => {
  const user = 'bob';
  let all: Page;
  beforeAll(async () => {
    // job_failed is an error, job_completed a success, content_submitted an info.
    const events = [
      { type: 'job_failed', title: 'a', team_id: 'w1', body: 'x' },
      { type: 'job_completed', title: 'b', team_id: 'w2', entity: { type: 'blog', id: '7' } },
      { type: 'content_submitted', title: 'c', team_id: 'w1' },
      { type: 'job_failed', title: 'd' },
      { type: 'job_failed', title: 'e', team_id: 'w1', body: '100%' },
      { type: 'job_failed', title: 'in the trash', team_id: 'w1' },
    ];
    for (const event of events) await t.post({ ...event, user_ids: [user, 'carol'] });
    const before = await list(user);
    await t.as(user).delete(`${BASE}/${before.data[0]!.id}`).expect(200);
    // e and b are read.
    for (const at of [1, 4]) await t.as(user).put(`${BASE}/${before.data[at]!.id}/read`).expect(200);
    all = await list(user);
  });

  const idOf = (title: string) => all.data.find((item) => item.title === title)!.id;
  const ids = (...names: string[]) => names.map(idOf).join(',');

  it.each<[string, () => Record<string, unknown>, string]>([
    ['newest first', () => ({}), 'e d c b a'],
    ['of one workspace', () => ({ workspace_id: 'w1' }), 'e c a'],
    ['of a workspace without any', () => ({ workspace_id: 'w9' }), ''],
    ['read=true', () => ({ read: 'true' }), 'e b'],
    ['read=read', () => ({ read: 'read' }), 'e b'],
    ['read=false', () => ({ read: 'false' }), 'd c a'],
    ['read=unread', () => ({ read: 'unread' }), 'd c a'],
    ['unread of one workspace', () => ({ read: 'unread', workspace_id: 'w1' }), 'c a'],
    ['include_deleted=false', () => ({ include_deleted: 'false' }), 'e d c b a'],
    ['include_deleted=true', () => ({ include_deleted: 'true' }), 'in the trash e d c b a'],
    ['include_deleted=only', () => ({ include_deleted: 'only' }), 'in the trash'],
    ['type=error', () => ({ type: 'error' }), 'e d a'],
    ['type=warning', () => ({ type: 'warning' }), ''],
    ['user_id of the caller', () => ({ user_id: user }), 'e d c b a'],
    ['user_id of another', () => ({ user_id: 'carol' }), ''],
    ['ids', () => ({ ids: ids('a', 'd') }), 'd a'],
    [
      'ids in any form, with spaces',
      () => ({ ids: ` ${decodeTypeId('ntf', idOf('a'))!.toUpperCase()} , ${idOf('b')}` }),
      'b a',
    ],
    ['no ids', () => ({ ids: '' }), ''],
    ['unknown ids', () => ({ ids: `${UNKNOWN_ID},${encodeTypeId('ntf', UNKNOWN_ID)}` }), ''],
    ['a filter', () => ({ filter: { OR: [{ title: 'a' }, { body: { endsWith: '%' } }] } }), 'e a'],
    ['a filter that narrows nothing', () => ({ filter: {} }), 'e d c b a'],
    [
      'a filter by catalogue type',
      () => ({ filter: { category: { in: ['job_completed', 'content_submitted'] } } }),
      'c b',
    ],
    ['a filter by entity', () => ({ filter: { entityType: 'blog', entityId: { gte: '7' } } }), 'b'],
    ['a filter by null', () => ({ filter: { workspaceId: null } }), 'd'],
    ['a filter by its negation', () => ({ filter: { NOT: { workspaceId: 'w1' } } }), 'd b'],
    ['a filter by event', () => ({ filter: { event: { type: 'job_completed' } } }), 'b'],
    [
      'a filter by deliveries',
      () => ({ filter: { deliveries: { none: {} }, readAt: { isNull: false } } }),
      'e b',
    ],
    [
      'a filter of another user',
      () => ({ filter: { OR: [{ userId: 'carol' }, { userId: { neq: user } }] } }),
      '',
    ],
    [
      'everything that is not mine',
      () => ({ filter: { NOT: { userId: user } }, include_deleted: 'true' }),
      '',
    ],
    [
      'everything together',
      () => ({
        filter: { title: { gt: 'a' } },
        type: 'error',
        read: 'true',
        workspace_id: 'w1',
        ids: ids('a', 'b', 'e'),
        user_id: user,
      }),
      'e',
    ],
    ['an order', () => ({ orderBy: [{ type: 'asc' }, { title: 'desc' }] }), 'e d a c b'],
    [
      'an order with nulls first',
      () => ({ orderBy: [{ workspaceId: 'asc_nulls_first' }, { createdAt: 'asc' }] }),
      'd a c e b',
    ],
    ['an order with nulls last', () => ({ orderBy: [{ body: 'desc_nulls_last' }] }), 'a e d c b'],
    ['an order of nulls as they come', () => ({ orderBy: [{ body: 'asc' }] }), 'e a b c d'],
    ['oldest first', () => ({ orderBy: [{ createdAt: 'asc' }] }), 'a b c d e'],
    ['an empty order', () => ({ orderBy: [] }), 'e d c b a'],
  ])('with %s', async (_, query, expected) => {
    const page = await list(user, query());
    expect(titles(page).join(' ')).toBe(expected);
    expect(page.pageInfo).toMatchObject({
      total: page.data.length,
      hasNextPage: false,
      hasPreviousPage: false,
    });
    expect(page.pageInfo.startCursor === null).toBe(page.data.length === 0);
    expect(page.pageInfo.endCursor === null).toBe(page.data.length === 0);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['limit=0', { limit: 0 }, 'limit'],
    ['limit=-1', { limit: -1 }, 'limit'],
    ['limit=x', { limit: 'x' }, 'limit'],
    ['limit=2.5', { limit: 2.5 }, 'limit'],
    ['read=yes', { read: 'yes' }, 'read'],
    ['include_deleted=all', { include_deleted: 'all' }, 'include_deleted'],
    ['type=eror', { type: 'eror' }, 'type'],
    ['an empty workspace_id', { workspace_id: '' }, 'workspace_id'],
    ['a NUL in user_id', { user_id: '\0' }, 'user_id'],
    ['a long workspace_id', { workspace_id: 'x'.repeat(129) }, 'workspace_id'],
    ['an id that is none', { ids: `${UNKNOWN_ID},nope` }, 'ids[1]'],
    ['101 ids', { ids: Array(101).fill(UNKNOWN_ID).join(',') }, 'ids'],
    ['a filter that is no JSON', { filter: '{"title":' }, 'filter'],
    ['an empty filter', { filter: '' }, 'filter'],
    ['a filter that is null', { filter: 'null' }, 'filter'],
    ['a filter that is a list', { filter: '[]' }, 'filter'],
    ['an unknown operator', { filter: { OR: [{}, { title: { eqq: 'x' } }] } }, 'filter.OR[1].title.eqq'],
    ['a mistyped value', { filter: { read: 'yes' } }, 'filter.read'],
    ['an order that is no JSON', { orderBy: 'createdAt' }, 'orderBy'],
    ['an order that is an object', { orderBy: { createdAt: 'desc' } }, 'orderBy'],
    ['an order by nothing', { orderBy: [{}] }, 'orderBy[0]'],
    ['an order by two fields at once', { orderBy: [{ title: 'asc', body: 'asc' }] }, 'orderBy[0]'],
    [
      'an order by an unknown field',
      { orderBy: [{ title: 'asc' }, { creatdAt: 'asc' }] },
      'orderBy[1].creatdAt',
    ],
    ['an order in an unknown direction', { orderBy: [{ title: 'up' }] }, 'orderBy[0].title'],
    [
      'an order in the direction of the prototype',
      { orderBy: [{ title: 'constructor' }] },
      'orderBy[0].title',
    ],
    ['an order by a relation', { orderBy: [{ event: 'asc' }] }, 'orderBy[0].event'],
    ['an order by one field twice', { orderBy: [{ title: 'asc' }, { title: 'desc' }] }, 'orderBy[1].title'],
    ['both cursors', { after: 'x', before: 'x' }, 'before'],
    ['the name of a column', { team_id: 'w1' }, 'team_id'],
  ])('with %s is 400, and names it', async (_, query, path) => {
    const answer = await get(user, query);
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(new Set(errors.map((issue) => issue.path))).toEqual(new Set([path]));
  });

  it.each<[string, (id: string) => string]>([
    ['UUIDs', (id) => id],
    ['TypeIDs', (id) => encodeTypeId('ntf', id)],
  ])('with a long list of %s in a filter is answered', async (_, form) => {
    // In a host the address and the headers have the host's limit, which is 16 KiB where it sets none.
    const others = Array.from({ length: IN_HOST ? 299 : 999 }, () => randomUUID());
    const own = decodeTypeId('ntf', idOf('a'))!;
    const page = await list(user, { filter: { id: { in: [...others, own].map(form) } } });
    expect(titles(page)).toEqual(['a']);
  });

  it('with many wrong parameters is 400, and names all of them', async () => {
    const answer = await get(user, {
      ...{ limit: 0, read: 'x', nope: 1, constructor: 1, ids: 'foo', after: 'x', before: 'y' },
      ...{ filter: { title: { eqq: 'x' }, AND: 1 }, orderBy: [{ title: 'up' }, {}] },
    });
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path).sort()).toEqual(
      [
        ...['limit', 'read', 'nope', 'constructor', 'ids[0]', 'before'],
        ...['filter.title.eqq', 'filter.AND', 'orderBy[0].title', 'orderBy[1]'],
      ].sort(),
    );
  });

  it('with a filter that is wrong everywhere is 400, and names the first 20 places', async () => {
    const answer = await get(user, { filter: { OR: Array.from({ length: 50 }, () => ({ nope: 1 })) } });
    expectProblem(answer, 400, 'invalid_input');
    expect((answer.body as { errors: unknown[] }).errors).toHaveLength(20);
  });

  it('says what was meant', async () => {
    const answer = await get(user, { filter: { OR: [{}, { title: { eqq: 'x' } }] } });
    expect((answer.body as { detail: string }).detail).toBe(
      'filter.OR[1].title.eqq: unknown operator; did you mean "eq"?',
    );
  });

  it.each([
    'ids=a&ids=b',
    'filter={}&filter={}',
    'after=x&after=y',
    'limit=1&limit=2',
    'user_id=a&user_id=b',
    'read=true&read=true',
  ])('?%s is 400: each may be given once', async (query) => {
    const answer = await t.as(user).get(`${BASE}?${query}`);
    expectProblem(answer, 400, 'invalid_input');
  });
});

describe('pages', () => {
  const user = 'dora';
  beforeAll(async () => {
    for (let number = 1; number <= 103; number += 1) {
      await t.post({
        type: 'job_failed',
        user_ids: [user],
        title: `no. ${number}`,
        ...(number % 3 === 0 && { body: `${number % 6}` }),
      });
    }
  });

  it('have 100 rows by default, and at most', async () => {
    for (const query of [{}, { limit: 100 }, { limit: 101 }, { limit: '99999999999999999999' }]) {
      const page = await list(user, query);
      expect(page.data).toHaveLength(100);
      expect(page.pageInfo).toMatchObject({ total: 103, hasNextPage: true, hasPreviousPage: false });
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['newest first', {}],
    ['by two keys with nulls', { orderBy: [{ body: 'desc_nulls_first' }, { title: 'asc' }] }],
    ['of a filter', { filter: { title: { contains: '1' } }, orderBy: [{ title: 'desc' }] }],
  ])('go forward and backward: %s', async (_, query) => {
    const whole: string[] = [];
    const pages: Page[] = [];
    for (let after: string | null = null; ;) {
      const page: Page = await list(user, { ...query, limit: 10, ...(after && { after }) });
      pages.push(page);
      whole.push(...titles(page));
      expect(page.pageInfo.hasPreviousPage).toBe(pages.length > 1);
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(new Set(whole).size).toBe(whole.length);
    expect(whole).toHaveLength(pages[0]!.pageInfo.total);
    for (let at = pages.length - 1; at > 0; at -= 1) {
      const page = await list(user, { ...query, limit: 10, before: pages[at]!.pageInfo.startCursor! });
      expect(page).toEqual({ ...pages[at - 1], pageInfo: { ...pages[at - 1]!.pageInfo, hasNextPage: true } });
    }
  });

  it('stay right whatever is posted and deleted meanwhile', async () => {
    for (const title of ['1', '2', '3', '4', '5', '6']) {
      await t.post({ type: 'job_failed', user_ids: ['emil'], title });
    }
    const first = await list('emil', { limit: 3 });
    expect(titles(first)).toEqual(['6', '5', '4']);
    await t.as('emil').delete(`${BASE}/${first.data[2]!.id}`).expect(200);
    await t.as('emil').delete(`${BASE}/${first.data[2]!.id}/purge`).expect(200);
    await t.post({ type: 'job_failed', user_ids: ['emil'], title: '7' });
    const second = await list('emil', { limit: 3, after: first.pageInfo.endCursor! });
    expect(titles(second)).toEqual(['3', '2', '1']);
    expect(second.pageInfo).toMatchObject({ total: 6, hasNextPage: false, hasPreviousPage: true });
    const back = await list('emil', { limit: 2, before: second.pageInfo.startCursor! });
    expect(titles(back)).toEqual(['6', '5']);
    expect(back.pageInfo).toMatchObject({ total: 6, hasNextPage: true, hasPreviousPage: true });
  });

  it('of one user take another user’s cursor as a place, and show nothing of theirs', async () => {
    const { pageInfo } = await list(user, { limit: 1 });
    for (const name of ['after', 'before']) {
      const page = await list('nobody', { [name]: pageInfo.endCursor });
      expect(page).toEqual({
        data: [],
        pageInfo: {
          total: 0,
          hasNextPage: false,
          hasPreviousPage: false,
          startCursor: null,
          endCursor: null,
        },
      });
    }
  });

  it('refuse every cursor that was not handed out for this order', async () => {
    const { pageInfo } = await list(user, { limit: 1 });
    const cursor = pageInfo.endCursor!;
    const ordered = (await list(user, { limit: 1, orderBy: [{ title: 'asc' }] })).pageInfo.endCursor!;
    const uuid = decodeTypeId('ntf', (await list(user, { limit: 1 })).data[0]!.id)!;
    const wrong: [Record<string, unknown>, string][] = [
      ...[
        '',
        'x',
        '.',
        `${cursor}A`,
        cursor.slice(0, -1),
        uuid,
        `2026-01-01T00:00:00.000Z|${uuid}`,
        '%00',
        '\0',
        '😀',
      ].map((one): [Record<string, unknown>, string] => [{}, one]),
      [{}, ordered],
      [{ orderBy: [{ title: 'desc' }] }, ordered],
      [{ orderBy: [{ title: 'asc' }, { body: 'asc' }] }, ordered],
      [{ orderBy: [{ title: 'asc' }] }, cursor],
    ];
    for (const [query, one] of wrong) {
      for (const name of ['after', 'before']) {
        expectProblem(await get(user, { ...query, [name]: one }), 400, 'invalid_cursor');
      }
    }
    // The same order in other words is the same order.
    await list(user, { orderBy: [{ createdAt: 'desc' }], after: cursor });
  });
});
