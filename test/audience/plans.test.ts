import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { Contacts } from '../../src/audience/contacts.js';
import { Database } from '../../src/database/database.js';
import { startApp, type TestApp } from '../support/app.js';
import { planNodes, StatementRecorder } from '../support/plans.js';

let t: TestApp;
let client: pg.Client;
beforeAll(async () => {
  t = await startApp();
  client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  await client.query(`
    INSERT INTO carillon.contacts (user_id, email_box, name, created_at, updated_at)
      SELECT 'user-' || n, repeat('x', 100), 'N', now(), now() FROM generate_series(1, 50000) n;
    INSERT INTO carillon.user_settings (user_id, locale, updated_at)
      SELECT 'user-' || n, 'de', now() FROM generate_series(1, 50000, 5) n;
    ANALYZE carillon.contacts, carillon.user_settings`);
});
afterAll(async () => {
  await client.end();
  await t.close();
});

it.each([1, 100])('finds %d of 50,000 contacts by their keys, whatever the values', async (count) => {
  const database = t.app.get(Database, { strict: false });
  const userIds = Array.from({ length: count }, (_, n) => `user-${n * 7 + 1}`);
  const [statement] = await new StatementRecorder(database.dataSource).during(() =>
    t.app.get(Contacts, { strict: false }).find(database.manager, userIds),
  );
  for (const kind of ['custom', 'generic'] as const) {
    const nodes = await planNodes(client, statement!, kind);
    const read = nodes.filter((node) => node['Relation Name'] !== undefined);
    expect(read.map((node) => `${node['Node Type']} ${node['Index Name']}`).toSorted()).toEqual([
      'Index Scan contacts_pkey',
      'Index Scan user_settings_pkey',
    ]);
  }
});
