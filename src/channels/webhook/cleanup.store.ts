import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { ChannelTrash } from '../channel.js';

/** Endpoints in the trash. */
@Injectable()
export class WebhookCleanupStore implements ChannelTrash {
  readonly name = 'webhook endpoints in the trash';

  constructor(private readonly database: Database) {}

  /** Once they have no deliveries any more: those are found through them. */
  delete(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE_ENDPOINTS, [before, limit]);
  }

  count(before: Date): Promise<number> {
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
