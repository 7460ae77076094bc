import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';

/** Deletes for good, a batch at a time, endpoints in the trash. */
@Injectable()
export class WebhookCleanupStore {
  constructor(private readonly database: Database) {}

  /**
   * Deletes endpoints that were moved to the trash before a time, with their secrets, once they have no deliveries any
   * more: those are found through them. @returns how many
   */
  deleteEndpoints(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE_ENDPOINTS, [before, limit]);
  }

  /** How many {@link deleteEndpoints} would delete in all. */
  countEndpoints(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_ENDPOINTS, [before]);
  }
}

const IN_TRASH = `e.deleted_at < $1 AND NOT EXISTS (
  SELECT FROM :schema.deliveries d WHERE d.user_id = e.user_id AND d.target_id = e.id)`;

const DELETE_ENDPOINTS = {
  name: 'cleanup.deleteEndpoints',
  text: `
    WITH gone AS (
      DELETE FROM :schema.webhook_endpoints WHERE (user_id, id) IN (
        SELECT user_id, id FROM :schema.webhook_endpoints e WHERE ${IN_TRASH} LIMIT $2 FOR UPDATE OF e SKIP LOCKED
      ) RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const COUNT_ENDPOINTS = {
  name: 'cleanup.countEndpoints',
  text: `SELECT count(*) FROM :schema.webhook_endpoints e WHERE ${IN_TRASH}`,
};
