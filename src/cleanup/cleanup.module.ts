import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { Clock } from '../common/clock.js';
import { SecretsModule } from '../database/secrets.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DispatcherModule } from '../dispatcher/dispatcher.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { ChannelTrashStore } from '../channels/trash.store.js';
import { CleanupJob } from './cleanup.job.js';
import { CleanupService } from './cleanup.service.js';
import { CleanupSteps } from './cleanup-steps.js';
import { UserDataService } from './user-data.service.js';
import { UserDataStore } from './user-data.store.js';

@Module({
  imports: [AudienceModule, DeliveriesModule, DispatcherModule, NotificationsModule, SecretsModule],
  providers: [
    ChannelTrashStore,
    Clock,
    CleanupJob,
    CleanupService,
    CleanupSteps,
    UserDataService,
    UserDataStore,
  ],
  exports: [CleanupJob, CleanupService, UserDataService],
})
export class CleanupModule {}
