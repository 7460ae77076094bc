import { expect } from '@jest/globals';
import { countSql } from '../../../src/notifications/list.sql.js';
import { unseenSql } from '../../../src/notifications/seen.sql.js';
import { expectExactCounts } from '../../support/inbox-counts.js';
import { unseenByDefinition } from '../../support/seen.js';
import type { Sql } from '../../support/sql.js';
import { listOf, shown, type Page } from '../streams/page.js';
import { asUser } from './api.js';
import { until } from './wait.js';

const UNREAD = `read_at IS NULL AND place = 'inbox' AND deleted_at IS NULL`;

const counted = (sql: string) => `(${sql.replaceAll(':schema.', 'carillon.')})`;

/** Where the counters and the rows of some users disagree, in one snapshot; `watchSeen()` knows what has been seen. */
const DISAGREEMENTS = `
  SELECT u.user_id, t.team_id, counted, there FROM unnest($1::text[]) u(user_id)
  CROSS JOIN unnest(ARRAY['a', 'b', '']) t(team_id),
  LATERAL (SELECT ${counted(countSql('unread', 'u.user_id', 't.team_id'))} AS counted) c,
  LATERAL (SELECT count(*) AS there FROM carillon.notifications n
    WHERE n.user_id = u.user_id AND coalesce(n.team_id, '') = t.team_id AND ${UNREAD}) r
  WHERE counted <> there
  UNION ALL
  SELECT u.user_id, 'live', counted, there FROM unnest($1::text[]) u(user_id),
  LATERAL (SELECT ${counted(countSql('live', 'u.user_id'))} AS counted) c,
  LATERAL (SELECT count(*) AS there FROM carillon.notifications n
    WHERE n.user_id = u.user_id AND n.place = 'inbox' AND n.deleted_at IS NULL) r
  WHERE counted <> there
  UNION ALL
  SELECT u.user_id, 'unseen', counted, there FROM unnest($1::text[]) u(user_id),
  LATERAL (SELECT ${counted(unseenSql('u.user_id'))} AS counted) c,
  LATERAL (SELECT (${unseenByDefinition('u.user_id')}) AS there) r
  WHERE counted IS DISTINCT FROM there`;

export async function expectAgreement(sql: Sql, users: readonly string[]): Promise<void> {
  expect(await sql.rows(DISAGREEMENTS, [users])).toEqual([]);
}

/** Looks as long as something goes on: while the relay folds what was done, too, every single snapshot is right. */
export async function agreeing<T>(sql: Sql, users: readonly string[], work: Promise<T>): Promise<number> {
  let running = true;
  const end = () => (running = false);
  void work.then(end, end);
  let looks = 0;
  for (; running; looks += 1) await expectAgreement(sql, users);
  await work;
  return looks;
}

/** Nothing has a time that is still to come, and everything has been announced. */
export async function settled(sql: Sql): Promise<void> {
  const left = `SELECT (SELECT count(*) FROM carillon.inbox_changes)
    + (SELECT count(*) FROM carillon.events WHERE status = 'scheduled')
    + (SELECT count(*) FROM carillon.notifications
       WHERE expires_at IS NOT NULL OR (snoozed_until IS NOT NULL AND deleted_at IS NULL))`;
  await until(async () => (await sql.number(left)) === 0);
}

/** Everything that any contract counts for these users is what counting the rows gives. Nothing may change meanwhile. */
export async function checkEveryCount(sql: Sql, url: string, users: readonly string[]): Promise<void> {
  await expectExactCounts(sql);
  await expectAgreement(sql, users);
  for (const user of users) {
    const [there] = await sql.rows<Record<'all' | 'a' | 'b' | 'unseen', number>>(
      `SELECT count(*) FILTER (WHERE ${UNREAD})::int AS all, count(*) FILTER (WHERE ${UNREAD} AND team_id = 'a')::int AS a,
         count(*) FILTER (WHERE ${UNREAD} AND team_id = 'b')::int AS b,
         coalesce((${unseenByDefinition('$1')}), count(*) FILTER (WHERE ${UNREAD}))::int AS unseen
       FROM carillon.notifications WHERE user_id = $1`,
      [user],
    );
    const { all, a, b, unseen } = there as Record<string, number>;
    const get = async (path: string) => (await asUser(url, user, 'GET', path)).body;
    const ofTeam = async (team: string) => ({
      inbox: await get(`/v1/notifications/unread-count?team_id=${team}`),
      sites: await get(`/api/v1/sites/${team}/notifications/unread-count`),
    });
    const said = {
      user,
      inbox: await get('/v1/notifications/unread-count'),
      counts: await get('/v1/notifications/counts'),
      workspace: await get('/api/notifications/unread-count'),
      account: (await get('/account/api/notifications'))['unreadCount'],
      teams: [await ofTeam('a'), await ofTeam('b')],
    };
    expect(said).toEqual({
      user,
      inbox: { count: all },
      counts: { unread: all, unseen },
      workspace: { count: all },
      account: all,
      teams: [a, b].map((count) => ({ inbox: { count }, sites: { unread_count: count } })),
    });
  }
}

/** Each notification of a user is in one list, and in the one where it belongs. */
export async function checkLists(sql: Sql, url: string, users: readonly string[]): Promise<void> {
  for (const user of users) {
    const rows = await sql.rows<{ id: string; list: string }>(
      `SELECT id, CASE WHEN deleted_at IS NULL THEN place ELSE 'trash' END AS list
       FROM carillon.notifications WHERE user_id = $1 ORDER BY id DESC`,
      [user],
    );
    for (const [list, query] of Object.entries(LISTS)) {
      const listed = (await listOf(url, user, query)).map(({ id }) => id);
      expect([user, list, listed]).toEqual([
        user,
        list,
        rows.filter((row) => row.list === list).map(({ id }) => id),
      ]);
    }
  }
}

const LISTS = {
  inbox: '',
  snoozed: '&state=snoozed',
  archived: '&state=archived',
  trash: '&deleted=only',
};

/** What pages have made of their streams is what the list has, once they know of everything that was announced. */
export async function checkPages(sql: Sql, url: string, pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    const { userId, reader } = page;
    const newest = 'SELECT coalesce(max(seq), 0) FROM carillon.inbox_log WHERE user_id = $1';
    const shownThen = await page.shownAfter(await sql.number(newest, [userId]));
    expect([userId, shownThen]).toEqual([userId, (await listOf(url, userId)).map(shown)]);
    expect(reader.resets).toBe(0);
  }
}

/** Of one notification one action was taken at most, and its row says which. */
export async function checkActions(sql: Sql): Promise<void> {
  const wrong = await sql.rows(
    `SELECT t.user_id, t.event_id, array_agg(t.action_id) AS recorded, n.extras -> 'action' ->> 'id' AS shown
     FROM carillon.taken_actions t LEFT JOIN carillon.notifications n USING (user_id, event_id)
     GROUP BY t.user_id, t.event_id, n.id, n.extras
     HAVING count(*) > 1 OR (n.id IS NOT NULL AND min(t.action_id) IS DISTINCT FROM n.extras -> 'action' ->> 'id')
     UNION ALL
     SELECT n.user_id, n.event_id, NULL, n.extras -> 'action' ->> 'id' FROM carillon.notifications n
     WHERE n.extras ? 'action' AND NOT EXISTS (
       SELECT FROM carillon.taken_actions t WHERE t.user_id = n.user_id AND t.event_id = n.event_id)`,
  );
  expect(wrong).toEqual([]);
}
