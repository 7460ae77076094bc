import { race } from '../measure.js';
import { startProgram } from '../processes.js';
import type { Request } from '../load.js';
import { atLeast, type Row } from '../result.js';
import type { World } from '../world.js';

/** Users who are only ever notified: what arrives here changes nothing for the readers. */
const recipient = (number: number): string => `recipient_${number}`;

/** Of the speed of a plain insert, by the callers at once. */
const LEAST: Record<number, number> = { 1: 0.55, 64: 1 };

/** One recipient an event, with 1, 16 and 64 callers at once. */
export async function notifyOne(world: World): Promise<Row[]> {
  const requests = Array.from({ length: 2_000 }, (_, index) => post(world, [recipient(index)]));
  const rows: Row[] = [];
  for (const callers of [1, 16, 64]) {
    const { figures, ratio, errors } = await race(world, {
      contestants: { plain: world.plain, carillon: world.server },
      requests,
      connections: callers,
      milliseconds: 1_000,
      rounds: 8,
    });
    rows.push({
      group: 'notify',
      what: `notify one, ${callers} caller${callers > 1 ? 's' : ''}`,
      carillon: figures.carillon,
      floors: [{ name: 'one-row INSERT', figure: figures.plain, ratio: ratio('carillon', 'plain') }],
      targets:
        callers in LEAST
          ? [atLeast(ratio('carillon', 'plain'), LEAST[callers] as number, 'one-row INSERT')]
          : [],
      ...(errors.length > 0 && { note: errors.join('; ') }),
    });
  }
  return rows;
}

/** The same beside two further channels: what each of them adds to the one statement. */
export async function notifyWithFiveChannels(world: World): Promise<Row[]> {
  const requests = Array.from({ length: 2_000 }, (_, index) => post(world, [recipient(index)]));
  const three = await startProgram('bench/host.js', ['fastify'], world.environment);
  const five = await startProgram('bench/host.js', ['fastify', '2'], world.environment);
  try {
    const { figures, ratio, errors } = await race(world, {
      contestants: { three, carillon: five },
      requests,
      connections: 16,
      milliseconds: 1_000,
      rounds: 8,
    });
    return [
      {
        group: 'notify',
        what: 'notify one, 16 callers, with five channels',
        carillon: figures.carillon,
        floors: [{ name: 'with three', figure: figures.three, ratio: ratio('carillon', 'three') }],
        targets: [atLeast(ratio('carillon', 'three'), 0.95, 'with three')],
        ...(errors.length > 0 && { note: errors.join('; ') }),
      },
    ];
  } finally {
    await Promise.all([three.stop(), five.stop()]);
  }
}

/** Many recipients in one event, one event after the other. */
export async function notifyMany(world: World): Promise<Row[]> {
  const rows: Row[] = [];
  for (const recipients of [1_000, 10_000]) {
    const users = Array.from({ length: recipients }, (_, index) => recipient(index));
    const { figures, ratio, errors } = await race(world, {
      contestants: { plain: world.plain, carillon: world.server },
      requests: [post(world, users)],
      connections: 1,
      // As many events for each as fit into a turn, so that a slow one is not compared by halves.
      milliseconds: 10_000,
      most: 10_000 / recipients,
      warmUp: 20_000 / recipients,
      // A checkpoint or an autovacuum falls upon a single event or not: its time varies twofold.
      rounds: 15,
    });
    rows.push({
      group: 'notify',
      what: `notify ${recipients.toLocaleString('en')} recipients, one event after the other`,
      carillon: figures.carillon,
      floors: [{ name: 'INSERT … unnest', figure: figures.plain, ratio: ratio('carillon', 'plain') }],
      targets: recipients === 10_000 ? [atLeast(ratio('carillon', 'plain'), 0.6, 'INSERT … unnest')] : [],
      ...(errors.length > 0 && { note: errors.join('; ') }),
    });
  }
  return rows;
}

export function post(world: World, users: string[], type = 'job_completed'): Request {
  return {
    method: 'POST',
    path: '/v1/events',
    headers: { 'x-api-key': world.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({
      type,
      user_ids: users,
      title: 'The nightly import of customer data has ended',
      body: 'It took 214 seconds and read 18,240 rows, of which 12 were left out. The report names each of them.',
      link: '/jobs/4711',
      data: { job: 4711, rows: 18240, skipped: 12 },
    }),
  };
}
