import { HEAVY_UNREAD, HEAVY_USER, UNREAD_STEPS, unreadUser } from '../database.js';
import { race } from '../measure.js';
import { atLeast, type Row } from '../result.js';
import type { World } from '../world.js';

const CONNECTIONS = 16;

/** The badge: at 10, 1,000 and 100,000 unread; once more for a caller alone, whose counts share no statement. */
export async function unreadCounts(world: World): Promise<Row[]> {
  const users = [
    ...UNREAD_STEPS.map((unread) => ({ unread, user: unreadUser(unread), connections: CONNECTIONS })),
    { unread: HEAVY_UNREAD, user: HEAVY_USER, connections: CONNECTIONS },
    { unread: UNREAD_STEPS[0], user: unreadUser(UNREAD_STEPS[0]), connections: 1 },
  ];
  const rows: Row[] = [];
  let first: number | undefined;
  for (const { unread, user, connections } of users) {
    const headers = world.as(user);
    for (const { url } of [world.server, world.plain, world.best]) {
      const response = await fetch(`${url}/v1/notifications/unread-count`, { headers });
      const { count } = (await response.json()) as { count: number };
      if (count !== unread) throw new Error(`counted ${count} instead of ${unread}`);
    }
    const { figures, ratio } = await race(world, {
      contestants: { plain: world.plain, best: world.best, carillon: world.server },
      requests: [{ method: 'GET', path: '/v1/notifications/unread-count', headers }],
      connections,
      milliseconds: 800,
      rounds: 3,
      // By then all programs are warm, and the floors would take seconds for more.
      ...(unread === HEAVY_UNREAD && { warmUp: 200 }),
    });
    const time = 1000 / figures.carillon.perSecond;
    first ??= time;
    const times = time / first;
    rows.push({
      group: 'count',
      what: `unread count at ${unread.toLocaleString('en')}${connections === 1 ? ', 1 caller' : ''}`,
      carillon: figures.carillon,
      floors: [
        { name: 'plain', figure: figures.plain, ratio: ratio('carillon', 'plain') },
        { name: 'best', figure: figures.best, ratio: ratio('carillon', 'best') },
      ],
      targets: [
        ...(unread === UNREAD_STEPS[0] && connections > 1
          ? [atLeast(ratio('carillon', 'plain'), 0.8, 'plain')]
          : []),
        ...(unread === HEAVY_UNREAD
          ? [{ text: `≤ 1.5 × its time at 10 (${times.toFixed(2)})`, met: times <= 1.5 }]
          : []),
      ],
    });
  }
  return rows;
}
