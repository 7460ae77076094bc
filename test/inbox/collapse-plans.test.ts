import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { WorkerDatabase } from '../../src/database/worker-database.js';
import { CollapseStore } from '../../src/notifications/collapse.store.js';
import { openPlanDatabase, type PlanDatabase } from '../support/plan-database.js';
import { flatten, planNodes, StatementRecorder, visited, type PlanNode } from '../support/plans.js';

let dataSource: PlanDatabase['dataSource'];
let client: PlanDatabase['client'];
let close: PlanDatabase['close'];
beforeAll(async () => {
  ({ dataSource, client, close } = await openPlanDatabase());
  // One user with very many, of which some have keys; changes of others that wait.
  const insert = (count: number, key: string, readAt: string) =>
    client.query(
      `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, collapse_key, read_at)
       SELECT CASE WHEN n % 2 = 0 THEN 'u' ELSE 'v' || n % 1000 END, carillon.uuid_v7(now()), gen_random_uuid(), 't', 'info',
         'x', now(), ${key}, ${readAt} FROM generate_series(1, $1) AS n`,
      [count],
    );
  await insert(100_000, 'NULL', 'CASE WHEN n % 3 = 0 THEN now() END');
  await insert(20_000, `'read ' || n % 20`, 'now()');
  await insert(20_000, `'open ' || n`, 'NULL');
  await client.query(
    `INSERT INTO carillon.former_ids (user_id, id, origin_id)
     SELECT 'v' || n, gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 20000) AS n`,
  );
  await client.query(
    `INSERT INTO carillon.inbox_changes (user_id, kind, notification_id)
     SELECT user_id, 'read', id FROM carillon.notifications LIMIT 20000`,
  );
  await client.query('VACUUM ANALYZE');
  await client.query(
    `WITH new AS (
       INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, collapse_key)
       SELECT 'u', carillon.uuid_v7(now()), gen_random_uuid(), 't', 'info', 'new', now(), 'open 2' FROM generate_series(1, 3)
       RETURNING user_id, id
     ) INSERT INTO carillon.inbox_changes (user_id, kind, notification_id, unread_delta, live_delta)
     SELECT user_id, 'collapsing', id, 1, 1 FROM new`,
  );
}, 120_000);
afterAll(() => close());

const TABLES = /^(notifications|inbox_changes|former_ids)$/;
const isScan = (node: PlanNode) =>
  TABLES.test(node['Relation Name'] ?? '') && node['Node Type'] !== 'ModifyTable';

it('looks at what is new, and at what that may take the place of, by their keys', async () => {
  const store = new CollapseStore(new WorkerDatabase(dataSource));
  const recorder = new StatementRecorder(dataSource);
  const back = new Error('rolled back');
  const sent = await recorder.during(() =>
    expect(
      dataSource.transaction(async (manager) => {
        expect(await store.merge(manager, 2_000)).toBe(3);
        throw back;
      }),
    ).rejects.toBe(back),
  );
  const merging = sent.filter(({ name }) => name?.startsWith('collapse.'));
  expect(merging).toHaveLength(3);
  const used = new Set<string>();
  for (const { text, values, name } of merging) {
    await client.query('BEGIN');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    );
    await client.query('ROLLBACK');
    const scans = rows.flatMap((row) => flatten(row['QUERY PLAN'][0].Plan)).filter(isScan);
    expect([name, visited(scans) < 50]).toEqual([name, true]);
    for (const nodes of [scans, (await planNodes(client, { text, values }, 'generic')).filter(isScan)]) {
      expect([name, nodes.filter((node) => node['Node Type'] === 'Seq Scan')]).toEqual([name, []]);
      for (const node of nodes) if (node['Index Name']) used.add(node['Index Name']);
    }
  }
  expect(used).toEqual(
    new Set([
      ...['notifications_pkey', 'notifications_collapse', 'former_ids_pkey'],
      ...['inbox_changes_collapsing', 'inbox_changes_pkey'],
    ]),
  );
});
