import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { LOWEST_ID } from '../../common/ids.js';
import { UnreadableSecret } from '../../common/secret-box.js';
import { SecretRotation, type SealedTable } from '../../database/secret-rotation.js';
import { SubscriptionVault } from './subscription-vault.js';
import { SubscriptionsStore, type SealedSubscription } from './subscriptions.store.js';

/** What a change of the encryption key does to subscriptions. */
@Injectable()
export class SealedSubscriptions implements SealedTable<SealedSubscription> {
  readonly name = 'push subscriptions';

  constructor(
    private readonly store: SubscriptionsStore,
    private readonly vault: SubscriptionVault,
    private readonly clock: Clock,
    rotation: SecretRotation,
  ) {
    rotation.add(this);
  }

  lockSealedWith(
    manager: EntityManager,
    prefix: string,
    after: SealedSubscription | undefined,
    limit: number,
  ): Promise<SealedSubscription[]> {
    return this.store.lockSealedWith(manager, prefix, after ?? { userId: '', id: LOWEST_ID }, limit);
  }

  async reseal(manager: EntityManager, row: SealedSubscription): Promise<boolean> {
    try {
      const sealed = this.vault.seal(row, this.vault.open(row));
      await this.store.reseal(manager, row, sealed, this.clock.now());
      return true;
    } catch (error) {
      if (error instanceof UnreadableSecret) return false;
      throw error;
    }
  }
}
