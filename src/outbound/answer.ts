import { parseRetryAfter } from './retry-after.js';

/** Too many requests, and service unavailable: with `Retry-After` they speak for all that goes there. */
const PAUSING = new Set([429, 503]);

/**
 * What an answer says of the next attempt, as the queue has it.
 * @param now milliseconds since the epoch
 */
export function waitsOf(
  { status, retryAfter }: { status: number; retryAfter: string | undefined },
  now: number,
): { retryAfterMs: number | undefined; pauseMs: number } {
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  return { retryAfterMs, pauseMs: PAUSING.has(status) ? (retryAfterMs ?? 0) : 0 };
}

/** An answer that was no success, in words for people. */
export function describeStatus(status: number): string {
  const redirect = status >= 300 && status < 400;
  return redirect ? `answered ${status}; redirects are not followed` : `answered ${status}`;
}
