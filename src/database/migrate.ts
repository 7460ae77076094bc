import pg from 'pg';
import { MigrationExecutor, type QueryRunner } from 'typeorm';
import type { Database } from './database.js';

/**
 * Runs the pending migrations, one transaction each. Of several processes that start at once one migrates, and
 * the others wait and then find nothing to do. The lock is held by the connection that migrates, so that it ends
 * with it whatever happens.
 *
 * @returns the names of the migrations that ran
 */
export async function migrate(database: Database): Promise<string[]> {
  const runner = database.dataSource.createQueryRunner();
  const lock = database.lock('migrate');
  try {
    await runner.connect();
    // Whatever the server or the role says: waiting for another process that migrates takes its time.
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET idle_in_transaction_session_timeout = 0`);
    await runner.query(`SELECT pg_advisory_lock($1::int, $2::int)`, lock);
    try {
      await createSchema(runner, database.schema);
      const executor = new MigrationExecutor(database.dataSource, runner);
      executor.transaction = 'each';
      const executed = await executor.executePendingMigrations();
      return executed.map((migration) => migration.name);
    } finally {
      await runner.query(`SELECT pg_advisory_unlock($1::int, $2::int)`, lock);
    }
  } finally {
    await runner.release();
  }
}

/** Looks first: `IF NOT EXISTS` still asks for the right to create it, which a careful host does not grant. */
async function createSchema(runner: QueryRunner, schema: string): Promise<void> {
  const rows: unknown[] = await runner.query(`SELECT 1 FROM pg_namespace WHERE nspname = $1`, [schema]);
  if (rows.length === 0) await runner.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
}
