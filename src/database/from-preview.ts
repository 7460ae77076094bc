import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { PREVIEW_MIGRATIONS, type Carried } from '../../migrations/preview.js';
import type { Database } from './database.js';
import { withMigrationLock } from './migrate.js';
import { lookAtSchema, MIGRATIONS_TABLE } from './schema-state.js';
import { DatabaseStartError } from './start-error.js';

/** For tables that another session uses: long enough for what is just ending, too short to be taken for work. */
const LOCK_TIMEOUT = '5s';

/** SQLSTATE of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Makes the baseline's schema of one that the preview's migrations made, with everything in it, in one transaction.
 * @returns what it carried over, or undefined when the schema has the baseline already
 * @throws DatabaseStartError when that is not possible, with nothing changed
 */
export async function carryOver(database: Database): Promise<Carried | undefined> {
  const { schema } = database;
  return withMigrationLock(database, async (runner) => {
    const { ran, preview } = await lookAtSchema(runner, schema);
    if (ran.length === 0) {
      throw new DatabaseStartError(
        `There is nothing of Carillon's in the schema "${schema}" of this database: check DATABASE_URL, ` +
          `CARILLON_DATA_DIR and CARILLON_SCHEMA.`,
      );
    }
    if (preview.length === 0) return undefined;
    if (preview.length < PREVIEW_MIGRATIONS.length) {
      throw new DatabaseStartError(
        `The schema "${schema}" has run ${preview.length} of the ${PREVIEW_MIGRATIONS.length} migrations of the last ` +
          `preview: start that version on it once, stop it, and run this again.`,
      );
    }
    await refuseRunning(runner);
    await runner.startTransaction();
    try {
      await lockTables(runner, schema);
      const carried: Carried = {};
      for (const migration of MIGRATIONS.map((Migration) => new Migration())) {
        if (migration.fromPreview) Object.assign(carried, await migration.fromPreview(runner));
        else await migration.up(runner);
      }
      await rewriteLedger(runner, schema);
      await runner.commitTransaction();
      return carried;
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  });
}

/** Those that wait for this one's lock have not looked at the schema yet. */
async function refuseRunning(runner: QueryRunner): Promise<void> {
  const sessions = (await runner.query(
    `SELECT coalesce(host(client_addr), 'this machine') AS host FROM pg_stat_activity
     WHERE datname = current_database() AND starts_with(application_name, 'carillon') AND pid <> pg_backend_pid()
       AND NOT pg_backend_pid() = ANY (pg_blocking_pids(pid))`,
  )) as { host: string }[];
  if (sessions.length === 0) return;
  const hosts = [...new Set(sessions.map(({ host }) => host))].join(', ');
  const noun = sessions.length === 1 ? 'connection' : 'connections';
  throw new DatabaseStartError(
    `Carillon is connected to this database (${sessions.length} ${noun}, from ${hosts}): stop every process of it ` +
      `before its schema is carried over.`,
  );
}

/** All at once, so that a session that uses some of them is met before anything is changed. */
async function lockTables(runner: QueryRunner, schema: string): Promise<void> {
  const tables = (await runner.query(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1 ORDER BY 1`,
    [schema],
  )) as { name: string }[];
  await runner.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  try {
    await runner.query(`LOCK TABLE ${tables.map(({ name }) => name).join(', ')} IN ACCESS EXCLUSIVE MODE`);
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    throw new DatabaseStartError(
      `Another session uses tables of the schema "${schema}", such as a backup, or psql in a transaction: end it, and ` +
        `run this again.`,
    );
  }
}

/** The preview's migrations are replaced by the baseline's, as if these had run. */
async function rewriteLedger(runner: QueryRunner, schema: string): Promise<void> {
  const table = `${pg.escapeIdentifier(schema)}.${MIGRATIONS_TABLE}`;
  await runner.query(`DELETE FROM ${table}`);
  for (const { name } of MIGRATIONS) {
    // As TypeORM reads it out of a migration's name.
    const timestamp = name.slice(-13);
    await runner.query(`INSERT INTO ${table} (timestamp, name) VALUES ($1, $2)`, [timestamp, name]);
  }
}
