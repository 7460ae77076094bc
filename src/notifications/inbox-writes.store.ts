import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import {
  findStatement,
  isoText,
  shapeColumns,
  withinReach,
  type Reach,
  type RowShape,
  type ShapedRow,
} from './projection.sql.js';
import { oneShaped } from './inbox.store.js';
import { IN_INBOX, type Placing } from './placing.js';
import { MARK_SEEN } from './seen.sql.js';

/** What a purge found. */
export type PurgeOutcome = 'purged' | 'not_in_trash';

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
  mark(
    manager: EntityManager,
    shape: RowShape,
    { userId, id, read, at, reach }: { userId: string; id: string; read: boolean; at: Date; reach: Reach },
  ): Promise<ShapedRow | undefined> {
    // What is in the trash, or set aside, is in no count.
    const delta = `${read ? '-' : ''}(${IN_INBOX})::int`;
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
    return this.changed(manager, shape, statement, [userId, id, read ? at : null], reach);
  }

  /**
   * Takes a notification that is not in the trash to another place, or to another time of its snooze; one that is there
   * already is answered as it is.
   */
  place(
    manager: EntityManager,
    shape: RowShape,
    { userId, id, at, placing }: { userId: string; id: string; at: Date; placing: Placing },
  ): Promise<ShapedRow | undefined> {
    const values = [userId, id, placing.to, placing.outOf, placing.read, placing.until, at];
    return this.changed(manager, shape, placeStatement(shape), values);
  }

  /** Moves a live notification to the trash. @returns its id, if there is such a one within reach */
  async trash(
    manager: EntityManager,
    { userId, id, at, reach }: { userId: string; id: string; at: Date; reach: Reach },
  ): Promise<string | undefined> {
    const { rows } = await this.database.execute<{ id: string }>(manager, TRASH[reach], [userId, id, at]);
    return rows[0]?.id;
  }

  /** Takes a notification out of the trash, to where it was before; a live one is answered as it is. */
  restore(
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
          INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, event_id, scope, unread_delta, live_delta)
          SELECT user_id, coalesce(team_id, ''), ${ARRIVED}, id, event_id, ${STATE},
            (place = 'inbox' AND read_at IS NULL)::int, (place = 'inbox')::int FROM changed
        )
        SELECT ${shapeColumns(shape)} FROM changed n`,
    };
    return this.changed(manager, shape, statement, [userId, id]);
  }

  /** Deletes a notification that is in the trash, for good. */
  async purge(manager: EntityManager, userId: string, id: string): Promise<PurgeOutcome | undefined> {
    const { rows } = await this.database.execute<{ live: boolean }>(manager, PURGE, [userId, id]);
    return rows[0] && (rows[0].live ? 'not_in_trash' : 'purged');
  }

  /** All that is committed now is seen. */
  async markSeen(manager: EntityManager, userId: string): Promise<void> {
    await this.database.execute(manager, MARK_SEEN, [userId]);
  }

  /** A notification of a user (the first two values) as a statement has changed it, or else as it is. */
  private async changed(
    manager: EntityManager,
    shape: RowShape,
    statement: Statement,
    values: unknown[],
    reach: Reach = 'live',
  ): Promise<ShapedRow | undefined> {
    const changed = await oneShaped(this.database, manager, shape, statement, values);
    return (
      changed ?? oneShaped(this.database, manager, shape, findStatement(shape, reach), values.slice(0, 2))
    );
  }
}

/** The kind of the change by which a row comes to where it is, for streams. */
const ARRIVED = `CASE place WHEN 'inbox' THEN 'restored' ELSE 'moved' END`;
/** What else it says. */
const STATE = `CASE WHEN place <> 'inbox' THEN
  jsonb_strip_nulls(jsonb_build_object('state', place, 'snoozed_until', ${isoText('snoozed_until')})) END`;

// What the row becomes is found out with it locked, so that it is made of its newest version.
const placeStatement = (shape: RowShape): Statement => ({
  name: `place.${shape.name}`,
  text: `
    WITH former AS MATERIALIZED (
      SELECT id, place, read_at, snoozed_until,
        CASE WHEN $3::text IS NOT NULL THEN $3 WHEN place = ANY($4::text[]) THEN 'inbox' ELSE place END AS new_place,
        CASE $5::boolean WHEN true THEN coalesce(read_at, $7::timestamptz) WHEN false THEN NULL ELSE read_at END
          AS new_read_at,
        CASE WHEN $3 = 'snoozed' THEN $6::timestamptz WHEN $3 IS NULL AND place <> ALL($4) THEN snoozed_until END
          AS new_until
      FROM :schema.notifications WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE
    ), changed AS (
      UPDATE :schema.notifications n SET place = f.new_place, read_at = f.new_read_at, snoozed_until = f.new_until,
        archived_at = CASE f.new_place WHEN 'archived' THEN coalesce(n.archived_at, $7) END
      FROM former f
      WHERE n.user_id = $1 AND n.id = $2 AND (f.new_place <> f.place OR f.new_read_at IS DISTINCT FROM f.read_at
        OR f.new_until IS DISTINCT FROM f.snoozed_until)
      RETURNING n.*, f.place AS former_place, f.read_at AS former_read_at
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, event_id, scope, unread_delta, live_delta)
      SELECT user_id, coalesce(team_id, ''), CASE former_place || place WHEN 'inboxinbox' THEN 'read' ELSE ${ARRIVED} END,
        id, event_id, ${STATE},
        (place = 'inbox' AND read_at IS NULL)::int - (former_place = 'inbox' AND former_read_at IS NULL)::int,
        (place = 'inbox')::int - (former_place = 'inbox')::int
      FROM changed
    )
    SELECT ${shapeColumns(shape)} FROM changed n`,
});

const trashStatement = (reach: Reach): Statement => ({
  name: `trash.${reach}`,
  text: `
    WITH changed AS (
      UPDATE :schema.notifications SET deleted_at = $3
      WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL
      RETURNING user_id, id, team_id, read_at, place
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, unread_delta, live_delta)
      SELECT user_id, coalesce(team_id, ''), 'deleted', id,
        -(place = 'inbox' AND read_at IS NULL)::int, -(place = 'inbox')::int FROM changed
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
