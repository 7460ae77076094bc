import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startMailServer, type MailServer } from './support/mail-server.js';
import { startMailWorld, type MailWorld } from './support/world.js';

let server: MailServer;
let t: MailWorld;
beforeAll(async () => {
  server = await startMailServer();
  t = await startMailWorld(server.url, { deliveries: { retrySchedule: [0, 0] } });
});
afterAll(async () => {
  await t.close();
  await server.stop();
});
beforeEach(() => {
  server.mails.length = 0;
  server.recipients.clear();
});

const LATER = { code: 450, text: '4.2.0 later' };

/** Where the mails went that a server took. */
const addressees = () => server.mails.flatMap(({ to }) => to).toSorted();

describe('an event', () => {
  it('is a mail to the address of the user', async () => {
    await t.contact('anna', 'anna@example.com', 'Anna');
    const id = await t.ship(['anna']);
    const [delivery] = await t.settled(id);
    expect(delivery).toMatchObject({ status: 'delivered', reason: null, error: null });
    expect(server.mails).toHaveLength(1);
    const [{ from, to, mail } = {} as never] = server.mails;
    expect([from, to]).toEqual(['shop@example.com', ['anna@example.com']]);
    expect(mail.from?.value).toEqual([{ name: 'Shop', address: 'shop@example.com' }]);
    expect(mail.to).toMatchObject({ value: [{ name: 'Anna', address: 'anna@example.com' }] });
    expect(mail.subject).toBe('Your order is on its way');
    expect(mail.text).toContain('https://notify.example.com/orders/7');
    expect(mail.html).toContain('href="https://notify.example.com/orders/7"');
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    const user = Buffer.from('anna').toString('base64url');
    expect(mail.messageId?.replace(/\.[\w-]{43}@/, '@')).toBe(`<${delivery?.id}.${user}@example.com>`);
  });

  it('goes to the address that the user has when it is sent', async () => {
    await t.contact('bea', 'bea@old.example');
    server.recipients.set('bea@old.example', async () => {
      await t.contact('bea', 'bea@new.example');
      return LATER;
    });
    expect(await t.settled(await t.ship(['bea']))).toMatchObject([{ status: 'delivered' }]);
    expect(addressees()).toEqual(['bea@new.example']);
  });

  it('is two mails to two users who have one address', async () => {
    await t.contact('carl', 'us@example.com');
    await t.contact('cora', 'US@example.com');
    await t.settled(await t.ship(['carl', 'cora']));
    expect(addressees()).toEqual(['US@example.com', 'us@example.com']);
  });

  it('is skipped for who has no address, and for who has turned these mails off since', async () => {
    expect(await t.settled(await t.ship(['nobody']))).toMatchObject([
      { status: 'skipped', reason: 'no_address' },
    ]);
    await t.contact('dora', 'dora@example.com');
    const turn = (on: boolean) =>
      t
        .as('dora')
        .patch('/v1/preferences')
        .send({ types: { 'order.shipped': { email: on } } })
        .expect(200);
    server.recipients.set('dora@example.com', async () => {
      await turn(false);
      return LATER;
    });
    expect(await t.settled(await t.ship(['dora']))).toMatchObject([{ status: 'skipped', reason: 'muted' }]);
    // What was off when the event came stays unsent.
    const muted = await t.ship(['dora']);
    await turn(true);
    expect(await t.reports(muted)).toMatchObject([{ status: 'muted', deliveries: [] }]);
    expect(addressees()).toEqual([]);
  });
});

describe('what users and producers write', () => {
  it.each([
    ['a line break', 'Hello\r\nBcc: all@example.com\r\n\r\nbody'],
    ['a line break of another kind', 'Hello\u2028Bcc: all@example.com\u0085\nX-Own: 1'],
    ['markup', '<script>alert(1)</script> & "more" <img src=x>'],
    ['right to left, and joined signs', 'שלום 👩‍👩‍👧‍👦 \u202Eabc\u202C é e\u0301 \u{1F1E6}\u{1F1F9}'],
    ['more than a line', 'word '.repeat(60).trim()],
  ])('stays text: %s', async (_what, text) => {
    await t.contact('eve', 'eve@example.com');
    // A host's own names are not checked.
    await t.sql.rows(`UPDATE carillon.contacts SET name = $1 WHERE user_id = 'eve'`, [text]);
    await t.settled(await t.ship(['eve'], { title: text.slice(0, 200), body: text }));
    const [{ raw, mail, to } = {} as never] = server.mails;
    expect(to).toEqual(['eve@example.com']);
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    const names = head.split('\r\n').flatMap((line) => /^([A-Za-z-]+):/.exec(line)?.[1]?.toLowerCase() ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('bcc');
    expect(names).not.toContain('x-own');
    expect(head.split('\r\n').every((line) => line.length <= 998)).toBe(true);
    expect(mail.to).toMatchObject({ value: [{ address: 'eve@example.com' }] });
    expect(mail.html).not.toMatch(/<script|<img/);
  });
});

describe('a mailbox', () => {
  it('that is full is tried again', async () => {
    await t.contact('fred', 'fred@example.com');
    server.recipients.set('fred@example.com', { code: 452, text: '4.2.2 mailbox full' });
    const id = await t.ship(['fred']);
    expect(await t.settled(id)).toMatchObject([
      { status: 'failed', error: 'the mail server answered 452 4.2.2 mailbox full' },
    ]);
    const [row] = await t.sql.rows(
      `SELECT attempts, response_status FROM carillon.deliveries WHERE event_id = $1 AND channel = 'email'`,
      [id],
    );
    expect(row).toEqual({ attempts: 3, response_status: 452 });
  });

  it('that is gone is left alone until the address changes', async () => {
    await t.contact('gerd', 'gerd@example.com');
    await t.contact('gina', 'gina@example.com');
    server.recipients.set('gerd@example.com', { code: 550, text: '5.1.1 <gerd@example.com> no such user' });
    expect(await t.settled(await t.ship(['gerd', 'gina']))).toMatchObject([
      { status: 'failed', error: 'the mail server answered 550 5.1.1 <…@…> no such user' },
      { status: 'delivered' },
    ]);
    server.recipients.clear();
    expect(await t.settled(await t.ship(['gerd']))).toMatchObject([
      { status: 'skipped', reason: 'suppressed' },
    ]);
    await t.contact('gerd', 'GERD@example.com');
    expect(await t.settled(await t.ship(['gerd']))).toMatchObject([{ reason: 'suppressed' }]);
    await t.contact('gerd', 'gerd@other.example');
    expect(await t.settled(await t.ship(['gerd']))).toMatchObject([{ status: 'delivered' }]);
    const rows = await t.sql.rows(`SELECT s::text AS row FROM carillon.email_suppressions s`);
    expect(JSON.stringify(rows)).not.toContain('example.com');
  });

  it('whose server refuses by a policy is tried anew with the next event', async () => {
    await t.contact('hans', 'hans@example.com');
    server.recipients.set('hans@example.com', { code: 550, text: '5.7.1 blocked' });
    expect(await t.settled(await t.ship(['hans']))).toMatchObject([{ status: 'failed' }]);
    server.recipients.clear();
    expect(await t.settled(await t.ship(['hans']))).toMatchObject([{ status: 'delivered' }]);
  });
});
