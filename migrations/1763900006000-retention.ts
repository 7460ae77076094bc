import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * The retention of everything walks the primary key user by user. The block ranges that it had used before are right
 * only while ages follow the order of the table: once pages are reused, the range of each has both old and new rows.
 */
export class Retention1763900006000 implements MigrationInterface {
  name = 'Retention1763900006000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP INDEX ${schema}.notifications_age`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      CREATE INDEX notifications_age ON ${schema}.notifications USING brin (created_at)
        WITH (autosummarize = on)`);
  }
}
