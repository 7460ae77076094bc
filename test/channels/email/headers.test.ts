import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { OutgoingMail } from '../../../src/channels/email/mail-transport.js';
import { startMailServer, type MailServer } from './support/mail-server.js';
import { ORDER_SHIPPED, startMailWorld, type MailWorld } from './support/world.js';

/** Has to arrive. */
const SIGN_IN = {
  ...ORDER_SHIPPED,
  key: 'sign_in',
  description: 'A new sign-in',
  mutable: false,
  critical: true,
};

let server: MailServer;
let t: MailWorld;
beforeAll(async () => {
  server = await startMailServer();
  t = await startMailWorld(server.url, { types: [SIGN_IN] });
});
afterAll(async () => {
  await t.close();
  await server.stop();
});
beforeEach(() => void (server.mails.length = 0));

/** The mail that an event becomes for one user. */
async function mailTo(userId: string, event: Record<string, unknown> = {}) {
  await t.contact(userId, 'reader@example.com');
  await t.settled(await t.ship([userId], event));
  const { raw, mail } = server.mails.pop() ?? ({} as never);
  return { head: raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n'), raw, mail };
}

it('a mail is turned off by what stands in its header, on one line, whatever the id of the user is', async () => {
  const userId = '😀'.repeat(128);
  const { head, mail } = await mailTo(userId);
  const [, url = ''] =
    /^List-Unsubscribe: <(https:\/\/notify\.example\.com\/v1\/unsubscribe\/[\w.-]+)>$/m.exec(
      head.join('\n'),
    ) ?? [];
  expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(head).toContain(`List-Unsubscribe: <${url}>`);
  expect(url.length).toBeLessThan(950);
  expect(mail.text).toContain(`Unsubscribe: ${url}`);
  expect(mail.html).toContain(`href="${url}"`);

  await t.http.get(new URL(url).pathname).expect(200);
  expect(await t.settled(await t.ship([userId]))).toMatchObject([{ status: 'delivered' }]);
  await t.http.post(new URL(url).pathname).type('form').send('List-Unsubscribe=One-Click').expect(200);
  expect(await t.reports(await t.ship([userId]))).toMatchObject([{ status: 'muted', deliveries: [] }]);
});

it('a critical mail cannot be turned off, and says nothing of it in its header', async () => {
  const { raw } = await mailTo('anna', { type: SIGN_IN.key });
  expect(raw).not.toMatch(/List-Unsubscribe|\/unsubscribe\//);
  expect(raw).toMatch(/^List-Id: <sign_in\.example\.com>\r$/im);
});

it('a sender and a server whose names have other letters than ASCII are in its header by their ASCII names', async () => {
  const world = await startMailWorld(undefined, {
    production: false,
    publicUrl: 'https://notify.müller.example',
    email: { from: 'Müller <shop@müller.example>' },
  });
  try {
    await world.contact('anna', 'anna@example.com');
    await world.settled(await world.ship(['anna'], { collapse_key: 'order 17' }));
    const { body } = await world.http.get('/demo/mails').expect(200);
    const [{ headers, messageId, references }] = (body as { mails: [OutgoingMail] }).mails;
    expect(headers).toMatchObject({
      'List-Id': '<order.shipped.xn--mller-kva.example>',
      'List-Unsubscribe': expect.stringMatching(
        /^<https:\/\/notify\.xn--mller-kva\.example\/v1\/unsubscribe\//,
      ),
    });
    for (const id of [messageId, references]) expect(id).toMatch(/@xn--mller-kva\.example>$/);
  } finally {
    await world.close();
  }
});

it('mails about one thing are a thread', async () => {
  const about = (id: string) => mailTo('bea', { entity: { type: 'order', id } });
  const [one, same, other] = [await about('17'), await about('17'), await about('18')];
  expect(one.mail.references).toMatch(/^<thread\.[\w-]{43}@example\.com>$/);
  expect(one.mail.inReplyTo).toBe(one.mail.references);
  expect(same.mail.references).toBe(one.mail.references);
  expect(other.mail.references).not.toBe(one.mail.references);
  expect((await mailTo('bea')).mail.references).toBeUndefined();
});

it('a mail is far below where Gmail cuts it, and whole as text', async () => {
  const body = `${'😀"<\n'.repeat(2_499)}end`;
  const { raw, mail } = await mailTo('cleo', { body });
  expect(mail.text).toContain(body);
  const html = raw.slice(raw.indexOf('Content-Type: text/html'));
  expect(Buffer.byteLength(mail.html || '')).toBeLessThan(102_000);
  expect(html).not.toContain('<script');
});
