import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../../support/app.js';
import { VAPID } from '../../support/push.js';
import { connect, type Sql } from '../../support/sql.js';
import { RawTarget } from '../../outbound/support/raw-target.js';
import {
  answer,
  hang,
  PushService,
  type Browser,
  type ReceivedPush,
  type Respond,
} from './support/push-service.js';

let app: TestApp;
let sql: Sql;
let service: PushService;
let respond: Respond = answer(201);

beforeAll(async () => {
  service = await PushService.start((push, response) => respond(push, response));
  app = await startApp({
    push: VAPID,
    deliveries: { retrySchedule: [0, 0] },
    webhooks: { allowNetworks: ['127.0.0.0/8'], timeoutMs: 1_000 },
    types: [
      {
        key: 'reminder',
        description: 'What you have not looked at',
        level: 'info',
        channels: { push: { default: true, delay: '1h' } },
        webhookEvent: null,
        mutable: true,
      },
      {
        key: 'mention',
        description: 'Somebody mentioned you',
        level: 'info',
        channels: { push: true },
        webhookEvent: null,
        mutable: true,
      },
    ],
  });
  sql = await connect(app.databaseUrl);
});
afterEach(() => {
  respond = answer(201);
});
afterAll(async () => {
  await sql.end();
  await app.close();
  await service.stop();
});

/** Goes on with an answer for ever, a byte at a time. */
function trickle(socket: Socket): void {
  socket.write('HTTP/1.1 201 Created\r\nX-Slow: ');
  const timer = setInterval(() => socket.write('x'), 20);
  socket.once('close', () => clearInterval(timer));
}

interface Report {
  status: string;
  rule: string;
  deliveries: {
    id: string;
    status: string;
    subscription_id: string;
    reason: string | null;
    error: string | null;
  }[];
}

const newUser = () => `user ${randomUUID()}`;

async function subscribe(userId: string, browser: Browser | { subscription: object }): Promise<string> {
  const { body } = await app
    .as(userId)
    .post('/v1/push/subscriptions')
    .send({ subscription: browser.subscription })
    .expect(201);
  return body.subscription.id as string;
}

function mention(userId: string, event: object = {}): Promise<{ id: string }> {
  return app.post({ type: 'mention', user_ids: [userId], title: 'Bob mentioned you', ...event });
}

async function reportOf(eventId: string): Promise<Report> {
  const { body } = await app.producer.get(`/v1/events/${eventId}`).expect(200);
  return body.recipients[0].push as Report;
}

/** The report once nothing is queued any more. */
async function finished(eventId: string): Promise<Report> {
  return until(eventId, ({ deliveries }) => deliveries.every(({ status }) => status !== 'queued'));
}

async function until(eventId: string, done: (report: Report) => boolean): Promise<Report> {
  for (;;) {
    const report = await reportOf(eventId);
    if (done(report)) return report;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const idsOf = async (userId: string) => {
  const { body } = await app.as(userId).get('/v1/push/subscriptions').expect(200);
  return body.subscriptions.map(({ id }: { id: string }) => id) as string[];
};

describe('a push', () => {
  it('is read by each of the user’s browsers, and says what the inbox says', async () => {
    const user = newUser();
    const browsers = [service.browser(), service.browser()];
    const ids = [];
    for (const browser of browsers) ids.push(await subscribe(user, browser));
    const { id } = await mention(user, { body: 'Look at this: “größer”', link: '/posts/4' });
    const report = await finished(id);
    const { body } = await app.as(user).get('/v1/notifications').expect(200);
    const told = {
      id: body.notifications[0].id,
      type: 'mention',
      level: 'info',
      title: 'Bob mentioned you',
      body: 'Look at this: “größer”',
      link: '/posts/4',
      tag: body.notifications[0].id,
    };
    for (const browser of browsers) expect(service.told(browser)).toEqual([told]);
    expect(report).toMatchObject({ status: 'sent', rule: 'default' });
    expect(
      report.deliveries.map(({ subscription_id: target, status }) => `${target} ${status}`).toSorted(),
    ).toEqual(ids.map((target) => `${target} delivered`).toSorted());
  });

  it('says to the push service how long and how urgently, and what it replaces', async () => {
    const user = newUser();
    const browser = service.browser();
    await subscribe(user, browser);
    await finished((await mention(user, { level: 'error', entity: { type: 'post', id: '4' } })).id);
    const { headers } = service.received.at(-1) as ReceivedPush;
    expect(headers).toMatchObject({
      urgency: 'high',
      'content-encoding': 'aes128gcm',
      topic: service.told(browser)[0]?.tag,
    });
    expect(Number(headers['ttl'])).toBeGreaterThan(86_000);
    expect(Number(headers['ttl'])).toBeLessThanOrEqual(86_400);
  });

  it('signs once for many', async () => {
    const user = newUser();
    await subscribe(user, service.browser());
    const events = [await mention(user), await mention(user)];
    for (const { id } of events) await finished(id);
    const [one, another] = service.received.slice(-2).map(({ headers }) => headers.authorization);
    expect(one).toBe(another);
  });

  it('comes to no browser of a user who has none, or has muted it', async () => {
    const user = newUser();
    expect(await finished((await mention(user)).id)).toMatchObject({
      status: 'no_subscription',
      deliveries: [],
    });
    await subscribe(user, service.browser());
    await app
      .as(user)
      .patch('/v1/preferences')
      .send({ channels: { push: false } })
      .expect(200);
    expect(await finished((await mention(user)).id)).toMatchObject({ status: 'muted', rule: 'preference' });
  });

  it('is off by default of a type that does not mention it', async () => {
    const user = newUser();
    await subscribe(user, service.browser());
    const { id } = await app.post({ type: 'job_failed', user_ids: [user], title: 'T' });
    expect(await reportOf(id)).toEqual({ status: 'muted', reason: null, rule: 'default', deliveries: [] });
  });

  it('is not sent to the browser of a user who signed out of it', async () => {
    const [former, present] = [newUser(), newUser()];
    const browser = service.browser();
    await subscribe(former, browser);
    // In the midst of the first attempt, so that no other is on its way when the browser changes hands.
    const moved = new Promise<void>((resolve, reject) => {
      respond = (push, response) => {
        respond = answer(201);
        subscribe(present, browser)
          .then(() => answer(503, { 'retry-after': '0' })(push, response))
          .then(resolve, reject);
      };
    });
    const { id } = await mention(former);
    await moved;
    expect((await finished(id)).deliveries).toMatchObject([{ status: 'failed' }]);
    await finished((await mention(present, { title: 'For the present one' })).id);
    const titles = service.told(browser).map(({ title }) => title);
    expect(titles.at(-1)).toBe('For the present one');
  });
});

describe('the answer', () => {
  it.each([404, 410])('%d removes the subscription, and nothing else comes to it', async (status) => {
    const user = newUser();
    const kept = await subscribe(user, service.browser());
    const gone = service.browser();
    await subscribe(user, gone);
    respond = (push, response) => answer(push.browser === gone ? status : 201)(push, response);
    const { deliveries } = await finished((await mention(user)).id);
    expect(deliveries.map((delivery) => delivery.status).toSorted()).toEqual(['delivered', 'failed']);
    expect(await idsOf(user)).toEqual([kept]);
    const after = await finished((await mention(user)).id);
    expect(after.deliveries).toMatchObject([{ subscription_id: kept, status: 'delivered' }]);
  });

  it('413 has it cut and sent once more', async () => {
    const user = newUser();
    const browser = service.browser();
    await subscribe(user, browser);
    respond = (push, response) => answer(push.body.length > 2_000 ? 413 : 201)(push, response);
    const { id } = await mention(user, { body: 'b'.repeat(10_000) });
    expect((await finished(id)).deliveries).toMatchObject([{ status: 'delivered' }]);
    const sizes = service.told(browser).map(({ body }) => body?.length ?? 0);
    expect(sizes).toHaveLength(2);
    respond = answer(413);
    const { deliveries } = await finished((await mention(user)).id);
    expect(deliveries).toMatchObject([{ status: 'failed', error: 'answered 413' }]);
    expect(service.told(browser)).toHaveLength(4);
  });

  it.each([429, 503])('%d with Retry-After has it wait', async (status) => {
    const user = newUser();
    const id = await subscribe(user, service.browser());
    respond = answer(status, { 'retry-after': '3600' });
    const { id: eventId } = await mention(user);
    await until(eventId, ({ deliveries }) => deliveries[0]?.error === `answered ${status}`);
    const [row] = await sql.rows(
      `SELECT d.status, d.attempts, d.next_attempt_at > now() + interval '59 minutes' AS waits,
         s.paused_until > now() + interval '59 minutes' AS paused
       FROM carillon.deliveries d JOIN carillon.push_subscriptions s ON s.user_id = d.user_id AND s.id = d.target_id
       WHERE d.target_id = $1`,
      [id],
    );
    expect(row).toEqual({ status: 'pending', attempts: 1, waits: true, paused: true });
  });

  it.each([500, 301])('%d is tried again until the schedule has ended', async (status) => {
    const user = newUser();
    const browser = service.browser();
    await subscribe(user, browser);
    respond = answer(status, { location: service.url + service.browser().path });
    const before = service.received.length;
    expect((await finished((await mention(user)).id)).deliveries).toMatchObject([{ status: 'failed' }]);
    const received = service.received.slice(before);
    // None of them to where it was redirected.
    expect(received.map((push) => push.browser)).toEqual([browser, browser, browser]);
    expect(await idsOf(user)).toHaveLength(1);
  });
});

describe('the operator’s fault', () => {
  const paused = async () => (await app.http.get('/health').expect(200)).body.channels;

  it.each([400, 401, 403])('%d keeps what is to be sent, and the subscription', async (status) => {
    const user = newUser();
    const id = await subscribe(user, service.browser());
    respond = answer(status, {}, 'BadJwtToken');
    const { id: eventId } = await mention(user);
    const reason = `${service.url} answered ${status}: BadJwtToken`;
    const report = await until(eventId, ({ deliveries }) => deliveries[0]?.error !== null);
    expect(report.deliveries).toMatchObject([{ status: 'waiting', error: reason }]);
    expect(await paused()).toEqual({ push: { status: 'paused', reason } });
    expect(await idsOf(user)).toEqual([id]);
    respond = answer(201);
    // The pause is over.
    await sql.rows('UPDATE carillon.push_subscriptions SET paused_until = NULL WHERE id = $1', [id]);
    await sql.rows('UPDATE carillon.deliveries SET due_at = now() WHERE target_id = $1', [id]);
    const sent = await until(eventId, ({ status }) => status === 'sent');
    expect(sent.deliveries).toMatchObject([{ status: 'delivered', error: null }]);
    expect(await paused()).toEqual({});
    const [row] = await sql.rows('SELECT attempts FROM carillon.deliveries WHERE target_id = $1', [id]);
    expect(row).toEqual({ attempts: 1 });
  });
});

describe('a push service that', () => {
  const failing = (endpoint: string) => ({
    subscription: { ...service.browser().subscription, endpoint },
  });

  it('hangs, fails by the time-out', async () => {
    const user = newUser();
    await subscribe(user, service.browser());
    respond = hang;
    expect((await finished((await mention(user)).id)).deliveries).toMatchObject([
      { status: 'failed', error: 'no answer within 1000 ms' },
    ]);
  });

  it('trickles, fails by the time-out', async () => {
    const target = await RawTarget.start(trickle);
    try {
      const user = newUser();
      await subscribe(user, failing(`http://127.0.0.1:${target.port}/1`));
      expect((await finished((await mention(user)).id)).deliveries).toMatchObject([
        { status: 'failed', error: 'no answer within 1000 ms' },
      ]);
    } finally {
      await target.stop();
    }
  });

  it.each([
    ['before its answer', ''],
    ['in the middle of its answer’s first line', 'HTTP/1.1 2'],
    ['in the middle of its answer’s headers', 'HTTP/1.1 201 Created\r\nLocation: htt'],
  ])('closes the connection %s, is asked again for the same push', async (_where, said) => {
    const user = newUser();
    const browser = service.browser();
    const target = await subscribe(user, browser);
    respond = (_push, { socket }) => {
      respond = answer(201);
      socket?.end(said);
    };
    const { id } = await mention(user);
    const [delivery] = (await finished(id)).deliveries;
    expect(delivery).toMatchObject({ subscription_id: target, status: 'delivered', error: null });
    const [first, second, ...more] = service.told(browser);
    expect(first).toMatchObject({ title: 'Bob mentioned you' });
    expect([second, more]).toEqual([first, []]);
    const rows = await sql.rows('SELECT id, attempts FROM carillon.deliveries WHERE target_id = $1', [
      target,
    ]);
    expect(rows).toEqual([{ id: delivery?.id, attempts: 2 }]);
  });

  it('closes the connection in the middle of what it says beside its answer, has taken the push', async () => {
    const user = newUser();
    const browser = service.browser();
    await subscribe(user, browser);
    respond = (_push, { socket }) =>
      void socket?.end('HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\nta');
    const { deliveries } = await finished((await mention(user)).id);
    expect(deliveries).toMatchObject([{ status: 'delivered', error: null }]);
    expect(service.told(browser)).toHaveLength(1);
  });

  it('refuses the connection, fails', async () => {
    const user = newUser();
    await subscribe(user, failing('http://127.0.0.1:9/1'));
    expect((await finished((await mention(user)).id)).deliveries).toMatchObject([
      { status: 'failed', error: 'the connection was refused' },
    ]);
  });
});

describe('a test', () => {
  const test = async (userId: string) =>
    (await app.as(userId).post('/v1/me/test').send({ channel: 'push' }).expect(200)).body as object;

  it('is sent to each of the user’s browsers at once, and forgets those that are gone', async () => {
    const user = newUser();
    const browsers = [service.browser(), service.browser()] as const;
    const [kept, gone] = [await subscribe(user, browsers[0]), await subscribe(user, browsers[1])];
    respond = (push, response) => answer(push.browser === browsers[1] ? 410 : 201)(push, response);
    expect(await test(user)).toEqual({ channel: 'push', status: 'delivered' });
    expect(service.told(browsers[0])).toMatchObject([{ type: 'test', title: 'This is a test' }]);
    expect(await idsOf(user)).toEqual([kept]);
    expect(await idsOf(user)).not.toContain(gone);
  });

  it('says why nothing came', async () => {
    const user = newUser();
    expect(await test(user)).toEqual({
      channel: 'push',
      status: 'failed',
      error: 'no browser is subscribed',
    });
    await subscribe(user, service.browser());
    respond = answer(500);
    expect(await test(user)).toMatchObject({ status: 'failed', error: expect.stringContaining('500') });
  });
});

it('is not sent once it is a day old', async () => {
  const user = newUser();
  await subscribe(user, service.browser());
  respond = answer(401);
  const { id } = await mention(user);
  await until(id, ({ deliveries }) => deliveries[0]?.error !== null);
  await sql.rows(`UPDATE carillon.events SET created_at = created_at - interval '1 day' WHERE id = $1`, [id]);
  await sql.rows('UPDATE carillon.push_subscriptions SET paused_until = NULL WHERE user_id = $1', [user]);
  await sql.rows('UPDATE carillon.deliveries SET due_at = now() WHERE user_id = $1', [user]);
  const report = await until(id, ({ status }) => status === 'skipped');
  expect(report).toMatchObject({ reason: 'expired', deliveries: [{ reason: 'expired' }] });
});

it('is sent when its time comes, however old its event is by then', async () => {
  const user = newUser();
  await subscribe(user, service.browser());
  const { id } = await mention(user, { type: 'reminder' });
  await until(id, ({ deliveries }) => deliveries[0]?.status === 'waiting');
  await sql.rows(`UPDATE carillon.events SET created_at = created_at - interval '2 days' WHERE id = $1`, [
    id,
  ]);
  await sql.rows('UPDATE carillon.deliveries SET due_at = now() WHERE event_id = $1', [id]);
  const report = await until(
    id,
    ({ deliveries: [one] }) => !['waiting', 'queued'].includes(one?.status ?? ''),
  );
  expect(report.deliveries).toMatchObject([{ status: 'delivered' }]);
});
