import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CleanupService } from '../../src/cleanup/cleanup.service.js';
import { Database } from '../../src/database/database.js';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { until } from '../faults/support/wait.js';
import { answer, FakeTarget } from '../outbound/support/targets.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { StreamReader } from '../support/sse.js';
import { connect, type Sql } from '../support/sql.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ahead = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

let t: TestApp;
let sql: Sql;
let target: FakeTarget;

beforeAll(async () => {
  target = await FakeTarget.start(answer(200));
  t = await startApp({ webhooks: { allowNetworks: ['127.0.0.0/8'] } });
  sql = await connect(t.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await t.close();
  await target.stop();
});

const schedule = async (event: Record<string, unknown>) =>
  t.post({ type: 'job_failed', title: 'T', send_at: ahead(HOUR), ...event });

/** The time of these events comes. */
const comes = (...ids: string[]) =>
  sql.rows('UPDATE carillon.events SET send_at = now() WHERE id = ANY($1)', [ids]);

const report = async (id: string) => (await t.producer.get(`/v1/events/${id}`).expect(200)).body;

async function untilStatus(id: string, status: string): Promise<Record<string, never>> {
  await until(async () => (await report(id)).event.status === status);
  return report(id);
}

const listed = async (user: string) =>
  (await t.as(user).get('/v1/notifications').expect(200)).body.notifications;

const traces = (id: string) =>
  sql.number(
    `SELECT (SELECT count(*) FROM carillon.notifications WHERE event_id = $1)
      + (SELECT count(*) FROM carillon.deliveries WHERE event_id = $1)
      + (SELECT count(*) FROM carillon.inbox_changes WHERE event_id = $1)
      + (SELECT count(*) FROM carillon.inbox_log WHERE event_id = $1)`,
    [id],
  );

describe('an event with send_at', () => {
  it('is answered as scheduled, and is in no inbox before its time', async () => {
    const sendAt = new Date(Date.now() + 300 * DAY);
    const offset = new Date(sendAt.getTime() + 2 * HOUR).toISOString().replace('Z', '+02:00');
    const { body } = await t.producer
      .post('/v1/events')
      .send({ type: 'job_failed', user_ids: ['a', 'b', 'a'], title: 'Later', send_at: offset })
      .expect(201);
    expect(body).toEqual({
      event: {
        id: expect.any(String),
        type: 'job_failed',
        created_at: expect.any(String),
        status: 'scheduled',
        send_at: sendAt.toISOString(),
      },
      recipients: 2,
    });
    expect(await traces(body.event.id)).toBe(0);
    expect(await listed('a')).toEqual([]);
    const undecided = { status: 'scheduled', rule: null };
    expect(await report(body.event.id)).toMatchObject({
      event: { ...body.event, sent_at: null, reason: null },
      total: 2,
      recipients: [
        { user_id: 'a', in_app: undecided, toast: undecided, webhook: undecided },
        { user_id: 'b', in_app: undecided },
      ],
    });
  });

  it('is sent once when its time has come, by the preferences of then, to all channels', async () => {
    const user = t.as('mia');
    await user
      .post('/v1/webhooks')
      .send({ name: 'n', kind: 'generic', url: `${target.url}/mia`, events: '*' })
      .expect(201);
    const data = { id: 1, deep: [null, 'ü'] };
    const { id } = await schedule({
      user_ids: ['mia', 'muted'],
      title: 'On time',
      body: 'B',
      data,
      team_id: 'team',
    });
    await t
      .as('muted')
      .patch('/v1/preferences')
      .send({ types: { job_failed: { in_app: false } } })
      .expect(200);
    const stream = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf('mia')}`,
    });
    await comes(id);
    const { event, recipients } = (await untilStatus(id, 'sent')) as never as {
      event: { sent_at: string; send_at: string };
      recipients: { in_app: { notification_id: string } }[];
    };
    const [row] = await listed('mia');
    expect(row).toMatchObject({
      id: recipients[0]?.in_app.notification_id,
      title: 'On time',
      body: 'B',
      team_id: 'team',
      // It is as old as its coming, not as its making.
      created_at: event.sent_at,
    });
    expect(new Date(event.sent_at) >= new Date(event.send_at)).toBe(true);
    expect((await user.get(`/v1/notifications/${row.id}`)).body.notification).toMatchObject({
      data,
      event_id: id,
    });
    expect((await user.get('/v1/notifications/unread-count')).body).toEqual({ count: 1 });
    await stream.until(({ events }) => events.some(({ event: name }) => name === 'notification'));
    expect(stream.of('notification')[0]?.data).toMatchObject({ notification: { id: row.id } });
    stream.close();
    await until(async () => (await report(id)).recipients[0].webhook.deliveries[0].status === 'delivered');
    const sent = target.received.filter(({ path }) => path === '/mia');
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]?.body as string).timestamp).toBe(event.sent_at);
    expect(await listed('muted')).toEqual([]);
    expect((await report(id)).recipients[1].in_app).toEqual({
      status: 'muted',
      rule: 'preference',
      notification_id: null,
    });
  });

  it('goes to 10,000 users, beside many others that are due', async () => {
    const userIds = Array.from({ length: 10_000 }, (_, at) => `many_${at}`);
    const ids = [(await schedule({ user_ids: userIds })).id];
    for (let at = 0; at < 30; at += 1) ids.push((await schedule({ user_ids: [`one_${at}`] })).id);
    await comes(...ids);
    for (const id of ids) await untilStatus(id, 'sent');
    const count = (like: string) =>
      sql.number(`SELECT count(*) FROM carillon.notifications WHERE user_id LIKE $1`, [like]);
    expect([await count('many%'), await count('one%')]).toEqual([10_000, 30]);
    expect((await t.as('many_9999').get('/v1/notifications/unread-count')).body).toEqual({ count: 1 });
  });

  it('is sent at once when its time is past, or the epoch', async () => {
    for (const sendAt of [ahead(-1), '1970-01-01T00:00:00Z', '0001-01-01T00:00-14:00']) {
      const event = await t.post({ type: 'job_failed', user_ids: ['past'], title: 'T', send_at: sendAt });
      expect(event).toMatchObject({ status: 'sent', send_at: null });
    }
    expect(await listed('past')).toHaveLength(3);
  });

  const NO_TIME = 'must be an ISO 8601 time with its offset, such as 2026-12-24T18:00:00+01:00';

  it.each([
    ['without an offset', '2027-01-01T10:00:00', NO_TIME],
    ['of a day alone', '2027-01-01', NO_TIME],
    ['of no day', '2027-02-30T10:00:00Z', NO_TIME],
    ['in a zone by name', '2027-01-01T10:00:00 Europe/Berlin', NO_TIME],
    ['as a number', 1_893_456_000_000, NO_TIME],
    ['that is empty', '', NO_TIME],
    ['a minute beyond 366 days', ahead(366 * DAY + 60_000), 'must be at most 366 days ahead'],
    ['in another millennium', '9999-12-31T23:59:59Z', 'must be at most 366 days ahead'],
  ])('is refused with a time %s', async (_, sendAt, message) => {
    const event = { type: 'job_failed', user_ids: ['u'], title: 'T', send_at: sendAt };
    const { body } = await t.producer.post('/v1/events').send(event).expect(400);
    expect(body.errors).toEqual([{ path: 'send_at', message }]);
  });

  it('is checked when it is accepted, and up to 366 days are', async () => {
    const event = { type: 'job_failed', user_ids: ['u'], title: 'T', send_at: ahead(366 * DAY - 60_000) };
    await t.producer.post('/v1/events').send(event).expect(201);
    const { body } = await t.producer
      .post('/v1/events')
      .send({ ...event, type: 'job_faild', title: '' })
      .expect(400);
    expect(body.errors[0].path).toBe('title');
    await t.producer
      .post('/v1/events')
      .send({ ...event, type: 'job_faild' })
      .expect(400);
  });

  it('is made once under an Idempotency-Key', async () => {
    const event = { type: 'job_failed', user_ids: ['key'], title: 'T', send_at: ahead(HOUR) };
    const post = () => t.producer.post('/v1/events').set('Idempotency-Key', 'later').send(event);
    const first = await post().expect(201);
    const again = await post().expect(200).expect('Idempotency-Replayed', 'true');
    expect(again.body).toEqual(first.body);
    expect(again.body.event).toMatchObject({ status: 'scheduled', send_at: event.send_at });
    await t.producer
      .post('/v1/events')
      .set('Idempotency-Key', 'later')
      .send({ ...event, send_at: ahead(2 * HOUR) })
      .expect(422);
  });

  it('shares the fate of the transaction that schedules it', async () => {
    const service = t.app.get(NotificationService, { strict: false });
    const { dataSource } = t.app.get(Database, { strict: false });
    const sendAt = new Date(Date.now() + HOUR);
    const event = { type: 'job_failed', userIds: ['host'], title: 'T', sendAt };
    const ids: string[] = [];
    const transaction = dataSource.transaction(async (manager) => {
      ids.push((await service.notify(event, { manager })).event.id);
      throw new Error('rolled back');
    });
    await expect(transaction).rejects.toThrow('rolled back');
    await dataSource.transaction(async (manager) => {
      const result = await service.notify(event, { manager });
      expect(result.event).toMatchObject({ status: 'scheduled', sendAt });
      ids.push(result.event.id);
    });
    await t.producer.get(`/v1/events/${ids[0]}`).expect(404);
    expect((await report(ids[1] as string)).event).toMatchObject({ status: 'scheduled', source: 'module' });
    await expect(service.notify({ ...event, sendAt: new Date(NaN) })).rejects.toMatchObject({
      errors: [{ path: 'sendAt', message: NO_TIME }],
    });
  });

  it('is not sent when it has expired by then', async () => {
    const event = await schedule({ user_ids: ['late'], expires_at: ahead(2 * HOUR) });
    await sql.rows('UPDATE carillon.events SET expires_at = now() WHERE id = $1', [event.id]);
    await comes(event.id);
    expect(await untilStatus(event.id, 'failed')).toMatchObject({
      event: { sent_at: null, reason: 'it had expired before it could be sent' },
    });
    expect(await traces(event.id)).toBe(0);
  });

  it('is reported with the reason when its type is gone by then, and keeps no other from being sent', async () => {
    const [gone, broken, right] = await Promise.all(
      ['gone', 'broken', 'right'].map((user) => schedule({ user_ids: [user] })),
    );
    await sql.rows(`UPDATE carillon.events SET type = 'job_gone' WHERE id = $1`, [gone?.id]);
    await sql.rows(`UPDATE carillon.events SET level = 'loud' WHERE id = $1`, [broken?.id]);
    const ids = [gone, broken, right].map((event) => event?.id as string);
    await comes(...ids);
    await untilStatus(ids[2] as string, 'sent');
    expect(await untilStatus(ids[0] as string, 'failed')).toMatchObject({
      event: { sent_at: null, reason: expect.stringContaining('"job_gone" is not a notification type') },
      recipients: [{ user_id: 'gone', in_app: { status: 'failed', rule: null } }],
    });
    expect((await untilStatus(ids[1] as string, 'failed')).event).toMatchObject({
      reason: expect.stringContaining('it cannot be written'),
    });
    expect(await listed('right')).toHaveLength(1);
    expect((await traces(ids[0] as string)) + (await traces(ids[1] as string))).toBe(0);
  });

  it('is spared by the clean-up while it waits, and kept as long as others after it was sent', async () => {
    const [waiting, sent, old] = await Promise.all(
      ['w', 's', 'o'].map((user) => schedule({ user_ids: [`clean_${user}`] })),
    );
    const ids = [waiting, sent, old].map((event) => event?.id as string);
    await comes(ids[1] as string, ids[2] as string);
    for (const id of ids.slice(1)) await untilStatus(id, 'sent');
    await sql.rows(`UPDATE carillon.events SET created_at = now() - interval '400 days' WHERE id = ANY($1)`, [
      ids,
    ]);
    await sql.rows(`UPDATE carillon.events SET sent_at = now() - interval '399 days' WHERE id = $1`, [
      ids[2],
    ]);
    await t.app.get(CleanupService, { strict: false }).run();
    expect((await report(ids[0] as string)).event.status).toBe('scheduled');
    expect((await report(ids[1] as string)).recipients[0].in_app.notification_id).not.toBeNull();
    await t.producer.get(`/v1/events/${ids[2]}`).expect(404);
  });
});
