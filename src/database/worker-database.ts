import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { connectAgain } from './data-source.js';
import { Database } from './database.js';

/**
 * The relay's round, a claim of deliveries with the two looks that follow it at once, the record of what became of others,
 * scheduled events that are due, and what the time does to notifications.
 */
const CONNECTIONS = 6;

/**
 * Connections of the background's work alone: however many requests wait for one of the others, changes are announced,
 * webhooks and scheduled events are sent.
 */
export class WorkerDatabase extends Database {}

@Module({
  providers: [
    {
      provide: WorkerDatabase,
      // After the requests' connections, with which the schema is brought up to date.
      inject: [CARILLON_OPTIONS, Database],
      useFactory: async ({ database }: CarillonOptions) =>
        new WorkerDatabase(await connectAgain({ ...database, poolSize: CONNECTIONS })),
    },
  ],
  exports: [WorkerDatabase],
})
export class WorkerDatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: WorkerDatabase) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
