import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiter } from '../../src/auth/rate-limit.js';
import { VerifiedCache } from '../../src/auth/verified-cache.js';
import { TokenBucket } from '../../src/common/token-bucket.js';

describe('the rate limit', () => {
  it.each([
    // left, ms since, per second, burst → left, wait
    [5, 0, 1, 5, 4, 0],
    [1, 0, 1, 5, 0, 0],
    [0, 0, 1, 5, 0, 1],
    [0, 500, 1, 5, 0.5, 0.5],
    [0, 1000, 1, 5, 0, 0],
    [0, 60_000, 1, 5, 4, 0],
    [0, 0, 10, 5, 0, 0.1],
  ])('with %d left %d ms ago at %d/s of %d', (left, since, perSecond, burst, after, wait) => {
    const bucket = new TokenBucket({ perSecond, burst }, 0);
    for (let taken = left; taken < burst; taken += 1) bucket.take(0);
    expect(bucket.take(since)).toBeCloseTo(wait, 9);
    expect(bucket.available(since)).toBeCloseTo(after, 9);
  });

  it('lets through the burst and the rate, whenever the requests come', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 });
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        (pauses, rate, burst) => {
          let now = 0;
          const limiter = new RateLimiter({ perSecond: rate, burst }, () => now);
          let passed = 0;
          for (const pause of pauses) {
            now += pause;
            const wait = limiter.take('key');
            if (wait === 0) passed += 1;
            else expect(wait).toBeLessThanOrEqual(1 / rate);
          }
          expect(passed).toBeLessThanOrEqual(burst + (now / 1000) * rate + 1e-6);
          expect(passed).toBeGreaterThanOrEqual(Math.min(pauses.length, burst));
        },
      ),
    );
  });

  it('counts each key by itself', () => {
    const limiter = new RateLimiter({ perSecond: 1, burst: 1 }, () => 0);
    expect([limiter.take('a'), limiter.take('a'), limiter.take('b')]).toEqual([0, 1, 0]);
  });
});

describe('the cache of verified credentials', () => {
  afterEach(() => void jest.restoreAllMocks());

  /** The two clocks of a process. */
  let steady = 0;
  const wall = (time: number) => jest.spyOn(Date, 'now').mockReturnValue(time);
  const at = (time: number) => {
    steady = time;
    wall(time);
  };
  const cacheOf = (entries: number, characters = 1_000_000) =>
    new VerifiedCache<object>({ entries, characters }, () => steady);
  const value = {};

  it('forgets after a minute, or earlier when the credential expires', () => {
    const cache = cacheOf(10);
    at(1_000_000);
    cache.set('long', value, cache.generation);
    cache.set('short', value, cache.generation, 1_030_000);
    cache.set('over', value, cache.generation, 1_000_000);
    expect(cache.get('over')).toBeUndefined();
    at(1_029_999);
    expect([cache.get('long'), cache.get('short')]).toEqual([value, value]);
    at(1_030_000);
    expect([cache.get('long'), cache.get('short')]).toEqual([value, undefined]);
    at(1_059_999);
    expect(cache.get('long')).toBe(value);
    at(1_060_000);
    expect(cache.get('long')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it.each([-12, -1, 5])('forgets after a minute when the clock is set by %d hours meanwhile', (hours) => {
    const cache = cacheOf(10);
    at(100_000_000);
    cache.set('long', value, cache.generation);
    cache.set('a day', value, cache.generation, 186_400_000);
    cache.set('short', value, cache.generation, 100_030_000);
    wall(100_000_000 + hours * 3_600_000);
    // Its end is a time of day, and may have come by that.
    expect(cache.get('short')).toBe(hours > 0 ? undefined : value);
    steady += 30_000;
    expect(cache.get('short')).toBeUndefined();
    steady += 29_999;
    expect([cache.get('long'), cache.get('a day')]).toEqual([value, value]);
    steady += 1;
    expect([cache.get('long'), cache.get('a day')]).toEqual([undefined, undefined]);
  });

  it('is bounded in number and in characters', () => {
    const cache = cacheOf(100, 1_000);
    for (let i = 0; i < 1_000; i += 1) cache.set(`t${i}`, value, cache.generation);
    expect(cache.size).toBe(100);
    for (let i = 0; i < 1_000; i += 1) cache.set(`t${i}`.padEnd(100, '.'), value, cache.generation);
    expect(cache.size).toBe(10);
    cache.set('x'.repeat(1_001), value, cache.generation);
    expect(cache.get('x'.repeat(1_001))).toBeUndefined();
  });

  it('does not keep what was verified before it was cleared', () => {
    const cache = cacheOf(10);
    const { generation } = cache;
    cache.set('before', value, generation);
    cache.clear();
    cache.set('after', value, generation);
    expect([cache.get('before'), cache.get('after')]).toEqual([undefined, undefined]);
    cache.set('after', value, cache.generation);
    expect(cache.get('after')).toBe(value);
  });
});
