import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startMailServer, type MailServer } from '../channels/email/support/mail-server.js';
import { answer, hang, PushService, type Respond } from '../channels/push/support/push-service.js';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { asUser, postEvent, putContact } from './support/api.js';
import { Proxy } from './support/proxy.js';
import { sendingTo, Server } from './support/server.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
let mailServer: MailServer;
let pushService: PushService;
let respond: Respond;
/** Always there; the others are killed. */
let survivor: Server & { url: string };

beforeAll(async () => {
  mailServer = await startMailServer();
  pushService = await PushService.start((push, response) => respond(push, response));
  ({ database, sql, apiKey, survivor } = await startWorld(sendingTo(mailServer.url)));
});
afterAll(async () => {
  await endWorld({ database, sql, survivor });
  await mailServer.stop();
  await pushService.stop();
});

/** Between the process that is killed and its database, and between it and its mail server. */
let way: Proxy;
let mailWay: Proxy;
let victim: Server & { url: string };
beforeEach(async () => {
  respond = answer(201);
  way = await Proxy.start(database.url);
  mailWay = await Proxy.start(mailServer.url);
  victim = await Server.start({ DATABASE_URL: way.url, ...sendingTo(mailWay.url) });
  // It would take the work at once, and it is the victim that has to have it.
  survivor.child.kill('SIGSTOP');
});
afterEach(async () => {
  survivor.child.kill('SIGCONT');
  await victim.kill();
  await way.stop();
  await mailWay.stop();
});

/** Where the victim is killed, and what that means for the receiver. */
interface Step {
  step: string;
  /** Prepares the step. It is reached when what is returned ends. @param id of the delivery, once there is one */
  prepare: () => (delivery: () => Promise<Row>) => Promise<unknown>;
  /** How often the receiver gets it in all. */
  times: number;
  recorded?: boolean;
}

interface Row {
  id: string;
  status: string;
  leased: boolean | null;
}

async function deliveryOf(userId: string, channel: string): Promise<Row> {
  const [row] = await sql.rows<Row>(
    `SELECT id, status, lease_until > now() AS leased FROM carillon.deliveries WHERE user_id = $1 AND channel = $2`,
    [userId, channel],
  );
  if (!row) throw new Error(`${userId} has no ${channel}`);
  return row;
}

const brokenBy =
  (proxy: () => Proxy, text: string, fault: 'silent' | 'hold answers') => (): (() => Promise<unknown>) => {
    proxy().breakOn(text, fault);
    return () => proxy().broken(1);
  };

/** Steps that are the same for whatever is sent. */
const RECORDING: Step[] = [
  {
    step: 'while its outcome is being written down',
    prepare: brokenBy(() => way, 'deliveries.record', 'silent'),
    times: 2,
  },
  {
    step: 'after its outcome was written and before that is committed',
    prepare: brokenBy(() => way, 'deliveries.record', 'hold answers'),
    times: 2,
  },
  {
    step: 'after its outcome was recorded',
    prepare: () => (delivery) => until(async () => (await delivery()).status === 'delivered'),
    times: 1,
    recorded: true,
  },
];

/** Has the victim send, kills it at the step, and lets another process do the rest. @returns the delivery's id */
async function killAt({ prepare, recorded }: Step, userId: string, channel: string): Promise<string> {
  const reached = prepare();
  expect((await postEvent(victim.url, apiKey, `${channel} ${userId}`, [userId])).status).toBe(201);
  await reached(() => deliveryOf(userId, channel));
  await victim.kill();
  way.cut();
  mailWay.cut();
  respond = answer(201);
  await until(async () => {
    const { status, leased } = await deliveryOf(userId, channel);
    return recorded ? status === 'delivered' : status === 'pending' && leased;
  });
  // `steps.test.ts` waits for the end of a lease; here it is brought about.
  await sql.rows('UPDATE carillon.deliveries SET lease_until = now() WHERE lease_until IS NOT NULL');
  survivor.child.kill('SIGCONT');
  await until(async () => (await deliveryOf(userId, channel)).status === 'delivered');
  return (await deliveryOf(userId, channel)).id;
}

async function turnOn(userId: string, channel: string): Promise<void> {
  const types = { job_failed: { [channel]: true } };
  expect((await asUser(victim.url, userId, 'PATCH', '/v1/preferences', { types })).status).toBe(200);
}

describe('kill -9 of the server at a step of a mail', () => {
  it.each<Step>([
    {
      step: 'after it was claimed',
      prepare: brokenBy(() => way, 'deliveries.claim', 'hold answers'),
      times: 1,
    },
    { step: 'before DATA', prepare: brokenBy(() => mailWay, 'RCPT TO', 'silent'), times: 1 },
    { step: 'in the middle of DATA', prepare: brokenBy(() => mailWay, 'Subject:', 'silent'), times: 1 },
    {
      step: 'after DATA, before the answer',
      prepare: () => {
        const before = mailServer.mails.length;
        mailWay.breakOn('Subject:', 'hold answers');
        return () => mailServer.received(before + 1);
      },
      times: 2,
    },
    ...RECORDING,
  ])('$step: it arrives, $times times under one Message-ID', async (step) => {
    const userId = `mail ${step.step}`.replaceAll(/\W+/g, '-');
    const address = `${userId}@example.com`;
    await putContact(victim.url, apiKey, userId, { email: address });
    await turnOn(userId, 'email');
    const id = await killAt(step, userId, 'email');
    const ids = mailServer.mails.flatMap(({ to, mail }) => (to.includes(address) ? mail.messageId : []));
    expect(ids).toEqual(Array(step.times).fill(ids[0]));
    expect(ids[0]).toContain(`<${id}.${Buffer.from(userId).toString('base64url')}.`);
  });
});

describe('kill -9 of the server at a step of a push', () => {
  it.each<Step>([
    {
      step: 'after it was claimed, before its request',
      prepare: brokenBy(() => way, 'push.load', 'silent'),
      times: 1,
    },
    {
      step: 'after its request, before the answer',
      prepare: () => {
        const before = pushService.received.length;
        respond = hang;
        return () => until(() => pushService.received.length > before);
      },
      times: 2,
    },
    ...RECORDING,
  ])('$step: it arrives, $times times under one id', async (step) => {
    const userId = `push ${step.step}`;
    const browser = pushService.browser();
    const { subscription } = browser;
    const { status } = await asUser(victim.url, userId, 'POST', '/v1/push/subscriptions', { subscription });
    expect(status).toBe(201);
    await turnOn(userId, 'push');
    await killAt(step, userId, 'push');
    const [row] = await sql.rows<{ id: string }>('SELECT id FROM carillon.notifications WHERE user_id = $1', [
      userId,
    ]);
    const told = pushService.told(browser).map(({ id, tag }) => ({ id, tag }));
    expect(told).toEqual(Array(step.times).fill({ id: row?.id, tag: row?.id }));
  });
});
