import { expect, it } from '@jest/globals';
import { nextLookMs } from '../../src/realtime/look-pace.js';

it.each([
  // Callers' own transactions commit after their hint.
  [0, 100],
  [500, 100],
  [1_000, 100],
  [3_000, 300],
  [10_000, 1_000],
  // The promise for changes of which nothing was heard.
  [86_400_000, 1_000],
])('after a quiet of %d ms the next look is in %d ms', (quiet, wait) => {
  expect(nextLookMs(quiet)).toBe(wait);
});

it('asks about once a second while nothing happens', () => {
  let quiet = 0;
  let looks = 0;
  for (const hour = 3_600_000; quiet < hour; looks += 1) quiet += nextLookMs(quiet);
  expect(looks).toBeLessThan(3_650);
});
