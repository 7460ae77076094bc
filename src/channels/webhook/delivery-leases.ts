import { Injectable, Logger } from '@nestjs/common';
import { v4 } from 'uuid';
import { LOWEST_ID } from '../../common/ids.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { DeliveryQueueStore, type ClaimedDelivery, type DueLane } from './delivery-queue.store.js';

/** A killed process's work is taken over after this, and it must be so within a minute. */
const LEASE_MS = 45_000;

/** Often enough that two renewals may fail. */
const RENEW_MS = 15_000;

/** Endpoints that one look goes through. */
const SCAN_LANES = 256;

/** The deliveries that this process holds, and its place in the queue. */
@Injectable()
export class DeliveryLeases {
  /** Names this process as the holder; another one, or the same after a restart, is another holder. */
  readonly worker = v4();

  private readonly logger = new Logger('Webhooks');
  private readonly held = new Map<string, ClaimedDelivery>();
  private cursor = LOWEST_ID;
  private timer: NodeJS.Timeout | undefined;
  private renewal: Promise<void> | undefined;

  constructor(
    private readonly database: WorkerDatabase,
    private readonly queue: DeliveryQueueStore,
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

  /**
   * Endpoints with pending work, from where the last look ended; `atEnd` when these were the last.
   * @param served endpoints that are known to have more: it is not looked whether that is due
   */
  async look(served: string[]): Promise<{ lanes: DueLane[]; atEnd: boolean }> {
    const lanes = await this.queue.scan(this.database.manager, this.cursor, SCAN_LANES, served);
    const atEnd = lanes.length < SCAN_LANES;
    this.cursor = atEnd ? LOWEST_ID : (lanes.at(-1)?.endpointId ?? LOWEST_ID);
    return { lanes, atEnd };
  }

  async claim(lanes: { endpointId: string; room: number }[]): Promise<ClaimedDelivery[]> {
    const claimed = await this.queue.claim(this.database.manager, lanes, this.worker, LEASE_MS);
    // When renewals failed for too long, what is still being worked on here may come back: once is enough.
    const fresh = claimed.filter(({ id }) => !this.held.has(id));
    for (const delivery of fresh) this.held.set(delivery.id, delivery);
    return fresh;
  }

  /** They are written down. */
  settle(deliveries: readonly ClaimedDelivery[]): void {
    for (const { id } of deliveries) this.held.delete(id);
  }

  /** Gives back what was not attempted. If that fails, the leases run out. */
  async release(deliveries: readonly ClaimedDelivery[]): Promise<void> {
    this.settle(deliveries);
    try {
      await this.queue.release(this.database.manager, [...deliveries], this.worker);
    } catch (error) {
      this.logger.warn(`leases could not be given back: ${(error as Error).message}`);
    }
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
