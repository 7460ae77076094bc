import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { countSql, listStatement, type ListQuery } from './list.sql.js';
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
  constructor(private readonly database: Database) {}

  async list(shape: RowShape, query: ListQuery): Promise<InboxPage> {
    const { statement, values } = listStatement(shape, query);
    const { rows } = await this.database.executeArrays<[string | null, string?]>(
      this.database.manager,
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
      text: `SELECT ${shapeColumns(shape)} FROM :schema.notifications n
        WHERE n.user_id = $1 AND n.id = $2 AND n.deleted_at IS NULL`,
    };
    const { rows } = await this.database.executeArrays<[string, string]>(this.database.manager, statement, [
      userId,
      id,
    ]);
    return rows[0] && shapeRow(shape, rows[0][0], rows[0][1]);
  }

  /** How many are unread, exactly: in time that does not grow with their number. */
  unreadCount(userId: string, teamId?: string | null): Promise<number> {
    const values: unknown[] = [userId];
    if (teamId !== undefined) values.push(teamId ?? NO_TEAM);
    return this.database.executeCount(
      this.database.manager,
      UNREAD[values.length === 1 ? 'all' : 'team'],
      values,
    );
  }
}

const UNREAD = {
  all: { name: 'count.unread', text: countSql('unread', '$1') },
  team: { name: 'count.unread.team', text: countSql('unread', '$1', '$2') },
};
