import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { DeliveryStatus } from '../../common/delivery-status.js';

/** A delivery as its owner sees it. */
export interface Delivery {
  id: string;
  event: string;
  status: DeliveryStatus;
  attempts: number;
  /** Of the last attempt. */
  responseStatus: number | null;
  error: string | null;
  createdAt: Date;
  /** Null when there is none to come. */
  nextAttemptAt: Date | null;
  deliveredAt: Date | null;
}

/** The deliveries of an endpoint, for its owner, and the clean-up of finished ones. */
@Injectable()
export class DeliveriesStore {
  constructor(private readonly database: Database) {}

  /** Newest first. @param afterId the id of the last row of the page before */
  async list(
    userId: string,
    endpointId: string,
    afterId: string | undefined,
    limit: number,
  ): Promise<Delivery[]> {
    const values = [userId, endpointId, afterId ?? HIGHEST_ID, limit];
    return (await this.database.execute<Delivery>(this.database.manager, LIST, values)).rows;
  }

  /** Puts a delivery into the queue again, at the beginning of its schedule when it had finished. */
  async requeue(
    manager: EntityManager,
    userId: string,
    endpointId: string,
    id: string,
  ): Promise<Delivery | undefined> {
    return (await this.database.execute<Delivery>(manager, REQUEUE, [userId, endpointId, id])).rows[0];
  }
}

const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const COLUMNS = `id, event, status, attempts, response_status AS "responseStatus", error,
  created_at AS "createdAt", next_attempt_at AS "nextAttemptAt",
  CASE WHEN status = 'delivered' THEN finished_at END AS "deliveredAt"`;

const LIST = {
  name: 'webhooks.list-deliveries',
  text: `
    SELECT ${COLUMNS} FROM :schema.deliveries
    WHERE user_id = $1 AND target_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4`,
};

const REQUEUE = {
  name: 'webhooks.requeue-delivery',
  text: `
    UPDATE :schema.deliveries SET status = 'pending', next_attempt_at = now(), finished_at = NULL,
      schedule_start = CASE WHEN status = 'pending' THEN schedule_start ELSE attempts END
    WHERE user_id = $1 AND target_id = $2 AND id = $3
    RETURNING ${COLUMNS}`,
};
