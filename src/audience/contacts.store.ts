import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import type { Contact } from './contact.js';

/** What is known of a user, with what the user set in place of what producers said. */
export interface ContactRow extends Omit<Contact, 'email'> {
  emailBox: string | null;
}

/** What producers say of a user, as it is stored. */
export interface StoredContact extends ContactRow {
  createdAt: Date;
  updatedAt: Date;
}

/** What changes of a contact; what is undefined stays as it is. */
export interface ContactChange {
  email_box: string | null | undefined;
  /** In hexadecimal. */
  email_hash: string | null | undefined;
  name: string | null | undefined;
  locale: string | null | undefined;
  time_zone: string | null | undefined;
  team_ids: string[] | undefined;
}

/** An encrypted address. */
export interface SealedAddress {
  userId: string;
  emailBox: string;
}

/** All SQL about contacts. */
@Injectable()
export class ContactsStore {
  constructor(private readonly database: Database) {}

  /** Those that are known, in no order. */
  async find(manager: EntityManager, userIds: readonly string[]): Promise<ContactRow[]> {
    return (await this.database.execute<ContactRow>(manager, FIND, [userIds])).rows;
  }

  /** What producers said of a user. */
  async get(manager: EntityManager, userId: string): Promise<StoredContact | undefined> {
    return (await this.database.execute<StoredContact>(manager, GET, [userId])).rows[0];
  }

  /** The zones of those contacts that are there, which stay as they are until the transaction ends. */
  async lockZones(
    manager: EntityManager,
    userIds: readonly string[],
  ): Promise<ReadonlyMap<string, string | null>> {
    const zones = await this.database.executeArrays<[string, string | null]>(manager, LOCK_ZONES, [userIds]);
    return new Map(zones.rows);
  }

  /** Changes contacts, and makes those that are not there. @returns them as they are now */
  async upsert(
    manager: EntityManager,
    changes: ReadonlyMap<string, ContactChange>,
    at: Date,
  ): Promise<StoredContact[]> {
    const values = [[...changes.keys()], JSON.stringify(Object.fromEntries(changes)), at];
    return (await this.database.execute<StoredContact>(manager, UPSERT, values)).rows;
  }

  /** The next contacts whose address was sealed with this key, locked. */
  async lockSealedWith(
    manager: EntityManager,
    prefix: string,
    afterUser: string,
    limit: number,
  ): Promise<SealedAddress[]> {
    const values = [prefix, afterUser, limit];
    return (await this.database.execute<SealedAddress>(manager, LOCK_SEALED, values)).rows;
  }

  /** Writes an address again as another key encrypts it: it is the same address. */
  async reseal(manager: EntityManager, { userId, emailBox }: SealedAddress, hash: Buffer): Promise<void> {
    await this.database.execute(manager, RESEAL, [userId, emailBox, hash]);
  }
}

const FIND = {
  name: 'contacts.find',
  text: `
    SELECT u.user_id AS "userId", c.email_box AS "emailBox", c.name, coalesce(s.locale, c.locale) AS locale,
      coalesce(s.time_zone, c.time_zone) AS "timeZone", coalesce(c.team_ids, '{}') AS "teamIds"
    FROM unnest($1::text[]) AS u(user_id)
    LEFT JOIN :schema.contacts c ON c.user_id = u.user_id
    LEFT JOIN :schema.user_settings s ON s.user_id = u.user_id
    WHERE c.user_id IS NOT NULL OR s.user_id IS NOT NULL`,
};

const COLUMNS = `user_id AS "userId", email_box AS "emailBox", name, locale, time_zone AS "timeZone",
  team_ids AS "teamIds", created_at AS "createdAt", updated_at AS "updatedAt"`;

const GET = {
  name: 'contacts.get',
  text: `SELECT ${COLUMNS} FROM :schema.contacts WHERE user_id = $1`,
};

const LOCK_ZONES = {
  name: 'contacts.lock-zones',
  // In the order in which contacts are changed.
  text: 'SELECT user_id, time_zone FROM :schema.contacts WHERE user_id = ANY ($1::text[]) ORDER BY user_id FOR UPDATE',
};

/** The new value of a column where the change names it, else the present one. */
const merged = (column: string) =>
  `${column} = CASE WHEN $2::jsonb -> excluded.user_id ? '${column}' THEN excluded.${column} ELSE c.${column} END`;

const UPSERT = {
  name: 'contacts.upsert',
  // The changes are one object by user: an INSERT can still ask what was said of a row that it finds to be there, even if another request
  // made it meanwhile. Sorted: two requests lock the rows that they share in one order.
  text: `
    INSERT INTO :schema.contacts AS c
      (user_id, email_box, email_hash, email_changed_at, name, locale, time_zone, team_ids, created_at, updated_at)
    SELECT u.user_id, said ->> 'email_box', decode(said ->> 'email_hash', 'hex'),
      CASE WHEN said ->> 'email_hash' IS NOT NULL THEN $3::timestamptz END, said ->> 'name', said ->> 'locale',
      said ->> 'time_zone', ARRAY(SELECT jsonb_array_elements_text(coalesce(said -> 'team_ids', '[]'))), $3, $3
    FROM unnest($1::text[]) AS u(user_id), LATERAL (SELECT $2::jsonb -> u.user_id AS said) AS s
    ORDER BY u.user_id
    ON CONFLICT (user_id) DO UPDATE SET
      email_changed_at = CASE
        WHEN $2::jsonb -> excluded.user_id ? 'email_hash' AND excluded.email_hash IS DISTINCT FROM c.email_hash
          THEN excluded.updated_at
        ELSE c.email_changed_at END,
      ${['email_box', 'email_hash', 'name', 'locale', 'time_zone', 'team_ids'].map(merged).join(', ')},
      updated_at = excluded.updated_at
    RETURNING ${COLUMNS}`,
};

const LOCK_SEALED = {
  name: 'contacts.lock-sealed',
  text: `
    SELECT user_id AS "userId", email_box AS "emailBox" FROM :schema.contacts
    WHERE user_id > $2 AND starts_with(email_box, $1) ORDER BY user_id LIMIT $3 FOR UPDATE`,
};

const RESEAL = {
  name: 'contacts.reseal',
  text: 'UPDATE :schema.contacts SET email_box = $2, email_hash = $3 WHERE user_id = $1',
};
