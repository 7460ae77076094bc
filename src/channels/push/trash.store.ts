import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { ChannelTrash } from '../channel.js';

/** What is left of deleted subscriptions. */
@Injectable()
export class PushTrashStore implements ChannelTrash {
  readonly name = 'push subscriptions in the trash';

  constructor(private readonly database: Database) {}

  /** Once they have no deliveries any more: those are found through them. */
  delete(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE, [before, limit]);
  }

  count(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT, [before]);
  }
}

const IN_TRASH = `s.deleted_at < $1 AND NOT EXISTS (
  SELECT FROM :schema.deliveries d WHERE d.user_id = s.user_id AND d.target_id = s.id)`;

const DELETE = {
  name: 'cleanup.deleteSubscriptions',
  text: `
    WITH gone AS (
      DELETE FROM :schema.push_subscriptions WHERE (user_id, id) IN (
        SELECT user_id, id FROM :schema.push_subscriptions s WHERE ${IN_TRASH} LIMIT $2 FOR UPDATE OF s SKIP LOCKED
      ) RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const COUNT = {
  name: 'cleanup.countSubscriptions',
  text: `SELECT count(*) FROM :schema.push_subscriptions s WHERE ${IN_TRASH}`,
};
