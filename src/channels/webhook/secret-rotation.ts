import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { EndpointVault } from './endpoint-vault.js';
import { EndpointsStore, type EndpointKey } from './endpoints.store.js';

/** In one transaction: their owners wait no longer than that to change them. */
const BATCH = 100;

/** Before every key that there is. */
const BEFORE_ALL: EndpointKey = { userId: '', id: '00000000-0000-0000-0000-000000000000' };

/** How many endpoints were encrypted again, and how many could not all be: the former key does not open them. */
export interface Resealed {
  resealed: number;
  unreadable: number;
}

/** After a change of the encryption key, seals again what the former key had sealed, so that it can be forgotten. */
@Injectable()
export class SecretRotation implements OnApplicationBootstrap {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly store: EndpointsStore,
    private readonly vault: EndpointVault,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    if (this.vault.previousPrefix === undefined) return;
    this.run().then(
      (done) => this.report(done),
      (error: Error) =>
        this.logger.warn(
          `not all webhooks could be encrypted again, so the former key is still needed: ${error.message}`,
        ),
    );
  }

  /** Once: what another process seals with the former key meanwhile, is found at the next start. */
  async run(): Promise<Resealed> {
    const total = { resealed: 0, unreadable: 0 };
    const former = this.vault.previousPrefix;
    let last: EndpointKey | undefined = former === undefined ? undefined : BEFORE_ALL;
    while (former !== undefined && last) last = await this.page(former, last, total);
    return total;
  }

  /** @returns the last endpoint of the page, when there may be another page */
  private page(former: string, after: EndpointKey, total: Resealed): Promise<EndpointKey | undefined> {
    return this.database.transaction(async (manager) => {
      const endpoints = await this.store.lockSealedWith(manager, former, after, BATCH);
      for (const endpoint of endpoints) {
        // One that cannot be read keeps its own owner waiting, and nobody else.
        const { boxes, complete } = this.vault.reseal(endpoint, this.clock.now());
        await this.store.reseal(manager, endpoint, boxes);
        total[complete ? 'resealed' : 'unreadable'] += 1;
      }
      return endpoints.length < BATCH ? undefined : endpoints.at(-1);
    });
  }

  private report({ resealed, unreadable }: Resealed): void {
    this.logger.log(
      `${resealed} webhooks were encrypted again with the current key: the former one can be removed once no process runs with it`,
    );
    if (unreadable > 0)
      this.logger.warn(
        `${unreadable} webhooks cannot be read with either key: keeping the former one does not help, their owners have to set them up anew`,
      );
  }
}
