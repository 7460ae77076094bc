import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { SettingsPatch } from './settings-patch.js';

/** What a user has set; null is not set. */
export type StoredSettings = {
  [Name in keyof Omit<Required<SettingsPatch>, 'email'>]: NonNullable<SettingsPatch[Name]> | null;
};

/** What a user set that a contact has as well. */
export interface PlaceRow {
  userId: string;
  locale: string | null;
  timeZone: string | null;
}

/** All SQL about what users set themselves. */
@Injectable()
export class SettingsStore {
  constructor(private readonly database: Database) {}

  async find(manager: EntityManager, userId: string): Promise<StoredSettings | undefined> {
    return (await this.database.execute<StoredSettings>(manager, FIND, [userId])).rows[0];
  }

  /** The language and the zone that users have set themselves. */
  async findPlaces(manager: EntityManager, userIds: readonly string[]): Promise<PlaceRow[]> {
    return (await this.database.execute<PlaceRow>(manager, FIND_PLACES, [userIds])).rows;
  }

  /** Sets what the patch names, and leaves the rest as it is. */
  async change(manager: EntityManager, userId: string, patch: SettingsPatch, at: Date): Promise<void> {
    const said = Object.entries(COLUMNS).filter(
      ([name]) => patch[name as keyof StoredSettings] !== undefined,
    );
    await this.database.execute(manager, CHANGE, [
      userId,
      patch.locale,
      patch.timeZone,
      patch.quietHours && JSON.stringify(patch.quietHours),
      patch.pausedUntil,
      patch.digestAt,
      patch.digestDay,
      said.map(([, column]) => column),
      at,
    ]);
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
    .join(', ')} FROM :schema.user_settings WHERE user_id = $1`,
};

const FIND_PLACES = {
  name: 'user_settings.find-places',
  text: `SELECT user_id AS "userId", locale, time_zone AS "timeZone" FROM :schema.user_settings
    WHERE user_id = ANY ($1::text[])`,
};

const merged = (column: string) =>
  `${column} = CASE WHEN '${column}' = ANY ($8::text[]) THEN excluded.${column} ELSE s.${column} END`;

const CHANGE = {
  name: 'user_settings.change',
  text: `
    INSERT INTO :schema.user_settings AS s
      (user_id, locale, time_zone, quiet_hours, paused_until, digest_at, digest_day, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
    ON CONFLICT (user_id) DO UPDATE SET
      ${Object.values(COLUMNS).map(merged).join(', ')}, updated_at = excluded.updated_at`,
};
