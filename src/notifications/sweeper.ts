import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Rounds } from '../common/rounds.js';
import { retryDeadlocks } from '../database/retry.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { InboxChanges } from './inbox-changes.js';
import { SweepStore } from './sweep.store.js';

/** Of one statement: some tens of milliseconds. */
const BATCH = 1_000;

/**
 * The loop that wakes snoozed notifications and ends those that expire. Any number of processes may run it on one
 * database: each batch is one statement, so that wherever a process is killed it has happened or it has not.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Inbox');
  private readonly rounds = new Rounds(
    () => this.sweep(),
    ({ message }) =>
      this.logger.warn(`snoozed and expired notifications will be looked at again: ${message}`),
  );

  constructor(
    private readonly database: WorkerDatabase,
    private readonly store: SweepStore,
    private readonly changes: InboxChanges,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.rounds.stop();
  }

  private async sweep(): Promise<boolean> {
    // What has expired need not come back first.
    await this.all((manager) => this.store.expire(manager, BATCH));
    await this.all((manager) => this.store.wake(manager, BATCH));
    return false;
  }

  /** Until a batch is not full: there is no more, or what is left is another process's. */
  private async all(sweep: (manager: EntityManager) => Promise<number>): Promise<void> {
    let swept: number;
    do {
      swept = await retryDeadlocks(() => sweep(this.database.manager));
      if (swept > 0) this.changes.announce();
    } while (swept === BATCH && !this.rounds.stopped);
  }
}
