import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';

/** What is known of a user, with what the user set in place of what producers said. */
export interface ContactRow {
  userId: string;
  emailBox: string | null;
  name: string | null;
  locale: string | null;
  timeZone: string | null;
  teamIds: string[];
}

/** An encrypted address. */
export interface SealedAddress {
  userId: string;
  emailBox: string;
}

/** All SQL about contacts and users' settings. */
@Injectable()
export class ContactsStore {
  constructor(private readonly database: Database) {}

  /** Those that are known, in no order. */
  async find(manager: EntityManager, userIds: readonly string[]): Promise<ContactRow[]> {
    return (await this.database.execute<ContactRow>(manager, FIND, [userIds])).rows;
  }

  /** The next contacts whose address was sealed with this key, locked. */
  async lockSealedWith(
    manager: EntityManager,
    prefix: string,
    afterUser: string,
    limit: number,
  ): Promise<SealedAddress[]> {
    return (await this.database.execute<SealedAddress>(manager, LOCK_SEALED, [prefix, afterUser, limit]))
      .rows;
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
