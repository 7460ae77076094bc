/** No receiver may ask for more than a day: the longest wait of Standard Webhooks' own schedule. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

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
