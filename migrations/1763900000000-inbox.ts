import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/**
 * The inbox: events, each user's notifications, the exact counters and the change log behind the streams.
 * Every table that a user's request touches has `user_id` first in its primary key, so that each can be
 * distributed by user without a change to a query.
 */
export class Inbox1763900000000 implements MigrationInterface {
  name = 'Inbox1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      CREATE TABLE ${schema}.notifications (
        user_id     text NOT NULL,
        id          uuid NOT NULL,
        event_id    uuid NOT NULL,
        type        text NOT NULL,
        level       text NOT NULL CHECK (level IN ('info', 'warning', 'error', 'success')),
        team_id     text,
        title       text NOT NULL,
        body        text,
        link        text,
        data        jsonb,
        entity_type text,
        entity_id   text,
        created_at  timestamptz(3) NOT NULL,
        read_at     timestamptz(3),
        deleted_at  timestamptz(3),
        PRIMARY KEY (user_id, id)
      )`);
    // The list. The primary key would serve it too, but would read through a user's whole trash (kept for 90 days).
    await runner.query(`
      CREATE INDEX notifications_live ON ${schema}.notifications (user_id, id) WHERE deleted_at IS NULL`);
    await runner.query(`
      CREATE INDEX notifications_unread ON ${schema}.notifications (user_id, id)
        WHERE read_at IS NULL AND deleted_at IS NULL`);
    await runner.query(`
      CREATE INDEX notifications_team ON ${schema}.notifications (user_id, team_id, id)
        WHERE team_id IS NOT NULL AND deleted_at IS NULL`);
    await runner.query(`
      CREATE INDEX notifications_trash ON ${schema}.notifications (user_id, id) WHERE deleted_at IS NOT NULL`);
    await runner.query(`
      CREATE INDEX notifications_expiry ON ${schema}.notifications (deleted_at) WHERE deleted_at IS NOT NULL`);
    // For the optional retention of everything: ages follow the order of the table, so that block ranges are enough.
    await runner.query(`
      CREATE INDEX notifications_age ON ${schema}.notifications USING brin (created_at)
        WITH (autosummarize = on)`);

    await runner.query(`
      CREATE TABLE ${schema}.events (
        id            uuid PRIMARY KEY,
        type          text NOT NULL,
        level         text NOT NULL,
        source        text NOT NULL,
        team_id       text,
        title         text NOT NULL,
        body          text,
        link          text,
        data          jsonb,
        entity_type   text,
        entity_id     text,
        webhook_event text,
        recipients    text[] NOT NULL,
        outcomes      smallint[] NOT NULL,
        created_at    timestamptz(3) NOT NULL
      )`);
    await runner.query(`CREATE INDEX events_created ON ${schema}.events (created_at)`);

    // Committed but not yet announced: the relay moves each row to the log. Its deltas are part of the counts
    // from the moment of the commit.
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

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      DROP TABLE ${schema}.notifications, ${schema}.events, ${schema}.inbox_changes, ${schema}.inbox_totals,
        ${schema}.inbox_log, ${schema}.inbox_log_state`);
    await runner.query(`DROP SEQUENCE ${schema}.inbox_log_seq`);
  }
}
