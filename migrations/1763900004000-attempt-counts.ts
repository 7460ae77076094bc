import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * A delivery can be sent again as often as its owner likes, so what counts its attempts must not end at 32,767.
 * PostgreSQL writes the table anew for that, once for both columns because they are in one statement. New columns
 * would spare it, but not the reading and copying of every row, one update each.
 */
export class AttemptCounts1763900004000 implements MigrationInterface {
  name = 'AttemptCounts1763900004000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.deliveries
        ALTER COLUMN attempts TYPE integer,
        ALTER COLUMN schedule_start TYPE integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.deliveries
        ALTER COLUMN attempts TYPE smallint USING least(attempts, 32767),
        ALTER COLUMN schedule_start TYPE smallint USING least(schedule_start, 32767)`);
  }
}
