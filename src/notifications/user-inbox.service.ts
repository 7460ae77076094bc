import { Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { explained } from '../common/database-failure.js';
import { CarillonError, invalidInput } from '../common/errors.js';
import { isUuidV7 } from '../common/ids.js';
import { parseId } from '../common/typeid.js';
import { checkInput, checkUserId } from '../common/validation.js';
import { MODULE_SHAPE, notificationOf, type InboxNotification } from './inbox-notification.js';
import { DEFAULT_LIMIT, InboxFilter, InboxQuery, Snooze } from './inbox-query.dto.js';
import { InboxService, type InboxCounts, type InboxScope, type NotificationPatch } from './inbox.service.js';

export interface NotificationPage {
  /** Newest first. */
  notifications: InboxNotification[];
  /** Goes on after this page as the `after` of the next query; null: this is the last one. */
  next: string | null;
}

/**
 * A user's inbox, for pages that a host makes itself: what the contracts' routes do, without HTTP. It does not ask who the
 * caller is: the host gives the id of a user whom it has authenticated, 1 to 128 characters.
 *
 * Every method may reject with a CarillonError: `invalid_input` naming every wrong place; `overloaded` when the database
 * takes too long, `unavailable` when it is away, each with what the database said as its cause.
 */
@Injectable()
export class UserInbox {
  constructor(
    private readonly inbox: InboxService,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * A page, newest first.
   * @throws CarillonError `unknown_type` naming the closest key; `invalid_cursor` for an `after` that is no `next`
   */
  async list(userId: string, query: InboxQuery = {}): Promise<NotificationPage> {
    const checked = checkInput(InboxQuery, query);
    const { read, trash, state, after, limit = DEFAULT_LIMIT } = checked;
    if (after !== undefined && !isUuidV7(after)) {
      throw new CarillonError('invalid_cursor', 'after is not the `next` of a page.');
    }
    const { rows } = await explained(
      this.inbox.list(MODULE_SHAPE, {
        ...this.scope(userId, checked),
        read,
        visibility: trash ? 'trash' : state,
        afterId: after,
        // Whether there is one more says whether there is a next page.
        limit: limit + 1,
      }),
    );
    const page = rows.slice(0, limit);
    const next = rows.length > limit ? (page.at(-1)?.id ?? null) : null;
    return { notifications: page.map(notificationOf), next };
  }

  /**
   * How many are unread, exactly; those in the trash are in no count.
   * @param teamId only this tenant's; null: those of no tenant
   */
  async unreadCount(userId: string, teamId?: string | null): Promise<number> {
    const scope = this.scope(userId, checkInput(InboxFilter, { teamId }));
    return explained(this.inbox.unreadCount(scope.userId, scope.teamId));
  }

  /** How many are unread, and how many of these have come since `markSeen`, exactly and of one moment. */
  async counts(userId: string): Promise<InboxCounts> {
    return explained(this.inbox.counts(checkUserId(userId)));
  }

  /** The user has looked at the inbox: what is there now is seen, and stays unread. */
  async markSeen(userId: string): Promise<void> {
    await explained(this.inbox.markSeen(checkUserId(userId)));
  }

  /** @throws CarillonError `not_found` when it is in the trash, another user's, or does not exist */
  async get(userId: string, id: string): Promise<InboxNotification> {
    return notificationOf(await explained(this.inbox.get(MODULE_SHAPE, checkUserId(userId), idOf(id))));
  }

  /**
   * Marks a notification read or unread. A read one keeps its first `readAt`.
   * @throws CarillonError `not_found` as for `get`
   */
  async mark(userId: string, id: string, read: boolean): Promise<InboxNotification> {
    if (typeof read !== 'boolean') throw invalidInput([{ path: 'read', message: 'must be true or false' }]);
    return notificationOf(
      await explained(this.inbox.mark(MODULE_SHAPE, checkUserId(userId), idOf(id), read)),
    );
  }

  /**
   * Marks all unread notifications read, or those that are meant.
   * @returns how many there were
   * @throws CarillonError `unknown_type`
   */
  async markAll(userId: string, filter: InboxFilter = {}): Promise<number> {
    return explained(this.inbox.markAll(this.scope(userId, checkInput(InboxFilter, filter))));
  }

  /** Moves a notification to the archive, read. @throws CarillonError `not_found` as for `get` */
  async archive(userId: string, id: string): Promise<InboxNotification> {
    return this.patch(userId, id, { archived: true });
  }

  /** Takes a notification out of the archive; another one stays as it is. @throws CarillonError `not_found` as for `get` */
  async unarchive(userId: string, id: string): Promise<InboxNotification> {
    return this.patch(userId, id, { archived: false });
  }

  /** Moves all read notifications of the inbox to the archive, or those that are meant. @returns and @throws as for `markAll` */
  async archiveRead(userId: string, filter: InboxFilter = {}): Promise<number> {
    return explained(this.inbox.archiveRead(this.scope(userId, checkInput(InboxFilter, filter))));
  }

  /**
   * Takes a notification out of the inbox until a time; then it is on top, unread.
   * @param until at most 366 days ahead; null: back into the inbox now
   * @throws CarillonError `not_found` as for `get`; `invalid_input` for a time that is over, or too far away
   */
  async snooze(userId: string, id: string, until: Date | null): Promise<InboxNotification> {
    return this.patch(userId, id, { snoozedUntil: checkInput(Snooze, { until }).until });
  }

  /**
   * Takes one of a notification's actions, and marks it read. The first one is recorded; the same one again changes nothing.
   * @throws CarillonError `not_found` as for `get`, and for an action that it does not have; `action_taken` after another one
   */
  async act(userId: string, id: string, actionId: string): Promise<InboxNotification> {
    const { row } = await explained(this.inbox.act(MODULE_SHAPE, checkUserId(userId), idOf(id), actionId));
    return notificationOf(row);
  }

  /** Moves a notification to the trash. @throws CarillonError `not_found` as for `get` */
  async trash(userId: string, id: string): Promise<void> {
    await explained(this.inbox.trash(checkUserId(userId), idOf(id)));
  }

  /** Moves all read notifications to the trash, or those that are meant. @returns and @throws as for `markAll` */
  async trashRead(userId: string, filter: InboxFilter = {}): Promise<number> {
    return explained(this.inbox.trashRead(this.scope(userId, checkInput(InboxFilter, filter))));
  }

  /** Takes a notification out of the trash; one that is not in it stays as it is. @throws CarillonError `not_found` */
  async restore(userId: string, id: string): Promise<InboxNotification> {
    return notificationOf(await explained(this.inbox.restore(MODULE_SHAPE, checkUserId(userId), idOf(id))));
  }

  /** Deletes a notification in the trash for good. @throws CarillonError `not_found`; `not_in_trash` */
  async purge(userId: string, id: string): Promise<void> {
    await explained(this.inbox.purge(checkUserId(userId), idOf(id)));
  }

  private async patch(userId: string, id: string, patch: NotificationPatch): Promise<InboxNotification> {
    return notificationOf(
      await explained(this.inbox.patch(MODULE_SHAPE, checkUserId(userId), idOf(id), patch)),
    );
  }

  private scope(userId: string, { type, teamId }: InboxFilter): InboxScope {
    const known = type === undefined ? undefined : this.catalogue.get(type).key;
    return { userId: checkUserId(userId), teamId, type: known };
  }
}

/** What is no id at all is not found, like any other that does not exist. */
function idOf(id: unknown): string | undefined {
  return typeof id === 'string' ? parseId(id) : undefined;
}
