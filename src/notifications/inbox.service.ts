import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../common/clock.js';
import { CarillonError, notFound } from '../common/errors.js';
import { Database } from '../database/database.js';
import { retryDeadlocks } from '../database/retry.js';
import { ActionHandlers } from './action-handlers.js';
import { ActionsStore, type Asked } from './actions.store.js';
import { BulkService } from './bulk.service.js';
import type { Bulk } from './bulk.store.js';
import { actionIdProblem, type NotificationAction } from './extras.js';
import { InboxWakeup } from './inbox-wakeup.js';
import { notificationOf } from './inbox-notification.js';
import { InboxStore, type InboxCounts, type InboxPage } from './inbox.store.js';
import { InboxWritesStore } from './inbox-writes.store.js';
import { isIndexed, type InboxScope, type ListQuery } from './list.sql.js';
import { placingOf, type NotificationPatch } from './placing.js';
import { rowShape, type Reach, type RowShape, type ShapedRow } from './projection.sql.js';
import { Turns } from '../database/turns.js';

export { rowShape };
export type { InboxCounts, InboxPage, InboxScope, ListQuery, NotificationPatch, RowShape, ShapedRow };

/** A notification of which an action is taken. */
export interface Acted {
  row: ShapedRow;
  /** Under which id the log has what a handler of the host failed of, if one did. */
  fault: string | undefined;
}

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
    private readonly actions: ActionsStore,
    private readonly handlers: ActionHandlers,
    private readonly bulk: BulkService,
    private readonly turns: Turns,
    private readonly wakeup: InboxWakeup,
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

  /** How many are unread, and how many of these have come since the user looked, exactly. */
  counts(userId: string): Promise<InboxCounts> {
    return this.reads.counts(userId);
  }

  /** All that is there now is seen. It stays unread. */
  async markSeen(userId: string): Promise<void> {
    await this.write((manager) => this.writes.markSeen(manager, userId));
  }

  /**
   * A notification. Here and below one that came to the top again is found by the ids that it had before, too.
   * @throws CarillonError `not_found` when it is in the trash, another user's, or does not exist
   */
  get(shape: RowShape, userId: string, id: string | undefined): Promise<ShapedRow> {
    return this.ofOne(userId, id, (known) => this.reads.find(shape, userId, known));
  }

  /**
   * Marks a notification read or unread. A read one keeps its first `readAt`.
   * @param reach `all`: one in the trash is marked there
   * @throws `not_found` as for `get`
   */
  mark(
    shape: RowShape,
    userId: string,
    id: string | undefined,
    read: boolean,
    reach: Reach = 'live',
  ): Promise<ShapedRow> {
    const at = this.clock.now();
    return this.change(userId, id, (manager, known) =>
      this.writes.mark(manager, shape, { userId, id: known, read, reach, at }),
    );
  }

  /**
   * Does to a notification what a patch says: it is read, archived, or snoozed until a time.
   * @throws `not_found` as for `get`
   */
  patch(
    shape: RowShape,
    userId: string,
    id: string | undefined,
    patch: NotificationPatch,
  ): Promise<ShapedRow> {
    const placing = placingOf(patch);
    if (!placing) return this.mark(shape, userId, id, patch.read ?? true);
    const at = this.clock.now();
    return this.change(userId, id, (manager, known) =>
      this.writes.place(manager, shape, { userId, id: known, at, placing }),
    );
  }

  /**
   * Takes one of a notification's actions and marks it read; then it calls the host's handlers. The first one is recorded; the
   * same one again is answered as it is.
   * @throws CarillonError `not_found` as for `get`, and for an action that it does not have; `action_taken` after another one
   */
  async act(shape: RowShape, userId: string, id: string | undefined, actionId: string): Promise<Acted> {
    if (actionIdProblem(actionId) !== undefined) throw notFound('action');
    const at = this.clock.now();
    const asked = await this.change(userId, id, (manager, known) =>
      this.actions.take(manager, shape, { userId, id: known, actionId, at }),
    );
    const refusal = refusalOf(asked, actionId);
    if (refusal) throw refusal;
    if (!asked.forHandlers) return { row: asked.row, fault: undefined };
    const notification = notificationOf(asked.forHandlers);
    const action = notification.actions.find((one) => one.id === actionId) as NotificationAction;
    return {
      row: asked.row,
      fault: await this.handlers.call({ userId, action, at, notification }),
    };
  }

  /** Marks all unread notifications of a scope read. @returns how many @throws as {@link BulkService.change} */
  markAll(scope: Bulk['scope']): Promise<number> {
    return this.bulk.change({ kind: 'read', scope, at: this.clock.now() });
  }

  /** Archives all read notifications of a scope. @returns how many @throws as {@link BulkService.change} */
  archiveRead(scope: Bulk['scope']): Promise<number> {
    return this.bulk.change({ kind: 'archived', scope, at: this.clock.now() });
  }

  /**
   * Moves a notification to the trash.
   * @param reach `all`: one in the trash stays there, since when it was
   * @throws `not_found` as for `get`
   */
  trash(userId: string, id: string | undefined, reach: Reach = 'live'): Promise<string> {
    const at = this.clock.now();
    return this.change(userId, id, (manager, known) =>
      this.writes.trash(manager, { userId, id: known, reach, at }),
    );
  }

  /** Moves all read notifications of a scope to the trash. @returns how many @throws as {@link BulkService.change} */
  trashRead(scope: Bulk['scope']): Promise<number> {
    return this.bulk.change({ kind: 'deleted', scope, at: this.clock.now() });
  }

  /** Takes a notification out of the trash, to where it was; a live one is answered unchanged. @throws `not_found` */
  restore(shape: RowShape, userId: string, id: string | undefined): Promise<ShapedRow> {
    return this.change(userId, id, (manager, known) => this.writes.restore(manager, shape, userId, known));
  }

  /** Deletes a notification in the trash for good. @throws `not_found`; `not_in_trash` for a live one */
  async purge(userId: string, id: string | undefined): Promise<string> {
    const { outcome, purged } = await this.change(userId, id, async (manager, known) => {
      const result = await this.writes.purge(manager, userId, known);
      return result && { outcome: result, purged: known };
    });
    if (outcome === 'purged') return purged;
    throw new CarillonError('not_in_trash', 'Only a notification in the trash can be deleted for good.');
  }

  private change<T>(
    userId: string,
    id: string | undefined,
    work: (manager: EntityManager, id: string) => Promise<T | undefined>,
  ): Promise<T> {
    return this.ofOne(userId, id, (known) => this.write((manager) => work(manager, known)));
  }

  /** What was found of a notification, by its id or by one that it had before. @throws CarillonError `not_found` */
  private async ofOne<T>(
    userId: string,
    id: string | undefined,
    find: (id: string) => Promise<T | undefined>,
  ): Promise<T> {
    if (!id) throw notFound();
    let found = await find(id);
    if (found === undefined) {
      const current = await this.reads.currentId(userId, id);
      found = current === undefined ? undefined : await find(current);
    }
    if (found === undefined) throw notFound();
    return found;
  }

  private async write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await retryDeadlocks(() => work(this.database.manager));
    this.wakeup.wake();
    return result;
  }
}

/** Why an action cannot be taken: each notification has one, once. */
export function refusalOf({ known, taken }: Asked, actionId: string): CarillonError | undefined {
  if (known && taken === actionId) return undefined;
  if (!known || taken === null) return notFound('action');
  return new CarillonError('action_taken', `Another action has been taken: "${taken}".`);
}
