import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Channel } from '../../src/channels/channel.js';
import { RECIPIENT_CHUNK } from '../../src/dispatcher/outcome.js';
import { startApp, type TestApp } from '../support/app.js';
import { VAPID } from '../support/push.js';
import { connect, type Sql } from '../support/sql.js';

/** As many as a host can have. The words are those of columns and of SQL: none may be taken for one. */
const KEYS = ['user', 'team_id', 'no', 'position', 'outcome', 'select', 'z0_9_abcdefghijklmnopqrstuvwxyz'];
const OWN: Channel[] = KEYS.map((key, index) => ({
  key,
  number: 8 + index,
  label: `Channel ${index}`,
  default: () => index % 2 === 0,
  sending: { send: () => ({ status: 'delivered' }) },
}));
const ALL = ['in_app', 'toast', 'webhook', 'email', 'push', ...KEYS];

/** With every second channel of either kind turned over. */
const TYPES = ['alike', 'other'].map((key, type) => ({
  key,
  description: 'A type of the host',
  level: 'info' as const,
  channels: type === 0 ? {} : Object.fromEntries(KEYS.map((own, index) => [own, index % 3 === 0])),
  webhookEvent: 'host.event',
  mutable: true,
}));

let app: TestApp;
let sql: Sql;

beforeAll(async () => {
  app = await startApp({ channels: OWN, types: TYPES, push: VAPID });
  sql = await connect(app.databaseUrl);
});
afterAll(async () => {
  await sql.end();
  await app.close();
});

type Reported = Record<string, { status: string; rule: string; deliveries?: { id: string }[] }>;

async function reportOf(
  id: string,
  query = '',
): Promise<{ recipients: (Reported & { user_id: string })[]; cursor: string }> {
  return (await app.producer.get(`/v1/events/${id}${query}`).expect(200)).body as never;
}

const switches = fc.dictionary(fc.constantFrom(...ALL), fc.option(fc.boolean()), { maxKeys: ALL.length });

it('are decided in the statement as preferences say, whatever is set', async () => {
  let users = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...TYPES.map(({ key }) => key)),
      fc.array(fc.record({ channels: switches, type: switches, before: switches }), {
        minLength: 1,
        maxLength: 4,
      }),
      async (type, sets) => {
        const userIds = sets.map(() => `own-${(users += 1)}`);
        for (const [index, set] of sets.entries()) {
          const patch = (body: object) =>
            app
              .as(userIds[index] as string)
              .patch('/v1/preferences')
              .send(body)
              .expect(200);
          await patch({ channels: set.before, types: { [type]: set.before } });
          await patch({ channels: set.channels, types: { [type]: set.type } });
        }
        const { id } = await app.post({ type, user_ids: userIds, title: 'x' });
        const { recipients } = await reportOf(id);
        for (const [index, userId] of userIds.entries()) {
          const { body } = await app.as(userId).get('/v1/preferences').expect(200);
          const { channels, types } = body as {
            channels: object;
            types: Record<string, Record<string, boolean>>;
          };
          const report = recipients[index] as Reported;
          const on = Object.fromEntries(ALL.map((key) => [key, report[key]?.status !== 'muted']));
          // Beside the channels stands how often some of them come.
          expect(types[type]).toMatchObject(on);
          const { before, channels: whole, type: own } = sets[index] as (typeof sets)[number];
          const isSet = (key: string) =>
            [own, whole].some((given) => (key in given ? given[key] : before[key]) != null);
          for (const key of ALL) expect(report[key]?.rule).toBe(isSet(key) ? 'preference' : 'default');
          expect(Object.keys(channels)).toEqual(ALL);
          // One delivery for each recipient for whom it is on.
          for (const key of KEYS) expect(report[key]?.deliveries).toHaveLength(on[key] ? 1 : 0);
        }
      },
    ),
    { numRuns: 25 },
  );
});

it('names each of them in the OpenAPI document', async () => {
  const { contractDocument } = await import('../../src/http/openapi.js');
  const { components = {} } = contractDocument(app.server, 'inbox');
  const { ChannelsDto, RecipientDto } = components.schemas as Record<
    string,
    { properties: object; required: string[] }
  >;
  expect(Object.keys(ChannelsDto?.properties ?? {})).toEqual(ALL);
  expect(ChannelsDto?.required).toEqual(ALL);
  expect(Object.keys(RecipientDto?.properties ?? {})).toEqual(['user_id', 'action', ...ALL]);
});

it('pages through recipients that stand in several chunks', async () => {
  const { id } = await app.post({ type: 'alike', user_ids: ['first'], title: 'x' });
  const total = 2 * RECIPIENT_CHUNK + 3;
  await sql.rows(`UPDATE carillon.events SET recipients = $2 WHERE id = $1`, [id, total]);
  await sql.rows('DELETE FROM carillon.event_recipients WHERE event_id = $1', [id]);
  await sql.rows(
    `INSERT INTO carillon.event_recipients (event_id, chunk, user_ids, outcomes)
     SELECT $1, (i - 1) / ${RECIPIENT_CHUNK}, array_agg('user_' || i ORDER BY i), array_agg(1 + i % 2 ORDER BY i)
     FROM generate_series(1, $2::int) i GROUP BY 2`,
    [id, total],
  );
  const numbers = async (from: number, limit: number) => {
    const { recipients } = await reportOf(id, `?limit=${limit}${from > 0 ? `&cursor=${from}` : ''}`);
    return recipients.map(({ user_id: userId, in_app: inApp }) => {
      const number = Number(userId.slice('user_'.length));
      expect(inApp?.status).toBe(number % 2 === 0 ? 'stored' : 'muted');
      return number;
    });
  };
  const counted = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => from + index + 1);
  expect(await numbers(0, 5)).toEqual(counted(0, 5));
  for (const chunk of [RECIPIENT_CHUNK, 2 * RECIPIENT_CHUNK]) {
    expect(await numbers(chunk - 2, 2)).toEqual(counted(chunk - 2, chunk));
    expect(await numbers(chunk - 2, 5)).toEqual(counted(chunk - 2, Math.min(chunk + 3, total)));
    expect(await numbers(chunk, 2)).toEqual(counted(chunk, chunk + 2));
  }
  expect((await reportOf(id, `?limit=3&cursor=${total - 3}`)).cursor).toBeNull();
  await app.producer.get(`/v1/events/${id}?cursor=${total}`).expect(400);
});
