import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { Catalogue } from '../../src/catalogue/catalogue.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { ACCOUNT_SHAPE } from '../../src/contracts/account/account.shape.js';
import { listQuery as accountQuery } from '../../src/contracts/account/account.mapper.js';
import { SITES_SHAPE } from '../../src/contracts/sites/sites.shape.js';
import { searchRequest as sitesRequest } from '../../src/contracts/sites/sites.mapper.js';
import type { SitesListQuery } from '../../src/contracts/sites/sites.dto.js';
import { WORKSPACE_SHAPE } from '../../src/contracts/workspace/workspace.shape.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import type { InboxService } from '../../src/notifications/inbox.service.js';
import { SearchService } from '../../src/notifications/search.service.js';
import { Turns } from '../../src/database/turns.js';
import { SearchStore } from '../../src/notifications/search.store.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { inboxOn } from '../support/inbox.js';
import { askedOfWorkspace } from '../filter/asked.js';
import { planNodes, StatementRecorder, type Sent } from '../support/plans.js';

const USER = 'user_7';
const TEAM = 'team_1';

let database: TestDatabase;
let dataSource: DataSource;
let client: pg.Client;
let inbox: InboxService;
let search: SearchService;
let recorder: StatementRecorder;
let turns: CountedTurns;

class CountedTurns extends Turns {
  taken = 0;

  override take<T>(userId: string, search: () => Promise<T>): Promise<T> {
    this.taken += 1;
    return super.take(userId, search);
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = createDataSource({ url: database.url, poolSize: 2, schema: 'carillon' });
  await dataSource.initialize();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // 200 users with 1,000 notifications each, a tenth of them in the trash and half of the rest read.
  await client.query(`
    INSERT INTO carillon.notifications (user_id, id, event_id, type, level, team_id, title, created_at, read_at, deleted_at)
    SELECT 'user_' || i % 200, carillon.uuid_v7(at), gen_random_uuid(), 'job_failed', 'error', 'team_' || i / 200 % 3,
      'title ' || i, at, CASE WHEN i / 200 % 2 = 0 THEN at END, CASE WHEN i / 200 % 10 = 0 THEN at END
    FROM generate_series(0, 199999) i, LATERAL (SELECT '2026-01-01'::timestamptz + i * '1 second'::interval AS at) t`);
  await client.query(`
    INSERT INTO carillon.inbox_totals (user_id, team_id, unread, live)
    SELECT user_id, team_id, count(*) FILTER (WHERE read_at IS NULL), count(*)
    FROM carillon.notifications WHERE deleted_at IS NULL GROUP BY 1, 2`);
  // What a relay that lags behind has still to announce.
  await client.query(`
    INSERT INTO carillon.inbox_changes (user_id, kind, unread_delta, live_delta)
    SELECT 'user_' || i % 200, 'created', 0, 0 FROM generate_series(1, 20000) i`);
  await client.query('VACUUM ANALYZE');
  ({ inbox } = inboxOn(dataSource));
  turns = new CountedTurns(2);
  search = new SearchService(
    new SearchStore(new Database(dataSource)),
    turns,
    new Catalogue(SHIPPED_TYPES, new Channels(DEFAULTS)),
  );
  recorder = new StatementRecorder(dataSource);
}, 120_000);

afterAll(async () => {
  await client.end();
  await dataSource.destroy();
  await database.drop();
});

const statementsOf = (work: () => Promise<unknown>) => recorder.during(work);
const nodesOf = (statement: Sent, kind: 'custom' | 'generic') => planNodes(client, statement, kind);

const workspace = async (query: Record<string, unknown>) =>
  search.search(WORKSPACE_SHAPE, await askedOfWorkspace(USER, query));

const sites = (query: Partial<SitesListQuery>) =>
  search.search(
    SITES_SHAPE,
    sitesRequest(USER, TEAM, { page: 1, sort_by: 'created_at', sort_dir: 'desc', ...query }),
  );

const CASES: [string, () => Promise<unknown>][] = [
  ['the list of sites', () => sites({})],
  ['the third page of sites', () => sites({ page: 3 })],
  ['the list of sites by time', () => sites({ sort_by: 'created_at', sort_dir: 'asc' })],
  ['the count of sites', () => inbox.unreadCount(USER, TEAM)],
  ['the list of account', () => inbox.list(ACCOUNT_SHAPE, accountQuery(USER, { page: 1, limit: 20 }))],
  [
    'the unread list of account',
    () => inbox.list(ACCOUNT_SHAPE, accountQuery(USER, { page: 1, limit: 20, unread_only: '1' })),
  ],
  ['the list of workspace', () => workspace({})],
  ['the next page of workspace', async () => workspace({ after: (await workspace({})).endCursor })],
  ['the page before of workspace', async () => workspace({ before: (await workspace({})).endCursor })],
  ['the list of workspace by time', () => workspace({ orderBy: '[{"createdAt":"asc"}]' })],
  ['the list of one workspace', () => workspace({ workspace_id: TEAM })],
  ['the unread list of workspace', () => workspace({ read: 'unread' })],
  ['the trash of workspace', () => workspace({ include_deleted: 'only' })],
  ['the list of workspace with its trash', () => workspace({ include_deleted: 'true' })],
  ['the count', () => inbox.unreadCount(USER)],
  ['one notification', async () => inbox.get(WORKSPACE_SHAPE, USER, (await anId()) as string)],
];

async function anId(): Promise<unknown> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM carillon.notifications WHERE user_id = $1 AND deleted_at IS NULL LIMIT 1',
    [USER],
  );
  return rows[0]?.id;
}

describe.each(['custom', 'generic'] as const)('with the %s plan', (kind) => {
  it.each(CASES)('%s walks an index, in its order', async (_, work) => {
    const statements = await statementsOf(work);
    expect(statements.length).toBeGreaterThan(0);
    for (const statement of statements) {
      const nodes = await nodesOf(statement, kind);
      expect(nodes.filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
      expect(nodes.filter((node) => node['Node Type'].includes('Sort'))).toEqual([]);
    }
  });

  it.each<[string, () => Promise<unknown>]>([
    ['marking all read', () => inbox.markAll({ userId: 'user_8' })],
    ['marking all of a site read', () => inbox.markAll({ userId: 'user_9', teamId: TEAM })],
    ['deleting all read', () => inbox.trashRead({ userId: 'user_10' })],
    ['the list of sites by title', () => sites({ sort_by: 'title', sort_dir: 'asc' })],
    ['the list of sites by type', () => sites({ sort_by: 'notification_type' })],
    ['the unread ones of a site first', () => sites({ sort_by: 'is_read', sort_dir: 'asc', page: 2 })],
    ['a search in a site', () => sites({ search: 'TITLE 7%' })],
    ['a search in a site by title', () => sites({ search: 'title', sort_by: 'title' })],
    [
      'a filter with relations and an order of its own',
      () =>
        workspace({
          filter: '{"title":{"contains":"9"},"event":{"type":"x"},"deliveries":{"none":{"status":"failed"}}}',
          orderBy: '[{"title":"desc"}]',
        }),
    ],
  ])('%s reads no table through', async (_, work) => {
    for (const statement of await statementsOf(work)) {
      const nodes = await nodesOf(statement, kind);
      const read = nodes
        .filter((node) => node['Node Type'] === 'Seq Scan')
        .map((node) => node['Relation Name']);
      expect(read).not.toContain('notifications');
    }
  });
});

it('keeps the statements of ordinary lists, and none of the searches', async () => {
  const namesOf = async (work: () => Promise<unknown>) =>
    // Without what the name of the schema adds to them.
    (await statementsOf(work)).map(({ name }) => name?.replace(/\.[0-9a-f]{8}$/, ''));
  const names = (query: Record<string, unknown>) => namesOf(() => workspace(query));
  expect(await names({})).toEqual(['search.workspace.first']);
  expect(await names({ read: 'read', workspace_id: 'x' })).toEqual(['search.workspace.read.team.first']);
  // What callers make up is not prepared.
  expect(await names({ filter: '{}' })).toEqual([undefined]);
  expect(await names({ orderBy: '[{"title":"asc"}]' })).toEqual([undefined]);
  expect(await namesOf(() => sites({}))).toEqual(['search.sites.team.offset']);
  // Without a transaction: those that take a turn have a time-out in theirs.
  expect(await namesOf(() => sites({ search: '' }))).toEqual(['search.sites.team.offset']);
});

it.each<[string, Partial<SitesListQuery>, number]>([
  ['the list', {}, 0],
  ['a page of it', { page: 9 }, 0],
  ['an empty search', { search: '' }, 0],
  ['a search', { search: 'x' }, 1],
  ['the order by title', { sort_by: 'title' }, 1],
  ['the order by what is read', { sort_by: 'is_read', sort_dir: 'asc' }, 1],
])('%s of a site takes a turn when it costs more than a list', async (_, query, expected) => {
  const taken = turns.taken;
  await sites(query);
  expect(turns.taken - taken).toBe(expected);
});
