import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DispatcherModule } from '../dispatcher/dispatcher.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { WebhooksModule } from '../channels/webhook/webhooks.module.js';
import { CleanupJob } from './cleanup.job.js';
import { CleanupService } from './cleanup.service.js';
import { CleanupSteps } from './cleanup-steps.js';

@Module({
  imports: [DeliveriesModule, DispatcherModule, NotificationsModule, WebhooksModule],
  providers: [Clock, CleanupJob, CleanupService, CleanupSteps],
  exports: [CleanupJob, CleanupService],
})
export class CleanupModule {}
