import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { LOWEST_ID } from '../../../src/common/ids.js';
import { CLAIM, RECORD_UNSURE, RELEASE, SCAN } from '../../../src/deliveries/queue.sql.js';
import {
  LEAVE_OUT,
  DECIDE_ANEW,
  RECORD_PARTS,
  TAKE_ITEMS,
  WAKE,
} from '../../../src/deliveries/timing/timing.sql.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { flatten, visited, type PlanNode } from '../../support/plans.js';

const WAITING = 1_000_000;
const DUE = 100;
const EACH = 10;
const TARGET = '00000000-0000-8000-8000-000000000003';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('ALTER TABLE carillon.deliveries SET (autovacuum_enabled = false)');
  await client.query('ANALYZE carillon.deliveries');
  // A hundred thousand users for whom ten each wait for tomorrow; of a hundred of them the first's time has come.
  await client.query(
    `INSERT INTO carillon.deliveries
       (user_id, id, channel, target_id, event_id, event, status, created_at, due_at, reason, gather)
     SELECT 'user-' || n / ${EACH}, carillon.uuid_v7(now()), 'email', $1, carillon.uuid_v7(now()), 'x', 'waiting', now(),
       now() + CASE WHEN n % ${EACH} = 0 AND n < ${DUE * EACH} THEN interval '-1 second' ELSE interval '1 day' END,
       'digest', 'comment'
     FROM generate_series(0, ${WAITING - 1}) AS n`,
    [TARGET],
  );
}, 180_000);
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Runs the prepared statement, with the plan that it has after many uses. */
async function plan(statement: { text: string }, values: unknown[]): Promise<PlanNode[]> {
  await client.query('SET plan_cache_mode = force_generic_plan');
  await client.query(`PREPARE statement AS ${statement.text.replaceAll(':schema.', 'carillon.')}`);
  const { rows } = await client.query(
    `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE statement (${values.map((value) => `'${String(value)}'`).join(', ')})`,
  );
  await client.query('DEALLOCATE statement');
  return flatten(rows[0]['QUERY PLAN'][0].Plan);
}

const ofDeliveries = (nodes: PlanNode[]) =>
  nodes.filter(
    (node) => node['Index Name']?.startsWith('deliveries') ?? node['Relation Name'] === 'deliveries',
  );

const seen = (nodes: PlanNode[]) =>
  visited(
    ofDeliveries(nodes).filter(
      (node) => node['Node Type'] !== 'ModifyTable' && node['Node Type'] !== 'Tid Scan',
    ),
  );

const scans = (nodes: PlanNode[]) =>
  nodes.filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name'] === 'deliveries');

describe.each(['from before it', 'that are up to date'])(
  'with a million that wait, and statistics %s',
  (age) => {
    beforeAll(async () => {
      if (age === 'that are up to date') await client.query('VACUUM ANALYZE carillon.deliveries');
      await client.query('BEGIN');
    }, 120_000);
    afterAll(() => client.query('ROLLBACK'));

    it('the queue is scanned and claimed from without a look at any of them', async () => {
      const scan = await plan(SCAN, [LOWEST_ID, '256', '{}']);
      const claim = await plan(CLAIM, [
        `{${TARGET}}`,
        '{128}',
        '00000000-0000-4000-8000-000000000000',
        '45000',
      ]);
      for (const nodes of [scan, claim]) {
        expect(scans(nodes)).toEqual([]);
        expect(seen(nodes)).toBeLessThanOrEqual(3);
      }
    });

    it('what a change of times is about is found without a look at the rest', async () => {
      await client.query('SAVEPOINT change');
      const users = Array.from({ length: DUE }, (_, at) => `user-${at}`);
      const nodes = await plan(DECIDE_ANEW, [
        `{${users.join()}}`,
        `{${users.map(() => '"{digest}"').join()}}`,
        `{${users.map(() => LOWEST_ID).join()}}`,
        `{${users.map(() => 'true').join()}}`,
        '500',
        '45000',
        LOWEST_ID,
      ]);
      expect(scans(nodes)).toEqual([]);
      // Found and changed.
      expect(seen(nodes)).toBeLessThanOrEqual(DUE * EACH * 2);
      const released = `SELECT count(*)::integer AS count FROM carillon.deliveries WHERE gather IS NULL`;
      expect((await client.query(released)).rows).toEqual([{ count: DUE * EACH }]);
      await client.query('ROLLBACK TO SAVEPOINT change');
    });

    it('what is due is gathered, sent and recorded without a look at the rest', async () => {
      const woken = await plan(WAKE, ['1000', '1', '2']);
      expect(scans(woken)).toEqual([]);
      // Found as due, found as gathered, and changed.
      expect(seen(woken)).toBeLessThanOrEqual(DUE * (1 + 2 * EACH) + DUE);
      const heads = await client.query<{ user_id: string; id: string }>(
        `SELECT user_id, id FROM carillon.deliveries WHERE status = 'pending'`,
      );
      expect(heads.rows).toHaveLength(DUE);
      const users = `{${heads.rows.map((row) => row.user_id).join()}}`;
      const targets = `{${heads.rows.map(() => TARGET).join()}}`;
      const ids = `{${heads.rows.map((row) => row.id).join()}}`;
      const items = await plan(TAKE_ITEMS, [users, targets, ids]);
      expect(items[0]?.['Actual Rows']).toBe(DUE * EACH);
      const worker = '00000000-0000-4000-8000-000000000000';
      const released = await plan(RELEASE, [
        users,
        targets,
        ids,
        `{${heads.rows.map(() => 'false').join()}}`,
        worker,
      ]);
      const unsure = await plan(RECORD_UNSURE, [users, targets, ids, worker]);
      const left = await plan(LEAVE_OUT, [users, targets, ids, `{${heads.rows.map(() => 'read').join()}}`]);
      await client.query(
        `UPDATE carillon.deliveries SET status = 'delivered', finished_at = now() WHERE status = 'pending'`,
      );
      const recorded = await plan(RECORD_PARTS, [
        users,
        targets,
        ids,
        `{${heads.rows.map(() => 'false').join()}}`,
      ]);
      for (const nodes of [items, released, unsure, left, recorded]) {
        expect(scans(nodes)).toEqual([]);
        // The index has former places of these rows too.
        expect(seen(nodes)).toBeLessThanOrEqual(DUE * EACH * 4);
      }
    });
  },
);
