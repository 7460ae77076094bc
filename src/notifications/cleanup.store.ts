import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lowestId } from '../common/ids.js';
import { Database } from '../database/database.js';
import { oldRows } from '../database/old-rows.sql.js';
import { IN_INBOX } from './placing.js';

/** A user who has notifications. */
export interface RetainedUser {
  userId: string;
  /** The oldest is. */
  old: boolean;
}

/**
 * Deletes notifications for good, a batch at a time. Rows that another transaction holds locked are left for the next
 * batch, so that the clean-up never waits for a request, nor a request for more than a batch.
 */
@Injectable()
export class NotificationCleanupStore {
  constructor(private readonly database: Database) {}

  /**
   * The next users of all who have notifications, in the order of the primary key, and whether their oldest is from
   * before a time: one look into the index for each.
   * @param after the last user of the call before
   */
  async nextUsers(after: RetainedUser | undefined, before: Date, limit: number): Promise<RetainedUser[]> {
    const values = [after?.userId ?? '', lowestId(before.getTime()), limit];
    return (await this.database.execute<RetainedUser>(this.database.manager, NEXT_USERS, values)).rows;
  }

  /** Deletes notifications of these users that were made before a time, wherever they are. @returns how many */
  deleteOld(
    manager: EntityManager,
    users: readonly RetainedUser[],
    before: Date,
    limit: number,
  ): Promise<number> {
    const userIds = users.map(({ userId }) => userId);
    return this.database.executeCount(manager, DELETE_OLD, [userIds, lowestId(before.getTime()), limit]);
  }

  /** How many {@link deleteOld} would delete of all users, after what is old in the trash is gone. */
  countOld(before: Date, trashBefore: Date): Promise<number> {
    const values = [lowestId(before.getTime()), trashBefore];
    return this.database.executeCount(this.database.manager, COUNT_OLD, values);
  }
}

// What is in the trash counts nowhere, so there is nothing to correct.
export const OLD_TRASH = oldRows('trash', 'notifications', 'deleted_at');

// Ids begin with the time: within a user the primary key has the oldest first. An index of ages over all users would
// have to be paid for by every notification that is ever made; this one is there.
const NEXT_USERS = {
  name: 'cleanup.nextUsers',
  text: `
    WITH RECURSIVE walk AS (
      (SELECT user_id, id, 1 AS step FROM :schema.notifications WHERE user_id > $1 ORDER BY user_id, id LIMIT 1)
      UNION ALL
      SELECT next.user_id, next.id, walk.step + 1 FROM walk CROSS JOIN LATERAL (
        SELECT n.user_id, n.id FROM :schema.notifications n WHERE n.user_id > walk.user_id
        ORDER BY n.user_id, n.id LIMIT 1
      ) next WHERE walk.step < $3
    )
    SELECT user_id AS "userId", id < $2 AS old FROM walk ORDER BY step`,
};

/** What a user has set aside until a time comes back at that time, however old it is. */
const IS_OVER = `(place <> 'snoozed' OR deleted_at IS NOT NULL)`;

const DELETE_OLD = {
  name: 'cleanup.deleteOld',
  text: `
    WITH expired AS MATERIALIZED (
      SELECT old.user_id, old.id FROM unnest($1::text[]) AS u(user_id) CROSS JOIN LATERAL (
        SELECT n.user_id, n.id FROM :schema.notifications n
        WHERE n.user_id = u.user_id AND n.id < $2 AND ${IS_OVER}
        ORDER BY n.id LIMIT $3 FOR UPDATE SKIP LOCKED
      ) old LIMIT $3
    ), gone AS (
      DELETE FROM :schema.notifications n USING expired e WHERE n.user_id = e.user_id AND n.id = e.id
      RETURNING n.user_id, coalesce(n.team_id, '') AS team_id, n.read_at, n.deleted_at, n.place
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, unread_delta, live_delta)
      SELECT user_id, team_id, 'count', -count(*) FILTER (WHERE read_at IS NULL), -count(*)
      FROM gone WHERE ${IN_INBOX} GROUP BY user_id, team_id
    )
    SELECT count(*) FROM gone`,
};

const COUNT_OLD = {
  name: 'cleanup.countOld',
  text: `SELECT count(*) FROM :schema.notifications
    WHERE id < $1 AND ${IS_OVER} AND (deleted_at IS NULL OR deleted_at >= $2)`,
};
