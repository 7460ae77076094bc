import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DAY_MS } from '../common/time.js';
import type { RetentionOptions } from '../config/options.js';
import { EventsCleanupStore } from '../dispatcher/events-cleanup.store.js';
import { IdempotencyStore } from '../dispatcher/idempotency.store.js';
import { WebhookCleanupStore } from '../webhooks/cleanup.store.js';
import { NotificationCleanupStore } from '../notifications/cleanup.store.js';

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

/** Users who are looked at in one statement: some milliseconds. */
const USERS = 1_000;

/** What is cleaned up, and when it is old enough. Ages are spans of time, whatever time zone anything is in. */
@Injectable()
export class CleanupSteps {
  constructor(
    private readonly notifications: NotificationCleanupStore,
    private readonly events: EventsCleanupStore,
    private readonly idempotency: IdempotencyStore,
    private readonly webhooks: WebhookCleanupStore,
  ) {}

  due(retention: RetentionOptions, now: Date): CleanupStep[] {
    const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const trash = before(retention.cleanupAfterDays);
    const events = before(retention.eventsDays);
    const keys = before(IDEMPOTENCY_DAYS);
    const deliveries = before(retention.deliveriesDays);
    return [
      {
        name: 'notifications in the trash',
        remove: (manager, limit) =>
          batches(limit, () => this.notifications.deleteTrash(manager, trash, limit)),
        count: () => this.notifications.countTrash(trash),
      },
      ...this.retention(retention, before, trash),
      {
        name: 'webhook deliveries',
        remove: (manager, limit) =>
          batches(limit, () => this.webhooks.deleteDeliveries(manager, deliveries, limit)),
        count: () => this.webhooks.countDeliveries(deliveries),
      },
      {
        name: 'webhook endpoints in the trash',
        remove: (manager, limit) =>
          batches(limit, () => this.webhooks.deleteEndpoints(manager, trash, limit)),
        count: () => this.webhooks.countEndpoints(trash),
      },
      {
        name: 'events',
        remove: (manager, limit) => batches(limit, () => this.events.deleteEvents(manager, events, limit)),
        count: () => this.events.countEvents(events),
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
        remove: (manager, limit) => this.removeOld(manager, old, limit),
        count: () => this.notifications.countOld(old, trash),
      },
    ];
  }

  /** From user to user: each batch goes on where the one before ended. */
  private async *removeOld(manager: EntityManager, before: Date, limit: number): AsyncGenerator<number> {
    let last: string | undefined = '';
    while (last !== undefined) {
      const users = await this.notifications.nextUsers(last, before, USERS);
      const userIds = users.filter(({ old }) => old).map(({ userId }) => userId);
      if (userIds.length === 0) yield 0;
      else yield* batches(limit, () => this.notifications.deleteOld(manager, userIds, before, limit));
      last = users.length === USERS ? users[users.length - 1]?.userId : undefined;
    }
  }
}

/** Until a batch is not full: there is no more, or what is left is locked by somebody. */
async function* batches(limit: number, remove: () => Promise<number>): AsyncGenerator<number> {
  let removed: number;
  do {
    removed = await remove();
    yield removed;
  } while (removed === limit);
}
