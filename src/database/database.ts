import { createHash } from 'node:crypto';
import pg, {
  type Pool,
  type PoolClient,
  type QueryArrayConfig,
  type QueryArrayResult,
  type QueryConfig,
  type QueryResult,
} from 'pg';
import {
  QueryRunnerAlreadyReleasedError,
  type DataSource,
  type EntityManager,
  type QueryRunner,
} from 'typeorm';
import { CarillonError, invalidInput } from '../common/errors.js';
import { within } from '../common/within.js';
import { DatabaseClient } from './client.js';
import { TYPES } from './types.js';

/**
 * A statement of the hot path. The name makes PostgreSQL keep its plan on the connection: a statement is parsed
 * and planned once per connection, not once per call, which halves the cost of the short ones.
 * One name must always stand for one text; without a name (`''`) nothing is kept.
 */
export interface Statement {
  readonly name: string;
  /** Tables and functions of Carillon's own are named as `:schema.notifications`. */
  readonly text: string;
}

/** What `pg` gets for a statement, without its values: it copies each property at every call. */
interface Sent {
  objects: QueryConfig;
  arrays: QueryArrayConfig;
}

/** How long the end of the process waits for connections that are still in use: requests and workers have ended before. */
const CLOSE_TIMEOUT_MS = 2_000;

/** Of a hash: enough for the names that one application gives to its statements. */
const SCHEMA_MARK_LENGTH = 8;

/**
 * Carillon's own connections, and the one place that knows the name of its schema: of statements, channels and locks
 * that are made here, two Carillons in one database share none.
 */
export class Database {
  /** The schema's name, as it was configured. */
  readonly schema: string;
  private readonly quoted: string;
  private readonly mark: string;
  /** As many as there are names of statements. */
  private readonly prepared = new Map<string, Sent>();

  constructor(readonly dataSource: DataSource) {
    const { schema } = dataSource.options as { schema?: string };
    if (schema === undefined) throw new Error('the data source names no schema');
    this.schema = schema;
    this.quoted = pg.escapeIdentifier(schema);
    this.mark = createHash('sha256').update(schema).digest('hex').slice(0, SCHEMA_MARK_LENGTH);
  }

  /** The one that is in no transaction. */
  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Asks the database for nothing. @throws what the driver throws while the database is away */
  async ping(): Promise<void> {
    await this.manager.query('SELECT 1');
  }

  /** Closes the connections, or leaves those to the end of the process that do not come to an end. */
  async close(): Promise<void> {
    if (this.dataSource.isInitialized) await within(CLOSE_TIMEOUT_MS, this.dataSource.destroy());
  }

  /**
   * Runs a prepared statement, in the transaction of `manager` if it is in one, else by itself.
   * One statement alone is atomic, so a single-statement write needs no BEGIN and costs one round trip.
   */
  async execute<Row extends object>(
    manager: EntityManager,
    statement: Statement,
    values: unknown[],
  ): Promise<QueryResult<Row>> {
    const client = await clientOf(manager);
    return client.query<Row>(this.sentBy(manager, statement).objects, values);
  }

  /** Like {@link execute}, with rows as arrays: no object is built per row. */
  async executeArrays<Row extends unknown[]>(
    manager: EntityManager,
    statement: Statement,
    values: unknown[],
  ): Promise<QueryArrayResult<Row>> {
    const client = await clientOf(manager);
    return client.query<Row>(this.sentBy(manager, statement).arrays, values);
  }

  /** Like {@link execute}, for a statement that answers with one number. */
  async executeCount(manager: EntityManager, statement: Statement, values: unknown[]): Promise<number> {
    const { rows } = await this.executeArrays<[string]>(manager, statement, values);
    return Number(rows[0]?.[0] ?? 0);
  }

  /**
   * On a connection of a host the statement goes without its name, which the host or a pooler may have forgotten there
   * (DISCARD ALL), and what it answers is read as on Carillon's own.
   */
  private sentBy(manager: EntityManager, statement: Statement): Sent {
    const prepared = this.inSchema(statement);
    if (isCarillons(manager.connection)) return prepared;
    return sent({ text: prepared.objects.text, types: TYPES });
  }

  /** The statement as PostgreSQL gets it. */
  private inSchema({ name, text: written }: Statement): Sent {
    const known = this.prepared.get(name);
    if (known) return known;
    const text = written.replaceAll(':schema.', () => `${this.quoted}.`);
    if (name === '') return sent({ text });
    const made = sent({ name: `${name}.${this.mark}`, text });
    this.prepared.set(name, made);
    return made;
  }

  /** The name of a channel of LISTEN and NOTIFY, or of Redis. */
  channel(name: string): string {
    return `${this.schema}_${name}`;
  }

  /** Waits until this transaction alone, of all that take the turn, has it: for its own duration. */
  async takeTurn(manager: EntityManager, name: string): Promise<void> {
    await this.execute(manager, TAKE_TURN, this.lock(name));
  }

  /**
   * The two numbers of an advisory lock: a class that is this schema's alone, and the lock's own. Locks of one number
   * would share theirs with those of a host.
   */
  lock(name: string): [lockClass: number, number: number] {
    return [numberOf(`carillon ${this.schema}`), numberOf(name)];
  }
}

const TAKE_TURN = {
  name: 'database.takeTurn',
  text: 'SELECT pg_advisory_xact_lock($1::int, $2::int)',
};

/** Whether its connections were opened by Carillon: those for requests are, and those of the workers. */
function isCarillons({ options }: DataSource): boolean {
  return (options as { extra?: { Client?: unknown } }).extra?.Client === DatabaseClient;
}

/** 32 bits of a hash: PostgreSQL takes two such numbers for a lock. */
function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE();
}

function sent(objects: QueryConfig): Sent {
  return { objects, arrays: { ...objects, rowMode: 'array' } };
}

function clientOf(manager: EntityManager): Pool | Promise<PoolClient> {
  const { queryRunner } = manager;
  // A manager without a query runner is not in a transaction; with one, its connection is the transaction's.
  if (queryRunner) {
    if (queryRunner.isReleased) throw released(queryRunner);
    return queryRunner.connect() as Promise<PoolClient>;
  }
  if (!manager.connection.isInitialized) throw closed();
  return poolOf(manager);
}

/**
 * TypeORM releases the runner of a connection that was lost, in the middle of its transaction. After the end of one the
 * runner still has the connection, which by then may be in another transaction.
 */
function released({ isTransactionActive }: QueryRunner): Error {
  if (isTransactionActive) return new QueryRunnerAlreadyReleasedError();
  return invalidInput([
    { path: 'manager', message: 'has ended: await what is called with it before its transaction ends' },
  ]);
}

function closed(): CarillonError {
  return new CarillonError('unavailable', 'The connections to the database have been closed.', undefined, 1);
}

/** The `pg` pool that TypeORM's driver holds: the hot path shares its connections. */
export function poolOf(manager: EntityManager): Pool {
  return (manager.connection.driver as unknown as { master: Pool }).master;
}
