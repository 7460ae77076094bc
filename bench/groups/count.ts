import { HEAVY_UNREAD, HEAVY_USER, UNREAD_STEPS, unreadUser } from '../database.js';
import { race } from '../measure.js';
import type { Row } from '../result.js';
import type { World } from '../world.js';

const CONNECTIONS = 16;

/** The badge: at 10, 1,000 and 100,000 unread. */
export async function unreadCounts(world: World): Promise<Row[]> {
  const users = [
    ...UNREAD_STEPS.map((unread) => ({ unread, user: unreadUser(unread) })),
    { unread: HEAVY_UNREAD, user: HEAVY_USER },
  ];
  const rows: Row[] = [];
  let first: number | undefined;
  for (const { unread, user } of users) {
    const headers = world.as(user);
    const response = await fetch(`${world.server.url}/v1/notifications/unread-count`, { headers });
    const { count } = (await response.json()) as { count: number };
    if (count !== unread) throw new Error(`counted ${count} instead of ${unread}`);
    const { figures, ratio } = await race(world, {
      contestants: { plain: world.plain, ours: world.server },
      requests: [{ method: 'GET', path: '/v1/notifications/unread-count', headers }],
      connections: CONNECTIONS,
      milliseconds: 800,
      rounds: 3,
    });
    const time = 1000 / figures.ours.perSecond;
    first ??= time;
    const times = time / first;
    rows.push({
      group: 'count',
      what: `unread count at ${unread.toLocaleString('en')}`,
      ours: figures.ours,
      floors: [{ name: 'plain', figure: figures.plain, ratio: ratio('ours', 'plain') }],
      targets:
        unread === HEAVY_UNREAD
          ? [{ text: `≤ 2 × its time at 10 (${times.toFixed(2)})`, met: times <= 2 }]
          : [],
    });
  }
  return rows;
}
