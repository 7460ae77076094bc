export interface RateLimit {
  /** A second, on average. */
  perSecond: number;
  /** At once, after a pause. */
  burst: number;
}

/** Fills at `perSecond` and holds at most `burst`. Times are milliseconds of a clock that never goes back. */
export class TokenBucket {
  private tokens: number;

  constructor(
    private readonly limit: RateLimit,
    private filledAt: number,
  ) {
    this.tokens = limit.burst;
  }

  /** How many may be taken now. */
  available(now: number): number {
    const earned = ((now - this.filledAt) / 1000) * this.limit.perSecond;
    this.tokens = Math.min(this.limit.burst, this.tokens + earned);
    this.filledAt = now;
    return this.tokens;
  }

  /** Takes one, if there is one. @returns the seconds until there will be one; 0 when it was taken */
  take(now: number): number {
    const tokens = this.available(now);
    if (tokens < 1) return (1 - tokens) / this.limit.perSecond;
    this.tokens -= 1;
    return 0;
  }

  /** Nothing of it is known that a new one would not know. */
  isFull(now: number): boolean {
    return this.available(now) >= this.limit.burst;
  }
}
