import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database, type Statement } from '../database/database.js';
import { byFormerId } from './former-ids.sql.js';
import { Gathered } from './gathered.js';
import { countSql, listStatement, type ListQuery } from './list.sql.js';
import { findStatement, shapeAll, shapeRow, type RowShape, type ShapedRow } from './projection.sql.js';
import { unseenSql } from './seen.sql.js';

export interface InboxPage {
  rows: ShapedRow[];
  /** The count that the query asked for; undefined when it asked for none. */
  count?: number;
}

export interface InboxCounts {
  unread: number;
  /** Of the unread ones, those that have come since the user looked. */
  unseen: number;
}

/** The tenant under which the counters keep the notifications of no tenant. */
const NO_TEAM = '';

/** Reads of an inbox. Each is one prepared statement that names the user, or the users of requests that came together. */
@Injectable()
export class InboxStore {
  private readonly unreadOf = new Gathered((users: string[]) => this.unreadOfEach(UNREAD, [users]));
  private readonly unreadOfTeams = new Gathered((asked: { userId: string; team: string }[]) =>
    this.unreadOfEach(UNREAD_OF_TEAM, [asked.map(({ userId }) => userId), asked.map(({ team }) => team)]),
  );

  constructor(private readonly database: Database) {}

  async list(shape: RowShape, query: ListQuery): Promise<InboxPage> {
    const { statement, values } = listStatement(shape, query);
    const { manager } = this.database;
    const { rows } = await this.database.executeArrays<[string | null, string?]>(manager, statement, values);
    const [lines = null, count] = rows[0] ?? [];
    return { rows: shapeAll(shape, lines), ...(count !== undefined && { count: Number(count) }) };
  }

  /** A notification that is not in the trash. */
  find(shape: RowShape, userId: string, id: string): Promise<ShapedRow | undefined> {
    const statement = findStatement(shape, 'live');
    return oneShaped(this.database, this.database.manager, shape, statement, [userId, id]);
  }

  /** How many are unread, exactly: in time that does not grow with their number. */
  unreadCount(userId: string, teamId?: string | null): Promise<number> {
    if (teamId === undefined) return this.unreadOf.read(userId);
    return this.unreadOfTeams.read({ userId, team: teamId ?? NO_TEAM });
  }

  /** How many are unread, and how many of these have come since the user looked: both of one moment, exactly. */
  async counts(userId: string): Promise<InboxCounts> {
    const { manager } = this.database;
    const { rows } = await this.database.executeArrays<[string, string | null]>(manager, COUNTS, [userId]);
    const [unread = '0', unseen = null] = rows[0] ?? [];
    return { unread: Number(unread), unseen: Number(unseen ?? unread) };
  }

  /** The id of a notification that had another one before. */
  async currentId(userId: string, formerId: string): Promise<string | undefined> {
    const { manager } = this.database;
    const { rows } = await this.database.execute<{ id: string }>(manager, CURRENT_ID, [userId, formerId]);
    return rows[0]?.id;
  }

  private async unreadOfEach(statement: Statement, values: unknown[][]): Promise<number[]> {
    const { manager } = this.database;
    const { rows } = await this.database.executeArrays<[string, string]>(manager, statement, values);
    const counts: number[] = [];
    for (const [place, count] of rows) counts[Number(place) - 1] = Number(count);
    return counts;
  }
}

/** The one row that a statement answers with {@link shapeColumns}, if it does. */
export async function oneShaped(
  database: Database,
  manager: EntityManager,
  shape: RowShape,
  statement: Statement,
  values: unknown[],
): Promise<ShapedRow | undefined> {
  const { rows } = await database.executeArrays<[id: string, json: string]>(manager, statement, values);
  return rows[0] && shapeRow(shape, ...rows[0]);
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

const COUNTS = {
  name: 'count.unseen',
  text: `SELECT (${countSql('unread', '$1')}), (${unseenSql('$1')})`,
};
