import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** The exact counts and the change log behind the streams. */
export class ChangeLog1795900004000 implements BaselineMigration {
  name = 'ChangeLog1795900004000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // Committed but not yet announced: the relay moves each row to the log. Its deltas are part of the counts from the
    // moment of the commit. All rows are deleted soon, so that the table is vacuumed by their number, not by its size.
    await runner.query(`
      CREATE TABLE ${schema}.inbox_changes (
        user_id         text NOT NULL,
        id              bigint GENERATED ALWAYS AS IDENTITY,
        team_id         text NOT NULL DEFAULT '',
        kind            text NOT NULL,
        notification_id uuid,
        event_id        uuid,
        toast           boolean NOT NULL DEFAULT false,
        scope           jsonb,
        unread_delta    integer NOT NULL DEFAULT 0,
        live_delta      integer NOT NULL DEFAULT 0,
        PRIMARY KEY (user_id, id)
      ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)`);
    // Room on each page for the next version of its rows, which are only ever updated.
    await runner.query(`
      CREATE TABLE ${schema}.inbox_totals (
        user_id text NOT NULL,
        team_id text NOT NULL,
        unread  bigint NOT NULL,
        live    bigint NOT NULL,
        PRIMARY KEY (user_id, team_id)
      ) WITH (fillfactor = 70)`);
    await runner.query(`CREATE SEQUENCE ${schema}.inbox_log_seq`);
    await runner.query(`
      CREATE TABLE ${schema}.inbox_log (
        user_id         text NOT NULL,
        seq             bigint NOT NULL,
        kind            text NOT NULL,
        notification_id uuid,
        event_id        uuid,
        toast           boolean NOT NULL,
        scope           jsonb,
        logged_at       timestamptz(3) NOT NULL,
        PRIMARY KEY (user_id, seq)
      )`);
    await runner.query(`CREATE INDEX inbox_log_order ON ${schema}.inbox_log (seq)`);
    // One row: up to where the log has been pruned. A stream that resumes before it has missed something.
    await runner.query(`
      CREATE TABLE ${schema}.inbox_log_state (
        id         boolean PRIMARY KEY DEFAULT true CHECK (id),
        pruned_seq bigint NOT NULL
      )`);
    await runner.query(`INSERT INTO ${schema}.inbox_log_state (pruned_seq) VALUES (0)`);
  }

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    const waiting = await countOf(runner, 'inbox_changes');
    return { 'entries of the change log': waiting + (await countOf(runner, 'inbox_log')) };
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      DROP TABLE ${schema}.inbox_changes, ${schema}.inbox_totals, ${schema}.inbox_log, ${schema}.inbox_log_state`);
    await runner.query(`DROP SEQUENCE ${schema}.inbox_log_seq`);
  }
}
