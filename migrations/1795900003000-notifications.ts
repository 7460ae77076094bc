import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/**
 * Each user's notifications. Every table that a user's request touches has `user_id` first in its primary key, so that
 * one user's rows stand together and every statement names whose they are.
 */
export class Notifications1795900003000 implements BaselineMigration {
  name = 'Notifications1795900003000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // A row that comes to the top again gets a new id, because ids are the order of an inbox; `origin_id` keeps the
    // first one. `count` is of the events that a collapsed row stands for. `extras` holds what is only shown.
    await runner.query(`
      CREATE TABLE ${schema}.notifications (
        user_id       text NOT NULL,
        id            uuid NOT NULL,
        event_id      uuid NOT NULL,
        type          text NOT NULL,
        level         text NOT NULL CHECK (level IN ('info', 'warning', 'error', 'success')),
        team_id       text,
        title         text NOT NULL,
        body          text,
        link          text,
        data          jsonb,
        entity_type   text,
        entity_id     text,
        created_at    timestamptz(3) NOT NULL,
        read_at       timestamptz(3),
        deleted_at    timestamptz(3),
        place         text NOT NULL DEFAULT 'inbox' CHECK (place IN ('inbox', 'snoozed', 'archived')),
        count         integer NOT NULL DEFAULT 1,
        collapse_key  text,
        origin_id     uuid,
        expires_at    timestamptz(3),
        snoozed_until timestamptz(3),
        archived_at   timestamptz(3),
        extras        jsonb,
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
    // What the clean-up deletes for good. The retention of everything has no index: it walks the primary key user by
    // user, and block ranges by age would be wrong as soon as pages are reused.
    await runner.query(`
      CREATE INDEX notifications_expiry ON ${schema}.notifications (deleted_at) WHERE deleted_at IS NOT NULL`);
  }

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    await runner.query(`
      ALTER TABLE ${schemaOf(runner)}.notifications
        ADD COLUMN place text NOT NULL DEFAULT 'inbox' CHECK (place IN ('inbox', 'snoozed', 'archived')),
        ADD COLUMN count integer NOT NULL DEFAULT 1,
        ADD COLUMN collapse_key text,
        ADD COLUMN origin_id uuid,
        ADD COLUMN expires_at timestamptz(3),
        ADD COLUMN snoozed_until timestamptz(3),
        ADD COLUMN archived_at timestamptz(3),
        ADD COLUMN extras jsonb`);
    return { notifications: await countOf(runner, 'notifications') };
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${schemaOf(runner)}.notifications`);
  }
}
