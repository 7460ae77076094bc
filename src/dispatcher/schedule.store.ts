import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Position } from '../common/cursor.js';
import { LOWEST_ID } from '../common/ids.js';
import { Database } from '../database/database.js';
import { EVENT_FIELDS, eventFields } from '../notifications/event-fields.js';
import { STORED_EVENT } from './event-report.sql.js';
import type { StoredEvent } from './event-report.store.js';
import type { StoredFields, UnsentStatus } from './event.js';
import type { PreparedEvent } from './prepare.js';

/** A scheduled event whose time has come. */
export interface DueEvent extends StoredFields {
  id: string;
  source: string;
  userIds: string[];
}

/** Events of one transaction: any process skips as many as another has taken. */
const EVENTS = 256;

/** Events that are to be sent later. Their time comes by the database's clock, so that processes whose clocks differ agree on it. */
@Injectable()
export class ScheduleStore {
  constructor(private readonly database: Database) {}

  /** Keeps an event and its recipients until its time; nothing is decided for any of them before. */
  async insert(manager: EntityManager, event: PreparedEvent, sendAt: Date): Promise<void> {
    const { id, createdAt, source, type, userIds, fields } = event;
    const copied = EVENT_FIELDS.map(({ property }) => fields[property]);
    const values = [id, createdAt, source, type.webhookEvent, sendAt, userIds.length, userIds, ...copied];
    await this.database.execute(manager, INSERT, values);
  }

  /** Whether any is due: far cheaper than a transaction that finds none. */
  async isDue(manager: EntityManager): Promise<boolean> {
    const { rows } = await this.database.execute(manager, IS_DUE, []);
    return rows.length > 0;
  }

  /**
   * Takes the oldest due events for this transaction, skipping those that another process has taken: killed, it leaves
   * them as they were.
   * @param recipients of all of them together; a single event may have more
   */
  async take(manager: EntityManager, recipients: number): Promise<DueEvent[]> {
    return (await this.database.execute<DueEvent>(manager, TAKE, [EVENTS, recipients])).rows;
  }

  /** Gives an event that is not sent another time. @returns undefined where there is none */
  async move(manager: EntityManager, id: string, sendAt: Date): Promise<StoredEvent | undefined> {
    return (await this.database.execute<StoredEvent>(manager, MOVE, [id, sendAt])).rows[0];
  }

  /** Events that are not sent, in the order of their times. @param after the last one of the page before */
  async list(status: UnsentStatus, after: Position | undefined, limit: number): Promise<StoredEvent[]> {
    const { at, id } = after ?? { at: new Date(0), id: LOWEST_ID };
    const values = [at, id, limit];
    return (await this.database.execute<StoredEvent>(this.database.manager, LISTS[status], values)).rows;
  }

  /** Ends a due event that cannot be sent; it is kept with the reason. */
  async fail(manager: EntityManager, id: string, reason: string): Promise<void> {
    await this.database.execute(manager, FAIL, [id, reason]);
  }
}

const COPIED = EVENT_FIELDS.map(({ type }, index) => `$${index + 8}::${type}`).join(', ');

// Like the statement of `notify()` it also runs on connections of a host.
const INSERT = {
  name: 'schedule.insert',
  text: `
    WITH scheduled AS (
      INSERT INTO :schema.events (id, created_at, source, webhook_event, status, send_at, recipients, ${eventFields()})
      VALUES ($1, $2, $3, $4, 'scheduled', $5, $6, ${COPIED})
    )
    INSERT INTO :schema.event_recipients (event_id, chunk, user_ids, outcomes)
    VALUES ($1, 0, $7::text[], pg_catalog.array_fill(0::bigint, ARRAY[$6::integer]))`,
};

const FIELDS = EVENT_FIELDS.map(
  ({ name, property, type }) => `e.${name}${type === 'jsonb' ? '::text' : ''} AS "${property}"`,
).join(', ');

const DUE = `status = 'scheduled' AND send_at <= now()`;

const IS_DUE = { name: 'schedule.isDue', text: `SELECT FROM :schema.events WHERE ${DUE} LIMIT 1` };

const TAKE = {
  name: 'schedule.take',
  text: `
    WITH due AS MATERIALIZED (
      SELECT id, send_at, recipients FROM :schema.events
      WHERE ${DUE} ORDER BY send_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
    ), taken AS (
      SELECT id FROM (
        SELECT id, sum(recipients) OVER (ORDER BY send_at, id) - recipients AS before FROM due
      ) d WHERE before < $2
    )
    SELECT e.id, e.source, r.user_ids AS "userIds", ${FIELDS}
    FROM taken JOIN :schema.events e USING (id) JOIN :schema.event_recipients r ON r.event_id = e.id AND r.chunk = 0
    ORDER BY e.send_at, e.id`,
};

const FAIL = {
  name: 'schedule.fail',
  text: `UPDATE :schema.events SET status = 'failed', reason = $2 WHERE id = $1 AND status = 'scheduled'`,
};

// It is another process's from when that has taken it: the row's lock is waited for, and its status looked at again.
const MOVE = {
  name: 'schedule.move',
  text: `UPDATE :schema.events SET status = 'scheduled', send_at = $2, reason = NULL
    WHERE id = $1 AND status IN ('scheduled', 'failed') AND (expires_at IS NULL OR expires_at > $2)
    RETURNING ${STORED_EVENT}`,
};

const listStatement = (status: UnsentStatus) => ({
  name: `schedule.list.${status}`,
  // The status as it stands in the index `events_unsent`.
  text: `SELECT ${STORED_EVENT} FROM :schema.events
    WHERE status = '${status}' AND (send_at, id) > ($1, $2::uuid) ORDER BY send_at, id LIMIT $3`,
});

const LISTS = { scheduled: listStatement('scheduled'), failed: listStatement('failed') };
