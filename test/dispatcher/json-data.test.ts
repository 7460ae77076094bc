import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonData } from '../../src/dispatcher/json-data.js';

class Money {
  constructor(readonly cents: number) {}

  get euros(): number {
    return this.cents / 100;
  }
}

class Sealed {
  readonly #secret = 1;

  get secret(): number {
    return this.#secret;
  }
}

const circular: { self?: unknown; list: unknown[] } = { list: [] };
circular.self = circular;
const between = { inner: { list: [] as unknown[] } };
between.inner.list.push(between);
const shared = { a: 1 };
const deep = (levels: number): object => (levels === 1 ? {} : { d: deep(levels - 1) });
const thrower = {
  toJSON() {
    throw new TypeError('no JSON of me');
  },
};

describe('what JSON holds is written as JSON.stringify writes it', () => {
  it.each<[string, object]>([
    ['nothing', {}],
    [
      'every kind of value',
      { s: 'é😀', n: 1.5, z: -0, t: true, f: false, nil: null, l: [1, [2]], o: { p: {} } },
    ],
    ['a date', { at: new Date(0) }],
    ['a buffer', { b: Buffer.from('hi') }],
    ['a URL', { at: new URL('https://a.b/c') }],
    ['what says itself what it is', { m: { toJSON: () => '5 cents' } }],
    [
      'what says it by its key',
      { m: { toJSON: (key: string) => key }, l: [{ toJSON: (key: string) => key }] },
    ],
    ['a whole that says it', Object.assign(new Money(5), { toJSON: () => ({ cents: 5 }) })],
    ['a map that says it', { m: Object.assign(new Map([['a', 1]]), { toJSON: () => ({ a: 1 }) }) }],
    ['an object of a class with properties', { m: new Money(5) }],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['a property that is undefined', { a: undefined, b: 1 }],
    ['boxed values', { s: Object('x') as unknown, n: Object(1) as unknown, b: Object(false) as unknown }],
    ['the same object twice', { a: shared, b: [shared, shared] }],
    [
      'keys with signs',
      { '': 1, 'a.b': 2, '[0]': 3, "'": 4, constructor: 'ACME', toString: 'x', prototype: {} },
    ],
    ['keys that every object has', JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":{}}}')],
    ['64 levels', deep(64)],
    ['the largest and the smallest numbers', { a: Number.MAX_VALUE, b: 5e-324, c: 2 ** 60 }],
  ])('%s', (_, value) => {
    expect(jsonData(value, 'data')).toEqual({ value: JSON.stringify(value) });
  });

  it('whatever JSON there is', () => {
    const key = fc.string().filter((text) => !text.includes('\0') && text !== '__proto__');
    const values = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        key,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value')),
        fc.dictionary(key, tie('value')),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, values.value), (value) => {
        expect(jsonData(value, 'data')).toEqual({ value: JSON.stringify(value) });
      }),
    );
  });

  it('of a bigint when the process has a way for it', () => {
    const prototype = BigInt.prototype as { toJSON?: () => string };
    prototype.toJSON = function () {
      return String(this);
    };
    try {
      expect(jsonData({ id: 12345678901234567890n }, 'data')).toEqual({
        value: '{"id":"12345678901234567890"}',
      });
    } finally {
      delete prototype.toJSON;
    }
  });
});

describe('what JSON cannot hold is refused by its place', () => {
  it.each<[string, unknown, string, RegExp]>([
    ['a bigint', { id: 10n }, 'data.id', /BigInt.*send it as a text/],
    ['a boxed bigint', { id: Object(10n) as unknown }, 'data.id', /BigInt/],
    ['a bigint in a list of objects', { rows: [{ id: 1 }, { id: 2n }] }, 'data.rows[1].id', /BigInt/],
    ['NaN', { n: NaN }, 'data.n', /finite number, not NaN/],
    ['Infinity', { a: { n: [0, -Infinity] } }, 'data.a.n[1]', /finite number, not -Infinity/],
    ['undefined in a list', { l: [1, undefined] }, 'data.l[1]', /undefined/],
    // oxlint-disable-next-line no-sparse-arrays -- that is what is looked at
    ['a gap in a list', { l: [1, , 3] }, 'data.l[1]', /undefined/],
    ['a toJSON of nothing in a list', { l: [{ toJSON: () => undefined }] }, 'data.l[0]', /undefined/],
    ['a function', { f: () => 1 }, 'data.f', /function/],
    ['a method', { m: { save() {} } }, 'data.m.save', /function/],
    ['a symbol', { s: Symbol('x') }, 'data.s', /symbol/],
    ['a symbol as a key', { o: { [Symbol('x')]: 1 } }, 'data.o', /symbol as a key/],
    ['a map', { m: new Map([['a', 1]]) }, 'data.m', /class Map/],
    ['a set', { s: [new Set([1])] }, 'data.s[0]', /class Set/],
    ['an error', { e: new RangeError('no') }, 'data.e', /class RangeError/],
    [
      'an error with properties',
      { e: Object.assign(new Error('no'), { code: 'E' }) },
      'data.e',
      /class Error/,
    ],
    ['a pattern', { p: /x/ }, 'data.p', /class RegExp/],
    ['a promise', { p: Promise.resolve(1) }, 'data.p', /class Promise/],
    ['a large buffer', { b: Buffer.alloc(70_000) }, 'data.b', /at most 65536 bytes/],
    [
      'a getter that throws no error',
      {
        get x(): unknown {
          throw Object.create(null);
        },
      },
      'data.x',
      /cannot be read: it throws/,
    ],
    ['bytes', { b: new Uint8Array(2) }, 'data.b', /class Uint8Array/],
    ['an array buffer', { b: new ArrayBuffer(2) }, 'data.b', /class ArrayBuffer/],
    ['an object that hides all that it has', { s: new Sealed() }, 'data.s', /class Sealed/],
    ['an invalid date', { at: new Date(NaN) }, 'data.at', /invalid date/],
    ['a toJSON that throws', { t: thrower }, 'data.t', /cannot be read: TypeError: no JSON of me/],
    ['a toJSON that answers with a bigint', { t: { toJSON: () => 1n } }, 'data.t', /BigInt/],
    ['a toJSON with a NUL', { t: { toJSON: () => 'a\0b' } }, 'data.t', /NUL/],
    [
      'a getter that throws',
      {
        o: {
          get x() {
            throw new Error('gone');
          },
        },
      },
      'data.o.x',
      /cannot be read: Error: gone/,
    ],
    ['a proxy that is revoked', { p: revoked() }, 'data.p', /cannot be read: TypeError/],
    ['itself', circular, 'data.self', /hold itself/],
    ['itself further in', between, 'data.inner.list[0]', /hold itself/],
    ['65 levels', deep(65), `data${'.d'.repeat(64)}`, /64 levels/],
    ['a NUL', { a: ['x\0'] }, 'data.a[0]', /NUL/],
    ['half a pair', { a: '\ud800' }, 'data.a', /surrogates/],
    ['a NUL in a key', { o: { 'a\0': 1 } }, 'data.o.a\0', /NUL/],
    ['half a pair in a key', { '\udc00': 1 }, 'data.\udc00', /surrogates/],
    ['a list', [1], 'data', /must be an object/],
    ['a map for the whole', new Map([['a', 1]]), 'data', /class Map/],
    ['a date for the whole', new Date(0), 'data', /must be an object/],
    ['a text', 'x', 'data', /must be an object/],
    ['a bigint for the whole', 1n, 'data', /BigInt/],
  ])('%s', (_, value, path, message) => {
    const answer = jsonData(value, 'data');
    expect(answer).toEqual({ issues: [{ path, message: expect.stringMatching(message) }] });
  });

  it('with all of its places at once, and no more than an answer lists', () => {
    expect(jsonData({ a: 1n, b: [new Map(), NaN], c: 'ok' }, 'data')).toMatchObject({
      issues: [{ path: 'data.a' }, { path: 'data.b[0]' }, { path: 'data.b[1]' }],
    });
    const many = jsonData({ l: Array.from({ length: 10_000 }, () => 1n) }, 'data') as { issues: unknown[] };
    expect(many.issues.length).toBe(20);
  });

  it('by its size, which is counted in bytes and not further than needed', () => {
    const text = (bytes: number) => ({ t: 'x'.repeat(bytes - '{"t":""}'.length) });
    expect(jsonData(text(65_536), 'data')).toHaveProperty('value');
    expect(jsonData(text(65_537), 'data')).toMatchObject({ issues: [{ path: 'data' }] });
    expect(jsonData({ t: 'é'.repeat(40_000) }, 'data')).toMatchObject({
      issues: [{ path: 'data', message: 'must be at most 65536 bytes of JSON, not 80008' }],
    });
    // PostgreSQL writes numbers without exponents, and with as many zeros as that takes.
    for (const number of [1e300, -1.5e300, 1e-300]) {
      expect(jsonData({ l: Array(200).fill(number) }, 'data')).toHaveProperty('value');
      expect(jsonData({ l: Array(300).fill(number) }, 'data')).toMatchObject({
        issues: [{ path: 'data', message: 'must be at most 65536 bytes of JSON' }],
      });
    }
    let read = 0;
    const endless = new Proxy([], {
      get: (target, key) =>
        key === 'length' ? 1e9 : (read += 1) && Reflect.get(target, key) === undefined && 1,
    });
    expect(jsonData({ endless }, 'data')).toMatchObject({
      issues: [{ path: 'data', message: 'must be at most 65536 bytes of JSON' }],
    });
    expect(read).toBeLessThan(65_536);
  });

  it('reading each property once: what is checked is what is written', () => {
    let reads = 0;
    const value = {
      get once() {
        reads += 1;
        return reads === 1 ? 'text' : 10n;
      },
    };
    expect(jsonData(value, 'data')).toEqual({ value: '{"once":"text"}' });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
