import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { megabytes, memoryOf, startServer } from '../processes.js';
import type { Row } from '../result.js';
import type { World } from '../world.js';

const MOST_SECONDS = { first: 8, second: 4 };
const IDLE_MS = 3_000;
const LOAD_MS = 4_000;

/** From the start of the process, with an empty data folder and then with the same again, until it is healthy. */
export async function coldStart(world: World): Promise<Row[]> {
  const environment = {
    ...world.environment,
    DATABASE_URL: '',
    CARILLON_DATA_DIR: mkdtempSync(join(world.folder, 'cold-')),
  };
  const rows: Row[] = [];
  for (const which of ['first', 'second'] as const) {
    const began = performance.now();
    const server = await startServer(environment);
    try {
      const response = await fetch(`${server.url}/health`);
      const seconds = (performance.now() - began) / 1000;
      const most = MOST_SECONDS[which];
      rows.push({
        group: 'start',
        what: `cold start with the embedded database, the ${which} time`,
        carillon: `${seconds.toFixed(1)} s`,
        floors: [],
        targets: [{ text: `≤ ${most} s`, met: response.ok && seconds <= most }],
      });
    } finally {
      await server.stop();
    }
  }
  return rows;
}

/** The server's memory: after a start, and while it answers lists as fast as it can. */
export async function memory(world: World): Promise<Row[]> {
  const server = await startServer(world.environment);
  try {
    await sleep(IDLE_MS);
    const idle = memoryOf(server.pid);
    const running = world.load.run({
      url: server.url,
      requests: world.callers.map((user) => ({
        method: 'GET',
        path: '/v1/notifications?limit=50',
        headers: world.as(user),
      })),
      first: 0,
      connections: 32,
      milliseconds: LOAD_MS,
      most: Infinity,
    });
    let most = 0;
    const timer = setInterval(() => (most = Math.max(most, memoryOf(server.pid))), 200);
    await running;
    clearInterval(timer);
    return [
      {
        group: 'memory',
        what: 'memory of the server process',
        carillon: `idle ${megabytes(idle)}, under load ${megabytes(most)} at the most`,
        floors: [],
        targets: [],
      },
    ];
  } finally {
    await server.stop();
  }
}
