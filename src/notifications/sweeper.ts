import { Injectable, Logger } from '@nestjs/common';
import { Rounds } from '../common/rounds.js';
import type { Statement } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { InboxWakeup } from './inbox-wakeup.js';
import { EXPIRE, WAKE } from './sweep.sql.js';

/** Of one statement: some tens of milliseconds. */
const BATCH = 1_000;

/**
 * The loop that wakes snoozed notifications and ends those that expire. Any number of processes may run it on one
 * database: each batch is one statement, so that wherever a process is killed it has happened or it has not.
 */
@Injectable()
export class Sweeper extends Rounds {
  constructor(
    private readonly database: WorkerDatabase,
    private readonly wakeup: InboxWakeup,
  ) {
    super('snoozed and expired notifications', new Logger('Inbox'));
  }

  protected override async look(): Promise<boolean> {
    // What has expired need not come back first.
    for (const statement of [EXPIRE, WAKE]) await this.sweep(statement);
    return false;
  }

  /** Until a batch is not full: there is no more, or what is left is another process's. */
  private async sweep(statement: Statement): Promise<void> {
    let swept: number;
    do {
      swept = await retryDeadlocks(() =>
        this.database.executeCount(this.database.manager, statement, [BATCH]),
      );
      if (swept > 0) this.wakeup.wake();
    } while (swept === BATCH && !this.stopped);
  }
}
