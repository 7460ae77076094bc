import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { OUTCOME_SQL } from './outcome.js';
import type { PreparedEvent } from './prepare.js';

/** Writes events with everything that follows from them. */
@Injectable()
export class NotifyStore {
  constructor(private readonly database: Database) {}

  /**
   * One statement for any number of events and recipients: it resolves the recipients' preferences and writes the
   * events, the inbox rows, the changes that count and announce them, and the webhook deliveries. It is atomic by
   * itself, and in a caller's transaction it shares that one's fate.
   * @returns how many webhook deliveries were queued
   */
  async insert(manager: EntityManager, events: PreparedEvent[]): Promise<number> {
    const { rows } = await this.database.executeArrays<[string]>(manager, NOTIFY, parameters(events));
    return Number(rows[0]?.[0] ?? 0);
  }
}

/** Columns of the events, in the order of the statement's parameters, then three columns of the recipients. */
function parameters(events: PreparedEvent[]): unknown[] {
  const columns: unknown[][] = EVENT_COLUMNS.map(({ value }) => events.map(value));
  const numbers: number[] = [];
  const userIds: string[] = [];
  const ids: string[] = [];
  events.forEach((event, index) => {
    event.userIds.forEach((userId, position) => {
      numbers.push(index + 1);
      userIds.push(userId);
      ids.push(event.notificationIds[position] as string);
    });
  });
  return [...columns, numbers, userIds, ids];
}

const EVENT_COLUMNS: { name: string; type: string; value: (event: PreparedEvent) => unknown }[] = [
  { name: 'id', type: 'uuid', value: (event) => event.id },
  { name: 'created_at', type: 'timestamptz', value: (event) => event.createdAt },
  { name: 'source', type: 'text', value: (event) => event.source },
  { name: 'type', type: 'text', value: (event) => event.type.key },
  { name: 'level', type: 'text', value: (event) => event.level },
  { name: 'team_id', type: 'text', value: (event) => event.teamId },
  { name: 'title', type: 'text', value: (event) => event.title },
  { name: 'body', type: 'text', value: (event) => event.body },
  { name: 'link', type: 'text', value: (event) => event.link },
  { name: 'data', type: 'jsonb', value: (event) => event.data },
  { name: 'entity_type', type: 'text', value: (event) => event.entityType },
  { name: 'entity_id', type: 'text', value: (event) => event.entityId },
  { name: 'webhook_event', type: 'text', value: (event) => event.type.webhookEvent },
  { name: 'mutable', type: 'boolean', value: (event) => event.type.mutable },
  { name: 'in_app', type: 'boolean', value: (event) => event.type.channels['in_app'] },
  { name: 'toast', type: 'boolean', value: (event) => event.type.channels['toast'] },
  { name: 'webhook', type: 'boolean', value: (event) => event.type.channels['webhook'] },
];

const names = EVENT_COLUMNS.map(({ name }) => name).join(', ');
const arrays = EVENT_COLUMNS.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ');
const first = EVENT_COLUMNS.length;

/**
 * It also runs on connections of a host, whose settings are the host's: it must not depend on the search path, on the
 * session's time zone or on how values are written there, and it answers with a text.
 */
const NOTIFY = {
  name: 'notify',
  text: `
    WITH event AS MATERIALIZED (
      SELECT * FROM unnest(${arrays}) WITH ORDINALITY AS e(${names}, no)
    ), recipient AS MATERIALIZED (
      SELECT r.no, r.position, r.user_id, r.notification_id,
        coalesce(p.in_app, e.in_app) AS in_app, p.in_app AS in_app_set,
        coalesce(p.toast, e.toast) AS toast, p.toast AS toast_set,
        coalesce(p.webhook, e.webhook) AS webhook, p.webhook AS webhook_set
      FROM unnest($${first + 1}::bigint[], $${first + 2}::text[], $${first + 3}::uuid[])
        WITH ORDINALITY AS r(no, user_id, notification_id, position)
      JOIN event e USING (no)
      LEFT JOIN :schema.preferences p ON p.user_id = r.user_id AND p.type = e.type AND e.mutable
    ), happened AS (
      INSERT INTO :schema.events (id, created_at, source, type, level, team_id, title, body, link, data,
        entity_type, entity_id, webhook_event, recipients, outcomes)
      SELECT e.id, e.created_at, e.source, e.type, e.level, e.team_id, e.title, e.body, e.link, e.data,
        e.entity_type, e.entity_id, e.webhook_event, r.user_ids, r.outcomes
      FROM event e JOIN (
        SELECT no, pg_catalog.array_agg(user_id ORDER BY position) AS user_ids,
          pg_catalog.array_agg((${OUTCOME_SQL})::smallint ORDER BY position) AS outcomes
        FROM recipient r GROUP BY no
      ) r USING (no)
    ), stored AS (
      INSERT INTO :schema.notifications (user_id, id, event_id, type, level, team_id, title, body, link, data,
        entity_type, entity_id, created_at)
      SELECT r.user_id, r.notification_id, e.id, e.type, e.level, e.team_id, e.title, e.body, e.link, e.data,
        e.entity_type, e.entity_id, e.created_at
      FROM recipient r JOIN event e USING (no) WHERE r.in_app
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, event_id, toast,
        unread_delta, live_delta)
      SELECT r.user_id, coalesce(e.team_id, ''), CASE WHEN r.in_app THEN 'created' ELSE 'toast' END,
        CASE WHEN r.in_app THEN r.notification_id END, e.id, r.toast, r.in_app::int, r.in_app::int
      FROM recipient r JOIN event e USING (no) WHERE r.in_app OR r.toast
    ), queued AS (
      INSERT INTO :schema.deliveries (user_id, id, endpoint_id, event_id, notification_id, event, created_at,
        next_attempt_at)
      -- Due by the queue's own clock: this process's may be ahead of it.
      SELECT r.user_id, :schema.uuid_v7(e.created_at), w.id, e.id,
        CASE WHEN r.in_app THEN r.notification_id END, e.webhook_event, e.created_at, pg_catalog.now()
      FROM recipient r JOIN event e USING (no)
      JOIN :schema.webhook_endpoints w ON w.user_id = r.user_id AND w.disabled_at IS NULL
        AND w.deleted_at IS NULL AND (w.events @> ARRAY[e.webhook_event] OR w.events @> ARRAY['*'])
      WHERE r.webhook AND e.webhook_event IS NOT NULL
      RETURNING 1
    )
    SELECT pg_catalog.count(*)::text FROM queued`,
};
