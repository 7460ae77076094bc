import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Database } from '../../database/database.js';
import { Notices } from '../notices.js';
import { EndpointsStore } from './endpoints.store.js';
import { WEBHOOK_DISABLED } from './webhook.channel.js';

@Injectable()
export class EndpointDisabler {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly database: Database,
    private readonly store: EndpointsStore,
    private readonly notices: Notices,
    private readonly clock: Clock,
  ) {}

  /** Does nothing when it is disabled or deleted already. A failure is logged: the next failed attempt tries again. */
  async disable(endpoint: { userId: string; id: string }, reason: string): Promise<void> {
    try {
      await this.database.transaction(async (manager) => {
        const disabled = await this.store.disable(manager, endpoint, reason, this.clock.now());
        if (!disabled) return;
        const { userId, id, name, kind } = disabled;
        await this.notices.send(manager, {
          type: WEBHOOK_DISABLED.key,
          userId,
          title: 'A webhook endpoint was disabled',
          body: `"${name}" (${kind}) gets no deliveries any more: ${reason}.`,
          entity: { type: 'webhook', id },
        });
      });
    } catch (error) {
      this.logger.error(`webhook ${endpoint.id} could not be disabled: ${(error as Error).message}`);
    }
  }
}
