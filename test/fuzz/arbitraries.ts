import fc from 'fast-check';

/** Percent-encodes what has an encoding, and lets lone surrogates become what a careless client makes of them. */
export const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

/** A text with a few of its characters changed, dropped, doubled or swapped, or cut. */
export function mutated(text: string): fc.Arbitrary<string> {
  const at = fc.nat({ max: Math.max(0, text.length - 1) });
  const piece = fc.oneof(
    fc.constantFrom('', '.', '|', '-', '=', '0', 'f', '%', ' ', 'A', '\u00e9'),
    fc.string(),
  );
  const edit = fc.record({ at, remove: fc.nat({ max: 3 }), piece });
  return fc.oneof(
    fc
      .array(edit, { minLength: 1, maxLength: 3 })
      .map((edits) =>
        edits.reduce(
          (done, one) => done.slice(0, one.at) + one.piece + done.slice(one.at + one.remove),
          text,
        ),
      ),
    at.map((end) => text.slice(0, end)),
    at.map((begin) => text.slice(begin)),
    fc.constant(text + text),
    fc.constant(text.toUpperCase()),
    fc.constant([...text].reverse().join('')),
  );
}

/** Texts that have hurt parsers somewhere. */
export const nasty = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      '0',
      '-1',
      '1',
      '1e309',
      '-0',
      '9'.repeat(40),
      '0x10',
      'NaN',
      'null',
      'undefined',
      'true',
      '[]',
      '{}',
    ],
    ...[
      "'",
      '"',
      '\\',
      '\0',
      '%',
      '%00',
      '\ud800',
      '\u202e',
      '\ufeff',
      '\u2028',
      '.',
      '..',
      '../..',
      '*',
      ',',
      ';',
    ],
    ...[
      "' OR 1=1 --",
      '$1',
      '__proto__',
      'constructor',
      'toString',
      'bob',
      'ann',
      'w1',
      'job_failed',
      'x'.repeat(3_000),
    ],
  ),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.base64String(),
  fc.uuid(),
);

/** One of RFC 9110's `field-value`: a tab, or a byte that is no control character. */
const isLegalByte = (one: string) => one === '\t' || (one >= ' ' && one <= '\u00ff' && one !== '\u007f');

/** Whether a header may have this value: every server must read it. */
export const isLegalValue = (text: string): boolean => [...text].every(isLegalByte);

const bytes = (from: number, to: number) =>
  fc.integer({ min: from, max: to }).map((code) => String.fromCharCode(code));

/** A header's value that is legal, a character a byte. */
export const fieldValue = fc
  .oneof(fc.string({ unit: bytes(1, 255) }), nasty)
  .map((text) => [...text].map((one) => (isLegalByte(one) ? one : '?')).join(''));

/** A value with a control character in it, which no header may have. Line breaks and NUL end a header instead. */
export const controlledValue = fc
  .tuple(fieldValue, fc.oneof(bytes(1, 8), bytes(11, 12), bytes(14, 31), bytes(127, 127)), fieldValue)
  .map((parts) => parts.join(''));

/** RFC 6265's `cookie-pair`: the only ones that a browser sends. Never named `token`. */
export const cookiePair = fc
  .tuple(
    fc.oneof(
      fc.string({ unit: fc.constantFrom(..."!#$%&'*+-.^_`|~09AZaz"), minLength: 1, maxLength: 8 }),
      fc.constantFrom('xtoken', 'tokens', 'token2', 'Token', '-token', 'token-token', '__Host-token'),
    ),
    fc.oneof(
      fc.string({
        unit: fc.oneof(bytes(0x23, 0x2b), bytes(0x2d, 0x3a), bytes(0x3c, 0x5b), bytes(0x5d, 0x7e)),
      }),
      fc.constantFrom('token=', 'token=x', 'a=token=x', '='),
    ),
    fc.boolean(),
  )
  .map(([name, value, quoted]) => `${name}=${quoted ? `"${value}"` : value}`);

/** JSON values, often with the names that matter. */
export const jsonWith = (...names: string[]): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(fc.boolean(), fc.constant(null), fc.double(), fc.integer(), nasty, fc.constantFrom(...names)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.oneof(fc.constantFrom(...names), nasty), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

/** A body as text: mostly JSON, sometimes what only looks like it. */
export function bodyText(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const json = value.map((one) => JSON.stringify(one) ?? 'null');
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 1, arbitrary: json.chain(mutated) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ...[
          '',
          ' ',
          '{',
          '[',
          '"',
          'nul',
          '{}{}',
          '\ufeff{}',
          '{"a":1,"a":2}',
          '{"\\ud800":1}',
          '{"__proto__":{}}',
        ],
        ...[
          '[['.repeat(5_000),
          `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
          '1e999',
          '{"a":01}',
          "{'a':1}",
        ],
      ),
    },
  );
}
