import type { Request } from '../load.js';
import { race } from '../measure.js';
import { startProgram } from '../processes.js';
import { atLeast, type Row } from '../result.js';
import type { World } from '../world.js';
import { LIST_RACE } from './list.js';

/** The list of 50 inside NestJS applications on Express and on Fastify, against the standalone server's. */
export async function listsInHosts(world: World): Promise<Row[]> {
  const requests = world.callers.map((user): Request => ({
    method: 'GET',
    path: '/v1/notifications?limit=50',
    headers: world.as(user),
  }));
  const rows: Row[] = [];
  for (const framework of ['express', 'fastify']) {
    const host = await startProgram('bench/host.js', [framework], world.environment);
    try {
      const { figures, ratio, errors } = await race(world, {
        contestants: { server: world.server, carillon: host },
        requests,
        ...LIST_RACE,
      });
      rows.push({
        group: 'host',
        what: `list a page of 50: inside a host on ${framework === 'express' ? 'Express' : 'Fastify'}`,
        carillon: figures.carillon,
        floors: [{ name: 'server', figure: figures.server, ratio: ratio('carillon', 'server') }],
        targets: [atLeast(ratio('carillon', 'server'), 0.9, 'server')],
        ...(errors.length > 0 && { note: errors.join('; ') }),
      });
    } finally {
      await host.stop();
    }
  }
  return rows;
}
