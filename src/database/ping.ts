import type { DataSource } from 'typeorm';

/** Asks the database for nothing. @throws what the driver throws while the database is away */
export async function ping(dataSource: DataSource): Promise<void> {
  await dataSource.query('SELECT 1');
}
