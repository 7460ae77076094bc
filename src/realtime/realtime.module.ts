import { Module } from '@nestjs/common';
import { WorkerDatabaseModule } from '../database/worker-database.js';
import { CollapseStore } from '../notifications/collapse.store.js';
import { NotificationsModule } from '../notifications/notifications.module.js';
import { LogStore } from './log.store.js';
import { Relay } from './relay.js';
import { RelayStore } from './relay.store.js';
import { Signal } from './signal.js';
import { StreamHub } from './stream-hub.js';
import { StreamsService } from './streams.service.js';

@Module({
  imports: [NotificationsModule, WorkerDatabaseModule],
  providers: [CollapseStore, LogStore, Relay, RelayStore, Signal, StreamHub, StreamsService],
  exports: [StreamsService],
})
export class RealtimeModule {}
