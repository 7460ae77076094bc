import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { Contact } from './contact.js';
import type { SettingsPatch } from './settings-patch.js';
import type { UserTimes } from './user-times.js';

/** What a user has set; null is not set. */
export type StoredSettings = {
  [Name in keyof Omit<Required<SettingsPatch>, 'email'>]: NonNullable<SettingsPatch[Name]> | null;
};

/** What a user set that a contact has as well. */
export type PlaceRow = Pick<Contact, 'userId' | 'locale' | 'timeZone'>;

/** When a user wants to be left alone. */
export interface TimesRow extends UserTimes {
  userId: string;
  /** What the stored contact has. */
  contactZone: string | null;
}

/** All SQL about what users set themselves. */
@Injectable()
export class SettingsStore {
  constructor(private readonly database: Database) {}

  async find(manager: EntityManager, userId: string): Promise<StoredSettings> {
    const { rows } = await this.database.execute<StoredSettings>(manager, FIND, [userId]);
    return rows[0] as StoredSettings;
  }

  /** The language and the zone that users have set themselves. */
  async findPlaces(manager: EntityManager, userIds: readonly string[]): Promise<PlaceRow[]> {
    return (await this.database.execute<PlaceRow>(manager, FIND_PLACES, [userIds])).rows;
  }

  /** When users want to be left alone; the zone is the contact's where they have set none. */
  async findTimes(manager: EntityManager, userIds: readonly string[]): Promise<TimesRow[]> {
    return (await this.database.execute<TimesRow>(manager, FIND_TIMES, [userIds])).rows;
  }

  /** Sets what the patch names, and leaves the rest as it is. */
  async change(manager: EntityManager, userId: string, patch: SettingsPatch, at: Date): Promise<void> {
    const given = { ...patch, quietHours: patch.quietHours && JSON.stringify(patch.quietHours) };
    const names = Object.keys(COLUMNS) as (keyof StoredSettings)[];
    const said = names.filter((name) => patch[name] !== undefined).map((name) => COLUMNS[name]);
    await this.database.execute(manager, CHANGE, [userId, at, said, ...names.map((name) => given[name])]);
  }
}

/** By property. */
const COLUMNS: Record<keyof StoredSettings, string> = {
  locale: 'locale',
  timeZone: 'time_zone',
  quietHours: 'quiet_hours',
  pausedUntil: 'paused_until',
  digestAt: 'digest_at',
  digestDay: 'digest_day',
};

const FIND = {
  name: 'user_settings.find',
  text: `SELECT ${Object.entries(COLUMNS)
    .map(([name, column]) => `${column} AS "${name}"`)
    .join(', ')} FROM (SELECT) AS one LEFT JOIN :schema.user_settings ON user_id = $1`,
};

const FIND_PLACES = {
  name: 'user_settings.find-places',
  text: `SELECT user_id AS "userId", locale, time_zone AS "timeZone" FROM :schema.user_settings
    WHERE user_id = ANY ($1::text[])`,
};

const FIND_TIMES = {
  name: 'user_settings.find-times',
  text: `
    SELECT u.user_id AS "userId", s.time_zone AS zone, c.time_zone AS "contactZone", s.quiet_hours AS "quietHours",
      s.paused_until AS "pausedUntil", s.digest_at AS "digestAt", s.digest_day AS "digestDay"
    FROM unnest($1::text[]) AS u(user_id)
    LEFT JOIN :schema.contacts c ON c.user_id = u.user_id
    LEFT JOIN :schema.user_settings s ON s.user_id = u.user_id
    WHERE c.user_id IS NOT NULL OR s.user_id IS NOT NULL`,
};

const columns = Object.values(COLUMNS);

const merged = (column: string) =>
  `${column} = CASE WHEN '${column}' = ANY ($3::text[]) THEN excluded.${column} ELSE s.${column} END`;

const CHANGE = {
  name: 'user_settings.change',
  text: `
    INSERT INTO :schema.user_settings AS s (user_id, updated_at, ${columns.join(', ')})
    VALUES ($1, $2, ${columns.map((_column, index) => `$${index + 4}`).join(', ')})
    ON CONFLICT (user_id) DO UPDATE SET ${columns.map(merged).join(', ')}, updated_at = excluded.updated_at`,
};
