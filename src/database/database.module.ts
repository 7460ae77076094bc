import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { openDatabase } from './data-source.js';
import { Listener } from './listener.js';

/** The injection token of the TypeORM `DataSource`; its `manager` is the one without a transaction. */
export const DATA_SOURCE = Symbol('DATA_SOURCE');

/** How long the end of the process waits for connections that are still in use: requests have ended before. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The connections to PostgreSQL, for every module. They are closed in the last phase of the shutdown: whoever
 * still writes (workers, the relay, open requests) must end in `onModuleDestroy` or `beforeApplicationShutdown`.
 */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly listener: Listener,
  ) {}

  /** @param entities the TypeORM entities of all modules */
  static forRoot(entities: NonNullable<DataSourceOptions['entities']> = []): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      providers: [
        {
          provide: DATA_SOURCE,
          inject: [CARILLON_OPTIONS],
          useFactory: (options: CarillonOptions) => openDatabase(options.database, entities),
        },
        {
          provide: Listener,
          // After the data source: a database that cannot be used is reported once, by it.
          inject: [CARILLON_OPTIONS, DATA_SOURCE],
          useFactory: (options: CarillonOptions) => new Listener(options.database.url),
        },
      ],
      exports: [DATA_SOURCE, Listener],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    if (!this.dataSource.isInitialized) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([this.dataSource.destroy(), timeout]);
    clearTimeout(timer);
  }
}
