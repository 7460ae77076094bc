import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { addUsers, HEAVY_USER, type Scale } from './database.js';
import { drawGrowth, type Line, type Point } from './growth-chart.js';
import { post } from './groups/notify.js';
import type { Request } from './load.js';
import { median } from './measure.js';
import { withWorld, type World } from './world.js';

/** A user has ninety notifications at each size, as somebody who uses an application has. */
const SCALES: Scale[] = [
  { users: 100, rows: 10_000 },
  { users: 10_000, rows: 1_000_000 },
  { users: 100_000, rows: 10_000_000 },
];

/** Users who ask: as many as there are at the smallest size, so that it is the same work at each. */
const CALLERS = 100;
/** So many that their notifications do not stay in memory by themselves. */
const MANY_CALLERS = 2_000;

/** Requests of one turn, and turns of which the median counts. */
const REQUESTS = 1_500;
const TURNS = 5;
const WARM_UP = 4_000;
const TURN_MS = 60_000;
/** A changed setting reaches PostgreSQL's processes within milliseconds. */
const RELOAD_MS = 200;

const PAGE = 50;

/** What many are changed at once for: few of them, so that these users are a small part of the smallest size. */
const CHANGED_USERS = 200;
const CHANGED_EACH = 10;

const RECIPIENTS = 10_000;

interface Operation {
  name: string;
  connections: number;
  requests: (world: World) => Promise<Request[]> | Request[];
  /** Requests in one turn, where the usual number would be too many. */
  most?: number;
  /** The requests are work for one turn: every turn asks for new ones. */
  once?: true;
  /** What one request does so many of, where the cost of one is what counts. */
  parts?: number;
  /** The smallest size at which there is enough for it. */
  from?: number;
}

const get =
  (path: string, callers: number) =>
  (world: World): Request[] =>
    world.callers.slice(0, callers).map((user) => ({ method: 'GET', path, headers: world.as(user) }));

const OPERATIONS: Operation[] = [
  {
    name: `list a page of ${PAGE}`,
    connections: 32,
    requests: get(`/v1/notifications?limit=${PAGE}`, CALLERS),
  },
  {
    name: 'the same, 2,000 callers instead of 100',
    connections: 32,
    requests: get(`/v1/notifications?limit=${PAGE}`, MANY_CALLERS),
    from: 1_000_000,
  },
  { name: "the heaviest user's last page", connections: 32, requests: lastPage },
  { name: 'unread count', connections: 32, requests: get('/v1/notifications/unread-count', CALLERS) },
  {
    name: 'unread count of the heaviest user',
    connections: 32,
    requests: (world) => [
      { method: 'GET', path: '/v1/notifications/unread-count', headers: world.as(HEAVY_USER) },
    ],
  },
  { name: 'mark one read', connections: 16, requests: marks },
  {
    name: `mark all read, ${CHANGED_EACH} of them`,
    connections: 4,
    requests: (world) => changes(world, '/v1/notifications/mark-all-read', true),
    most: CHANGED_USERS,
    once: true,
  },
  {
    name: `delete all read, ${CHANGED_EACH} of them`,
    connections: 4,
    requests: (world) => changes(world, '/v1/notifications/delete-read', false),
    most: CHANGED_USERS,
    once: true,
  },
  {
    name: 'notify one',
    connections: 64,
    requests: (world) => world.callers.slice(0, CALLERS).map((user) => post(world, [user])),
  },
  // The last, because it makes many: a turn has thirty thousand.
  {
    name: 'notify 10,000, each of them',
    connections: 1,
    requests: (world) => [
      post(
        world,
        Array.from({ length: RECIPIENTS }, (_, number) => `one_of_many_${number}`),
      ),
    ],
    most: 3,
    parts: RECIPIENTS,
  },
];

/**
 * What one operation costs at ten thousand, one million and ten million notifications, and what PostgreSQL does for it:
 * as a chart and as figures.
 */
export async function growth(chart: string, say: (what: string) => void): Promise<void> {
  const lines: Line[] = OPERATIONS.map(({ name }) => ({ name, points: [] }));
  for (const scale of SCALES) {
    await withWorld({ scale, settings: STATEMENTS, say }, async (world) => {
      await world.db.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
      for (const [index, operation] of OPERATIONS.entries()) {
        if (scale.rows < (operation.from ?? 0)) continue;
        const point = await measure(world, operation);
        say(`${operation.name}: ${point.cost.toFixed(0)} µs`);
        lines[index]?.points.push(point);
      }
    });
  }
  writeFileSync(`${chart}.json`, `${JSON.stringify(lines, undefined, 2)}\n`);
  writeFileSync(`${chart}.svg`, drawGrowth(lines));
}

/** What statements touch is counted in a turn of its own: the counting must not be part of the cost. */
const STATEMENTS = { shared_preload_libraries: 'pg_stat_statements', 'pg_stat_statements.track': 'none' };

/** By its cursor, which is that of the page before it. */
async function lastPage({ db, as }: World): Promise<Request[]> {
  const { rows } = await db.query<{ id: string; at: Date }>(
    `SELECT id, created_at AS at FROM carillon.notifications
     WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id OFFSET $2 LIMIT 1`,
    [HEAVY_USER, PAGE],
  );
  const { id, at } = rows[0] as { id: string; at: Date };
  const cursor = encodeURIComponent(`${at.toISOString()}|${id}`);
  return [
    { method: 'GET', path: `/v1/notifications?limit=${PAGE}&cursor=${cursor}`, headers: as(HEAVY_USER) },
  ];
}

/** Marking needs two turns: one to mark each read, the next to mark it unread again. */
async function marks(world: World): Promise<Request[]> {
  const { rows } = await world.db.query<{ user_id: string; id: string }>(
    `SELECT user_id, id FROM carillon.notifications
     WHERE user_id = ANY($1) AND deleted_at IS NULL ORDER BY id DESC LIMIT $2`,
    [world.callers.slice(0, CALLERS), REQUESTS],
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

/** Each for the inbox of another user, who was made for it; those of the turn before are gone again. */
async function changes(world: World, path: string, unread: boolean): Promise<Request[]> {
  await world.db.query(`DELETE FROM carillon.notifications WHERE starts_with(user_id, 'once_')`);
  const users = Array.from({ length: CHANGED_USERS }, () => `once_${randomUUID()}`);
  await addUsers(world.db, users, CHANGED_EACH, unread);
  return users.map((user) => ({
    method: 'POST',
    path,
    headers: { ...world.as(user), 'content-type': 'application/json' },
    body: '{}',
  }));
}

/** Processor time of one operation in microseconds: in the server and in PostgreSQL, its background work included. */
async function measure(world: World, operation: Operation): Promise<Point> {
  const { parts = 1, most = REQUESTS, once = false, connections } = operation;
  let requests = await operation.requests(world);
  let next = 0;
  const turn = async (limit: number) => {
    if (once && next > 0) requests = await operation.requests(world);
    const before = world.cpu.read(world.server.pid);
    const result = await world.load.run({
      url: world.server.url,
      requests,
      first: once ? 0 : next,
      connections,
      milliseconds: TURN_MS,
      most: limit,
    });
    const after = world.cpu.read(world.server.pid);
    next = result.next;
    const done = result.latencies.length * parts;
    if (done === 0) throw new Error(JSON.stringify(result.errors));
    const each = (part: 'program' | 'database') => ((after[part] - before[part]) / done) * 1000;
    return { done, program: each('program'), database: each('database') };
  };
  await turn(operation.most ?? WARM_UP);
  const turns = [];
  for (let count = 0; count < TURNS; count += 1) turns.push(await turn(most));
  return {
    rows: world.scale.rows,
    cost: median(turns.map(({ program, database }) => program + database)),
    program: median(turns.map(({ program }) => program)),
    database: median(turns.map(({ database }) => database)),
    ...(await touched(world, async () => (await turn(most)).done)),
  };
}

/** What PostgreSQL's statements touch for one operation, those of the background work included. */
async function touched({ db }: World, work: () => Promise<number>): Promise<Touched> {
  await track(db, 'top');
  await db.query('SELECT pg_stat_statements_reset()');
  const done = await work();
  const { rows } = await db.query<Record<keyof Touched, string>>(
    `SELECT sum(shared_blks_hit) AS hit, sum(shared_blks_read) AS read, sum(wal_fpi) AS "fullPages", sum(wal_bytes) AS "logBytes"
     FROM pg_stat_statements`,
  );
  await track(db, 'none');
  const each = (name: keyof Touched) => Number(rows[0]?.[name]) / done;
  return { hit: each('hit'), read: each('read'), fullPages: each('fullPages'), logBytes: each('logBytes') };
}

type Touched = Required<Pick<Point, 'hit' | 'read' | 'fullPages' | 'logBytes'>>;

async function track(db: World['db'], what: 'top' | 'none'): Promise<void> {
  await db.query(`ALTER SYSTEM SET pg_stat_statements.track = '${what}'`);
  await db.query('SELECT pg_reload_conf()');
  await sleep(RELOAD_MS);
}
