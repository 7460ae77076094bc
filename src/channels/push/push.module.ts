import { Module } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { SecretsModule } from '../../database/secrets.module.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { PUSH } from './push.channel.js';
import { PushSending } from './push.sending.js';
import { PushTargetsStore } from './push-targets.store.js';
import { SealedSubscriptions } from './sealed-subscriptions.js';
import { SubscriptionVault } from './subscription-vault.js';
import { SubscriptionsService } from './subscriptions.service.js';
import { SubscriptionsStore } from './subscriptions.store.js';

/** The browsers that users have pushes sent to; {@link PUSH_SENDING} sends. */
@Module({
  imports: [OutboundModule, SecretsModule],
  providers: [Clock, SealedSubscriptions, SubscriptionVault, SubscriptionsService, SubscriptionsStore],
  exports: [SubscriptionVault, SubscriptionsService],
})
class PushModule {}

/** What works in the background, for processes that stay. */
@Module({
  imports: [PushModule, OutboundModule, WorkerDatabaseModule],
  providers: [Clock, PushTargetsStore, PushSending],
  exports: [PushSending],
})
class PushSendingModule {}

export const PUSH_SENDING = { key: PUSH.key, module: PushSendingModule, service: PushSending };
