import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { explained } from '../common/database-failure.js';
import { CarillonError, notFound } from '../common/errors.js';
import { Turns } from '../database/turns.js';
import { checkInput, checkUserId } from '../common/validation.js';
import { ChangedTimes } from '../database/changed-times.store.js';
import { Database } from '../database/database.js';
import { AddressVault } from './address-vault.js';
import { ContactPatch, ContactPatches } from './contact-patch.js';
import type { Contact } from './contacts.js';
import { HostContacts } from './host-contacts.js';
import { decidedAnew } from './settings-patch.js';
import { ContactsStore, type ContactChange, type StoredContact } from './contacts.store.js';

/** What producers say of a user. */
export interface SyncedContact extends Contact {
  createdAt: Date;
  updatedAt: Date;
}

/** Whose turns those who write many have: two at once, so that a sync of all users leaves connections to everything else. */
const MANY = 'many contacts';
/** Longer than a request of a page waits: a sync that sends all of its lists at once has to get through. */
const MANY_WAIT_MS = 30_000;

/** How users are reached, as producers keep it. What users set themselves is not shown here, and stays when it changes. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly database: Database,
    private readonly store: ContactsStore,
    private readonly vault: AddressVault,
    private readonly changedTimes: ChangedTimes,
    private readonly clock: Clock,
    private readonly host: HostContacts,
    private readonly turns: Turns,
  ) {}

  /** @throws CarillonError `not_found` when nothing was ever said of the user */
  async get(userId: string): Promise<SyncedContact> {
    this.refuseInHost();
    const row = await explained(this.store.get(this.database.manager, checkUserId(userId, 'user_id')));
    if (!row) throw notFound('user');
    return this.read(row);
  }

  /**
   * Makes or changes a contact.
   * @param given a {@link ContactPatch} as JSON spells it
   * @throws CarillonError `invalid_input` naming every wrong place
   */
  async put(userId: string, given: unknown): Promise<SyncedContact> {
    this.refuseInHost();
    const patch = checkInput(ContactPatch, given, { spelling: 'json' });
    const [row] = await this.write([[checkUserId(userId, 'user_id'), patch]]);
    return this.read(row as StoredContact);
  }

  /**
   * Makes or changes many: all, or none.
   * @param given {@link ContactPatches} as JSON spells them
   * @returns how many
   * @throws CarillonError `invalid_input` naming every wrong place; `overloaded` when too many such lists wait
   */
  async putAll(given: unknown): Promise<number> {
    this.refuseInHost();
    const { users } = checkInput(ContactPatches, given, { spelling: 'json' });
    const work = () => this.write(users.map((user) => [user.id, user]));
    return (await this.turns.take(MANY, work, MANY_WAIT_MS)).length;
  }

  private refuseInHost(): void {
    if (!this.host.answers) return;
    const detail =
      'The application that Carillon is part of says how its users are reached: none of it is kept here.';
    throw new CarillonError('contacts_from_host', detail);
  }

  private write(patches: [userId: string, patch: ContactPatch][]): Promise<StoredContact[]> {
    const changes = new Map(patches.map(([userId, patch]) => [userId, this.changeOf(userId, patch)]));
    const zoned = [...changes].flatMap(([userId, change]) =>
      change.time_zone === undefined ? [] : [userId],
    );
    return explained(
      this.database.transaction(async (manager) => {
        const former = zoned.length > 0 ? await this.store.lockZones(manager, zoned) : undefined;
        const contacts = await this.store.upsert(manager, changes, this.clock.now());
        const moved = contacts.flatMap(({ userId, timeZone }) =>
          former && (former.get(userId) ?? null) !== timeZone ? [userId] : [],
        );
        await this.changedTimes.add(manager, moved, decidedAnew({ timeZone: null }));
        return contacts;
      }),
    );
  }

  private changeOf(userId: string, { email, name, locale, timeZone, teamIds }: ContactPatch): ContactChange {
    return {
      email_box: email && this.vault.seal(userId, email),
      email_hash: email && this.vault.hash(email).toString('hex'),
      name,
      locale,
      time_zone: timeZone,
      team_ids: teamIds === null ? [] : teamIds,
    };
  }

  private read({ emailBox, ...row }: StoredContact): SyncedContact {
    return { ...row, email: this.vault.open(row.userId, emailBox) };
  }
}
