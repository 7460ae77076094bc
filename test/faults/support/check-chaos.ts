import { expect } from '@jest/globals';
import type { Sql } from '../../support/sql.js';
import type { Page } from '../streams/page.js';
import { asUser } from './api.js';
import type { Chaos } from './chaos.js';
import { checkActions, checkEveryCount, checkLists, checkPages } from './check-inbox.js';
import { until } from './wait.js';

/** Every event that was acknowledged is there once, with each recipient's notification unless that was purged. */
export async function checkEvents(
  sql: Sql,
  chaos: Chaos,
): Promise<{ acknowledged: number; unanswered: number }> {
  const sent = new Map(chaos.events.map((event) => [event.title, event]));
  const rows = await sql.rows<{ title: string; recipients: string[] }>(
    `SELECT e.title, r.user_ids AS recipients
     FROM carillon.events e JOIN carillon.event_recipients r ON r.event_id = e.id`,
  );
  // Neither one that was refused, nor one that nothing sent.
  expect(rows.map(({ title }) => title).filter((title) => !sent.has(title))).toEqual([]);
  const stored = new Set(rows.map(({ title }) => title));
  expect(stored.size).toBe(rows.length);
  expect(chaos.events.filter(({ title, acknowledged }) => acknowledged && !stored.has(title))).toEqual([]);
  expect(chaos.events.filter(({ key, acknowledged }) => key !== undefined && !acknowledged)).toEqual([]);

  const due = rows.flatMap(({ title, recipients }) => recipients.map((user) => `${user} ${title}`));
  const meant = rows.flatMap(({ title }) => sent.get(title)?.userIds.map((user) => `${user} ${title}`) ?? []);
  expect(due.sort()).toEqual(meant.sort());
  const notifications = await sql.rows<{ id: string; what: string }>(
    `SELECT id, user_id || ' ' || title AS what FROM carillon.notifications`,
  );
  const there = new Set(notifications.map(({ what }) => what));
  expect(there.size).toBe(notifications.length);
  const isDue = new Set(due);
  expect([...there].filter((what) => !isDue.has(what))).toEqual([]);
  const purging = new Set([...chaos.purging].map((id) => chaos.known.get(id)));
  expect(due.filter((what) => !there.has(what) && !purging.has(what))).toEqual([]);
  expect(notifications.filter(({ id }) => chaos.purged.has(id))).toEqual([]);
  const acknowledged = chaos.events.filter((event) => event.acknowledged).length;
  return { acknowledged, unanswered: chaos.events.length - acknowledged };
}

/** What users were answered holds, and so do all of their counts and lists. */
export async function checkUsers(sql: Sql, chaos: Chaos, url: string, users: string[]): Promise<void> {
  const unread = await sql.rows(
    'SELECT id FROM carillon.notifications WHERE read_at IS NULL AND id = ANY($1::uuid[])',
    [[...chaos.read]],
  );
  expect(unread).toEqual([]);
  await checkActed(sql, chaos);
  await checkEveryCount(sql, url, users);
  await checkLists(sql, url, users);
  for (const user of users) {
    const { body: preferences } = await asUser(url, user, 'GET', '/v1/preferences');
    const types = preferences['types'] as Record<string, Record<string, boolean>>;
    for (const [setting, value] of chaos.settings) {
      const [owner, type = '', channel = ''] = setting.split(' ');
      if (owner === user) expect([setting, types[type]?.[channel]]).toEqual([setting, value]);
    }

    const { body: endpoints } = await asUser(url, user, 'GET', '/v1/webhooks');
    const present = new Set((endpoints['webhooks'] as { id: string }[]).map(({ id }) => `${user} ${id}`));
    for (const [endpoint, state] of chaos.endpoints) {
      if (!endpoint.startsWith(`${user} `) || state === 'deleting') continue;
      expect([endpoint, present.has(endpoint)]).toEqual([endpoint, state === 'made']);
    }
  }
}

/** Nothing was said to be the action that was taken but the one that is recorded. */
async function checkActed(sql: Sql, chaos: Chaos): Promise<void> {
  await checkActions(sql);
  const rows = await sql.rows<{ what: string; action: string | null }>(
    `SELECT user_id || ' ' || title AS what, extras -> 'action' ->> 'id' AS action FROM carillon.notifications`,
  );
  const recorded = new Map(rows.map(({ what, action }) => [what, action]));
  for (const [what, actions] of chaos.acted) {
    expect([what, ...actions]).toEqual([what, recorded.get(what) ?? expect.any(String)]);
  }
}

/** Every page was told of all that is there, of nothing twice, and of the right count at the end, and shows the list. */
export async function checkReaders(
  sql: Sql,
  chaos: Chaos,
  url: string,
  pages: readonly Page[],
): Promise<void> {
  const sent = new Set(chaos.events.map(({ title }) => title));
  for (const { reader } of pages) {
    const { userId, titles, ids } = reader;
    const rows = await sql.rows<{ title: string; unread: boolean }>(
      `SELECT title, read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL AS unread
       FROM carillon.notifications WHERE user_id = $1`,
      [userId],
    );
    const unread = rows.filter((row) => row.unread).length;
    await until(() => reader.unread === unread && rows.every(({ title }) => titles.includes(title)));
    expect(titles.filter((title) => !sent.has(title))).toEqual([]);
    expect([userId, new Set(ids).size]).toEqual([userId, ids.length]);
  }
  await checkPages(sql, url, pages);
}
