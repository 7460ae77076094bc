import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addContacts, turnOn } from '../contacts.js';
import { addEndpoints, removeEndpoints } from '../endpoints.js';
import { startProgram, type Program } from '../processes.js';
import { atLeast, type Row } from '../result.js';
import { deliver, figureOf, ratioOf, type Turn } from '../turns.js';
import type { World } from '../world.js';

/** As in the group of deliveries. */
const RECEIVERS = 200;
const DELIVERIES = 20_000;
const ROUNDS = 5;
const WARM_UP = 3;

/** Users with an address each, and mails of one turn: half of those in the group of e-mails, because there are three kinds. */
const RECIPIENTS = 500;
const MAILS = 2_000;

/** Of a type that asks for each delivery what has become of the user's copy, and what the user has set. */
const TIMED = {
  key: 'job_timed',
  description: 'When a job completes, unless the user has read it by then',
  webhook_event: 'job.timed',
  channels: { webhook: { default: true, unless: 'read' }, email: { default: true, unless: 'read' } },
};

/** Deliveries a second of a type with timing, against the same ones of a type without; then mails that users have times for. */
export async function timing(world: World): Promise<Row[]> {
  const sink = await startProgram('bench/sink.js');
  const typesFile = join(world.folder, 'types.json');
  writeFileSync(typesFile, JSON.stringify([TIMED]));
  await world.restartServer({
    NOTIFICATION_TYPES_FILE: typesFile,
    SMTP_URL: await (await fetch(`${sink.url}/smtp`)).text(),
    EMAIL_FROM: 'Carillon <carillon@example.com>',
    PUBLIC_URL: 'https://carillon.example.com',
    EMAIL_CONNECTIONS: '10',
    // More than it can send: what is measured is not the limit.
    EMAIL_PER_SECOND: '10000',
  });
  try {
    return [await webhooks(world, sink), ...(await mails(world, sink))];
  } finally {
    await removeEndpoints(world);
    await world.db.query('DELETE FROM carillon.deliveries');
    await world.restartServer();
    await sink.stop();
  }
}

async function webhooks(world: World, sink: Program): Promise<Row> {
  const users = Array.from({ length: RECEIVERS }, (_, index) => `timed_receiver_${index}`);
  await addEndpoints(world, users, [`${sink.url}/ok`]);
  const send = (type?: string) =>
    deliver(world, sink, { channel: 'webhook', type, users, count: DELIVERIES });
  const { without, carillon } = await inTurns({ without: () => send(), carillon: () => send(TIMED.key) });
  return against('webhook deliveries, unless the user has read it by then', carillon, without, DELIVERIES);
}

/** Both to users without times of their own, and to those with quiet hours that have not begun; then gathered. */
async function mails(world: World, sink: Program): Promise<Row[]> {
  const [plain, timed] = ['at_any_time', 'not_at_night'].map((name) =>
    Array.from({ length: RECIPIENTS }, (_, index) => `${name}_${index}`),
  ) as [string[], string[]];
  await addContacts(world, [...plain, ...timed]);
  await turnOn(world, [...plain, ...timed], 'email');
  const wall = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
  await world.db.query(
    `INSERT INTO carillon.user_settings (user_id, quiet_hours, digest_at, time_zone, updated_at)
     SELECT user_id, $2, '08:00', 'UTC', now() FROM unnest($1::text[]) AS user_id ON CONFLICT DO NOTHING`,
    [timed, JSON.stringify({ from: wall(10), to: wall(14) })],
  );
  const send = (users: string[], more: { type?: string; gathered?: boolean } = {}) =>
    deliver(world, sink, { channel: 'email', users, count: MAILS, ...more });
  const { without, checked, gathered } = await inTurns({
    without: () => send(plain),
    checked: () => send(timed, { type: TIMED.key }),
    gathered: () => send(timed, { gathered: true }),
  });
  const each = MAILS / RECIPIENTS;
  return [
    against(
      'e-mails, unless read, to users with quiet hours and a time for digests',
      checked,
      without,
      MAILS,
    ),
    against(`deliveries gathered into digests of ${each}, to the same users`, gathered, without, MAILS),
  ];
}

/** Turn by turn, so that what else happens on the machine hits all of them. */
async function inTurns<Name extends string>(
  contestants: Record<Name, () => Promise<Turn>>,
): Promise<Record<Name, Turn[]>> {
  const all = Object.entries(contestants) as [Name, () => Promise<Turn>][];
  const turns = Object.fromEntries(all.map(([name]) => [name, [] as Turn[]])) as Record<Name, Turn[]>;
  for (let turn = 0; turn < WARM_UP; turn += 1) for (const [, send] of all) await send();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, send] of all) turns[name].push(await send());
  return turns;
}

function against(what: string, carillon: Turn[], without: Turn[], count: number): Row {
  const ratio = ratioOf(carillon, without);
  return {
    group: 'deliveries',
    what,
    carillon: figureOf(carillon, count),
    floors: [{ name: 'without timing', figure: figureOf(without, count), ratio }],
    targets: [atLeast(ratio, 0.8, 'without timing')],
  };
}
