import type { Statement } from './database.js';

/**
 * Deletes the rows of a table from before a time ($1), the oldest first and at most some ($2), or counts all of them: each says how
 * many. The column needs an index.
 */
export function oldRows(
  module: string,
  table: string,
  column: string,
): Record<'remove' | 'count', Statement> {
  return {
    remove: {
      name: `${module}.deleteOld`,
      text: `
        WITH gone AS (
          DELETE FROM :schema.${table} WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM :schema.${table} WHERE ${column} < $1 ORDER BY ${column} LIMIT $2
            FOR UPDATE SKIP LOCKED
          )) RETURNING 1
        )
        SELECT count(*) FROM gone`,
    },
    count: {
      name: `${module}.countOld`,
      text: `SELECT count(*) FROM :schema.${table} WHERE ${column} < $1`,
    },
  };
}
