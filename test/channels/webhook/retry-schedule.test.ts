import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRetryAfter, waitAfter } from '../../../src/channels/webhook/retry-schedule.js';

const SCHEDULE = [5, 300, 1800];
const DAY_MS = 24 * 60 * 60 * 1000;

describe('waitAfter', () => {
  it.each([
    [1, undefined, 0, 5_000],
    [2, undefined, 0, 300_000],
    [3, undefined, 0, 1_800_000],
    [4, undefined, 0, undefined],
    [1, undefined, 1, 6_000],
    [1, 60_000, 0, 60_000],
    [2, 60_000, 0, 300_000],
    [4, 60_000, 0, undefined],
  ])('after %s failures, asked for %s ms, random %s: %s', (failed, retryAfter, random, expected) => {
    expect(waitAfter(failed, SCHEDULE, retryAfter, random)).toBe(expected);
  });

  it('is never sooner than the schedule or the receiver says, and at most a fifth later', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.option(fc.integer({ min: 0, max: DAY_MS }), { nil: undefined }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failed, retryAfter, random) => {
          const least = Math.max((SCHEDULE[failed - 1] ?? 0) * 1000, retryAfter ?? 0);
          const wait = waitAfter(failed, SCHEDULE, retryAfter, random) ?? NaN;
          expect(wait).toBeGreaterThanOrEqual(least);
          expect(wait).toBeLessThanOrEqual(Math.round(least * 1.2));
        },
      ),
    );
  });

  it('an empty schedule never tries again', () => {
    expect(waitAfter(1, [], 1000, 0)).toBeUndefined();
  });
});

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
