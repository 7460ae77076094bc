import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { execute, executeCount } from '../database/execute.js';

/** What was answered under an idempotency key, and a hash of what was asked. */
export interface Remembered<Answer> {
  requestHash: Buffer;
  response: Answer;
}

@Injectable()
export class IdempotencyStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /**
   * Takes the key for this transaction. The lock dies with the transaction or its connection, so that a killed
   * process leaves no key "still running".
   * @returns false when another request holds it
   */
  async lock(manager: EntityManager, apiKeyId: string, key: string): Promise<boolean> {
    const { rows } = await execute<{ locked: boolean }>(manager, LOCK, [`${apiKeyId}:${key}`]);
    return rows[0]?.locked === true;
  }

  async find<Answer>(
    manager: EntityManager,
    apiKeyId: string,
    key: string,
  ): Promise<Remembered<Answer> | undefined> {
    const { rows } = await execute<Remembered<Answer>>(manager, FIND, [apiKeyId, key]);
    return rows[0];
  }

  async remember(
    manager: EntityManager,
    entry: { apiKeyId: string; key: string; requestHash: Buffer; response: unknown; at: Date },
  ): Promise<void> {
    await execute(manager, REMEMBER, [
      entry.apiKeyId,
      entry.key,
      entry.requestHash,
      JSON.stringify(entry.response),
      entry.at,
    ]);
  }

  /** Forgets keys from before a time, at most `limit` of them. @returns how many */
  async forget(manager: EntityManager, before: Date, limit: number): Promise<number> {
    const { rowCount } = await execute(manager, FORGET, [before, limit]);
    return rowCount ?? 0;
  }

  /** How many keys {@link forget} would forget in all. */
  countOld(before: Date): Promise<number> {
    return executeCount(this.dataSource.manager, COUNT_OLD, [before]);
  }
}

const LOCK = {
  name: 'idempotency.lock',
  text: 'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
};
const FIND = {
  name: 'idempotency.find',
  text: `SELECT request_hash AS "requestHash", response FROM carillon.idempotency_keys
    WHERE api_key_id = $1 AND key = $2`,
};
const REMEMBER = {
  name: 'idempotency.remember',
  text: `INSERT INTO carillon.idempotency_keys (api_key_id, key, request_hash, response, created_at)
    VALUES ($1, $2, $3, $4, $5)`,
};
const FORGET = {
  name: 'idempotency.forget',
  text: `DELETE FROM carillon.idempotency_keys WHERE (api_key_id, key) IN (
    SELECT api_key_id, key FROM carillon.idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)`,
};
const COUNT_OLD = {
  name: 'idempotency.countOld',
  text: 'SELECT count(*) FROM carillon.idempotency_keys WHERE created_at < $1',
};
