import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { percentile } from '../measure.js';
import { built } from '../processes.js';
import type { Row } from '../result.js';
import type { World } from '../world.js';

/** Rows that have been in the trash for longer than 90 days. */
const EXPIRED = 1_000_000;
/** Readers beside the clean-up: a server that is busy, not one that is at its end. */
const CONNECTIONS = 4;
const USUAL_MS = 5_000;
/** The clean-up of a million takes minutes, because it rests; so long it is watched. */
const WATCH_MS = 15_000;

/** The clean-up of a million expired rows, and what lists take meanwhile. */
export async function cleanup(world: World): Promise<Row[]> {
  await addExpired(world);
  const usual = await listP99(world, USUAL_MS);
  const before = await expiredLeft(world);
  const child = spawn(process.execPath, [built('src/cli/main.js'), 'cleanup'], {
    env: { ...process.env, ...world.environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const began = performance.now();
  const meanwhile = await listP99(world, WATCH_MS);
  const removed = before - (await expiredLeft(world));
  const rate = (removed / (performance.now() - began)) * 1000;
  child.kill('SIGTERM');
  await exited;
  // What it did not come to would be scanned by whatever is measured next.
  await world.db.query('TRUNCATE carillon.inbox_log');
  const ratio = meanwhile / usual;
  return [
    {
      group: 'clean-up',
      what: `list beside the clean-up of ${EXPIRED.toLocaleString('en')} expired rows`,
      ours: `p99 ${meanwhile.toFixed(1)} ms, ${Math.round(rate).toLocaleString('en')} rows/s removed`,
      floors: [{ name: 'its usual p99', figure: `${usual.toFixed(1)} ms`, ratio }],
      targets: [{ text: '≤ 2 × its usual p99', met: ratio <= 2 && removed > 0 }],
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

async function listP99(world: World, milliseconds: number): Promise<number> {
  const { latencies } = await world.load.run({
    url: world.server.url,
    requests: world.callers.map((user) => ({
      method: 'GET',
      path: '/v1/notifications?limit=50',
      headers: world.as(user),
    })),
    first: 0,
    connections: CONNECTIONS,
    milliseconds,
    most: Infinity,
  });
  return percentile(latencies, 99);
}
