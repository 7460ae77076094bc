import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../common/clock.js';
import { CarillonError, notFound } from '../common/errors.js';
import { Database } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { BulkService } from './bulk.service.js';
import type { Bulk } from './bulk.store.js';
import { InboxChanges } from './inbox-changes.js';
import { InboxStore, type InboxPage } from './inbox.store.js';
import { InboxWritesStore } from './inbox-writes.store.js';
import { isIndexed, type InboxScope, type ListQuery } from './list.sql.js';
import { rowShape, type Reach, type RowShape, type ShapedRow } from './projection.sql.js';
import { Turns } from './turns.js';

export { rowShape };
export type { InboxPage, InboxScope, ListQuery, RowShape, ShapedRow };

/**
 * What a user can do with their inbox. Contracts call nothing else: they bring the shape in which a row is shown,
 * and the rules are here.
 */
@Injectable()
export class InboxService {
  constructor(
    private readonly database: Database,
    private readonly reads: InboxStore,
    private readonly writes: InboxWritesStore,
    private readonly bulk: BulkService,
    private readonly turns: Turns,
    private readonly changes: InboxChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * A page, newest first.
   * @throws CarillonError `overloaded` when too many lists that are not read from an index wait
   */
  list(shape: RowShape, query: ListQuery): Promise<InboxPage> {
    const read = () => this.reads.list(shape, query);
    return isIndexed(query) ? read() : this.turns.take(query.userId, read);
  }

  /** How many are unread, exactly. @param teamId only this tenant's; null: those of no tenant */
  unreadCount(userId: string, teamId?: string | null): Promise<number> {
    return this.reads.unreadCount(userId, teamId);
  }

  /** @throws CarillonError `not_found` when it is in the trash, somebody else's, or does not exist */
  async get(shape: RowShape, userId: string, id: string | undefined): Promise<ShapedRow> {
    return present(id && (await this.reads.find(shape, userId, id)));
  }

  /**
   * Marks a notification read or unread. A read one keeps its first `readAt`.
   * @param reach `all`: one in the trash is marked there
   * @throws `not_found` as for `get`
   */
  async mark(
    shape: RowShape,
    userId: string,
    id: string | undefined,
    read: boolean,
    reach: Reach = 'live',
  ): Promise<ShapedRow> {
    return present(
      id &&
        (await this.write((manager) =>
          this.writes.mark(manager, shape, { userId, id, read, reach, at: this.clock.now() }),
        )),
    );
  }

  /** Marks all unread notifications of a scope read. @returns how many @throws as {@link BulkService.change} */
  markAll(scope: Bulk['scope']): Promise<number> {
    return this.bulk.change({ kind: 'read', scope, at: this.clock.now() });
  }

  /**
   * Moves a notification to the trash.
   * @param reach `all`: one in the trash stays there, since when it was
   * @throws `not_found` as for `get`
   */
  async trash(userId: string, id: string | undefined, reach: Reach = 'live'): Promise<string> {
    const found =
      id &&
      (await this.write((manager) =>
        this.writes.trash(manager, { userId, id, reach, at: this.clock.now() }),
      ));
    if (!found) throw notFound();
    return id;
  }

  /** Moves all read notifications of a scope to the trash. @returns how many @throws as {@link BulkService.change} */
  trashRead(scope: Bulk['scope']): Promise<number> {
    return this.bulk.change({ kind: 'deleted', scope, at: this.clock.now() });
  }

  /** Takes a notification out of the trash; a live one is answered unchanged. @throws `not_found` */
  async restore(shape: RowShape, userId: string, id: string | undefined): Promise<ShapedRow> {
    return present(id && (await this.write((manager) => this.writes.restore(manager, shape, userId, id))));
  }

  /** Deletes a notification in the trash for good. @throws `not_found`; `not_in_trash` for a live one */
  async purge(userId: string, id: string | undefined): Promise<string> {
    const outcome = id && (await this.write((manager) => this.writes.purge(manager, userId, id)));
    if (outcome === 'not_in_trash') {
      throw new CarillonError('not_in_trash', 'Only a notification in the trash can be deleted for good.');
    }
    if (!id || outcome !== 'purged') throw notFound();
    return id;
  }

  private async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await retryDeadlocks(() => work(this.database.manager));
    this.changes.announce();
    return result;
  }
}

function present<T>(row: T | undefined | ''): T {
  if (!row) throw notFound();
  return row;
}
