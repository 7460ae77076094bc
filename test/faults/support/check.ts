import { expect } from '@jest/globals';
import type { FakeTarget } from '../../outbound/support/targets.js';
import type { Sql } from '../../support/sql.js';
import { asUser } from './api.js';
import type { Load } from './load.js';
import { megabytes } from './report.js';
import type { Server } from './server.js';
import { until } from './wait.js';

export interface Kept {
  acknowledged: number;
  /** Events whose sender was never answered: they may be there or not, but never in part and never twice. */
  unanswered: number;
  notifications: number;
}

/** What a server may keep after a fault: caches that filled, code that was compiled. */
const MEMORY_MARGIN = 24 * 1024 * 1024;

/**
 * What was promised to the senders and readers of a load is kept: nothing lost, nothing doubled, counts exact. Nor were
 * they answered anything that they may not be, and whoever asked whether the process lives was told that it does.
 */
export async function checkLoad(sql: Sql, url: string, load: Load): Promise<Kept> {
  expect(load.unexpected).toEqual([]);
  expect(load.withoutRetryAfter).toBe(0);
  // 0 is a process that was killed.
  expect([...load.live.keys()].filter((status) => status !== 0)).toEqual([200]);
  const rows = await sql.rows<{ title: string; users: string[]; copies: string }>(
    `SELECT title, array_agg(DISTINCT user_id COLLATE "C" ORDER BY user_id COLLATE "C") AS users, count(*) AS copies
     FROM carillon.notifications WHERE title LIKE 'event %' GROUP BY title`,
  );
  const stored = new Map(rows.map((row) => [row.title, row]));
  for (const event of load.events) {
    const row = stored.get(event.title);
    if (!row) {
      expect([event, 'is lost']).toEqual([{ ...event, acknowledged: false }, 'is lost']);
      continue;
    }
    // Each recipient once: neither a second copy, nor a part of the recipients.
    expect({ event, users: row.users, copies: Number(row.copies) }).toEqual({
      event,
      users: [...event.userIds].sort(),
      copies: event.userIds.length,
    });
  }
  expect(load.events.filter(({ key, acknowledged }) => key !== undefined && !acknowledged)).toEqual([]);
  expect(await sql.number(`SELECT count(*) - count(DISTINCT title) FROM carillon.events`)).toBe(0);

  const unread = await sql.rows(
    'SELECT id FROM carillon.notifications WHERE read_at IS NULL AND id = ANY($1::uuid[])',
    [[...load.read]],
  );
  expect(unread).toEqual([]);
  await checkCounts(sql, url);

  const acknowledged = load.events.filter((event) => event.acknowledged).length;
  return {
    acknowledged,
    unanswered: load.events.length - acknowledged,
    notifications: rows.reduce((sum, { copies }) => sum + Number(copies), 0),
  };
}

/** Every user's `unread-count` is what counting the rows gives. */
export async function checkCounts(sql: Sql, url: string): Promise<void> {
  const counted = await sql.rows<{ user_id: string; count: string }>(
    `SELECT user_id, count(*) FILTER (WHERE read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL) AS count
     FROM carillon.notifications GROUP BY user_id ORDER BY user_id`,
  );
  for (const { user_id: userId, count } of counted) {
    const { body } = await asUser(url, userId, 'GET', '/v1/notifications/unread-count');
    expect([userId, body]).toEqual([userId, { count: Number(count) }]);
  }
}

/**
 * The process lives, and its memory comes back to what it was.
 * @returns both, for a report
 */
export async function checkMemory(
  server: Server,
  before: number,
): Promise<{ 'memory before': string; after: string }> {
  expect(server.alive).toBe(true);
  let used = (await server.memory()).used;
  await until(async () => (used = (await server.memory()).used) < before + MEMORY_MARGIN, 500);
  return { 'memory before': megabytes(before), after: megabytes(used) };
}

/** One delivery for each event and endpoint, every one delivered, each under one id, and nothing that nobody sent. */
export async function checkDeliveries(
  sql: Sql,
  sink: FakeTarget,
  users: string[],
): Promise<{ deliveries: number; repeated: number }> {
  await until(
    async () => (await sql.number(`SELECT count(*) FROM carillon.deliveries WHERE status = 'pending'`)) === 0,
    200,
  );
  const expected = await sql.rows<{ title: string; user_id: string }>(
    `SELECT v.title, r.user_id FROM carillon.events v JOIN carillon.event_recipients c ON c.event_id = v.id, unnest(c.user_ids) AS r(user_id)
     WHERE r.user_id = ANY($1::text[]) AND v.title LIKE 'event %'`,
    [users],
  );
  expect(await sql.number('SELECT count(*) FROM carillon.deliveries')).toBe(expected.length);
  expect(await sql.number(`SELECT count(*) FROM carillon.deliveries WHERE status = 'delivered'`)).toBe(
    expected.length,
  );

  const idOf = new Map<string, Set<unknown>>();
  for (const { headers, body } of sink.received) {
    const { data } = JSON.parse(body) as { data: { user_id: string; notification: { title: string } } };
    const what = `${data.user_id} ${data.notification.title}`;
    idOf.set(what, (idOf.get(what) ?? new Set()).add(headers['webhook-id']));
  }
  expect([...idOf.keys()].sort()).toEqual(expected.map((e) => `${e.user_id} ${e.title}`).sort());
  expect([...idOf].filter(([, ids]) => ids.size !== 1)).toEqual([]);
  return { deliveries: expected.length, repeated: sink.received.length - expected.length };
}
