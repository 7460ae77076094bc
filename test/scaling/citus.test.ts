import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { distribute, layoutOf } from '../../src/database/citus.js';
import { createDataSource } from '../../src/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = createDataSource({ url: database.url, poolSize: 1 });
  await dataSource.initialize();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

it('says what is missing where there is no Citus, and changes nothing', async () => {
  await expect(distribute(dataSource)).rejects.toMatchObject({
    name: 'DatabaseStartError',
    message: expect.stringMatching(/no Citus extension.*CREATE EXTENSION citus.*leave --citus out/),
  });
});

it('gives every table a place, those of users’ rows by the user', async () => {
  expect(await layoutOf(dataSource.manager)).toEqual({
    distributed: [
      'deliveries',
      'delivery_attempts',
      'inbox_changes',
      'inbox_log',
      'inbox_totals',
      'notifications',
      'preferences',
      'webhook_endpoints',
    ],
    reference: ['api_keys', 'events', 'idempotency_keys', 'inbox_log_state'],
  });
});

it('has no table, and no unique key, that could not be laid out', async () => {
  const { distributed, reference } = await layoutOf(dataSource.manager);
  const tables: { name: string }[] = await dataSource.query(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'carillon' AND tablename <> 'migrations'`,
  );
  expect(tables.map(({ name }) => name).sort()).toEqual([...distributed, ...reference].sort());
  // A shard can only see to it that its own rows are unique.
  const keys: { name: string }[] = await dataSource.query(
    `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
     WHERE i.indisunique AND c.relname = ANY ($1) AND c.relnamespace = 'carillon'::regnamespace AND NOT EXISTS (
       SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnum = ANY (i.indkey))`,
    [distributed],
  );
  expect(keys).toEqual([]);
});
