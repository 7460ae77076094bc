import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { SetPreferences } from './resolve.js';

/** What is to hold for one channel of a type, or of every type. Null: nothing is set any more. */
export interface ChangedPreference {
  type: string;
  channel: string;
  enabled: boolean | null;
}

@Injectable()
export class PreferencesStore {
  constructor(private readonly database: Database) {}

  /**
   * Everything that a user has set. At most a row for each channel of each type that there is or was, and one for each
   * channel: only what the catalogue knows can be set.
   */
  async find(userId: string): Promise<SetPreferences> {
    const { rows } = await this.database.executeArrays<[type: string, channel: string, enabled: boolean]>(
      this.database.manager,
      FIND,
      [userId],
    );
    const set = new Map<string, Map<string, boolean>>();
    for (const [type, channel, enabled] of rows) {
      const channels = set.get(type) ?? new Map<string, boolean>();
      set.set(type, channels.set(channel, enabled));
    }
    return set;
  }

  /** What several users have set for one channel. */
  async findOfChannel(
    manager: EntityManager,
    userIds: readonly string[],
    channel: string,
  ): Promise<ReadonlyMap<string, SetPreferences>> {
    const { rows } = await this.database.executeArrays<[userId: string, type: string, enabled: boolean]>(
      manager,
      FIND_OF_CHANNEL,
      [userIds, channel],
    );
    const byUser = new Map<string, Map<string, ReadonlyMap<string, boolean>>>();
    for (const [userId, type, enabled] of rows) {
      const set = byUser.get(userId) ?? new Map<string, ReadonlyMap<string, boolean>>();
      byUser.set(userId, set.set(type, new Map([[channel, enabled]])));
    }
    return byUser;
  }

  /**
   * Makes changes, each of another channel or type; what they do not name stays as it is. It is to run in a transaction
   * where any of them takes a setting back.
   */
  async change(
    manager: EntityManager,
    userId: string,
    changes: readonly ChangedPreference[],
    at: Date,
  ): Promise<void> {
    const columns = [changes.map(({ type }) => type), changes.map(({ channel }) => channel)];
    const enabled = changes.map((change) => change.enabled);
    await this.database.execute(manager, WRITE, [userId, ...columns, enabled, at]);
    // These rows are locked by now, and always in the same order.
    if (enabled.includes(null)) await this.database.execute(manager, REMOVE, [userId, ...columns]);
  }
}

const FIND = {
  name: 'preferences.find',
  text: `SELECT type, channel, enabled FROM :schema.preferences
    WHERE user_id = $1 AND team_id = '' AND enabled IS NOT NULL`,
};

const FIND_OF_CHANNEL = {
  name: 'preferences.findOfChannel',
  text: `SELECT user_id, type, enabled FROM :schema.preferences
    WHERE user_id = ANY($1::text[]) AND team_id = '' AND channel = $2 AND enabled IS NOT NULL`,
};

const WRITE = {
  name: 'preferences.write',
  // Sorted: two requests lock the rows that they share in one order.
  text: `
    INSERT INTO :schema.preferences (user_id, team_id, type, channel, enabled, updated_at)
    SELECT $1, '', type, channel, enabled, $5
    FROM unnest($2::text[], $3::text[], $4::boolean[]) AS c(type, channel, enabled)
    ORDER BY type, channel
    ON CONFLICT (user_id, team_id, type, channel) DO UPDATE SET
      enabled = excluded.enabled, updated_at = excluded.updated_at`,
};

const REMOVE = {
  name: 'preferences.remove',
  text: `
    DELETE FROM :schema.preferences p USING unnest($2::text[], $3::text[]) AS c(type, channel)
    WHERE p.user_id = $1 AND p.team_id = '' AND p.type = c.type AND p.channel = c.channel
      AND p.enabled IS NULL AND p.frequency IS NULL`,
};
