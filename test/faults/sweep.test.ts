import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkPages } from './support/check-inbox.js';
import { checkCounts } from './support/check.js';
import { Victim } from './support/victim.js';
import { until } from './support/wait.js';
import { endWorld, startWorld, type World } from './support/world.js';
import { Page } from './streams/page.js';

const USER = 'sleeper';
const ROWS = 2_500;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => endWorld(world));

/** Rows that are snoozed, or that expire, with their counts. */
async function given(columns: string, values: string, counted: boolean): Promise<void> {
  await world.sql.rows(
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
  world.sql.number(`SELECT count(*) FROM carillon.notifications WHERE ${condition}`);

/** Entries of the change log, whether they have been announced or not. */
const changes = (kind: string) =>
  world.sql.number(
    `SELECT (SELECT count(*) FROM carillon.inbox_changes WHERE kind = $1)
      + (SELECT count(*) FROM carillon.inbox_log WHERE kind = $1)`,
    [kind],
  );

describe('kill -9 of the process that wakes and ends notifications', () => {
  let victim: Victim;
  let page: Page;
  beforeEach(async () => {
    page = new Page(USER, () => world.survivor.url);
    victim = await Victim.start(world);
  });
  afterEach(async () => {
    await victim.end();
    await checkCounts(world.sql, world.survivor.url);
    await until(async () => (await world.sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0);
    await checkPages(world.sql, world.survivor.url, [page]);
    await page.stop();
    await world.sql.rows('DELETE FROM carillon.notifications');
    await world.sql.rows(
      'TRUNCATE carillon.inbox_changes, carillon.inbox_totals, carillon.inbox_log, carillon.former_ids',
    );
  });

  /** The victim is killed where it takes these rows; then the survivor does what is left to do. */
  async function killOn(
    text: string,
    fault: 'silent' | 'hold answers',
    rows: () => Promise<void>,
  ): Promise<void> {
    await victim.meanwhile(async () => {
      await rows();
      victim.way.breakOn(text, fault);
    });
    await victim.kill();
    victim.goOn();
  }

  it.each(['silent', 'hold answers'] as const)('loses and doubles no waking: %s', async (fault) => {
    await killOn('sweep.wake', fault, () => given('place, snoozed_until', `'snoozed', now()`, false));
    await until(async () => (await count(`place = 'snoozed'`)) === 0);
    expect(
      await count(`place = 'inbox' AND read_at IS NULL AND origin_id IS NOT NULL AND origin_id <> id`),
    ).toBe(ROWS);
    expect(await world.sql.number('SELECT count(DISTINCT title) FROM carillon.notifications')).toBe(ROWS);
    expect(await changes('created')).toBe(ROWS);
  });

  it.each(['silent', 'hold answers'] as const)('loses and doubles no end: %s', async (fault) => {
    await killOn('sweep.expire', fault, () => given('expires_at', 'now()', true));
    await until(async () => (await count('true')) === 0);
    expect(await changes('deleted')).toBe(ROWS);
  });
});
