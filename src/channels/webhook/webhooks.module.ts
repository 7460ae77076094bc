import { Module } from '@nestjs/common';
import { Catalogue } from '../../catalogue/catalogue.js';
import { Clock } from '../../common/clock.js';
import { SecretBox } from '../../common/secret-box.js';
import { SecretsModule } from '../../database/secrets.module.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { DeliveriesModule } from '../../deliveries/deliveries.module.js';
import { HttpSender } from '../../outbound/http-sender.js';
import { OutboundModule } from '../../outbound/outbound.module.js';
import { Attempter } from './attempt.js';
import { DeliveriesService } from './deliveries.service.js';
import { EndpointDisabler } from './endpoint-disabler.js';
import type { EndpointRules } from './endpoint.dto.js';
import { EndpointTargetsStore } from './endpoint-targets.store.js';
import { EndpointTester } from './endpoint-tester.js';
import { EndpointVault } from './endpoint-vault.js';
import { ENDPOINT_RULES, EndpointsService } from './endpoints.service.js';
import { EndpointsStore } from './endpoints.store.js';
import { SealedEndpoints } from './sealed-endpoints.js';
import { WEBHOOK } from './webhook.channel.js';
import { WebhookSending } from './webhook.sending.js';

/** Users' webhook endpoints, and what was sent to them; {@link WEBHOOK_SENDING} sends. */
@Module({
  imports: [DeliveriesModule, OutboundModule, SecretsModule],
  providers: [
    Attempter,
    Clock,
    DeliveriesService,
    EndpointDisabler,
    EndpointTester,
    EndpointsService,
    EndpointsStore,
    SealedEndpoints,
    {
      provide: EndpointVault,
      inject: [SecretBox],
      useFactory: (box: SecretBox) => new EndpointVault(box),
    },
    {
      provide: ENDPOINT_RULES,
      inject: [Catalogue, HttpSender],
      useFactory: (catalogue: Catalogue, sender: HttpSender): EndpointRules => ({
        events: catalogue.webhookEvents,
        urlProblem: (url) => sender.urlProblem(url),
      }),
    },
  ],
  exports: [
    Attempter,
    DeliveriesService,
    EndpointDisabler,
    EndpointTester,
    EndpointVault,
    EndpointsService,
    EndpointsStore,
  ],
})
export class WebhooksModule {}

/** What works in the background, for processes that stay. */
@Module({
  imports: [WebhooksModule, WorkerDatabaseModule],
  providers: [Clock, EndpointTargetsStore, WebhookSending],
  exports: [WebhookSending],
})
class WebhookSendingModule {}

export const WEBHOOK_SENDING = { key: WEBHOOK.key, module: WebhookSendingModule, service: WebhookSending };
