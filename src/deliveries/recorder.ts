import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { groupedBy } from '../common/grouped.js';
import { isOfTheData } from '../database/data-error.js';
import { retryDeadlocks } from '../database/retry.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { Claims } from './claims.js';
import type { Lane } from './lanes/lane.js';
import { withoutAttempt } from './outcome.js';
import { QueueStore, type Outcome } from './queue.store.js';
import type { Attempted, QueuedChannel, SendResult } from './sending-channel.js';

/** In one statement, of which one is under way: with fewer, claims wait for room that outcomes in the queue for it take. */
const MAX_BATCH = 2_048;

/** For outcomes to gather: three hundred at once cost PostgreSQL a fifth less each than a hundred, more hardly any less. */
const GATHER_MS = 20;
const ENOUGH = 500;

/** Between tries while the database cannot be reached. */
const RETRY_MS = 1_000;

const UNWRITABLE = 'the outcome of the attempt could not be written down';

/** What became of a delivery that was claimed. */
export interface Finished {
  lane: Lane;
  outcome: Outcome;
  /** Undefined when no attempt was made. */
  result: SendResult | undefined;
}

/**
 * Writes outcomes down, many at once, and with them what they say about targets. While the database cannot be reached they
 * are kept and tried again; one that it refuses for what is in it does not keep the others waiting.
 */
@Injectable()
export class Recorder {
  private readonly logger = new Logger('Deliveries');
  private readonly buffer: Finished[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly database: WorkerDatabase,
    private readonly queue: QueueStore,
    private readonly claims: Claims,
  ) {}

  /** @param written called for each batch once it is in the database */
  add(finished: readonly Finished[], written: (batch: Finished[]) => void): void {
    if (finished.length === 0) return;
    this.buffer.push(...finished);
    this.writing ??= this.write(written).catch((error: unknown) => {
      this.writing = undefined;
      this.logger.error('outcomes were written down, but not all was done after that', error);
    });
  }

  /** Waits until everything so far is written. */
  async idle(): Promise<void> {
    await this.writing;
  }

  private async write(written: (batch: Finished[]) => void): Promise<void> {
    while (this.buffer.length > 0) {
      if (this.buffer.length < ENOUGH) await sleep(GATHER_MS);
      const batch = this.buffer.splice(0, MAX_BATCH);
      await this.writeBatch(batch);
      this.claims.settle(batch.map(({ outcome }) => outcome));
      written(batch);
    }
    // In the same turn as the look into the buffer: what is added after that needs another writer.
    this.writing = undefined;
  }

  private async writeBatch(batch: Finished[]): Promise<void> {
    // The batch stays the same from try to try: all of it was written, or none.
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.record(batch, tries > 1);
      } catch (error) {
        if (isOfTheData(error)) return this.writeHalves(batch, error as Error);
        this.logger.error(`deliveries could not be recorded, trying again: ${(error as Error).message}`);
        await sleep(RETRY_MS);
      }
    }
  }

  /** Nothing of a batch was written because of what is in it: it is halved until the one at fault is by itself. */
  private async writeHalves(batch: Finished[], { message }: Error): Promise<void> {
    const [one, ...others] = batch;
    if (others.length > 0) {
      const middle = batch.length >> 1;
      for (const half of [batch.slice(0, middle), batch.slice(middle)]) await this.writeBatch(half);
    } else if (one) {
      this.logger.error(`the outcome of delivery ${one.outcome.id} cannot be recorded: ${message}`);
      // Closed instead, so that it is not sent again each time its lease ends.
      const verdict = { verdict: 'failed', error: UNWRITABLE } as const;
      const outcome = withoutAttempt(one.outcome, verdict, one.outcome.parts);
      if (one.result) await this.writeBatch([{ ...one, outcome, result: undefined }]);
    }
  }

  /** @param unsure an earlier try may have been committed, and only its answer lost */
  private async record(batch: Finished[], unsure: boolean): Promise<void> {
    const outcomes = batch.map(({ outcome }) => outcome);
    const attempts = attemptsByChannel(batch);
    const isDone = unsure && (await this.queue.isRecorded(this.database.manager, outcomes));
    if (!isDone) {
      await retryDeadlocks(() =>
        this.database.transaction(async (manager) => {
          await this.queue.record(manager, outcomes, this.claims.worker);
          for (const [{ sending }, made] of attempts) await sending.targets?.record(manager, made);
        }),
      );
    }
    for (const [{ sending }, made] of attempts) await sending.targets?.recorded?.(made);
  }
}

/** Attempts that say something about their targets, by their channel. */
function attemptsByChannel(batch: readonly Finished[]): Map<QueuedChannel, Attempted[]> {
  const made = batch.flatMap(({ lane: { channel }, outcome: { userId, targetId }, result }) =>
    result && !result.fault && channel.sending.targets ? [{ channel, userId, targetId, result }] : [],
  );
  return groupedBy(made, ({ channel }) => channel);
}
