import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textProblem } from '../../src/common/text.js';

describe('textProblem', () => {
  it('counts characters, of one UTF-16 unit or two, on both sides of both limits', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', '🔔'), maxLength: 12 });
    const limits = [
      fc.nat({ max: 5 }),
      fc.oneof(fc.integer({ min: 5, max: 8 }), fc.constant(Infinity)),
    ] as const;
    fc.assert(
      fc.property(texts, ...limits, (text, least, most) => {
        const characters = [...text].length;
        const isWithin = characters >= least && characters <= most;
        return (textProblem(text, least, most) === undefined) === isWithin;
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [7, 'must be a string'],
    ['', 'must not be empty'],
    ['ab\u0000', 'must not contain NUL characters'],
    ['\ud800', 'must not contain lone surrogates'],
    ['🔔🔔🔔🔔', 'must have at most 3 characters'],
    ['🔔🔔🔔', undefined],
  ])('says of %j what is wrong', (value, problem) => {
    expect(textProblem(value, 1, 3)).toBe(problem);
  });
});
