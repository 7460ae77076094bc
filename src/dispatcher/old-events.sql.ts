import type { OldRows } from '../database/old-rows.sql.js';

// The words are those of the index `events_age`.
const AGE = 'coalesce(e.sent_at, e.send_at, e.created_at)';

// The queue is unfinished for days at the most, so that few are passed over, however often.
// The words are those of the index `deliveries_unsent`.
const OVER = `e.status <> 'scheduled' AND ${AGE} < $1 AND NOT EXISTS (
    SELECT FROM :schema.deliveries d
    WHERE (CASE WHEN d.status IN ('pending', 'waiting') THEN d.event_id END) = e.id)`;

/**
 * Events that were sent, or were to be, before a time ($1). Their notifications stay, and so do those that are still
 * to be sent: a delivery says what its event says.
 */
export const OLD_EVENTS: OldRows = {
  remove: {
    name: 'cleanup.deleteEvents',
    text: `
      WITH old AS MATERIALIZED (
        SELECT id FROM :schema.events e WHERE ${OVER} ORDER BY ${AGE} LIMIT $2 FOR UPDATE OF e SKIP LOCKED
      ), recipients AS (
        DELETE FROM :schema.event_recipients WHERE event_id = ANY (ARRAY(SELECT id FROM old))
      ), gone AS (
        DELETE FROM :schema.events WHERE id = ANY (ARRAY(SELECT id FROM old)) RETURNING 1
      )
      SELECT count(*) FROM gone`,
  },
  count: { name: 'cleanup.countEvents', text: `SELECT count(*) FROM :schema.events e WHERE ${OVER}` },
};
