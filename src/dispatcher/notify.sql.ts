import { hasDeliveries } from '../catalogue/channel-list.js';
import { ownTarget, type Channel } from '../channels/channel.js';
import type { Statement } from '../database/database.js';
import { EVENT_FIELDS, eventFields } from '../notifications/event-fields.js';
import { mergedSql, onSql, setSql } from './outcome.js';

/** The columns of the events beside {@link EVENT_FIELDS}. */
export const OWN_COLUMNS = [
  ['id', 'uuid'],
  ['created_at', 'timestamptz'],
  ['source', 'text'],
  ['webhook_event', 'text'],
  ['mutable', 'boolean'],
  ['outcome', 'bigint'],
  ['recipients', 'integer'],
] as const;

/** The columns of the events, in the order of the statement's parameters; those of the recipients follow. */
const EVENT_COLUMNS = [...OWN_COLUMNS, ...EVENT_FIELDS.map(({ name, type }) => [name, type] as const)];

/** The column of the recipients that says whether a channel is on. */
const flagOf = ({ key }: Channel) => `on_${key}`;

/** An outcome for each recipient, in the order in which they are listed. */
const OUTCOMES = `SELECT no, pg_catalog.array_agg(user_id ORDER BY position) AS user_ids,
          pg_catalog.array_agg(outcome ORDER BY position) AS outcomes
        FROM recipient GROUP BY no`;

/** How an event itself is written: it is new, or it was scheduled and is there already, with its recipients. */
export type Written = 'new' | 'scheduled';

/** How many events a statement writes. One comes as plain values, so that nothing is joined with it. */
export type Count = 'one' | 'many';

const NAMES: Record<Written, string> = { new: 'notify', scheduled: 'schedule.send' };

const EVENTS: Record<Written, string> = {
  new: `happened AS (
      INSERT INTO :schema.events (id, created_at, source, webhook_event, recipients, ${eventFields()})
      SELECT e.id, e.created_at, e.source, e.webhook_event, e.recipients, ${eventFields('e.')}
      FROM event e
    ), listed AS (
      INSERT INTO :schema.event_recipients (event_id, chunk, user_ids, outcomes)
      SELECT e.id, 0, r.user_ids, r.outcomes
      FROM event e JOIN (
        ${OUTCOMES}
      ) r USING (no)
    )`,
  scheduled: `happened AS (
      UPDATE :schema.events h SET status = 'sent', sent_at = e.created_at, webhook_event = e.webhook_event
      FROM event e WHERE h.id = e.id
    ), listed AS (
      UPDATE :schema.event_recipients l SET outcomes = r.outcomes
      FROM event e JOIN (
        ${OUTCOMES}
      ) r USING (no)
      WHERE l.event_id = e.id AND l.chunk = 0
    )`,
};

/** The events and their recipients as they come, the latter with columns of `event e`. */
const SOURCES: Record<Count, { event: string; recipients: string }> = {
  one: {
    event: `event AS NOT MATERIALIZED (
      SELECT ${EVENT_COLUMNS.map(([name, type], index) => `$${index + 1}::${type} AS ${name}`).join(', ')}, 1 AS no
    )`,
    recipients: `unnest(${arraysOf(['text', 'uuid'], EVENT_COLUMNS.length)})
          WITH ORDINALITY AS r(user_id, notification_id, position) CROSS JOIN event e`,
  },
  many: {
    event: `event AS MATERIALIZED (
      SELECT * FROM unnest(${arraysOf(EVENT_COLUMNS.map(([, type]) => type))})
        WITH ORDINALITY AS e(${EVENT_COLUMNS.map(([name]) => name).join(', ')}, no)
    )`,
    recipients: `unnest(${arraysOf(['text', 'uuid', 'bigint'], EVENT_COLUMNS.length)})
          WITH ORDINALITY AS r(user_id, notification_id, no, position) JOIN event e USING (no)`,
  },
};

/** SQL: parameters that are arrays. @param before how many parameters come before them */
function arraysOf(types: readonly string[], before = 0): string {
  return types.map((type, index) => `$${before + index + 1}::${type}[]`).join(', ');
}

/**
 * The one statement of `notify()`, made of what each channel writes. It also runs on connections of a host, whose settings
 * are the host's: it must not depend on the search path, on the session's time zone or on how values are written there, and
 * it answers with a text, the number of deliveries.
 * @param written of a scheduled one, `created_at` is the time at which it is sent
 */
export function notifyStatement(channels: readonly Channel[], written: Written, count: Count): Statement {
  const { event, recipients } = SOURCES[count];
  const set = (which: string) =>
    `coalesce(pg_catalog.bit_or(${setSql(channels)}) FILTER (WHERE type ${which} ''), 0)`;
  const flags = channels.map((channel) => `${onSql('o.outcome', channel)} AS ${flagOf(channel)}`);
  return {
    name: `${NAMES[written]}.${count}`,
    text: `
    WITH ${event}, recipient AS MATERIALIZED (
      SELECT o.*, ${flags.join(', ')}
      FROM (
        SELECT e.no, r.position, r.user_id, r.notification_id,
          ${mergedSql(mergedSql('e.outcome', 'p.whole'), 'p.own')} AS outcome
        FROM ${recipients}
        -- What is most specific wins: preferences/resolve.ts says the same.
        CROSS JOIN LATERAL (
          SELECT ${set('<>')} AS own, ${set('=')} AS whole
          FROM :schema.preferences
          WHERE user_id = r.user_id AND team_id = '' AND type IN (e.type, '') AND enabled IS NOT NULL AND e.mutable
        ) p
      ) o
    ), ${EVENTS[written]}, ${[...rows(channels), ...change(channels), ...deliveries(channels)].join(', ')}
    SELECT ${channels.some(hasDeliveries) ? 'pg_catalog.count(*)::text FROM queued' : "'0'"}`,
  };
}

/** What channels store in tables of their own. */
function rows(channels: readonly Channel[]): string[] {
  return channels.flatMap(({ key, writes }) => (writes?.rows ? [`${key}_rows AS (${writes.rows})`] : []));
}

/** The change that counts and announces the event to each recipient's pages, with what each channel adds to it. */
function change(channels: readonly Channel[]): string[] {
  const announcing = channels.flatMap((channel) => {
    const { change: added } = channel.writes ?? {};
    return added ? [{ on: `r.${flagOf(channel)}`, ...added }] : [];
  });
  if (announcing.length === 0) return [];
  const kinds = announcing.map(({ on, kind }) => `WHEN ${on} THEN ${kind}`).join(' ');
  const columns = announcing.flatMap((added) => Object.entries(added.columns));
  return [
    `change AS (
      INSERT INTO :schema.inbox_changes (user_id, team_id, kind, notification_id, event_id,
        ${columns.map(([name]) => name).join(', ')})
      SELECT r.user_id, coalesce(e.team_id, ''), CASE ${kinds} END, ${copyOf(channels)}, e.id,
        ${columns.map(([, value]) => value).join(', ')}
      FROM recipient r JOIN event e USING (no) WHERE ${announcing.map(({ on }) => on).join(' OR ')}
    )`,
  ];
}

/** What is queued, of all channels that send. */
function deliveries(channels: readonly Channel[]): string[] {
  const sending = channels.filter(hasDeliveries);
  if (sending.length === 0) return [];
  const copy = copyOf(channels);
  const selects = sending.map((channel) => {
    const { targets, subscribed, event } = channel.writes?.deliveries ?? {};
    const target = targets
      ? { id: 't.id', join: `JOIN ${targets} t ON t.user_id = r.user_id AND ${subscribed}` }
      : { id: `'${ownTarget(channel)}'::uuid`, join: '' };
    const name = event ?? 'e.type';
    return `SELECT r.user_id, :schema.uuid_v7(e.created_at), '${channel.key}', ${target.id}, e.id, ${copy}, ${name}, e.created_at, pg_catalog.now()
      FROM recipient r JOIN event e USING (no) ${target.join} WHERE r.${flagOf(channel)} AND ${name} IS NOT NULL`;
  });
  return [
    `queued AS (
      INSERT INTO :schema.deliveries (user_id, id, channel, target_id, event_id, notification_id, event,
        created_at, next_attempt_at)
      -- Due by the queue's own clock: this process's may be ahead of it.
      ${selects.join(' UNION ALL ')}
      RETURNING 1
    )`,
  ];
}

/** The id of the user's copy, of the channel that stores one. */
function copyOf(channels: readonly Channel[]): string {
  return channels.find(({ writes }) => writes?.notificationId)?.writes?.notificationId ?? 'NULL::uuid';
}
