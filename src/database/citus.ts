import type { EntityManager } from 'typeorm';
import type { Database } from './database.js';
import { DatabaseStartError } from './start-error.js';

/**
 * Places the schema as a whole on a node of a Citus cluster (schema-based sharding). Rows move with their tables, which
 * are locked meanwhile; it takes its time where they are many.
 * @returns false when it is distributed already
 * @throws DatabaseStartError when the database has no Citus that can do it, or its tables were distributed one by one
 */
export async function distributeSchema(database: Database): Promise<boolean> {
  return database.transaction(async (manager) => {
    await requireCitus(manager);
    const { schema } = database;
    if (await exists(manager, IS_DISTRIBUTED, [schema])) return false;
    await refuseDistributedTables(manager, schema);
    await manager.query('SET LOCAL statement_timeout = 0');
    await manager.query('SELECT pg_catalog.citus_schema_distribute(quote_ident($1)::regnamespace)', [schema]);
    return true;
  });
}

const IS_DISTRIBUTED = `SELECT FROM pg_catalog.pg_dist_schema WHERE schemaid = quote_ident($1)::regnamespace`;

async function requireCitus(manager: EntityManager): Promise<void> {
  if (!(await exists(manager, `SELECT FROM pg_extension WHERE extname = 'citus'`))) {
    throw new DatabaseStartError(
      'The database has no Citus extension, so its schema cannot be distributed. On a server with ' +
        `shared_preload_libraries = 'citus', run CREATE EXTENSION citus in this database first. Without Citus ` +
        'nothing needs to be done: leave --citus out.',
    );
  }
  const hasSchemas = `SELECT FROM pg_proc WHERE proname = 'citus_schema_distribute'`;
  if (await exists(manager, hasSchemas)) return;
  throw new DatabaseStartError(
    'The Citus extension of this database cannot distribute a schema: that needs Citus 12 or newer. Upgrade it, or ' +
      'leave --citus out.',
  );
}

/**
 * An earlier version of this distributed table by table: the relay and the queue of deliveries do not work on that.
 * `n` with replication model `t` is a reference table; of the others with `n` Citus itself knows what to do.
 */
async function refuseDistributedTables(manager: EntityManager, schema: string): Promise<void> {
  const tables = (await manager.query(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_catalog.pg_dist_partition p
     JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND (p.partmethod <> 'n' OR p.repmodel = 't') ORDER BY 1`,
    [schema],
  )) as { name: string }[];
  if (tables.length === 0) return;
  const names = tables.map(({ name }) => name);
  throw new DatabaseStartError(
    `These tables are distributed one by one, as an earlier version did it: ${names.join(', ')}. Streams and webhooks ` +
      `do not work on them. Run SELECT undistribute_table('${names[0]}') and the same for the others, and then this ` +
      'command again.',
  );
}

async function exists(manager: EntityManager, query: string, values?: unknown[]): Promise<boolean> {
  const rows: unknown[] = await manager.query(query, values);
  return rows.length > 0;
}
