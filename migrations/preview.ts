import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/** What was run before there was a baseline, oldest first: a database that has these was made by a preview of 0.1.0. */
export const PREVIEW_MIGRATIONS: readonly string[] = [
  'Schema1763899999000',
  'Inbox1763900000000',
  'ApiKeys1763900001000',
  'Preferences1763900002000',
  'Webhooks1763900003000',
  'AttemptCounts1763900004000',
  'PreviousSecrets1763900005000',
  'Retention1763900006000',
  'DeliveryRoom1763900007000',
  'DeliveryKeys1763900008000',
  'LastAttempt1763900009000',
  'DeliveriesByKey1763900010000',
];

/** What was carried over, as a person calls it, and how many of it. */
export type Carried = Record<string, number>;

/** A step of the schema. One without `fromPreview` came after the baseline, and runs on what that has made. */
export interface Migration extends MigrationInterface {
  name: string;
  fromPreview?(runner: QueryRunner): Promise<Carried>;
}

/** A migration of the baseline: one module's tables. */
export interface BaselineMigration extends Migration {
  /**
   * Makes of the preview's tables what `up` makes of nothing, with all their rows: everything but the order of columns is
   * the same afterwards. All modules' run in one transaction, in the order of the migrations, with every table locked.
   */
  fromPreview(runner: QueryRunner): Promise<Carried>;
}

/** How many rows a table has. */
export async function countOf(runner: QueryRunner, table: string): Promise<number> {
  const rows = (await runner.query(`SELECT count(*) AS count FROM ${schemaOf(runner)}.${table}`)) as {
    count: string;
  }[];
  return Number(rows[0]?.count);
}
