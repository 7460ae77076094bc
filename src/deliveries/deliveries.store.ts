import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DeliveryStatus } from '../common/delivery-status.js';
import { LOWEST_ID, lowestId } from '../common/ids.js';
import { columnsOf } from '../database/columns.js';
import { Database } from '../database/database.js';
import type { DeliveryKey } from './queue.store.js';
import { REDELIVERED, WITHDRAWN } from './timing/timing.js';
import type { TargetKey } from './sending-channel.js';

/** A delivery as its owner sees it. */
export interface ListedDelivery {
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

type RequeuedRow = ListedDelivery & { withdrawn: boolean };

/** Which deliveries of a target are listed. */
export interface DeliveriesPage {
  /** The id of the last row of the page before. */
  afterId?: string;
  limit: number;
}

/** A target that has deliveries. */
export interface UsedTarget extends TargetKey {
  /** Its oldest delivery is. */
  old: boolean;
}

/** The deliveries of a target, for its owner, and the clean-up of finished ones. */
@Injectable()
export class DeliveriesStore {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list({ userId, targetId }: TargetKey, page: DeliveriesPage): Promise<ListedDelivery[]> {
    const values = [userId, targetId, page.afterId ?? HIGHEST_ID, page.limit];
    return (await this.database.execute<ListedDelivery>(this.database.manager, LIST, values)).rows;
  }

  /**
   * Puts a delivery into the queue again, at the beginning of its schedule when it had finished. What has been called back is left as
   * it is, whether or not it had been sent before.
   */
  async requeue(manager: EntityManager, key: DeliveryKey): Promise<ListedDelivery | 'withdrawn' | undefined> {
    const values = [key.userId, key.targetId, key.id];
    const { rows } = await this.database.execute<RequeuedRow>(manager, REQUEUE, values);
    if (!rows[0]) return undefined;
    const { withdrawn, ...delivery } = rows[0];
    return withdrawn ? 'withdrawn' : delivery;
  }

  /**
   * What had been delivered came back, with all that it told of.
   * @param error why it has not come after all; null: it has
   * @returns whether there is such a delivery, and it had been delivered
   */
  async takeBack(manager: EntityManager, key: DeliveryKey, error: string | null): Promise<boolean> {
    const { userId, targetId, id } = key;
    return (await this.database.executeCount(manager, TAKE_BACK, [userId, targetId, id, error])) > 0;
  }

  /**
   * The next targets of all that have deliveries, in the order of the primary key, and whether their oldest is from
   * before a time: one look into the index for each.
   * @param after the last target of the call before
   */
  async nextTargets(after: UsedTarget | undefined, before: Date, limit: number): Promise<UsedTarget[]> {
    const { userId, targetId } = after ?? { userId: '', targetId: LOWEST_ID };
    const values = [userId, targetId, lowestId(before.getTime()), limit];
    return (await this.database.execute<UsedTarget>(this.database.manager, NEXT_TARGETS, values)).rows;
  }

  /** Deletes deliveries to these targets that finished before a time, with their attempts. @returns how many */
  deleteOld(
    manager: EntityManager,
    targets: readonly TargetKey[],
    before: Date,
    limit: number,
  ): Promise<number> {
    const keys = columnsOf(targets, 'userId', 'targetId');
    const values = [...keys, lowestId(before.getTime()), before, limit];
    return this.database.executeCount(manager, DELETE_OLD, values);
  }

  /** How many {@link deleteOld} would delete in all. */
  countOld(before: Date): Promise<number> {
    const values = [lowestId(before.getTime()), before];
    return this.database.executeCount(this.database.manager, COUNT_OLD, values);
  }
}

const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const COLUMNS = `id, event, status, attempts, response_status AS "responseStatus", error,
  created_at AS "createdAt", next_attempt_at AS "nextAttemptAt",
  CASE WHEN status = 'delivered' THEN finished_at END AS "deliveredAt"`;

const LIST = {
  name: 'deliveries.list',
  text: `
    SELECT ${COLUMNS} FROM :schema.deliveries
    WHERE user_id = $1 AND target_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4`,
};

// What it told of besides is told again with it.
const REQUEUE = {
  name: 'deliveries.requeue',
  text: `
    WITH known AS MATERIALIZED (
      SELECT user_id, target_id, id, 'pending' AS next_status, now() AS at, '${REDELIVERED}' AS reason
      FROM :schema.deliveries WHERE user_id = $1 AND target_id = $2 AND id = $3
      UNION ALL
      SELECT user_id, target_id, id, 'waiting', NULL, NULL FROM :schema.deliveries
      WHERE part_of = $3 AND user_id = $1 AND target_id = $2 AND status IN ('delivered', 'failed', 'skipped')
    ), queued AS (
      UPDATE :schema.deliveries d SET status = known.next_status, next_attempt_at = known.at, finished_at = NULL,
        reason = known.reason, due_at = NULL,
        schedule_start = CASE WHEN d.finished_at IS NULL THEN d.schedule_start ELSE d.attempts END
      FROM known WHERE d.user_id = known.user_id AND d.target_id = known.target_id AND d.id = known.id
        AND d.status <> 'cancelled' AND d.reason IS DISTINCT FROM '${WITHDRAWN}'
      RETURNING d.*
    )
    SELECT ${COLUMNS}, queued.id IS NULL AS withdrawn FROM known LEFT JOIN queued USING (id) WHERE id = $3`,
};

// What came back before is known too. What it told of besides came back with it.
const TAKE_BACK = {
  name: 'deliveries.takeBack',
  text: `
    WITH known AS MATERIALIZED (
      SELECT user_id, target_id, id FROM :schema.deliveries
      WHERE user_id = $1 AND target_id = $2 AND id = $3 AND finished_at IS NOT NULL AND status IN ('delivered', 'failed')
      UNION ALL
      SELECT user_id, target_id, id FROM :schema.deliveries
      WHERE part_of = $3 AND user_id = $1 AND target_id = $2 AND finished_at IS NOT NULL AND status IN ('delivered', 'failed')
    ), changed AS (
      UPDATE :schema.deliveries d SET
        status = CASE WHEN $4::text IS NULL THEN d.status ELSE 'failed' END, error = coalesce($4, d.error)
      FROM known WHERE d.user_id = known.user_id AND d.target_id = known.target_id AND d.id = known.id
      RETURNING 1
    )
    SELECT count(*) FROM changed`,
};

// As for the retention of notifications: within a target the primary key has the oldest first.
const NEXT_TARGETS = {
  name: 'cleanup.nextTargets',
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
    SELECT user_id AS "userId", target_id AS "targetId", id < $3 AS old FROM walk ORDER BY step`,
};

// None has finished before it was made.
const DELETE_OLD = {
  name: 'cleanup.deleteDeliveries',
  text: `
    WITH old AS MATERIALIZED (
      SELECT over.user_id, over.target_id, over.id
      FROM unnest($1::text[], $2::uuid[]) AS e(user_id, target_id) CROSS JOIN LATERAL (
        SELECT d.user_id, d.target_id, d.id FROM :schema.deliveries d
        WHERE d.user_id = e.user_id AND d.target_id = e.target_id AND d.id < $3
          AND d.finished_at < $4
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

const COUNT_OLD = {
  name: 'cleanup.countDeliveries',
  text: `SELECT count(*) FROM :schema.deliveries
    WHERE id < $1 AND finished_at < $2`,
};
