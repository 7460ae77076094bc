import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v4 } from 'uuid';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Catalogue } from '../../../src/catalogue/catalogue.js';
import { ThrottleRules } from '../../../src/catalogue/throttle-rules.js';
import { Channels } from '../../../src/channels/registry.js';
import { DEFAULTS } from '../../../src/config/defaults.js';
import type { NotificationType } from '../../../src/config/options.js';
import { createDataSource } from '../../../src/database/data-source.js';
import { WorkerDatabase } from '../../../src/database/worker-database.js';
import {
  OLD_DECISIONS,
  ThrottleStore,
  type Interruption,
} from '../../../src/deliveries/timing/throttle.store.js';
import { RelayStore } from '../../../src/realtime/relay.store.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  flatten,
  planNodes,
  StatementRecorder,
  visited,
  type PlanNode,
  type Sent,
} from '../../support/plans.js';
import { seeded } from '../../support/random.js';

const type = (key: string, more: Partial<NotificationType>): NotificationType => ({
  ...{ key, description: key, level: 'info', webhookEvent: null, mutable: true },
  ...more,
});
const TYPES = [
  type('a', { throttle: { max: 3, per: '1h' } }),
  type('b', { throttle: { max: 1, per: '2m' } }),
  type('urgent', { throttle: { max: 1, per: '8h' }, critical: true, mutable: false }),
  type('free', {}),
];
const RULES = new ThrottleRules(TYPES);

let database: TestDatabase;
let dataSource: DataSource;
let worker: WorkerDatabase;
let store: ThrottleStore;
let recorder: StatementRecorder;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 2, schema: 'carillon' }).initialize();
  worker = new WorkerDatabase(dataSource);
  store = new ThrottleStore(worker);
  recorder = new StatementRecorder(dataSource);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dataSource.destroy();
  await database.drop();
});
beforeEach(() => client.query('TRUNCATE carillon.throttle_decisions'));

it('has the rules of the types that have one and are not critical', () => {
  expect(RULES.values).toEqual([
    ['a', 'b'],
    [3, 1],
    [3_600_000, 120_000],
  ]);
  expect(RULES.longestMs).toBe(3_600_000);
  expect(['a', 'b', 'urgent', 'free'].map((key) => RULES.has(key))).toEqual([true, true, false, false]);
  expect([RULES.isEmpty, new ThrottleRules([TYPES[2]!, TYPES[3]!]).isEmpty]).toEqual([false, true]);
});

it('decides as one would by hand, whatever comes in which order, and keeps to it', async () => {
  const random = seeded(18);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  /** Every event that was asked about, by user: whether it may, and how many seconds ago it was decided. */
  const model = new Map<string, { type: string; allowed: boolean; age: number }>();
  const known: Interruption[] = [];
  const used = (userId: string, key: string) =>
    [...model].filter(
      ([id, one]) =>
        id.endsWith(userId) && one.type === key && one.allowed && one.age < (key === 'a' ? 3_600 : 120),
    ).length;
  for (let round = 0; round < 120; round += 1) {
    const asked = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
      known.length > 0 && random() < 0.3
        ? { ...pick(known), id: v4() }
        : { id: v4(), userId: pick(['u', 'v']), eventId: v4(), type: pick(['a', 'b']) },
    );
    for (const one of asked) {
      const key = `${one.eventId} ${one.userId}`;
      if (model.has(key)) continue;
      known.push(one);
      const max = one.type === 'a' ? 3 : 1;
      model.set(key, { type: one.type, allowed: used(one.userId, one.type) < max, age: 0 });
    }
    const refused = await dataSource.transaction((manager) => store.refused(manager, asked, RULES));
    const expected = asked.filter((one) => model.get(`${one.eventId} ${one.userId}`)?.allowed === false);
    expect(refused.toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
    // Half a minute to twenty minutes go by; not by the end of a span to the second, which the clock decides.
    const seconds = pick([31, 61, 1_201]);
    for (const one of model.values()) one.age += seconds;
    await client.query(
      `UPDATE carillon.throttle_decisions SET decided_at = decided_at - $1 * interval '1 second'`,
      [seconds],
    );
  }
});

it('takes a turn after the other: of what is asked at once, as many are allowed as there may be', async () => {
  const asked = Array.from({ length: 12 }, () => ({ id: v4(), userId: 'u', eventId: v4(), type: 'a' }));
  const refused = await Promise.all(
    asked.map((one) =>
      dataSource.transaction(async (manager) => {
        await store.takeTurn(manager);
        return store.refused(manager, [one], RULES);
      }),
    ),
  );
  expect(refused.flat()).toHaveLength(9);
});

describe('with a hundred thousand decisions', () => {
  beforeAll(() =>
    client.query(
      `INSERT INTO carillon.events (id, type, level, source, title, recipients, created_at)
       SELECT gen_random_uuid(), 'a', 'info', 'test', 'x', 1, now() FROM generate_series(1, 100000)`,
    ),
  );

  beforeEach(async () => {
    await client.query(
      `INSERT INTO carillon.throttle_decisions
       SELECT 'u' || n % 50, id, 'a', n % 10 = 0, now() - n * interval '1 minute'
       FROM (SELECT id, row_number() OVER () AS n FROM carillon.events) e`,
    );
    await client.query('VACUUM ANALYZE carillon.throttle_decisions, carillon.events');
  });

  it('a claim looks at those that it asks about, and at those that count', async () => {
    const asked = Array.from({ length: 10 }, (_, n) => ({
      ...{ id: v4(), userId: `u${n}`, eventId: v4(), type: 'a' },
    }));
    const [sent] = await recorder.during(() => store.refused(dataSource.manager, asked, RULES));
    const scans = await scansOf(sent);
    expect(indexesOf(scans)).toEqual(new Set(['throttle_decisions_pkey', 'throttle_decisions_allowed']));
    expect(visited(scans)).toBeLessThan(100);
  });

  it('the relay too, and at the events of toasts', async () => {
    await client.query(
      `INSERT INTO carillon.inbox_changes (user_id, kind, event_id, toast)
       SELECT 'v' || n, 'toast', id, n % 2 = 0
       FROM (SELECT id, row_number() OVER () AS n FROM carillon.events LIMIT 20) e`,
    );
    const relay = new RelayStore(worker, new Catalogue(TYPES, new Channels(DEFAULTS)));
    const back = new Error('rolled back');
    const sent = await recorder.during(() =>
      expect(
        dataSource.transaction(async (manager) => {
          expect(await relay.move(manager, { userId: '', id: '0' }, 2_000)).toMatchObject({ moved: 20 });
          throw back;
        }),
      ).rejects.toBe(back),
    );
    const scans = await scansOf(sent.find(({ name }) => name?.startsWith('relay.move')));
    expect(indexesOf(scans)).toEqual(
      new Set(['events_pkey', 'throttle_decisions_pkey', 'throttle_decisions_allowed']),
    );
    expect(visited(scans)).toBeLessThan(100);
  });

  it('the clean-up takes the oldest, so many at a time, and spares what counts', async () => {
    const before = new Date(Date.now() - 90_000 * 60_000 + 30_000);
    const worker = new WorkerDatabase(dataSource);
    expect(await worker.executeCount(dataSource.manager, OLD_DECISIONS.count, [before])).toBe(10_001);
    const [sent] = await recorder.during(() =>
      worker.executeCount(dataSource.manager, OLD_DECISIONS.remove, [before, 10]),
    );
    const scans = (await scansOf(sent)).filter((scan) => scan['Index Name']);
    expect(indexesOf(scans)).toEqual(new Set(['throttle_decisions_age']));
    expect(visited(scans)).toBe(10);
  });
});

const isScan = (node: PlanNode) =>
  /^(throttle_decisions|events)$/.test(node['Relation Name'] ?? '') && node['Node Type'] !== 'ModifyTable';

/** The scans when the statement runs; by the same indexes as in the plan that it has after many uses. */
async function scansOf(sent: Sent | undefined): Promise<PlanNode[]> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sent!.text}`,
      sent!.values,
    );
    const scans = rows.flatMap((row) => flatten(row['QUERY PLAN'][0].Plan)).filter(isScan);
    const usual = (await planNodes(client, sent!, 'generic')).filter(isScan);
    expect(indexesOf(usual)).toEqual(indexesOf(scans));
    return scans;
  } finally {
    await client.query('ROLLBACK');
  }
}

const indexesOf = (scans: PlanNode[]) => new Set(scans.map((scan) => scan['Index Name']));
