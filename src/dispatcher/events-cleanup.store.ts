import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { execute, executeCount } from '../database/execute.js';

/** Deletes what is remembered of events, and of what was answered for them. */
@Injectable()
export class EventsCleanupStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /**
   * Deletes events from before a time. Their notifications stay, and so do those that a webhook has still to be told
   * of: a delivery says what its event says. @returns how many
   */
  async deleteEvents(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return (await execute(manager, DELETE_EVENTS, [before, limit])).rowCount ?? 0;
  }

  /** How many {@link deleteEvents} would delete in all. */
  countEvents(before: Date): Promise<number> {
    return executeCount(this.dataSource.manager, COUNT_EVENTS, [before]);
  }
}

// The queue is unfinished for days at the most, so that few are passed over, however often.
// The words are those of the index `deliveries_unsent`.
const OVER = `e.created_at < $1 AND NOT EXISTS (
    SELECT FROM carillon.deliveries d WHERE (CASE WHEN d.status = 'pending' THEN d.event_id END) = e.id)`;

const DELETE_EVENTS = {
  name: 'cleanup.deleteEvents',
  text: `DELETE FROM carillon.events WHERE id IN (
    SELECT id FROM carillon.events e WHERE ${OVER} ORDER BY created_at LIMIT $2 FOR UPDATE OF e SKIP LOCKED)`,
};

const COUNT_EVENTS = {
  name: 'cleanup.countEvents',
  text: `SELECT count(*) FROM carillon.events e WHERE ${OVER}`,
};
