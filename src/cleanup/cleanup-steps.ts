import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { RetentionOptions } from '../config/options.js';
import { EventsCleanupStore } from '../dispatcher/events-cleanup.store.js';
import { IdempotencyStore } from '../dispatcher/idempotency.store.js';
import { WebhookCleanupStore } from '../webhooks/cleanup.store.js';
import { NotificationCleanupStore } from '../notifications/cleanup.store.js';

/** One kind of rows that get too old. */
export interface CleanupStep {
  name: string;
  /** Removes at most `limit` rows, by itself a whole transaction. */
  remove: (manager: EntityManager, limit: number) => Promise<number>;
  count: () => Promise<number>;
}

/** Answers are remembered for at least 24 hours; twice that leaves room for a clean-up that ran late. */
const IDEMPOTENCY_DAYS = 2;

const DAY_MS = 86_400_000;

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
        remove: (manager, limit) => this.notifications.deleteTrash(manager, trash, limit),
        count: () => this.notifications.countTrash(trash),
      },
      ...this.retention(retention, before, trash),
      {
        name: 'webhook deliveries',
        remove: (manager, limit) => this.webhooks.deleteDeliveries(manager, deliveries, limit),
        count: () => this.webhooks.countDeliveries(deliveries),
      },
      {
        name: 'webhook endpoints in the trash',
        remove: (manager, limit) => this.webhooks.deleteEndpoints(manager, trash, limit),
        count: () => this.webhooks.countEndpoints(trash),
      },
      {
        name: 'events',
        remove: (manager, limit) => this.events.deleteEvents(manager, events, limit),
        count: () => this.events.countEvents(events),
      },
      {
        name: 'idempotency keys',
        remove: (manager, limit) => this.idempotency.forget(manager, keys, limit),
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
        remove: (manager, limit) => this.notifications.deleteOld(manager, old, limit),
        count: () => this.notifications.countOld(old, trash),
      },
    ];
  }
}
