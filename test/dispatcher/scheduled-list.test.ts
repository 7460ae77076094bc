import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { ScheduleStore } from '../../src/dispatcher/schedule.store.js';
import { until } from '../faults/support/wait.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const UNKNOWN = '018bcfe5-6800-7000-8000-000000000000';
const ahead = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

let t: TestApp;
let sql: Sql;

beforeAll(async () => {
  t = await startApp();
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await t.close();
});

const schedule = (title: string, sendAt: string) =>
  t.post({ type: 'job_failed', user_ids: ['ann', 'ben'], title, send_at: sendAt });

const move = (id: string, body: object) => t.producer.patch(`/v1/events/${id}`).send(body);

const report = async (id: string) => (await t.producer.get(`/v1/events/${id}`).expect(200)).body;

const untilSent = (id: string) => until(async () => (await report(id)).event.status === 'sent');

async function pages(query: string, limit: number): Promise<{ id: string; title: string }[][]> {
  const all: { id: string; title: string }[][] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await t.producer.get(`/v1/events?limit=${limit}${query}${more}`).expect(200);
    expect(body.has_more).toBe(body.cursor !== null);
    all.push(body.events);
    cursor = body.cursor;
  }
  return all;
}

describe('the list of scheduled events', () => {
  it('has them in pages, the next first, each once, also those of one instant', async () => {
    expect((await t.producer.get('/v1/events').expect(200)).body).toEqual({
      events: [],
      cursor: null,
      has_more: false,
    });
    const same = ahead(2 * HOUR);
    const times = [ahead(3 * HOUR), same, same, same, ahead(HOUR)];
    const made: { id: string }[] = [];
    for (const [at, time] of times.entries()) made.push(await schedule(`list ${at}`, time));
    await t.post({ type: 'job_failed', user_ids: ['ann'], title: 'sent' });
    const found = await pages('&status=scheduled', 2);
    expect(found.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(found.flat().map(({ title }) => title)).toEqual([
      'list 4',
      'list 1',
      'list 2',
      'list 3',
      'list 0',
    ]);
    expect(found.flat()[0]).toEqual({
      id: made[4]?.id,
      type: 'job_failed',
      status: 'scheduled',
      title: 'list 4',
      level: 'error',
      team_id: null,
      source: 'test',
      created_at: expect.any(String),
      send_at: times[4],
      sent_at: null,
      expires_at: null,
      reason: null,
      recipients: 2,
    });
    expect(await pages('', 200)).toHaveLength(1);
  });

  it.each([
    ['status=sent', 'status', 'must be one of scheduled, failed'],
    ['status=', 'status', 'must be one of scheduled, failed'],
    ['status=scheduled&status=failed', 'status', 'must not be given more than once'],
    ['limit=0', 'limit', 'must be at least 1'],
    ['colour=red', 'colour', 'is not known here'],
  ])('refuses ?%s', async (query, path, message) => {
    const { body } = await t.producer.get(`/v1/events?${query}`).expect(400);
    expect(body.errors).toEqual([{ path, message }]);
  });

  it.each([
    ...['x', '2026-01-01T00:00:00.000Z', `2026-01-01|${UNKNOWN}`, 'not a time|x', `NaN|${UNKNOWN}`, ' '],
    // Times of JavaScript's that PostgreSQL does not have.
    `-271821-04-20T00:00:00.000Z|${UNKNOWN}`,
    `-004714-01-01T00:00:00.000Z|${UNKNOWN}`,
  ])('refuses the cursor %j', async (cursor) => {
    const { body } = await t.producer.get(`/v1/events?cursor=${encodeURIComponent(cursor)}`).expect(400);
    expect(body.code).toBe('invalid_cursor');
  });
});

describe('moving a scheduled event', () => {
  it('has it sent at its new time, earlier or later', async () => {
    const { id } = await schedule('moved', ahead(DAY));
    const later = ahead(2 * DAY);
    const moved = await move(id.toUpperCase(), { send_at: later.replace('Z', '+00:00') }).expect(200);
    expect(moved.body.event).toMatchObject({ id, status: 'scheduled', send_at: later, recipients: 2 });
    expect((await report(id)).event.send_at).toBe(later);
    // A past time means now.
    const before = new Date().toISOString();
    const { body } = await move(id, { send_at: '0001-01-01T00:00:00Z' }).expect(200);
    expect(body.event.send_at >= before).toBe(true);
    await untilSent(id);
    const list = await t.as('ann').get('/v1/notifications').expect(200);
    expect(list.body.notifications.map(({ title }: { title: string }) => title)).toContain('moved');
  });

  it('brings one back that failed, which is listed until then', async () => {
    const { id } = await schedule('failed once', ahead(DAY));
    await sql.rows(`UPDATE carillon.events SET type = 'job_gone', send_at = now() WHERE id = $1`, [id]);
    await until(async () => (await report(id)).event.status === 'failed');
    const failed = (await pages('&status=failed', 10)).flat();
    expect(failed).toMatchObject([{ id, status: 'failed', reason: expect.stringContaining('job_gone') }]);
    await sql.rows(`UPDATE carillon.events SET type = 'job_failed' WHERE id = $1`, [id]);
    const { body } = await move(id, { send_at: ahead(-1) }).expect(200);
    expect(body.event).toMatchObject({ status: 'scheduled', reason: null });
    await untilSent(id);
    expect(await pages('&status=failed', 10)).toEqual([[]]);
  });

  it.each([
    [{ send_at: '2027-01-01T10:00:00' }, 'send_at', 'must be an ISO 8601 time with its offset'],
    [{ send_at: null }, 'send_at', 'must be an ISO 8601 time with its offset'],
    [{}, 'send_at', 'must be an ISO 8601 time with its offset'],
    [{ send_at: ahead(367 * DAY) }, 'send_at', 'must be at most 366 days ahead'],
    [{ send_at: '9999-12-31T23:59:59Z' }, 'send_at', 'must be at most 366 days ahead'],
    [{ send_at: ahead(DAY), title: 'other' }, 'title', 'is not known here'],
    [{ sendAt: ahead(DAY) }, 'sendAt', 'is not known here'],
  ])('refuses %j', async (patch, path, message) => {
    const { id } = await schedule('stays', ahead(DAY));
    const { body } = await move(id, patch).expect(400);
    expect(body.errors).toContainEqual({ path, message: expect.stringContaining(message) });
    expect((await report(id)).event.status).toBe('scheduled');
  });

  it('is refused for a time at which it has expired', async () => {
    const event = { type: 'job_failed', user_ids: ['ann'], title: 'short', send_at: ahead(HOUR) };
    const { id } = await t.post({ ...event, expires_at: ahead(2 * HOUR) });
    const { body } = await move(id, { send_at: ahead(3 * HOUR) }).expect(400);
    expect(body.errors).toEqual([{ path: 'send_at', message: 'must be before expires_at' }]);
    expect((await report(id)).event).toMatchObject({ send_at: event.send_at });
    await move(id, { send_at: ahead(HOUR / 2) }).expect(200);
  });

  it('is 404 for an event that there is not, and 409 for one that was sent', async () => {
    for (const id of [UNKNOWN, 'x', '%00', '😀'].map(encodeURIComponent)) {
      expect((await move(id, { send_at: ahead(DAY) }).expect(404)).body.code).toBe('not_found');
    }
    const { id } = await t.post({ type: 'job_failed', user_ids: ['ann'], title: 'sent' });
    const { body } = await move(id, { send_at: ahead(DAY) }).expect(409);
    expect(body).toMatchObject({
      code: 'not_scheduled',
      detail: expect.stringContaining('this one is sent'),
    });
  });

  it('is left to the process that has taken it already', async () => {
    const { id } = await schedule('taken', ahead(DAY));
    const { dataSource } = t.app.get(Database, { strict: false });
    const store = t.app.get(ScheduleStore, { strict: false });
    let moved: Promise<unknown> = Promise.resolve();
    await dataSource.transaction(async (manager) => {
      await manager.query(`UPDATE carillon.events SET send_at = now() - interval '1 s' WHERE id = $1`, [id]);
      expect(await store.take(manager, 10)).toMatchObject([{ id }]);
      moved = move(id, { send_at: ahead(DAY) }).expect(409);
      void moved.catch(() => undefined);
      await until(async () => (await sql.number(`SELECT count(*) FROM pg_locks WHERE NOT granted`)) > 0);
      await manager.query(`UPDATE carillon.events SET status = 'sent', sent_at = now() WHERE id = $1`, [id]);
    });
    await moved;
    expect((await report(id)).event.status).toBe('sent');
  });
});
