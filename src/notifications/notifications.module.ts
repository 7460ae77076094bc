import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { WorkerDatabaseModule } from '../database/worker-database.js';
import { ActionHandlers } from './action-handlers.js';
import { ActionsStore } from './actions.store.js';
import { BulkService } from './bulk.service.js';
import { BulkStore } from './bulk.store.js';
import { NotificationCleanupStore } from './cleanup.store.js';
import { InboxChanges } from './inbox-changes.js';
import { InboxService } from './inbox.service.js';
import { InboxStore } from './inbox.store.js';
import { InboxWritesStore } from './inbox-writes.store.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { SeenStore } from './seen.store.js';
import { SearchService } from './search.service.js';
import { SearchStore } from './search.store.js';
import { Sweeper } from './sweeper.js';
import { SweepStore } from './sweep.store.js';
import { Turns } from './turns.js';
import { UserInbox } from './user-inbox.service.js';

@Module({
  providers: [
    ActionHandlers,
    ActionsStore,
    BulkService,
    BulkStore,
    Clock,
    InboxChanges,
    InboxService,
    InboxStore,
    InboxWritesStore,
    NotificationCleanupStore,
    SearchService,
    SearchStore,
    SeenStore,
    UserInbox,
    {
      provide: Turns,
      inject: [CARILLON_OPTIONS],
      useFactory: ({ database }: CarillonOptions) => new Turns(database.poolSize),
    },
  ],
  exports: [
    ActionHandlers,
    ActionsStore,
    InboxChanges,
    InboxService,
    NotificationCleanupStore,
    SearchService,
    UserInbox,
  ],
})
export class NotificationsModule {}

/** What works in the background, for processes that stay. */
@Module({
  imports: [NotificationsModule, WorkerDatabaseModule],
  providers: [Sweeper, SweepStore],
})
export class SweepModule {}
