import type { Provider } from '@nestjs/common';
import { CarillonError } from '../common/errors.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';

/** Of one user at once: a page and the one that is fetched ahead of it. */
const PER_USER = 2;
/** Of one user in the queue: a burst of a page's; more are a client that does not wait for its answers. */
const WAITING_PER_USER = 32;
/** In the queue, of all users: those that do not get their turn within two seconds are refused anyway. */
const WAITING = 256;
/** Longer, and the person in front of the page has asked again. */
const WAIT_MS = 2_000;

interface Waiting {
  userId: string;
  start: () => void;
}

/**
 * Limits what is costly: statements whose cost grows with what the caller asks for, or with the rows of a user. Without
 * turns, those of one user would hold every connection to the database, and the counts of all others would wait.
 */
export class Turns {
  private readonly runningOf = new Map<string, number>();
  private running = 0;
  private readonly waiting = new Set<Waiting>();
  private readonly atOnce: number;

  /** @param poolSize the connections that all requests share: two thirds of them are kept from costly statements */
  constructor(poolSize: number) {
    this.atOnce = Math.max(1, Math.floor(poolSize / 3));
  }

  /**
   * Runs a statement when it is its turn: of those that wait, the user with the fewest that run is next, and then the
   * first to have come.
   * @param waitMs how long its caller has use for it
   * @throws CarillonError `overloaded` when too many wait, or none ended for too long
   */
  async take<T>(userId: string, work: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
    const turn = this.hold(userId, waitMs);
    if (turn) await turn;
    return this.run(userId, work);
  }

  /** Like {@link take}, for work that is no promise: {@link end} must be called when it has ended. */
  hold(userId: string, waitMs = WAIT_MS): Promise<void> | undefined {
    if (!this.mayRun(userId)) return this.wait(userId, waitMs);
    this.begin(userId);
    return undefined;
  }

  /**
   * Like {@link take}, without a refusal: for the next statement of work that has begun with one, because what it has done
   * stays.
   */
  async takeNext<T>(userId: string, work: () => Promise<T>): Promise<T> {
    if (this.mayRun(userId) && this.waiting.size === 0) this.begin(userId);
    else await this.wait(userId, undefined);
    return this.run(userId, work);
  }

  private async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } finally {
      this.end(userId);
    }
  }

  private mayRun(userId: string): boolean {
    return this.running < this.atOnce && this.countOf(userId) < PER_USER;
  }

  private countOf(userId: string): number {
    return this.runningOf.get(userId) ?? 0;
  }

  private begin(userId: string): void {
    this.running += 1;
    this.runningOf.set(userId, this.countOf(userId) + 1);
  }

  end(userId: string): void {
    this.running -= 1;
    const left = this.countOf(userId) - 1;
    if (left > 0) this.runningOf.set(userId, left);
    else this.runningOf.delete(userId);
    this.startNext();
  }

  private startNext(): void {
    let next: Waiting | undefined;
    for (const one of this.waiting) {
      if (!this.mayRun(one.userId)) continue;
      if (!next || this.countOf(one.userId) < this.countOf(next.userId)) next = one;
    }
    next?.start();
  }

  private wait(userId: string, limitMs: number | undefined): Promise<void> {
    const ofUser = [...this.waiting].filter((one) => one.userId === userId).length;
    const full = this.waiting.size >= WAITING || ofUser >= WAITING_PER_USER;
    if (limitMs !== undefined && full) throw tooMany();
    return new Promise((resolve, reject) => {
      const one = {
        userId,
        start: () => {
          clearTimeout(timer);
          this.waiting.delete(one);
          this.begin(userId);
          resolve();
        },
      };
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => {
              this.waiting.delete(one);
              reject(tooMany());
            }, limitMs);
      this.waiting.add(one);
      // A free place may be another user's, who came first.
      this.startNext();
    });
  }
}

/** Turns of a module's own: what has them waits for nothing of other modules. */
export const TURNS: Provider = {
  provide: Turns,
  inject: [CARILLON_OPTIONS],
  useFactory: ({ database }: CarillonOptions) => new Turns(database.poolSize),
};

function tooMany(): CarillonError {
  return new CarillonError('overloaded', 'Too many costly requests are running.', undefined, 1);
}
