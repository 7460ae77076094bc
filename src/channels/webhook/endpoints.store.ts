import { Injectable } from '@nestjs/common';
import { IsNull, type EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { LOWEST_ID } from '../../common/ids.js';
import { Database } from '../../database/database.js';
import { SecretRotation, type SealedTable } from '../../database/secret-rotation.js';
import { EndpointVault } from './endpoint-vault.js';
import { WebhookEndpoint } from './endpoint.entity.js';

type Changes = Partial<Omit<WebhookEndpoint, 'userId' | 'id'>>;

/** All SQL about endpoints themselves. Deleted ones are never seen here, but where the encryption key changes. */
@Injectable()
export class EndpointsStore implements SealedTable<WebhookEndpoint> {
  readonly name = 'webhooks';

  constructor(
    private readonly database: Database,
    private readonly vault: EndpointVault,
    private readonly clock: Clock,
    rotation: SecretRotation,
  ) {
    rotation.add(this);
  }

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

  /** Disables an endpoint unless it is so already. */
  async disable(
    manager: EntityManager,
    { userId, id }: { userId: string; id: string },
    reason: string,
    at: Date,
  ): Promise<WebhookEndpoint | null> {
    const result = await manager.update(
      WebhookEndpoint,
      { userId, id, disabledAt: IsNull(), deletedAt: IsNull() },
      { disabledAt: at, disabledReason: reason, updatedAt: at },
    );
    return result.affected === 1 ? manager.findOneBy(WebhookEndpoint, { userId, id }) : null;
  }

  lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: WebhookEndpoint | undefined,
    limit: number,
  ): Promise<WebhookEndpoint[]> {
    const { userId, id } = after ?? { userId: '', id: LOWEST_ID };
    return manager
      .createQueryBuilder(WebhookEndpoint, 'endpoint')
      .withDeleted()
      .where('(endpoint.userId, endpoint.id) > (:userId, :id)', { userId, id })
      .andWhere(IS_SEALED_WITH, { prefix })
      .orderBy({ 'endpoint.userId': 'ASC', 'endpoint.id': 'ASC' })
      .limit(limit)
      .setLock('pessimistic_write')
      .getMany();
  }

  async reseal(manager: EntityManager, endpoint: WebhookEndpoint): Promise<boolean> {
    const { userId, id } = endpoint;
    const { boxes, complete } = this.vault.reseal(endpoint, this.clock.now());
    await manager.update(WebhookEndpoint, { userId, id }, boxes);
    return complete;
  }
}

const IS_SEALED_WITH = `(starts_with(endpoint.urlBox, :prefix) OR starts_with(endpoint.credentialsBox, :prefix)
  OR starts_with(endpoint.secretBox, :prefix) OR strpos(CAST(endpoint.previousSecrets AS text), :prefix) > 0)`;
