import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** API keys of producers. */
export class ApiKeys1795900001000 implements BaselineMigration {
  name = 'ApiKeys1795900001000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${schemaOf(runner)}.api_keys (
        id           uuid PRIMARY KEY,
        name         text NOT NULL,
        hint         text NOT NULL,
        hash         bytea NOT NULL UNIQUE,
        created_at   timestamptz(3) NOT NULL,
        last_used_at timestamptz(3),
        revoked_at   timestamptz(3)
      )`);
  }

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    return { 'API keys': await countOf(runner, 'api_keys') };
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.api_keys`);
  }
}
