import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isOfTheData } from '../database/data-error.js';
import { retryDeadlocks } from '../database/retry.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { Claims } from './claims.js';
import type { Lane } from './lane.js';
import { withoutAttempt } from './outcome.js';
import { QueueStore, type Outcome } from './queue.store.js';
import type { Attempted, QueuedChannel, SendResult } from './sending-channel.js';

/** In one statement. */
const MAX_BATCH = 500;

/** For outcomes to gather: three hundred at once cost PostgreSQL a fifth less each than a hundred. */
const GATHER_MS = 20;

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
      if (this.buffer.length < MAX_BATCH) await sleep(GATHER_MS);
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
        if (isOfTheData(error)) return this.writeEach(batch, error as Error);
        this.logger.error(`deliveries could not be recorded, trying again: ${(error as Error).message}`);
        await sleep(RETRY_MS);
      }
    }
  }

  /** Nothing of a batch was written because of what is in it: each is tried by itself, to find the one at fault. */
  private async writeEach(batch: Finished[], { message }: Error): Promise<void> {
    const [one, ...others] = batch;
    if (others.length > 0) {
      for (const each of batch) await this.writeBatch([each]);
    } else if (one) {
      this.logger.error(`the outcome of delivery ${one.outcome.id} cannot be recorded: ${message}`);
      // Closed instead, so that it is not sent again each time its lease ends.
      const outcome = withoutAttempt(one.outcome, { verdict: 'failed', error: UNWRITABLE });
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
    for (const [{ sending }, made] of attempts) await sending.targets?.recorded(made);
  }
}

/** Attempts that say something about their targets, by their channel. */
function attemptsByChannel(batch: readonly Finished[]): Map<QueuedChannel, Attempted[]> {
  const attempts = new Map<QueuedChannel, Attempted[]>();
  for (const { lane, outcome, result } of batch) {
    if (!result || result.fault || !lane.channel.sending.targets) continue;
    const attempt = { userId: outcome.userId, targetId: outcome.targetId, result };
    const known = attempts.get(lane.channel);
    if (known) known.push(attempt);
    else attempts.set(lane.channel, [attempt]);
  }
  return attempts;
}
