import { Module } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { SecretsModule } from '../../database/secrets.module.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { PUSH } from './push.channel.js';
import { PushSending } from './push.sending.js';
import { PushTargetsStore } from './push-targets.store.js';
import { SubscriptionVault } from './subscription-vault.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { SubscriptionsStore } from './subscriptions.store.js';

@Module({
  imports: [OutboundModule, SecretsModule, WorkerDatabaseModule],
  providers: [
    Clock,
    PushSending,
    PushTargetsStore,
    SubscriptionVault,
    SubscriptionsService,
    SubscriptionsStore,
  ],
  exports: [PushSending],
})
class PushModule {}

export const PUSH_SENDING = { key: PUSH.key, module: PushModule, service: PushSending };
