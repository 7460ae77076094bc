import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { WORKSPACE_SHAPE } from '../../src/contracts/workspace/workspace.shape.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { EventReportStore, type SentEvent } from '../../src/dispatcher/event-report.store.js';
import { SearchService, type SearchPage } from '../../src/notifications/search.service.js';
import { Turns } from '../../src/database/turns.js';
import { SearchStore } from '../../src/notifications/search.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { askedOfWorkspace } from './asked.js';
import { flatten, StatementRecorder, visited, type PlanNode, type Sent } from '../support/plans.js';

const USER = 'busy';
const EVENTS = 10_000;
const ENDPOINTS = 3;

let database: TestDatabase;
let dataSource: DataSource;
let client: pg.Client;
let recorder: StatementRecorder;
let search: SearchService;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 2, schema: 'carillon' }).initialize();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  recorder = new StatementRecorder(dataSource);
  search = new SearchService(
    new SearchStore(new Database(dataSource)),
    new Turns(2),
    new Catalogue(SHIPPED_TYPES, new Channels(DEFAULTS)),
  );
  // Statistics are made by the tests: a running server's are as old as its last ANALYZE.
  for (const table of ['notifications', 'deliveries', 'webhook_endpoints'])
    await client.query(`ALTER TABLE carillon.${table} SET (autovacuum_enabled = false)`);
  await client.query('ANALYZE carillon.notifications, carillon.deliveries, carillon.webhook_endpoints');
  // An event a second; the delivery of each thousandth failed, to one of the user's endpoints. Others have as many.
  await client.query(
    `INSERT INTO carillon.webhook_endpoints (user_id, id, name, kind, events, url_box, created_at, updated_at)
     SELECT user_id, gen_random_uuid(), 'x', 'generic', '{*}', 'x', now(), now()
     FROM unnest(ARRAY[$1, 'other']) AS u(user_id), generate_series(1, $2)`,
    [USER, ENDPOINTS],
  );
  await client.query(
    `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at)
     SELECT user_id, carillon.uuid_v7(at), event_id, 'job_failed', 'error', 'T', at
     FROM (SELECT i, '2026-01-01'::timestamptz + i * interval '1 second' AS at FROM generate_series(1, $2) AS i) AS t,
       LATERAL (SELECT carillon.uuid_v7(at) AS event_id, i) AS e, unnest(ARRAY[$1, 'other']) AS u(user_id)`,
    [USER, EVENTS],
  );
  await client.query(`
    INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, created_at, finished_at)
    SELECT n.user_id, carillon.uuid_v7(n.created_at), 'webhook', w.id, n.event_id, 'job.failed',
      CASE WHEN extract(epoch FROM n.created_at)::bigint % 1000 = 0 AND w.id = first.id THEN 'failed' ELSE 'delivered' END,
      n.created_at, now()
    FROM carillon.notifications n JOIN carillon.webhook_endpoints w USING (user_id)
    JOIN (SELECT user_id, min(id::text)::uuid AS id FROM carillon.webhook_endpoints GROUP BY 1) AS first USING (user_id)`);
}, 60_000);

afterAll(async () => {
  await client.end();
  await dataSource.destroy();
  await database.drop();
});

/** The scans of deliveries when the statement runs. */
async function scansOf({ text, values }: Sent): Promise<PlanNode[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const [row] = rows as [{ 'QUERY PLAN': [{ Plan: PlanNode }] }];
  return flatten(row['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] === 'deliveries');
}

async function found(filter: object): Promise<{ page: SearchPage; scans: PlanNode[] }> {
  const request = await askedOfWorkspace(USER, { limit: 5, filter: JSON.stringify(filter) });
  let page: SearchPage | undefined;
  const [sent] = await recorder.during(async () => {
    page = await search.search(WORKSPACE_SHAPE, request);
  });
  return { page: page as SearchPage, scans: await scansOf(sent as Sent) };
}

describe.each(['from before they were there', 'that are up to date'])(
  'the deliveries of an event, with statistics %s,',
  (age) => {
    beforeAll(async () => {
      if (age === 'that are up to date') await client.query('VACUUM ANALYZE');
    });

    it('are looked at once for each notification when few match', async () => {
      const { page, scans } = await found({ deliveries: { some: { status: 'failed' } } });
      expect(page.rows).toHaveLength(5);
      expect(new Set(scans.map((scan) => scan['Index Name']))).toEqual(new Set(['deliveries_pkey']));
      // The page and its total, which is every match among the user's.
      expect(visited(scans)).toBeLessThan(2.1 * EVENTS * ENDPOINTS);
    });

    it('are found by their key, whatever else there is of their users', async () => {
      const { rows } = await client.query<{ id: string; sendAt: null }>(
        'SELECT event_id AS id, NULL AS "sendAt" FROM carillon.notifications WHERE user_id = $1 ORDER BY id DESC LIMIT 1',
        [USER],
      );
      const store = new EventReportStore(new Database(dataSource), new Channels(DEFAULTS));
      let deliveries = new Map<string, object[]>();
      const [sent] = await recorder.during(async () => {
        deliveries = await store.deliveries(rows[0] as SentEvent, [USER, 'other', 'nobody']);
      });
      expect([...deliveries.values()].flat()).toHaveLength(2 * ENDPOINTS);
      const scans = await scansOf(sent as Sent);
      expect(scans.map((scan) => scan['Index Name'])).toEqual(['deliveries_pkey']);
      // EXPLAIN rounds the rows of each loop to hundredths.
      expect(Math.round(visited(scans))).toBeLessThanOrEqual(2 * ENDPOINTS);
    });
  },
);
