import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Clock } from '../../src/common/clock.js';
import { expectProblem } from '../contracts/refusals.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

interface Item {
  id: string;
  title: string;
  type: string;
  created_at: string;
}

interface Page {
  notifications: Item[];
  cursor: string | null;
  has_more: boolean;
}

// Some seconds where nothing else runs; a busy machine gets its time.
jest.setTimeout(90_000);

let t: TestApp;
let sql: Sql;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(async () => {
  await sql.end();
  await t.close();
});

const get = (user: string, query: object) =>
  t
    .as(user)
    .get('/v1/notifications')
    .query(query as Record<string, string>);

/** Plain fetch: property tests read thousands of pages. */
async function page(user: string, query: Record<string, string>): Promise<Page> {
  const response = await fetch(`${t.url}/v1/notifications?${new URLSearchParams(query).toString()}`, {
    headers: { Authorization: `Bearer ${tokenOf(user)}` },
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Page;
}

/** Rows as a burst of producers in many processes would make them: ids of one millisecond in no order. */
async function insert(user: string, count: number, at = '2026-03-01T12:00:00.123Z'): Promise<string[]> {
  const rows = await sql.rows<{ id: string }>(
    `WITH made AS (
      INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at)
      SELECT $1, carillon.uuid_v7($3), gen_random_uuid(), 'job_failed', 'error', 'n', $3
      FROM generate_series(1, $2::int) RETURNING user_id, id
    ), changed AS (
      INSERT INTO carillon.inbox_changes (user_id, kind, notification_id, unread_delta, live_delta)
      SELECT user_id, 'created', id, 1, 1 FROM made
    ) SELECT id FROM made`,
    [user, count, at],
  );
  return rows.map(({ id }) => id);
}

/** The whole list, page by page, with something happening between the pages. */
async function walk(
  user: string,
  query: Record<string, string>,
  between?: () => Promise<void>,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const next: Page = await page(user, { ...query, ...(cursor && { cursor }) });
    pages.push(next);
    cursor = next.cursor;
    expect(next.has_more).toBe(cursor !== null);
    if (cursor !== null) await between?.();
  }
  return pages;
}

const idsOf = (pages: Page[]) => pages.flatMap(({ notifications }) => notifications.map(({ id }) => id));
const newestFirst = (ids: string[]) => ids.toSorted().toReversed();

describe('a page', () => {
  it('has every field that the document shows, and no data', async () => {
    jest.spyOn(Clock.prototype, 'now').mockReturnValue(new Date('2026-01-15T10:00:00.007Z'));
    await t.post({
      type: 'issue.digest',
      user_ids: ['fields'],
      title: '3 new issues in Demo Project',
      body: "1 regression, 2 new errors since yesterday's digest.",
      link: '/dashboard/issues?project=1',
      team_id: 'team_1',
      data: { secret: 'payload' },
    });
    const { body, headers } = await get('fields', {}).expect(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      notifications: [
        {
          id: expect.stringMatching(/^019bc119-0107-7/),
          type: 'issue.digest',
          title: '3 new issues in Demo Project',
          body: "1 regression, 2 new errors since yesterday's digest.",
          link: '/dashboard/issues?project=1',
          team_id: 'team_1',
          read_at: null,
          created_at: '2026-01-15T10:00:00.007Z',
        },
      ],
      cursor: null,
      has_more: false,
    });
  });

  it('writes texts as they were, whatever is in them', async () => {
    const title = '"quotes" \\ back </script> \u2028 \u0001 \u007f 😀 ‮rtl';
    await t.post({ type: 'job_failed', user_ids: ['texts'], title, body: 'a\r\n\tb' });
    const { body } = await get('texts', {}).expect(200);
    expect(body.notifications[0]).toMatchObject({ title, body: 'a\r\n\tb' });
  });

  it('is empty for those who have nothing', async () => {
    expect((await get('nothing', {}).expect(200)).body).toEqual({
      notifications: [],
      cursor: null,
      has_more: false,
    });
  });

  it('has 50 rows by default, at most 200, and says whether there are more', async () => {
    const ids = newestFirst(await insert('limits', 201));
    for (const [limit, rows] of [
      [undefined, 50],
      ['1', 1],
      ['007', 7],
      ['200', 200],
      ['201', 200],
      ['99999999999999999999', 200],
    ] as const) {
      const result = await page('limits', limit === undefined ? {} : { limit });
      expect(result.notifications.map(({ id }) => id)).toEqual(ids.slice(0, rows));
      expect(result.cursor).toBe(`2026-03-01T12:00:00.123Z|${ids[rows - 1]}`);
      expect(result.has_more).toBe(true);
    }
    // A page that ends exactly at the end.
    const last = await page('limits', { limit: '200', cursor: `2026-03-01T12:00:00.123Z|${ids[0]}` });
    expect(last).toMatchObject({ cursor: null, has_more: false });
    expect(last.notifications).toHaveLength(200);
  });
});

describe('the filters', () => {
  it('narrow by read state, type and team, together, on every page', async () => {
    const user = 'filters';
    const types = ['job_failed', 'issue.digest'];
    const teams = ['a', 'b', null];
    for (let i = 0; i < 24; i += 1) {
      await t.post({ type: types[i % 2], user_ids: [user], title: `${i}`, team_id: teams[i % 3] });
    }
    const all = (await page(user, {})).notifications;
    expect(all.map(({ title }) => Number(title))).toEqual(Array.from({ length: 24 }, (_, i) => 23 - i));
    for (const { id, title } of all) {
      if (Number(title) % 4 === 0) await t.as(user).patch(`/v1/notifications/${id}`).expect(200);
      if (Number(title) === 23) await t.as(user).delete(`/v1/notifications/${id}`).expect(200);
    }
    const cases: [Record<string, string>, (i: number) => boolean][] = [
      [{}, () => true],
      [{ read_state: 'all' }, () => true],
      [{ read_state: 'unread' }, (i) => i % 4 !== 0],
      [{ read_state: 'read' }, (i) => i % 4 === 0],
      [{ type: 'issue.digest' }, (i) => i % 2 === 1],
      [{ type: 'no such type' }, () => true],
      [{ type: '' }, () => true],
      [{ type: 'weekly_report' }, () => false],
      [{ team_id: 'a' }, (i) => i % 3 === 0],
      [{ team_id: 'nobody' }, () => false],
      [{ team_id: 'b', type: 'job_failed', read_state: 'read' }, (i) => i % 12 === 4],
    ];
    for (const [query, fits] of cases) {
      const expected = Array.from({ length: 23 }, (_, i) => 22 - i).filter(fits);
      const titles = (await walk(user, { ...query, limit: '2' })).flatMap(({ notifications }) =>
        notifications.map(({ title }) => Number(title)),
      );
      expect({ query, titles }).toEqual({ query, titles: expected });
    }
    expect((await page(user, { deleted: 'only' })).notifications.map(({ title }) => title)).toEqual(['23']);
  });

  it.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '-1' }, 'limit'],
    [{ limit: 'abc' }, 'limit'],
    [{ limit: '1.5' }, 'limit'],
    [{ limit: '1e1' }, 'limit'],
    [{ limit: '' }, 'limit'],
    [{ limit: ' 5' }, 'limit'],
    [{ limit: '+5' }, 'limit'],
    [{ limit: '0x10' }, 'limit'],
    [{ limit: ['5', '6'] }, 'limit'],
    [{ read_state: 'seen' }, 'read_state'],
    [{ read_state: '' }, 'read_state'],
    [{ read_state: ['read', 'unread'] }, 'read_state'],
    [{ type: ['a', 'b'] }, 'type'],
    [{ cursor: ['a', 'b'] }, 'cursor'],
    [{ team_id: '' }, 'team_id'],
    [{ team_id: 'x'.repeat(129) }, 'team_id'],
    [{ team_id: '\0' }, 'team_id'],
    [{ deleted: 'true' }, 'deleted'],
    [{ page: '2' }, 'page'],
    [{ 'limit[]': '5' }, 'limit[]'],
    [{ __proto__x: '1' }, '__proto__x'],
  ])('%j is refused by its name', async (query, path) => {
    const answer = await get('filters', query);
    expectProblem(answer, 400, 'invalid_input');
    const paths = answer.body.errors.map((issue: { path: string }) => issue.path);
    expect(new Set(paths)).toEqual(new Set([path]));
  });
});

describe('a cursor', () => {
  const AT = '2026-03-04T18:09:43.291Z';
  const time = Date.parse(AT).toString(16).padStart(12, '0').replace(/^.{8}/, '$&-');
  const ID = `${time}-7000-8000-000000000001`;

  it('is good whether or not its row is there', async () => {
    const [id] = await insert('cursors', 1, AT);
    await insert('cursors', 1, '2026-03-04T18:09:43.290Z');
    expect((await page('cursors', { cursor: `${AT}|${id}` })).notifications).toHaveLength(1);
    await t.as('cursors').delete(`/v1/notifications/${id}`).expect(200);
    expect((await page('cursors', { cursor: `${AT}|${id}` })).notifications).toHaveLength(1);
    expect((await page('cursors', { cursor: `${AT}|${ID}` })).notifications).toHaveLength(1);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'abc'],
    ['a bar', '|'],
    ['an id alone', ID],
    ['a time alone', `${AT}|`],
    ['no time', `|${ID}`],
    ['a time that is not the id’s', `2026-03-04T18:09:43.292Z|${ID}`],
    ['a time without milliseconds', `2026-03-04T18:09:43Z|${ID}`],
    ['a time in another zone', `2026-03-04T19:09:43.291+01:00|${ID}`],
    ['no real time', `2026-02-30T00:00:00.000Z|${ID}`],
    ['an id in upper case', `${AT}|${ID.toUpperCase()}`],
    ['an id of another version', `${AT}|${time}-4000-8000-000000000001`],
    ['no id', `${AT}|x`],
    ['a TypeID', `${AT}|ntf_01kkwwaptve00800000000000`],
    ['something behind it', `${AT}|${ID}|`],
    ['space around it', ` ${AT}|${ID} `],
    ['two', `${AT}|${ID},${AT}|${ID}`],
    ['a page number', '2'],
    ['base64', 'eyJpZCI6MX0='],
    ['a NUL', '\0'],
    ['ten thousand characters', 'x'.repeat(10_000)],
  ])('that is %s is invalid_cursor, never page one again', async (_, cursor) => {
    await insert('cursor-bad', 1);
    expectProblem(await get('cursor-bad', { cursor }), 400, 'invalid_cursor');
  });
});

describe('paging', () => {
  it('shows each of 500 rows of one millisecond once, in one order, at any page size', async () => {
    // Half through the producers' door, with the clock stopped, half as from other processes.
    const at = '2026-04-01T00:00:00.999Z';
    jest.spyOn(Clock.prototype, 'now').mockReturnValue(new Date(at));
    await Promise.all(
      Array.from({ length: 250 }, () => t.post({ type: 'job_failed', user_ids: ['burst'], title: 'n' })),
    );
    await insert('burst', 250, at);
    const expected = newestFirst(
      (await sql.rows<{ id: string }>(`SELECT id FROM carillon.notifications WHERE user_id = 'burst'`)).map(
        ({ id }) => id,
      ),
    );
    expect(expected).toHaveLength(500);
    for (const limit of ['1', '7', '50', '200']) {
      const pages = await walk('burst', { limit });
      expect(idsOf(pages)).toEqual(expected);
      expect(new Set(pages.flatMap((one) => one.notifications.map((row) => row.created_at)))).toEqual(
        new Set([at]),
      );
    }
  });

  const change = fc.oneof(
    fc.record({
      kind: fc.constant('insert' as const),
      count: fc.integer({ min: 1, max: 30 }),
      ms: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant('trash' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('purge' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('mark' as const), pick: fc.nat() }),
  );

  it('neither loses nor repeats a row, whatever is inserted and deleted between the pages', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 250 }),
        fc.integer({ min: 5, max: 60 }),
        fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 }),
        async (rows, limit, changes) => {
          const user = `walker${(run += 1)}`;
          // The next milliseconds as well, so that what comes meanwhile is newer, older or neither.
          const there = new Set(await insert(user, rows, '2026-05-01T00:00:00.001Z'));
          const fromTheStart = new Set(there);
          const gone = new Set<string>();
          const coming = changes.values();
          const between = async () => {
            for (const one of coming.next().value ?? []) {
              if (one.kind === 'insert') {
                for (const id of await insert(user, one.count, `2026-05-01T00:00:00.00${one.ms}Z`))
                  there.add(id);
                continue;
              }
              const id = [...there][one.pick % Math.max(1, there.size)];
              if (id === undefined) continue;
              const url = `${t.url}/v1/notifications/${id}`;
              const headers = { Authorization: `Bearer ${tokenOf(user)}` };
              if (one.kind === 'mark') await fetch(url, { method: 'PATCH', headers });
              else await fetch(url, { method: 'DELETE', headers });
              if (one.kind === 'purge') await fetch(`${url}/purge`, { method: 'DELETE', headers });
              if (one.kind === 'mark') continue;
              there.delete(id);
              gone.add(id);
            }
          };
          const seen = idsOf(await walk(user, { limit: `${limit}` }, between));
          expect(seen).toEqual(newestFirst([...new Set(seen)]));
          const missing = [...fromTheStart].filter((id) => !gone.has(id) && !seen.includes(id));
          expect(missing).toEqual([]);
          expect(seen.filter((id) => !there.has(id) && !gone.has(id))).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });
});
