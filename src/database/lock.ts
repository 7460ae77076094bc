import type { DataSource } from 'typeorm';

/**
 * Runs work while this process alone, of all that use the database, holds a named lock. The lock belongs to one
 * connection, so that a killed process holds it no longer.
 * @returns undefined when another process holds it
 */
export async function tryWithLock<T>(
  dataSource: DataSource,
  name: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const runner = dataSource.createQueryRunner();
  try {
    const rows = (await runner.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked', [
      name,
    ])) as { locked: boolean }[];
    if (!rows[0]?.locked) return undefined;
    try {
      return await work();
    } finally {
      await runner.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
    }
  } finally {
    await runner.release();
  }
}
