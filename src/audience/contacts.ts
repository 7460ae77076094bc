import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AddressVault } from './address-vault.js';
import { ContactsStore, type ContactRow } from './contacts.store.js';

/** How a user is reached, and in what language and zone. */
export interface Contact {
  userId: string;
  email: string | null;
  name: string | null;
  /** BCP 47. */
  locale: string | null;
  /** IANA. */
  timeZone: string | null;
  teamIds: string[];
}

/** How users are reached, as it is now: who sends asks at that moment. */
@Injectable()
export class Contacts {
  constructor(
    private readonly store: ContactsStore,
    private readonly vault: AddressVault,
  ) {}

  /** @returns those that are known, by their user's id; what users set themselves comes before what producers say */
  async find(manager: EntityManager, userIds: readonly string[]): Promise<ReadonlyMap<string, Contact>> {
    const rows = await this.store.find(manager, userIds);
    return new Map(rows.map((row) => [row.userId, this.contactOf(row)]));
  }

  /** Of an address in any case, by which what is known of the address itself is stored. */
  emailHash(address: string): Buffer {
    return this.vault.hash(address);
  }

  private contactOf({ emailBox, ...row }: ContactRow): Contact {
    return { ...row, email: this.vault.open(row.userId, emailBox) };
  }
}
