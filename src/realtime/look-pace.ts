/** While changes are made: of callers' own transactions the relay hears before they commit. */
const LEAST_MS = 100;

/** How late a change is announced at most of which nothing was heard: of a killed process, or of a command. */
const MOST_MS = 1_000;

/** So that the wait after a hint is short against the transaction that it waits for. */
const SHARE = 10;

/** @returns how long the relay waits until it looks for changes without a hint, after so long a quiet */
export function nextLookMs(quietMs: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, quietMs / SHARE));
}
