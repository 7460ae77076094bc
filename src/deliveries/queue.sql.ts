import { extrasOf } from '../notifications/event-fields.js';
import { WITHDRAWN } from './timing/timing.js';

/** The statements of the work queue. The index `deliveries_pending` has a lane for each target, oldest first. */

/** A row that may be claimed: its time has come, and no lease is on it. */
const IS_DUE = `d.status = 'pending' AND d.next_attempt_at <= now()
  AND (d.lease_until IS NULL OR d.lease_until <= now())`;

/**
 * Not finished, in words that `deliveries_pending` does not answer to: rows that are known by their
 * keys must be found by them. With statistics from a time when little was pending, the planner takes that index for
 * an empty one, and would read a whole backlog for every batch.
 */
export const IS_OPEN = 'd.finished_at IS NULL';

/**
 * Jumps from target to target through the index: what it costs depends on how many targets have pending work, not on how
 * much. A plain DISTINCT would read every entry of a backlog of a million.
 */
export const SCAN = {
  name: 'deliveries.scan',
  text: `
    WITH RECURSIVE lanes AS (
      (SELECT d.target_id FROM :schema.deliveries d
        WHERE d.status = 'pending' AND d.target_id > $1::uuid ORDER BY d.target_id LIMIT 1)
      UNION ALL
      SELECT (SELECT d.target_id FROM :schema.deliveries d
        WHERE d.status = 'pending' AND d.target_id > lanes.target_id ORDER BY d.target_id LIMIT 1)
      FROM lanes WHERE lanes.target_id IS NOT NULL
    ), seen AS MATERIALIZED (
      SELECT target_id FROM lanes WHERE target_id IS NOT NULL LIMIT $2
    )
    -- Of what is being served it is known that there is more: only its leases would be in the way here.
    SELECT seen.target_id AS "targetId", due.channel, due.user_id AS "userId"
    FROM seen
    LEFT JOIN unnest($3::uuid[]) AS served(target_id) USING (target_id)
    LEFT JOIN LATERAL (
      SELECT d.channel, d.user_id FROM :schema.deliveries d
      WHERE d.target_id = seen.target_id AND served.target_id IS NULL AND ${IS_DUE}
      ORDER BY d.next_attempt_at LIMIT 1
    ) due ON true
    ORDER BY seen.target_id`,
};

/** Leases. What an attempt needs besides is read once for all of a target, and once for all of an event. */
export const CLAIM = {
  name: 'deliveries.claim',
  text: `
    WITH taken AS MATERIALIZED (
      SELECT due.row, due.id, due.unsure
      FROM unnest($1::uuid[], $2::integer[]) AS lane(target_id, room)
      CROSS JOIN LATERAL (
        SELECT d.ctid AS row, d.id, d.leased_by IS NOT NULL AS unsure FROM :schema.deliveries d
        WHERE d.target_id = lane.target_id AND ${IS_DUE}
        ORDER BY d.next_attempt_at LIMIT lane.room FOR UPDATE SKIP LOCKED
      ) due
    ), claimed AS (
      UPDATE :schema.deliveries d SET leased_by = $3, lease_until = now() + $4 * interval '1 millisecond'
      -- Locked, a row stays in its place: that spares looking it up once more. As an array, because of a join by places
      -- the planner may think that reading the whole table takes less.
      WHERE d.ctid = ANY (ARRAY(SELECT taken.row FROM taken))
      RETURNING d.*
    )
    SELECT user_id, id, target_id, attempts - schedule_start, event, event_id, notification_id, reason, gather,
      id = ANY (ARRAY(SELECT taken.id FROM taken WHERE taken.unsure))
    FROM claimed ORDER BY next_attempt_at`,
};

const SHOWN = extrasOf();

export const EVENTS_OF = {
  name: 'deliveries.eventsOf',
  text: `
    SELECT id, type, level, title, body, link, data::text AS data, team_id AS "teamId", entity_type AS "entityType",
      entity_id AS "entityId", collapse_key AS "collapseKey", coalesce(sent_at, created_at) AS "createdAt",
      expires_at AS "expiresAt", ${SHOWN.actions} AS actions, ${SHOWN.image} AS image, ${SHOWN.actor} AS actor, now() AS now
    FROM :schema.events WHERE id = ANY($1::uuid[])`,
};

/** Rows that are locked are being written down right now: skipping them, this never waits and cannot deadlock. */
export const RENEW = {
  name: 'deliveries.renew',
  text: `
    WITH mine AS MATERIALIZED (
      SELECT d.user_id, d.target_id, d.id
      FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS held(user_id, target_id, id)
      JOIN :schema.deliveries d USING (user_id, target_id, id)
      WHERE d.leased_by = $4::uuid AND ${IS_OPEN} FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE :schema.deliveries d SET lease_until = now() + $5 * interval '1 millisecond'
    FROM mine WHERE d.user_id = mine.user_id AND d.target_id = mine.target_id AND d.id = mine.id`,
};

/** SQL: those in `held`, each with its parts, and with the lease that they are to have. */
const GIVEN = `given AS MATERIALIZED (
      SELECT user_id, target_id, id, leased_by, lease_until FROM held
      UNION ALL
      SELECT user_id, target_id, d.id, held.leased_by, held.lease_until FROM held
      -- Looked up by that alone: by its user as well, the planner may read all that the user has.
      JOIN LATERAL (
        SELECT d.user_id, d.target_id, d.id FROM :schema.deliveries d WHERE d.part_of = held.id OFFSET 0
      ) d USING (user_id, target_id)
    )`;

/**
 * Parts are given back with the delivery that they are a part of. What may have been sent by another process stays known as
 * that, with a lease that is over.
 */
export const RELEASE = {
  name: 'deliveries.release',
  text: `
    WITH held AS MATERIALIZED (
      SELECT h.user_id, h.target_id, h.id, CASE WHEN h.unsure THEN $5::uuid END AS leased_by,
        CASE WHEN h.unsure THEN now() END AS lease_until
      FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::boolean[]) AS h(user_id, target_id, id, unsure)
    ), ${GIVEN}
    UPDATE :schema.deliveries d SET leased_by = given.leased_by, lease_until = given.lease_until
    FROM given WHERE d.user_id = given.user_id AND d.target_id = given.target_id AND d.id = given.id
      AND d.leased_by = $5::uuid AND ${IS_OPEN}`,
};

/** An outcome `o` counts for its delivery `d`: the lease was kept, or the target has it, whichever process holds it now. */
const IS_MINE = `${IS_OPEN} AND (d.leased_by = $13::uuid OR o.status = 'delivered')`;

/**
 * The last attempt is kept in the delivery's own row, the one before it moves to the others. An attempt whose lease had
 * ended goes there at once.
 *
 * Times are made, and the attempt before is read, ahead of the changes: on a distributed schema these take nothing but
 * values, and what reads a table beside its change may see it changed.
 */
export const RECORD = {
  name: 'deliveries.record',
  text: `
    WITH outcome AS MATERIALIZED (
      SELECT o.user_id, o.target_id, o.id, o.response_status, o.error, o.reason, o.gather,
        to_timestamp(o.started_ms / 1000.0) AS started_at, o.duration_ms,
        (o.started_ms IS NOT NULL)::integer AS attempted, o.rests,
        -- What has been gathered is not so again, and rests in the queue.
        CASE WHEN o.rests AND d.gather IS NOT NULL THEN 'pending' ELSE o.status END AS status,
        CASE WHEN NOT o.rests OR d.gather IS NOT NULL THEN now() + o.wait_ms * interval '1 millisecond' END
          AS next_attempt_at,
        CASE WHEN NOT o.rests THEN to_timestamp(o.due_ms / 1000.0)
          WHEN d.gather IS NULL THEN now() + o.wait_ms * interval '1 millisecond' END AS due_at,
        CASE WHEN o.status NOT IN ('pending', 'waiting') THEN now() END AS finished_at,
        d.attempts AS former_attempts, d.attempted_at AS former_at, d.duration_ms AS former_ms,
        d.response_status AS former_status, d.error AS former_error
      FROM (
        SELECT *, status = 'waiting' AND due_ms IS NULL AS rests
        FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::bigint[], $7::smallint[],
          $8::text[], $9::text[], $10::bigint[], $11::integer[], $12::text[])
          AS o(user_id, target_id, id, status, wait_ms, due_ms, response_status, error, reason, started_ms, duration_ms,
            gather)
      ) o
      LEFT JOIN :schema.deliveries d USING (user_id, target_id, id)
    ), written AS (
      UPDATE :schema.deliveries d SET
        status = o.status,
        attempts = d.attempts + o.attempted,
        attempted_at = o.started_at,
        duration_ms = o.duration_ms,
        response_status = o.response_status,
        error = o.error,
        -- What it has waited for holds for each of its attempts, and that it was called back until its end.
        reason = CASE WHEN o.status = 'pending' OR o.rests OR (o.status = 'waiting' AND d.reason = '${WITHDRAWN}')
          THEN d.reason ELSE o.reason END,
        due_at = o.due_at,
        gather = coalesce(o.gather, d.gather),
        next_attempt_at = o.next_attempt_at,
        finished_at = o.finished_at,
        leased_by = NULL,
        lease_until = NULL
      FROM outcome o
      WHERE d.user_id = o.user_id AND d.target_id = o.target_id AND d.id = o.id AND ${IS_MINE}
      RETURNING d.user_id, d.id, d.attempts - o.attempted AS attempts,
        o.former_attempts, o.former_at, o.former_ms, o.former_status, o.former_error
    ), former AS (
      INSERT INTO :schema.delivery_attempts
        (user_id, delivery_id, started_at, duration_ms, response_status, error)
      SELECT user_id, id, former_at, former_ms, former_status, former_error FROM written
      -- As it was read, unless another process has just written it.
      WHERE attempts > 0 AND former_attempts = attempts AND former_at IS NOT NULL
    ), late AS (
      INSERT INTO :schema.delivery_attempts
        (user_id, delivery_id, started_at, duration_ms, response_status, error)
      SELECT user_id, id, started_at, duration_ms, response_status, error
      FROM outcome
      -- Of a delivery that has been deleted meanwhile, with all of its user's, nothing is kept.
      WHERE started_at IS NOT NULL AND former_attempts IS NOT NULL AND id NOT IN (SELECT id FROM written)
    )
    SELECT count(*) FROM written`,
};

/**
 * What may have been sent by another process, and has been put off: it stays known as that, with its parts and a lease that is
 * over, so that it counts as sent when it is called back.
 */
export const RECORD_UNSURE = {
  name: 'deliveries.recordUnsure',
  text: `
    WITH held AS MATERIALIZED (
      SELECT h.user_id, h.target_id, h.id, $4::uuid AS leased_by, now() AS lease_until
      FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS h(user_id, target_id, id)
    ), ${GIVEN}
    UPDATE :schema.deliveries d SET leased_by = given.leased_by, lease_until = given.lease_until
    FROM given WHERE d.user_id = given.user_id AND d.target_id = given.target_id AND d.id = given.id
      AND d.lease_until IS NULL AND ${IS_OPEN}`,
};

/** By its start an attempt is known: no delivery is attempted twice in a millisecond. */
export const IS_RECORDED = {
  name: 'deliveries.isRecorded',
  text: `
    SELECT FROM :schema.deliveries
    WHERE user_id = $1 AND target_id = $2 AND id = $3 AND attempted_at = $4
    UNION ALL
    SELECT FROM :schema.delivery_attempts
    WHERE user_id = $1 AND delivery_id = $3 AND started_at = $4 LIMIT 1`,
};
