import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * The last attempt stands in its delivery's own row, which is written anyway, and is moved to `delivery_attempts` when
 * another follows it. Most deliveries need one attempt: they have no row there any more. What was attempted before
 * stays where it is: such a delivery has no `attempted_at`.
 */
export class LastAttempt1763900009000 implements MigrationInterface {
  name = 'LastAttempt1763900009000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.deliveries ADD COLUMN attempted_at timestamptz(3), ADD COLUMN duration_ms integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      INSERT INTO ${schema}.delivery_attempts (user_id, delivery_id, started_at, duration_ms, response_status, error)
      SELECT user_id, id, attempted_at, duration_ms, response_status, error
      FROM ${schema}.deliveries WHERE attempted_at IS NOT NULL`);
    await runner.query(`ALTER TABLE ${schema}.deliveries DROP COLUMN attempted_at, DROP COLUMN duration_ms`);
  }
}
