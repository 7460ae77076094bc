import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ApiKey } from '../../src/auth/api-key.entity.js';
import { openDatabase } from '../../src/database/data-source.js';
import { Notification } from '../../src/notifications/notification.entity.js';
import { Preference } from '../../src/preferences/preference.entity.js';
import { PushSubscription } from '../../src/channels/push/subscription.entity.js';
import { WebhookEndpoint } from '../../src/channels/webhook/endpoint.entity.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ENTITIES = [ApiKey, Notification, Preference, WebhookEndpoint, PushSubscription];

let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await openDatabase({ url: database.url, poolSize: 2, schema: 'carillon' }, ENTITIES);
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

interface ColumnRow {
  name: string;
  type: string;
  nullable: boolean;
  key: boolean;
}

/** The columns that the migrations made. */
async function columnsOf(table: string): Promise<ColumnRow[]> {
  return dataSource.query(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
       coalesce(a.attnum = ANY (i.indkey), false) AS key
     FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
     WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY name`,
    [`carillon.${table}`],
  );
}

/** As PostgreSQL writes it. */
function typeOf(type: string, precision: number | null | undefined, isArray: boolean): string {
  const written = type === 'timestamp with time zone' ? `timestamp(${precision}) with time zone` : type;
  return `${written}${isArray ? '[]' : ''}`;
}

it.each(ENTITIES.map((entity) => [entity.name, entity] as const))(
  'the entity %s has the columns of its table, with their types, and no others',
  async (_name, entity) => {
    const { columns, tableName } = dataSource.getMetadata(entity);
    const described = columns.map((column): ColumnRow => {
      const type = dataSource.driver.normalizeType(column);
      return {
        name: column.databaseName,
        type: typeOf(type, column.precision, column.isArray),
        nullable: column.isNullable,
        key: column.isPrimary,
      };
    });
    described.sort((a, b) => (a.name < b.name ? -1 : 1));
    const made = (await columnsOf(tableName)).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(described).toEqual(made);
  },
);
