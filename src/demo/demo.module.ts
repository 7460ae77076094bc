import { Module } from '@nestjs/common';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { DemoController } from './demo.controller.js';
import { WebhookLog } from './webhook-log.js';

/** The demo page's own routes, in development mode. */
@Module({
  imports: [WebhooksModule],
  controllers: [DemoController],
  providers: [WebhookLog],
})
export class DemoModule {}
