import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmptyDatabase } from '../../support/database.js';
import { connect } from '../../support/sql.js';
import { postEvent } from '../support/api.js';
import { checkCounts } from '../support/check.js';
import { seeded } from '../../support/random.js';
import { report } from '../support/report.js';
import { createApiKey, Server } from '../support/server.js';
import { until } from '../support/wait.js';
import { Reader } from './reader.js';

const USERS = Array.from({ length: 200 }, (_, number) => `reader_${number}`);
const EVENTS = 1_000;

describe('streams', () => {
  it('tell each of 200 readers of each of its events once and in order, while their servers are killed', async () => {
    const database = await createEmptyDatabase();
    const environment = { DATABASE_URL: database.url };
    // Each has half of the readers. Events are sent to whichever is there, so most cross from one to the other.
    const servers: Server[] = [await Server.start(environment), await Server.start(environment)];
    const apiKey = await createApiKey(database.url);
    const readers = USERS.map((userId, number) => new Reader(userId, () => servers[number % 2]?.url));
    const sql = await connect(database.url);
    const random = seeded(41);
    const anyUrl = () => servers.find(({ url }) => url !== undefined)?.url;
    const send = async (number: number): Promise<void> => {
      const users = Array.from({ length: 4 }, () => USERS[Math.floor(random() * USERS.length)] as string);
      for (;;) {
        const url = anyUrl();
        const answer =
          url &&
          (await postEvent(url, apiKey, `event ${number}`, users, `key ${number}`).catch(() => undefined));
        if (answer && (answer.status === 201 || answer.status === 200)) return;
        await sleep(20);
      }
    };
    const replace = async (which: number): Promise<void> => {
      await servers[which]?.kill();
      servers[which] = Server.spawn(environment);
      await servers[which]?.listening();
    };
    try {
      await until(() => readers.every(({ connections }) => connections > 0));
      let next = 0;
      const senders = Promise.all(
        Array.from({ length: 8 }, async () => {
          while (next < EVENTS) await send(next++);
        }),
      );
      for (const [at, which] of [
        [200, 0],
        [450, 1],
        [700, 0],
      ] as const) {
        await until(() => next >= at, 5);
        await replace(which);
      }
      await senders;

      const expected = new Map<string, string[]>();
      for (const row of await sql.rows<{ user_id: string; titles: string[] }>(
        'SELECT user_id, array_agg(title) AS titles FROM carillon.notifications GROUP BY user_id',
      ))
        expected.set(row.user_id, row.titles);
      await until(() =>
        readers.every(({ userId, titles }) => titles.length >= (expected.get(userId)?.length ?? 0)),
      );
      // The order is the log's: it is the order in which the events were committed and announced.
      await until(async () => (await sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0);
      const log = await sql.rows<{ user_id: string; titles: string[] }>(
        `SELECT l.user_id, array_agg(n.title ORDER BY l.seq) AS titles FROM carillon.inbox_log l
         JOIN carillon.notifications n ON n.user_id = l.user_id AND n.id = l.notification_id
         WHERE l.kind = 'created' GROUP BY l.user_id`,
      );
      const order = new Map(log.map(({ user_id: userId, titles }) => [userId, titles]));
      for (const { userId, titles, ids, resets } of readers) {
        expect([userId, titles]).toEqual([userId, order.get(userId) ?? []]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(resets).toBe(0);
      }
      await until(() => readers.every(({ unread, titles }) => unread === titles.length));
      await checkCounts(sql, anyUrl() as string);
      report('streams', {
        readers: readers.length,
        events: EVENTS,
        'told of': readers.reduce((sum, { titles }) => sum + titles.length, 0),
        connections: readers.reduce((sum, { connections }) => sum + connections, 0),
      });
    } finally {
      await Promise.all(readers.map((reader) => reader.stop()));
      await Promise.all(servers.map((server) => server.kill()));
      await sql.end();
      await database.drop();
    }
  });
});
