import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { distribute, layoutOf } from '../../src/database/citus.js';
import { createDataSource } from '../../src/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { callsOf, pretendCitus } from './citus-stubs.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = createDataSource({ url: database.url, poolSize: 1, schema: 'carillon' });
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

/** Not Citus: only what is asked of it, in which order, and that nothing is asked twice. */
describe('against stubs of Citus', () => {
  let stubbed: TestDatabase;
  let sql: Sql;
  let cluster: DataSource;

  beforeAll(async () => {
    stubbed = await createTestDatabase();
    sql = await connect(stubbed.url);
    await pretendCitus(sql);
    cluster = createDataSource({ url: stubbed.url, poolSize: 1, schema: 'carillon' });
    await cluster.initialize();
  });

  afterAll(async () => {
    await cluster.destroy();
    await sql.end();
    await stubbed.drop();
  });

  const FUNCTION = 'function carillon.uuid_v7(timestamp with time zone)';

  it('leaves everything as it was when a table cannot be moved', async () => {
    await sql.rows('ALTER FUNCTION create_reference_table RENAME TO elsewhere');
    await expect(distribute(cluster)).rejects.toThrow('create_reference_table');
    await sql.rows('ALTER FUNCTION elsewhere RENAME TO create_reference_table');
    expect(await sql.number('SELECT count(*) FROM pg_dist_partition')).toBe(0);
  });

  it('lays out what is not laid out yet, and leaves alone what is', async () => {
    const layout = await layoutOf(cluster.manager);
    // By hand, or by an earlier version that had fewer tables.
    await sql.rows(`SELECT create_distributed_table('carillon.notifications', 'user_id')`);
    await sql.rows(`SELECT create_reference_table('carillon.events')`);
    // Another schema's table of the same name is another table.
    await sql.rows('CREATE TABLE preferences (id int)');
    await sql.rows(`SELECT create_reference_table('preferences')`);
    await callsOf(sql);

    const rest = {
      distributed: layout.distributed.filter((table) => table !== 'notifications'),
      reference: layout.reference.filter((table) => table !== 'events'),
    };
    expect(await distribute(cluster)).toEqual(rest);
    expect(await callsOf(sql)).toEqual([
      ...rest.distributed.map((table) => `distributed carillon.${table} by user_id`),
      ...rest.reference.map((table) => `reference carillon.${table}`),
      FUNCTION,
    ]);
    const laid = await sql.rows<{ name: string; method: string }>(
      `SELECT logicalrelid::text AS name, partmethod AS method FROM pg_dist_partition
       WHERE logicalrelid <> 'preferences'::regclass`,
    );
    const of = (method: string) => laid.flatMap((one) => (one.method === method ? [one.name] : [])).sort();
    expect(of('h')).toEqual(layout.distributed.map((table) => `carillon.${table}`));
    expect(of('n')).toEqual(layout.reference.map((table) => `carillon.${table}`));
  });

  it('lays out nothing twice', async () => {
    expect(await distribute(cluster)).toEqual({ distributed: [], reference: [] });
    expect(await callsOf(sql)).toEqual([FUNCTION]);
  });
});
