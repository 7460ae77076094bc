import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LOWEST_ID, lowestId } from '../../common/ids.js';
import { Database } from '../../database/database.js';

/** An endpoint that has deliveries. */
export interface DeliveredEndpoint {
  userId: string;
  endpointId: string;
  /** Its oldest delivery is. */
  old: boolean;
}

/** Deletes for good, a batch at a time, what is over: finished deliveries, and endpoints in the trash. */
@Injectable()
export class WebhookCleanupStore {
  constructor(private readonly database: Database) {}

  /**
   * The next endpoints of all that have deliveries, in the order of the primary key, and whether their oldest is from
   * before a time: one look into the index for each.
   * @param after the last endpoint of the call before
   */
  async nextEndpoints(
    after: DeliveredEndpoint | undefined,
    before: Date,
    limit: number,
  ): Promise<DeliveredEndpoint[]> {
    const { userId, endpointId } = after ?? { userId: '', endpointId: LOWEST_ID };
    const values = [userId, endpointId, lowestId(before.getTime()), limit];
    return (await this.database.execute<DeliveredEndpoint>(this.database.manager, NEXT_ENDPOINTS, values))
      .rows;
  }

  /** Deletes deliveries to these endpoints that finished before a time, with their attempts. @returns how many */
  deleteDeliveries(
    manager: EntityManager,
    endpoints: readonly DeliveredEndpoint[],
    before: Date,
    limit: number,
  ): Promise<number> {
    const userIds = endpoints.map(({ userId }) => userId);
    const endpointIds = endpoints.map(({ endpointId }) => endpointId);
    const values = [userIds, endpointIds, lowestId(before.getTime()), before, limit];
    return this.database.executeCount(manager, DELETE_DELIVERIES, values);
  }

  /**
   * Deletes endpoints that were moved to the trash before a time, with their secrets, once they have no deliveries any
   * more: those are found through them. @returns how many
   */
  deleteEndpoints(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE_ENDPOINTS, [before, limit]);
  }

  /** How many {@link deleteDeliveries} would delete in all. */
  countDeliveries(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_DELIVERIES, [
      lowestId(before.getTime()),
      before,
    ]);
  }

  /** How many {@link deleteEndpoints} would delete in all. */
  countEndpoints(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_ENDPOINTS, [before]);
  }
}

// As for the retention of notifications: within an endpoint the primary key has the oldest first.
const NEXT_ENDPOINTS = {
  name: 'cleanup.nextEndpoints',
  text: `
    WITH RECURSIVE walk AS (
      (SELECT user_id, target_id, id, 1 AS step FROM :schema.deliveries
        WHERE (user_id, target_id) > ($1, $2::uuid) ORDER BY user_id, target_id, id LIMIT 1)
      UNION ALL
      SELECT next.user_id, next.target_id, next.id, walk.step + 1 FROM walk CROSS JOIN LATERAL (
        SELECT d.user_id, d.target_id, d.id FROM :schema.deliveries d
        WHERE (d.user_id, d.target_id) > (walk.user_id, walk.target_id)
        ORDER BY d.user_id, d.target_id, d.id LIMIT 1
      ) next WHERE walk.step < $4
    )
    SELECT user_id AS "userId", target_id AS "endpointId", id < $3 AS old FROM walk ORDER BY step`,
};

// None has finished before it was made.
const DELETE_DELIVERIES = {
  name: 'cleanup.deleteDeliveries',
  text: `
    WITH old AS MATERIALIZED (
      SELECT over.user_id, over.target_id, over.id
      FROM unnest($1::text[], $2::uuid[]) AS e(user_id, target_id) CROSS JOIN LATERAL (
        SELECT d.user_id, d.target_id, d.id FROM :schema.deliveries d
        WHERE d.user_id = e.user_id AND d.target_id = e.target_id AND d.id < $3
          AND d.status <> 'pending' AND d.finished_at < $4
        ORDER BY d.id LIMIT $5 FOR UPDATE SKIP LOCKED
      ) over LIMIT $5
    ), attempts AS (
      DELETE FROM :schema.delivery_attempts a USING old
      WHERE a.user_id = old.user_id AND a.delivery_id = old.id
    ), gone AS (
      DELETE FROM :schema.deliveries d USING old
      WHERE d.user_id = old.user_id AND d.target_id = old.target_id AND d.id = old.id RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

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

const COUNT_DELIVERIES = {
  name: 'cleanup.countDeliveries',
  text: `SELECT count(*) FROM :schema.deliveries
    WHERE id < $1 AND status <> 'pending' AND finished_at < $2`,
};

const COUNT_ENDPOINTS = {
  name: 'cleanup.countEndpoints',
  text: `SELECT count(*) FROM :schema.webhook_endpoints e WHERE ${IN_TRASH}`,
};
