import { Injectable } from '@nestjs/common';
import { Catalogue, type CatalogueType } from '../catalogue/catalogue.js';
import { frequencyOf, type Frequency } from '../catalogue/frequency.js';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import { checkInput, checkUserId } from '../common/validation.js';
import { ChangedTimes } from '../database/changed-times.store.js';
import { Database } from '../database/database.js';
import { changesOf, PreferencesPatch } from './patch.js';
import { PreferencesStore } from './preferences.store.js';
import { chosenFrequency, EVERY_TYPE, resolveType, type SetPreferences } from './resolve.js';

export type { PreferencesPatch };

/** What holds for a user. */
export interface UserPreferences {
  /** Each channel's own switch, for the types for which nothing of their own is set; null: it is not set. */
  channels: Record<string, boolean | null>;
  /** Every type of the catalogue, with whether each channel is on, and how often mails come: `email_frequency`. */
  types: Record<string, Record<string, boolean | Frequency>>;
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
    private readonly changedTimes: ChangedTimes,
    private readonly clock: Clock,
  ) {}

  /** What holds for a user, whether set or not. */
  async get(userId: string): Promise<UserPreferences> {
    const set = await explained(this.store.find(checkUserId(userId)));
    const whole = set.get(EVERY_TYPE);
    return {
      channels: Object.fromEntries(
        this.catalogue.channels.keys.map((key) => [key, whole?.get(key)?.enabled ?? null]),
      ),
      types: Object.fromEntries(
        this.catalogue.types.map((type) => [
          type.key,
          { ...resolveType(type, set), ...this.frequenciesOf(type, set) },
        ]),
      ),
    };
  }

  /**
   * Sets channels, of single types or whole; what is not named stays as it is. All of it is set, or nothing.
   * @param patch such as `{ channels: { toast: false }, types: { job_failed: { toast: true, email_frequency: 'daily' } } }`;
   *   null takes a setting back
   * @throws CarillonError `invalid_input` naming every unknown type, channel and value, and every type that users may
   *   not change
   */
  async set(userId: string, patch: PreferencesPatch): Promise<void> {
    checkUserId(userId);
    const { channels = {}, types = {} } = checkInput(PreferencesPatch, patch, { known: this.catalogue });
    const changes = [[EVERY_TYPE, channels] as const, ...Object.entries(types)].flatMap(([type, set]) =>
      changesOf(type, set, this.catalogue),
    );
    if (changes.length === 0) return;
    const at = this.clock.now();
    await explained(
      this.database.transaction(async (manager) => {
        await this.store.change(manager, userId, changes, at);
        const isTimed = changes.some(({ frequency }) => frequency !== undefined);
        await this.changedTimes.add(manager, [userId], isTimed ? ['digest'] : []);
      }),
    );
  }

  private frequenciesOf(type: CatalogueType, set: SetPreferences): Record<string, Frequency> {
    return Object.fromEntries(
      [...this.catalogue.channels.frequencies].map(([name, { key }]) => [
        name,
        chosenFrequency(type, set, key) ?? frequencyOf(this.catalogue.timingOf(type.key, key).digest),
      ]),
    );
  }
}
