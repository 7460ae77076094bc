import { Injectable } from '@nestjs/common';
import { columnsOf } from '../database/columns.js';
import { Database, type Statement } from '../database/database.js';
import { LIST_FIELDS } from '../notifications/list-fields.js';
import { countSql } from '../notifications/list.sql.js';
import { unseenSql } from '../notifications/seen.sql.js';
import { shapeColumns, rowShape, shapeRow } from '../notifications/projection.sql.js';

/** An entry of the change log. */
export interface LogEntry {
  seq: number;
  userId: string;
  kind: 'created' | 'collapsed' | 'toast' | 'read' | 'moved' | 'deleted' | 'restored' | 'seen' | 'reset';
  /** Null for a change of many, and for a toast. */
  notificationId: string | null;
  eventId: string | null;
  toast: boolean;
  scope: LogScope | null;
}

/** What an entry says beside its ids. */
export interface LogScope {
  /** Of a change of many: when; `type` and `team_id` say which. */
  at?: string;
  type?: string;
  team_id?: string;
  /** Where it was moved to, and until when. */
  state?: string;
  snoozed_until?: string;
  /** The id under which the notification was known before it came to the top again. */
  replaces?: string;
}

/** A notification as it is now, which may be long after the entry that refers to it. */
export interface StreamRow {
  json: string;
  /** The JSON of what is shown beside; null: nothing. */
  extras: string | null;
  /** Of how many events it is. */
  count: number;
  /** Unread, and in the inbox: what was dealt with elsewhere need not be toasted to a page that comes back. */
  fresh: boolean;
}

export interface StreamCounts {
  unread: number;
  /** Null: the user has never said to have looked, and all that is unread is unseen. */
  unseen: number | null;
}

/** How a stream shows a notification: as the list does, and its level. */
const STREAM_SHAPE = rowShape({ name: 'stream', fields: { ...LIST_FIELDS, level: 'level' } });

/** Reads of the change log, for streams. */
@Injectable()
export class LogStore {
  constructor(private readonly database: Database) {}

  /** The newest number of the log, and the greatest one that has been pruned. */
  async bounds(): Promise<{ newest: number; pruned: number }> {
    const [bounds] = await this.read<{ newest: number; pruned: number }>(BOUNDS, []);
    return bounds ?? { newest: 0, pruned: 0 };
  }

  /** The entries after a number, of all users, oldest first. */
  since(seq: number, limit: number): Promise<LogEntry[]> {
    return this.read(SINCE, [seq, limit]);
  }

  /** One user's entries after a number, oldest first. */
  ofUserSince(userId: string, seq: number, limit: number): Promise<LogEntry[]> {
    return this.read(OF_USER_SINCE, [userId, seq, limit]);
  }

  /** Notifications, by their ids. Those that have been purged since are not there. */
  async notifications(keys: { userId: string; id: string }[]): Promise<Map<string, StreamRow>> {
    const values = columnsOf(keys, 'userId', 'id');
    const rows = await this.read<StreamRow & { id: string }>(NOTIFICATIONS, values);
    return new Map(
      rows.map(({ id, json, ...rest }) => [id, { json: shapeRow(STREAM_SHAPE, id, json).json, ...rest }]),
    );
  }

  /** The JSON of toasts that have no notification, by the ids of their events; what has expired is not toasted any more. */
  async toasts(eventIds: string[]): Promise<Map<string, string>> {
    const rows = await this.read<{ id: string; json: string }>(TOASTS, [eventIds]);
    return new Map(rows.map(({ id, json }) => [id, json]));
  }

  /** The exact counts of several users. */
  async counts(userIds: string[]): Promise<Map<string, StreamCounts>> {
    const rows = await this.read<StreamCounts & { userId: string }>(COUNTS, [userIds]);
    return new Map(rows.map(({ userId, ...counts }) => [userId, counts]));
  }

  private async read<Row extends object>(statement: Statement, values: unknown[]): Promise<Row[]> {
    return (await this.database.execute<Row>(this.database.manager, statement, values)).rows;
  }
}

// Numbers are cast to doubles, which are numbers to the driver as well: it reads a bigint as a text.
const BOUNDS = {
  name: 'log.bounds',
  text: `SELECT coalesce((SELECT max(seq) FROM :schema.inbox_log), pruned_seq)::float8 AS newest,
      pruned_seq::float8 AS pruned FROM :schema.inbox_log_state`,
};

const ENTRIES = `SELECT l.seq::float8, l.user_id AS "userId", l.kind, l.notification_id AS "notificationId",
    l.event_id AS "eventId", l.toast, l.scope FROM :schema.inbox_log l`;

const SINCE = { name: 'log.since', text: `${ENTRIES} WHERE l.seq > $1 ORDER BY l.seq LIMIT $2` };

const OF_USER_SINCE = {
  name: 'log.ofUserSince',
  text: `${ENTRIES} WHERE l.user_id = $1 AND l.seq > $2 ORDER BY l.seq LIMIT $3`,
};

const NOTIFICATIONS = {
  name: 'log.notifications',
  text: `SELECT ${shapeColumns(STREAM_SHAPE)}, n.extras::text AS extras, n.count,
      n.read_at IS NULL AND n.place = 'inbox' AND n.deleted_at IS NULL AS fresh
    FROM unnest($1::text[], $2::uuid[]) AS k(user_id, id)
    JOIN :schema.notifications n ON n.user_id = k.user_id AND n.id = k.id`,
};

const TOASTS = {
  name: 'log.toasts',
  text: `SELECT e.id, json_build_object('event_id', e.id, 'type', e.type, 'level', e.level, 'title', e.title,
      'body', e.body, 'link', e.link,
      'created_at', to_char(coalesce(e.sent_at, e.created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text AS json
    FROM :schema.events e WHERE e.id = ANY($1::uuid[]) AND e.status <> 'withdrawn'
      AND (e.expires_at IS NULL OR e.expires_at > now())`,
};

const COUNTS = {
  name: 'log.counts',
  text: `SELECT u.user_id AS "userId", (${countSql('unread', 'u.user_id')})::float8 AS unread,
      (${unseenSql('u.user_id')})::float8 AS unseen
    FROM unnest($1::text[]) AS u(user_id)`,
};
