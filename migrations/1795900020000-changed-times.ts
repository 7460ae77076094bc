import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Users who have changed when they want to be reached, until what waits for them has been looked at anew. */
export class ChangedTimes1795900020000 implements Migration {
  name = 'ChangedTimes1795900020000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // What of the user's waits for one of these reasons is looked at, after which delivery, and whether there is to be another look.
    await runner.query(`
      CREATE TABLE ${schema}.changed_times (
        user_id text NOT NULL,
        id      bigint GENERATED ALWAYS AS IDENTITY,
        reasons text[] NOT NULL,
        due_at  timestamptz(3) NOT NULL,
        after   uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        again   boolean NOT NULL DEFAULT true,
        PRIMARY KEY (user_id, id)
      )`);
    await runner.query(`CREATE INDEX changed_times_due ON ${schema}.changed_times (due_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.changed_times`);
  }
}
