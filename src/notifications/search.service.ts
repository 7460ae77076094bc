import { Injectable } from '@nestjs/common';
import { Catalogue } from '../catalogue/catalogue.js';
import { invalidInput } from '../common/errors.js';
import { decodeCursor, encodeCursor } from './filter/cursor.js';
import { NEWEST_FIRST, type Order } from './filter/order.js';
import type { Position } from './filter/order.sql.js';
import type { Condition } from './filter/tree.js';
import { isCounted, isIndexed, type InboxScope } from './list.sql.js';
import type { RowShape, ShapedRow } from './projection.sql.js';
import { speaksOfAside, unknownTypes } from './search-input.js';
import { SearchStore } from './search.store.js';
import { Turns } from './turns.js';

/** A search whose conditions and order have been checked; its cursors are checked here. */
export interface SearchRequest extends InboxScope {
  limit: number;
  /** How many rows to skip, in place of a cursor. */
  offset?: number;
  filter?: Condition;
  /** Whether the types that the filter names as a whole must be in the catalogue. */
  knownTypes?: true;
  order: Order;
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
    private readonly turns: Turns,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * @throws CarillonError `invalid_input` for an unknown type, `invalid_cursor` for a wrong cursor,
   *   `search_too_costly` for one that takes too long, `overloaded` when there are too many
   */
  async search(shape: RowShape, request: SearchRequest): Promise<SearchPage> {
    const { order, after, before, knownTypes, ...rest } = request;
    const aside = rest.filter !== undefined && speaksOfAside(rest.filter);
    const scope = { ...rest, visibility: rest.visibility ?? (aside ? ('kept' as const) : undefined) };
    const issues = knownTypes && scope.filter ? unknownTypes(scope.filter, this.catalogue) : [];
    if (issues.length > 0) throw invalidInput(issues);
    const cursor = after ?? before;
    const query = {
      ...scope,
      order: order === NEWEST_FIRST ? undefined : order,
      from:
        cursor === undefined
          ? undefined
          : {
              position: decodeCursor(order, cursor),
              side: after === undefined ? ('before' as const) : ('after' as const),
            },
    };
    const page =
      isIndexed(query) && isCounted(query) && query.filter === undefined && query.order === undefined
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
