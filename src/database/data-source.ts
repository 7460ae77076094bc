import { Logger } from '@nestjs/common';
import type pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import type { Carried } from '../../migrations/preview.js';
import type { DatabaseOptions } from '../config/options.js';
import { checkServer, findCollision } from './check-server.js';
import { DatabaseClient } from './client.js';
import { connectionConfig } from './connection.js';
import { Database } from './database.js';
import { carryOver } from './from-preview.js';
import { migrate } from './migrate.js';
import { MIGRATIONS_TABLE } from './schema-state.js';
import { endWhenSilent } from './silence.js';
import { asStartError } from './start-error.js';

/** No request may hold a connection for longer. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** PostgreSQL has cancelled a statement before: who says nothing for so long is not there any more. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000;

/**
 * No transaction here waits between its statements: one that does for so long has lost its process, and holds locks. It ends
 * before the leases of that process's deliveries do, so that another process can take these over when their time has come.
 */
const IDLE_TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * A role may limit whole transactions, and then a migration or a long statement loses its connection. Servers before
 * PostgreSQL 17 do not know the setting, and refuse connections that are opened with it.
 */
const UNLIMIT_TRANSACTIONS = `SELECT set_config('transaction_timeout', '0', false)
  WHERE current_setting('transaction_timeout', true) <> '0'`;

type Entities = NonNullable<DataSourceOptions['entities']>;

const BASE = {
  type: 'postgres',
  logging: false,
  // Carillon uses no extension: without this TypeORM looks for them at every start.
  installExtensions: false,
} as const;

/** A data source that is not connected yet. */
export function createDataSource(options: DatabaseOptions, entities: Entities = []): DataSource {
  const logger = new Logger('Database');
  return new DataSource({
    ...BASE,
    schema: options.schema,
    entities,
    // Without a listener, a restart of PostgreSQL would end the process: idle connections report it as an error.
    poolErrorHandler: (error: Error) => logger.warn(`lost a database connection: ${error.message}`),
    extra: {
      ...connectionConfig(options.url),
      Client: DatabaseClient,
      max: options.poolSize,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
      onConnect: async (client: pg.Client) => {
        endWhenSilent(client, SILENCE_MS);
        await client.query(UNLIMIT_TRANSACTIONS);
      },
    },
  });
}

/** The one connection that migrates. An index on a large table takes what it takes, so nothing limits its time. */
function createMigrator({ url, schema }: DatabaseOptions): DataSource {
  return new DataSource({
    ...BASE,
    schema,
    migrations: MIGRATIONS,
    migrationsTableName: MIGRATIONS_TABLE,
    poolErrorHandler: () => undefined,
    extra: {
      ...connectionConfig(url, 'carillon-migrate'),
      Client: DatabaseClient,
      max: 1,
      onConnect: (client: pg.Client) => client.query(UNLIMIT_TRANSACTIONS),
    },
  });
}

/**
 * Connects, brings the schema up to date and returns the data source.
 * @throws DatabaseStartError when the database cannot be used, saying why and what to do
 */
export async function openDatabase(options: DatabaseOptions, entities: Entities = []): Promise<DataSource> {
  const { user } = await checkServer(options.url);
  const logger = new Logger('Database');
  const ran = await withMigrator(options, migrate);
  if (ran.length > 0) logger.log(`ran the migrations ${ran.join(', ')}`);
  return started(options, async () => {
    const collision = await findCollision(options.url, options.schema, user);
    if (collision !== undefined) logger.error(collision);
    return createDataSource(options, entities).initialize();
  });
}

/**
 * Makes a database that a preview of 0.1.0 made one that {@link openDatabase} opens, see {@link carryOver}.
 * @throws DatabaseStartError when that is not possible, with nothing changed
 */
export async function carryOverFromPreview(options: DatabaseOptions): Promise<Carried | undefined> {
  await checkServer(options.url);
  return withMigrator(options, carryOver);
}

/** More connections to a database that has been opened. @throws DatabaseStartError when they cannot be made */
export function connectAgain(options: DatabaseOptions): Promise<DataSource> {
  return started(options, () => createDataSource(options).initialize());
}

async function started<T>({ url, schema }: DatabaseOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStartError(error, { ...connectionConfig(url), schema });
  }
}

/**
 * Runs work over a connection of its own, which has no limits of time.
 * @throws DatabaseStartError when it fails
 */
export async function withMigrator<T>(
  options: DatabaseOptions,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const migrator = createMigrator(options);
  try {
    return await started(options, async () => work(new Database(await migrator.initialize())));
  } finally {
    if (migrator.isInitialized) await migrator.destroy();
  }
}
