import { deepStrictEqual } from 'node:assert/strict';
import { HEAVY_USER, SITE } from '../database.js';
import type { Request } from '../load.js';
import { race } from '../measure.js';
import { atLeast, type Row } from '../result.js';
import type { World } from '../world.js';

const PAGE = 50;
/** How programs are compared that answer a list. */
export const LIST_RACE = {
  /** Browsers of many users at once; more would only wait longer. */
  connections: 32,
  milliseconds: 500,
  rounds: 8,
  /**
   * The first list meets servers that have done nothing yet: after 2,000 requests Carillon still used 375 µs for one,
   * after 5,000 the 235 µs that stayed.
   */
  warmUp: 6_000,
};

const CONTRACTS = [
  { name: 'inbox', path: `/v1/notifications?limit=${PAGE}` },
  { name: 'sites', path: `/api/v1/sites/${SITE}/notifications?per_page=${PAGE}` },
  { name: 'workspace', path: `/api/notifications?limit=${PAGE}` },
  { name: 'account', path: `/account/api/notifications?limit=${PAGE}` },
];

/** A page of 50 of each contract, each request by another user. */
export async function lists(world: World): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, path } of CONTRACTS) {
    const requests = world.callers.map((user): Request => ({ method: 'GET', path, headers: world.as(user) }));
    await checkSameAnswer(world, requests[0] as Request);
    const { figures, ratio, errors } = await race(world, {
      contestants: {
        plain: world.plain,
        best: world.best,
        jwt: world.plainWithJwt,
        carillon: world.server,
      },
      requests,
      ...LIST_RACE,
    });
    rows.push({
      group: 'list',
      what: `list a page of ${PAGE}: ${name}`,
      carillon: figures.carillon,
      floors: [
        { name: 'plain', figure: figures.plain, ratio: ratio('carillon', 'plain') },
        { name: 'best', figure: figures.best, ratio: ratio('carillon', 'best') },
        { name: 'plain + JWT', figure: figures.jwt, ratio: ratio('carillon', 'jwt') },
      ],
      targets: [
        atLeast(ratio('carillon', 'plain'), 1.2, 'plain'),
        atLeast(ratio('carillon', 'best'), 0.8, 'best'),
      ],
      ...(errors.length > 0 && { note: errors.join('; ') }),
    });
  }
  return rows;
}

/** Page 1 against page 1,000 of a user who has so many, by cursor. */
export async function deepPages(world: World): Promise<Row[]> {
  const { rows: found } = await world.db.query<{ id: string; at: Date }>(
    `SELECT id, created_at AS at FROM carillon.notifications
     WHERE user_id = $1 AND deleted_at IS NULL ORDER BY id DESC OFFSET $2 LIMIT 1`,
    [HEAVY_USER, 999 * PAGE - 1],
  );
  const last = found[0] as { id: string; at: Date };
  const cursor = encodeURIComponent(`${last.at.toISOString()}|${last.id}`);
  const page = (query: string): Request[] => [
    { method: 'GET', path: `/v1/notifications?limit=${PAGE}${query}`, headers: world.as(HEAVY_USER) },
  ];
  const requests = { first: page(''), deep: page(`&cursor=${cursor}`) };
  const measured = [];
  for (const which of ['first', 'deep'] as const) {
    await checkSameAnswer(world, requests[which][0] as Request);
    const { figures, ratio } = await race(world, {
      contestants: { plain: world.plain, best: world.best, carillon: world.server },
      requests: requests[which],
      connections: LIST_RACE.connections,
      milliseconds: 600,
      rounds: 5,
    });
    measured.push({ figures, plain: ratio('carillon', 'plain'), best: ratio('carillon', 'best') });
  }
  return measured.map(({ figures, plain, best }, index) => ({
    group: 'list',
    what: `page ${index === 0 ? '1' : '1,000 by cursor'} of one user's ${(world.scale.rows / 10).toLocaleString('en')}`,
    carillon: figures.carillon,
    floors: [
      { name: 'plain', figure: figures.plain, ratio: plain },
      { name: 'best', figure: figures.best, ratio: best },
    ],
    targets: [],
  }));
}

/** The floors are only a measure when they answer what the server answers. */
async function checkSameAnswer(world: World, request: Request): Promise<void> {
  const answers = [];
  for (const { url } of [world.server, world.plain, world.best]) {
    const response = await fetch(url + request.path, { headers: request.headers });
    if (!response.ok) throw new Error(`${request.path}: ${response.status} ${await response.text()}`);
    answers.push(comparable(await response.json()));
  }
  const [carillon, plain, best] = answers;
  deepStrictEqual(plain, carillon);
  deepStrictEqual(best, carillon);
}

/** What the floors leave out: workspace's cursors, the number of pages, and the second names of sites' figures. */
const LEFT_OUT = ['cursor', 'startCursor', 'endCursor', 'total_pages', 'page_size', 'total_items'];

/** Times as numbers, without workspace's ids and what is left out. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => {
      if (LEFT_OUT.includes(key)) return undefined;
      if (typeof item !== 'string') return item;
      if (item.startsWith('ntf_')) return 'an id';
      if (/^[0-9a-f-]{36}$/.test(item)) return 'an id';
      return /^\d{4}-\d\d-\d\dT/.test(item) ? new Date(item).getTime() : item;
    }),
  );
}
