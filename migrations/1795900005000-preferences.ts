import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** What a user set, per type. A null channel means: not set, the catalogue's default holds. */
export class Preferences1795900005000 implements BaselineMigration {
  name = 'Preferences1795900005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${schemaOf(runner)}.preferences (
        user_id    text NOT NULL,
        type       text NOT NULL,
        in_app     boolean,
        toast      boolean,
        webhook    boolean,
        updated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, type)
      )`);
  }

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    return { preferences: await countOf(runner, 'preferences') };
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.preferences`);
  }
}
