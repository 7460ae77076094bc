import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { executeArrays } from '../database/execute.js';
import { NOTIFICATION } from './filter/fields.js';
import { newestFirst } from './filter/order.js';
import type { Position } from './filter/order.sql.js';
import { shapeAll, type RowShape, type ShapedRow } from './projection.sql.js';
import { searchStatement, type SearchQuery } from './search.sql.js';

export const NEWEST_FIRST = newestFirst(NOTIFICATION);

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

type Found = [lines: string | null, total: string, behind: boolean, positions: string | null];

/**
 * Reads by conditions and orders that callers make up. A search reads at most the rows of its user: where no index
 * has the order, that is what it costs.
 */
@Injectable()
export class SearchStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  async search(shape: RowShape, query: SearchQuery): Promise<FoundPage> {
    const { statement, values } = searchStatement(shape, NEWEST_FIRST, query);
    const { rows: found } = await executeArrays<Found>(this.dataSource.manager, statement, values);
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
