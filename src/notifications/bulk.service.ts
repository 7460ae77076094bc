import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { stopped } from '../common/errors.js';
import { Database } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { BulkStore, type Bulk } from './bulk.store.js';
import { InboxWakeup } from './inbox-wakeup.js';
import { Turns } from '../database/turns.js';

/**
 * Changes as many notifications of a user as there are, in batches that commit by themselves: no statement runs for
 * minutes, and every batch takes a turn, so that one user's millions leave the connections to others.
 */
@Injectable()
export class BulkService implements OnModuleDestroy {
  private readonly logger = new Logger('Inbox');
  private stopping = false;

  constructor(
    private readonly database: Database,
    private readonly store: BulkStore,
    private readonly turns: Turns,
    private readonly wakeup: InboxWakeup,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /**
   * Notifications that arrive meanwhile are left alone. Streams send one event, when all is done.
   * @returns how many were changed
   * @throws CarillonError `overloaded` when too many costly requests wait: nothing was changed then; `unavailable` when
   *   the process ends first: what was changed stays, and the same request does the rest
   */
  async change(bulk: Bulk): Promise<number> {
    const { userId } = bulk.scope;
    const batch = (before: string | undefined, begun: boolean) => () =>
      retryDeadlocks(() => this.store.change(this.database.manager, bulk, before, begun));
    let { changed, next } = await this.turns.take(userId, batch(undefined, false));
    try {
      while (next !== undefined) {
        if (this.stopping) throw stopped();
        const more = await this.turns.takeNext(userId, batch(next, changed > 0));
        changed += more.changed;
        next = more.next;
      }
    } catch (error) {
      await this.announcePart(userId);
      throw error;
    }
    this.wakeup.wake();
    return changed;
  }

  private async announcePart(userId: string): Promise<void> {
    try {
      await this.store.announceReset(this.database.manager, userId);
      this.wakeup.wake();
    } catch (error) {
      this.logger.warn(`a part of a change of many was not announced: ${(error as Error).message}`);
    }
  }
}
