import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Events that are sent later: what is due, and why one could not be sent. */
export class ScheduledEvents1795900012000 implements Migration {
  name = 'ScheduledEvents1795900012000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`
      ALTER TABLE ${schema}.events
        ADD COLUMN reason text,
        DROP CONSTRAINT events_status_check,
        ADD CONSTRAINT events_status_check
          CHECK (status IN ('scheduled', 'sending', 'sent', 'cancelled', 'withdrawn', 'failed'))`);
    // What is due, and the lists of what is not sent. An event that is sent at once has no entry.
    await runner.query(`
      CREATE INDEX events_unsent ON ${schema}.events (status, send_at, id) WHERE status IN ('scheduled', 'failed')`);
    // The clean-up takes the oldest first. What still waits is not in its way, however old and much it is; what was
    // scheduled is as old as its time.
    await runner.query(`
      CREATE INDEX events_age ON ${schema}.events ((coalesce(sent_at, send_at, created_at))) WHERE status <> 'scheduled'`);
    await runner.query(`DROP INDEX ${schema}.events_created`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`CREATE INDEX events_created ON ${schema}.events (created_at)`);
    await runner.query(`DROP INDEX ${schema}.events_unsent, ${schema}.events_age`);
    await runner.query(`
      ALTER TABLE ${schema}.events
        DROP COLUMN reason,
        DROP CONSTRAINT events_status_check,
        ADD CONSTRAINT events_status_check
          CHECK (status IN ('scheduled', 'sending', 'sent', 'cancelled', 'withdrawn'))`);
  }
}
