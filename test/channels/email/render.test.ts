import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { EmailSending } from '../../../src/channels/email/email.sending.js';
import type { EmailMessage, EmailTexts } from '../../../src/config/options.js';
import { NotificationService } from '../../../src/dispatcher/notification.service.js';
import { hostOptions, startHost, type Platform } from '../../http/support/host.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startMailServer, type MailServer } from './support/mail-server.js';
import { digestItem } from './support/mails.js';
import { ORDER_SHIPPED } from './support/world.js';

const CONTACT = { name: 'Anna', locale: 'de', timeZone: 'Europe/Berlin' };

describe.each<Platform>(['express', 'fastify'])('the own mails of a host on %s', (platform) => {
  let database: TestDatabase;
  let server: MailServer;
  let host: INestApplication;
  let messages: EmailMessage[];
  let render: (message: EmailMessage) => EmailTexts | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    server = await startMailServer();
    host = await startHost(platform, {
      ...hostOptions(database.url),
      types: [ORDER_SHIPPED],
      publicUrl: 'https://notify.example.com',
      deliveries: { retrySchedule: [0] },
      recipients: {
        find: (ids) => ids.map((userId) => ({ userId, email: `${userId}@example.com`, ...CONTACT })),
      },
      email: {
        smtpUrl: server.url,
        from: 'Shop <shop@example.com>',
        render: (message) => {
          messages.push(message);
          return Promise.resolve(render(message));
        },
      },
    });
  });
  afterAll(async () => {
    await host.close();
    await server.stop();
    await database.drop();
  });
  beforeEach(() => {
    messages = [];
    server.mails.length = 0;
    render = ({ title }) => ({ subject: `Own: ${title}`, html: `<h1>${title}</h1>`, text: title });
  });

  async function notify(title: string): Promise<void> {
    const notifications = host.get(NotificationService, { strict: false });
    const event = { type: ORDER_SHIPPED.key, userIds: ['anna'], title, link: '/orders/7', data: { n: 1 } };
    await notifications.notify(event);
    await server.received(1);
  }

  it('are sent as they are, to where the host says, with the headers of all mails', async () => {
    await notify('It is on its way');
    expect(messages).toEqual([
      expect.objectContaining({
        ...CONTACT,
        userId: 'anna',
        type: ORDER_SHIPPED.key,
        level: 'success',
        title: 'It is on its way',
        body: null,
        link: '/orders/7',
        data: '{"n": 1}',
        createdAt: expect.any(Date),
        digest: null,
        unsubscribeUrl: expect.stringMatching(/^https:\/\/notify\.example\.com\/.*unsubscribe\/[\w.-]+$/),
      }),
    ]);
    const [{ raw, mail, to } = {} as never] = server.mails;
    expect(to).toEqual(['anna@example.com']);
    expect([mail.subject, mail.html, mail.text]).toEqual([
      'Own: It is on its way',
      '<h1>It is on its way</h1>',
      'It is on its way',
    ]);
    expect(raw).toContain(`List-Unsubscribe: <${messages[0]?.unsubscribeUrl}>\r\n`);
  });

  it('are made anew when making one has failed', async () => {
    const failing = [new Error('no template')];
    render = ({ title }) => {
      const error = failing.pop();
      if (error) throw error;
      return { subject: title, html: title, text: title };
    };
    await notify('Twice');
    expect(messages).toHaveLength(2);
    expect(server.mails).toHaveLength(1);
  });

  it("are Carillon's where the host makes none", async () => {
    render = () => undefined;
    await notify('As usual');
    expect(server.mails[0]?.mail.html).toContain('>As usual</h1>');
  });

  it('may be of several', async () => {
    const several = () => {
      const items = [digestItem(0, { type: ORDER_SHIPPED.key }), digestItem(9, { title: 'An older one' })];
      const { notification, ...item } = items[0] as (typeof items)[number];
      return { ...item, notification, digest: { total: 7, items } };
    };
    const sending = host.get(EmailSending, { strict: false });
    const contact = {
      ...CONTACT,
      userId: 'anna',
      email: 'anna@example.com',
      teamIds: [],
      hash: Buffer.alloc(32),
    };
    const delivery = {
      ...several(),
      id: '0195e1f0-0000-7000-8000-000000000001',
      userId: 'anna',
      targetId: '00000000-0000-8000-8000-000000000003',
      attempts: 0,
      target: { contact, suppressed: false },
    };
    render = ({ digest }) => {
      const text = digest?.items.map(({ title }) => title).join() ?? '';
      return { subject: `${digest?.total} of them`, html: text, text };
    };
    expect(await sending.send(delivery)).toMatchObject({ status: 'delivered' });
    render = () => undefined;
    expect(await sending.send(delivery)).toMatchObject({ status: 'delivered' });
    const [own, usual] = server.mails.map(({ mail }) => mail);
    expect([own?.subject, own?.text]).toEqual(['7 of them', 'The nightly import failed,An older one']);
    expect(usual?.subject).toBe('7 notifications from Carillon');
    expect(usual?.text).toContain('An older one');
    expect(usual?.text).toContain('Mo., 30. März, 10:00');
    expect(own?.headers.get('list')).toEqual(usual?.headers.get('list'));
    expect(own?.messageId).toBe(usual?.messageId);
  });
});
