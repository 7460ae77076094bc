import { describe, expect, it } from '@jest/globals';
import { CarillonError, type InputIssue } from '../../src/common/errors.js';
import { WORKSPACE_FILTER } from '../../src/contracts/workspace/workspace.shape.js';
import { parseFilter } from '../../src/notifications/filter/parse.js';

function issuesOf(filter: unknown): InputIssue[] {
  try {
    parseFilter(filter, WORKSPACE_FILTER.entity);
  } catch (error) {
    if (error instanceof CarillonError && error.code === 'invalid_input') return error.errors ?? [];
    throw error;
  }
  return [];
}

/** `inner` under so many NOTs. */
function nested(levels: number, inner: unknown = { title: 'x' }): unknown {
  return levels === 0 ? inner : { NOT: nested(levels - 1, inner) };
}

const titles = (count: number) => Array.from({ length: count }, () => ({ title: 'x' }));

describe('a filter that is refused', () => {
  it.each<[string, unknown, string, string]>([
    [
      'an operator that is mistyped',
      { OR: [{}, { title: { eqq: 1 } }] },
      'filter.OR[1].title.eqq',
      'unknown operator; did you mean "eq"?',
    ],
    ['a field that is mistyped', { titel: 'x' }, 'filter.titel', 'unknown field; did you mean "title"?'],
    ['a combinator in lower case', { and: [] }, 'filter.and', 'unknown field; did you mean "AND"?'],
    ['a column that is no field', { team_id: 'x' }, 'filter.team_id', 'unknown field; use one of AND,'],
    ['a key of every object', { constructor: {} }, 'filter.constructor', 'unknown field;'],
    ['the prototype', JSON.parse('{"__proto__":{}}'), 'filter.__proto__', 'unknown field;'],
    [
      'a key of every object as operator',
      { title: { toString: 1 } },
      'filter.title.toString',
      'unknown operator;',
    ],
    ['no object', 'title', 'filter', 'must be an object'],
    ['a list', [], 'filter', 'must be an object'],
    ['null', null, 'filter', 'must be an object'],
    ['AND without a list', { AND: {} }, 'filter.AND', 'must be a list of filters'],
    ['NOT with a list', { NOT: [] }, 'filter.NOT', 'must be an object'],
    ['a number for a text', { title: 1 }, 'filter.title', 'must be a string'],
    ['a list for a value', { title: ['x'] }, 'filter.title', 'for one of several values use "in"'],
    ['a text for a boolean', { read: 'true' }, 'filter.read', 'must be true or false'],
    ['a text for isNull', { body: { isNull: 'yes' } }, 'filter.body.isNull', 'must be true or false'],
    ['a value for in', { title: { in: 'x' } }, 'filter.title.in', 'must be a list'],
    ['a wrong item', { title: { in: ['x', 1] } }, 'filter.title.in[1]', 'must be a string'],
    ['an id that is none', { id: 'ntf_1' }, 'filter.id', 'must be a UUID or an id'],
    ['a level that is none', { type: 'eror' }, 'filter.type', 'did you mean "error"?'],
    ['a time without a zone', { createdAt: '2026-03-30T08:00:00' }, 'filter.createdAt', 'ISO 8601'],
    ['a day that is none', { createdAt: '2026-02-30' }, 'filter.createdAt', 'ISO 8601'],
    ['a month that is none', { createdAt: '2026-13-01' }, 'filter.createdAt', 'ISO 8601'],
    ['the year 0', { createdAt: '0000-01-01' }, 'filter.createdAt', 'ISO 8601'],
    ['a time past the year 9999', { createdAt: '9999-12-31T23:59:59-01:00' }, 'filter.createdAt', 'ISO 8601'],
    ['a number for a time', { createdAt: 1 }, 'filter.createdAt', 'ISO 8601'],
    ['an order of null', { title: { gt: null } }, 'filter.title.gt', 'must be a string'],
    [
      'an operator that does not fit',
      { read: { contains: 'x' } },
      'filter.read.contains',
      'does not fit a boolean: use one of eq, neq, in, notIn, isNull',
    ],
    ['a pattern of an id', { id: { like: '0%' } }, 'filter.id.like', 'does not fit an id'],
    [
      'a pattern that ends in a backslash',
      { title: { like: 'x\\' } },
      'filter.title.like',
      'must not end with a single backslash',
    ],
    [
      'a pattern that ends in three',
      { title: { ilike: '\\\\\\' } },
      'filter.title.ilike',
      'must not end with a single backslash',
    ],
    ['NUL', { title: 'a\0b' }, 'filter.title', 'must not contain NUL characters'],
    [
      'a lone surrogate',
      { title: { contains: '\ud800' } },
      'filter.title.contains',
      'must not contain lone surrogates',
    ],
    [
      'a relation without a quantifier',
      { deliveries: { status: 'failed' } },
      'filter.deliveries.status',
      'unknown quantifier; use one of some, every, none',
    ],
    ['a quantifier of one row', { event: { some: {} } }, 'filter.event.some', 'unknown field;'],
    ['a relation of a relation', { event: { deliveries: {} } }, 'filter.event.deliveries', 'unknown field;'],
    [
      'a field of the relation',
      { deliveries: { some: { statu: 'x' } } },
      'filter.deliveries.some.statu',
      'did you mean "status"?',
    ],
    [
      'attempts that are no number',
      { deliveries: { some: { attempts: { gt: '1' } } } },
      'filter.deliveries.some.attempts.gt',
      'must be a whole number',
    ],
    [
      'attempts that are not whole',
      { deliveries: { some: { attempts: 1.5 } } },
      'filter.deliveries.some.attempts',
      'must be a whole number',
    ],
    ['a long unknown key', { ['x'.repeat(1000)]: 1 }, `filter.${'x'.repeat(64)}…`, 'unknown field;'],
  ])('%s', (_, filter, path, message) => {
    const [issue, ...rest] = issuesOf(filter);
    expect(issue?.path).toBe(path);
    expect(issue?.message).toContain(message);
    expect(rest).toEqual([]);
  });

  it('names every wrong place, up to a limit', () => {
    expect(issuesOf({ title: 1, NOT: { body: { gt: 2 } } }).map(({ path }) => path)).toEqual([
      'filter.title',
      'filter.NOT.body.gt',
    ]);
    expect(issuesOf({ AND: Array.from({ length: 50 }, () => ({ title: 1 })) })).toHaveLength(20);
  });

  it.each<[string, (wrong: Record<string, unknown>[]) => unknown]>([
    ['groups', (wrong) => ({ AND: wrong })],
    ['fields', (wrong) => Object.assign({}, ...wrong.map((group, at) => ({ [`f${at}`]: group })))],
    [
      'operators',
      (wrong) => ({ title: Object.assign({}, ...wrong.map((group, at) => ({ [`o${at}`]: group }))) }),
    ],
  ])('is not looked at any further than its twentieth wrong place: %s', (_, filterOf) => {
    const wrong = Array.from({ length: 900 }, () => ({ titel: 1 }));
    const looked = new Set<number>();
    const watched = wrong.map((group, at) => {
      const keys = () => (looked.add(at), Reflect.ownKeys(group));
      return new Proxy(group, { ownKeys: keys });
    });
    expect(issuesOf(filterOf(watched))).toHaveLength(20);
    expect(looked.size).toBeLessThanOrEqual(20);
  });
});

describe('the limits', () => {
  it.each<[string, unknown, unknown]>([
    ['8 levels', nested(8), nested(9)],
    ['8 levels with lists', nested(7, { OR: [{ title: 'x' }] }), nested(8, { OR: [{ title: 'x' }] })],
    ['8 levels with a relation', nested(7, { event: {} }), nested(8, { event: {} })],
    ['100 conditions', { AND: titles(100) }, { AND: titles(101) }],
    [
      '100 conditions, some of relations',
      { AND: [...titles(98), { event: { type: 'x' } }, { deliveries: { some: {} } }] },
      { AND: [...titles(99), { event: { type: 'x' } }, { deliveries: { some: {} } }] },
    ],
    ['lists of 1,000', { title: { in: Array(1000).fill('x') } }, { title: { in: Array(1001).fill('x') } }],
    ['1,000 alternatives', { OR: Array(1000).fill({}) }, { OR: Array(1001).fill({}) }],
    // A group and its three keys and lists: 1 + 1 + 998 + 1 + 999 parts.
    [
      '2,000 groups, fields and operators',
      { OR: Array(998).fill({}), AND: Array(999).fill({}) },
      { OR: Array(999).fill({}), AND: Array(999).fill({}) },
    ],
    [
      '100 conditions in groups of their own',
      { AND: Array(100).fill(nested(7)) },
      { AND: Array(101).fill(nested(7)) },
    ],
  ])('are %s', (_, within, beyond) => {
    expect(issuesOf(within)).toEqual([]);
    expect(issuesOf(beyond)).toHaveLength(1);
  });

  it('hold for groups of groups with nothing in them, which are not even all read', () => {
    const filter = { AND: Array(1000).fill({ AND: Array(78).fill({}) }) };
    expect(issuesOf(filter)).toEqual([
      { path: 'filter.AND[24].AND[76]', message: expect.stringContaining('at most 2000 groups') },
    ]);
  });

  it('hold for a filter that is nested as deep as JSON can be', () => {
    expect(issuesOf(nested(3_000)).map(({ message }) => message)).toEqual([
      'must not be nested deeper than 8 levels',
    ]);
  });
});

describe('a filter that is taken', () => {
  it.each<[string, unknown]>([
    ['nothing', {}],
    ['no alternatives', { AND: [], OR: [] }],
    [
      'every field',
      {
        id: 'ntf_01h455vb4pex5vsknk084sn02q',
        userId: 'u',
        workspaceId: null,
        type: 'info',
        category: 'job_failed',
        title: 't',
        body: null,
        read: false,
        readAt: null,
        createdAt: '2026-03-30T08:00:00Z',
        entityType: 'blog',
        entityId: '1',
      },
    ],
    [
      'every operator of a text',
      {
        title: {
          eq: 'a',
          neq: 'a',
          in: ['a', null],
          notIn: [],
          gt: 'a',
          gte: 'a',
          lt: 'a',
          lte: 'a',
          isNull: true,
          contains: '',
          startsWith: '%',
          endsWith: '\\',
          like: '\\\\',
          ilike: '_',
        },
      },
    ],
    [
      'times of every form',
      {
        createdAt: {
          in: [
            '2024-02-29',
            '2026-03-30T08:00Z',
            '2026-03-30t08:00:00.123456789+05:30',
            '2026-03-30T24:00:00-00:00',
          ],
        },
      },
    ],
    ['an id in upper case', { id: '01890A5D-AC96-774B-BCCE-B302099A8057' }],
    [
      'both relations',
      {
        event: { source: { startsWith: 'api' }, createdAt: { gt: '2026-01-01' }, id: { isNull: false } },
        deliveries: {
          some: { channel: 'slack' },
          every: { status: { neq: 'failed' } },
          none: { attempts: { gte: 3 } },
        },
      },
    ],
  ])('%s', (_, filter) => {
    expect(issuesOf(filter)).toEqual([]);
  });
});
