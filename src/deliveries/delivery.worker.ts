import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { groupedBy } from '../common/grouped.js';
import { Attempts, type DecidedLane } from './attempts.js';
import { Claims } from './claims.js';
import { DeliveryWakeup } from './delivery-wakeup.js';
import { LaneScheduler, type Attempt, type LaneRoom } from './lanes/lane-scheduler.js';
import { pauseAfter } from './outcome.js';
import { Recorder, type Finished } from './recorder.js';
import { SendingChannels } from './sending-channel.js';

/** How long a delivery waits at most when its signal was lost. */
const POLL_MS = 1_000;

/** Under load, the time between two looks for lanes that are not known to have work. */
const LOOK_EVERY_MS = 50;

/** A look that took long, because of many lanes or a busy database, takes no more than a tenth of the time. */
const LOOK_SHARE = 10;

/** Between tries while the database cannot be reached, or a channel cannot say what it needs. */
const ERROR_PAUSE_MS = 1_000;

/** How often attempts are looked at that may hang. */
const SWEEP_MS = 250;

/** How often attempts are looked at that may just have a long way. */
const RELIEVE_MS = 25;

/** How long a stopping process waits for attempts under way; those that take longer are another's after their lease. */
const STOP_MS = 5_000;

/** Deliveries of the lanes that are known to have more, in one statement. */
const BATCH = 512;

/**
 * The loop that looks for due deliveries and has them attempted. Any number of processes may run it on one database.
 *
 * ```text
 *  notify() ──► pending ◄──────────────── waiting       its due time has come (Claims.wake): of what is gathered the
 *                  │ ▲                       ▲          oldest is queued, and the others are parts of it
 *            claim │ │ retry: by the         │
 *        (a lease) │ │ retry schedule        │ deferred, until a time
 *                  ▼ │                       │
 *   timing, then verdict ────────────────────┘
 *             send │ │ skipped             ► skipped    with a reason
 *                  │ └ failed              ► failed     there is nowhere to send it
 *                  ▼
 *               attempt ─ held             ► pending    its lane pauses, and where the channel has many:
 *                  │                       ► waiting    until the end of the pause, unless it is gathered
 *                  ├───── delivered        ► delivered
 *                  └───── failed for good,
 *                         or for the last time ► failed
 * ```
 *
 * What is claimed and not recorded, because its process was killed, is pending again when its lease ends. What is finished
 * is pending again when its owner has it sent once more. Parts are `waiting` until the outcome of what they are a part of is
 * theirs as well. `cancelled` is what was called back before it was sent.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Deliveries');
  private readonly scheduler: LaneScheduler;
  /** Whose turn has come in this turn of the event loop. */
  private readonly starting: Attempt[] = [];
  private loop: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];
  private stopping = false;
  private abandoned = false;
  private nextLookAt = -Infinity;
  private nextWakeAt = -Infinity;

  constructor(
    private readonly claims: Claims,
    private readonly attempts: Attempts,
    private readonly recorder: Recorder,
    private readonly channels: SendingChannels,
    private readonly wakeup: DeliveryWakeup,
  ) {
    this.scheduler = new LaneScheduler(
      (attempt) => this.startTogether(attempt),
      (deliveries) => void this.claims.release(deliveries),
    );
  }

  onApplicationBootstrap(): void {
    this.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop();
  }

  start(): void {
    this.timers = [
      setInterval(() => this.scheduler.sweep(performance.now()), SWEEP_MS),
      setInterval(() => this.scheduler.relieve(performance.now()), RELIEVE_MS),
    ];
    this.claims.start();
    this.loop ??= this.run();
  }

  /** Claims nothing more, gives back what was not started, and waits a little for what was. */
  async stop(): Promise<void> {
    if (!this.loop || this.stopping) return;
    this.stopping = true;
    this.wakeup.wake();
    await this.loop;
    this.scheduler.clear();
    const deadline = performance.now() + STOP_MS;
    while (this.scheduler.running > 0 && performance.now() < deadline) await sleep(20);
    this.abandoned = true;
    await Promise.race([this.recorder.idle(), sleep(STOP_MS, undefined, { ref: false })]);
    for (const timer of this.timers) clearInterval(timer);
    await this.claims.stop();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        if (!(await this.round())) await this.wakeup.wait(POLL_MS);
      } catch (error) {
        this.logger.error(`the delivery queue cannot be read: ${(error as Error).message}`);
        await sleep(ERROR_PAUSE_MS);
      }
    }
  }

  /** Looks, claims and decides once. @returns whether there may be more to claim right now */
  private async round(): Promise<boolean> {
    if (this.scheduler.capacity === 0) return false;
    const known = upTo(BATCH, this.scheduler.knownToHaveMore(performance.now()));
    const untilNextLook = this.nextLookAt - performance.now();
    if (known.length === 0 && untilNextLook > 0) {
      await this.wakeup.wait(untilNextLook);
      return true;
    }
    const look = untilNextLook > 0 ? { found: [], atEnd: true } : await this.look(known);
    const rooms = [...known, ...look.found];
    if (rooms.length > 0) await this.claim(rooms);
    return rooms.length > 0 || !look.atEnd;
  }

  /** Lanes with due work, besides those that are known to have more. */
  private async look(known: readonly LaneRoom[]): Promise<{ found: LaneRoom[]; atEnd: boolean }> {
    const started = performance.now();
    if (started >= this.nextWakeAt) {
      // Where there is more, what is awake is sent in between.
      this.nextWakeAt = (await this.claims.wake()) ? started : started + POLL_MS;
    }
    const { lanes, atEnd } = await this.claims.look(this.scheduler.served());
    const now = performance.now();
    this.nextLookAt = started + Math.min(POLL_MS, Math.max(LOOK_EVERY_MS, (now - started) * LOOK_SHARE));
    const taken = new Set(known.map(({ lane }) => lane.targetId));
    const found = lanes
      .filter(({ targetId }) => !taken.has(targetId))
      .map((lane) => this.scheduler.room(lane, started, now))
      .filter(({ room }) => room > 0);
    return { found, atEnd };
  }

  private async claim(rooms: readonly LaneRoom[]): Promise<void> {
    const wanted = rooms.map(({ lane: { targetId }, room }) => ({ targetId, room }));
    const byTarget = groupedBy(await this.claims.claim(wanted), ({ targetId }) => targetId);
    const claimed = rooms.map(({ lane }) => ({ lane, claimed: byTarget.get(lane.targetId) ?? [] }));
    this.dispatch(rooms, await this.attempts.decide(claimed));
  }

  private dispatch(rooms: readonly LaneRoom[], decided: readonly DecidedLane[]): void {
    const now = performance.now();
    const roomOf = new Map(rooms.map(({ lane, room }) => [lane, room]));
    for (const { lane, send, finished, undecided } of decided) {
      lane.passed(finished.length);
      this.record(finished);
      if (undecided.length > 0) {
        lane.rest(now + ERROR_PAUSE_MS);
        void this.claims.release(undecided);
      }
      const hasMore = send.length + finished.length >= (roomOf.get(lane) ?? 0);
      this.scheduler.accept(lane, send, hasMore);
    }
    this.scheduler.pump(now);
  }

  /**
   * At the end of this turn of the event loop, one attempt after the other: undici has freed the connections of what was
   * answered in it by then, and a receiver's process is woken once for several.
   */
  private startTogether(attempt: Attempt): void {
    this.starting.push(attempt);
    if (this.starting.length > 1) return;
    setImmediate(() => {
      for (const next of this.starting.splice(0)) {
        // An unhandled rejection would end the process. Left alone, the delivery is tried again after its lease.
        this.attempt(next).catch((error: Error) => {
          this.logger.error(
            `delivery ${next.delivery.id} was left unfinished: ${error.message}`,
            error.stack,
          );
          this.claims.settle([next.delivery]);
        });
      }
    });
  }

  private async attempt(attempt: Attempt): Promise<void> {
    const { lane, delivery } = attempt;
    const finished = await this.attempts.make(lane, delivery);
    const { result } = finished;
    // Without targets of its own a lane is a provider's: that refused a message, and works.
    const worked = result.status === 'delivered' || (result.status === 'failed' && lane.isShared);
    this.scheduler.finish(attempt, performance.now(), worked, pauseAfter(result));
    if (this.scheduler.isDry) this.wakeup.wake();
    // What the end of the process cut off says nothing about the target: its lease runs out.
    if (this.abandoned) return;
    this.channels.attempted(lane.channel.key, result);
    this.record([finished]);
  }

  private record(finished: readonly Finished[]): void {
    this.recorder.add(finished, (batch) => {
      const now = performance.now();
      for (const { lane, result } of batch) if (result) this.scheduler.settle(lane, now);
      this.wakeup.wake();
    });
  }
}

/** The first lanes whose rooms together make this many. */
function upTo(budget: number, lanes: readonly LaneRoom[]): LaneRoom[] {
  let left = budget;
  return lanes.filter(({ room }) => {
    const fits = left > 0;
    left -= room;
    return fits;
  });
}
