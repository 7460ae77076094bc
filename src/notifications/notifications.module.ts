import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { NotificationCleanupStore } from './cleanup.store.js';
import { InboxChanges } from './inbox-changes.js';
import { InboxService } from './inbox.service.js';
import { InboxStore } from './inbox.store.js';
import { InboxWritesStore } from './inbox-writes.store.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { SearchTurns } from './search-turns.js';
import { SearchService } from './search.service.js';
import { SearchStore } from './search.store.js';
import { UserInbox } from './user-inbox.service.js';

@Module({
  providers: [
    Clock,
    InboxChanges,
    InboxService,
    InboxStore,
    InboxWritesStore,
    NotificationCleanupStore,
    SearchService,
    SearchStore,
    UserInbox,
    {
      provide: SearchTurns,
      inject: [CARILLON_OPTIONS],
      useFactory: ({ database }: CarillonOptions) => new SearchTurns(database.poolSize),
    },
  ],
  exports: [InboxChanges, InboxService, NotificationCleanupStore, SearchService, UserInbox],
})
export class NotificationsModule {}
