import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The database with all migrations that the others are copied from. */
export const TEMPLATE = 'carillon_template';

export interface TestDatabase {
  url: string;
  /** Ends whatever is still connected, and removes the database. */
  drop(): Promise<void>;
}

/** A database of its own with all migrations, for one test file: `beforeAll` makes it, `afterAll` drops it. */
export function createTestDatabase(): Promise<TestDatabase> {
  return copyOf(TEMPLATE);
}

/** A database with nothing in it. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return copyOf('template1');
}

/** The same server and user, another database. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url);
  other.pathname = `/${name}`;
  return other.href;
}

async function copyOf(template: string): Promise<TestDatabase> {
  const server = process.env.CARILLON_TEST_DATABASE;
  if (!server)
    throw new Error('CARILLON_TEST_DATABASE is set by test/support/global-setup.mjs: run this by jest');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: databaseUrl(server, name),
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(server, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
