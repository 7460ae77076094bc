import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { scheduleEvent, subscribe } from './support/api.js';
import { report } from './support/report.js';
import { Server } from './support/server.js';
import { Victim } from './support/victim.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';

const USERS = ['a', 'b'];
let events = 0;

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
let sink: FakeTarget;
/** Always there; the others are killed. */
let survivor: Server & { url: string };

beforeAll(async () => {
  sink = await FakeTarget.start(answer(204));
  ({ database, sql, apiKey, survivor } = await startWorld());
  await subscribe(survivor.url, USERS, sink.url);
});
afterAll(async () => {
  await endWorld({ database, sql, survivor });
  await sink.stop();
});

/** The time of everything that is scheduled comes. */
const comes = () => sql.rows(`UPDATE carillon.events SET send_at = now() WHERE status = 'scheduled'`);

const waiting = () => sql.number(`SELECT count(*) FROM carillon.events WHERE status = 'scheduled'`);

/** What became of an event: its status, and how many copies and deliveries there are. */
function stored(title: string): Promise<unknown[]> {
  return sql.rows(
    `SELECT e.status, (SELECT count(*)::int FROM carillon.notifications WHERE event_id = e.id) AS copies,
       (SELECT count(*)::int FROM carillon.deliveries WHERE event_id = e.id) AS deliveries
     FROM carillon.events e WHERE title = $1`,
    [title],
  );
}

const ONCE = [{ status: 'sent', copies: USERS.length, deliveries: USERS.length }];
const NOT_YET = [{ status: 'scheduled', copies: 0, deliveries: 0 }];

describe('kill -9 of the process that sends what is due', () => {
  let victim: Victim;
  beforeEach(async () => {
    victim = await Victim.start({ database, survivor });
  });
  afterEach(() => victim.end());

  /** The victim is killed where it sends this text; then the survivor does what is left to do. */
  async function killOn(text: string, fault: 'silent' | 'hold answers', then: unknown[]): Promise<void> {
    // A step's text must be in none of the values.
    const title = `killed ${(events += 1)}`;
    const { status } = await scheduleEvent(victim.url, apiKey, title, USERS);
    expect(status).toBe(201);
    victim.way.breakOn(text, fault);
    await comes();
    await victim.way.broken(1);
    await until(async () => JSON.stringify(await stored(title)) === JSON.stringify(then));
    await victim.kill();
    victim.goOn();
    await until(async () => (await waiting()) === 0);
    expect(await stored(title)).toEqual(ONCE);
    const of = (user: string) =>
      sink.received.filter(({ body }) => {
        const { data } = JSON.parse(body) as { data: { user_id: string; notification: { title: string } } };
        return data.user_id === user && data.notification.title === title;
      });
    await until(() => USERS.every((user) => of(user).length > 0));
    for (const user of USERS) {
      expect(new Set(of(user).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    }
  }

  it('before it takes anything', () => killOn('schedule.take', 'silent', NOT_YET));

  it('when it has taken an event, and written nothing', () => killOn('schedule.send', 'silent', NOT_YET));

  it('when it has written everything but the end', () => killOn('COMMIT', 'silent', NOT_YET));

  it('after the commit of which it heard nothing', () => killOn('COMMIT', 'hold answers', ONCE));

  it('and of the one that accepts, after the commit and before the answer: it is scheduled once', async () => {
    victim.way.breakOn('schedule.insert', 'hold answers');
    const sent = scheduleEvent(victim.url, apiKey, 'accepted', USERS);
    const failed = expect(sent).rejects.toThrow();
    await victim.way.broken(1);
    await until(async () => (await stored('accepted')).length === 1);
    await victim.kill();
    await failed;
    expect(await stored('accepted')).toEqual(NOT_YET);
    victim.goOn();
    await comes();
    await until(async () => (await waiting()) === 0);
    expect(await stored('accepted')).toEqual(ONCE);
  });
});

describe('processes', () => {
  it('share what is due, and send each event once, while one after the other is killed', async () => {
    const EVENTS = 1_500;
    await sql.rows(
      `WITH made AS (
         INSERT INTO carillon.events (id, type, level, source, title, webhook_event, recipients, created_at, status, send_at)
         SELECT carillon.uuid_v7(now()), 'job_failed', 'error', 'test', 'shared ' || n, 'job.failed', 2, now(), 'scheduled',
           now() + interval '1 hour'
         FROM generate_series(1, $1) AS n RETURNING id
       ) INSERT INTO carillon.event_recipients SELECT id, 0, $2, '{0,0}' FROM made`,
      [EVENTS, USERS],
    );
    const began = performance.now();
    let kills = 0;
    let others = await Promise.all([1, 2].map(() => Server.start({ DATABASE_URL: database.url })));
    await comes();
    while ((await waiting()) > 0) {
      const [victim, ...rest] = others as [Server & { url: string }];
      await victim.kill();
      kills += 1;
      others = [...rest, await Server.start({ DATABASE_URL: database.url })];
    }
    const tookMs = Math.round(performance.now() - began);
    await Promise.all(others.map((other) => other.kill()));
    const counts = await sql.rows(
      `SELECT count(*)::int AS copies, count(DISTINCT (event_id, user_id))::int AS different
       FROM carillon.notifications WHERE title LIKE 'shared %'`,
    );
    expect(counts).toEqual([{ copies: EVENTS * USERS.length, different: EVENTS * USERS.length }]);
    expect(
      await sql.number(
        `SELECT count(*) FROM carillon.events WHERE title LIKE 'shared %' AND sent_at IS NULL`,
      ),
    ).toBe(0);
    report('scheduled events, three processes', {
      events: EVENTS,
      killed: kills,
      'starts included': `${tookMs} ms`,
    });
  });

  it('that were all away send late what was due meanwhile', async () => {
    const { status } = await scheduleEvent(survivor.url, apiKey, 'late', USERS);
    expect(status).toBe(201);
    await survivor.kill();
    await sql.rows(`UPDATE carillon.events SET send_at = now() - interval '6 hours' WHERE title = 'late'`);
    survivor = await Server.start({ DATABASE_URL: database.url });
    await until(async () => (await waiting()) === 0);
    expect(await stored('late')).toEqual(ONCE);
  });
});
