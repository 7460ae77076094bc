import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { execute } from '../database/execute.js';

/** Deletes what is remembered of events, and of what was answered for them. */
@Injectable()
export class EventsCleanupStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /** Deletes events from before a time. Their notifications stay. @returns how many */
  async deleteEvents(manager: EntityManager, before: Date, limit: number): Promise<number> {
    return (await execute(manager, DELETE_EVENTS, [before, limit])).rowCount ?? 0;
  }

  async countEvents(before: Date): Promise<number> {
    const { rows } = await execute<{ count: string }>(this.dataSource.manager, COUNT_EVENTS, [before]);
    return Number(rows[0]?.count ?? 0);
  }
}

const DELETE_EVENTS = {
  name: 'cleanup.deleteEvents',
  text: `DELETE FROM carillon.events WHERE id IN (
    SELECT id FROM carillon.events WHERE created_at < $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
};

const COUNT_EVENTS = {
  name: 'cleanup.countEvents',
  text: 'SELECT count(*) FROM carillon.events WHERE created_at < $1',
};
