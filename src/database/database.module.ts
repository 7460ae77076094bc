import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSourceOptions } from 'typeorm';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { openDatabase } from './data-source.js';
import { Database } from './database.js';
import { Listener } from './listener.js';

/**
 * The connections to PostgreSQL, for every module. They are closed in the last phase of the shutdown: all that
 * still write (workers, the relay, open requests) must end in `onModuleDestroy` or `beforeApplicationShutdown`.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly listener: Listener,
  ) {}

  /** @param entities the TypeORM entities of all modules */
  static forRoot(entities: NonNullable<DataSourceOptions['entities']> = []): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: Database,
          inject: [CARILLON_OPTIONS],
          useFactory: async (options: CarillonOptions) =>
            new Database(await openDatabase(options.database, entities)),
        },
        {
          provide: Listener,
          // After the data source: a database that cannot be used is reported once, by it.
          inject: [CARILLON_OPTIONS, Database],
          useFactory: (options: CarillonOptions) => new Listener(options.database.url),
        },
      ],
      exports: [Database, Listener],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await this.database.close();
  }
}
