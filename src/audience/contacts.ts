import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AddressVault } from './address-vault.js';
import type { Contact } from './contact.js';
import { ContactsStore, type ContactRow } from './contacts.store.js';
import { HostContacts } from './host-contacts.js';
import { SettingsStore } from './settings.store.js';

export type { Contact };

const UNKNOWN_PLACE = { locale: null, timeZone: null };

/** How users are reached, as it is now: who sends asks at that moment. */
@Injectable()
export class Contacts {
  constructor(
    private readonly store: ContactsStore,
    private readonly vault: AddressVault,
    private readonly host: HostContacts,
    private readonly settings: SettingsStore,
  ) {}

  /**
   * @returns those that are known, by their user's id; what users set themselves comes before what producers or the host say
   * @throws CarillonError `unavailable` when a host that answers for contacts does not
   */
  async find(manager: EntityManager, userIds: readonly string[]): Promise<ReadonlyMap<string, Contact>> {
    if (this.host.answers) return this.ofHost(manager, userIds);
    const rows = await this.store.find(manager, userIds);
    return new Map(rows.map((row) => [row.userId, this.contactOf(row)]));
  }

  /** Of an address in any case, by which what is known of the address itself is stored. */
  emailHash(address: string): Buffer {
    return this.vault.hash(address);
  }

  private async ofHost(manager: EntityManager, userIds: readonly string[]): Promise<Map<string, Contact>> {
    const contacts = await this.host.find(userIds);
    for (const { userId, locale, timeZone } of await this.settings.findPlaces(manager, userIds)) {
      const contact = contacts.get(userId) ?? {
        userId,
        email: null,
        name: null,
        teamIds: [],
        ...UNKNOWN_PLACE,
      };
      contacts.set(userId, {
        ...contact,
        locale: locale ?? contact.locale,
        timeZone: timeZone ?? contact.timeZone,
      });
    }
    return contacts;
  }

  private contactOf({ emailBox, ...row }: ContactRow): Contact {
    return { ...row, email: this.vault.open(row.userId, emailBox) };
  }
}
