import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { listQuery } from '../../src/contracts/inbox/inbox.mapper.js';
import type { ListNotificationsQuery } from '../../src/contracts/inbox/inbox.dto.js';
import { FULL_SHAPE, LIST_SHAPE, SINGLE_SHAPE } from '../../src/contracts/inbox/inbox.shape.js';
import { mintId } from '../../src/common/ids.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { checkEvent } from '../../src/dispatcher/check-event.js';
import { OLD_EVENTS } from '../../src/dispatcher/old-events.sql.js';
import { NotifyStore } from '../../src/dispatcher/notify.store.js';
import { prepare } from '../../src/dispatcher/prepare.js';
import { ActionsStore, OLD_ACTIONS } from '../../src/notifications/actions.store.js';
import { NotificationCleanupStore, OLD_TRASH } from '../../src/notifications/cleanup.store.js';
import { EXPIRE, WAKE } from '../../src/notifications/sweep.sql.js';
import type { InboxService } from '../../src/notifications/inbox.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { inboxOn } from '../support/inbox.js';
import { planNodes, StatementRecorder, type PlanNode, type Sent } from '../support/plans.js';

/** One of two thousand with a hundred notifications, and the one with twenty thousand. */
const USERS = ['user_7', 'heavy'];

let database: TestDatabase;
let dataSource: DataSource;
let client: pg.Client;
let inbox: InboxService;
let recorder: StatementRecorder;

const channels = new Channels(DEFAULTS);
const catalogue = new Catalogue(SHIPPED_TYPES, channels);

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 2, schema: 'carillon' }).initialize();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // A tenth is in the trash, two thirds of the rest are read, half have a team.
  await client.query(`
    INSERT INTO carillon.notifications
      (user_id, id, event_id, type, level, team_id, title, created_at, read_at, deleted_at, extras)
    SELECT CASE WHEN i < 20000 THEN 'heavy' ELSE 'user_' || i % 2000 END, carillon.uuid_v7(at), gen_random_uuid(),
      CASE WHEN i % 5 = 0 THEN 'issue.digest' ELSE 'job_failed' END, 'error',
      CASE WHEN i / 2000 % 2 = 0 THEN 'team_' || i / 4000 % 3 END, 'title ' || i, at,
      CASE WHEN i / 2000 % 3 > 0 THEN at END, CASE WHEN i / 2000 % 10 = 0 THEN at END,
      '{ "actions": [{ "id": "approve", "label": "Approve" }] }'
    FROM generate_series(0, 219999) i, LATERAL (SELECT '2026-01-01'::timestamptz + i * '1 minute'::interval AS at) t`);
  await client.query(`
    INSERT INTO carillon.inbox_totals (user_id, team_id, unread, live)
    SELECT user_id, coalesce(team_id, ''), count(*) FILTER (WHERE read_at IS NULL), count(*)
    FROM carillon.notifications WHERE deleted_at IS NULL GROUP BY 1, 2`);
  // What a relay that lags behind has still to announce.
  await client.query(`
    INSERT INTO carillon.inbox_changes (user_id, kind) SELECT 'user_' || i % 2000, 'created' FROM generate_series(1, 20000) i`);
  await client.query(`
    INSERT INTO carillon.preferences (user_id, type, channel, enabled, updated_at)
    SELECT 'user_' || i, 'job_failed', 'toast', false, now() FROM generate_series(1, 20000) i`);
  await client.query(`
    INSERT INTO carillon.webhook_endpoints (user_id, id, name, kind, events, url_box, created_at, updated_at)
    SELECT 'user_' || i, gen_random_uuid(), '', 'generic', '{*}', '', now(), now() FROM generate_series(1, 20000) i`);
  // What was set aside is far more than what is in the inbox.
  await client.query(`
    INSERT INTO carillon.notifications
      (user_id, id, event_id, type, level, team_id, title, created_at, read_at, place, archived_at, snoozed_until, origin_id, expires_at)
    SELECT 'heavy', carillon.uuid_v7(at), gen_random_uuid(), 'job_failed', 'error', 'team_1', 'title ' || i, at,
      CASE WHEN i % 3 > 0 THEN at END, CASE WHEN i % 5 = 0 THEN 'snoozed' ELSE 'archived' END,
      CASE WHEN i % 5 > 0 THEN at END, CASE WHEN i % 5 = 0 THEN '2100-01-01'::timestamptz + i * '1 minute'::interval END,
      CASE WHEN i % 7 = 0 THEN gen_random_uuid() END,
      CASE WHEN i % 11 = 0 THEN '2100-01-01'::timestamptz + i * '1 minute'::interval END
    FROM generate_series(1, 100000) i, LATERAL (SELECT '2026-06-01'::timestamptz + i * '1 minute'::interval AS at) t`);
  await client.query(`
    INSERT INTO carillon.former_ids SELECT 'user_' || i, gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 10000) i`);
  await client.query(`
    INSERT INTO carillon.taken_actions SELECT 'user_' || i % 2000, gen_random_uuid(), 'approve',
      '2026-01-01'::timestamptz + i * '1 minute'::interval FROM generate_series(1, 20000) i`);
  await client.query('VACUUM ANALYZE');
  ({ inbox } = inboxOn(dataSource));
  recorder = new StatementRecorder(dataSource);
}, 60_000);

afterAll(async () => {
  await client.end();
  await dataSource.destroy();
  await database.drop();
});

const list = (user: string, query: Partial<ListNotificationsQuery>) =>
  inbox.list(LIST_SHAPE, listQuery(catalogue, user, { read_state: 'all', limit: 50, ...query }));

/** A notification in the middle of the list; in the trash when asked for. */
async function idOf(user: string, trash = false): Promise<string> {
  const { rows } = await inbox.list(LIST_SHAPE, {
    userId: user,
    limit: 1,
    offset: 5,
    ...(trash && { visibility: 'trash' as const }),
  });
  return rows[0]!.id;
}

const cursor = async (user: string) => {
  const { json } = (await inbox.list(LIST_SHAPE, { userId: user, limit: 1, offset: 20 })).rows[0]!;
  const { created_at, id } = JSON.parse(json) as { created_at: string; id: string };
  return `${created_at}|${id}`;
};

/** @param events that share a statement */
function notify(recipients: number, events: number): Promise<unknown> {
  const userIds = Array.from({ length: recipients }, (_, i) => `user_${i * 2}`);
  const event = checkEvent({ type: 'job_failed', userIds, title: 'T', data: { a: '"\\' } }, catalogue);
  const prepared = () => prepare(event, catalogue.get(event.type), 'test', new Date());
  return new NotifyStore(new Database(dataSource), catalogue, channels).insert(
    dataSource.manager,
    Array.from({ length: events }, prepared),
  );
}

const LISTS: [string, (user: string) => Promise<unknown>, string][] = [
  ['the first page', (user) => list(user, {}), 'notifications_live'],
  ['a later page', async (user) => list(user, { cursor: await cursor(user) }), 'notifications_live'],
  ['the unread ones', (user) => list(user, { read_state: 'unread' }), 'notifications_unread'],
  [
    'the unread ones, later',
    async (user) => list(user, { read_state: 'unread', cursor: await cursor(user) }),
    'notifications_unread',
  ],
  ['the trash', (user) => list(user, { deleted: 'only' }), 'notifications_trash'],
  ['a team', (user) => list(user, { team_id: 'team_1' }), 'notifications_team'],
  ['the archive', (user) => list(user, { state: 'archived' }), 'notifications_archived'],
  [
    'the archive, later',
    async (user) => list(user, { state: 'archived', cursor: await cursor(user) }),
    'notifications_archived',
  ],
  ['the snoozed ones', (user) => list(user, { state: 'snoozed' }), 'notifications_snoozed'],
];

const ONE_ROW: [string, (user: string) => Promise<unknown>][] = [
  ['the count', (user) => inbox.unreadCount(user)],
  ['the count of a team', (user) => inbox.unreadCount(user, 'team_1')],
  ['one notification', async (user) => inbox.get(SINGLE_SHAPE, user, await idOf(user))],
  ['mark read', async (user) => inbox.mark(LIST_SHAPE, user, await idOf(user), true)],
  ['mark unread', async (user) => inbox.mark(LIST_SHAPE, user, await idOf(user), false)],
  ['restore', async (user) => inbox.restore(LIST_SHAPE, user, await idOf(user, true))],
  ['archive', async (user) => inbox.patch(LIST_SHAPE, user, await idOf(user), { archived: true })],
  [
    'snooze',
    async (user) => inbox.patch(LIST_SHAPE, user, await idOf(user), { snoozedUntil: new Date('2099-01-01') }),
  ],
  [
    'an id that there is not any more',
    (user) => inbox.get(SINGLE_SHAPE, user, mintId(0)).catch(() => undefined),
  ],
  ['purge', async (user) => inbox.purge(user, await idOf(user, true))],
  ['act', async (user) => inbox.act(FULL_SHAPE, user, await idOf(user), 'approve')],
  ['act again', async (user) => inbox.act(FULL_SHAPE, user, await idOf(user), 'approve')],
  ['what was taken of an event', () => new ActionsStore(new Database(dataSource)).ofEvent(mintId(0), USERS)],
  ['delete', async (user) => inbox.trash(user, await idOf(user))],
];

const readThrough = (nodes: PlanNode[]) =>
  nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']);
const sorts = (nodes: PlanNode[]) => nodes.filter((node) => node['Node Type'].includes('Sort'));
const indexes = (nodes: PlanNode[]) => nodes.map((node) => node['Index Name']);

/** What was planned for each statement that a piece of work sends: for its values, and for any values. */
async function plansOf(work: () => Promise<unknown>): Promise<{ sent: Sent; nodes: PlanNode[] }[]> {
  const statements = await recorder.during(work);
  expect(statements.length).toBeGreaterThan(0);
  const plans: { sent: Sent; nodes: PlanNode[] }[] = [];
  for (const sent of statements) {
    for (const kind of ['custom', 'generic'] as const) {
      plans.push({ sent, nodes: await planNodes(client, sent, kind) });
    }
  }
  return plans;
}

describe.each(USERS)('for %s', (user) => {
  it.each(LISTS)('%s is read off an index, in its order', async (_, work, index) => {
    const plans = await plansOf(() => work(user));
    for (const { nodes } of plans) expect([readThrough(nodes), sorts(nodes)]).toEqual([[], []]);
    for (const { sent, nodes } of plans.slice(-2)) {
      expect(sent.name).toBeTruthy();
      expect(indexes(nodes)).toContain(index);
    }
  });

  // The filters that stay have no index of their own: they walk one user's rows, in order.
  it.each<[string, Partial<ListNotificationsQuery>]>([
    ['the read ones', { read_state: 'read' }],
    ['a type', { type: 'issue.digest' }],
    ['everything at once', { type: 'issue.digest', read_state: 'unread', team_id: 'team_1' }],
  ])('%s are read in order, within the user', async (_, query) => {
    for (const { nodes } of await plansOf(() => list(user, query))) {
      expect([readThrough(nodes), sorts(nodes)]).toEqual([[], []]);
    }
  });

  it.each(ONE_ROW)('%s finds its rows by an index', async (_, work) => {
    for (const { nodes } of await plansOf(() => work(user))) {
      expect([readThrough(nodes), sorts(nodes)]).toEqual([[], []]);
    }
  });

  it.each<[string, (user: string) => Promise<unknown>, string]>([
    [
      'mark all of a team read',
      (of) => inbox.markAll({ userId: of, teamId: 'team_1' }),
      'notifications_unread',
    ],
    [
      'mark all of a type read',
      (of) => inbox.markAll({ userId: of, type: 'job_failed' }),
      'notifications_unread',
    ],
    ['mark all read', (of) => inbox.markAll({ userId: of }), 'notifications_unread'],
    [
      'archive all read',
      (of) => inbox.archiveRead({ userId: of, type: 'issue.digest' }),
      'notifications_live',
    ],
    ['delete all read', (of) => inbox.trashRead({ userId: of }), 'notifications_live'],
  ])('%s looks at one range of an index at a time', async (_, work, index) => {
    for (const { nodes } of await plansOf(() => work(user))) {
      expect([readThrough(nodes), sorts(nodes)]).toEqual([[], []]);
      expect(indexes(nodes)).toContain(index);
    }
  });
});

it('counts that are asked for together take one statement, by an index', async () => {
  const users = Array.from({ length: 40 }, (_, number) => `user_${number}`);
  const one = await inbox.unreadCount('heavy');
  const work = async () => {
    const [heavy, ...counts] = await Promise.all(['heavy', ...users].map((user) => inbox.unreadCount(user)));
    const { rows } = await client.query<{ counts: number[] }>(
      `SELECT array(SELECT (SELECT count(*) FROM carillon.notifications n
         WHERE n.user_id = u AND read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL)::int FROM unnest($1::text[]) u) AS counts`,
      [users],
    );
    expect({ heavy, counts }).toEqual({ heavy: one, counts: rows[0]!.counts });
  };
  const plans = await plansOf(work);
  expect(plans).toHaveLength(2);
  for (const { nodes } of plans) expect([readThrough(nodes), sorts(nodes)]).toEqual([[], []]);
});

it.each([
  [1, 1],
  [1, 256],
  [2, 128],
])(
  'notify of %i events for %i users finds preferences and endpoints by an index',
  async (events, recipients) => {
    const plans = await plansOf(() => notify(recipients, events));
    for (const { nodes } of plans) expect(readThrough(nodes)).toEqual([]);
  },
);

it('a batch of the clean-up is found by the expiry index', async () => {
  const database = new Database(dataSource);
  const [sent] = await recorder.during(() =>
    database.executeCount(dataSource.manager, OLD_TRASH.remove, [new Date('2026-01-05'), 2_000]),
  );
  // For any values PostgreSQL expects a third of the table, and so plans for these each time.
  const nodes = await planNodes(client, sent!, 'custom');
  expect(readThrough(nodes)).toEqual([]);
  expect(indexes(nodes)).toContain('notifications_expiry');
});

it.each([
  ['wake', WAKE, 'notifications_waking'],
  ['expire', EXPIRE, 'notifications_expiring'],
])('what is to %s is found by its time, whatever is still to come', async (_, statement, index) => {
  const database = new Database(dataSource);
  for (const { nodes } of await plansOf(() => database.executeCount(database.manager, statement, [1_000]))) {
    expect([readThrough(nodes), sorts(nodes)]).toEqual([[], []]);
    expect(indexes(nodes)).toContain(index);
  }
});

it('a batch of actions to clean up is found by their age', async () => {
  const database = new Database(dataSource);
  const [sent] = await recorder.during(() =>
    database.executeCount(dataSource.manager, OLD_ACTIONS.remove, [new Date('2026-01-02'), 500]),
  );
  const nodes = await planNodes(client, sent!, 'custom');
  expect(readThrough(nodes)).toEqual([]);
  expect(indexes(nodes)).toContain('taken_actions_age');
});

it('the retention of everything reads the primary key, user by user', async () => {
  const store = new NotificationCleanupStore(new Database(dataSource));
  const before = new Date('2026-01-05');
  const statements = await recorder.during(async () => {
    await store.nextUsers(undefined, before, 1_000);
    const users = ['heavy', 'user_7'].map((userId) => ({ userId, old: true }));
    await store.deleteOld(dataSource.manager, users, before, 2_000);
  });
  expect(statements).toHaveLength(2);
  for (const sent of statements) {
    for (const kind of ['custom', 'generic'] as const) {
      const nodes = await planNodes(client, sent, kind);
      expect(readThrough(nodes)).toEqual([]);
      expect(indexes(nodes)).toContain('notifications_pkey');
    }
  }
});

it('a batch of events to clean up looks for their unsent deliveries by the event', async () => {
  await client.query(`
    INSERT INTO carillon.events (id, type, level, source, title, recipients, created_at)
    SELECT gen_random_uuid(), 'job_failed', 'error', 'test', 'T', 1, '2026-01-01'::timestamptz + i * '1 min'::interval
    FROM generate_series(1, 20000) i`);
  await client.query(`
    INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, event, status, created_at)
    SELECT 'user_7', gen_random_uuid(), 'webhook', gen_random_uuid(), id, 'job.failed',
      CASE WHEN random() < 0.1 THEN 'pending' ELSE 'delivered' END, created_at FROM carillon.events`);
  await client.query('VACUUM ANALYZE carillon.events, carillon.deliveries');
  const database = new Database(dataSource);
  const [sent] = await recorder.during(() =>
    database.executeCount(dataSource.manager, OLD_EVENTS.remove, [new Date('2026-01-05'), 500]),
  );
  const nodes = await planNodes(client, sent!, 'custom');
  expect(readThrough(nodes)).toEqual([]);
  expect(indexes(nodes)).toEqual(expect.arrayContaining(['events_age', 'deliveries_unsent']));
});
