import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels } from '../../src/channels/registry.js';
import { LOWEST_ID } from '../../src/common/ids.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { Database } from '../../src/database/database.js';
import type { Selector } from '../../src/dispatcher/withdraw.sql.js';
import { WithdrawStore } from '../../src/dispatcher/withdraw.store.js';
import { openPlanDatabase, type PlanDatabase } from '../support/plan-database.js';
import {
  flatten,
  planNodes,
  StatementRecorder,
  visited,
  type PlanNode,
  type Sent,
} from '../support/plans.js';

/** Events of others, each with a copy and two deliveries; and recipients of the one that is withdrawn. */
const OTHERS = 100_000;
const RECIPIENTS = 2_000;

let dataSource: PlanDatabase['dataSource'];
let client: PlanDatabase['client'];
let close: PlanDatabase['close'];
let recorder: StatementRecorder;
let store: WithdrawStore;
let id: string;

const OWN = new Channels(DEFAULTS).all.find(({ key }) => key === 'email')!.number;

beforeAll(async () => {
  ({ dataSource, client, close } = await openPlanDatabase());
  store = new WithdrawStore(new Database(dataSource), new Channels(DEFAULTS));
  recorder = new StatementRecorder(dataSource);
  for (const table of ['events', 'event_recipients', 'notifications', 'deliveries', 'webhook_endpoints'])
    await client.query(`ALTER TABLE carillon.${table} SET (autovacuum_enabled = false)`);
  const target = `'00000000-0000-8000-8000-0000000000${String(OWN).padStart(2, '0')}'`;
  const fill = (count: number, title: string, entity: string, users: string) =>
    client.query(
      `WITH made AS (
         INSERT INTO carillon.events (id, type, level, source, title, entity_type, entity_id, collapse_key, recipients, created_at)
         SELECT carillon.uuid_v7(now() - n * interval '1 second'), 'job_failed', 'error', 'test', '${title}', 'thing', ${entity},
           ${entity}, ${users === 'user' ? 1 : RECIPIENTS}, now() - n * interval '1 second'
         FROM generate_series(1, $1) AS n RETURNING id, created_at, entity_id
       ), recipient AS (
         SELECT made.*, 'user ' || u AS user_id FROM made, generate_series(1, ${users === 'user' ? 1 : RECIPIENTS}) AS u
       ), listed AS (
         INSERT INTO carillon.event_recipients
         SELECT id, 0, array_agg(user_id), array_agg(0::bigint) FROM recipient GROUP BY id
       ), copies AS (
         INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at)
         SELECT user_id, carillon.uuid_v7(created_at), id, 'job_failed', 'error', '${title}', created_at FROM recipient
       )
       INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, created_at, finished_at)
       SELECT user_id, carillon.uuid_v7(created_at), 'email', ${target}, id, 'x', 'delivered', created_at, now() FROM recipient`,
      [count],
    );
  await fill(OTHERS, 'other', `'other ' || n`, 'user');
  await fill(1, 'wrong', `'the thing'`, 'many');
  await fill(3, 'else', `'another'`, 'many');
  const found = await client.query<{ id: string }>(`SELECT id FROM carillon.events WHERE title = 'wrong'`);
  id = found.rows[0]!.id;
}, 120_000);

afterAll(() => close());

const isScan = (node: PlanNode) =>
  node['Relation Name'] !== undefined &&
  node['Node Type'] !== 'ModifyTable' &&
  node['Node Type'] !== 'Tid Scan';

/** The scans when the statement runs; in the plan that it has after many uses nothing is read as a whole either. */
async function scansOf(sent: Sent): Promise<PlanNode[]> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sent.text}`,
      sent.values,
    );
    const scans = rows.flatMap((row) => flatten(row['QUERY PLAN'][0].Plan)).filter(isScan);
    const usual = (await planNodes(client, sent, 'generic')).filter(isScan);
    for (const scan of [...scans, ...usual].filter((one) => !SMALL.includes(one['Relation Name'] as string)))
      expect([scan['Relation Name'], scan['Node Type']]).toEqual([
        scan['Relation Name'],
        expect.stringMatching(/^Index|^Bitmap/),
      ]);
    return scans;
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Empty here. */
const SMALL = ['webhook_endpoints', 'push_subscriptions'];

describe.each(['that there never were', 'that are up to date'])(
  'beside a hundred thousand other events, with statistics %s',
  (age) => {
    beforeAll(async () => {
      if (age === 'that are up to date') await client.query('VACUUM ANALYZE');
    });

    it.each<[string, Selector['kind'], () => Selector['values']]>([
      ['events_pkey', 'event', () => [id]],
      ['events_entity', 'entity', () => ['thing', 'the thing']],
      ['events_collapse', 'collapse', () => ['the thing']],
    ])('what is withdrawn is found by %s', async (index, kind, values) => {
      const { manager } = dataSource;
      const [take] = await recorder.during(async () =>
        expect(await store.next(manager, { kind, values: values() }, LOWEST_ID, 10_000)).toMatchObject([
          { id },
        ]),
      );
      const scans = await scansOf(take as Sent);
      expect(scans.map((scan) => scan['Index Name'])).toContain(index);
      expect(visited(scans)).toBeLessThanOrEqual(3);
    });

    it('only what its recipients got is read', async () => {
      const { manager } = dataSource;
      const [event] = await store.next(manager, { kind: 'event', values: [id] }, LOWEST_ID, 10_000);
      const statements = await recorder.during(async () => {
        await expect(
          dataSource.transaction(async (within) => {
            const found = await store.withdraw(within, [{ event: event!, chunk: 0 }], null);
            expect(found).toContainEqual({ eventId: id, channel: null, n: RECIPIENTS });
            expect(found).toContainEqual({ eventId: id, channel: 'email', n: RECIPIENTS });
            await store.mark(within, [{ event: event!, chunks: 1, withdrawn: 1, alreadySent: {} }]);
            throw new Error('back');
          }),
        ).rejects.toThrow('back');
      });
      expect(statements).toHaveLength(3);
      for (const statement of statements) {
        const scans = await scansOf(statement);
        expect(visited(scans)).toBeLessThanOrEqual(3 * RECIPIENTS + 10);
      }
    });
  },
);
