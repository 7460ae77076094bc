import type { Sql } from '../support/sql.js';

/** As many as shards of a small cluster: enough that two users of a test seldom share one. */
export const PARTITIONS = 16;

/**
 * Makes every table whose primary key begins with the user natively hash-partitioned by the user, with the columns,
 * keys and indexes that the live catalogue has.
 * @returns the names of those tables
 */
export async function partitionByUser(sql: Sql): Promise<string[]> {
  const tables = await sql.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_index i
     JOIN pg_class c ON c.oid = i.indrelid
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'carillon'::regnamespace AND i.indisprimary AND a.attname = 'user_id' ORDER BY 1`,
  );
  for (const { name } of tables) {
    await sql.rows(`ALTER TABLE carillon.${name} RENAME TO former`);
    await sql.rows(
      `CREATE TABLE carillon.${name} (LIKE carillon.former INCLUDING ALL) PARTITION BY HASH (user_id)`,
    );
    for (let at = 0; at < PARTITIONS; at += 1) {
      await sql.rows(
        `CREATE TABLE carillon.${name}_p${at} PARTITION OF carillon.${name}
         FOR VALUES WITH (MODULUS ${PARTITIONS}, REMAINDER ${at})`,
      );
    }
    await sql.rows(`DROP TABLE carillon.former`);
  }
  return tables.map(({ name }) => name);
}
