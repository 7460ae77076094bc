import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';
import { checkCounts } from './support/check.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/wait.js';

const USER = 'sleeper';
const ROWS = 2_500;

let database: TestDatabase;
let sql: Sql;
/** Always there; the others are killed. */
let survivor: Server & { url: string };

beforeAll(async () => {
  database = await createEmptyDatabase();
  survivor = await Server.start({ DATABASE_URL: database.url });
  sql = await connect(database.url);
});
afterAll(async () => {
  await survivor.kill();
  await sql.end();
  await database.drop();
});

/** Rows that are snoozed, or that expire, with their counts. */
async function given(columns: string, values: string, counted: boolean): Promise<void> {
  await sql.rows(
    `WITH made AS (
       INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, created_at, ${columns})
       SELECT '${USER}', carillon.uuid_v7(now()), gen_random_uuid(), 'job_failed', 'error', 'row ' || i, now(), ${values}
       FROM generate_series(1, ${ROWS}) i RETURNING 1
     )
     INSERT INTO carillon.inbox_changes (user_id, kind, unread_delta, live_delta)
     SELECT '${USER}', 'count', count(*), count(*) FROM made WHERE ${counted}`,
  );
}

const count = (condition: string) =>
  sql.number(`SELECT count(*) FROM carillon.notifications WHERE ${condition}`);

/** Entries of the change log, whether they have been announced or not. */
const changes = (kind: string) =>
  sql.number(
    `SELECT (SELECT count(*) FROM carillon.inbox_changes WHERE kind = $1)
      + (SELECT count(*) FROM carillon.inbox_log WHERE kind = $1)`,
    [kind],
  );

describe('kill -9 of the process that wakes and ends notifications', () => {
  let proxy: Proxy;
  let victim: Server & { url: string };
  beforeEach(async () => {
    // The survivor would take the work at once, and it is the victim that has to have it.
    survivor.child.kill('SIGSTOP');
    proxy = await Proxy.start(database.url);
    victim = await Server.start({ DATABASE_URL: proxy.url });
  });
  afterEach(async () => {
    survivor.child.kill('SIGCONT');
    await victim.kill();
    await proxy.stop();
    await checkCounts(sql, survivor.url);
    await sql.rows('DELETE FROM carillon.notifications');
    await sql.rows(
      'TRUNCATE carillon.inbox_changes, carillon.inbox_totals, carillon.inbox_log, carillon.former_ids',
    );
  });

  /** The victim is killed where it takes these rows; then the survivor does what is left to do. */
  async function killOn(
    text: string,
    fault: 'silent' | 'hold answers',
    rows: () => Promise<void>,
  ): Promise<void> {
    victim.child.kill('SIGSTOP');
    await rows();
    proxy.breakOn(text, fault);
    victim.child.kill('SIGCONT');
    await proxy.broken(1);
    await victim.kill();
    proxy.cut();
    survivor.child.kill('SIGCONT');
  }

  it.each(['silent', 'hold answers'] as const)('loses and doubles no waking: %s', async (fault) => {
    await killOn('sweep.wake', fault, () => given('place, snoozed_until', `'snoozed', now()`, false));
    await until(async () => (await count(`place = 'snoozed'`)) === 0);
    expect(
      await count(`place = 'inbox' AND read_at IS NULL AND origin_id IS NOT NULL AND origin_id <> id`),
    ).toBe(ROWS);
    expect(await sql.number('SELECT count(DISTINCT title) FROM carillon.notifications')).toBe(ROWS);
    expect(await changes('created')).toBe(ROWS);
  });

  it.each(['silent', 'hold answers'] as const)('loses and doubles no end: %s', async (fault) => {
    await killOn('sweep.expire', fault, () => given('expires_at', 'now()', true));
    await until(async () => (await count('true')) === 0);
    expect(await changes('deleted')).toBe(ROWS);
  });
});
