import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/** What a user set, per type. A null channel means: not set, the catalogue's default holds. */
export class Preferences1763900002000 implements MigrationInterface {
  name = 'Preferences1763900002000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      CREATE TABLE ${schema}.preferences (
        user_id    text NOT NULL,
        type       text NOT NULL,
        in_app     boolean,
        toast      boolean,
        webhook    boolean,
        updated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, type)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP TABLE ${schema}.preferences`);
  }
}
