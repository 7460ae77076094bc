import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { distributeSchema } from '../../src/database/citus.js';
import { openDatabase, withMigrator } from '../../src/database/data-source.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { callsOf, pretendCitus, pretendDistributed } from './citus-stubs.js';

// Not Citus, but stubs of it: what is asked of it, and that nothing is asked that it would refuse.

let database: TestDatabase;
let sql: Sql;

beforeEach(async () => {
  database = await createTestDatabase();
  sql = await connect(database.url);
});
afterEach(async () => {
  await sql.end();
  await database.drop();
});

const distribute = (schema = 'carillon') =>
  withMigrator({ url: database.url, poolSize: 1, schema }, distributeSchema);

it('says what is missing where there is no Citus', async () => {
  await expect(distribute()).rejects.toMatchObject({
    name: 'DatabaseStartError',
    message: expect.stringMatching(/no Citus extension.*CREATE EXTENSION citus.*leave --citus out/),
  });
});

it('says what is missing where Citus is too old', async () => {
  await pretendCitus(sql, '11.3');
  await expect(distribute()).rejects.toThrow(/cannot distribute a schema: that needs Citus 12 or newer/);
});

it('distributes the schema, and nothing else, once', async () => {
  await pretendCitus(sql);
  expect(await distribute()).toBe(true);
  expect(await callsOf(sql)).toEqual(['distributed the schema carillon']);
  expect(await distribute()).toBe(false);
  expect(await callsOf(sql)).toEqual([]);
});

it('distributes each schema by itself, whatever it is called', async () => {
  await pretendCitus(sql);
  // A word of SQL: unquoted it would be no name.
  const dataSource = await openDatabase({ url: database.url, poolSize: 1, schema: 'order' });
  await dataSource.destroy();
  expect(await distribute('order')).toBe(true);
  expect(await distribute()).toBe(true);
  expect(await callsOf(sql)).toEqual(['distributed the schema "order"', 'distributed the schema carillon']);
});

it('refuses tables that were distributed one by one, naming them, and changes nothing', async () => {
  await pretendCitus(sql);
  await pretendDistributed(sql, 'carillon.notifications', 'hash');
  await pretendDistributed(sql, 'carillon.events', 'reference');
  await expect(distribute()).rejects.toThrow(
    /one by one.*: carillon\.events, carillon\.notifications\. .*undistribute_table\('carillon\.events'\)/,
  );
  expect(await callsOf(sql)).toEqual([]);
});

it('leaves the tables of others out of it', async () => {
  await pretendCitus(sql);
  await sql.rows('CREATE TABLE public.events (id int PRIMARY KEY)');
  await pretendDistributed(sql, 'public.events', 'reference');
  expect(await distribute()).toBe(true);
});
