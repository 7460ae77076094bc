import { Injectable } from '@nestjs/common';
import { Gathered } from '../common/gathered.js';
import { Database, type Statement } from '../database/database.js';
import { byFormerId } from './former-ids.sql.js';
import { countSql, listStatement, type ListQuery } from './list.sql.js';
import { findStatement, shapeAll, shapeRow, type RowShape, type ShapedRow } from './projection.sql.js';

export interface InboxPage {
  rows: ShapedRow[];
  /** The count that the query asked for; undefined when it asked for none. */
  count?: number;
}

/** The tenant under which the counters keep the notifications of no tenant. */
const NO_TEAM = '';

/** Reads of an inbox. Each is one prepared statement that names the user, or the users of requests that came together. */
@Injectable()
export class InboxStore {
  private readonly unreadOf = new Gathered((users: string[]) => this.counts(UNREAD, [users]));
  private readonly unreadOfTeams = new Gathered((asked: { userId: string; team: string }[]) =>
    this.counts(UNREAD_OF_TEAM, [asked.map(({ userId }) => userId), asked.map(({ team }) => team)]),
  );

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
    const { rows } = await this.database.executeArrays<[string, string]>(
      this.database.manager,
      findStatement(shape, 'live'),
      [userId, id],
    );
    return rows[0] && shapeRow(shape, rows[0][0], rows[0][1]);
  }

  /** How many are unread, exactly: in time that does not grow with their number. */
  unreadCount(userId: string, teamId?: string | null): Promise<number> {
    if (teamId === undefined) return this.unreadOf.read(userId);
    return this.unreadOfTeams.read({ userId, team: teamId ?? NO_TEAM });
  }

  /** The id of a notification that had another one before. */
  async currentId(userId: string, formerId: string): Promise<string | undefined> {
    const { rows } = await this.database.execute<{ id: string }>(this.database.manager, CURRENT_ID, [
      userId,
      formerId,
    ]);
    return rows[0]?.id;
  }

  private async counts(statement: Statement, values: unknown[][]): Promise<number[]> {
    const { rows } = await this.database.executeArrays<[place: string, count: string]>(
      this.database.manager,
      statement,
      values,
    );
    const counts: number[] = [];
    for (const [place, count] of rows) counts[Number(place) - 1] = Number(count);
    return counts;
  }
}

const CURRENT_ID = {
  name: 'find.current',
  text: `SELECT id FROM (${byFormerId('$1::text', '$2::uuid')}) n`,
};

const UNREAD = {
  name: 'count.unread',
  text: `SELECT asked.place, (${countSql('unread', 'asked.user_id')})
    FROM unnest((SELECT $1::text[])) WITH ORDINALITY AS asked(user_id, place)`,
};

const UNREAD_OF_TEAM = {
  name: 'count.unread.team',
  text: `SELECT asked.place, (${countSql('unread', 'asked.user_id', 'asked.team_id')})
    FROM unnest((SELECT $1::text[]), (SELECT $2::text[])) WITH ORDINALITY AS asked(user_id, team_id, place)`,
};
