import { writeFileSync } from 'node:fs';
import { HEAVY_USER, type Scale } from './database.js';
import { post } from './groups/notify.js';
import type { Request } from './load.js';
import { median } from './measure.js';
import { drawGrowth, type Line } from './growth-chart.js';
import { withWorld, type World } from './world.js';

/** A user has about a hundred notifications at each size, as somebody who uses an application has. */
const SCALES: Scale[] = [
  { users: 100, rows: 10_000 },
  { users: 10_000, rows: 1_000_000 },
  { users: 100_000, rows: 10_000_000 },
];

/** Requests of one turn, and turns of which the median counts. */
const REQUESTS = 1_500;
const TURNS = 5;
const WARM_UP = 4_000;
const TURN_MS = 60_000;

interface Operation {
  name: string;
  connections: number;
  requests: (world: World) => Promise<Request[]> | Request[];
}

const get =
  (path: string) =>
  (world: World): Request[] =>
    world.callers.map((user) => ({ method: 'GET', path, headers: world.as(user) }));

const OPERATIONS: Operation[] = [
  { name: 'list a page of 50', connections: 32, requests: get('/v1/notifications?limit=50') },
  { name: 'unread count', connections: 32, requests: get('/v1/notifications/unread-count') },
  {
    name: 'unread count of the heaviest user',
    connections: 32,
    requests: (world) => [
      { method: 'GET', path: '/v1/notifications/unread-count', headers: world.as(HEAVY_USER) },
    ],
  },
  { name: 'mark one read', connections: 16, requests: marks },
  {
    name: 'notify one',
    connections: 64,
    requests: (world) => world.callers.map((user) => post(world, [user])),
  },
];

/** What one operation costs at ten thousand, one million and ten million notifications: as a chart and as figures. */
export async function growth(chart: string, say: (what: string) => void): Promise<void> {
  const lines: Line[] = OPERATIONS.map(({ name }) => ({ name, points: [] }));
  for (const scale of SCALES) {
    await withWorld({ scale, say }, async (world) => {
      for (const [index, operation] of OPERATIONS.entries()) {
        const cost = await costOf(world, operation);
        say(`${operation.name}: ${cost.toFixed(0)} µs`);
        lines[index]?.points.push({ rows: scale.rows, cost });
      }
    });
  }
  writeFileSync(`${chart}.json`, `${JSON.stringify(lines, undefined, 2)}\n`);
  writeFileSync(`${chart}.svg`, drawGrowth(lines));
}

/** Marking needs two turns: one to mark each read, the next to mark it unread again. */
async function marks(world: World): Promise<Request[]> {
  const { rows } = await world.db.query<{ user_id: string; id: string }>(
    `SELECT user_id, id FROM carillon.notifications
     WHERE user_id = ANY($1) AND deleted_at IS NULL ORDER BY id DESC LIMIT $2`,
    [world.callers, REQUESTS],
  );
  return [true, false].flatMap((read) =>
    rows.map(({ user_id: user, id }) => ({
      method: 'PATCH',
      path: `/v1/notifications/${id}`,
      headers: { ...world.as(user), 'content-type': 'application/json' },
      body: JSON.stringify({ read }),
    })),
  );
}

/** Processor time of one operation in microseconds: in the server and in PostgreSQL, its background work included. */
async function costOf(world: World, operation: Operation): Promise<number> {
  const requests = await operation.requests(world);
  let next = 0;
  const turn = async (most: number): Promise<number> => {
    const before = world.cpu.read(world.server.pid);
    const result = await world.load.run({
      url: world.server.url,
      requests,
      first: next,
      connections: operation.connections,
      milliseconds: TURN_MS,
      most,
    });
    const after = world.cpu.read(world.server.pid);
    next = result.next;
    if (result.latencies.length === 0) throw new Error(JSON.stringify(result.errors));
    const used = after.program - before.program + after.database - before.database;
    return (used / result.latencies.length) * 1000;
  };
  await turn(WARM_UP);
  const costs: number[] = [];
  for (let count = 0; count < TURNS; count += 1) costs.push(await turn(REQUESTS));
  return median(costs);
}
