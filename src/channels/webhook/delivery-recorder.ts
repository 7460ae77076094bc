import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isOfTheData } from '../../database/data-error.js';
import { WorkerDatabase } from '../../database/worker-database.js';
import { retryDeadlocks } from '../../database/retry.js';
import { DeliveryQueueStore } from './delivery-queue.store.js';
import { EndpointDisabler } from './endpoint-disabler.js';
import { healthOf, withoutAttempt, type Finished } from './outcome.js';

/** In one statement. */
const MAX_BATCH = 500;

/** For outcomes to gather: three hundred at once cost PostgreSQL a fifth less each than a hundred. */
const GATHER_MS = 20;

/** Between tries while the database cannot be reached. */
const RETRY_MS = 1_000;

/** An endpoint is disabled when it did nothing but fail for five days (the time Svix gives), and not just once or twice. */
const FAILING = { forMs: 5 * 24 * 60 * 60 * 1000, atLeast: 5 };

const GAVE_UP = 'every attempt failed for 5 days';
const GONE = 'the target answered 410 Gone';
const UNWRITABLE = 'the outcome of the attempt could not be written down';

/**
 * Writes outcomes down, many at once. While the database cannot be reached they are kept and tried again; one that it
 * refuses for what is in it does not keep the others waiting.
 */
@Injectable()
export class DeliveryRecorder {
  private readonly logger = new Logger('Webhooks');
  private readonly buffer: Finished[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly database: WorkerDatabase,
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
    this.writing ??= this.write(worker, written).catch((error: unknown) => {
      this.writing = undefined;
      this.logger.error('outcomes were written down, but not all was done after that', error);
    });
  }

  /** Waits until everything so far is written. */
  async idle(): Promise<void> {
    await this.writing;
  }

  private async write(worker: string, written: (batch: Finished[]) => void): Promise<void> {
    while (this.buffer.length > 0) {
      if (this.buffer.length < MAX_BATCH) await sleep(GATHER_MS);
      const batch = this.buffer.splice(0, MAX_BATCH);
      await this.writeBatch(batch, worker);
      written(batch);
    }
    // In the same turn as the look into the buffer: what is added after that needs another writer.
    this.writing = undefined;
  }

  private async writeBatch(batch: Finished[], worker: string): Promise<void> {
    // The batch stays the same from try to try: all of it was written, or none.
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.record(batch, worker, tries > 1);
      } catch (error) {
        if (isOfTheData(error)) return this.writeEach(batch, worker, error as Error);
        this.logger.error(`deliveries could not be recorded, trying again: ${(error as Error).message}`);
        await sleep(RETRY_MS);
      }
    }
  }

  /** Nothing of a batch was written because of what is in it: each is tried by itself, to find the one at fault. */
  private async writeEach(batch: Finished[], worker: string, { message }: Error): Promise<void> {
    const [one, ...others] = batch;
    if (others.length > 0) {
      for (const each of batch) await this.writeBatch([each], worker);
    } else if (one) {
      this.logger.error(`the outcome of delivery ${one.outcome.id} cannot be recorded: ${message}`);
      // Closed instead, so that it is not sent again each time its lease ends.
      if (one.verdict) await this.writeBatch([withoutAttempt(one.delivery, UNWRITABLE)], worker);
    }
  }

  /** @param unsure an earlier try may have been committed, and only its answer lost */
  private async record(batch: Finished[], worker: string, unsure: boolean): Promise<void> {
    const { manager } = this.database;
    const outcomes = batch.map(({ outcome }) => outcome);
    const isDone = unsure && (await this.queue.isRecorded(manager, outcomes));
    const failed = isDone
      ? []
      : await retryDeadlocks(() => this.queue.record(manager, outcomes, healthOf(batch), worker, FAILING));
    for (const endpoint of failed) await this.disabler.disable(endpoint, GAVE_UP);
    for (const { delivery, verdict } of batch)
      if (verdict === 'gone')
        await this.disabler.disable({ userId: delivery.userId, id: delivery.endpointId }, GONE);
  }
}
