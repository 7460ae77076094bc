import type { OldRows } from '../database/old-rows.sql.js';

/**
 * Of a user, the notification that had an id before it came to the top again: its first one is in its row, others are kept
 * beside. @param user @param id SQL of both
 */
export function byFormerId(user: string, id: string): string {
  return `SELECT * FROM :schema.notifications n WHERE n.user_id = ${user} AND n.origin_id = coalesce(
      (SELECT f.origin_id FROM :schema.former_ids f WHERE f.user_id = ${user} AND f.id = ${id}), ${id})`;
}

/** Of a user, the notification that has an id, or had it before: that is only looked for where the key misses. */
export function byAnyId(user: string, id: string): string {
  return `SELECT * FROM :schema.notifications n WHERE n.user_id = ${user} AND n.id = ${id}
    UNION ALL (${byFormerId(user, id)}) LIMIT 1`;
}

// There are few: of notifications that came to the top again more than once.
const ORPHANS = `FROM :schema.former_ids f WHERE NOT EXISTS (
      SELECT FROM :schema.notifications n WHERE n.user_id = f.user_id AND n.origin_id = f.origin_id)`;

/** The former ids of notifications that are there no more. */
export const OLD_FORMER_IDS: OldRows = {
  remove: {
    name: 'cleanup.deleteFormerIds',
    text: `
      WITH orphans AS MATERIALIZED (
        SELECT f.user_id, f.id ${ORPHANS} LIMIT $1 FOR UPDATE OF f SKIP LOCKED
      ), gone AS (
        DELETE FROM :schema.former_ids f USING orphans o WHERE f.user_id = o.user_id AND f.id = o.id
        RETURNING 1
      )
      SELECT count(*) FROM gone`,
  },
  count: { name: 'cleanup.countFormerIds', text: `SELECT count(*) ${ORPHANS}` },
};
