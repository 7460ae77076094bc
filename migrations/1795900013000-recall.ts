import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** Events that are called back. */
export class Recall1795900013000 implements Migration {
  name = 'Recall1795900013000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    // How far an event has been withdrawn, and what was found: asked again, the answer is the same.
    await runner.query(`ALTER TABLE ${schema}.events ADD COLUMN withdrawal jsonb`);
    // What can still be called back, of a thing and of a key. Copies have no such index: it would be written anew with
    // every mark.
    await runner.query(`
      CREATE INDEX events_entity ON ${schema}.events (entity_type, entity_id, id)
        WHERE entity_id IS NOT NULL AND status NOT IN ('cancelled', 'withdrawn')`);
    await runner.query(`
      CREATE INDEX events_collapse ON ${schema}.events (collapse_key, id)
        WHERE collapse_key IS NOT NULL AND status NOT IN ('cancelled', 'withdrawn')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP INDEX ${schema}.events_entity, ${schema}.events_collapse`);
    await runner.query(`ALTER TABLE ${schema}.events DROP COLUMN withdrawal`);
  }
}
