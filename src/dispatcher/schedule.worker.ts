import { Injectable, Logger } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { Clock } from '../common/clock.js';
import { Rounds } from '../common/rounds.js';
import { isOfTheData } from '../database/data-error.js';
import { retryDeadlocks } from '../database/retry.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { NotifyStore } from './notify.store.js';
import { prepare, type PreparedEvent } from './prepare.js';
import { ScheduleStore, type DueEvent } from './schedule.store.js';
import { Wakeups } from './wakeups.js';

const EXPIRED = 'it had expired before it could be sent';

/** Recipients of one transaction, unless a single event has more: some hundred milliseconds. */
const BATCH_RECIPIENTS = 2_000;

/**
 * The loop that sends scheduled events when their time has come. Any number of processes may run it on one database: one
 * transaction takes events, writes them out and marks them as sent, so that wherever a process is killed each is sent once.
 */
@Injectable()
export class ScheduleWorker extends Rounds {
  /** One event in each transaction, to find the one that cannot be written. */
  private oneByOne = false;

  constructor(
    private readonly database: WorkerDatabase,
    private readonly schedule: ScheduleStore,
    private readonly store: NotifyStore,
    private readonly catalogue: Catalogue,
    private readonly wakeups: Wakeups,
    private readonly clock: Clock,
  ) {
    super('scheduled events', new Logger('Schedule'));
  }

  protected override async look(): Promise<boolean> {
    if ((await this.schedule.isDue(this.database.manager)) && (await this.turn()) > 0) return true;
    this.oneByOne = false;
    return false;
  }

  /** @returns how many events were due, of those that one turn takes */
  private async turn(): Promise<number> {
    let taken: DueEvent[] = [];
    try {
      const queued = await retryDeadlocks(() =>
        this.database.transaction(async (manager) => {
          taken = await this.schedule.take(manager, this.oneByOne ? 1 : BATCH_RECIPIENTS);
          const { ready, over } = this.resolve(taken);
          for (const [event, reason] of over) await this.fail(event, reason, manager);
          return ready.length > 0 ? this.store.insert(manager, ready, 'scheduled') : 0;
        }),
      );
      this.wakeups.wake(queued);
    } catch (error) {
      if (!isOfTheData(error)) throw error;
      // Nothing was written because of what is in one of them: its fault is not its neighbours'.
      this.oneByOne = taken.length > 1;
      const [event] = taken;
      if (event && !this.oneByOne)
        await this.fail(event, `it cannot be written: ${(error as Error).message}`);
    }
    return taken.length;
  }

  /** What the catalogue says now. The types of some may be gone, and others are late by more than they have to live. */
  private resolve(events: readonly DueEvent[]): { ready: PreparedEvent[]; over: [DueEvent, string][] } {
    const ready: PreparedEvent[] = [];
    const over: [DueEvent, string][] = [];
    const now = this.clock.now();
    for (const event of events) {
      const type = this.catalogue.find(event.type);
      if (!type) over.push([event, this.catalogue.unknown(event.type)]);
      else if (event.expiresAt !== null && event.expiresAt <= now) over.push([event, EXPIRED]);
      else ready.push(prepare(event, type, event.source, now, event.id));
    }
    return { ready, over };
  }

  private async fail({ id }: DueEvent, reason: string, manager = this.database.manager): Promise<void> {
    this.logger.error(`scheduled event ${id} was not sent: ${reason}`);
    await this.schedule.fail(manager, id, reason);
  }
}
