import type { Statement } from './database.js';

/** Rows that get too old. Each statement answers how many. */
export interface OldRows {
  /** Removes them: its last value is how many at most. */
  readonly remove: Statement;
  /** What {@link remove} would remove in all. */
  readonly count: Statement;
}

/** Rows of a table from before a time ($1), the oldest first. @param column with an index */
export function oldRows(module: string, table: string, column: string): OldRows {
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
