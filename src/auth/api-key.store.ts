import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import { ApiKey } from './api-key.entity.js';
import type { Scope } from './scopes.js';

/** A key that may be used. */
export interface UsableKey {
  id: string;
  name: string;
  scopes: Scope[];
  /** Whether its last use was written down more than a minute ago. */
  unused: boolean;
}

const FIND_USABLE: Statement = {
  name: 'api_keys_find_usable',
  text: `
    SELECT id, name, scopes, last_used_at IS NULL OR last_used_at < now() - interval '1 minute' AS unused
    FROM :schema.api_keys
    WHERE hash = $1 AND revoked_at IS NULL`,
};

// The condition again: another process may have written it meanwhile.
const TOUCH: Statement = {
  name: 'api_keys_touch',
  text: `
    UPDATE :schema.api_keys SET last_used_at = now()
    WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
};

@Injectable()
export class ApiKeyStore {
  /** The channel on which every process that verifies keys hears of revocations. */
  readonly channel: string;

  constructor(private readonly database: Database) {
    this.channel = database.channel('api_keys');
  }

  async findUsable(hash: Buffer): Promise<UsableKey | undefined> {
    const { rows } = await this.database.execute<UsableKey>(this.database.manager, FIND_USABLE, [hash]);
    return rows[0];
  }

  list(): Promise<ApiKey[]> {
    return this.database.manager.find(ApiKey, { order: { createdAt: 'DESC', id: 'DESC' } });
  }

  findById(manager: EntityManager, id: string): Promise<ApiKey | null> {
    return manager.findOneBy(ApiKey, { id });
  }

  findLiveByName(manager: EntityManager, name: string): Promise<ApiKey[]> {
    return manager.find(ApiKey, { where: { name, revokedAt: IsNull() }, order: { id: 'ASC' } });
  }

  async insert(manager: EntityManager, key: Omit<ApiKey, 'lastUsedAt' | 'revokedAt'>): Promise<void> {
    await manager.insert(ApiKey, key);
  }

  /**
   * Revokes a key that is not revoked yet. In a transaction, so that other processes hear of it when it is
   * committed and not before; an operator does this seldom, so the lock that NOTIFY takes at commit is no matter.
   */
  async revoke(manager: EntityManager, id: string, at: Date): Promise<void> {
    await manager.update(ApiKey, { id, revokedAt: IsNull() }, { revokedAt: at });
    await manager.query(`NOTIFY "${this.channel}"`);
  }

  async touch(manager: EntityManager, id: string): Promise<void> {
    await this.database.execute(manager, TOUCH, [id]);
  }
}
