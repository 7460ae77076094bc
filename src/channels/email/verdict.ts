import { excerpt } from '../../common/text.js';
import type { SendResult } from '../../deliveries/sending-channel.js';

/** Why nodemailer could not hand a mail over: an error of its own. */
export interface SmtpFailure {
  message: string;
  /** nodemailer's: `EAUTH`, `ETLS`, `ESOCKET` … */
  code?: string | undefined;
  /** The operating system's, or that of TLS: `ECONNREFUSED`, `CERT_HAS_EXPIRED` … */
  originalCode?: string | undefined;
  /** What was not in time. */
  timeoutType?: string | undefined;
  /** Which command the server refused: `MAIL FROM`, `RCPT TO`, `DATA` … */
  command?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
}

/** What became of an attempt to send a mail. */
export interface EmailResult extends SendResult {
  /** The mailbox does not exist: nothing more goes there until the address changes. */
  noMailbox?: boolean;
}

/** Servers lock accounts out that come with a wrong password again and again. */
const REFUSED_PAUSE_MS = 60_000;

/** A server that is not reached may be restarting. */
const UNREACHED_PAUSE_MS = 10_000;

/** A server that closes its service (421) has too much to do, or is about to stop. */
const BUSY_PAUSE_MS = 30_000;

/** The server or the way to it failed in the middle: what else goes wrong with a socket is the same for every mail. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

/** Before a word was said of the mail. */
const UNREACHED = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT', 'UPGRADE_TIMEOUT']);

/** Of RFC 3463: no such mailbox, a null MX of its domain (RFC 7505), a disabled mailbox. */
const NO_MAILBOX = new Set(['5.1.1', '5.1.10', '5.2.1']);

/** What servers say that have no such code. */
const NO_MAILBOX_TEXT =
  /\b(no such|unknown|invalid) (local )?(user|mailbox|recipient|address)\b|\b(user|mailbox|recipient|address)\b.{0,30}\b(unknown|not exist|not found)\b/i;

/** What a failure means for its mail. Codes are those of RFC 5321 and RFC 3463. */
export function judge(failure: SmtpFailure): EmailResult {
  const { responseCode = 0 } = failure;
  const result = { error: described(failure), responseStatus: responseCode || null };
  const refusedLogIn = failure.code === 'EAUTH';
  if (!refusedLogIn && isNoAnswer(failure)) return { ...result, status: 'retry' };
  if (refusedLogIn || isRefusedAccess(failure))
    return { ...result, status: 'held', pauseMs: REFUSED_PAUSE_MS };
  if (responseCode === 421) return { ...result, status: 'retry', pauseMs: BUSY_PAUSE_MS };
  if (responseCode >= 500) {
    return { ...result, status: 'failed', noMailbox: hasNoMailbox(failure) };
  }
  if (responseCode >= 400) return { ...result, status: 'retry' };
  if (isUnreached(failure)) return { ...result, status: 'held', pauseMs: UNREACHED_PAUSE_MS };
  // What nodemailer refuses by itself, such as a mail that is larger than the server takes.
  const refused = failure.code === 'EMESSAGE' || failure.code === 'EENVELOPE';
  return { ...result, status: refused ? 'failed' : 'retry' };
}

/** Something was said that SMTP does not know: what stands in front of the mail server speaks, or it is out of step. */
function isNoAnswer({ responseCode = 0, response }: SmtpFailure): boolean {
  return response !== undefined && !(responseCode >= 400 && responseCode < 600);
}

/** It is refused for every mail and every recipient: a password, a sender, a right to relay. */
function isRefusedAccess({ responseCode = 0, command, response = '' }: SmtpFailure): boolean {
  if (responseCode === 530 || responseCode === 535) return true;
  if (responseCode < 500) return false;
  if (command === 'RCPT TO') return /\brelay/i.test(response) && !NO_MAILBOX.has(enhanced(response));
  // 552 and 555 are about the size of this mail, and what its address needs; 5.6 is about its content.
  const ofTheMail = responseCode === 552 || responseCode === 555 || enhanced(response).startsWith('5.6');
  return command !== 'DATA' && !ofTheMail;
}

function isUnreached({ code, originalCode, timeoutType }: SmtpFailure): boolean {
  if (code === 'EDNS' || code === 'ETLS') return true;
  if (timeoutType !== undefined) return UNREACHED.has(timeoutType);
  return code === 'ESOCKET' && originalCode !== undefined && !BROKEN.has(originalCode);
}

function hasNoMailbox({ responseCode, command, response = '' }: SmtpFailure): boolean {
  if (command !== 'RCPT TO') return false;
  const code = enhanced(response);
  return code === '' ? responseCode === 550 && NO_MAILBOX_TEXT.test(response) : NO_MAILBOX.has(code);
}

/** The enhanced status code of an answer, such as `5.1.1`; empty where it has none. */
function enhanced(response: string): string {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? '';
}

/** For people: servers repeat addresses, which are nowhere kept as text. */
function described({ message, response }: SmtpFailure): string {
  const said = response === undefined ? message : `the mail server answered ${response}`;
  return excerpt(said.replaceAll(/[\s\p{C}]+/gu, ' ').replaceAll(/[^\s<>"'(]*@[^\s<>"')]*/g, '…@…'), 200);
}
