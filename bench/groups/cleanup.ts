import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Request } from '../load.js';
import { percentile } from '../measure.js';
import { built } from '../processes.js';
import type { Row } from '../result.js';
import type { World } from '../world.js';

/** Rows that have been in the trash for longer than 90 days. */
const EXPIRED = 1_000_000;
/** Readers beside the clean-up: a server that is busy, not one that is at its end. */
const CONNECTIONS = 4;
const USUAL_MS = 5_000;
/** It is watched to its end. On two quiet cores that is after half a minute, two thirds of which it rests. */
const LIMIT_MS = 90_000;
/** Lists are measured in slices, so that they end with the clean-up. */
const SLICE_MS = 1_000;

/** The clean-up of a million expired rows, and what lists take meanwhile. */
export async function cleanup(world: World): Promise<Row[]> {
  await addExpired(world);
  const usual = percentile(await listsWhile(world, within(USUAL_MS)), 99);
  const before = await expiredLeft(world);
  const child = spawn(process.execPath, [built('src/cli/main.js'), 'cleanup'], {
    env: { ...process.env, ...world.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const began = performance.now();
  let seconds = NaN;
  child.once('exit', () => (seconds = (performance.now() - began) / 1000));
  const inTime = within(LIMIT_MS);
  const latencies = await listsWhile(world, () => Number.isNaN(seconds) && inTime());
  child.kill('SIGTERM');
  await exited;
  const removed = before - (await expiredLeft(world));
  // What it did not come to would be scanned by whatever is measured next.
  await world.db.query('TRUNCATE carillon.inbox_log');
  const meanwhile = percentile(latencies, 99);
  const ratio = meanwhile / usual;
  const count = (value: number) => Math.round(value).toLocaleString('en');
  return [
    {
      group: 'clean-up',
      what: `list beside the clean-up of ${count(EXPIRED)} expired rows`,
      carillon: `p50 ${percentile(latencies, 50).toFixed(1)}, p99 ${meanwhile.toFixed(1)} ms; ${count(removed)} rows removed in ${seconds.toFixed(0)} s, ${count(removed / seconds)} a second`,
      floors: [{ name: 'its usual p99', figure: `${usual.toFixed(1)} ms`, ratio }],
      targets: [
        { text: '≤ 2 × its usual p99', met: ratio <= 2 },
        { text: 'all removed', met: removed === EXPIRED },
      ],
    },
  ];
}

async function addExpired({ db }: World): Promise<void> {
  await db.query(
    `INSERT INTO carillon.notifications (user_id, id, event_id, type, level, title, body, created_at, read_at, deleted_at)
     SELECT 'user_' || i / 100, carillon.uuid_v7(at), gen_random_uuid(), 'job_completed', 'success', 'An old one',
       'It has been in the trash for more than 90 days.', at, at, at + interval '1 day'
     FROM generate_series(0, $1::bigint - 1) i, LATERAL (SELECT now() - interval '120 days' + i * interval '1 second' AS at) t`,
    [EXPIRED],
  );
  await db.query('CHECKPOINT');
}

async function expiredLeft({ db }: World): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    `SELECT count(*) FROM carillon.notifications WHERE deleted_at < now() - interval '90 days'`,
  );
  return Number(rows[0]?.count);
}

/** Until so many milliseconds from now. */
function within(milliseconds: number): () => boolean {
  const end = performance.now() + milliseconds;
  return () => performance.now() < end;
}

/** What lists take, one slice after the other, in milliseconds. */
async function listsWhile(world: World, goesOn: () => boolean): Promise<number[]> {
  const requests = world.callers.map((user): Request => ({
    method: 'GET',
    path: '/v1/notifications?limit=50',
    headers: world.as(user),
  }));
  const latencies: number[][] = [];
  let first = 0;
  while (goesOn()) {
    const result = await world.load.run({
      url: world.server.url,
      requests,
      first,
      connections: CONNECTIONS,
      milliseconds: SLICE_MS,
      most: Infinity,
    });
    first = result.next;
    latencies.push(result.latencies);
  }
  return latencies.flat();
}
