import { setTimeout as sleep } from 'node:timers/promises';
import { post } from './groups/notify.js';
import type { LoadGenerator, Pace } from './load.js';
import { median, percentile, type Figure } from './measure.js';
import type { Program } from './processes.js';
import type { World } from './world.js';

/** A turn that has not ended by then has failed: 20,000 mails take a slow machine more than a minute. */
const LIMIT_MS = 240_000;

/** One turn: the processor time is that of all that it sent. */
export interface Turn {
  perSecond: number;
  /** Of each attempt, from its beginning to its answer, in milliseconds. */
  latencies: number[];
  cpu: Figure['cpu'];
}

/** What one turn of the server sends. */
export interface Deliveries {
  channel: string;
  /** Of the event; left out: {@link post}'s own. */
  type?: string;
  /** They have waited for each other: each user's are sent as one. */
  gathered?: boolean;
  /** Each has one target of this channel. */
  users: string[];
  /** Users to whom as much is sent, of whom nothing arrives. */
  hanging?: string[];
  count: number;
}

/**
 * Deliveries a second, from the first that arrives to the last. An event is sent, and once that has arrived, its deliveries
 * are written straight into the queue again, as many as it takes: making them by events would take time of the same process.
 */
export async function deliver(
  world: World,
  sink: Program,
  { channel, type, gathered = false, users, hanging = [], count }: Deliveries,
): Promise<Turn> {
  const { path, headers, body } = post(world, [...users, ...hanging], type);
  const response = await fetch(world.server.url + path, { method: 'POST', headers, body });
  if (response.status !== 201) throw new Error(await response.text());
  const { event } = (await response.json()) as { event: { id: string } };
  await attemptsOf(world, event.id, users, users.length);
  await fetch(`${sink.url}/reset`, { method: 'POST' });
  await world.db.query(
    `INSERT INTO carillon.deliveries (user_id, id, channel, target_id, event_id, notification_id, event, created_at,
       status, next_attempt_at, due_at, gather, reason)
     SELECT d.user_id, carillon.uuid_v7(d.created_at), d.channel, d.target_id, d.event_id, d.notification_id, d.event, d.created_at,
       CASE WHEN $4 THEN 'waiting' ELSE 'pending' END, CASE WHEN NOT $4 THEN now() END,
       CASE WHEN $4 THEN now() END, CASE WHEN $4 THEN '' END, CASE WHEN $4 THEN 'digest' END
     FROM generate_series(1, $2), carillon.deliveries d WHERE d.event_id = $1 AND d.channel = $3`,
    [event.id, count / users.length, channel, gathered],
  );
  const messages = gathered ? users.length : count;
  const before = world.cpu.read(world.server.pid);
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const { received, milliseconds } = (await (await fetch(`${sink.url}/stats`)).json()) as {
      received: number;
      milliseconds: number;
    };
    if (received >= messages) {
      const { program, database } = world.cpu.read(world.server.pid);
      return {
        perSecond: (count / milliseconds) * 1000,
        latencies: await attemptsOf(world, event.id, users, messages),
        cpu: { program: program - before.program, database: database - before.database },
      };
    }
    if (performance.now() > deadline) throw new Error(`${received} of ${count} deliveries arrived`);
    await sleep(50);
  }
}

/** Waits until the last answers are written down: what the log of attempts says is read after the measurement. */
async function attemptsOf(world: World, eventId: string, users: string[], least: number): Promise<number[]> {
  const deadline = performance.now() + LIMIT_MS;
  for (;;) {
    const { rows } = await world.db.query<{ took: number }>(
      `SELECT d.duration_ms AS took FROM carillon.deliveries d
       WHERE d.event_id = $1 AND d.user_id = ANY($2) AND d.attempts = 1`,
      [eventId, users],
    );
    if (rows.length >= least) return rows.map(({ took }) => took);
    if (performance.now() > deadline) throw new Error(`${rows.length} of ${least} attempts are logged`);
    await sleep(200);
  }
}

/** One turn of a floor: a loop of a process of its own. */
export async function loop<Given>(
  world: World,
  client: LoadGenerator<Given & Pace>,
  { count, connections }: { count: number; connections: number },
  given: Given,
): Promise<Turn> {
  const before = world.cpu.read(client.pid);
  const result = await client.run({ ...given, first: 0, connections, milliseconds: LIMIT_MS, most: count });
  const [error] = Object.keys(result.errors);
  if (error !== undefined) throw new Error(`the loop failed: ${error}`);
  return {
    perSecond: (result.latencies.length / result.milliseconds) * 1000,
    latencies: result.latencies,
    cpu: { program: world.cpu.read(client.pid).program - before.program, database: 0 },
  };
}

/** The median, over the rounds, of how many times as many a second one sent as the other. */
export function ratioOf(turns: Turn[], floor: Turn[]): number {
  return median(turns.map(({ perSecond }, round) => perSecond / (floor[round] as Turn).perSecond));
}

/** @param count of what each turn sent */
export function figureOf(turns: Turn[], count: number): Figure {
  const latencies = turns.flatMap((turn) => turn.latencies);
  const each = (part: 'program' | 'database') => median(turns.map(({ cpu }) => cpu[part])) / count;
  return {
    perSecond: median(turns.map(({ perSecond }) => perSecond)),
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    cpu: { program: each('program'), database: each('database') },
  };
}
