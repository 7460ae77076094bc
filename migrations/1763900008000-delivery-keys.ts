import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * Two indexes less for every delivery. Finishing one takes it out of the queue's partial index, so that its row is
 * written anew with an entry in every other index: that was most of what recording an outcome cost. A delivery is only
 * ever looked for within its endpoint, so that the primary key serves as the list of an endpoint's deliveries as well;
 * and ids begin with their time, so that the clean-up finds the oldest of each endpoint by the same key.
 */
export class DeliveryKeys1763900008000 implements MigrationInterface {
  name = 'DeliveryKeys1763900008000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP INDEX ${schema}.deliveries_finished, ${schema}.deliveries_endpoint`);
    await runner.query(`
      ALTER TABLE ${schema}.deliveries
        DROP CONSTRAINT deliveries_pkey, ADD PRIMARY KEY (user_id, endpoint_id, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.deliveries DROP CONSTRAINT deliveries_pkey, ADD PRIMARY KEY (user_id, id)`);
    await runner.query(`CREATE INDEX deliveries_endpoint ON ${schema}.deliveries (user_id, endpoint_id, id)`);
    await runner.query(`
      CREATE INDEX deliveries_finished ON ${schema}.deliveries (finished_at) WHERE status <> 'pending'`);
  }
}
