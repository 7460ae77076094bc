import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { LOWEST_ID } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { SecretRotation, type SealedTable } from '../../database/secret-rotation.js';
import { FORGOTTEN, SubscriptionVault } from './subscription-vault.js';
import { PushSubscription } from './subscription.entity.js';

export type SubscriptionKey = Pick<PushSubscription, 'userId' | 'id'>;

/** What a change of the encryption key is about. */
export type SealedSubscription = SubscriptionKey & Pick<PushSubscription, 'endpointBox' | 'authBox'>;

/** One that has an endpoint. */
export type FoundSubscription = SubscriptionKey & Pick<PushSubscription, 'createdAt'>;

type Changes = Partial<Omit<PushSubscription, 'userId' | 'id'>>;

/** All SQL about subscriptions themselves. Deleted ones are never seen here. */
@Injectable()
export class SubscriptionsStore implements SealedTable<SealedSubscription> {
  readonly name = 'push subscriptions';

  constructor(
    private readonly database: Database,
    private readonly vault: SubscriptionVault,
    private readonly clock: Clock,
    rotation: SecretRotation,
  ) {
    rotation.add(this);
  }

  /** Oldest first. */
  list(userId: string): Promise<PushSubscription[]> {
    return this.database.manager.find(PushSubscription, { where: { userId }, order: { id: 'ASC' } });
  }

  /**
   * No other request adds one of this user or with this endpoint until the transaction ends: two at once would both see room for
   * the last, and both find the endpoint free.
   */
  async lock(manager: EntityManager, userId: string, endpoint: string): Promise<void> {
    const locks = [`push user ${userId}`, `push endpoint ${endpoint}`].map((name) =>
      this.database.lock(name),
    );
    // In the same order everywhere, so that no two wait for each other.
    const numbers = locks.map(([, number]) => number).toSorted((a, b) => a - b);
    await this.database.execute(manager, LOCK, [locks[0]?.[0], numbers]);
  }

  /** Of any user: a browser that another user signs in to keeps its endpoint. */
  async findByHash(manager: EntityManager, hashes: readonly Buffer[]): Promise<FoundSubscription[]> {
    return (await this.database.execute<FoundSubscription>(manager, FIND_BY_HASH, [hashes])).rows;
  }

  async insert(manager: EntityManager, subscription: PushSubscription): Promise<void> {
    await manager.insert(PushSubscription, subscription);
  }

  async update(manager: EntityManager, { userId, id }: SubscriptionKey, changes: Changes): Promise<void> {
    await manager.update(PushSubscription, { userId, id }, changes);
  }

  /** Its deliveries are found through what is left of it. @returns whether it was there */
  async forget(manager: EntityManager, { userId, id }: SubscriptionKey, at: Date): Promise<boolean> {
    const changes = { ...FORGOTTEN, deletedAt: at };
    const result = await manager.update(PushSubscription, { userId, id, deletedAt: IsNull() }, changes);
    return result.affected === 1;
  }

  /** Leaves a user only so many: those that their browsers named last. */
  async forgetOldest(manager: EntityManager, userId: string, keep: number, at: Date): Promise<void> {
    await this.database.execute(manager, FORGET_OLDEST, [userId, keep, at]);
  }

  async lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: SubscriptionKey = { userId: '', id: LOWEST_ID },
    limit: number,
  ): Promise<SealedSubscription[]> {
    const values = [prefix, after.userId, after.id, limit];
    return (await this.database.execute<SealedSubscription>(manager, LOCK_SEALED, values)).rows;
  }

  /** One whose endpoint has been named anew meanwhile is forgotten. */
  async reseal(manager: EntityManager, row: SealedSubscription): Promise<boolean> {
    const secrets = this.vault.open(row);
    if (!secrets) return false;
    const sealed = this.vault.seal(row, secrets);
    const known = await this.findByHash(manager, [sealed.endpointHash as Buffer]);
    if (known.length > 0) await this.forget(manager, row, this.clock.now());
    else await this.update(manager, row, sealed);
    return true;
  }
}

const LOCK = {
  name: 'push.lock',
  text: 'SELECT pg_advisory_xact_lock($1::int, number) FROM unnest($2::int[]) AS number',
};

const FIND_BY_HASH = {
  name: 'push.findByHash',
  text: `
    SELECT user_id AS "userId", id, created_at AS "createdAt" FROM :schema.push_subscriptions
    WHERE endpoint_hash = ANY ($1::bytea[])`,
};

const FORGET_OLDEST = {
  name: 'push.forgetOldest',
  text: `
    WITH kept AS MATERIALIZED (
      SELECT id FROM :schema.push_subscriptions WHERE user_id = $1 AND deleted_at IS NULL
      ORDER BY updated_at DESC, id DESC LIMIT $2
    )
    UPDATE :schema.push_subscriptions SET deleted_at = $3, endpoint_hash = NULL, endpoint_box = NULL, auth_box = NULL
    WHERE user_id = $1 AND deleted_at IS NULL AND id NOT IN (SELECT id FROM kept)`,
};

const LOCK_SEALED = {
  name: 'push.lockSealed',
  text: `
    SELECT user_id AS "userId", id, endpoint_box AS "endpointBox", auth_box AS "authBox"
    FROM :schema.push_subscriptions
    WHERE (user_id, id) > ($2, $3::uuid) AND (starts_with(endpoint_box, $1) OR starts_with(auth_box, $1))
    ORDER BY user_id, id LIMIT $4 FOR UPDATE`,
};
