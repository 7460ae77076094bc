import { type DataSource, MigrationExecutor, type QueryRunner } from 'typeorm';

/** Chosen at random, once: it must only differ from the advisory locks of other programs in the same database. */
const MIGRATION_LOCK = 7_402_511_873;

/**
 * Runs the pending migrations, one transaction each. Of several processes that start at once one migrates, and
 * the others wait and then find nothing to do. The lock is held by the connection that migrates, so that it ends
 * with it whatever happens.
 *
 * @returns the names of the migrations that ran
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    // Whatever the server or the role says: waiting for another process that migrates takes its time.
    await runner.query(`SET statement_timeout = 0`);
    await runner.query(`SET idle_in_transaction_session_timeout = 0`);
    await runner.query(`SELECT pg_advisory_lock($1)`, [MIGRATION_LOCK]);
    try {
      await createSchema(runner);
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      const executed = await executor.executePendingMigrations();
      return executed.map((migration) => migration.name);
    } finally {
      await runner.query(`SELECT pg_advisory_unlock($1)`, [MIGRATION_LOCK]);
    }
  } finally {
    await runner.release();
  }
}

/** Looks first: `IF NOT EXISTS` still asks for the right to create it, which a careful host does not grant. */
async function createSchema(runner: QueryRunner): Promise<void> {
  const rows: unknown[] = await runner.query(`SELECT 1 FROM pg_namespace WHERE nspname = 'carillon'`);
  if (rows.length === 0) await runner.query(`CREATE SCHEMA carillon`);
}
