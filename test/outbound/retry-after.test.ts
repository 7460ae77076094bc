import { describe, expect, it } from '@jest/globals';
import { parseRetryAfter } from '../../src/outbound/answer.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-03-30T08:00:00Z');

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['2026-03-31', undefined],
    ['0', 0],
    ['120', 120_000],
    [' 120 ', 120_000],
    ['0.35', 350],
    ['Mon, 30 Mar 2026 08:01:00 GMT', 60_000],
    ['Monday, 30-Mar-26 08:01:00 GMT', 60_000],
    ['Mon, 30 Mar 2026 07:00:00 GMT', 0],
    ['999999', DAY_MS],
    ['99999999999999999999', DAY_MS],
    ['9'.repeat(400), DAY_MS],
    ['Sun, 30 Mar 2036 08:00:00 GMT', DAY_MS],
  ])('%p: %p', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
