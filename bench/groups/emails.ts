import { simpleParser } from 'mailparser';
import type { SendMailOptions } from 'nodemailer';
import { addContacts, turnOn } from '../contacts.js';
import { LoadGenerator } from '../load.js';
import type { MailLoad } from '../mail-loop.js';
import { megabytes, memoryOf, startProgram, type Program } from '../processes.js';
import { atLeast, type Row } from '../result.js';
import { deliver, figureOf, loop, ratioOf, type Turn } from '../turns.js';
import type { World } from '../world.js';

/** Users with an address each, so that a claim has as many contacts to find as mails. */
const RECIPIENTS = 1_000;
/** Mails of one turn. */
const MAILS = 4_000;
/** Of both: the server's pool and the loop's. */
const CONNECTIONS = 10;
const ROUNDS = 5;
/** Turns that are not measured. */
const WARM_UP = 2;

/** Mails a second to a local mail server, against nodemailer alone; then what the server holds after them. */
export async function emails(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  const smtpUrl = await textOf(sink, '/smtp');
  // Of this group alone: a server without a mail server of its own would catch what others send.
  await world.restartServer({
    SMTP_URL: smtpUrl,
    EMAIL_FROM: 'Carillon <carillon@example.com>',
    PUBLIC_URL: 'https://carillon.example.com',
    EMAIL_CONNECTIONS: String(CONNECTIONS),
    // More than it can send: what is measured is not the limit.
    EMAIL_PER_SECOND: '10000',
  });
  const client = await LoadGenerator.start<MailLoad>('bench/mail-loop.js');
  try {
    const users = Array.from({ length: RECIPIENTS }, (_, index) => `mailed_${index}`);
    await addContacts(world, users);
    await turnOn(world, users, 'email');
    const pace = { count: MAILS, connections: CONNECTIONS };
    const turns = { bare: [] as Turn[], carillon: [] as Turn[] };
    const send = () => deliver(world, sink, { channel: 'email', users, count: MAILS });
    for (let turn = 0; turn < WARM_UP; turn += 1) await send();
    const mail = await optionsOf(await textOf(sink, '/mail'));
    const bare = () => loop(world, client, pace, { smtpUrl, mail });
    await bare();
    const before = memoryOf(world.server.pid);
    for (let round = 0; round < ROUNDS; round += 1) {
      turns.bare.push(await bare());
      turns.carillon.push(await send());
    }
    const after = memoryOf(world.server.pid);
    const ratio = ratioOf(turns.carillon, turns.bare);
    return [
      {
        group: 'emails',
        what: 'e-mails to a local mail server',
        carillon: figureOf(turns.carillon, MAILS),
        floors: [{ name: "bare loop of nodemailer's pool", figure: figureOf(turns.bare, MAILS), ratio }],
        targets: [atLeast(ratio, 0.6, "bare loop of nodemailer's pool")],
        note: `${CONNECTIONS} connections each; p50 and p99 are of one attempt, Carillon's in whole milliseconds`,
      },
      {
        group: 'emails',
        what: 'memory of the server process, before and after as many e-mails',
        carillon: `${megabytes(before)}, after ${(ROUNDS * MAILS).toLocaleString('en')} more ${megabytes(after)}`,
        floors: [],
        targets: [],
      },
    ];
  } finally {
    client.stop();
    await world.db.query('DELETE FROM carillon.deliveries');
    await world.restartServer();
    await sink.stop();
  }
}

async function textOf(sink: Program, path: string): Promise<string> {
  return (await fetch(sink.url + path)).text();
}

/** What nodemailer makes of the options by itself. */
const MADE = new Set([
  'from',
  'to',
  'subject',
  'message-id',
  'references',
  'in-reply-to',
  'date',
  'mime-version',
]);

/** The mail that the server has sent, as it is given to nodemailer. */
async function optionsOf(source: string): Promise<SendMailOptions> {
  const { from, to, subject, text, html, messageId, references, inReplyTo, headerLines } =
    await simpleParser(source);
  const own = headerLines.filter(({ key }) => !MADE.has(key) && !key.startsWith('content-'));
  return {
    from: from?.text,
    to: [to].flat()[0]?.text,
    subject,
    text,
    html: html || undefined,
    messageId,
    references,
    inReplyTo,
    headers: own.map(({ key, line }) => ({ key, value: line.slice(line.indexOf(':') + 1).trim() })),
  };
}
