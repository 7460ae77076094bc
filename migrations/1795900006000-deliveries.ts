import type { QueryRunner } from 'typeorm';
import { countOf, type BaselineMigration, type Carried } from './preview.js';
import { schemaOf } from './schema-name.js';

/** What is to be sent and what became of it: the table is the work queue. */
export class Deliveries1795900006000 implements BaselineMigration {
  name = 'Deliveries1795900006000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // - A target is what its channel sends to, such as a webhook endpoint; a channel that has none of its own has one lane,
    //   whose id is made from the channel's number.
    // - notification_id is the user's copy of the event, where the inbox got one.
    // - The last attempt stands in the delivery's own row, which is written anyway, and moves to `delivery_attempts`
    //   when another follows it: most deliveries need one attempt, and have no row there. Attempts are counted without
    //   an end that a delivery could reach which its owner sends again and again.
    // - A waiting one is queued when `due_at` has come; one that is gathered into another names it in `part_of`.
    // - Half of a page is left free. Each row is written twice more: leased, which is on no index and is to stay on its
    //   page, and finished, which is not. With a fifth left free, what is finished took the room of what was to be leased
    //   next: three leases of four moved to another page, and wrote an entry into each index. The table is no larger for
    //   it: what moved had left holes behind.
    // - A delivery is only ever looked for within its target, so that the primary key serves as the list of a
    //   target's deliveries as well. Finishing one takes it out of the queue's partial index, so that its row is
    //   written anew with an entry in every other index: there are as few as can be.
    await runner.query(`
      CREATE TABLE ${schema}.deliveries (
        user_id         text NOT NULL,
        id              uuid NOT NULL,
        channel         text NOT NULL,
        target_id       uuid NOT NULL,
        event_id        uuid NOT NULL,
        notification_id uuid,
        event           text NOT NULL,
        status          text NOT NULL DEFAULT 'pending'
          CHECK (status IN ('pending', 'waiting', 'delivered', 'failed', 'skipped', 'cancelled')),
        attempts        integer NOT NULL DEFAULT 0,
        schedule_start  integer NOT NULL DEFAULT 0,
        response_status smallint,
        error           text,
        created_at      timestamptz(3) NOT NULL,
        next_attempt_at timestamptz(3),
        leased_by       uuid,
        lease_until     timestamptz(3),
        finished_at     timestamptz(3),
        attempted_at    timestamptz(3),
        duration_ms     integer,
        reason          text,
        due_at          timestamptz(3),
        part_of         uuid,
        PRIMARY KEY (user_id, target_id, id)
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)`);
    // The queue, a lane per target: the oldest due work of each is found without walking through another's backlog.
    await runner.query(`
      CREATE INDEX deliveries_pending ON ${schema}.deliveries (target_id, next_attempt_at)
        WHERE status = 'pending'`);
    await createWaitingIndexes(runner);

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

  async fromPreview(runner: QueryRunner): Promise<Carried> {
    const schema = schemaOf(runner);
    await runner.query(`ALTER TABLE ${schema}.deliveries RENAME COLUMN endpoint_id TO target_id`);
    // From PostgreSQL 18 on such a constraint has a name, which does not follow that of its column.
    await runner.query(`
      DO $$ BEGIN
        IF current_setting('server_version_num')::integer >= 180000 THEN
          ALTER TABLE ${schema}.deliveries
            RENAME CONSTRAINT deliveries_endpoint_id_not_null TO deliveries_target_id_not_null;
        END IF;
      END $$`);
    // There were no others. A default, which is dropped again, fills every row without writing it.
    await runner.query(`
      ALTER TABLE ${schema}.deliveries
        ADD COLUMN channel text NOT NULL DEFAULT 'webhook',
        DROP CONSTRAINT deliveries_status_check,
        ADD CONSTRAINT deliveries_status_check
          CHECK (status IN ('pending', 'waiting', 'delivered', 'failed', 'skipped', 'cancelled')),
        ADD COLUMN reason text,
        ADD COLUMN due_at timestamptz(3),
        ADD COLUMN part_of uuid`);
    await runner.query(`ALTER TABLE ${schema}.deliveries ALTER COLUMN channel DROP DEFAULT`);
    await runner.query(`DROP INDEX ${schema}.deliveries_unsent`);
    await createWaitingIndexes(runner);
    return { deliveries: await countOf(runner, 'deliveries') };
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP TABLE ${schema}.deliveries, ${schema}.delivery_attempts`);
  }
}

async function createWaitingIndexes(runner: QueryRunner): Promise<void> {
  const schema = schemaOf(runner);
  // What waits is not in the way of the queue's scan, however much it is.
  await runner.query(`
    CREATE INDEX deliveries_waiting ON ${schema}.deliveries (due_at) WHERE status = 'waiting'`);
  // Whether any of an event are still to be sent, to any user: what is finished has no entry. Its condition is in
  // words that no other statement uses: with statistics from a time when nothing was pending, every index of pending
  // rows looks alike to the planner, and the queue would be read through this one.
  await runner.query(`
    CREATE INDEX deliveries_unsent ON ${schema}.deliveries ((CASE WHEN status IN ('pending', 'waiting') THEN event_id END))
      WHERE (CASE WHEN status IN ('pending', 'waiting') THEN event_id END) IS NOT NULL`);
}
