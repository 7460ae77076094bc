import { LRUCache } from 'lru-cache';

export interface RateLimit {
  /** Requests a second on average. */
  perSecond: number;
  /** Requests at once, after a pause. */
  burst: number;
}

/** How many requests were left at a time. */
export interface Bucket {
  left: number;
  at: number;
}

/**
 * A token bucket: fills at `perSecond`, holds at most `burst`, and each request takes one.
 * @param now milliseconds on a clock that never goes back
 * @returns the bucket after the request, and the seconds to wait when it was empty (0: the request may pass)
 */
export function take(bucket: Bucket, limit: RateLimit, now: number): { bucket: Bucket; wait: number } {
  const filled = Math.min(limit.burst, bucket.left + ((now - bucket.at) / 1000) * limit.perSecond);
  if (filled < 1) return { bucket: { left: filled, at: now }, wait: (1 - filled) / limit.perSecond };
  return { bucket: { left: filled - 1, at: now }, wait: 0 };
}

/** More callers than this are busy at once only where nobody needs a limit on each. */
const MAX_BUCKETS = 10_000;

/** The rate limit of each API key, or of whoever else it is asked about, in this process. */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_BUCKETS });

  constructor(
    private readonly limit: RateLimit,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a request. @returns the seconds to wait, 0 when it may pass */
  take(caller: string): number {
    const now = this.now();
    const before = this.buckets.get(caller) ?? { left: this.limit.burst, at: now };
    const { bucket, wait } = take(before, this.limit, now);
    this.buckets.set(caller, bucket);
    return wait;
  }
}
