import { createTransport } from 'nodemailer';
import type { EmailOptions } from '../../config/options.js';
import type { LaneLimits } from '../../deliveries/sending-channel.js';
import type { MailTransport, OutgoingMail } from './mail-transport.js';
import { judge, type EmailResult, type SmtpFailure } from './verdict.js';

/** How long each step of a mail may take, in milliseconds. */
export interface SmtpTimeouts {
  /** From the lookup of the name to the greeting, TLS included. */
  connectMs: number;
  /** Without a byte. */
  silenceMs: number;
  /** Of the whole attempt: a server that trickles its answers is never silent. */
  attemptMs: number;
}

/** A server that looks through a mail before it takes it may need a minute for that. */
const TIMEOUTS: SmtpTimeouts = { connectMs: 10_000, silenceMs: 60_000, attemptMs: 120_000 };

type SmtpOptions = Pick<EmailOptions, 'connections' | 'perSecond'> & { smtpUrl: string };

/** The connections of this process to the mail server. */
export class Smtp implements MailTransport {
  readonly limits: Partial<LaneLimits>;
  private readonly transport;

  constructor(
    { smtpUrl, connections, perSecond }: SmtpOptions,
    private readonly timeouts = TIMEOUTS,
  ) {
    this.limits = { concurrency: connections, perSecond };
    this.transport = createTransport({
      url: smtpUrl,
      pool: true,
      maxConnections: connections,
      dnsTimeout: timeouts.connectMs,
      connectionTimeout: timeouts.connectMs,
      greetingTimeout: timeouts.connectMs,
      socketTimeout: timeouts.silenceMs,
      // A host's own texts are texts, and no files or URLs to read.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send({ headers, from, ...mail }: OutgoingMail): Promise<EmailResult> {
    const attempt = new AbortController();
    const { attemptMs } = this.timeouts;
    const timer = setTimeout(() => attempt.abort(), attemptMs);
    try {
      // Prepared: what is folded is not what some servers' signatures are made of. No header has room for a line break.
      const prepared = Object.entries(headers).map(([key, value]) => ({
        key,
        value: { prepared: true, value },
      }));
      const { references } = mail;
      await this.transport.sendMail({
        ...mail,
        from: senderOf(from),
        headers: prepared,
        ...(references && { inReplyTo: references }),
        signal: attempt.signal,
      });
      return { status: 'delivered', error: null };
    } catch (error) {
      if (attempt.signal.aborted) return { status: 'retry', error: `not sent within ${attemptMs} ms` };
      return judge(error as SmtpFailure);
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.transport.close({ force: true });
  }
}

/** A name and an address: of a text nodemailer would make a group at a colon, and leave out what is in parentheses. */
function senderOf(from: string): { name: string; address: string } {
  const [, before = '', address = from] = /^(.*) <(.+)>$/.exec(from) ?? [];
  const quoted = /^"(.*)"$/.exec(before)?.[1];
  return { name: quoted?.replaceAll(/\\(.)/g, '$1') ?? before, address };
}
