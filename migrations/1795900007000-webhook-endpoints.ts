import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** A user's webhook endpoints. */
export class WebhookEndpoints1795900007000 implements BaselineMigration {
  name = 'WebhookEndpoints1795900007000';

  async up(runner: QueryRunner): Promise<void> {
    // What ends in `_box` is encrypted (src/common/secret-box.ts). An element of `previous_secrets` is
    // `{"box": …, "until": …}`: who rotates twice in a day must not cut off the secret that receivers still use.
    await runner.query(`
      CREATE TABLE ${schemaOf(runner)}.webhook_endpoints (
        user_id           text NOT NULL,
        id                uuid NOT NULL,
        name              text NOT NULL,
        kind              text NOT NULL,
        events            text[] NOT NULL,
        url_box           text NOT NULL,
        credentials_box   text,
        secret_box        text,
        previous_secrets  jsonb NOT NULL DEFAULT '[]',
        created_at        timestamptz(3) NOT NULL,
        updated_at        timestamptz(3) NOT NULL,
        disabled_at       timestamptz(3),
        disabled_reason   text,
        failing_since     timestamptz(3),
        failures          integer NOT NULL DEFAULT 0,
        paused_until      timestamptz(3),
        deleted_at        timestamptz(3),
        PRIMARY KEY (user_id, id)
      )`);
  }

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    return { 'webhook endpoints': await countOf(runner, 'webhook_endpoints') };
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.webhook_endpoints`);
  }
}
