import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { WorkerDatabase } from '../../src/database/worker-database.js';
import { TimingStore } from '../../src/deliveries/timing/timing.store.js';
import { InboxStore } from '../../src/notifications/inbox.store.js';
import { InboxWritesStore } from '../../src/notifications/inbox-writes.store.js';
import { LogStore } from '../../src/realtime/log.store.js';
import { openPlanDatabase, type PlanDatabase } from '../support/plan-database.js';
import {
  flatten,
  planNodes,
  StatementRecorder,
  visited,
  type PlanNode,
  type Sent,
} from '../support/plans.js';

const UNREAD = 100_000;

let dataSource: PlanDatabase['dataSource'];
let client: PlanDatabase['client'];
let close: PlanDatabase['close'];
let recorder: StatementRecorder;
let inbox: InboxStore;
beforeAll(async () => {
  ({ dataSource, client, close } = await openPlanDatabase());
  // Very many that are unread: of `looks` all are seen but the newest ten, of `never` all have come since. Others have some each.
  await client.query(
    `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, team_id, title, created_at)
     SELECT u, carillon.uuid_v7(at), gen_random_uuid(), 't', 'info', 'team', 'x', at
     FROM generate_series(1, $1) AS n, LATERAL (SELECT '2026-01-01'::timestamptz + n * interval '1 s' AS at) t,
       LATERAL unnest(ARRAY['looks', 'never', 'u' || n % 10000]) AS u`,
    [UNREAD],
  );
  await client.query(
    `INSERT INTO carillon.inbox_log (user_id, seq, kind, notification_id, event_id, toast, logged_at)
     SELECT user_id, nextval('carillon.inbox_log_seq'), 'created', id, event_id, false, now()
     FROM carillon.notifications WHERE user_id <> 'never' ORDER BY id`,
  );
  await client.query(
    `INSERT INTO carillon.inbox_changes (user_id, kind, notification_id)
     SELECT user_id, 'read', id FROM carillon.notifications WHERE user_id LIKE 'u%' LIMIT 20000`,
  );
  await client.query(
    `INSERT INTO carillon.inbox_seen (user_id, id, seq, pending)
     SELECT user_id, (array_agg(id ORDER BY id))[greatest(1, count(*) - 10)], CASE user_id
       WHEN 'looks' THEN (SELECT max(seq) - 10 FROM carillon.inbox_log l WHERE l.user_id = n.user_id) ELSE 0 END, '[]'::jsonb
     FROM carillon.notifications n WHERE user_id <> 'never' GROUP BY user_id
     UNION ALL SELECT 'never', '00000000-0000-0000-0000-000000000000', 0, '[]'`,
  );
  await client.query(
    `INSERT INTO carillon.late_arrivals SELECT 'u' || n, n, gen_random_uuid() FROM generate_series(1, 10000) AS n`,
  );
  await client.query(
    `INSERT INTO carillon.former_ids (user_id, id, origin_id)
     SELECT 'u' || n, gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 10000) AS n`,
  );
  await client.query(
    `INSERT INTO carillon.inbox_totals SELECT user_id, 'team', count(*), count(*) FROM carillon.notifications GROUP BY user_id`,
  );
  await client.query('VACUUM ANALYZE');
  recorder = new StatementRecorder(dataSource);
  inbox = new InboxStore(new Database(dataSource));
}, 180_000);
afterAll(() => close());

/** A table of one row is read as it is. */
const isScan = (node: PlanNode) =>
  node['Node Type'].endsWith('Scan') &&
  node['Relation Name'] !== undefined &&
  node['Relation Name'] !== 'inbox_log_state';

/** What the statement looked at, with the plan that it has after many uses; neither plan reads a table through. */
async function look(work: () => Promise<unknown>): Promise<PlanNode[]> {
  const [sent] = (await recorder.during(work)) as [Sent];
  for (const kind of ['custom', 'generic'] as const) {
    const scans = (await planNodes(client, sent, kind)).filter(isScan);
    expect(scans.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  }
  await client.query('SET plan_cache_mode = force_generic_plan');
  await client.query('BEGIN');
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${sent.text}`,
    sent.values,
  );
  await client.query('ROLLBACK');
  return rows.flatMap((row) => flatten(row['QUERY PLAN'][0].Plan)).filter(isScan);
}

const ofRows = (nodes: PlanNode[]) =>
  nodes.filter((node) => node['Relation Name'] === 'notifications' && (node['Actual Loops'] ?? 0) > 0);

it('of very many that were seen none is looked at, and those that came since are counted off their index', async () => {
  expect(await inbox.counts('looks')).toMatchObject({ unseen: 10 });
  const nodes = await look(() => inbox.counts('looks'));
  expect(visited(nodes)).toBeLessThan(100);
  expect(ofRows(nodes)).toMatchObject([
    { 'Node Type': 'Index Only Scan', 'Index Name': 'notifications_unread' },
  ]);
});

it('very many that came since are counted off their index alone', async () => {
  expect(await inbox.counts('never')).toMatchObject({ unseen: UNREAD });
  const nodes = await look(() => inbox.counts('never'));
  expect(visited(nodes)).toBeLessThan(UNREAD + 100);
  expect(ofRows(nodes)).toMatchObject([
    { 'Node Type': 'Index Only Scan', 'Index Name': 'notifications_unread' },
  ]);
});

it('who has never looked costs one look at an index more', async () => {
  const nodes = await look(() => inbox.counts('a stranger'));
  expect(visited(nodes)).toBe(0);
  const log = new LogStore(new Database(dataSource));
  const users = Array.from({ length: 50 }, (_, at) => `u${at * 7}`);
  const stream = await look(() => log.counts(users));
  expect(visited(stream)).toBeLessThan(users.length * 50);
});

it('a mark looks at the newest row and entry, whatever there is', async () => {
  const nodes = await look(() =>
    new InboxWritesStore(new Database(dataSource)).markSeen(dataSource.manager, 'looks'),
  );
  expect(visited(nodes)).toBeLessThan(10);
});

it('what waits for whether it has been seen asks once for each user', async () => {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM carillon.notifications WHERE user_id = 'looks' ORDER BY id DESC LIMIT 200`,
  );
  const copies = rows.map(({ id }) => ({ userId: 'looks', copyId: id }));
  const store = new TimingStore(new WorkerDatabase(dataSource));
  const nodes = await look(() => store.findCopies(dataSource.manager, copies));
  // Each copy by its key and against the mark, and what came late for one user.
  expect(visited(nodes)).toBeLessThan(copies.length * 3 + 100);
});
