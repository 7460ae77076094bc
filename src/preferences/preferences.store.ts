import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Frequency } from '../catalogue/frequency.js';
import { groupedBy } from '../common/grouped.js';
import { columnsOf } from '../database/columns.js';
import { Database } from '../database/database.js';
import type { SetChannel, SetPreferences } from './resolve.js';

/** What is to hold for one channel of a type, or of every type. Null: it is not set any more; what is left out stays. */
export interface ChangedPreference extends Partial<SetChannel> {
  type: string;
  channel: string;
}

type SetRow = [type: string, channel: string, enabled: boolean | null, frequency: Frequency | null];

@Injectable()
export class PreferencesStore {
  constructor(private readonly database: Database) {}

  /**
   * Everything that a user has set. At most a row for each channel of each type that there is or was, and one for each
   * channel: only what the catalogue knows can be set.
   */
  async find(userId: string): Promise<SetPreferences> {
    const { manager } = this.database;
    const { rows } = await this.database.executeArrays<SetRow>(manager, FIND, [userId]);
    return setOf(rows);
  }

  /** What several users have set for one channel. */
  async findOfChannel(
    manager: EntityManager,
    userIds: readonly string[],
    channel: string,
  ): Promise<ReadonlyMap<string, SetPreferences>> {
    const { rows } = await this.database.executeArrays<[userId: string, ...SetRow]>(
      manager,
      FIND_OF_CHANNEL,
      [userIds, channel],
    );
    const byUser = groupedBy(rows, ([userId]) => userId);
    return new Map([...byUser].map(([userId, set]) => [userId, setOf(set.map(([, ...row]) => row))]));
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
    const keys = keysOf(changes);
    await this.database.execute(manager, WRITE, [
      userId,
      ...keys,
      changes.map(({ enabled = null }) => enabled),
      changes.map(({ frequency = null }) => frequency),
      ...keysOf(changes.filter(({ enabled }) => enabled !== undefined)),
      ...keysOf(changes.filter(({ frequency }) => frequency !== undefined)),
      at,
    ]);
    // These rows are locked by now, and always in the same order.
    if (changes.some(({ enabled, frequency }) => enabled === null || frequency === null))
      await this.database.execute(manager, REMOVE, [userId, ...keys]);
  }
}

function keysOf(changes: readonly ChangedPreference[]): unknown[][] {
  return columnsOf(changes, 'type', 'channel');
}

function setOf(rows: readonly SetRow[]): SetPreferences {
  const set = new Map<string, Map<string, SetChannel>>();
  for (const [type, channel, enabled, frequency] of rows) {
    const channels = set.get(type) ?? new Map<string, SetChannel>();
    set.set(type, channels.set(channel, { enabled, frequency }));
  }
  return set;
}

const FIND = {
  name: 'preferences.find',
  text: `SELECT type, channel, enabled, frequency FROM :schema.preferences
    WHERE user_id = $1 AND team_id = ''`,
};

const FIND_OF_CHANNEL = {
  name: 'preferences.findOfChannel',
  text: `SELECT user_id, type, channel, enabled, frequency FROM :schema.preferences
    WHERE user_id = ANY($1::text[]) AND team_id = '' AND channel = $2`,
};

const named = (types: string, channels: string) =>
  `(excluded.type, excluded.channel) IN (SELECT * FROM unnest(${types}::text[], ${channels}::text[]))`;

const WRITE = {
  name: 'preferences.write',
  // Sorted: two requests lock the rows that they share in one order. One statement for both columns: so do two that each
  // name one of them.
  text: `
    INSERT INTO :schema.preferences AS p (user_id, team_id, type, channel, enabled, frequency, updated_at)
    SELECT $1, '', type, channel, enabled, frequency, $10
    FROM unnest($2::text[], $3::text[], $4::boolean[], $5::text[]) AS c(type, channel, enabled, frequency)
    ORDER BY type, channel
    ON CONFLICT (user_id, team_id, type, channel) DO UPDATE SET
      enabled = CASE WHEN ${named('$6', '$7')} THEN excluded.enabled ELSE p.enabled END,
      frequency = CASE WHEN ${named('$8', '$9')} THEN excluded.frequency ELSE p.frequency END,
      updated_at = excluded.updated_at`,
};

const REMOVE = {
  name: 'preferences.remove',
  text: `
    DELETE FROM :schema.preferences p USING unnest($2::text[], $3::text[]) AS c(type, channel)
    WHERE p.user_id = $1 AND p.team_id = '' AND p.type = c.type AND p.channel = c.channel
      AND p.enabled IS NULL AND p.frequency IS NULL`,
};
