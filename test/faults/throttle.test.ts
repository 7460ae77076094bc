import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { postEvent } from './support/api.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { typesFile } from './support/types-file.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';

const MAX = 3;
const EVENTS = 8;

const types = typesFile([
  {
    key: 'job_failed',
    description: 'A job failed.',
    channels: { toast: true },
    throttle: { max: MAX, per: '1h' },
  },
]);
const NOTIFICATION_TYPES_FILE = types.path;

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
/** Always there; the others are killed. */
let survivor: Server & { url: string };
beforeAll(async () => {
  ({ database, sql, apiKey, survivor } = await startWorld({ NOTIFICATION_TYPES_FILE }));
});
afterAll(async () => {
  await endWorld({ database, sql, survivor });
  types.remove();
});

it.each([
  ['before it decides', 'relay.moveThrottled', 'silent'],
  ['when it has decided and announced everything but the end', 'COMMIT', 'silent'],
  ['after the commit of which it heard nothing', 'COMMIT', 'hold answers'],
] as const)(
  'kill -9 of the relay %s: each event is announced once, and toasted so often',
  async (...step) => {
    const [title, text, fault] = step;
    const user = `user ${title}`;
    const proxy = await Proxy.start(database.url);
    const victim = await Server.start({ DATABASE_URL: proxy.url, NOTIFICATION_TYPES_FILE });
    try {
      // The survivor would take the work at once, and it is the victim that has to have it.
      survivor.child.kill('SIGSTOP');
      proxy.breakOn(text, fault);
      const send = (url: string, from: number, to: number) =>
        Promise.all(
          Array.from({ length: to - from }, (_, at) => postEvent(url, apiKey, `${from + at}`, [user])),
        );
      const sent = send(victim.url, 0, EVENTS / 2);
      await proxy.broken(1);
      expect((await sent).map(({ status }) => status)).toEqual(Array(EVENTS / 2).fill(201));
      await victim.kill();
      proxy.cut();
      survivor.child.kill('SIGCONT');
      await send(survivor.url, EVENTS / 2, EVENTS);
      const log = () =>
        sql.rows<{ event_id: string; toast: boolean }>(
          'SELECT event_id, toast FROM carillon.inbox_log WHERE user_id = $1',
          [user],
        );
      await until(async () => (await log()).length >= EVENTS);
      const announced = await log();
      expect(new Set(announced.map(({ event_id: id }) => id)).size).toBe(EVENTS);
      expect([announced.length, announced.filter(({ toast }) => toast).length]).toEqual([EVENTS, MAX]);
    } finally {
      survivor.child.kill('SIGCONT');
      await victim.kill();
      await proxy.stop();
    }
  },
);
