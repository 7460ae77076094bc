import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.js';
import { Turns } from '../../src/database/turns.js';
import { expectProblem } from '../contracts/refusals.js';
import { until } from '../faults/support/wait.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { inboxOn } from '../support/inbox.js';
import { connect, type Sql } from '../support/sql.js';

/** Of which two thirds are unread: three batches of them. */
const MANY = 18_001;

let t: TestApp;
let sql: Sql;
let dataSource: DataSource;
beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
  dataSource = await createDataSource({ url: t.databaseUrl, poolSize: 3, schema: 'carillon' }).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await sql.end();
  await t.close();
});

let users = 0;

/** A user with notifications of two types and two tenants, a third of them read. */
async function userWith(count: number): Promise<string> {
  const user = `bulk ${(users += 1)}`;
  await sql.rows(
    `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, team_id, title, created_at, read_at)
     SELECT $1, carillon.uuid_v7(at), gen_random_uuid(), CASE i % 2 WHEN 0 THEN 'job_failed' ELSE 'issue.digest' END,
       'info', CASE i % 4 WHEN 0 THEN 't1' WHEN 1 THEN 't2' END, 'T', at, CASE i % 3 WHEN 0 THEN at END
     FROM generate_series(1, $2::int) i, LATERAL (SELECT '2026-01-01'::timestamptz + i * '1 second'::interval AS at) x`,
    [user, count],
  );
  await sql.rows(
    `INSERT INTO carillon.inbox_totals (user_id, team_id, unread, live)
     SELECT user_id, coalesce(team_id, ''), count(*) FILTER (WHERE read_at IS NULL), count(*)
     FROM carillon.notifications WHERE user_id = $1 GROUP BY 1, 2`,
    [user],
  );
  return user;
}

const countRows = async (user: string, condition: string): Promise<number> => {
  const found = `SELECT count(*)::int AS count FROM carillon.notifications WHERE user_id = $1 AND ${condition}`;
  return (await sql.rows<{ count: number }>(found, [user]))[0]!.count;
};

const UNREAD = 'read_at IS NULL AND deleted_at IS NULL';
const READ = 'read_at IS NOT NULL AND deleted_at IS NULL';

/** What the counters say, of all tenants and of one. */
async function counters(user: string): Promise<{ all: number; t1: number }> {
  const { inbox } = inboxOn(dataSource);
  return { all: await inbox.unreadCount(user), t1: await inbox.unreadCount(user, 't1') };
}

/** The events of a user's stream until one of a kind. */
async function eventsUntil(response: Response, last: string): Promise<string[]> {
  const events: string[] = [];
  let text = '';
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) events.push(/^event: (.*)$/m.exec(block)?.[1] ?? '');
    if (events.includes(last)) return events;
  }
  return events;
}

function openStream(user: string): Promise<Response> {
  return fetch(`${t.url}/v1/notifications/stream`, { headers: { authorization: `Bearer ${tokenOf(user)}` } });
}

describe('many notifications at once', () => {
  it('are all marked, counted exactly, and one event is sent', async () => {
    const user = await userWith(MANY);
    const unread = await countRows(user, UNREAD);
    const stream = await openStream(user);
    const { body } = await t.as(user).post('/v1/notifications/mark-all-read').send({}).expect(200);
    expect(body).toEqual({ marked: unread });
    expect(await countRows(user, UNREAD)).toBe(0);
    expect(await counters(user)).toEqual({ all: 0, t1: 0 });
    await t.post({ type: 'job_failed', user_ids: [user], title: 'later' });
    const events = await eventsUntil(stream, 'notification');
    expect(events.filter((event) => event === 'read' || event === 'reset')).toEqual(['read']);
  });

  it('are all deleted that are read', async () => {
    const user = await userWith(MANY);
    const read = await countRows(user, READ);
    const before = await counters(user);
    const { body } = await t.as(user).post('/v1/notifications/delete-read').send({}).expect(200);
    expect(body).toEqual({ deleted: read });
    expect(await countRows(user, READ)).toBe(0);
    expect(await countRows(user, 'deleted_at IS NULL')).toBe(MANY - read);
    expect(await counters(user)).toEqual(before);
  });

  it('nothing is announced where nothing changed', async () => {
    const user = await userWith(0);
    const { inbox } = inboxOn(dataSource);
    expect(await inbox.markAll({ userId: user })).toBe(0);
    expect(await inbox.trashRead({ userId: user })).toBe(0);
    expect(await sql.rows('SELECT FROM carillon.inbox_log WHERE user_id = $1', [user])).toEqual([]);
    expect(await sql.rows('SELECT FROM carillon.inbox_changes WHERE user_id = $1', [user])).toEqual([]);
  });

  it('those of a scope alone, at every size of the rest', async () => {
    const scope = fc.record(
      { type: fc.constantFrom('job_failed', 'issue.digest'), teamId: fc.constantFrom('t1', null) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(scope, fc.constantFrom(7, 4_999, 5_000, 5_001), async (of, size) => {
        const user = await userWith(size);
        const within =
          (of.type ? `type = '${of.type}'` : 'true') +
          (of.teamId ? ` AND team_id = 't1'` : of.teamId === null ? ' AND team_id IS NULL' : '');
        const [marked, others] = [
          await countRows(user, `${UNREAD} AND ${within}`),
          await countRows(user, `${UNREAD} AND (${within}) IS NOT TRUE`),
        ];
        const { inbox } = inboxOn(dataSource);
        expect(await inbox.markAll({ userId: user, ...of })).toBe(marked);
        expect(await countRows(user, `${UNREAD} AND ${within}`)).toBe(0);
        expect(await countRows(user, `${UNREAD}`)).toBe(others);
        expect((await counters(user)).all).toBe(others);
      }),
      { numRuns: 20 },
    );
  }, 60_000);

  it('are counted once by two requests at once', async () => {
    const user = await userWith(MANY);
    const unread = await countRows(user, UNREAD);
    const { inbox } = inboxOn(dataSource);
    const counts = await Promise.all([inbox.markAll({ userId: user }), inbox.markAll({ userId: user })]);
    expect(counts[0]! + counts[1]!).toBe(unread);
    expect(await counters(user)).toEqual({ all: 0, t1: 0 });
  });
});

/** Does something before each batch but the first. */
class WatchedTurns extends Turns {
  constructor(private readonly before: () => Promise<unknown>) {
    super(10);
  }

  override async takeNext<T>(userId: string, work: () => Promise<T>): Promise<T> {
    await this.before();
    return super.takeNext(userId, work);
  }
}

describe('between two batches', () => {
  it('what arrives is left alone', async () => {
    const user = await userWith(MANY);
    const turns = new WatchedTurns(() => t.post({ type: 'job_failed', user_ids: [user], title: 'new' }));
    await inboxOn(dataSource, turns).inbox.markAll({ userId: user });
    expect(await countRows(user, UNREAD)).toBe(2);
    expect((await counters(user)).all).toBe(2);
  });

  it('the end of the process leaves what was done, has pages load anew, and the rest can be asked for', async () => {
    const user = await userWith(MANY);
    const unread = await countRows(user, UNREAD);
    const { inbox, bulk } = inboxOn(
      dataSource,
      new WatchedTurns(() => Promise.resolve(bulk.onModuleDestroy())),
    );
    const stream = await openStream(user);
    await expect(inbox.markAll({ userId: user })).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 1,
    });
    const left = await countRows(user, UNREAD);
    expect(left).toBeLessThan(unread);
    expect(left).toBeGreaterThan(0);
    expect((await counters(user)).all).toBe(left);
    const events = await eventsUntil(stream, 'reset');
    expect(events).not.toContain('read');
    expect(await inboxOn(dataSource).inbox.markAll({ userId: user })).toBe(left);
    expect((await counters(user)).all).toBe(0);
  });
});

describe('of one user at once', () => {
  /** How many connections of requests, which name their user, wait for a lock. */
  const blocked = async () =>
    (
      await sql.rows<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%user_id = $1%'`,
      )
    )[0]!.count;

  it.each<[string, string, (user: string) => PromiseLike<{ status: number }>]>([
    [
      'mark-all-read',
      'SELECT FROM carillon.notifications WHERE user_id = $1 FOR UPDATE',
      (user) => t.as(user).post('/v1/notifications/mark-all-read').send({}),
    ],
    [
      'delete-read',
      'SELECT FROM carillon.notifications WHERE user_id = $1 FOR UPDATE',
      (user) => t.as(user).post('/v1/notifications/delete-read').send({}),
    ],
    [
      'a list that no index has',
      'LOCK carillon.notifications IN ACCESS EXCLUSIVE MODE',
      (user) => t.as(user).get('/v1/notifications?type=job_failed'),
    ],
    [
      'a shorthand of workspace',
      'LOCK carillon.notifications IN ACCESS EXCLUSIVE MODE',
      (user) => t.as(user).get('/api/notifications?type=info'),
    ],
    [
      'a page far behind',
      'LOCK carillon.notifications IN ACCESS EXCLUSIVE MODE',
      (user) => t.as(user).get('/account/api/notifications?page=100&limit=100'),
    ],
  ])('forty of %s leave connections to others', async (_what, lock, ask) => {
    const user = await userWith(10);
    const holder = await connect(t.databaseUrl);
    await holder.rows('BEGIN');
    await holder.rows(lock, lock.includes('$1') ? [user] : []);
    const asked = Array.from({ length: 40 }, () => Promise.resolve(ask(user)));
    await until(async () => (await blocked()) > 0);
    // Others' counts are answered while all of them wait.
    for (let at = 0; at < 10; at += 1) {
      await t.as('modest').get('/v1/notifications/unread-count').expect(200, { count: 0 });
      expect(await blocked()).toBeLessThanOrEqual(1);
    }
    const refused = asked.map((answer) => answer.then((one) => one.status !== 200));
    await Promise.race([Promise.any(refused), ...refused]);
    await holder.rows('ROLLBACK');
    await holder.end();
    const answers = await Promise.all(asked);
    const turnedAway = answers.filter(({ status }) => status !== 200);
    expect(turnedAway.length).toBeGreaterThan(0);
    for (const answer of turnedAway) expectProblem(answer as never, 503, 'overloaded');
    expect(answers.some(({ status }) => status === 200)).toBe(true);
  });
});
