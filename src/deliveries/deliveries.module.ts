import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { WorkerDatabaseModule } from '../database/worker-database.js';
import { AudienceModule } from '../audience/audience.module.js';
import { PreferencesModule } from '../preferences/preferences.module.js';
import { Attempts } from './attempts.js';
import { Claims } from './claims.js';
import { DeliveriesStore } from './deliveries.store.js';
import { DeliveryWakeup } from './delivery-wakeup.js';
import { DeliveryWorker } from './delivery.worker.js';
import { QueueStore } from './queue.store.js';
import { Recorder } from './recorder.js';
import { ThrottleStore } from './timing/throttle.store.js';
import { TimingLoader } from './timing/timing-loader.js';
import { TimingService } from './timing/timing.service.js';
import { TimingStore } from './timing/timing.store.js';

/** What is to be sent and what became of it; {@link DeliveryWorkerModule} sends it. */
@Module({
  providers: [DeliveriesStore, DeliveryWakeup, ThrottleStore],
  exports: [DeliveriesStore, DeliveryWakeup, ThrottleStore],
})
export class DeliveriesModule {}

/**
 * What works in the background, for processes that stay: an operator's command that claimed deliveries would end in the middle of
 * them, and they would wait for their leases to end.
 */
@Module({})
export class DeliveryWorkerModule {
  /** @param channels the module that exports `SendingChannels` */
  static of(channels: Type<unknown>): DynamicModule {
    return {
      module: DeliveryWorkerModule,
      imports: [channels, AudienceModule, DeliveriesModule, PreferencesModule, WorkerDatabaseModule],
      providers: [
        Attempts,
        Claims,
        Clock,
        DeliveryWorker,
        QueueStore,
        Recorder,
        TimingLoader,
        TimingService,
        TimingStore,
      ],
    };
  }
}
