import { byAnyId } from '../../notifications/former-ids.sql.js';
import { IS_SEEN, lateOf } from '../../notifications/seen.sql.js';
import { IS_OPEN } from '../queue.sql.js';

/**
 * Deliveries that wait for each other. When their time has come, the oldest is queued and is sent for all; the others
 * name it in `part_of`, and go on waiting until its outcome is theirs.
 */

/** With what a delivery is gathered, in the words of `deliveries_gathered`. */
const GATHERING = `CASE WHEN d.status = 'waiting' AND d.part_of IS NULL THEN d.gather END`;

/** The next changes of users' times. */
export const TAKE_CHANGES = {
  name: 'deliveries.takeChanges',
  text: `
    DELETE FROM :schema.changed_times WHERE (user_id, id) IN (
      SELECT user_id, id FROM :schema.changed_times WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ) RETURNING user_id, reasons::text, after, again`,
};

/**
 * Lets what waits be decided anew that a change of its user's times is about: what is held, together; what waits for a
 * digest, each by itself. Of every change the next deliveries, in the order of their ids. What was just being decided by the
 * former times is written down within a lease: there is another look then.
 */
export const DECIDE_ANEW = {
  name: 'deliveries.decideAnew',
  text: `
    WITH changed AS MATERIALIZED (
      SELECT c.user_id, c.place, c.reasons::text[], c.after, c.again
      FROM unnest($1::text[], $2::text[], $3::uuid[], $4::boolean[])
        WITH ORDINALITY AS c(user_id, reasons, after, again, place)
    ), waiting AS MATERIALIZED (
      SELECT changed.place, next.user_id, next.target_id, next.id, now() AS at,
        CASE WHEN next.reason <> 'digest' THEN next.gather END AS gather
      FROM changed CROSS JOIN LATERAL (
        SELECT d.user_id, d.target_id, d.id, d.reason, d.gather FROM :schema.deliveries d
        WHERE d.user_id = changed.user_id AND ${GATHERING} IS NOT NULL AND d.reason = ANY (changed.reasons)
          AND d.id > changed.after
        ORDER BY d.id LIMIT $5 FOR UPDATE SKIP LOCKED
      ) next
    ), due AS (
      UPDATE :schema.deliveries d SET due_at = waiting.at, gather = waiting.gather
      FROM waiting
      WHERE d.user_id = waiting.user_id AND d.target_id = waiting.target_id AND d.id = waiting.id
    )
    INSERT INTO :schema.changed_times (user_id, reasons, due_at, after, again)
    SELECT changed.user_id, changed.reasons,
      CASE WHEN part.last IS NULL THEN now() + $6 * interval '1 millisecond' ELSE now() END,
      coalesce(part.last, $7::uuid), part.last IS NOT NULL AND changed.again
    FROM changed LEFT JOIN (
      SELECT place, max(id::text)::uuid AS last FROM waiting GROUP BY place HAVING count(*) >= $5
    ) part USING (place)
    WHERE changed.again OR part.last IS NOT NULL`,
};

/**
 * Puts into the queue what waited for a time that has come, and what is gathered as one: what was gathered for a type's
 * window all of it, what waits for the user's own times if these have come. One process at a time does it, so that all of a
 * gathering comes together. Times are made ahead of the change: on a distributed schema it takes nothing but values.
 */
export const WAKE = {
  name: 'deliveries.wake',
  text: `
    WITH turn AS MATERIALIZED (
      SELECT pg_try_advisory_xact_lock($2::int, $3::int) AS mine
    ), due AS MATERIALIZED (
      SELECT d.user_id, d.target_id, d.id, d.gather FROM :schema.deliveries d
      WHERE d.status = 'waiting' AND d.due_at <= now() AND (SELECT mine FROM turn)
      ORDER BY d.due_at LIMIT $1 FOR UPDATE SKIP LOCKED
    ), gathered AS MATERIALIZED (
      SELECT together.user_id, together.target_id, together.id, together.gather
      FROM (SELECT DISTINCT user_id, target_id, gather FROM due WHERE gather IS NOT NULL) one
      CROSS JOIN LATERAL (
        SELECT d.user_id, d.target_id, d.id, d.gather FROM :schema.deliveries d
        WHERE d.user_id = one.user_id AND d.target_id = one.target_id
          AND ${GATHERING} = one.gather
          AND (one.gather <> '' OR d.due_at <= now())
        FOR UPDATE SKIP LOCKED
      ) together
    ), woken AS MATERIALIZED (
      SELECT user_id, target_id, id, id AS head, now() AS at FROM due WHERE gather IS NULL
      UNION ALL
      SELECT user_id, target_id, id, first_value(id) OVER (PARTITION BY user_id, target_id, gather ORDER BY id), now()
      FROM gathered
    ), queued AS (
      UPDATE :schema.deliveries d SET
        status = CASE WHEN woken.id = woken.head THEN 'pending' ELSE 'waiting' END,
        next_attempt_at = CASE WHEN woken.id = woken.head THEN least(d.due_at, woken.at) END,
        due_at = NULL,
        part_of = CASE WHEN woken.id <> woken.head THEN woken.head END
      FROM woken WHERE d.user_id = woken.user_id AND d.target_id = woken.target_id AND d.id = woken.id
      RETURNING 1
    )
    SELECT count(*) AS woken, EXISTS (SELECT FROM :schema.changed_times WHERE due_at <= now()) AS changed FROM due`,
};

/** What has become of a copy, by the id that it had when it came; without a row, it has been purged. It needs `late`. */
const stateOf = (userId: string, id: string) => `
  SELECT CASE
    WHEN n.deleted_at IS NOT NULL THEN 'deleted'
    WHEN n.place <> 'inbox' THEN n.place
    WHEN n.read_at IS NOT NULL THEN 'read'
    WHEN ${IS_SEEN} THEN 'seen'
    ELSE 'unread' END AS state
  FROM (${byAnyId(userId, id)}) n`;

export const COPIES = {
  name: 'deliveries.copies',
  text: `
    WITH ${lateOf('$1::text[]')}
    SELECT copy.id, n.state FROM unnest($1::text[], $2::uuid[]) AS copy(user_id, id)
    CROSS JOIN LATERAL (${stateOf('copy.user_id', 'copy.id')}) n`,
};

/**
 * What is sent with deliveries that were claimed, these included, newest first: what each is about, and what has become of its
 * copy. Parts are leased with the delivery that they are a part of: what is called back is not sent from then on, or is
 * known as perhaps sent.
 */
export const TAKE_ITEMS = {
  name: 'deliveries.takeItems',
  text: `
    WITH head AS MATERIALIZED (
      SELECT d.user_id, d.target_id, d.id, d.event_id, d.event, d.notification_id, d.reason, d.leased_by, d.lease_until
      FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS h(user_id, target_id, id)
      JOIN :schema.deliveries d USING (user_id, target_id, id)
    ), part AS (
      UPDATE :schema.deliveries d SET leased_by = head.leased_by, lease_until = head.lease_until
      FROM head
      WHERE d.part_of = head.id AND d.user_id = head.user_id AND d.target_id = head.target_id AND ${IS_OPEN}
      RETURNING d.user_id, d.target_id, d.part_of, d.id, d.event_id, d.event, d.notification_id, d.reason
    ), ${lateOf('$1::text[]')}
    SELECT item.head, item.user_id AS "userId", item.target_id AS "targetId", item.id, item.event_id AS "eventId", item.event,
      item.notification_id AS "copyId", item.reason AS waited, e.type, coalesce(e.over, false) AS "isOver",
      CASE WHEN item.notification_id IS NOT NULL THEN coalesce(n.state, 'deleted') END AS copy
    FROM (
      SELECT user_id, target_id, id AS head, id, event_id, event, notification_id, reason FROM head
      UNION ALL
      SELECT user_id, target_id, part_of, id, event_id, event, notification_id, reason FROM part
    ) item
    LEFT JOIN LATERAL (
      SELECT e.type, coalesce(e.expires_at <= now(), false) AS over FROM :schema.events e
      WHERE e.id = item.event_id LIMIT 1
    ) e ON true
    LEFT JOIN LATERAL (${stateOf('item.user_id', 'item.notification_id')}) n ON true
    ORDER BY item.id DESC`,
};

/** Parts of which nothing is to be sent any more, each with its reason. */
export const LEAVE_OUT = {
  name: 'deliveries.leaveOut',
  text: `
    WITH out AS MATERIALIZED (
      SELECT user_id, target_id, id, reason, now() AS at
      FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[]) AS o(user_id, target_id, id, reason)
    )
    UPDATE :schema.deliveries d SET status = 'skipped', reason = out.reason, part_of = NULL, finished_at = out.at,
      leased_by = NULL, lease_until = NULL
    FROM out
    WHERE d.user_id = out.user_id AND d.target_id = out.target_id AND d.id = out.id
      AND d.part_of IS NOT NULL AND ${IS_OPEN}`,
};

/**
 * What has become of deliveries that were sent for others is these others' outcome as well. Where one was left out alone, or
 * waits anew, they are gathered again; while it is tried again they stay with it. It takes the outcome from the row, whichever
 * process has written it.
 */
export const RECORD_PARTS = {
  name: 'deliveries.recordParts',
  text: `
    WITH head AS MATERIALIZED (
      SELECT user_id, target_id, id, error,
        CASE WHEN alone OR status = 'pending' THEN 'waiting' ELSE status END AS status,
        alone OR status = 'pending' AS stays, reason,
        CASE WHEN alone THEN now() ELSE due_at END AS due_at,
        CASE WHEN alone THEN NULL ELSE finished_at END AS finished_at,
        CASE WHEN alone OR status = 'waiting' THEN NULL ELSE id END AS part_of, gather
      FROM (
        -- Another process that had it since may have sent them with it: then they go out under no other id.
        SELECT d.*, o.alone AND d.finished_at IS NOT NULL AS alone
        FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::boolean[]) AS o(user_id, target_id, id, alone)
        JOIN :schema.deliveries d USING (user_id, target_id, id)
        WHERE d.lease_until IS NULL
      ) d
    )
    UPDATE :schema.deliveries d SET status = head.status,
      reason = CASE WHEN head.stays THEN d.reason ELSE head.reason END,
      error = CASE WHEN head.stays THEN d.error ELSE head.error END,
      due_at = head.due_at, finished_at = head.finished_at, gather = head.gather, part_of = head.part_of,
      leased_by = NULL, lease_until = NULL
    FROM head
    WHERE d.part_of = head.id AND d.user_id = head.user_id AND d.target_id = head.target_id AND ${IS_OPEN}`,
};

/** What was sent for its parts alone is left out itself, once that attempt has been recorded as its outcome and theirs. */
export const RECORD_LEFT_OUT = {
  name: 'deliveries.recordLeftOut',
  text: `
    UPDATE :schema.deliveries d SET status = 'skipped', reason = o.reason, error = NULL
    FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[])
      AS o(user_id, target_id, id, reason, started_at)
    WHERE d.user_id = o.user_id AND d.target_id = o.target_id AND d.id = o.id AND d.finished_at IS NOT NULL
      AND d.attempted_at = o.started_at`,
};
