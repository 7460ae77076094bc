import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Which events of a throttled type may interrupt a user: decided once for all channels. */
export class ThrottleDecisions1795900015000 implements Migration {
  name = 'ThrottleDecisions1795900015000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      CREATE TABLE ${schema}.throttle_decisions (
        user_id    text NOT NULL,
        event_id   uuid NOT NULL,
        type       text NOT NULL,
        allowed    boolean NOT NULL,
        decided_at timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, event_id)
      )`);
    // What counts: at most as many as the type allows in its span of time.
    await runner.query(`
      CREATE INDEX throttle_decisions_allowed ON ${schema}.throttle_decisions (user_id, type, decided_at) WHERE allowed`);
    // What the clean-up takes first.
    await runner.query(`CREATE INDEX throttle_decisions_age ON ${schema}.throttle_decisions (decided_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.throttle_decisions`);
  }
}
