import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startMailServer, type MailServer } from '../../channels/email/support/mail-server.js';
import { startMailWorld, type MailWorld } from '../../channels/email/support/world.js';

let server: MailServer;
let t: MailWorld;
beforeAll(async () => {
  server = await startMailServer();
  t = await startMailWorld(server.url, {
    types: [
      {
        key: 'comment',
        description: 'A comment',
        level: 'info',
        channels: { email: true },
        webhookEvent: null,
        mutable: true,
      },
    ],
  });
});
afterAll(async () => {
  await t.close();
  await server.stop();
});

it('a user who wants mails daily gets one of all types, at the time and in the zone that were set', async () => {
  await t.contact('anna', 'anna@example.com', 'Anna');
  const anna = t.as('anna');
  await anna.patch('/v1/me').send({ time_zone: 'Asia/Kathmandu', digest_at: '07:15' }).expect(200);
  const types = { 'order.shipped': { email_frequency: 'daily' }, comment: { email_frequency: 'daily' } };
  await anna.patch('/v1/preferences').send({ types }).expect(200);
  const ids = [
    await t.ship(['anna']),
    await t.ship(['anna'], { type: 'comment', title: 'Ben has answered' }),
    await t.ship(['anna'], { type: 'comment', title: 'Cora has read it elsewhere' }),
  ];
  for (const id of ids) expect(await t.settled(id)).toMatchObject([{ status: 'waiting', reason: 'digest' }]);
  expect(await t.sql.rows('SELECT DISTINCT due_at::time::text AS at FROM carillon.deliveries')).toEqual([
    { at: '01:30:00' },
  ]);
  const { body } = await anna.get('/v1/notifications').expect(200);
  const [newest] = (body as { notifications: { id: string }[] }).notifications;
  await anna.patch(`/v1/notifications/${newest?.id}`).send({ read: true }).expect(200);
  expect(server.mails).toEqual([]);
  await t.sql.rows('UPDATE carillon.deliveries SET due_at = now()');
  const [mail] = await server.received(1);
  expect(mail?.mail.text).toContain('Your order is on its way');
  expect(mail?.mail.text).toContain('Ben has answered');
  expect(mail?.mail.text).not.toContain('Cora');
  const status = async (id: string) => (await t.settled(id))[0]?.status;
  while ((await status(ids[0] as string)) === 'waiting')
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await Promise.all(ids.map(status))).toEqual(['delivered', 'delivered', 'skipped']);
  expect(server.mails).toHaveLength(1);
});

it('a user who wants them at once gets each, whatever the type says', async () => {
  await t.contact('ben', 'ben@example.com', 'Ben');
  const types = { comment: { email_frequency: 'instant' } };
  await t.as('ben').patch('/v1/preferences').send({ types }).expect(200);
  server.mails.length = 0;
  await t.ship(['ben'], { type: 'comment', title: 'One' });
  await t.ship(['ben'], { type: 'comment', title: 'Two' });
  const mails = await server.received(2);
  expect(new Set(mails.map(({ mail }) => mail.subject))).toEqual(new Set(['One', 'Two']));
});

it('a user who wants them at once from now on gets what was gathered, as one', async () => {
  await t.contact('cleo', 'cleo@example.com', 'Cleo');
  const set = (frequency: string) => {
    const types = {
      'order.shipped': { email_frequency: frequency },
      comment: { email_frequency: frequency },
    };
    return t.as('cleo').patch('/v1/preferences').send({ types }).expect(200);
  };
  await set('daily');
  server.mails.length = 0;
  const ids = [
    await t.ship(['cleo']),
    await t.ship(['cleo'], { type: 'comment', title: 'Ben has answered' }),
  ];
  for (const id of ids) expect(await t.settled(id)).toMatchObject([{ status: 'waiting', reason: 'digest' }]);
  await set('instant');
  const [mail] = await server.received(1);
  expect(mail?.mail.text).toContain('Your order is on its way');
  expect(mail?.mail.text).toContain('Ben has answered');
});
