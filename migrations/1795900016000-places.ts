import type { QueryRunner } from 'typeorm';
import type { Migration } from './preview.js';
import { schemaOf } from './schema-name.js';

/** The lists of an inbox: what is set aside is in none of the inbox's own indexes, however much it is. */
export class Places1795900016000 implements Migration {
  name = 'Places1795900016000';

  async up(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await createLists(runner, `place = 'inbox' AND deleted_at IS NULL`);
    await runner.query(`
      CREATE INDEX notifications_archived ON ${schema}.notifications (user_id, id)
        WHERE place = 'archived' AND deleted_at IS NULL`);
    await runner.query(`
      CREATE INDEX notifications_snoozed ON ${schema}.notifications (user_id, id)
        WHERE place = 'snoozed' AND deleted_at IS NULL`);
    // What the sweeper looks for, of all users: whose time comes next. Its condition is in other words than the list's, so
    // that neither is read through the other's index.
    await runner.query(`
      CREATE INDEX notifications_waking ON ${schema}.notifications (snoozed_until)
        WHERE snoozed_until IS NOT NULL AND deleted_at IS NULL`);
    await runner.query(`
      CREATE INDEX notifications_expiring ON ${schema}.notifications (expires_at) WHERE expires_at IS NOT NULL`);
    // A row that came to the top again is found by its first id, and by those that it had in between.
    await runner.query(`
      CREATE INDEX notifications_origin ON ${schema}.notifications (user_id, origin_id) WHERE origin_id IS NOT NULL`);
    await runner.query(`
      CREATE TABLE ${schema}.former_ids (
        user_id   text NOT NULL,
        id        uuid NOT NULL,
        origin_id uuid NOT NULL,
        PRIMARY KEY (user_id, id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const schema = schemaOf(runner);
    await runner.query(`DROP TABLE ${schema}.former_ids`);
    const added = ['archived', 'snoozed', 'waking', 'expiring', 'origin'];
    await runner.query(`DROP INDEX ${added.map((name) => `${schema}.notifications_${name}`).join(', ')}`);
    await createLists(runner, 'deleted_at IS NULL');
  }
}

/** @param within which rows are in the inbox */
async function createLists(runner: QueryRunner, within: string): Promise<void> {
  const schema = schemaOf(runner);
  const lists = ['live', 'unread', 'team'].map((name) => `${schema}.notifications_${name}`);
  await runner.query(`DROP INDEX ${lists.join(', ')}`);
  await runner.query(
    `CREATE INDEX notifications_live ON ${schema}.notifications (user_id, id) WHERE ${within}`,
  );
  await runner.query(`
    CREATE INDEX notifications_unread ON ${schema}.notifications (user_id, id) WHERE read_at IS NULL AND ${within}`);
  await runner.query(`
    CREATE INDEX notifications_team ON ${schema}.notifications (user_id, team_id, id)
      WHERE team_id IS NOT NULL AND ${within}`);
}
