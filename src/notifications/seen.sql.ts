import { byAnyId } from './former-ids.sql.js';
import { IN_INBOX } from './placing.js';

/**
 * What a user has seen is a mark and no flag: a row `s` of `inbox_seen`. Seen is what was committed when it was made. Ids up to
 * `s.id` were, but for those whose entry of the log is a later one than `s.seq`, unless it was still `pending` then.
 */

const ARRIVES = (of: string) => `${of}.kind IN ('created', 'collapsing', 'collapsed')`;

/** A list of the ids that a change or an entry of the log brought. */
const ARRIVED = (of: string) =>
  `coalesce(${of}.scope -> 'arrived', jsonb_build_array(${of}.notification_id))`;

/** SQL: whether something came after a mark though its id is older. @param of a change, or an entry after the mark's */
export function isLate(of: string, mark: string): string {
  return `${ARRIVES(of)} AND ${of}.notification_id <= ${mark}.id AND NOT ${mark}.pending @> ${ARRIVED(of)}`;
}

/** Ids of what came late for a mark `s` and is unread. */
const LATE = `
  SELECT DISTINCT n.id FROM (
    SELECT l.notification_id AS id FROM :schema.inbox_log l
    WHERE l.user_id = s.user_id AND l.seq > s.seq AND ${isLate('l', 's')}
    UNION ALL
    SELECT c.notification_id FROM :schema.inbox_changes c WHERE c.user_id = s.user_id AND ${isLate('c', 's')}
    UNION ALL
    SELECT a.id FROM :schema.late_arrivals a WHERE a.user_id = s.user_id AND a.seq > s.seq
  ) late CROSS JOIN LATERAL (${byAnyId('s.user_id', 'late.id')}) n
  WHERE n.id <= s.id AND n.read_at IS NULL AND ${IN_INBOX}`;

/**
 * How many in the inbox are unread and came after the user's mark; null where there is none. Those that come in the usual order
 * are counted off the index of the unread ones.
 * @param user the placeholder or column of the user
 */
export function unseenSql(user: string): string {
  return `SELECT (
      SELECT count(*) FROM :schema.notifications n
      WHERE n.user_id = s.user_id AND n.id > s.id AND n.read_at IS NULL AND ${IN_INBOX}
    ) + (SELECT count(*) FROM (${LATE}) n)
    FROM :schema.inbox_seen s WHERE s.user_id = ${user}`;
}

/** `late`: what came late, of some users. @param users SQL of a list of their ids */
export function lateOf(users: string): string {
  return `late AS MATERIALIZED (
      SELECT s.user_id, n.id FROM (SELECT DISTINCT unnest(${users}) AS user_id) asked
      JOIN :schema.inbox_seen s USING (user_id) CROSS JOIN LATERAL (${LATE}) n
    )`;
}

/** SQL: whether an unread row `n` of the inbox has been seen. It asks {@link lateOf} what came late. */
export const IS_SEEN = `EXISTS (SELECT FROM :schema.inbox_seen s WHERE s.user_id = n.user_id AND n.id <= s.id)
      AND NOT EXISTS (SELECT FROM late WHERE late.user_id = n.user_id AND late.id = n.id)`;

/**
 * All that is committed now is seen. Of two marks at once the later look holds; at the same entry of the log each may have
 * found what the other has not.
 */
export const MARK_SEEN = {
  name: 'mark.seen',
  text: `
    WITH look AS MATERIALIZED (
      SELECT
        coalesce((SELECT n.id FROM :schema.notifications n WHERE n.user_id = $1 ORDER BY n.id DESC LIMIT 1),
          '00000000-0000-0000-0000-000000000000') AS id,
        greatest((SELECT l.seq FROM :schema.inbox_log l WHERE l.user_id = $1 ORDER BY l.seq DESC LIMIT 1),
          (SELECT pruned_seq FROM :schema.inbox_log_state)) AS seq,
        coalesce((
          SELECT jsonb_agg(arrived) FROM :schema.inbox_changes c
          CROSS JOIN LATERAL jsonb_array_elements(${ARRIVED('c')}) arrived WHERE c.user_id = $1 AND ${ARRIVES('c')}
        ), '[]') AS pending
    ), marked AS (
      INSERT INTO :schema.inbox_seen AS s (user_id, id, seq, pending) SELECT $1, id, seq, pending FROM look
      ON CONFLICT (user_id) DO UPDATE SET id = greatest(s.id, excluded.id), seq = excluded.seq,
        pending = CASE excluded.seq WHEN s.seq THEN s.pending || excluded.pending ELSE excluded.pending END
      WHERE excluded.seq >= s.seq
    ), known AS (
      DELETE FROM :schema.late_arrivals WHERE user_id = $1
    )
    INSERT INTO :schema.inbox_changes (user_id, kind) VALUES ($1, 'seen')`,
};
