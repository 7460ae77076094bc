import { eventFields } from '../../notifications/event-fields.js';
import type { ChannelWrites } from '../channel.js';

/** The user's copy of the event, and its part of the counts. */
export const IN_APP_WRITES: ChannelWrites = {
  rows: `
    INSERT INTO :schema.notifications (user_id, id, event_id, created_at, ${eventFields()})
    SELECT r.user_id, r.notification_id, e.id, e.created_at, ${eventFields('e.')}
    FROM recipient r JOIN event e USING (no) WHERE r.on_in_app`,
  notificationId: 'CASE WHEN r.on_in_app THEN r.notification_id END',
  // With a key it may take the place of another: the relay sees to that before it announces it.
  change: {
    kind: `CASE WHEN e.collapse_key IS NULL THEN 'created' ELSE 'collapsing' END`,
    columns: { unread_delta: 'r.on_in_app::int', live_delta: 'r.on_in_app::int' },
  },
};
