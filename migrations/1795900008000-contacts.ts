import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** How users are reached: what producers say of them, and what they set themselves. */
export class Contacts1795900008000 implements Migration {
  name = 'Contacts1795900008000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // The address is encrypted (src/common/secret-box.ts). `email_hash` is a keyed hash of it, in lower case, by which what
    // is known of the address itself is found, such as that its mailbox is gone.
    await runner.query(`
      CREATE TABLE ${schema}.contacts (
        user_id          text PRIMARY KEY,
        email_box        text,
        email_hash       bytea,
        email_changed_at timestamptz(3),
        name             text,
        locale           text,
        time_zone        text,
        team_ids         text[] NOT NULL DEFAULT '{}',
        created_at       timestamptz(3) NOT NULL,
        updated_at       timestamptz(3) NOT NULL
      )`);
    // Local wall time of the user's zone: `digest_at` and `quiet_hours` are what a clock on the wall shows.
    await runner.query(`
      CREATE TABLE ${schema}.user_settings (
        user_id      text PRIMARY KEY,
        locale       text,
        time_zone    text,
        quiet_hours  jsonb,
        paused_until timestamptz(3),
        digest_at    text,
        digest_day   text,
        updated_at   timestamptz(3) NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.contacts, ${schemaOf(runner)}.user_settings`);
  }
}
