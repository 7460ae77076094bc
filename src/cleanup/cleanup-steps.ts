import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_MS } from '../common/time.js';
import { Catalogue } from '../catalogue/catalogue.js';
import type { RetentionOptions } from '../config/options.js';
import { EventsCleanupStore } from '../dispatcher/events-cleanup.store.js';
import { IdempotencyStore } from '../dispatcher/idempotency.store.js';
import { ChannelTrashStore } from '../channels/trash.store.js';
import { DeliveriesStore, type UsedTarget } from '../deliveries/deliveries.store.js';
import { ThrottleStore } from '../deliveries/timing/throttle.store.js';
import { ActionsStore } from '../notifications/actions.store.js';
import { NotificationCleanupStore, type RetainedUser } from '../notifications/cleanup.store.js';

/** One kind of rows that get too old. */
export interface CleanupStep {
  name: string;
  /**
   * Removes all of them in batches of at most `limit` rows, each by itself a whole transaction, and says after each
   * how many it had. Whoever iterates decides when the next one runs, if at all.
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
    private readonly notifications: NotificationCleanupStore,
    private readonly actions: ActionsStore,
    private readonly events: EventsCleanupStore,
    private readonly idempotency: IdempotencyStore,
    private readonly deliveries: DeliveriesStore,
    private readonly throttle: ThrottleStore,
    private readonly channels: ChannelTrashStore,
    private readonly catalogue: Catalogue,
  ) {}

  due(retention: RetentionOptions, now: Date): CleanupStep[] {
    const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const trash = before(retention.cleanupAfterDays);
    const events = before(retention.eventsDays);
    const keys = before(IDEMPOTENCY_DAYS);
    const deliveries = before(retention.deliveriesDays);
    // Reports show them for as long as their events; one that still counts stays.
    const decisions = new Date(
      Math.min(events.getTime(), now.getTime() - this.catalogue.throttles.longestMs),
    );
    return [
      {
        name: 'notifications in the trash',
        remove: (manager, limit) =>
          batches(limit, () => this.notifications.deleteTrash(manager, trash, limit)),
        count: () => this.notifications.countTrash(trash),
      },
      ...this.retention(retention, before, trash),
      {
        name: 'former ids',
        remove: (manager, limit) => batches(limit, () => this.notifications.deleteFormerIds(manager, limit)),
        count: () => this.notifications.countFormerIds(),
      },
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
      ...this.channels.all.map((targets) => ({
        name: targets.name,
        remove: (manager: EntityManager, limit: number) =>
          batches(limit, () => this.channels.delete(manager, targets, trash, limit)),
        count: () => this.channels.count(targets, trash),
      })),
      {
        name: 'events',
        remove: (manager, limit) => batches(limit, () => this.events.deleteEvents(manager, events, limit)),
        count: () => this.events.countEvents(events),
      },
      {
        // Reports show them for as long as their events.
        name: 'taken actions',
        remove: (manager, limit) => batches(limit, () => this.actions.deleteOld(manager, events, limit)),
        count: () => this.actions.countOld(events),
      },
      {
        name: 'decisions of throttles',
        remove: (manager, limit) => batches(limit, () => this.throttle.deleteOld(manager, decisions, limit)),
        count: () => this.throttle.countOld(decisions),
      },
      {
        name: 'idempotency keys',
        remove: (manager, limit) => batches(limit, () => this.idempotency.forget(manager, keys, limit)),
        count: () => this.idempotency.countOld(keys),
      },
    ];
  }

  private retention(
    { retentionDays }: RetentionOptions,
    before: (days: number) => Date,
    trash: Date,
  ): CleanupStep[] {
    if (retentionDays === undefined) return [];
    const old = before(retentionDays);
    return [
      {
        name: 'old notifications',
        remove: (manager, limit) =>
          walk(
            limit,
            (after: RetainedUser | undefined) => this.notifications.nextUsers(after, old, GROUPS),
            (users) => this.notifications.deleteOld(manager, users, old, limit),
          ),
        count: () => this.notifications.countOld(old, trash),
      },
    ];
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

/** Until a batch is not full: there is no more, or what is left is locked by somebody. */
async function* batches(limit: number, remove: () => Promise<number>): AsyncGenerator<number> {
  let removed: number;
  do {
    removed = await remove();
    yield removed;
  } while (removed === limit);
}
