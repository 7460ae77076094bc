import type { MigrationInterface, QueryRunner } from 'typeorm';
import { schemaOf } from './schema-name.js';

/** A user's webhook endpoints, and the deliveries to them: the deliveries table is the work queue. */
export class Webhooks1763900003000 implements MigrationInterface {
  name = 'Webhooks1763900003000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // What ends in `_box` is encrypted (src/channels/webhook/secret-box.ts).
    await runner.query(`
      CREATE TABLE ${schema}.webhook_endpoints (
        user_id              text NOT NULL,
        id                   uuid NOT NULL,
        name                 text NOT NULL,
        kind                 text NOT NULL,
        events               text[] NOT NULL,
        url_box              text NOT NULL,
        credentials_box      text,
        secret_box           text,
        previous_secret_box  text,
        previous_secret_until timestamptz(3),
        created_at           timestamptz(3) NOT NULL,
        updated_at           timestamptz(3) NOT NULL,
        disabled_at          timestamptz(3),
        disabled_reason      text,
        failing_since        timestamptz(3),
        failures             integer NOT NULL DEFAULT 0,
        paused_until         timestamptz(3),
        deleted_at           timestamptz(3),
        PRIMARY KEY (user_id, id)
      )`);

    // notification_id is the user's copy of the event, where the inbox got one.
    // Rows are written three times in their life (made, leased, finished); the lease is on no index, so that with
    // some room left on the page it moves nothing.
    await runner.query(`
      CREATE TABLE ${schema}.deliveries (
        user_id         text NOT NULL,
        id              uuid NOT NULL,
        endpoint_id     uuid NOT NULL,
        event_id        uuid NOT NULL,
        notification_id uuid,
        event           text NOT NULL,
        status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'delivered', 'failed')),
        attempts        smallint NOT NULL DEFAULT 0,
        schedule_start  smallint NOT NULL DEFAULT 0,
        response_status smallint,
        error           text,
        created_at      timestamptz(3) NOT NULL,
        next_attempt_at timestamptz(3),
        leased_by       uuid,
        lease_until     timestamptz(3),
        finished_at     timestamptz(3),
        PRIMARY KEY (user_id, id)
      ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02)`);
    // The queue, a lane per endpoint: the oldest due work of each is found without walking through another's backlog.
    await runner.query(`
      CREATE INDEX deliveries_pending ON ${schema}.deliveries (endpoint_id, next_attempt_at)
        WHERE status = 'pending'`);
    // The user as well: an event for ten thousand users has as many deliveries, and a filter asks for those of one.
    await runner.query(`CREATE INDEX deliveries_event ON ${schema}.deliveries (event_id, user_id)`);
    await runner.query(`CREATE INDEX deliveries_endpoint ON ${schema}.deliveries (user_id, endpoint_id, id)`);
    await runner.query(`
      CREATE INDEX deliveries_finished ON ${schema}.deliveries (finished_at) WHERE status <> 'pending'`);

    await runner.query(`
      CREATE TABLE ${schema}.delivery_attempts (
        user_id         text NOT NULL,
        delivery_id     uuid NOT NULL,
        id              bigint GENERATED ALWAYS AS IDENTITY,
        started_at      timestamptz(3) NOT NULL,
        duration_ms     integer NOT NULL,
        response_status smallint,
        error           text,
        PRIMARY KEY (user_id, delivery_id, id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      DROP TABLE ${schema}.webhook_endpoints, ${schema}.deliveries, ${schema}.delivery_attempts`);
  }
}
