import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sentMail } from '../../../src/channels/email/feedback.js';
import { startMailServer, type MailServer } from './support/mail-server.js';
import { ORDER_SHIPPED, startMailWorld, type MailWorld } from './support/world.js';

const ID = '01a226b3-d59b-7000-8000-03bbe8793fb5';
/** A hash of an address. */
const ADDRESS = 'A'.repeat(43);

/** What comes within an hour is one mail. */
const SUMMED_UP = {
  ...ORDER_SHIPPED,
  key: 'summed_up',
  channels: { email: { default: true, digest: '1h' } },
};

let server: MailServer;
let t: MailWorld;
beforeAll(async () => {
  server = await startMailServer();
  t = await startMailWorld(server.url, { types: [SUMMED_UP] });
});
afterAll(async () => {
  await t.close();
  await server.stop();
});

/** A mail to a user, that the server took. */
async function mailTo(userId: string): Promise<{ eventId: string; messageId: string }> {
  const eventId = await t.ship([userId]);
  await t.settled(eventId);
  return { eventId, messageId: server.mails.at(-1)?.mail.messageId ?? '' };
}

const feedback = (body: object, status = 200) =>
  t.producer.post('/v1/email/feedback').send(body).expect(status);

it('a mail that came back for good has failed, and the address is left alone', async () => {
  await t.contact('anna/ä', 'anna@example.com');
  const { eventId, messageId } = await mailTo('anna/ä');
  for (const id of [messageId, messageId.slice(1, -1)]) {
    const { body } = await feedback({ message_id: id, kind: 'bounce', permanent: true });
    expect(body).toEqual({ suppressed: true });
  }
  expect(await t.reports(eventId)).toMatchObject([
    { deliveries: [{ status: 'failed', error: 'the mail came back' }] },
  ]);
  expect(await t.settled(await t.ship(['anna/ä']))).toMatchObject([{ reason: 'suppressed' }]);
});

it('a mail of several that came back has failed for all of them', async () => {
  await t.contact('alma', 'alma@example.com');
  const ids = await Promise.all([1, 2, 3].map(() => t.ship(['alma'], { type: SUMMED_UP.key })));
  const statuses = async () =>
    (await Promise.all(ids.map((id) => t.reports(id)))).flat().map(({ deliveries }) => deliveries[0]?.status);
  const all = async (wanted: string) => {
    while ((await statuses()).some((status) => status !== wanted));
  };
  await all('waiting');
  await t.sql.rows(
    `UPDATE carillon.deliveries SET due_at = now() WHERE user_id = 'alma' AND due_at IS NOT NULL`,
  );
  await all('delivered');
  const { subject, messageId = '' } = server.mails.at(-1)?.mail ?? {};
  expect(subject).toBe('3 notifications from Carillon');
  await feedback({ message_id: messageId, kind: 'bounce', permanent: true });
  expect(await statuses()).toEqual(['failed', 'failed', 'failed']);
});

it('one that came back for now has failed, and the next is sent', async () => {
  await t.contact('ben', 'ben@example.com');
  const { messageId } = await mailTo('ben');
  const { body } = await feedback({ message_id: messageId, kind: 'bounce', permanent: false });
  expect(body).toEqual({ suppressed: false });
  expect(await t.settled(await t.ship(['ben']))).toMatchObject([{ status: 'delivered' }]);
});

it('a complaint is heeded for the user who made it, not for another of the same address', async () => {
  await t.contact('carl', 'us@example.com');
  await t.contact('cora', 'us@example.com');
  const { eventId, messageId } = await mailTo('carl');
  await feedback({ message_id: messageId, kind: 'complaint', permanent: false });
  expect(await t.reports(eventId)).toMatchObject([{ deliveries: [{ status: 'delivered' }] }]);
  expect(await t.settled(await t.ship(['carl', 'cora']))).toMatchObject([
    { status: 'skipped', reason: 'suppressed' },
    { status: 'delivered' },
  ]);
});

it('what comes back late is of the address that it went to, and not of the one that the user has by then', async () => {
  await t.contact('dora', 'dora@old.example');
  const { eventId, messageId } = await mailTo('dora');
  await t.contact('dora', 'dora@new.example');
  await feedback({ message_id: messageId, kind: 'bounce', permanent: true });
  expect(await t.reports(eventId)).toMatchObject([{ deliveries: [{ status: 'failed' }] }]);
  expect(await t.settled(await t.ship(['dora']))).toMatchObject([{ status: 'delivered' }]);
  await t.contact('dora', 'dora@old.example');
  expect(await t.settled(await t.ship(['dora']))).toMatchObject([{ reason: 'suppressed' }]);
});

it('is refused for a mail that was not sent here, and every wrong place is named', async () => {
  for (const message_id of [
    `<${ID}.${Buffer.from('anna').toString('base64url')}.${ADDRESS}@example.com>`,
    'x@y',
    '<>',
  ])
    await feedback({ message_id, kind: 'bounce', permanent: true }, 404);
  const { body } = await feedback({ message_id: '', kind: 'late', permanent: 'yes', more: 1 }, 400);
  const paths = (body as { errors: { path: string }[] }).errors.map(({ path }) => path);
  expect(paths.toSorted()).toEqual(['kind', 'message_id', 'more', 'permanent']);
  await t.as('anna').post('/v1/email/feedback').send({}).expect(403);
});

it.each([
  [`<${ID}.YW5uYQ.${ADDRESS}@example.com>`, { id: ID, userId: 'anna', hash: Buffer.alloc(32) }],
  [`${ID.toUpperCase()}.YW5uYQ.${ADDRESS}@example.com`, { id: ID, userId: 'anna', hash: Buffer.alloc(32) }],
  [`<${ID}.YW5uYQ@example.com>`, undefined],
  [`<${ID}.${ADDRESS}@example.com>`, undefined],
  [`<${ID}.YW5uYQ.${ADDRESS}A@example.com>`, undefined],
  [`<${ID}.AA.${ADDRESS}@example.com>`, undefined],
  [`<thread.YW5uYQ.${ADDRESS}@example.com>`, undefined],
  ['', undefined],
])('%j is read as %j', (messageId, read) => {
  expect(sentMail(messageId)).toEqual(read);
});
