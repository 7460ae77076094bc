import { Module } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { DeliveryWorker } from './delivery.worker.js';
import { SecretRotation } from './secret-rotation.js';
import { WebhooksModule } from './webhooks.module.js';

/**
 * What works in the background, for processes that stay: an operator's command that claimed deliveries would end in the middle of
 * them, and they would wait for their leases to end.
 */
@Module({ imports: [WebhooksModule], providers: [Clock, DeliveryWorker, SecretRotation] })
export class DeliveryWorkerModule {}
