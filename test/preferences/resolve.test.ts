import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { Catalogue, type CatalogueType } from '../../src/catalogue/catalogue.js';
import { SHIPPED_TYPES } from '../../src/catalogue/shipped-types.js';
import { Channels } from '../../src/channels/registry.js';
import { DEFAULTS } from '../../src/config/defaults.js';
import type { NotificationType } from '../../src/config/options.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { checkEvent } from '../../src/dispatcher/check-event.js';
import { NotifyStore } from '../../src/dispatcher/notify.store.js';
import { decide } from '../../src/dispatcher/outcome.js';
import { prepare } from '../../src/dispatcher/prepare.js';
import { PreferencesStore } from '../../src/preferences/preferences.store.js';
import {
  chosenFrequency,
  EVERY_TYPE,
  resolveChannel,
  resolveType,
  type SetPreferences,
} from '../../src/preferences/resolve.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { connect, type Sql } from '../support/sql.js';

const LATER: NotificationType = {
  key: 'declared_later',
  description: 'Was not there when users set their preferences.',
  level: 'info',
  channels: { toast: true, in_app: false },
  webhookEvent: 'declared.later',
  mutable: true,
};
/** Was mutable when users set their preferences, and is not any more. */
const FIXED: NotificationType = { ...LATER, key: 'fixed_since', mutable: false };

// A host's, with the highest number that has room, and with the name of something that every object has.
const channels = new Channels({ ...DEFAULTS, production: false }, [
  { key: 'pager', number: 14, label: 'Pager', default: () => true, writes: {} },
  { key: 'constructor', number: 8, label: 'Constructor', default: () => false, writes: {} },
]);
const catalogue = new Catalogue([...SHIPPED_TYPES, LATER, FIXED], channels);

const setOf = (types: Record<string, Record<string, boolean>>): SetPreferences =>
  new Map(
    Object.entries(types).map(([type, set]) => [
      type,
      new Map(
        Object.entries(set).map(([channel, enabled]) => [channel, { enabled, frequency: 'daily' as const }]),
      ),
    ]),
  );

const DEFAULT = { on: true, rule: 'default' };
it.each<[string, Record<string, Record<string, boolean>>, boolean, object]>([
  ['nothing', {}, true, DEFAULT],
  ['another channel', { job_failed: { webhook: false }, '': { in_app: false } }, true, DEFAULT],
  ['another type', { job_completed: { toast: false } }, true, DEFAULT],
  ['the type', { job_failed: { toast: false } }, true, { on: false, rule: 'preference' }],
  ['the type as by default', { job_failed: { toast: true } }, true, { on: true, rule: 'preference' }],
  ['the channel', { '': { toast: false } }, true, { on: false, rule: 'preference' }],
  ['both', { '': { toast: false }, job_failed: { toast: true } }, true, { on: true, rule: 'preference' }],
  ['both, of what is fixed', { '': { toast: false }, job_failed: { toast: false } }, false, DEFAULT],
])('of %s that is set, the most specific holds', (_what, set, mutable, resolved) => {
  const type: CatalogueType = { ...catalogue.get('job_failed'), mutable };
  expect(resolveChannel(type, setOf(set), 'toast')).toEqual(resolved);
});

it('how often something comes is what is set for the type, unless that may not be muted', () => {
  const set = setOf({ job_failed: { email: true }, '': { push: false } });
  const type = catalogue.get('job_failed');
  expect(chosenFrequency(type, set, 'email')).toBe('daily');
  expect(chosenFrequency(type, set, 'push')).toBeNull();
  expect(chosenFrequency({ ...type, mutable: false }, set, 'email')).toBeNull();
});

let database: TestDatabase;
let dataSource: DataSource;
let sql: Sql;
let users = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  dataSource = await createDataSource({ url: database.url, poolSize: 2, schema: 'carillon' }).initialize();
  sql = await connect(database.url);
});
afterAll(async () => {
  await sql.end();
  await dataSource.destroy();
  await database.drop();
});

it('is the same in SQL, which decides for all recipients of an event', async () => {
  const store = new PreferencesStore(new Database(dataSource));
  const notify = new NotifyStore(new Database(dataSource), catalogue, channels);
  const { manager } = dataSource;

  const type = fc.constantFrom(...catalogue.types);
  /** Settings of the event's type and of whole channels, and what must not count: other types, and what there was once. */
  const settings = (eventType: CatalogueType) =>
    fc.uniqueArray(
      fc.record({
        type: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(eventType.key, EVERY_TYPE) },
          { weight: 1, arbitrary: fc.constantFrom('job_failed', 'weekly_report', 'once_declared') },
        ),
        channel: fc.constantFrom(...channels.keys, 'fax'),
        enabled: fc.option(fc.boolean()),
        frequency: fc.constantFrom(null, 'daily' as const),
      }),
      { selector: (one) => `${one.type} ${one.channel}`, maxLength: 12 },
    );
  const events = type.chain((eventType) =>
    fc.tuple(fc.constant(eventType), fc.array(settings(eventType), { minLength: 1, maxLength: 6 })),
  );

  await fc.assert(
    fc.asyncProperty(events, async ([eventType, wished]) => {
      const userIds = wished.map(() => `user-${(users += 1)}`);
      for (const [index, userId] of userIds.entries()) {
        const set = wished[index] ?? [];
        if (set.length > 0) await store.change(manager, userId, set, new Date());
      }
      const event = checkEvent({ type: eventType.key, userIds, title: 'T' }, catalogue);
      const prepared = prepare(event, eventType, 'test', new Date());
      await notify.insert(manager, [prepared]);

      const [decided] = await sql.rows<{ outcomes: string[] }>(
        'SELECT outcomes::text[] AS outcomes FROM carillon.event_recipients WHERE event_id = $1',
        [prepared.id],
      );
      const stored = await sql.rows<{ user_id: string }>(
        'SELECT user_id FROM carillon.notifications WHERE event_id = $1',
        [prepared.id],
      );
      const resolved = await Promise.all(userIds.map((userId) => store.find(userId)));
      for (const [index, set] of resolved.entries()) {
        for (const channel of channels.available) {
          expect([channel.key, decide(BigInt(decided?.outcomes[index] ?? 0), channel)]).toEqual([
            channel.key,
            { available: true, ...resolveChannel(eventType, set, channel.key) },
          ]);
        }
      }
      const inApp = userIds.filter(
        (_, index) => resolveType(eventType, resolved[index] ?? new Map())['in_app'],
      );
      expect(stored.map(({ user_id }) => user_id).sort()).toEqual(inApp.sort());
    }),
    { numRuns: 100 },
  );
});
