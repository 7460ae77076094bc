import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { EVENT_FIELDS, eventFields } from '../notifications/event-fields.js';
import type { PreparedEvent } from './prepare.js';

/** Events that are to be sent later. */
@Injectable()
export class ScheduleStore {
  constructor(private readonly database: Database) {}

  /** Keeps an event and its recipients until its time; nothing is decided for any of them before. */
  async insert(manager: EntityManager, event: PreparedEvent, sendAt: Date): Promise<void> {
    const { id, createdAt, source, type, userIds, fields } = event;
    const copied = EVENT_FIELDS.map(({ property }) => fields[property]);
    const values = [id, createdAt, source, type.webhookEvent, sendAt, userIds.length, userIds, ...copied];
    await this.database.execute(manager, INSERT, values);
  }
}

const COPIED = EVENT_FIELDS.map(({ type }, index) => `$${index + 8}::${type}`).join(', ');

// Like the statement of `notify()` it also runs on connections of a host.
const INSERT = {
  name: 'schedule.insert',
  text: `
    WITH scheduled AS (
      INSERT INTO :schema.events (id, created_at, source, webhook_event, status, send_at, recipients, ${eventFields()})
      VALUES ($1, $2, $3, $4, 'scheduled', $5, $6, ${COPIED})
    )
    INSERT INTO :schema.event_recipients (event_id, chunk, user_ids, outcomes)
    VALUES ($1, 0, $7::text[], pg_catalog.array_fill(0::bigint, ARRAY[$6::integer]))`,
};
