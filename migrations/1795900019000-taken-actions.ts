import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Which action each user has taken of an event, for its report: the notification itself may be deleted before. */
export class TakenActions1795900019000 implements Migration {
  name = 'TakenActions1795900019000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      CREATE TABLE ${schema}.taken_actions (
        user_id   text NOT NULL,
        event_id  uuid NOT NULL,
        action_id text NOT NULL,
        taken_at  timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, event_id)
      )`);
    // What the clean-up takes first.
    await runner.query(`CREATE INDEX taken_actions_age ON ${schema}.taken_actions (taken_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.taken_actions`);
  }
}
