import { Module } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { WorkerDatabaseModule } from '../../database/worker-database.js';
import { DeliveryLeases } from './delivery-leases.js';
import { DeliveryQueueStore } from './delivery-queue.store.js';
import { DeliveryRecorder } from './delivery-recorder.js';
import { DeliveryWorker } from './delivery.worker.js';
import { SecretRotation } from './secret-rotation.js';
import { WebhooksModule } from './webhooks.module.js';

/**
 * What works in the background, for processes that stay: an operator's command that claimed deliveries would end in the middle of
 * them, and they would wait for their leases to end.
 */
@Module({
  imports: [WebhooksModule, WorkerDatabaseModule],
  providers: [Clock, DeliveryLeases, DeliveryQueueStore, DeliveryRecorder, DeliveryWorker, SecretRotation],
})
export class DeliveryWorkerModule {}
