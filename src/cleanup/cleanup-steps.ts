import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_MS } from '../common/time.js';
import { Catalogue } from '../catalogue/catalogue.js';
import type { RetentionOptions } from '../config/options.js';
import { Channels } from '../channels/registry.js';
import { channelTrash } from '../channels/trash.sql.js';
import { Database } from '../database/database.js';
import type { OldRows } from '../database/old-rows.sql.js';
import { OLD_KEYS } from '../dispatcher/idempotency.store.js';
import { OLD_EVENTS } from '../dispatcher/old-events.sql.js';
import { DeliveriesStore, type UsedTarget } from '../deliveries/deliveries.store.js';
import { OLD_DECISIONS } from '../deliveries/timing/throttle.store.js';
import { OLD_ACTIONS } from '../notifications/actions.store.js';
import { NotificationCleanupStore, OLD_TRASH, type RetainedUser } from '../notifications/cleanup.store.js';
import { OLD_FORMER_IDS } from '../notifications/former-ids.sql.js';

/** One kind of rows that get too old. */
export interface CleanupStep {
  name: string;
  /**
   * Removes all of them in batches of at most `limit` rows, each by itself a whole transaction, and says after each
   * how many it had. The caller decides when the next one runs, if at all.
   */
  remove: (manager: EntityManager, limit: number) => AsyncIterable<number>;
  count: () => Promise<number>;
}

/** Answers are remembered for at least 24 hours; twice that leaves room for a clean-up that ran late. */
const IDEMPOTENCY_DAYS = 2;

/** Users or targets that are looked at in one statement: some milliseconds. */
const GROUPS = 1_000;

/** What is cleaned up, and when it is old enough. Ages are spans of time, whatever time zone anything is in. */
@Injectable()
export class CleanupSteps {
  constructor(
    private readonly database: Database,
    private readonly notifications: NotificationCleanupStore,
    private readonly deliveries: DeliveriesStore,
    private readonly channels: Channels,
    private readonly catalogue: Catalogue,
  ) {}

  due(retention: RetentionOptions, now: Date): CleanupStep[] {
    const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const trash = before(retention.cleanupAfterDays);
    const events = before(retention.eventsDays);
    const deliveries = before(retention.deliveriesDays);
    // Reports show them for as long as their events; one that still counts stays.
    const decisions = new Date(
      Math.min(events.getTime(), now.getTime() - this.catalogue.throttles.longestMs),
    );
    const { retentionDays } = retention;
    return [
      this.rows('notifications in the trash', OLD_TRASH, trash),
      ...(retentionDays === undefined ? [] : [this.oldNotifications(before(retentionDays), trash)]),
      this.rows('former ids', OLD_FORMER_IDS),
      {
        name: 'deliveries',
        remove: (manager, limit) =>
          walk(
            limit,
            (after: UsedTarget | undefined) => this.deliveries.nextTargets(after, deliveries, GROUPS),
            (targets) => this.deliveries.deleteOld(manager, targets, deliveries, limit),
          ),
        count: () => this.deliveries.countOld(deliveries),
      },
      ...channelTrash(this.channels.all).map((targets) => this.rows(targets.name, targets, trash)),
      this.rows('events', OLD_EVENTS, events),
      // Reports show them for as long as their events.
      this.rows('taken actions', OLD_ACTIONS, events),
      this.rows('decisions of throttles', OLD_DECISIONS, decisions),
      this.rows('idempotency keys', OLD_KEYS, before(IDEMPOTENCY_DAYS)),
    ];
  }

  /** Those that one statement finds. @param values of the statements */
  private rows(name: string, { remove, count }: OldRows, ...values: Date[]): CleanupStep {
    return {
      name,
      remove: (manager, limit) =>
        batches(limit, () => this.database.executeCount(manager, remove, [...values, limit])),
      count: () => this.database.executeCount(this.database.manager, count, values),
    };
  }

  private oldNotifications(old: Date, trash: Date): CleanupStep {
    return {
      name: 'old notifications',
      remove: (manager, limit) =>
        walk(
          limit,
          (after: RetainedUser | undefined) => this.notifications.nextUsers(after, old, GROUPS),
          (users) => this.notifications.deleteOld(manager, users, old, limit),
        ),
      count: () => this.notifications.countOld(old, trash),
    };
  }
}

/**
 * From group to group of a primary key, such as a user's rows: each look goes on where the one before ended.
 * @param next the groups behind one, at most `GROUPS`
 * @param remove removes a batch of those of them that have something old
 */
async function* walk<Group extends { old: boolean }>(
  limit: number,
  next: (after: Group | undefined) => Promise<Group[]>,
  remove: (groups: Group[]) => Promise<number>,
): AsyncGenerator<number> {
  let last: Group | undefined;
  do {
    const groups = await next(last);
    const old = groups.filter((group) => group.old);
    if (old.length === 0) yield 0;
    else yield* batches(limit, () => remove(old));
    last = groups.length === GROUPS ? groups.at(-1) : undefined;
  } while (last !== undefined);
}

/** Until a batch is not full: there is no more, or what is left is locked by another transaction. */
async function* batches(limit: number, remove: () => Promise<number>): AsyncGenerator<number> {
  let removed: number;
  do {
    removed = await remove();
    yield removed;
  } while (removed === limit);
}
