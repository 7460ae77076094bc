import type pg from 'pg';
import type { PlanNode } from '../support/plans.js';
import { nodesIn, readTree, textOf, type TreeNode, type TreeValue } from './query-tree.js';

/** What a statement is called and how it is run. */
export interface Asked {
  text: string;
  values: unknown[];
}

/** PostgreSQL's numbers of the commands. */
const UPDATE = '2';
const DELETE = '4';

/** The nodes that call a function, each with the field that names it. */
const CALLS: Record<string, string> = {
  FUNCEXPR: 'funcid',
  OPEXPR: 'opfuncid',
  DISTINCTEXPR: 'opfuncid',
  NULLIFEXPR: 'opfuncid',
  SCALARARRAYOPEXPR: 'opfuncid',
};

/** Called by nature, and stable. */
const STABLE_NODES = ['SQLVALUEFUNCTION', 'COERCEVIAIO'];

/** Under the names of PostgreSQL 15, and of 16 and later. */
const CONDITIONAL = ['CASE', 'CASEEXPR', 'COALESCE', 'COALESCEEXPR', 'MINMAX', 'MINMAXEXPR'];

/**
 * What Citus refuses in an UPDATE or DELETE of a table that it knows, wherever its rows are: a volatile function, a
 * stable one of a column, and either of them within CASE, COALESCE, GREATEST or LEAST.
 */
export class ModificationRules {
  private constructor(private readonly volatility: ReadonlyMap<string, string>) {}

  static async of(client: pg.Client): Promise<ModificationRules> {
    const { rows } = await client.query<{ oid: string; provolatile: string }>(
      'SELECT oid::text, provolatile::text FROM pg_proc',
    );
    return new ModificationRules(new Map(rows.map(({ oid, provolatile }) => [oid, provolatile])));
  }

  /** What a statement does that is refused, in words. */
  async brokenBy(client: pg.Client, { text, values }: Asked): Promise<string[]> {
    const tree = await treeOf(client, text, values.length);
    const broken: string[] = [];
    for (const node of nodesIn(tree)) {
      const command = node.tag === 'QUERY' ? textOf(node, 'commandType') : undefined;
      if (command === UPDATE) broken.push(...this.inExpressions(targets(node.fields.get('targetList'))));
      if (command === UPDATE || command === DELETE) broken.push(...this.inExpressions(qualsOf(node)));
      if (node.tag === 'ONCONFLICTEXPR')
        broken.push(...this.inExpressions(targets(node.fields.get('onConflictSet'))));
    }
    return [...new Set(broken)];
  }

  private inExpressions(expressions: TreeValue[]): string[] {
    const broken: string[] = [];
    for (const node of nodesIn(expressions)) {
      const kind = this.kindOf(node);
      if (kind === 'v') broken.push('calls a volatile function');
      if (kind === 's' && has(node, (inner) => inner.tag === 'VAR'))
        broken.push('calls a stable function of a column');
      if (CONDITIONAL.includes(node.tag) && has(node, (inner) => this.kindOf(inner) !== 'i'))
        broken.push(`calls a function that is not immutable in ${node.tag}`);
    }
    return broken;
  }

  private kindOf(node: TreeNode): string {
    if (STABLE_NODES.includes(node.tag)) return 's';
    const field = CALLS[node.tag];
    return field === undefined ? 'i' : (this.volatility.get(textOf(node, field) ?? '') ?? 'v');
  }
}

/**
 * What a plan takes from a table that the same statement changes elsewhere. Where the parts of a statement run one after
 * the other, only what the change itself waits for is sure to be from before it.
 */
export function readBesideChange(plan: PlanNode): string[] {
  const ctes = new Map<string, PlanNode>();
  for (const node of all(plan)) {
    const name = /^CTE (.*)$/.exec(node['Subplan Name'] ?? '')?.[1];
    if (name !== undefined) ctes.set(name, node);
  }
  const broken: string[] = [];
  for (const change of all(plan).filter((node) => node['Node Type'] === 'ModifyTable')) {
    const before = new Set(waitedFor(change, ctes));
    for (const node of all(plan)) {
      const isElsewhere = node !== change && !before.has(node) && node['Node Type'] !== 'ModifyTable';
      if (isElsewhere && node['Relation Name'] === change['Relation Name'])
        broken.push(`reads ${node['Relation Name']} beside its ${change.Operation}`);
    }
  }
  return broken;
}

/** A part of a plan with everything that it reads from other parts, which run before it. */
function waitedFor(part: PlanNode, ctes: ReadonlyMap<string, PlanNode>): PlanNode[] {
  return all(part).flatMap((node) => {
    const cte = node['Node Type'] === 'CTE Scan' ? ctes.get(node['CTE Name'] ?? '') : undefined;
    return cte ? [node, ...waitedFor(cte, ctes)] : [node];
  });
}

function all(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(all)];
}

/** Sets, without the columns that PostgreSQL adds for itself. */
function targets(list: TreeValue[] = []): TreeValue[] {
  const entries = [...nodesIn(list)].filter((node) => node.tag === 'TARGETENTRY');
  return entries.filter((entry) => textOf(entry, 'resjunk') === 'false');
}

function qualsOf(query: TreeNode): TreeValue[] {
  const [jointree] = query.fields.get('jointree') ?? [];
  if (jointree === undefined || typeof jointree === 'string' || Array.isArray(jointree)) return [];
  return jointree.fields.get('quals') ?? [];
}

function has(node: TreeNode, is: (inner: TreeNode) => boolean): boolean {
  for (const inner of nodesIn(node)) if (is(inner)) return true;
  return false;
}

/** A statement as PostgreSQL understands it, which it tells of one that is the body of a function. */
async function treeOf(client: pg.Client, text: string, parameters: number): Promise<TreeValue[]> {
  await client.query('BEGIN');
  try {
    await client.query(`PREPARE asked AS ${text}`);
    const { rows } = await client.query<{ types: string[] }>(
      `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'asked'`,
    );
    await client.query('DEALLOCATE asked');
    const types = rows[0]?.types ?? [];
    if (types.length !== parameters)
      throw new Error(`${types.length} parameters, ${parameters} values: ${text}`);
    await client.query(
      `CREATE FUNCTION public.asked(${types.join(', ')}) RETURNS void LANGUAGE sql BEGIN ATOMIC ${text}; END`,
    );
    const { rows: functions } = await client.query<{ tree: string }>(
      `SELECT prosqlbody::text AS tree FROM pg_proc WHERE oid = 'public.asked'::regproc`,
    );
    return readTree(functions[0]?.tree ?? '');
  } finally {
    await client.query('ROLLBACK');
  }
}
