import { Injectable } from '@nestjs/common';
import { millisecondOf } from '../common/ids.js';
import { Database } from '../database/database.js';
import type { DeliveryStatus } from '../common/delivery-status.js';

/** An event, with some of its recipients and what was decided for each. */
export interface StoredEvent {
  id: string;
  type: string;
  level: string;
  source: string;
  teamId: string | null;
  title: string;
  webhookEvent: string | null;
  createdAt: Date;
  total: number;
  userIds: string[];
  outcomes: number[];
}

export interface StoredDelivery {
  userId: string;
  id: string;
  endpointId: string;
  status: DeliveryStatus;
}

@Injectable()
export class EventReportStore {
  constructor(private readonly database: Database) {}

  /** An event with the recipients from a position on. */
  async find(id: string, from: number, limit: number): Promise<StoredEvent | undefined> {
    const { rows } = await this.database.execute<StoredEvent>(this.database.manager, FIND, [
      id,
      from + 1,
      from + limit,
    ]);
    return rows[0];
  }

  /** The ids of an event's notifications, by user; those that have been purged are not there. */
  async notificationIds(eventId: string, userIds: string[]): Promise<Map<string, string>> {
    const { rows } = await this.database.execute<{ user_id: string; id: string }>(
      this.database.manager,
      NOTIFICATION_IDS,
      [userIds, ...millisecondOf(eventId), eventId],
    );
    return new Map(rows.map(({ user_id: userId, id }) => [userId, id]));
  }

  /** The webhook deliveries of an event to some users. */
  async deliveries(eventId: string, userIds: string[]): Promise<StoredDelivery[]> {
    const values = [userIds, ...millisecondOf(eventId), eventId];
    return (await this.database.execute<StoredDelivery>(this.database.manager, DELIVERIES, values)).rows;
  }
}

const FIND = {
  name: 'events.find',
  text: `SELECT id, type, level, source, team_id AS "teamId", title, webhook_event AS "webhookEvent",
      created_at AS "createdAt", cardinality(recipients) AS total,
      recipients[$2::int:$3::int] AS "userIds", outcomes[$2::int:$3::int] AS outcomes
    FROM :schema.events WHERE id = $1`,
};

const NOTIFICATION_IDS = {
  name: 'events.notificationIds',
  // An event's notifications carry its millisecond: in each user's primary key that is a range of a few rows.
  text: `SELECT n.user_id, n.id FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.notifications n ON n.user_id = u.user_id AND n.id >= $2 AND n.id <= $3
    WHERE n.event_id = $4`,
};

const DELIVERIES = {
  name: 'events.deliveries',
  // The same of its deliveries, for each endpoint of a user's; endpoints are kept as long as their deliveries.
  text: `SELECT d.user_id AS "userId", d.id, d.endpoint_id AS "endpointId", d.status
    FROM unnest($1::text[]) AS u(user_id)
    JOIN :schema.webhook_endpoints w ON w.user_id = u.user_id
    JOIN :schema.deliveries d ON d.user_id = w.user_id AND d.endpoint_id = w.id AND d.id >= $2 AND d.id <= $3
    WHERE d.event_id = $4 ORDER BY d.user_id, d.id`,
};
