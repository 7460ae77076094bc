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
