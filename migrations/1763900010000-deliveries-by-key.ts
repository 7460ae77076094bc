import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One index less to write when a delivery is finished. The deliveries of an event are found by the primary key as well:
 * for each endpoint of a user, those whose ids are of the event's millisecond. Who asks whether any of an event are
 * still to be sent, whosever they are, gets an index of just these: what is finished has no entry in it.
 */
export class DeliveriesByKey1763900010000 implements MigrationInterface {
  name = 'DeliveriesByKey1763900010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX carillon.deliveries_event`);
    await runner.query(`
      CREATE INDEX deliveries_unsent ON carillon.deliveries (event_id) WHERE status = 'pending'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX carillon.deliveries_unsent`);
    await runner.query(`CREATE INDEX deliveries_event ON carillon.deliveries (event_id, user_id)`);
  }
}
