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
        recipients    integer NOT NULL,
        created_at    timestamptz(3) NOT NULL,
        status        text NOT NULL DEFAULT 'sent'
          CHECK (status IN ('scheduled', 'sending', 'sent', 'cancelled', 'withdrawn')),
        send_at       timestamptz(3),
        sent_at       timestamptz(3),
        expires_at    timestamptz(3),
        collapse_key  text,
        extras        jsonb
      )`);
    await runner.query(recipientsTable(schema));
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
    const schema = schemaOf(runner);
    await runner.query(recipientsTable(schema));
    // Outcomes were three bits for what was on and three for what the user had set, of in_app, toast and webhook.
    await runner.query(`
      INSERT INTO ${schema}.event_recipients (event_id, chunk, user_ids, outcomes)
      SELECT e.id, 0, e.recipients, ARRAY(
        SELECT (SELECT bit_or((CASE
            WHEN o.bits >> channel + 3 & 1 = 1 THEN CASE WHEN o.bits >> channel & 1 = 1 THEN 3 ELSE 4 END
            ELSE CASE WHEN o.bits >> channel & 1 = 1 THEN 1 ELSE 2 END
          END)::bigint << 4 * channel) FROM generate_series(0, 2) AS channel)
        FROM unnest(e.outcomes) WITH ORDINALITY AS o(bits, position) ORDER BY o.position)
      FROM ${schema}.events e`);
    await runner.query(`
      ALTER TABLE ${schema}.events
        DROP COLUMN outcomes,
        ALTER COLUMN recipients TYPE integer USING cardinality(recipients),
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
    await runner.query(`DROP TABLE ${schema}.events, ${schema}.event_recipients, ${schema}.idempotency_keys`);
  }
}

/** Who the recipients are, and what was decided for each (src/dispatcher/outcome.ts), in chunks of 10,000. */
function recipientsTable(schema: string): string {
  return `
      CREATE TABLE ${schema}.event_recipients (
        event_id uuid NOT NULL,
        chunk    integer NOT NULL,
        user_ids text[] NOT NULL,
        outcomes bigint[] NOT NULL,
        PRIMARY KEY (event_id, chunk)
      )`;
}
