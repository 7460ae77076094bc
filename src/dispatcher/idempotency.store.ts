import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { oldRows } from '../database/old-rows.sql.js';
import type { NotifyResult } from './event.js';

/** What was answered under an idempotency key, and a hash of what was asked. */
export interface Remembered {
  requestHash: Buffer;
  response: StoredResult;
}

/** As JSON has it; versions before knew no other status than `sent`, and did not write it. */
export type StoredResult = Omit<NotifyResult, 'event'> & {
  event: {
    id: string;
    type: string;
    createdAt: string;
    status?: 'sent' | 'scheduled';
    sendAt?: string | null;
  };
};

@Injectable()
export class IdempotencyStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes the key for this transaction. The lock dies with the transaction or its connection, so that a killed
   * process leaves no key "still running".
   * @returns false when another request holds it
   */
  async lock(manager: EntityManager, apiKeyId: string, key: string): Promise<boolean> {
    const lock = this.database.lock(`idempotency ${apiKeyId}:${key}`);
    const { rows } = await this.database.execute<{ locked: boolean }>(manager, LOCK, lock);
    return rows[0]?.locked === true;
  }

  async find(manager: EntityManager, apiKeyId: string, key: string): Promise<Remembered | undefined> {
    return (await this.database.execute<Remembered>(manager, FIND, [apiKeyId, key])).rows[0];
  }

  async remember(
    manager: EntityManager,
    entry: { apiKeyId: string; key: string; requestHash: Buffer; response: NotifyResult; at: Date },
  ): Promise<void> {
    const { apiKeyId, key, requestHash, response, at } = entry;
    const values = [apiKeyId, key, requestHash, JSON.stringify(response), at];
    await this.database.execute(manager, REMEMBER, values);
  }
}

const LOCK = {
  name: 'idempotency.lock',
  text: 'SELECT pg_try_advisory_xact_lock($1::int, $2::int) AS locked',
};
const FIND = {
  name: 'idempotency.find',
  text: `SELECT request_hash AS "requestHash", response FROM :schema.idempotency_keys
    WHERE api_key_id = $1 AND key = $2`,
};
const REMEMBER = {
  name: 'idempotency.remember',
  text: `INSERT INTO :schema.idempotency_keys (api_key_id, key, request_hash, response, created_at)
    VALUES ($1, $2, $3, $4, $5)`,
};
export const OLD_KEYS = oldRows('idempotency', 'idempotency_keys', 'created_at');
