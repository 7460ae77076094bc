import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { CERTIFICATE, KEY } from '../../../outbound/support/self-signed.js';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail that a server took. */
export interface ReceivedMail {
  from: string;
  to: string[];
  raw: string;
  mail: ParsedMail;
}

/** An answer that is no. */
export interface Refusal {
  code: number;
  text: string;
}

export interface MailServer {
  /** `smtp://127.0.0.1:PORT` */
  url: string;
  port: number;
  mails: ReceivedMail[];
  /** What it answers to recipients, by address, or asks first; others are taken. */
  recipients: Map<string, Refusal | (() => Promise<Refusal>)>;
  /** What it answers to the next mails' DATA, one after the other. */
  answers: Refusal[];
  /** Waits until it has taken so many mails. */
  received(count: number): Promise<ReceivedMail[]>;
  stop(): Promise<void>;
}

/** A real mail server on this machine, which keeps what it takes. */
export async function startMailServer(options: SMTPServerOptions = {}, at = 0): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const recipients: MailServer['recipients'] = new Map();
  const answers: Refusal[] = [];
  let arrived = (): void => undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    key: KEY,
    cert: CERTIFICATE,
    disableReverseLookup: true,
    onRcptTo({ address }, _session, callback) {
      const refusal = recipients.get(address);
      if (typeof refusal === 'function') void refusal().then((made) => callback(refused(made)));
      else callback(refused(refusal));
    },
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = refused(answers.shift());
        if (refusal) return callback(refusal);
        const raw = Buffer.concat(chunks).toString();
        void simpleParser(raw).then((mail) => {
          const from = envelope.mailFrom ? envelope.mailFrom.address : '';
          mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw, mail });
          callback();
          arrived();
        });
      });
    },
    // Connections that clients keep are not waited for: thirty seconds each time, unless said.
    closeTimeout: 100,
    ...options,
  });
  // Clients that leave without a word are this side's to expect.
  server.on('error', () => undefined);
  server.listen(at, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    recipients,
    answers,
    async received(count) {
      while (mails.length < count) await new Promise<void>((resolve) => (arrived = resolve));
      return mails;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function refused(refusal: Refusal | undefined): Error | null {
  if (!refusal) return null;
  return Object.assign(new Error(refusal.text), { responseCode: refusal.code });
}

export interface BadServer {
  url: string;
  /** How many connections it was given. */
  connections(): number;
  stop(): Promise<void>;
}

/** A server that does with each connection what it is told. */
export async function startBadServer(behave: (socket: Socket) => void): Promise<BadServer> {
  const open = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    connections: () => connections,
    async stop() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Answers each command by its first word as it is told, and else as a friendly server does; after DATA it reads the mail to
 * its end. `null` is no answer, a function does what it likes.
 */
export function answering(
  answers: Record<string, string | null | ((socket: Socket) => void)>,
): (socket: Socket) => void {
  const friendly: Record<string, string> = {
    CONNECT: '220 ready',
    EHLO: '250 here',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    END: '250 taken',
    RSET: '250 ok',
    QUIT: '221 bye',
  };
  return (socket) => {
    let inMail = false;
    const answer = (word: string): void => {
      const said = word in answers ? answers[word] : friendly[word];
      if (typeof said === 'function') said(socket);
      else if (said) socket.write(`${said}\r\n`);
      if (word === 'DATA' && typeof said === 'string') inMail = said.startsWith('354');
    };
    let rest = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      rest += chunk;
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!inMail) answer(line.split(/[ :]/)[0]?.toUpperCase() ?? '');
        else if (line === '.') {
          inMail = false;
          answer('END');
        }
      }
    });
    answer('CONNECT');
  };
}

/** A byte now and then, and never an end. */
export function trickle(text: string): (socket: Socket) => void {
  return (socket) => {
    let at = 0;
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 20);
    socket.on('close', () => clearInterval(timer));
  };
}
