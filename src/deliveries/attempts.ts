import { performance } from 'node:perf_hooks';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { groupedBy } from '../common/grouped.js';
import { within } from '../common/within.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { WorkerDatabase } from '../database/worker-database.js';
import type { Lane } from './lanes/lane.js';
import { afterAttempt, afterVerdict, NO_EVENT } from './outcome.js';
import type { Claimed } from './queue.store.js';
import type { Finished } from './recorder.js';
import type { Delivery, QueuedChannel, SendResult, TargetKey } from './sending-channel.js';
import { TimingService, type Timed } from './timing/timing.service.js';

/** What a request to a provider takes at most, as a rule; longer, and a lease would be renewed for nothing. */
const TIMEOUT_MS = 30_000;

const SEND = { verdict: 'send' } as const;

const FAULT = 'the attempt failed on this side';

/** What was claimed of one lane. */
export interface ClaimedLane {
  lane: Lane;
  claimed: readonly Claimed[];
}

/** What was decided before its channel is asked, by the delivery's id. */
type AllTimed = ReadonlyMap<string, Timed>;

/** What there is to do with it. */
export interface DecidedLane {
  lane: Lane;
  /** Can be attempted. */
  send: Delivery[];
  /** Needs no attempt. */
  finished: Finished[];
  /** Could not be decided because of a fault of the channel's: to be claimed again. */
  undecided: Claimed[];
}

/** Asks channels about what was claimed: what it takes to send it, whether to, and to send it. */
@Injectable()
export class Attempts {
  private readonly logger = new Logger('Deliveries');

  constructor(
    private readonly database: WorkerDatabase,
    private readonly clock: Clock,
    private readonly timing: TimingService,
    @Inject(CARILLON_OPTIONS) private readonly options: Pick<CarillonOptions, 'deliveries'>,
  ) {}

  /** Loads what channels need of all that was claimed together, and asks for each delivery's verdict. */
  async decide(lanes: readonly ClaimedLane[]): Promise<DecidedLane[]> {
    const decided = await Promise.all(
      [...groupedBy(lanes, ({ lane }) => lane.channel)].map(async ([channel, claimed]) => {
        try {
          const timed = await this.timing.decide(
            channel.key,
            claimed.flatMap((lane) => lane.claimed),
          );
          const targets = await this.targetsOf(channel, claimed, timed);
          return claimed.map((each) => this.decideLane(each, timed, targets));
        } catch (error) {
          this.report(channel, 'cannot be loaded', error);
          return claimed.map((each) => ({
            lane: each.lane,
            send: [],
            finished: [],
            undecided: [...each.claimed],
          }));
        }
      }),
    );
    return decided.flat();
  }

  /** Makes one attempt. It never fails: what goes wrong on this side is an outcome as well. */
  async make(lane: Lane, delivery: Delivery): Promise<Finished & { result: SendResult }> {
    const startedAt = this.clock.now();
    const started = performance.now();
    const result = await this.send(lane.channel, delivery);
    const took = { startedAt, durationMs: Math.round(performance.now() - started) };
    const { retrySchedule } = this.options.deliveries;
    const outcome = afterAttempt(delivery, result, took, retrySchedule, Math.random(), lane.isShared);
    return { lane, outcome, result };
  }

  private async targetsOf(
    { sending }: QueuedChannel,
    lanes: readonly ClaimedLane[],
    timed: AllTimed,
  ): Promise<ReadonlyMap<string, unknown> | undefined> {
    const toSend = (claimed: readonly Claimed[]) => claimed.flatMap(({ id }) => timed.get(id)?.message ?? []);
    if (!sending.targets) {
      const messages = lanes.flatMap(({ claimed }) => toSend(claimed));
      return messages.length > 0 ? sending.loadEach?.(this.database.manager, messages) : undefined;
    }
    const keys: TargetKey[] = lanes.flatMap(({ lane: { targetId }, claimed }) => {
      const [first] = toSend(claimed);
      return first ? [{ userId: first.userId, targetId }] : [];
    });
    return keys.length > 0 ? sending.targets.load(this.database.manager, keys) : undefined;
  }

  private decideLane(
    { lane, claimed }: ClaimedLane,
    timed: AllTimed,
    targets: ReadonlyMap<string, unknown> | undefined,
  ): DecidedLane {
    const { channel } = lane;
    const decided: DecidedLane = { lane, send: [], finished: [], undecided: [] };
    for (const one of claimed) {
      const { early = NO_EVENT, message, parts, leftOut } = timed.get(one.id) ?? {};
      try {
        const delivery = message && {
          targetId: lane.targetId,
          attempts: one.attempts,
          waited: one.waited !== null,
          leftOut,
          target: targets?.get(lane.isShared ? one.id : lane.targetId),
          // Last: Node 20 takes 2 µs for an object that begins with a spread.
          ...message,
        };
        const verdict = delivery ? (channel.sending.verdict?.(delivery) ?? SEND) : early;
        if (verdict.verdict !== 'send')
          decided.finished.push({ lane, outcome: afterVerdict(one, verdict, parts), result: undefined });
        else if (delivery) decided.send.push(delivery);
      } catch (error) {
        this.report(channel, 'have no verdict', error);
        decided.undecided.push(one);
      }
    }
    return decided;
  }

  private async send({ key, sending }: QueuedChannel, delivery: Delivery): Promise<SendResult> {
    try {
      const { timeoutMs = TIMEOUT_MS } = sending;
      const sent = sending.send(delivery);
      if (timeoutMs === Infinity || (await within(timeoutMs, Promise.resolve(sent)))) return await sent;
      return { status: 'retry', error: `no answer within ${timeoutMs} ms` };
    } catch (error) {
      this.logger.error(
        `an attempt for delivery ${delivery.id} (${key}) failed on this side`,
        stackOf(error),
      );
      return { status: 'retry', error: FAULT, fault: true };
    }
  }

  private report({ key }: QueuedChannel, what: string, error: unknown): void {
    this.logger.error(`deliveries of the channel "${key}" ${what}`, stackOf(error));
  }
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : String(error);
}
