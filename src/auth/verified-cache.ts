import { LRUCache } from 'lru-cache';

/** How long a credential is believed without looking at it again, whatever else it says. */
export const MAX_CACHE_MS = 60_000;

/** Both bounds hold: many short credentials, or few long ones. */
export interface CacheBounds {
  /** The most credentials kept. */
  entries: number;
  /** The most characters that all kept credentials have together. */
  characters: number;
}

/**
 * Credentials that were verified a moment ago, and what came of it. The credential itself is the key: hashing it
 * first would cost more than everything else on the path of a request.
 *
 * Whoever verifies takes the {@link generation} before, and hands it to {@link set}: what was verified against
 * keys that were withdrawn in the meantime is not kept.
 */
export class VerifiedCache<T extends object> {
  private readonly entries: LRUCache<string, { value: T; until: number }>;
  private cleared = 0;

  constructor(bounds: CacheBounds) {
    this.entries = new LRUCache({
      max: bounds.entries,
      maxSize: bounds.characters,
      sizeCalculation: (_, credential) => credential.length,
    });
  }

  /** Changes with every {@link clear}. */
  get generation(): number {
    return this.cleared;
  }

  get size(): number {
    return this.entries.size;
  }

  get(credential: string): T | undefined {
    const entry = this.entries.get(credential);
    if (entry === undefined) return undefined;
    if (Date.now() < entry.until) return entry.value;
    this.entries.delete(credential);
    return undefined;
  }

  /**
   * @param generation the one from before the verification began
   * @param expiresAt milliseconds since the epoch; the entry lives at most that long
   */
  set(credential: string, value: T, generation: number, expiresAt = Infinity): void {
    const until = Math.min(expiresAt, Date.now() + MAX_CACHE_MS);
    if (generation !== this.cleared || until <= Date.now()) return;
    // A copy: a piece of a string keeps the whole of it in memory, here a header with all its cookies.
    this.entries.set(Buffer.from(credential, 'latin1').toString('latin1'), { value, until });
  }

  clear(): void {
    this.cleared += 1;
    this.entries.clear();
  }
}
