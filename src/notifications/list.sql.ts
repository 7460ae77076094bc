import type { Statement } from '../database/database.js';
import type { Place } from './placing.js';
import { shapeLines, type RowShape } from './projection.sql.js';

/**
 * Which rows are meant: of one place, or those in the trash. `kept`: of all places, but not in the trash. `all`: of all
 * places, and those in the trash.
 */
export type Visibility = Place | 'trash' | 'kept' | 'all';

/** Which of a user's notifications are meant. Everything is within that one user's rows. */
export interface InboxScope {
  userId: string;
  /** Only this tenant's; null means those of no tenant. */
  teamId?: string | null;
  type?: string;
  read?: boolean;
  /** Without it: those in the inbox. */
  visibility?: Visibility;
}

export interface ListQuery extends InboxScope {
  limit: number;
  /** Only rows that come after this id in the list: older ones. */
  afterId?: string;
  /** How many rows to skip, for contracts that count pages. */
  offset?: number;
  /** Also answer the unread count of the whole scope's tenant. */
  count?: 'unread';
}

/** Rows that a page may skip at the price of a list: where this was written, a thousand took half a millisecond. */
const CHEAP_OFFSET = 1_000;

/**
 * Whether an index has the rows of a list one after the other. The others are looked for among all rows of the user,
 * which takes as long as there are many.
 */
export function isIndexed({
  visibility = 'inbox',
  read,
  teamId,
  type,
  offset = 0,
}: InboxScope & { offset?: number }): boolean {
  const ofOneKind = [visibility !== 'inbox', read === false, teamId !== undefined];
  return (
    offset <= CHEAP_OFFSET &&
    type === undefined &&
    read !== true &&
    teamId !== null &&
    ofOneKind.filter(Boolean).length <= 1
  );
}

/** Whether a counter has the number of a scope's rows; those of others are counted one by one. */
export function isCounted({ visibility = 'inbox', read, type }: InboxScope): boolean {
  return visibility === 'inbox' && read !== true && type === undefined;
}

const NOT_IN_TRASH = 'n.deleted_at IS NULL';

const VISIBLE: Record<Visibility, string[]> = {
  inbox: [`n.place = 'inbox'`, NOT_IN_TRASH],
  snoozed: [`n.place = 'snoozed'`, NOT_IN_TRASH],
  archived: [`n.place = 'archived'`, NOT_IN_TRASH],
  kept: [NOT_IN_TRASH],
  trash: ['n.deleted_at IS NOT NULL'],
  all: [],
};

/** The conditions of a scope, in an order that makes the text a key: the same kinds of scope share a statement. */
export function scopeConditions(scope: InboxScope, values: unknown[]): { sql: string; key: string } {
  const { visibility = 'inbox' } = scope;
  const conditions = ['n.user_id = $1', ...VISIBLE[visibility]];
  let key = visibility === 'inbox' ? '' : `.${visibility}`;
  if (scope.read !== undefined) {
    conditions.push(`n.read_at IS ${scope.read ? 'NOT NULL' : 'NULL'}`);
    key += scope.read ? '.read' : '.unread';
  }
  if (scope.teamId === null) {
    conditions.push('n.team_id IS NULL');
    key += '.noteam';
  } else if (scope.teamId !== undefined) {
    conditions.push(`n.team_id = $${values.push(scope.teamId)}`);
    key += '.team';
  }
  if (scope.type !== undefined) {
    conditions.push(`n.type = $${values.push(scope.type)}`);
    key += '.type';
  }
  return { sql: conditions.join(' AND '), key };
}

const statements = new Map<string, Statement>();

/**
 * The statement of a list, and its values: one row, with the lines of the page and the count. There are as many
 * statements as kinds of query, each built once.
 */
export function listStatement(
  shape: RowShape,
  query: ListQuery,
): { statement: Statement; values: unknown[] } {
  const values: unknown[] = [query.userId];
  const scope = scopeConditions(query, values);
  let key = `list.${shape.name}${scope.key}`;
  let where = scope.sql;
  if (query.afterId !== undefined) {
    where += ` AND n.id < $${values.push(query.afterId)}`;
    key += '.after';
  }
  let tail = `LIMIT $${values.push(query.limit)}`;
  if (query.offset !== undefined) {
    tail += ` OFFSET $${values.push(query.offset)}`;
    key += '.offset';
  }
  let count = '';
  if (query.count) {
    count = `, (${countSql(query.count, '$1', teamPlaceholder(query.teamId))}) AS count`;
    key += `.${query.count}`;
  }
  let statement = statements.get(key);
  if (!statement) {
    statement = {
      name: key,
      text: `SELECT ${shapeLines(shape, 'n.id DESC')} AS rows${count} FROM (
          SELECT * FROM :schema.notifications n WHERE ${where} ORDER BY n.id DESC ${tail}
        ) n`,
    };
    statements.set(key, statement);
  }
  return { statement, values };
}

/** $2 is the tenant whenever there is one: the scope adds it first. The counters keep "no tenant" as ''. */
export function teamPlaceholder(teamId: string | null | undefined): string | undefined {
  if (teamId === undefined) return undefined;
  return teamId === null ? "''" : '$2';
}

/**
 * An exact count in constant time: what the relay has folded into the totals, plus what has been committed since.
 * One statement sees one snapshot, so a change is in exactly one of the two.
 * @param kind of what is in the inbox: `unread`, or `live` for all of it
 * @param user the placeholder or column of the user
 * @param team the placeholder of a tenant, or undefined for all of them
 */
export function countSql(kind: 'unread' | 'live', user: string, team?: string): string {
  const where = `WHERE c.user_id = ${user}${team ? ` AND c.team_id = ${team}` : ''}`;
  return `SELECT (
    coalesce((SELECT sum(${kind}) FROM :schema.inbox_totals c ${where}), 0)
    + coalesce((SELECT sum(${kind}_delta) FROM :schema.inbox_changes c ${where}), 0)
  )::bigint`;
}
