import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { DispatcherModule } from '../../dispatcher/dispatcher.module.js';
import { NotificationsModule } from '../../notifications/notifications.module.js';
import { PreferencesModule } from '../../preferences/preferences.module.js';
import { EventsController } from './events.controller.js';
import { InboxController } from './inbox.controller.js';
import { InboxMapper } from './inbox.mapper.js';
import { PreferencesController } from './preferences.controller.js';
import { RealtimeModule } from '../../realtime/realtime.module.js';
import { SearchController } from './search.controller.js';
import { StreamController } from './stream.controller.js';
import { WebhooksModule } from '../../webhooks/webhooks.module.js';
import { TypesController } from './types.controller.js';
import { WebhooksController } from './webhooks.controller.js';

/** The native API: inbox.txt, and in its style everything else that Carillon can do. */
@Module({
  imports: [
    AuthModule,
    DispatcherModule,
    NotificationsModule,
    PreferencesModule,
    RealtimeModule,
    WebhooksModule,
  ],
  controllers: [
    EventsController,
    StreamController,
    InboxController,
    SearchController,
    PreferencesController,
    TypesController,
    WebhooksController,
  ],
  providers: [InboxMapper],
})
export class InboxContractModule {}
