import { describe, expect, it } from '@jest/globals';
import { judge, type SmtpFailure } from '../../../src/channels/email/verdict.js';

const answered = (command: string, response: string): SmtpFailure => ({
  message: `no: ${response}`,
  code: command === 'DATA' ? 'EMESSAGE' : 'EENVELOPE',
  command,
  response,
  responseCode: Number(response.slice(0, 3)),
});
const rcpt = (response: string) => answered('RCPT TO', response);

describe('the recipient', () => {
  it.each([
    ['a mailbox that is full', rcpt('452 4.2.2 mailbox full')],
    ['greylisting', rcpt('450 4.7.1 try again later')],
    ['an error of the server', rcpt('451 local error')],
    ['a busy server at the end', answered('DATA', '452 4.3.1 insufficient storage')],
  ])('is tried again: %s', (_what, failure) => {
    expect(judge(failure)).toMatchObject({ status: 'retry', responseStatus: failure.responseCode });
    expect(judge(failure).pauseMs).toBeUndefined();
  });

  it.each([
    ['a policy', rcpt('550 5.7.1 blocked by policy')],
    ['a full mailbox, for good', rcpt('552 5.2.2 over quota')],
    ['a mail that is too large', answered('MAIL FROM', '552 5.3.4 message too big')],
    ['an address that needs what the server has not', answered('MAIL FROM', '553 5.6.7 SMTPUTF8 needed')],
    ['content', answered('DATA', '554 5.7.1 spam')],
    ['a 550 that does not say why', rcpt('550 rejected')],
    ['a mailbox that was named at the end only', answered('DATA', '550 5.1.1 unknown')],
  ])('has failed: %s', (_what, failure) => {
    expect(judge(failure)).toMatchObject({ status: 'failed', noMailbox: false });
  });

  it.each([
    '550 5.1.1 <anna@example.com>: Recipient address rejected: User unknown',
    '550 5.1.10 null MX',
    '550 5.2.1 mailbox disabled',
    '550 No such user here',
    '550 anna@example.com user unknown',
    '550-5.1.1 The email account that you tried to reach does not exist.\n550 5.1.1 see our help',
    '550 mailbox not found',
  ])('is not there: %s', (response) => {
    expect(judge(rcpt(response))).toMatchObject({ status: 'failed', noMailbox: true });
  });
});

describe('the operator', () => {
  it.each<[string, SmtpFailure, number]>([
    ['a password', { message: 'Invalid login: 535 5.7.8 no', code: 'EAUTH', responseCode: 535 }, 60_000],
    ['no password at all', { message: 'Missing credentials for "PLAIN"', code: 'EAUTH' }, 60_000],
    ['a log-in that is refused for now', { message: 'no', code: 'EAUTH', responseCode: 454 }, 60_000],
    ['a server that wants a log-in', answered('MAIL FROM', '530 5.7.0 authentication required'), 60_000],
    ['one that wants it late', rcpt('530 5.7.0 authentication required'), 60_000],
    ['a sender', answered('MAIL FROM', '550 5.7.1 not your domain'), 60_000],
    ['relaying', rcpt('554 5.7.1 <anna@example.com>: Relay access denied'), 60_000],
    ['an address that is blocked', answered('CONN', '554 5.7.1 your address is listed'), 60_000],
    ['a name that nobody knows', { message: 'getaddrinfo ENOTFOUND mail', code: 'EDNS' }, 10_000],
    ['a port', { message: 'refused', code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 10_000],
    ['a route', { message: 'none', code: 'ESOCKET', originalCode: 'ENETUNREACH' }, 10_000],
    ['a certificate', { message: 'bad', code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 10_000],
    ['TLS', { message: 'bad', code: 'ETLS' }, 10_000],
    ['no connection', { message: 'late', code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT' }, 10_000],
    ['no greeting', { message: 'late', code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' }, 10_000],
  ])('has to act: %s', (_what, failure, pauseMs) => {
    expect(judge(failure)).toMatchObject({ status: 'held', pauseMs });
  });
});

describe('the server', () => {
  it.each<[string, SmtpFailure]>([
    ['closes in the middle', { message: 'closed', code: 'ECONNECTION', command: 'CONN' }],
    ['is cut off', { message: 'reset', code: 'ESOCKET', originalCode: 'ECONNRESET' }],
    ['falls silent', { message: 'Timeout', code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' }],
  ])('is tried again when it %s', (_what, failure) => {
    expect(judge(failure)).toMatchObject({ status: 'retry', responseStatus: null });
  });

  it.each(
    ['MAIL FROM', 'RCPT TO', 'DATA'].flatMap((command) =>
      ['999 what', 'HTTP/1.1 400 Bad Request', '250 ok of another command'].map((said) => [command, said]),
    ),
  )('is tried again when it does not speak SMTP: %s, %s', (command, said) => {
    expect(judge(answered(command as string, said as string)).status).toBe('retry');
  });

  it.each(['CONN', 'MAIL FROM', 'RCPT TO', 'DATA'])(
    'is left alone when it closes its service: %s',
    (command) => {
      expect(judge(answered(command, '421 4.3.2 too busy'))).toMatchObject({
        status: 'retry',
        pauseMs: 30_000,
      });
    },
  );
});

it('says what was answered, in one line without addresses', () => {
  const { error } = judge(
    rcpt('550-5.1.1 <anna+x@example.com> unknown\r\n550 5.1.1 ask (admin@example.com)'),
  );
  expect(error).toBe('the mail server answered 550-5.1.1 <…@…> unknown 550 5.1.1 ask (…@…)');
  expect(judge(rcpt(`550 ${'long '.repeat(200)}`)).error).toHaveLength(201);
});
