import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CLAIM, RECORD, RECORD_UNSURE, RELEASE, RENEW, SCAN } from '../../src/deliveries/queue.sql.js';
import { DeliveriesStore } from '../../src/deliveries/deliveries.store.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  flatten,
  planNodes,
  StatementRecorder,
  visited,
  type PlanNode,
  type Sent,
} from '../support/plans.js';

let database: TestDatabase;
let client: pg.Client;

const ENDPOINTS = 200;
const BACKLOG = 50_000;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    INSERT INTO carillon.events (id, type, level, source, title, recipients, created_at)
    SELECT carillon.uuid_v7(now()), 'job_failed', 'error', 'test', 'x', 0, now() FROM generate_series(1, 2000)`);
  await client.query(
    `INSERT INTO carillon.webhook_endpoints (user_id, id, name, kind, events, url_box, created_at, updated_at)
     SELECT 'user-' || n, carillon.uuid_v7(now()), 'x', 'generic', '{*}', 'x', now(), now()
     FROM generate_series(1, $1::int) AS n`,
    [ENDPOINTS * 20],
  );
  // Statistics are made by the tests: those that a running server has are as old as its last ANALYZE.
  await client.query('ALTER TABLE carillon.deliveries SET (autovacuum_enabled = false)');
  await client.query('ANALYZE carillon.webhook_endpoints, carillon.events');
  // One endpoint has nearly everything that waits; as many others have a little; the rest was delivered long ago.
  await deliver('delivered', 'e.no > $1', '5');
  await client.query('VACUUM ANALYZE carillon.deliveries');
  await deliver('pending', 'e.no <= $1', `CASE WHEN e.no = 1 THEN ${BACKLOG} ELSE 5 END`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Deliveries to the endpoints (`e`, numbered by `e.no`) that a condition chooses, so many to each of them. */
async function deliver(status: string, endpoints: string, copies: string): Promise<void> {
  await client.query(
    `WITH endpoint AS (SELECT user_id, id, row_number() OVER (ORDER BY id) AS no FROM carillon.webhook_endpoints),
       event AS (SELECT id, row_number() OVER () AS no FROM carillon.events)
     INSERT INTO carillon.deliveries
       (user_id, id, channel, target_id, event_id, event, status, created_at, next_attempt_at, finished_at)
     SELECT e.user_id, carillon.uuid_v7(now()), 'webhook', e.id, v.id, 'job.failed', $2, now(),
       now() - random() * interval '1 hour', CASE WHEN $2 <> 'pending' THEN now() END
     FROM endpoint e
     CROSS JOIN LATERAL generate_series(1, ${copies}) AS copy
     JOIN event v ON v.no = 1 + copy % 2000
     WHERE ${endpoints}`,
    [ENDPOINTS, status],
  );
}

/** Runs the prepared statement, with the plan that it has after many uses, and lists the nodes of that plan. */
async function planOf(statement: { name: string; text: string }, values: string[]): Promise<PlanNode[]> {
  await client.query('BEGIN');
  try {
    return await planIn(statement, values);
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
}

/** The same in a transaction that has begun. */
async function planIn(statement: { text: string }, values: string[]): Promise<PlanNode[]> {
  await client.query(`SET LOCAL plan_cache_mode = force_generic_plan`);
  await client.query(`PREPARE statement AS ${inSchema(statement.text)}`);
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE statement (${values.map((value) => `'${value}'`).join(', ')})`,
  );
  return flatten(rows[0]['QUERY PLAN'][0].Plan);
}

const inSchema = (text: string) => text.replaceAll(':schema.', 'carillon.');

/** Rows that were read of deliveries by an index. */
function visitedDeliveries(plan: PlanNode[]): number {
  return visited(plan.filter((node) => node['Index Name']?.startsWith('deliveries')));
}

function sequentialScans(plan: PlanNode[]): (string | undefined)[] {
  return plan
    .filter((node) => node['Node Type'] === 'Seq Scan')
    .map((node) => node['Relation Name'])
    .filter((name) => name === 'deliveries');
}

async function pendingEndpoints(): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT DISTINCT target_id AS id FROM carillon.deliveries WHERE status = 'pending' ORDER BY 1`,
  );
  return rows.map(({ id }) => id);
}

describe.each(['from before the backlog', 'that are up to date'])(
  'the work queue, with statistics %s',
  (age) => {
    beforeAll(async () => {
      if (age === 'that are up to date') await client.query('VACUUM ANALYZE carillon.deliveries');
    });

    it('finds all endpoints with work without reading the backlog of one', async () => {
      const plan = await planOf(SCAN, ['00000000-0000-0000-0000-000000000000', '256', '{}']);
      expect(plan[0]?.['Actual Rows']).toBe(ENDPOINTS);
      expect(sequentialScans(plan)).toEqual([]);
      expect(visitedDeliveries(plan)).toBeLessThanOrEqual(ENDPOINTS * 3);
    });

    it('claims without reading more than it claims', async () => {
      const endpoints = (await pendingEndpoints()).slice(0, 64);
      const plan = await planOf(CLAIM, [
        `{${endpoints.join()}}`,
        `{${endpoints.map(() => 4).join()}}`,
        '00000000-0000-4000-8000-000000000000',
        '45000',
      ]);
      expect(plan[0]?.['Actual Rows']).toBe(64 * 4);
      expect(sequentialScans(plan)).toEqual([]);
      expect(visitedDeliveries(plan)).toBeLessThanOrEqual(64 * 4 * 3);
    });

    it('renews, gives back and records by the primary key', async () => {
      const { rows } = await client.query<{ user_id: string; target_id: string; id: string }>(
        `SELECT user_id, target_id, id FROM carillon.deliveries WHERE status = 'pending' LIMIT 100`,
      );
      const users = `{${rows.map((row) => row.user_id).join()}}`;
      const endpoints = `{${rows.map((row) => row.target_id).join()}}`;
      const ids = `{${rows.map((row) => row.id).join()}}`;
      const each = (value: string) => `{${rows.map(() => value).join()}}`;
      const worker = '00000000-0000-4000-8000-000000000000';
      const renew = await planOf(RENEW, [users, endpoints, ids, worker, '45000']);
      const release = await planOf(RELEASE, [users, endpoints, ids, each('false'), worker]);
      const record = await planOf(RECORD, [
        ...[
          users,
          endpoints,
          ids,
          each('delivered'),
          each('NULL'),
          each('NULL'),
          each('200'),
          each('NULL'),
          each('NULL'),
          each('1763900000000'),
          each('1'),
          each('NULL'),
        ],
        worker,
      ]);
      const unsure = await planOf(RECORD_UNSURE, [users, endpoints, ids, worker]);
      for (const plan of [renew, release, record, unsure]) {
        expect(sequentialScans(plan)).toEqual([]);
        expect(visitedDeliveries(plan)).toBeLessThanOrEqual(200);
      }
    });
  },
);

it('the queue could be read through no index but its own, whatever the statistics say', async () => {
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL plan_cache_mode = force_generic_plan`);
    await client.query(`SET LOCAL enable_seqscan = off`);
    await client.query('DROP INDEX carillon.deliveries_pending');
    for (const { text } of [SCAN, CLAIM, RENEW, RELEASE, RECORD, RECORD_UNSURE]) {
      await client.query(`PREPARE statement AS ${inSchema(text)}`);
      const count = Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
      const { rows } = await client.query(
        `EXPLAIN (FORMAT JSON) EXECUTE statement (${Array.from({ length: count }, () => 'NULL').join()})`,
      );
      await client.query('DEALLOCATE statement');
      const used = flatten(rows[0]['QUERY PLAN'][0].Plan).map((node) => node['Index Name'] ?? '');
      // Parts are known by what they are a part of.
      const ofKeys = ['deliveries_pkey', 'deliveries_parts'];
      expect(used.filter((name) => name.startsWith('deliveries_') && !ofKeys.includes(name))).toEqual([]);
    }
  } finally {
    await client.query('ROLLBACK');
  }
});

it('claims without reading everything when all that is there waits for five endpoints', async () => {
  await client.query('BEGIN');
  try {
    await client.query('TRUNCATE carillon.deliveries');
    await deliver('pending', 'e.no <= 5 AND $1 > 0', '10000');
    await client.query('ANALYZE carillon.deliveries');
    const endpoints = await pendingEndpoints();
    const lanes = [`{${endpoints.join()}}`, `{${endpoints.map(() => 100).join()}}`];
    const plan = await planIn(CLAIM, [...lanes, '00000000-0000-4000-8000-000000000000', '45000']);
    expect(plan[0]?.['Actual Rows']).toBe(500);
    expect(sequentialScans(plan)).toEqual([]);
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
});

it('the clean-up reads the primary key, endpoint by endpoint', async () => {
  await client.query('VACUUM ANALYZE carillon.deliveries');
  const dataSource = await createDataSource({
    url: database.url,
    poolSize: 1,
    schema: 'carillon',
  }).initialize();
  try {
    const recorder = new StatementRecorder(dataSource);
    const store = new DeliveriesStore(new Database(dataSource));
    const before = new Date('2026-01-05');
    const statements = await recorder.during(async () => {
      const endpoints = await store.nextTargets(undefined, before, 1_000);
      expect(endpoints).toHaveLength(1_000);
      await store.deleteOld(dataSource.manager, endpoints, before, 2_000);
    });
    expect(statements).toHaveLength(2);
    const [looked] = statements as [Sent & { name: string }];
    expect(visitedDeliveries(await planOf(looked, looked.values.map(String)))).toBe(1_000);
    for (const sent of statements) {
      for (const kind of ['custom', 'generic'] as const) {
        const nodes = await planNodes(client, sent, kind);
        expect(sequentialScans(nodes)).toEqual([]);
        expect(nodes.map((node) => node['Index Name'])).toContain('deliveries_pkey');
      }
    }
  } finally {
    await dataSource.destroy();
  }
});
