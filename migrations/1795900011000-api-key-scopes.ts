import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** What an API key may do. */
export class ApiKeyScopes1795900011000 implements Migration {
  name = 'ApiKeyScopes1795900011000';

  async up(runner: QueryRunner): Promise<void> {
    // The default is what keys could do before, and what a process of the version before gives to those that it makes.
    await runner.query(`
      ALTER TABLE ${schemaOf(runner)}.api_keys ADD COLUMN scopes text[] NOT NULL DEFAULT '{events,users}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE ${schemaOf(runner)}.api_keys DROP COLUMN scopes`);
  }
}
