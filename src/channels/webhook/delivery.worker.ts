import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { CARILLON_OPTIONS, type CarillonOptions } from '../../config/options.js';
import { Attempter } from './attempt.js';
import { DeliveryLeases } from './delivery-leases.js';
import type { ClaimedDelivery, DueLane, SendableDelivery } from './delivery-queue.store.js';
import { DeliveryRecorder } from './delivery-recorder.js';
import { DeliverySignal } from './delivery-signal.js';
import { LaneScheduler, type Finish } from './lane-scheduler.js';
import { afterAttempt, withoutAttempt, type Finished } from './outcome.js';

/** How long a delivery waits at most when its signal was lost. */
const POLL_MS = 1_000;

/** Under load, the time between two looks for endpoints that are not known to have work. */
const LOOK_EVERY_MS = 50;

/** A look that took long, because of many endpoints or a busy database, takes no more than a tenth of the time. */
const LOOK_SHARE = 10;

/** Between tries while the database cannot be reached. */
const ERROR_PAUSE_MS = 1_000;

/** How often attempts are looked at that may hang. */
const SWEEP_MS = 250;

/** How often attempts are looked at that may just have a long way. */
const RELIEVE_MS = 25;

/** How long a stopping process waits for attempts under way; those that take longer are another's after their lease. */
const STOP_MS = 5_000;

/** Deliveries of the endpoints that are known to have more, in one statement. */
const BATCH = 512;

/** Of an endpoint that was just found, most often a single one; when there are more, the next claim knows. */
const FOUND_ROOM = 4;

/** Deliveries of a deleted or disabled endpoint need no attempt, only a last word. */
const CLOSED_ROOM = 256;

/**
 * The loop that looks for due deliveries and has them attempted. Any number of processes may run it on one database.
 */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Webhooks');
  private readonly scheduler: LaneScheduler;
  /** Whose turn has come in this turn of the event loop. */
  private readonly starting: [delivery: SendableDelivery, finish: Finish][] = [];
  private loop: Promise<void> | undefined;
  private timers: NodeJS.Timeout[] = [];
  private stopping = false;
  private abandoned = false;
  private nextLookAt = -Infinity;

  constructor(
    private readonly leases: DeliveryLeases,
    private readonly attempter: Attempter,
    private readonly recorder: DeliveryRecorder,
    private readonly signal: DeliverySignal,
    @Inject(CARILLON_OPTIONS) private readonly options: Pick<CarillonOptions, 'webhooks'>,
  ) {
    this.scheduler = new LaneScheduler(
      (delivery, finish) => this.startTogether(delivery, finish),
      (deliveries) => void this.leases.release(deliveries),
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
    this.leases.start();
    this.loop ??= this.run();
  }

  /** Claims nothing more, gives back what was not started, and waits a little for what was. */
  async stop(): Promise<void> {
    if (!this.loop || this.stopping) return;
    this.stopping = true;
    this.signal.wake();
    await this.loop;
    this.scheduler.clear();
    const deadline = performance.now() + STOP_MS;
    while (this.scheduler.running > 0 && performance.now() < deadline) await sleep(20);
    this.abandoned = true;
    await Promise.race([this.recorder.idle(), sleep(STOP_MS, undefined, { ref: false })]);
    for (const timer of this.timers) clearInterval(timer);
    await this.leases.stop();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      try {
        if (!(await this.round())) await this.signal.wait(POLL_MS);
      } catch (error) {
        this.logger.error(`the delivery queue cannot be read: ${(error as Error).message}`);
        await sleep(ERROR_PAUSE_MS);
      }
    }
  }

  /** Looks and claims once. @returns whether there may be more to claim right now */
  private async round(): Promise<boolean> {
    if (this.scheduler.capacity === 0) return false;
    const known = upTo(BATCH, this.scheduler.knownToHaveMore(performance.now()));
    const untilNextLook = this.nextLookAt - performance.now();
    if (known.length === 0 && untilNextLook > 0) {
      await this.signal.wait(untilNextLook);
      return true;
    }
    const look = untilNextLook > 0 ? { found: [], atEnd: true } : await this.look(known);
    const lanes = [...known, ...look.found];
    if (lanes.length > 0) this.dispatch(lanes, await this.leases.claim(lanes));
    return lanes.length > 0 || !look.atEnd;
  }

  /** Endpoints with due work, besides those that are known to have more. */
  private async look(known: readonly ClaimRequest[]): Promise<{ found: ClaimRequest[]; atEnd: boolean }> {
    const started = performance.now();
    const { lanes, atEnd } = await this.leases.look(this.scheduler.served());
    const took = performance.now() - started;
    this.nextLookAt = started + Math.min(POLL_MS, Math.max(LOOK_EVERY_MS, took * LOOK_SHARE));
    const taken = new Set(known.map(({ endpointId }) => endpointId));
    const found = lanes
      .filter(({ due, endpointId }) => due && !taken.has(endpointId))
      .map((lane) => ({ endpointId: lane.endpointId, room: this.roomFor(lane, started) }))
      .filter(({ room }) => room > 0);
    return { found, atEnd };
  }

  private roomFor(lane: DueLane, askedAt: number): number {
    if (lane.closed) return CLOSED_ROOM;
    return Math.min(FOUND_ROOM, this.scheduler.room(lane, askedAt, performance.now()));
  }

  private dispatch(lanes: readonly ClaimRequest[], claimed: readonly ClaimedDelivery[]): void {
    const closed: Finished[] = [];
    const open = new Map(lanes.map(({ endpointId }) => [endpointId, [] as SendableDelivery[]]));
    for (const delivery of claimed) {
      if (isSendable(delivery)) open.get(delivery.endpointId)?.push(delivery);
      else if ('closed' in delivery.work) closed.push(withoutAttempt(delivery, delivery.work.closed));
    }
    this.record(closed);
    const now = performance.now();
    for (const { endpointId, room } of lanes) {
      const deliveries = open.get(endpointId) ?? [];
      this.scheduler.accept(endpointId, deliveries, deliveries.length >= room, now);
    }
    this.scheduler.pump(now);
  }

  /**
   * At the end of this turn of the event loop, one attempt after the other: undici has freed the connections of what was
   * answered in it by then, and a receiver's process is woken once for several.
   */
  private startTogether(delivery: SendableDelivery, finish: Finish): void {
    this.starting.push([delivery, finish]);
    if (this.starting.length > 1) return;
    setImmediate(() => {
      for (const [next, finishNext] of this.starting.splice(0)) {
        // A rejection that nobody hears would end the process. Left alone, the delivery is tried again after its lease.
        this.attempt(next, finishNext).catch((error: Error) => {
          this.logger.error(`delivery ${next.id} was left unfinished: ${error.message}`, error.stack);
          this.leases.settle([next]);
        });
      }
    });
  }

  private async attempt(delivery: SendableDelivery, finish: Finish): Promise<void> {
    const { endpoint, content } = delivery.work;
    const result = await this.attempter.attempt(endpoint, content);
    const { retrySchedule } = this.options.webhooks;
    const finished = afterAttempt(delivery, result, retrySchedule, Math.random());
    finish(performance.now(), result.verdict === 'delivered', finished.pauseMs);
    // What the end of the process cut off says nothing about the target: its lease runs out.
    if (!this.abandoned) this.record([finished]);
  }

  private record(finished: Finished[]): void {
    this.recorder.add(finished, this.leases.worker, (batch) => {
      this.leases.settle(batch.map(({ delivery }) => delivery));
      const now = performance.now();
      for (const { delivery, verdict } of batch) if (verdict) this.scheduler.settle(delivery.endpointId, now);
      this.signal.wake();
    });
  }
}

interface ClaimRequest {
  endpointId: string;
  room: number;
}

/** The first lanes whose rooms together make this many. */
function upTo(budget: number, lanes: readonly ClaimRequest[]): ClaimRequest[] {
  let left = budget;
  return lanes.filter(({ room }) => {
    const fits = left > 0;
    left -= room;
    return fits;
  });
}

function isSendable(delivery: ClaimedDelivery): delivery is SendableDelivery {
  return 'content' in delivery.work;
}
