import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import { checkInput } from '../common/validation.js';
import { ChangedTimes } from '../database/changed-times.store.js';
import { Database } from '../database/database.js';
import { Contacts, type Contact } from './contacts.js';
import { decidedAnew, SettingsPatch } from './settings-patch.js';
import { SettingsStore, type StoredSettings } from './settings.store.js';

/** What holds for a user: where they set nothing themselves, the language and the zone are what producers say. */
export type Me = Pick<Contact, 'userId' | 'email' | 'name'> & StoredSettings;

/** What users set about themselves. */
@Injectable()
export class MeService {
  constructor(
    private readonly database: Database,
    private readonly contacts: Contacts,
    private readonly settings: SettingsStore,
    private readonly changedTimes: ChangedTimes,
    private readonly clock: Clock,
  ) {}

  async get(userId: string): Promise<Me> {
    const { manager } = this.database;
    const [contacts, settings] = await explained(
      Promise.all([this.contacts.find(manager, [userId]), this.settings.find(manager, userId)]),
    );
    const { email = null, name = null, locale = null, timeZone = null } = contacts.get(userId) ?? {};
    return { ...settings, userId, email, name, locale, timeZone };
  }

  /**
   * Sets what is named, and leaves the rest as it is.
   * @param given a {@link SettingsPatch} as JSON spells it
   * @throws CarillonError `invalid_input` naming every wrong place
   */
  async set(userId: string, given: unknown): Promise<void> {
    const patch = checkInput(SettingsPatch, given, { spelling: 'json' });
    const at = this.clock.now();
    await explained(
      this.database.transaction(async (manager) => {
        await this.settings.change(manager, userId, patch, at);
        await this.changedTimes.add(manager, [userId], decidedAnew(patch));
      }),
    );
  }
}
