import { LRUCache } from 'lru-cache';
import { TokenBucket, type RateLimit } from '../common/token-bucket.js';

/** More callers than this are busy at once only where no limit on each is needed. */
const MAX_BUCKETS = 10_000;

/** The rate limit of each API key, or of each user it is asked about, in this process. */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, TokenBucket>({ max: MAX_BUCKETS });

  constructor(
    private readonly limit: RateLimit,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a request. @returns the seconds to wait, 0 when it may pass */
  take(caller: string): number {
    const now = this.now();
    const known = this.buckets.get(caller);
    const bucket = known ?? new TokenBucket(this.limit, now);
    if (!known) this.buckets.set(caller, bucket);
    return bucket.take(now);
  }
}
