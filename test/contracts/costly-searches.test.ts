import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { Turns } from '../../src/database/turns.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';
import { until } from '../faults/support/wait.js';
import { expectProblem } from './refusals.js';
import { BASE, getList } from './workspace-client.js';

let t: TestApp;
let sql: Sql;
beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
  // Forty thousand patterns tried on ten thousand characters each: far more than any time-out of a search.
  await sql.rows(`
    INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, body, created_at)
    SELECT 'greedy', carillon.uuid_v7(at), gen_random_uuid(), 'job_failed', 'error', 'x', repeat('ab', 5000), at
    FROM generate_series(1, 400) i, LATERAL (SELECT '2026-01-01'::timestamptz + i * '1 second'::interval AS at) t`);
});
afterAll(async () => {
  await sql.end();
  await t.close();
});

const COSTLY = {
  OR: Array.from({ length: 100 }, (_, at) => ({ body: { ilike: `%a%aa%aaa%b${at}%` } })),
};

/** The costly statements that run now, each told from a later one on the same connection. */
const running = () =>
  sql.rows<{ pid: number; since: string }>(
    `SELECT pid, xact_start::text AS since FROM pg_stat_activity
     WHERE datname = current_database() AND state = 'active' AND query LIKE '%ILIKE%' AND pid <> pg_backend_pid()`,
  );

describe('costly filters of one user', () => {
  let answers: Response[];

  it('leave connections for everybody else', async () => {
    const asked = Promise.all(
      Array.from({ length: 20 }, () => getList(t, 'greedy', { filter: COSTLY }).then((answer) => answer)),
    );
    let over = false;
    void asked.finally(() => (over = true));
    for (let passed = false; !passed;) {
      const before = await running();
      await t.as('modest').get('/v1/notifications/unread-count').expect(200, { count: 0 });
      await t.as('greedy').get(BASE).expect(200);
      const after = await running();
      // A third of the pool of five.
      for (const seen of [before, after]) expect(seen.length).toBeLessThanOrEqual(1);
      // What ran when the count was asked for runs still: the count waited for none of them. One may end by itself.
      passed = before.length > 0 && before[0]!.pid === after[0]?.pid && before[0]!.since === after[0].since;
      if (over && !passed) throw new Error('nothing was answered while one of them ran');
    }
    answers = await asked;
  }, 60_000);

  it('are told so, and those that find no room in time are asked to come back', () => {
    const [ran, waited] = [400, 503].map((status) => answers.filter((answer) => answer.status === status));
    expect(ran!.length).toBeGreaterThan(0);
    expect(ran!.length + waited!.length).toBe(20);
    for (const answer of ran!) expectProblem(answer, 400, 'search_too_costly');
    for (const answer of waited!) {
      expectProblem(answer, 503, 'overloaded');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
  });

  it('do not stay: a filter is answered as before', async () => {
    const { body } = await getList(t, 'greedy', { filter: { title: 'x' }, limit: 1 }).expect(200);
    expect(body).toMatchObject({ pageInfo: { total: 400 } });
  });
});

describe('a statement that took too long anywhere else', () => {
  it('is not a database that is away', async () => {
    const holder = await connect(t.databaseUrl);
    await holder.rows('BEGIN');
    await holder.rows('LOCK carillon.notifications IN ACCESS EXCLUSIVE MODE');
    const asked = t
      .as('greedy')
      .get(BASE)
      .then((answer) => answer);
    const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => (await sql.rows(waiting)).length > 0);
    await sql.rows(`SELECT pg_cancel_backend(pid) FROM (${waiting}) w`);
    const answer = await asked;
    await holder.end();
    expectProblem(answer, 503, 'overloaded');
    expect((answer.body as { detail: string }).detail).not.toMatch(/reached/);
  });
});

describe('the turns of searches', () => {
  /** Searches that end when they are told to. */
  function searches(turns: Turns) {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const ask = (userId: string) =>
      turns.take(userId, () => {
        begun.push(userId);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    const end = async () => {
      ends.shift()!();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { begun, ask, end };
  }

  it('are two of a user and a third of the pool; the next is of the user with the fewest', async () => {
    const { begun, ask, end } = searches(new Turns(10));
    const all = ['a', 'a', 'a', 'b', 'c', 'a'].map(ask);
    expect(begun).toEqual(['a', 'a', 'b']);
    await end();
    expect(begun).toEqual(['a', 'a', 'b', 'c']);
    await end();
    expect(begun).toEqual(['a', 'a', 'b', 'c', 'a']);
    for (let at = 0; at < 4; at += 1) await end();
    await Promise.all(all);
    expect(begun).toHaveLength(6);
  });

  it('go on for work that has begun, however many wait, and behind those who came first', async () => {
    const turns = new Turns(1);
    const { begun, ask, end } = searches(turns);
    const all = [ask('a'), ...Array.from({ length: 8 }, () => ask('b'))];
    const next = turns.takeNext('b', () => Promise.resolve(void begun.push('next')));
    for (let at = 0; at < 9; at += 1) await end();
    await Promise.all([...all, next]);
    expect(begun).toEqual(['a', ...Array.from({ length: 8 }, () => 'b'), 'next']);
  });

  it('are given back by a search that fails', async () => {
    const turns = new Turns(1);
    const fail = () => turns.take('a', () => Promise.reject(new Error('no')));
    await expect(fail()).rejects.toThrow('no');
    await expect(fail()).rejects.toThrow('no');
    await expect(turns.take('a', () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('are refused when none has ended for as long as their caller has use for them', async () => {
    const turns = new Turns(1);
    const { ask, end } = searches(turns);
    const kept = [ask('a'), ask('patient')];
    const refused = turns.take('hasty', () => Promise.resolve(), 1);
    await expect(Promise.race([kept[1], refused])).rejects.toMatchObject({
      code: 'overloaded',
      retryAfter: 1,
    });
    await expect(refused).rejects.toMatchObject({ code: 'overloaded' });
    for (let at = 0; at < kept.length; at += 1) await end();
    await Promise.all(kept);
  });

  it('are refused when too many wait, of one user or of all', async () => {
    const { ask, end } = searches(new Turns(1));
    const kept = [ask('a'), ...Array.from({ length: 32 }, () => ask('a'))];
    await expect(ask('a')).rejects.toMatchObject({ code: 'overloaded', retryAfter: 1 });
    kept.push(...Array.from({ length: 224 }, (_, at) => ask(`user ${at}`)));
    await expect(ask('late')).rejects.toMatchObject({ code: 'overloaded' });
    const settled = Promise.allSettled(kept);
    for (let at = 0; at < kept.length; at += 1) await end();
    expect((await settled).every(({ status }) => status === 'fulfilled')).toBe(true);
  });
});
