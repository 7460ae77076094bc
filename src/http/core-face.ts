import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { ApiKeyService } from '../auth/api-key.service.js';
import { RateLimiter } from '../auth/rate-limit.js';
import { UserAuthenticator } from '../auth/user-authenticator.js';
import { ContactsService } from '../audience/contacts.service.js';
import { MeService } from '../audience/me.service.js';
import { Catalogue } from '../catalogue/catalogue.js';
import { ChannelTester } from '../channels/channel-tester.js';
import { Channels } from '../channels/registry.js';
import { CHANNEL_FACE } from '../channels/routes.js';
import { UserDataService } from '../cleanup/user-data.service.js';
import { CARILLON_OPTIONS } from '../config/options.js';
import { Database } from '../database/database.js';
import { PausedChannels } from '../deliveries/paused-channels.js';
import { EventIntake } from '../dispatcher/event-intake.js';
import { EventReportService } from '../dispatcher/event-report.service.js';
import { NotificationService } from '../dispatcher/notification.service.js';
import { ScheduleService } from '../dispatcher/schedule.service.js';
import { InboxService } from '../notifications/inbox.service.js';
import { SearchService } from '../notifications/search.service.js';
import { PreferencesService } from '../preferences/preferences.service.js';
import { StreamsService } from '../realtime/streams.service.js';

/**
 * Everything of the core that routes use. None of these has a lifecycle hook: Nest would call it in the application of
 * the routes too, and so a second time.
 */
export const FACE = [
  CARILLON_OPTIONS,
  ApiKeyService,
  RateLimiter,
  UserAuthenticator,
  Catalogue,
  Channels,
  ChannelTester,
  Database,
  EventIntake,
  EventReportService,
  ScheduleService,
  NotificationService,
  PausedChannels,
  InboxService,
  SearchService,
  PreferencesService,
  StreamsService,
  ContactsService,
  UserDataService,
  MeService,
  ...CHANNEL_FACE,
];

/** Lends the core's services to the application of the routes, whose container is another one. */
@Global()
@Module({})
export class CoreFace {
  /** @param core of the application that the core runs in */
  static of(core: ModuleRef): DynamicModule {
    return {
      module: CoreFace,
      providers: FACE.map((token) => ({
        provide: token,
        useValue: core.get<unknown>(token, { strict: false }),
      })),
      exports: FACE,
    };
  }
}
