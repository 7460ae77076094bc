import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { SetChannels } from './resolve.js';

/** What is set for one type. */
export interface SetType {
  type: string;
  channels: SetChannels;
}

@Injectable()
export class PreferencesStore {
  constructor(private readonly database: Database) {}

  /** Everything a user has set. At most one row for each type of the catalogue. */
  async find(userId: string): Promise<Map<string, SetChannels>> {
    const { rows } = await this.database.execute<SetChannels & { type: string }>(
      this.database.manager,
      FIND,
      [userId],
    );
    return new Map(rows.map(({ type, ...channels }) => [type, channels]));
  }

  /**
   * Sets channels, merging with what is set already. One statement: first writes by two requests at once both
   * succeed, and neither overwrites a channel that only the other one named.
   */
  async merge(manager: EntityManager, userId: string, changes: SetType[], at: Date): Promise<void> {
    const column = (name: keyof SetChannels) => changes.map(({ channels }) => channels[name] ?? null);
    await this.database.execute(manager, MERGE, [
      userId,
      changes.map(({ type }) => type),
      column('in_app'),
      column('toast'),
      column('webhook'),
      at,
    ]);
  }
}

const FIND = {
  name: 'preferences.find',
  text: 'SELECT type, in_app, toast, webhook FROM :schema.preferences WHERE user_id = $1',
};

const MERGE = {
  name: 'preferences.merge',
  // Sorted: two requests lock the rows that they share in one order.
  text: `
    INSERT INTO :schema.preferences AS p (user_id, type, in_app, toast, webhook, updated_at)
    SELECT $1, type, in_app, toast, webhook, $6
    FROM unnest($2::text[], $3::boolean[], $4::boolean[], $5::boolean[]) AS c(type, in_app, toast, webhook)
    ORDER BY type
    ON CONFLICT (user_id, type) DO UPDATE SET
      in_app = coalesce(excluded.in_app, p.in_app),
      toast = coalesce(excluded.toast, p.toast),
      webhook = coalesce(excluded.webhook, p.webhook),
      updated_at = excluded.updated_at`,
};
