import { hasDeliveries } from '../catalogue/channel-list.js';
import { ownTarget, type Channel } from '../channels/channel.js';
import type { Statement } from '../database/database.js';

/** What is reported of an event itself: a `StoredEvent`. */
export const STORED_EVENT = `id, type, level, source, team_id AS "teamId", title, webhook_event AS "webhookEvent",
      created_at AS "createdAt", status, send_at AS "sendAt", expires_at AS "expiresAt", reason, recipients AS total, extras ? 'actions' AS "hasActions",
      coalesce(sent_at, CASE WHEN send_at IS NULL THEN created_at END) AS "sentAt"`;

/** The deliveries of an event to some users, of all channels that send. */
export function deliveriesStatement(channels: readonly Channel[]): Statement {
  const targets = channels.filter(hasDeliveries).map((channel) => {
    const table = channel.writes?.deliveries?.targets;
    return table
      ? `SELECT t.user_id, t.id FROM u JOIN ${table} t USING (user_id)`
      : `SELECT u.user_id, '${ownTarget(channel)}'::uuid FROM u`;
  });
  return {
    name: 'events.deliveries',
    // An event's deliveries carry the millisecond at which it was sent, for each target of a user's; targets are kept as long as their
    // deliveries.
    text: `WITH u AS (SELECT user_id FROM unnest($1::text[]) AS u(user_id))
      SELECT d.user_id AS "userId", d.id, d.target_id AS "targetId", d.channel, d.status, d.reason, d.error
      FROM (${targets.join(' UNION ALL ')}) AS t(user_id, id)
      JOIN :schema.deliveries d ON d.user_id = t.user_id AND d.target_id = t.id AND d.id >= $2 AND d.id <= $3
      WHERE d.event_id = $4 ORDER BY d.user_id, d.id`,
  };
}
