import { Module, type DynamicModule } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { CaughtMails } from '../channels/demo.js';
import { HttpSender } from '../outbound/http-sender.js';
import { DemoController } from './demo.controller.js';
import { WebhookLog } from './webhook-log.js';

/** The demo page's own routes, in development mode. */
@Module({})
export class DemoModule {
  /** @param core of the application that sends the webhooks which the page shows */
  static of(core: ModuleRef): DynamicModule {
    const sender = core.get(HttpSender, { strict: false });
    return {
      module: DemoModule,
      controllers: [DemoController],
      // Not the sender itself, whose connections are closed when the core ends and not with this application.
      providers: [
        { provide: CaughtMails, useValue: core.get(CaughtMails, { strict: false }) },
        { provide: WebhookLog, useValue: new WebhookLog((url) => sender.trust(url)) },
      ],
    };
  }
}
