import { hasDeliveries } from '../catalogue/channel-list.js';
import { ownTarget, type Channel } from '../channels/channel.js';
import type { Statement } from '../database/database.js';
import { IN_INBOX } from '../notifications/placing.js';
import { WITHDRAWN } from '../deliveries/timing/timing.js';

/** What is withdrawn: an event, all about a thing, or all with a key. */
export type SelectorKind = 'event' | 'entity' | 'collapse';

export interface Selector {
  kind: SelectorKind;
  /** The event's id; the entity's type and id; the key. */
  values: readonly [string, ...string[]];
}

/** In the words of the indexes `events_entity` and `events_collapse`. */
const SELECTED: Record<SelectorKind, string> = {
  event: 'id = $1::uuid',
  entity: 'entity_id IS NOT NULL AND entity_type = $1 AND entity_id = $2',
  collapse: 'collapse_key IS NOT NULL AND collapse_key = $1',
};

/** Its places in the values that follow the selector's own. */
const SELECTORS: Record<SelectorKind, number> = { event: 1, entity: 2, collapse: 1 };

/**
 * The next events that can be called back, locked: what is due is taken under the same lock, so that an event is either
 * cancelled or sent.
 */
export function takeStatement(kind: SelectorKind): Statement {
  const [after, events, recipients] = [1, 2, 3].map((place) => `$${SELECTORS[kind] + place}`);
  const open = `status NOT IN ('cancelled', 'withdrawn')`;
  return {
    name: `withdraw.take.${kind}`,
    text: `
    WITH next AS MATERIALIZED (
      SELECT id, recipients FROM :schema.events
      WHERE ${SELECTED[kind]} AND ${open} AND id > ${after}::uuid ORDER BY id LIMIT ${events}
    ), chosen AS (
      SELECT id FROM (SELECT id, pg_catalog.sum(recipients) OVER (ORDER BY id) - recipients AS before FROM next) n
      WHERE before < ${recipients}
    )
    SELECT id, status, send_at AS "sendAt", sent_at AS "sentAt", withdrawal, (
        SELECT pg_catalog.count(*)::integer FROM :schema.event_recipients c WHERE c.event_id = e.id
      ) AS chunks
    FROM :schema.events e WHERE id = ANY (ARRAY(SELECT id FROM chosen)) AND ${open} ORDER BY id FOR UPDATE OF e`,
  };
}

/** Each recipient that is meant, and between which ids what they got of the event is. */
const RECIPIENT = `
    recipient AS MATERIALIZED (
      SELECT part.event_id, part.lowest, part.highest, u.user_id
      FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[]) AS part(event_id, chunk, lowest, highest)
      JOIN :schema.event_recipients c USING (event_id, chunk) CROSS JOIN LATERAL unnest(c.user_ids) AS u(user_id)
      WHERE $5::text[] IS NULL OR u.user_id = ANY ($5::text[])
    )`;

// A user has one copy of an event, by its key or, when it came to the top again, by its first one, however many
// recipients the planner expects.
const copyOf = (columns: string, locked: string) => `
      CROSS JOIN LATERAL (
        (SELECT n.id FROM :schema.notifications n
          WHERE n.user_id = r.user_id AND n.id >= r.lowest AND n.id <= r.highest AND n.event_id = r.event_id)
        UNION ALL (SELECT n.id FROM :schema.notifications n
          WHERE n.user_id = r.user_id AND n.origin_id >= r.lowest AND n.origin_id <= r.highest
            AND n.event_id = r.event_id) LIMIT 1
      ) key CROSS JOIN LATERAL (
        SELECT ${columns} FROM :schema.notifications n
        WHERE n.user_id = r.user_id AND n.id = key.id LIMIT 1 ${locked}
      ) n`;

function deliveriesOf(channels: readonly Channel[], columns: string, which: string): string {
  const targets = channels.filter(hasDeliveries).map((channel) => {
    const table = channel.writes?.deliveries?.targets;
    return table
      ? `(SELECT t.id FROM ${table} t WHERE t.user_id = r.user_id OFFSET 0)`
      : `SELECT '${ownTarget(channel)}'::uuid`;
  });
  return `
      CROSS JOIN LATERAL (${targets.join(' UNION ALL ')}) AS t(id)
      CROSS JOIN LATERAL (
        SELECT ${columns} FROM :schema.deliveries d
        WHERE d.user_id = r.user_id AND d.target_id = t.id AND d.id >= r.lowest AND d.id <= r.highest
          AND d.event_id = r.event_id AND ${which}
      ) d`;
}

/**
 * Locks what is to be changed. The statement after this sees each row as it is then, in its
 * place: neither a copy that is marked meanwhile nor a delivery that is being leased is missed.
 */
export function lockStatement(channels: readonly Channel[]): Statement {
  return {
    name: 'withdraw.lock',
    text: `
    WITH ${RECIPIENT}, copy AS MATERIALIZED (
      SELECT n.locked FROM recipient r ${copyOf('true AS locked', 'FOR UPDATE')}
    ), delivery AS MATERIALIZED (
      SELECT d.locked FROM recipient r
      ${deliveriesOf(channels, 'true AS locked', 'd.finished_at IS NULL FOR UPDATE')}
    )
    SELECT (SELECT pg_catalog.count(*) FROM copy), (SELECT pg_catalog.count(*) FROM delivery)`,
  };
}

/**
 * What a delivery is to its being called back. One whose lease has run out may have been sent; one that is a part of another is
 * leased with it from when it is read into the message.
 */
const STATE = `CASE
          WHEN d.finished_at IS NOT NULL THEN 'sent'
          WHEN d.lease_until IS NOT NULL THEN 'leased'
          ELSE 'open' END`;

/** No process has it, nor is it one that others are a part of. */
const FREE = `d.lease_until IS NULL AND (d.gather IS NULL OR d.status = 'waiting')`;

/**
 * Deletes the copies, with the change that counts and announces it, and cancels the deliveries that no process has leased.
 * Others are marked, so that they are not tried again; so is one that others are a part of, which go without it.
 *
 * Answers a row for each event and channel with how many were sent, and for each event one without a channel with how many
 * copies there were.
 */
export function withdrawStatement(channels: readonly Channel[]): Statement {
  const columns = `d.ctid AS row, d.channel, ${STATE} AS state`;
  return {
    name: 'withdraw.change',
    text: `
    WITH ${RECIPIENT}, copy AS MATERIALIZED (
      SELECT r.event_id, n.row FROM recipient r ${copyOf('n.ctid AS row', '')}
    ), gone AS (
      DELETE FROM :schema.notifications n WHERE n.ctid = ANY (ARRAY(SELECT copy.row FROM copy))
      RETURNING n.user_id, n.id, n.team_id, n.event_id, (${IN_INBOX}) AS live, n.read_at IS NULL AS unread
    ), change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, unread_delta, live_delta)
      SELECT user_id, coalesce(team_id, ''), 'deleted', id, -(live AND unread)::integer, -live::integer FROM gone
    ), delivery AS MATERIALIZED (
      SELECT r.event_id, d.row, d.channel, d.state FROM recipient r
      ${deliveriesOf(channels, columns, `(d.finished_at IS NULL OR d.status = 'delivered') OFFSET 0`)}
    ), stamp AS MATERIALIZED (
      SELECT pg_catalog.now() AS at
    ), called_back AS (
      UPDATE :schema.deliveries d SET
        status = CASE WHEN ${FREE} THEN 'cancelled' ELSE d.status END,
        finished_at = CASE WHEN ${FREE} THEN stamp.at ELSE d.finished_at END,
        next_attempt_at = CASE WHEN ${FREE} THEN NULL ELSE d.next_attempt_at END,
        due_at = NULL, reason = '${WITHDRAWN}'
      FROM stamp
      WHERE d.ctid = ANY (ARRAY(SELECT delivery.row FROM delivery WHERE delivery.state IN ('open', 'leased')))
    )
    SELECT event_id AS "eventId", channel, pg_catalog.count(*)::integer AS n FROM (
      SELECT event_id, channel FROM delivery WHERE state IN ('sent', 'leased')
      UNION ALL SELECT event_id, NULL FROM gone
    ) counted GROUP BY event_id, channel`,
  };
}

/** Writes down how far events have been withdrawn. */
export const MARK: Statement = {
  name: 'withdraw.mark',
  text: `
    UPDATE :schema.events e SET withdrawal = w.withdrawal, status = CASE WHEN w.ended THEN 'withdrawn' ELSE e.status END
    FROM unnest($1::uuid[], $2::jsonb[], $3::boolean[]) AS w(id, withdrawal, ended) WHERE e.id = w.id`,
};

export const CANCEL: Statement = {
  name: 'withdraw.cancel',
  text: `UPDATE :schema.events SET status = 'cancelled' WHERE id = ANY ($1::uuid[]) AND status IN ('scheduled', 'failed')`,
};

/** Takes users out of events that are not sent; one that has no other recipient is cancelled, with those that it had. */
export const TAKE_OUT: Statement = {
  name: 'withdraw.takeOut',
  text: `
    WITH rest AS MATERIALIZED (
      SELECT c.event_id, ARRAY(SELECT u.user_id FROM unnest(c.user_ids) WITH ORDINALITY AS u(user_id, position)
        WHERE u.user_id <> ALL ($2::text[]) ORDER BY u.position) AS user_ids
      FROM :schema.event_recipients c WHERE c.event_id = ANY ($1::uuid[]) AND c.chunk = 0 AND c.user_ids && $2::text[]
    ), listed AS (
      UPDATE :schema.event_recipients c
      SET user_ids = rest.user_ids, outcomes = pg_catalog.array_fill(0::bigint, ARRAY[pg_catalog.cardinality(rest.user_ids)])
      FROM rest WHERE c.event_id = rest.event_id AND c.chunk = 0 AND rest.user_ids <> '{}'
    )
    UPDATE :schema.events e SET
      recipients = CASE WHEN rest.user_ids = '{}' THEN e.recipients ELSE pg_catalog.cardinality(rest.user_ids) END,
      status = CASE WHEN rest.user_ids = '{}' THEN 'cancelled' ELSE e.status END
    FROM rest WHERE e.id = rest.event_id AND e.status IN ('scheduled', 'failed')`,
};

export const ANSWER: Statement = {
  name: 'withdraw.answer',
  text: 'SELECT status, withdrawal FROM :schema.events WHERE id = $1',
};
