import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * One index less to write when a delivery is finished. The deliveries of an event are found by the primary key as well:
 * for each endpoint of a user, those whose ids are of the event's millisecond. Who asks whether any of an event are
 * still to be sent, whosever they are, gets an index of just these: what is finished has no entry in it. Its condition is
 * in words that nobody else uses: with statistics from a time when nothing was pending, every index of pending rows looks
 * alike to the planner, and the queue would be read through this one.
 */
export class DeliveriesByKey1763900010000 implements MigrationInterface {
  name = 'DeliveriesByKey1763900010000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP INDEX ${schema}.deliveries_event`);
    await runner.query(`
      CREATE INDEX deliveries_unsent ON ${schema}.deliveries ((CASE WHEN status = 'pending' THEN event_id END))
        WHERE (CASE WHEN status = 'pending' THEN event_id END) IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP INDEX ${schema}.deliveries_unsent`);
    await runner.query(`CREATE INDEX deliveries_event ON ${schema}.deliveries (event_id, user_id)`);
  }
}
