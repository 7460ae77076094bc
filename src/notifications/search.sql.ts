import type { Statement } from '../database/database.js';
import { compileFilter, Parameters } from './filter/compile.sql.js';
import { afterText, orderText, positionsText, upToText, type Position } from './filter/order.sql.js';
import { NEWEST_FIRST, reversed, type Order } from './filter/order.js';
import type { Condition } from './filter/tree.js';
import { countSql, isCounted, scopeConditions, teamPlaceholder, type InboxScope } from './list.sql.js';
import { shapeLines, type RowShape } from './projection.sql.js';

/** A user's notifications by any condition and in any order, a page at a time. */
export interface SearchQuery extends InboxScope {
  /** Undefined: the whole scope. */
  filter?: Condition;
  /** Undefined: newest first. */
  order?: Order;
  limit: number;
  /** Only what comes after this position in the order, or what comes before it. */
  from?: { position: Position; side: 'after' | 'before' };
  /** How many rows to skip, for contracts that count pages. */
  offset?: number;
}

/** Not kept by the connection: its text is as many as there are filters. */
const UNNAMED = '';

/**
 * One statement for a page, which answers one row: the lines of the page's rows (where it is not one of counted pages,
 * one more than asked for, which says whether there are more), how many rows there are in all, whether there are any on the other side of the
 * position, and the rows' own positions.
 * The rows of a page before a position come in the reverse of its order.
 */
export function searchStatement(
  shape: RowShape,
  query: SearchQuery,
): { statement: Statement; values: unknown[] } {
  const parameters = new Parameters([query.userId]);
  const { sql, key } = scopeConditions(query, parameters.values);
  const where = query.filter ? `${sql} AND ${compileFilter(query.filter, parameters)}` : sql;
  const list = query.order ?? NEWEST_FIRST;
  const order = query.from?.side === 'before' ? reversed(list) : list;
  let beyond = '';
  let behind = 'false';
  if (query.from) {
    beyond = ` AND ${afterText(order, query.from.position, parameters)}`;
    behind = `EXISTS (SELECT FROM :schema.notifications n
      WHERE ${where} AND ${upToText(order, query.from.position, parameters)})`;
  }
  // Who counts pages learns from the total whether there are more.
  const more = query.offset === undefined ? 1 : 0;
  let tail = `LIMIT ${parameters.add(query.limit + more, 'bigint')}`;
  if (query.offset !== undefined) tail += ` OFFSET ${parameters.add(query.offset, 'bigint')}`;
  const place = query.from?.side ?? (query.offset === undefined ? 'first' : 'offset');
  const name = query.filter || query.order ? UNNAMED : `search.${shape.name}${key}.${place}`;
  // The page is chosen first: the JSON of rows that are only sorted away would cost more than the sorting.
  const text = `SELECT ${shapeLines(shape, orderText(order))} AS rows, (${totalText(query, where)}) AS total,
      ${behind} AS behind, ${positionsText(order)} AS positions
    FROM (
      SELECT * FROM :schema.notifications n
      WHERE ${where}${beyond} ORDER BY ${orderText(order)} ${tail}
    ) n`;
  return { statement: { name, text }, values: parameters.values };
}

function totalText(query: SearchQuery, where: string): string {
  if (query.filter || !isCounted(query)) return `SELECT count(*) FROM :schema.notifications n WHERE ${where}`;
  // Of these there is an exact counter.
  return countSql(query.read === false ? 'unread' : 'live', '$1', teamPlaceholder(query.teamId));
}
