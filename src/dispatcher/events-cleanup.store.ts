import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';

/** Deletes what is remembered of events, and of what was answered for them. */
@Injectable()
export class EventsCleanupStore {
  constructor(private readonly database: Database) {}

  /**
   * Deletes events that were sent, or were to be, before a time. Their notifications stay, and so do those that a webhook
   * has still to be told of: a delivery says what its event says. @returns how many
   */
  deleteEvents(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return this.database.executeCount(manager, DELETE_EVENTS, [before, limit]);
  }

  /** How many {@link deleteEvents} would delete in all. */
  countEvents(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_EVENTS, [before]);
  }
}

// The words are those of the index `events_age`.
const AGE = 'coalesce(e.sent_at, e.send_at, e.created_at)';

// The queue is unfinished for days at the most, so that few are passed over, however often.
// The words are those of the index `deliveries_unsent`.
const OVER = `e.status <> 'scheduled' AND ${AGE} < $1 AND NOT EXISTS (
    SELECT FROM :schema.deliveries d
    WHERE (CASE WHEN d.status IN ('pending', 'waiting') THEN d.event_id END) = e.id)`;

const DELETE_EVENTS = {
  name: 'cleanup.deleteEvents',
  text: `
    WITH old AS MATERIALIZED (
      SELECT id FROM :schema.events e WHERE ${OVER} ORDER BY ${AGE} LIMIT $2 FOR UPDATE OF e SKIP LOCKED
    ), recipients AS (
      DELETE FROM :schema.event_recipients WHERE event_id = ANY (ARRAY(SELECT id FROM old))
    ), gone AS (
      DELETE FROM :schema.events WHERE id = ANY (ARRAY(SELECT id FROM old)) RETURNING 1
    )
    SELECT count(*) FROM gone`,
};

const COUNT_EVENTS = {
  name: 'cleanup.countEvents',
  text: `SELECT count(*) FROM :schema.events e WHERE ${OVER}`,
};
