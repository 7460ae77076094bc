import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Channel } from '../../src/channels/channel.js';
import {
  SendingChannels,
  type Delivery,
  type SendResult,
  type Verdict,
} from '../../src/deliveries/sending-channel.js';
import { startApp, type TestApp } from '../support/app.js';
import { connect, type Sql } from '../support/sql.js';

let attempts: Delivery[] = [];
let answers: (SendResult | Error)[] = [];
let verdicts: Verdict[] = [];

/** Says that it is not set up. */
const TELEX: Channel = {
  key: 'telex',
  number: 9,
  label: 'Telex',
  unavailable: 'set TELEX_LINE',
  default: () => true,
  sending: { send: () => ({ status: 'delivered' }) },
};

/** Answers as it is told, and then that everything is delivered. */
const PAGER: Channel = {
  key: 'pager',
  number: 8,
  label: 'Pager',
  default: () => true,
  sending: {
    verdict: () => verdicts.shift() ?? { verdict: 'send' },
    send(delivery) {
      attempts.push(delivery);
      const answer = answers.shift() ?? { status: 'delivered' };
      if (answer instanceof Error) throw answer;
      return answer;
    },
  },
};

let app: TestApp;
let sql: Sql;

beforeAll(async () => {
  app = await startApp({ channels: [PAGER, TELEX], deliveries: { retrySchedule: [0, 0] } });
  sql = await connect(app.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});
beforeEach(() => {
  attempts = [];
  answers = [];
  verdicts = [];
});

const event = (userIds: string[]) => ({
  type: 'job_failed',
  user_ids: userIds,
  title: 'It failed',
  data: { job: 7 },
});

interface Report {
  status: string;
  deliveries: { id: string; status: string; reason: string | null; error: string | null }[];
}

async function reportsOf(id: string): Promise<Report[]> {
  const { body } = await app.producer.get(`/v1/events/${id}`).expect(200);
  return (body as { recipients: { pager: Report }[] }).recipients.map(({ pager }) => pager);
}

/** Waits until nothing of an event is queued or waits. @returns what its report says of its first recipient's delivery */
async function settled(id: string): Promise<Report['deliveries'][0] | undefined> {
  for (;;) {
    const deliveries = (await reportsOf(id)).flatMap((report) => report.deliveries);
    if (deliveries.every(({ status }) => status !== 'queued' && status !== 'waiting')) return deliveries[0];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it('gets what happened, for whom, and the id of the copy in the inbox', async () => {
  const shown = { actions: [{ id: 'retry', label: 'Try again' }], image: null, actor: { name: 'Bob' } };
  const { id } = await app.post({ ...event(['anna']), ...shown });
  const delivery = await settled(id);
  expect(delivery).toMatchObject({ status: 'delivered', reason: null });
  const { body } = await app.as('anna').get('/v1/notifications').expect(200);
  const [notification] = (body as { notifications: { id: string }[] }).notifications;
  expect(attempts).toEqual([
    {
      id: delivery?.id,
      userId: 'anna',
      targetId: '00000000-0000-8000-8000-000000000008',
      event: 'job_failed',
      notificationId: notification?.id,
      notification: expect.objectContaining({
        type: 'job_failed',
        title: 'It failed',
        data: '{"job": 7}',
        ...shown,
      }),
      attempts: 0,
      waited: false,
      target: undefined,
    },
  ]);
});

it('is not asked to send what has expired since', async () => {
  verdicts = [{ verdict: 'deferred', until: new Date(Date.now() + 500) }];
  const expiresAt = new Date(Date.now() + 400).toISOString();
  const { id } = await app.post({ ...event(['late']), expires_at: expiresAt });
  expect(await settled(id)).toMatchObject({ status: 'skipped', reason: 'expired' });
  expect(attempts).toEqual([]);
});

it('is asked again by the schedule when it throws or says so, and no more after the last time', async () => {
  answers = [new Error('no'), { status: 'retry', error: 'busy' }];
  expect(await settled((await app.post(event(['ben']))).id)).toMatchObject({ status: 'delivered' });
  expect(attempts.map(({ id, attempts: made }) => [id === attempts[0]?.id, made])).toEqual([
    [true, 0],
    [true, 1],
    [true, 2],
  ]);
  answers = Array.from({ length: 3 }, () => new Error('no'));
  expect(await settled((await app.post(event(['ben']))).id)).toMatchObject({ status: 'failed' });
  expect(attempts).toHaveLength(6);
});

it('fails one for good without a word about the others', async () => {
  answers = [{ status: 'failed', error: 'no such number' }];
  const { id } = await app.post(event(['carl', 'cora']));
  await settled(id);
  const statuses = (await reportsOf(id)).map(({ deliveries }) => deliveries[0]?.status);
  expect(statuses.toSorted()).toEqual(['delivered', 'failed']);
});

it('may skip a delivery, with a reason that is reported', async () => {
  verdicts = [{ verdict: 'skipped', reason: 'read' }];
  const { id } = await app.post(event(['dora']));
  expect(await settled(id)).toMatchObject({ status: 'skipped', reason: 'read' });
  expect(attempts).toEqual([]);
});

it('may put a delivery off, which is not an attempt', async () => {
  const until = new Date(Date.now() + 1_500);
  verdicts = [{ verdict: 'deferred', until }];
  const { id } = await app.post(event(['emil']));
  expect(await settled(id)).toMatchObject({ status: 'delivered' });
  expect(attempts).toHaveLength(1);
  expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
  const [row] = await sql.rows<{ attempts: number }>(
    'SELECT attempts FROM carillon.deliveries WHERE event_id = $1',
    [id],
  );
  expect(row).toEqual({ attempts: 1 });
});

it('says in the same word that a delivery waits', async () => {
  verdicts = [{ verdict: 'deferred', until: new Date(Date.now() + 3_600_000) }];
  const { id } = await app.post(event(['fay']));
  for (let status = 'queued'; status !== 'waiting';) {
    status = (await reportsOf(id))[0]?.deliveries[0]?.status ?? '';
  }
  expect(attempts).toEqual([]);
});

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const paused = () => app.app.get(SendingChannels, { strict: false }).paused;

it('may say that its operator has to act: nothing fails, and everything of it waits', async () => {
  const held: SendResult = { status: 'held', error: 'the password is refused', pauseMs: 1_500 };
  // More than the schedule has attempts.
  answers = Array.from({ length: 4 }, () => ({ ...held, pauseMs: 100 }));
  answers.push(held);
  const { id } = await app.post(event(['hal', 'hedy']));
  while (attempts.length < 5) await wait(20);
  const lastAt = Date.now();
  expect(paused()).toEqual({ pager: { status: 'paused', reason: 'the password is refused' } });
  const errors = async () => (await reportsOf(id)).map(({ deliveries: [one] }) => [one?.status, one?.error]);
  while ((await errors()).some(([, error]) => error === null)) await wait(20);
  expect(await errors()).toEqual([
    ['queued', 'the password is refused'],
    ['queued', 'the password is refused'],
  ]);
  const later = await app.post(event(['hugo']));
  expect(await settled(later.id)).toMatchObject({ status: 'delivered', error: null });
  expect(await settled(id)).toMatchObject({ status: 'delivered', error: null });
  expect(Date.now() - lastAt).toBeGreaterThanOrEqual(1_500);
  expect(attempts.slice(5).map(({ attempts: made }) => made)).toEqual([0, 0, 0]);
  expect(paused()).toEqual({});
});

it('may ask for a pause of everything of it', async () => {
  answers = [{ status: 'retry', pauseMs: 1_500 }];
  const { id } = await app.post(event(['ida']));
  while (attempts.length < 1) await wait(20);
  const pausedAt = Date.now();
  await settled((await app.post(event(['ivo']))).id);
  expect(Date.now() - pausedAt).toBeGreaterThanOrEqual(1_500);
  expect(await settled(id)).toMatchObject({ status: 'delivered' });
});

it('may be unavailable: it is shown with its reason, and nothing comes by it, whatever users set', async () => {
  const { body } = await app.as('jan').get('/v1/notification-types').expect(200);
  const { channels } = body as { channels: { key: string }[] };
  expect(channels.slice(-2)).toEqual([
    { key: 'pager', label: 'Pager', available: true },
    { key: 'telex', label: 'Telex', available: false, reason: 'set TELEX_LINE' },
  ]);
  await app
    .as('jan')
    .patch('/v1/preferences')
    .send({ channels: { telex: true } })
    .expect(200);
  const { id } = await app.post(event(['jan', 'june']));
  await settled(id);
  const { body: report } = await app.producer.get(`/v1/events/${id}`).expect(200);
  const { recipients } = report as { recipients: { telex: object }[] };
  expect(recipients.map(({ telex }) => telex)).toEqual([
    { status: 'unavailable', reason: null, rule: 'default', deliveries: [] },
    { status: 'unavailable', reason: null, rule: 'default', deliveries: [] },
  ]);
  expect(await sql.rows(`SELECT FROM carillon.deliveries WHERE channel = 'telex'`)).toEqual([]);
});

it('leaves alone what another process has a channel for', async () => {
  await sql.rows(
    `INSERT INTO carillon.deliveries (user_id, id, target_id, channel, event_id, event, created_at, next_attempt_at)
     SELECT 'gil', carillon.uuid_v7(now()), '00000000-0000-8000-8000-000000000009', 'fax', id, 'job_failed', now(), now()
     FROM carillon.events LIMIT 1`,
  );
  expect(await settled((await app.post(event(['gil']))).id)).toMatchObject({ status: 'delivered' });
  const [row] = await sql.rows(`SELECT status, leased_by FROM carillon.deliveries WHERE channel = 'fax'`);
  expect(row).toEqual({ status: 'pending', leased_by: null });
});
