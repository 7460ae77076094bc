import type { Database } from './database.js';

/**
 * Runs work while this process alone, of all that use the schema, holds a named lock. The lock belongs to one
 * connection, so that a killed process holds it no longer.
 * @returns undefined when another process holds it
 */
export async function tryWithLock<T>(
  database: Database,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const runner = database.dataSource.createQueryRunner();
  const lock = database.lock(name);
  try {
    const rows = (await runner.query('SELECT pg_try_advisory_lock($1::int, $2::int) AS locked', lock)) as {
      locked: boolean;
    }[];
    if (!rows[0]?.locked) return undefined;
    try {
      return await work();
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1::int, $2::int)', lock);
    }
  } finally {
    await runner.release();
  }
}
