import { CarillonError } from '../common/errors.js';

/** Of one user at once: a page and the one that is fetched ahead of it. */
const PER_USER = 2;
/** Of one user in the queue: more are a client that does not wait for its answers. */
const WAITING_PER_USER = 8;
/** In the queue: at two seconds each, more would only be refused later. */
const WAITING = 64;
/** Longer, and the person in front of the page has asked again. */
const WAIT_MS = 2_000;

interface Waiting {
  userId: string;
  start: () => void;
}

/**
 * Who may search now. A search whose conditions the caller made up costs what the caller makes of it: without turns,
 * the costly ones of one user would hold every connection to the database, and everybody else's count would wait.
 */
export class SearchTurns {
  private readonly runningOf = new Map<string, number>();
  private running = 0;
  private readonly waiting = new Set<Waiting>();
  private readonly atOnce: number;

  /** @param poolSize the connections that all requests share: two thirds of them are kept from searches */
  constructor(poolSize: number) {
    this.atOnce = Math.max(1, Math.floor(poolSize / 3));
  }

  /**
   * Runs a search when it is its turn: in the order of arrival, but for users who have as many as they may.
   * @throws CarillonError `overloaded` when too many wait, or none ended for too long
   */
  async take<T>(userId: string, search: () => Promise<T>): Promise<T> {
    if (this.mayRun(userId)) this.begin(userId);
    else await this.wait(userId);
    try {
      return await search();
    } finally {
      this.end(userId);
    }
  }

  private mayRun(userId: string): boolean {
    return this.running < this.atOnce && (this.runningOf.get(userId) ?? 0) < PER_USER;
  }

  private begin(userId: string): void {
    this.running += 1;
    this.runningOf.set(userId, (this.runningOf.get(userId) ?? 0) + 1);
  }

  private end(userId: string): void {
    this.running -= 1;
    const left = (this.runningOf.get(userId) ?? 1) - 1;
    if (left > 0) this.runningOf.set(userId, left);
    else this.runningOf.delete(userId);
    for (const next of this.waiting) if (this.mayRun(next.userId)) next.start();
  }

  private wait(userId: string): Promise<void> {
    const ofUser = [...this.waiting].filter((one) => one.userId === userId).length;
    if (this.waiting.size >= WAITING || ofUser >= WAITING_PER_USER) throw tooMany();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(one);
        reject(tooMany());
      }, WAIT_MS);
      const one = {
        userId,
        start: () => {
          clearTimeout(timer);
          this.waiting.delete(one);
          this.begin(userId);
          resolve();
        },
      };
      this.waiting.add(one);
    });
  }
}

function tooMany(): CarillonError {
  return new CarillonError('overloaded', 'Too many searches are running.', undefined, 1);
}
