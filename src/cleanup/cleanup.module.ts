import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DispatcherModule } from '../dispatcher/dispatcher.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ChannelTrashModule } from '../channels/trash.module.js';
import { CleanupJob } from './cleanup.job.js';
import { CleanupService } from './cleanup.service.js';
import { CleanupSteps } from './cleanup-steps.js';

@Module({
  imports: [ChannelTrashModule, DeliveriesModule, DispatcherModule, NotificationsModule],
  providers: [Clock, CleanupJob, CleanupService, CleanupSteps],
  exports: [CleanupJob, CleanupService],
})
export class CleanupModule {}
