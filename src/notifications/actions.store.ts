import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import { oldRows } from '../database/old-rows.sql.js';
import { MODULE_SHAPE } from './inbox-notification.js';
import { IN_INBOX } from './placing.js';
import { isoText, shapeColumns, shapeRow, type RowShape, type ShapedRow } from './projection.sql.js';

/** A notification of which an action was asked for. */
export interface Asked {
  row: ShapedRow;
  /** Whether it has that action. */
  known: boolean;
  /** The id of the one that was taken; null: none yet. */
  taken: string | null;
  /** Of one that was taken just now, the row as handlers of the host are shown it. */
  forHandlers?: ShapedRow;
}

type Found = [id: string, json: string, known: boolean | null, taken: string | null];

/** The actions that users take. */
@Injectable()
export class ActionsStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes an action of a notification that is not in the trash, unless one has been taken, and marks it read: recorded for
   * the event's report, counted and announced by one statement. @returns undefined where there is no such notification
   */
  async take(
    manager: EntityManager,
    shape: RowShape,
    { userId, id, actionId, at }: { userId: string; id: string; actionId: string; at: Date },
  ): Promise<Asked | undefined> {
    const key = [userId, id, actionId];
    const take = takeStatement(shape);
    const taken = await this.database.executeArrays<[string, string, string]>(manager, take, [...key, at]);
    if (taken.rows[0]) {
      const [current, json, own] = taken.rows[0];
      const forHandlers = shapeRow(MODULE_SHAPE, current, own);
      return { row: shapeRow(shape, current, json), known: true, taken: actionId, forHandlers };
    }
    const asked = await this.database.executeArrays<Found>(manager, askStatement(shape), key);
    if (!asked.rows[0]) return undefined;
    const [current, json, known, other] = asked.rows[0];
    return { row: shapeRow(shape, current, json), known: known === true, taken: other };
  }

  /** What some users took of an event's actions, by user. */
  async ofEvent(eventId: string, userIds: string[]): Promise<Map<string, { id: string; at: Date }>> {
    const { manager } = this.database;
    const values = [userIds, eventId];
    const { rows } = await this.database.executeArrays<[string, string, Date]>(manager, OF_EVENT, values);
    return new Map(rows.map(([userId, id, at]) => [userId, { id, at }]));
  }
}

/** Whether a row has an action ($3); null for one that has none at all. */
const HAS = `extras -> 'actions' @> jsonb_build_array(jsonb_build_object('id', $3::text))`;

// Locked, the row is looked at in its newest version: of two requests at once the second finds what the first has taken.
const takeStatement = (shape: RowShape): Statement => ({
  name: `act.${shape.name}`,
  text: `
    WITH former AS MATERIALIZED (
      SELECT id, read_at FROM :schema.notifications
      WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL AND ${HAS} AND NOT extras ? 'action' FOR UPDATE
    ), changed AS (
      UPDATE :schema.notifications n SET read_at = coalesce(f.read_at, $4::timestamptz),
        extras = n.extras || jsonb_build_object('action', jsonb_build_object('id', $3::text, 'at', ${isoText('$4::timestamptz')}))
      FROM former f WHERE n.user_id = $1 AND n.id = $2
      RETURNING n.*, f.read_at AS former_read_at
    ), recorded AS (
      INSERT INTO :schema.taken_actions (user_id, event_id, action_id, taken_at)
      SELECT user_id, event_id, $3::text, $4::timestamptz FROM changed
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, unread_delta)
      SELECT user_id, coalesce(team_id, ''), 'read', id, -(former_read_at IS NULL AND ${IN_INBOX})::int FROM changed
    )
    SELECT ${shapeColumns(shape)}, ${MODULE_SHAPE.json} FROM changed n`,
});

const askStatement = (shape: RowShape): Statement => ({
  name: `act.ask.${shape.name}`,
  text: `SELECT ${shapeColumns(shape)}, ${HAS}, extras -> 'action' ->> 'id'
    FROM :schema.notifications n WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL`,
});

const OF_EVENT = {
  name: 'actions.ofEvent',
  text: `SELECT t.user_id, t.action_id, t.taken_at FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.taken_actions t ON t.user_id = u.user_id AND t.event_id = $2`,
};

export const OLD_ACTIONS = oldRows('actions', 'taken_actions', 'taken_at');
