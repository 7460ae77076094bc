import { expect } from '@jest/globals';
import type { Sql } from './sql.js';

/** Every count, unread and live, of every user and tenant is what counting the rows gives. */
export async function expectExactCounts(sql: Sql): Promise<void> {
  const wrong = await sql.rows(
    `SELECT coalesce(k.user_id, n.user_id) AS user_id, k.team_id, k.unread, n.unread AS counted
     FROM (
       SELECT user_id, team_id, sum(unread) AS unread, sum(live) AS live FROM (
         SELECT user_id, team_id, unread, live FROM carillon.inbox_totals
         UNION ALL SELECT user_id, team_id, unread_delta, live_delta FROM carillon.inbox_changes
       ) both_of GROUP BY user_id, team_id
     ) k FULL JOIN (
       SELECT user_id, coalesce(team_id, '') AS team_id, count(*) FILTER (WHERE read_at IS NULL) AS unread, count(*) AS live
       FROM carillon.notifications WHERE place = 'inbox' AND deleted_at IS NULL GROUP BY 1, 2
     ) n USING (user_id, team_id)
     WHERE coalesce(k.unread, 0) <> coalesce(n.unread, 0) OR coalesce(k.live, 0) <> coalesce(n.live, 0)`,
  );
  expect(wrong).toEqual([]);
}
