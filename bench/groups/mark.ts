import { randomUUID } from 'node:crypto';
import { addUsers } from '../database.js';
import type { Request } from '../load.js';
import { race } from '../measure.js';
import { atLeast, type Row } from '../result.js';
import type { World } from '../world.js';
import { LIST_RACE } from './list.js';

/** Marking one read: every request marks another notification of another user. */
export async function markOne(world: World): Promise<Row[]> {
  const { rows: unread } = await world.db.query<{ user_id: string; id: string }>(
    `SELECT user_id, id FROM carillon.notifications
     WHERE user_id = ANY($1) AND read_at IS NULL AND deleted_at IS NULL ORDER BY id`,
    [world.callers],
  );
  const requests = unread.map(({ user_id: user, id }): Request => ({
    method: 'PATCH',
    path: `/v1/notifications/${id}`,
    headers: { ...world.as(user), 'content-type': 'application/json' },
    body: '{"read":true}',
  }));
  const { figures, ratio, errors } = await race(world, {
    contestants: { plain: world.plain, carillon: world.server },
    requests,
    connections: 16,
    // With the warm-up a little less than there are unread on a fast machine: a second request for one would write nothing.
    milliseconds: 600,
    rounds: 5,
    warmUp: LIST_RACE.warmUp,
  });
  return [
    {
      group: 'mark',
      what: 'mark one read',
      carillon: figures.carillon,
      floors: [{ name: 'plain', figure: figures.plain, ratio: ratio('carillon', 'plain') }],
      targets: [atLeast(ratio('carillon', 'plain'), 0.7, 'plain')],
      ...(errors.length > 0 && { note: errors.join('; ') }),
    },
  ];
}

/** Changes of many: every request is for the inbox of another user, who was made for it. */
export async function changeMany(world: World): Promise<Row[]> {
  const cases = [
    { what: 'mark all read', path: '/v1/notifications/mark-all-read', each: 10, unread: true },
    { what: 'mark all read', path: '/v1/notifications/mark-all-read', each: 10_000, unread: true },
    { what: 'delete all read', path: '/v1/notifications/delete-read', each: 1_000, unread: false },
  ];
  const rows: Row[] = [];
  for (const { what, path, each, unread } of cases) {
    // For each of the two contestants: a turn to warm up and five that count.
    const most = Math.max(1, Math.min(200, 10_000 / each));
    const users = Array.from({ length: most * 12 }, () => `once_${randomUUID()}`);
    await addUsers(world.db, users, each, unread);
    const { figures, ratio, errors } = await race(world, {
      contestants: { plain: world.plain, carillon: world.server },
      requests: users.map((user) => ({
        method: 'POST',
        path,
        headers: { ...world.as(user), 'content-type': 'application/json' },
        body: '{}',
      })),
      connections: each > 1_000 ? 1 : 4,
      milliseconds: 10_000,
      most,
      warmUp: most,
      rounds: 5,
    });
    rows.push({
      group: 'mark',
      what: `${what}, ${each.toLocaleString('en')} of them`,
      carillon: figures.carillon,
      floors: [{ name: 'plain', figure: figures.plain, ratio: ratio('carillon', 'plain') }],
      targets: [],
      ...(errors.length > 0 && { note: errors.join('; ') }),
    });
  }
  return rows;
}
