import pg from 'pg';
import type { DataSource } from 'typeorm';
import { poolOf } from '../../src/database/database.js';

/** A node of a plan, as EXPLAIN (FORMAT JSON) writes it. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  /** Of what changes a table: how. */
  Operation?: string;
  /** Of what reads a part of the statement: which, and of that part itself `CTE` and its name. */
  'CTE Name'?: string;
  'Subplan Name'?: string;
  /** These three are of a statement that was run. */
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** A statement as a store sent it. */
export interface Sent {
  name?: string;
  text: string;
  values: unknown[];
}

type Connected = (error: Error | undefined, client: pg.PoolClient | undefined, release: () => void) => void;

/** Keeps what the stores of a data source send, as they send it: no test has a copy of a statement. */
export class StatementRecorder {
  private sent: Sent[] = [];
  private readonly known = new WeakSet<pg.PoolClient>();

  constructor(dataSource: DataSource) {
    // Every connection comes from here, those of transactions too.
    const pool = poolOf(dataSource.manager);
    const connect = pool.connect.bind(pool) as (done?: Connected) => Promise<pg.PoolClient>;
    Object.assign(pool, {
      connect: (done?: Connected) =>
        done
          ? connect((error, client, release) => done(error, client && this.listenTo(client), release))
          : connect().then((client) => this.listenTo(client)),
    });
  }

  private listenTo(client: pg.PoolClient): pg.PoolClient {
    if (this.known.has(client)) return client;
    this.known.add(client);
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    return Object.assign(client, {
      query: (...args: unknown[]) => {
        const [statement, values] = args;
        // TypeORM's own, such as BEGIN, are plain texts.
        if (typeof statement === 'object')
          this.sent.push({ ...(statement as Sent), values: values as unknown[] });
        return query(...args);
      },
    });
  }

  async during(work: () => Promise<unknown>): Promise<Sent[]> {
    this.sent = [];
    await work();
    return this.sent;
  }
}

/** The nodes of the plan that PostgreSQL makes for these values, or for any values. */
export async function planNodes(
  client: pg.Client,
  { text, values }: Sent,
  kind: 'custom' | 'generic',
): Promise<PlanNode[]> {
  await client.query(`SET plan_cache_mode = force_${kind}_plan`);
  await client.query(`PREPARE asked AS ${text}`);
  try {
    const literals = values.map(literal).join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (FORMAT JSON) EXECUTE asked${literals && `(${literals})`}`,
    );
    return rows[0]!['QUERY PLAN'].flatMap(({ Plan }) => flatten(Plan));
  } finally {
    await client.query('DEALLOCATE asked');
  }
}

/** Rows that these nodes went through, those that they threw away included. */
export function visited(nodes: readonly PlanNode[]): number {
  return nodes
    .map(
      (node) =>
        ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1),
    )
    .reduce((total, rows) => total + rows, 0);
}

function literal(value: unknown): string {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return `${value}`;
  return pg.escapeLiteral(Array.isArray(value) ? `{${value.map(element).join(',')}}` : plain(value));
}

function element(value: unknown): string {
  return value === null ? 'NULL' : `"${plain(value).replaceAll(/["\\]/g, '\\$&')}"`;
}

function plain(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** A plan's nodes, those that feed a node behind it. */
export function flatten(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)];
}
