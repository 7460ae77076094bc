import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { EndpointsStore } from './endpoints.store.js';

/** An endpoint that was disabled for its failures. */
export interface DisabledEndpoint {
  userId: string;
  id: string;
  name: string;
  kind: string;
  reason: string;
}

/** Called in the transaction that disables the endpoint, so that neither happens without the other. */
export type EndpointDisabledHandler = (
  manager: EntityManager,
  endpoint: DisabledEndpoint,
) => Promise<unknown>;

/** Where a module above says how owners are told: this one must not know the dispatcher. */
@Injectable()
export class EndpointDisabledHook {
  private handler: EndpointDisabledHandler | undefined;

  handleWith(handler: EndpointDisabledHandler): void {
    this.handler = handler;
  }

  async tell(manager: EntityManager, endpoint: DisabledEndpoint): Promise<void> {
    await this.handler?.(manager, endpoint);
  }
}

/** Disables endpoints that do not work any more. */
@Injectable()
export class EndpointDisabler {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly store: EndpointsStore,
    private readonly hook: EndpointDisabledHook,
    private readonly clock: Clock,
  ) {}

  /** Does nothing when it is disabled or deleted already. A failure is logged: the next failed attempt tries again. */
  async disable(endpoint: { userId: string; id: string }, reason: string): Promise<void> {
    try {
      await this.database.transaction(async (manager) => {
        const disabled = await this.store.disable(manager, endpoint, reason, this.clock.now());
        if (!disabled) return;
        const { userId, id, name, kind } = disabled;
        await this.hook.tell(manager, { userId, id, name, kind, reason });
      });
    } catch (error) {
      this.logger.error(`webhook ${endpoint.id} could not be disabled: ${(error as Error).message}`);
    }
  }
}
