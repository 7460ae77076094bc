import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lowestId } from '../common/ids.js';
import { Database } from '../database/database.js';
import { IN_INBOX } from './placing.js';

/** A user who has notifications. */
export interface RetainedUser {
  userId: string;
  /** The oldest is. */
  old: boolean;
}

/**
 * Deletes notifications for good, a batch at a time. Rows that somebody else holds locked are left for the next
 * batch, so that the clean-up never waits for a request, nor a request for more than a batch.
 */
@Injectable()
export class NotificationCleanupStore {
  constructor(private readonly database: Database) {}

  /** Deletes notifications that were moved to the trash before a time. @returns how many */
  deleteTrash(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE_TRASH, [before, limit]);
  }

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

  /** Deletes the former ids of notifications that are there no more. @returns how many */
  deleteFormerIds(manager: EntityManager, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE_FORMER_IDS, [limit]);
  }

  /** How many {@link deleteFormerIds} would delete in all. */
  countFormerIds(): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_FORMER_IDS, []);
  }

  /** How many {@link deleteTrash} would delete in all. */
  countTrash(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_TRASH, [before]);
  }

  /** How many {@link deleteOld} would delete of all users, after {@link deleteTrash} has deleted its own. */
  countOld(before: Date, trashBefore: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_OLD, [
      lowestId(before.getTime()),
      trashBefore,
    ]);
  }
}

// What is in the trash counts nowhere, so there is nothing to correct.
const DELETE_TRASH = {
  name: 'cleanup.deleteTrash',
  text: `
    WITH expired AS MATERIALIZED (
      SELECT user_id, id FROM :schema.notifications
      WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM :schema.notifications n USING expired e WHERE n.user_id = e.user_id AND n.id = e.id
      RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

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

// There are few: of notifications that came to the top again more than once.
const ORPHANS = `FROM :schema.former_ids f WHERE NOT EXISTS (
      SELECT FROM :schema.notifications n WHERE n.user_id = f.user_id AND n.origin_id = f.origin_id)`;

const DELETE_FORMER_IDS = {
  name: 'cleanup.deleteFormerIds',
  text: `
    WITH orphans AS MATERIALIZED (
      SELECT f.user_id, f.id ${ORPHANS} LIMIT $1 FOR UPDATE OF f SKIP LOCKED
    ), gone AS (
      DELETE FROM :schema.former_ids f USING orphans o WHERE f.user_id = o.user_id AND f.id = o.id
      RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const COUNT_FORMER_IDS = { name: 'cleanup.countFormerIds', text: `SELECT count(*) ${ORPHANS}` };

const COUNT_TRASH = {
  name: 'cleanup.countTrash',
  text: 'SELECT count(*) FROM :schema.notifications WHERE deleted_at < $1',
};

const COUNT_OLD = {
  name: 'cleanup.countOld',
  text: `SELECT count(*) FROM :schema.notifications
    WHERE id < $1 AND ${IS_OVER} AND (deleted_at IS NULL OR deleted_at >= $2)`,
};
