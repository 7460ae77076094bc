import type { ChannelWrites } from '../channel.js';

/** A delivery for each of the user's endpoints that subscribes to the type's webhook event. */
export const WEBHOOK_WRITES: ChannelWrites = {
  deliveries: {
    targets: ':schema.webhook_endpoints',
    subscribed: `t.disabled_at IS NULL AND t.deleted_at IS NULL
      AND (t.events @> ARRAY[e.webhook_event] OR t.events @> ARRAY['*'])`,
    event: 'e.webhook_event',
    trash: 'webhook endpoints in the trash',
  },
};
