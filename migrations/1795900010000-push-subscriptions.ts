import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** The browsers that users have pushes sent to. */
export class PushSubscriptions1795900010000 implements Migration {
  name = 'PushSubscriptions1795900010000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // What ends in `_box` is encrypted (src/common/secret-box.ts). What is deleted keeps no secret, and stays for as long as it
    // has deliveries, which are found through it.
    await runner.query(`
      CREATE TABLE ${schema}.push_subscriptions (
        user_id       text NOT NULL,
        id            uuid NOT NULL,
        endpoint_hash bytea,
        endpoint_box  text,
        auth_box      text,
        p256dh        text NOT NULL,
        device        text,
        created_at    timestamptz(3) NOT NULL,
        updated_at    timestamptz(3) NOT NULL,
        last_ok_at    timestamptz(3),
        failing_since timestamptz(3),
        paused_until  timestamptz(3),
        deleted_at    timestamptz(3),
        PRIMARY KEY (user_id, id)
      )`);
    // A browser has one endpoint for all who sign in: by its hash, which is keyed, it moves from user to user.
    await runner.query(`
      CREATE UNIQUE INDEX push_subscriptions_endpoint ON ${schema}.push_subscriptions (endpoint_hash)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.push_subscriptions`);
  }
}
