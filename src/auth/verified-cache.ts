import { LRUCache } from 'lru-cache';

/** How long a credential is believed without looking at it again. */
export const MAX_CACHE_MS = 60_000;

/** Both bounds hold: many short credentials, or few long ones. */
export interface CacheBounds {
  /** The most credentials kept. */
  entries: number;
  /** The most characters that all kept credentials have together. */
  characters: number;
}

interface Entry<T> {
  value: T;
  /** On the clock that never goes back: the other one may be set back by hours, and a minute would take as long. */
  until: number;
  /** On the clock of the wall, which is the one that a credential's own end is meant by. */
  expiresAt: number;
}

/**
 * Credentials that were verified a moment ago, and what came of it. The credential itself is the key: hashing it
 * first would cost more than everything else on the path of a request.
 *
 * A verifier takes the {@link generation} before, and hands it to {@link set}: what was verified against
 * keys that were withdrawn in the meantime is not kept.
 */
export class VerifiedCache<T extends object> {
  private readonly entries: LRUCache<string, Entry<T>>;
  private cleared = 0;

  /** @param now milliseconds on a clock that never goes back */
  constructor(
    bounds: CacheBounds,
    private readonly now: () => number = () => performance.now(),
  ) {
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
    if (this.now() < entry.until && Date.now() < entry.expiresAt) return entry.value;
    this.entries.delete(credential);
    return undefined;
  }

  /**
   * @param generation the one from before the verification began
   * @param expiresAt milliseconds since the epoch; the entry lives at most that long
   */
  set(credential: string, value: T, generation: number, expiresAt = Infinity): void {
    const lifetime = Math.min(expiresAt - Date.now(), MAX_CACHE_MS);
    if (generation !== this.cleared || lifetime <= 0) return;
    // A copy: a piece of a string keeps the whole of it in memory, here a header with all its cookies.
    const key = Buffer.from(credential, 'latin1').toString('latin1');
    this.entries.set(key, { value, until: this.now() + lifetime, expiresAt });
  }

  clear(): void {
    this.cleared += 1;
    this.entries.clear();
  }
}
