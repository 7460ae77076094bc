/** The first wait is below a second, so that a restarted server is found again at once … */
const BASE_MS = 1_000;
/** … and never above a quarter of a minute: a server that was away for long is found again soon after. */
const CAP_MS = 15_000;
/** Never no wait at all: a server that accepts and closes must not be called in a loop. */
const FLOOR_MS = 100;

/**
 * How long to wait before the next attempt: exponential with full jitter, so that a thousand browsers that lost the
 * same server do not come back in the same instant.
 *
 * @param attempt how many attempts have failed in a row, from 1
 * @param random between 0 and 1
 * @param least what the server asked for (`retry:` or `Retry-After`), in milliseconds
 */
export function backoff(attempt: number, random: number = Math.random(), least = 0): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** Math.max(0, attempt - 1));
  return Math.max(FLOOR_MS, least, Math.round(random * ceiling));
}
