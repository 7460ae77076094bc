import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { createTestDatabase } from './database.js';

/** A database whose plans are looked at: for stores by one connection, and for what is filled and explained by another. */
export interface PlanDatabase {
  dataSource: DataSource;
  client: pg.Client;
  close(): Promise<void>;
}

export async function openPlanDatabase(): Promise<PlanDatabase> {
  const database = await createTestDatabase();
  const dataSource = await createDataSource({
    url: database.url,
    poolSize: 1,
    schema: 'carillon',
  }).initialize();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return {
    dataSource,
    client,
    close: async () => {
      await client.end();
      await dataSource.destroy();
      await database.drop();
    },
  };
}
