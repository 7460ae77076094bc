import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';

/** A place in the table of events' recipients. */
export interface RecipientChunk {
  eventId: string;
  chunk: number;
}

/** What a look at the next chunks came to. */
export interface TakenOut {
  /** Chunks that had the user. */
  changed: number;
  last: RecipientChunk | null;
}

/** What no export shows: secrets, keys, and what is there to find them by. */
const HIDDEN = '(_box|_hash|_secrets)$|^p256dh$';

/** What the user has named as the place to send to: an export shows it opened. */
const ADDRESSES = ['endpoint', 'url'] as const;

/** A row of an export. */
export interface ExportedRow {
  /** All that may be shown of it as it is stored. */
  json: string;
  id: string;
  /** The addresses that it has, by their columns, as they are sealed. */
  sealed: Partial<Record<(typeof ADDRESSES)[number], string>>;
}

const SEALED = ADDRESSES.map((column) => `'${column}', fields -> '${column}_box'`).join(', ');

/** What is stored of a user is found by the schema, so that a new table cannot be forgotten. */
@Injectable()
export class UserDataStore {
  constructor(private readonly database: Database) {}

  /** The tables whose rows are each one user's. A table of rows that depend on another's comes after it. */
  async tables(manager: EntityManager): Promise<string[]> {
    const { rows } = await this.database.execute<{ name: string }>(manager, TABLES, [this.database.schema]);
    return rows.map(({ name }) => name);
  }

  /** Deletes rows of the user. @returns how many; 0 when there are no more */
  async delete(manager: EntityManager, table: string, userId: string, limit: number): Promise<number> {
    const text = `DELETE FROM :schema.${pg.escapeIdentifier(table)} WHERE user_id = $1
      AND ctid = ANY (ARRAY(SELECT ctid FROM :schema.${pg.escapeIdentifier(table)} WHERE user_id = $1 LIMIT $2))`;
    const { rowCount } = await this.database.execute(manager, { name: '', text }, [userId, limit]);
    return rowCount ?? 0;
  }

  /**
   * Deletes what is left of the user's inbox and all that counts it, and has open pages load anew. One look at all of
   * these, while the relay moves nothing: a notification that comes meanwhile is deleted with its count, or stays with it.
   * @returns how many rows of each table
   */
  async endInbox(manager: EntityManager, userId: string): Promise<Record<string, number>> {
    await this.database.takeTurn(manager, 'relay');
    const statement = { name: '', text: END_INBOX };
    const { rows } = await this.database.execute<Record<string, number>>(manager, statement, [userId]);
    return rows[0] ?? {};
  }

  /** Takes the user out of the next chunks of recipients, and deletes events that are for no other user any more. */
  async takeOut(
    manager: EntityManager,
    userId: string,
    after: RecipientChunk,
    limit: number,
  ): Promise<TakenOut> {
    const values = [userId, after.eventId, after.chunk, limit];
    const { rows } = await this.database.execute<TakenOut>(manager, { name: '', text: TAKE_OUT }, values);
    return rows[0] as TakenOut;
  }

  /** Declares where an export of a table begins; {@link next} reads on, in the same transaction. */
  async open(manager: EntityManager, table: string, userId: string): Promise<void> {
    // PostgreSQL takes no parameters where a cursor is declared.
    const text = `DECLARE exported NO SCROLL CURSOR FOR
      SELECT (fields - ARRAY(SELECT key FROM jsonb_object_keys(fields) key WHERE key ~ '${HIDDEN}'))::text AS json,
        fields ->> 'id' AS id, jsonb_strip_nulls(jsonb_build_object(${SEALED})) AS sealed
      FROM :schema.${pg.escapeIdentifier(table)} t, to_jsonb(t) AS fields WHERE user_id = ${pg.escapeLiteral(userId)}`;
    await this.database.execute(manager, { name: '', text }, []);
  }

  async next(manager: EntityManager, count: number): Promise<ExportedRow[]> {
    const text = `FETCH ${count} FROM exported`;
    return (await this.database.execute<ExportedRow>(manager, { name: '', text }, [])).rows;
  }

  async close(manager: EntityManager): Promise<void> {
    await this.database.execute(manager, { name: '', text: 'CLOSE exported' }, []);
  }
}

const TABLES = {
  name: '',
  text: `SELECT c.table_name AS name FROM information_schema.columns c
    JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = $1 AND c.column_name = 'user_id' AND t.table_type = 'BASE TABLE'
    ORDER BY c.table_name`,
};

/** What is counted, and what counts it. */
export const INBOX_TABLES = ['notifications', 'inbox_changes', 'inbox_log', 'inbox_totals'];

const END_INBOX = `
  WITH ${INBOX_TABLES.map((table) => `${table} AS (DELETE FROM :schema.${table} WHERE user_id = $1 RETURNING 1)`).join(', ')},
  announced AS (INSERT INTO :schema.inbox_changes (user_id, kind) VALUES ($1, 'reset'))
  SELECT ${INBOX_TABLES.map((table) => `(SELECT count(*)::int FROM ${table}) AS ${table}`).join(', ')}`;

/** SQL: where the user stands in a chunk as it is now: another erasure may have moved them since the page was read. */
const PLACE = 'array_position(r.user_ids, $1)';

const TAKE_OUT = `
  WITH page AS MATERIALIZED (
    SELECT event_id, chunk, array_position(user_ids, $1) AS position FROM :schema.event_recipients
    WHERE (event_id, chunk) > ($2::uuid, $3::int) ORDER BY event_id, chunk LIMIT $4
  ), held AS MATERIALIZED (
    -- Of two erasures at once the later one sees what the other has left.
    SELECT id, recipients FROM :schema.events WHERE id IN (SELECT event_id FROM page WHERE position IS NOT NULL)
    ORDER BY id FOR UPDATE
  ), changed AS (
    UPDATE :schema.event_recipients r SET
      user_ids = r.user_ids[:${PLACE} - 1] || r.user_ids[${PLACE} + 1:],
      outcomes = r.outcomes[:${PLACE} - 1] || r.outcomes[${PLACE} + 1:]
    FROM page p WHERE r.event_id = p.event_id AND r.chunk = p.chunk AND p.position IS NOT NULL AND ${PLACE} IS NOT NULL
    RETURNING r.event_id
  ), gone AS (
    DELETE FROM :schema.events e USING changed c, held h
    WHERE e.id = c.event_id AND h.id = c.event_id AND h.recipients = 1
  ), fewer AS (
    UPDATE :schema.events e SET recipients = h.recipients - 1 FROM changed c, held h
    WHERE e.id = c.event_id AND h.id = c.event_id AND h.recipients > 1
  )
  SELECT (SELECT count(*)::int FROM changed) AS changed, (
    SELECT json_build_object('eventId', event_id, 'chunk', chunk) FROM page ORDER BY event_id DESC, chunk DESC LIMIT 1
  ) AS last`;
