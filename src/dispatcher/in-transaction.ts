import type { EntityManager } from 'typeorm';
import { invalidInput, type CarillonError } from '../common/errors.js';
import type { Database } from '../database/database.js';

/**
 * Work in the transaction of a caller, if there is one. What is wrong with that is said of the option, with the failure of
 * the database as its cause.
 */
export async function inTransaction<T>(
  { manager }: { manager?: EntityManager },
  { schema }: Pick<Database, 'schema'>,
  work: (manager: EntityManager | undefined) => Promise<T>,
): Promise<T> {
  if (!manager) return work(undefined);
  const message = kindProblem(manager);
  if (message !== undefined) throw refusal(message);
  try {
    return await work(manager);
  } catch (error) {
    const found = failureProblem(error, schema);
    throw found === undefined ? error : Object.assign(refusal(found), { cause: error });
  }
}

function refusal(message: string): CarillonError {
  return invalidInput([{ path: 'manager', message }]);
}

/** Why it is no manager that can be used. A QueryRunner and a DataSource would be used beside their transaction. */
function kindProblem(manager: Partial<EntityManager>): string | undefined {
  if (typeof manager.getRepository !== 'function' || !manager.connection) {
    return "must be an EntityManager of TypeORM, such as that of dataSource.transaction() or a QueryRunner's manager";
  }
  const { type } = manager.connection.options;
  if (type === 'postgres') return undefined;
  return `must be one of the PostgreSQL database that Carillon uses, and is one of a data source of the type ${type}`;
}

/** SQLSTATEs of names that are not in a database: of a table, a schema, a function, a column, a type. */
const NOT_THERE = ['42P01', '3F000', '42883', '42703', '42704'];
const NOT_PERMITTED = '42501';
const FAILED_BEFORE = '25P02';

/** What a failure says of the manager, or undefined where that is not to blame. */
function failureProblem(error: unknown, schema: string): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code === FAILED_BEFORE) {
    return 'is in a transaction that has failed already: roll it back, or use a savepoint for what may fail';
  }
  if (code === NOT_PERMITTED) {
    return (
      `belongs to a database user who may not use Carillon's tables in the schema "${schema}" (${String(message)}): ` +
      `grant that user what Carillon's own has`
    );
  }
  if (!NOT_THERE.some((one) => one === code)) return undefined;
  return (
    `is of a database that has not the tables of this Carillon in its schema "${schema}" (${String(message)}): ` +
    `use the manager of a transaction in Carillon's own database, or none`
  );
}
