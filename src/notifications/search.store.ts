import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CarillonError } from '../common/errors.js';
import { Database } from '../database/database.js';
import type { Position } from './filter/order.sql.js';
import { shapeAll, type RowShape, type ShapedRow } from './projection.sql.js';
import { searchStatement, type SearchQuery } from './search.sql.js';

export interface FoundPage {
  rows: ShapedRow[];
  /** Of the first and the last row; undefined for an empty page. */
  first?: Position;
  last?: Position;
  /** Of all pages. */
  total: number;
  hasNext: boolean;
  hasPrevious: boolean;
}

/**
 * What one search may take. Over 100,000 notifications an order by the body took 0.2 s where this was written, and a
 * pattern that ignores case 0.6 s: more than five times that, and no person waits for it.
 */
const SEARCH_TIMEOUT_MS = 3_000;

/** SQLSTATE query_canceled: within a search, nothing but its time-out cancels it. */
const CANCELED = '57014';

type Found = [lines: string | null, total: string, behind: boolean, positions: string | null];

/**
 * Reads by conditions and orders that callers make up. A search reads at most the rows of its user: where no index
 * has the order, that is what it costs.
 */
@Injectable()
export class SearchStore {
  constructor(private readonly database: Database) {}

  search(shape: RowShape, query: SearchQuery): Promise<FoundPage> {
    return this.find(this.database.manager, shape, query);
  }

  /**
   * Like {@link search}, for what may cost as much as its caller likes: in a transaction with a time-out of its own,
   * which takes three round trips more.
   * @throws CarillonError `search_too_costly` when it takes too long
   */
  async searchWithinTime(shape: RowShape, query: SearchQuery): Promise<FoundPage> {
    try {
      return await this.database.transaction(async (manager) => {
        await manager.query(`SET LOCAL statement_timeout = ${SEARCH_TIMEOUT_MS}`);
        return this.find(manager, shape, query);
      });
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== CANCELED) throw error;
      throw new CarillonError(
        'search_too_costly',
        `The search took longer than ${SEARCH_TIMEOUT_MS / 1000} s: give it fewer conditions on texts, or a simpler order.`,
      );
    }
  }

  private async find(manager: EntityManager, shape: RowShape, query: SearchQuery): Promise<FoundPage> {
    const { statement, values } = searchStatement(shape, query);
    const { rows: found } = await this.database.executeArrays<Found>(manager, statement, values);
    const [lines = null, total = 0, behind = false, positionsText = null] = found[0] ?? [];
    const all = shapeAll(shape, lines);
    const rows = all.slice(0, query.limit);
    const positions = positionsOf(all, positionsText).slice(0, query.limit);
    const more = all.length > rows.length;
    const back = query.from?.side === 'before';
    if (back) {
      rows.reverse();
      positions.reverse();
    }
    return {
      rows,
      first: positions.at(0),
      last: positions.at(-1),
      total: Number(total),
      hasNext: back ? behind : more,
      hasPrevious: back ? more : behind,
    };
  }
}

/** Where the order is that of the ids, they are the positions. */
function positionsOf(rows: ShapedRow[], text: string | null): Position[] {
  return text === null ? rows.map(({ id }) => [id]) : (JSON.parse(text) as Position[]);
}
