import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutgoingMail } from '../../../src/channels/email/mail-transport.js';
import { Smtp } from '../../../src/channels/email/smtp.js';
import {
  answering,
  startBadServer,
  startMailServer,
  trickle,
  type BadServer,
  type MailServer,
} from './support/mail-server.js';

/** For servers that hang; a busy machine is slow to greet, too. */
const QUICK = { connectMs: 1_500, silenceMs: 2_500, attemptMs: 4_000 };
const MAIL: OutgoingMail = {
  from: 'Shop <shop@example.com>',
  to: { name: 'Anna', address: 'anna@example.com' },
  subject: 'Größe “S” 🎉',
  html: '<p>Hello</p>',
  text: 'Hello',
  headers: {
    'Auto-Submitted': 'auto-generated',
    'List-Unsubscribe': `<https://example.com/${'u'.repeat(200)}>`,
  },
  messageId: '<id.user@example.com>',
};

let smtp: Smtp | undefined;
let bad: BadServer | undefined;
afterEach(async () => {
  smtp?.close();
  await bad?.stop();
  smtp = undefined;
  bad = undefined;
});

function senderTo(smtpUrl: string, connections = 2, timeouts?: typeof QUICK): Smtp {
  smtp = new Smtp({ smtpUrl, connections, perSecond: 100 }, timeouts);
  return smtp;
}

async function sendTo(behave: Parameters<typeof startBadServer>[0]) {
  bad = await startBadServer(behave);
  return senderTo(bad.url, 2, QUICK).send(MAIL);
}

describe('a server that works', () => {
  let server: MailServer;
  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.stop());

  it('gets the mail as it was made', async () => {
    expect(await senderTo(server.url).send(MAIL)).toEqual({ status: 'delivered', error: null });
    const [{ from, to, raw, mail }] = (await server.received(1)) as [MailServer['mails'][0]];
    expect([from, to]).toEqual(['shop@example.com', ['anna@example.com']]);
    expect(mail).toMatchObject({ subject: MAIL.subject, text: 'Hello', messageId: MAIL.messageId });
    // Not folded.
    expect(raw).toContain(`List-Unsubscribe: <https://example.com/${'u'.repeat(200)}>\r\n`);
  });

  it.each([
    ['Shop (EU) <shop@example.com>', 'Shop (EU)'],
    ['Shop: news, offers <shop@example.com>', 'Shop: news, offers'],
    ['Shop; Café <shop@example.com>', 'Shop; Café'],
    ['"Shop, Inc." <shop@example.com>', 'Shop, Inc.'],
    ['"The \\"best\\" shop" <shop@example.com>', 'The "best" shop'],
    [' <shop@example.com>', ''],
    ['shop@example.com', ''],
  ])('gets the sender by its name as the operator writes it: %s', async (from, name) => {
    await senderTo(server.url).send({ ...MAIL, from });
    const [{ mail }] = (await server.received(1)) as [MailServer['mails'][0]];
    expect(mail.from?.value).toEqual([{ name, address: 'shop@example.com' }]);
  });

  it('keeps its connections, no more than it may, and a refusal costs none', async () => {
    server.recipients.set('gone@example.com', { code: 550, text: '5.1.1 no such user' });
    const sender = senderTo(server.url);
    const to = (address: string) => sender.send({ ...MAIL, to: { name: '', address } });
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => to(index % 4 === 0 ? 'gone@example.com' : 'anna@example.com')),
    );
    expect(results.filter(({ noMailbox }) => noMailbox)).toHaveLength(10);
    expect(server.mails).toHaveLength(30);
  });

  it('may end connections that are idle: the next mail takes another', async () => {
    const sender = senderTo(server.url, 1);
    await sender.send(MAIL);
    await server.stop();
    server = await startMailServer({}, server.port);
    expect(await sender.send(MAIL)).toMatchObject({ status: 'delivered' });
  });
});

describe('a password', () => {
  it('that is refused holds the mail, and is repeated nowhere', async () => {
    const server = await startMailServer({
      onAuth: (_auth, _session, callback) =>
        callback(Object.assign(new Error('5.7.8 wrong'), { responseCode: 535 })),
      allowInsecureAuth: true,
      authOptional: false,
    });
    const result = await senderTo(server.url.replace('//', '//me:hunter2@')).send(MAIL);
    expect(result).toMatchObject({ status: 'held', responseStatus: 535, pauseMs: 60_000 });
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(await senderTo(server.url).send(MAIL)).toMatchObject({ status: 'held', responseStatus: 530 });
    await server.stop();
  });
});

it('a certificate that is not to be trusted holds the mail, unless it is said to be', async () => {
  const server = await startMailServer({ disabledCommands: [] });
  expect(await senderTo(server.url).send(MAIL)).toMatchObject({ status: 'held' });
  smtp?.close();
  expect(await senderTo(`${server.url}?tls.rejectUnauthorized=false`).send(MAIL)).toMatchObject({
    status: 'delivered',
  });
  await server.stop();
});

it.each<[string, Parameters<typeof answering>[0], string]>([
  ['says nothing', { CONNECT: null }, 'held'],
  ['trickles its greeting', { CONNECT: trickle('220-welcome\r\n') }, 'held'],
  ['refuses at once', { CONNECT: '554 5.7.1 go away' }, 'held'],
  ['closes at once', { CONNECT: (socket) => void socket.end() }, 'retry'],
  ['says nothing to EHLO', { EHLO: null }, 'retry'],
  ['trickles its extensions', { EHLO: trickle('250-X\r\n') }, 'retry'],
  ['says nothing to the recipient', { RCPT: null }, 'retry'],
  ['trickles its answer to the recipient', { RCPT: trickle('250-ok\r\n') }, 'retry'],
  ['closes before the mail', { DATA: (socket) => void socket.destroy() }, 'retry'],
  ['says nothing after the mail', { END: null }, 'retry'],
  ['trickles its last answer', { END: trickle('250-ok\r\n') }, 'retry'],
  ['closes after the mail', { END: (socket) => void socket.destroy() }, 'retry'],
  ['is busy', { MAIL: '421 4.3.2 too busy' }, 'retry'],
  ['answers nonsense', { CONNECT: 'HTTP/1.1 400 Bad Request' }, 'retry'],
])('a server that %s', async (_what, answers, status) => {
  expect(await sendTo(answering(answers))).toMatchObject({ status });
});

it('a server that closes in the middle of DATA gets the mail no second time in one attempt', async () => {
  const result = await sendTo((socket) => {
    answering({})(socket);
    socket.on('data', (chunk) => {
      if (String(chunk).includes('Subject')) socket.destroy();
    });
  });
  expect(result).toMatchObject({ status: 'retry' });
  expect(bad?.connections()).toBe(1);
});

it('one that hangs takes a connection from nothing else', async () => {
  let hanging = 0;
  bad = await startBadServer(
    answering({ END: (socket) => void ((hanging += 1) % 2 === 1 || socket.write('250 ok\r\n')) }),
  );
  const sender = senderTo(bad.url, 2, QUICK);
  const results = await Promise.all(Array.from({ length: 4 }, () => sender.send(MAIL)));
  expect(results.map(({ status }) => status).toSorted()).toEqual([
    'delivered',
    'delivered',
    'retry',
    'retry',
  ]);
});

it('ends at once, whatever is under way', async () => {
  bad = await startBadServer(answering({ END: null }));
  const sender = senderTo(bad.url, 2, QUICK);
  const result = sender.send(MAIL);
  while (bad.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  sender.close();
  expect(await result).toMatchObject({ status: 'retry' });
});
