import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { PushTargetsStore } from '../../../src/channels/push/push-targets.store.js';
import { SubscriptionsStore } from '../../../src/channels/push/subscriptions.store.js';
import { Database } from '../../../src/database/database.js';
import { startApp, type TestApp } from '../../support/app.js';
import { planNodes, StatementRecorder } from '../../support/plans.js';
import { VAPID } from '../../support/push.js';

const PRIMARY_KEY = 'Index Scan push_subscriptions_pkey';
const ENDPOINT = 'Index Scan push_subscriptions_endpoint';

let t: TestApp;
let client: pg.Client;
let manager: EntityManager;
let recorder: StatementRecorder;
let keys: { userId: string; targetId: string }[];
beforeAll(async () => {
  t = await startApp({ push: VAPID });
  ({ manager } = t.app.get(Database, { strict: false }));
  recorder = new StatementRecorder(t.app.get(Database, { strict: false }).dataSource);
  client = new pg.Client({ connectionString: t.databaseUrl });
  await client.connect();
  // Two browsers for each user, every fifth forgotten, and twenty with many forgotten ones for the user that is asked for.
  await client.query(`
    INSERT INTO carillon.push_subscriptions
      (user_id, id, endpoint_hash, endpoint_box, auth_box, p256dh, created_at, updated_at, deleted_at)
    SELECT CASE WHEN n <= 200 THEN 'user-0' ELSE 'user-' || n / 2 END, carillon.uuid_v7(now()),
      CASE WHEN forgotten THEN NULL ELSE sha256(n::text::bytea) END, CASE WHEN forgotten THEN NULL ELSE repeat('x', 200) END,
      CASE WHEN forgotten THEN NULL ELSE repeat('x', 80) END, repeat('x', 87), now(), now() + n * interval '1 second',
      CASE WHEN forgotten THEN now() END
    FROM generate_series(1, 50000) AS n, LATERAL (SELECT CASE WHEN n <= 200 THEN n > 20 ELSE n % 5 = 0 END AS forgotten) AS f;
    ANALYZE carillon.push_subscriptions`);
  const { rows } = await client.query<{ userId: string; targetId: string }>(`
    SELECT user_id AS "userId", id AS "targetId" FROM carillon.push_subscriptions
    WHERE deleted_at IS NULL ORDER BY user_id, id LIMIT 64`);
  keys = rows;
});
afterAll(async () => {
  await client.end();
  await t.close();
});

/** How the statement that a store sends reads subscriptions: for these values, and for any. */
async function readsOf(work: (manager: EntityManager) => Promise<unknown>): Promise<string[]> {
  const [statement] = await recorder.during(() => work(manager));
  const reads: string[] = [];
  for (const kind of ['custom', 'generic'] as const) {
    const nodes = await planNodes(client, statement!, kind);
    const read = nodes.filter((node) => node['Relation Name'] !== undefined && !node.Operation);
    reads.push(read.map((node) => `${node['Node Type']} ${node['Index Name']}`).join());
  }
  return reads;
}

it.each([1, 64])('the queue finds and records %d of 50,000 subscriptions by their keys', async (count) => {
  const store = t.app.get(PushTargetsStore, { strict: false });
  const wanted = keys.slice(0, count);
  const attempts = wanted.map((key) => ({
    ...key,
    result: { status: 'delivered' as const, error: null, gone: false },
  }));
  const works = [
    (manager: EntityManager) => store.lanes(manager, wanted),
    (manager: EntityManager) => store.load(manager, wanted),
    (manager: EntityManager) => store.record(manager, attempts),
  ];
  for (const work of works) expect(await readsOf(work)).toEqual([PRIMARY_KEY, PRIMARY_KEY]);
});

it('finds the subscriptions of one user, and of one endpoint', async () => {
  const store = t.app.get(SubscriptionsStore, { strict: false });
  const targets = t.app.get(PushTargetsStore, { strict: false });
  const hashes = ['\\x00', '\\x01'].map((text) => Buffer.from(text));
  expect(await readsOf((manager) => targets.ofUser(manager, 'user-0'))).toEqual([PRIMARY_KEY, PRIMARY_KEY]);
  expect(await readsOf((manager) => store.findByHash(manager, hashes))).toEqual([ENDPOINT, ENDPOINT]);
  const twice = `${PRIMARY_KEY},${PRIMARY_KEY}`;
  expect(await readsOf((manager) => store.forgetOldest(manager, 'user-0', 19, new Date()))).toEqual([
    twice,
    twice,
  ]);
});
