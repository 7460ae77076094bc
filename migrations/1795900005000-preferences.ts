import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/**
 * What users set: a row for each channel of each type, and with the type `''` for a whole channel. What has no row is not
 * set. A null `enabled` says nothing of whether the channel is on.
 */
export class Preferences1795900005000 implements BaselineMigration {
  name = 'Preferences1795900005000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE ${schemaOf(runner)}.preferences (
        user_id    text NOT NULL,
        team_id    text NOT NULL DEFAULT '',
        type       text NOT NULL,
        channel    text NOT NULL,
        enabled    boolean,
        frequency  text,
        updated_at timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, team_id, type, channel)
      )`);
  }

  /** The preview had a row for each type, with a column for each of its three channels. */
  async fromPreview(runner: QueryRunner): Promise<Carried> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.preferences
        DROP CONSTRAINT preferences_pkey,
        ADD COLUMN team_id   text NOT NULL DEFAULT '',
        ADD COLUMN channel   text,
        ADD COLUMN enabled   boolean,
        ADD COLUMN frequency text`);
    await runner.query(`
      INSERT INTO ${schema}.preferences (user_id, type, channel, enabled, updated_at)
      SELECT p.user_id, p.type, c.channel, c.enabled, p.updated_at
      FROM ${schema}.preferences p,
        LATERAL (VALUES ('in_app', p.in_app), ('toast', p.toast), ('webhook', p.webhook)) AS c(channel, enabled)
      WHERE c.enabled IS NOT NULL`);
    await runner.query(`DELETE FROM ${schema}.preferences WHERE channel IS NULL`);
    await runner.query(`
      ALTER TABLE ${schema}.preferences
        DROP COLUMN in_app,
        DROP COLUMN toast,
        DROP COLUMN webhook,
        ALTER COLUMN channel SET NOT NULL,
        ADD PRIMARY KEY (user_id, team_id, type, channel)`);
    return { preferences: await countOf(runner, 'preferences') };
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.preferences`);
  }
}
