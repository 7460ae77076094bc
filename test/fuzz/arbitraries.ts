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

const isByte = (one: string) => one > '\0' && one <= '\u00ff' && one !== '\r' && one !== '\n';

/** A header's value as bytes: everything but line breaks and NUL, which end a request instead of being in it. */
export const headerBytes = fc
  .oneof(
    fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)) }),
    nasty,
  )
  .map((text) => [...text].map((one) => (isByte(one) ? one : '?')).join(''));

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
