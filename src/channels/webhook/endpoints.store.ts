import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Database } from '../../database/database.js';
import type { Boxes } from './endpoint-vault.js';
import { WebhookEndpoint } from './endpoint.entity.js';

export type EndpointKey = Pick<WebhookEndpoint, 'userId' | 'id'>;

type Changes = Partial<Omit<WebhookEndpoint, 'userId' | 'id' | 'deletedAt'>>;

/** All SQL about endpoints themselves. Deleted ones are never seen here. */
@Injectable()
export class EndpointsStore {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  list(userId: string): Promise<WebhookEndpoint[]> {
    return this.database.manager.find(WebhookEndpoint, { where: { userId }, order: { id: 'ASC' } });
  }

  find(userId: string, id: string): Promise<WebhookEndpoint | null> {
    return this.database.manager.findOneBy(WebhookEndpoint, { userId, id });
  }

  /** Like {@link find}, and nobody else changes it until the transaction ends. */
  findLocked(manager: EntityManager, userId: string, id: string): Promise<WebhookEndpoint | null> {
    return manager.findOne(WebhookEndpoint, { where: { userId, id }, lock: { mode: 'pessimistic_write' } });
  }

  /** Counts a user's endpoints, one transaction after the other: two at once would both see room for the last. */
  async countLocked(manager: EntityManager, userId: string): Promise<number> {
    await this.database.takeTurn(manager, `webhook_endpoints ${userId}`);
    return manager.countBy(WebhookEndpoint, { userId });
  }

  async insert(manager: EntityManager, endpoint: WebhookEndpoint): Promise<void> {
    await manager.insert(WebhookEndpoint, endpoint);
  }

  async update(manager: EntityManager, userId: string, id: string, changes: Changes): Promise<boolean> {
    const result = await manager.update(WebhookEndpoint, { userId, id, deletedAt: IsNull() }, changes);
    return result.affected === 1;
  }

  async softDelete(manager: EntityManager, userId: string, id: string, at: Date): Promise<boolean> {
    const result = await manager.update(
      WebhookEndpoint,
      { userId, id, deletedAt: IsNull() },
      { deletedAt: at },
    );
    return result.affected === 1;
  }

  /** Disables an endpoint unless it is so already. */
  async disable(
    manager: EntityManager,
    endpoint: { userId: string; id: string },
    reason: string,
    at: Date,
  ): Promise<WebhookEndpoint | null> {
    const { userId, id } = endpoint;
    const result = await manager.update(
      WebhookEndpoint,
      { userId, id, disabledAt: IsNull(), deletedAt: IsNull() },
      { disabledAt: at, disabledReason: reason, updatedAt: at },
    );
    return result.affected === 1 ? manager.findOneBy(WebhookEndpoint, { userId, id }) : null;
  }

  /**
   * Locks the next endpoints, by their keys, that have a secret which was sealed with this key; those in the trash as
   * well, which are kept for a while.
   */
  async lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: EndpointKey,
    limit: number,
  ): Promise<WebhookEndpoint[]> {
    return manager
      .createQueryBuilder(WebhookEndpoint, 'endpoint')
      .withDeleted()
      .where('(endpoint.userId, endpoint.id) > (:userId, :id)', { userId: after.userId, id: after.id })
      .andWhere(IS_SEALED_WITH, { prefix })
      .orderBy('endpoint.userId')
      .addOrderBy('endpoint.id')
      .limit(limit)
      .setLock('pessimistic_write')
      .getMany();
  }

  /** Writes secrets again as another key encrypts them, in the trash as well. */
  async reseal(manager: EntityManager, { userId, id }: EndpointKey, boxes: Boxes): Promise<void> {
    await manager.update(WebhookEndpoint, { userId, id }, boxes);
  }
}

const IS_SEALED_WITH = `(starts_with(endpoint.urlBox, :prefix) OR starts_with(endpoint.credentialsBox, :prefix)
  OR starts_with(endpoint.secretBox, :prefix) OR strpos(CAST(endpoint.previousSecrets AS text), :prefix) > 0)`;
