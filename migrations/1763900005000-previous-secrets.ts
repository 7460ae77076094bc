import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * A list of the replaced signing secrets in place of one: whoever rotates twice in a day must not cut off the secret
 * that receivers still use. An element is `{"box": …, "until": …}`. Few endpoints have one, so few rows are written.
 */
export class PreviousSecrets1763900005000 implements MigrationInterface {
  name = 'PreviousSecrets1763900005000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.webhook_endpoints ADD COLUMN previous_secrets jsonb NOT NULL DEFAULT '[]'`);
    await runner.query(`
      UPDATE ${schema}.webhook_endpoints SET previous_secrets =
        jsonb_build_array(jsonb_build_object('box', previous_secret_box, 'until', previous_secret_until))
      WHERE previous_secret_box IS NOT NULL AND previous_secret_until > now()`);
    await runner.query(`
      ALTER TABLE ${schema}.webhook_endpoints DROP COLUMN previous_secret_box, DROP COLUMN previous_secret_until`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.webhook_endpoints
        ADD COLUMN previous_secret_box text, ADD COLUMN previous_secret_until timestamptz(3)`);
    await runner.query(`
      UPDATE ${schema}.webhook_endpoints SET previous_secret_box = previous_secrets->0->>'box',
        previous_secret_until = (previous_secrets->0->>'until')::timestamptz
      WHERE previous_secrets <> '[]'`);
    await runner.query(`ALTER TABLE ${schema}.webhook_endpoints DROP COLUMN previous_secrets`);
  }
}
