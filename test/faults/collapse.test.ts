import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import type { Sql } from '../support/sql.js';
import { asUser, postEvent } from './support/api.js';
import { checkPages } from './support/check-inbox.js';
import type { Server } from './support/server.js';
import { Victim } from './support/victim.js';
import { until } from './support/wait.js';
import { endWorld, startWorld } from './support/world.js';
import { Page } from './streams/page.js';

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

const announced = async () => (await sql.number('SELECT count(*) FROM carillon.inbox_changes')) === 0;

it.each<[title: string, text: string, fault: 'silent' | 'hold answers', after?: string]>([
  ['before it merges', 'collapse.top', 'silent'],
  ['when the newest has the count of all', 'collapse.rest', 'silent'],
  ['when the others are gone', 'collapse.announce', 'silent'],
  ['when it has merged everything but the end', 'COMMIT', 'silent'],
  ['after the commit of which it heard nothing', 'COMMIT', 'hold answers'],
  ['when it has merged, and announced nothing', 'relay.move', 'silent'],
  ['when that is in the log, and not committed', 'COMMIT', 'silent', 'relay.move'],
  ['after the commit of the log, of which it heard nothing', 'COMMIT', 'hold answers', 'relay.move'],
])(
  'kill -9 of the relay %s: the notifications end as one, with the count of all',
  async (...[title, text, fault, after]) => {
    const user = `user ${title}`;
    const page = new Page(user, () => survivor.url);
    const send = (url: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, (_, at) =>
          postEvent(url, apiKey, `${at}`, [user], undefined, { collapse_key: 'thread' }),
        ),
      );
    // One that pages know already is merged with what comes next, and that with what comes after the kill.
    await send(survivor.url, 1);
    await until(announced);
    const victim = await Victim.start({ database, survivor });
    try {
      victim.way.breakOn(text, fault, after);
      const sent = send(victim.url, EVENTS / 2);
      await victim.way.broken(1);
      await sent;
      await victim.kill();
      victim.goOn();
      await send(survivor.url, EVENTS / 2);
      await until(announced);
      const { body } = await asUser(survivor.url, user, 'GET', '/v1/notifications?view=full');
      expect(body).toMatchObject({ notifications: [{ count: EVENTS + 1 }] });
      const { body: unread } = await asUser(survivor.url, user, 'GET', '/v1/notifications/unread-count');
      expect(unread).toEqual({ count: 1 });
      await checkPages(sql, survivor.url, [page]);
    } finally {
      await victim.end();
      await page.stop();
    }
  },
);
