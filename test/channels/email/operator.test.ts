import { afterEach, expect, it } from '@jest/globals';
import { answer, FakeTarget } from '../../outbound/support/targets.js';
import {
  answering,
  startBadServer,
  startMailServer,
  type BadServer,
  type MailServer,
} from './support/mail-server.js';
import { ORDER_SHIPPED, startMailWorld, type MailWorld } from './support/world.js';

let server: MailServer | undefined;
let bad: BadServer | undefined;
let t: MailWorld | undefined;
afterEach(async () => {
  await t?.close();
  await server?.stop();
  await bad?.stop();
  server = undefined;
  bad = undefined;
});

it('a password that is refused fails no mail: health says it, and what waited is sent after it is mended', async () => {
  let right = false;
  server = await startMailServer({
    onAuth: (_auth, _session, callback) =>
      right
        ? callback(null, { user: 'me' })
        : callback(Object.assign(new Error('5.7.8 wrong'), { responseCode: 535 })),
    allowInsecureAuth: true,
    authOptional: false,
  });
  t = await startMailWorld(server.url.replace('//', '//me:hunter2@'), { deliveries: { retrySchedule: [] } });
  await t.contact('anna', 'anna@example.com');
  const id = await t.ship(['anna']);
  const health = async () =>
    (await (t as MailWorld).http.get('/health').expect(200)).body as { channels: object };
  while (Object.keys((await health()).channels).length === 0)
    await new Promise((done) => setTimeout(done, 20));
  expect(await health()).toEqual({
    status: 'ok',
    channels: { email: { status: 'paused', reason: 'the mail server answered 535 5.7.8 wrong' } },
  });
  const [report] = await t.reports(id);
  expect(report?.deliveries).toMatchObject([{ status: 'queued' }]);
  // A test is an attempt of its own, and says the same.
  const { body } = await t.as('anna').post('/v1/me/test').send({ channel: 'email' }).expect(200);
  expect(body).toEqual({
    channel: 'email',
    status: 'failed',
    error: 'the mail server answered 535 5.7.8 wrong',
  });
  right = true;
  await t.as('anna').post('/v1/me/test').send({ channel: 'email' }).expect(200);
  expect(server.mails[0]?.mail.subject).toBe('This is a test');
});

it('what was never set up is unavailable in production, and caught in development', async () => {
  t = await startMailWorld(undefined, { production: true, publicUrl: undefined, email: { from: undefined } });
  const { body } = await t.as('anna').get('/v1/notification-types').expect(200);
  expect((body as { channels: object[] }).channels).toContainEqual({
    key: 'email',
    label: 'By e-mail',
    available: false,
    reason: 'set SMTP_URL (email.smtpUrl), EMAIL_FROM (email.from), PUBLIC_URL (publicUrl)',
  });
  await t.contact('anna', 'anna@example.com');
  expect(await t.reports(await t.ship(['anna']))).toEqual([
    { status: 'unavailable', reason: null, rule: 'default', deliveries: [] },
  ]);
  const refused = await t.as('anna').post('/v1/me/test').send({ channel: 'email' }).expect(400);
  expect(JSON.stringify(refused.body)).toContain('set SMTP_URL');
  await t.as('anna').post('/v1/me/test').send({ channel: 'in_app' }).expect(400);
  await t.as('anna').post('/v1/me/test').send({ channel: 'pigeon' }).expect(400);
  await t.close();

  t = await startMailWorld(undefined, {
    production: false,
    publicUrl: undefined,
    email: { from: undefined },
  });
  await t.contact('anna', 'anna@example.com', 'Anna');
  expect(await t.settled(await t.ship(['anna']))).toMatchObject([{ status: 'delivered' }]);
  const caught = await t.http.get('/demo/mails').expect(200);
  expect((caught.body as { mails: object[] }).mails).toMatchObject([
    {
      from: 'Carillon <carillon@localhost>',
      to: { name: 'Anna', address: 'anna@example.com' },
      subject: 'Your order is on its way',
      headers: { 'Auto-Submitted': 'auto-generated' },
      html: expect.stringContaining('Your order is on its way'),
      text: expect.stringContaining('Your order is on its way'),
    },
  ]);
});

it('a server that hangs with ten thousand mails due delays no webhook, and no end of the process', async () => {
  bad = await startBadServer(answering({ END: null }));
  const target = await FakeTarget.start(answer(200));
  t = await startMailWorld(bad.url, {
    webhooks: { allowNetworks: ['127.0.0.0/8'] },
    types: [{ ...ORDER_SHIPPED, key: 'order.paid', webhookEvent: 'order.paid', channels: { email: false } }],
  });
  const users = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
  for (let at = 0; at < users.length; at += 1_000) {
    const some = users.slice(at, at + 1_000).map((id) => ({ id, email: `${id}@example.com` }));
    await t.producer.put('/v1/users').send({ users: some }).expect(200);
  }
  await t
    .as('anna')
    .post('/v1/webhooks')
    .send({ name: 'mine', kind: 'generic', url: target.url, events: '*' })
    .expect(201);
  await t.ship(users);
  while (bad.connections() < 1) await new Promise((done) => setTimeout(done, 20));
  for (let sent = 1; sent <= 20; sent += 1) {
    await t.post({ type: 'order.paid', user_ids: ['anna'], title: 'Paid' });
    await target.waitFor(sent);
  }
  const [open] = await t.sql.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM carillon.deliveries WHERE channel = 'email' AND status = 'pending'`,
  );
  expect(open).toEqual({ count: 10_000 });
  await target.stop();
});
