import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
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
    const { rows } = await this.database.execute<{ newest: string; pruned: string }>(
      this.database.manager,
      BOUNDS,
      [],
    );
    return { newest: Number(rows[0]?.newest ?? 0), pruned: Number(rows[0]?.pruned ?? 0) };
  }

  /** The entries after a number, of everybody, oldest first. */
  async since(seq: number, limit: number): Promise<LogEntry[]> {
    const { rows } = await this.database.execute<RawEntry>(this.database.manager, SINCE, [seq, limit]);
    return rows.map(toEntry);
  }

  /** One user's entries after a number, oldest first. */
  async ofUserSince(userId: string, seq: number, limit: number): Promise<LogEntry[]> {
    const { rows } = await this.database.execute<RawEntry>(this.database.manager, OF_USER_SINCE, [
      userId,
      seq,
      limit,
    ]);
    return rows.map(toEntry);
  }

  /** Notifications, by their ids. Those that have been purged since are not there. */
  async notifications(keys: { userId: string; id: string }[]): Promise<Map<string, StreamRow>> {
    const { rows } = await this.database.execute<StreamRow & { id: string }>(
      this.database.manager,
      NOTIFICATIONS,
      [keys.map(({ userId }) => userId), keys.map(({ id }) => id)],
    );
    return new Map(
      rows.map(({ id, json, ...rest }) => [id, { json: shapeRow(STREAM_SHAPE, id, json).json, ...rest }]),
    );
  }

  /** The JSON of toasts that have no notification, by the ids of their events; what has expired is not toasted any more. */
  async toasts(eventIds: string[]): Promise<Map<string, string>> {
    const { rows } = await this.database.execute<{ id: string; json: string }>(
      this.database.manager,
      TOASTS,
      [eventIds],
    );
    return new Map(rows.map(({ id, json }) => [id, json]));
  }

  /** The exact counts of several users. */
  async counts(userIds: string[]): Promise<Map<string, StreamCounts>> {
    const { rows } = await this.database.execute<{
      user_id: string;
      unread: string;
      unseen: string | null;
    }>(this.database.manager, COUNTS, [userIds]);
    return new Map(
      rows.map(({ user_id: userId, unread, unseen }) => [
        userId,
        { unread: Number(unread), unseen: unseen === null ? null : Number(unseen) },
      ]),
    );
  }
}

interface RawEntry {
  seq: string;
  user_id: string;
  kind: LogEntry['kind'];
  notification_id: string | null;
  event_id: string | null;
  toast: boolean;
  scope: LogEntry['scope'];
}

function toEntry(row: RawEntry): LogEntry {
  return {
    seq: Number(row.seq),
    userId: row.user_id,
    kind: row.kind,
    notificationId: row.notification_id,
    eventId: row.event_id,
    toast: row.toast,
    scope: row.scope,
  };
}

const BOUNDS = {
  name: 'log.bounds',
  text: `SELECT coalesce((SELECT max(seq) FROM :schema.inbox_log), pruned_seq) AS newest, pruned_seq AS pruned
    FROM :schema.inbox_log_state`,
};

const COLUMNS = 'seq, user_id, kind, notification_id, event_id, toast, scope';

const SINCE = {
  name: 'log.since',
  text: `SELECT ${COLUMNS} FROM :schema.inbox_log WHERE seq > $1 ORDER BY seq LIMIT $2`,
};

const OF_USER_SINCE = {
  name: 'log.ofUserSince',
  text: `SELECT ${COLUMNS} FROM :schema.inbox_log WHERE user_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
};

const NOTIFICATIONS = {
  name: 'log.notifications',
  text: `SELECT ${shapeColumns(STREAM_SHAPE)}, n.extras::text AS extras,
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
  text: `SELECT u.user_id, (${countSql('unread', 'u.user_id')}) AS unread, (${unseenSql('u.user_id')}) AS unseen
    FROM unnest($1::text[]) AS u(user_id)`,
};
