import { cpus } from 'node:os';
import { post } from './groups/notify.js';
import type { Request } from './load.js';
import { median } from './measure.js';
import { startServer, type Program } from './processes.js';
import { count, table } from './table.js';
import { withWorld, type World } from './world.js';

const PROCESSES = [1, 2, 4];
/** Enough that one process always has requests waiting. */
const CALLERS = 64;
const ROUNDS = 6;
const TURN_MS = 1_500;
const WARM_UP_MS = 3_000;

/** Of one number of processes in one round; processor times are in cores, so that 1 is a core in full use. */
interface Turn {
  perSecond: number;
  /** Milliseconds of processor time for one request: of all server processes, and of PostgreSQL. */
  servers: number;
  database: number;
  /** Of the processes that got requests, and of those that did not. */
  busiest: number;
  idle: number;
  databaseCores: number;
  load: number;
}

/**
 * One, two and four server processes on one database, which share this machine's cores with it and with the load. They
 * take turns (1 2 4 1 2 4 …), so that what else happens on the machine, and the growing table, hit all of them.
 * @returns the tables of docs/scaling.md
 */
export async function processes(say: (what: string) => void): Promise<string> {
  let answer = '';
  await withWorld({ scale: { users: 10_000, rows: 1_000_000 }, say }, async (world) => {
    const servers = [world.server];
    try {
      while (servers.length < Math.max(...PROCESSES)) {
        servers.push(await startServer(world.environment));
      }
      const lists = world.callers.map((user): Request => ({
        method: 'GET',
        path: '/v1/notifications?limit=50',
        headers: world.as(user),
      }));
      const events = world.callers.map((_, index) => post(world, [`recipient_${index}`]));
      const parts = [];
      for (const [name, requests] of Object.entries({ 'lists of 50': lists, events })) {
        say(`measuring ${name}`);
        parts.push(tableOf(name, await compare(world, servers, requests)));
      }
      answer = `${cpus().length} cores, ${CALLERS} callers, the median of ${ROUNDS} rounds\n\n${parts.join('\n\n')}\n`;
    } finally {
      for (const server of servers.slice(1)) await server.stop();
    }
  });
  return answer;
}

async function compare(world: World, servers: Program[], requests: Request[]): Promise<Map<number, Turn[]>> {
  let next = 0;
  const turn = async (number: number, milliseconds: number): Promise<Turn> => {
    const read = () => servers.map(({ pid }) => world.cpu.read(pid));
    const before = read();
    const loadBefore = world.cpu.read(world.load.pid).program;
    const result = await world.load.run({
      url: servers.slice(0, number).map(({ url }) => url),
      requests,
      first: next,
      connections: CALLERS,
      milliseconds,
      most: Infinity,
    });
    const after = read();
    next = result.next;
    if (Object.keys(result.errors).length > 0) throw new Error(JSON.stringify(result.errors));
    const used = after.map(({ program }, index) => program - (before[index]?.program ?? NaN));
    const database = (after[0]?.database ?? NaN) - (before[0]?.database ?? NaN);
    const done = result.latencies.length;
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return {
      perSecond: (done / result.milliseconds) * 1000,
      servers: sum(used) / done,
      database: database / done,
      busiest: Math.max(...used.slice(0, number)) / result.milliseconds,
      idle: sum(used.slice(number)) / result.milliseconds,
      databaseCores: database / result.milliseconds,
      load: (world.cpu.read(world.load.pid).program - loadBefore) / result.milliseconds,
    };
  };
  // Four times as long, so that all of them have compiled what is hot.
  await turn(servers.length, WARM_UP_MS * servers.length);
  const turns = new Map(PROCESSES.map((number) => [number, [] as Turn[]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const number of PROCESSES) turns.get(number)?.push(await turn(number, TURN_MS));
  }
  return turns;
}

function tableOf(name: string, turns: Map<number, Turn[]>): string {
  const one = turns.get(1) ?? [];
  return table(
    [
      'processes',
      `${name} a second`,
      '÷ one process',
      'processor µs each: servers + PostgreSQL',
      'busiest process',
      'PostgreSQL',
      'idle processes',
      'load',
    ],
    [...turns].map(([number, all]) => {
      const of = (part: keyof Turn) => median(all.map((turn) => turn[part]));
      const cores = (part: keyof Turn) => `${of(part).toFixed(2)} cores`;
      const ratio = median(all.map(({ perSecond }, round) => perSecond / (one[round]?.perSecond ?? NaN)));
      const micro = (part: 'servers' | 'database') => Math.round(of(part) * 1000);
      return [
        String(number),
        count(of('perSecond')),
        ratio.toFixed(2),
        `${micro('servers')} + ${micro('database')}`,
        cores('busiest'),
        cores('databaseCores'),
        cores('idle'),
        cores('load'),
      ];
    }),
  );
}
