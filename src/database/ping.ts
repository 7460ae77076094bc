import type { Database } from './database.js';

/** Asks the database for nothing. @throws what the driver throws while the database is away */
export async function ping({ manager }: Database): Promise<void> {
  await manager.query('SELECT 1');
}
