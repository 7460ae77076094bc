import type { DataSource, EntityManager } from 'typeorm';
import { DatabaseStartError } from './start-error.js';

/** How the tables are laid out over the nodes of a Citus cluster. */
export interface Layout {
  /** Those of users' rows: one shard holds all rows of a user, of every table. */
  distributed: string[];
  /** The others: each node has a copy. */
  reference: string[];
}

/**
 * Lays the tables out over the nodes of a Citus cluster, those that are not so yet, in one transaction. Rows move
 * with their tables, which are locked meanwhile.
 * @throws DatabaseStartError when the database has no Citus
 */
export async function distribute(dataSource: DataSource): Promise<Layout> {
  return dataSource.transaction(async (manager) => {
    const extension: unknown[] = await manager.query(`SELECT FROM pg_extension WHERE extname = 'citus'`);
    if (extension.length === 0) {
      throw new DatabaseStartError(
        'The database has no Citus extension, so its tables cannot be distributed. On a server with ' +
          `shared_preload_libraries = 'citus', run CREATE EXTENSION citus in this database first. Without Citus ` +
          'nothing needs to be done: leave --citus out.',
      );
    }
    await manager.query('SET LOCAL statement_timeout = 0');
    const known = (await manager.query(
      `SELECT relname AS name FROM pg_class JOIN pg_dist_partition ON logicalrelid = oid
       WHERE relnamespace = 'carillon'::regnamespace`,
    )) as { name: string }[];
    const layout = without(
      await layoutOf(manager),
      known.map(({ name }) => name),
    );
    for (const table of layout.distributed) {
      await manager.query(`SELECT create_distributed_table($1, 'user_id')`, [`carillon.${table}`]);
    }
    for (const table of layout.reference) {
      await manager.query('SELECT create_reference_table($1)', [`carillon.${table}`]);
    }
    // Rows that are made on a worker get their ids there.
    await manager.query(`SELECT create_distributed_function('carillon.uuid_v7(timestamptz)')`);
    return layout;
  });
}

/**
 * Which tables belong to users, by their keys: a primary key that begins with the user is what Citus asks for.
 * TypeORM's list of migrations stays where it is.
 */
export async function layoutOf(manager: EntityManager): Promise<Layout> {
  const tables = (await manager.query(
    `SELECT c.relname AS name, a.attname = 'user_id' AS "ofUsers" FROM pg_index i
     JOIN pg_class c ON c.oid = i.indrelid
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE c.relnamespace = 'carillon'::regnamespace AND i.indisprimary AND c.relname <> 'migrations'
     ORDER BY 1`,
  )) as { name: string; ofUsers: boolean }[];
  const names = (ofUsers: boolean) =>
    tables.filter((table) => table.ofUsers === ofUsers).map(({ name }) => name);
  return { distributed: names(true), reference: names(false) };
}

function without({ distributed, reference }: Layout, known: string[]): Layout {
  const isNew = (table: string) => !known.includes(table);
  return { distributed: distributed.filter(isNew), reference: reference.filter(isNew) };
}
