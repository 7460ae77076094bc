import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { CarillonError } from '../../src/common/errors.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { rowShape } from '../../src/notifications/projection.sql.js';
import { SearchService, type SearchPage } from '../../src/notifications/search.service.js';
import { Turns } from '../../src/database/turns.js';
import { SearchStore } from '../../src/notifications/search.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { BAD_FILTERS, FILTERS, ORDERS, SORTS } from '../fuzz/regressions.js';
import { asked, type Asked } from './asked.js';
import { compare, holds } from './evaluate.js';
import { filters, withTypeIds } from './filters.js';
import { sampleRows, store, type Row } from './rows.js';

const USER = 'ann';
const SHAPE = rowShape({ name: 'test', fields: { id: 'id', title: 'title' } });

let database: TestDatabase;
let dataSource: DataSource;
let service: SearchService;

const all = sampleRows(USER, 240);
const rows = all.filter((row) => !row.deleted);

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = createDataSource({ url: database.url, poolSize: 4, schema: 'carillon' });
  await dataSource.initialize();
  service = new SearchService(
    new SearchStore(new Database(dataSource)),
    new Turns(4),
    new Catalogue(SHIPPED_TYPES, new Channels(DEFAULTS)),
  );
  await store(dataSource, [...all, ...sampleRows('bob', 60)]);
  // As autovacuum does within a minute: until then PostgreSQL takes every table for nearly empty.
  await dataSource.query('ANALYZE');
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

async function search(request: Asked): Promise<SearchPage> {
  return service.search(SHAPE, asked(USER, request));
}

const ids = (found: { id: string }[]) => found.map(({ id }) => id);

describe('a filter', () => {
  it('finds exactly the rows that a plain reading of it finds', async () => {
    await fc.assert(
      fc.asyncProperty(filters(rows), fc.boolean(), async (filter, typeIds) => {
        const page = await search({ filter: typeIds ? withTypeIds(filter) : filter });
        const expected = rows.filter((row) => holds(filter, row));
        expect(ids(page.rows)).toEqual(ids(expected).sort().reverse());
        expect(page.total).toBe(expected.length);
      }),
      { numRuns: 600, examples: FILTERS.map((filter): [object, boolean] => [filter, false]) },
    );
  }, 120_000);

  it('and its negation share no row and leave none out', async () => {
    await fc.assert(
      fc.asyncProperty(filters(rows), async (filter) => {
        const [yes, no] = [await search({ filter }), await search({ filter: { NOT: filter } })];
        expect([...ids(yes.rows), ...ids(no.rows)].sort()).toEqual(ids(rows).sort());
      }),
      { numRuns: 100, examples: FILTERS.map((filter): [object] => [filter]) },
    );
  }, 60_000);

  it.each<[string, object, (row: Row) => boolean]>([
    ['neq keeps rows without a value', { body: { neq: 'a' } }, (row) => row.body !== 'a'],
    [
      'notIn keeps rows without a value',
      { body: { notIn: ['a', 'b'] } },
      (row) => !['a', 'b'].includes(row.body ?? ''),
    ],
    [
      'NOT keeps rows without a value',
      { NOT: { body: { gt: 'a' } } },
      (row) => row.body === null || compare(row.body, 'a') <= 0,
    ],
    ['null is a value to equal', { body: null }, (row) => row.body === null],
    [
      'null is a value in a list',
      { body: { in: [null, 'a'] } },
      (row) => row.body === null || row.body === 'a',
    ],
    ['an empty AND is true', { AND: [] }, () => true],
    ['an empty OR is false', { OR: [] }, () => false],
    ['an empty list is false', { title: { in: [] } }, () => false],
    ['a percent sign is itself', { title: { contains: '%' } }, (row) => row.title.includes('%')],
    ['an underscore is itself', { title: { startsWith: '_' } }, (row) => row.title.startsWith('_')],
    ['a backslash is itself', { title: { endsWith: '\\' } }, (row) => row.title.endsWith('\\')],
    [
      'every one of none',
      { deliveries: { every: { status: 'failed' } } },
      (row) => row.deliveries.every((one) => one.status === 'failed'),
    ],
    ['an event that is gone', { NOT: { event: {} } }, (row) => row.event === null],
    ['letters of any script in any case', { title: { ilike: '%я%' } }, (row) => /я/iu.test(row.title)],
  ])('%s', async (_, filter, expected) => {
    expect(rows.some(expected) || JSON.stringify(filter).includes('[]')).toBe(true);
    expect(ids((await search({ filter })).rows).sort()).toEqual(ids(rows.filter(expected)).sort());
  });

  it('as large as it may be is answered', async () => {
    const list = Array.from({ length: 1000 }, (_, at) => `${at}`.repeat(20));
    const filter = { AND: Array.from({ length: 100 }, () => ({ title: { notIn: list } })) };
    expect((await search({ filter })).total).toBe(rows.length);
    const relations = { AND: Array.from({ length: 100 }, () => ({ deliveries: { every: {} } })) };
    expect((await search({ filter: relations })).total).toBe(rows.length);
  });

  it.each(['inbox', 'trash', 'all'] as const)('looks at %s rows when told so', async (visibility) => {
    const wanted = visibility === 'all' ? all : all.filter((row) => row.deleted === (visibility === 'trash'));
    const page = await search({ visibility });
    expect(ids(page.rows)).toEqual(ids(wanted).sort().reverse());
    expect(page.total).toBe(wanted.length);
  });
});

const DIRECTIONS = [
  'asc',
  'desc',
  'asc_nulls_first',
  'asc_nulls_last',
  'desc_nulls_first',
  'desc_nulls_last',
];
const FIELDS = [
  ...(['id', 'userId', 'workspaceId', 'type', 'category', 'title', 'body', 'read', 'readAt'] as const),
  ...(['createdAt', 'entityType', 'entityId'] as const),
];

const orders = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...FIELDS), fc.constantFrom(...DIRECTIONS)), {
    maxLength: 4,
    selector: ([field]) => field,
  })
  .map((keys) => keys.map(([field, direction]) => ({ [field]: direction })));

/** The order's meaning, written a second time. */
function sorted(wanted: Row[], orderBy: Record<string, string>[]): Row[] {
  const last = Object.values(orderBy.at(-1) ?? { id: 'desc' })[0]!;
  const keys = [...orderBy, { id: last }].flatMap((key) => Object.entries(key));
  return [...wanted].sort((a, b) => {
    for (const [field, direction] of keys) {
      const [x, y] = [a, b].map((row) => (row as unknown as Record<string, unknown>)[field] ?? null);
      const nullsFirst = direction.endsWith('first') || direction === 'desc';
      if (x === null && y === null) continue;
      if (x === null || y === null) return (x === null) === nullsFirst ? -1 : 1;
      const order = compare(x, y);
      if (order !== 0) return direction.startsWith('desc') ? -order : order;
    }
    return 0;
  });
}

describe('pages', () => {
  it('hold each row exactly once, in the order, walked forward and backward', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(orders, { nil: undefined }),
        fc.integer({ min: 7, max: 150 }),
        fc.option(filters(rows), { nil: undefined, freq: 2 }),
        async (orderBy, limit, filter) => {
          const expected = ids(
            sorted(filter ? rows.filter((row) => holds(filter, row)) : rows, orderBy ?? []),
          );
          const request = { orderBy, filter, limit };
          const forward: string[] = [];
          let page = await search(request);
          for (;;) {
            expect(page.total).toBe(expected.length);
            expect(page.hasPrevious).toBe(forward.length > 0);
            forward.push(...ids(page.rows));
            expect(page.hasNext).toBe(forward.length < expected.length);
            if (!page.hasNext) break;
            page = await search({ ...request, after: page.endCursor! });
          }
          expect(forward).toEqual(expected);
          if (expected.length === 0) return;
          const backward = ids(page.rows);
          while (page.hasPrevious) {
            page = await search({ ...request, before: page.startCursor! });
            expect(page.hasNext).toBe(true);
            expect(page.total).toBe(expected.length);
            backward.unshift(...ids(page.rows));
            expect(page.hasPrevious).toBe(backward.length < expected.length);
          }
          expect(backward).toEqual(expected);
        },
      ),
      {
        numRuns: 120,
        examples: SORTS.map((orderBy): [Record<string, string>[], number, object | undefined] => [
          orderBy,
          7,
          undefined,
        ]),
      },
    );
  }, 120_000);

  it.each<[string, Record<string, string>[]]>([
    ['newest first', []],
    ['a key without a value', [{ body: 'asc_nulls_first' }, { readAt: 'desc_nulls_last' }]],
  ])('go on where they were when the row of the cursor is gone: %s', async (_, orderBy) => {
    const carol = sampleRows('carol', 12).map((row) => ({ ...row, deleted: false }));
    await store(dataSource, carol);
    const expected = ids(sorted(carol, orderBy));
    const request = { userId: 'carol', orderBy, limit: 4 };
    const first = await search(request);
    await dataSource.query(`DELETE FROM carillon.notifications WHERE user_id = 'carol' AND id = ANY($1)`, [
      [first.rows.at(0)!.id, first.rows.at(-1)!.id],
    ]);
    expect(ids((await search({ ...request, after: first.endCursor! })).rows)).toEqual(expected.slice(4, 8));
    const before = await search({ ...request, before: first.endCursor!, filter: {} });
    expect(ids(before.rows)).toEqual(expected.slice(1, 3));
    expect(before).toMatchObject({ hasPrevious: false, hasNext: true });
    await dataSource.query(`DELETE FROM carillon.notifications WHERE user_id = 'carol'`);
    await dataSource.query(`DELETE FROM carillon.inbox_totals WHERE user_id = 'carol'`);
  });

  it('past either end are empty, and say what is behind them', async () => {
    const whole = await search({});
    expect(await search({ after: whole.endCursor! })).toEqual({
      ...{ rows: [], total: rows.length, startCursor: null, endCursor: null },
      ...{ hasNext: false, hasPrevious: true },
    });
    expect(await search({ before: whole.startCursor! })).toEqual({
      ...{ rows: [], total: rows.length, startCursor: null, endCursor: null },
      ...{ hasNext: true, hasPrevious: false },
    });
    expect(await search({ userId: 'nobody' })).toMatchObject({ rows: [], total: 0, hasNext: false });
    const foreign = await search({ userId: 'nobody', after: whole.startCursor! });
    expect(foreign).toMatchObject({ rows: [], total: 0, hasNext: false, hasPrevious: false });
  });

  it('stay within a URL, whatever the texts are', async () => {
    const long = '\u0001'.repeat(10_000);
    const [row] = sampleRows('dora', 1) as [Row];
    await store(dataSource, [
      {
        ...row,
        body: long,
        title: long.slice(0, 255),
        entityType: long.slice(0, 128),
        entityId: long.slice(0, 128),
        event: null,
        deliveries: [],
        deleted: false,
      },
    ]);
    const orderBy = FIELDS.filter((field) => field !== 'id').map((field) => ({ [field]: 'asc' }));
    const page = await search({ userId: 'dora', orderBy });
    expect(page.endCursor!.length).toBeLessThan(8_000);
    expect((await search({ userId: 'dora', orderBy, after: page.endCursor! })).rows).toEqual([]);
  });
});

describe('garbage', () => {
  const known = fc.constantFrom(
    ...FIELDS,
    'AND',
    'OR',
    'NOT',
    'event',
    'deliveries',
    'some',
    'eq',
    'in',
    'like',
    'gt',
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.constantFrom('asc', 'desc', 'info')),
      fc.dictionary(fc.oneof(known, fc.string()), tie('tree'), { maxKeys: 3 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));

  const refused = (error: unknown) => {
    if (error instanceof CarillonError) return error.code;
    throw error;
  };

  it('is refused or answered, never more', async () => {
    await fc.assert(
      fc.asyncProperty(
        tree,
        tree,
        fc.option(fc.string(), { nil: undefined }),
        async (filter, orderBy, after) => {
          const page = await search({ filter, orderBy, after, limit: 5 }).catch(refused);
          if (typeof page === 'string') expect(['invalid_input', 'invalid_cursor']).toContain(page);
          else for (const { id } of page.rows) expect(ids(rows)).toContain(id);
        },
      ),
      { numRuns: 1500 },
    );
  }, 60_000);

  it('that was refused once is refused', async () => {
    // The first of each is no JSON.
    for (const text of BAD_FILTERS.slice(1)) {
      const answer = await search({ filter: JSON.parse(text) }).catch(refused);
      expect([text, answer]).toEqual([text, 'invalid_input']);
    }
    for (const text of ORDERS.slice(1)) {
      const answer = await search({ orderBy: JSON.parse(text) }).catch(refused);
      expect([text, answer]).toEqual([text, 'invalid_input']);
    }
  });

  it('as a cursor is invalid, as is one of another order or one that was changed', async () => {
    const orderBy = [{ title: 'asc' }];
    const { endCursor } = await search({ orderBy, limit: 3 });
    const cursor = endCursor!;
    const others = [
      ...['', '.', '..', 'x', `${cursor}x`, cursor.slice(1), cursor.slice(0, -1), `${cursor}=`, `${cursor}.`],
      ...[cursor.replace('.', ''), Buffer.from('[]').toString('base64url'), '\ud800', '\0'],
      ...Array.from(
        cursor,
        (_, at) => `${cursor.slice(0, at)}${cursor[at] === 'A' ? 'B' : 'A'}${cursor.slice(at + 1)}`,
      ),
    ];
    for (const after of others) {
      expect(await search({ orderBy, after }).catch(refused)).toBe('invalid_cursor');
      expect(await search({ orderBy, before: after }).catch(refused)).toBe('invalid_cursor');
    }
    for (const other of [
      undefined,
      [],
      [{ title: 'desc' }],
      [{ title: 'asc' }, { body: 'asc' }],
      [{ body: 'asc' }],
    ]) {
      expect(await search({ orderBy: other, after: cursor }).catch(refused)).toBe('invalid_cursor');
    }
  });
});
