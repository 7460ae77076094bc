import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/** API keys of producers, and what was answered under their idempotency keys. */
export class ApiKeys1763900001000 implements MigrationInterface {
  name = 'ApiKeys1763900001000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      CREATE TABLE ${schema}.api_keys (
        id           uuid PRIMARY KEY,
        name         text NOT NULL,
        hint         text NOT NULL,
        hash         bytea NOT NULL UNIQUE,
        created_at   timestamptz(3) NOT NULL,
        last_used_at timestamptz(3),
        revoked_at   timestamptz(3)
      )`);
    await runner.query(`
      CREATE TABLE ${schema}.idempotency_keys (
        api_key_id   uuid NOT NULL,
        key          text NOT NULL,
        request_hash bytea NOT NULL,
        response     jsonb NOT NULL,
        created_at   timestamptz(3) NOT NULL,
        PRIMARY KEY (api_key_id, key)
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_created ON ${schema}.idempotency_keys (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP TABLE ${schema}.api_keys, ${schema}.idempotency_keys`);
  }
}
