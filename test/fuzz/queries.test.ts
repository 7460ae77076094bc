import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeOfId } from '../../src/common/ids.js';
import { cursorOf } from '../../src/common/cursor.js';
import { encode, mutated, nasty } from './arbitraries.js';
import { BAD_FILTERS, CURSORS, ORDERS, SEARCH_CURSORS } from './regressions.js';
import { expectSound, makeFuzzWorld, type FuzzWorld } from './world.js';

let w: FuzzWorld;
beforeAll(async () => {
  w = await makeFuzzWorld();
});
afterAll(() => w.close());

const get = (path: string) => w.send({ method: 'GET', path, headers: [w.ann] });

/** The ids in an answer, wherever they are. */
function idsIn(body: string): string[] {
  return body.match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g) ?? [];
}

it('answers a changed cursor with 400, or with rows of its own user', async () => {
  const cursors = fc.constantFrom(...w.anns, ...w.bobs).chain((id) => mutated(cursorOf(id)));
  await fc.assert(
    fc.asyncProperty(cursors, async (cursor) => {
      const answer = await get(`/v1/notifications?cursor=${encode(cursor)}`);
      expectSound(answer, [200, 400]);
      if (answer.status === 200) expect(w.anns).toEqual(expect.arrayContaining(idsIn(answer.body)));
      else expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_cursor' });
    }),
    { numRuns: 200, examples: [...w.anns, ...w.bobs].map((id): [string] => [cursorOf(id)]) },
  );
});

it('refuses every cursor that nobody was given', async () => {
  for (const id of [w.anns[0] as string, w.bobs[0] as string]) {
    for (const make of CURSORS) {
      const cursor = make(id, new Date(timeOfId(id)).toISOString());
      const answer = await get(`/v1/notifications?cursor=${encode(cursor)}`);
      expectSound(answer, [400]);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid_cursor' });
    }
  }
});

it('takes a cursor of another user for a place in the list of its own', async () => {
  for (const id of w.bobs) {
    const answer = await get(`/v1/notifications?cursor=${encode(cursorOf(id))}`);
    expectSound(answer, [200]);
    expect(w.anns).toEqual(expect.arrayContaining(idsIn(answer.body)));
  }
});

const PARAMETERS = [
  ...['read_state', 'type', 'team_id', 'deleted', 'cursor', 'limit', 'page', 'per_page', 'page_size'],
  ...['unread_only', 'last_event_id', 'user_id', 'userId', '__proto__', 'limit[]', 'limit[0]'],
];

it('answers any query of any list with 200 or 400', async () => {
  const lists = [
    '/v1/notifications',
    '/v1/notifications/unread-count',
    '/api/v1/sites/w1/notifications',
    '/api/v1/sites/w1/notifications/unread-count',
    '/account/api/notifications',
    '/account/api/notifications/preferences',
    '/v1/preferences',
    '/v1/webhooks',
    `/v1/webhooks/${w.webhook}/deliveries`,
  ];
  const pairs = fc.array(fc.tuple(fc.constantFrom(...PARAMETERS), nasty), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...lists), pairs, async (list, given) => {
      const query = given.map(([name, value]) => `${name}=${encode(value)}`).join('&');
      const answer = await get(`${list}?${query}`);
      // Node refuses a head above 16 KB.
      expectSound(answer, query.length > 12_000 ? [200, 400, 431] : [200, 400]);
      for (const id of w.bobs) expect(answer.body).not.toContain(id);
    }),
    { numRuns: 300 },
  );
});

it('pages through pages of any size without an error', async () => {
  const sizes = fc.oneof(fc.integer({ min: 1 }), fc.bigInt({ min: 1n }), fc.constant(1)).map(String);
  await fc.assert(
    fc.asyncProperty(sizes, sizes, async (page, size) => {
      // An answer could not repeat a greater page number.
      const status = Number.isSafeInteger(Number(page)) ? 200 : 400;
      expectSound(await get(`/api/v1/sites/w1/notifications?page=${page}&per_page=${size}`), [status]);
      expectSound(await get(`/account/api/notifications?page=${page}&limit=${size}`), [status]);
      expectSound(await get(`/v1/notifications?limit=${size}`), [200]);
    }),
    { numRuns: 60 },
  );
});

it('answers a changed cursor of the workspace with 400, or with rows of its own user', async () => {
  const orders = ['[{"title":"asc"}]', '[{"readAt":"desc"},{"id":"asc"}]', ''];
  const cursors: [string, string][] = [];
  for (const order of orders) {
    const query = order && `&orderBy=${encode(order)}`;
    const { body } = await get(`/api/notifications?limit=2${query}`);
    const { pageInfo } = JSON.parse(body) as { pageInfo: { endCursor: string } };
    cursors.push([query, pageInfo.endCursor]);
  }
  const changed = fc.constantFrom(...cursors).chain(([, cursor]) =>
    fc.tuple(
      fc.constantFrom(...cursors.map(([query]) => query)),
      fc.constantFrom('after', 'before'),
      // The text itself, and what is inside of it.
      fc.oneof(
        mutated(cursor),
        mutated(Buffer.from(cursor, 'base64url').toString('latin1')).map((inside) =>
          Buffer.from(inside, 'latin1').toString('base64url'),
        ),
      ),
    ),
  );
  await fc.assert(
    fc.asyncProperty(changed, async ([query, side, cursor]) => {
      const answer = await get(`/api/notifications?limit=2&${side}=${encode(cursor)}${query}`);
      expectSound(answer, [200, 400]);
      for (const id of w.bobs) expect(answer.body).not.toContain(id);
    }),
    { numRuns: 200 },
  );
});

it('refuses every cursor, order and filter of the workspace that is none', async () => {
  const refusals: [query: string, code: string][] = [
    ...ORDERS.map((text): [string, string] => [`orderBy=${encode(text)}`, 'invalid_input']),
    ...BAD_FILTERS.map((text): [string, string] => [`filter=${encode(text)}`, 'invalid_input']),
  ];
  for (const order of ['', '&orderBy=[{"title":"asc"}]']) {
    const { body } = await get(`/api/notifications?limit=2${order}`);
    const { pageInfo } = JSON.parse(body) as { pageInfo: { endCursor: string } };
    for (const make of SEARCH_CURSORS) {
      for (const side of ['after', 'before']) {
        refusals.push([`limit=2${order}&${side}=${encode(make(pageInfo.endCursor))}`, 'invalid_cursor']);
      }
    }
  }
  for (const [query, code] of refusals) {
    const answer = await get(`/api/notifications?${query}`);
    expectSound(answer, [400]);
    expect([query, JSON.parse(answer.body)]).toEqual([query, expect.objectContaining({ code })]);
  }
});

it('answers any id in a path with 404', async () => {
  const ids = fc.oneof(nasty, fc.constantFrom(...w.anns).chain(mutated)).map(encode);
  const paths = [
    '/v1/notifications/:id',
    '/api/notifications/:id',
    '/v1/webhooks/:id',
    '/v1/webhooks/:id/deliveries',
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), ids, async (path, id) => {
      // An id with a slash, or none at all, is another route.
      fc.pre(!['', '.', '..', 'unread-count', 'stream', 'preferences'].includes(decodeURIComponent(id)));
      fc.pre(id.length < 12_000);
      const answer = await get(path.replace(':id', () => id));
      expectSound(answer, w.anns.includes(decodeURIComponent(id).toLowerCase()) ? [200, 404] : [404]);
    }),
    { numRuns: 200 },
  );
});

it('answers any cursor of an event’s report with 200 or 400', async () => {
  const headers: [string, string][] = [['X-API-Key', w.t.apiKey]];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('cursor', 'limit'), nasty, async (name, value) => {
      const path = `/v1/events/${w.eventId}?${name}=${encode(value)}`;
      fc.pre(path.length < 12_000);
      expectSound(await w.send({ method: 'GET', path, headers }), [200, 400]);
    }),
    { numRuns: 150 },
  );
});
