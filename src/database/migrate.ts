import pg from 'pg';
import { MigrationExecutor, type QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import type { Database } from './database.js';
import { DatabaseStartError } from './start-error.js';

/** Where TypeORM writes down which have run. */
export const MIGRATIONS_TABLE = 'migrations';

/** Names of another application's tables in a message: enough to know it by. */
const SHOWN = 5;

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
  if (rows.length > 0) return refuseForeign(runner, schema);
  await runner.query(`CREATE SCHEMA ${pg.escapeIdentifier(schema)}`);
}

/** A schema that another application has made and uses, before Carillon has made anything in it. */
async function refuseForeign(runner: QueryRunner, schema: string): Promise<void> {
  const relations = (await runner.query(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1`,
    [schema],
  )) as { name: string }[];
  const names = relations.map(({ name }) => name);
  const others = names.filter((name) => name !== MIGRATIONS_TABLE);
  if (others.length === 0) return;
  if (others.length < names.length) {
    const own: unknown[] = await runner.query(
      `SELECT 1 FROM ${pg.escapeIdentifier(schema)}.${MIGRATIONS_TABLE} WHERE name = $1`,
      [MIGRATIONS[0]?.name],
    );
    if (own.length > 0) return;
  }
  const shown = others.slice(0, SHOWN).join(', ') + (others.length > SHOWN ? ', …' : '');
  throw new DatabaseStartError(
    `The schema "${schema}" is another application's: it has ${shown}, and nothing of Carillon's. Name a schema of ` +
      `Carillon's own (CARILLON_SCHEMA, or database.schema in a host).`,
  );
}
