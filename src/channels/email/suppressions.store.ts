import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { columnsOf } from '../../database/columns.js';
import { Database } from '../../database/database.js';

/** Why an address gets nothing any more: its mailbox is gone, or its owner has called a mail spam. */
export type SuppressionReason = 'bounce' | 'complaint';

/** A user's address, by its hash. */
export interface UserAddress {
  userId: string;
  hash: Buffer;
}

/** Addresses that are left alone until their user has another one. */
@Injectable()
export class SuppressionsStore {
  constructor(private readonly database: Database) {}

  /** Which of these addresses are left alone: their users' ids. */
  async find(manager: EntityManager, addresses: readonly UserAddress[]): Promise<ReadonlySet<string>> {
    if (addresses.length === 0) return new Set();
    const values = columnsOf(addresses, 'userId', 'hash');
    const { rows } = await this.database.executeArrays<[userId: string]>(manager, FIND, values);
    return new Set(rows.map(([userId]) => userId));
  }

  async add(manager: EntityManager, { userId, hash }: UserAddress, reason: SuppressionReason): Promise<void> {
    await this.database.execute(manager, ADD, [userId, hash, reason]);
  }
}

const FIND = {
  name: 'email.suppressed',
  text: `SELECT s.user_id FROM unnest($1::text[], $2::bytea[]) AS a(user_id, address_hash)
    JOIN :schema.email_suppressions s USING (user_id, address_hash)`,
};

// A complaint weighs more than a bounce, whichever came first.
const ADD = {
  name: 'email.suppress',
  text: `INSERT INTO :schema.email_suppressions (user_id, address_hash, reason, created_at) VALUES ($1, $2, $3, now())
    ON CONFLICT (user_id, address_hash) DO UPDATE SET reason = excluded.reason WHERE excluded.reason = 'complaint'`,
};
