import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import {
  findStatement,
  shapeColumns,
  shapeRow,
  withinReach,
  type Reach,
  type RowShape,
  type ShapedRow,
} from './projection.sql.js';

/** What a purge found. */
export type PurgeOutcome = 'purged' | 'not_in_trash' | 'not_found';

/**
 * Writes to an inbox. Each is one statement that changes the rows and, with them, writes the change that keeps the
 * counters exact and that the relay announces after the commit: neither can happen without the other.
 *
 * The update itself asks whether there is anything to change, of the row's newest version, so that of two requests at
 * once a change is counted once. What it did not change is read by a statement of its own, which sees what the other did.
 */
@Injectable()
export class InboxWritesStore {
  constructor(private readonly database: Database) {}

  /** Marks a notification read or unread; one that is so already is answered as it is. */
  async mark(
    manager: EntityManager,
    shape: RowShape,
    change: { userId: string; id: string; read: boolean; at: Date; reach: Reach },
  ): Promise<ShapedRow | undefined> {
    const { userId, id, read, at, reach } = change;
    // What is in the trash is in no count.
    const delta = `${read ? '-' : ''}(deleted_at IS NULL)::int`;
    const statement = {
      name: `mark.${shape.name}.${read}.${reach}`,
      text: `
        WITH changed AS (
          UPDATE :schema.notifications SET read_at = $3
          WHERE user_id = $1 AND id = $2 AND read_at IS ${read ? 'NULL' : 'NOT NULL'}${withinReach(reach)}
          RETURNING *
        ), change AS (
          INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, unread_delta)
          SELECT user_id, coalesce(team_id, ''), 'read', id, ${delta} FROM changed
        )
        SELECT ${shapeColumns(shape)} FROM changed n`,
    };
    return (
      (await this.one(manager, shape, statement, [userId, id, read ? at : null])) ??
      this.one(manager, shape, findStatement(shape, reach), [userId, id])
    );
  }

  /** Moves a live notification to the trash. @returns whether there is such a one within reach */
  async trash(
    manager: EntityManager,
    change: { userId: string; id: string; at: Date; reach: Reach },
  ): Promise<boolean> {
    const { rows } = await this.database.execute(manager, TRASH[change.reach], [
      change.userId,
      change.id,
      change.at,
    ]);
    return rows.length === 1;
  }

  /** Takes a notification out of the trash; a live one is answered as it is. */
  async restore(
    manager: EntityManager,
    shape: RowShape,
    userId: string,
    id: string,
  ): Promise<ShapedRow | undefined> {
    const statement = {
      name: `restore.${shape.name}`,
      text: `
        WITH changed AS (
          UPDATE :schema.notifications SET deleted_at = NULL
          WHERE user_id = $1 AND id = $2 AND deleted_at IS NOT NULL
          RETURNING *
        ), change AS (
          INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, event_id, unread_delta, live_delta)
          SELECT user_id, coalesce(team_id, ''), 'restored', id, event_id, (read_at IS NULL)::int, 1 FROM changed
        )
        SELECT ${shapeColumns(shape)} FROM changed n`,
    };
    return (
      (await this.one(manager, shape, statement, [userId, id])) ??
      this.one(manager, shape, findStatement(shape, 'live'), [userId, id])
    );
  }

  /** Deletes a notification that is in the trash, for good. */
  async purge(manager: EntityManager, userId: string, id: string): Promise<PurgeOutcome> {
    const { rows } = await this.database.execute<{ live: boolean }>(manager, PURGE, [userId, id]);
    if (!rows[0]) return 'not_found';
    return rows[0].live ? 'not_in_trash' : 'purged';
  }

  private async one(
    manager: EntityManager,
    shape: RowShape,
    statement: Statement,
    values: unknown[],
  ): Promise<ShapedRow | undefined> {
    const { rows } = await this.database.executeArrays<[string, string]>(manager, statement, values);
    return rows[0] && shapeRow(shape, rows[0][0], rows[0][1]);
  }
}

const trashStatement = (reach: Reach): Statement => ({
  name: `trash.${reach}`,
  text: `
    WITH changed AS (
      UPDATE :schema.notifications SET deleted_at = $3
      WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL
      RETURNING user_id, id, team_id, read_at
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, unread_delta, live_delta)
      SELECT user_id, coalesce(team_id, ''), 'deleted', id, -(read_at IS NULL)::int, -1 FROM changed
    )
    SELECT id FROM ${reach === 'live' ? 'changed' : ':schema.notifications WHERE user_id = $1 AND id = $2'}`,
});

const TRASH = { live: trashStatement('live'), all: trashStatement('all') };

const PURGE = {
  name: 'purge',
  text: `
    WITH current AS MATERIALIZED (
      SELECT deleted_at FROM :schema.notifications WHERE user_id = $1 AND id = $2 FOR UPDATE
    ), gone AS (
      DELETE FROM :schema.notifications n USING current
      WHERE n.user_id = $1 AND n.id = $2 AND current.deleted_at IS NOT NULL
    )
    SELECT deleted_at IS NULL AS live FROM current`,
};
