import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Catalogue } from '../catalogue/catalogue.js';
import type { Statement } from '../database/database.js';
import { WorkerDatabase } from '../database/worker-database.js';
import { DECISION, ruleSql } from '../deliveries/timing/throttle.store.js';
import { isLate } from '../notifications/seen.sql.js';

/** Where a round of the relay has come to: changes are taken user by user, and each user's in order. */
export interface RelayPosition {
  userId: string;
  id: string;
}

export interface MovedChanges {
  /** How many changes were moved. */
  moved: number;
  /** The last sequence number that was given out; null when nothing was to be announced. */
  lastSeq: string | null;
  last: RelayPosition | null;
}

/** The change log: committed changes in the order in which they are announced. */
@Injectable()
export class RelayStore {
  constructor(
    private readonly database: WorkerDatabase,
    private readonly catalogue: Catalogue,
  ) {}

  /**
   * Whether there is anything to relay, far cheaper than a round that finds nothing, and whether some of it may take the place of
   * another. @returns undefined when there is nothing
   */
  async due(): Promise<{ collapsing: boolean } | undefined> {
    const { rows } = await this.database.execute<{ collapsing: boolean }>(this.database.manager, DUE, []);
    return rows[0];
  }

  /**
   * Waits for its turn. Sequence numbers are given out and committed by one relay at a time, so that a reader who
   * has seen one has seen all below it. The lock ends with the transaction.
   */
  async takeTurn(manager: EntityManager): Promise<void> {
    await this.database.takeTurn(manager, 'relay');
  }

  /**
   * Moves changes after a position to the log and folds their deltas into the totals. Toasts that their type's throttle does
   * not allow are not announced.
   */
  async move(manager: EntityManager, after: RelayPosition, limit: number): Promise<MovedChanges> {
    const { rows } = await this.database.execute<{
      moved: string;
      last_seq: string | null;
      user_id: string | null;
      id: string | null;
    }>(manager, ...this.moving([after.userId, after.id, limit]));
    const row = rows[0];
    return {
      moved: Number(row?.moved ?? 0),
      lastSeq: row?.last_seq ?? null,
      last: row?.user_id != null && row.id != null ? { userId: row.user_id, id: row.id } : null,
    };
  }

  private moving(values: unknown[]): [statement: Statement, values: unknown[]] {
    const { throttles } = this.catalogue;
    return throttles.isEmpty ? [MOVE, values] : [MOVE_THROTTLED, [...values, ...throttles.values]];
  }

  /** Tells the other processes, at the commit. */
  async signal(manager: EntityManager, channel: string, payload: string): Promise<void> {
    await this.database.execute(manager, SIGNAL, [channel, payload]);
  }

  /**
   * Deletes the oldest entries of the log that are older than a span of time. Both ends of it are the database's: a
   * process whose clock is ahead must not take entries that were not read.
   * @returns how many
   */
  async prune(manager: EntityManager, ageMs: number, limit: number): Promise<number> {
    const { rows } = await this.database.execute<{ pruned: string }>(manager, PRUNE, [ageMs, limit]);
    return Number(rows[0]?.pruned ?? 0);
  }
}

const DUE = {
  name: 'relay.due',
  text: `SELECT EXISTS (SELECT FROM :schema.inbox_changes WHERE kind = 'collapsing') AS collapsing
    FROM :schema.inbox_changes LIMIT 1`,
};

const SIGNAL = { name: 'relay.signal', text: 'SELECT pg_notify($1, $2)' };

/** SQL: what a notification that was snoozed and is on top again is not. */
const isNew = (of: string) => `(${of}scope IS NULL OR ${of}kind = 'collapsed')`;

// What comes to the top again was decided when it came first: only new events ask.
const DECIDED = `${ruleSql(4)}, asked AS MATERIALIZED (
      SELECT b.user_id, b.event_id, e.type, min(b.id) AS place
      FROM batch b JOIN :schema.events e ON e.id = b.event_id JOIN rule USING (type)
      WHERE b.toast AND ${isNew('b.')} GROUP BY b.user_id, b.event_id, e.type
    ), ${DECISION}, allowed AS (
      SELECT m.*, ${isNew('m.')} AND d.allowed IS FALSE AS throttled
      FROM moved m LEFT JOIN decision d USING (user_id, event_id)
    )`;

/**
 * A user of whom something is still to be merged waits for that: their changes keep their order. Changes of the kind `count` only
 * count. They are deleted by their place, which is theirs because none but the relay
 * changes one: for a join by the key the whole table was read at times. The inner order decides the order of the sequence numbers.
 */
function moveText(throttles: boolean): string {
  const [asking, deciding, announced, toast] = throttles
    ? [
        ', kind, event_id, toast, scope',
        `${DECIDED}, `,
        `allowed WHERE NOT (throttled AND kind = 'toast') AND`,
        'toast AND NOT throttled AS toast',
      ]
    : ['', '', 'moved WHERE', 'toast'];
  return `
    WITH batch AS MATERIALIZED (
      SELECT ctid, user_id, id${asking} FROM :schema.inbox_changes
      WHERE (user_id, id) > ($1, $2::bigint)
        AND user_id <> ALL (ARRAY(SELECT user_id FROM :schema.inbox_changes WHERE kind = 'collapsing'))
      ORDER BY user_id, id LIMIT $3
    ), moved AS (
      DELETE FROM :schema.inbox_changes WHERE ctid = ANY(ARRAY(SELECT ctid FROM batch)) RETURNING *
    ), folded AS (
      INSERT INTO :schema.inbox_totals AS t (user_id, team_id, unread, live)
      SELECT user_id, team_id, sum(unread_delta), sum(live_delta) FROM moved
      GROUP BY user_id, team_id HAVING sum(unread_delta) <> 0 OR sum(live_delta) <> 0
      ON CONFLICT (user_id, team_id) DO UPDATE
        SET unread = t.unread + excluded.unread, live = t.live + excluded.live
    ), ${deciding}logged AS (
      INSERT INTO :schema.inbox_log (user_id, seq, kind, notification_id, event_id, toast, scope, logged_at)
      SELECT user_id, nextval(':schema.inbox_log_seq'), kind, notification_id, event_id, toast, scope, now()
      FROM (
        SELECT user_id, kind, notification_id, event_id, ${toast}, scope
        FROM ${announced} kind <> 'count' ORDER BY user_id, id
      ) m
      RETURNING seq
    )
    SELECT (SELECT count(*) FROM moved) AS moved, (SELECT max(seq) FROM logged) AS last_seq, last.user_id, last.id
    FROM (SELECT) one LEFT JOIN (
      SELECT user_id, id FROM batch ORDER BY user_id DESC, id DESC LIMIT 1
    ) last ON true`;
}

const MOVE = { name: 'relay.move', text: moveText(false) };
const MOVE_THROTTLED = { name: 'relay.moveThrottled', text: moveText(true) };

const PRUNE = {
  name: 'relay.prune',
  // The oldest are looked at first, by their number: the log needs no index on the time.
  text: `
    WITH old AS MATERIALIZED (
      SELECT user_id, seq FROM (
        SELECT user_id, seq, logged_at FROM :schema.inbox_log ORDER BY seq LIMIT $2
      ) oldest WHERE logged_at < now() - $1 * interval '1 millisecond'
    ), gone AS (
      DELETE FROM :schema.inbox_log l USING old WHERE l.user_id = old.user_id AND l.seq = old.seq
      RETURNING l.*
    ), late AS (
      INSERT INTO :schema.late_arrivals (user_id, seq, id)
      SELECT l.user_id, l.seq, l.notification_id FROM :schema.inbox_seen s JOIN gone l USING (user_id)
      WHERE l.seq > s.seq AND ${isLate('l', 's')}
    )
    UPDATE :schema.inbox_log_state SET pruned_seq = greatest(pruned_seq, (SELECT max(seq) FROM gone))
    WHERE EXISTS (SELECT FROM gone)
    RETURNING (SELECT count(*) FROM gone) AS pruned`,
};
