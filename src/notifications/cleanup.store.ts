import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { execute, type Statement } from '../database/execute.js';

/**
 * Deletes notifications for good, a batch at a time. Rows that somebody else holds locked are left for the next
 * batch, so that the clean-up never waits for a request, nor a request for more than a batch.
 */
@Injectable()
export class NotificationCleanupStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /** Deletes notifications that were moved to the trash before a time. @returns how many */
  async deleteTrash(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return count(await execute(manager, DELETE_TRASH, [before, limit]));
  }

  /** Deletes notifications that were made before a time, wherever they are. @returns how many */
  async deleteOld(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return count(await execute(manager, DELETE_OLD, [before, limit]));
  }

  /** How many {@link deleteTrash} would delete in all. */
  countTrash(before: Date): Promise<number> {
    return this.countBy(COUNT_TRASH, before);
  }

  /** How many {@link deleteOld} would delete in all, after {@link deleteTrash} has deleted its own. */
  countOld(before: Date, trashBefore: Date): Promise<number> {
    return this.countBy(COUNT_OLD, before, trashBefore);
  }

  private async countBy(statement: Statement, ...times: Date[]): Promise<number> {
    return count(await execute(this.dataSource.manager, statement, times));
  }
}

function count({ rows }: { rows: object[] }): number {
  return Number((rows[0] as { count: string } | undefined)?.count ?? 0);
}

// What is in the trash counts nowhere, so there is nothing to correct.
const DELETE_TRASH = {
  name: 'cleanup.deleteTrash',
  text: `
    WITH expired AS MATERIALIZED (
      SELECT user_id, id FROM carillon.notifications
      WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM carillon.notifications n USING expired e WHERE n.user_id = e.user_id AND n.id = e.id
      RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const DELETE_OLD = {
  name: 'cleanup.deleteOld',
  text: `
    WITH expired AS MATERIALIZED (
      SELECT user_id, id FROM carillon.notifications WHERE created_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM carillon.notifications n USING expired e WHERE n.user_id = e.user_id AND n.id = e.id
      RETURNING n.user_id, coalesce(n.team_id, '') AS team_id, n.read_at, n.deleted_at
    ), change AS (
      INSERT INTO carillon.inbox_changes (user_id, team_id, kind, unread_delta, live_delta)
      SELECT user_id, team_id, 'count', -count(*) FILTER (WHERE read_at IS NULL), -count(*)
      FROM gone WHERE deleted_at IS NULL GROUP BY user_id, team_id
    )
    SELECT count(*) FROM gone`,
};

const COUNT_TRASH = {
  name: 'cleanup.countTrash',
  text: 'SELECT count(*) FROM carillon.notifications WHERE deleted_at < $1',
};

const COUNT_OLD = {
  name: 'cleanup.countOld',
  text: `SELECT count(*) FROM carillon.notifications
    WHERE created_at < $1 AND (deleted_at IS NULL OR deleted_at >= $2)`,
};
