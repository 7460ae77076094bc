import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WorkerDatabase } from '../database/worker-database.js';
import { IN_INBOX } from './placing.js';

/**
 * Makes one notification of those of one user, tenant and key that are unread in the inbox. `notify()` only inserts, so that no
 * caller waits for another's transaction; the relay merges what has been committed before it announces it.
 */
@Injectable()
export class CollapseStore {
  constructor(private readonly database: WorkerDatabase) {}

  /**
   * Merges, in a transaction, what the oldest changes of the kind `collapsing` are about. It is the relay's turn: of two that merge at once,
   * neither would see what the other does. @returns how many changes there were
   */
  async merge(manager: EntityManager, limit: number): Promise<number> {
    const { rows } = await this.database.executeArrays<[number, string]>(manager, TOP, [limit]);
    const [waiting, found] = rows[0] ?? [0];
    if (waiting === 0) return 0;
    await this.database.execute(manager, REST, [found]);
    await this.database.execute(manager, ANNOUNCE, [found]);
    return waiting;
  }
}

// The newest stays where it is, on top, with the id of the first and the count of all; its change says which one it replaces.
// A row that is being changed just now is left as it is: most likely it is being read, and nothing waits for that.
const TOP = {
  name: 'collapse.top',
  text: `
    WITH waiting AS MATERIALIZED (
      SELECT user_id, id AS change_id, notification_id AS id, toast AS shown FROM :schema.inbox_changes
      WHERE kind = 'collapsing' ORDER BY user_id, id LIMIT $1
    ), keyed AS MATERIALIZED (
      SELECT DISTINCT n.user_id, n.collapse_key
      FROM waiting w JOIN :schema.notifications n ON n.user_id = w.user_id AND n.id = w.id
    ), unread AS MATERIALIZED (
      SELECT n.user_id, n.id, n.collapse_key, coalesce(n.team_id, '') AS team_id, n.event_id, n.count, n.origin_id
      FROM keyed k JOIN :schema.notifications n ON n.user_id = k.user_id AND n.collapse_key = k.collapse_key
      WHERE n.collapse_key IS NOT NULL AND n.read_at IS NULL AND ${IN_INBOX}
      FOR UPDATE OF n SKIP LOCKED
    ), known AS MATERIALIZED (
      SELECT u.*, w.change_id, coalesce(w.shown, false) AS shown, coalesce(u.origin_id, u.id) AS first_id
      FROM unread u LEFT JOIN waiting w ON w.user_id = u.user_id AND w.id = u.id
    ), merging AS MATERIALIZED (
      SELECT user_id, collapse_key, team_id, sum(count) AS total, bool_or(shown) AS shown,
        (array_agg(id ORDER BY id DESC))[1] AS top,
        (array_agg(first_id ORDER BY first_id))[1] AS new_origin_id,
        array_agg(id ORDER BY id DESC) FILTER (WHERE change_id IS NULL) AS announced,
        array_agg(id) FILTER (WHERE change_id IS NOT NULL) AS arrived
      FROM known GROUP BY user_id, collapse_key, team_id HAVING count(*) > 1
    ), member AS MATERIALIZED (
      SELECT k.user_id, k.id, k.team_id, k.event_id, k.origin_id, k.change_id, m.top, m.total, m.shown, m.new_origin_id,
        coalesce(nullif(m.announced[1], m.top), m.announced[2]) AS replaces,
        CASE k.id WHEN m.top THEN coalesce(m.arrived, '{}') END AS arrived
      FROM known k JOIN merging m USING (user_id, collapse_key, team_id)
    ), stays AS (
      UPDATE :schema.notifications n SET count = m.total, origin_id = m.new_origin_id
      FROM member m WHERE n.user_id = m.user_id AND n.id = m.id AND m.id = m.top
    )
    SELECT count(*)::int, json_build_object(
      'waiting', json_agg(json_build_object('user_id', user_id, 'id', id, 'change_id', change_id, 'shown', shown)),
      'members', (SELECT coalesce(json_agg(m), '[]') FROM member m)
    )::text FROM waiting`,
};

const MEMBER = `member AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset($1::jsonb -> 'members') AS m(user_id text, id uuid, team_id text, event_id uuid,
        origin_id uuid, change_id bigint, top uuid, shown boolean, new_origin_id uuid, replaces uuid, arrived jsonb)
    )`;

/** Which one the pages had, and what of it is new: it is as unseen as that is. */
const scope = (member: string) =>
  `jsonb_strip_nulls(jsonb_build_object('replaces', ${member}.replaces, 'arrived', ${member}.arrived))`;

// The others go, and go on being found by their ids. What had not been announced is counted by its own change.
const REST = {
  name: 'collapse.rest',
  text: `
    WITH ${MEMBER}, goes AS (
      DELETE FROM :schema.notifications n USING member m WHERE n.user_id = m.user_id AND n.id = m.id AND m.id <> m.top
    ), former AS (
      INSERT INTO :schema.former_ids (user_id, id, origin_id, event_id)
      SELECT user_id, id, new_origin_id, event_id FROM member WHERE id <> top
      UNION ALL SELECT user_id, origin_id, new_origin_id, event_id FROM member WHERE origin_id IS NOT NULL
      ON CONFLICT (user_id, id) DO NOTHING
    )
    INSERT INTO :schema.inbox_changes
      (user_id, team_id, kind, notification_id, event_id, toast, scope, unread_delta, live_delta)
    SELECT user_id, team_id, CASE WHEN id = replaces THEN 'count' ELSE 'deleted' END, id, NULL, false, NULL, -1, -1
    FROM member WHERE id <> top AND change_id IS NULL
    UNION ALL
    SELECT user_id, team_id, 'collapsed', id, event_id, shown, ${scope('member')}, 0, 0
    FROM member WHERE id = top AND change_id IS NULL`,
};

const ANNOUNCE = {
  name: 'collapse.announce',
  text: `
    WITH ${MEMBER}, announced AS MATERIALIZED (
      SELECT w.user_id, w.change_id, coalesce(m.id <> m.top, false)::int AS gone,
        CASE WHEN m.id IS NULL THEN 'created' WHEN m.id = m.top THEN 'collapsed' ELSE 'deleted' END AS kind,
        CASE WHEN m.id IS NULL THEN w.shown ELSE m.shown AND m.id = m.top END AS shown,
        CASE WHEN m.id = m.top THEN ${scope('m')} END AS scope
      FROM jsonb_to_recordset($1::jsonb -> 'waiting') AS w(user_id text, id uuid, change_id bigint, shown boolean)
      LEFT JOIN member m ON m.user_id = w.user_id AND m.id = w.id
    ), led AS (
      UPDATE :schema.former_ids f SET origin_id = m.new_origin_id
      FROM member m WHERE f.user_id = m.user_id AND f.origin_id = m.origin_id AND m.origin_id <> m.new_origin_id
    )
    UPDATE :schema.inbox_changes c SET kind = t.kind, toast = t.shown, scope = t.scope,
      unread_delta = c.unread_delta - t.gone, live_delta = c.live_delta - t.gone
    FROM announced t WHERE c.user_id = t.user_id AND c.id = t.change_id`,
};
