import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import type { DatabaseOptions } from '../config/options.js';
import { DatabaseClient } from './client.js';
import { connectionConfig } from './connection.js';
import { Database } from './database.js';
import { migrate } from './migrate.js';
import { endWhenSilent } from './silence.js';
import { checkServerVersion, explainConnectionError } from './start-error.js';

/** No request may hold a connection for longer. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** PostgreSQL has cancelled a statement before: who says nothing for so long is not there any more. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000;

/** A transaction of ours that waits this long is stuck, and holds locks and dead rows back. */
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

/** How long a start waits for a server that says it is just starting or recovering. */
const STARTING_SERVER_MS = 60_000;

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
      onConnect: (client: pg.Client) => {
        ignoreLoss(client);
        endWhenSilent(client, SILENCE_MS);
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
    migrationsTableName: 'migrations',
    poolErrorHandler: () => undefined,
    extra: { ...connectionConfig(url, 'carillon-migrate'), max: 1, onConnect: ignoreLoss },
  });
}

/** A connection that is lost while it is used fails its query; the event itself must not end the process. */
function ignoreLoss(client: pg.Client): void {
  client.on('error', () => undefined);
}

/**
 * Connects, brings the schema up to date and returns the data source.
 *
 * @param entities the TypeORM entities of the modules that use it
 * @throws DatabaseStartError when the database cannot be used, saying why and what to do
 */
export async function openDatabase(options: DatabaseOptions, entities: Entities = []): Promise<DataSource> {
  await checkServer(options.url);
  const ran = await withMigrator(options, migrate);
  if (ran.length > 0) new Logger('Database').log(`ran the migrations ${ran.join(', ')}`);
  try {
    return await createDataSource(options, entities).initialize();
  } catch (error) {
    throw asStartError(error, connectionConfig(options.url));
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
    return await work(new Database(await migrator.initialize()));
  } catch (error) {
    throw asStartError(error, connectionConfig(options.url));
  } finally {
    if (migrator.isInitialized) await migrator.destroy();
  }
}

/** Connects once by hand, because its errors are clearer than the pool's, and a starting server is waited for. */
async function checkServer(url: string): Promise<void> {
  const config = connectionConfig(url);
  const deadline = performance.now() + STARTING_SERVER_MS;
  for (;;) {
    const client = new pg.Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ version: string }>(
        `SELECT current_setting('server_version_num') AS version`,
      );
      checkServerVersion(Number(rows[0]?.version));
      return;
    } catch (error) {
      const starting = error instanceof pg.DatabaseError && error.code === '57P03';
      if (!starting || performance.now() > deadline) throw asStartError(error, config);
    } finally {
      await client.end().catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function asStartError(error: unknown, config: pg.ClientConfig): Error {
  return error instanceof Error && error.name === 'DatabaseStartError'
    ? error
    : explainConnectionError(error, config);
}
