import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LOWEST_ID } from '../common/ids.js';
import { Database, type Statement } from '../database/database.js';
import { scopeConditions, type InboxScope } from './list.sql.js';
import { IN_INBOX, type Place } from './placing.js';

/** What is done to many notifications of the inbox at once: those that are unread are read, or those that are read go. */
export type BulkKind = 'read' | 'deleted' | 'archived';

export interface Bulk {
  kind: BulkKind;
  scope: Pick<InboxScope, 'userId' | 'teamId' | 'type'>;
  /** The time of the change: the same for all of its batches. */
  at: Date;
}

export interface Batch {
  /** How many rows it changed. */
  changed: number;
  /** Where the next batch goes on; undefined when this was the last. */
  next: string | undefined;
}

/**
 * Notifications that one statement looks at. Where this was written, changing as many took 80 ms: so long are the rows
 * locked, and a connection and a turn held.
 */
const BATCH = 5_000;

/** Above all ids, which are UUIDs of version 7. */
const HIGHEST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Changes to many notifications of a user, a batch at a time, from the newest on. */
@Injectable()
export class BulkStore {
  constructor(private readonly database: Database) {}

  /**
   * Changes the next notifications of the scope. The change that goes with the rows counts; what the streams are to
   * send of it is written by the last batch alone.
   * @param before where the batch before ended; undefined for the first
   * @param begun whether a batch before changed anything
   */
  async change(
    manager: EntityManager,
    { kind, scope, at }: Bulk,
    before: string | undefined,
    begun: boolean,
  ): Promise<Batch> {
    const { userId, type, teamId } = scope;
    // What a stream sends of it: enough for a page to do the same to what it shows.
    const announced = JSON.stringify({ at, type, team_id: teamId, state: CHANGES[kind].state });
    const values: unknown[] = [userId, before ?? HIGHEST, at, begun, announced];
    const { sql, key } = scopeConditions({ ...scope, read: kind !== 'read' }, values);
    const statement = { name: `bulk.${kind}${key}`, text: bulkText(kind, sql) };
    const { rows } = await this.database.executeArrays(manager, statement, values);
    const [changed, next] = rows[0] as [string, string | null];
    return { changed: Number(changed), next: next ?? undefined };
  }

  /** Has pages load anew what they show, because not all of what was to change has changed. */
  async announceReset(manager: EntityManager, userId: string): Promise<void> {
    await this.database.execute(manager, ANNOUNCE_RESET, [userId]);
  }
}

/** What each writes, and how it is counted and announced. */
const CHANGES: Record<BulkKind, { set: string; counter: string; announced: string; state?: Place }> = {
  read: { set: 'read_at = $3', counter: 'unread_delta', announced: 'read' },
  deleted: { set: 'deleted_at = $3', counter: 'live_delta', announced: 'deleted' },
  archived: {
    set: `place = 'archived', archived_at = $3`,
    counter: 'live_delta',
    announced: 'moved',
    state: 'archived',
  },
};

/**
 * The notifications that a batch looks at are a range of an index, so that its cost is bounded however few of them are
 * in the scope; the last range has no lower end. The counters are kept per tenant, so there is one change for each.
 */
function bulkText(kind: BulkKind, scope: string): string {
  const { set, counter, announced } = CHANGES[kind];
  return `
    WITH edge AS MATERIALIZED (
      SELECT (
        SELECT id FROM :schema.notifications
        WHERE user_id = $1 AND ${IN_INBOX}${kind === 'read' ? ' AND read_at IS NULL' : ''} AND id < $2
        ORDER BY id DESC OFFSET ${BATCH - 1} LIMIT 1
      ) AS id
    ), changed AS (
      UPDATE :schema.notifications n SET ${set}
      WHERE ${scope} AND n.id < $2 AND n.id >= coalesce((SELECT id FROM edge), '${LOWEST_ID}')
      RETURNING n.team_id
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, scope, ${counter})
      SELECT $1, coalesce(team_id, ''), 'count', NULL, -count(*) FROM changed GROUP BY 2
      UNION ALL
      SELECT $1, '', '${announced}', $5::jsonb, 0 FROM edge
      WHERE id IS NULL AND ($4 OR EXISTS (SELECT FROM changed))
    )
    SELECT (SELECT count(*) FROM changed), id FROM edge`;
}

const ANNOUNCE_RESET: Statement = {
  name: 'bulk.announceReset',
  text: `INSERT INTO :schema.inbox_changes (user_id, kind) VALUES ($1, 'reset')`,
};
