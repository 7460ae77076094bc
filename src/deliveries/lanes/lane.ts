import { TokenBucket } from '../../common/token-bucket.js';
import type { Delivery, LaneLimits, QueuedChannel } from '../sending-channel.js';

/** The most that is claimed ahead for one lane: enough to send while the next are being claimed. */
const MAX_WINDOW = 128;

/** So many failures in a row, however quick, and a lane gets one attempt at a time. */
const SUSPECT_AFTER = 5;

/**
 * What this process knows of one target while it has work for it. Like TCP's slow start: a target begins with one delivery
 * and earns more with every one that works, so that a target that hangs never holds more than one.
 */
export class Lane {
  readonly waiting: Delivery[] = [];
  running = 0;
  /** Claimed and not yet written down: waiting, running or being recorded. */
  held = 0;
  /** The last claim got all that it asked for: there is more. */
  hasMore = false;

  private window = 1;
  private failuresInARow = 0;
  private pausedUntil = 0;
  private settledAt = -Infinity;
  private readonly tokens: TokenBucket;

  /**
   * @param suspect it is slow or failing: one attempt at a time, and none ahead
   * @param now milliseconds, of a clock that never goes back
   */
  constructor(
    readonly targetId: string,
    readonly channel: QueuedChannel,
    private readonly limits: LaneLimits,
    public suspect: boolean,
    now: number,
  ) {
    this.tokens = new TokenBucket(limits, now);
  }

  /** It is everything of its channel: that one recipient's attempt takes long says nothing about the others'. */
  get isShared(): boolean {
    return this.channel.sending.targets === undefined;
  }

  /** How many more may be claimed; nothing until half of the window is used up, so that claims come in batches. */
  room(now: number): number {
    const inHand = this.waiting.length + this.running;
    if (now < this.pausedUntil || inHand * 2 > this.window) return 0;
    const allowed = Math.floor(this.tokens.available(now)) - this.waiting.length;
    return Math.max(0, Math.min(this.window - inHand, allowed));
  }

  /** Something waits, and not for an attempt of its own to end. */
  get canStart(): boolean {
    return this.waiting.length > 0 && this.running < (this.suspect ? 1 : this.limits.concurrency);
  }

  /** Takes the next delivery, if it may be attempted now. */
  next(now: number): Delivery | undefined {
    if (!this.canStart || this.tokens.take(now) > 0) return undefined;
    this.running += 1;
    return this.waiting.shift();
  }

  succeeded(): void {
    this.failuresInARow = 0;
    this.suspect = false;
    this.window = Math.min(MAX_WINDOW, this.window + 1);
  }

  /** So many needed no attempt: there may be as many more of them at once. */
  passed(count: number): void {
    this.window = Math.min(MAX_WINDOW, this.window + count);
  }

  /** What it has cannot be sent for now, which is not its fault. */
  rest(until: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  /** @param pauseMs for how long nothing is to be sent */
  failed(now: number, pauseMs: number): void {
    this.failuresInARow += 1;
    this.window = Math.max(1, this.window >> 1);
    this.rest(now + pauseMs);
    if (this.failuresInARow >= SUSPECT_AFTER) this.suspect = true;
  }

  /** A delivery is written down, and with it what its attempt says about the target. */
  settled(now: number): void {
    this.held -= 1;
    this.settledAt = now;
  }

  /**
   * The database knows of no pause: its owner has lifted it.
   * @param askedAt when the database was asked. Of an outcome that was written down after that, or is not yet, it could
   *   not know.
   */
  resume(askedAt: number): void {
    if (this.held === 0 && this.settledAt <= askedAt) this.pausedUntil = 0;
  }

  /** Nothing of it is known that would be worth keeping. */
  isIdle(now: number): boolean {
    return this.held === 0 && now >= this.pausedUntil && this.tokens.isFull(now);
  }

  /** It hangs: what was claimed ahead is given back for others, or for later. */
  distrust(): Delivery[] {
    this.suspect = true;
    this.window = 1;
    return this.waiting.splice(0);
  }
}
