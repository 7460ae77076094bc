import pg from 'pg';
import { MigrationExecutor, type QueryRunner } from 'typeorm';
import type { Database } from './database.js';
import { lookAtSchema } from './schema-state.js';
import { DatabaseStartError } from './start-error.js';

/** Runs the pending migrations, one transaction each. @returns their names */
export async function migrate(database: Database): Promise<string[]> {
  return withMigrationLock(database, async (runner) => {
    const { schema } = database;
    const { exists, preview } = await lookAtSchema(runner, schema);
    if (preview.length > 0) {
      throw new DatabaseStartError(
        `The schema "${schema}" was made by a preview of Carillon 0.1.0: stop every process that uses it, and carry it ` +
          `over once with "carillon migrate --from-preview" (docs/operate.md).`,
      );
    }
    // Only where it is missing: `IF NOT EXISTS` still asks for the right to create it, which a careful host does not grant.
    if (!exists) await runner.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
    const executor = new MigrationExecutor(database.dataSource, runner);
    executor.transaction = 'each';
    const executed = await executor.executePendingMigrations();
    return executed.map((migration) => migration.name);
  });
}

/**
 * Of several processes that start at once one migrates, and the others wait and then find nothing to do. The lock is held
 * by the connection that migrates, so that it ends with it whatever happens.
 */
export async function withMigrationLock<T>(
  database: Database,
  work: (runner: QueryRunner) => Promise<T>,
): Promise<T> {
  const runner = database.dataSource.createQueryRunner();
  const lock = database.lock('migrate');
  try {
    await runner.connect();
    // Whatever the server or the role says: waiting for another process that migrates takes its time.
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET idle_in_transaction_session_timeout = 0`);
    await runner.query(`SELECT pg_advisory_lock($1::int, $2::int)`, lock);
    try {
      return await work(runner);
    } finally {
      await runner.query(`SELECT pg_advisory_unlock($1::int, $2::int)`, lock);
    }
  } finally {
    await runner.release();
  }
}
