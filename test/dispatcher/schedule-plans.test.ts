import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { WorkerDatabase } from '../../src/database/worker-database.js';
import { ScheduleStore } from '../../src/dispatcher/schedule.store.js';
import { OLD_EVENTS } from '../../src/dispatcher/old-events.sql.js';
import { NotifyStore } from '../../src/dispatcher/notify.store.js';
import { prepare } from '../../src/dispatcher/prepare.js';
import { openPlanDatabase, type PlanDatabase } from '../support/plan-database.js';
import {
  flatten,
  planNodes,
  StatementRecorder,
  visited,
  type PlanNode,
  type Sent,
} from '../support/plans.js';

/** Events that wait, made long ago; some of these are due. */
const WAITING = 1_000_000;
const DUE = 20;

let dataSource: PlanDatabase['dataSource'];
let client: PlanDatabase['client'];
let close: PlanDatabase['close'];
let recorder: StatementRecorder;
let worker: WorkerDatabase;

beforeAll(async () => {
  ({ dataSource, client, close } = await openPlanDatabase());
  worker = new WorkerDatabase(dataSource);
  recorder = new StatementRecorder(dataSource);
  // Statistics are made by the tests: a running server's are as old as its last ANALYZE.
  await client.query('ALTER TABLE carillon.events SET (autovacuum_enabled = false)');
  await client.query('ALTER TABLE carillon.event_recipients SET (autovacuum_enabled = false)');
  const insert = (count: number, status: string, createdAt: string, sendAt: string) =>
    client.query(
      `WITH made AS (
        INSERT INTO carillon.events (id, type, level, source, title, recipients, created_at, status, send_at)
        SELECT gen_random_uuid(), 'job_failed', 'error', 'test', 'x', 1, ${createdAt}, $2, ${sendAt}
        FROM generate_series(1, $1) AS n RETURNING id
      ) INSERT INTO carillon.event_recipients SELECT id, 0, '{u}', '{0}' FROM made LIMIT 50000`,
      [count, status],
    );
  await insert(5_000, 'sent', `now() - n * interval '1 minute'`, 'NULL');
  await client.query('VACUUM ANALYZE carillon.events, carillon.event_recipients');
  await insert(WAITING - DUE, 'scheduled', `now() - interval '200 days'`, `now() + n * interval '1 minute'`);
  await insert(DUE, 'scheduled', `now() - interval '200 days'`, `now() - n * interval '1 second'`);
}, 180_000);

afterAll(() => close());

const isScan = (node: PlanNode) =>
  node['Relation Name']?.startsWith('event') === true && node['Node Type'] !== 'ModifyTable';

/** The scans of events when the statement runs; by the same indexes as in the plan that it has after many uses. */
async function scansOf(sent: Sent): Promise<PlanNode[]> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sent.text}`,
      sent.values,
    );
    const scans = rows.flatMap((row) => flatten(row['QUERY PLAN'][0].Plan)).filter(isScan);
    const usual = (await planNodes(client, sent, 'generic')).filter(isScan);
    expect(indexesOf(usual)).toEqual(indexesOf(scans));
    return scans;
  } finally {
    await client.query('ROLLBACK');
  }
}

const indexesOf = (scans: PlanNode[]) => new Set(scans.map((scan) => scan['Index Name']));

async function only(sent: Promise<Sent[]>): Promise<Sent> {
  const [statement, ...others] = await sent;
  expect(others).toEqual([]);
  return statement as Sent;
}

describe.each(['from before they were scheduled', 'that are up to date'])(
  'a million events that wait, with statistics %s',
  (age) => {
    beforeAll(async () => {
      if (age === 'that are up to date')
        await client.query('VACUUM ANALYZE carillon.events, carillon.event_recipients');
    });

    it('are in the way of none that is due', async () => {
      const due = new ScheduleStore(worker);
      const look = await only(
        recorder.during(async () => expect(await due.isDue(dataSource.manager)).toBe(true)),
      );
      const [looked, ...others] = await scansOf(look);
      expect([looked?.['Index Name'], others]).toEqual(['events_unsent', []]);
      const statement = await only(
        recorder.during(async () => expect(await due.take(dataSource.manager, 1_000)).toHaveLength(DUE)),
      );
      const scans = await scansOf(statement);
      expect(indexesOf(scans)).toEqual(new Set(['event_recipients_pkey', 'events_pkey', 'events_unsent']));
      expect(visited(scans)).toBeLessThanOrEqual(DUE * 3);
    });

    it('are listed a page at a time, and moved by their keys', async () => {
      const store = new ScheduleStore(worker);
      const [first] = await store.list('scheduled', undefined, 1);
      const after = { at: new Date(Date.now() + 300 * 86_400_000), id: first!.id };
      for (const from of [undefined, after]) {
        const statement = await only(recorder.during(() => store.list('scheduled', from, 51)));
        const scans = await scansOf(statement);
        expect(indexesOf(scans)).toEqual(new Set(['events_unsent']));
        expect(visited(scans)).toBe(51);
      }
      const failed = await scansOf(await only(recorder.during(() => store.list('failed', undefined, 51))));
      expect(indexesOf(failed)).toEqual(new Set(['events_unsent']));
      expect(visited(failed)).toBe(0);
      const moved = await only(
        recorder.during(() => store.move(dataSource.manager, first!.id, first!.sendAt!)),
      );
      const scans = await scansOf(moved);
      expect(indexesOf(scans)).toEqual(new Set(['events_pkey']));
      expect(visited(scans)).toBe(1);
    });

    it('are not looked at by the clean-up', async () => {
      const before = new Date(Date.now() - 90 * 86_400_000);
      const statement = await only(
        recorder.during(async () =>
          expect(await worker.executeCount(dataSource.manager, OLD_EVENTS.remove, [before, 2_000])).toBe(0),
        ),
      );
      const scans = await scansOf(statement);
      const found = scans.filter((scan) => scan['Index Name'] === 'events_age');
      expect(found).toHaveLength(1);
      expect(visited(scans)).toBe(0);
    });

    it('are written by their keys when they are sent', async () => {
      const catalogue = new Catalogue(SHIPPED_TYPES, new Channels(DEFAULTS));
      const due = await new ScheduleStore(worker).take(dataSource.manager, 1_000);
      const events = due.map((event) =>
        prepare(event, catalogue.get(event.type), event.source, new Date(), event.id),
      );
      const store = new NotifyStore(worker, catalogue, new Channels(DEFAULTS));
      const back = new Error('rolled back');
      const statement = await only(
        recorder.during(() =>
          expect(
            dataSource.transaction(async (manager) => {
              await store.insert(manager, events, 'scheduled');
              throw back;
            }),
          ).rejects.toBe(back),
        ),
      );
      const scans = await scansOf(statement);
      expect(indexesOf(scans)).toEqual(new Set(['event_recipients_pkey', 'events_pkey']));
      expect(visited(scans)).toBe(2 * DUE);
    });
  },
);
