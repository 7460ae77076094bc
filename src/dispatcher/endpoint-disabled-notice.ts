import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EndpointDisabledHook } from '../channels/webhook/endpoint-disabler.js';
import { NotificationService } from './notification.service.js';

/** Tells the owner of a webhook endpoint, in their inbox, that it was disabled and why. */
@Injectable()
export class EndpointDisabledNotice implements OnModuleInit {
  constructor(
    private readonly hook: EndpointDisabledHook,
    private readonly notifications: NotificationService,
  ) {}

  onModuleInit(): void {
    this.hook.handleWith((manager, { userId, id, name, kind, reason }) =>
      this.notifications.notify(
        {
          type: 'webhook_disabled',
          userIds: [userId],
          title: 'A webhook endpoint was disabled',
          body: `"${name}" (${kind}) gets no deliveries any more: ${reason}.`,
          entity: { type: 'webhook', id },
        },
        { manager },
      ),
    );
  }
}
