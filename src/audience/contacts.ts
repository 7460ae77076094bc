import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AddressVault } from './address-vault.js';
import type { Contact } from './contact.js';
import { ContactsStore, type ContactRow } from './contacts.store.js';
import { HostContacts } from './host-contacts.js';
import { SettingsStore } from './settings.store.js';
import { NO_TIMES, type UserTimes } from './user-times.js';

export type { Contact };

const UNKNOWN = { email: null, name: null, locale: null, timeZone: null, teamIds: [] };

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

  /**
   * When users want to be left alone, and when their digests come.
   * @param onTheClock users for whom a time of the day matters even if they have set none: a host is asked for zones only where one does
   * @throws CarillonError `unavailable` when a host that answers for contacts does not
   */
  async findTimes(
    manager: EntityManager,
    userIds: readonly string[],
    onTheClock: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, UserTimes>> {
    const rows = new Map((await this.settings.findTimes(manager, userIds)).map((row) => [row.userId, row]));
    const ofUser = (userId: string) => rows.get(userId) ?? NO_TIMES;
    if (!this.host.answers)
      return new Map([...rows].map(([id, row]) => [id, { ...row, zone: row.zone ?? row.contactZone }]));
    const asked = userIds.filter((userId) => {
      const { zone, quietHours } = ofUser(userId);
      return zone === null && (quietHours !== null || onTheClock.has(userId));
    });
    const contacts = asked.length > 0 ? await this.host.find(asked) : undefined;
    return new Map(
      userIds.map((userId) => {
        const times = ofUser(userId);
        return [userId, { ...times, zone: times.zone ?? contacts?.get(userId)?.timeZone ?? null }];
      }),
    );
  }

  /** Of an address in any case, by which what is known of the address itself is stored. */
  emailHash(address: string): Buffer {
    return this.vault.hash(address);
  }

  private async ofHost(manager: EntityManager, userIds: readonly string[]): Promise<Map<string, Contact>> {
    const contacts = await this.host.find(userIds);
    for (const { userId, locale, timeZone } of await this.settings.findPlaces(manager, userIds)) {
      const contact = contacts.get(userId) ?? { ...UNKNOWN, userId };
      const place = { locale: locale ?? contact.locale, timeZone: timeZone ?? contact.timeZone };
      contacts.set(userId, { ...contact, ...place });
    }
    return contacts;
  }

  private contactOf({ emailBox, ...row }: ContactRow): Contact {
    return { ...row, email: this.vault.open(row.userId, emailBox) };
  }
}
