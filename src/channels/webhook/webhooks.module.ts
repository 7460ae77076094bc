import { Module } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { SecretsModule } from '../../database/secrets.module.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { DeliveriesService } from './deliveries.service.js';
import { EndpointDisabler } from './endpoint-disabler.js';
import { EndpointTargetsStore } from './endpoint-targets.store.js';
import { EndpointTester } from './endpoint-tester.js';
import { EndpointVault } from './endpoint-vault.js';
import { EndpointsService } from './endpoints.service.js';
import { EndpointsStore } from './endpoints.store.js';
import { WEBHOOK } from './webhook.channel.js';
import { WebhookSending } from './webhook.sending.js';

@Module({
  imports: [DeliveriesModule, OutboundModule, SecretsModule, WorkerDatabaseModule],
  providers: [
    Clock,
    DeliveriesService,
    EndpointDisabler,
    EndpointTargetsStore,
    EndpointTester,
    EndpointVault,
    EndpointsService,
    EndpointsStore,
    WebhookSending,
  ],
  exports: [WebhookSending],
})
class WebhooksModule {}

export const WEBHOOK_SENDING = { key: WEBHOOK.key, module: WebhooksModule, service: WebhookSending };
