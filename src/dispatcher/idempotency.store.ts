import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';

/** What was answered under an idempotency key, and a hash of what was asked. */
export interface Remembered<Answer> {
  requestHash: Buffer;
  response: Answer;
}

@Injectable()
export class IdempotencyStore {
  constructor(private readonly database: Database) {}

  /**
   * Takes the key for this transaction. The lock dies with the transaction or its connection, so that a killed
   * process leaves no key "still running".
   * @returns false when another request holds it
   */
  async lock(manager: EntityManager, apiKeyId: string, key: string): Promise<boolean> {
    const { rows } = await this.database.execute<{ locked: boolean }>(
      manager,
      LOCK,
      this.database.lock(`idempotency ${apiKeyId}:${key}`),
    );
    return rows[0]?.locked === true;
  }

  async find<Answer>(
    manager: EntityManager,
    apiKeyId: string,
    key: string,
  ): Promise<Remembered<Answer> | undefined> {
    const { rows } = await this.database.execute<Remembered<Answer>>(manager, FIND, [apiKeyId, key]);
    return rows[0];
  }

  async remember(
    manager: EntityManager,
    entry: { apiKeyId: string; key: string; requestHash: Buffer; response: unknown; at: Date },
  ): Promise<void> {
    await this.database.execute(manager, REMEMBER, [
      entry.apiKeyId,
      entry.key,
      entry.requestHash,
      JSON.stringify(entry.response),
      entry.at,
    ]);
  }

  /** Forgets keys from before a time, at most `limit` of them. @returns how many */
  async forget(manager: EntityManager, before: Date, limit: number): Promise<number> {
    const { rowCount } = await this.database.execute(manager, FORGET, [before, limit]);
    return rowCount ?? 0;
  }

  /** How many keys {@link forget} would forget in all. */
  countOld(before: Date): Promise<number> {
    return this.database.executeCount(this.database.manager, COUNT_OLD, [before]);
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
const FORGET = {
  name: 'idempotency.forget',
  text: `DELETE FROM :schema.idempotency_keys WHERE (api_key_id, key) IN (
    SELECT api_key_id, key FROM :schema.idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
};
const COUNT_OLD = {
  name: 'idempotency.countOld',
  text: 'SELECT count(*) FROM :schema.idempotency_keys WHERE created_at < $1',
};
