import { Injectable } from '@nestjs/common';
import type { ReportedDelivery } from '../channels/channel.js';
import { Channels } from '../channels/registry.js';
import { groupedBy } from '../common/grouped.js';
import { Database, type Statement } from '../database/database.js';
import { copiesOf } from './event-id.js';
import { deliveriesStatement, STORED_EVENT } from './event-report.sql.js';
import type { EventStatus } from './event.js';
import { RECIPIENT_CHUNK } from './outcome.js';

export interface StoredEvent {
  id: string;
  type: string;
  level: string;
  source: string;
  teamId: string | null;
  title: string;
  webhookEvent: string | null;
  createdAt: Date;
  status: EventStatus;
  /** When it is to be sent, or was to be; null for one that was sent at once. */
  sendAt: Date | null;
  /** Null while it has not been sent. */
  sentAt: Date | null;
  expiresAt: Date | null;
  /** Why it was not sent. */
  reason: string | null;
  /** Null where it has nothing of its kind. */
  hasActions: boolean | null;
  /** How many recipients it has. */
  total: number;
}

export type SentEvent = StoredEvent & { sentAt: Date };

/** A recipient, and what was decided for them. */
export interface EventRecipient {
  userId: string;
  /** The text of a bigint, see `outcome.ts`. */
  outcome: string;
}

export type FoundDelivery = ReportedDelivery & { userId: string; channel: string };

@Injectable()
export class EventReportStore {
  private readonly findDeliveries: Statement;

  constructor(
    private readonly database: Database,
    channels: Channels,
  ) {
    this.findDeliveries = deliveriesStatement(channels.all);
  }

  async find(id: string): Promise<StoredEvent | undefined> {
    return (await this.database.execute<StoredEvent>(this.database.manager, FIND, [id])).rows[0];
  }

  /** An event's recipients from a position on. */
  async recipients(eventId: string, from: number, limit: number): Promise<EventRecipient[]> {
    const values = [eventId, from, from + limit];
    return (await this.database.execute<EventRecipient>(this.database.manager, RECIPIENTS, values)).rows;
  }

  /** The ids of an event's notifications, by user; those that have been purged are not there. */
  async notificationIds(event: SentEvent, userIds: string[]): Promise<Map<string, string>> {
    const { manager } = this.database;
    const values = [userIds, ...copiesOf(event), event.id];
    const ids = await this.database.executeArrays<[string, string]>(manager, NOTIFICATION_IDS, values);
    return new Map(ids.rows);
  }

  /** Those of some users whom an event does not interrupt, by its type's throttle. */
  async throttled(event: SentEvent, userIds: string[]): Promise<ReadonlySet<string>> {
    const { manager } = this.database;
    const { rows } = await this.database.executeArrays<[string]>(manager, THROTTLED, [userIds, event.id]);
    return new Set(rows.map(([userId]) => userId));
  }

  /** The deliveries of an event to some users, by user. */
  async deliveries(event: SentEvent, userIds: string[]): Promise<Map<string, FoundDelivery[]>> {
    const { manager } = this.database;
    const values = [userIds, ...copiesOf(event), event.id];
    const { rows } = await this.database.execute<FoundDelivery>(manager, this.findDeliveries, values);
    return groupedBy(rows, ({ userId }) => userId);
  }
}

const FIND = {
  name: 'events.find',
  text: `SELECT ${STORED_EVENT} FROM :schema.events WHERE id = $1`,
};

const RECIPIENTS = {
  name: 'events.recipients',
  // Only the chunks that the page touches, and of these only what it shows.
  text: `SELECT r.user_id AS "userId", r.outcome::text AS outcome
    FROM :schema.event_recipients c, LATERAL (
      SELECT $2::int - c.chunk * ${RECIPIENT_CHUNK} AS first, $3::int - c.chunk * ${RECIPIENT_CHUNK} AS last
    ) page, LATERAL unnest(
      c.user_ids[greatest(page.first, 0) + 1:page.last], c.outcomes[greatest(page.first, 0) + 1:page.last]
    ) WITH ORDINALITY AS r(user_id, outcome, position)
    WHERE c.event_id = $1 AND c.chunk BETWEEN $2::int / ${RECIPIENT_CHUNK} AND ($3::int - 1) / ${RECIPIENT_CHUNK}
    ORDER BY c.chunk, r.position`,
};

const NOTIFICATION_IDS = {
  name: 'events.notificationIds',
  // In each user's primary key that is a range of a few rows.
  text: `SELECT n.user_id, n.id FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.notifications n ON n.user_id = u.user_id AND n.id >= $2 AND n.id <= $3
    WHERE n.event_id = $4
    UNION ALL
    -- What came to the top again has another id since.
    SELECT n.user_id, n.id FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.notifications n ON n.user_id = u.user_id AND n.origin_id >= $2 AND n.origin_id <= $3
    WHERE n.event_id = $4
    UNION ALL
    -- What has been merged is part of another's.
    SELECT n.user_id, n.id FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.former_ids f ON f.user_id = u.user_id AND f.id >= $2 AND f.id <= $3
    JOIN :schema.notifications n ON n.user_id = f.user_id AND n.origin_id = f.origin_id
    WHERE f.event_id = $4`,
};

const THROTTLED = {
  name: 'events.throttled',
  text: `SELECT t.user_id FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.throttle_decisions t ON t.user_id = u.user_id AND t.event_id = $2 WHERE NOT t.allowed`,
};
