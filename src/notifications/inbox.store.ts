import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DATA_SOURCE } from '../database/database.module.js';
import { executeArrays, type Statement } from '../database/execute.js';
import { countSql, listStatement, scopeConditions, type InboxScope, type ListQuery } from './list.sql.js';
import { shapeAll, shapeColumns, shapeRow, type RowShape, type ShapedRow } from './projection.sql.js';

export interface InboxPage {
  rows: ShapedRow[];
  /** The count that the query asked for; undefined when it asked for none. */
  count?: number;
}

/** The tenant under which the counters keep the notifications of no tenant. */
const NO_TEAM = '';

/** Reads of an inbox. Each is one prepared statement that names the user. */
@Injectable()
export class InboxStore {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  async list(shape: RowShape, query: ListQuery): Promise<InboxPage> {
    const { statement, values } = listStatement(shape, query);
    const { rows } = await executeArrays<[string | null, string?]>(
      this.dataSource.manager,
      statement,
      values,
    );
    const [lines = null, count] = rows[0] ?? [];
    return { rows: shapeAll(shape, lines), ...(count !== undefined && { count: Number(count) }) };
  }

  /** A notification that is not in the trash. */
  async find(shape: RowShape, userId: string, id: string): Promise<ShapedRow | undefined> {
    const statement = {
      name: `find.${shape.name}`,
      text: `SELECT ${shapeColumns(shape)} FROM carillon.notifications n
        WHERE n.user_id = $1 AND n.id = $2 AND n.deleted_at IS NULL`,
    };
    const { rows } = await executeArrays<[string, string]>(this.dataSource.manager, statement, [userId, id]);
    return rows[0] && shapeRow(shape, rows[0][0], rows[0][1]);
  }

  /** How many are unread, or live, exactly: in time that does not grow with their number. */
  async count(kind: 'unread' | 'live', userId: string, teamId?: string | null): Promise<number> {
    const values: unknown[] = [userId];
    if (teamId !== undefined) values.push(teamId ?? NO_TEAM);
    const { rows } = await executeArrays<[string]>(
      this.dataSource.manager,
      COUNTS[kind][values.length === 1 ? 'all' : 'team'],
      values,
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  /** Counts the rows of any scope by reading them: for scopes that no counter is kept of. */
  async countRows(scope: InboxScope): Promise<number> {
    const values: unknown[] = [scope.userId];
    const { sql, key } = scopeConditions(scope, values);
    const statement = {
      name: `countRows${key}`,
      text: `SELECT count(*) FROM carillon.notifications n WHERE ${sql}`,
    };
    const { rows } = await executeArrays<[string]>(this.dataSource.manager, statement, values);
    return Number(rows[0]?.[0] ?? 0);
  }
}

const COUNTS = { unread: countStatements('unread'), live: countStatements('live') };

function countStatements(kind: 'unread' | 'live'): { all: Statement; team: Statement } {
  return {
    all: { name: `count.${kind}`, text: countSql(kind, '$1') },
    team: { name: `count.${kind}.team`, text: countSql(kind, '$1', '$2') },
  };
}
