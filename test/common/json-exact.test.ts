import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonData } from '../../src/dispatcher/json-data.js';
import { JsonNumber, mayLoseDigits, parseExactly } from '../../src/common/json-exact.js';

const BIG = '12345678901234567890';

/** As the parser of bodies reads an object, and an event's data is written. */
function through(text: string): string {
  const data = jsonData(mayLoseDigits(text) ? parseExactly(text) : JSON.parse(text), 'data');
  return 'value' in data ? data.value : JSON.stringify(data.issues);
}

describe('numbers keep their digits', () => {
  it.each([
    ...['9007199254740991', '9007199254740992', '9007199254740993', '-9007199254740993', BIG, `-${BIG}`],
    ...['653247040368672768', '18446744073709551615', '12345678901234567.5', '123456789.123456789'],
    ...[
      '3.141592653589793238462643383279',
      '0.1',
      '0.30000000000000004',
      '1e308',
      '1.5E-7',
      '5e-324',
      '1e21',
    ],
    `0.${'1'.repeat(390)}`,
  ])('%s', (literal) => {
    expect(through(`{"n":${literal},"l":[1, ${literal}\t]}`)).toMatch(
      new RegExp(`^\\{"n":(${literal}|${JSON.stringify(Number(literal))}),"l":\\[1,\\1\\]\\}$`),
    );
    const written = through(`{"n":${literal}}`).slice('{"n":'.length, -1);
    expect([written, String(Number(literal))]).toContain(literal);
  });

  it('also many of them, up to the limit of all that an event may hold', () => {
    const list = `{"l":[${Array(3_120).fill(BIG).join(',')}]}`;
    expect(list.length).toBeLessThan(65_536);
    expect(through(list)).toBe(list);
  });

  it('wherever they are, whatever is around them', () => {
    const big = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
    const text = fc.oneof(
      fc.string({ unit: 'binary' }).map((value) => value.toWellFormed().replaceAll('\0', '')),
      big.map((value) => ` : ${value}, [${value}`),
      fc.constantFrom('\\', '"', '\\"', 's', 'n1', `${BIG}`, ':', '\u2028', '\\u0022'),
    );
    const values = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        text,
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
        big,
        fc.constantFrom(true, false, null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    }));
    const write = (value: unknown, space: string): string => {
      if (typeof value === 'bigint') return String(value);
      if (typeof value !== 'object' || value === null) return JSON.stringify(value);
      if (Array.isArray(value))
        return `[${space}${value.map((item) => write(item, space)).join(`,${space}`)}]`;
      const entries = Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}${space}:${space}${write(item, space)}`,
      );
      return `{${space}${entries.join(`,${space}`)}}`;
    };
    fc.assert(
      fc.property(values.value, fc.constantFrom('', ' ', '\n\t'), (value, space) => {
        expect(through(write({ value }, space))).toBe(write({ value }, ''));
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, unknown]>([
    [`{"a":${BIG},"a":1}`, { a: 1 }],
    [`{"a":{"b":${BIG}},"a":{"c":"x"}}`, { a: { c: 'x' } }],
    [`{"a":1,"a":${BIG}}`, { a: new JsonNumber(BIG) }],
    [`{"n1":"n1","s":"s","${BIG}":"${BIG}"}`, { n1: 'n1', s: 's', [BIG]: BIG }],
    [`[${BIG},"\\"${BIG}\\\\"]`, [new JsonNumber(BIG), `"${BIG}\\`]],
    [BIG, new JsonNumber(BIG)],
    [`"${BIG}"`, BIG],
  ])('%s', (text, expected) => {
    expect(parseExactly(text)).toEqual(expected);
  });

  it('beside a text of a megabyte', () => {
    const long = 'x\\"'.repeat(350_000);
    expect(parseExactly(`{"t":"${long}","n":${BIG}}`)).toEqual({
      t: 'x"'.repeat(350_000),
      n: new JsonNumber(BIG),
    });
  });
});

it.each([
  '1e309',
  '-1e400',
  '1e99999999999999999999',
  '1e-400',
  '-0.1e-999',
  '2e-324',
  '9'.repeat(401),
  `0.${'1'.repeat(399)}`,
])('%s is refused by its place: most readers have no such number', (literal) => {
  expect(jsonData(parseExactly(`{"a":[1,${literal}]}`), 'data')).toEqual({
    issues: [
      {
        path: 'data.a[1]',
        message: expect.stringMatching(/^must be a number that a double can come near to, not /),
      },
    ],
  });
});

it('nothing that is written as usual is read a second time', () => {
  const usual = {
    id: 'user_1234567890123456789',
    uuid: '12e45678-1e23-4e56-8e90-1234567890ab',
    n: 1.25,
    l: [0, -7],
  };
  expect(mayLoseDigits(JSON.stringify(usual))).toBe(false);
  fc.assert(
    fc.property(fc.integer(), fc.uuid(), (n, id) => {
      expect(mayLoseDigits(JSON.stringify({ n, id, l: [n, id] }))).toBe(false);
    }),
  );
});
