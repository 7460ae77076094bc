import { Injectable, Logger } from '@nestjs/common';
import { v4 } from 'uuid';
import { groupedBy } from '../common/grouped.js';
import { LOWEST_ID } from '../common/ids.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { QueueStore, type Claimed, type DeliveryKey, type PendingLane, type Room } from './queue.store.js';
import { TimingStore } from './timing/timing.store.js';
import { SendingChannels, type LaneState, type QueuedChannel, type TargetKey } from './sending-channel.js';

/** A killed process's work is taken over after this, and it must be so within a minute. */
const LEASE_MS = 45_000;

/** Often enough that two renewals may fail. */
const RENEW_MS = 15_000;

/** Targets that one look goes through. */
const SCAN_LANES = 256;

/** Of what waited for its time, in one statement. */
const WAKE_BATCH = 1_000;

/** Users who have changed their times, and deliveries of each, in one statement. */
const CHANGES = { changes: 200, each: 100 };

/** Enough for a provider in another country, and not so much that most would refuse some of it. */
const DEFAULT_LIMITS = { concurrency: 8, perSecond: 100 };

/** A lane that has work which is due, of a channel of this process. */
export interface DueLane extends TargetKey {
  channel: QueuedChannel;
  state: LaneState;
}

type Due = Omit<DueLane, 'state'>;

/** What this process takes from the queue, and holds until it is written down. */
@Injectable()
export class Claims {
  /** Names this process as the holder; another one, or the same after a restart, is another holder. */
  readonly worker = v4();

  private readonly logger = new Logger('Deliveries');
  private readonly held = new Map<string, Claimed>();
  private cursor = LOWEST_ID;
  private timer: NodeJS.Timeout | undefined;
  private renewal: Promise<void> | undefined;

  constructor(
    private readonly database: WorkerDatabase,
    private readonly queue: QueueStore,
    private readonly timing: TimingStore,
    private readonly channels: SendingChannels,
  ) {}

  start(): void {
    this.timer = setInterval(() => {
      // Cleared in a later turn than this one, also when there was nothing to renew: else it would be the last one.
      this.renewal ??= this.renew().finally(() => (this.renewal = undefined));
    }, RENEW_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.renewal;
  }

  /** Puts the next of what waited for its time, or for times that have changed, into the queue. @returns whether there may be more */
  async wake(): Promise<boolean> {
    const { woken, isChanged } = await this.timing.wake(this.database.manager, WAKE_BATCH);
    if (isChanged)
      await this.database.transaction((manager) => this.timing.decideAnew(manager, CHANGES, LEASE_MS));
    return woken === WAKE_BATCH || isChanged;
  }

  /**
   * Lanes with due work, from where the last look ended; `atEnd` when these were the last.
   * @param served targets that are known to have more: it is not looked whether that is due
   */
  async look(served: string[]): Promise<{ lanes: DueLane[]; atEnd: boolean }> {
    const pending = await this.queue.scan(this.database.manager, this.cursor, SCAN_LANES, served);
    const atEnd = pending.length < SCAN_LANES;
    this.cursor = atEnd ? LOWEST_ID : (pending.at(-1)?.targetId ?? LOWEST_ID);
    const found = await Promise.all(
      [...this.byChannel(pending)].map(([channel, targets]) => this.withState(channel, targets)),
    );
    return { lanes: found.flat(), atEnd };
  }

  async claim(rooms: readonly Room[]): Promise<Claimed[]> {
    const claimed = await this.queue.claim(this.database.manager, rooms, this.worker, LEASE_MS);
    // When renewals failed for too long, what is still being worked on here may come back: once is enough.
    const fresh = claimed.filter(({ id }) => !this.held.has(id));
    for (const delivery of fresh) this.held.set(delivery.id, delivery);
    return fresh;
  }

  /** They are written down. */
  settle(deliveries: readonly DeliveryKey[]): void {
    for (const { id } of deliveries) this.held.delete(id);
  }

  /** Gives back what was not attempted. If that fails, the leases run out. */
  async release(deliveries: readonly DeliveryKey[]): Promise<void> {
    const held = deliveries.flatMap(({ id }) => this.held.get(id) ?? []);
    this.settle(deliveries);
    try {
      await this.queue.release(this.database.manager, held, this.worker);
    } catch (error) {
      this.logger.warn(`leases could not be given back: ${(error as Error).message}`);
    }
  }

  /** Due targets by their channel, without those of channels that this process does not have: these are left to others. */
  private byChannel(pending: readonly PendingLane[]): Map<QueuedChannel, Due[]> {
    const due = pending.flatMap(({ targetId, userId, channel: key }) => {
      const channel = key === null ? undefined : this.channels.get(key);
      return channel && userId !== null ? [{ targetId, userId, channel }] : [];
    });
    return groupedBy(due, ({ channel }) => channel);
  }

  private async withState(channel: QueuedChannel, targets: readonly Due[]): Promise<DueLane[]> {
    const states = await channel.sending.targets?.lanes(this.database.manager, targets);
    return targets.flatMap((target) => {
      const state = states ? states.get(target.targetId) : stateOf(channel);
      return state ? [{ ...target, state }] : [];
    });
  }

  private async renew(): Promise<void> {
    try {
      if (this.held.size > 0)
        await this.queue.renew(this.database.manager, [...this.held.values()], this.worker, LEASE_MS);
    } catch (error) {
      this.logger.warn(`leases could not be renewed: ${(error as Error).message}`);
    }
  }
}

/** Of a channel without targets: the one lane is always open. */
function stateOf({ sending: { limits = {} } }: QueuedChannel): LaneState {
  const { concurrency, perSecond } = { ...DEFAULT_LIMITS, ...limits };
  const burst = limits.burst ?? Math.max(1, perSecond);
  return { limits: { concurrency, perSecond, burst }, failing: false, paused: false, closed: false };
}
