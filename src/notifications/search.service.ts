import { Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { decodeCursor, encodeCursor } from './filter/cursor.js';
import { entityOf, type FilterShape } from './filter/fields.js';
import { CarillonError, invalidInput, type InputIssue } from '../common/errors.js';
import { NEWEST_FIRST, parseOrder, type Order } from './filter/order.js';
import { parseFilter } from './filter/parse.js';
import type { Position } from './filter/order.sql.js';
import type { Condition } from './filter/tree.js';
import type { InboxScope } from './list.sql.js';
import type { RowShape, ShapedRow } from './projection.sql.js';
import { SearchTurns } from './search-turns.js';
import { SearchStore } from './search.store.js';

export type { FilterShape };

/** A search as a contract received it: its conditions, order and cursors are checked here. */
export interface SearchRequest extends InboxScope {
  /** The names that the filter and the order are written in. */
  names: FilterShape;
  limit: number;
  /** How many rows to skip, in place of a cursor. */
  offset?: number;
  /** A filter as it came; undefined for none. */
  filter?: unknown;
  /** More filters, of a contract's own making, that hold as well. */
  narrowed?: Record<string, unknown>;
  /** An order as it came; undefined for newest first. */
  orderBy?: unknown;
  /** At most one of the two. */
  after?: string;
  before?: string;
}

export interface SearchPage {
  rows: ShapedRow[];
  /** Of all pages. */
  total: number;
  hasNext: boolean;
  hasPrevious: boolean;
  /** Of the first row and of the last one; null for an empty page, and for one that is counted. */
  startCursor: string | null;
  endCursor: string | null;
}

/** A user's notifications by conditions and orders that callers make up. */
@Injectable()
export class SearchService {
  constructor(
    private readonly store: SearchStore,
    private readonly turns: SearchTurns,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * @throws CarillonError `invalid_input` for a wrong filter or order, `invalid_cursor` for a wrong cursor,
   *   `search_too_costly` for one that takes too long, `overloaded` when there are too many
   */
  async search(shape: RowShape, request: SearchRequest): Promise<SearchPage> {
    const { names, filter, narrowed, orderBy, after, before, ...scope } = request;
    const { condition, order, issues } = parseSearch(request, names.knownTypes && this.catalogue);
    if (issues.length > 0) throw invalidInput(issues);
    const cursor = after ?? before;
    const query = {
      ...scope,
      filter: both(narrowed && parseFilter(narrowed, entityOf(names), ''), condition),
      order: order === NEWEST_FIRST ? undefined : order,
      from:
        cursor === undefined
          ? undefined
          : {
              position: decodeCursor(order, cursor),
              side: after === undefined ? ('before' as const) : ('after' as const),
            },
    };
    // What a contract narrows by itself costs no more than a list; a filter and an order are as costly as they say.
    const page =
      filter === undefined && orderBy === undefined
        ? await this.store.search(shape, query)
        : await this.turns.take(scope.userId, () => this.store.searchWithinTime(shape, query));
    const { rows, total, hasNext, hasPrevious, first, last } = page;
    const cursorAt = (position: Position | undefined) =>
      position && scope.offset === undefined ? encodeCursor(order, position) : null;
    return {
      rows,
      total,
      hasNext,
      hasPrevious,
      startCursor: cursorAt(first),
      endCursor: cursorAt(last),
    };
  }
}

/**
 * Reads a filter and an order as they came: with any issues, the rest is not what was meant.
 * @param types the catalogue, when the types that the filter names must be in it
 */
export function parseSearch(
  { names, filter, orderBy }: Pick<SearchRequest, 'names' | 'filter' | 'orderBy'>,
  types?: Catalogue,
): { condition?: Condition; order: Order; issues: InputIssue[] } {
  const issues: InputIssue[] = [];
  const collect = <T>(parse: () => T): T | undefined => {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof CarillonError) || !error.errors) throw error;
      issues.push(...error.errors);
      return undefined;
    }
  };
  const entity = entityOf(names);
  const condition =
    filter === undefined ? undefined : collect(() => parseFilter(filter, entity, 'filter', types));
  const order = orderBy === undefined ? undefined : collect(() => parseOrder(orderBy, entity, names.order));
  return { condition, order: order ?? NEWEST_FIRST, issues };
}

function both(one: Condition | undefined, other: Condition | undefined): Condition | undefined {
  return one && other ? { kind: 'and', of: [one, other] } : (one ?? other);
}
