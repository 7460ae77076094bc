import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';
import { connect, type Sql } from '../../support/sql.js';
import { checkCounts } from './check.js';
import { createApiKey, Server } from './server.js';

/** A database of its own, and a server on it that is always there; others are killed. */
export interface World {
  database: TestDatabase;
  sql: Sql;
  apiKey: string;
  survivor: Server & { url: string };
}

export async function startWorld(settings: Record<string, string> = {}): Promise<World> {
  const database = await createEmptyDatabase();
  const survivor = await Server.start({ DATABASE_URL: database.url, ...settings });
  return { database, sql: await connect(database.url), apiKey: await createApiKey(database.url), survivor };
}

/** Not before every count is the one of the rows. */
export async function endWorld({ database, sql, survivor }: Omit<World, 'apiKey'>): Promise<void> {
  await checkCounts(sql, survivor.url);
  await survivor.kill();
  await sql.end();
  await database.drop();
}
