import type { EntityManager } from 'typeorm';
import type { Pool, PoolClient, QueryArrayResult, QueryResult } from 'pg';

/**
 * A statement of the hot path. The name makes PostgreSQL keep its plan on the connection: a statement is parsed
 * and planned once per connection, not once per call, which halves the cost of the short ones.
 * One name must always stand for one text.
 */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** The `pg` pool that TypeORM's driver holds: the hot path shares its connections. */
export function poolOf(manager: EntityManager): Pool {
  return (manager.connection.driver as unknown as { master: Pool }).master;
}

/**
 * Runs a prepared statement, in the transaction of `manager` if it is in one, else by itself.
 * One statement alone is atomic, so a single-statement write needs no BEGIN and costs one round trip.
 */
export async function execute<Row extends object>(
  manager: EntityManager,
  statement: Statement,
  values: unknown[],
): Promise<QueryResult<Row>> {
  const client = await clientOf(manager);
  return client.query<Row>({ name: statement.name, text: statement.text, values });
}

/** Like {@link execute}, with rows as arrays: no object is built per row. */
export async function executeArrays<Row extends unknown[]>(
  manager: EntityManager,
  statement: Statement,
  values: unknown[],
): Promise<QueryArrayResult<Row>> {
  const client = await clientOf(manager);
  return client.query<Row>({
    name: statement.name,
    text: statement.text,
    values,
    rowMode: 'array',
  });
}

/** Like {@link execute}, for a statement that answers with one number. */
export async function executeCount(
  manager: EntityManager,
  statement: Statement,
  values: unknown[],
): Promise<number> {
  const { rows } = await executeArrays<[string]>(manager, statement, values);
  return Number(rows[0]?.[0] ?? 0);
}

async function clientOf(manager: EntityManager): Promise<Pool | PoolClient> {
  // A manager without a query runner is not in a transaction; with one, its connection is the transaction's.
  if (!manager.queryRunner) return poolOf(manager);
  return (await manager.queryRunner.connect()) as PoolClient;
}
