import { Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import { invalidInput } from '../common/errors.js';
import { checkUserId } from '../common/validation.js';
import { Database } from '../database/database.js';
import { checkChanges, type PreferenceChange } from './check-changes.js';
import { PreferencesStore } from './preferences.store.js';
import { resolveType } from './resolve.js';

export type { PreferenceChange };

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

  /** Every type of the catalogue with its channels as they are for this user. */
  async get(userId: string): Promise<Record<string, Record<string, boolean>>> {
    const set = await explained(this.store.find(checkUserId(userId)));
    return Object.fromEntries(
      this.catalogue.types.map((type) => [type.key, resolveType(type, set.get(type.key))]),
    );
  }

  /**
   * Sets channels; what is not named stays as it is. All of the changes are made, or none.
   * @param changes such as `[{ type: 'job_failed', channel: 'toast', value: false }]`
   * @throws CarillonError `invalid_input` naming every unknown type, channel and value, and every type that may not
   *   be muted
   */
  async set(userId: string, changes: PreferenceChange[]): Promise<void> {
    checkUserId(userId);
    if (!Array.isArray(changes)) throw invalidInput([{ path: 'changes', message: 'must be a list' }]);
    const { types, issues } = checkChanges(this.catalogue, changes);
    if (issues.length > 0) throw invalidInput(issues);
    if (types.length === 0) return;
    await explained(this.store.merge(this.database.manager, userId, types, this.clock.now()));
  }
}
