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

/** What the memory of the server is looked at after, and how often. */
const LOOK = { mails: 20_000, times: 5 };

/** A mail server, and a server of Carillon that sends there. */
interface Mailing {
  sink: Program;
  smtpUrl: string;
  /** One turn of the server. */
  send(count: number): Promise<Turn>;
}

/** Mails a second to a local mail server, against nodemailer alone. */
export function emails(world: World): Promise<Row[]> {
  return withMailing(world, async ({ sink, smtpUrl, send }) => {
    const client = await LoadGenerator.start<MailLoad>('bench/mail-loop.js');
    try {
      const pace = { count: MAILS, connections: CONNECTIONS };
      const turns = { bare: [] as Turn[], carillon: [] as Turn[] };
      for (let turn = 0; turn < WARM_UP; turn += 1) await send(MAILS);
      const mail = await optionsOf(await textOf(sink, '/mail'));
      const bare = () => loop(world, client, pace, { smtpUrl, mail });
      await bare();
      for (let round = 0; round < ROUNDS; round += 1) {
        turns.bare.push(await bare());
        turns.carillon.push(await send(MAILS));
      }
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
      ];
    } finally {
      client.stop();
    }
  });
}

/** What the server holds while it sends a hundred thousand mails, one turn after the other. */
export function emailsMemory(world: World): Promise<Row[]> {
  return withMailing(world, async ({ send }) => {
    await send(MAILS);
    const held = [memoryOf(world.server.pid)];
    for (let time = 0; time < LOOK.times; time += 1) {
      await send(LOOK.mails);
      held.push(memoryOf(world.server.pid));
    }
    const [before = NaN, ...after] = held.map(megabytes);
    return [
      {
        group: 'emails',
        what: `memory of the server process while it sends ${inWords(LOOK.mails * LOOK.times)} e-mails`,
        carillon: `${before}; after each ${inWords(LOOK.mails)} ${after.join(', ')}`,
        floors: [],
        targets: [],
      },
    ];
  });
}

function inWords(count: number): string {
  return count.toLocaleString('en');
}

/** Of a group alone: a server without a mail server of its own would catch what others send. */
async function withMailing(world: World, work: (mailing: Mailing) => Promise<Row[]>): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  try {
    const smtpUrl = await textOf(sink, '/smtp');
    await world.restartServer({
      SMTP_URL: smtpUrl,
      EMAIL_FROM: 'Carillon <carillon@example.com>',
      PUBLIC_URL: 'https://carillon.example.com',
      EMAIL_CONNECTIONS: String(CONNECTIONS),
      // More than it can send: what is measured is not the limit.
      EMAIL_PER_SECOND: '10000',
    });
    const users = Array.from({ length: RECIPIENTS }, (_, index) => `mailed_${index}`);
    await addContacts(world, users);
    await turnOn(world, users, 'email');
    return await work({
      sink,
      smtpUrl,
      send: (count) => deliver(world, sink, { channel: 'email', users, count }),
    });
  } finally {
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
