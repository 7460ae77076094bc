import { Module } from '@nestjs/common';
import { AudienceModule } from '../audience/audience.module.js';
import { Clock } from '../common/clock.js';
import { SecretsModule } from '../database/secrets.module.js';
import { DeliveriesModule } from '../deliveries/deliveries.module.js';
import { DispatcherModule } from '../dispatcher/dispatcher.module.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { TURNS } from '../database/turns.js';
import { CleanupJob } from './cleanup.job.js';
import { CleanupService } from './cleanup.service.js';
import { CleanupSteps } from './cleanup-steps.js';
import { UserDataService } from './user-data.service.js';
import { UserDataStore } from './user-data.store.js';

@Module({
  imports: [AudienceModule, DeliveriesModule, DispatcherModule, NotificationsModule, SecretsModule],
  providers: [
    Clock,
    CleanupJob,
    CleanupService,
    CleanupSteps,
    UserDataService,
    UserDataStore,
    // Not those of lists and searches: an export holds its own for as long as its reader takes.
    TURNS,
  ],
  exports: [CleanupJob, CleanupService, UserDataService],
})
export class CleanupModule {}
