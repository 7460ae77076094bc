import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoff } from '../../src/deliveries/outcome.js';

const SCHEDULE = [5, 300, 1800];
const DAY_MS = 24 * 60 * 60 * 1000;

describe('backoff', () => {
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
    expect(backoff(failed, SCHEDULE, retryAfter, random)).toBe(expected);
  });

  it('is never sooner than the schedule or the receiver says, and at most a fifth later', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.option(fc.integer({ min: 0, max: DAY_MS }), { nil: undefined }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failed, retryAfter, random) => {
          const least = Math.max((SCHEDULE[failed - 1] ?? 0) * 1000, retryAfter ?? 0);
          const wait = backoff(failed, SCHEDULE, retryAfter, random) ?? NaN;
          expect(wait).toBeGreaterThanOrEqual(least);
          expect(wait).toBeLessThanOrEqual(Math.round(least * 1.2));
        },
      ),
    );
  });

  it('an empty schedule never tries again', () => {
    expect(backoff(1, [], 1000, 0)).toBeUndefined();
  });
});
