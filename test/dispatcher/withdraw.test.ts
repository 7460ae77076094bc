import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { NotificationService } from '../../src/dispatcher/notification.service.js';
import { addTo } from '../../src/dispatcher/withdraw-batch.js';
import { until } from '../faults/support/wait.js';
import { answer, FakeTarget, type Respond } from '../outbound/support/targets.js';
import { startApp, tokenOf, type TestApp } from '../support/app.js';
import { StreamReader } from '../support/sse.js';
import { connect, type Sql } from '../support/sql.js';
import { expectExactCounts } from '../support/inbox-counts.js';

const HOUR = 3_600_000;
const UNKNOWN = '018bcfe5-6800-7000-8000-000000000000';
const later = () => new Date(Date.now() + HOUR).toISOString();

let t: TestApp;
let sql: Sql;
let target: FakeTarget;
let respond: Respond = answer(200);

beforeAll(async () => {
  target = await FakeTarget.start((request, response) => respond(request, response));
  t = await startApp({
    deliveries: { retrySchedule: [0.05, 0.05] },
    webhooks: { allowNetworks: ['127.0.0.0/8'] },
  });
  sql = await connect(t.databaseUrl);
});
afterEach(() => expectExactCounts(sql));
afterAll(async () => {
  await sql.end();
  await t.close();
  await target.stop();
});

const post = (event: Record<string, unknown>) => t.post({ type: 'job_failed', title: 'T', ...event });
const cancel = (id: string) => t.producer.delete(`/v1/events/${id}`);
const withdraw = (body: object) => t.producer.post('/v1/events/withdraw').send(body);
const report = async (id: string) => (await t.producer.get(`/v1/events/${id}`).expect(200)).body;
const listed = async (user: string, query = '') =>
  (await t.as(user).get(`/v1/notifications?limit=200${query}`).expect(200)).body.notifications;

async function subscribe(user: string): Promise<string> {
  const hook = { name: 'n', kind: 'generic', url: `${target.url}/${encodeURIComponent(user)}`, events: '*' };
  const { body } = await t.as(user).post('/v1/webhooks').send(hook).expect(201);
  return body.webhook.id;
}

const deliveriesOf = (id: string) =>
  sql.rows<{ status: string }>(
    `SELECT status FROM carillon.deliveries WHERE event_id = $1 ORDER BY user_id, id`,
    [id],
  );

const settled = (id: string) =>
  until(async () => (await deliveriesOf(id)).every(({ status }) => status !== 'pending'));

/** Deliveries that are due in an hour, as after a failed attempt. */
async function waiting(id: string, extra = ''): Promise<void> {
  await sql.rows(
    `UPDATE carillon.deliveries SET status = 'pending', finished_at = NULL, attempts = 1,
       next_attempt_at = now() + interval '1 hour' ${extra} WHERE event_id = $1`,
    [id],
  );
}

describe('DELETE of a scheduled event', () => {
  it('cancels it: it is never sent, and its report stays', async () => {
    const { id } = await post({ user_ids: ['sam', 'sue'], send_at: later() });
    for (let time = 0; time < 2; time += 1) {
      expect((await cancel(id.toUpperCase()).expect(200)).body).toEqual({
        event: { id, status: 'cancelled' },
      });
    }
    await sql.rows(`UPDATE carillon.events SET send_at = now() WHERE id = $1`, [id]);
    const { id: next } = await post({ user_ids: ['sam'], send_at: later() });
    await sql.rows(`UPDATE carillon.events SET send_at = now() WHERE id = $1`, [next]);
    await until(async () => (await report(next)).event.status === 'sent');
    expect(await report(id)).toMatchObject({
      event: { status: 'cancelled', sent_at: null },
      total: 2,
      recipients: [{ user_id: 'sam', in_app: { status: 'cancelled', rule: null } }, { user_id: 'sue' }],
    });
    expect(await listed('sam')).toHaveLength(1);
    const list = await t.producer.get('/v1/events').expect(200);
    expect(list.body.events).toEqual([]);
    await t.producer.patch(`/v1/events/${id}`).send({ send_at: later() }).expect(409);
  });

  it('cancels one that failed as well', async () => {
    const { id } = await post({ user_ids: ['sam'], send_at: later() });
    await sql.rows(`UPDATE carillon.events SET status = 'failed', reason = 'gone' WHERE id = $1`, [id]);
    expect((await cancel(id).expect(200)).body.event.status).toBe('cancelled');
  });
});

describe('DELETE of an event that is sent', () => {
  it('takes it out of inboxes, lists, counts, the trash and streams, and tells once what was sent', async () => {
    await subscribe('ann');
    await subscribe('ben');
    const stream = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf('ann')}`,
    });
    const { id } = await post({ user_ids: ['ann', 'ben', 'cid', 'dan'], title: 'wrong', team_id: 'team' });
    await post({ user_ids: ['ann', 'cid'], title: 'right', team_id: 'team' });
    await settled(id);
    const [copy] = (await listed('cid')).filter(({ title }: { title: string }) => title === 'wrong');
    await t.as('cid').delete(`/v1/notifications/${copy.id}`).expect(200);
    const [read] = await listed('dan');
    await t.as('dan').patch(`/v1/notifications/${read.id}`).send({ read: true }).expect(200);
    const expected = {
      event: { id, status: 'withdrawn' },
      withdrawn: 4,
      already_sent: { webhook: 2 },
    };
    for (let time = 0; time < 3; time += 1) expect((await cancel(id).expect(200)).body).toEqual(expected);
    const titles = async (user: string, query?: string) =>
      (await listed(user, query)).map(({ title }: { title: string }) => title);
    expect(await titles('ann')).toEqual(['right']);
    expect([...(await titles('ben')), ...(await titles('dan'))]).toEqual([]);
    expect(await titles('cid', '&deleted=only')).toEqual([]);
    const count = async (user: string) =>
      (await t.as(user).get('/v1/notifications/unread-count').expect(200)).body.count;
    expect([await count('ann'), await count('ben'), await count('cid')]).toEqual([1, 0, 1]);
    await t.as('dan').patch(`/v1/notifications/${read.id}`).send({ read: false }).expect(404);
    await t.as('cid').post(`/v1/notifications/${copy.id}/restore`).expect(404);
    await stream.until(({ events }) => events.some(({ event }) => event === 'deleted'));
    const gone = stream.of('notification').find(({ data }) => JSON.stringify(data).includes('wrong'))
      ?.data as {
      notification: { id: string };
    };
    expect(stream.of('deleted')[0]?.data).toEqual({ ids: [gone.notification.id] });
    stream.close();
    expect(await report(id)).toMatchObject({
      event: { status: 'withdrawn', sent_at: expect.any(String) },
      recipients: [
        {
          user_id: 'ann',
          in_app: { notification_id: null },
          webhook: { deliveries: [{ status: 'delivered' }] },
        },
        { user_id: 'ben' },
        { user_id: 'cid' },
        { user_id: 'dan' },
      ],
    });
  });

  it('finds copies that were put away, or came to the top again under another id', async () => {
    const users = ['hans', 'ines', 'jana', 'kurt'];
    const { id } = await post({ user_ids: users });
    await post({ user_ids: users, title: 'stays' });
    const patches = [[{ archived: true }], [{ snoozed_until: later() }], [{ snoozed_until: later() }], []];
    for (const [at, user] of users.entries()) {
      const [, copy] = await listed(user);
      for (const patch of patches[at] ?? [])
        await t.as(user).patch(`/v1/notifications/${copy.id}`).send(patch).expect(200);
    }
    await sql.rows(
      `UPDATE carillon.notifications SET snoozed_until = now() WHERE user_id = 'jana' AND event_id = $1`,
      [id],
    );
    const moved = `SELECT count(*) FROM carillon.notifications WHERE event_id = $1 AND origin_id IS NOT NULL`;
    await until(async () => (await sql.number(moved, [id])) === 1);
    expect((await cancel(id).expect(200)).body.withdrawn).toBe(4);
    for (const user of users) {
      expect((await listed(user)).map(({ title }: { title: string }) => title)).toEqual(['stays']);
      for (const state of ['archived', 'snoozed']) expect(await listed(user, `&state=${state}`)).toEqual([]);
    }
  });

  it('cancels what waits, and leaves what is leased, or was once and never heard of, to itself', async () => {
    const endpoint = await subscribe('eve');
    const before = target.received.length;
    const made: string[] = [];
    for (let at = 0; at < 4; at += 1) made.push((await post({ user_ids: ['eve'], title: `${at}` })).id);
    const [retry, leased, expired, waits] = made as [string, string, string, string];
    for (const id of made) await settled(id);
    await waiting(retry);
    await waiting(leased, `, lease_until = now() + interval '1 hour', leased_by = gen_random_uuid()`);
    // It is due in an hour: no process takes it over meanwhile.
    await waiting(expired, `, lease_until = now() - interval '1 minute', leased_by = gen_random_uuid()`);
    await waiting(waits, `, due_at = now() + interval '1 hour'`);
    await sql.rows(`UPDATE carillon.deliveries SET status = 'waiting' WHERE event_id = $1`, [waits]);
    const answers = [];
    for (const id of made) answers.push((await cancel(id).expect(200)).body.already_sent);
    expect(answers).toEqual([{}, { webhook: 1 }, { webhook: 1 }, {}]);
    const statuses = [];
    for (const id of made) statuses.push((await deliveriesOf(id))[0]?.status);
    expect(statuses).toEqual(['cancelled', 'pending', 'pending', 'cancelled']);
    const [first] = (await report(retry)).recipients;
    expect(first.webhook).toMatchObject({ deliveries: [{ status: 'cancelled' }] });
    const list = await t.as('eve').get(`/v1/webhooks/${endpoint}/deliveries`).expect(200);
    const cancelled = list.body.deliveries.find(({ status }: { status: string }) => status === 'cancelled');
    expect(cancelled).toMatchObject({ next_attempt_at: null });
    const again = `/v1/webhooks/${endpoint}/deliveries/${cancelled.id}/redeliver`;
    const { body } = await t.as('eve').post(again).expect(409);
    expect(body.code).toBe('delivery_withdrawn');
    expect(target.received.length - before).toBe(4);
  });

  it('is not tried again by a channel whose attempt was under way, and failed', async () => {
    const endpoint = await subscribe('flo');
    let fail = () => undefined as void;
    const begun = new Promise<void>((begins) => {
      respond = (_, response) => {
        fail = () => void response.writeHead(500).end();
        begins();
      };
    });
    const { id } = await post({ user_ids: ['flo'] });
    await begun;
    expect((await cancel(id).expect(200)).body).toMatchObject({ already_sent: { webhook: 1 } });
    fail();
    await settled(id);
    respond = answer(200);
    const { webhook } = (await report(id)).recipients[0];
    expect(webhook).toMatchObject({
      status: 'skipped',
      reason: 'withdrawn',
      deliveries: [{ status: 'skipped' }],
    });
    expect(target.received.filter(({ path }) => path === '/flo')).toHaveLength(1);
    const [{ id: delivery }] = (await t.as('flo').get(`/v1/webhooks/${endpoint}/deliveries`)).body.deliveries;
    await t.as('flo').post(`/v1/webhooks/${endpoint}/deliveries/${delivery}/redeliver`).expect(409);
  });

  it('shows no toast of it to a page that comes back', async () => {
    await t
      .as('gil')
      .patch('/v1/preferences')
      .send({ types: { job_failed: { in_app: false, toast: true } } })
      .expect(200);
    const { id } = await post({ user_ids: ['gil'], title: 'wrong' });
    await post({ user_ids: ['gil'], title: 'right' });
    await cancel(id).expect(200);
    const stream = await StreamReader.open(`${t.url}/v1/notifications/stream`, {
      Authorization: `Bearer ${tokenOf('gil')}`,
      'Last-Event-ID': '0',
    });
    await stream.until((reader) => reader.of('toast').length > 0);
    expect(stream.of('toast')).toMatchObject([{ data: { toast: { title: 'right' } } }]);
    stream.close();
  });

  it('is 404 for one that there is not', async () => {
    for (const id of [UNKNOWN, 'x', '%00', '😀'].map(encodeURIComponent)) await cancel(id).expect(404);
  });
});

describe('POST /v1/events/withdraw', () => {
  it('withdraws every event about a thing, and what is still to be sent of it', async () => {
    const entity = { type: 'Pröjekt', id: '17/ü\u200D👩‍🚀:"\'\\' };
    const others = [{ ...entity, id: '17' }, { ...entity, type: 'projekt' }, null];
    for (let at = 0; at < 3; at += 1) await post({ user_ids: ['fay', 'gus'], entity, title: `${at}` });
    for (const other of others) await post({ user_ids: ['fay'], entity: other, title: 'stays' });
    const { id } = await post({ user_ids: ['fay', 'gus'], entity, send_at: later() });
    expect((await withdraw({ entity }).expect(200)).body).toEqual({ withdrawn: 6, already_sent: {} });
    expect((await withdraw({ entity }).expect(200)).body).toEqual({ withdrawn: 0, already_sent: {} });
    expect((await listed('fay')).map(({ title }: { title: string }) => title)).toEqual([
      'stays',
      'stays',
      'stays',
    ]);
    expect(await listed('gus')).toEqual([]);
    expect((await report(id)).event.status).toBe('cancelled');
  });

  it('withdraws what has a collapse key, from some users', async () => {
    await subscribe('hal');
    const made = await post({ user_ids: ['hal', 'ida', 'jon'], collapse_key: 'build 7' });
    const { id } = await post({ user_ids: ['jon', 'hal', 'ida'], collapse_key: 'build 7', send_at: later() });
    await settled(made.id);
    const some = { collapse_key: 'build 7', user_ids: ['hal', 'hal', 'jon', 'a stranger'] };
    const expected = { withdrawn: 2, already_sent: { webhook: 1 } };
    expect((await withdraw(some).expect(200)).body).toEqual(expected);
    expect((await withdraw(some).expect(200)).body).toEqual({ ...expected, withdrawn: 0 });
    expect([await listed('hal'), await listed('jon'), (await listed('ida')).length]).toEqual([[], [], 1]);
    expect((await report(made.id)).event.status).toBe('sent');
    expect(await report(id)).toMatchObject({
      event: { status: 'scheduled' },
      total: 1,
      recipients: [{ user_id: 'ida' }],
    });
    // Of the last one the report stays.
    await withdraw({ collapse_key: 'build 7', user_ids: ['ida'] }).expect(200);
    expect(await report(id)).toMatchObject({
      event: { status: 'cancelled' },
      recipients: [{ user_id: 'ida' }],
    });
    expect((await cancel(made.id).expect(200)).body).toMatchObject({
      withdrawn: 0,
      already_sent: { webhook: 1 },
    });
  });

  it('withdraws one event from some users', async () => {
    const { id } = await post({ user_ids: ['kim', 'leo'] });
    const { body } = await withdraw({ event_id: id, user_ids: ['kim'] }).expect(200);
    expect(body).toEqual({ withdrawn: 1, already_sent: {} });
    expect([await listed('kim'), (await listed('leo')).length]).toEqual([[], 1]);
    await withdraw({ event_id: UNKNOWN }).expect(404);
    await withdraw({ event_id: 'x' }).expect(404);
  });

  it('withdraws more than a batch has, from lists, counts and streams', async () => {
    const entity = { type: 'many', id: '1' };
    const userIds = Array.from({ length: 9_000 }, (_, at) => `many ${at}`);
    for (const title of ['one', 'two']) await post({ user_ids: userIds, entity, title });
    for (let at = 0; at < 300; at += 1) await post({ user_ids: ['many 1'], entity });
    expect((await withdraw({ entity, user_ids: ['many 1', 'many 2'] }).expect(200)).body.withdrawn).toBe(304);
    expect((await withdraw({ entity }).expect(200)).body.withdrawn).toBe(2 * 8_998);
    expect(await sql.number(`SELECT count(*) FROM carillon.notifications WHERE user_id LIKE 'many %'`)).toBe(
      0,
    );
  });

  const ONE = 'must name exactly one of an event, an entity and a collapse key';
  it.each([
    [{}, '', ONE],
    [{ user_ids: ['u'] }, '', ONE],
    [{ entity: null, collapse_key: null }, '', ONE],
    [{ entity: { type: 't', id: '1' }, collapse_key: 'k' }, '', ONE],
    [{ event_id: UNKNOWN, collapse_key: 'k' }, '', ONE],
    [{ collapse_key: '' }, 'collapse_key', 'must not be empty'],
    [{ collapse_key: 'x'.repeat(129) }, 'collapse_key', 'must have at most 128 characters'],
    [{ collapse_key: 7 }, 'collapse_key', 'must be a string'],
    [{ collapse_key: 'a\u0000b' }, 'collapse_key', 'must'],
    [{ collapse_key: '\ud800' }, 'collapse_key', 'must'],
    [{ entity: { type: 't' } }, 'entity.id', 'must'],
    [{ entity: 't:1' }, 'entity', 'must be an object'],
    [{ collapse_key: 'k', user_ids: [] }, 'user_ids', 'must have 1 to 10000 user ids'],
    [{ collapse_key: 'k', user_ids: 'u' }, 'user_ids', 'must be a list'],
    [{ collapse_key: 'k', user_ids: ['u', ''] }, 'user_ids[1]', 'must'],
    [{ collapse_key: 'k', users: ['u'] }, 'users', 'is not known here'],
  ])('refuses %j', async (body, path, message) => {
    const { body: problem } = await withdraw(body).expect(400);
    expect(problem.errors).toEqual([{ path, message: expect.stringContaining(message) }]);
  });
});

describe('in code', () => {
  const service = () => t.app.get(NotificationService, { strict: false });

  it('shares the fate of the transaction', async () => {
    const { dataSource } = t.app.get(Database, { strict: false });
    const { id } = await post({ user_ids: ['max'], collapse_key: 'in code' });
    const { id: scheduled } = await post({ user_ids: ['max'], send_at: later() });
    const failed = dataSource.transaction(async (manager) => {
      expect(await service().withdraw({ collapseKey: 'in code' }, undefined, { manager })).toEqual({
        withdrawn: 1,
        alreadySent: {},
      });
      expect((await service().cancel(scheduled, { manager })).event.status).toBe('cancelled');
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect([(await report(id)).event.status, (await report(scheduled)).event.status]).toEqual([
      'sent',
      'scheduled',
    ]);
    expect(await listed('max')).toHaveLength(1);
    await dataSource.transaction(async (manager) => {
      const { event } = await service().notify(
        { type: 'job_failed', userIds: ['max'], title: 'own' },
        { manager },
      );
      expect(await service().cancel(event.id, { manager })).toMatchObject({ withdrawn: 1 });
      await service().cancel(id, { manager });
    });
    expect(await listed('max')).toEqual([]);
    await cancel(scheduled).expect(200);
  });

  it('refuses what is wrong, by the names of code', async () => {
    await expect(service().withdraw({})).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(service().withdraw({ collapseKey: 'k' }, [])).rejects.toMatchObject({
      errors: [{ path: 'userIds' }],
    });
    await expect(service().cancel(UNKNOWN)).rejects.toMatchObject({ code: 'not_found' });
  });
});

it('what was sent is counted for a channel that is called like what every object has', () => {
  const total = { withdrawn: 1, alreadySent: {} };
  for (const n of [2, 3]) addTo(total, { withdrawn: 1, alreadySent: { constructor: n } });
  expect(total).toEqual({ withdrawn: 3, alreadySent: { constructor: 5 } });
});
