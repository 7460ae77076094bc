/** Receivers that come back together after an outage should not all be called in the same second. */
const JITTER = 0.2;

/** No receiver may ask for more than a day: the longest wait of Standard Webhooks' own schedule. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * How long to wait after a failed attempt, in milliseconds, or undefined when that was the last one.
 * @param failed how many attempts have failed so far, this one included
 * @param schedule seconds to wait after each failed attempt
 * @param retryAfterMs what the receiver asked for: never sooner than that
 * @param random a number from 0 to 1: the wait is lengthened by up to a fifth, never shortened
 */
export function waitAfter(
  failed: number,
  schedule: readonly number[],
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  const seconds = schedule[failed - 1];
  if (seconds === undefined) return undefined;
  return Math.round(Math.max(seconds * 1000, retryAfterMs ?? 0) * (1 + JITTER * random));
}

/**
 * Reads a `Retry-After` header: seconds (Discord sends fractions) or an HTTP date.
 * @param now milliseconds since the epoch
 * @returns milliseconds from now, at most a day; undefined when the header is missing or makes no sense
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : httpDate(text) - now;
  return Number.isNaN(ms) ? undefined : Math.ceil(Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS));
}

function httpDate(text: string): number {
  // `Date.parse` reads much that is no HTTP date; those all begin with a day's name.
  return /^[A-Z][a-z]{2,8},? /.test(text) ? Date.parse(text) : NaN;
}
