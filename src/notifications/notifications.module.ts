import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { WorkerDatabaseModule } from '../database/worker-database.js';
import { ActionHandlers } from './action-handlers.js';
import { ActionsStore } from './actions.store.js';
import { BulkService } from './bulk.service.js';
import { BulkStore } from './bulk.store.js';
import { NotificationCleanupStore } from './cleanup.store.js';
import { InboxWakeup } from './inbox-wakeup.js';
import { InboxService } from './inbox.service.js';
import { InboxStore } from './inbox.store.js';
import { InboxWritesStore } from './inbox-writes.store.js';
import { SearchService } from './search.service.js';
import { SearchStore } from './search.store.js';
import { Sweeper } from './sweeper.js';
import { TURNS } from '../database/turns.js';
import { UserInbox } from './user-inbox.service.js';

@Module({
  providers: [
    ActionHandlers,
    ActionsStore,
    BulkService,
    BulkStore,
    Clock,
    InboxWakeup,
    InboxService,
    InboxStore,
    InboxWritesStore,
    NotificationCleanupStore,
    SearchService,
    SearchStore,
    UserInbox,
    TURNS,
  ],
  exports: [
    ActionHandlers,
    ActionsStore,
    InboxWakeup,
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
  providers: [Sweeper],
})
export class SweepModule {}
