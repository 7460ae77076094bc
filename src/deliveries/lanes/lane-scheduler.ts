import type { DueLane } from '../claims.js';
import type { Delivery } from '../sending-channel.js';
import { Lane } from './lane.js';

/**
 * Attempts that may just be waiting for this process: enough to keep it busy. More would not be sent earlier, and each
 * would cost more: of 256 at once, half as much processor time again as of 64.
 */
const BUSY_SLOTS = 64;

/** Longer than a busy process takes for an attempt: one that is not answered by then waits for its receiver. */
const DISTANT_AFTER_MS = 50;

/** Attempts that answer as they should, those to distant receivers included. */
const FAST_SLOTS = 512;

/** Attempts that hang, or go to targets that fail: they cost a socket each and little else. */
const SLOW_SLOTS = 1_024;

/**
 * Claimed and unfinished, without the slow ones: what a killed process keeps from the others until its leases end. Enough
 * to go on sending while a disk takes a tenth of a second for what was written down.
 */
const MAX_HELD = 4_096;

/** An attempt that takes longer than this gives its slot to others. */
const SLOW_AFTER_MS = 1_000;

/** Of a lane that was just found, most often a single one; when there are more, the next claim knows. */
const FOUND_ROOM = 4;

/** Deliveries of a target that is closed need no attempt, only a last word. */
const CLOSED_ROOM = 256;

/** How many deliveries of a lane may be claimed. */
export interface LaneRoom {
  lane: Lane;
  room: number;
}

/** A delivery that is being attempted. */
export interface Attempt {
  readonly lane: Lane;
  readonly delivery: Delivery;
  readonly startedAt: number;
  slow: boolean;
}

/**
 * Decides which claimed delivery is attempted next, so that no target delays another: lanes take turns, and
 * attempts that hang move to slots of their own.
 */
export class LaneScheduler {
  private readonly lanes = new Map<string, Lane>();
  /** Lanes that could start something if there is a slot, in the order of their turns: a set for each kind of slot. */
  private readonly fastTurns = new Set<Lane>();
  private readonly slowTurns = new Set<Lane>();
  private readonly attempts = new Set<Attempt>();
  /** Those that have a busy slot, in the order in which they began. */
  private readonly busy = new Set<Attempt>();
  private slow = 0;
  private held = 0;
  private waiting = 0;
  /** Something had to wait for a slot: a slot that becomes free may be another lane's. */
  private starved = false;

  /**
   * @param start makes an attempt; {@link finish} is to be called when it is over
   * @param giveBack deliveries that will not be attempted here for now
   */
  constructor(
    private readonly start: (attempt: Attempt) => void,
    private readonly giveBack: (deliveries: Delivery[]) => void,
  ) {}

  get running(): number {
    return this.attempts.size;
  }

  /** How many deliveries may be claimed, of all targets together. */
  get capacity(): number {
    return Math.max(0, MAX_HELD - (this.held - this.slow));
  }

  /** All that was claimed has had its turn: lanes may get more before it is written down. */
  get isDry(): boolean {
    return this.waiting === 0;
  }

  /** Targets that are known to have more, and are at work: when that is done they will be asked for the rest. */
  served(): string[] {
    return [...this.lanes.values()]
      .filter((lane) => lane.hasMore && lane.held > 0)
      .map(({ targetId }) => targetId);
  }

  /** Lanes that are known to have more, and how many each may get. */
  knownToHaveMore(now: number): LaneRoom[] {
    return [...this.lanes.values()]
      .filter((lane) => lane.hasMore && this.mayClaim(lane))
      .map((lane) => ({ lane, room: lane.room(now) }))
      .filter(({ room }) => room > 0);
  }

  /**
   * How many deliveries of a lane that was found in the queue may be claimed.
   * @param askedAt when the queue was looked at
   */
  room({ targetId, channel, state }: DueLane, askedAt: number, now: number): LaneRoom {
    const known = this.lanes.get(targetId);
    const lane = known ?? new Lane(targetId, channel, state.limits, state.failing, now);
    if (state.closed) return { lane, room: CLOSED_ROOM };
    if (state.paused) return { lane, room: 0 };
    this.lanes.set(targetId, lane);
    if (!lane.isShared) lane.resume(askedAt);
    return { lane, room: this.mayClaim(lane) ? Math.min(FOUND_ROOM, lane.room(now)) : 0 };
  }

  /** Takes what was claimed of one lane. */
  accept(lane: Lane, deliveries: Delivery[], hasMore: boolean): void {
    // Served lanes go to the end, so that all get their turn when there is not room for all.
    this.lanes.delete(lane.targetId);
    this.lanes.set(lane.targetId, lane);
    lane.hasMore = hasMore;
    lane.waiting.push(...deliveries);
    lane.held += deliveries.length;
    this.held += deliveries.length;
    this.waiting += deliveries.length;
    this.queueUp(lane);
  }

  /** Starts whatever may be started. */
  pump(now: number): void {
    this.starved = false;
    for (const turns of [this.fastTurns, this.slowTurns]) {
      // Each lane starts one and goes to the end, where this loop meets it again: a set iterates in the order of
      // insertion, and over what is added meanwhile. It ends at the first that finds no slot: this runs at the end of
      // every attempt, and must not walk through all lanes each time.
      for (const lane of turns) if (!this.startNext(lane, now)) break;
    }
  }

  /** An attempt is over. @param pauseMs for how long nothing more is to be sent through its lane */
  finish(attempt: Attempt, now: number, worked: boolean, pauseMs: number): void {
    const { lane } = attempt;
    this.attempts.delete(attempt);
    this.busy.delete(attempt);
    if (attempt.slow) this.slow -= 1;
    lane.running -= 1;
    if (worked) lane.succeeded();
    else lane.failed(now, pauseMs);
    // What was claimed ahead has to wait as well.
    if (pauseMs > 0) this.surrender(lane);
    this.queueUp(lane);
    if (this.starved) this.pump(now);
    else this.startNext(lane, now);
  }

  /** A delivery of this lane is written down: it is held no longer. */
  settle(lane: Lane, now: number): void {
    lane.settled(now);
    this.held -= 1;
  }

  /** Looks for attempts to distant receivers: they give their busy slots to others. */
  relieve(now: number): void {
    for (const attempt of this.busy) {
      if (now - attempt.startedAt < DISTANT_AFTER_MS) break;
      this.busy.delete(attempt);
    }
    if (this.starved) this.pump(now);
  }

  /** Looks for attempts that hang, and forgets lanes without work. */
  sweep(now: number): void {
    for (const attempt of this.attempts) {
      if (attempt.slow || now - attempt.startedAt < SLOW_AFTER_MS) continue;
      if (this.slow < SLOW_SLOTS) {
        attempt.slow = true;
        this.slow += 1;
      }
      if (!attempt.lane.isShared) this.surrender(attempt.lane);
    }
    for (const [id, lane] of this.lanes) if (lane.isIdle(now)) this.lanes.delete(id);
    this.pump(now);
  }

  /** Gives back everything that was not started. */
  clear(): void {
    for (const lane of this.lanes.values()) this.surrender(lane);
  }

  private get hasFastSlot(): boolean {
    return this.busy.size < BUSY_SLOTS && this.attempts.size - this.slow < FAST_SLOTS;
  }

  private mayClaim(lane: Lane): boolean {
    return !lane.suspect || this.slow < SLOW_SLOTS;
  }

  /** Gives a lane its place among those whose turn will come, or takes it away. A lane that has one keeps it. */
  private queueUp(lane: Lane): void {
    const turns = lane.suspect ? this.slowTurns : this.fastTurns;
    (lane.suspect ? this.fastTurns : this.slowTurns).delete(lane);
    if (lane.canStart) turns.add(lane);
    else turns.delete(lane);
  }

  /** @returns whether there was a slot; a lane whose rate is used up does not take it */
  private startNext(lane: Lane, now: number): boolean {
    const slow = lane.suspect;
    if (slow ? this.slow >= SLOW_SLOTS : !this.hasFastSlot) {
      this.starved = true;
      return false;
    }
    const delivery = lane.next(now);
    if (!delivery) return true;
    this.waiting -= 1;
    const attempt = { lane, delivery, startedAt: now, slow };
    this.attempts.add(attempt);
    if (slow) this.slow += 1;
    else this.busy.add(attempt);
    (slow ? this.slowTurns : this.fastTurns).delete(lane);
    this.queueUp(lane);
    this.start(attempt);
    return true;
  }

  private surrender(lane: Lane): void {
    const left = lane.distrust();
    this.queueUp(lane);
    lane.held -= left.length;
    this.held -= left.length;
    this.waiting -= left.length;
    if (left.length > 0) this.giveBack(left);
  }
}
