import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** What happened, and what was answered under producers' idempotency keys. */
export class Events1795900002000 implements BaselineMigration {
  name = 'Events1795900002000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // `send_at` is what a scheduled event asked for and `sent_at` when it was written out: null for one that was sent
    // when it was created. `extras` holds what is only shown: actions, image and actor.
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
        created_at    timestamptz(3) NOT NULL,
        status        text NOT NULL DEFAULT 'sent'
          CHECK (status IN ('scheduled', 'sending', 'sent', 'cancelled', 'withdrawn')),
        send_at       timestamptz(3),
        sent_at       timestamptz(3),
        expires_at    timestamptz(3),
        collapse_key  text,
        extras        jsonb
      )`);
    // The clean-up takes the oldest first.
    await runner.query(`CREATE INDEX events_created ON ${schema}.events (created_at)`);

    await runner.query(`
      CREATE TABLE ${schema}.idempotency_keys (
        api_key_id   uuid NOT NULL,
        key          text NOT NULL,
        request_hash bytea NOT NULL,
        response     jsonb NOT NULL,
        created_at   timestamptz(3) NOT NULL,
        PRIMARY KEY (api_key_id, key)
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_created ON ${schema}.idempotency_keys (created_at)`);
  }

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    await runner.query(`
      ALTER TABLE ${schemaOf(runner)}.events
        ADD COLUMN status text NOT NULL DEFAULT 'sent'
          CHECK (status IN ('scheduled', 'sending', 'sent', 'cancelled', 'withdrawn')),
        ADD COLUMN send_at timestamptz(3),
        ADD COLUMN sent_at timestamptz(3),
        ADD COLUMN expires_at timestamptz(3),
        ADD COLUMN collapse_key text,
        ADD COLUMN extras jsonb`);
    return {
      events: await countOf(runner, 'events'),
      'idempotency keys': await countOf(runner, 'idempotency_keys'),
    };
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP TABLE ${schema}.events, ${schema}.idempotency_keys`);
  }
}
