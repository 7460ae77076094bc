import { Module, type OnModuleInit } from '@nestjs/common';
import { Notices } from '../channels/notices.js';
import { Clock } from '../common/clock.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { WorkerDatabaseModule } from '../database/worker-database.js';
import { EventIntake } from './event-intake.js';
import { EventReportService } from './event-report.service.js';
import { EventReportStore } from './event-report.store.js';
import { EventSender } from './event-sender.js';
import { IdempotencyStore } from './idempotency.store.js';
import { IdempotentSender } from './idempotent-sender.js';
import { NotificationService } from './notification.service.js';
import { NotifyQueue } from './notify-queue.js';
import { NotifyStore } from './notify.store.js';
import { ScheduleService } from './schedule.service.js';
import { ScheduleStore } from './schedule.store.js';
import { ScheduleWorker } from './schedule.worker.js';
import { Wakeups } from './wakeups.js';
import { WithdrawService } from './withdraw.service.js';
import { WithdrawStore } from './withdraw.store.js';

@Module({
  imports: [DeliveriesModule, NotificationsModule],
  providers: [
    Clock,
    EventIntake,
    EventReportService,
    EventReportStore,
    EventSender,
    IdempotencyStore,
    IdempotentSender,
    NotificationService,
    NotifyQueue,
    NotifyStore,
    ScheduleService,
    ScheduleStore,
    Wakeups,
    WithdrawService,
    WithdrawStore,
  ],
  exports: [
    EventIntake,
    EventReportService,
    NotificationService,
    NotifyStore,
    ScheduleService,
    ScheduleStore,
    Wakeups,
  ],
})
export class DispatcherModule implements OnModuleInit {
  constructor(
    private readonly notices: Notices,
    private readonly notifications: NotificationService,
  ) {}

  /** What channels have to say to their users is sent as any other event. */
  onModuleInit(): void {
    this.notices.handleWith((manager, { userId, ...event }) =>
      this.notifications.notify({ ...event, userIds: [userId] }, { manager }),
    );
  }
}

/** What works in the background, for processes that stay. */
@Module({
  imports: [DispatcherModule, WorkerDatabaseModule],
  providers: [Clock, ScheduleWorker],
})
export class ScheduleModule {}
