import { IN_INBOX } from './placing.js';

/*
 * What time does to notifications: they come back, and are over. It is the database's, so that processes whose clocks differ
 * agree on it. Each statement takes a batch ($1), skips rows that another process is just taking, and answers how many it had.
 */

/** Brings snoozed notifications whose time has come to the top of the inbox, unread. */
// Ids are the order of an inbox: what comes to its top gets a new one. It is made ahead of the change, which on a
// distributed schema takes nothing but values.
export const WAKE = {
  name: 'sweep.wake',
  text: `
    WITH due AS MATERIALIZED (
      SELECT user_id, id, coalesce(origin_id, id) AS origin_id,
        date_trunc('milliseconds', now()) AS woken_at, :schema.uuid_v7(date_trunc('milliseconds', now())) AS new_id
      FROM :schema.notifications
      WHERE snoozed_until <= now() AND deleted_at IS NULL ORDER BY snoozed_until LIMIT $1 FOR UPDATE SKIP LOCKED
    ), woken AS (
      UPDATE :schema.notifications n SET id = d.new_id, created_at = d.woken_at, origin_id = d.origin_id,
        place = 'inbox', snoozed_until = NULL, read_at = NULL
      FROM due d WHERE n.user_id = d.user_id AND n.id = d.id
      RETURNING n.user_id, n.id, n.team_id, n.event_id, n.origin_id, d.id AS former_id
    ), former AS (
      INSERT INTO :schema.former_ids (user_id, id, origin_id)
      SELECT user_id, former_id, origin_id FROM woken WHERE former_id <> origin_id
    ), change AS (
      INSERT INTO :schema.inbox_changes
        (user_id, team_id, kind, notification_id, event_id, toast, scope, unread_delta, live_delta)
      SELECT user_id, coalesce(team_id, ''), 'created', id, event_id, true, jsonb_build_object('replaces', former_id), 1, 1
      FROM woken
    )
    SELECT count(*) FROM woken`,
};

/** Deletes notifications that have expired for good, wherever they are. */
export const EXPIRE = {
  name: 'sweep.expire',
  text: `
    WITH due AS MATERIALIZED (
      SELECT user_id, id FROM :schema.notifications
      WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM :schema.notifications n USING due d WHERE n.user_id = d.user_id AND n.id = d.id
      RETURNING n.user_id, n.id, n.team_id, n.read_at, n.place, n.deleted_at
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, unread_delta, live_delta)
      SELECT user_id, coalesce(team_id, ''), 'deleted', id,
        -(${IN_INBOX} AND read_at IS NULL)::int, -(${IN_INBOX})::int
      FROM gone
    )
    SELECT count(*) FROM gone`,
};
