import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Notifications that take the place of an unread one with the same key. Rows without a key are in none of this. */
export class Collapse1795900017000 implements Migration {
  name = 'Collapse1795900017000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // What a new one may take the place of.
    await runner.query(`
      CREATE INDEX notifications_collapse ON ${schema}.notifications (user_id, collapse_key, id)
        WHERE collapse_key IS NOT NULL AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL`);
    // What has been committed and not been merged yet.
    await runner.query(`
      CREATE INDEX inbox_changes_collapsing ON ${schema}.inbox_changes (user_id, id) WHERE kind = 'collapsing'`);
    // Of which event the copy with that id was: its report finds what that has become part of.
    await runner.query(`ALTER TABLE ${schema}.former_ids ADD COLUMN event_id uuid`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`ALTER TABLE ${schema}.former_ids DROP COLUMN event_id`);
    await runner.query(`DROP INDEX ${schema}.notifications_collapse, ${schema}.inbox_changes_collapsing`);
  }
}
