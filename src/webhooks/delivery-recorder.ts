import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { retryDeadlocks } from '../database/retry.js';
import { DeliveryQueueStore } from './delivery-queue.store.js';
import { EndpointDisabler } from './endpoint-disabler.js';
import { healthOf, type Finished } from './outcome.js';

/** In one statement; while it runs, the next ones gather. */
const MAX_BATCH = 500;

/** Between tries while the database cannot be reached. */
const RETRY_MS = 1_000;

/** An endpoint is disabled when it did nothing but fail for five days (the time Svix gives), and not just once or twice. */
const FAILING = { forMs: 5 * 24 * 60 * 60 * 1000, atLeast: 5 };

const GAVE_UP = 'every attempt failed for 5 days';
const GONE = 'the target answered 410 Gone';

/** Writes outcomes down, many at once. One that cannot be written is kept and tried again. */
@Injectable()
export class DeliveryRecorder {
  private readonly logger = new Logger('Webhooks');
  private readonly buffer: Finished[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly queue: DeliveryQueueStore,
    private readonly disabler: EndpointDisabler,
  ) {}

  /**
   * @param worker who holds the leases
   * @param written called for each batch once it is in the database
   */
  add(finished: Finished[], worker: string, written: (batch: Finished[]) => void): void {
    if (finished.length === 0) return;
    this.buffer.push(...finished);
    this.writing ??= this.write(worker, written).finally(() => (this.writing = undefined));
  }

  /** Waits until everything so far is written. */
  async idle(): Promise<void> {
    await this.writing;
  }

  private async write(worker: string, written: (batch: Finished[]) => void): Promise<void> {
    // Let whatever finishes in this turn of the event loop join the batch.
    await sleep(0);
    while (this.buffer.length > 0) {
      const batch = this.buffer.slice(0, MAX_BATCH);
      try {
        await this.record(batch, worker);
      } catch (error) {
        this.logger.error(`deliveries could not be recorded, trying again: ${(error as Error).message}`);
        await sleep(RETRY_MS);
        continue;
      }
      this.buffer.splice(0, batch.length);
      written(batch);
    }
  }

  private async record(batch: Finished[], worker: string): Promise<void> {
    const outcomes = batch.map(({ outcome }) => outcome);
    const failed = await retryDeadlocks(() =>
      this.queue.record(this.dataSource.manager, outcomes, healthOf(batch), worker, FAILING),
    );
    for (const endpoint of failed) await this.disabler.disable(endpoint, GAVE_UP);
    for (const { delivery, verdict } of batch)
      if (verdict === 'gone')
        await this.disabler.disable({ userId: delivery.userId, id: delivery.endpointId }, GONE);
  }
}
