import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Of a delivery that is gathered: with the others of its user, target and gathering it becomes one message. */
const GATHERING = `(CASE WHEN status = 'waiting' AND part_of IS NULL THEN gather END)`;

/** Deliveries that wait for each other, to be sent as one. */
export class GatheredDeliveries1795900014000 implements Migration {
  name = 'GatheredDeliveries1795900014000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`ALTER TABLE ${schema}.deliveries ADD COLUMN gather text`);
    // What is gathered is taken together when its time has come. In words that no other statement uses, as
    // `deliveries_unsent`: the queue must not be read through it.
    await runner.query(`
      CREATE INDEX deliveries_gathered ON ${schema}.deliveries (user_id, target_id, ${GATHERING})
        WHERE ${GATHERING} IS NOT NULL`);
    // The others that a message tells of, by the delivery that is sent for them.
    await runner.query(`
      CREATE INDEX deliveries_parts ON ${schema}.deliveries (part_of) WHERE part_of IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP INDEX ${schema}.deliveries_gathered, ${schema}.deliveries_parts`);
    await runner.query(`ALTER TABLE ${schema}.deliveries DROP COLUMN gather`);
  }
}
