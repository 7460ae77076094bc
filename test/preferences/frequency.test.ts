import { expect, it } from '@jest/globals';
import { frequencyOf, type Frequency } from '../../src/catalogue/frequency.js';
import type { Digest } from '../../src/catalogue/timing.js';

it.each<[Digest | null, Frequency]>([
  [null, 'instant'],
  [{ windowMs: 600_000 }, 'hourly'],
  ['daily', 'daily'],
  ['weekly', 'weekly'],
])('a digest of %j comes %s', (digest, frequency) => {
  expect(frequencyOf(digest)).toBe(frequency);
});
