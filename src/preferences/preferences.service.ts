import { Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import { invalidInput } from '../common/errors.js';
import { checkUserId } from '../common/validation.js';
import { Database } from '../database/database.js';
import { checkChanges, type PreferenceChange } from './check-changes.js';
import { PreferencesStore } from './preferences.store.js';
import { EVERY_TYPE, resolveType } from './resolve.js';

export type { PreferenceChange };

/** What holds for a user. */
export interface UserPreferences {
  /** Each channel's own switch, for the types for which nothing of their own is set; null: it is not set. */
  channels: Record<string, boolean | null>;
  /** Every type of the catalogue, with whether each channel is on. */
  types: Record<string, Record<string, boolean>>;
}

/**
 * A user's preferences: one truth, whichever contract or page shows it. It does not ask who the caller is: a host gives
 * the id of a user whom it has authenticated, 1 to 128 characters.
 *
 * Every method may reject with a CarillonError: `invalid_input` naming every wrong place; `overloaded` when the database
 * takes too long, `unavailable` when it is away.
 */
@Injectable()
export class PreferencesService {
  constructor(
    private readonly database: Database,
    private readonly store: PreferencesStore,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /** What holds for a user, whether set or not. */
  async get(userId: string): Promise<UserPreferences> {
    const set = await explained(this.store.find(checkUserId(userId)));
    const whole = set.get(EVERY_TYPE);
    return {
      channels: Object.fromEntries(this.catalogue.channels.keys.map((key) => [key, whole?.get(key) ?? null])),
      types: Object.fromEntries(this.catalogue.types.map((type) => [type.key, resolveType(type, set)])),
    };
  }

  /**
   * Sets channels, of one type or of all; what is not named stays as it is. All of the changes are made, or none.
   * @param changes such as `[{ type: 'job_failed', channel: 'toast', value: false }]`. Without a type it is the switch of
   *   the whole channel, which also holds for types that are declared later. The value null takes a setting back.
   * @throws CarillonError `invalid_input` naming every unknown type, channel and value, and every type that may not
   *   be muted
   */
  async set(userId: string, changes: PreferenceChange[]): Promise<void> {
    checkUserId(userId);
    if (!Array.isArray(changes)) throw invalidInput([{ path: 'changes', message: 'must be a list' }]);
    const { changes: checked, issues } = checkChanges(this.catalogue, changes);
    if (issues.length > 0) throw invalidInput(issues);
    if (checked.length === 0) return;
    const at = this.clock.now();
    await explained(this.database.transaction((manager) => this.store.change(manager, userId, checked, at)));
  }
}
