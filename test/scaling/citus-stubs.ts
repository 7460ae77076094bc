import type { Sql } from '../support/sql.js';

/**
 * Makes a database look as if it had Citus, which cannot be had here: its catalogue and its functions, as they are
 * documented, write down how they were called, and refuse what Citus refuses. Only for a database of the test's own, as
 * its superuser.
 * @param version of the extension: schemas can be distributed from 12 on
 */
export async function pretendCitus(sql: Sql, version: '11.3' | '13.2' = '13.2'): Promise<void> {
  await sql.rows('SET allow_system_table_mods = on');
  await sql.rows(
    `INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
     SELECT 1, 'citus', oid, 'pg_catalog'::regnamespace, false, '${version}' FROM pg_roles WHERE rolname = current_user`,
  );
  await sql.rows(`
    CREATE TABLE pg_catalog.pg_dist_partition (
      logicalrelid regclass PRIMARY KEY, partmethod "char", partkey text, colocationid int, repmodel "char")`);
  await sql.rows('CREATE TABLE public.citus_calls (at int GENERATED ALWAYS AS IDENTITY, call text)');
  if (version === '13.2') {
    await sql.rows('CREATE TABLE pg_catalog.pg_dist_schema (schemaid oid PRIMARY KEY, colocationid int)');
    await sql.rows(`
      CREATE FUNCTION pg_catalog.citus_schema_distribute(schemaname regnamespace)
      RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO public.citus_calls (call) VALUES (format('distributed the schema %s', schemaname));
        IF EXISTS (SELECT FROM pg_dist_schema WHERE schemaid = schemaname) THEN
          RAISE NOTICE 'schema % is already distributed', schemaname;
          RETURN;
        END IF;
        IF EXISTS (SELECT FROM pg_dist_partition JOIN pg_class ON oid = logicalrelid WHERE relnamespace = schemaname)
        THEN
          RAISE 'schema already has distributed tables';
        END IF;
        INSERT INTO pg_dist_schema VALUES (schemaname, 1);
        INSERT INTO pg_dist_partition
        SELECT oid, 'n', NULL, 1, 's' FROM pg_class WHERE relnamespace = schemaname AND relkind = 'r';
      END $$`);
  }
  await sql.rows('RESET allow_system_table_mods');
}

/** A table as `create_distributed_table` leaves it (`h`), or `create_reference_table`. */
export async function pretendDistributed(
  sql: Sql,
  table: string,
  method: 'hash' | 'reference',
): Promise<void> {
  const [partmethod, repmodel] = method === 'hash' ? ['h', 's'] : ['n', 't'];
  await sql.rows('INSERT INTO pg_dist_partition VALUES ($1::regclass, $2, NULL, 1, $3)', [
    table,
    partmethod,
    repmodel,
  ]);
}

/** The calls since the last look, in their order. */
export async function callsOf(sql: Sql): Promise<string[]> {
  const calls = await sql.rows<{ at: number; call: string }>(
    'DELETE FROM public.citus_calls RETURNING at, call',
  );
  return calls.sort((a, b) => a.at - b.at).map(({ call }) => call);
}
