import type { Sql } from '../support/sql.js';

/**
 * Makes a database look as if it had Citus, which cannot be had here: its functions, as they are documented, write
 * down how they were called, and refuse what Citus refuses. Only for a database of the test's own, as its superuser.
 */
export async function pretendCitus(sql: Sql): Promise<void> {
  // The role has the name of the schema, which would be where things are made, and would go unnamed.
  await sql.rows('SET search_path = public');
  await sql.rows('SET allow_system_table_mods = on');
  await sql.rows(
    `INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
     SELECT 1, 'citus', oid, 'pg_catalog'::regnamespace, false, '0' FROM pg_roles WHERE rolname = current_user`,
  );
  await sql.rows('RESET allow_system_table_mods');
  // The method and the column's name; Citus has the column as an expression.
  await sql.rows(
    'CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, partmethod "char", of text)',
  );
  await sql.rows('CREATE TABLE citus_calls (at int GENERATED ALWAYS AS IDENTITY, call text)');
  const distributing = (method: string, column: string) => `
    IF EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = table_name) THEN
      RAISE 'table "%" is already distributed', table_name;
    END IF;
    INSERT INTO pg_dist_partition VALUES (table_name, '${method}', ${column});`;
  await sql.rows(`
    CREATE FUNCTION create_distributed_table(table_name regclass, distribution_column text,
      distribution_type text DEFAULT 'hash', colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL)
    RETURNS void LANGUAGE plpgsql SET search_path = public AS $$ BEGIN
      INSERT INTO citus_calls (call) VALUES (format('distributed %s by %s', table_name, distribution_column));
      IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column) THEN
        RAISE 'column "%" of relation "%" does not exist', distribution_column, table_name;
      END IF;
      ${distributing('h', 'distribution_column')}
    END $$`);
  await sql.rows(`
    CREATE FUNCTION create_reference_table(table_name regclass)
    RETURNS void LANGUAGE plpgsql SET search_path = public AS $$ BEGIN
      INSERT INTO citus_calls (call) VALUES (format('reference %s', table_name));
      ${distributing('n', 'NULL')}
    END $$`);
  await sql.rows(`
    CREATE FUNCTION create_distributed_function(function_name regprocedure, distribution_arg_name text DEFAULT NULL,
      colocate_with text DEFAULT 'default', force_delegation bool DEFAULT NULL)
    RETURNS void LANGUAGE plpgsql SET search_path = public AS $$ BEGIN
      INSERT INTO citus_calls (call) VALUES (format('function %s', function_name));
    END $$`);
}

/** The calls since the last look, in their order. */
export async function callsOf(sql: Sql): Promise<string[]> {
  const calls = await sql.rows<{ at: number; call: string }>('DELETE FROM citus_calls RETURNING at, call');
  return calls.sort((a, b) => a.at - b.at).map(({ call }) => call);
}
