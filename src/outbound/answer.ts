/** A receiver's answer, its body cut to what is worth reading. */
export interface Answer {
  status: number;
  body: string;
  /** The header `Retry-After`. */
  retryAfter?: string | undefined;
}

/** Request timeout, too early, too many requests. */
const TEMPORARY = new Set([408, 425, 429]);

/** Too many requests, and service unavailable: with `Retry-After` they speak for all that goes there. */
const PAUSING = new Set([429, 503]);

/** No receiver may ask for more than a day: the longest wait of Standard Webhooks' own schedule. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** The same request is refused as long as it is the same. */
export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && !TEMPORARY.has(status);
}

/**
 * What an answer says of the next attempt, as the queue has it.
 * @param now milliseconds since the epoch
 */
export function waitsOf(
  { status, retryAfter }: Answer,
  now: number,
): { retryAfterMs: number | undefined; pauseMs: number } {
  const retryAfterMs = parseRetryAfter(retryAfter, now);
  return { retryAfterMs, pauseMs: PAUSING.has(status) ? (retryAfterMs ?? 0) : 0 };
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

/** An answer that was no success, in words for people. */
export function describeStatus(status: number): string {
  const redirect = status >= 300 && status < 400;
  return redirect ? `answered ${status}; redirects are not followed` : `answered ${status}`;
}
