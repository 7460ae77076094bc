import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeTypeId } from '../../src/common/typeid.js';
import { startApp, type TestApp } from '../support/app.js';
import { describeRefusals, expectProblem } from './refusals.js';

const BASE = '/api/v1';
const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

interface Item {
  id: string;
  title: string;
  is_read: boolean;
}

let t: TestApp;
beforeAll(async () => {
  t = await startApp();
});
afterAll(() => t.close());

describeRefusals(
  () => t,
  [
    { method: 'get', path: `${BASE}/sites/site-uuid/notifications` },
    { method: 'get', path: `${BASE}/sites/site-uuid/notifications/unread-count` },
    { method: 'put', path: `${BASE}/sites/site-uuid/notifications/read-all` },
    { method: 'put', path: `${BASE}/notifications/{id}/read` },
  ],
);

/** So many notifications of a site, the newest with the highest number. */
async function fill(user: string, site: string | undefined, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await t.post({ type: 'content_approved', user_ids: [user], title: `no. ${number}`, team_id: site });
  }
}

async function list(user: string, site: string, query = '') {
  const { body } = await t.as(user).get(`${BASE}/sites/${site}/notifications${query}`).expect(200);
  return body as { data: Item[]; meta: Record<string, number> };
}

describe('the exchanges of the document', () => {
  const user = 'user_abc123';
  const site = 'site-uuid';

  it('GET /sites/{site_id}/notifications?page=1&per_page=20', async () => {
    await t.post({
      type: 'content_submitted',
      user_ids: [user],
      team_id: site,
      title: 'Blog post submitted for review',
      body: '"Getting Started with Rust" was submitted for review',
      entity: { type: 'blog', id: 'blog-uuid' },
    });
    const answer = await t.as(user).get(`${BASE}/sites/${site}/notifications?page=1&per_page=20`);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.body).toEqual({
      data: [
        {
          id: UUID,
          site_id: 'site-uuid',
          recipient_clerk_id: 'user_abc123',
          notification_type: 'content_submitted',
          title: 'Blog post submitted for review',
          message: '"Getting Started with Rust" was submitted for review',
          entity_type: 'blog',
          entity_id: 'blog-uuid',
          is_read: false,
          created_at: ISO,
        },
      ],
      meta: { page: 1, per_page: 20, page_size: 20, total: 1, total_items: 1, total_pages: 1 },
    });
  });

  it('GET /sites/{site_id}/notifications/unread-count', async () => {
    const { body } = await t.as(user).get(`${BASE}/sites/${site}/notifications/unread-count`).expect(200);
    expect(body).toEqual({ unread_count: 1 });
  });

  it('PUT /notifications/{id}/read', async () => {
    const [item] = (await list(user, site)).data as [Item];
    const { body } = await t.as(user).put(`${BASE}/notifications/${item.id}/read`).expect(200);
    expect(body).toEqual({ ...item, is_read: true });
    const again = await t
      .as(user)
      .put(`${BASE}/notifications/${encodeTypeId('ntf', item.id)}/read`)
      .expect(200);
    expect(again.body).toEqual(body);
  });

  it('PUT /sites/{site_id}/notifications/read-all', async () => {
    await fill(user, site, 3);
    await fill(user, 'another site', 1);
    const readAll = () => t.as(user).put(`${BASE}/sites/${site}/notifications/read-all`).expect(200);
    expect((await readAll()).body).toEqual({ updated: 3 });
    expect((await readAll()).body).toEqual({ updated: 0 });
    const { body } = await t
      .as(user)
      .get(`${BASE}/sites/another site/notifications/unread-count`)
      .expect(200);
    expect(body).toEqual({ unread_count: 1 });
  });
});

describe('a list', () => {
  beforeAll(() => fill('bob', 's1', 23));

  const titles = ({ data }: { data: Item[] }) => data.map(({ title }) => title);
  const numbers = (from: number, to: number) =>
    Array.from({ length: from - to + 1 }, (_, at) => `no. ${from - at}`);

  it.each<[string, string, string[], Record<string, number>]>([
    ['20 by default', '', numbers(23, 4), { page: 1, per_page: 20, total: 23, total_pages: 2 }],
    ['the second page', '?page=2', numbers(3, 1), { page: 2, per_page: 20, total: 23, total_pages: 2 }],
    [
      'as many as asked for',
      '?per_page=5&page=2',
      numbers(18, 14),
      { page: 2, per_page: 5, total: 23, total_pages: 5 },
    ],
    [
      'by the other name',
      '?page_size=23',
      numbers(23, 1),
      { page: 1, per_page: 23, total: 23, total_pages: 1 },
    ],
    [
      'by the documented name first',
      '?page_size=9&per_page=2',
      numbers(23, 22),
      { page: 1, per_page: 2, total: 23, total_pages: 12 },
    ],
    ['at most 100', '?per_page=101', numbers(23, 1), { page: 1, per_page: 100, total: 23, total_pages: 1 }],
    [
      'far too many',
      '?per_page=99999999999999999999',
      numbers(23, 1),
      { page: 1, per_page: 100, total: 23, total_pages: 1 },
    ],
    ['nothing past the end', '?page=3', [], { page: 3, per_page: 20, total: 23, total_pages: 2 }],
    [
      'nothing far past the end',
      '?page=999999999&per_page=100',
      [],
      { page: 999999999, per_page: 100, total: 23, total_pages: 1 },
    ],
    [
      'nothing on the last page that has a number',
      '?page=9007199254740991&per_page=100',
      [],
      { page: 9007199254740991, per_page: 100, total: 23, total_pages: 1 },
    ],
  ])('has %s', async (_, query, expected, meta) => {
    const page = await list('bob', 's1', query);
    expect(titles(page)).toEqual(expected);
    // Existing clients read either pair of names.
    expect(page.meta).toEqual({ ...meta, page_size: meta['per_page'], total_items: meta['total'] });
  });

  it.each([
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=',
    'page=9007199254740992',
    'page=9223372036854775807',
    'page=1&page=2',
    'per_page=0',
    'per_page=-5',
    'per_page=1e1',
    'page_size=0',
    'page_size=x',
    'sort_by=body',
    'sort_by=Title',
    'sort_by=',
    'sort_by=constructor',
    'sort_by=title&sort_by=title',
    'sort_dir=down',
    'sort_dir=ASC',
    'sort_dir=',
    'search=%00',
    'search=a&search=b',
    `search=${'x'.repeat(256)}`,
    'sort=title',
  ])('?%s is 400', async (query) => {
    const answer = await t.as('bob').get(`${BASE}/sites/s1/notifications?${query}`);
    expectProblem(answer, 400, 'invalid_input');
    const { errors } = answer.body as { errors: { path: string }[] };
    expect(errors.map(({ path }) => path)).toEqual([query.split('=')[0]]);
  });

  it('holds neither another site, nor another user, nor what has no site, nor the trash', async () => {
    await fill('carol', 's1', 2);
    await fill('carol', 's2', 1);
    await fill('carol', undefined, 1);
    const [newest] = (await list('carol', 's1')).data as [Item];
    await t.as('carol').delete(`/v1/notifications/${newest.id}`).expect(200);
    const page = await list('carol', 's1');
    expect(titles(page)).toEqual(['no. 1']);
    expect(page.meta).toMatchObject({ total: 1 });
    for (const site of ['s3', 'null', '', "'", '%25', '漢字', 'x'.repeat(128)].filter(Boolean)) {
      expect(await list('carol', encodeURIComponent(site))).toEqual({
        data: [],
        meta: { page: 1, per_page: 20, page_size: 20, total: 0, total_items: 0, total_pages: 0 },
      });
    }
    expect((await t.as('carol').get(`${BASE}/sites/s3/notifications/unread-count`)).body).toEqual({
      unread_count: 0,
    });
    expect((await t.as('carol').put(`${BASE}/sites/s3/notifications/read-all`)).body).toEqual({ updated: 0 });
    expectProblem(await t.as('carol').put(`${BASE}/notifications/${newest.id}/read`), 404, 'not_found');
  });

  it('takes a site of 128 characters of any script, and refuses what cannot be one', async () => {
    const site = '😀'.repeat(128);
    await fill('carol', site, 1);
    expect(await list('carol', encodeURIComponent(site))).toMatchObject({ data: [{ site_id: site }] });
    for (const wrong of ['%00', 'x'.repeat(129)]) {
      for (const path of ['', '/unread-count']) {
        const answer = await t.as('carol').get(`${BASE}/sites/${wrong}/notifications${path}`);
        expectProblem(answer, 400, 'invalid_input');
        expect(answer.body).toMatchObject({ errors: [{ path: 'site_id' }] });
      }
    }
  });

  it.each([
    ['sort_by=body', 'sort_by: must be one of created_at, is_read, title, notification_type'],
    ['sort_dir=down', 'sort_dir: must be one of asc, desc'],
    [`search=${'x'.repeat(256)}`, 'search: must have at most 255 characters'],
    ['page=x', 'page: must be a whole number'],
  ])('?%s is told what is right', async (query, detail) => {
    const { body } = await t.as('bob').get(`${BASE}/sites/s1/notifications?${query}`);
    expect(body).toMatchObject({ detail });
  });

  it('shows fields without a value as null', async () => {
    await fill('dave', 's1', 1);
    expect((await list('dave', 's1')).data).toMatchObject([
      { message: null, entity_type: null, entity_id: null },
    ]);
  });
});

describe('sorts', () => {
  const titles = async (query: string) => (await list('sorter', 's1', query)).data.map(({ title }) => title);

  beforeAll(async () => {
    for (const [title, type] of [
      ['b1', 'content_approved'],
      ['a', 'content_submitted'],
      ['b2', 'changes_requested'],
      ['Z', 'content_approved'],
    ]) {
      await t.post({ type, user_ids: ['sorter'], title, team_id: 's1' });
    }
    await t.post({ type: 'job_failed', user_ids: ['sorter'], title: 'a', team_id: 's2' });
    for (const { id, title } of (await list('sorter', 's1')).data) {
      if (title.startsWith('b')) await t.as('sorter').put(`${BASE}/notifications/${id}/read`).expect(200);
    }
  });

  it.each([
    ['', 'Z b2 a b1'],
    ['sort_by=created_at', 'Z b2 a b1'],
    ['sort_dir=desc', 'Z b2 a b1'],
    ['sort_dir=asc', 'b1 a b2 Z'],
    ['sort_by=created_at&sort_dir=asc', 'b1 a b2 Z'],
    // The texts by their code points; what is equal is newest first in both directions.
    ['sort_by=title&sort_dir=asc', 'Z a b1 b2'],
    ['sort_by=title', 'b2 b1 a Z'],
    ['sort_by=is_read&sort_dir=asc', 'Z a b2 b1'],
    ['sort_by=is_read&sort_dir=desc', 'b2 b1 Z a'],
    ['sort_by=notification_type&sort_dir=asc', 'b2 Z b1 a'],
    ['sort_by=notification_type&sort_dir=desc', 'a Z b1 b2'],
    ['sort_by=title&sort_dir=asc&per_page=2&page=2', 'b1 b2'],
    ['sort_by=title&page=9007199254740991&per_page=100', ''],
  ])('?%s: %s', async (query, expected) => {
    expect((await titles(`?${query}`)).join(' ')).toBe(expected);
    const { meta } = await list('sorter', 's1', `?${query}`);
    expect(meta).toMatchObject({ total: 4, total_items: 4 });
  });

  it('neither loses nor repeats rows that are equal, from page to page', async () => {
    await fill('equal', 's1', 12);
    const pages = await Promise.all(
      [1, 2, 3, 4, 5].map((page) =>
        list('equal', 's1', `?sort_by=notification_type&per_page=3&page=${page}`),
      ),
    );
    expect(pages.flatMap(({ data }) => data.map(({ title }) => title))).toEqual(
      Array.from({ length: 12 }, (_, at) => `no. ${12 - at}`),
    );
  });
});

describe('a search', () => {
  const search = (user: string, text: string, rest = '') =>
    list(user, 's1', `?search=${encodeURIComponent(text)}${rest}`);
  const found = async (text: string) =>
    (await search('seeker', text)).data.map(({ title }) => title).join('|');

  beforeAll(async () => {
    for (const [title, body] of [
      ['100 % of it', null],
      ['snake_case', 'Getting Started'],
      ['back\\slash', ''],
      ['Émile', 'ÀÉÎ'],
      ['nothing', 'GETTING'],
      ['漢字', '😀'],
    ]) {
      await t.post({ type: 'content_submitted', user_ids: ['seeker'], title, body, team_id: 's1' });
    }
    await t.post({ type: 'content_submitted', user_ids: ['seeker'], title: 'Getting', team_id: 's2' });
    await t.post({ type: 'content_submitted', user_ids: ['another'], title: 'Getting', team_id: 's1' });
  });

  it.each([
    ['getting', 'nothing|snake_case'],
    ['GETTING S', 'snake_case'],
    ['%', '100 % of it'],
    ['%%', ''],
    ['_', 'snake_case'],
    ['__', ''],
    ['\\', 'back\\slash'],
    ['\\\\', ''],
    ['\\%', ''],
    ['k\\s', 'back\\slash'],
    ['émile', 'Émile'],
    ['àéî', 'Émile'],
    ['字', '漢字'],
    ['😀', '漢字'],
    ["' OR 1=1 --", ''],
    ['$1', ''],
    [' ', 'snake_case|100 % of it'],
    ['x'.repeat(255), ''],
  ])('for %j finds %s', async (text, expected) => {
    expect(await found(text)).toBe(expected);
  });

  it('counts what it finds, and pages and sorts it', async () => {
    const page = await search('seeker', 'N', '&per_page=1&page=2&sort_by=title&sort_dir=asc');
    expect(page.data.map(({ title }) => title)).toEqual(['snake_case']);
    expect(page.meta).toEqual({
      page: 2,
      per_page: 1,
      page_size: 1,
      total: 2,
      total_items: 2,
      total_pages: 2,
    });
  });

  it('for nothing is the whole list', async () => {
    expect(await search('seeker', '')).toEqual(await list('seeker', 's1'));
  });

  it('finds what has the text in it and nothing else', async () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', '%', '_', '\\', ' '),
      minLength: 1,
      maxLength: 4,
    });
    const rows: { title: string; message: string }[] = [];
    await fc.assert(
      fc.asyncProperty(letters, letters, letters, async (title, message, text) => {
        await t.post({ type: 'content_submitted', user_ids: ['any'], title, body: message, team_id: 's1' });
        rows.unshift({ title, message });
        const expected = rows.filter((row) =>
          [row.title, row.message].some((value) => value.toLowerCase().includes(text.toLowerCase())),
        );
        const { data, meta } = await search('any', text, '&per_page=100');
        expect(data.map(({ title: found }) => found)).toEqual(expected.map((row) => row.title));
        expect(meta).toMatchObject({ total: expected.length });
      }),
      { numRuns: 60 },
    );
  });
});
