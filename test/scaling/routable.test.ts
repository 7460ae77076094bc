import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { connect } from '../support/sql.js';
import { askEverything } from './everything.js';
import { partitionByUser, PARTITIONS } from './partitioned.js';
import { recordStatements, type Sent } from './recorder.js';

const USER = 'user_7';

let database: TestDatabase;
let t: TestApp;
let client: pg.Client;
let tables: string[];
let sent: Sent[];

beforeAll(async () => {
  database = await createTestDatabase();
  const sql = await connect(database.url);
  tables = await partitionByUser(sql);
  await sql.end();
  t = await startApp({ database: { url: database.url }, webhooks: { allowNetworks: ['127.0.0.1/32'] } });
  const stop = await recordStatements(t.app);
  await askEverything(t, USER);
  sent = stop();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 60_000);

afterAll(async () => {
  await client.end();
  await t.close();
  await database.drop();
});

/** Statements of requests that can only be routed when they run: their users come in an array, which may hold several. */
const ROUTED_WHEN_RUN = [
  'notify',
  'log.unread',
  'log.notifications',
  'events.notificationIds',
  'events.deliveries',
];

/** What no request waits for, or what is about everybody: the relay, the queue, the end of the log. */
const ABOUT_EVERYBODY = [
  'relay.isDue',
  'relay.move',
  'relay.prune',
  'log.bounds',
  'log.since',
  'webhooks.scan',
  'webhooks.claim',
  'webhooks.endpointsOf',
  'webhooks.record',
  'webhooks.renew',
  'webhooks.release',
];

interface Plan {
  'Relation Name'?: string;
  'Actual Loops'?: number;
  Plans?: Plan[];
}

function flat(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flat)];
}

/** The partitions that a plan reads, as numbers: those of one user have the same in every table. */
function partitionsOf(plan: Plan[]): number[] {
  const numbers = plan.map((node) => /_p(\d+)$/.exec(node['Relation Name'] ?? '')?.[1]);
  return [...new Set(numbers.filter((number) => number !== undefined))].map(Number);
}

async function planOf({ text, values }: Sent, options = ''): Promise<Plan[]> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (${options}FORMAT JSON) ${text}`,
    values,
  );
  return flat((rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan);
}

/** The statements that read or write a table of users' rows. */
function ofUsers(): Sent[] {
  const names = new RegExp(`(FROM|JOIN|INTO|UPDATE)\\s+"?carillon"?\\."?(${tables.join('|')})\\b`);
  return sent.filter(({ text }) => names.test(text));
}

it('distributes every table of users’ rows', () => {
  expect(tables).toEqual([
    'deliveries',
    'delivery_attempts',
    'inbox_changes',
    'inbox_log',
    'inbox_totals',
    'notifications',
    'preferences',
    'webhook_endpoints',
  ]);
});

describe(`with ${PARTITIONS} partitions`, () => {
  let partition: number;

  beforeAll(async () => {
    const { rows } = await client.query<{ name: string }>(
      'SELECT tableoid::regclass::text AS name FROM carillon.preferences WHERE user_id = $1',
      [USER],
    );
    partition = Number(/_p(\d+)$/.exec(rows[0]?.name ?? '')?.[1]);
  });

  it('plans every statement of a request on the partition of its user, and no other', async () => {
    const others = [...ROUTED_WHEN_RUN, ...ABOUT_EVERYBODY];
    const statements = ofUsers().filter(({ name }) => !others.includes(name));
    const touched: [string, number[]][] = [];
    for (const statement of statements) {
      const partitions = partitionsOf(await planOf(statement));
      // What only inserts has no partition in its plan: each row goes to the one of its user.
      const inserts = /^\s*INSERT/.test(statement.text) && partitions.length === 0;
      touched.push([statement.name || statement.text, inserts ? [partition] : partitions]);
    }
    expect(touched).toEqual(statements.map(({ name, text }) => [name || text, [partition]]));
  });

  it('runs those that take their users in an array on the partitions of those users only', async () => {
    for (const name of ROUTED_WHEN_RUN) {
      const statement = sent.find((one) => one.name === name);
      expect([name, statement]).toEqual([name, expect.anything()]);
      await client.query('BEGIN');
      // Once more as it was: what it made must be gone first.
      await client.query('DELETE FROM carillon.events');
      await client.query('DELETE FROM carillon.notifications');
      const plan = await planOf(statement as Sent, 'ANALYZE, ');
      await client.query('ROLLBACK');
      const run = plan.filter((node) => (node['Actual Loops'] ?? 0) > 0);
      expect([name, partitionsOf(run)]).toEqual([name, [partition]]);
    }
  });

  it('has seen every kind of statement', () => {
    const names = ofUsers().map(({ name }) => name);
    for (const kind of [
      ...['list.inbox', 'list.inbox.after', 'list.inbox.trash', 'list.sites.team', 'list.account'],
      ...['search.workspace.first', 'search.workspace.after', 'search.workspace.before'],
      ...['count.unread', 'find.inbox', 'mark.inbox.true', 'trash', 'restore.inbox', 'purge'],
      ...['readMany', 'deletedMany', 'preferences.find', 'preferences.merge', 'log.ofUserSince'],
      ...['webhooks.list-deliveries', 'webhooks.requeue-delivery', 'events.deliveries'],
    ]) {
      expect([kind, names.some((name) => name.startsWith(kind))]).toEqual([kind, true]);
    }
    // Filters and orders that callers make up have no name; nor has what TypeORM writes.
    expect(names.filter((name) => name === '').length).toBeGreaterThan(5);
  });

  it('keeps all rows of a user in one partition of each table', async () => {
    for (const table of tables) {
      const { rows } = await client.query<{ name: string }>(
        `SELECT DISTINCT tableoid::regclass::text AS name FROM carillon.${table} WHERE user_id = $1`,
        [USER],
      );
      for (const { name } of rows) expect(name).toMatch(new RegExp(`\\b${table}_p${partition}$`));
    }
  });
});
