import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { asUser, postEvent } from './support/api.js';
import { Proxy } from './support/proxy.js';
import { Server } from './support/server.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';

const EVENTS = 10;

let database: TestDatabase;
let sql: Sql;
let apiKey: string;
/** Always there; the others are killed. */
let survivor: Server & { url: string };
beforeAll(async () => {
  ({ database, sql, apiKey, survivor } = await startWorld());
});
afterAll(async () => {
  await endWorld({ database, sql, survivor });
});

it.each([
  ['before it merges', 'collapse.top', 'silent'],
  ['when the newest has the count of all', 'collapse.rest', 'silent'],
  ['when the others are gone', 'collapse.announce', 'silent'],
  ['when it has merged everything but the end', 'COMMIT', 'silent'],
  ['after the commit of which it heard nothing', 'COMMIT', 'hold answers'],
  ['when it has merged, and announced nothing', 'relay.move', 'silent'],
] as const)(
  'kill -9 of the relay %s: the notifications end as one, with the count of all',
  async (...[title, text, fault]) => {
    const user = `user ${title}`;
    const proxy = await Proxy.start(database.url);
    const victim = await Server.start({ DATABASE_URL: proxy.url });
    const send = (url: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, at) =>
          postEvent(url, apiKey, `${at}`, [user], undefined, { collapse_key: 'thread' }),
        ),
      );
    try {
      // The survivor would take the work at once, and it is the victim that has to have it.
      survivor.child.kill('SIGSTOP');
      // What comes first is merged with what comes after the kill.
      proxy.breakOn(text, fault);
      const sent = send(victim.url, EVENTS / 2);
      await proxy.broken(1);
      await sent;
      await victim.kill();
      proxy.cut();
      survivor.child.kill('SIGCONT');
      await send(survivor.url, EVENTS / 2);
      await until(async () => (await sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0);
      const { body } = await asUser(survivor.url, user, 'GET', '/v1/notifications?view=full');
      expect(body).toMatchObject({ notifications: [{ count: EVENTS }] });
      const { body: unread } = await asUser(survivor.url, user, 'GET', '/v1/notifications/unread-count');
      expect(unread).toEqual({ count: 1 });
    } finally {
      survivor.child.kill('SIGCONT');
      await victim.kill();
      await proxy.stop();
    }
  },
);
