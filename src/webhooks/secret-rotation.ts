import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { EndpointVault } from './endpoint-vault.js';
import { EndpointsStore } from './endpoints.store.js';

/** In one transaction: their owners wait no longer than that to change them. */
const BATCH = 100;

/** After a change of the encryption key, seals again what the former key had sealed, so that it can be forgotten. */
@Injectable()
export class SecretRotation implements OnApplicationBootstrap {
  private readonly logger = new Logger('Webhooks');

  constructor(
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly store: EndpointsStore,
    private readonly vault: EndpointVault,
  ) {}

  onApplicationBootstrap(): void {
    this.run().then(
      (count) => count > 0 && this.logger.log(`${count} webhooks were encrypted again with the current key`),
      (error: Error) => this.logger.warn(`webhooks could not be encrypted again: ${error.message}`),
    );
  }

  /** @returns how many endpoints it was */
  async run(): Promise<number> {
    const former = this.vault.previousPrefix;
    if (former === undefined) return 0;
    let total = 0;
    for (;;) {
      const count = await this.reseal(former);
      total += count;
      if (count < BATCH) return total;
    }
  }

  private reseal(former: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const endpoints = await this.store.lockSealedWith(manager, former, BATCH);
      for (const endpoint of endpoints)
        await this.store.update(manager, endpoint.userId, endpoint.id, this.vault.reseal(endpoint));
      return endpoints.length;
    });
  }
}
