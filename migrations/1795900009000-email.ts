import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Addresses that get no mail any more. */
export class Email1795900009000 implements Migration {
  name = 'Email1795900009000';

  async up(runner: QueryRunner): Promise<void> {
    // An address is known by a keyed hash (src/audience/address-vault.ts). It is left alone for one user: of two who have
    // the same, one may complain.
    await runner.query(`
      CREATE TABLE ${schemaOf(runner)}.email_suppressions (
        user_id      text NOT NULL,
        address_hash bytea NOT NULL,
        reason       text NOT NULL CHECK (reason IN ('bounce', 'complaint')),
        created_at   timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, address_hash)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.email_suppressions`);
  }
}
