import { Module } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { Channels } from '../channels/registry.js';
import { Clock } from '../common/clock.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { WorkerDatabase, WorkerDatabaseModule } from '../database/worker-database.js';
import { DueStore } from './due.store.js';
import { EventIntake } from './event-intake.js';
import { EventReportService } from './event-report.service.js';
import { EventReportStore } from './event-report.store.js';
import { EventSender } from './event-sender.js';
import { EventsCleanupStore } from './events-cleanup.store.js';
import { IdempotencyStore } from './idempotency.store.js';
import { IdempotentSender } from './idempotent-sender.js';
import { NoticeSender } from './notice-sender.js';
import { NotificationService } from './notification.service.js';
import { NotifyQueue } from './notify-queue.js';
import { NotifyStore } from './notify.store.js';
import { ScheduleStore } from './schedule.store.js';
import { ScheduleWorker } from './schedule.worker.js';
import { Wakeups } from './wakeups.js';

@Module({
  imports: [DeliveriesModule, NotificationsModule],
  providers: [
    Clock,
    EventIntake,
    EventReportService,
    EventReportStore,
    EventSender,
    EventsCleanupStore,
    IdempotencyStore,
    IdempotentSender,
    NoticeSender,
    NotificationService,
    NotifyQueue,
    NotifyStore,
    ScheduleStore,
    Wakeups,
  ],
  exports: [
    EventIntake,
    EventReportService,
    EventsCleanupStore,
    IdempotencyStore,
    NotificationService,
    Wakeups,
  ],
})
export class DispatcherModule {}

/** What works in the background, for processes that stay. */
@Module({
  imports: [DispatcherModule, WorkerDatabaseModule],
  providers: [
    Clock,
    DueStore,
    {
      provide: NotifyStore,
      inject: [WorkerDatabase, Catalogue, Channels],
      useFactory: (database: WorkerDatabase, catalogue: Catalogue, channels: Channels) =>
        new NotifyStore(database, catalogue, channels),
    },
    ScheduleWorker,
  ],
})
export class ScheduleModule {}
