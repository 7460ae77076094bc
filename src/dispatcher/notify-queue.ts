import { Injectable } from '@nestjs/common';
import { CarillonError } from '../common/errors.js';
import { isOfTheData } from '../database/data-error.js';
import { Database } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { NotifyStore } from './notify.store.js';
import type { PreparedEvent } from './prepare.js';

/** Statements that run at once: one is being written while the next one fills up. More only split the batches. */
const STATEMENTS = 2;
/** Recipients in one statement, unless a single event has more: enough to share a commit, few enough to be quick. */
const BATCH_RECIPIENTS = 256;
/** Recipients that wait at the most. Beyond it a caller is told to come back: memory is not a place to queue. */
const QUEUE_RECIPIENTS = 100_000;

interface Waiting {
  event: PreparedEvent;
  resolve: (deliveries: number) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: events of callers that come at the same time are written in one statement and share its round trip
 * and its commit. A caller waits for its own event's commit, and gets its own error; nothing is answered before.
 */
@Injectable()
export class NotifyQueue {
  private readonly waiting: Waiting[] = [];
  private recipients = 0;
  private running = 0;

  constructor(
    private readonly database: Database,
    private readonly store: NotifyStore,
  ) {}

  /**
   * @returns once it is committed: how many deliveries the statement that wrote it queued
   * @throws CarillonError `overloaded` when too much is waiting already
   */
  write(event: PreparedEvent): Promise<number> {
    if (this.recipients > 0 && this.recipients + event.userIds.length > QUEUE_RECIPIENTS) {
      throw new CarillonError('overloaded', 'Too many events are waiting to be stored.', undefined, 1);
    }
    this.recipients += event.userIds.length;
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
      if (this.running < STATEMENTS) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running += 1;
    // Callers of the same turn of the event loop go together.
    await Promise.resolve();
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      await this.writeBatch(batch);
    }
    this.running -= 1;
  }

  /** The events of the next statement; a single one may have more recipients than a batch. */
  private take(): Waiting[] {
    let recipients = 0;
    const tooMany = this.waiting.findIndex(({ event }, index) => {
      recipients += event.userIds.length;
      return index > 0 && recipients > BATCH_RECIPIENTS;
    });
    return this.waiting.splice(0, tooMany === -1 ? this.waiting.length : tooMany);
  }

  private async writeBatch(batch: Waiting[]): Promise<void> {
    try {
      const queued = await this.insert(batch);
      for (const { resolve } of batch) resolve(queued);
    } catch (error) {
      if (batch.length === 1 || !isOfTheData(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One event's fault is not its neighbours': nothing was written, so each is tried by itself.
      for (const one of batch) await this.insert([one]).then(one.resolve, one.reject);
    } finally {
      for (const { event } of batch) this.recipients -= event.userIds.length;
    }
  }

  private insert(batch: Waiting[]): Promise<number> {
    const events = batch.map(({ event }) => event);
    return retryDeadlocks(() => this.store.insert(this.database.manager, events));
  }
}
