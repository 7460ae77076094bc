import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { SecretRotation, type SealedTable } from '../../database/secret-rotation.js';
import { EndpointVault } from './endpoint-vault.js';
import type { WebhookEndpoint } from './endpoint.entity.js';
import { EndpointsStore } from './endpoints.store.js';

/** Before every key that there is. */
const BEFORE_ALL = { userId: '', id: '00000000-0000-0000-0000-000000000000' };

/** What a change of the encryption key does to endpoints. */
@Injectable()
export class SealedEndpoints implements SealedTable<WebhookEndpoint> {
  readonly name = 'webhooks';

  constructor(
    private readonly store: EndpointsStore,
    private readonly vault: EndpointVault,
    private readonly clock: Clock,
    rotation: SecretRotation,
  ) {
    rotation.add(this);
  }

  lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: WebhookEndpoint | undefined,
    limit: number,
  ): Promise<WebhookEndpoint[]> {
    return this.store.lockSealedWith(manager, prefix, after ?? BEFORE_ALL, limit);
  }

  async reseal(manager: EntityManager, endpoint: WebhookEndpoint): Promise<boolean> {
    const { boxes, complete } = this.vault.reseal(endpoint, this.clock.now());
    await this.store.reseal(manager, endpoint, boxes);
    return complete;
  }
}
