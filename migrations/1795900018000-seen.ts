import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** What users have seen of their inbox: a mark for each, and nothing on the notifications. */
export class Seen1795900018000 implements Migration {
  name = 'Seen1795900018000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // The newest id when the user looked, the last entry of the log, and the ids that were committed and not logged yet.
    await runner.query(`
      CREATE TABLE ${schema}.inbox_seen (
        user_id text PRIMARY KEY,
        id      uuid NOT NULL,
        seq     bigint NOT NULL,
        pending jsonb NOT NULL
      )`);
    // Of entries that the log has no more: what came after the mark though its id is older.
    await runner.query(`
      CREATE TABLE ${schema}.late_arrivals (
        user_id text NOT NULL,
        seq     bigint NOT NULL,
        id      uuid NOT NULL,
        PRIMARY KEY (user_id, seq)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP TABLE ${schema}.inbox_seen, ${schema}.late_arrivals`);
  }
}
